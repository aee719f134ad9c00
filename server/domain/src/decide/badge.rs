//! Judges thanks, and gives badges by rule (DOMAIN.md §6).

use super::judge::Judge;
use crate::command::GiveThanks;
use crate::event::Event;
use crate::rejection::{Reason, Rejection};

pub(super) fn thank(_judge: Judge, _command: &GiveThanks) -> Result<Vec<Event>, Rejection> {
    Err(Rejection::new(Reason::InvalidArgument, "", "not yet"))
}
