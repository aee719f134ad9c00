//! `FairnessService`.

use sluice_proto::v1::{self, fairness_service_server::FairnessService};
use tonic::Request;

use crate::grpc::api::{Api, Reply};

#[tonic::async_trait]
impl FairnessService for Api {
    async fn query_fairness(
        &self,
        _request: Request<v1::QueryFairnessRequest>,
    ) -> Reply<v1::QueryFairnessResponse> {
        Err(tonic::Status::unimplemented("soon"))
    }
}
