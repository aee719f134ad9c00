//! Reads the funnel, the five metrics, and what is behind their figures.

use sluice_proto::v1;
use tonic::Status;

use super::{count, owner_and_team};
use crate::client::{Connection, timed};
use crate::record::SECOND_US;
use crate::report::deals::DealRow;
use crate::report::funnel::{Metric, StageFigures};
use crate::report::scores::ScoreRow;
use crate::report::{Deals, Figure, Funnel, Metrics, Scope, Scores, Who};
use crate::wire::{self, id, number};

/// Deals and score entries read of one list.
const MAX_ROWS: i32 = 1_000;
/// Stuck deals kept: more than any screen shows.
const MAX_STUCK: usize = 100;

/// The stages.
pub(super) async fn funnel(connection: &Connection, scope: &Scope) -> Result<Funnel, Status> {
    let (owner_id, team_id) = owner_and_team(scope.who);
    let request = v1::GetFunnelRequest {
        pipeline_id: scope.pipeline.map(id::pipeline).unwrap_or_default(),
        as_of_time: scope.as_of.map(wire::timestamp),
        owner_id,
        team_id,
        cycle: scope.cycle.clone(),
        compare_cycle: String::new(),
    };
    let answer = connection
        .funnel()
        .get_funnel(timed(request))
        .await?
        .into_inner();
    Ok(Funnel {
        stages: answer.rows.iter().filter_map(stage).collect(),
        weighted: answer.weighted_open_minor.into(),
        classic: answer.weighted_classic_minor.into(),
    })
}

fn stage(row: &v1::FunnelRow) -> Option<StageFigures> {
    let span =
        |seconds: i32| (row.stay_count > 0).then(|| i64::from(seconds).saturating_mul(SECOND_US));
    Some(StageFigures {
        stage_id: number(&row.stage_id)?,
        count: count(row.count),
        amount: row.amount_minor.into(),
        weighted: row.weighted_minor.into(),
        stalled_count: count(row.stalled_count),
        stalled_amount: row.stalled_amount_minor.into(),
        median_us: span(row.median_seconds_in_stage),
        p90_us: span(row.p90_seconds_in_stage),
        entered: count(row.entered_count),
        conversion_bp: (row.entered_count > 0)
            .then(|| u32::try_from(row.conversion_bp).unwrap_or(0)),
    })
}

/// The five metrics of whom the scope says.
pub(super) async fn metrics(connection: &Connection, scope: &Scope) -> Result<Metrics, Status> {
    let (by, subject) = subject(scope.who);
    let request = v1::QueryMetricsRequest {
        cycle: scope.cycle.clone(),
        by: by.into(),
        pipeline_id: scope.pipeline.map(id::pipeline).unwrap_or_default(),
        ..Default::default()
    };
    let answer = connection
        .metrics()
        .query_metrics(timed(request))
        .await?
        .into_inner();
    let mut metrics = Metrics::default();
    for row in answer.rows.iter().filter(|row| row.subject_id == subject) {
        if let Some(metric) = Metric::of_word(&row.metric) {
            metrics.add(metric, row.count.into(), row.amount_minor.into());
        }
    }
    Ok(metrics)
}

fn subject(who: Who) -> (v1::MetricSubject, String) {
    match who {
        Who::Everyone => (v1::MetricSubject::Workspace, String::new()),
        Who::Team(team) => (v1::MetricSubject::Team, id::team(team)),
        Who::Member(member) => (v1::MetricSubject::Member, id::member(member)),
    }
}

/// The stalled deals, the largest first.
pub(super) async fn stuck(connection: &Connection, scope: &Scope) -> Result<Deals, Status> {
    if scope.as_of.is_none() && scope.who == Who::Everyone {
        return stuck_now(connection, scope).await;
    }
    let mut deals = listed(
        connection,
        v1::FunnelFigure::Stalled,
        (String::new(), None),
        scope,
    )
    .await?;
    deals
        .rows
        .sort_by_key(|deal| (std::cmp::Reverse(deal.amount), deal.id));
    deals.rows.truncate(MAX_STUCK);
    Ok(deals)
}

/// The same of everybody and now, which the server has in order already.
async fn stuck_now(connection: &Connection, scope: &Scope) -> Result<Deals, Status> {
    let mut filter = "level>=stalled status:open archived:false".to_owned();
    if let Some(pipeline) = scope.pipeline {
        filter.push_str(&format!(" pipeline:{}", id::pipeline(pipeline)));
    }
    let request = v1::ListOpportunitiesRequest {
        page_size: i32::try_from(MAX_STUCK).unwrap_or(0),
        filter,
        order_by: "amount desc".to_owned(),
        ..Default::default()
    };
    let answer = connection
        .opportunities()
        .list_opportunities(timed(request))
        .await?
        .into_inner();
    Ok(Deals {
        rows: answer.opportunities.into_iter().filter_map(deal).collect(),
        total: count(answer.total_size),
    })
}

/// The deals behind a figure.
pub(super) async fn deals(
    connection: &Connection,
    figure: &Figure,
    scope: &Scope,
) -> Result<Deals, Status> {
    use v1::FunnelFigure as Wire;
    let of = |stage: &u64| (id::stage(*stage), None);
    let all = (String::new(), None);
    let (figure, which) = match figure {
        Figure::Standing(stage) => (Wire::Standing, of(stage)),
        Figure::Stalled(stage) => (Wire::Stalled, of(stage)),
        Figure::Entered(stage) => (Wire::Entered, of(stage)),
        Figure::Expected => (Wire::Expected, all),
        Figure::Overdue => (Wire::Overdue, all),
        Figure::Pushed => (Wire::Pushed, all),
        Figure::Undated => (Wire::Undated, all),
        Figure::Won => (Wire::Won, all),
        Figure::Lost(reason) => (Wire::Lost, (String::new(), Some(reason.clone()))),
    };
    let mut deals = listed(connection, figure, which, scope).await?;
    deals
        .rows
        .sort_by_key(|deal| (std::cmp::Reverse(deal.amount), deal.id));
    Ok(deals)
}

async fn listed(
    connection: &Connection,
    figure: v1::FunnelFigure,
    (stage_id, reason): (String, Option<String>),
    scope: &Scope,
) -> Result<Deals, Status> {
    let (owner_id, team_id) = owner_and_team(scope.who);
    let request = v1::ListFunnelOpportunitiesRequest {
        figure: figure.into(),
        stage_id,
        pipeline_id: scope.pipeline.map(id::pipeline).unwrap_or_default(),
        owner_id,
        team_id,
        cycle: scope.cycle.clone(),
        as_of_time: scope.as_of.map(wire::timestamp),
        reason,
        page_size: MAX_ROWS,
        page_token: String::new(),
    };
    let answer = connection
        .funnel()
        .list_funnel_opportunities(timed(request))
        .await?
        .into_inner();
    Ok(Deals {
        rows: answer.opportunities.into_iter().filter_map(deal).collect(),
        total: count(answer.total_size),
    })
}

fn deal(wire: v1::Opportunity) -> Option<DealRow> {
    let card = wire::card(wire)?;
    Some(DealRow {
        id: card.id,
        amount: card.amount_minor.into(),
        stage_id: card.stage_id,
        owner_id: card.owner_id,
        customer_id: card.customer_id,
        contract_date: card.contract_date,
        stage_entered_us: card.stage_entered_us,
        stage_clock_before_us: card.stage_clock_before_us,
        level: card.level,
        name: card.name,
    })
}

/// The score entries behind a metric.
pub(super) async fn scores(
    connection: &Connection,
    metric: Metric,
    scope: &Scope,
) -> Result<Scores, Status> {
    let (by, subject_id) = subject(scope.who);
    let request = v1::ListScoreEntriesRequest {
        page_size: MAX_ROWS,
        cycle: scope.cycle.clone(),
        metric: metric.word().to_owned(),
        by: by.into(),
        subject_id,
        pipeline_id: scope.pipeline.map(id::pipeline).unwrap_or_default(),
        ..Default::default()
    };
    let answer = connection
        .metrics()
        .list_score_entries(timed(request))
        .await?
        .into_inner();
    let rows: Vec<ScoreRow> = answer
        .score_entries
        .into_iter()
        .filter_map(|entry| {
            Some(ScoreRow {
                id: number(&entry.id)?,
                time: wire::micros(entry.time.as_ref()),
                deal_id: number(&entry.opportunity_id),
                member_id: number(&entry.member_id),
                stage_id: number(&entry.stage_id),
                count: entry.count.into(),
                amount: entry
                    .amount
                    .map_or(0, |amount| i128::from(amount.amount_minor)),
                credited: entry.credited,
                uncredited_reason: entry.uncredited_reason,
            })
        })
        .collect();
    let total = count(answer.total_size).max(u64::try_from(rows.len()).unwrap_or(0));
    Ok(Scores { rows, total })
}
