//! `WorkspaceService`.

use sluice_proto::v1::{self, workspace_service_server::WorkspaceService};
use tonic::Request;

use super::service;
use crate::grpc::{
    api::{Reply, reply},
    convert::workspace,
};

service! { WorkspaceService:
    change update_workspace(UpdateWorkspaceRequest) -> UpdateWorkspaceResponse { workspace } by workspace::update;
    other {
        async fn set_up_workspace(
            &self,
            request: Request<v1::SetUpWorkspaceRequest>,
        ) -> Reply<v1::SetUpWorkspaceResponse> {
            let (call, request) = self.open_unchecked(request);
            let (workspace, revision) = self.change(&call, workspace::set_up(request, &call)).await?;
            reply(v1::SetUpWorkspaceResponse { workspace, revision })
        }

        async fn get_workspace(&self, request: Request<v1::GetWorkspaceRequest>) -> Reply<v1::GetWorkspaceResponse> {
            let (call, _) = self.open(request)?;
            let (workspace, revision) = self.get(&call, "")?;
            reply(v1::GetWorkspaceResponse { workspace, revision })
        }

        async fn get_server_info(&self, request: Request<v1::GetServerInfoRequest>) -> Reply<v1::GetServerInfoResponse> {
            let (call, _) = self.open_unchecked(request);
            reply(v1::GetServerInfoResponse {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                log_id: self.engine.log_id().to_owned(),
                revision: call.state.revision(),
                oldest_revision: self.engine.oldest_revision(),
                set_up: call.state.workspace().is_some(),
                caller_label: call.actor.label,
            })
        }
    }
}
