//! What became of closed opportunities, between API and domain.

use sluice_domain::{
    Timestamp,
    outcome::{Lengths, LossReason, OutcomeQuery, Outcomes, outcomes_now},
};
use sluice_proto::v1;

use super::{
    Call, Fields,
    funnel::{count, whole_seconds},
    metric::minor,
    scope,
    value::id_or_empty,
};
use crate::grpc::status::Refusal;

/// Reads GetOutcomes; with it the instant, if one is named.
///
/// # Errors
/// All that is wrong with it.
pub fn query(
    request: &v1::GetOutcomesRequest,
    call: &Call,
    now: Timestamp,
) -> Result<(OutcomeQuery, Option<Timestamp>), Refusal> {
    let mut fields = Fields::under("");
    let at = fields.optional_time("as_of_time", request.as_of_time);
    let as_of = at.unwrap_or(now);
    let v1::GetOutcomesRequest {
        pipeline_id,
        owner_id,
        team_id,
        cycle,
        ..
    } = request;
    let query = OutcomeQuery {
        as_of,
        scope: scope::read(&mut fields, call, pipeline_id, owner_id, team_id),
        window: scope::window(&mut fields, "cycle", cycle, call, as_of),
    };
    fields.finish((query, at))
}

/// Writes the outcomes of a call's state.
pub fn write(query: &OutcomeQuery, call: &Call) -> v1::GetOutcomesResponse {
    let outcomes: Outcomes = outcomes_now(&call.state, query);
    v1::GetOutcomesResponse {
        won_count: count(outcomes.won.count),
        won_minor: minor(outcomes.won.amount_minor),
        lost_count: count(outcomes.lost.count),
        lost_minor: minor(outcomes.lost.amount_minor),
        win_rate_bp: outcomes.win_rate_bp().unwrap_or_default().into(),
        win_rate_by_amount_bp: outcomes.win_rate_by_amount_bp().unwrap_or_default().into(),
        reasons: outcomes
            .reasons
            .iter()
            .map(|reason| write_reason(reason, call))
            .collect(),
        won_length: Some(write_lengths(&outcomes.won_lengths)),
        lost_length: Some(write_lengths(&outcomes.lost_lengths)),
        currency_code: call.currency().code().to_owned(),
        revision: call.state.revision(),
    }
}

fn write_reason(reason: &LossReason, call: &Call) -> v1::LossReason {
    let stages = reason.stages.iter().map(|(stage, sum)| {
        let name = stage.and_then(|id| call.state.stage(id));
        v1::LossFromStage {
            stage_id: id_or_empty(*stage),
            stage: name.map_or_else(String::new, |(_, stage)| stage.name.to_string()),
            count: count(sum.count),
            amount_minor: minor(sum.amount_minor),
        }
    });
    v1::LossReason {
        reason: reason.reason.to_string(),
        count: count(reason.sum.count),
        amount_minor: minor(reason.sum.amount_minor),
        stages: stages.collect(),
    }
}

fn write_lengths(lengths: &Lengths) -> v1::CycleLength {
    let days = |days: u32| i32::try_from(days).unwrap_or(i32::MAX);
    let buckets = lengths
        .buckets
        .iter()
        .map(|(from, to, number)| v1::LengthBucket {
            from_days: days(*from),
            to_days: days(to.unwrap_or_default()),
            count: count(*number),
        });
    v1::CycleLength {
        count: count(lengths.count),
        median_seconds: whole_seconds(lengths.median_micros),
        p90_seconds: whole_seconds(lengths.p90_micros),
        buckets: buckets.collect(),
    }
}
