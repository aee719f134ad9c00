//! `DigestService`.

use sluice_proto::v1::{self, digest_service_server::DigestService};
use tonic::{Request, Response};

use super::service;
use crate::grpc::{
    api::{Reply, reply},
    convert::digest,
};

service! { DigestService:
    change create_digest_schedule(CreateDigestScheduleRequest) -> CreateDigestScheduleResponse { digest_schedule } by digest::create;
    change update_digest_schedule(UpdateDigestScheduleRequest) -> UpdateDigestScheduleResponse { digest_schedule } by digest::update;
    get get_digest_schedule(GetDigestScheduleRequest) -> GetDigestScheduleResponse { digest_schedule };
    list list_digest_schedules(ListDigestSchedulesRequest) -> ListDigestSchedulesResponse { digest_schedules };
    other {
        async fn get_digest(&self, request: Request<v1::GetDigestRequest>) -> Reply<v1::GetDigestResponse> {
            let (call, request) = self.open(request)?;
            let made = digest::make(&request, &call, self.now())?;
            let digest = Some(digest::write(&made, &call.state));
            Ok(Response::new(v1::GetDigestResponse { digest, revision: call.state.revision() }))
        }

        async fn delete_digest_schedule(
            &self,
            request: Request<v1::DeleteDigestScheduleRequest>,
        ) -> Reply<v1::DeleteDigestScheduleResponse> {
            let (call, request) = self.open(request)?;
            let outcome = self.submit(&call, digest::delete(request, &call)).await?;
            reply(v1::DeleteDigestScheduleResponse { revision: outcome.revision })
        }
    }
}
