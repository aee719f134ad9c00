//! The funnel counted from the histories, one opportunity after the other: what the sums of now must agree with, and how
//! a past instant is counted.

use super::{Funnel, FunnelQuery, Tally};
use crate::money::weighted_minor;
use crate::opportunity::{Opportunity, StageEntry};
use crate::order_statistic::{median_of, percentile_of};
use crate::pipeline::Pipeline;
use crate::scope::Test;
use crate::stage::StageKind;
use crate::stagnation::{StageClock, StagnationLevel, level_of};
use crate::state::State;
use crate::time::{Timestamp, Zone};

/// The tally of a stage with the micros of each of its visits, whose order statistics are taken at the end.
type Counted = (Tally, Vec<i64>);

/// The funnel of a state at an instant, from its histories up to then.
pub fn funnel(state: &State, query: &FunnelQuery) -> Funnel {
    let zone = state.zone();
    let window = query.window.map(|window| window.instants(&zone));
    let test = Test::of(query.scope(), state);
    let mut tallies: Vec<(&Pipeline, Vec<Counted>)> = state
        .pipelines()
        .filter(|pipeline| query.pipeline.is_none_or(|wanted| wanted == pipeline.id))
        .map(|pipeline| {
            let stages = vec![Default::default(); pipeline.stages.len()];
            (&**pipeline, stages)
        })
        .collect();
    for opportunity in state.opportunities() {
        if opportunity.created_at > query.as_of || !test.covers(opportunity) {
            continue;
        }
        let found =
            tallies.binary_search_by_key(&opportunity.pipeline, |(pipeline, _)| pipeline.id);
        if let Ok(index) = found {
            let (pipeline, tally) = &mut tallies[index];
            count(tally, pipeline, &zone, opportunity, query.as_of, window);
        }
    }
    let mut funnel = Funnel::empty();
    for (pipeline, stages) in tallies {
        for (stage, (mut tally, mut visits)) in pipeline.stages.iter().zip(stages) {
            tally.visits = visits.len() as u64;
            tally.median_micros = median_of(&mut visits);
            tally.p90_micros = percentile_of(&mut visits, 90);
            funnel.push(pipeline, stage, tally);
        }
    }
    funnel
}

fn count(
    tallies: &mut [Counted],
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
    let (tally, _) = &mut tallies[rank];
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
fn count_visits(tallies: &mut [Counted], past: &[StageEntry], ranks: &[usize]) {
    let mut begin = 0;
    for index in 1..past.len() {
        if ranks[index] == ranks[begin] {
            continue;
        }
        if past[begin].time_known && past[index].time_known {
            let stay = past[index].entered_at.micros_since(past[begin].entered_at);
            tallies[ranks[begin]].1.push(stay);
        }
        begin = index;
    }
}

/// First entries in the window, and whether the opportunity ever went further after them.
fn count_conversion(
    tallies: &mut [Counted],
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
        tallies[*rank].0.entered += 1;
        let further = ranks[index + 1..]
            .iter()
            .any(|later| later > rank && pipeline.stages[*later].kind != StageKind::Lost);
        if further && pipeline.stages[*rank].kind == StageKind::Open {
            tallies[*rank].0.advanced += 1;
        }
    }
}
