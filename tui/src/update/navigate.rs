//! The selection: by id and screen row, settled after every message.

use super::arrivals;
use crate::keymap::Context;
use crate::layout;
use crate::list::{Line, ListState};
use crate::model::{Anchor, Model, Screen};
use crate::screens;

/// Figures that half a page of a report has.
const HALF_PAGE: usize = 5;

/// Cards that fit on the screen under one column's head.
fn capacity(model: &Model) -> usize {
    model.cards_in_column().capacity.max(1)
}

/// Makes pipeline, focus, first column and every selection valid again, moving what is on the screen as little as possible.
pub(super) fn settle(model: &mut Model) {
    let known = |id: &u64| model.picture.pipelines.contains_key(id);
    if !model.pipeline_id.as_ref().is_some_and(known) {
        let pipelines = &model.picture.pipelines;
        let first = pipelines
            .values()
            .find(|pipeline| !pipeline.retired)
            .or(pipelines.values().next());
        model.pipeline_id = first.map(|pipeline| pipeline.id);
    }
    let stages: Vec<u64> = model.stages().iter().map(|stage| stage.id).collect();
    if !model.focus.is_some_and(|focus| stages.contains(&focus)) {
        model.focus = stages.first().copied();
    }
    // What is seen follows the cursor, or the card that is being dragged.
    let seen = model.dragged().and_then(|drag| drag.over).or(model.focus);
    let seen = stages.iter().position(|id| Some(*id) == seen);
    let wishes = model.view.wishes(&model.stages());
    let body = model.frame().body;
    model.first_column =
        layout::first_with(body, &wishes, model.first_column, seen.unwrap_or_default());
    let capacity = capacity(model);
    for stage_id in stages {
        settle_column(model, stage_id, capacity);
    }
    on_list(model, ListState::settle);
    super::figures::settle(model);
    let most = match model.screen {
        Screen::Opportunity(_) => screens::opportunity::most_scroll(model),
        Screen::Customer(_) => screens::customer::most_scroll(model),
        _ => return,
    };
    model.detail.scroll = model.detail.scroll.min(most);
}

/// Does something with the selection of the list on the screen; false when the screen is none.
fn on_list(model: &mut Model, act: impl FnOnce(&mut ListState, &[Line], u16)) -> bool {
    let Some(listing) = screens::listing(model) else {
        return false;
    };
    let state = model.lists.entry(Context::of(model.screen)).or_default();
    act(state, &listing.lines, listing.area.height);
    true
}

/// Selects an item of the list on the screen.
pub(super) fn select_item(model: &mut Model, id: u64) {
    on_list(model, |list, lines, height| list.select(lines, height, id));
}

fn signed(direction: i8, steps: usize) -> isize {
    let steps = isize::try_from(steps).unwrap_or(isize::MAX);
    if direction < 0 { -steps } else { steps }
}

/// A column that is looked at from its first card on, and in which the cursor is not, goes on being looked at so.
pub(super) fn stays_at_top(model: &Model, stage_id: u64) -> bool {
    let top = |anchor: &Anchor| (anchor.place, anchor.row) == (0, 0);
    model.focus != Some(stage_id) && model.anchors.get(&stage_id).is_some_and(top)
}

fn settle_column(model: &mut Model, stage_id: u64, capacity: usize) {
    let stays = stays_at_top(model, stage_id);
    let board = &model.picture.board;
    let len = board.column(stage_id).order().len();
    if len == 0 {
        model.anchors.remove(&stage_id);
        return;
    }
    let old = model.anchors.get(&stage_id).copied();
    let mut anchor = old.unwrap_or(Anchor {
        id: 0,
        place: 0,
        row: 0,
    });
    let here = |id: u64| board.card(id).is_some_and(|card| card.stage_id == stage_id);
    let place = if here(anchor.id) {
        board.place(anchor.id)
    } else {
        None
    };
    // The card left: its neighbour takes its place and its row.
    let place = place.unwrap_or(anchor.place.min(len - 1));
    let place = if stays { 0 } else { place };
    if let Some(card) = board.at(stage_id, place) {
        anchor.id = card.id;
    }
    anchor.place = place;
    let top = layout::top(place, anchor.row, len, capacity);
    anchor.row = place - top;
    model.anchors.insert(stage_id, anchor);
    if !model.live.unseen.is_empty() {
        arrivals::seen(model, stage_id, top == 0, top + capacity >= len);
    }
}

/// Moves what is seen of a column by so many rows of the screen; the selection stays on its card as long as that is seen.
pub(super) fn scroll_column(model: &mut Model, stage_id: u64, direction: i8, rows: u16) {
    let cards = model.cards_in_column();
    let steps = usize::from((rows / cards.stride).max(1));
    let capacity = cards.capacity.max(1);
    let Some(anchor) = model.anchors.get(&stage_id).copied() else {
        return;
    };
    let len = last_place(model, stage_id) + 1;
    let most = len.saturating_sub(capacity);
    let top = layout::top(anchor.place, anchor.row, len, capacity);
    let top = top
        .saturating_add_signed(signed(direction, steps))
        .min(most);
    let place = anchor.place.clamp(top, top + capacity - 1).min(len - 1);
    go_to(model, stage_id, place, place - top);
}

/// Moves what is seen of the list on the screen; false when the screen is none.
pub(super) fn scroll_list(model: &mut Model, direction: i8, rows: u16) -> bool {
    let by = signed(direction, usize::from(rows));
    on_list(model, |list, lines, height| list.scroll(lines, height, by))
}

/// The next stage to the left or right that is paged away.
pub(super) fn page(model: &Model, direction: i8) -> Option<u64> {
    let stages = model.stages();
    let columns = model.columns();
    let hidden = |place: &usize| columns.of(*place).is_none();
    let place = if direction < 0 {
        (0..columns.first).rev().find(hidden)
    } else {
        (columns.first..stages.len()).find(hidden)
    };
    place
        .and_then(|place| stages.get(place))
        .map(|stage| stage.id)
}

fn go_to(model: &mut Model, stage_id: u64, place: usize, row: usize) {
    if let Some(card) = model.picture.board.at(stage_id, place) {
        model.anchors.insert(
            stage_id,
            Anchor {
                id: card.id,
                place,
                row,
            },
        );
    }
}

/// Selects a card wherever it is in the shown pipeline.
pub(super) fn select(model: &mut Model, id: u64) {
    let Some(card) = model.picture.board.card(id) else {
        return;
    };
    let stage_id = card.stage_id;
    let place = model.picture.board.place(id).unwrap_or(0);
    let before = model.anchors.get(&stage_id);
    let top = before.map_or(0, |anchor| anchor.place.saturating_sub(anchor.row));
    let row = place.saturating_sub(top).min(capacity(model) - 1);
    model.focus = Some(stage_id);
    model.anchors.insert(stage_id, Anchor { id, place, row });
}

/// Up or down, on the board by cards, in a list by items, on a deal's screen by lines.
pub(super) fn vertical(model: &mut Model, direction: i8, steps: usize) {
    let by = signed(direction, steps);
    if super::figures::vertical(model, by) {
        return;
    }
    if on_list(model, |list, lines, height| list.step(lines, height, by)) {
        return;
    }
    if let Screen::Opportunity(_) | Screen::Customer(_) = model.screen {
        let scroll = &mut model.detail.scroll;
        *scroll = if direction < 0 {
            scroll.saturating_sub(steps)
        } else {
            scroll.saturating_add(steps)
        };
        return;
    }
    let Some((stage_id, anchor)) = focused(model) else {
        return;
    };
    let last = last_place(model, stage_id);
    let (place, row) = if direction < 0 {
        (
            anchor.place.saturating_sub(steps),
            anchor.row.saturating_sub(steps),
        )
    } else {
        let place = anchor.place.saturating_add(steps).min(last);
        (place, anchor.row.saturating_add(place - anchor.place))
    };
    go_to(model, stage_id, place, row.min(capacity(model) - 1));
}

/// The place of a column's last card; 0 where it has none.
fn last_place(model: &Model, stage_id: u64) -> usize {
    let order = model.picture.board.column(stage_id).order();
    order.len().saturating_sub(1)
}

fn focused(model: &Model) -> Option<(u64, Anchor)> {
    let stage_id = model.focus?;
    Some((stage_id, *model.anchors.get(&stage_id)?))
}

/// To the column beside; a column without cards can be focused too.
pub(super) fn horizontal(model: &mut Model, direction: i8, steps: usize) {
    if super::figures::horizontal(model, signed(direction, steps)) {
        return;
    }
    let stages: Vec<u64> = model.stages().iter().map(|stage| stage.id).collect();
    let Some(here) = stages.iter().position(|id| Some(*id) == model.focus) else {
        return;
    };
    let there = if direction < 0 {
        here.saturating_sub(steps)
    } else {
        here.saturating_add(steps).min(stages.len() - 1)
    };
    model.focus = Some(stages[there]);
}

/// To a place of the column, or to its end.
pub(super) fn edge(model: &mut Model, place: Option<usize>) {
    let end = if place.is_some() {
        isize::MIN
    } else {
        isize::MAX
    };
    if super::figures::vertical(model, end) {
        return;
    }
    if on_list(model, |list, lines, height| list.edge(lines, height, place)) {
        return;
    }
    if let Screen::Opportunity(_) | Screen::Customer(_) = model.screen {
        model.detail.scroll = place.unwrap_or(usize::MAX);
        return;
    }
    let Some((stage_id, _)) = focused(model) else {
        return;
    };
    let last = last_place(model, stage_id);
    let place = place.unwrap_or(last).min(last);
    go_to(model, stage_id, place, place.min(capacity(model) - 1));
}

/// Half a screen, keeping the row, so that the eye need not move.
pub(super) fn half_page(model: &mut Model, direction: i8, times: usize) {
    if super::figures::vertical(model, signed(direction, HALF_PAGE.saturating_mul(times))) {
        return;
    }
    let listed = on_list(model, |list, lines, height| {
        let half = usize::from(height / 2).max(1).saturating_mul(times);
        list.step(lines, height, signed(direction, half));
    });
    if listed {
        return;
    }
    let half = (capacity(model) / 2).max(1).saturating_mul(times);
    if let Screen::Opportunity(_) | Screen::Customer(_) = model.screen {
        vertical(
            model,
            direction,
            usize::from(model.size.1 / 2).saturating_mul(times),
        );
        return;
    }
    let Some((stage_id, anchor)) = focused(model) else {
        return;
    };
    let last = last_place(model, stage_id);
    let place = if direction < 0 {
        anchor.place.saturating_sub(half)
    } else {
        anchor.place.saturating_add(half).min(last)
    };
    go_to(model, stage_id, place, anchor.row);
}

/// The next or previous shown card, column after column, round and round.
pub(super) fn hit(model: &mut Model, forward: bool) {
    let stages: Vec<u64> = model.stages().iter().map(|stage| stage.id).collect();
    let Some(here) = stages.iter().position(|id| Some(*id) == model.focus) else {
        return;
    };
    let len = |model: &Model, stage_id: u64| model.picture.board.column(stage_id).order().len();
    if let Some((stage_id, anchor)) = focused(model) {
        let next = if forward {
            anchor.place.checked_add(1)
        } else {
            anchor.place.checked_sub(1)
        };
        if let Some(next) = next.filter(|next| *next < len(model, stage_id)) {
            let row = if forward {
                anchor.row + 1
            } else {
                anchor.row.saturating_sub(1)
            };
            go_to(model, stage_id, next, row.min(capacity(model) - 1));
            return;
        }
    }
    for step in 1..=stages.len() {
        let there = if forward {
            here + step
        } else {
            here + stages.len() - step
        } % stages.len();
        let stage_id = stages[there];
        let count = len(model, stage_id);
        if count > 0 {
            model.focus = Some(stage_id);
            let place = if forward { 0 } else { count - 1 };
            go_to(model, stage_id, place, place.min(capacity(model) - 1));
            return;
        }
    }
}
