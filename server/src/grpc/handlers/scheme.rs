//! `SchemeService`.

use sluice_proto::v1::{self, scheme_service_server::SchemeService};
use tonic::{Request, Response};

use super::{blocking, service};
use crate::grpc::{
    api::Reply,
    convert::{rehearsal, scheme},
};

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

        async fn rehearse_scheme(&self, request: Request<v1::RehearseSchemeRequest>) -> Reply<v1::RehearseSchemeResponse> {
            let (call, request) = self.open(request)?;
            let query = rehearsal::query(request, &call)?;
            let state = call.state.clone();
            let (query, found) = blocking(move || {
                let found = query.run(&state);
                (query, found)
            })
            .await?;
            Ok(Response::new(rehearsal::write(&query, found, &call.state)))
        }
    }
}
