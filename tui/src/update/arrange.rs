//! How the board is arranged: folded columns, columns that stay, lines of a card; and whether the team's wins are told.

use super::notify;
use crate::board_view::toggle;
use crate::layout::Density;
use crate::model::{Model, Severity};

/// Folds the focused column to a strip, or opens it again.
pub(super) fn fold(model: &mut Model) {
    if let Some(stage_id) = model.focus {
        toggle(&mut model.view.folded, stage_id);
    }
}

/// Lets the focused column stay while the others page, or page with them again.
pub(super) fn pin(model: &mut Model) {
    let Some(stage) = model.focus.and_then(|id| model.picture.stage(id)) else {
        return;
    };
    let (stage_id, name) = (stage.id, stage.name.clone());
    let key = if toggle(&mut model.view.pinned, stage_id) {
        "notice-pinned"
    } else {
        "notice-unpinned"
    };
    let text = model.strings.tell(key, &[("stage", name.into())]);
    notify(model, Severity::Info, text);
}

/// The next number of lines a card has.
pub(super) fn next_density(model: &mut Model) {
    let next = model.density().next();
    model.view.density = Some(next);
    let key = match next {
        Density::Auto => "density-auto",
        Density::One => "density-one",
        Density::Two => "density-two",
        Density::Three => "density-three",
    };
    let text = model.strings.say(key).to_owned();
    notify(model, Severity::Info, text);
}

/// Tells the wins of colleagues as they happen, or no longer.
pub(super) fn toggle_wins(model: &mut Model) {
    let told = !model.tells_wins();
    model.view.team_wins = Some(told);
    let key = if told {
        "notice-wins-told"
    } else {
        "notice-wins-silent"
    };
    let text = model.strings.say(key).to_owned();
    notify(model, Severity::Info, text);
}
