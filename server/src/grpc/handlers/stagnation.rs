//! `StagnationService`.

use sluice_domain::stalled::stalled;
use sluice_proto::v1::{self, stagnation_service_server::StagnationService};
use tonic::Request;

use crate::grpc::{
    api::{Api, Reply, reply},
    convert::stagnation,
};

#[tonic::async_trait]
impl StagnationService for Api {
    async fn query_stagnation(
        &self,
        request: Request<v1::QueryStagnationRequest>,
    ) -> Reply<v1::QueryStagnationResponse> {
        let (call, request) = self.open(request)?;
        let query = stagnation::query(request, &call, self.now())?;
        reply(stagnation::write(stalled(&call.state, &query), &call))
    }
}
