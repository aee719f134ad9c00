//! A server on a folder of its own, and short ways to call it.

use std::time::Duration;

use sluice_proto::v1::{
    self, contact_service_client::ContactServiceClient,
    customer_service_client::CustomerServiceClient, import_service_client::ImportServiceClient,
    member_service_client::MemberServiceClient, metric_service_client::MetricServiceClient,
    opportunity_service_client::OpportunityServiceClient,
    pipeline_service_client::PipelineServiceClient, team_service_client::TeamServiceClient,
    watch_service_client::WatchServiceClient, workspace_service_client::WorkspaceServiceClient,
};
use sluice_server::{RunningServer, Server, ServerOptions, SetUpDefaults};
use tempfile::TempDir;
use tonic::{
    Status,
    transport::{Channel, Endpoint},
};
use tonic_types::{ErrorDetails, StatusExt as _};

/// No test waits longer for anything.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub struct Fixture {
    pub server: Option<RunningServer>,
    pub channel: Channel,
    pub folder: TempDir,
}

pub fn options(folder: &TempDir) -> ServerOptions {
    ServerOptions {
        tcp: Some("127.0.0.1:0".parse().unwrap()),
        set_up: Some(SetUpDefaults {
            workspace_name: "Acme".into(),
            time_zone: "UTC".into(),
            currency_code: "USD".into(),
        }),
        ..ServerOptions::new(folder.path().join("data"))
    }
}

impl Fixture {
    /// A server whose workspace is set up.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = options(&folder);
        Self::with(folder, options).await
    }

    /// A server whose workspace is not set up.
    pub async fn fresh() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = ServerOptions {
            set_up: None,
            ..options(&folder)
        };
        Self::with(folder, options).await
    }

    async fn with(folder: TempDir, options: ServerOptions) -> Self {
        let server = Server::start(options).await.unwrap();
        let channel = connect(&format!("unix://{}", server.unix_path().unwrap().display())).await;
        Self {
            server: Some(server),
            channel,
            folder,
        }
    }

    pub fn server(&self) -> &RunningServer {
        self.server.as_ref().unwrap()
    }

    pub fn tcp_url(&self) -> String {
        format!("http://{}", self.server().tcp_addr().unwrap())
    }

    pub fn workspaces(&self) -> WorkspaceServiceClient<Channel> {
        WorkspaceServiceClient::new(self.channel.clone())
    }

    pub fn opportunities(&self) -> OpportunityServiceClient<Channel> {
        OpportunityServiceClient::new(self.channel.clone())
    }

    pub fn customers(&self) -> CustomerServiceClient<Channel> {
        CustomerServiceClient::new(self.channel.clone())
    }

    pub fn contacts(&self) -> ContactServiceClient<Channel> {
        ContactServiceClient::new(self.channel.clone())
    }

    pub fn members(&self) -> MemberServiceClient<Channel> {
        MemberServiceClient::new(self.channel.clone())
    }

    pub fn teams(&self) -> TeamServiceClient<Channel> {
        TeamServiceClient::new(self.channel.clone())
    }

    pub fn pipelines(&self) -> PipelineServiceClient<Channel> {
        PipelineServiceClient::new(self.channel.clone())
    }

    pub fn imports(&self) -> ImportServiceClient<Channel> {
        ImportServiceClient::new(self.channel.clone())
    }

    pub fn metrics(&self) -> MetricServiceClient<Channel> {
        MetricServiceClient::new(self.channel.clone())
    }

    pub fn watches(&self) -> WatchServiceClient<Channel> {
        WatchServiceClient::new(self.channel.clone())
    }

    pub async fn create(&self, name: &str, amount_minor: i64) -> v1::Opportunity {
        let request = v1::CreateOpportunityRequest {
            opportunity: Some(deal(name, amount_minor)),
            ..Default::default()
        };
        let response = self
            .opportunities()
            .create_opportunity(request)
            .await
            .unwrap();
        response.into_inner().opportunity.unwrap()
    }

    /// The stages of the first pipeline.
    pub async fn stages(&self) -> Vec<v1::Stage> {
        let request = v1::GetPipelineRequest {
            id: "pipelines/1".into(),
        };
        self.pipelines()
            .get_pipeline(request)
            .await
            .unwrap()
            .into_inner()
            .pipeline
            .unwrap()
            .stages
    }
}

impl Drop for Fixture {
    /// Waits for the writer: it stops the process when its folder goes away under it.
    fn drop(&mut self) {
        let Some(server) = self.server.take() else {
            return;
        };
        let engine = server.engine().clone();
        drop(server);
        // A runtime of its own, as that of the test is the one being blocked.
        let waiting = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap();
            runtime.block_on(engine.shutdown());
        });
        waiting.join().unwrap();
    }
}

pub async fn connect(url: &str) -> Channel {
    Endpoint::from_shared(url.to_owned())
        .unwrap()
        .connect()
        .await
        .unwrap()
}

pub fn deal(name: &str, amount_minor: i64) -> v1::Opportunity {
    v1::Opportunity {
        name: name.into(),
        amount: Some(v1::Money {
            amount_minor,
            currency_code: String::new(),
        }),
        expected_contract_date: "2030-06-30".into(),
        ..Default::default()
    }
}

pub fn mask(paths: &[&str]) -> Option<prost_types::FieldMask> {
    Some(prost_types::FieldMask {
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
    })
}

/// The stable reason of an error.
pub fn reason(status: &Status) -> String {
    status
        .get_error_details()
        .error_info()
        .map(|info| info.reason.clone())
        .unwrap_or_default()
}

/// The fields of an error.
pub fn fields(status: &Status) -> Vec<String> {
    let details: ErrorDetails = status.get_error_details();
    let violations = details
        .bad_request()
        .map(|bad| bad.field_violations.clone())
        .unwrap_or_default();
    violations
        .into_iter()
        .map(|violation| violation.field)
        .collect()
}

/// The result of something that must come soon.
pub async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future)
        .await
        .expect("it takes too long")
}
