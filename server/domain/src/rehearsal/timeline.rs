//! What happened, in the order of its commits: what a replay goes through.

use std::collections::BTreeMap;

use crate::activity::Activity;
use crate::completeness::{CustomerField, FieldFill, completeness};
use crate::customer::Customer;
use crate::id::{CustomerId, MemberId, OpportunityId};
use crate::opportunity::{Direction, EntryOrigin};
use crate::past::PastValue;
use crate::score::{Metric, ScoreEntry, ScoreKind};
use crate::state::State;
use crate::time::Timestamp;

/// The order of moments: time, revision of the commit, and what of a commit comes first. What is not known by its commit
/// comes last at its instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) at: Timestamp,
    revision: u64,
    turn: u64,
}

impl Place {
    /// Of what a commit takes back before it pays.
    pub(super) const fn before(at: Timestamp, revision: u64, turn: u64) -> Self {
        Self { at, revision, turn }
    }

    /// Of what a commit pays.
    const fn of(at: Timestamp, revision: u64) -> Self {
        Self {
            at,
            revision,
            turn: u64::MAX,
        }
    }

    /// Of what has no commit that is known.
    pub(super) const fn last(at: Timestamp, turn: u64) -> Self {
        Self {
            at,
            revision: u64::MAX,
            turn,
        }
    }
}

/// Fields of a customer that a commit filled in for the first time.
#[derive(Clone, Debug)]
pub(super) struct Fills {
    pub(super) customer: CustomerId,
    pub(super) member: Option<MemberId>,
    pub(super) fields: Vec<CustomerField>,
    /// Fields filled before and after.
    pub(super) before: usize,
    pub(super) after: usize,
}

/// The score entries of each commit since an instant, by id, with the commit's time. Of old corrections, which are dated back,
/// the time is not kept: those were made not before whatever was made before them.
pub(super) fn scores(state: &State, since: Timestamp) -> BTreeMap<Place, Vec<&ScoreEntry>> {
    let mut clock = Timestamp(i64::MIN);
    let mut commits: BTreeMap<u64, (Timestamp, Vec<&ScoreEntry>)> = BTreeMap::new();
    for entry in state.score_entries() {
        let is_dated_now = matches!(entry.kind, ScoreKind::Fact | ScoreKind::Reversal);
        if let Some(at) = entry.recorded_at {
            clock = clock.max(at);
        } else if is_dated_now && !entry.imported {
            clock = clock.max(entry.at);
        }
        if clock < since {
            continue;
        }
        let commit = commits.entry(entry.revision).or_default();
        commit.0 = clock;
        commit.1.push(entry);
    }
    let places = commits.into_iter();
    places
        .map(|(revision, (at, entries))| (Place::of(at, revision), entries))
        .collect()
}

/// The activities, each in its commit.
pub(super) fn activities(state: &State) -> impl Iterator<Item = (Place, &Activity)> {
    let all = state.activities().map(|row| &**row);
    all.map(|row| (Place::of(row.created_at, row.revision), row))
}

/// The first fills of every customer, commit by commit.
pub(super) fn fills(state: &State) -> BTreeMap<(Place, CustomerId), Fills> {
    let mut all = BTreeMap::new();
    for customer in state.customers() {
        fills_of(state, customer, &mut all);
    }
    all
}

fn fills_of(state: &State, customer: &Customer, all: &mut BTreeMap<(Place, CustomerId), Fills>) {
    // Of what was filled before fills were kept, nobody knows when: it was there from the beginning.
    let now = completeness(state, customer).filled;
    let noted = |field| customer.filled.iter().any(|fill| fill.field == field);
    let from_before = |fill: &FieldFill| fill.member.is_none() && fill.at <= customer.created_at;
    let unnoted = now.into_iter().filter(|field| !noted(*field)).count();
    let emptied = customer.filled.iter().filter(|fill| from_before(fill));
    let first = unnoted + emptied.count();
    let known = customer.filled.iter().filter(|fill| !from_before(fill));
    for (count, fill) in (first..).zip(known) {
        let place = (Place::of(fill.at, fill.revision), customer.id);
        let fills = all.entry(place).or_insert_with(|| Fills {
            customer: customer.id,
            member: fill.member,
            fields: Vec::new(),
            before: count,
            after: count,
        });
        fills.fields.push(fill.field);
        fills.after += 1;
    }
}

/// When an opportunity was lost or archived while a reward for its creation was vesting: after `from` and before it vested,
/// by its first credited move or at `until`; none = it vested.
pub(super) fn ended_before_vesting(
    state: &State,
    id: OpportunityId,
    from: Timestamp,
    until: Timestamp,
) -> Option<Timestamp> {
    let opportunity = state.opportunity(id)?;
    let lost = opportunity
        .history
        .iter()
        .filter(|entry| entry.direction == Direction::Lost && entry.origin == EntryOrigin::Live);
    let lost = lost.map(|entry| entry.entered_at);
    let archived = state
        .past_images_of(id.into())
        .filter_map(|image| match &image.value {
            PastValue::Opportunity(face) if face.archived == Some(false) => Some(image.until),
            _ => None,
        });
    let ended = lost.chain(archived).filter(|at| *at >= from).min()?;
    let moved = state.score_entries_of(id).filter(|entry| {
        entry.metric == Metric::Flow && entry.kind == ScoreKind::Fact && entry.credited()
    });
    let moved = moved.map(|entry| entry.at).filter(|at| *at >= from).min();
    let vested = moved.map_or(until, |at| at.min(until));
    (ended < vested).then_some(ended)
}
