//! What the mouse is doing: the last click, and the card that is being dragged.

use crate::hits::Target;
use crate::model::Model;
use crate::record::Micros;

/// Two clicks on one thing within this time open it.
pub const DOUBLE_CLICK_US: Micros = 400_000;

/// A card held by the pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drag {
    /// The card.
    pub id: u64,
    /// Where the button went down.
    pub from: (u16, u16),
    /// Where the pointer is.
    pub at: (u16, u16),
    /// The pointer has left the place where the button went down: it is no mere click.
    pub moving: bool,
    /// The column under the pointer; none outside the board.
    pub over: Option<u64>,
}

/// The pointer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pointer {
    /// What was clicked last, and when.
    pub clicked: Option<(Target, Micros)>,
    /// The card it holds.
    pub drag: Option<Drag>,
}

impl Model {
    /// The card that is being dragged, once it has left its place.
    pub fn dragged(&self) -> Option<Drag> {
        self.pointer.drag.filter(|drag| drag.moving)
    }

    /// The stage that the dragged card would enter if it were let go now.
    pub fn drop_stage(&self) -> Option<u64> {
        let drag = self.dragged()?;
        let card = self.picture.board.card(drag.id)?;
        drag.over.filter(|stage_id| *stage_id != card.stage_id)
    }
}
