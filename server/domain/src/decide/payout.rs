//! Judges payouts (DOMAIN.md §6).

use super::judge::Judge;
use crate::command::{CancelPayout, CreatePayout, MarkPayoutPaid};
use crate::event::Event;
use crate::rejection::{Reason, Rejection};

pub(super) fn create(_judge: Judge, _command: &CreatePayout) -> Result<Vec<Event>, Rejection> {
    Err(Rejection::new(Reason::InvalidArgument, "", "not yet"))
}

pub(super) fn mark_paid(_judge: Judge, _command: &MarkPayoutPaid) -> Result<Vec<Event>, Rejection> {
    Err(Rejection::new(Reason::InvalidArgument, "", "not yet"))
}

pub(super) fn cancel(_judge: Judge, _command: &CancelPayout) -> Result<Vec<Event>, Rejection> {
    Err(Rejection::new(Reason::InvalidArgument, "", "not yet"))
}
