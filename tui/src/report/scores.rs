//! Score entries: the facts behind a metric (DOMAIN.md §4).

use crate::record::Micros;

/// A score entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScoreRow {
    /// `scoreEntries/ID`.
    pub id: u64,
    /// When it counts.
    pub time: Micros,
    /// The deal; none for a check-in without one.
    pub deal_id: Option<u64>,
    /// The member credited.
    pub member_id: Option<u64>,
    /// The stage entered.
    pub stage_id: Option<u64>,
    /// 1, −1 for a reversal, 0 for a correction.
    pub count: i64,
    /// In minor units.
    pub amount: i128,
    /// Whether it counts.
    pub credited: bool,
    /// Why not, as the server's stable word; empty when credited.
    pub uncredited_reason: String,
}

/// The entries behind a figure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scores {
    /// The first of them, by id.
    pub rows: Vec<ScoreRow>,
    /// How many there are in all.
    pub total: u64,
}
