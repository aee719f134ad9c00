//! What became of closed opportunities: win rate, reasons for losing, and how long it took (DOMAIN.md §5).
//!
//! An opportunity counts as it stands at the instant asked for: one that was reopened is not closed. Archived ones are left
//! out. The length is from creation to the end, measured where both times are known.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cycle::Window;
use crate::id::StageId;
use crate::opportunity::Opportunity;
use crate::order_statistic::Runs;
use crate::scope::{Scope, Test};
use crate::stage::StageKind;
use crate::state::State;
use crate::text::normal_key;
use crate::time::{MICROS_PER_DAY, Timestamp};

/// Upper bounds of the lengths that are counted together, in days; what is longer is counted together too.
const LENGTH_DAYS: [u32; 7] = [7, 14, 30, 60, 90, 180, 365];

/// What to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutcomeQuery {
    /// The instant.
    pub as_of: Timestamp,
    /// What part of the workspace.
    pub scope: Scope,
    /// Closed within these days; none = ever.
    pub window: Option<Window>,
}

/// A count and an amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Opportunities.
    pub count: u64,
    /// Their amounts in minor units.
    pub amount_minor: i128,
}

impl Sum {
    fn add(&mut self, row: &Opportunity) {
        self.count += 1;
        self.amount_minor += i128::from(row.amount_minor);
    }
}

/// A reason for losing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LossReason {
    /// As first given; empty when none was.
    pub reason: Box<str>,
    /// How many and for how much.
    pub sum: Sum,
    /// The same by the stage lost from, in the order of the stages; none = first seen lost.
    pub stages: Vec<(Option<StageId>, Sum)>,
}

/// How long it took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lengths {
    /// Opportunities measured.
    pub count: u64,
    /// Median in microseconds.
    pub median_micros: Option<i64>,
    /// 90th percentile in microseconds.
    pub p90_micros: Option<i64>,
    /// From so many days, up to so many (none = no end): how many.
    pub buckets: Vec<(u32, Option<u32>, u64)>,
}

/// What became of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcomes {
    /// Won and still won.
    pub won: Sum,
    /// Lost and still lost.
    pub lost: Sum,
    /// Why the others were lost, the most frequent first.
    pub reasons: Vec<LossReason>,
    /// How long the won ones took.
    pub won_lengths: Lengths,
    /// How long the lost ones took.
    pub lost_lengths: Lengths,
}

impl Outcomes {
    /// Won of all closed, by count, in basis points; none where nothing was closed.
    pub fn win_rate_bp(&self) -> Option<u16> {
        let closed = self.won.count + self.lost.count;
        let share = (self.won.count * 10_000).checked_div(closed)?;
        u16::try_from(share).ok()
    }

    /// Won of all closed, by amount, in basis points; none where nothing was closed.
    pub fn win_rate_by_amount_bp(&self) -> Option<u16> {
        let closed = self.won.amount_minor + self.lost.amount_minor;
        let share = (self.won.amount_minor * 10_000).checked_div(closed)?;
        u16::try_from(share).ok()
    }
}

/// What became of the opportunities closed in a cycle.
pub fn outcomes(state: &State, query: &OutcomeQuery) -> Outcomes {
    let state = state.seen_at(query.as_of);
    outcomes_now(&state, query)
}

/// The same as things stand, whatever the clock says.
pub fn outcomes_now(state: &State, query: &OutcomeQuery) -> Outcomes {
    let (mut won, mut lost) = (Sum::default(), Sum::default());
    let (mut won_lengths, mut lost_lengths) = (Vec::new(), Vec::new());
    let mut reasons: BTreeMap<String, Reason> = BTreeMap::new();
    for row in closed(state, query) {
        let kind = state.stage(row.stage).map(|(_, stage)| stage.kind);
        let (sum, lengths) = match kind {
            Some(StageKind::Won) => (&mut won, &mut won_lengths),
            Some(StageKind::Lost) => (&mut lost, &mut lost_lengths),
            Some(StageKind::Open) | None => continue,
        };
        sum.add(row);
        lengths.extend(length(row));
        if kind == Some(StageKind::Lost) {
            let given = loss_reason(row);
            let reason = reasons.entry(normal_key(given)).or_default();
            if reason.sum.count == 0 {
                reason.given = given.into();
            }
            reason.sum.add(row);
            let from = lost_from(state, row);
            let stages = reason.stages.entry(place(state, from));
            stages.or_insert((from, Sum::default())).1.add(row);
        }
    }
    let mut reasons: Vec<LossReason> = reasons.into_values().map(Reason::finish).collect();
    // The map gave them by their keys, which settles ties.
    reasons.sort_by_key(|reason| std::cmp::Reverse((reason.sum.count, reason.sum.amount_minor)));
    Outcomes {
        won,
        lost,
        reasons,
        won_lengths: lengths_of(won_lengths),
        lost_lengths: lengths_of(lost_lengths),
    }
}

/// What is gathered of a reason.
#[derive(Default)]
struct Reason {
    given: Box<str>,
    sum: Sum,
    stages: BTreeMap<(u64, usize), (Option<StageId>, Sum)>,
}

impl Reason {
    fn finish(self) -> LossReason {
        LossReason {
            reason: self.given,
            sum: self.sum,
            stages: self.stages.into_values().collect(),
        }
    }
}

/// Everything closed within the cycle that is not archived, in no particular order of meaning.
pub(crate) fn closed<'a>(state: &'a State, query: &OutcomeQuery) -> Vec<&'a Arc<Opportunity>> {
    let zone = state.zone();
    let window = query.window.map(|window| window.instants(&zone));
    let test = Test::of(query.scope, state);
    let inside = |at: Timestamp| window.is_none_or(|(from, to)| (from..to).contains(&at));
    if state.is_past() {
        return state
            .opportunities()
            .filter(|row| row.closed_at.is_some_and(inside) && test.covers(row))
            .collect();
    }
    state
        .closed_between(window)
        .filter(|row| test.covers(row))
        .collect()
}

/// Why an opportunity was lost; empty when nobody said.
pub(crate) fn loss_reason(row: &Opportunity) -> &str {
    row.extra().loss_reason.as_deref().unwrap_or_default()
}

/// The stage an opportunity stood in before it was lost.
pub(crate) fn lost_from(state: &State, row: &Opportunity) -> Option<StageId> {
    let is_lost = |id: StageId| {
        let stage = state.stage(id);
        stage.is_some_and(|(_, stage)| stage.kind == StageKind::Lost)
    };
    let entries = row.history.iter().rev();
    entries.map(|entry| entry.stage).find(|id| !is_lost(*id))
}

/// Where a stage comes among all, for the order of rows; what was first seen lost comes first.
fn place(state: &State, stage: Option<StageId>) -> (u64, usize) {
    let found = stage.and_then(|id| {
        let (pipeline, _) = state.stage(id)?;
        Some((pipeline.id.0, pipeline.rank(id)? + 1))
    });
    found.unwrap_or_default()
}

/// From creation to the end in microseconds; none where one of them is not known.
fn length(row: &Opportunity) -> Option<i64> {
    let closed_at = row.closed_at?;
    let import = row.extra().import.as_ref();
    let created = import.is_some_and(|import| import.created_at_known)
        || row.history.first().is_some_and(|entry| entry.time_known);
    let entry = row
        .history
        .iter()
        .find(|entry| entry.entered_at == closed_at);
    let closed = entry.is_some_and(|entry| entry.time_known);
    (created && closed).then(|| closed_at.micros_since(row.created_at).max(0))
}

fn lengths_of(mut micros: Vec<i64>) -> Lengths {
    micros.sort_unstable();
    let below = |days: u32| {
        let bound = i64::from(days) * MICROS_PER_DAY;
        micros.partition_point(|length| *length < bound)
    };
    let mut buckets = Vec::with_capacity(LENGTH_DAYS.len() + 1);
    let (mut from, mut counted) = (0, 0);
    for days in LENGTH_DAYS {
        buckets.push((from, Some(days), (below(days) - counted) as u64));
        (from, counted) = (days, below(days));
    }
    buckets.push((from, None, (micros.len() - counted) as u64));
    let runs = Runs::of([micros.as_slice()]);
    Lengths {
        count: micros.len() as u64,
        median_micros: runs.median(),
        p90_micros: runs.percentile(90),
        buckets,
    }
}
