//! The forecast between API and domain.

use sluice_domain::{
    Timestamp, Window,
    cycle::{CycleUnit, window_of},
    forecast::{ForecastQuery, ForecastRow, forecast_now},
};
use sluice_proto::v1;

use super::{
    Call, Fields,
    funnel::{count, write_gap},
    metric::minor,
    scope,
};
use crate::grpc::status::Refusal;

/// Reads GetForecast; with it the instant, if one is named.
///
/// # Errors
/// All that is wrong with it.
pub fn query(
    request: &v1::GetForecastRequest,
    call: &Call,
    now: Timestamp,
) -> Result<(ForecastQuery, Option<Timestamp>), Refusal> {
    let mut fields = Fields::under("");
    let at = fields.optional_time("as_of_time", request.as_of_time);
    let as_of = at.unwrap_or(now);
    let v1::GetForecastRequest {
        pipeline_id,
        owner_id,
        team_id,
        cycle,
        ..
    } = request;
    let this_year = || window_of(CycleUnit::Year, call.state.zone().date_of(as_of));
    let window = scope::window(&mut fields, "cycle", cycle, call, as_of);
    let query = ForecastQuery {
        as_of,
        scope: scope::read(&mut fields, call, pipeline_id, owner_id, team_id),
        window: window.unwrap_or_else(this_year),
    };
    if query.window.days() > MAX_FORECAST_DAYS {
        let text = format!("must not be longer than {MAX_FORECAST_DAYS} days");
        fields.invalid("cycle", text);
    }
    fields.finish((query, at))
}

/// Days of the longest forecast: ten years of months.
const MAX_FORECAST_DAYS: i32 = 3_660;

/// Writes the forecast of a call's state.
pub fn write(query: &ForecastQuery, call: &Call) -> v1::GetForecastResponse {
    let forecast = forecast_now(&call.state, query);
    v1::GetForecastResponse {
        rows: forecast
            .rows
            .iter()
            .map(|row| write_row(row, month(row.days)))
            .collect(),
        total: Some(write_row(&forecast.total, String::new())),
        start_date: query.window.start.to_string(),
        end_date: query.window.end.to_string(),
        weighted_open_minor: minor(forecast.weighted_minor),
        weighted_classic_minor: minor(forecast.classic_weighted_minor),
        currency_code: call.currency().code().to_owned(),
        revision: call.state.revision(),
    }
}

/// "2026-11"
fn month(days: Option<Window>) -> String {
    let mut text = days.map_or_else(String::new, |days| days.start.to_string());
    text.truncate("2026-11".len());
    text
}

fn write_row(row: &ForecastRow, month: String) -> v1::ForecastRow {
    v1::ForecastRow {
        month,
        won_count: i32::try_from(row.won_count).unwrap_or(i32::MAX),
        won_minor: minor(row.won_minor),
        open_count: count(row.open_count),
        open_minor: minor(row.open_minor),
        weighted_minor: minor(row.weighted_minor),
        overdue_count: count(row.overdue_count),
        overdue_minor: minor(row.overdue_minor),
        pushed_count: count(row.pushed_count),
        push_count: count(row.push_count),
        gap: row.gap.as_ref().map(write_gap),
    }
}
