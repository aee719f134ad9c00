//! What the person asked for and the server has not confirmed yet, and where it was typed.

use crate::drafts::Place;
use crate::effect_request::Action;

/// Something not yet confirmed by the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The id it was sent with.
    pub request_id: String,
    /// What was asked.
    pub action: Action,
    /// The deal it changes here, at once.
    pub card: Option<u64>,
    /// The deal's name, for the notice.
    pub name: String,
    /// The server has it, and this screen will have it at this revision.
    pub done_at: Option<u64>,
    /// Where it was typed.
    pub origin: Option<Origin>,
}

/// Where a wish was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The form or line.
    pub place: Place,
    /// How many keys the person had pressed by then: somebody who has gone on is not interrupted.
    pub presses: u64,
}
