//! `FunnelService`.

use sluice_domain::figure;
use sluice_proto::v1::{self, funnel_service_server::FunnelService};
use tonic::{Request, Response};

use super::blocking;
use crate::grpc::{
    api::{Api, ListQuery, Page, Paging, Reply, reply},
    convert::{Resource as _, difference, forecast, funnel, outcome, pipeline, value::time},
    page::query_hash,
};

#[tonic::async_trait]
impl FunnelService for Api {
    async fn get_funnel(
        &self,
        request: Request<v1::GetFunnelRequest>,
    ) -> Reply<v1::GetFunnelResponse> {
        let (call, request) = self.open(request)?;
        let asked = funnel::query(&request, &call, self.now())?;
        let compared = match asked.compared_at(&call.state) {
            Some(at) => Some(self.back_to(&call, Some(at)).await?),
            None => None,
        };
        let call = self.back_to(&call, asked.as_of).await?;
        reply(funnel::write(&asked, &call, compared.as_ref()))
    }

    async fn get_forecast(
        &self,
        request: Request<v1::GetForecastRequest>,
    ) -> Reply<v1::GetForecastResponse> {
        let (call, request) = self.open(request)?;
        let (query, at) = forecast::query(&request, &call, self.now())?;
        let call = self.back_to(&call, at).await?;
        reply(forecast::write(&query, &call))
    }

    async fn get_outcomes(
        &self,
        request: Request<v1::GetOutcomesRequest>,
    ) -> Reply<v1::GetOutcomesResponse> {
        let (call, request) = self.open(request)?;
        let (query, at) = outcome::query(&request, &call, self.now())?;
        let call = self.back_to(&call, at).await?;
        reply(outcome::write(&query, &call))
    }

    async fn get_pipeline_difference(
        &self,
        request: Request<v1::GetPipelineDifferenceRequest>,
    ) -> Reply<v1::GetPipelineDifferenceResponse> {
        let (call, request) = self.open(request)?;
        let asked = difference::query(&request, &call, self.now())?;
        let hash = query_hash(&[
            "difference",
            &format!(
                "{:?}",
                v1::GetPipelineDifferenceRequest {
                    page_size: 0,
                    page_token: String::new(),
                    ..request.clone()
                }
            ),
        ]);
        let mut page = Paging::open(hash, request.page_size, &request.page_token)?;
        let state = call.state.clone();
        let work = move || {
            sluice_domain::difference::difference(&state, asked.scope, asked.from, asked.to)
        };
        let difference = blocking(work).await?;
        let wanted = difference.items.iter().filter(|item| {
            asked.kind == v1::DifferenceKind::Unspecified
                || asked.kind == difference::write_kind(item.kind)
        });
        let items: Vec<_> = wanted.collect();
        let places = page.by_number(items.len());
        let mut response = difference::write(&difference, &call);
        let shown = items.get(places.clone()).unwrap_or_default().iter();
        response.items = shown.map(|item| difference::write_item(item)).collect();
        response.next_page_token = page.token_after(places.end);
        Ok(Response::new(response))
    }

    async fn get_board_at(
        &self,
        request: Request<v1::GetBoardAtRequest>,
    ) -> Reply<v1::GetBoardAtResponse> {
        let (call, request) = self.open(request)?;
        let mut fields = crate::grpc::convert::Fields::under("");
        let at = fields.optional_time("as_of_time", request.as_of_time);
        let at = fields.finish(at)?;
        let call = self.back_to(&call, at).await?;
        let instant = at.unwrap_or_else(|| self.now());
        let first = request.page_token.is_empty();
        let query = ListQuery {
            page_size: request.page_size,
            page_token: request.page_token,
            filter: request.filter,
            order_by: request.order_by,
        };
        let scope = format!("at {at:?}");
        let Page {
            items: opportunities,
            next_page_token,
            revision,
            total_size,
        } = self.list_at(&call, &query, &scope, instant)?;
        let pipelines = call.state.pipelines().filter(|_| first);
        Ok(Response::new(v1::GetBoardAtResponse {
            pipelines: pipelines.map(|own| pipeline::write(own)).collect(),
            opportunities,
            next_page_token,
            total_size,
            as_of_time: Some(time(instant)),
            revision,
        }))
    }

    async fn list_funnel_opportunities(
        &self,
        request: Request<v1::ListFunnelOpportunitiesRequest>,
    ) -> Reply<v1::ListFunnelOpportunitiesResponse> {
        let (call, request) = self.open(request)?;
        let (query, at) = funnel::figure(&request, &call, self.now())?;
        let call = self.back_to(&call, at).await?;
        let mut page = Paging::open(hash(&request), request.page_size, &request.page_token)?;
        let state = call.state.clone();
        let found = blocking(move || figure::opportunities(&state, &query)).await?;
        let after = found.partition_point(|row| row.id.0 <= page.after());
        let rows = found.iter().skip(after);
        let entities = page.by_id(rows.filter_map(|row| call.state.entity(row.id.into())));
        let items = entities
            .iter()
            .filter_map(|entity| v1::Opportunity::of(entity, &call.state))
            .collect();
        let Page {
            items: opportunities,
            next_page_token,
            revision,
            total_size,
        } = page.close(items, &entities, &call);
        Ok(Response::new(v1::ListFunnelOpportunitiesResponse {
            opportunities,
            next_page_token,
            total_size,
            revision,
        }))
    }
}

fn hash(request: &v1::ListFunnelOpportunitiesRequest) -> u64 {
    let key = v1::ListFunnelOpportunitiesRequest {
        page_size: 0,
        page_token: String::new(),
        ..request.clone()
    };
    query_hash(&["funnel", &format!("{key:?}")])
}
