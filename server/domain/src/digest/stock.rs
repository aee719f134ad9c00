//! What stood stalled at an instant, from the kept totals and what differs from them: not by looking at everything.
//!
//! The totals are of what was *told* to be stalled. At another instant that is wrong only for opportunities whose clock
//! passed the period between the two, and for those that have entered a stage since; both are ranges of an index. Each of
//! these is judged by itself.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::DigestItem;
use crate::id::{MemberId, OpportunityId};
use crate::limits::DIGEST_TOP_ITEMS;
use crate::opportunity::Opportunity;
use crate::stagnation::{self, StageClock, StagnationLevel, threshold_micros};
use crate::state::State;
use crate::time::{Timestamp, Zone};

/// A count, an amount, and the largest.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Stock {
    pub(super) count: i64,
    pub(super) amount_minor: i128,
    pub(super) largest: Vec<DigestItem>,
}

/// What stood stalled at an instant up to now, by today's amounts, owners and periods, of the owners that count. Costs a
/// look at every owner with anything stalled, and at what has moved or passed its period since the instant.
pub(super) fn stalled(
    state: &State,
    at: Timestamp,
    counts: impl Fn(Option<MemberId>) -> bool,
) -> Stock {
    let mut known: BTreeMap<Option<MemberId>, bool> = BTreeMap::new();
    let mut counts = |owner| *known.entry(owner).or_insert_with(|| counts(owner));
    let mut stock = Stock::default();
    let mut owners: BTreeSet<Option<MemberId>> = BTreeSet::new();
    for (_, owner, total) in state.stalled_totals() {
        if counts(owner) {
            owners.insert(owner);
            stock.count += total.count;
            stock.amount_minor += total.amount_minor;
        }
    }
    let mut told_since: Vec<OpportunityId> = Vec::new();
    for differing in differing(state, at, counts) {
        if differing.was_stalled {
            stock.largest.push(differing.item);
        }
        let amount_minor = i128::from(differing.item.amount_minor);
        match (differing.is_told, differing.was_stalled) {
            (false, true) => {
                stock.count += 1;
                stock.amount_minor += amount_minor;
            }
            (true, false) => {
                stock.count -= 1;
                stock.amount_minor -= amount_minor;
            }
            (true, true) | (false, false) => {}
        }
        if differing.is_told {
            told_since.push(differing.item.opportunity);
        }
    }
    told_since.sort_unstable();
    for owner in owners {
        let told = state.largest_stalled(owner);
        let stood = told.filter(|(_, id)| told_since.binary_search(id).is_err());
        let largest = stood.take(DIGEST_TOP_ITEMS);
        stock
            .largest
            .extend(largest.map(|(amount, id)| item(id, amount)));
    }
    stock
        .largest
        .sort_unstable_by_key(|item| (Reverse(item.amount_minor), item.opportunity));
    stock.largest.truncate(DIGEST_TOP_ITEMS);
    stock
}

const fn item(opportunity: OpportunityId, amount_minor: i64) -> DigestItem {
    DigestItem {
        opportunity,
        amount_minor,
    }
}

/// An opportunity about which the totals may be wrong at an instant.
struct Differing {
    item: DigestItem,
    /// Whether the totals count it.
    is_told: bool,
    /// Whether it stood stalled at the instant.
    was_stalled: bool,
}

/// All of those whose owners count, each once.
fn differing(
    state: &State,
    at: Timestamp,
    mut counts: impl FnMut(Option<MemberId>) -> bool,
) -> Vec<Differing> {
    let zone = state.zone();
    let mut found = Vec::new();
    for opportunity in state.entered_after(at) {
        if counts(opportunity.owner) {
            found.push(Differing {
                item: item(opportunity.id, opportunity.amount_minor),
                is_told: is_told(state, opportunity),
                was_stalled: was_stalled(state, &zone, opportunity, at),
            });
        }
    }
    for (pipeline, stage, level) in state.clock_groups() {
        let clock = StageClock {
            calendar: &pipeline.calendar,
            zone: &zone,
        };
        let period = pipeline
            .stage(stage)
            .and_then(|stage| threshold_micros(stage, StagnationLevel::Stalled));
        let reached = period.map(|micros| clock.before(at, micros));
        let is_told = level >= StagnationLevel::Stalled;
        let (from, to) = match (is_told, reached) {
            // Reached, and not told yet.
            (false, Some(reached)) => (Timestamp(i64::MIN), reached),
            // Told, and not reached then.
            (true, Some(reached)) => (reached.plus_micros(1), Timestamp(i64::MAX)),
            (true, None) => (Timestamp(i64::MIN), Timestamp(i64::MAX)),
            (false, None) => continue,
        };
        for (_, id) in state.clocks(stage, level, from, to) {
            let opportunity = state.opportunity(id);
            // Those that have entered since are among the found already.
            let stood = opportunity.filter(|opportunity| opportunity.entered_at() <= at);
            if let Some(opportunity) = stood.filter(|opportunity| counts(opportunity.owner)) {
                found.push(Differing {
                    item: item(id, opportunity.amount_minor),
                    is_told,
                    was_stalled: !is_told,
                });
            }
        }
    }
    found
}

/// Whether the totals count it.
fn is_told(state: &State, opportunity: &Opportunity) -> bool {
    let is_open = state
        .stage(opportunity.stage)
        .is_some_and(|(_, stage)| stage.kind == crate::stage::StageKind::Open);
    is_open && !opportunity.archived && opportunity.told_level() >= StagnationLevel::Stalled
}

/// Whether an opportunity was stalled at an instant, in the stage it stood in then.
fn was_stalled(state: &State, zone: &Zone, opportunity: &Opportunity, at: Timestamp) -> bool {
    let history = &opportunity.history;
    let standing = history.iter().rev().find(|entry| entry.entered_at <= at);
    let Some((pipeline, stage)) = standing.and_then(|entry| state.stage(entry.stage)) else {
        return false;
    };
    stagnation::is_stalled(opportunity, stage, &pipeline.calendar, zone, at)
}
