//! Moving a deal from stage to stage: at once on this screen, and honestly back when the server will not have it.

use super::{form, navigate, notify, open, optimistic, preview};
use crate::layer::{Act, Confirm, FormPurpose, Layer};
use crate::model::{Action, Effect, Model, Screen, Severity};
use crate::record::{Card, Stage, StageKind};
use crate::text;

/// One or more stages on or back along the pipeline. Lost is never a step: losing needs a reason.
pub(super) fn step(model: &mut Model, id: u64, direction: i8, steps: usize) -> Vec<Effect> {
    let Some(card) = model.picture.board.card(id) else {
        return Vec::new();
    };
    let stage_id = card.stage_id;
    let Some(pipeline) = model.picture.pipeline_of(stage_id) else {
        return Vec::new();
    };
    let here = pipeline.stages.iter().find(|stage| stage.id == stage_id);
    let Some(kind) = here.map(|stage| stage.kind) else {
        return Vec::new();
    };
    if kind == StageKind::Lost || (kind == StageKind::Won && direction < 0) {
        form::open(model, FormPurpose::Reopen(id));
        return Vec::new();
    }
    let target = stage_after(model, card, direction, steps);
    match target {
        Some(target) => to(model, id, target),
        None => {
            let key = if direction < 0 {
                "notice-first-stage"
            } else {
                "notice-last-stage"
            };
            let text = model.strings.say(key).to_owned();
            notify(model, Severity::Info, text);
            Vec::new()
        }
    }
}

/// The stage so many on or back from a deal's; none at the end of the pipeline. Lost is never a step.
pub(super) fn stage_after(model: &Model, card: &Card, direction: i8, steps: usize) -> Option<u64> {
    let pipeline = model.picture.pipeline_of(card.stage_id)?;
    let here = |stage: &Stage| stage.id == card.stage_id;
    let place = pipeline.stages.iter().position(here)?;
    let kind = pipeline.stages[place].kind;
    let wanted = |stage: &&Stage| {
        !stage.retired
            && match (kind, direction < 0) {
                (StageKind::Won, _) => stage.kind == StageKind::Won,
                (_, true) => stage.kind == StageKind::Open,
                (_, false) => stage.kind != StageKind::Lost,
            }
    };
    if direction < 0 {
        let before: Vec<&Stage> = pipeline.stages[..place]
            .iter()
            .rev()
            .filter(wanted)
            .collect();
        before
            .get(steps.saturating_sub(1).min(before.len().saturating_sub(1)))
            .map(|stage| stage.id)
    } else {
        let after: Vec<&Stage> = pipeline.stages[place + 1..].iter().filter(wanted).collect();
        // A count that is too large ends in the last open stage: winning is meant on purpose.
        let open = after
            .iter()
            .filter(|stage| stage.kind == StageKind::Open)
            .count();
        let last = if steps > 1 && open > 0 {
            open
        } else {
            after.len()
        };
        after
            .get(steps.saturating_sub(1).min(last.saturating_sub(1)))
            .map(|stage| stage.id)
    }
}

/// To a stage, by what that means: a move, a question before a win, a reason for a loss or a reopening.
pub(super) fn to(model: &mut Model, id: u64, target: u64) -> Vec<Effect> {
    let Some(card) = model.picture.board.card(id) else {
        return Vec::new();
    };
    if card.stage_id == target {
        return Vec::new();
    }
    if card.is_local() {
        let text = model.strings.say("notice-wait-saved").to_owned();
        notify(model, Severity::Info, text);
        return Vec::new();
    }
    let from = model.picture.stage(card.stage_id).map(|stage| stage.kind);
    let Some(stage) = model.picture.stage(target) else {
        return Vec::new();
    };
    match (from, stage.kind) {
        (Some(StageKind::Open), StageKind::Lost) => {
            form::open(model, FormPurpose::Lose(id));
            form::choose(model, crate::layer::FieldName::Stage, target);
            Vec::new()
        }
        (Some(StageKind::Won | StageKind::Lost), StageKind::Open) => {
            form::open(model, FormPurpose::Reopen(id));
            form::choose(model, crate::layer::FieldName::Stage, target);
            Vec::new()
        }
        (Some(StageKind::Open), kind)
            if kind != StageKind::Lost && (model.always_preview || stage.gated) =>
        {
            let shown = model.always_preview || kind == StageKind::Won;
            preview::ask(model, id, target, shown)
        }
        (Some(StageKind::Open), StageKind::Won) => {
            let amount = text::money_short(
                card.amount_minor.into(),
                model.minor_digits(),
                model.locale(),
            );
            let question = model.strings.tell(
                "confirm-win",
                &[
                    ("name", card.name.as_str().into()),
                    ("stage", stage.name.as_str().into()),
                ],
            );
            let consequence = model
                .strings
                .tell("confirm-win-consequence", &[("amount", amount.into())]);
            open(
                model,
                Layer::Confirm(Confirm {
                    question,
                    consequence,
                    act: Act::Win {
                        id,
                        stage_id: target,
                    },
                }),
            );
            Vec::new()
        }
        (Some(StageKind::Lost), StageKind::Won | StageKind::Lost)
        | (Some(StageKind::Won), StageKind::Lost) => {
            form::open(model, FormPurpose::Reopen(id));
            Vec::new()
        }
        _ => send(model, id, target),
    }
}

/// Moves it now.
pub(super) fn send(model: &mut Model, id: u64, stage_id: u64) -> Vec<Effect> {
    sent(model, id, Action::Move { id, stage_id })
}

/// The row of the cursor on the screen.
pub(super) fn row(model: &Model) -> usize {
    let anchor = model.focus.and_then(|focus| model.anchors.get(&focus));
    anchor.map_or(0, |anchor| anchor.row)
}

/// The selection goes where the person sent the card.
pub(super) fn follow(model: &mut Model, id: u64, row: usize) {
    navigate::select(model, id);
    if let Some(anchor) = model.focus.and_then(|focus| model.anchors.get_mut(&focus)) {
        anchor.row = row.min(anchor.place);
    }
}

/// Sends a change of a deal's stage; on the board the selection goes with the card.
fn sent(model: &mut Model, id: u64, action: Action) -> Vec<Effect> {
    let row = row(model);
    let effects = optimistic::submit(model, action, Some(id));
    if model.screen == Screen::Board {
        follow(model, id, row);
    }
    effects
}
