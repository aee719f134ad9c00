//! `SchemeService`.

use sluice_proto::v1::{self, scheme_service_server::SchemeService};
use tonic::{Request, Response};

use super::service;
use crate::grpc::{api::Reply, convert::scheme};

service! { SchemeService:
    change create_scheme(CreateSchemeRequest) -> CreateSchemeResponse { scheme } by scheme::create;
    change update_scheme(UpdateSchemeRequest) -> UpdateSchemeResponse { scheme } by scheme::update;
    change publish_scheme(PublishSchemeRequest) -> PublishSchemeResponse { scheme } by scheme::publish;
    change end_scheme(EndSchemeRequest) -> EndSchemeResponse { scheme } by scheme::end;
    get get_scheme(GetSchemeRequest) -> GetSchemeResponse { scheme };
    list list_schemes(ListSchemesRequest) -> ListSchemesResponse { schemes };
    other {
        async fn list_scheme_templates(&self, request: Request<v1::ListSchemeTemplatesRequest>) -> Reply<v1::ListSchemeTemplatesResponse> {
            let (call, _) = self.open(request)?;
            Ok(Response::new(scheme::write_templates(&call.state)))
        }

        async fn rehearse_scheme(&self, _request: Request<v1::RehearseSchemeRequest>) -> Reply<v1::RehearseSchemeResponse> {
            Err(tonic::Status::unimplemented("soon"))
        }
    }
}
