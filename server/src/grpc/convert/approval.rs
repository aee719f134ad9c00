//! Approvals between API and domain.

use sluice_domain::{
    Approval, ApprovalEnd, ApprovalId, ApprovalState, Command, State,
    command::{DecideApproval, RequestApproval},
};
use sluice_proto::v1;

use super::{
    Call, Fields, Mutation,
    value::{Id as _, etag, id_or_empty, money, or_empty, text, time},
};

/// Reads RequestApproval.
pub fn request(request: v1::RequestApprovalRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let command = RequestApproval {
        opportunity: fields.id("opportunity_id", &request.opportunity_id),
        stage: fields.id("stage_id", &request.stage_id),
        note: text(request.note),
    };
    fields.mutation(
        Command::RequestApproval(command),
        request.request_id,
        request.validate_only,
    )
}

/// Reads ApproveApproval.
pub fn approve(request: v1::ApproveApprovalRequest, _: &Call) -> Mutation {
    let v1::ApproveApprovalRequest {
        id,
        reason,
        request_id,
        etag,
        validate_only,
    } = request;
    decision((&id, reason), true, (request_id, validate_only), etag)
}

/// Reads RefuseApproval.
pub fn refuse(request: v1::RefuseApprovalRequest, _: &Call) -> Mutation {
    let v1::RefuseApprovalRequest {
        id,
        reason,
        request_id,
        etag,
        validate_only,
    } = request;
    decision((&id, reason), false, (request_id, validate_only), etag)
}

fn decision(
    (id, reason): (&str, String),
    approve: bool,
    (request_id, validate_only): (String, bool),
    etag: String,
) -> Mutation {
    let mut fields = Fields::under("");
    let id: ApprovalId = fields.id("id", id);
    let command = DecideApproval {
        id,
        approve,
        reason: text(reason),
    };
    fields
        .mutation(Command::DecideApproval(command), request_id, validate_only)
        .with_etag(id, etag)
}

/// Writes how far a request has come.
pub fn write_state(state: ApprovalState) -> v1::ApprovalState {
    match state {
        ApprovalState::Pending => v1::ApprovalState::Pending,
        ApprovalState::Approved => v1::ApprovalState::Approved,
        ApprovalState::Refused => v1::ApprovalState::Refused,
        ApprovalState::Used => v1::ApprovalState::Used,
        ApprovalState::Void => v1::ApprovalState::Void,
    }
}

const fn write_end(reason: Option<ApprovalEnd>) -> v1::ApprovalEndReason {
    match reason {
        None => v1::ApprovalEndReason::Unspecified,
        Some(ApprovalEnd::Moved) => v1::ApprovalEndReason::Moved,
        Some(ApprovalEnd::Closed) => v1::ApprovalEndReason::Closed,
        Some(ApprovalEnd::Archived) => v1::ApprovalEndReason::Archived,
        Some(ApprovalEnd::AmountRose) => v1::ApprovalEndReason::AmountRose,
        Some(ApprovalEnd::StageRetired) => v1::ApprovalEndReason::StageRetired,
        Some(ApprovalEnd::NotNeeded) => v1::ApprovalEndReason::NotNeeded,
    }
}

/// Writes an approval.
pub fn write(approval: &Approval, state: &State) -> v1::Approval {
    v1::Approval {
        id: approval.id.write(),
        opportunity_id: approval.opportunity.write(),
        stage_id: approval.stage.write(),
        from_stage_id: approval.from.write(),
        state: write_state(approval.state).into(),
        requester_id: id_or_empty(approval.requester),
        note: or_empty(&approval.note),
        amount: state
            .workspace()
            .map(|workspace| money(approval.amount_minor, workspace.currency)),
        decider_id: id_or_empty(approval.decided_by),
        decide_time: approval.decided_at.map(time),
        decision_reason: or_empty(&approval.decision_reason),
        end_time: approval.ended_at.map(time),
        create_time: Some(time(approval.created_at)),
        revision: approval.revision,
        etag: etag(approval.revision),
        end_reason: write_end(approval.end_reason).into(),
    }
}
