//! Gates, approvals, previews, check-ins and timelines over the API.

use std::os::unix::fs::MetadataExt as _;

use sluice_proto::v1::{
    self, activity_service_client::ActivityServiceClient,
    approval_service_client::ApprovalServiceClient, timeline_item::Item,
    timeline_service_client::TimelineServiceClient,
};
use tonic::{Code, Status, transport::Channel};

use crate::support::{Fixture, PATIENCE, fields, mask, reason};

fn approvals(fixture: &Fixture) -> ApprovalServiceClient<Channel> {
    ApprovalServiceClient::new(fixture.channel.clone())
}

async fn guard(fixture: &Fixture, stage_id: &str) {
    let request = v1::UpdateStageRequest {
        stage: Some(v1::Stage {
            id: stage_id.into(),
            gate: Some(v1::Gate {
                required_activities: vec![v1::RequiredActivity {
                    kind: v1::ActivityKind::Visit.into(),
                    minimum: 1,
                }],
                required_contacts: vec![v1::RequiredContact {
                    role: v1::DecisionRole::Decider.into(),
                    stance: v1::Stance::Supportive.into(),
                }],
                approval_required: true,
            }),
            ..Default::default()
        }),
        update_mask: mask(&["gate"]),
        ..Default::default()
    };
    let answer = fixture.pipelines().update_stage(request).await.unwrap();
    let pipeline = answer.into_inner().pipeline.unwrap();
    let stage = pipeline.stages.iter().find(|stage| stage.id == stage_id);
    assert!(stage.unwrap().gate.as_ref().unwrap().approval_required);
}

async fn move_to(
    fixture: &Fixture,
    id: &str,
    stage_id: &str,
    override_reason: &str,
    validate_only: bool,
) -> Result<v1::MoveOpportunityResponse, Status> {
    let request = v1::MoveOpportunityRequest {
        id: id.into(),
        stage_id: stage_id.into(),
        override_reason: override_reason.into(),
        validate_only,
        ..Default::default()
    };
    let answer = fixture.opportunities().move_opportunity(request).await?;
    Ok(answer.into_inner())
}

#[tokio::test]
async fn a_checked_move_says_what_is_missing_and_changes_nothing() {
    let fixture = Fixture::start().await;
    let stages = fixture.stages().await;
    guard(&fixture, &stages[2].id).await;
    let deal = fixture.create("deal", 1_000).await;
    let refused = move_to(&fixture, &deal.id, &stages[2].id, "", false)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert_eq!(reason(&refused), "REQUIRED_ACTIVITY_MISSING");
    let answer = move_to(&fixture, &deal.id, &stages[2].id, "", true)
        .await
        .unwrap();
    assert_eq!(answer.opportunity.unwrap().stage_id, stages[0].id);
    let preview = answer.preview.unwrap();
    assert!(!preview.allowed && preview.override_allowed);
    let codes: Vec<&str> = preview
        .unmet_demands
        .iter()
        .map(|demand| demand.code.as_str())
        .collect();
    assert_eq!(
        codes,
        [
            "REQUIRED_ACTIVITY_MISSING",
            "REQUIRED_CONTACT_MISSING",
            "APPROVAL_REQUIRED"
        ]
    );
    assert_eq!(preview.win_probability_before_bp, 1_000);
    assert_eq!(preview.win_probability_after_bp, 5_000);
    assert_eq!(preview.weighted_amount_before.unwrap().amount_minor, 100);
    assert_eq!(preview.weighted_amount_after.unwrap().amount_minor, 500);
    assert_eq!(preview.metrics, ["FLOW"]);
    assert_eq!(preview.movement, v1::Movement::Forward as i32);
    assert!(preview.gap_before.is_none(), "there is no goal");
    // What is wrong besides the gate is an error, and a stale etag is one too.
    let same = move_to(&fixture, &deal.id, &stages[0].id, "", true)
        .await
        .unwrap_err();
    assert_eq!(reason(&same), "ALREADY_IN_STAGE");
    let stale = v1::MoveOpportunityRequest {
        id: deal.id.clone(),
        stage_id: stages[1].id.clone(),
        etag: "r0".into(),
        validate_only: true,
        ..Default::default()
    };
    let stale = fixture
        .opportunities()
        .move_opportunity(stale)
        .await
        .unwrap_err();
    assert_eq!(reason(&stale), "ETAG_MISMATCH");
    // The override is shown where it happened.
    let moved = move_to(&fixture, &deal.id, &stages[2].id, "quarter end", false)
        .await
        .unwrap();
    assert!(moved.preview.is_none());
    let request = v1::ListStageEntriesRequest {
        opportunity_id: deal.id.clone(),
    };
    let entries = fixture
        .opportunities()
        .list_stage_entries(request)
        .await
        .unwrap()
        .into_inner()
        .stage_entries;
    assert_eq!(entries[1].override_reason, "quarter end");
}

#[tokio::test]
async fn an_approval_goes_from_request_to_use_and_stands_in_the_inbox_meanwhile() {
    let fixture = Fixture::start().await;
    let stages = fixture.stages().await;
    let deal = fixture.create("deal", 1_000).await;
    let request = v1::UpdateStageRequest {
        stage: Some(v1::Stage {
            id: stages[2].id.clone(),
            gate: Some(v1::Gate {
                approval_required: true,
                ..Default::default()
            }),
            ..Default::default()
        }),
        update_mask: mask(&["gate"]),
        ..Default::default()
    };
    fixture.pipelines().update_stage(request).await.unwrap();
    let ask = v1::RequestApprovalRequest {
        opportunity_id: deal.id.clone(),
        stage_id: stages[2].id.clone(),
        note: "they sign this week".into(),
        ..Default::default()
    };
    let made = approvals(&fixture)
        .request_approval(ask.clone())
        .await
        .unwrap();
    let made = made.into_inner().approval.unwrap();
    assert_eq!(made.state(), v1::ApprovalState::Pending);
    assert_eq!(made.amount.unwrap().amount_minor, 1_000);
    let again = approvals(&fixture).request_approval(ask).await.unwrap_err();
    assert_eq!(reason(&again), "APPROVAL_EXISTS");
    let list = |filter: &str| v1::ListApprovalsRequest {
        filter: filter.into(),
        ..Default::default()
    };
    let inbox = approvals(&fixture)
        .list_approvals(list("state:pending opportunity:O-1"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!((inbox.approvals.len(), inbox.total_size), (1, 1));
    let refused = approvals(&fixture)
        .refuse_approval(v1::RefuseApprovalRequest {
            id: made.id.clone(),
            ..Default::default()
        })
        .await
        .unwrap_err();
    assert_eq!(fields(&refused), ["reason"]);
    let approved = approvals(&fixture)
        .approve_approval(v1::ApproveApprovalRequest {
            id: made.id.clone(),
            etag: made.etag,
            ..Default::default()
        })
        .await
        .unwrap()
        .into_inner()
        .approval
        .unwrap();
    assert_eq!(approved.state(), v1::ApprovalState::Approved);
    move_to(&fixture, &deal.id, &stages[2].id, "", false)
        .await
        .unwrap();
    let used = approvals(&fixture)
        .get_approval(v1::GetApprovalRequest { id: made.id })
        .await
        .unwrap()
        .into_inner()
        .approval
        .unwrap();
    assert_eq!(used.state(), v1::ApprovalState::Used);
    let gone = approvals(&fixture)
        .get_approval(v1::GetApprovalRequest {
            id: "approvals/99".into(),
        })
        .await
        .unwrap_err();
    assert_eq!(reason(&gone), "APPROVAL_NOT_FOUND");
    let empty = approvals(&fixture)
        .list_approvals(list("state:pending"))
        .await
        .unwrap();
    assert!(empty.into_inner().approvals.is_empty());
}

#[tokio::test]
async fn a_request_whose_stage_asks_no_more_is_closed_and_says_why_and_an_amendment_says_who() {
    let fixture = Fixture::start().await;
    let stages = fixture.stages().await;
    let member = v1::CreateMemberRequest {
        member: Some(v1::Member {
            name: "Mia".into(),
            role: v1::Role::Admin.into(),
            unix_user: std::fs::metadata("/proc/self").unwrap().uid().to_string(),
            ..Default::default()
        }),
        ..Default::default()
    };
    fixture.members().create_member(member).await.unwrap();
    let deal = fixture.create("deal", 1_000).await;
    let gate = |stage: &v1::Stage, approval_required| v1::UpdateStageRequest {
        stage: Some(v1::Stage {
            id: stage.id.clone(),
            gate: Some(v1::Gate {
                approval_required,
                ..Default::default()
            }),
            ..Default::default()
        }),
        update_mask: mask(&["gate"]),
        ..Default::default()
    };
    let mut pipelines = fixture.pipelines();
    pipelines
        .update_stage(gate(&stages[2], true))
        .await
        .unwrap();
    let ask = v1::RequestApprovalRequest {
        opportunity_id: deal.id.clone(),
        stage_id: stages[2].id.clone(),
        ..Default::default()
    };
    approvals(&fixture).request_approval(ask).await.unwrap();
    pipelines
        .update_stage(gate(&stages[2], false))
        .await
        .unwrap();
    // A Tick ends it, right after the change.
    let ended = tokio::time::timeout(PATIENCE, async {
        loop {
            let id = "approvals/1".to_owned();
            let mut client = approvals(&fixture);
            let answer = client.get_approval(v1::GetApprovalRequest { id }).await;
            let approval = answer.unwrap().into_inner().approval.unwrap();
            if approval.state() == v1::ApprovalState::Void {
                return approval;
            }
            tokio::task::yield_now().await;
        }
    });
    let ended = ended.await.unwrap();
    assert_eq!(ended.end_reason(), v1::ApprovalEndReason::NotNeeded);
    // A lost stage has a gate like any other; an administrator overrides it.
    let lost = stages
        .iter()
        .find(|stage| stage.kind() == v1::StageKind::Lost);
    pipelines
        .update_stage(gate(lost.unwrap(), true))
        .await
        .unwrap();
    let lose = v1::LoseOpportunityRequest {
        id: deal.id.clone(),
        reason: "gone".into(),
        ..Default::default()
    };
    let refused = fixture.opportunities().lose_opportunity(lose.clone()).await;
    assert_eq!(reason(&refused.unwrap_err()), "APPROVAL_REQUIRED");
    let lose = v1::LoseOpportunityRequest {
        override_reason: "bankrupt".into(),
        ..lose
    };
    fixture
        .opportunities()
        .lose_opportunity(lose)
        .await
        .unwrap();
    let archive = v1::ArchiveOpportunityRequest {
        id: deal.id.clone(),
        ..Default::default()
    };
    fixture
        .opportunities()
        .archive_opportunity(archive)
        .await
        .unwrap();
    let timeline = TimelineServiceClient::new(fixture.channel.clone())
        .list_timeline(v1::ListTimelineRequest {
            opportunity_id: deal.id,
            ..Default::default()
        })
        .await
        .unwrap()
        .into_inner();
    let told: Vec<(String, String)> = timeline
        .items
        .into_iter()
        .filter_map(|item| match item.item.unwrap() {
            Item::Amendment(it) => Some((it.fields.join(" "), it.actor_id)),
            Item::StageEntry(it) => {
                let entry = it.stage_entry.unwrap();
                Some((entry.override_reason, entry.actor.unwrap().member_id))
            }
            _ => None,
        })
        .collect();
    let mia = || "members/1".to_owned();
    assert_eq!(
        told,
        [
            ("archived".to_owned(), mia()),
            ("bankrupt".to_owned(), mia()),
            (String::new(), mia()),
        ]
    );
}

#[tokio::test]
async fn a_member_who_leads_nobody_neither_overrides_nor_approves() {
    let fixture = Fixture::start().await;
    let stages = fixture.stages().await;
    guard(&fixture, &stages[2].id).await;
    let me = std::fs::metadata("/proc/self").unwrap().uid().to_string();
    let member = v1::CreateMemberRequest {
        member: Some(v1::Member {
            name: "Rex".into(),
            role: v1::Role::Rep.into(),
            unix_user: me,
            ..Default::default()
        }),
        ..Default::default()
    };
    fixture.members().create_member(member).await.unwrap();
    let deal = fixture.create("deal", 1_000).await;
    let refused = move_to(&fixture, &deal.id, &stages[2].id, "please", false)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    assert_eq!(reason(&refused), "NOT_THEIR_MANAGER");
    let preview = move_to(&fixture, &deal.id, &stages[2].id, "please", true)
        .await
        .unwrap()
        .preview
        .unwrap();
    assert!(!preview.allowed && !preview.override_allowed);
    assert_eq!(preview.unmet_demands[0].code, "NOT_THEIR_MANAGER");
}

#[tokio::test]
async fn check_ins_are_judged_and_the_timeline_is_read_page_by_page() {
    let fixture = Fixture::start().await;
    let mut activities = ActivityServiceClient::new(fixture.channel.clone());
    let place = |latitude_e7| v1::Coordinates {
        latitude_e7,
        longitude_e7: 1_214_737_000,
    };
    let customer = v1::CreateCustomerRequest {
        customer: Some(v1::Customer {
            name: "Acme".into(),
            sites: vec![v1::Site {
                name: "HQ".into(),
                coordinates: Some(place(312_304_000)),
            }],
            ..Default::default()
        }),
        ..Default::default()
    };
    let customer = fixture.customers().create_customer(customer).await.unwrap();
    assert_eq!(customer.into_inner().customer.unwrap().sites.len(), 1);
    let member = v1::CreateMemberRequest {
        member: Some(v1::Member {
            name: "Rex".into(),
            role: v1::Role::Rep.into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    fixture.members().create_member(member).await.unwrap();
    let mut deal = crate::support::deal("deal", 1_000);
    deal.customer_id = "customers/1".into();
    let request = v1::CreateOpportunityRequest {
        opportunity: Some(deal),
        ..Default::default()
    };
    fixture
        .opportunities()
        .create_opportunity(request)
        .await
        .unwrap();
    let visit = |check_in| v1::LogActivityRequest {
        activity: Some(v1::Activity {
            kind: v1::ActivityKind::Visit.into(),
            opportunity_id: "opportunities/1".into(),
            member_id: "members/1".into(),
            check_in: Some(check_in),
            ..Default::default()
        }),
        ..Default::default()
    };
    let near = v1::CheckIn {
        coordinates: Some(place(312_310_000)),
        accuracy_m: Some(20),
        ..Default::default()
    };
    let mut judged = Vec::new();
    let far = v1::CheckIn {
        coordinates: Some(place(313_000_000)),
        accuracy_m: Some(20),
        ..Default::default()
    };
    let named = v1::CheckIn {
        source: v1::CheckInSource::Named.into(),
        site: "hq".into(),
        ..Default::default()
    };
    for check_in in [near, far, named] {
        let answer = activities.log_activity(visit(check_in)).await.unwrap();
        let check_in = answer.into_inner().activity.unwrap().check_in.unwrap();
        judged.push((
            check_in.trust(),
            check_in.distance_m,
            check_in.uncredited_reason,
        ));
    }
    assert_eq!(
        judged,
        [
            (v1::CheckInTrust::Verified, Some(67), String::new()),
            (
                v1::CheckInTrust::Invalid,
                Some(7_739),
                "OUTSIDE_RADIUS".into()
            ),
            (v1::CheckInTrust::Unverified, None, "TOO_SOON".into()),
        ]
    );
    let missing = activities
        .log_activity(visit(v1::CheckIn::default()))
        .await
        .unwrap_err();
    assert_eq!(fields(&missing), ["activity.check_in.coordinates"]);

    let mut timelines = TimelineServiceClient::new(fixture.channel.clone());
    let mut request = v1::ListTimelineRequest {
        customer_id: "customers/1".into(),
        page_size: 2,
        ..Default::default()
    };
    let mut items = Vec::new();
    loop {
        let page = timelines
            .list_timeline(request.clone())
            .await
            .unwrap()
            .into_inner();
        assert_eq!(page.total_size, 4);
        items.extend(page.items);
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    let ids: Vec<String> = items
        .into_iter()
        .map(|item| match item.item.unwrap() {
            Item::Activity(activity) => activity.id,
            Item::StageEntry(entry) => entry.opportunity_id,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        ids,
        [
            "activities/3",
            "activities/2",
            "activities/1",
            "opportunities/1"
        ]
    );
    let neither = timelines
        .list_timeline(v1::ListTimelineRequest::default())
        .await
        .unwrap_err();
    assert_eq!(fields(&neither), ["opportunity_id"]);
}

#[tokio::test]
async fn an_amendment_on_the_timeline_says_what_was_changed_from_what_to_what() {
    let fixture = Fixture::start().await;
    let deal = fixture.create("deal", 1_000).await;
    let before = deal.expected_contract_date.clone();
    let request = v1::AmendOpportunityRequest {
        opportunity: Some(v1::Opportunity {
            id: deal.id.clone(),
            name: "larger deal".into(),
            amount: Some(v1::Money {
                amount_minor: 2_500,
                ..Default::default()
            }),
            expected_contract_date: "2031-01-31".into(),
            ..Default::default()
        }),
        update_mask: mask(&["name", "amount", "expected_contract_date"]),
        ..Default::default()
    };
    let amended = fixture.opportunities().amend_opportunity(request).await;
    let revision = amended.unwrap().into_inner().revision;
    let request = v1::ListTimelineRequest {
        opportunity_id: deal.id,
        ..Default::default()
    };
    let mut timelines = TimelineServiceClient::new(fixture.channel.clone());
    let page = timelines.list_timeline(request).await.unwrap().into_inner();
    let Some(Item::Amendment(amendment)) = page.items.into_iter().next().unwrap().item else {
        panic!("the newest is not the amendment");
    };
    assert_eq!(amendment.revision, revision);
    let changes: Vec<(String, String, String)> = amendment
        .changes
        .into_iter()
        .map(|change| (change.field, change.before, change.after))
        .collect();
    let told = |field: &str, before: &str, after: &str| -> (String, String, String) {
        (field.into(), before.into(), after.into())
    };
    assert_eq!(
        changes,
        [
            told("name", "deal", "larger deal"),
            told("amount", "1000", "2500"),
            told("expected_contract_date", &before, "2031-01-31"),
        ]
    );
}
