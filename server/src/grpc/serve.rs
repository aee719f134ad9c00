//! Serves the API on a Unix socket and a TCP address at once, and stops within a bound.

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use futures_util::{Stream, stream};
use sluice_proto::v1;
use tokio::{
    net::{TcpListener, UnixListener},
    sync::{oneshot, watch},
    task::JoinHandle,
};
use tonic::{
    codec::CompressionEncoding, server::NamedService as _, transport::Server as Transport,
};
use tonic_health::{ServingStatus, server::HealthReporter};

use super::{
    api::Api,
    connection::{Connection, Phase},
    deadline::DeadlineLayer,
    panic::PanicLayer,
    router::Router,
    watch::WatchServer,
};
use crate::engine::Engine;

/// Largest request.
pub const DECODE_LIMIT_BYTES: usize = 1024 * 1024;
/// Streams of one connection at a time.
pub const MAX_STREAMS_PER_CONNECTION: u32 = 128;
/// Silence after which a connection is asked for a sign of life.
pub const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(20);
/// Time it has to give one.
pub const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(10);
/// Streams a client may cancel before they are looked at: a terminal whose filter is typed cancels many.
pub const MAX_PENDING_RESETS: usize = 1_000;
/// Time calls under way have to end when the server stops; with the cut and the writer's own time below ten seconds.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(7);
/// Part of it after which health watches are ended too.
const HEALTH_GRACE: Duration = Duration::from_millis(500);
/// Time the connections that were cut have to notice.
const CUT_TIMEOUT: Duration = Duration::from_millis(500);
/// Pause after a failed accept: most often there are no file descriptors left.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);

/// The services of the API.
const SERVICES: &[&str] = &[
    v1::activity_service_server::SERVICE_NAME,
    v1::alert_service_server::SERVICE_NAME,
    v1::approval_service_server::SERVICE_NAME,
    v1::badge_service_server::SERVICE_NAME,
    v1::contact_service_server::SERVICE_NAME,
    v1::customer_service_server::SERVICE_NAME,
    v1::delivery_service_server::SERVICE_NAME,
    v1::digest_service_server::SERVICE_NAME,
    v1::fairness_service_server::SERVICE_NAME,
    v1::funnel_service_server::SERVICE_NAME,
    v1::goal_service_server::SERVICE_NAME,
    v1::import_service_server::SERVICE_NAME,
    v1::ledger_service_server::SERVICE_NAME,
    v1::member_service_server::SERVICE_NAME,
    v1::metric_service_server::SERVICE_NAME,
    v1::next_action_service_server::SERVICE_NAME,
    v1::notice_service_server::SERVICE_NAME,
    v1::opportunity_service_server::SERVICE_NAME,
    v1::packet_service_server::SERVICE_NAME,
    v1::payout_service_server::SERVICE_NAME,
    v1::pipeline_service_server::SERVICE_NAME,
    v1::reward_service_server::SERVICE_NAME,
    v1::saved_view_service_server::SERVICE_NAME,
    v1::scheme_service_server::SERVICE_NAME,
    v1::search_service_server::SERVICE_NAME,
    v1::stagnation_service_server::SERVICE_NAME,
    v1::summary_service_server::SERVICE_NAME,
    v1::team_service_server::SERVICE_NAME,
    v1::timeline_service_server::SERVICE_NAME,
    v1::webhook_service_server::SERVICE_NAME,
    v1::workspace_service_server::SERVICE_NAME,
    WatchServer::NAME,
];

/// Where connections come from.
#[derive(Debug, Default)]
pub struct Listeners {
    /// The Unix socket.
    pub unix: Option<UnixListener>,
    /// The TCP address.
    pub tcp: Option<TcpListener>,
}

impl Listeners {
    async fn accept(&self, phase: &watch::Receiver<Phase>) -> io::Result<Connection> {
        tokio::select! {
            accepted = accept_unix(self.unix.as_ref()) => Ok(Connection::unix(accepted?, phase)),
            accepted = accept_tcp(self.tcp.as_ref()) => {
                let (stream, address) = accepted?;
                Ok(Connection::tcp(stream, address, phase))
            }
        }
    }

    fn connections(
        self,
        phase: watch::Receiver<Phase>,
    ) -> impl Stream<Item = Result<Connection, Infallible>> {
        stream::unfold((self, phase), |(listeners, phase)| async move {
            loop {
                match listeners.accept(&phase).await {
                    Ok(connection) => return Some((Ok(connection), (listeners, phase))),
                    Err(error) => {
                        tracing::warn!(%error, "a connection could not be accepted");
                        tokio::time::sleep(ACCEPT_RETRY).await;
                    }
                }
            }
        })
    }
}

async fn accept_unix(listener: Option<&UnixListener>) -> io::Result<tokio::net::UnixStream> {
    match listener {
        Some(listener) => listener.accept().await.map(|(stream, _)| stream),
        None => std::future::pending().await,
    }
}

async fn accept_tcp(
    listener: Option<&TcpListener>,
) -> io::Result<(tokio::net::TcpStream, std::net::SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await,
        None => std::future::pending().await,
    }
}

/// The API being served.
#[derive(Debug)]
pub struct Serving {
    engine: Engine,
    health: HealthReporter,
    phase: watch::Sender<Phase>,
    stop_accepting: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

/// Serves an engine on the listeners until [`Serving::drain`].
pub async fn serve(engine: Engine, listeners: Listeners) -> Serving {
    let (health, health_service) = tonic_health::server::health_reporter();
    for name in SERVICES.iter().copied() {
        health
            .set_service_status(name, ServingStatus::Serving)
            .await;
    }
    let router = router(&engine).with(health_service);
    let (phase, phases) = watch::channel(Phase::Serving);
    let (stop_accepting, stopped) = oneshot::channel();
    let serving = Transport::builder()
        .layer(PanicLayer)
        .layer(DeadlineLayer)
        .max_concurrent_streams(MAX_STREAMS_PER_CONNECTION)
        .http2_keepalive_interval(Some(KEEPALIVE_INTERVAL))
        .http2_keepalive_timeout(Some(KEEPALIVE_TIMEOUT))
        .http2_max_pending_accept_reset_streams(Some(MAX_PENDING_RESETS))
        .serve_with_incoming_shutdown(router, listeners.connections(phases), async move {
            // A sender that is gone means that the server is being dropped.
            let _ = stopped.await;
        });
    let task = tokio::spawn(async move {
        if let Err(error) = serving.await {
            tracing::error!(%error, "serving ended");
        }
    });
    Serving {
        engine,
        health,
        phase,
        stop_accepting: Some(stop_accepting),
        task,
    }
}

impl Serving {
    /// Stops: health says so, watches end, no new connections, calls under way end, and what does not is cut.
    pub async fn drain(mut self) {
        for name in SERVICES.iter().copied().chain([""]) {
            self.health
                .set_service_status(name, ServingStatus::NotServing)
                .await;
        }
        self.engine.end_watches();
        self.phase.send_replace(Phase::Draining);
        if let Some(stop_accepting) = self.stop_accepting.take() {
            // Nobody listens when serving has ended by itself.
            let _ = stop_accepting.send(());
        }
        if tokio::time::timeout(HEALTH_GRACE, &mut self.task)
            .await
            .is_ok()
        {
            return;
        }
        // Whoever watches health has been told; its streams would hold their connections open.
        for name in SERVICES.iter().copied().chain([""]) {
            self.health.clear_service_status(name).await;
        }
        if tokio::time::timeout(DRAIN_TIMEOUT - HEALTH_GRACE, &mut self.task)
            .await
            .is_ok()
        {
            return;
        }
        tracing::warn!(
            "connections are still open after {} s: they are cut",
            DRAIN_TIMEOUT.as_secs()
        );
        self.phase.send_replace(Phase::Stopped);
        if tokio::time::timeout(CUT_TIMEOUT, &mut self.task)
            .await
            .is_err()
        {
            self.task.abort();
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.phase.send_replace(Phase::Stopped);
        self.task.abort();
    }
}

fn router(engine: &Engine) -> Router {
    let api = Arc::new(Api::new(engine.clone()));
    let mut router = Router::default().with(WatchServer::new(Api::new(engine.clone())));
    macro_rules! add {
        ($($module:ident::$server:ident),* $(,)?) => {$(
            router = router.with(
                v1::$module::$server::from_arc(Arc::clone(&api))
                    .max_decoding_message_size(DECODE_LIMIT_BYTES)
                    .accept_compressed(CompressionEncoding::Gzip)
                    .send_compressed(CompressionEncoding::Gzip),
            );
        )*};
    }
    add!(
        activity_service_server::ActivityServiceServer,
        alert_service_server::AlertServiceServer,
        approval_service_server::ApprovalServiceServer,
        badge_service_server::BadgeServiceServer,
        contact_service_server::ContactServiceServer,
        customer_service_server::CustomerServiceServer,
        delivery_service_server::DeliveryServiceServer,
        digest_service_server::DigestServiceServer,
        fairness_service_server::FairnessServiceServer,
        funnel_service_server::FunnelServiceServer,
        goal_service_server::GoalServiceServer,
        import_service_server::ImportServiceServer,
        ledger_service_server::LedgerServiceServer,
        member_service_server::MemberServiceServer,
        metric_service_server::MetricServiceServer,
        next_action_service_server::NextActionServiceServer,
        notice_service_server::NoticeServiceServer,
        opportunity_service_server::OpportunityServiceServer,
        packet_service_server::PacketServiceServer,
        payout_service_server::PayoutServiceServer,
        pipeline_service_server::PipelineServiceServer,
        reward_service_server::RewardServiceServer,
        saved_view_service_server::SavedViewServiceServer,
        scheme_service_server::SchemeServiceServer,
        search_service_server::SearchServiceServer,
        stagnation_service_server::StagnationServiceServer,
        summary_service_server::SummaryServiceServer,
        team_service_server::TeamServiceServer,
        timeline_service_server::TimelineServiceServer,
        webhook_service_server::WebhookServiceServer,
        workspace_service_server::WorkspaceServiceServer,
    );
    with_reflection(router)
}

/// Adds reflection, new and old, which tools such as grpcurl need to call a server they know nothing of.
fn with_reflection(router: Router) -> Router {
    let builder = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(sluice_proto::DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
    };
    match (builder().build_v1(), builder().build_v1alpha()) {
        (Ok(v1), Ok(v1alpha)) => router.with(v1).with(v1alpha),
        (Err(error), _) | (_, Err(error)) => {
            tracing::error!(%error, "reflection is off: its descriptors cannot be read");
            router
        }
    }
}
