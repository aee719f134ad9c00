//! Goals, leaderboards, comparisons, why, and undoing a move, over gRPC.

use sluice_proto::v1::{self, goal_service_client::GoalServiceClient};
use tonic::transport::Channel;

use crate::support::{Fixture, deal, fields, mask, reason};

fn goals(fixture: &Fixture) -> GoalServiceClient<Channel> {
    GoalServiceClient::new(fixture.channel.clone())
}

async fn create(fixture: &Fixture, cycle: &str, target: i64) -> v1::Goal {
    let request = v1::CreateGoalRequest {
        goal: Some(v1::Goal {
            metric: "NEW".into(),
            cycle: cycle.into(),
            target,
            ..Default::default()
        }),
        ..Default::default()
    };
    let answer = goals(fixture).create_goal(request).await.unwrap();
    answer.into_inner().goal.unwrap()
}

#[tokio::test]
async fn a_goal_is_set_divided_followed_and_its_parts_always_sum_to_it() {
    let fixture = Fixture::start().await;
    fixture.create("Acme", 600).await;
    let year = create(&fixture, "this-year", 1_000).await;
    assert_eq!(
        (year.id.as_str(), year.measure()),
        ("goals/1", v1::GoalMeasure::Amount)
    );
    let request = v1::DecomposeGoalRequest {
        id: year.id.clone(),
        split: v1::GoalSplit::Quarters.into(),
        ..Default::default()
    };
    let parts = goals(&fixture)
        .decompose_goal(request)
        .await
        .unwrap()
        .into_inner()
        .goals;
    assert_eq!(
        parts.iter().map(|part| part.target).collect::<Vec<_>>(),
        [250; 4]
    );
    // By itself a part cannot change; the difference is told at the field.
    let change = |redistribute| v1::UpdateGoalRequest {
        goal: Some(v1::Goal {
            id: parts[0].id.clone(),
            target: 400,
            ..Default::default()
        }),
        update_mask: mask(&["target"]),
        redistribute,
        ..Default::default()
    };
    let error = goals(&fixture)
        .update_goal(change(false))
        .await
        .unwrap_err();
    assert_eq!(
        (reason(&error).as_str(), fields(&error)),
        ("GOAL_MISMATCH", vec!["goal.target".to_owned()])
    );
    assert!(
        error.message().contains("150 are too many"),
        "{}",
        error.message()
    );
    goals(&fixture).update_goal(change(true)).await.unwrap();
    let request = v1::ListGoalProgressRequest {
        parent_id: year.id.clone(),
        page_size: 3,
        ..Default::default()
    };
    let page = goals(&fixture)
        .list_goal_progress(request.clone())
        .await
        .unwrap()
        .into_inner();
    let rest = v1::ListGoalProgressRequest {
        page_token: page.next_page_token.clone(),
        ..request
    };
    let rest = goals(&fixture)
        .list_goal_progress(rest)
        .await
        .unwrap()
        .into_inner();
    let rows: Vec<_> = page.progress.into_iter().chain(rest.progress).collect();
    let targets: i64 = rows
        .iter()
        .map(|row| row.goal.as_ref().unwrap().target)
        .sum();
    assert_eq!((rows.len(), targets), (4, 1_000));
    let request = v1::GetGoalProgressRequest {
        id: year.id.clone(),
    };
    let progress = goals(&fixture)
        .get_goal_progress(request)
        .await
        .unwrap()
        .into_inner()
        .progress
        .unwrap();
    assert_eq!(
        (
            progress.value,
            progress.reached_bp,
            progress.time_part_count
        ),
        (600, 6_000, 4)
    );
    assert_eq!(
        (progress.subject.as_str(), progress.previous_value),
        ("Acme", None)
    );
}

#[tokio::test]
async fn bad_goals_are_told_with_everything_that_is_wrong() {
    let fixture = Fixture::start().await;
    let request = v1::CreateGoalRequest {
        goal: Some(v1::Goal {
            subject_id: "customers/1".into(),
            metric: "SOLD".into(),
            cycle: "2026-Q9".into(),
            target: -1,
            ..Default::default()
        }),
        ..Default::default()
    };
    let error = goals(&fixture).create_goal(request).await.unwrap_err();
    let found = fields(&error);
    for wanted in [
        "goal.subject_id",
        "goal.metric",
        "goal.cycle",
        "goal.target",
    ] {
        assert!(found.contains(&wanted.to_owned()), "{wanted} in {found:?}");
    }
}

#[tokio::test]
async fn a_file_of_goals_is_idempotent_and_told_by_row() {
    let fixture = Fixture::start().await;
    let row = |cycle: &str, target, parent: &str| v1::ImportedGoal {
        metric: "WON".into(),
        cycle: cycle.into(),
        target,
        parent_cycle: parent.into(),
        ..Default::default()
    };
    let file = |first| v1::ImportGoalsRequest {
        goals: vec![
            row("2026-Q1", 100, ""),
            row("2026-01", first, "2026-Q1"),
            row("2026-02", 30, "2026-Q1"),
            row("2026-03", 30, "2026-Q1"),
        ],
        ..Default::default()
    };
    let error = goals(&fixture).import_goals(file(41)).await.unwrap_err();
    assert_eq!(fields(&error), ["goals[0].target"]);
    for status in [v1::ImportStatus::Created, v1::ImportStatus::Unchanged] {
        let answer = goals(&fixture)
            .import_goals(file(40))
            .await
            .unwrap()
            .into_inner();
        assert!(
            answer.results.iter().all(|row| row.status() == status),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn every_figure_can_be_asked_why_compared_and_ranked() {
    let fixture = Fixture::start().await;
    let member = |name: &str| v1::CreateMemberRequest {
        member: Some(v1::Member {
            name: name.into(),
            role: v1::Role::Rep.into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    for (name, amount) in [("Ann", 50), ("Bob", 40), ("Cai", 40), ("Dai", 10)] {
        let created = fixture
            .members()
            .create_member(member(name))
            .await
            .unwrap()
            .into_inner();
        let request = v1::CreateOpportunityRequest {
            opportunity: Some(v1::Opportunity {
                owner_id: created.member.unwrap().id,
                ..deal(name, amount)
            }),
            ..Default::default()
        };
        fixture
            .opportunities()
            .create_opportunity(request)
            .await
            .unwrap();
    }
    let request = v1::QueryLeaderboardRequest {
        metric: "NEW".into(),
        cycle: "today".into(),
        ..Default::default()
    };
    let board = fixture
        .metrics()
        .query_leaderboard(request)
        .await
        .unwrap()
        .into_inner();
    let places: Vec<_> = board
        .rows
        .iter()
        .map(|row| (row.rank, row.subject.as_str()))
        .collect();
    assert_eq!(places, [(1, "Ann"), (2, "Bob"), (2, "Cai"), (4, "Dai")]);
    let request = v1::QueryMetricsRequest {
        cycle: "today".into(),
        by: v1::MetricSubject::Member.into(),
        compare: true,
        ..Default::default()
    };
    let rows = fixture
        .metrics()
        .query_metrics(request)
        .await
        .unwrap()
        .into_inner()
        .rows;
    assert_eq!(rows.len(), 4);
    for row in rows {
        assert_eq!(
            (row.previous_count, row.previous_amount_minor),
            (Some(0), Some(0))
        );
        let request = v1::ListScoreEntriesRequest {
            cycle: "today".into(),
            metric: row.metric.clone(),
            by: v1::MetricSubject::Member.into(),
            subject_id: row.subject_id.clone(),
            credited_only: true,
            ..Default::default()
        };
        let listed = fixture
            .metrics()
            .list_score_entries(request)
            .await
            .unwrap()
            .into_inner();
        let sum: i64 = listed
            .score_entries
            .iter()
            .map(|entry| entry.amount.as_ref().unwrap().amount_minor)
            .sum();
        assert_eq!((sum, listed.total_size), (row.amount_minor, row.count));
    }
}

#[tokio::test]
async fn a_move_is_undone_as_if_it_had_not_been() {
    let fixture = Fixture::start().await;
    let stages = fixture.stages().await;
    let before = fixture.create("Acme", 100).await;
    let request = v1::MoveOpportunityRequest {
        id: before.id.clone(),
        stage_id: stages[1].id.clone(),
        ..Default::default()
    };
    fixture
        .opportunities()
        .move_opportunity(request)
        .await
        .unwrap();
    let undo = v1::UndoMoveRequest {
        id: before.id.clone(),
        ..Default::default()
    };
    let undone = fixture
        .opportunities()
        .undo_move(undo.clone())
        .await
        .unwrap()
        .into_inner();
    let after = undone.opportunity.unwrap();
    assert_eq!(after.stage_id, before.stage_id);
    assert_eq!(after.stage_entered_time, before.stage_entered_time);
    let error = fixture.opportunities().undo_move(undo).await.unwrap_err();
    assert_eq!(reason(&error), "UNDO_NOT_POSSIBLE");
}
