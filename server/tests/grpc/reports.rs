//! Imports, metrics and the funnel.

use prost_types::Timestamp;
use sluice_proto::v1::{self, funnel_service_client::FunnelServiceClient};

use crate::support::{Fixture, fields, reason};

fn day(days: i64) -> Option<Timestamp> {
    // From 2017-01-02, a Monday, noon.
    Some(Timestamp {
        seconds: 1_483_315_200 + 43_200 + days * 86_400,
        nanos: 0,
    })
}

fn row(
    external_id: &str,
    stages: &[(&str, Option<Timestamp>)],
    amount_minor: i64,
) -> v1::ImportedOpportunity {
    v1::ImportedOpportunity {
        external_id: external_id.into(),
        name: format!("Deal {external_id}"),
        amount: Some(v1::Money {
            amount_minor,
            currency_code: "USD".into(),
        }),
        stages: stages
            .iter()
            .map(|(id, entered_time)| v1::ImportedStage {
                stage_id: (*id).into(),
                entered_time: *entered_time,
            })
            .collect(),
        ..Default::default()
    }
}

#[tokio::test]
async fn imported_deals_count_in_their_own_cycles_and_a_repeat_changes_nothing() {
    let fixture = Fixture::start().await;
    let stages = fixture.stages().await;
    let won = stages
        .iter()
        .find(|stage| stage.kind() == v1::StageKind::Won)
        .unwrap()
        .id
        .clone();
    let first = stages[0].id.clone();
    let request = v1::ImportOpportunitiesRequest {
        opportunities: vec![
            row("x1", &[(&first, day(0)), (&won, day(10))], 500),
            row("x2", &[(&first, day(1))], 300),
        ],
        ..Default::default()
    };
    let imported = fixture
        .imports()
        .import_opportunities(request.clone())
        .await
        .unwrap()
        .into_inner();
    let status: Vec<v1::ImportStatus> = imported
        .results
        .iter()
        .map(v1::ImportResult::status)
        .collect();
    assert_eq!(status, [v1::ImportStatus::Created; 2]);
    assert_eq!(imported.results[0].opportunity_id, "opportunities/1");
    let again = fixture
        .imports()
        .import_opportunities(request)
        .await
        .unwrap()
        .into_inner();
    assert!(
        again
            .results
            .iter()
            .all(|result| result.status() == v1::ImportStatus::Unchanged),
        "{again:?}"
    );
    let query = |cycle: &str| v1::QueryMetricsRequest {
        cycle: cycle.into(),
        ..Default::default()
    };
    let rows = fixture
        .metrics()
        .query_metrics(query("2017-W01"))
        .await
        .unwrap()
        .into_inner();
    let new = rows.rows.iter().find(|row| row.metric == "NEW").unwrap();
    assert_eq!(
        (
            new.count,
            new.amount_minor,
            new.subject.as_str(),
            new.subject_id.as_str()
        ),
        (2, 800, "Acme", "")
    );
    let rows = fixture
        .metrics()
        .query_metrics(query("2017-W02"))
        .await
        .unwrap()
        .into_inner();
    let won = rows.rows.iter().find(|row| row.metric == "WON").unwrap();
    assert_eq!((won.count, won.amount_minor), (1, 500));
    assert_eq!(rows.start_time.unwrap().seconds, 1_483_315_200 + 7 * 86_400);

    let request = v1::ListScoreEntriesRequest {
        metric: "WON".into(),
        page_size: 1,
        ..Default::default()
    };
    let entries = fixture
        .metrics()
        .list_score_entries(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (
            entries.score_entries.len(),
            entries.next_page_token.as_str()
        ),
        (1, "")
    );
    assert!(entries.score_entries[0].imported);

    let mut funnels = FunnelServiceClient::new(fixture.channel.clone());
    let funnel = funnels
        .get_funnel(v1::GetFunnelRequest::default())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (
            funnel.rows[0].stage_id.as_str(),
            funnel.rows[0].count,
            funnel.rows[0].amount_minor
        ),
        (first.as_str(), 1, 300)
    );
    assert_eq!(funnel.rows[0].median_seconds_in_stage, 10 * 86_400);
    assert_eq!(funnel.weighted_open_minor, 30);
    let past = v1::GetFunnelRequest {
        as_of_time: day(5),
        ..Default::default()
    };
    assert_eq!(
        funnels.get_funnel(past).await.unwrap().into_inner().rows[0].count,
        2
    );
}

#[tokio::test]
async fn history_rows_tell_the_stages_of_a_deal() {
    let fixture = Fixture::start().await;
    let stages = fixture.stages().await;
    let entry = |stage: usize, days: i64| v1::ImportedStageEntry {
        external_id: "h1".into(),
        stage_id: stages[stage].id.clone(),
        entered_time: day(days),
        amount: Some(v1::Money {
            amount_minor: 700,
            currency_code: String::new(),
        }),
        ..Default::default()
    };
    let request = v1::ImportHistoryRequest {
        stage_entries: vec![entry(0, 0), entry(1, 2), entry(0, 3)],
        ..Default::default()
    };
    let imported = fixture
        .imports()
        .import_history(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(imported.results.len(), 3);
    let request = v1::ListStageEntriesRequest {
        opportunity_id: imported.results[0].opportunity_id.clone(),
    };
    let entries = fixture
        .opportunities()
        .list_stage_entries(request)
        .await
        .unwrap()
        .into_inner()
        .stage_entries;
    use v1::Movement::{Backward, Created, Forward};
    assert_eq!(
        entries
            .iter()
            .map(v1::StageEntry::movement)
            .collect::<Vec<_>>(),
        [Created, Forward, Backward]
    );
}

#[tokio::test]
async fn bad_rows_are_named_by_their_place() {
    let fixture = Fixture::start().await;
    let stages = fixture.stages().await;
    let good = row("x1", &[(&stages[0].id, day(0))], 1);
    let bad = v1::ImportedOpportunity {
        name: String::new(),
        ..row("x2", &[("S-1", day(0))], 1)
    };
    let unknown_time = row("x3", &[(&stages[0].id, None)], 1);
    let request = v1::ImportOpportunitiesRequest {
        opportunities: vec![good, bad, unknown_time],
        ..Default::default()
    };
    let error = fixture
        .imports()
        .import_opportunities(request)
        .await
        .unwrap_err();
    let found = fields(&error);
    for wanted in [
        "opportunities[1].stages[0].stage_id",
        "opportunities[1].name",
        "opportunities[2].stages",
    ] {
        assert!(found.contains(&wanted.to_owned()), "{wanted} in {found:?}");
    }
    let request = v1::QueryMetricsRequest {
        cycle: "2017-Q5".into(),
        by: 77,
        ..Default::default()
    };
    let error = fixture.metrics().query_metrics(request).await.unwrap_err();
    assert_eq!(
        (reason(&error).as_str(), fields(&error)),
        (
            "INVALID_ARGUMENT",
            vec!["cycle".to_owned(), "by".to_owned()]
        )
    );
}
