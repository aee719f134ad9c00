//! The services as commands use them: one channel, and lists read page by page.

use std::ops::Deref;

use sluice_proto::v1;

use super::failure::Outcome;
use crate::client::Connection;

/// Rows of a page when everything is wanted: the most the server gives.
pub const FULL_PAGE: i32 = 1_000;

/// A server.
#[derive(Clone, Debug)]
pub struct Api {
    connection: Connection,
}

/// The services themselves.
impl Deref for Api {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

/// What to list.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    /// Rows of a page; 0 means all pages in one answer.
    pub page_size: i32,
    /// Where to go on.
    pub page_token: String,
    /// The filter.
    pub filter: String,
    /// The order.
    pub order_by: String,
}

impl ListQuery {
    /// Everything that matches a filter.
    pub fn all(filter: impl Into<String>) -> Self {
        Self {
            filter: filter.into(),
            ..Self::default()
        }
    }
}

/// Defines a list call that merges all pages when `page_size` is 0, and the call of a single page.
macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident = $service:ident.$call:ident($request:ident) -> $response:ident.$items:ident;)*) => {
        impl Api {
            $($(#[$doc])*
            pub async fn $name(&self, query: &ListQuery) -> Outcome<v1::$response> {
                let mut client = self.$service();
                let whole = query.page_size == 0;
                let mut request = v1::$request {
                    page_size: if whole { FULL_PAGE } else { query.page_size },
                    page_token: query.page_token.clone(),
                    filter: query.filter.clone(),
                    order_by: query.order_by.clone(),
                };
                let mut answer = client.$call(request.clone()).await?.into_inner();
                let mut items = std::mem::take(&mut answer.$items);
                while whole && !answer.next_page_token.is_empty() {
                    request.page_token = std::mem::take(&mut answer.next_page_token);
                    answer = client.$call(request.clone()).await?.into_inner();
                    items.append(&mut answer.$items);
                }
                answer.$items = items;
                Ok(answer)
            })*
        }
    };
}

lists! {
    /// Lists activities.
    list_activities = activities.list_activities(ListActivitiesRequest) -> ListActivitiesResponse.activities;
    /// Lists alerts.
    list_alerts = alerts.list_alerts(ListAlertsRequest) -> ListAlertsResponse.alerts;
    /// Lists requests for approval.
    list_approvals = approvals.list_approvals(ListApprovalsRequest) -> ListApprovalsResponse.approvals;
    /// Lists badges.
    list_badges = badges.list_badges(ListBadgesRequest) -> ListBadgesResponse.badges;
    /// Lists contacts.
    list_contacts = contacts.list_contacts(ListContactsRequest) -> ListContactsResponse.contacts;
    /// Lists customers.
    list_customers = customers.list_customers(ListCustomersRequest) -> ListCustomersResponse.customers;
    /// Lists schedules of digests.
    list_digest_schedules = digests.list_digest_schedules(ListDigestSchedulesRequest) -> ListDigestSchedulesResponse.digest_schedules;
    /// Lists goals.
    list_goals = goals.list_goals(ListGoalsRequest) -> ListGoalsResponse.goals;
    /// Lists members.
    list_members = members.list_members(ListMembersRequest) -> ListMembersResponse.members;
    /// Lists opportunities.
    list_opportunities = opportunities.list_opportunities(ListOpportunitiesRequest) -> ListOpportunitiesResponse.opportunities;
    /// Lists packets.
    list_packets = packets.list_packets(ListPacketsRequest) -> ListPacketsResponse.packets;
    /// Lists payouts.
    list_payouts = payouts.list_payouts(ListPayoutsRequest) -> ListPayoutsResponse.payouts;
    /// Lists pipelines.
    list_pipelines = pipelines.list_pipelines(ListPipelinesRequest) -> ListPipelinesResponse.pipelines;
    /// Lists rewards.
    list_rewards = rewards.list_rewards(ListRewardsRequest) -> ListRewardsResponse.rewards;
    /// Lists saved views.
    list_saved_views = saved_views.list_saved_views(ListSavedViewsRequest) -> ListSavedViewsResponse.saved_views;
    /// Lists schemes.
    list_schemes = schemes.list_schemes(ListSchemesRequest) -> ListSchemesResponse.schemes;
    /// Lists teams.
    list_teams = teams.list_teams(ListTeamsRequest) -> ListTeamsResponse.teams;
    /// Lists webhooks.
    list_webhooks = webhooks.list_webhooks(ListWebhooksRequest) -> ListWebhooksResponse.webhooks;
}

impl Api {
    /// Speaks to the server at the other end of a connection.
    pub fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// The workspace.
    pub async fn get_workspace(&self) -> Outcome<v1::Workspace> {
        let answer = self
            .workspace()
            .get_workspace(v1::GetWorkspaceRequest {})
            .await?;
        Ok(answer.into_inner().workspace.unwrap_or_default())
    }
}
