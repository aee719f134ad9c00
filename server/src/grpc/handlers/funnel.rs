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
}
