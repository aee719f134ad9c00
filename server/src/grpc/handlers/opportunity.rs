//! `OpportunityService`.

use sluice_proto::v1::{self, opportunity_service_server::OpportunityService};
use tonic::{Request, Response};

use super::service;
use crate::grpc::{
    api::{Reply, reply},
    convert::{Resource as _, opportunity},
    refuse,
    status::Refusal,
};
use sluice_domain::Entity;

service! { OpportunityService:
    change create_opportunity(CreateOpportunityRequest) -> CreateOpportunityResponse { opportunity } by opportunity::create;
    change amend_opportunity(AmendOpportunityRequest) -> AmendOpportunityResponse { opportunity } by opportunity::amend;
    change lose_opportunity(LoseOpportunityRequest) -> LoseOpportunityResponse { opportunity } by opportunity::lose;
    change reopen_opportunity(ReopenOpportunityRequest) -> ReopenOpportunityResponse { opportunity } by opportunity::reopen;
    change undo_move(UndoMoveRequest) -> UndoMoveResponse { opportunity } by opportunity::undo;
    change archive_opportunity(ArchiveOpportunityRequest) -> ArchiveOpportunityResponse { opportunity } by opportunity::archive;
    change restore_opportunity(RestoreOpportunityRequest) -> RestoreOpportunityResponse { opportunity } by opportunity::restore;
    get get_opportunity(GetOpportunityRequest) -> GetOpportunityResponse { opportunity };
    list list_opportunities(ListOpportunitiesRequest) -> ListOpportunitiesResponse { opportunities };
    other {
        async fn move_opportunity(
            &self,
            request: Request<v1::MoveOpportunityRequest>,
        ) -> Reply<v1::MoveOpportunityResponse> {
            let (call, request) = self.open(request)?;
            let mutation = opportunity::advance(request, &call);
            if mutation.validate_only {
                return reply(self.preview_move(&call, mutation).await?);
            }
            let (opportunity, revision) = self.change(&call, mutation).await?;
            reply(v1::MoveOpportunityResponse { opportunity, revision, preview: None })
        }

        async fn list_stage_entries(
            &self,
            request: Request<v1::ListStageEntriesRequest>,
        ) -> Reply<v1::ListStageEntriesResponse> {
            let (call, request) = self.open(request)?;
            let key = v1::Opportunity::key(&request.opportunity_id)
                .map_err(|description| Refusal::invalid("INVALID_ID", "opportunity_id", description))?;
            let Some(Entity::Opportunity(found)) = call.state.entity(key) else { return Err(refuse::not_found(key).into()) };
            let stage_entries = opportunity::write_history(&found, &call.state);
            Ok(Response::new(v1::ListStageEntriesResponse { stage_entries, revision: call.state.revision() }))
        }
    }
}
