//! Panics: a bug in a handler ends that call with `INTERNAL` and an incident number, never the server.

use std::{
    any::Any,
    future::Future,
    panic::AssertUnwindSafe,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::FutureExt as _;
use http::{Request, Response};
use tonic::{Code, Status, body::Body};
use tower::{Layer, Service};

use super::status::Refusal;

/// Turns panics into `INTERNAL`.
#[derive(Clone, Copy, Debug, Default)]
pub struct PanicLayer;

impl<S> Layer<S> for PanicLayer {
    type Service = PanicService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        PanicService { inner }
    }
}

/// See [`PanicLayer`].
#[derive(Clone, Debug)]
pub struct PanicService<S> {
    inner: S,
}

impl<S, B> Service<Request<B>> for PanicService<S>
where
    S: Service<Request<B>, Response = Response<Body>>,
    S::Future: Send + 'static,
    S::Error: 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let call = self.inner.call(request);
        // The handler's own data is dropped with it, and what it shares (the engine) has no locks a reader could leave
        // half-done.
        let caught = AssertUnwindSafe(call).catch_unwind();
        Box::pin(async move {
            caught
                .await
                .unwrap_or_else(|panic| Ok(incident(panic.as_ref()).into_http()))
        })
    }
}

/// Logs a panic and says how to find it in the log.
pub fn incident(panic: &(dyn Any + Send)) -> Status {
    let id = ulid::Ulid::generate().to_string();
    let what = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no text");
    tracing::error!(incident = %id, panic = what, "a handler panicked: this is a defect, please report it");
    let message = format!(
        "internal error, incident {id}: the server's log says more. Nothing is lost; try again"
    );
    Refusal::new(Code::Internal, "INTERNAL", message)
        .with_metadata("incident", id)
        .into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_internal_with_an_incident_number() {
        let broken = tower::service_fn(|_: Request<()>| async {
            panic!("boom") as Result<Response<Body>, std::io::Error>
        });
        let response = PanicLayer
            .layer(broken)
            .call(Request::new(()))
            .await
            .unwrap();
        assert_eq!(response.headers()["grpc-status"], "13");
        let message = response.headers()["grpc-message"].to_str().unwrap();
        assert!(message.contains("incident"), "{message}");
        assert!(
            !message.contains("boom"),
            "what went wrong stays in the log: {message}"
        );
    }
}
