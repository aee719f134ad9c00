//! Judges what may be done to rewards (DOMAIN.md §6).

use super::judge::Judge;
use crate::command::{ClaimRewards, DecideReward, FundReward, GrantReward, ReverseReward};
use crate::event::Event;
use crate::rejection::{Reason, Rejection};

pub(super) fn claim(_judge: Judge, _command: &ClaimRewards) -> Result<Vec<Event>, Rejection> {
    Err(Rejection::new(Reason::InvalidArgument, "", "not yet"))
}

pub(super) fn decide(_judge: Judge, _command: &DecideReward) -> Result<Vec<Event>, Rejection> {
    Err(Rejection::new(Reason::InvalidArgument, "", "not yet"))
}

pub(super) fn reverse(_judge: Judge, _command: &ReverseReward) -> Result<Vec<Event>, Rejection> {
    Err(Rejection::new(Reason::InvalidArgument, "", "not yet"))
}

pub(super) fn fund(_judge: Judge, _command: &FundReward) -> Result<Vec<Event>, Rejection> {
    Err(Rejection::new(Reason::InvalidArgument, "", "not yet"))
}

pub(super) fn grant(_judge: Judge, _command: &GrantReward) -> Result<Vec<Event>, Rejection> {
    Err(Rejection::new(Reason::InvalidArgument, "", "not yet"))
}
