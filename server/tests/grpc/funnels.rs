//! The funnel with its scopes, the forecast, outcomes, differences, the board of an instant, and what is behind a figure.

use sluice_proto::v1::{self, funnel_service_client::FunnelServiceClient};
use tonic::transport::Channel;

use crate::support::{Fixture, fields};

fn funnels(fixture: &Fixture) -> FunnelServiceClient<Channel> {
    FunnelServiceClient::new(fixture.channel.clone())
}

async fn advance(fixture: &Fixture, deal: &v1::Opportunity, stage: &str) -> v1::Opportunity {
    let request = v1::MoveOpportunityRequest {
        id: deal.id.clone(),
        stage_id: stage.to_owned(),
        ..Default::default()
    };
    let answer = fixture.opportunities().move_opportunity(request).await;
    answer.unwrap().into_inner().opportunity.unwrap()
}

#[tokio::test]
async fn the_past_its_difference_to_now_and_every_figure_can_be_asked_for() {
    let fixture = Fixture::start().await;
    let stages = fixture.stages().await;
    let (first, second) = (stages[0].id.clone(), stages[1].id.clone());
    let (deal, other) = (
        fixture.create("deal", 100).await,
        fixture.create("other", 300).await,
    );
    let before = other.create_time;
    let moved = advance(&fixture, &deal, &second).await;
    let lose = v1::LoseOpportunityRequest {
        id: other.id.clone(),
        reason: "Too dear".into(),
        ..Default::default()
    };
    fixture
        .opportunities()
        .lose_opportunity(lose)
        .await
        .unwrap();
    let mut client = funnels(&fixture);

    let request = v1::GetBoardAtRequest {
        as_of_time: before,
        page_size: 1,
        order_by: "amount desc".into(),
        ..Default::default()
    };
    let page = client
        .get_board_at(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!((page.pipelines.len(), page.total_size), (1, 2));
    assert_eq!(page.opportunities[0].stage_id, first);
    assert_eq!(page.opportunities[0].loss_reason, "");
    let rest = v1::GetBoardAtRequest {
        page_token: page.next_page_token,
        ..request
    };
    let rest = client.get_board_at(rest).await.unwrap().into_inner();
    assert_eq!(rest.opportunities[0].id, deal.id);
    assert_eq!(rest.opportunities[0].stage_id, first);
    assert_eq!(
        (rest.pipelines.len(), rest.next_page_token.as_str()),
        (0, "")
    );

    let request = v1::GetPipelineDifferenceRequest {
        from_time: before,
        page_size: 1,
        ..Default::default()
    };
    let page = client
        .get_pipeline_difference(request.clone())
        .await
        .unwrap()
        .into_inner();
    let lines: Vec<_> = page
        .lines
        .iter()
        .map(|line| (line.kind(), line.count))
        .collect();
    assert_eq!(
        lines,
        [
            (v1::DifferenceKind::MovedForward, 1),
            (v1::DifferenceKind::Lost, 1)
        ]
    );
    assert_eq!(page.items[0].opportunity_id, deal.id);
    assert_eq!(page.items[0].to_stage_id, moved.stage_id);
    let (open, left) = (page.before.unwrap(), page.after.unwrap());
    assert_eq!((open.amount_minor, left.amount_minor), (400, 100));
    let rest = v1::GetPipelineDifferenceRequest {
        page_token: page.next_page_token,
        ..request
    };
    let rest = client
        .get_pipeline_difference(rest)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(rest.items[0].opportunity_id, other.id);

    let outcomes = client
        .get_outcomes(v1::GetOutcomesRequest::default())
        .await
        .unwrap()
        .into_inner();
    assert_eq!((outcomes.won_count, outcomes.lost_count), (0, 1));
    assert_eq!(outcomes.reasons[0].reason, "Too dear");
    assert_eq!(outcomes.reasons[0].stages[0].stage_id, first);

    let behind = |figure: v1::FunnelFigure, stage_id: &str| {
        let request = v1::ListFunnelOpportunitiesRequest {
            figure: figure.into(),
            stage_id: stage_id.to_owned(),
            ..Default::default()
        };
        let mut client = client.clone();
        async move {
            let answer = client.list_funnel_opportunities(request).await;
            let answer = answer.unwrap().into_inner();
            let names = answer.opportunities.into_iter().map(|own| own.name);
            names.collect::<Vec<String>>()
        }
    };
    assert_eq!(behind(v1::FunnelFigure::Standing, &second).await, ["deal"]);
    assert_eq!(behind(v1::FunnelFigure::Standing, "").await, ["deal"]);
    assert_eq!(
        behind(v1::FunnelFigure::Entered, &first).await,
        ["deal", "other"]
    );
    assert_eq!(behind(v1::FunnelFigure::Advanced, &first).await, ["deal"]);
    assert_eq!(behind(v1::FunnelFigure::Lost, &first).await, ["other"]);
    assert_eq!(behind(v1::FunnelFigure::Expected, "").await, ["deal"]);
    assert!(behind(v1::FunnelFigure::Stalled, "").await.is_empty());

    let year = &deal.expected_contract_date[..4];
    let request = v1::GetForecastRequest {
        cycle: year.to_owned(),
        ..Default::default()
    };
    let forecast = client.get_forecast(request).await.unwrap().into_inner();
    assert_eq!(forecast.rows.len(), 12);
    assert_eq!(forecast.total.unwrap().open_minor, 100);
    // Qualified at 30 %.
    assert_eq!(forecast.weighted_open_minor, 30);

    let request = v1::GetFunnelRequest {
        cycle: "this-year".into(),
        compare_cycle: "last-year".into(),
        ..Default::default()
    };
    let funnel = client.get_funnel(request).await.unwrap().into_inner();
    let (now, then) = (funnel.funnel.unwrap(), funnel.compared.unwrap());
    assert_eq!((now.open_count, now.open_amount_minor), (1, 100));
    assert_eq!(now.rows[0].entered_count, 2);
    assert_eq!((then.open_count, now.gap), (0, None));
}

#[tokio::test]
async fn scopes_and_cycles_that_mean_nothing_are_all_named() {
    let fixture = Fixture::start().await;
    let request = v1::GetFunnelRequest {
        pipeline_id: "pipelines/99".into(),
        owner_id: "M-1".into(),
        team_id: "teams/99".into(),
        cycle: "sometime".into(),
        compare_cycle: "2017-13".into(),
        ..Default::default()
    };
    let refused = funnels(&fixture).get_funnel(request).await.unwrap_err();
    assert_eq!(
        fields(&refused),
        [
            "pipeline_id",
            "owner_id",
            "team_id",
            "cycle",
            "compare_cycle"
        ]
    );
    let backwards = v1::GetPipelineDifferenceRequest {
        from_time: Some(prost_types::Timestamp {
            seconds: 1_500_000_000,
            nanos: 0,
        }),
        to_time: Some(prost_types::Timestamp {
            seconds: 1_400_000_000,
            nanos: 0,
        }),
        ..Default::default()
    };
    let refused = funnels(&fixture)
        .get_pipeline_difference(backwards)
        .await
        .unwrap_err();
    assert_eq!(fields(&refused), ["from_time"]);
}
