//! `DeliveryService`.

use sluice_proto::v1::{self, delivery_service_server::DeliveryService};
use tonic::{Request, Response};

use super::service;
use crate::grpc::{
    api::{ListQuery, Page, Reply},
    convert::delivery,
};

service! { DeliveryService:
    change retry_delivery(RetryDeliveryRequest) -> RetryDeliveryResponse { delivery } by delivery::retry;
    other {
        async fn list_deliveries(&self, request: Request<v1::ListDeliveriesRequest>) -> Reply<v1::ListDeliveriesResponse> {
            let (call, request) = self.open(request)?;
            let wanted = delivery::wanted(&request)?;
            let scope = format!("{} {}", request.state, request.webhook_id);
            let v1::ListDeliveriesRequest { page_size, page_token, order_by, .. } = request;
            let query = ListQuery { page_size, page_token, filter: String::new(), order_by };
            let Page { items: deliveries, next_page_token, revision, total_size } =
                self.list_where(&call, &query, &scope, wanted)?;
            Ok(Response::new(v1::ListDeliveriesResponse { deliveries, next_page_token, revision, total_size }))
        }
    }
}
