//! Before a move: asks the server what would happen, shows it when something is missing or when the person wants to see it always.

use crossterm::event::KeyCode;

use super::{activity_line, form, moves, notify, open};
use crate::keymap::Key;
use crate::layer::{FormPurpose, Layer, MovePreview, Preview};
use crate::message::Refusal;
use crate::model::{AskedMove, Effect, Model, Severity};

/// Asks before a move; `shown` = the answer is shown whatever it is.
pub(super) fn ask(model: &mut Model, id: u64, stage_id: u64, shown: bool) -> Vec<Effect> {
    model.asked_move = Some(AskedMove { id, stage_id });
    if shown {
        open(
            model,
            Layer::Preview(Preview {
                id,
                stage_id,
                answer: None,
            }),
        );
    }
    vec![Effect::PreviewMove { id, stage_id }]
}

/// The server has answered: a move with nothing missing is made at once, unless the person is looking at it.
pub(super) fn answered(
    model: &mut Model,
    (id, stage_id): (u64, u64),
    result: Result<Box<MovePreview>, Refusal>,
) -> Vec<Effect> {
    if model.asked_move != Some(AskedMove { id, stage_id }) {
        return Vec::new();
    }
    model.asked_move = None;
    let answer = result
        .map(|answer| *answer)
        .map_err(|refusal| refusal.message);
    let looking = model.layers.iter_mut().find_map(|layer| match layer {
        Layer::Preview(preview) if (preview.id, preview.stage_id) == (id, stage_id) => {
            Some(preview)
        }
        _ => None,
    });
    if let Some(preview) = looking {
        preview.answer = Some(answer);
        return Vec::new();
    }
    // Another layer was opened meanwhile: the person is elsewhere, and nothing moves behind their back.
    if !model.layers.is_empty() {
        return Vec::new();
    }
    if answer.as_ref().is_ok_and(|answer| answer.allowed) {
        return moves::send(model, id, stage_id);
    }
    open(
        model,
        Layer::Preview(Preview {
            id,
            stage_id,
            answer: Some(answer),
        }),
    );
    Vec::new()
}

/// A key for the preview.
pub(super) fn press(model: &mut Model, preview: Preview, key: Key) -> Vec<Effect> {
    let (id, stage_id) = (preview.id, preview.stage_id);
    let answer = preview
        .answer
        .as_ref()
        .and_then(|answer| answer.as_ref().ok());
    let (allowed, may_override, can_ask) = answer.map_or((true, false, false), |answer| {
        (answer.allowed, answer.override_allowed, answer.can_ask())
    });
    match key.code {
        KeyCode::Enter | KeyCode::Char('y') if allowed => {
            model.asked_move = None;
            return moves::send(model, id, stage_id);
        }
        KeyCode::Enter | KeyCode::Char('y') => {
            let text = model.strings.say("preview-not-allowed").to_owned();
            notify(model, Severity::Info, text);
        }
        KeyCode::Char('o') if may_override && !allowed => {
            form::open(model, FormPurpose::Override { id, stage_id });
            return Vec::new();
        }
        KeyCode::Char('r') if can_ask => {
            form::open(model, FormPurpose::AskApproval { id, stage_id });
            return Vec::new();
        }
        KeyCode::Char('e') => {
            let revision = model.picture.board.card(id).map_or(0, |card| card.revision);
            form::open(model, FormPurpose::Edit { id, revision });
            return Vec::new();
        }
        KeyCode::Char('c') => {
            activity_line::open(model, id);
            return Vec::new();
        }
        KeyCode::Char('n' | 'q') => return Vec::new(),
        _ => {}
    }
    model.layers.push(Layer::Preview(preview));
    Vec::new()
}
