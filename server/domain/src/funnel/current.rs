//! The funnel of now, from the sums that every change keeps up to date.

use super::{Funnel, FunnelQuery, Tally};
use crate::order_statistic::{Places, Runs};
use crate::pipeline::Pipeline;
use crate::scope::Owners;
use crate::stage::Stage;
use crate::stagnation::{StageClock, StagnationLevel, is_stalled, threshold_micros};
use crate::state::{Flow, State};
use crate::time::Timestamp;

/// The funnel as things stand; stage clocks run to the instant of the query.
pub(super) fn funnel(state: &State, query: &FunnelQuery) -> Funnel {
    let scope = query.scope();
    let owners = state.widened(scope.owners(state));
    let mut funnel = Funnel::empty();
    let pipelines = state.pipelines();
    for pipeline in pipelines.filter(|pipeline| scope.has_pipeline(pipeline.id)) {
        for stage in &pipeline.stages {
            let mut tally = stock(state, stage, &owners);
            passed(&mut tally, state, query, stage, &owners);
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

/// What passed through a stage: how long it stayed, and how much of it went further.
fn passed(tally: &mut Tally, state: &State, query: &FunnelQuery, stage: &Stage, owners: &Owners) {
    let index = state.funnel_index();
    let Some(all) = index.flows.get(&stage.id) else {
        return;
    };
    let days = query
        .window
        .map(|window| window.start.days()..window.end.days());
    let mut first = |flow: &Flow| {
        let (entered, advanced) = flow.firsts(days.as_ref());
        tally.entered += entered as u64;
        tally.advanced += advanced as u64;
    };
    let places: &dyn Places = if *owners == Owners::All {
        first(all);
        &all.stays
    } else {
        let mut runs: Vec<&[i64]> = Vec::new();
        owners.each(&index.flows_by_owner, stage.id, |flow| {
            first(flow);
            runs.extend(flow.stays.leaves());
        });
        &Runs::like(&all.stays, runs)
    };
    tally.visits = places.len() as u64;
    tally.median_micros = places.median();
    tally.p90_micros = places.percentile(90);
}

/// What was told to be stalled; what the clock has reached since, and has not been told yet, is added, and what was told
/// but is not so at this instant is taken off: these are few, and read by their clocks.
fn stalled(
    tally: &mut Tally,
    state: &State,
    query: &FunnelQuery,
    (pipeline, stage): (&Pipeline, &Stage),
    owners: &Owners,
) {
    let mut total = state.told_stalled(stage.id, owners);
    let zone = state.zone();
    let clock = StageClock {
        calendar: &pipeline.calendar,
        zone: &zone,
    };
    let (first, last) = (Timestamp(i64::MIN), Timestamp(i64::MAX));
    let threshold = threshold_micros(stage, StagnationLevel::Stalled);
    // Whoever virtually entered by then has been there long enough.
    let due = threshold.map_or(first, |micros| clock.before(query.as_of, micros));
    let mut correct = |from: Timestamp, to: Timestamp, level: StagnationLevel, sign: i64| {
        for (_, id) in state.clocks(stage.id, level, from, to) {
            let Some(row) = state
                .opportunity(id)
                .filter(|row| owners.contains(row.owner))
            else {
                continue;
            };
            let is = is_stalled(row, stage, &pipeline.calendar, &zone, query.as_of);
            if is == (sign > 0) {
                total.add(sign, row.amount_minor);
            }
        }
    };
    for level in StagnationLevel::ALL {
        if level >= StagnationLevel::Stalled {
            correct(due, last, level, -1);
        } else if threshold.is_some() {
            correct(first, due, level, 1);
        }
    }
    tally.stalled_count = u64::try_from(total.count).unwrap_or_default();
    tally.stalled_amount_minor = total.amount_minor;
}
