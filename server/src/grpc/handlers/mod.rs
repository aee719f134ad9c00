//! The services: one noun a file, handlers of a few lines, the common ones from one pattern.

mod activity;
mod alert;
mod approval;
mod badge;
mod contact;
mod customer;
mod delivery;
mod digest;
mod fairness;
mod funnel;
mod goal;
mod import;
mod ledger;
mod member;
mod metric;
mod next_action;
mod notice;
mod opportunity;
mod packet;
mod payout;
mod pipeline;
mod reward;
mod saved_view;
mod scheme;
mod search;
mod stagnation;
mod summary;
mod team;
mod timeline;
mod webhook;
mod workspace;

/// Counts off the threads that serve calls.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, tonic::Status> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| tonic::Status::internal(format!("counting: {error}")))
}

/// A service whose methods change, get or list a resource; what is different is written out under `other`.
macro_rules! service {
    (
        $service:ident:
        $(change $change:ident($change_request:ident) -> $change_response:ident { $changed:ident } by $convert:path;)*
        $(get $get:ident($get_request:ident) -> $get_response:ident { $got:ident };)*
        $(list $list:ident($list_request:ident) -> $list_response:ident { $listed:ident };)*
        $(other { $($other:tt)* })?
    ) => {
        #[tonic::async_trait]
        impl $service for crate::grpc::api::Api {
            $(async fn $change(&self, request: tonic::Request<v1::$change_request>) -> crate::grpc::api::Reply<v1::$change_response> {
                let (call, request) = self.open(request)?;
                let ($changed, revision) = self.change(&call, $convert(request, &call)).await?;
                crate::grpc::api::reply(v1::$change_response { $changed, revision })
            })*

            $(async fn $get(&self, request: tonic::Request<v1::$get_request>) -> crate::grpc::api::Reply<v1::$get_response> {
                let (call, request) = self.open(request)?;
                let ($got, revision) = self.get(&call, &request.id)?;
                crate::grpc::api::reply(v1::$get_response { $got, revision })
            })*

            $(async fn $list(&self, request: tonic::Request<v1::$list_request>) -> crate::grpc::api::Reply<v1::$list_response> {
                let (call, request) = self.open(request)?;
                let v1::$list_request { page_size, page_token, filter, order_by } = request;
                let query = crate::grpc::api::ListQuery { page_size, page_token, filter, order_by };
                let crate::grpc::api::Page { items, next_page_token, revision, total_size } = self.list(&call, &query)?;
                Ok(tonic::Response::new(v1::$list_response { $listed: items, next_page_token, revision, total_size }))
            })*

            $($($other)*)?
        }
    };
}
use service;
