//! Judges the opening of packets (DOMAIN.md §6).

use super::judge::Judge;
use crate::command::OpenPacket;
use crate::event::Event;
use crate::rejection::{Reason, Rejection};

pub(super) fn open(_judge: Judge, _command: &OpenPacket) -> Result<Vec<Event>, Rejection> {
    Err(Rejection::new(Reason::InvalidArgument, "", "not yet"))
}
