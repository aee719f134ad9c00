//! What a member has in rewards, between API and domain.

use std::collections::BTreeMap;

use sluice_domain::{
    Account, MemberId, RewardState, State, Timestamp, Unit, Window, metric::all_time,
};
use sluice_proto::v1;

use super::{
    Call, Fields,
    metric::minor,
    scheme::write_unit,
    scope,
    value::{Id as _, count, time},
};
use crate::grpc::status::Refusal;

/// The cycle in which "earned" is counted when none is named.
const DEFAULT_CYCLE: &str = "this-week";

/// Whose account is asked for, and in which days "earned" is counted.
#[derive(Clone, Copy, Debug)]
pub struct Query {
    member: MemberId,
    window: Window,
}

/// Reads GetRewardAccount.
///
/// # Errors
/// All that is wrong with it.
pub fn query(request: &v1::GetRewardAccountRequest, call: &Call) -> Result<Query, Refusal> {
    let mut fields = Fields::under("");
    let named = scope::existing(&mut fields, call, "member_id", &request.member_id);
    let member = named.or(call.actor.member).unwrap_or_else(|| {
        let description =
            "is missing: the built-in administrator is no member, so say whose account is meant";
        fields.invalid("member_id", description);
        MemberId::NOBODY
    });
    let cycle = if request.cycle.is_empty() {
        DEFAULT_CYCLE
    } else {
        &request.cycle
    };
    let window = scope::window(&mut fields, "cycle", cycle, call, call.now);
    let window = window.unwrap_or_else(all_time);
    fields.finish(Query { member, window })
}

/// Sums that no account of the ledger holds by member.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    packets: i128,
    expired: i128,
    sent: i128,
}

fn sums(member: MemberId, state: &State) -> BTreeMap<Unit, Sums> {
    let mut sums: BTreeMap<Unit, Sums> = BTreeMap::new();
    for packet in state.packets_to_open(member) {
        sums.entry(packet.unit).or_default().packets += i128::from(packet.amount);
    }
    for reward in state.rewards_of(member) {
        let sum = sums.entry(reward.unit).or_default();
        if reward.state == RewardState::Expired {
            sum.expired += i128::from(reward.own_amount());
        }
        if reward.state != RewardState::Reversed {
            sum.sent += i128::from(reward.amount - reward.own_amount());
        }
    }
    sums
}

fn write_balance(query: Query, unit: Unit, sums: Sums, state: &State) -> v1::RewardBalance {
    let Query { member, window } = query;
    let balance = |account| minor(state.balance(account, unit));
    let ever = state.reward_income(member, unit, all_time());
    let (sent, currency_code) = write_unit(unit);
    v1::RewardBalance {
        unit: sent,
        currency_code,
        wallet: balance(Account::Wallet(member)),
        claimable: balance(Account::Claimable(member)),
        pending: balance(Account::Pending(member)),
        packets: minor(sums.packets),
        paid_out: balance(Account::PaidOut(member)),
        expired: minor(sums.expired),
        earned: minor(state.reward_income(member, unit, window).amount),
        packets_received: minor(ever.received_amount),
        packets_sent: minor(sums.sent),
    }
}

/// Writes what a member has.
pub fn write(query: Query, call: &Call) -> v1::GetRewardAccountResponse {
    let state = &*call.state;
    let member = query.member;
    let mut sums = sums(member, state);
    for unit in [Unit::Points, Unit::Money(call.currency())] {
        sums.entry(unit).or_default();
    }
    let balances = sums
        .into_iter()
        .map(|(unit, sums)| write_balance(query, unit, sums, state));
    let anything = |balance: &v1::RewardBalance| {
        let empty = v1::RewardBalance {
            unit: balance.unit,
            currency_code: balance.currency_code.clone(),
            ..Default::default()
        };
        *balance != empty
    };
    let claims = state.claimable_of(member);
    let packets = state.packets_to_open(member);
    let ends = claims.filter_map(|reward| reward.claim_until);
    let ends = ends.chain(packets.map(|packet| packet.open_until));
    let next: Option<Timestamp> = ends.min();
    v1::GetRewardAccountResponse {
        member_id: member.write(),
        balances: balances.filter(anything).collect(),
        claimable_count: count(state.claimable_of(member).count()),
        pending_count: count(state.pending_of(member).count()),
        packet_count: count(state.packets_to_open(member).count()),
        next_expiry_time: next.map(time),
        revision: state.revision(),
    }
}
