//! Deals as rows of a report: what is stuck, what stands behind a figure.

use jiff::civil::Date;

use crate::record::{Level, Micros};

/// A deal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DealRow {
    /// `opportunities/ID`.
    pub id: u64,
    /// What people call it.
    pub name: String,
    /// In minor units.
    pub amount: i128,
    /// Where it stands, or stood at the instant asked about.
    pub stage_id: u64,
    /// Who sells it.
    pub owner_id: Option<u64>,
    /// Who may buy it.
    pub customer_id: Option<u64>,
    /// Expected contract date.
    pub contract_date: Option<Date>,
    /// When its present visit of the stage began.
    pub stage_entered_us: Micros,
    /// Time spent in its stage during earlier visits.
    pub stage_clock_before_us: Micros,
    /// How far its stage clock has gone.
    pub level: Level,
}

/// Some deals, the first of them, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deals {
    /// In the order asked for.
    pub rows: Vec<DealRow>,
    /// How many there are in all.
    pub total: u64,
}
