//! Typed clients over one channel, and the calls that tests make most.

use std::path::Path;

use anyhow::{Context as _, Result};
use sluice_proto::v1::{
    self, activity_service_client::ActivityServiceClient,
    approval_service_client::ApprovalServiceClient, customer_service_client::CustomerServiceClient,
    funnel_service_client::FunnelServiceClient, import_service_client::ImportServiceClient,
    member_service_client::MemberServiceClient, metric_service_client::MetricServiceClient,
    opportunity_service_client::OpportunityServiceClient,
    pipeline_service_client::PipelineServiceClient, team_service_client::TeamServiceClient,
    timeline_service_client::TimelineServiceClient,
    workspace_service_client::WorkspaceServiceClient,
};
use tonic::{
    Status,
    transport::{Channel, Endpoint},
};
use tonic_types::StatusExt as _;

use crate::validators::listed;

/// Largest page that a list call gives.
pub const FULL_PAGE: i32 = 1_000;

/// Largest message these clients take: a page of 1,000 whole opportunities passes the usual 4 MiB only in bad cases, but may.
const MAX_DECODE_BYTES: usize = 64 * 1024 * 1024;

/// A channel to a Unix socket.
///
/// # Errors
/// When nobody listens there.
pub async fn connect_unix(socket: &Path) -> Result<Channel> {
    let target = format!("unix://{}", socket.display());
    Endpoint::from_shared(target.clone())?
        .connect()
        .await
        .with_context(|| target)
}

/// All clients over one channel.
#[derive(Clone, Debug)]
pub struct Client {
    /// The channel itself; a watch should take one of its own.
    pub channel: Channel,
    /// Opportunities.
    pub opportunities: OpportunityServiceClient<Channel>,
    /// Pipelines and stages.
    pub pipelines: PipelineServiceClient<Channel>,
    /// Customers.
    pub customers: CustomerServiceClient<Channel>,
    /// Members.
    pub members: MemberServiceClient<Channel>,
    /// Teams.
    pub teams: TeamServiceClient<Channel>,
    /// Activities.
    pub activities: ActivityServiceClient<Channel>,
    /// Timelines.
    pub timelines: TimelineServiceClient<Channel>,
    /// Requests for approval.
    pub approvals: ApprovalServiceClient<Channel>,
    /// Imports.
    pub imports: ImportServiceClient<Channel>,
    /// Metrics and score entries.
    pub metrics: MetricServiceClient<Channel>,
    /// The funnel.
    pub funnel: FunnelServiceClient<Channel>,
    /// The workspace and the server itself.
    pub workspace: WorkspaceServiceClient<Channel>,
}

impl Client {
    /// All clients over `channel`.
    pub fn new(channel: Channel) -> Self {
        Self {
            opportunities: OpportunityServiceClient::new(channel.clone())
                .max_decoding_message_size(MAX_DECODE_BYTES),
            pipelines: PipelineServiceClient::new(channel.clone()),
            customers: CustomerServiceClient::new(channel.clone()),
            members: MemberServiceClient::new(channel.clone()),
            teams: TeamServiceClient::new(channel.clone()),
            activities: ActivityServiceClient::new(channel.clone()),
            timelines: TimelineServiceClient::new(channel.clone()),
            approvals: ApprovalServiceClient::new(channel.clone()),
            imports: ImportServiceClient::new(channel.clone()),
            metrics: MetricServiceClient::new(channel.clone()),
            funnel: FunnelServiceClient::new(channel.clone()),
            workspace: WorkspaceServiceClient::new(channel.clone()),
            channel,
        }
    }

    /// Creates an opportunity.
    ///
    /// # Errors
    /// The server's answer.
    pub async fn create(
        &self,
        deal: v1::Opportunity,
    ) -> Result<v1::CreateOpportunityResponse, Status> {
        self.create_as(deal, "").await
    }

    /// Creates an opportunity under a request id.
    ///
    /// # Errors
    /// The server's answer.
    pub async fn create_as(
        &self,
        deal: v1::Opportunity,
        request_id: &str,
    ) -> Result<v1::CreateOpportunityResponse, Status> {
        let request = v1::CreateOpportunityRequest {
            opportunity: Some(deal),
            request_id: request_id.to_owned(),
            validate_only: false,
        };
        Ok(self
            .opportunities
            .clone()
            .create_opportunity(request)
            .await?
            .into_inner())
    }

    /// Moves an opportunity.
    ///
    /// # Errors
    /// The server's answer.
    pub async fn move_to(
        &self,
        id: &str,
        stage_id: &str,
    ) -> Result<v1::MoveOpportunityResponse, Status> {
        let request = v1::MoveOpportunityRequest {
            id: id.to_owned(),
            stage_id: stage_id.to_owned(),
            ..Default::default()
        };
        Ok(self
            .opportunities
            .clone()
            .move_opportunity(request)
            .await?
            .into_inner())
    }

    /// Amends the named fields of an opportunity.
    ///
    /// # Errors
    /// The server's answer.
    pub async fn amend(
        &self,
        deal: v1::Opportunity,
        fields: &[&str],
    ) -> Result<v1::AmendOpportunityResponse, Status> {
        let request = v1::AmendOpportunityRequest {
            opportunity: Some(deal),
            update_mask: Some(mask(fields)),
            ..Default::default()
        };
        Ok(self
            .opportunities
            .clone()
            .amend_opportunity(request)
            .await?
            .into_inner())
    }

    /// Reads an opportunity.
    ///
    /// # Errors
    /// The server's answer.
    pub async fn get(&self, id: &str) -> Result<v1::GetOpportunityResponse, Status> {
        let request = v1::GetOpportunityRequest { id: id.to_owned() };
        Ok(self
            .opportunities
            .clone()
            .get_opportunity(request)
            .await?
            .into_inner())
    }

    /// The first page, of at most 1,000.
    ///
    /// # Errors
    /// The server's answer.
    pub async fn first_page(&self, filter: &str) -> Result<v1::ListOpportunitiesResponse, Status> {
        let request = v1::ListOpportunitiesRequest {
            page_size: FULL_PAGE,
            filter: filter.to_owned(),
            ..Default::default()
        };
        Ok(self
            .opportunities
            .clone()
            .list_opportunities(request)
            .await?
            .into_inner())
    }

    /// What List says about a filter at one revision, as a view to compare with. For at most 1,000 that match.
    ///
    /// # Errors
    /// The server's answer, or more than a page.
    pub async fn list_view(&self, filter: &str) -> Result<crate::history::View> {
        let page = self.first_page(filter).await?;
        anyhow::ensure!(
            page.next_page_token.is_empty(),
            "more than {FULL_PAGE} match {filter:?}"
        );
        let resources = page.opportunities.into_iter().map(|it| v1::Resource {
            resource: Some(v1::resource::Resource::Opportunity(it)),
        });
        Ok(listed(page.revision, resources))
    }

    /// Every opportunity, page after page.
    ///
    /// # Errors
    /// The server's answer.
    pub async fn all(&self, filter: &str) -> Result<Vec<v1::Opportunity>, Status> {
        let mut found = Vec::new();
        let mut page_token = String::new();
        loop {
            let request = v1::ListOpportunitiesRequest {
                page_size: FULL_PAGE,
                page_token,
                filter: filter.to_owned(),
                ..Default::default()
            };
            let page = self
                .opportunities
                .clone()
                .list_opportunities(request)
                .await?
                .into_inner();
            found.extend(page.opportunities);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                return Ok(found);
            }
        }
    }

    /// The first pipeline.
    ///
    /// # Errors
    /// The server's answer, or no pipeline.
    pub async fn pipeline(&self) -> Result<v1::Pipeline> {
        let request = v1::ListPipelinesRequest::default();
        let page = self
            .pipelines
            .clone()
            .list_pipelines(request)
            .await?
            .into_inner();
        page.pipelines.into_iter().next().context("a pipeline")
    }

    /// What the server says about itself.
    ///
    /// # Errors
    /// The server's answer.
    pub async fn info(&self) -> Result<v1::GetServerInfoResponse, Status> {
        let request = v1::GetServerInfoRequest {};
        Ok(self
            .workspace
            .clone()
            .get_server_info(request)
            .await?
            .into_inner())
    }
}

/// A field mask.
pub fn mask(fields: &[&str]) -> prost_types::FieldMask {
    prost_types::FieldMask {
        paths: fields.iter().map(|it| (*it).to_owned()).collect(),
    }
}

/// The stable reason in the details of a refusal; empty when there is none.
pub fn reason(status: &Status) -> String {
    status
        .get_details_error_info()
        .map(|info| info.reason)
        .unwrap_or_default()
}

/// The fields that a refusal calls wrong, in the order given.
pub fn wrong_fields(status: &Status) -> Vec<String> {
    status
        .get_details_bad_request()
        .map(|bad| {
            bad.field_violations
                .into_iter()
                .map(|it| it.field)
                .collect()
        })
        .unwrap_or_default()
}

/// The ids of a pipeline's live stages of one kind, in order.
pub fn stages(pipeline: &v1::Pipeline, kind: v1::StageKind) -> Vec<String> {
    pipeline
        .stages
        .iter()
        .filter(|stage| stage.kind == kind as i32 && !stage.retired)
        .map(|stage| stage.id.clone())
        .collect()
}
