//! Taking own acts back, and doing them again: never over what somebody else has changed since.

use super::{moves, notify, optimistic};
use crate::model::{Action, Changes, Effect, Micros, Model, NamedRef, SECOND_US, Severity};
use crate::record::Card;
use crate::undo::{self, Deed, Entry, UNDO_US};

/// Most deals named in a notice.
const MAX_NAMED: usize = 3;
/// Longest difference between this screen's and the server's idea of when a stage was entered.
const SAME_ENTRY_US: Micros = 60 * SECOND_US;

/// Why a change stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stays {
    /// The server has not yet said that it has it.
    NotSaved,
    /// Somebody has changed the same since.
    Changed,
}

/// Takes back the person's last act, while that is allowed.
pub(super) fn undo(model: &mut Model) -> Vec<Effect> {
    let Some(entry) = model.done.pop() else {
        return Vec::new();
    };
    let moved = entry.deeds.iter().any(|deed| undo::is_move(&deed.action));
    if moved && model.now - entry.at > UNDO_US {
        let text = model.strings.say("notice-undo-late").to_owned();
        notify(model, Severity::Info, text);
        return Vec::new();
    }
    if entry.deeds.iter().any(|deed| is_unsaved(model, deed)) {
        let text = model.strings.say("notice-undo-unsaved").to_owned();
        notify(model, Severity::Info, text);
        model.done.push(entry);
        return Vec::new();
    }
    let told = match entry.deeds.as_slice() {
        [deed] => undone_one(model, deed),
        deeds => {
            let count = [("count", deeds.len().into())];
            model.strings.tell("notice-undone-many", &count)
        }
    };
    let row = moves::row(model);
    let mut effects = Vec::new();
    let mut taken = Vec::new();
    let mut stay = Vec::new();
    // The last one first: of two changes of one deal the later goes first.
    for mut deed in entry.deeds.into_iter().rev() {
        match inverse(model, &deed) {
            Ok(action) => {
                let (request_id, effect) = optimistic::send(model, action, Some(deed.before.id));
                deed.request_id = request_id;
                effects.push(effect);
                taken.push(deed);
            }
            Err(_) => stay.push(deed.before.name.clone()),
        }
    }
    taken.reverse();
    follow(model, &taken, row);
    let any = !taken.is_empty();
    undo::push(
        &mut model.undone,
        Entry {
            deeds: taken,
            at: entry.at,
        },
    );
    tell(model, any.then_some(told), "notice-undo-changed", &stay);
    effects
}

/// A change whose way back needs what the server made of it, and which the server has not confirmed. A move needs nothing: its undoing is
/// judged after it.
fn is_unsaved(model: &Model, deed: &Deed) -> bool {
    let pending = |id: &str| model.pending.iter().any(|pending| pending.request_id == id);
    !undo::is_move(&deed.action) && pending(&deed.request_id)
}

fn undone_one(model: &Model, deed: &Deed) -> String {
    let name = deed.before.name.as_str();
    let strings = &model.strings;
    match deed.action {
        Action::Archive { .. } => strings.tell("notice-undone-archive", &[("name", name.into())]),
        Action::Amend { .. } => strings.tell("notice-undone-edit", &[("name", name.into())]),
        _ => {
            let stage = model.picture.stage(deed.before.stage_id);
            let stage = stage.map(|stage| stage.name.clone()).unwrap_or_default();
            let words = [("name", name.into()), ("stage", stage.into())];
            strings.tell("notice-undone", &words)
        }
    }
}

/// What takes a change back, unless that would overwrite somebody else's.
fn inverse(model: &Model, deed: &Deed) -> Result<Action, Stays> {
    let before = &deed.before;
    let id = before.id;
    match &deed.action {
        Action::Archive { .. } => Ok(Action::Restore {
            id,
            before: before.clone(),
        }),
        Action::Amend { changes, .. } => {
            if is_unsaved(model, deed) {
                return Err(Stays::NotSaved);
            }
            let now = model.picture.board.card(id).ok_or(Stays::Changed)?;
            let mut ours = Card::clone(before);
            optimistic::amend(&mut ours, changes);
            if !same_fields(model, now, &ours, changes) {
                return Err(Stays::Changed);
            }
            let changes = back(before, changes).ok_or(Stays::Changed)?;
            Ok(Action::Amend {
                id,
                revision: now.revision,
                changes: Box::new(changes),
            })
        }
        _ => Ok(Action::UndoMove {
            id,
            before: before.clone(),
        }),
    }
}

/// The changes that give a deal's fields the values they had; none when one cannot be emptied again.
fn back(before: &Card, changes: &Changes) -> Option<Changes> {
    let contract_date = match changes.contract_date {
        None => None,
        Some(_) => Some(before.contract_date?),
    };
    Some(Changes {
        name: changes.name.as_ref().map(|_| before.name.clone()),
        amount_minor: changes.amount_minor.map(|_| before.amount_minor),
        contract_date,
        owner_id: changes.owner_id.map(|_| before.owner_id),
        customer: changes
            .customer
            .as_ref()
            .map(|_| before.customer_id.map(NamedRef::Known)),
        win_probability_bp: changes
            .win_probability_bp
            .map(|_| before.win_probability_bp),
        grade: changes.grade.as_ref().map(|_| before.grade.clone()),
        source: changes.source.as_ref().map(|_| before.source.clone()),
        note: changes.note.as_ref().map(|_| before.note.clone()),
    })
}

/// In the fields that a change is about, two states of a deal are the same.
fn same_fields(model: &Model, now: &Card, other: &Card, changes: &Changes) -> bool {
    let customer = || match &changes.customer {
        // It has its number from the server only.
        Some(Some(NamedRef::New(name))) if other.customer_id.is_none() => {
            model.picture.customer_name(now.customer_id) == name
        }
        _ => now.customer_id == other.customer_id,
    };
    (changes.name.is_none() || now.name == other.name)
        && (changes.amount_minor.is_none() || now.amount_minor == other.amount_minor)
        && (changes.contract_date.is_none() || now.contract_date == other.contract_date)
        && (changes.owner_id.is_none() || now.owner_id == other.owner_id)
        && (changes.customer.is_none() || customer())
        && (changes.win_probability_bp.is_none()
            || now.win_probability_bp == other.win_probability_bp)
        && (changes.grade.is_none() || now.grade == other.grade)
        && (changes.source.is_none() || now.source == other.source)
        && (changes.note.is_none() || now.note == other.note)
}

/// Does again what was taken back last, unless the deals have changed since.
pub(super) fn redo(model: &mut Model) -> Vec<Effect> {
    let Some(entry) = model.undone.pop() else {
        return Vec::new();
    };
    let told = match entry.deeds.as_slice() {
        [deed] => {
            let name = [("name", deed.before.name.as_str().into())];
            model.strings.tell("notice-redone", &name)
        }
        deeds => {
            let count = [("count", deeds.len().into())];
            model.strings.tell("notice-redone-many", &count)
        }
    };
    let row = moves::row(model);
    let mut effects = Vec::new();
    let mut done = Vec::new();
    let mut stay = Vec::new();
    for mut deed in entry.deeds {
        match again(model, &deed) {
            Some(action) => {
                let (request_id, effect) =
                    optimistic::send(model, action.clone(), Some(deed.before.id));
                deed.request_id = request_id;
                deed.action = action;
                effects.push(effect);
                done.push(deed);
            }
            None => stay.push(deed.before.name.clone()),
        }
    }
    follow(model, &done, row);
    let any = !done.is_empty();
    let at = model.now;
    undo::push(&mut model.done, Entry { deeds: done, at });
    tell(model, any.then_some(told), "notice-redo-changed", &stay);
    effects
}

/// A change to be made again: a new request, of the deal as it is now.
fn again(model: &Model, deed: &Deed) -> Option<Action> {
    let now = model.picture.board.card(deed.before.id)?;
    match &deed.action {
        Action::Amend { id, changes, .. } => {
            same_fields(model, now, &deed.before, changes).then(|| Action::Amend {
                id: *id,
                revision: now.revision,
                changes: changes.clone(),
            })
        }
        action => is_as_before(now, &deed.before).then(|| action.clone()),
    }
}

/// Nobody has changed the deal since: time may have passed.
fn is_as_before(now: &Card, before: &Card) -> bool {
    let entered = (now.stage_entered_us - before.stage_entered_us).abs();
    let now = Card {
        revision: before.revision,
        level: before.level,
        level_since_us: before.level_since_us,
        stage_entered_us: before.stage_entered_us,
        ..now.clone()
    };
    entered < SAME_ENTRY_US && now == *before
}

/// On the board the cursor goes with the one deal that was sent elsewhere.
fn follow(model: &mut Model, deeds: &[Deed], row: usize) {
    if let [deed] = deeds
        && model.screen == crate::model::Screen::Board
        && undo::is_move(&deed.action)
    {
        moves::follow(model, deed.before.id, row);
    }
}

/// Says what was done, and which deals stay as they are because somebody changed them.
fn tell(model: &mut Model, done: Option<String>, key: &str, stay: &[String]) {
    if let Some(text) = done {
        notify(model, Severity::Good, text);
    }
    if !stay.is_empty() {
        let mut names = stay[..stay.len().min(MAX_NAMED)].join(", ");
        if stay.len() > MAX_NAMED {
            let more = stay.len() - MAX_NAMED;
            let more = model
                .strings
                .tell("settings-more", &[("count", more.into())]);
            names.push_str(&format!(" {more}"));
        }
        let text = model.strings.tell(key, &[("name", names.into())]);
        notify(model, Severity::Problem, text);
    }
}
