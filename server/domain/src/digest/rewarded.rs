//! What was rewarded in a cycle, from the kept income: counts of all rewards, amounts of those in money.
//!
//! Points and money never mix, and a digest's amounts are money: what is paid in points is counted only.

use std::collections::BTreeMap;

use super::{DigestItem, Figure};
use crate::cycle::Window;
use crate::id::{MemberId, OpportunityId, TeamId};
use crate::scheme::Unit;
use crate::state::{Income, State};

/// The figures of a section, and what is largest in it.
#[derive(Debug, Default)]
pub(super) struct Rewarded {
    pub(super) figure: Figure,
    pub(super) sent: Figure,
    pub(super) received: Figure,
    pub(super) items: Vec<DigestItem>,
}

/// What whom `has` names earned in some days: by the team of the time. Rewards granted less those taken back, and what
/// members were left with: what they shared is not theirs, what they received is.
pub(super) fn rewarded(
    state: &State,
    window: Window,
    has: impl Fn(Option<MemberId>, Option<TeamId>) -> bool,
) -> Rewarded {
    let money = state
        .workspace()
        .map(|workspace| Unit::Money(workspace.currency));
    let mut sums: [Income; 2] = [Income::default(), Income::default()];
    let mut gains: BTreeMap<OpportunityId, i128> = BTreeMap::new();
    for (sum, unit) in sums.iter_mut().zip([Some(Unit::Points), money]) {
        let Some(unit) = unit else {
            continue;
        };
        for ((member, team), income) in state.reward_incomes(unit, window) {
            if !has(Some(member), team) {
                continue;
            }
            sum.add(&income);
            if unit != Unit::Points && income.rewards > 0 {
                add_gains(state, member, window, &mut gains);
            }
        }
    }
    let [points, money] = sums;
    Rewarded {
        figure: Figure::of(points.rewards + money.rewards, money.amount),
        sent: Figure::of(points.sent + money.sent, money.sent_amount),
        received: Figure::of(points.received + money.received, money.received_amount),
        items: gains
            .into_iter()
            .map(|(opportunity, amount)| DigestItem {
                opportunity,
                amount_minor: Figure::of(0, amount).amount_minor,
            })
            .collect(),
    }
}

/// Adds what a member was granted in money for each opportunity; their rewards are in the order of time.
fn add_gains(
    state: &State,
    member: MemberId,
    window: Window,
    gains: &mut BTreeMap<OpportunityId, i128>,
) {
    let (from, to) = window.instants(&state.zone());
    let granted = state.rewards_of(member).rev();
    let in_time = granted
        .skip_while(|reward| reward.granted_at >= to)
        .take_while(|reward| reward.granted_at >= from);
    for reward in in_time.filter(|reward| crate::state::stands(reward)) {
        if let (Unit::Money(_), Some(opportunity)) = (reward.unit, reward.cause.opportunity()) {
            *gains.entry(opportunity).or_default() += i128::from(reward.amount);
        }
    }
}
