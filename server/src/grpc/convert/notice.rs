//! Notices between API and domain.

use sluice_domain::{
    Command, Entity, EntityKind, GoalId, Notice, NoticeKind, State, command::MarkNoticesRead,
};
use sluice_proto::v1;

use super::{
    Call, Fields, Mutation,
    value::{Id as _, etag, id_or_empty, or_empty, time},
};
use crate::grpc::status::Refusal;

/// Reads MarkNoticesRead.
pub fn mark_read(request: v1::MarkNoticesReadRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let command = MarkNoticesRead {
        notices: fields.ids("ids", &request.ids),
        all_of: fields.optional_id("recipient_id", &request.recipient_id),
    };
    fields.mutation(
        Command::MarkNoticesRead(command),
        request.request_id,
        request.validate_only,
    )
}

/// Reads whose notices ListNotices asks for, and which of them.
///
/// # Errors
/// What is wrong with the id.
pub fn wanted(
    request: &v1::ListNoticesRequest,
) -> Result<impl Fn(&Entity) -> bool + use<>, Refusal> {
    let mut fields = Fields::under("");
    let recipient = fields.optional_id("recipient_id", &request.recipient_id);
    let unread_only = request.unread_only;
    fields.finish(move |entity: &Entity| {
        matches!(entity, Entity::Notice(notice)
            if recipient.is_none_or(|member| notice.recipient == member)
                && !(unread_only && notice.read_at.is_some()))
    })
}

const fn write_kind(kind: NoticeKind) -> v1::NoticeKind {
    match kind {
        NoticeKind::GoalReached50 => v1::NoticeKind::GoalReached50,
        NoticeKind::GoalReached90 => v1::NoticeKind::GoalReached90,
        NoticeKind::GoalReached100 => v1::NoticeKind::GoalReached100,
        NoticeKind::AmountAmended => v1::NoticeKind::AmountAmended,
        NoticeKind::ApprovalRequested => v1::NoticeKind::ApprovalRequested,
        NoticeKind::ApprovalDecided => v1::NoticeKind::ApprovalDecided,
        NoticeKind::ApprovalEnded => v1::NoticeKind::ApprovalEnded,
        NoticeKind::Digest => v1::NoticeKind::Digest,
        NoticeKind::DeliveryFailed => v1::NoticeKind::DeliveryFailed,
        NoticeKind::RewardGiven => v1::NoticeKind::RewardGiven,
        NoticeKind::RewardDecided => v1::NoticeKind::RewardDecided,
        NoticeKind::RewardAwaitsApproval => v1::NoticeKind::RewardAwaitsApproval,
        NoticeKind::RewardUnfunded => v1::NoticeKind::RewardUnfunded,
        NoticeKind::PacketArrived => v1::NoticeKind::PacketArrived,
        NoticeKind::TaskReached => v1::NoticeKind::TaskReached,
        NoticeKind::RankingPaid => v1::NoticeKind::RankingPaid,
        NoticeKind::RewardTakenBack => v1::NoticeKind::RewardTakenBack,
        NoticeKind::Thanked => v1::NoticeKind::Thanked,
    }
}

/// Writes a notice.
pub fn write(notice: &Notice, state: &State) -> v1::Notice {
    let figures = &notice.figures;
    let goal = notice.subject.filter(|key| key.kind == EntityKind::Goal);
    let goal = goal.and_then(|key| state.goal(GoalId(key.id)));
    v1::Notice {
        id: notice.id.write(),
        recipient_id: notice.recipient.write(),
        kind: write_kind(notice.kind).into(),
        subject_id: notice.subject.map(|key| key.long()).unwrap_or_default(),
        actor_id: id_or_empty(notice.actor),
        value: figures.value,
        compared_with: figures.compared_with,
        cycle: figures
            .window
            .map(|window| window.to_string())
            .unwrap_or_default(),
        approved: figures.approved,
        text: or_empty(&figures.text),
        create_time: Some(time(notice.at)),
        read_time: notice.read_at.map(time),
        revision: notice.revision,
        etag: etag(notice.revision),
        digest: figures
            .digest
            .as_deref()
            .map(|digest| super::digest::write_without_names(digest, state)),
        goal_metric: goal.map_or_else(String::new, |goal| goal.metric.name().to_owned()),
        goal_measure: goal
            .map_or(v1::GoalMeasure::Unspecified, |goal| {
                super::goal::write_measure(goal.measure)
            })
            .into(),
        goal_subject_id: goal
            .map_or_else(String::new, |goal| super::goal::write_subject(goal.subject)),
    }
}
