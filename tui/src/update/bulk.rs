//! Selecting several deals, and doing one thing to all of them: asked once, each its own commit, told honestly, undone as one.

use super::{activity_line, layers, moves, navigate, notify, open, optimistic, prompt};
use crate::bulk::{Act, MAX_SELECTED, Plan, RangeStart, Refused, Report, Running};
use crate::command::Command;
use crate::layer::{self, Confirm, Layer, Pick, PickItem, PickPurpose, PromptPurpose};
use crate::message::Refusal;
use crate::model::{Action, Changes, Effect, Model, Screen, Severity};
use crate::record::{Card, StageKind};
use crate::text;
use crate::undo::Entry;

/// Most stages named in a question.
const MAX_STAGES_NAMED: usize = 4;

/// Selects the card under the cursor, or no longer; the cursor goes on, so that several can be selected by pressing it again.
pub(super) fn toggle(model: &mut Model) {
    settle_range(model);
    let Some(id) = model.selected().map(|card| card.id) else {
        return;
    };
    if !model.bulk.ids.remove(&id) {
        add(model, [id]);
    }
    navigate::vertical(model, 1, 1);
}

/// Begins a range at the cursor, or ends it there.
pub(super) fn range(model: &mut Model) {
    if model.bulk.range.is_some() {
        settle_range(model);
    } else if let Some(card) = model.selected() {
        let (stage_id, id) = (card.stage_id, card.id);
        model.bulk.range = Some(RangeStart { stage_id, id });
    }
}

/// Selects every card shown in the column, hits of a filter only; all of them selected already: none.
pub(super) fn column(model: &mut Model) {
    settle_range(model);
    let Some(stage_id) = model.focus else {
        return;
    };
    let all = model.picture.board.from(stage_id, 0).take(MAX_SELECTED + 1);
    let all: Vec<u64> = all.map(|card| card.id).collect();
    if all.iter().all(|id| model.bulk.ids.contains(id)) {
        model.bulk.ids.retain(|id| !all.contains(id));
    } else {
        add(model, all);
    }
}

fn add(model: &mut Model, ids: impl IntoIterator<Item = u64>) {
    for id in ids {
        if model.bulk.ids.len() >= MAX_SELECTED && !model.bulk.ids.contains(&id) {
            let most = [("count", MAX_SELECTED.into())];
            let text = model.strings.tell("notice-selection-full", &most);
            notify(model, Severity::Info, text);
            return;
        }
        model.bulk.ids.insert(id);
    }
}

fn settle_range(model: &mut Model) {
    if model.bulk.range.is_some() {
        let ids = model.selection();
        model.bulk.range = None;
        model.bulk.ids = ids.into_iter().collect();
    }
}

/// Nothing is selected any more.
pub(super) fn clear(model: &mut Model) {
    model.bulk.ids.clear();
    model.bulk.range = None;
}

/// The verbs that are about all selected deals while some are.
pub(super) fn takes(model: &Model, command: Command) -> bool {
    model.screen == Screen::Board
        && model.has_selection()
        && matches!(
            command,
            Command::Forward
                | Command::Backward
                | Command::MoveTo
                | Command::Lose
                | Command::Archive
                | Command::Edit
                | Command::Log
                | Command::Copy
        )
}

/// Does a verb to all selected deals, or asks what is still to be known.
pub(super) fn perform(model: &mut Model, command: Command, steps: usize) -> Vec<Effect> {
    let ids = model.selection();
    match command {
        Command::Forward | Command::Backward => {
            let forward = command == Command::Forward;
            ask(model, &ids, Act::Step { forward, steps });
        }
        Command::Archive => ask(model, &ids, Act::Archive),
        Command::MoveTo => pick_stage(model, &ids),
        Command::Lose => match lost_stage(model, &ids) {
            Some(stage_id) => prompt::open(model, PromptPurpose::LoseSelected(stage_id)),
            None => nothing(model),
        },
        Command::Edit => pick_owner(model),
        Command::Log => activity_line::open_for_selected(model, ids.len()),
        Command::Copy => return copy(model, &ids),
        _ => {}
    }
    Vec::new()
}

fn copy(model: &mut Model, ids: &[u64]) -> Vec<Effect> {
    let cards = ids.iter().filter_map(|id| model.picture.board.card(*id));
    let lines: Vec<String> = cards
        .map(|card| super::commands::line(model, card))
        .collect();
    super::commands::put_on_clipboard(model, lines.join("\n"))
}

fn nothing(model: &mut Model) {
    let text = model.strings.say("bulk-nothing").to_owned();
    notify(model, Severity::Info, text);
}

/// The first stage in which deals of the shown pipeline are lost.
fn lost_stage(model: &Model, ids: &[u64]) -> Option<u64> {
    let card = ids.iter().find_map(|id| model.picture.board.card(*id))?;
    let pipeline = model.picture.pipeline_of(card.stage_id)?;
    let lost = |stage: &&crate::record::Stage| stage.kind == StageKind::Lost && !stage.retired;
    pipeline.stages.iter().find(lost).map(|stage| stage.id)
}

fn pick_stage(model: &mut Model, ids: &[u64]) {
    let card = ids.iter().find_map(|id| model.picture.board.card(*id));
    let Some(pipeline) = card.and_then(|card| model.picture.pipeline_of(card.stage_id)) else {
        return;
    };
    let mut letters = Vec::new();
    let stages = pipeline.stages.iter().filter(|stage| !stage.retired);
    let items: Vec<PickItem> = stages
        .map(|stage| PickItem {
            label: stage.name.clone(),
            note: text::percent(stage.win_probability_bp.into()),
            letter: layers::own_letter(&stage.name, &mut letters),
            value: stage.id,
        })
        .collect();
    open_pick(model, PickPurpose::MoveSelected, items);
}

fn pick_owner(model: &mut Model) {
    let mut members: Vec<_> = model
        .picture
        .members
        .values()
        .filter(|member| member.active)
        .collect();
    members.sort_by(|one, other| one.name.cmp(&other.name).then(one.id.cmp(&other.id)));
    let mut letters = Vec::new();
    let mut items: Vec<PickItem> = members
        .into_iter()
        .map(|member| PickItem {
            label: member.name.clone(),
            note: String::new(),
            letter: layers::own_letter(&member.name, &mut letters),
            value: member.id,
        })
        .collect();
    // Ids begin with 1: 0 is nobody.
    items.push(PickItem {
        label: model.strings.say("unassigned").to_owned(),
        note: String::new(),
        letter: None,
        value: 0,
    });
    open_pick(model, PickPurpose::OwnerOfSelected, items);
}

fn open_pick(model: &mut Model, purpose: PickPurpose, items: Vec<PickItem>) {
    let pick = Pick {
        purpose,
        items,
        selected: 0,
    };
    open(model, Layer::Pick(pick));
}

/// The stage was chosen: a lost one wants a reason first.
pub(super) fn stage_chosen(model: &mut Model, stage_id: u64) {
    let kind = model.picture.stage(stage_id).map(|stage| stage.kind);
    if kind == Some(StageKind::Lost) {
        prompt::open(model, PromptPurpose::LoseSelected(stage_id));
        return;
    }
    let ids = model.selection();
    ask(model, &ids, Act::Stage(stage_id));
}

/// The owner was chosen.
pub(super) fn owner_chosen(model: &mut Model, value: u64) {
    let ids = model.selection();
    ask(model, &ids, Act::Owner((value > 0).then_some(value)));
}

/// The reason of the loss was given.
pub(super) fn lose(model: &mut Model, stage_id: u64, reason: String) {
    let ids = model.selection();
    ask(model, &ids, Act::Lose { stage_id, reason });
}

/// The activity was written.
pub(super) fn log(model: &mut Model, action: Action) {
    let ids = model.selection();
    ask(model, &ids, Act::Log(Box::new(action)));
}

/// Asks before an act on some deals: how many, what becomes of them, which stay and why.
pub(super) fn ask(model: &mut Model, ids: &[u64], act: Act) {
    if model.bulk.running.is_some() {
        let text = model.strings.say("bulk-busy").to_owned();
        notify(model, Severity::Info, text);
        return;
    }
    let mut actions = Vec::new();
    let mut stay = 0_usize;
    for id in ids {
        match model
            .picture
            .board
            .card(*id)
            .and_then(|card| action(model, card, &act))
        {
            Some(action) => actions.push((*id, action)),
            None => stay += 1,
        }
    }
    if actions.is_empty() {
        nothing(model);
        return;
    }
    let question = question(model, &act, actions.len());
    let consequence = consequence(model, &actions, stay);
    model.bulk.asked = Some(Plan { act, actions });
    let confirm = Confirm {
        question,
        consequence,
        act: layer::Act::Selected,
    };
    open(model, Layer::Confirm(confirm));
}

/// What is asked of the server for one deal; none where the act changes nothing of it, or needs more than it says.
fn action(model: &Model, card: &Card, act: &Act) -> Option<Action> {
    if card.is_local() {
        return None;
    }
    let id = card.id;
    let kind = |stage_id: u64| model.picture.stage(stage_id).map(|stage| stage.kind);
    let open = kind(card.stage_id) == Some(StageKind::Open);
    match act {
        Act::Step { forward, steps } => {
            let direction = if *forward { 1 } else { -1 };
            let stage_id = moves::stage_after(model, card, direction, *steps)?;
            open.then_some(Action::Move { id, stage_id })
        }
        Act::Stage(stage_id) => {
            let elsewhere = *stage_id != card.stage_id && kind(*stage_id) != Some(StageKind::Lost);
            let stage_id = *stage_id;
            (open && elsewhere).then_some(Action::Move { id, stage_id })
        }
        Act::Lose { stage_id, reason } => open.then(|| Action::Lose {
            id,
            stage_id: *stage_id,
            reason: reason.clone(),
        }),
        Act::Archive => Some(Action::Archive { id }),
        Act::Owner(owner_id) => (card.owner_id != *owner_id).then(|| Action::Amend {
            id,
            revision: card.revision,
            changes: Box::new(Changes {
                owner_id: Some(*owner_id),
                ..Changes::default()
            }),
        }),
        Act::Log(template) => match template.as_ref() {
            Action::LogActivity {
                kind,
                purpose,
                note,
                follow_up,
                happened_us,
                ..
            } => Some(Action::LogActivity {
                opportunity_id: id,
                kind: *kind,
                purpose: purpose.clone(),
                note: note.clone(),
                contact_id: None,
                follow_up: *follow_up,
                place: None,
                happened_us: *happened_us,
            }),
            _ => None,
        },
    }
}

fn question(model: &Model, act: &Act, count: usize) -> String {
    let what = match act {
        // A number, so that the words know one from many.
        Act::Step { steps, .. } => {
            let words = [("count", count.into()), ("what", (*steps).into())];
            return model.strings.tell(act.keys().0, &words);
        }
        Act::Stage(stage_id) => {
            let stage = model.picture.stage(*stage_id);
            stage.map(|stage| stage.name.clone()).unwrap_or_default()
        }
        Act::Lose { reason, .. } => reason.clone(),
        Act::Owner(owner) => match model.picture.member_name(*owner) {
            "" => model.strings.say("unassigned").to_owned(),
            name => name.to_owned(),
        },
        Act::Log(action) => match action.as_ref() {
            Action::LogActivity { note, .. } => note.clone(),
            _ => String::new(),
        },
        Act::Archive => String::new(),
    };
    let words = [("count", count.into()), ("what", what.into())];
    model.strings.tell(act.keys().0, &words)
}

/// What becomes of the deals, how much they are worth, and how many stay as they are.
fn consequence(model: &Model, actions: &[(u64, Action)], stay: usize) -> String {
    let mut parts = Vec::new();
    let mut stages: Vec<(u64, usize)> = Vec::new();
    for (_, action) in actions {
        if let Action::Move { stage_id, .. } = action {
            match stages.iter_mut().find(|(known, _)| known == stage_id) {
                Some((_, count)) => *count += 1,
                None => stages.push((*stage_id, 1)),
            }
        }
    }
    for (stage_id, count) in stages.into_iter().take(MAX_STAGES_NAMED) {
        let stage = model.picture.stage(stage_id);
        let won = stage.is_some_and(|stage| stage.kind == StageKind::Won);
        let name = stage.map(|stage| stage.name.clone()).unwrap_or_default();
        let key = if won { "bulk-wins" } else { "bulk-to" };
        let words = [("count", count.into()), ("stage", name.into())];
        parts.push(model.strings.tell(key, &words));
    }
    let amounts = actions
        .iter()
        .filter_map(|(id, _)| model.picture.board.card(*id));
    let total: i128 = amounts.map(|card| i128::from(card.amount_minor)).sum();
    let amount = text::money_short(total, model.minor_digits(), model.locale());
    let amount = format!("{amount} {}", model.currency());
    parts.push(
        model
            .strings
            .tell("bulk-worth", &[("amount", amount.into())]),
    );
    if stay > 0 {
        parts.push(model.strings.tell("bulk-stay", &[("count", stay.into())]));
    }
    parts.join(" ")
}

/// The person said yes: every deal is a request of its own, in the order of the board.
pub(super) fn go(model: &mut Model) -> Vec<Effect> {
    let Some(Plan { act, actions }) = model.bulk.asked.take() else {
        return Vec::new();
    };
    let total = actions.len();
    let mut effects = Vec::new();
    let mut waiting = std::collections::HashSet::new();
    let mut deeds = Vec::new();
    for (id, action) in actions {
        let deed = optimistic::deed(model, &action, id);
        let card = !matches!(action, Action::LogActivity { .. });
        let (request_id, effect) = optimistic::send(model, action, card.then_some(id));
        if let Some(mut deed) = deed {
            deed.request_id.clone_from(&request_id);
            deeds.push(deed);
        }
        waiting.insert(request_id);
        effects.push(effect);
    }
    optimistic::remember(
        model,
        Entry {
            deeds,
            at: model.now,
        },
    );
    model.last_act = Some(act.clone());
    model.bulk.running = Some(Running {
        act,
        total,
        waiting,
        refused: Vec::new(),
    });
    clear(model);
    effects
}

/// The server has judged a request, by its place among the pending ones; true when it is one of these.
pub(super) fn answered(model: &mut Model, place: usize, refusal: Option<&Refusal>) -> bool {
    let (Some(running), Some(pending)) = (&mut model.bulk.running, model.pending.get(place)) else {
        return false;
    };
    if !running.waiting.remove(&pending.request_id) {
        return false;
    }
    let id = match pending.action {
        Action::LogActivity { opportunity_id, .. } => Some(opportunity_id),
        _ => pending.card,
    };
    if let (Some(refusal), Some(id)) = (refusal, id) {
        running.refused.push(Refused {
            id,
            name: pending.name.clone(),
            reason: optimistic::reason(refusal),
        });
    }
    if running.waiting.is_empty()
        && let Some(running) = model.bulk.running.take()
    {
        finish(model, running);
    }
    true
}

/// All is answered: what was refused stays selected, and is told of one by one.
fn finish(model: &mut Model, running: Running) {
    let done = running.total.saturating_sub(running.refused.len());
    if running.refused.is_empty() {
        let count = [("count", done.into())];
        let text = model.strings.tell(running.act.keys().1, &count);
        notify(model, Severity::Good, text);
        return;
    }
    let words = [
        ("done", done.into()),
        ("total", running.total.into()),
        ("refused", running.refused.len().into()),
    ];
    let text = model.strings.tell("bulk-partly", &words);
    notify(model, Severity::Problem, text);
    let ids: Vec<u64> = running.refused.iter().map(|one| one.id).collect();
    add(model, ids);
    // Whoever is doing something else by now is not disturbed.
    if model.layers.is_empty() {
        let report = Report {
            act: running.act,
            total: running.total,
            refused: running.refused,
            scroll: 0,
        };
        open(model, Layer::Report(report));
    }
}

/// Does the last act again, to all selected deals or to the one under the cursor.
pub(super) fn repeat(model: &mut Model) -> Vec<Effect> {
    let Some(act) = model.last_act.clone() else {
        return Vec::new();
    };
    if model.screen == Screen::Board && model.has_selection() {
        let ids = model.selection();
        ask(model, &ids, act);
        return Vec::new();
    }
    let Some(id) = model.selected().map(|card| card.id) else {
        return Vec::new();
    };
    match act {
        Act::Step { forward, steps } => {
            let effects = moves::step(model, id, if forward { 1 } else { -1 }, steps);
            model.last_act = Some(Act::Step { forward, steps });
            effects
        }
        Act::Stage(stage_id) => moves::to(model, id, stage_id),
        act => {
            ask(model, &[id], act);
            Vec::new()
        }
    }
}

/// What an act on one deal is, to be done again to others; none for what is about that deal only.
pub(super) fn act_of(action: &Action) -> Option<Act> {
    match action {
        Action::Move { stage_id, .. } => Some(Act::Stage(*stage_id)),
        Action::Lose {
            stage_id, reason, ..
        } => Some(Act::Lose {
            stage_id: *stage_id,
            reason: reason.clone(),
        }),
        Action::Archive { .. } => Some(Act::Archive),
        Action::Amend { changes, .. } => {
            let owner = changes.owner_id?;
            let only = Changes {
                owner_id: Some(owner),
                ..Changes::default()
            };
            (**changes == only).then_some(Act::Owner(owner))
        }
        Action::LogActivity { .. } => Some(Act::Log(Box::new(action.clone()))),
        _ => None,
    }
}

/// A key for the report of what was refused.
pub(super) fn report_key(model: &mut Model, mut report: Report, key: crate::keymap::Key) {
    use crossterm::event::KeyCode;
    let most = report.refused.len().saturating_sub(1);
    match key.code {
        KeyCode::Enter | KeyCode::Char('q') => return,
        KeyCode::Down | KeyCode::Char('j') => report.scroll = (report.scroll + 1).min(most),
        KeyCode::Up | KeyCode::Char('k') => report.scroll = report.scroll.saturating_sub(1),
        _ => {}
    }
    model.layers.push(Layer::Report(report));
}
