//! `NoticeService`.

use sluice_proto::v1::{self, notice_service_server::NoticeService};
use tonic::{Request, Response};

use crate::grpc::{
    api::{Api, ListQuery, Page, Reply, reply},
    convert::notice,
};

#[tonic::async_trait]
impl NoticeService for Api {
    async fn list_notices(
        &self,
        request: Request<v1::ListNoticesRequest>,
    ) -> Reply<v1::ListNoticesResponse> {
        let (call, request) = self.open(request)?;
        let wanted = notice::wanted(&request)?;
        let scope = format!("{} {}", request.recipient_id, request.unread_only);
        let query = ListQuery {
            page_size: request.page_size,
            page_token: request.page_token,
            filter: request.filter,
            order_by: request.order_by,
        };
        let Page {
            items: notices,
            next_page_token,
            revision,
            total_size,
        } = self.list_where(&call, &query, &scope, wanted)?;
        Ok(Response::new(v1::ListNoticesResponse {
            notices,
            next_page_token,
            revision,
            total_size,
        }))
    }

    async fn mark_notices_read(
        &self,
        request: Request<v1::MarkNoticesReadRequest>,
    ) -> Reply<v1::MarkNoticesReadResponse> {
        let (call, request) = self.open(request)?;
        let outcome = self
            .submit(&call, notice::mark_read(request, &call))
            .await?;
        reply(v1::MarkNoticesReadResponse {
            revision: outcome.revision,
        })
    }
}
