//! The person's own moves: what can be taken back, and what was taken back and can be made again.

use crate::effect_request::Action;
use crate::record::{Card, Micros, SECOND_US};

/// How long a move can be undone (DOMAIN.md §4).
pub const UNDO_US: Micros = 600 * SECOND_US;
/// Most moves kept to be undone.
pub const MAX_OWN_MOVES: usize = 20;

/// A move of the person's own that can still be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnMove {
    /// The id it was sent with.
    pub request_id: String,
    /// What was asked.
    pub action: Action,
    /// The deal as it was.
    pub before: Box<Card>,
    /// When.
    pub at: Micros,
}

/// A move that the person took back, and may make again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// The id the undoing was sent with.
    pub request_id: String,
    /// The move.
    pub action: Action,
    /// The deal as it was before the move, and is again.
    pub before: Box<Card>,
}
