//! `ImportService`.

use sluice_proto::v1::{self, import_service_server::ImportService};
use tonic::{Request, Status};

use crate::grpc::{
    api::{Api, Reply, reply},
    convert::{Call, Mutation, import},
};

#[tonic::async_trait]
impl ImportService for Api {
    async fn import_opportunities(
        &self,
        request: Request<v1::ImportOpportunitiesRequest>,
    ) -> Reply<v1::ImportOpportunitiesResponse> {
        let (call, request) = self.open(request)?;
        let (results, revision) = self
            .import(&call, import::opportunities(request, &call))
            .await?;
        reply(v1::ImportOpportunitiesResponse { results, revision })
    }

    async fn import_history(
        &self,
        request: Request<v1::ImportHistoryRequest>,
    ) -> Reply<v1::ImportHistoryResponse> {
        let (call, request) = self.open(request)?;
        let (results, revision) = self.import(&call, import::history(request, &call)).await?;
        reply(v1::ImportHistoryResponse { results, revision })
    }
}

impl Api {
    async fn import(
        &self,
        call: &Call,
        mutation: Mutation,
    ) -> Result<(Vec<v1::ImportResult>, u64), Status> {
        let external_ids = import::external_ids(&mutation.command);
        let outcome = self.submit(call, mutation).await?;
        Ok((
            import::write_results(&external_ids, &outcome),
            outcome.revision,
        ))
    }
}
