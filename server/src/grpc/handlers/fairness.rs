//! `FairnessService`.

use sluice_domain::fairness::fairness;
use sluice_proto::v1::{self, fairness_service_server::FairnessService};
use tonic::{Request, Response};

use super::blocking;
use crate::grpc::{
    api::{Api, Reply},
    convert,
};

#[tonic::async_trait]
impl FairnessService for Api {
    async fn query_fairness(
        &self,
        request: Request<v1::QueryFairnessRequest>,
    ) -> Reply<v1::QueryFairnessResponse> {
        let (call, request) = self.open(request)?;
        let query = convert::fairness::query(&request, &call)?;
        let state = call.state.clone();
        let found = blocking(move || fairness(&state, &query)).await?;
        Ok(Response::new(convert::fairness::write(
            &query, found, &call,
        )))
    }
}
