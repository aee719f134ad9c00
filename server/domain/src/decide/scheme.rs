//! Judges what may be done to incentive schemes (DOMAIN.md §6).

use super::judge::Judge;
use crate::command::{CreateScheme, EndScheme, PublishScheme, UpdateScheme};
use crate::event::Event;
use crate::rejection::{Reason, Rejection};

pub(super) fn create(_judge: Judge, _command: &CreateScheme) -> Result<Vec<Event>, Rejection> {
    Err(Rejection::new(Reason::InvalidArgument, "", "not yet"))
}

pub(super) fn update(_judge: Judge, _command: &UpdateScheme) -> Result<Vec<Event>, Rejection> {
    Err(Rejection::new(Reason::InvalidArgument, "", "not yet"))
}

pub(super) fn publish(_judge: Judge, _command: &PublishScheme) -> Result<Vec<Event>, Rejection> {
    Err(Rejection::new(Reason::InvalidArgument, "", "not yet"))
}

pub(super) fn end(_judge: Judge, _command: &EndScheme) -> Result<Vec<Event>, Rejection> {
    Err(Rejection::new(Reason::InvalidArgument, "", "not yet"))
}
