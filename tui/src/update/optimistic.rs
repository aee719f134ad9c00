//! Changes shown before the server has confirmed them: the server's state stays known beside them, and wins.

use super::{bulk, drafts, form, notify, preview, sheet};
use crate::layer::Layer;
use crate::message::{ActionOk, Refusal};
use crate::model::{Action, Changes, Draft, Effect, Model, NamedRef, Origin, Pending, Severity};
use crate::record::{Card, FIRST_LOCAL_ID};
use crate::undo::{self, Deed, Entry};

/// Most refused fields named in a notice; the form marks them all.
const MAX_VIOLATIONS_SHOWN: usize = 4;

/// Refusals that mean a gate is not met.
const GATE: [&str; 4] = [
    "REQUIRED_FIELD_MISSING",
    "REQUIRED_ACTIVITY_MISSING",
    "REQUIRED_CONTACT_MISSING",
    "APPROVAL_REQUIRED",
];

/// Sends a wish, which can be taken back or done again to others if the API has a way; `card` is the deal it changes on this screen at once.
pub(super) fn submit(model: &mut Model, action: Action, card: Option<u64>) -> Vec<Effect> {
    submit_as(model, action, card, String::new())
}

/// Sends what was typed in a layer: it stays a draft until the server has it. What was sent before, with nobody knowing what became of
/// it, is sent with the same id, so that nothing is made twice.
pub(super) fn submit_from(
    model: &mut Model,
    action: Action,
    card: Option<u64>,
    layer: &Layer,
) -> Vec<Effect> {
    let Some((place, request_id)) = drafts::origin(layer) else {
        return submit(model, action, card);
    };
    let effects = submit_as(model, action, card, request_id);
    let presses = model.presses;
    if let Some(pending) = model.pending.last_mut() {
        pending.origin = Some(Origin { place, presses });
        let request_id = pending.request_id.clone();
        drafts::sent(model, layer, &request_id);
    }
    effects
}

/// Sends a wish with an id of its own; an empty one is made here.
pub(super) fn submit_as(
    model: &mut Model,
    action: Action,
    card: Option<u64>,
    request_id: String,
) -> Vec<Effect> {
    let deed = card.and_then(|id| deed(model, &action, id));
    if let Some(act) = bulk::act_of(&action) {
        model.last_act = Some(act);
    }
    let (request_id, effect) = send_as(model, action, card, request_id);
    if let Some(deed) = deed {
        let deeds = vec![Deed { request_id, ..deed }];
        remember(
            model,
            Entry {
                deeds,
                at: model.now,
            },
        );
    }
    vec![effect]
}

/// A change of a deal as it can be taken back; none when it cannot.
pub(super) fn deed(model: &Model, action: &Action, id: u64) -> Option<Deed> {
    let before = model.picture.board.card(id)?;
    undo::can_take_back(action).then(|| Deed {
        request_id: String::new(),
        action: action.clone(),
        before: Box::new(before.clone()),
    })
}

/// Puts an act into the log. What was taken back before is history then.
pub(super) fn remember(model: &mut Model, entry: Entry) {
    if !entry.deeds.is_empty() {
        undo::push(&mut model.done, entry);
        model.undone.clear();
    }
}

/// Sends a wish and nothing more; gives the id it is sent with.
pub(super) fn send(model: &mut Model, action: Action, card: Option<u64>) -> (String, Effect) {
    send_as(model, action, card, String::new())
}

fn send_as(
    model: &mut Model,
    action: Action,
    card: Option<u64>,
    request_id: String,
) -> (String, Effect) {
    model.requests += 1;
    let request_id = if request_id.is_empty() {
        format!("{}-{}", model.session_id, model.requests)
    } else {
        request_id
    };
    let card = match &action {
        Action::Create(_) => Some(FIRST_LOCAL_ID + model.requests),
        _ => card,
    };
    let about = match &action {
        Action::LogActivity { opportunity_id, .. } => Some(*opportunity_id),
        _ => card,
    };
    let name = match (&action, about.and_then(|id| model.picture.board.card(id))) {
        (Action::Create(draft), _) => draft.name.clone(),
        (Action::Restore { before, .. }, _) => before.name.clone(),
        (_, Some(card)) => card.name.clone(),
        _ => String::new(),
    };
    if let Some(id) = card {
        let before = model.picture.board.card(id).cloned();
        model.truth.entry(id).or_insert(before);
    }
    model.pending.push(Pending {
        request_id: request_id.clone(),
        action: action.clone(),
        card,
        name,
        done_at: None,
        origin: None,
    });
    if let Some(id) = card {
        rebase(model, id);
    }
    let effect = Effect::Submit {
        request_id: request_id.clone(),
        action,
    };
    (request_id, effect)
}

/// Shows a deal as the server has it, with what is still unconfirmed on top.
pub(super) fn rebase(model: &mut Model, id: u64) {
    let Some(truth) = model.truth.get(&id).cloned() else {
        return;
    };
    let mut card = truth.clone();
    let mut unconfirmed = false;
    for pending in model
        .pending
        .iter()
        .filter(|pending| pending.card == Some(id))
    {
        unconfirmed = true;
        card = imagine(model, id, card, &pending.action);
    }
    if !unconfirmed {
        model.truth.remove(&id);
    }
    match card {
        Some(card) => {
            let query = model.filter.as_ref().map(|filter| &filter.query);
            model.picture.put_card(card, query, model.now);
        }
        None => model.picture.remove_card(id),
    }
}

/// The server has told a deal's new state.
pub(super) fn take_truth(model: &mut Model, card: Option<Card>, id: u64) {
    if let Some(truth) = model.truth.get_mut(&id) {
        *truth = card;
        rebase(model, id);
        return;
    }
    match card {
        Some(card) => {
            let query = model.filter.as_ref().map(|filter| &filter.query);
            model.picture.put_card(card, query, model.now);
        }
        None => model.picture.remove_card(id),
    }
}

/// What a deal will be if the server agrees.
fn imagine(model: &Model, id: u64, card: Option<Card>, action: &Action) -> Option<Card> {
    if let Action::Create(draft) = action {
        return Some(from_draft(model, id, draft));
    }
    if let (None, Action::Restore { before, .. }) = (&card, action) {
        // It is on no board while it is archived.
        return Some(Card {
            archived: false,
            ..Card::clone(before)
        });
    }
    let mut card = card?;
    match action {
        Action::Move { stage_id, .. } | Action::Override { stage_id, .. } => {
            enter(model, &mut card, *stage_id);
        }
        Action::UndoMove { before, .. } => {
            let revision = card.revision;
            card.clone_from(before);
            card.revision = revision;
        }
        Action::Lose {
            stage_id, reason, ..
        } => {
            enter(model, &mut card, *stage_id);
            card.lost_reason.clone_from(reason);
        }
        Action::Reopen { stage_id, .. } => {
            enter(model, &mut card, *stage_id);
            card.lost_reason.clear();
        }
        Action::Archive { .. } => card.archived = true,
        Action::Restore { .. } => card.archived = false,
        Action::Amend { changes, .. } => amend(&mut card, changes),
        Action::Create(_)
        | Action::LogActivity { .. }
        | Action::Goal(_)
        | Action::Incentive(_)
        | Action::SaveView { .. }
        | Action::DeleteView { .. }
        | Action::ReadMessages { .. }
        | Action::Acknowledge { .. }
        | Action::AskApproval { .. }
        | Action::Approve { .. }
        | Action::Refuse { .. }
        | Action::Snooze { .. }
        | Action::SetUpWorkspace { .. } => {}
    }
    Some(card)
}

fn enter(model: &Model, card: &mut Card, stage_id: u64) {
    card.stage_id = stage_id;
    card.stage_entered_us = model.now;
    card.stage_clock_before_us = 0;
    card.level = crate::record::Level::Moving;
    card.level_since_us = None;
}

/// Changes a deal's fields as the server will.
pub(super) fn amend(card: &mut Card, changes: &Changes) {
    if let Some(name) = &changes.name {
        card.name.clone_from(name);
    }
    if let Some(amount) = changes.amount_minor {
        card.amount_minor = amount;
    }
    if let Some(date) = changes.contract_date {
        card.contract_date = Some(date);
    }
    if let Some(owner) = changes.owner_id {
        card.owner_id = owner;
    }
    if let Some(customer) = &changes.customer {
        card.customer_id = customer.as_ref().and_then(known);
    }
    if let Some(probability) = changes.win_probability_bp {
        card.win_probability_bp = probability;
    }
    if let Some(grade) = &changes.grade {
        card.grade.clone_from(grade);
    }
    if let Some(source) = &changes.source {
        card.source.clone_from(source);
    }
    if let Some(note) = &changes.note {
        card.note.clone_from(note);
    }
}

fn known(reference: &NamedRef) -> Option<u64> {
    match reference {
        NamedRef::Known(id) => Some(*id),
        NamedRef::New(_) => None,
    }
}

fn from_draft(model: &Model, id: u64, draft: &Draft) -> Card {
    Card {
        id,
        name: draft.name.clone(),
        amount_minor: draft.amount_minor,
        pipeline_id: model
            .picture
            .pipeline_of(draft.stage_id)
            .map_or(0, |pipeline| pipeline.id),
        stage_id: draft.stage_id,
        owner_id: draft.owner_id.or(model.me),
        customer_id: draft.customer.as_ref().and_then(known),
        contract_date: draft.contract_date,
        stage_entered_us: model.now,
        created_us: model.now,
        grade: draft.grade.clone(),
        source: draft.source.clone(),
        note: draft.note.clone(),
        ..Card::default()
    }
}

/// The server answered a wish.
pub(super) fn answered(
    model: &mut Model,
    request_id: &str,
    result: Result<ActionOk, Refusal>,
) -> Vec<Effect> {
    let Some(place) = model
        .pending
        .iter()
        .position(|pending| pending.request_id == request_id)
    else {
        return Vec::new();
    };
    // Sent once more from a draft, and the server had it all the time: it is saved.
    let had_before = |refusal: &Refusal| refusal.reason == "REQUEST_ID_REUSED";
    if model.pending[place].origin.is_some() && result.as_ref().is_err_and(had_before) {
        let pending = model.pending.remove(place);
        model.drafts.saved(request_id);
        if let Some(id) = pending.card {
            rebase(model, id);
        }
        sheet::answered(model, request_id, Ok(()));
        let text = model.strings.say("notice-saved-before").to_owned();
        notify(model, Severity::Info, text);
        return Vec::new();
    }
    let of_many = bulk::answered(model, place, result.as_ref().err());
    match result {
        Ok(done) => {
            let mut effects = Vec::new();
            model.drafts.saved(request_id);
            sheet::answered(model, request_id, Ok(()));
            let said = match model.pending[place].action {
                Action::LogActivity { .. } => Some("notice-logged"),
                Action::Incentive(ref action) => action.done_key(),
                Action::AskApproval { .. } => Some("notice-asked"),
                Action::Approve { .. } => Some("notice-approved"),
                Action::Refuse { .. } => Some("notice-refused"),
                Action::Acknowledge { .. } => Some("notice-acknowledged"),
                Action::Snooze { .. } => Some("notice-snoozed"),
                _ => None,
            };
            if let Some(key) = said.filter(|_| !of_many) {
                let text = model.strings.say(key).to_owned();
                notify(model, Severity::Good, text);
            }
            model.follow_ups.stale |=
                matches!(model.pending[place].action, Action::LogActivity { .. });
            if let Action::LogActivity { opportunity_id, .. } = model.pending[place].action
                && model.screen == crate::model::Screen::Opportunity(opportunity_id)
            {
                effects.push(Effect::LoadDetail(opportunity_id));
            }
            if let Action::Incentive(action) = &model.pending[place].action {
                let action = action.clone();
                super::rewards::done(model, action);
            }
            if let Action::SaveView { name, .. } = &model.pending[place].action {
                let text = model
                    .strings
                    .tell("notice-view-saved", &[("name", name.as_str().into())]);
                notify(model, Severity::Good, text);
            }
            // What was changed may be in the figures on the screen.
            model.reports.touch(model.now);
            if done.revision <= model.revision {
                confirm(model, request_id, done.subject);
            } else {
                // The watch brings it in a moment; until then the mark stays.
                model.pending[place].done_at = Some(done.revision);
            }
            effects
        }
        Err(refusal) => {
            let pending = model.pending.remove(place);
            undo::forget(&mut model.done, &pending.request_id);
            undo::forget(&mut model.undone, &pending.request_id);
            if let Some(id) = pending.card {
                rebase(model, id);
            }
            model.drafts.refused(request_id);
            if of_many || sheet::answered(model, request_id, Err(&refusal)) {
                // Told of with the others.
                return Vec::new();
            }
            refused(model, &pending, &refusal);
            match pending.action {
                // The gate was closed since: what it wants is shown at once.
                Action::Move { id, stage_id } if GATE.contains(&refusal.reason.as_str()) => {
                    preview::ask(model, id, stage_id, true)
                }
                _ => Vec::new(),
            }
        }
    }
}

/// A wish has become true: its mark goes. A made deal's selection goes over to the id the server gave it.
pub(super) fn confirm(model: &mut Model, request_id: &str, subject: Option<u64>) {
    let Some(place) = model
        .pending
        .iter()
        .position(|pending| pending.request_id == request_id)
    else {
        return;
    };
    // The watch may be here before the answer.
    bulk::answered(model, place, None);
    let pending = model.pending.remove(place);
    let Some(id) = pending.card else {
        return;
    };
    rebase(model, id);
    if let (Action::Create(_), Some(subject)) = (&pending.action, subject) {
        for anchor in model.anchors.values_mut().filter(|anchor| anchor.id == id) {
            anchor.id = subject;
        }
        if model.screen == crate::model::Screen::Opportunity(id) {
            model.screen = crate::model::Screen::Opportunity(subject);
        }
    }
}

/// Everything answered at or before the revision we are at is true now.
pub(super) fn confirm_up_to(model: &mut Model, revision: u64) {
    let done = |pending: &Pending| pending.done_at.is_some_and(|at| at <= revision);
    let ids: Vec<String> = model
        .pending
        .iter()
        .filter(|pending| done(pending))
        .map(|pending| pending.request_id.clone())
        .collect();
    for request_id in ids {
        confirm(model, &request_id, None);
    }
}

/// Why it was refused, in the server's words, with the fields that are wrong.
pub(super) fn reason(refusal: &Refusal) -> String {
    let mut text = refusal.message.clone();
    for (field, description) in refusal.violations.iter().take(MAX_VIOLATIONS_SHOWN) {
        // One violation alone is usually the message itself.
        if !refusal.message.contains(description.as_str()) {
            text.push_str(&format!("; {field}: {description}"));
        }
    }
    text
}

/// What was refused, why, and what to do.
fn refused(model: &mut Model, pending: &Pending, refusal: &Refusal) {
    let what = match pending.action {
        Action::SetUpWorkspace { .. } => "refused-set-up",
        Action::Create(_) => "refused-create",
        Action::Amend { .. } => "refused-amend",
        Action::Move { .. } | Action::Override { .. } => "refused-move",
        Action::Lose { .. } => "refused-lose",
        Action::Reopen { .. } => "refused-reopen",
        Action::Archive { .. } | Action::Restore { .. } => "refused-archive",
        Action::LogActivity { .. } => "refused-log",
        Action::Goal(_) => "refused-goal",
        Action::Incentive(ref action) => action.refused_key(),
        Action::SaveView { .. } => "refused-view",
        Action::DeleteView { .. } => "refused-view-delete",
        Action::ReadMessages { .. } => "refused-read",
        Action::UndoMove { .. } => "refused-undo",
        Action::AskApproval { .. } => "refused-ask",
        Action::Approve { .. } | Action::Refuse { .. } => "refused-decision",
        Action::Acknowledge { .. } | Action::Snooze { .. } => "refused-alert",
    };
    let what = model
        .strings
        .tell(what, &[("name", pending.name.as_str().into())]);
    let mut text = format!("{what}: {}", reason(refusal));
    match (&pending.action, pending.origin) {
        (_, Some(origin)) => {
            if drafts::reopen(model, origin) {
                form::tell(model, refusal);
            } else {
                text.push_str(". ");
                text.push_str(model.strings.say("refused-kept"));
            }
        }
        (Action::Create(draft), None) => {
            form::keep_draft(model, draft);
            text.push_str(". ");
            text.push_str(model.strings.say("refused-create-next"));
        }
        (Action::SetUpWorkspace { .. }, None) => model.setting_up = false,
        _ => {}
    }
    notify(model, Severity::Problem, text);
}
