//! What happened to a deal or a customer: activities, moves, amendments, approvals. Plain data, newest first.

use jiff::civil::Date;

use crate::record::{Activity, Micros, StageEntry};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// When.
    pub at: Micros,
    /// The deal; none for what was done for the customer alone.
    pub deal_id: Option<u64>,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Something was done; a check-in is in it.
    Did(Activity),
    /// A stage was entered.
    Entered(StageEntry),
    /// Fields were changed.
    Amended {
        /// Which, from what to what; never empty.
        changes: Vec<Change>,
        /// Who changed them; none = the built-in administrator, or not kept.
        by: Option<u64>,
    },
    /// A step of a request for approval.
    Approval {
        /// Which step.
        step: ApprovalStep,
        /// The stage it is about.
        stage_id: u64,
        /// Who took the step; none = the server, or the built-in administrator.
        member_id: Option<u64>,
        /// What was said; may be empty.
        words: String,
    },
}

/// A changed field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// What people call it.
    Name(String, String),
    /// Minor units.
    Amount(i64, i64),
    /// The expected contract date.
    ContractDate(Option<Date>, Option<Date>),
    /// Who sells it.
    Owner(Option<u64>, Option<u64>),
    /// Who may buy.
    Customer(Option<u64>, Option<u64>),
    /// Its own win probability, basis points.
    WinProbability(Option<u32>, Option<u32>),
    /// Put away (true) or brought back.
    Archived(bool),
}

/// What became of a request for approval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ApprovalStep {
    /// It was asked for.
    #[default]
    Asked,
    /// It was given.
    Approved,
    /// It was refused.
    Refused,
    /// The move was made with it.
    Used,
    /// It became void.
    Void,
}
