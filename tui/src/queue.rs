//! The queue of what to do next: whose it is, what is in it, when it is read again.

use crate::model::Model;
use crate::record::{Micros, NextAction, SECOND_US};

/// Shortest time between two readings of the queue of what to do next.
pub const NEXT_ACTIONS_US: Micros = 3 * SECOND_US;

/// A queue of what to do next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NextActions {
    /// Whose, when it is not the person's own.
    pub member: Option<u64>,
    /// The most urgent first, once read.
    pub rows: Option<Vec<NextAction>>,
    /// Why it could not be read.
    pub problem: Option<String>,
    /// When it was last asked for.
    pub asked_us: Option<Micros>,
    /// Something changed since.
    pub stale: bool,
}

impl Model {
    /// Whose queue of what to do next is shown; none while a person who is no member has not said so.
    pub fn queue_of(&self) -> Option<u64> {
        self.next_actions.member.or(self.me)
    }
}
