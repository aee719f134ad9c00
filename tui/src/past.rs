//! The board as it was at a past instant: data, and how it takes the place of the present one.

use crate::model::{Model, Screen};
use crate::picture::Picture;
use crate::record::{Card, Micros, Pipeline};

/// What the server says there was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoardAt {
    /// The pipelines with their settings of that time.
    pub pipelines: Vec<Pipeline>,
    /// The deals that were not archived, as they were.
    pub cards: Vec<Card>,
}

/// A past instant looked at on the board.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PastBoard {
    /// The instant.
    pub at: Micros,
    /// The commit log it is of: another one has another past.
    pub log_id: String,
    /// What there was, once it has been read; while it is shown, the present, which goes on here.
    pub other: Option<Box<Picture>>,
    /// It stands in the place of the present picture.
    pub shown: bool,
    /// Why it could not be read.
    pub problem: Option<String>,
}

impl Model {
    /// The board shows, or is about to show, a past instant: nothing can be changed there.
    pub fn past_on_board(&self) -> Option<Micros> {
        self.lens.as_of.filter(|_| self.screen == Screen::Board)
    }

    /// The past stands in the place of the present picture.
    pub fn past_is_shown(&self) -> bool {
        self.past.as_ref().is_some_and(|past| past.shown)
    }

    /// The instant that the picture is of: now, unless it is of the past.
    pub fn seen_at(&self) -> Micros {
        match &self.past {
            Some(past) if past.shown => past.at,
            _ => self.now,
        }
    }

    /// Lets past and present change places. What asks for the person is of the present, and stays where it is seen.
    pub(crate) fn exchange_past(&mut self) {
        let Some(past) = &mut self.past else {
            return;
        };
        let Some(other) = past.other.as_deref_mut() else {
            return;
        };
        std::mem::swap(&mut self.picture, other);
        std::mem::swap(&mut self.picture.attention, &mut other.attention);
        past.shown = !past.shown;
    }
}
