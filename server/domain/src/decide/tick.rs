//! What falls due by time alone: every source of it in one list, and one bounded commit of one source at a time.
//!
//! A Tick never does everything that is due: it does as much as a commit may hold without keeping a waiting write, and
//! whoever drives the domain asks again until nothing is due (`next_deadline`). Sources come in the order of the list;
//! one commit holds facts of one source only, so that no two of them number the same things.

use super::reward::due as rewards;
use super::{alert, approval, ranking, stagnation};
use crate::digest_schedule;
use crate::event::Event;
use crate::limits::MAX_TICK_CHANGES;
use crate::state::State;
use crate::time::Timestamp;

/// Something that falls due.
pub(super) struct Source {
    /// When it will next have something to do, seen at an instant; not later than that: at once.
    pub(super) deadline: fn(&State, Timestamp) -> Option<Timestamp>,
    /// What is due at an instant, the oldest first: at most about so many facts.
    pub(super) due: fn(&State, Timestamp, usize) -> Vec<Event>,
}

/// All of them, in the order in which they are asked.
const SOURCES: &[Source] = &[
    alert::MOOT,
    alert::SNOOZES,
    approval::MOOT,
    stagnation::LEVELS,
    rewards::VESTING,
    rewards::PACKETS,
    rewards::EXPIRY,
    rewards::LEAVERS,
    ranking::CYCLES,
    Source {
        deadline: digest_schedule::next,
        due: digest_schedule::due,
    },
];

/// The facts of the next commit, none when nothing is due.
pub(super) fn due(state: &State, now: Timestamp) -> Vec<Event> {
    SOURCES
        .iter()
        .map(|source| (source.due)(state, now, MAX_TICK_CHANGES))
        .find(|events| !events.is_empty())
        .unwrap_or_default()
}

/// When the first source has something to do.
pub(super) fn next_deadline(state: &State, now: Timestamp) -> Option<Timestamp> {
    SOURCES
        .iter()
        .filter_map(|source| (source.deadline)(state, now))
        .min()
}
