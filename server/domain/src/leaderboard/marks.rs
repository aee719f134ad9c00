//! Who came or left within a cycle (DOMAIN.md §7): a figure of a part of the cycle is not that of all of it.

use crate::cycle::Window;
use crate::metric::MetricSubject;
use crate::past::PastValue;
use crate::state::State;
use crate::time::Timestamp;

/// When a member or a team was created, if that was within some days.
pub fn joined_within(state: &State, subject: MetricSubject, window: Window) -> Option<Timestamp> {
    let created_at = match subject {
        MetricSubject::Member(id) => state.member(id?)?.created_at,
        MetricSubject::Team(id) => state.team(id?)?.created_at,
        MetricSubject::Workspace | MetricSubject::Pipeline(_) => return None,
    };
    within(state, created_at, window)
}

/// When a member who is no longer there left, if that was within some days.
pub fn left_within(state: &State, subject: MetricSubject, window: Window) -> Option<Timestamp> {
    let MetricSubject::Member(Some(id)) = subject else {
        return None;
    };
    if state.member(id)?.active {
        return None;
    }
    // What was replaced says how long it held: the last time they were there ended when they left.
    let mut images = state.past_images_of(id.into()).rev();
    let last = images.find(|image| match &image.value {
        PastValue::Member(member) => member.active,
        _ => false,
    })?;
    within(state, last.until, window)
}

fn within(state: &State, at: Timestamp, window: Window) -> Option<Timestamp> {
    let (from, to) = window.instants(&state.zone());
    (from..to).contains(&at).then_some(at)
}
