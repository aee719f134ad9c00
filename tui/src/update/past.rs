//! The board as of a past instant: read when it is looked at, read only, and never in the way of what the server says of the present.

use super::{filter, notify};
use crate::message::Refusal;
use crate::model::{Effect, Micros, Model, Severity};
use crate::past::{BoardAt, PastBoard};

/// Does something with the present picture, whatever is shown.
pub(super) fn in_present<T>(model: &mut Model, act: impl FnOnce(&mut Model) -> T) -> T {
    if !model.past_is_shown() {
        return act(model);
    }
    model.exchange_past();
    let done = act(model);
    model.exchange_past();
    done
}

/// Shows the past while the board looks back, and the present otherwise; asks for what is not there yet.
pub(super) fn settle(model: &mut Model) -> Option<Effect> {
    let wanted = model.past_on_board().filter(|_| model.loaded);
    let kept = model
        .past
        .as_ref()
        .map(|past| (past.at, past.log_id == model.log_id));
    let fits = wanted.is_some() && kept == wanted.map(|at| (at, true));
    if model.past_is_shown() && !fits {
        change_places(model);
    }
    let Some(at) = wanted else {
        // Kept while another screen is looked at, for the way back.
        if model.lens.as_of.is_none() {
            model.past = None;
        }
        return None;
    };
    if !fits {
        model.past = Some(PastBoard {
            at,
            log_id: model.log_id.clone(),
            ..PastBoard::default()
        });
        return Some(Effect::LoadBoardAt(at));
    }
    let ready = model
        .past
        .as_ref()
        .is_some_and(|past| !past.shown && past.other.is_some());
    if ready {
        change_places(model);
    }
    None
}

/// Past and present change places; filter and order go with the eye.
fn change_places(model: &mut Model) {
    let sort = model.picture.board.sort();
    model.exchange_past();
    model.picture.board.set_sort(sort);
    filter::apply(model);
}

/// The server has said what there was; dropped when another instant is looked at by now.
pub(super) fn loaded(model: &mut Model, at: Micros, result: Result<Box<BoardAt>, Refusal>) {
    let picture = match &model.past {
        Some(past) if past.at == at && past.other.is_none() => match result {
            Ok(board) => Ok(Box::new(
                model.picture.with_board(board.pipelines, board.cards),
            )),
            Err(refusal) => Err(refusal.message),
        },
        _ => return,
    };
    if let Some(past) = &mut model.past {
        match picture {
            Ok(picture) => {
                past.other = Some(picture);
                past.problem = None;
            }
            Err(problem) => past.problem = Some(problem),
        }
    }
}

/// Reads the past once more.
pub(super) fn retry(model: &mut Model) {
    if model.past_is_shown() {
        change_places(model);
    }
    model.past = None;
}

/// Says that the past cannot be changed.
pub(super) fn refuse(model: &mut Model) {
    let text = model.strings.say("notice-past").to_owned();
    notify(model, Severity::Info, text);
}
