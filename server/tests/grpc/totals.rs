//! How many a list says there are: what its filter and its own fields let through, over all pages.

use sluice_proto::v1::{
    self, activity_service_client::ActivityServiceClient, alert_service_client::AlertServiceClient,
    approval_service_client::ApprovalServiceClient, digest_service_client::DigestServiceClient,
    funnel_service_client::FunnelServiceClient, goal_service_client::GoalServiceClient,
    notice_service_client::NoticeServiceClient, saved_view_service_client::SavedViewServiceClient,
    webhook_service_client::WebhookServiceClient,
};
use tonic::transport::Channel;

use crate::company::{clients, company, import, ok};
use crate::support::{Fixture, mask};

clients! {
    activities: ActivityServiceClient;
    alerts: AlertServiceClient;
    approvals: ApprovalServiceClient;
    schedules: DigestServiceClient;
    funnels: FunnelServiceClient;
    goals: GoalServiceClient;
    notices: NoticeServiceClient;
    views: SavedViewServiceClient;
    webhooks: WebhookServiceClient;
}

/// Reads a list to its end, one resource a page; every page must tell the number that the pages hold together, and that
/// is the number expected, by id and in another order.
macro_rules! counts {
    ($client:expr, $method:ident, $items:ident, $expected:expr, $request:expr) => {
        for order_by in ["", "revision desc"] {
            let mut request = $request;
            request.page_size = 1;
            request.order_by = order_by.into();
            let (mut held, mut told) = (0, Vec::new());
            loop {
                let page = ok!($client.$method(request.clone()));
                held += page.$items.len();
                told.push(page.total_size);
                request.page_token = page.next_page_token;
                if request.page_token.is_empty() {
                    break;
                }
            }
            let what = (stringify!($method), request.filter, order_by);
            assert_eq!(held, $expected, "{what:?}");
            assert!(told.iter().all(|total| *total == $expected as i32), "{what:?} {told:?}");
        }
    };
    ($client:expr, $method:ident, $request:ident, $items:ident: $($filter:literal = $expected:literal),*) => {
        $(counts!($client, $method, $items, $expected as usize, v1::$request {
            filter: $filter.into(),
            ..Default::default()
        });)*
    };
}

#[tokio::test]
async fn every_list_counts_what_its_filter_lets_through_be_it_nothing_some_or_everything() {
    let fixture = Fixture::start().await;
    company(&fixture).await;
    import(
        &fixture,
        &[
            ("a", "members/3", 1),
            ("b", "members/3", 2),
            ("c", "members/2", 3),
        ],
    )
    .await;
    for name in ["Acme", "Bolt", "Cord"] {
        let customer = v1::Customer {
            name: name.into(),
            ..Default::default()
        };
        let customer = v1::CreateCustomerRequest {
            customer: Some(customer),
            ..Default::default()
        };
        ok!(fixture.customers().create_customer(customer));
        let contact = v1::Contact {
            name: format!("{name} buyer"),
            customer_id: "customers/1".into(),
            ..Default::default()
        };
        let contact = v1::CreateContactRequest {
            contact: Some(contact),
            ..Default::default()
        };
        ok!(fixture.contacts().create_contact(contact));
        let call = v1::Activity {
            kind: v1::ActivityKind::Call.into(),
            opportunity_id: "opportunities/1".into(),
            note: name.into(),
            ..Default::default()
        };
        let call = v1::LogActivityRequest {
            activity: Some(call),
            ..Default::default()
        };
        ok!(activities(&fixture).log_activity(call));
        let view = v1::SavedView {
            name: name.into(),
            collection: "opportunities".into(),
            ..Default::default()
        };
        let view = v1::CreateSavedViewRequest {
            saved_view: Some(view),
            ..Default::default()
        };
        ok!(views(&fixture).create_saved_view(view));
    }
    let mut deals = fixture.opportunities();
    counts!(deals, list_opportunities, ListOpportunitiesRequest, opportunities:
        "" = 3, "a" = 2, "name:b" = 1, "name:nobody" = 0,
        "archived:true or archived:false" = 3, "!name:nobody" = 3, "owner:lee" = 1, "lee" = 1);
    counts!(fixture.customers(), list_customers, ListCustomersRequest, customers:
        "" = 3, "acme" = 1, "!acme" = 2, "acme or !acme" = 3);
    counts!(fixture.contacts(), list_contacts, ListContactsRequest, contacts:
        "" = 3, "buyer" = 3, "customer:acme bolt" = 1, "nobody" = 0);
    counts!(activities(&fixture), list_activities, ListActivitiesRequest, activities:
        "" = 3, "kind:call" = 3, "note:bolt" = 1, "kind:visit" = 0);
    counts!(fixture.members(), list_members, ListMembersRequest, members:
        "" = 3, "active:true or active:false" = 3, "role:rep" = 1, "active:false" = 0);
    counts!(fixture.teams(), list_teams, ListTeamsRequest, teams: "" = 2, "east" = 1);
    counts!(fixture.pipelines(), list_pipelines, ListPipelinesRequest, pipelines:
        "" = 1, "retired:true" = 0);
    counts!(views(&fixture), list_saved_views, ListSavedViewsRequest, saved_views:
        "" = 3, "bolt" = 1, "collection:customers" = 0);
    counts!(goals(&fixture), list_goals, ListGoalsRequest, goals: "" = 0, "archived:false" = 0);
    counts!(alerts(&fixture), list_alerts, ListAlertsRequest, alerts: "state:snoozed" = 0);
    counts!(webhooks(&fixture), list_webhooks, ListWebhooksRequest, webhooks: "" = 0);
    counts!(schedules(&fixture), list_digest_schedules, ListDigestSchedulesRequest, digest_schedules:
        "" = 0);
    // The board of an instant, with a filter of its own; before the import there was nothing.
    counts!(funnels(&fixture), get_board_at, GetBoardAtRequest, opportunities:
        "" = 3, "name:b" = 1, "archived:true or archived:false" = 3);
    counts!(
        funnels(&fixture),
        get_board_at,
        opportunities,
        0_usize,
        v1::GetBoardAtRequest {
            as_of_time: crate::company::at(0),
            ..Default::default()
        }
    );
}

#[tokio::test]
async fn a_list_that_fields_of_the_request_limit_counts_what_they_let_through() {
    let fixture = Fixture::start().await;
    company(&fixture).await;
    import(&fixture, &[("a", "members/3", 1), ("b", "members/3", 2)]).await;
    // Lee leads Max: two requests for approval are two notices for Lee, none for Max.
    let stage_id = fixture.stages().await[2].id.clone();
    let request = v1::UpdateStageRequest {
        stage: Some(v1::Stage {
            id: stage_id.clone(),
            gate: Some(v1::Gate {
                approval_required: true,
                ..Default::default()
            }),
            ..Default::default()
        }),
        update_mask: mask(&["gate"]),
        ..Default::default()
    };
    ok!(fixture.pipelines().update_stage(request));
    for opportunity_id in ["opportunities/1", "opportunities/2"] {
        let ask = v1::RequestApprovalRequest {
            opportunity_id: opportunity_id.into(),
            stage_id: stage_id.clone(),
            ..Default::default()
        };
        ok!(approvals(&fixture).request_approval(ask));
    }
    counts!(approvals(&fixture), list_approvals, ListApprovalsRequest, approvals:
        "" = 2, "state:pending" = 2, "opportunity:O-1" = 1, "state:void" = 0);
    let inbox = |recipient_id: &str, filter: &str| v1::ListNoticesRequest {
        recipient_id: recipient_id.into(),
        filter: filter.into(),
        ..Default::default()
    };
    counts!(
        notices(&fixture),
        list_notices,
        notices,
        2_usize,
        inbox("members/2", "")
    );
    counts!(
        notices(&fixture),
        list_notices,
        notices,
        2_usize,
        inbox("members/2", "read:false")
    );
    counts!(
        notices(&fixture),
        list_notices,
        notices,
        0_usize,
        inbox("members/2", "read:true")
    );
    counts!(
        notices(&fixture),
        list_notices,
        notices,
        0_usize,
        inbox("members/3", "")
    );
}
