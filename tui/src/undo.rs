//! The log of the person's own acts: what can be taken back, and what was taken back and can be done again.

use crate::effect_request::Action;
use crate::record::{Card, Micros, SECOND_US};

/// How long a move can be undone (DOMAIN.md §4).
pub const UNDO_US: Micros = 600 * SECOND_US;
/// Most acts kept to be undone.
pub const MAX_ENTRIES: usize = 20;

/// One change of one deal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// The id it was last sent with: the change, or what took it back.
    pub request_id: String,
    /// The change.
    pub action: Action,
    /// The deal as it was before.
    pub before: Box<Card>,
}

/// One act: a change, or the same change of many deals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What was changed; never empty.
    pub deeds: Vec<Deed>,
    /// When.
    pub at: Micros,
}

/// The API can take a change back.
pub const fn can_take_back(action: &Action) -> bool {
    is_move(action) || matches!(action, Action::Amend { .. } | Action::Archive { .. })
}

/// It changes a deal's stage: UndoMove takes it back.
pub const fn is_move(action: &Action) -> bool {
    matches!(
        action,
        Action::Move { .. } | Action::Override { .. } | Action::Lose { .. } | Action::Reopen { .. }
    )
}

/// Puts an act at the end of a log; the oldest goes when there is no room.
pub fn push(log: &mut Vec<Entry>, entry: Entry) {
    if entry.deeds.is_empty() {
        return;
    }
    if log.len() >= MAX_ENTRIES {
        log.remove(0);
    }
    log.push(entry);
}

/// A change was refused: it never was.
pub fn forget(log: &mut Vec<Entry>, request_id: &str) {
    for entry in log.iter_mut() {
        entry.deeds.retain(|deed| deed.request_id != request_id);
    }
    log.retain(|entry| !entry.deeds.is_empty());
}
