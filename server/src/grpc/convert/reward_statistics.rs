//! Statistics of rewards between API and domain.

use sluice_domain::{
    EntityKey, SchemeId, TeamId,
    reward_statistics::{
        RewardGrouping, RewardStatistics, RewardStatisticsQuery, RewardStatisticsRow, RewardSubject,
    },
};
use sluice_proto::v1;

use super::{
    Call, Fields,
    metric::{UNASSIGNED, minor},
    scheme::{read_unit, write_unit},
    scope,
    value::time,
};
use crate::grpc::status::Refusal;

/// Reads QueryRewardStatistics.
///
/// # Errors
/// All that is wrong with it.
pub fn query(
    request: &v1::QueryRewardStatisticsRequest,
    call: &Call,
) -> Result<RewardStatisticsQuery, Refusal> {
    let mut fields = Fields::under("");
    let by = match fields.enumeration("by", request.by) {
        v1::RewardGrouping::Unspecified | v1::RewardGrouping::Scheme => RewardGrouping::Scheme,
        v1::RewardGrouping::Member => RewardGrouping::Member,
        v1::RewardGrouping::Team => RewardGrouping::Team,
        v1::RewardGrouping::Cycle => RewardGrouping::Cycle,
        v1::RewardGrouping::Workspace => RewardGrouping::Workspace,
    };
    let query = RewardStatisticsQuery {
        window: scope::window(&mut fields, "cycle", &request.cycle, call, call.now),
        by,
        unit: read_unit(&mut fields, request.unit, call.currency()),
        scheme: scope::existing::<SchemeId>(&mut fields, call, "scheme_id", &request.scheme_id),
        team: scope::existing::<TeamId>(&mut fields, call, "team_id", &request.team_id),
    };
    fields.finish(query)
}

fn write_row(row: RewardStatisticsRow) -> v1::RewardStatisticsRow {
    let subject_id = match row.subject {
        RewardSubject::Scheme(id) => EntityKey::from(id).long(),
        RewardSubject::Member(id) => EntityKey::from(id).long(),
        RewardSubject::Team(Some(id)) => EntityKey::from(id).long(),
        RewardSubject::Team(None) | RewardSubject::Workspace | RewardSubject::Cycle(_) => {
            String::new()
        }
    };
    let subject = match row.subject {
        RewardSubject::Team(None) => UNASSIGNED.to_owned(),
        _ => row.name,
    };
    let sums = row.sums;
    v1::RewardStatisticsRow {
        subject,
        subject_id,
        count: i32::try_from(sums.count).unwrap_or(i32::MAX),
        issued: minor(sums.issued),
        claimed: minor(sums.claimed),
        expired: minor(sums.expired),
        reversed: minor(sums.reversed),
        open: minor(sums.open),
        unfunded: minor(sums.unfunded),
        packets_sent: minor(sums.packets_sent),
        packets_received: minor(sums.packets_received),
        won_amount_minor: minor(row.won_amount_minor),
    }
}

/// Writes the sums.
pub fn write(
    query: &RewardStatisticsQuery,
    found: RewardStatistics,
    call: &Call,
) -> v1::QueryRewardStatisticsResponse {
    let zone = call.state.zone();
    let instants = query.window.map(|window| window.instants(&zone));
    v1::QueryRewardStatisticsResponse {
        rows: found.rows.into_iter().map(write_row).collect(),
        total: Some(write_row(found.total)),
        cost_bp: found
            .cost_bp
            .map(|cost| i32::try_from(cost).unwrap_or(i32::MAX)),
        currency_code: write_unit(query.unit).1,
        start_time: instants.map(|(start, _)| time(start)),
        end_time: instants.map(|(_, end)| time(end)),
        revision: call.state.revision(),
    }
}
