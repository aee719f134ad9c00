//! The funnel of now, from the sums that every change keeps up to date.

use super::{Funnel, FunnelQuery, Tally};
use crate::order_statistic::Runs;
use crate::pipeline::Pipeline;
use crate::scope::Owners;
use crate::stage::{Stage, StageKind};
use crate::stagnation::is_stalled;
use crate::state::State;

/// The funnel as things stand; stage clocks run to the instant of the query.
pub(super) fn funnel(state: &State, query: &FunnelQuery) -> Funnel {
    let scope = query.scope();
    let owners = scope.owners(state);
    let mut funnel = Funnel::empty();
    let pipelines = state.pipelines();
    for pipeline in pipelines.filter(|pipeline| scope.has_pipeline(pipeline.id)) {
        for stage in &pipeline.stages {
            let mut tally = stock(state, stage, &owners);
            stays(&mut tally, state, stage, &owners);
            firsts(&mut tally, state, query, stage, &owners);
            stalled(&mut tally, state, query, (pipeline, stage), &owners);
            funnel.push(pipeline, stage, tally);
        }
    }
    funnel
}

fn stock(state: &State, stage: &Stage, owners: &Owners) -> Tally {
    let mut tally = Tally::default();
    let index = state.funnel_index();
    owners.each(&index.stock, stage.id, |stock| {
        tally.count += stock.count;
        tally.amount_minor += stock.amount_minor;
        tally.weighted_minor += stock.weighted_minor;
    });
    tally
}

fn stays(tally: &mut Tally, state: &State, stage: &Stage, owners: &Owners) {
    let mut runs: Vec<&[i64]> = Vec::new();
    owners.each(&state.funnel_index().stays, stage.id, |stays| {
        runs.extend(stays.leaves());
    });
    let runs = Runs::of(runs);
    tally.visits = runs.len() as u64;
    tally.median_micros = runs.median();
    tally.p90_micros = runs.percentile(90);
}

fn firsts(tally: &mut Tally, state: &State, query: &FunnelQuery, stage: &Stage, owners: &Owners) {
    let days = query
        .window
        .map(|window| window.start.days()..window.end.days());
    let index = state.funnel_index();
    index.firsts(stage.id, days, |owner, firsts| {
        if owners.contains(owner) {
            tally.entered += firsts.entered;
            tally.advanced += firsts.advanced;
        }
    });
}

fn stalled(
    tally: &mut Tally,
    state: &State,
    query: &FunnelQuery,
    (pipeline, stage): (&Pipeline, &Stage),
    owners: &Owners,
) {
    if stage.kind != StageKind::Open || stage.stagnation_period_days.is_none() {
        return;
    }
    let zone = state.zone();
    for opportunity in state.opportunities_in_stage(stage.id) {
        if !opportunity.archived
            && owners.contains(opportunity.owner)
            && is_stalled(opportunity, stage, &pipeline.calendar, &zone, query.as_of)
        {
            tally.stalled_count += 1;
            tally.stalled_amount_minor += i128::from(opportunity.amount_minor);
        }
    }
}
