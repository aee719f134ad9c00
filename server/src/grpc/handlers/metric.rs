//! `MetricService`.

use sluice_domain::metric::score_entries;
use sluice_proto::v1::{self, metric_service_server::MetricService};
use tonic::{Request, Response};

use crate::grpc::{
    api::{Api, Reply},
    convert::{leaderboard, metric},
    page::{Cut, query_hash, slice},
};

#[tonic::async_trait]
impl MetricService for Api {
    async fn query_metrics(
        &self,
        request: Request<v1::QueryMetricsRequest>,
    ) -> Reply<v1::QueryMetricsResponse> {
        let (call, request) = self.open(request)?;
        let query = metric::query(&request, &call, self.now())?;
        let answer = metric::write_rows(&query, request.compare, &call);
        Ok(Response::new(answer))
    }

    async fn list_score_entries(
        &self,
        request: Request<v1::ListScoreEntriesRequest>,
    ) -> Reply<v1::ListScoreEntriesResponse> {
        let (call, request) = self.open(request)?;
        let query = metric::score_query(&request, &call, self.now())?;
        let found = score_entries(&call.state, &query);
        let hash = query_hash(&["scoreEntries", &format!("{query:?}")]);
        let page = slice(hash, request.page_size, &request.page_token, found)?;
        let entries = page.items.into_iter();
        Ok(Response::new(v1::ListScoreEntriesResponse {
            score_entries: entries.map(|it| metric::write(it, &call.state)).collect(),
            next_page_token: page.next_page_token,
            revision: call.state.revision(),
            total_size: page.total_size,
        }))
    }

    async fn query_leaderboard(
        &self,
        request: Request<v1::QueryLeaderboardRequest>,
    ) -> Reply<v1::QueryLeaderboardResponse> {
        let (call, request) = self.open(request)?;
        let (query, own) = leaderboard::query(&request, &call)?;
        let hash = query_hash(&["leaderboard", &format!("{query:?}")]);
        let cut = Cut::open(hash, request.page_size, &request.page_token)?;
        let board = self.boards.of(&call.state, &query, call.now);
        Ok(Response::new(leaderboard::write(&board, own, &cut, &call)))
    }
}
