//! Reaches a server: an address becomes channels, and what goes wrong becomes words for people.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use sluice_proto::v1::{
    activity_service_client::ActivityServiceClient, alert_service_client::AlertServiceClient,
    approval_service_client::ApprovalServiceClient, badge_service_client::BadgeServiceClient,
    contact_service_client::ContactServiceClient, customer_service_client::CustomerServiceClient,
    delivery_service_client::DeliveryServiceClient, digest_service_client::DigestServiceClient,
    fairness_service_client::FairnessServiceClient, funnel_service_client::FunnelServiceClient,
    goal_service_client::GoalServiceClient, import_service_client::ImportServiceClient,
    ledger_service_client::LedgerServiceClient, member_service_client::MemberServiceClient,
    metric_service_client::MetricServiceClient,
    next_action_service_client::NextActionServiceClient,
    notice_service_client::NoticeServiceClient,
    opportunity_service_client::OpportunityServiceClient,
    packet_service_client::PacketServiceClient, payout_service_client::PayoutServiceClient,
    pipeline_service_client::PipelineServiceClient, reward_service_client::RewardServiceClient,
    saved_view_service_client::SavedViewServiceClient, scheme_service_client::SchemeServiceClient,
    search_service_client::SearchServiceClient, stagnation_service_client::StagnationServiceClient,
    summary_service_client::SummaryServiceClient, team_service_client::TeamServiceClient,
    timeline_service_client::TimelineServiceClient, watch_service_client::WatchServiceClient,
    webhook_service_client::WebhookServiceClient, workspace_service_client::WorkspaceServiceClient,
};
use tokio::net::UnixStream;
use tonic::transport::{Channel, ClientTlsConfig};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use tower::service_fn;

use crate::message::Refusal;

/// How long a connection may take to open.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How often an idle connection is asked whether it lives, and how long it may take to answer (DESIGN.md §6).
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(20);
/// See [`KEEP_ALIVE_INTERVAL`].
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an ordinary call may take.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(10);
/// Largest answer accepted: a full page of the longest notes.
const MAX_ANSWER_BYTES: usize = 32 * 1024 * 1024;

/// Where a server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// A Unix socket.
    Unix(PathBuf),
    /// `http://host:port` or `https://host:port`.
    Http(String),
}

/// Why a text is no address, or the address cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Neither form.
    #[error(
        "\"{0}\" is not a server address; write unix:///path/to/sluice.sock, http://host:port or https://host:port"
    )]
    NotAnAddress(String),
    /// The socket's path is not absolute.
    #[error(
        "\"{0}\" names no absolute path; a Unix socket has three slashes: unix:///path/to/sluice.sock"
    )]
    RelativePath(String),
    /// TLS could not be prepared.
    #[error("TLS cannot be used for {address}: {reason}")]
    Tls {
        /// The address.
        address: String,
        /// What the library said.
        reason: String,
    },
}

impl Endpoint {
    /// Reads an address as people write it.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let text = text.trim();
        if let Some(path) = text.strip_prefix("unix:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if !path.starts_with('/') || path.len() < 2 {
                return Err(EndpointError::RelativePath(text.to_owned()));
            }
            return Ok(Self::Unix(PathBuf::from(path)));
        }
        let uri: http::Uri = text
            .parse()
            .map_err(|_| EndpointError::NotAnAddress(text.to_owned()))?;
        let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
        if !is_http || uri.host().is_none_or(str::is_empty) {
            return Err(EndpointError::NotAnAddress(text.to_owned()));
        }
        Ok(Self::Http(text.trim_end_matches('/').to_owned()))
    }

    /// Channels to the server. Nothing is connected before the first call, and a lost connection is made again by the next one.
    pub fn connect(&self) -> Result<Connection, EndpointError> {
        Ok(Connection {
            calls: self.channel()?,
            watches: self.channel()?,
            target: self.to_string(),
        })
    }

    fn channel(&self) -> Result<Channel, EndpointError> {
        match self {
            Self::Unix(path) => {
                let path = path.clone();
                let connector = service_fn(move |_| {
                    let path = path.clone();
                    async move { UnixStream::connect(path).await.map(TokioIo::new) }
                });
                // The authority is only a header here.
                let endpoint = tuned(tonic::transport::Endpoint::from_static("http://localhost"));
                Ok(endpoint.connect_with_connector_lazy(connector))
            }
            Self::Http(address) => {
                let not_an_address = |_| EndpointError::NotAnAddress(address.clone());
                let mut endpoint = tuned(
                    tonic::transport::Endpoint::from_shared(address.clone())
                        .map_err(not_an_address)?,
                );
                if address.starts_with("https:") {
                    endpoint = endpoint
                        .tls_config(ClientTlsConfig::new().with_webpki_roots())
                        .map_err(|error| EndpointError::Tls {
                            address: address.clone(),
                            reason: error.to_string(),
                        })?;
                }
                Ok(endpoint.connect_lazy())
            }
        }
    }
}

fn tuned(endpoint: tonic::transport::Endpoint) -> tonic::transport::Endpoint {
    endpoint
        .connect_timeout(CONNECT_TIMEOUT)
        .tcp_nodelay(true)
        .http2_keep_alive_interval(KEEP_ALIVE_INTERVAL)
        .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
        .keep_alive_while_idle(true)
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(formatter, "unix://{}", path.display()),
            Self::Http(address) => formatter.write_str(address),
        }
    }
}

/// Channels to one server. Watches have one of their own: unread streams stall every call on a shared connection (DESIGN.md §5).
#[derive(Clone, Debug)]
pub struct Connection {
    /// For calls.
    pub calls: Channel,
    /// For watches.
    pub watches: Channel,
    /// The address, as people write it.
    pub target: String,
}

macro_rules! services {
    ($($(#[$doc:meta])* $name:ident: $client:ident on $channel:ident;)*) => {
        impl Connection {
            $($(#[$doc])*
            pub fn $name(&self) -> $client<Channel> {
                $client::new(self.$channel.clone()).max_decoding_message_size(MAX_ANSWER_BYTES)
            })*
        }
    };
}

services! {
    /// Activities.
    activities: ActivityServiceClient on calls;
    /// Alerts.
    alerts: AlertServiceClient on calls;
    /// Requests for approval.
    approvals: ApprovalServiceClient on calls;
    /// Badges and thanks.
    badges: BadgeServiceClient on calls;
    /// Contacts.
    contacts: ContactServiceClient on calls;
    /// Customers.
    customers: CustomerServiceClient on calls;
    /// The outbox.
    deliveries: DeliveryServiceClient on calls;
    /// Digests and their schedules.
    digests: DigestServiceClient on calls;
    /// The panel of fairness.
    fairness: FairnessServiceClient on calls;
    /// The funnel.
    funnel: FunnelServiceClient on calls;
    /// Goals.
    goals: GoalServiceClient on calls;
    /// Imports.
    imports: ImportServiceClient on calls;
    /// The ledger of rewards.
    ledger: LedgerServiceClient on calls;
    /// Members.
    members: MemberServiceClient on calls;
    /// Metrics and score entries.
    metrics: MetricServiceClient on calls;
    /// Queues of next actions.
    next_actions: NextActionServiceClient on calls;
    /// Notices.
    notices: NoticeServiceClient on calls;
    /// Opportunities.
    opportunities: OpportunityServiceClient on calls;
    /// Packets of split rewards.
    packets: PacketServiceClient on calls;
    /// Payouts.
    payouts: PayoutServiceClient on calls;
    /// Pipelines and stages.
    pipelines: PipelineServiceClient on calls;
    /// Rewards.
    rewards: RewardServiceClient on calls;
    /// Saved views.
    saved_views: SavedViewServiceClient on calls;
    /// Incentive schemes.
    schemes: SchemeServiceClient on calls;
    /// Search.
    search: SearchServiceClient on calls;
    /// Stagnation.
    stagnation: StagnationServiceClient on calls;
    /// Summaries.
    summaries: SummaryServiceClient on calls;
    /// Teams.
    teams: TeamServiceClient on calls;
    /// Timelines.
    timelines: TimelineServiceClient on calls;
    /// Watches.
    watches: WatchServiceClient on watches;
    /// Webhooks.
    webhooks: WebhookServiceClient on calls;
    /// The workspace.
    workspace: WorkspaceServiceClient on calls;
}

/// A request with the time an ordinary call may take, told to the server as well.
pub fn timed<T>(message: T) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    request.set_timeout(CALL_TIMEOUT);
    request
}

/// What to do about a call that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The same request may succeed later: the link is lost, the server is busy or leaving.
    Retry {
        /// How long the server asks to wait.
        after: Option<Duration>,
        /// Why, for people.
        reason: String,
    },
    /// The server judged: asking again changes nothing.
    Refused(Refusal),
}

/// Judges a failed call.
pub fn verdict(status: &Status) -> Verdict {
    let transient = matches!(
        status.code(),
        Code::Unavailable
            | Code::DeadlineExceeded
            | Code::Cancelled
            | Code::ResourceExhausted
            | Code::Unknown
    );
    if !transient {
        return Verdict::Refused(refusal(status));
    }
    let after = status
        .get_details_retry_info()
        .and_then(|info| info.retry_delay);
    Verdict::Retry {
        after,
        reason: describe(status),
    }
}

/// The stable reason of a refusal (`GATE_NOT_MET` …); the code's name when the server gave none.
pub fn reason(status: &Status) -> String {
    match status.get_details_error_info() {
        Some(info) if !info.reason.is_empty() => info.reason,
        _ => format!("{:?}", status.code()).to_uppercase(),
    }
}

/// A refusal with all the fields that are wrong.
pub fn refusal(status: &Status) -> Refusal {
    let violations = status
        .get_details_bad_request()
        .map(|details| details.field_violations)
        .unwrap_or_default()
        .into_iter()
        .map(|violation| (violation.field, violation.description))
        .collect();
    Refusal {
        reason: reason(status),
        message: describe(status),
        violations,
    }
}

/// What went wrong, in words: what the server said, or what became of the connection and what to do.
pub fn describe(status: &Status) -> String {
    let connection_error =
        status.code() == Code::Unavailable && status.get_details_error_info().is_none();
    if connection_error
        || (status.code() == Code::Unknown && status.message().contains("transport"))
    {
        return format!(
            "the server cannot be reached ({}); is it running, and is the address right?",
            root_cause(status)
        );
    }
    if status.code() == Code::DeadlineExceeded && status.message().is_empty() {
        return "the server did not answer in time; it is busy or the link is slow".to_owned();
    }
    status.message().to_owned()
}

/// The innermost error: `Connection refused` says more than `transport error`.
fn root_cause(status: &Status) -> String {
    let mut cause: &dyn std::error::Error = status;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    if std::ptr::addr_eq(cause, status) {
        status.message().to_owned()
    } else {
        cause.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonic_types::ErrorDetails;

    #[test]
    fn addresses_are_read_and_written_alike() {
        for text in [
            "unix:///run/sluice.sock",
            "http://127.0.0.1:7430",
            "https://sales.example.com",
        ] {
            assert_eq!(Endpoint::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(
            Endpoint::parse("unix:/run/s").unwrap(),
            Endpoint::Unix("/run/s".into())
        );
        assert_eq!(
            Endpoint::parse("http://[::1]:7430/").unwrap(),
            Endpoint::Http("http://[::1]:7430".into())
        );
    }

    #[test]
    fn what_is_no_address_says_how_one_is_written() {
        for text in [
            "",
            "localhost:7430",
            "ftp://host",
            "http://",
            "/run/sluice.sock",
            "一",
        ] {
            assert_eq!(
                Endpoint::parse(text),
                Err(EndpointError::NotAnAddress(text.to_owned())),
                "{text}"
            );
        }
        for text in ["unix:relative", "unix://", "unix:///"] {
            assert_eq!(
                Endpoint::parse(text),
                Err(EndpointError::RelativePath(text.to_owned())),
                "{text}"
            );
        }
    }

    #[test]
    fn a_refusal_keeps_reason_and_all_violations() {
        let mut details = ErrorDetails::new();
        details.set_error_info("NAME_TAKEN", "sluice", std::collections::HashMap::new());
        details.add_bad_request_violation("opportunity.name", "is taken");
        details.add_bad_request_violation("opportunity.amount", "is negative");
        let status =
            Status::with_error_details(Code::InvalidArgument, "two things are wrong", details);
        let Verdict::Refused(refusal) = verdict(&status) else {
            panic!("refused")
        };
        assert_eq!(
            (refusal.reason.as_str(), refusal.message.as_str()),
            ("NAME_TAKEN", "two things are wrong")
        );
        assert_eq!(refusal.violations.len(), 2);
    }

    #[test]
    fn busy_servers_and_lost_links_are_asked_again() {
        let mut details = ErrorDetails::new();
        details.set_retry_info(Some(Duration::from_millis(250)));
        let busy = Status::with_error_details(Code::ResourceExhausted, "busy", details);
        assert_eq!(
            verdict(&busy),
            Verdict::Retry {
                after: Some(Duration::from_millis(250)),
                reason: "busy".into()
            }
        );
        assert!(matches!(
            verdict(&Status::unavailable("tcp connect error")),
            Verdict::Retry { after: None, .. }
        ));
        assert!(matches!(
            verdict(&Status::not_found("gone")),
            Verdict::Refused(_)
        ));
    }

    #[tokio::test]
    async fn an_absent_socket_is_named_as_the_cause() {
        let connection = Endpoint::parse("unix:///nonexistent/sluice.sock")
            .unwrap()
            .connect()
            .unwrap();
        let status = connection
            .workspace()
            .get_server_info(timed(sluice_proto::v1::GetServerInfoRequest {}))
            .await
            .unwrap_err();
        let words = describe(&status);
        assert!(
            words.contains("No such file") && words.contains("is it running"),
            "{words}"
        );
    }
}
