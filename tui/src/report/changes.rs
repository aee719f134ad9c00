//! What happened between two instants.

use crate::record::Micros;

/// What can happen to a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was created.
    Created,
    /// To a later stage.
    Forward,
    /// To an earlier stage.
    Backward,
    /// It became stalled.
    Stalled,
    /// Won.
    Won,
    /// Lost.
    Lost,
    /// Brought back.
    Reopened,
    /// A larger amount.
    Raised,
    /// A smaller amount.
    Lowered,
    /// A later contract date.
    Pushed,
    /// An earlier contract date.
    PulledIn,
    /// Another owner.
    Owner,
    /// Put away.
    Archived,
    /// Taken out of the archive.
    Restored,
}

impl ChangeKind {
    /// Key of its name.
    pub const fn name_key(self) -> &'static str {
        match self {
            Self::Created => "change-created",
            Self::Forward => "change-forward",
            Self::Backward => "change-backward",
            Self::Stalled => "change-stalled",
            Self::Won => "change-won",
            Self::Lost => "change-lost",
            Self::Reopened => "change-reopened",
            Self::Raised => "change-raised",
            Self::Lowered => "change-lowered",
            Self::Pushed => "change-pushed",
            Self::PulledIn => "change-pulled-in",
            Self::Owner => "change-owner",
            Self::Archived => "change-archived",
            Self::Restored => "change-restored",
        }
    }
}

/// How often one thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangeLine {
    /// What.
    pub kind: ChangeKind,
    /// Deals, each once.
    pub count: u64,
    /// Sum of their amounts.
    pub amount: i128,
}

/// One thing that happened to one deal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeItem {
    /// What.
    pub kind: ChangeKind,
    /// The deal.
    pub deal_id: u64,
    /// Its name at the later instant.
    pub name: String,
    /// When it last happened.
    pub time: Option<Micros>,
    /// Its amount, or by how much it changed.
    pub amount: i128,
    /// The stage before.
    pub from_stage: Option<u64>,
    /// The stage after.
    pub to_stage: Option<u64>,
    /// What was before: an amount, a date, an owner.
    pub before: String,
    /// What is after.
    pub after: String,
}

/// What was open at an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stock {
    /// Deals.
    pub count: u64,
    /// Their amounts.
    pub amount: i128,
    /// Weighted.
    pub weighted: i128,
    /// How many were stalled.
    pub stalled_count: u64,
    /// The amounts of those.
    pub stalled_amount: i128,
}

/// Everything between two instants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// One line a kind that happened.
    pub lines: Vec<ChangeLine>,
    /// What is behind them, by kind.
    pub items: Vec<ChangeItem>,
    /// Open at the earlier instant.
    pub before: Stock,
    /// Open at the later one.
    pub after: Stock,
}
