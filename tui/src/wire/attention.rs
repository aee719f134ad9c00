//! Translates what asks for a person: alerts, requests for approval, notices.

use sluice_proto::v1;

use super::{level, micros, number, who};
use crate::attention::{
    Alert, AlertState, Approval, ApprovalState, Message, NoticeKind, RewardNews, Subject,
};
use crate::report::GoalMetric;
use crate::report::funnel::Metric;

/// An alert.
pub(super) fn alert(wire: v1::Alert) -> Option<Alert> {
    Some(Alert {
        id: number(&wire.id)?,
        opportunity_id: number(&wire.opportunity_id)?,
        stage_id: number(&wire.stage_id)?,
        level: level(wire.level()),
        recipient_id: number(&wire.recipient_id),
        raised_us: micros(wire.reached_time.as_ref()),
        state: match wire.state() {
            v1::AlertState::Open | v1::AlertState::Unspecified => AlertState::Open,
            v1::AlertState::Acknowledged => AlertState::Acknowledged,
            v1::AlertState::Snoozed => AlertState::Snoozed {
                until_us: micros(wire.snooze_until_time.as_ref()),
            },
            v1::AlertState::Resolved => AlertState::Resolved,
        },
        reason: wire.reason,
    })
}

/// A request for approval.
pub(super) fn approval(wire: v1::Approval) -> Option<Approval> {
    Some(Approval {
        id: number(&wire.id)?,
        opportunity_id: number(&wire.opportunity_id)?,
        stage_id: number(&wire.stage_id)?,
        state: match wire.state() {
            v1::ApprovalState::Pending | v1::ApprovalState::Unspecified => ApprovalState::Pending,
            v1::ApprovalState::Approved => ApprovalState::Approved,
            v1::ApprovalState::Refused => ApprovalState::Refused,
            v1::ApprovalState::Used | v1::ApprovalState::Void => ApprovalState::Ended,
        },
        requester_id: number(&wire.requester_id),
        amount_minor: wire.amount.as_ref().map_or(0, |money| money.amount_minor),
        created_us: micros(wire.create_time.as_ref()),
        end: match wire.end_reason() {
            v1::ApprovalEndReason::Unspecified => "",
            v1::ApprovalEndReason::Moved => "moved",
            v1::ApprovalEndReason::Closed => "closed",
            v1::ApprovalEndReason::Archived => "archived",
            v1::ApprovalEndReason::AmountRose => "amount",
            v1::ApprovalEndReason::StageRetired => "retired",
            v1::ApprovalEndReason::NotNeeded => "needless",
        },
        note: wire.note,
    })
}

/// A notice.
pub(super) fn message(wire: v1::Notice) -> Option<Message> {
    Some(Message {
        id: number(&wire.id)?,
        recipient_id: number(&wire.recipient_id),
        kind: match wire.kind() {
            v1::NoticeKind::GoalReached50 => NoticeKind::GoalReached(50),
            v1::NoticeKind::GoalReached90 => NoticeKind::GoalReached(90),
            v1::NoticeKind::GoalReached100 => NoticeKind::GoalReached(100),
            v1::NoticeKind::AmountAmended => NoticeKind::AmountAmended,
            v1::NoticeKind::ApprovalRequested => NoticeKind::ApprovalRequested,
            v1::NoticeKind::ApprovalDecided => NoticeKind::ApprovalDecided,
            v1::NoticeKind::ApprovalEnded => NoticeKind::ApprovalEnded,
            v1::NoticeKind::Digest => NoticeKind::Digest,
            v1::NoticeKind::DeliveryFailed => NoticeKind::DeliveryFailed,
            v1::NoticeKind::Thanked => NoticeKind::Reward(RewardNews::Thanked),
            v1::NoticeKind::RewardGiven => NoticeKind::Reward(RewardNews::Given),
            v1::NoticeKind::RewardDecided => NoticeKind::Reward(RewardNews::Decided),
            v1::NoticeKind::RewardAwaitsApproval => NoticeKind::Reward(RewardNews::Awaits),
            v1::NoticeKind::RewardUnfunded => NoticeKind::Reward(RewardNews::Unfunded),
            v1::NoticeKind::PacketArrived => NoticeKind::Reward(RewardNews::Packet),
            v1::NoticeKind::TaskReached => NoticeKind::Reward(RewardNews::Task),
            v1::NoticeKind::RankingPaid => NoticeKind::Reward(RewardNews::Ranking),
            v1::NoticeKind::RewardTakenBack => NoticeKind::Reward(RewardNews::TakenBack),
            v1::NoticeKind::Unspecified => NoticeKind::Other,
        },
        subject: subject(&wire.subject_id),
        actor_id: number(&wire.actor_id),
        value: wire.value,
        compared_with: wire.compared_with,
        approved: wire.approved,
        goal: Metric::of_word(&wire.goal_metric).map(|metric| GoalMetric {
            metric,
            by_count: wire.goal_measure() == v1::GoalMeasure::Count,
        }),
        goal_who: who(&wire.goal_subject_id),
        created_us: micros(wire.create_time.as_ref()),
        read: wire.read_time.is_some(),
        cycle: wire.cycle,
        text: wire.text,
    })
}

fn subject(id: &str) -> Option<Subject> {
    let number = number(id)?;
    match id.split_once('/')?.0 {
        "opportunities" => Some(Subject::Opportunity(number)),
        "approvals" => Some(Subject::Approval(number)),
        "goals" => Some(Subject::Goal(number)),
        "rewards" => Some(Subject::Reward(number)),
        "schemes" => Some(Subject::Scheme(number)),
        _ => None,
    }
}
