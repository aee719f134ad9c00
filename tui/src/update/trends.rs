//! Which figures of the leaderboard rose or fell since it was read last.

use crate::live::Sum;
use crate::model::Model;
use crate::report::leaderboard::Contest;
use crate::report::{Ask, Place};

/// The figures read last, and the question they answer.
pub(super) struct Before {
    ask: Ask,
    contest: Contest,
    figures: Vec<(u64, i128)>,
}

/// Notes the figures on the leaderboard, where it is seen.
pub(super) fn before(model: &Model) -> Option<Before> {
    if model.reduced_motion {
        return None;
    }
    let slot = model.reports.slot(Place::Leaderboard)?;
    let board = model.reports.leaderboard(Place::Leaderboard)?;
    let figures = board.rows.iter().map(|row| (row.number(), row.value));
    slot.is_current().then(|| Before {
        ask: slot.ask.clone(),
        contest: board.contest,
        figures: figures.collect(),
    })
}

/// Marks the figures that the answer to the same question has changed.
pub(super) fn after(model: &mut Model, before: Option<Before>) {
    let Some(before) = before else {
        return;
    };
    let slot = model.reports.slot(Place::Leaderboard);
    let same = slot.is_some_and(|slot| slot.is_current() && slot.ask == before.ask);
    let Some(board) = model.reports.leaderboard(Place::Leaderboard) else {
        return;
    };
    if !same || board.contest != before.contest {
        return;
    }
    for row in &board.rows {
        let id = row.number();
        if let Some((_, was)) = before.figures.iter().find(|(known, _)| *known == id) {
            model
                .live
                .changed(Sum::Place(id), *was, row.value, model.now);
        }
    }
}
