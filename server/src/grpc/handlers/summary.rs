//! `SummaryService`.

use sluice_domain::summary::summarize;
use sluice_proto::v1::{self, summary_service_server::SummaryService};
use tonic::{Request, Response};

use crate::grpc::{
    api::{Api, Reply},
    convert::summary,
};

#[tonic::async_trait]
impl SummaryService for Api {
    async fn summarize_opportunities(
        &self,
        request: Request<v1::SummarizeOpportunitiesRequest>,
    ) -> Reply<v1::SummarizeOpportunitiesResponse> {
        let (call, request) = self.open(request)?;
        let (query, cut) = summary::query(&request, self.now())?;
        let found = summarize(&call.state, &query);
        Ok(Response::new(summary::write(found, &cut, &call)))
    }
}
