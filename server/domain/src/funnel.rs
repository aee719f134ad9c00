//! The funnel now or at a past instant (DOMAIN.md §5).
//!
//! Time in stage is per **completed visit**: from entering a stage to leaving it for another one, both by the instant
//! asked for. Visits still open do not count, nor do those whose beginning or end was imported without a time. (Checked
//! against the real histories of BPI Challenge 2012: this definition gives the published medians of 349.455 hours and
//! 6.763 hours; counting open visits as if they ended with the log gives 357.502 and 7.087.) The median of an even
//! number of visits is the mean of the middle two; the 90th percentile is the nearest rank.
//!
//! The funnel of now is read from sums that every change keeps up to date; that of a past instant is counted over the
//! state as it was ([`State::as_of`]), with the settings, owners and amounts of that time. Both agree (a test compares).

mod current;
pub mod scan;

use serde::{Deserialize, Serialize};

use crate::cycle::Window;
use crate::id::{MemberId, PipelineId, StageId, TeamId};
use crate::pipeline::Pipeline;
use crate::scope::Scope;
use crate::stage::{Stage, StageKind};
use crate::state::State;
use crate::time::Timestamp;

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

    /// What part of the workspace.
    pub const fn scope(&self) -> Scope {
        Scope {
            pipeline: self.pipeline,
            owner: self.owner,
            team: self.team,
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
#[derive(Clone, Debug, Default)]
struct Tally {
    count: u64,
    amount_minor: i128,
    weighted_minor: i128,
    stalled_count: u64,
    stalled_amount_minor: i128,
    visits: u64,
    median_micros: Option<i64>,
    p90_micros: Option<i64>,
    entered: u64,
    advanced: u64,
}

/// The funnel at an instant: what is stored now, unless something is dated later; then the state as it was.
pub fn funnel(state: &State, query: &FunnelQuery) -> Funnel {
    if state.is_past() {
        scan::funnel(state, query)
    } else if query.as_of < state.horizon() {
        scan::funnel(&state.as_of(query.as_of), query)
    } else {
        current::funnel(state, query)
    }
}

/// The funnel as things stand, whatever the clock says; only stage clocks run to the instant of the query.
pub fn funnel_now(state: &State, query: &FunnelQuery) -> Funnel {
    current::funnel(state, query)
}

impl Funnel {
    /// Adds a stage, unless it is retired and there is nothing to tell of it.
    fn push(&mut self, pipeline: &Pipeline, stage: &Stage, tally: Tally) {
        let unused = tally.count == 0 && tally.entered == 0 && tally.visits == 0;
        if stage.retired && unused {
            return;
        }
        add_totals(&mut self.totals, stage.kind, &tally);
        self.rows.push(row(pipeline, stage, &tally));
    }

    const fn empty() -> Self {
        Self {
            rows: Vec::new(),
            totals: FunnelTotals {
                open_count: 0,
                open_amount_minor: 0,
                weighted_minor: 0,
                classic_weighted_minor: 0,
                stalled_count: 0,
                stalled_amount_minor: 0,
            },
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

fn row(pipeline: &Pipeline, stage: &Stage, tally: &Tally) -> FunnelRow {
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
        visits: tally.visits,
        median_micros_in_stage: tally.median_micros,
        p90_micros_in_stage: tally.p90_micros,
        entered: tally.entered,
        advanced: tally.advanced,
        conversion_bp: conversion.and_then(|share| u16::try_from(share).ok()),
    }
}
