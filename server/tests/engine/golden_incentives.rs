//! Rows of incentives for the golden bytes, with every field that a row can have.

use sluice_domain::{
    Account, AttainmentTier, Audience, Badge, BadgeId, BadgeKind, Cap, Cause, Contender, Currency,
    Date, Entity, EntityKind, LedgerTransaction, LedgerTransactionId, Measure, MemberId, Metric,
    OpportunityId, Packet, PacketId, PacketState, Payout, PayoutId, PayoutState, PipelineId,
    Posting, Purpose, RankedBy, Reward, RewardEnd, RewardId, RewardState, Role, Rule, Scheme,
    SchemeId, SchemeVersion, ScoreEntryId, Split, SplitMethod, StageId, Step, System, TeamId,
    Terms, Timestamp, Unit, cycle::CycleUnit,
};

const GRANTED: Timestamp = Timestamp(1_767_603_600_000_000);
const ENDED: Timestamp = Timestamp(1_767_603_700_000_000);

fn terms() -> Terms {
    Terms {
        rule: Rule::Ranking {
            by: RankedBy::TargetShare(Metric::Won, Measure::Amount),
            contender: Contender::Member,
            unit: CycleUnit::Month,
            prizes: vec![500, 300, 200],
            attainment: vec![AttainmentTier {
                from_bp: 10_000,
                amount: 1_000,
            }],
        },
        audience: Audience {
            members: vec![MemberId(1)],
            teams: vec![TeamId(1)],
            roles: vec![Role::Rep],
        },
        pipelines: vec![PipelineId(1)],
        stages: vec![StageId(3)],
        budget: Some(50_000),
        caps: vec![Cap {
            unit: CycleUnit::Quarter,
            amount: 2_000,
        }],
        approval: true,
        claim_days: 30,
    }
}

fn scheme() -> Scheme {
    Scheme {
        id: SchemeId(1),
        name: "Best of the month 月度之星".into(),
        note: Some("for all 全员".into()),
        unit: Unit::Points,
        draft: Some(Box::new(terms())),
        versions: vec![SchemeVersion {
            number: 1,
            terms: terms(),
            published_at: GRANTED,
            published_by: Some(MemberId(2)),
            effective_at: ENDED,
        }],
        ended_at: Some(ENDED),
        closed_until: Date::new(2026, 2, 1),
        created_by: Some(MemberId(2)),
        created_at: GRANTED,
        revision: 20,
    }
}

fn reward(currency: Currency) -> Reward {
    Reward {
        id: RewardId(1),
        scheme: SchemeId(1),
        version: 1,
        system: System::Opportunity,
        member: MemberId(1),
        unit: Unit::Money(currency),
        amount: 10_000,
        state: RewardState::Reversed,
        cause: Cause::Score {
            entry: ScoreEntryId(2),
            metric: Metric::Won,
            opportunity: OpportunityId(1),
        },
        steps: vec![
            Step::Share {
                of: 1_500_000,
                bp: 100,
                result: 15_000,
            },
            Step::MemberCap {
                unit: CycleUnit::Month,
                left: 10_000,
            },
        ],
        split: Some(Box::new(Split {
            scheme: SchemeId(2),
            version: 3,
            method: SplitMethod::Lucky,
            seed: Some("03da083498186b26".into()),
            amount: 2_000,
            packets: 3,
            at: GRANTED,
            returned: 400,
        })),
        vests_at: Some(GRANTED),
        awaits_approval: true,
        decided_by: Some(MemberId(2)),
        decided_at: Some(ENDED),
        claim_until: Some(ENDED),
        ended_at: Some(ENDED),
        end: Some(RewardEnd::Refused),
        end_reason: Some("margin too thin 毛利太低".into()),
        granted_at: GRANTED,
        granted_revision: 21,
        revision: 22,
    }
}

fn transaction() -> LedgerTransaction {
    let posting = |account, amount| Posting { account, amount };
    LedgerTransaction {
        id: LedgerTransactionId(1),
        purpose: Purpose::Open,
        unit: Unit::Points,
        scheme: Some(SchemeId(1)),
        version: Some(1),
        reward: Some(RewardId(1)),
        packet: Some(PacketId(1)),
        payout: Some(PayoutId(1)),
        member: Some(MemberId(1)),
        team: Some(TeamId(1)),
        postings: vec![
            posting(Account::InFlight(SchemeId(1)), -120),
            posting(Account::Wallet(MemberId(1)), 120),
        ],
        at: GRANTED,
        revision: 23,
    }
}

fn packet() -> Packet {
    Packet {
        id: PacketId(1),
        reward: RewardId(1),
        scheme: SchemeId(2),
        place: 3,
        giver: MemberId(1),
        receiver: MemberId(2),
        unit: Unit::Points,
        amount: 120,
        state: PacketState::Reversed,
        sent_at: GRANTED,
        open_until: ENDED,
        ended_at: Some(ENDED),
        was_opened: true,
        revision: 24,
    }
}

/// A row of incentives with all it can hold.
pub fn made_by_hand(kind: EntityKind) -> Option<Entity> {
    let currency = Currency::parse("CNY").unwrap();
    Some(match kind {
        EntityKind::Scheme => Entity::Scheme(scheme().into()),
        EntityKind::Reward => Entity::Reward(reward(currency).into()),
        EntityKind::LedgerTransaction => Entity::LedgerTransaction(transaction().into()),
        EntityKind::Packet => Entity::Packet(packet().into()),
        EntityKind::Payout => Entity::Payout(
            Payout {
                id: PayoutId(1),
                unit: Unit::Money(currency),
                state: PayoutState::Paid,
                total: 170_141_183_460_469_231_731,
                lines: 12,
                note: Some("March 三月".into()),
                reference: Some("SAP-17".into()),
                created_by: Some(MemberId(2)),
                created_at: GRANTED,
                ended_at: Some(ENDED),
                revision: 25,
            }
            .into(),
        ),
        EntityKind::Badge => Entity::Badge(
            Badge {
                id: BadgeId(1),
                member: MemberId(1),
                kind: BadgeKind::Thanks,
                giver: Some(MemberId(2)),
                reason: Some("for the introduction 引荐".into()),
                opportunity: Some(OpportunityId(1)),
                at: GRANTED,
                revision: 26,
            }
            .into(),
        ),
        _ => return None,
    })
}
