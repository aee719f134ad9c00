//! The forecast by month of contract date, and what became of closed deals (DOMAIN.md §5). Amounts are in minor units.

use crate::record::Micros;

/// One month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MonthRow {
    /// `2026-11`; empty for what has no contract date.
    pub month: String,
    /// Won in it.
    pub won: i128,
    /// How many.
    pub won_count: u64,
    /// Open deals expected in it.
    pub open: i128,
    /// How many.
    pub open_count: u64,
    /// Their weighted amounts.
    pub weighted: i128,
    /// Those whose date has passed.
    pub overdue: i128,
    /// How many.
    pub overdue_count: u64,
    /// How many of the open ones were ever put off.
    pub pushed_count: u64,
    /// How often, together.
    pub push_count: u64,
    /// What is missing to the month's target; none without one.
    pub gap: Option<i128>,
    /// The month's target.
    pub target: Option<i128>,
}

/// The months of a cycle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    /// In order.
    pub months: Vec<MonthRow>,
    /// Together.
    pub total: MonthRow,
    /// Σ weighted over all open stages, whatever the date.
    pub weighted: i128,
    /// The plain method: all stages, won included.
    pub classic: i128,
}

/// A reason for losing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reason {
    /// As given; empty when none was.
    pub words: String,
    /// How many.
    pub count: u64,
    /// For how much.
    pub amount: i128,
}

/// How many took how long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Not shorter than this many days.
    pub from_days: u64,
    /// Shorter than this many; 0 = no end.
    pub to_days: u64,
    /// How many.
    pub count: u64,
}

/// What became of the deals closed in a cycle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// Won.
    pub won_count: u64,
    /// For how much.
    pub won: i128,
    /// Lost.
    pub lost_count: u64,
    /// For how much.
    pub lost: i128,
    /// Won of all closed, by count, in basis points.
    pub win_rate_bp: i64,
    /// Why the others were lost, the most frequent first.
    pub reasons: Vec<Reason>,
    /// Median time from creation to the win.
    pub median_us: Option<Micros>,
    /// 90th percentile of the same.
    pub p90_us: Option<Micros>,
    /// How the lengths of the won ones are distributed.
    pub lengths: Vec<Bucket>,
}
