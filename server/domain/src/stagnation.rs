//! The stage clock and what it says (停滞, DOMAIN.md §3).

use crate::id::StageId;
use crate::opportunity::{Opportunity, StageEntry};
use crate::stage::{Stage, StageKind};
use crate::time::{MICROS_PER_DAY, Timestamp};

/// Percent of the period from which an opportunity is approaching stagnation.
const APPROACHING_PERCENT: i128 = 80;
/// Percent of the period from which it is stalled.
const STALLED_PERCENT: i128 = 100;
/// Percent of the period from which it is critical.
const CRITICAL_PERCENT: i128 = 150;

/// How far the stage clock has run against the stage's period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StagnationLevel {
    /// No period, not open, or below 80 % of it.
    Flowing,
    /// From 80 %.
    Approaching,
    /// From 100 %.
    Stalled,
    /// From 150 %.
    Critical,
}

/// Cumulative microseconds a history spent in a stage until `now`; entries after `now` do not count yet.
pub fn clock_micros(history: &[StageEntry], stage: StageId, now: Timestamp) -> i64 {
    let mut total: i64 = 0;
    for (index, entry) in history.iter().enumerate() {
        if entry.stage != stage || entry.entered_at >= now {
            continue;
        }
        let left = history
            .get(index + 1)
            .map_or(now, |next| next.entered_at.min(now));
        total = total.saturating_add(left.micros_since(entry.entered_at).max(0));
    }
    total
}

/// The level of a clock in a stage.
pub fn level_of(clock_micros: i64, stage: &Stage) -> StagnationLevel {
    let Some(days) = stage.stagnation_period_days else {
        return StagnationLevel::Flowing;
    };
    if stage.kind != StageKind::Open {
        return StagnationLevel::Flowing;
    }
    let scaled = i128::from(clock_micros) * 100;
    let period = i128::from(days) * i128::from(MICROS_PER_DAY);
    if scaled >= period * CRITICAL_PERCENT {
        StagnationLevel::Critical
    } else if scaled >= period * STALLED_PERCENT {
        StagnationLevel::Stalled
    } else if scaled >= period * APPROACHING_PERCENT {
        StagnationLevel::Approaching
    } else {
        StagnationLevel::Flowing
    }
}

/// The level of an opportunity in the stage it stands in.
pub fn level(opportunity: &Opportunity, stage: &Stage, now: Timestamp) -> StagnationLevel {
    level_of(opportunity.stage_clock_micros(now), stage)
}
