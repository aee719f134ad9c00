//! What became of closed opportunities: win rate, reasons for losing, and how long it took (DOMAIN.md §5).
//!
//! An opportunity counts as it stands at the instant asked for: one that was reopened is not closed. Archived ones are left
//! out. The length is from creation to the end, measured where both times are known.

use std::collections::BTreeMap;

use crate::closing::{Closing, loss_reason};
use crate::cycle::Window;
use crate::id::{OpportunityId, StageId};
use crate::order_statistic::{median_of, percentile_of};
use crate::scope::{Scope, Test};
use crate::state::State;
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
    fn add(&mut self, closing: &Closing) {
        self.count += 1;
        self.amount_minor += i128::from(closing.amount_minor);
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
    let mut reasons: BTreeMap<Box<str>, Reason> = BTreeMap::new();
    each_closing(state, query, |closing| {
        let Some(loss) = &closing.loss else {
            won.add(closing);
            won_lengths.extend(closing.length_micros);
            return;
        };
        lost.add(closing);
        lost_lengths.extend(closing.length_micros);
        // Few reasons, many losses: the key is copied once.
        match reasons.get_mut(&*loss.reason) {
            Some(reason) => reason.add(closing, loss.from),
            None => {
                let mut reason = Reason::first(closing.id);
                reason.add(closing, loss.from);
                reasons.insert((*loss.reason).into(), reason);
            }
        }
    });
    let reasons = reasons.into_values().map(|reason| reason.finish(state));
    let mut reasons: Vec<LossReason> = reasons.collect();
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
struct Reason {
    /// The first opportunity met that was lost for it: its spelling is shown.
    first: OpportunityId,
    sum: Sum,
    stages: BTreeMap<Option<StageId>, Sum>,
}

impl Reason {
    fn first(first: OpportunityId) -> Self {
        Self {
            first,
            sum: Sum::default(),
            stages: BTreeMap::new(),
        }
    }

    fn add(&mut self, closing: &Closing, from: Option<StageId>) {
        self.sum.add(closing);
        self.stages.entry(from).or_default().add(closing);
    }

    fn finish(self, state: &State) -> LossReason {
        let given = state.opportunity(self.first).map(|row| loss_reason(row));
        let mut stages: Vec<(Option<StageId>, Sum)> = self.stages.into_iter().collect();
        stages.sort_by_key(|(from, _)| place(state, *from));
        LossReason {
            reason: given.unwrap_or_default().into(),
            sum: self.sum,
            stages,
        }
    }
}

/// Visits everything closed within the cycle that is not archived: by the ends, in a view of the past by id.
pub(crate) fn each_closing(state: &State, query: &OutcomeQuery, mut visit: impl FnMut(&Closing)) {
    let zone = state.zone();
    let window = query.window.map(|window| window.instants(&zone));
    let test = Test::of(query.scope, state);
    if !state.is_past() {
        let closings = state.closed_between(window);
        closings
            .filter(|own| test.covers_those_of(own.pipeline, own.owner))
            .for_each(visit);
        return;
    }
    let inside = |at: Timestamp| window.is_none_or(|(from, to)| (from..to).contains(&at));
    for row in state.opportunities() {
        if row.closed_at.is_some_and(inside)
            && test.covers(row)
            && let Some(pipeline) = state.pipeline(row.pipeline)
            && let Some(closing) = Closing::of(row, pipeline, |key| key)
        {
            visit(&closing);
        }
    }
}

/// Where a stage comes among all, for the order of rows; what was first seen lost comes first.
fn place(state: &State, stage: Option<StageId>) -> (u64, usize) {
    let found = stage.and_then(|id| {
        let (pipeline, _) = state.stage(id)?;
        Some((pipeline.id.0, pipeline.rank(id)? + 1))
    });
    found.unwrap_or_default()
}

fn lengths_of(mut micros: Vec<i64>) -> Lengths {
    let mut counts = [0_u64; LENGTH_DAYS.len() + 1];
    for length in &micros {
        let place =
            LENGTH_DAYS.partition_point(|days| *length >= i64::from(*days) * MICROS_PER_DAY);
        counts[place] += 1;
    }
    let from = std::iter::once(0).chain(LENGTH_DAYS);
    let to = LENGTH_DAYS.into_iter().map(Some).chain([None]);
    let ranges = from.zip(to).zip(counts);
    Lengths {
        count: micros.len() as u64,
        buckets: ranges
            .map(|((from, to), count)| (from, to, count))
            .collect(),
        median_micros: median_of(&mut micros),
        p90_micros: percentile_of(&mut micros, 90),
    }
}
