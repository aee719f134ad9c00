//! Levels of stagnation between API and domain.

use sluice_domain::{
    Opportunity, OpportunityId, StageId, Stagnation, StagnationLevel, State, Timestamp,
    stalled::{Stalled, StalledBy, StalledQuery},
};
use sluice_proto::v1;

use super::{
    Call, Fields,
    metric::{UNASSIGNED, existing_pipeline, minor},
    value::{Id as _, id_or_empty, money, time},
};
use crate::grpc::status::Refusal;

/// Writes a level.
pub const fn write_level(level: StagnationLevel) -> v1::StagnationLevel {
    match level {
        StagnationLevel::Flowing => v1::StagnationLevel::Unspecified,
        StagnationLevel::Approaching => v1::StagnationLevel::Approaching,
        StagnationLevel::Stalled => v1::StagnationLevel::Stalled,
        StagnationLevel::Critical => v1::StagnationLevel::Critical,
    }
}

/// Writes that an opportunity, which is `after` now, reached a level, or fell below one.
pub fn write_event(
    opportunity: OpportunityId,
    stage: StageId,
    stagnation: Option<Stagnation>,
    after: Option<&Opportunity>,
    state: &State,
) -> v1::OpportunityStagnated {
    let currency = state.workspace().map(|workspace| workspace.currency);
    v1::OpportunityStagnated {
        opportunity_id: opportunity.write(),
        stage_id: stage.write(),
        level: write_level(
            stagnation.map_or(StagnationLevel::Flowing, |stagnation| stagnation.level),
        )
        .into(),
        reached_time: stagnation.map(|stagnation| time(stagnation.since)),
        owner_id: id_or_empty(after.and_then(|after| after.owner)),
        amount: after
            .zip(currency)
            .map(|(after, currency)| money(after.amount_minor, currency)),
    }
}

/// Reads QueryStagnation.
///
/// # Errors
/// All that is wrong with it.
pub fn query(
    request: v1::QueryStagnationRequest,
    call: &Call,
    now: Timestamp,
) -> Result<StalledQuery, Refusal> {
    let mut fields = Fields::under("");
    let query = StalledQuery {
        by: match fields.enumeration("by", request.by) {
            v1::StagnationSubject::Unspecified | v1::StagnationSubject::Stage => StalledBy::Stage,
            v1::StagnationSubject::Owner => StalledBy::Owner,
            v1::StagnationSubject::Team => StalledBy::Team,
            v1::StagnationSubject::Pipeline => StalledBy::Pipeline,
        },
        pipeline: existing_pipeline(&mut fields, &request.pipeline_id, call),
        at: fields
            .optional_time("as_of_time", request.as_of_time)
            .unwrap_or(now),
    };
    fields.finish(query)
}

/// Writes the figures of a query.
pub fn write(figures: Stalled, call: &Call) -> v1::QueryStagnationResponse {
    let count = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
    let rows = figures.rows.iter().map(|row| {
        let (subject_id, subject) = row
            .subject
            .named(&call.state)
            .unwrap_or_else(|| (String::new(), UNASSIGNED.to_owned()));
        v1::StagnationRow {
            subject,
            subject_id,
            stalled_count: count(row.count),
            stalled_amount_minor: minor(row.amount_minor),
        }
    });
    v1::QueryStagnationResponse {
        rows: rows.collect(),
        stalled_count: count(figures.count),
        stalled_amount_minor: minor(figures.amount_minor),
        currency_code: call.currency().code().to_owned(),
        revision: call.state.revision(),
    }
}
