//! Deadlines: a unary call ends at its `grpc-timeout` with `DEADLINE_EXCEEDED`, handler included.
//!
//! tonic has a timer of its own, which reports `CANCELLED`. Ours is created first for the same request and therefore
//! fires first.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::{HeaderMap, Request, Response};
use tokio::time::Instant;
use tonic::{Code, Status, body::Body};
use tower::{Layer, Service};

use super::status::Refusal;

/// Time a call may take when the client names none.
pub const DEFAULT_DEADLINE: Duration = Duration::from_secs(30);
/// The longest time a client may ask for; more is cut to it.
pub const MAX_DEADLINE: Duration = Duration::from_secs(120);
/// Digits of a `grpc-timeout`, by the gRPC specification.
const TIMEOUT_MAX_DIGITS: usize = 8;
/// Calls that stream without an end.
const STREAMING_PREFIXES: [&str; 3] = [
    "/sluice.v1.WatchService/Watch",
    "/grpc.health.v1.Health/Watch",
    "/grpc.reflection.",
];

/// When the present call must have ended; in the request's extensions.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(pub std::time::Instant);

/// Puts [`Deadline`]s on unary calls.
#[derive(Clone, Copy, Debug, Default)]
pub struct DeadlineLayer;

impl<S> Layer<S> for DeadlineLayer {
    type Service = DeadlineService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        DeadlineService { inner }
    }
}

/// See [`DeadlineLayer`].
#[derive(Clone, Debug)]
pub struct DeadlineService<S> {
    inner: S,
}

impl<S, B> Service<Request<B>> for DeadlineService<S>
where
    S: Service<Request<B>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        if STREAMING_PREFIXES
            .iter()
            .any(|prefix| request.uri().path().starts_with(prefix))
        {
            return Box::pin(self.inner.call(request));
        }
        let limit = asked(request.headers())
            .unwrap_or(DEFAULT_DEADLINE)
            .min(MAX_DEADLINE);
        let deadline = Instant::now() + limit;
        request
            .extensions_mut()
            .insert(Deadline(deadline.into_std()));
        let call = self.inner.call(request);
        let timed = tokio::time::timeout_at(deadline, call);
        Box::pin(async move {
            timed
                .await
                .unwrap_or_else(|_| Ok(exceeded(limit).into_http()))
        })
    }
}

fn exceeded(limit: Duration) -> Status {
    let message = format!(
        "the call did not end within {} ms; whether it took effect is unknown: repeat it with the same request_id",
        limit.as_millis()
    );
    Refusal::new(Code::DeadlineExceeded, "DEADLINE_EXCEEDED", message).into()
}

/// The client's `grpc-timeout`; one that does not follow the specification counts as none.
fn asked(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty()
        || digits.len() > TIMEOUT_MAX_DIGITS
        || !digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let number: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(number * 3_600)),
        "M" => Some(Duration::from_secs(number * 60)),
        "S" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_millis(number)),
        "u" => Some(Duration::from_micros(number)),
        "n" => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn request(path: &str, timeout: &str) -> Request<()> {
        Request::builder()
            .uri(path)
            .header("grpc-timeout", timeout)
            .body(())
            .unwrap()
    }

    #[tokio::test]
    async fn a_handler_that_never_ends_is_ended_at_the_deadline() {
        let never = tower::service_fn(|_: Request<()>| {
            std::future::pending::<Result<Response<Body>, std::io::Error>>()
        });
        let response = DeadlineLayer
            .layer(never)
            .call(request("/sluice.v1.TeamService/GetTeam", "5m"))
            .await
            .unwrap();
        assert_eq!(response.headers()["grpc-status"], "4");
    }

    #[tokio::test]
    async fn a_watch_has_no_deadline() {
        for (path, limited) in [
            ("/sluice.v1.WatchService/Watch", false),
            ("/sluice.v1.TeamService/GetTeam", true),
        ] {
            let answer = tower::service_fn(move |request: Request<()>| async move {
                assert_eq!(
                    request.extensions().get::<Deadline>().is_some(),
                    limited,
                    "{path}"
                );
                Ok::<_, std::io::Error>(Response::new(Body::empty()))
            });
            DeadlineLayer
                .layer(answer)
                .call(request(path, "5S"))
                .await
                .unwrap();
        }
    }

    #[test]
    fn only_timeouts_of_the_specification_count() {
        let asked = |text| asked(request("/", text).headers());
        assert_eq!(asked("250m"), Some(Duration::from_millis(250)));
        assert_eq!(
            asked("99999999H"),
            Some(Duration::from_secs(99_999_999 * 3_600))
        );
        for bad in ["", "5", "m", "+5S", "123456789S", "5x", "5é"] {
            assert_eq!(asked(bad), None, "{bad}");
        }
    }
}
