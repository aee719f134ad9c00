//! The panel of fairness between API and domain.

use sluice_domain::{
    TeamId,
    fairness::{Fairness, FairnessMember, FairnessQuery, Pattern, PatternKind},
    metric::all_time,
};
use sluice_proto::v1;

use super::{
    Call, Fields,
    metric::minor,
    scheme::{read_unit, write_unit},
    scope,
    value::{Id as _, count, time},
};
use crate::grpc::status::Refusal;

/// The cycle that is looked at when none is named.
const DEFAULT_CYCLE: &str = "this-month";

/// Reads QueryFairness.
///
/// # Errors
/// All that is wrong with it.
pub fn query(request: &v1::QueryFairnessRequest, call: &Call) -> Result<FairnessQuery, Refusal> {
    let mut fields = Fields::under("");
    let cycle = if request.cycle.is_empty() {
        DEFAULT_CYCLE
    } else {
        &request.cycle
    };
    let window = scope::window(&mut fields, "cycle", cycle, call, call.now);
    let query = FairnessQuery {
        window: window.unwrap_or_else(all_time),
        unit: read_unit(&mut fields, request.unit, call.currency()),
        team: scope::existing::<TeamId>(&mut fields, call, "team_id", &request.team_id),
    };
    fields.finish(query)
}

fn small(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

const fn write_kind(kind: PatternKind) -> v1::PatternKind {
    match kind {
        PatternKind::Bounces => v1::PatternKind::Bounces,
        PatternKind::LastHour => v1::PatternKind::LastHour,
        PatternKind::SmallDeals => v1::PatternKind::SmallDeals,
        PatternKind::CloseCheckIns => v1::PatternKind::CloseCheckIns,
        PatternKind::AmountRaised => v1::PatternKind::AmountRaised,
    }
}

fn write_pattern(pattern: &Pattern, call: &Call) -> v1::FairnessPattern {
    let member = call.state.member(pattern.member);
    v1::FairnessPattern {
        kind: write_kind(pattern.kind).into(),
        member_id: pattern.member.write(),
        member: member.map_or_else(String::new, |member| member.name.to_string()),
        count: small(pattern.count),
        usual: small(pattern.usual),
        subject_ids: pattern.subjects.iter().map(|key| key.long()).collect(),
        first_time: Some(time(pattern.first_at)),
        last_time: Some(time(pattern.last_at)),
        amount_minor: minor(pattern.amount_minor),
    }
}

fn write_member(member: FairnessMember) -> v1::FairnessMember {
    v1::FairnessMember {
        member_id: member.member.write(),
        member: member.name.into(),
        earned: member.earned,
        attainment_bp: member.attainment_bp.map(small),
    }
}

/// Writes the panel.
pub fn write(query: &FairnessQuery, fairness: Fairness, call: &Call) -> v1::QueryFairnessResponse {
    let (start, end) = query.window.instants(&call.state.zone());
    let patterns = fairness.patterns.iter();
    v1::QueryFairnessResponse {
        patterns: patterns
            .map(|pattern| write_pattern(pattern, call))
            .collect(),
        without_income: count(fairness.without_income),
        gini_bp: fairness.gini_bp.into(),
        median: fairness.median,
        currency_code: write_unit(query.unit).1,
        start_time: Some(time(start)),
        end_time: Some(time(end)),
        members: fairness.members.into_iter().map(write_member).collect(),
        revision: call.state.revision(),
    }
}
