//! The funnel, and the opportunities behind its figures, between API and domain.

use sluice_domain::{
    Scope, State, Timestamp, Window,
    figure::{Figure, FigureQuery},
    forecast::{Gap, scope_gap},
    funnel::{Funnel, FunnelQuery, FunnelRow, funnel_now, scan},
    time::MICROS_PER_SECOND,
};
use sluice_proto::v1;

use super::{
    Call, Fields,
    metric::minor,
    pipeline::write_kind,
    scope,
    value::{Id as _, time},
};
use crate::grpc::status::Refusal;

/// What GetFunnel asks for.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// The instant; none = now.
    pub as_of: Option<Timestamp>,
    /// Now.
    pub now: Timestamp,
    /// What part of the workspace.
    pub scope: Scope,
    /// The cycle of the conversion.
    pub window: Option<Window>,
    /// The cycle to compare with.
    pub compared: Option<Window>,
}

impl Asked {
    /// The instant of the cycle compared with: its end, or that of the funnel if it is earlier.
    pub fn compared_at(&self, state: &State) -> Option<Timestamp> {
        let (_, end) = self.compared?.instants(&state.zone());
        // The last instant of the cycle: its end belongs to the next one.
        Some(end.plus_micros(-1).min(self.as_of.unwrap_or(self.now)))
    }

    fn query(&self, as_of: Timestamp, window: Option<Window>) -> FunnelQuery {
        FunnelQuery {
            as_of,
            pipeline: self.scope.pipeline,
            owner: self.scope.owner,
            team: self.scope.team,
            window,
        }
    }
}

/// Reads GetFunnel.
///
/// # Errors
/// All that is wrong with it.
pub fn query(
    request: &v1::GetFunnelRequest,
    call: &Call,
    now: Timestamp,
) -> Result<Asked, Refusal> {
    let mut fields = Fields::under("");
    let as_of = fields.optional_time("as_of_time", request.as_of_time);
    let v1::GetFunnelRequest {
        pipeline_id,
        owner_id,
        team_id,
        cycle,
        compare_cycle,
        ..
    } = request;
    let today = as_of.unwrap_or(now);
    let asked = Asked {
        as_of,
        now,
        scope: scope::read(&mut fields, call, pipeline_id, owner_id, team_id),
        window: scope::window(&mut fields, "cycle", cycle, call, today),
        compared: scope::window(&mut fields, "compare_cycle", compare_cycle, call, today),
    };
    fields.finish(asked)
}

/// Writes the funnel of an instant, and that of the cycle compared with.
pub fn write(asked: &Asked, call: &Call, compared: Option<&Call>) -> v1::GetFunnelResponse {
    let as_of = asked.as_of.unwrap_or(asked.now);
    let funnel = write_funnel(asked, call, as_of, asked.window);
    let compared = compared.and_then(|call| {
        let as_of = asked.compared_at(&call.state)?;
        Some(write_funnel(asked, call, as_of, asked.compared))
    });
    v1::GetFunnelResponse {
        rows: funnel.rows.clone(),
        weighted_open_minor: funnel.weighted_open_minor,
        weighted_classic_minor: funnel.weighted_classic_minor,
        currency_code: call.currency().code().to_owned(),
        revision: call.state.revision(),
        funnel: Some(funnel),
        compared,
    }
}

fn write_funnel(
    asked: &Asked,
    call: &Call,
    as_of: Timestamp,
    window: Option<Window>,
) -> v1::Funnel {
    let query = asked.query(as_of, window);
    let Funnel { rows, totals } = if call.state.is_past() {
        scan::funnel(&call.state, &query)
    } else {
        funnel_now(&call.state, &query)
    };
    let instants = window.map(|window| window.instants(&call.state.zone()));
    let gap = window.and_then(|window| scope_gap(&call.state, asked.scope, window, as_of));
    v1::Funnel {
        rows: rows.into_iter().map(write_row).collect(),
        weighted_open_minor: minor(totals.weighted_minor),
        weighted_classic_minor: minor(totals.classic_weighted_minor),
        open_count: count(totals.open_count),
        open_amount_minor: minor(totals.open_amount_minor),
        stalled_count: count(totals.stalled_count),
        stalled_amount_minor: minor(totals.stalled_amount_minor),
        as_of_time: Some(time(as_of)),
        start_time: instants.map(|(start, _)| time(start)),
        end_time: instants.map(|(_, end)| time(end)),
        gap: gap.as_ref().map(write_gap),
    }
}

/// Writes what is missing to a target.
pub fn write_gap(gap: &Gap) -> v1::Gap {
    v1::Gap {
        target_minor: minor(gap.target_minor),
        won_minor: minor(gap.won_minor),
        open_minor: minor(gap.open_minor),
        weighted_minor: minor(gap.weighted_minor),
        gap_minor: minor(gap.gap_minor()),
        coverage_bp: i32::try_from(gap.coverage_bp()).unwrap_or(i32::MAX),
    }
}

fn write_row(row: FunnelRow) -> v1::FunnelRow {
    v1::FunnelRow {
        pipeline: row.pipeline_name,
        pipeline_id: row.pipeline.write(),
        stage: row.stage_name,
        stage_id: row.stage.write(),
        count: count(row.count),
        amount_minor: minor(row.amount_minor),
        weighted_minor: minor(row.weighted_minor),
        median_seconds_in_stage: seconds(row.median_micros_in_stage),
        p90_seconds_in_stage: seconds(row.p90_micros_in_stage),
        conversion_bp: row.conversion_bp.unwrap_or_default().into(),
        entered_count: count(row.entered),
        stalled_count: count(row.stalled_count),
        stalled_amount_minor: minor(row.stalled_amount_minor),
        stage_kind: write_kind(row.kind).into(),
        advanced_count: count(row.advanced),
        stay_count: count(row.visits),
    }
}

/// Reads ListFunnelOpportunities; with it the instant, if one is named.
///
/// # Errors
/// All that is wrong with it.
pub fn figure(
    request: &v1::ListFunnelOpportunitiesRequest,
    call: &Call,
    now: Timestamp,
) -> Result<(FigureQuery, Option<Timestamp>), Refusal> {
    let mut fields = Fields::under("");
    let at = fields.optional_time("as_of_time", request.as_of_time);
    let as_of = at.unwrap_or(now);
    let v1::ListFunnelOpportunitiesRequest {
        pipeline_id,
        owner_id,
        team_id,
        cycle,
        ..
    } = request;
    let stage = fields.optional_id("stage_id", &request.stage_id);
    if let Some(stage) = stage
        && call.state.stage(stage).is_none()
    {
        fields.invalid("stage_id", format!("{} does not exist", request.stage_id));
    }
    let query = FigureQuery {
        figure: read_figure(fields.enumeration("figure", request.figure)),
        as_of,
        scope: scope::read(&mut fields, call, pipeline_id, owner_id, team_id),
        window: scope::window(&mut fields, "cycle", cycle, call, as_of),
        stage,
        reason: request.reason.clone(),
    };
    fields.finish((query, at))
}

const fn read_figure(figure: v1::FunnelFigure) -> Figure {
    match figure {
        v1::FunnelFigure::Unspecified | v1::FunnelFigure::Standing => Figure::Standing,
        v1::FunnelFigure::Stalled => Figure::Stalled,
        v1::FunnelFigure::Entered => Figure::Entered,
        v1::FunnelFigure::Advanced => Figure::Advanced,
        v1::FunnelFigure::Expected => Figure::Expected,
        v1::FunnelFigure::Overdue => Figure::Overdue,
        v1::FunnelFigure::Pushed => Figure::Pushed,
        v1::FunnelFigure::Undated => Figure::Undated,
        v1::FunnelFigure::Won => Figure::Won,
        v1::FunnelFigure::Lost => Figure::Lost,
    }
}

/// A count as the API sends it.
pub fn count(number: u64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Whole seconds, rounded to the nearest; 0 where there is nothing to measure.
pub fn whole_seconds(micros: Option<i64>) -> i64 {
    (micros.unwrap_or_default() + MICROS_PER_SECOND / 2).div_euclid(MICROS_PER_SECOND)
}

fn seconds(micros: Option<i64>) -> i32 {
    i32::try_from(whole_seconds(micros)).unwrap_or(i32::MAX)
}
