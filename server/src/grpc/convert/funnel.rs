//! The funnel between API and domain.

use sluice_domain::{
    Timestamp,
    funnel::{Funnel, FunnelQuery, FunnelRow},
    time::MICROS_PER_SECOND,
};
use sluice_proto::v1;

use super::{
    Call, Fields,
    metric::{existing_pipeline, minor},
    pipeline::write_kind,
    value::Id as _,
};
use crate::grpc::status::Refusal;

/// Reads GetFunnel.
///
/// # Errors
/// All that is wrong with it.
pub fn query(
    request: v1::GetFunnelRequest,
    call: &Call,
    now: Timestamp,
) -> Result<FunnelQuery, Refusal> {
    let mut fields = Fields::under("");
    let query = FunnelQuery {
        pipeline: existing_pipeline(&mut fields, &request.pipeline_id, call),
        ..FunnelQuery::at(
            fields
                .optional_time("as_of_time", request.as_of_time)
                .unwrap_or(now),
        )
    };
    fields.finish(query)
}

/// Writes a funnel.
pub fn write(funnel: Funnel, call: &Call) -> v1::GetFunnelResponse {
    v1::GetFunnelResponse {
        rows: funnel.rows.into_iter().map(write_row).collect(),
        weighted_open_minor: minor(funnel.totals.weighted_minor),
        weighted_classic_minor: minor(funnel.totals.classic_weighted_minor),
        currency_code: call.currency().code().to_owned(),
        revision: call.state.revision(),
        funnel: None,
        compared: None,
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

fn count(number: u64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Whole seconds, rounded to the nearest; 0 where there was no completed stay.
fn seconds(micros: Option<i64>) -> i32 {
    let rounded =
        (micros.unwrap_or_default() + MICROS_PER_SECOND / 2).div_euclid(MICROS_PER_SECOND);
    i32::try_from(rounded).unwrap_or(i32::MAX)
}
