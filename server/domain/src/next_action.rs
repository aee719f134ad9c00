//! The next best action (TUI.md §3): a member's own queue, by amount × gain in win probability ÷ days to stagnation.
//!
//! All in whole numbers, so that anyone can check a row by hand: the amount in minor units, times the gain of the next
//! stage in basis points, divided by the days that are left until the opportunity is stalled, begun days counted whole and
//! one at least. Where a stage has no period, `DAYS_WITHOUT_PERIOD` stands in. Ties end in the id.

use serde::{Deserialize, Serialize};

use crate::id::{MemberId, OpportunityId, StageId};
use crate::opportunity::Opportunity;
use crate::pipeline::Pipeline;
use crate::stage::{Stage, StageKind};
use crate::stagnation::{StageClock, StagnationLevel, level_of, threshold_micros};
use crate::state::State;
use crate::time::{MICROS_PER_DAY, Timestamp};

/// Days that are reckoned for an opportunity that can never stall.
pub const DAYS_WITHOUT_PERIOD: i64 = 90;

/// One opportunity of the queue, and why it stands where it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextAction {
    /// Which.
    pub opportunity: OpportunityId,
    /// Where it should go: the next stage in use, or the first won one.
    pub next_stage: StageId,
    /// What it would bring, in minor units.
    pub amount_minor: i64,
    /// How much likelier it would be won there, in basis points; never below zero.
    pub gain_bp: u16,
    /// How far its stage clock is now.
    pub level: StagnationLevel,
    /// Microseconds of its stage clock until it is stalled, below zero: since; none = its stage has no period.
    pub left_micros: Option<i64>,
    /// The days it is divided by.
    pub days: i64,
    /// Whole days since the last activity, or since it was created.
    pub idle_days: i64,
    /// amount × gain ÷ days.
    pub score: i128,
}

/// The queue of a member: their open opportunities, the most urgent first.
pub fn next_actions(state: &State, member: MemberId, now: Timestamp) -> Vec<NextAction> {
    let zone = state.zone();
    let mut queue: Vec<NextAction> = state
        .opportunities_of_owner(member)
        .filter(|opportunity| !opportunity.archived)
        .filter_map(|opportunity| {
            let (pipeline, stage) = state.stage(opportunity.stage)?;
            let clock = StageClock {
                calendar: &pipeline.calendar,
                zone: &zone,
            };
            let next = next_stage(pipeline, stage)?;
            let micros = clock.elapsed(clock.virtual_entry(opportunity), now);
            let period = threshold_micros(stage, StagnationLevel::Stalled);
            let left_micros = period.map(|period| period - micros);
            let days = left_micros.map_or(DAYS_WITHOUT_PERIOD, begun_days);
            let gain_bp = next
                .win_probability_bp
                .saturating_sub(stage.win_probability_bp);
            let value = i128::from(opportunity.amount_minor) * i128::from(gain_bp);
            Some(NextAction {
                opportunity: opportunity.id,
                next_stage: next.id,
                amount_minor: opportunity.amount_minor,
                gain_bp,
                level: level_of(micros, stage),
                left_micros,
                days,
                idle_days: idle_days(state, opportunity, now),
                score: value / i128::from(days),
            })
        })
        .collect();
    queue.sort_by(|left, right| {
        right
            .score
            .cmp(&left.score)
            .then(left.opportunity.cmp(&right.opportunity))
    });
    queue
}

/// Days, begun ones counted whole; one at least.
fn begun_days(micros: i64) -> i64 {
    (micros.max(1) - 1) / MICROS_PER_DAY + 1
}

/// The stage after an open one: the next in use, which after the last open one is the first won one.
fn next_stage<'a>(pipeline: &'a Pipeline, stage: &Stage) -> Option<&'a Stage> {
    if stage.kind != StageKind::Open {
        return None;
    }
    let rank = pipeline.rank(stage.id)?;
    pipeline.stages[rank + 1..]
        .iter()
        .find(|next| !next.retired && next.kind != StageKind::Lost)
}

fn idle_days(state: &State, opportunity: &Opportunity, now: Timestamp) -> i64 {
    let last = state
        .activities_of(opportunity.id)
        .map(|activity| activity.occurred_at)
        .filter(|at| *at <= now)
        .max();
    let since = last.unwrap_or(opportunity.created_at);
    now.micros_since(since).max(0) / MICROS_PER_DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn begun_days_count_whole_and_one_at_least() {
        for (micros, days) in [
            (i64::MIN, 1),
            (-MICROS_PER_DAY, 1),
            (0, 1),
            (1, 1),
            (MICROS_PER_DAY, 1),
            (MICROS_PER_DAY + 1, 2),
            (3 * MICROS_PER_DAY, 3),
        ] {
            assert_eq!(begun_days(micros), days, "{micros}");
        }
    }
}
