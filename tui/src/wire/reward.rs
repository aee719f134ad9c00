//! Translates rewards, packets and badges.

use sluice_proto::v1;

use super::scheme::{customer_field, split_method, system, unit};
use super::{micros, number};
use crate::incentive::{
    Badge, BadgeKind, Cause, EndReason, IncentiveFact, Packet, PacketState, Reward, RewardChange,
    RewardState, Split,
};
use crate::record::Micros;
use crate::report::funnel::Metric;

fn when(time: Option<prost_types::Timestamp>) -> Option<Micros> {
    time.map(|time| micros(Some(&time)))
}

fn state(wire: v1::RewardState) -> RewardState {
    match wire {
        v1::RewardState::Unspecified | v1::RewardState::Pending => RewardState::Pending,
        v1::RewardState::Claimable => RewardState::Claimable,
        v1::RewardState::Claimed => RewardState::Claimed,
        v1::RewardState::Expired => RewardState::Expired,
        v1::RewardState::Reversed => RewardState::Reversed,
        v1::RewardState::Unfunded => RewardState::Unfunded,
    }
}

fn end_reason(wire: v1::RewardEndReason) -> Option<EndReason> {
    use v1::RewardEndReason as Wire;
    Some(match wire {
        Wire::Unspecified => return None,
        Wire::OpportunityLost => EndReason::OpportunityLost,
        Wire::OpportunityArchived => EndReason::OpportunityArchived,
        Wire::FactTakenBack => EndReason::FactTakenBack,
        Wire::TargetMissed => EndReason::TargetMissed,
        Wire::Refused => EndReason::Refused,
        Wire::ClawedBack => EndReason::ClawedBack,
        Wire::FundEmpty => EndReason::FundEmpty,
        Wire::OtherCurrency => EndReason::OtherCurrency,
    })
}

fn cause(wire: v1::RewardCause) -> Cause {
    Cause {
        metric: Metric::of_word(&wire.metric),
        deal_id: number(&wire.opportunity_id),
        activity_id: number(&wire.activity_id),
        customer_id: number(&wire.customer_id),
        fields: wire.fields().filter_map(customer_field).collect(),
        completeness_bp: wire.completeness_bp,
        rank: wire.rank,
        value: wire.value,
        giver_id: number(&wire.giver_id),
        cycle: wire.cycle,
        reason: wire.reason,
    }
}

/// How a reward was shared.
fn split(wire: v1::RewardSplit) -> Option<Split> {
    Some(Split {
        scheme_id: number(&wire.scheme_id)?,
        method: split_method(wire.method()),
        seed: wire.seed,
        amount: wire.amount,
        packets: u32::try_from(wire.packets).unwrap_or(0),
        returned: wire.returned,
    })
}

/// A reward.
pub fn reward(wire: v1::Reward) -> Option<Reward> {
    Some(Reward {
        id: number(&wire.id)?,
        scheme_id: number(&wire.scheme_id)?,
        version: wire.version,
        system: system(wire.system())?,
        member_id: number(&wire.member_id)?,
        unit: unit(wire.unit()),
        state: state(wire.state()),
        end_reason: end_reason(wire.end_reason()),
        currency: wire.currency_code,
        amount: wire.amount,
        own_amount: wire.own_amount,
        cause: wire.cause.map(cause).unwrap_or_default(),
        split: wire.split.and_then(split),
        vests_us: when(wire.vest_time),
        awaits_approval: wire.awaits_approval,
        claim_until_us: when(wire.claim_until_time),
        ended_us: when(wire.end_time),
        end_note: wire.end_note,
        granted_us: micros(wire.grant_time.as_ref()),
    })
}

/// How far a packet has come.
pub fn packet_state(wire: v1::PacketState) -> PacketState {
    match wire {
        v1::PacketState::Unspecified | v1::PacketState::Sent => PacketState::Sent,
        v1::PacketState::Opened => PacketState::Opened,
        v1::PacketState::Returned => PacketState::Returned,
        v1::PacketState::Reversed => PacketState::Reversed,
    }
}

/// A packet.
pub fn packet(wire: v1::Packet) -> Option<Packet> {
    Some(Packet {
        id: number(&wire.id)?,
        reward_id: number(&wire.reward_id)?,
        place: wire.place,
        giver_id: number(&wire.giver_id)?,
        receiver_id: number(&wire.receiver_id)?,
        unit: unit(wire.unit()),
        state: packet_state(wire.state()),
        currency: wire.currency_code,
        amount: wire.amount,
        sent_us: micros(wire.send_time.as_ref()),
        open_until_us: micros(wire.open_until_time.as_ref()),
        ended_us: when(wire.end_time),
    })
}

/// A badge; none of a kind this client does not know.
pub fn badge(wire: v1::Badge) -> Option<Badge> {
    use v1::BadgeKind as Wire;
    Some(Badge {
        id: number(&wire.id)?,
        member_id: number(&wire.member_id)?,
        kind: match wire.kind() {
            Wire::Unspecified => return None,
            Wire::FirstDeal => BadgeKind::FirstDeal,
            Wire::FirstWin => BadgeKind::FirstWin,
            Wire::TenWins => BadgeKind::TenWins,
            Wire::HundredMoves => BadgeKind::HundredMoves,
            Wire::TenCheckInsInAWeek => BadgeKind::TenCheckIns,
            Wire::RevivedFive => BadgeKind::RevivedFive,
            Wire::CompleteRecord => BadgeKind::CompleteRecord,
            Wire::TenPacketsShared => BadgeKind::TenPackets,
            Wire::Thanks => BadgeKind::Thanks,
        },
        giver_id: number(&wire.giver_id),
        reason: wire.reason,
        given_us: micros(wire.create_time.as_ref()),
    })
}

/// Key of what a transaction of the ledger does.
pub const fn purpose_key(wire: v1::LedgerPurpose) -> &'static str {
    use v1::LedgerPurpose as Wire;
    match wire {
        Wire::Unspecified => "",
        Wire::Budget => "ledger-budget",
        Wire::Grant => "ledger-grant",
        Wire::Vest => "ledger-vest",
        Wire::Claim => "ledger-claim",
        Wire::Expire => "ledger-expire",
        Wire::Reverse => "ledger-reverse",
        Wire::Send => "ledger-send",
        Wire::Open => "ledger-open",
        Wire::Return => "ledger-return",
        Wire::PayOut => "ledger-pay-out",
        Wire::CancelPayOut => "ledger-cancel-pay-out",
    }
}

/// Key of a kind of account.
pub const fn account_key(wire: v1::LedgerAccountKind) -> &'static str {
    use v1::LedgerAccountKind as Wire;
    match wire {
        Wire::Unspecified => "",
        Wire::Issuer => "account-issuer",
        Wire::Fund => "account-fund",
        Wire::Pending => "account-pending",
        Wire::Claimable => "account-claimable",
        Wire::Wallet => "account-wallet",
        Wire::InFlight => "account-in-flight",
        Wire::Expired => "account-expired",
        Wire::PaidOut => "account-paid-out",
    }
}

/// Key of what looks unusual, said carefully; none when not said.
pub const fn pattern_key(wire: v1::PatternKind) -> Option<&'static str> {
    use v1::PatternKind as Wire;
    Some(match wire {
        Wire::Unspecified => return None,
        Wire::Bounces => "pattern-bounces",
        Wire::LastHour => "pattern-last-hour",
        Wire::SmallDeals => "pattern-small-deals",
        Wire::CloseCheckIns => "pattern-close-check-ins",
        Wire::AmountRaised => "pattern-amount-raised",
    })
}

/// What an event of a commit says about incentives; none when it says nothing of them.
pub(super) fn fact(event: v1::Event) -> Option<IncentiveFact> {
    use v1::event::Fact;
    match event.fact? {
        Fact::RewardChanged(changed) => Some(IncentiveFact::Reward {
            change: RewardChange::of_word(&changed.change)?,
            reward: Box::new(reward(changed.reward?)?),
        }),
        Fact::PacketChanged(changed) => packet(changed.packet?).map(IncentiveFact::Packet),
        Fact::BadgeGiven(given) => badge(given.badge?).map(IncentiveFact::Badge),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_granted_reward_is_a_fact_and_what_cannot_be_read_is_none() {
        let event = |change: &str, id: &str| v1::Event {
            fact: Some(v1::event::Fact::RewardChanged(v1::RewardChanged {
                reward: Some(v1::Reward {
                    id: id.to_owned(),
                    scheme_id: "schemes/2".to_owned(),
                    member_id: "members/3".to_owned(),
                    system: v1::RewardSystem::Opportunity.into(),
                    amount: 120,
                    own_amount: 100,
                    state: v1::RewardState::Claimable.into(),
                    ..v1::Reward::default()
                }),
                change: change.to_owned(),
            })),
        };
        let Some(IncentiveFact::Reward { reward, change }) = fact(event("GRANTED", "rewards/1"))
        else {
            panic!("it is a fact");
        };
        assert_eq!(change, RewardChange::Granted);
        assert_eq!(
            (reward.amount, reward.own_amount, reward.state),
            (120, 100, RewardState::Claimable)
        );
        assert_eq!(fact(event("MELTED", "rewards/1")), None);
        assert_eq!(fact(event("GRANTED", "")), None);
        assert_eq!(fact(v1::Event::default()), None);
    }
}
