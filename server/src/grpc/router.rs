//! Finds the service a call is for: by the first part of its path.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use http::{Request, Response};
use tonic::{Status, body::Body, server::NamedService};
use tower::{Service, ServiceExt as _, util::BoxCloneSyncService};

type BoxService = BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>;

/// The services by name.
#[derive(Clone, Debug, Default)]
pub struct Router {
    services: std::sync::Arc<BTreeMap<&'static str, BoxService>>,
}

impl Router {
    /// Adds a service.
    #[must_use]
    pub fn with<S>(mut self, service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
        S: NamedService + Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
    {
        std::sync::Arc::make_mut(&mut self.services)
            .insert(S::NAME, BoxCloneSyncService::new(service));
        self
    }
}

impl Service<Request<Body>> for Router {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let name = request
            .uri()
            .path()
            .trim_start_matches('/')
            .split('/')
            .next()
            .unwrap_or_default();
        match self.services.get(name) {
            Some(service) => Box::pin(service.clone().oneshot(request)),
            None => {
                let status = Status::unimplemented(format!(
                    "there is no service '{name}' here: reflection lists them"
                ));
                Box::pin(std::future::ready(Ok(status.into_http())))
            }
        }
    }
}
