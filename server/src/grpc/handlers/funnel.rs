//! `FunnelService`.

use sluice_domain::funnel::funnel as funnel_at;
use sluice_proto::v1::{self, funnel_service_server::FunnelService};
use tonic::Request;

use crate::grpc::{
    api::{Api, Reply, reply},
    convert::funnel,
};

#[tonic::async_trait]
impl FunnelService for Api {
    async fn get_funnel(
        &self,
        request: Request<v1::GetFunnelRequest>,
    ) -> Reply<v1::GetFunnelResponse> {
        let (call, request) = self.open(request)?;
        let query = funnel::query(request, &call, self.now())?;
        reply(funnel::write(funnel_at(&call.state, &query), &call))
    }

    async fn get_forecast(
        &self,
        _: Request<v1::GetForecastRequest>,
    ) -> Reply<v1::GetForecastResponse> {
        Err(tonic::Status::unimplemented("not yet"))
    }

    async fn get_outcomes(
        &self,
        _: Request<v1::GetOutcomesRequest>,
    ) -> Reply<v1::GetOutcomesResponse> {
        Err(tonic::Status::unimplemented("not yet"))
    }

    async fn get_pipeline_difference(
        &self,
        _: Request<v1::GetPipelineDifferenceRequest>,
    ) -> Reply<v1::GetPipelineDifferenceResponse> {
        Err(tonic::Status::unimplemented("not yet"))
    }

    async fn get_board_at(
        &self,
        _: Request<v1::GetBoardAtRequest>,
    ) -> Reply<v1::GetBoardAtResponse> {
        Err(tonic::Status::unimplemented("not yet"))
    }

    async fn list_funnel_opportunities(
        &self,
        _: Request<v1::ListFunnelOpportunitiesRequest>,
    ) -> Reply<v1::ListFunnelOpportunitiesResponse> {
        Err(tonic::Status::unimplemented("not yet"))
    }
}
