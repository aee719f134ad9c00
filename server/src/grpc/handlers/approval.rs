//! `ApprovalService`.

use sluice_proto::v1::{self, approval_service_server::ApprovalService};

use super::service;
use crate::grpc::convert::approval;

service! { ApprovalService:
    change request_approval(RequestApprovalRequest) -> RequestApprovalResponse { approval } by approval::request;
    change approve_approval(ApproveApprovalRequest) -> ApproveApprovalResponse { approval } by approval::approve;
    change refuse_approval(RefuseApprovalRequest) -> RefuseApprovalResponse { approval } by approval::refuse;
    get get_approval(GetApprovalRequest) -> GetApprovalResponse { approval };
    list list_approvals(ListApprovalsRequest) -> ListApprovalsResponse { approvals };
}
