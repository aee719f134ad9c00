//! `TimelineService`.

use sluice_proto::v1::{self, timeline_service_server::TimelineService};
use tonic::{Request, Response};

use crate::grpc::{
    api::{Api, Reply},
    convert::timeline,
};

#[tonic::async_trait]
impl TimelineService for Api {
    async fn list_timeline(
        &self,
        request: Request<v1::ListTimelineRequest>,
    ) -> Reply<v1::ListTimelineResponse> {
        let (call, request) = self.open(request)?;
        Ok(Response::new(timeline::list(&request, &call)?))
    }
}
