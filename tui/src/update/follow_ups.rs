//! Follow-ups: read when they may have changed, told once a day, done by logging what came of them, put off with a word.

use super::{activity_line, form, notify};
use crate::follow_up::{FOLLOW_UPS_US, open};
use crate::layer::FormPurpose;
use crate::message::Refusal;
use crate::model::{Effect, Model, Severity};
use crate::record::Activity;

/// Asks for them when they may have changed; not at every change of a storm.
pub(super) fn settle(model: &mut Model) -> Option<Effect> {
    let me = model.me?;
    let follow_ups = &mut model.follow_ups;
    let waits = follow_ups
        .asked_us
        .is_some_and(|asked| model.now - asked < FOLLOW_UPS_US);
    if !model.loaded || !follow_ups.stale || waits {
        return None;
    }
    follow_ups.stale = false;
    follow_ups.asked_us = Some(model.now);
    Some(Effect::LoadFollowUps(me))
}

/// The server told the person's activities. What cannot be read now is read the next time.
pub(super) fn loaded(model: &mut Model, result: Result<Vec<Activity>, Refusal>) {
    if let Ok(activities) = result {
        model.follow_ups.rows = open(activities);
        tell(model);
    }
}

/// Says once a day what is due.
pub(super) fn tell(model: &mut Model) {
    let today = model.today();
    let due = model.follow_ups_due();
    if due == 0 || model.follow_ups.told == Some(today) {
        return;
    }
    model.follow_ups.told = Some(today);
    let first = model.follow_ups().next();
    let card = first.and_then(|first| model.picture.board.card(first.opportunity_id));
    let name = card.map_or("", |card| card.name.as_str());
    let text = model.strings.tell(
        "notice-follow-ups",
        &[("count", due.into()), ("name", name.into())],
    );
    notify(model, Severity::Info, text);
}

/// Done: what came of it is logged.
pub(super) fn done(model: &mut Model) {
    if let Some(id) = model.follow_up().map(|row| row.opportunity_id) {
        activity_line::open(model, id);
    }
}

/// Put off, with a word why.
pub(super) fn ask_put_off(model: &mut Model) {
    if let Some(id) = model.follow_up().map(|row| row.opportunity_id) {
        form::open(model, FormPurpose::PutOff(id));
    }
}
