//! Leaderboards over gRPC: the own row whatever the page, neighbours with what it takes, shares of targets, marks, refusals.

use sluice_proto::v1::{self, goal_service_client::GoalServiceClient};

use crate::support::{Fixture, deal, fields};

/// Four members with a new deal each; gives their ids.
async fn filled(fixture: &Fixture) -> Vec<String> {
    let mut ids = Vec::new();
    for (name, amount) in [("Ann", 50), ("Bob", 40), ("Cai", 40), ("Dai", 10)] {
        let request = v1::CreateMemberRequest {
            member: Some(v1::Member {
                name: name.into(),
                role: v1::Role::Rep.into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        let answer = fixture.members().create_member(request).await.unwrap();
        let id = answer.into_inner().member.unwrap().id;
        enter(fixture, &id, amount).await;
        ids.push(id);
    }
    ids
}

async fn enter(fixture: &Fixture, owner_id: &str, amount_minor: i64) {
    let request = v1::CreateOpportunityRequest {
        opportunity: Some(v1::Opportunity {
            owner_id: owner_id.into(),
            ..deal("deal", amount_minor)
        }),
        ..Default::default()
    };
    let mut opportunities = fixture.opportunities();
    opportunities.create_opportunity(request).await.unwrap();
}

fn today() -> v1::QueryLeaderboardRequest {
    v1::QueryLeaderboardRequest {
        metric: "NEW".into(),
        cycle: "today".into(),
        ..Default::default()
    }
}

async fn query(
    fixture: &Fixture,
    request: v1::QueryLeaderboardRequest,
) -> v1::QueryLeaderboardResponse {
    let answer = fixture.metrics().query_leaderboard(request).await;
    answer.unwrap().into_inner()
}

fn places(answer: &v1::QueryLeaderboardResponse) -> Vec<(i32, &str, i64)> {
    let rows = answer.rows.iter();
    rows.map(|row| (row.rank, row.subject.as_str(), row.value))
        .collect()
}

#[tokio::test]
async fn the_own_row_and_its_neighbours_are_told_whatever_the_page() {
    let fixture = Fixture::start().await;
    let ids = filled(&fixture).await;
    let request = v1::QueryLeaderboardRequest {
        page_size: 1,
        subject_id: ids[2].clone(),
        ..today()
    };
    let first = query(&fixture, request.clone()).await;
    assert_eq!(places(&first), [(1, "Ann", 50)]);
    assert_eq!((first.total_size, first.compared_date.as_str()), (4, ""));
    let own = first.own_row.unwrap();
    assert_eq!(
        (own.rank, own.subject.as_str(), own.is_own),
        (2, "Cai", true)
    );
    assert!(own.active && own.joined_time.is_some() && own.left_time.is_none());
    let beside = |neighbour: Option<v1::LeaderboardNeighbour>| {
        let neighbour = neighbour.unwrap();
        (neighbour.row.unwrap().subject, neighbour.gap)
    };
    assert_eq!(beside(first.above), ("Bob".to_owned(), Some(1)));
    assert_eq!(beside(first.below), ("Dai".to_owned(), Some(31)));
    // The page goes on, whoever is asked about on it.
    let next = v1::QueryLeaderboardRequest {
        page_token: first.next_page_token,
        subject_id: ids[3].clone(),
        ..request
    };
    let next = query(&fixture, next).await;
    assert_eq!(places(&next), [(2, "Bob", 40)]);
    assert_eq!(next.own_row.unwrap().rank, 4);
}

#[tokio::test]
async fn a_board_asked_for_again_has_what_was_scored_since() {
    let fixture = Fixture::start().await;
    let ids = filled(&fixture).await;
    let before = query(&fixture, today()).await;
    enter(&fixture, &ids[3], 45).await;
    let after = query(&fixture, today()).await;
    assert!(after.revision > before.revision);
    assert_eq!(places(&after)[..2], [(1, "Dai", 55), (2, "Ann", 50)]);
    // Another view of it, not asked for before, says the same.
    let count = v1::QueryLeaderboardRequest {
        measure: v1::GoalMeasure::Count.into(),
        ..today()
    };
    assert_eq!(places(&query(&fixture, count).await)[0], (1, "Dai", 2));
}

#[tokio::test]
async fn shares_of_targets_are_ranked_and_say_what_is_needed() {
    let fixture = Fixture::start().await;
    let ids = filled(&fixture).await;
    for (id, target) in [(&ids[0], 100), (&ids[3], 10)] {
        let request = v1::CreateGoalRequest {
            goal: Some(v1::Goal {
                subject_id: id.clone(),
                metric: "NEW".into(),
                cycle: "today".into(),
                target,
                ..Default::default()
            }),
            ..Default::default()
        };
        let mut goals = GoalServiceClient::new(fixture.channel.clone());
        goals.create_goal(request).await.unwrap();
    }
    let request = v1::QueryLeaderboardRequest {
        ranked_value: v1::RankedValue::TargetShare.into(),
        subject_id: ids[0].clone(),
        ..today()
    };
    let answer = query(&fixture, request).await;
    assert_eq!(places(&answer), [(1, "Dai", 10_000), (2, "Ann", 5_000)]);
    let own = answer.own_row.unwrap();
    assert_eq!((own.target, own.share_bp), (Some(100), Some(5_000)));
    // 100.01 % of 100, in whole units.
    assert_eq!(answer.above.unwrap().gap, Some(51));
    // Who has no target is not ranked, and nothing makes them.
    let request = v1::QueryLeaderboardRequest {
        ranked_value: v1::RankedValue::TargetShare.into(),
        subject_id: ids[1].clone(),
        ..today()
    };
    let answer = query(&fixture, request).await;
    assert_eq!(answer.own_row.unwrap().rank, 0);
    assert_eq!(answer.above.unwrap().gap, None);
}

#[tokio::test]
async fn what_cannot_be_ranked_is_refused_field_by_field() {
    let fixture = Fixture::start().await;
    let request = v1::QueryLeaderboardRequest {
        metric: "BOUGHT".into(),
        by: v1::MetricSubject::Pipeline.into(),
        ranked_value: v1::RankedValue::TargetShare.into(),
        pipeline_id: "pipelines/1".into(),
        team_id: "teams/9".into(),
        subject_id: "members/99".into(),
        ..Default::default()
    };
    let error = fixture
        .metrics()
        .query_leaderboard(request)
        .await
        .unwrap_err();
    let mut wrong = fields(&error);
    wrong.sort();
    assert_eq!(
        wrong,
        [
            "by",
            "cycle",
            "metric",
            "pipeline_id",
            "subject_id",
            "team_id"
        ]
    );
}

#[tokio::test]
async fn income_from_rewards_is_of_no_metric_and_no_pipeline() {
    let fixture = Fixture::start().await;
    let request = v1::QueryLeaderboardRequest {
        ranked_value: v1::RankedValue::RewardIncome.into(),
        unit: v1::RewardUnit::Points.into(),
        cycle: "today".into(),
        ..Default::default()
    };
    let nobody = query(&fixture, request.clone()).await;
    assert_eq!((nobody.rows.len(), nobody.total_size), (0, 0));
    let request = v1::QueryLeaderboardRequest {
        metric: "NEW".into(),
        pipeline_id: "pipelines/1".into(),
        ..request
    };
    let error = fixture
        .metrics()
        .query_leaderboard(request)
        .await
        .unwrap_err();
    let mut wrong = fields(&error);
    wrong.sort();
    assert_eq!(wrong, ["metric", "pipeline_id"]);
}
