//! `NextActionService`.

use sluice_domain::{EntityKey, next_action::next_actions};
use sluice_proto::v1::{self, next_action_service_server::NextActionService};
use tonic::{Request, Response};

use crate::grpc::{
    api::{Api, Reply},
    convert::next_action,
    page::{self, Position, query_hash},
};

#[tonic::async_trait]
impl NextActionService for Api {
    async fn list_next_actions(
        &self,
        request: Request<v1::ListNextActionsRequest>,
    ) -> Reply<v1::ListNextActionsResponse> {
        let (call, request) = self.open(request)?;
        let member = next_action::member(&request, &call)?;
        let query = query_hash(&["nextActions", &EntityKey::from(member).long()]);
        let size = page::page_size(request.page_size)?;
        let from = page::decode(query, &request.page_token)?;
        let queue = next_actions(&call.state, member, self.now());
        // The queue moves with the clock: a page goes on by number.
        let sent = from.map_or(0, |position| position.sent);
        let start = usize::try_from(sent).unwrap_or(usize::MAX).min(queue.len());
        let end = (start + size).min(queue.len());
        let total = queue.len() as u64;
        let next_page_token = (end < queue.len()).then(|| {
            let position = Position {
                last_id: 0,
                last_revision: 0,
                sent: end as u64,
                total,
            };
            page::encode(query, &position)
        });
        Ok(Response::new(v1::ListNextActionsResponse {
            next_actions: next_action::write(&queue[start..end], &call),
            next_page_token: next_page_token.unwrap_or_default(),
            revision: call.state.revision(),
            total_size: i32::try_from(total).unwrap_or(i32::MAX),
        }))
    }
}
