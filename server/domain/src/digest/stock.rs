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
    let mut stock = Stock::default();
    let mut owners: BTreeSet<Option<MemberId>> = BTreeSet::new();
    for (_, owner, total) in state.stalled_totals() {
        if owners.contains(&owner) || counts(owner) {
            owners.insert(owner);
            stock.count += total.count;
            stock.amount_minor += total.amount_minor;
        }
    }
    let differing = differing(state, at);
    for (id, was_stalled) in &differing {
        let Some(opportunity) = state.opportunity(*id).filter(|own| counts(own.owner)) else {
            continue;
        };
        let sign = match (is_told(state, opportunity), was_stalled) {
            (false, true) => 1,
            (true, false) => -1,
            _ => continue,
        };
        stock.count += sign;
        stock.amount_minor += i128::from(sign) * i128::from(opportunity.amount_minor);
        if *was_stalled {
            stock.largest.push(item(*id, opportunity.amount_minor));
        }
    }
    for owner in owners {
        let told = state.largest_stalled(owner);
        let held = told.filter(|(_, id)| differing.get(id).copied().unwrap_or(true));
        let largest = held.take(DIGEST_TOP_ITEMS);
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

/// The opportunities for which the totals may be wrong at an instant, each with whether it stood stalled then.
fn differing(state: &State, at: Timestamp) -> BTreeMap<OpportunityId, bool> {
    let zone = state.zone();
    let mut found: BTreeMap<OpportunityId, bool> = BTreeMap::new();
    for opportunity in state.entered_after(at) {
        found.insert(opportunity.id, was_stalled(state, &zone, opportunity, at));
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
        let (from, to) = match (level >= StagnationLevel::Stalled, reached) {
            // Reached, and not told yet.
            (false, Some(reached)) => (Timestamp(i64::MIN), reached),
            // Told, and not reached then.
            (true, Some(reached)) => (reached.plus_micros(1), Timestamp(i64::MAX)),
            (true, None) => (Timestamp(i64::MIN), Timestamp(i64::MAX)),
            (false, None) => continue,
        };
        for (_, id) in state.clocks(stage, level, from, to) {
            if let Some(opportunity) = state.opportunity(id) {
                found
                    .entry(id)
                    .or_insert_with(|| was_stalled(state, &zone, opportunity, at));
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
