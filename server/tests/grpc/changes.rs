//! Creating, changing and moving.

use sluice_proto::v1;
use tonic::Code;

use crate::support::{Fixture, deal, fields, mask, reason};

#[tokio::test]
async fn a_deal_is_created_read_moved_lost_and_reopened() {
    let fixture = Fixture::start().await;
    let stages = fixture.stages().await;
    let deal = fixture.create("Pumps", 100_000).await;
    assert_eq!(
        (deal.id.as_str(), deal.stage_id.as_str()),
        ("opportunities/1", stages[0].id.as_str())
    );
    assert_eq!(deal.amount.as_ref().unwrap().currency_code, "USD");
    let get = v1::GetOpportunityRequest {
        id: deal.id.clone(),
    };
    let got = fixture
        .opportunities()
        .get_opportunity(get)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(got.opportunity.as_ref(), Some(&deal));

    let request = v1::MoveOpportunityRequest {
        id: deal.id.clone(),
        stage_id: stages[1].id.clone(),
        ..Default::default()
    };
    let moved = fixture
        .opportunities()
        .move_opportunity(request)
        .await
        .unwrap()
        .into_inner();
    let moved_deal = moved.opportunity.unwrap();
    assert_eq!(moved_deal.stage_id, stages[1].id);
    assert_eq!(
        (moved_deal.revision, moved_deal.etag),
        (moved.revision, format!("r{}", moved.revision))
    );

    let request = v1::LoseOpportunityRequest {
        id: deal.id.clone(),
        reason: "price".into(),
        ..Default::default()
    };
    let lost = fixture
        .opportunities()
        .lose_opportunity(request)
        .await
        .unwrap()
        .into_inner()
        .opportunity
        .unwrap();
    assert_eq!(
        (lost.stage_kind(), lost.loss_reason.as_str()),
        (v1::StageKind::Lost, "price")
    );

    let request = v1::ReopenOpportunityRequest {
        id: deal.id.clone(),
        stage_id: stages[0].id.clone(),
        reason: "new budget".into(),
        ..Default::default()
    };
    let reopened = fixture
        .opportunities()
        .reopen_opportunity(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        reopened.opportunity.unwrap().stage_kind(),
        v1::StageKind::Open
    );

    let request = v1::ListStageEntriesRequest {
        opportunity_id: deal.id,
    };
    let entries = fixture
        .opportunities()
        .list_stage_entries(request)
        .await
        .unwrap()
        .into_inner()
        .stage_entries;
    let movements: Vec<v1::Movement> = entries.iter().map(v1::StageEntry::movement).collect();
    use v1::Movement::{Created, Forward, Lost, Reopened};
    assert_eq!(movements, [Created, Forward, Lost, Reopened]);
    assert_eq!(entries[1].from_stage_id, stages[0].id);
    assert_eq!(entries[0].left_time, entries[1].entered_time);
    assert!(entries[1].credited);
    assert_eq!(entries[3].reason, "new budget");
}

#[tokio::test]
async fn an_amendment_changes_what_the_mask_names_and_without_a_mask_what_has_a_value() {
    let fixture = Fixture::start().await;
    let created = v1::Opportunity {
        source: "fair".into(),
        note: "warm".into(),
        ..deal("Pumps", 100)
    };
    let request = v1::CreateOpportunityRequest {
        opportunity: Some(created),
        ..Default::default()
    };
    let id = fixture
        .opportunities()
        .create_opportunity(request)
        .await
        .unwrap()
        .into_inner()
        .opportunity
        .unwrap()
        .id;
    let amend = |opportunity: v1::Opportunity, paths: &[&str]| v1::AmendOpportunityRequest {
        opportunity: Some(v1::Opportunity {
            id: id.clone(),
            ..opportunity
        }),
        update_mask: mask(paths),
        ..Default::default()
    };

    let request = amend(
        v1::Opportunity {
            name: "Valves".into(),
            note: "ignored".into(),
            ..Default::default()
        },
        &["name", "source"],
    );
    let deal = fixture
        .opportunities()
        .amend_opportunity(request)
        .await
        .unwrap()
        .into_inner()
        .opportunity
        .unwrap();
    assert_eq!(
        (deal.name.as_str(), deal.source.as_str(), deal.note.as_str()),
        ("Valves", "", "warm")
    );

    let request = amend(
        v1::Opportunity {
            note: "hot".into(),
            ..Default::default()
        },
        &[],
    );
    let deal = fixture
        .opportunities()
        .amend_opportunity(request)
        .await
        .unwrap()
        .into_inner()
        .opportunity
        .unwrap();
    assert_eq!((deal.name.as_str(), deal.note.as_str()), ("Valves", "hot"));

    let request = amend(v1::Opportunity::default(), &["nam"]);
    let error = fixture
        .opportunities()
        .amend_opportunity(request)
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), fields(&error)),
        (Code::InvalidArgument, vec!["update_mask".to_owned()])
    );
    assert!(
        error.message().contains("'nam'") && error.message().contains("expected_contract_date"),
        "{}",
        error.message()
    );
}

#[tokio::test]
async fn nothing_to_change_is_no_commit_and_answers_with_the_resource() {
    let fixture = Fixture::start().await;
    let deal = fixture.create("Pumps", 100).await;
    let request = v1::AmendOpportunityRequest {
        opportunity: Some(deal.clone()),
        update_mask: mask(&["name"]),
        ..Default::default()
    };
    let same = fixture
        .opportunities()
        .amend_opportunity(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (same.opportunity.as_ref(), same.revision),
        (Some(&deal), deal.revision)
    );
}

#[tokio::test]
async fn a_stale_etag_is_aborted_and_says_what_is_current() {
    let fixture = Fixture::start().await;
    let stages = fixture.stages().await;
    let deal = fixture.create("Pumps", 100).await;
    let request = |etag: &str, stage: usize| v1::MoveOpportunityRequest {
        id: deal.id.clone(),
        stage_id: stages[stage].id.clone(),
        etag: etag.to_owned(),
        ..Default::default()
    };
    fixture
        .opportunities()
        .move_opportunity(request(&deal.etag, 1))
        .await
        .unwrap();
    let error = fixture
        .opportunities()
        .move_opportunity(request(&deal.etag, 2))
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), reason(&error).as_str()),
        (Code::Aborted, "ETAG_MISMATCH")
    );
    let amend = v1::AmendOpportunityRequest {
        opportunity: Some(v1::Opportunity {
            name: "Valves".into(),
            ..deal.clone()
        }),
        update_mask: mask(&["name"]),
        ..Default::default()
    };
    let error = fixture
        .opportunities()
        .amend_opportunity(amend)
        .await
        .unwrap_err();
    assert_eq!(reason(&error), "ETAG_MISMATCH");
}

#[tokio::test]
async fn the_same_request_id_gives_the_same_outcome_and_another_command_is_refused() {
    let fixture = Fixture::start().await;
    let request = |name: &str| v1::CreateOpportunityRequest {
        opportunity: Some(deal(name, 100)),
        request_id: "r-1".into(),
        ..Default::default()
    };
    let first = fixture
        .opportunities()
        .create_opportunity(request("Pumps"))
        .await
        .unwrap()
        .into_inner();
    let again = fixture
        .opportunities()
        .create_opportunity(request("Pumps"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(first, again);
    let error = fixture
        .opportunities()
        .create_opportunity(request("Valves"))
        .await
        .unwrap_err();
    assert_eq!(reason(&error), "REQUEST_ID_REUSED");
    let list = fixture
        .opportunities()
        .list_opportunities(v1::ListOpportunitiesRequest::default())
        .await
        .unwrap();
    assert_eq!(list.into_inner().total_size, 1);
}

#[tokio::test]
async fn validate_only_answers_what_would_be_and_changes_nothing() {
    let fixture = Fixture::start().await;
    let request = v1::CreateOpportunityRequest {
        opportunity: Some(deal("Pumps", 100)),
        validate_only: true,
        ..Default::default()
    };
    let would = fixture
        .opportunities()
        .create_opportunity(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(would.opportunity.unwrap().name, "Pumps");
    let list = fixture
        .opportunities()
        .list_opportunities(v1::ListOpportunitiesRequest::default())
        .await
        .unwrap();
    assert_eq!(list.into_inner().total_size, 0);
}

#[tokio::test]
async fn pipelines_teams_members_and_customers_are_made_and_changed() {
    let fixture = Fixture::start().await;
    let team = v1::Team {
        name: "North".into(),
        ..Default::default()
    };
    let team = fixture
        .teams()
        .create_team(v1::CreateTeamRequest {
            team: Some(team),
            ..Default::default()
        })
        .await
        .unwrap();
    let team = team.into_inner().team.unwrap();
    let member = v1::Member {
        name: "Kim".into(),
        team_id: team.id.clone(),
        role: v1::Role::Manager.into(),
        ..Default::default()
    };
    let request = v1::CreateMemberRequest {
        member: Some(member),
        ..Default::default()
    };
    let member = fixture
        .members()
        .create_member(request)
        .await
        .unwrap()
        .into_inner()
        .member
        .unwrap();
    assert!(member.active);
    let led = v1::Team {
        manager_id: member.id.clone(),
        ..team
    };
    let request = v1::UpdateTeamRequest {
        team: Some(led),
        update_mask: mask(&["manager_id"]),
        ..Default::default()
    };
    let team = fixture
        .teams()
        .update_team(request)
        .await
        .unwrap()
        .into_inner()
        .team
        .unwrap();
    assert_eq!(team.manager_id, member.id);
    let left = v1::Member {
        id: member.id.clone(),
        ..Default::default()
    };
    let request = v1::UpdateMemberRequest {
        member: Some(left),
        update_mask: mask(&["active"]),
        ..Default::default()
    };
    assert!(
        !fixture
            .members()
            .update_member(request)
            .await
            .unwrap()
            .into_inner()
            .member
            .unwrap()
            .active
    );

    let customer = v1::Customer {
        name: "Initech".into(),
        region: "East".into(),
        ..Default::default()
    };
    let request = v1::CreateCustomerRequest {
        customer: Some(customer),
        ..Default::default()
    };
    assert_eq!(
        fixture
            .customers()
            .create_customer(request)
            .await
            .unwrap()
            .into_inner()
            .customer
            .unwrap()
            .region,
        "East"
    );

    let stage = |name: &str, kind: v1::StageKind, bp: i32| v1::Stage {
        name: name.into(),
        kind: kind.into(),
        win_probability_bp: bp,
        ..Default::default()
    };
    let stages = vec![
        stage("In", v1::StageKind::Open, 2_000),
        stage("Yes", v1::StageKind::Won, 0),
        stage("No", v1::StageKind::Lost, 0),
    ];
    let pipeline = v1::Pipeline {
        name: "Renewals".into(),
        stages,
        ..Default::default()
    };
    let request = v1::CreatePipelineRequest {
        pipeline: Some(pipeline),
        ..Default::default()
    };
    let pipeline = fixture
        .pipelines()
        .create_pipeline(request)
        .await
        .unwrap()
        .into_inner()
        .pipeline
        .unwrap();
    assert_eq!(pipeline.stages[1].win_probability_bp, 10_000);
    let request = v1::CreateStageRequest {
        pipeline_id: pipeline.id.clone(),
        stage: Some(stage("Quote", v1::StageKind::Open, 5_000)),
        ..Default::default()
    };
    let grown = fixture
        .pipelines()
        .create_stage(request)
        .await
        .unwrap()
        .into_inner()
        .pipeline
        .unwrap();
    let names: Vec<&str> = grown
        .stages
        .iter()
        .map(|stage| stage.name.as_str())
        .collect();
    assert_eq!(names, ["In", "Quote", "Yes", "No"]);
}
