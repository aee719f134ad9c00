//! The funnel at an instant (DOMAIN.md §5), computed from the histories.
//!
//! Time in stage is per **completed visit**: from entering a stage to leaving it for another one, both by the instant
//! asked for. Visits still open do not count, nor do those whose beginning or end was imported without a time. (Checked
//! against the real histories of BPI Challenge 2012: this definition gives the published medians of 349.455 hours and
//! 6.763 hours; counting open visits as if they ended with the log gives 357.502 and 7.087.) The median of an even
//! number of visits is the mean of the middle two; the 90th percentile is the nearest rank.
//!
//! The stage of an instant in the past is that of the last entry by then; the amount is the one frozen at that entry,
//! or the current one where nothing was entered since. What is archived now is left out at every instant.

use serde::{Deserialize, Serialize};

use crate::cycle::Window;
use crate::id::{MemberId, PipelineId, StageId, TeamId};
use crate::money::weighted_minor;
use crate::opportunity::{Opportunity, StageEntry};
use crate::pipeline::Pipeline;
use crate::stage::StageKind;
use crate::stagnation::{StageClock, StagnationLevel, level_of};
use crate::state::State;
use crate::time::{Timestamp, Zone};

/// What to count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunnelQuery {
    /// The instant.
    pub as_of: Timestamp,
    /// Only this pipeline; none = all.
    pub pipeline: Option<PipelineId>,
    /// Only opportunities this member owns.
    pub owner: Option<MemberId>,
    /// Only opportunities whose owner is in this team or below it.
    pub team: Option<TeamId>,
    /// The days in which a first entry counts for the conversion; none = all up to `as_of`.
    pub window: Option<Window>,
}

impl FunnelQuery {
    /// Everything at an instant.
    pub const fn at(as_of: Timestamp) -> Self {
        Self {
            as_of,
            pipeline: None,
            owner: None,
            team: None,
            window: None,
        }
    }
}

/// A stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunnelRow {
    /// Its pipeline.
    pub pipeline: PipelineId,
    /// The pipeline's name.
    pub pipeline_name: String,
    /// The stage.
    pub stage: StageId,
    /// Its name.
    pub stage_name: String,
    /// Its kind.
    pub kind: StageKind,
    /// Opportunities that stand in it.
    pub count: u64,
    /// Their amounts.
    pub amount_minor: i128,
    /// Their amounts × win probability, each rounded.
    pub weighted_minor: i128,
    /// How many of them are stalled.
    pub stalled_count: u64,
    /// For how much.
    pub stalled_amount_minor: i128,
    /// Completed visits of it.
    pub visits: u64,
    /// Median length of a completed visit.
    pub median_micros_in_stage: Option<i64>,
    /// 90th percentile of it.
    pub p90_micros_in_stage: Option<i64>,
    /// Opportunities that first entered it in the window.
    pub entered: u64,
    /// How many of those ever went further: to a later open stage or to won.
    pub advanced: u64,
    /// `advanced` of `entered` in basis points; none where nothing entered.
    pub conversion_bp: Option<u16>,
}

/// All stages together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunnelTotals {
    /// Open opportunities.
    pub open_count: u64,
    /// Their amounts.
    pub open_amount_minor: i128,
    /// Weighted pipeline: over the open stages.
    pub weighted_minor: i128,
    /// Weighted sum over all stages, won included: the plain method of the source.
    pub classic_weighted_minor: i128,
    /// Stalled opportunities.
    pub stalled_count: u64,
    /// Their amounts.
    pub stalled_amount_minor: i128,
}

/// The funnel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Funnel {
    /// Stages by pipeline and order; retired ones only where something stands in them or ever did.
    pub rows: Vec<FunnelRow>,
    /// All of them together.
    pub totals: FunnelTotals,
}

/// What is gathered of a stage before it becomes a row.
#[derive(Default)]
struct Tally {
    count: u64,
    amount_minor: i128,
    weighted_minor: i128,
    stalled_count: u64,
    stalled_amount_minor: i128,
    visits: Vec<i64>,
    entered: u64,
    advanced: u64,
}

/// The funnel at an instant.
pub fn funnel(state: &State, query: &FunnelQuery) -> Funnel {
    let zone = state.zone();
    let window = query.window.map(|window| window.instants(&zone));
    let mut funnel = Funnel {
        rows: Vec::new(),
        totals: FunnelTotals::default(),
    };
    let mut tallies: Vec<(&Pipeline, Vec<Tally>)> = state
        .pipelines()
        .filter(|pipeline| query.pipeline.is_none_or(|wanted| wanted == pipeline.id))
        .map(|pipeline| {
            let stages = pipeline.stages.iter().map(|_| Tally::default()).collect();
            (&**pipeline, stages)
        })
        .collect();
    for opportunity in state.opportunities() {
        if !is_wanted(state, query, opportunity) {
            continue;
        }
        let found =
            tallies.binary_search_by_key(&opportunity.pipeline, |(pipeline, _)| pipeline.id);
        if let Ok(index) = found {
            let (pipeline, tally) = &mut tallies[index];
            count(tally, pipeline, &zone, opportunity, query.as_of, window);
        }
    }
    for (pipeline, stages) in tallies {
        for (stage, tally) in pipeline.stages.iter().zip(stages) {
            let unused = tally.count == 0 && tally.entered == 0 && tally.visits.is_empty();
            if stage.retired && unused {
                continue;
            }
            add_totals(&mut funnel.totals, stage.kind, &tally);
            funnel.rows.push(row(pipeline, stage, tally));
        }
    }
    funnel
}

fn is_wanted(state: &State, query: &FunnelQuery, opportunity: &Opportunity) -> bool {
    if opportunity.archived || opportunity.created_at > query.as_of {
        return false;
    }
    if query.owner.is_some() && query.owner != opportunity.owner {
        return false;
    }
    query.team.is_none_or(|wanted| {
        opportunity
            .owner
            .and_then(|owner| state.member(owner)?.team)
            .is_some_and(|team| state.team_is_within(team, wanted))
    })
}

fn count(
    tallies: &mut [Tally],
    pipeline: &Pipeline,
    zone: &Zone,
    opportunity: &Opportunity,
    as_of: Timestamp,
    window: Option<(Timestamp, Timestamp)>,
) {
    let known = opportunity
        .history
        .partition_point(|entry| entry.entered_at <= as_of);
    let past = &opportunity.history[..known];
    let Some(last) = past.last() else {
        return;
    };
    let ranks: Vec<usize> = past
        .iter()
        .filter_map(|entry| pipeline.rank(entry.stage))
        .collect();
    if ranks.len() != past.len() {
        return;
    }
    count_visits(tallies, past, &ranks);
    count_conversion(tallies, pipeline, past, &ranks, window);

    let rank = ranks[known - 1];
    let stage = &pipeline.stages[rank];
    let current = known == opportunity.history.len();
    let amount_minor = if current {
        opportunity.amount_minor
    } else {
        last.amount_minor
    };
    let tally = &mut tallies[rank];
    tally.count += 1;
    tally.amount_minor += i128::from(amount_minor);
    let probability_bp = opportunity.win_probability_bp(stage);
    tally.weighted_minor += i128::from(weighted_minor(amount_minor, probability_bp));
    let clock = StageClock {
        calendar: &pipeline.calendar,
        zone,
    };
    if level_of(clock.micros(past, stage.id, as_of), stage) >= StagnationLevel::Stalled {
        tally.stalled_count += 1;
        tally.stalled_amount_minor += i128::from(amount_minor);
    }
}

/// Completed visits: entries of one stage that follow each other are one visit.
fn count_visits(tallies: &mut [Tally], past: &[StageEntry], ranks: &[usize]) {
    let mut begin = 0;
    for index in 1..past.len() {
        if ranks[index] == ranks[begin] {
            continue;
        }
        if past[begin].time_known && past[index].time_known {
            let stay = past[index].entered_at.micros_since(past[begin].entered_at);
            tallies[ranks[begin]].visits.push(stay);
        }
        begin = index;
    }
}

/// First entries in the window, and whether the opportunity ever went further after them.
fn count_conversion(
    tallies: &mut [Tally],
    pipeline: &Pipeline,
    past: &[StageEntry],
    ranks: &[usize],
    window: Option<(Timestamp, Timestamp)>,
) {
    for (index, rank) in ranks.iter().enumerate() {
        if ranks[..index].contains(rank) {
            continue;
        }
        let at = past[index].entered_at;
        if window.is_some_and(|(from, to)| at < from || at >= to) {
            continue;
        }
        tallies[*rank].entered += 1;
        let further = ranks[index + 1..]
            .iter()
            .any(|later| later > rank && pipeline.stages[*later].kind != StageKind::Lost);
        if further && pipeline.stages[*rank].kind == StageKind::Open {
            tallies[*rank].advanced += 1;
        }
    }
}

fn add_totals(totals: &mut FunnelTotals, kind: StageKind, tally: &Tally) {
    if kind == StageKind::Open {
        totals.open_count += tally.count;
        totals.open_amount_minor += tally.amount_minor;
        totals.weighted_minor += tally.weighted_minor;
    }
    if kind != StageKind::Lost {
        totals.classic_weighted_minor += tally.weighted_minor;
    }
    totals.stalled_count += tally.stalled_count;
    totals.stalled_amount_minor += tally.stalled_amount_minor;
}

fn row(pipeline: &Pipeline, stage: &crate::stage::Stage, mut tally: Tally) -> FunnelRow {
    tally.visits.sort_unstable();
    let share = u128::from(tally.advanced) * 10_000;
    let conversion = share.checked_div(u128::from(tally.entered));
    FunnelRow {
        pipeline: pipeline.id,
        pipeline_name: pipeline.name.to_string(),
        stage: stage.id,
        stage_name: stage.name.to_string(),
        kind: stage.kind,
        count: tally.count,
        amount_minor: tally.amount_minor,
        weighted_minor: tally.weighted_minor,
        stalled_count: tally.stalled_count,
        stalled_amount_minor: tally.stalled_amount_minor,
        visits: tally.visits.len() as u64,
        median_micros_in_stage: median(&tally.visits),
        p90_micros_in_stage: nearest_rank(&tally.visits, 90),
        entered: tally.entered,
        advanced: tally.advanced,
        conversion_bp: conversion.and_then(|share| u16::try_from(share).ok()),
    }
}

/// The middle of sorted values; of an even number the mean of the middle two.
fn median(sorted: &[i64]) -> Option<i64> {
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = sorted[middle - 1];
    Some(lower + (upper - lower) / 2)
}

/// The nearest-rank percentile of sorted values.
fn nearest_rank(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_of_few_values() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[7]), Some(7));
        assert_eq!(median(&[1, 4]), Some(2));
        assert_eq!(median(&[1, 4, 9]), Some(4));
        assert_eq!(nearest_rank(&[], 90), None);
        assert_eq!(nearest_rank(&[5], 90), Some(5));
        let ten: Vec<i64> = (1..=10).collect();
        assert_eq!(nearest_rank(&ten, 90), Some(9));
    }
}
