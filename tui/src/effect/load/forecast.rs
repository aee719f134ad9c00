//! Reads the forecast, what became of closed deals, and what happened between two instants.

use sluice_proto::v1;
use tonic::Status;

use super::{count, owner_and_team};
use crate::client::{Connection, timed};
use crate::record::{Micros, SECOND_US};
use crate::report::changes::{ChangeItem, ChangeKind, ChangeLine, Stock};
use crate::report::forecast::{Bucket, MonthRow, Reason};
use crate::report::{Changes, Forecast, Outcomes, Outlook, Scope};
use crate::wire::{self, id, number};

/// Things that happened, read of one difference.
const MAX_ITEMS: i32 = 1_000;

async fn read(connection: &Connection, scope: &Scope) -> Result<v1::GetForecastResponse, Status> {
    let (owner_id, team_id) = owner_and_team(scope.who);
    let request = v1::GetForecastRequest {
        pipeline_id: scope.pipeline.map(id::pipeline).unwrap_or_default(),
        owner_id,
        team_id,
        cycle: scope.cycle.clone(),
        as_of_time: scope.as_of.map(wire::timestamp),
    };
    let answer = connection.funnel().get_forecast(timed(request)).await?;
    Ok(answer.into_inner())
}

/// Target, won, open, weighted and gap of a cycle.
pub(super) async fn outlook(connection: &Connection, scope: &Scope) -> Result<Outlook, Status> {
    let total = read(connection, scope).await?.total.unwrap_or_default();
    let gap = total.gap.as_ref();
    Ok(Outlook {
        target: gap.map(|gap| gap.target_minor.into()),
        won: total.won_minor.into(),
        open: total.open_minor.into(),
        weighted: total.weighted_minor.into(),
        gap: gap.map(|gap| gap.gap_minor.into()),
        coverage_bp: gap.map(|gap| gap.coverage_bp.into()),
    })
}

/// The months of a cycle.
pub(super) async fn forecast(connection: &Connection, scope: &Scope) -> Result<Forecast, Status> {
    let answer = read(connection, scope).await?;
    Ok(Forecast {
        months: answer.rows.into_iter().map(month).collect(),
        total: month(answer.total.unwrap_or_default()),
        weighted: answer.weighted_open_minor.into(),
        classic: answer.weighted_classic_minor.into(),
    })
}

fn month(row: v1::ForecastRow) -> MonthRow {
    MonthRow {
        month: row.month,
        won: row.won_minor.into(),
        won_count: count(row.won_count),
        open: row.open_minor.into(),
        open_count: count(row.open_count),
        weighted: row.weighted_minor.into(),
        overdue: row.overdue_minor.into(),
        overdue_count: count(row.overdue_count),
        pushed_count: count(row.pushed_count),
        push_count: count(row.push_count),
        gap: row.gap.as_ref().map(|gap| gap.gap_minor.into()),
        target: row.gap.as_ref().map(|gap| gap.target_minor.into()),
    }
}

/// What became of the deals closed in a cycle.
pub(super) async fn outcomes(connection: &Connection, scope: &Scope) -> Result<Outcomes, Status> {
    let (owner_id, team_id) = owner_and_team(scope.who);
    let request = v1::GetOutcomesRequest {
        pipeline_id: scope.pipeline.map(id::pipeline).unwrap_or_default(),
        owner_id,
        team_id,
        cycle: scope.cycle.clone(),
        as_of_time: scope.as_of.map(wire::timestamp),
    };
    let answer = connection
        .funnel()
        .get_outcomes(timed(request))
        .await?
        .into_inner();
    let length = answer.won_length.unwrap_or_default();
    let span = |seconds: i64| (length.count > 0).then(|| seconds.saturating_mul(SECOND_US));
    Ok(Outcomes {
        won_count: count(answer.won_count),
        won: answer.won_minor.into(),
        lost_count: count(answer.lost_count),
        lost: answer.lost_minor.into(),
        win_rate_bp: answer.win_rate_bp.into(),
        reasons: answer
            .reasons
            .into_iter()
            .map(|reason| Reason {
                words: reason.reason,
                count: count(reason.count),
                amount: reason.amount_minor.into(),
            })
            .collect(),
        median_us: span(length.median_seconds),
        p90_us: span(length.p90_seconds),
        lengths: length
            .buckets
            .iter()
            .map(|bucket| Bucket {
                from_days: count(bucket.from_days),
                to_days: count(bucket.to_days),
                count: count(bucket.count),
            })
            .collect(),
    })
}

/// What happened between two instants.
pub(super) async fn changes(
    connection: &Connection,
    from: Micros,
    to: Option<Micros>,
    scope: &Scope,
) -> Result<Changes, Status> {
    let (owner_id, team_id) = owner_and_team(scope.who);
    let request = v1::GetPipelineDifferenceRequest {
        from_time: Some(wire::timestamp(from)),
        to_time: to.map(wire::timestamp),
        pipeline_id: scope.pipeline.map(id::pipeline).unwrap_or_default(),
        owner_id,
        team_id,
        page_size: MAX_ITEMS,
        ..Default::default()
    };
    let answer = connection
        .funnel()
        .get_pipeline_difference(timed(request))
        .await?
        .into_inner();
    let lines = answer.lines.iter().filter_map(|line| {
        Some(ChangeLine {
            kind: kind(line.kind())?,
            count: count(line.count),
            amount: line.amount_minor.into(),
        })
    });
    Ok(Changes {
        lines: lines.collect(),
        items: answer.items.into_iter().filter_map(item).collect(),
        before: stock(answer.before.unwrap_or_default()),
        after: stock(answer.after.unwrap_or_default()),
    })
}

fn item(item: v1::DifferenceItem) -> Option<ChangeItem> {
    Some(ChangeItem {
        kind: kind(item.kind())?,
        deal_id: number(&item.opportunity_id)?,
        time: item.time.as_ref().map(|time| wire::micros(Some(time))),
        amount: item.amount_minor.into(),
        from_stage: number(&item.from_stage_id),
        to_stage: number(&item.to_stage_id),
        name: item.name,
        before: item.before,
        after: item.after,
    })
}

fn stock(stock: v1::OpenStock) -> Stock {
    Stock {
        count: count(stock.count),
        amount: stock.amount_minor.into(),
        weighted: stock.weighted_minor.into(),
        stalled_count: count(stock.stalled_count),
        stalled_amount: stock.stalled_amount_minor.into(),
    }
}

fn kind(kind: v1::DifferenceKind) -> Option<ChangeKind> {
    use v1::DifferenceKind as Wire;
    Some(match kind {
        Wire::Unspecified => return None,
        Wire::Created => ChangeKind::Created,
        Wire::MovedForward => ChangeKind::Forward,
        Wire::MovedBackward => ChangeKind::Backward,
        Wire::Stalled => ChangeKind::Stalled,
        Wire::Won => ChangeKind::Won,
        Wire::Lost => ChangeKind::Lost,
        Wire::Reopened => ChangeKind::Reopened,
        Wire::AmountRaised => ChangeKind::Raised,
        Wire::AmountLowered => ChangeKind::Lowered,
        Wire::DatePushed => ChangeKind::Pushed,
        Wire::DatePulledIn => ChangeKind::PulledIn,
        Wire::OwnerChanged => ChangeKind::Owner,
        Wire::Archived => ChangeKind::Archived,
        Wire::Restored => ChangeKind::Restored,
    })
}
