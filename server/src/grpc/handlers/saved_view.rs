//! `SavedViewService`.

use sluice_domain::SavedViewId;
use sluice_proto::v1::{self, saved_view_service_server::SavedViewService};
use tonic::Request;

use super::service;
use crate::grpc::{
    api::{Reply, reply},
    convert::{saved_view, value::Id as _},
};

service! { SavedViewService:
    change create_saved_view(CreateSavedViewRequest) -> CreateSavedViewResponse { saved_view } by saved_view::create;
    change update_saved_view(UpdateSavedViewRequest) -> UpdateSavedViewResponse { saved_view } by saved_view::update;
    list list_saved_views(ListSavedViewsRequest) -> ListSavedViewsResponse { saved_views };
    other {
        async fn get_saved_view(&self, request: Request<v1::GetSavedViewRequest>) -> Reply<v1::GetSavedViewResponse> {
            let (call, request) = self.open(request)?;
            let (view, revision) = self.get(&call, &request.id)?;
            let stored = SavedViewId::read(&request.id).ok().and_then(|id| call.state.saved_view(id));
            let problems = stored.map(|view| saved_view::write_problems(view, &call.state)).unwrap_or_default();
            reply(v1::GetSavedViewResponse { saved_view: view, revision, problems })
        }

        async fn delete_saved_view(&self, request: Request<v1::DeleteSavedViewRequest>) -> Reply<v1::DeleteSavedViewResponse> {
            let (call, request) = self.open(request)?;
            let outcome = self.submit(&call, saved_view::delete(request, &call)).await?;
            reply(v1::DeleteSavedViewResponse { revision: outcome.revision })
        }
    }
}
