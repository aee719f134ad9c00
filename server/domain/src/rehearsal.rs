//! The rehearsal: what a past window would have paid under some terms, reckoned by replaying what happened, writing nothing
//! (DOMAIN.md §6).
//!
//! The replay judges the same facts by the same rules as live grants do, in the order of their commits, against books of its
//! own. A rehearsal for a scheme goes on from what that scheme had really paid before the window, so that the terms that
//! were in force all the time come to exactly what was paid. What history does not keep is said in the caveats.

mod books;
mod given;
mod replay;
mod timeline;

use std::collections::BTreeMap;

use crate::cycle::Window;
use crate::id::{MemberId, SchemeId};
use crate::reward::{Cause, Reward};
use crate::scheme::{Rule, Terms, Unit};
use crate::state::{State, stands};
use crate::time::Timestamp;

/// What to replay.
#[derive(Clone, Copy, Debug)]
pub struct RehearsalQuery<'a> {
    /// What the terms pay in.
    pub unit: Unit,
    /// The terms.
    pub terms: &'a Terms,
    /// The days whose facts are replayed.
    pub window: Window,
    /// The scheme the terms are for: what it paid before the window counts for its caps and its budget, and what it paid
    /// for the window is compared; none = a scheme that did not exist.
    pub scheme: Option<SchemeId>,
    /// The time: what lies after it has not happened.
    pub now: Timestamp,
}

/// What a member would have been paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RehearsedMember {
    /// The member.
    pub member: MemberId,
    /// What people call them.
    pub name: String,
    /// How many rewards that stand, or packets of a split.
    pub rewards: u32,
    /// What they sum to, in points or minor units.
    pub amount: i128,
    /// What they were paid in fact under the scheme for what happened in the window, and what stands of it.
    pub paid_amount: i128,
    /// What the fund could not have paid.
    pub unfunded_amount: i128,
}

/// What a window would have paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsal {
    /// Who would have been paid, was paid, or would have found the fund empty; the most first, then by id.
    pub members: Vec<RehearsedMember>,
    /// How many rewards in all.
    pub rewards: u64,
    /// What they sum to.
    pub amount: i128,
    /// What was paid in fact.
    pub paid_amount: i128,
    /// What would be left of the budget; none without one.
    pub fund_left: Option<i128>,
    /// What the fund could not have paid.
    pub unfunded_amount: i128,
    /// What the replay could not know, one English sentence each; empty when it knew everything.
    pub caveats: Vec<String>,
}

/// What was reckoned for members: rewards, amount and what the fund could not pay.
#[derive(Clone, Copy, Debug, Default)]
struct Reckoned {
    rewards: u32,
    amount: i128,
    unfunded: i128,
}

type ByMember = BTreeMap<MemberId, Reckoned>;

/// Replays a window under some terms.
pub fn rehearse(state: &State, query: &RehearsalQuery) -> Rehearsal {
    let (reckoned, fund_left) = match &query.terms.rule {
        Rule::Split { .. } => (given::splits(state, query), None),
        Rule::Grant { .. } => (ByMember::new(), None),
        _ => replay::replay(state, query),
    };
    let paid = match &query.terms.rule {
        Rule::Split { .. } => given::packets_sent(state, query),
        _ => paid_in_fact(state, query),
    };
    let mut all = reckoned;
    for member in paid.keys() {
        all.entry(*member).or_default();
    }
    let mut members: Vec<RehearsedMember> = all
        .into_iter()
        .map(|(member, own)| RehearsedMember {
            member,
            name: state
                .member(member)
                .map_or_else(String::new, |row| row.name.to_string()),
            rewards: own.rewards,
            amount: own.amount,
            paid_amount: paid.get(&member).copied().unwrap_or_default(),
            unfunded_amount: own.unfunded,
        })
        .collect();
    members.sort_by_key(|row| (std::cmp::Reverse(row.amount), row.member));
    Rehearsal {
        rewards: members.iter().map(|row| u64::from(row.rewards)).sum(),
        amount: members.iter().map(|row| row.amount).sum(),
        paid_amount: members.iter().map(|row| row.paid_amount).sum(),
        unfunded_amount: members.iter().map(|row| row.unfunded_amount).sum(),
        fund_left,
        caveats: given::caveats(state, query),
        members,
    }
}

/// Whether a real reward is for what happened in the window: the cycle a ranking paid for ended in it, anything else was
/// granted in it. What was taken back and granted anew, because a loss or a reopening was undone, belongs to the first grant.
fn is_for_window(state: &State, query: &RehearsalQuery, reward: &Reward) -> bool {
    match &reward.cause {
        Cause::Rank { window, .. } | Cause::Attainment { window, .. } => {
            ends_in(query.window, *window)
        }
        cause => {
            let (from, to) = query.window.instants(&state.zone());
            let first = match cause {
                Cause::Score { entry, .. } => state
                    .rewards_for_entry(*entry)
                    .find(|other| other.scheme == reward.scheme && other.member == reward.member),
                _ => None,
            };
            let granted_at = first.map_or(reward.granted_at, |first| first.granted_at);
            (from..to).contains(&granted_at)
        }
    }
}

/// Whether a cycle belongs to a window: it ends in it, or with it.
fn ends_in(window: Window, cycle: Window) -> bool {
    window.start < cycle.end && cycle.end <= window.end
}

/// What stands of what the scheme really paid for the window, by member.
fn paid_in_fact(state: &State, query: &RehearsalQuery) -> BTreeMap<MemberId, i128> {
    let mut paid: BTreeMap<MemberId, i128> = BTreeMap::new();
    let Some(scheme) = query.scheme else {
        return paid;
    };
    for reward in state.rewards_under(scheme) {
        if stands(reward) && is_for_window(state, query, reward) {
            *paid.entry(reward.member).or_default() += i128::from(reward.amount);
        }
    }
    paid
}
