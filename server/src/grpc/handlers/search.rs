//! `SearchService`.

use sluice_domain::search::search;
use sluice_proto::v1::{self, search_service_server::SearchService};
use tonic::{Request, Response};

use crate::grpc::{
    api::{Api, Reply},
    convert,
    page::{Cut, query_hash},
};

#[tonic::async_trait]
impl SearchService for Api {
    async fn search(&self, request: Request<v1::SearchRequest>) -> Reply<v1::SearchResponse> {
        let (call, request) = self.open(request)?;
        let query = convert::search::query(&request)?;
        let hash = query_hash(&["search", &request.query, &format!("{:?}", request.kinds)]);
        let cut = Cut::open(hash, request.page_size, &request.page_token)?;
        let found = search(&call.state, &query, &|_| true, cut.end());
        let hits = found.hits.iter().skip(cut.start);
        let hits = hits.filter_map(|hit| convert::search::write(hit, &query, &call));
        let (next_page_token, total_size) = cut.close(found.total);
        Ok(Response::new(v1::SearchResponse {
            hits: hits.collect(),
            next_page_token,
            revision: call.state.revision(),
            total_size,
        }))
    }
}
