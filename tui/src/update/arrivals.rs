//! What the server's changes do to the sums on the screen and to columns that are not seen whole.

use super::navigate;
use crate::layout;
use crate::live::Sum;
use crate::message::CommitFact;
use crate::model::{Card, Model, Resource, ResourceKey};

/// Sums before a commit.
pub(super) struct Before {
    stages: Vec<(u64, i128)>,
    pipeline: Option<(u64, i128)>,
}

/// Notes the sums that a commit may change.
pub(super) fn before(model: &Model, commit: &CommitFact) -> Option<Before> {
    if model.reduced_motion || model.incoming.is_some() {
        return None;
    }
    let board = &model.picture.board;
    let mut stages: Vec<(u64, i128)> = Vec::new();
    let mut note = |stage_id: u64| {
        if !stages.iter().any(|(known, _)| *known == stage_id) {
            stages.push((stage_id, board.column(stage_id).total().amount_minor));
        }
    };
    for resource in &commit.puts {
        if let Resource::Opportunity(card) = resource {
            note(card.stage_id);
            if let Some(old) = board.card(card.id) {
                note(old.stage_id);
            }
        }
    }
    for key in &commit.removes {
        if let ResourceKey::Opportunity(id) = key
            && let Some(old) = board.card(*id)
        {
            note(old.stage_id);
        }
    }
    if stages.is_empty() {
        return None;
    }
    Some(Before {
        stages,
        pipeline: open_sum(model),
    })
}

fn open_sum(model: &Model) -> Option<(u64, i128)> {
    let pipeline = model.pipeline()?;
    Some((pipeline.id, model.picture.open_total(pipeline).amount_minor))
}

/// Marks the sums that a commit has changed.
pub(super) fn after(model: &mut Model, before: Option<Before>) {
    let Some(before) = before else {
        return;
    };
    for (stage_id, was) in before.stages {
        let is = model.picture.board.column(stage_id).total().amount_minor;
        model.live.changed(Sum::Stage(stage_id), was, is, model.now);
    }
    if let (Some((id, was)), Some((same, is))) = (before.pipeline, open_sum(model))
        && id == same
    {
        model.live.changed(Sum::Pipeline(id), was, is, model.now);
    }
}

/// A card is about to come into a column where it was not before: none when it was there.
pub(super) fn newcomer(model: &Model, card: &Card) -> Option<(u64, u64)> {
    let before = model.picture.board.card(card.id);
    let here = before.is_some_and(|before| before.stage_id == card.stage_id);
    (!here && !card.archived && model.incoming.is_none()).then_some((card.id, card.stage_id))
}

/// Counts a card that has come into a column where it cannot be seen.
pub(super) fn arrived(model: &mut Model, newcomer: Option<(u64, u64)>) {
    let Some((id, stage_id)) = newcomer else {
        return;
    };
    let board = &model.picture.board;
    let Some(place) = board.place(id) else {
        return;
    };
    let Some(anchor) = model.anchors.get(&stage_id) else {
        return;
    };
    let Some(here) = board.place(anchor.id) else {
        return;
    };
    if navigate::stays_at_top(model, stage_id) {
        return;
    }
    let len = board.column(stage_id).order().len();
    let capacity = model.cards_in_column().capacity.max(1);
    let top = layout::top(here, anchor.row, len, capacity);
    if place >= top && place < top + capacity {
        return;
    }
    let unseen = model.live.unseen.entry(stage_id).or_default();
    if place < top {
        unseen.above += 1;
        unseen.last_above = id;
    } else {
        unseen.below += 1;
        unseen.last_below = id;
    }
}

/// Forgets the cards on a side of which all is seen now.
pub(super) fn seen(model: &mut Model, stage_id: u64, all_above: bool, all_below: bool) {
    let Some(unseen) = model.live.unseen.get_mut(&stage_id) else {
        return;
    };
    if all_above {
        unseen.above = 0;
    }
    if all_below {
        unseen.below = 0;
    }
    if (unseen.above, unseen.below) == (0, 0) {
        model.live.unseen.remove(&stage_id);
    }
}

/// Goes to the card that came last into a column on that side.
pub(super) fn go(model: &mut Model, stage_id: u64, above: bool) {
    let Some(unseen) = model.live.unseen.get(&stage_id).copied() else {
        return;
    };
    let id = if above {
        unseen.last_above
    } else {
        unseen.last_below
    };
    model.focus = Some(stage_id);
    let here = model.picture.board.card(id);
    if here.is_some_and(|card| card.stage_id == stage_id) {
        navigate::select(model, id);
    } else {
        // It has gone on meanwhile.
        navigate::edge(model, above.then_some(0));
    }
    seen(model, stage_id, above, !above);
}

/// Goes to what came unseen: in the focused column first, then in the ones to the right of it, round and round.
pub(super) fn next(model: &mut Model) {
    let stages: Vec<u64> = model.stages().iter().map(|stage| stage.id).collect();
    let here = stages
        .iter()
        .position(|id| Some(*id) == model.focus)
        .unwrap_or(0);
    let (before, onwards) = stages.split_at(here);
    let found = onwards
        .iter()
        .chain(before)
        .find_map(|id| Some((*id, model.live.unseen.get(id)?.above > 0)));
    if let Some((stage_id, above)) = found {
        go(model, stage_id, above);
    }
}
