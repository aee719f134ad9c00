//! `MetricService`.

use sluice_domain::{Entity, EntityKind, metric::metrics};
use sluice_proto::v1::{self, metric_service_server::MetricService};
use tonic::{Request, Response};

use crate::grpc::{
    api::{Api, Page, Paging, Reply},
    convert::{Resource as _, metric},
    page::query_hash,
};

#[tonic::async_trait]
impl MetricService for Api {
    async fn query_metrics(
        &self,
        request: Request<v1::QueryMetricsRequest>,
    ) -> Reply<v1::QueryMetricsResponse> {
        let (call, request) = self.open(request)?;
        let query = metric::query(&request, &call, self.now())?;
        let rows = metrics(&call.state, &query);
        Ok(Response::new(metric::write_rows(rows, &query, &call)))
    }

    async fn list_score_entries(
        &self,
        request: Request<v1::ListScoreEntriesRequest>,
    ) -> Reply<v1::ListScoreEntriesResponse> {
        let (call, request) = self.open(request)?;
        let filter = metric::score_filter(&request, &call, self.now())?;
        let mut page = Paging::open(hash(&request), request.page_size, &request.page_token)?;
        let matches =
            |entity: &Entity| matches!(entity, Entity::ScoreEntry(entry) if filter.matches(entry));
        let entities = page.by_id(&call, EntityKind::ScoreEntry, matches);
        let items = entities
            .iter()
            .filter_map(|entity| v1::ScoreEntry::of(entity, &call.state))
            .collect();
        let Page {
            items: score_entries,
            next_page_token,
            revision,
            total_size,
        } = page.close(items, &entities, &call);
        Ok(Response::new(v1::ListScoreEntriesResponse {
            score_entries,
            next_page_token,
            revision,
            total_size,
        }))
    }
}

fn hash(request: &v1::ListScoreEntriesRequest) -> u64 {
    query_hash(&[
        "scoreEntries",
        &request.cycle,
        &request.metric,
        &request.member_id,
        &request.opportunity_id,
    ])
}
