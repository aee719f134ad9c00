//! Leaderboards between API and domain.

use sluice_domain::{
    MemberId, TeamId, Timestamp,
    leaderboard::{
        Board, Contenders, LeaderboardQuery, LeaderboardRow, Neighbour, Ranked, joined_within,
        left_within,
    },
    metric::{Grouping, MetricSubject, all_time},
};
use sluice_proto::v1;

use super::{
    Call, Fields, goal,
    metric::{
        existing_pipeline, minor, read_grouping, required_metric, small, subject_id, subject_name,
    },
    scheme::read_unit,
    scope,
    value::{count, time},
};
use crate::grpc::{page::Cut, status::Refusal};

/// Reads QueryLeaderboard: what is ranked, and who is asked about.
///
/// # Errors
/// All that is wrong with it.
pub fn query(
    request: &v1::QueryLeaderboardRequest,
    call: &Call,
) -> Result<(LeaderboardQuery, Option<MetricSubject>), Refusal> {
    let mut fields = Fields::under("");
    let by = match read_grouping(&mut fields, request.by) {
        None | Some(Grouping::Member) => Contenders::Members,
        Some(Grouping::Team) => Contenders::Teams,
        Some(Grouping::Pipeline | Grouping::Workspace) => {
            fields.invalid("by", "members or teams are ranked");
            Contenders::Members
        }
    };
    let window = scope::window(&mut fields, "cycle", &request.cycle, call, call.now);
    let query = LeaderboardQuery {
        ranked: read_ranked(&mut fields, request, call),
        window: window.unwrap_or(all_time()),
        by,
        within: scope::existing::<TeamId>(&mut fields, call, "team_id", &request.team_id),
        pipeline: existing_pipeline(&mut fields, &request.pipeline_id, call),
        by_todays_team: request.by_todays_team,
    };
    let own = own_subject(&mut fields, &request.subject_id, by, call);
    fields.finish((query, own))
}

fn read_ranked(fields: &mut Fields, request: &v1::QueryLeaderboardRequest, call: &Call) -> Ranked {
    let value = fields.enumeration("ranked_value", request.ranked_value);
    let by_metric = matches!(
        value,
        v1::RankedValue::Unspecified | v1::RankedValue::Metric
    );
    if !by_metric && !request.pipeline_id.is_empty() {
        fields.invalid(
            "pipeline_id",
            "targets and rewards are of all pipelines: leave it out",
        );
    }
    if value == v1::RankedValue::RewardIncome {
        if !request.metric.is_empty() {
            fields.invalid("metric", "rewards are of all metrics: leave it out");
        }
        let unit = read_unit(fields, request.unit, call.currency());
        return Ranked::RewardIncome { unit };
    }
    let metric = required_metric(fields, &request.metric);
    let measure = goal::read_measure(fields, request.measure, metric);
    if by_metric {
        return Ranked::Metric { metric, measure };
    }
    if request.cycle.is_empty() {
        fields.invalid("cycle", "a target is for a cycle: name one");
    }
    Ranked::TargetShare { metric, measure }
}

/// Who is asked about: who is named, or the caller; of teams the caller's.
fn own_subject(
    fields: &mut Fields,
    named: &str,
    by: Contenders,
    call: &Call,
) -> Option<MetricSubject> {
    let caller = call.actor.member;
    match by {
        Contenders::Members => {
            let named = scope::existing::<MemberId>(fields, call, "subject_id", named);
            let id = named.or(caller)?;
            Some(MetricSubject::Member(Some(id)))
        }
        Contenders::Teams => {
            let named = scope::existing::<TeamId>(fields, call, "subject_id", named);
            let id = named.or_else(|| call.state.member(caller?)?.team)?;
            Some(MetricSubject::Team(Some(id)))
        }
    }
}

/// Writes a page of a board, and where somebody stands on it.
pub fn write(
    board: &Board,
    own: Option<MetricSubject>,
    cut: &Cut,
    call: &Call,
) -> v1::QueryLeaderboardResponse {
    let query = board.query();
    let place = |row: &LeaderboardRow| write_row(row, own, query, call);
    let beside = |neighbour: Neighbour| v1::LeaderboardNeighbour {
        row: Some(place(&neighbour.row)),
        gap: neighbour.gap.map(minor),
    };
    let standing = own.map(|own| board.standing(own));
    let (own_row, above, below) = match (standing, own) {
        (Some(standing), Some(own)) => {
            let row = standing.row.as_ref().map(place);
            let row = row.unwrap_or_else(|| unranked(own, query, call));
            (
                Some(row),
                standing.above.map(beside),
                standing.below.map(beside),
            )
        }
        _ => (None, None, None),
    };
    let bounded = (query.window != all_time()).then(|| query.window.instants(&call.state.zone()));
    let (next_page_token, total_size) = cut.close(board.len());
    let rows = board.rows(cut.start, cut.size());
    v1::QueryLeaderboardResponse {
        rows: rows.iter().map(place).collect(),
        next_page_token,
        total_size,
        currency_code: call.currency().code().to_owned(),
        revision: board.revision(),
        compared_date: board
            .compared_with()
            .map(|day| day.to_string())
            .unwrap_or_default(),
        own_row,
        above,
        below,
        start_time: bounded.map(|(start, _)| time(start)),
        end_time: bounded.map(|(_, end)| time(end)),
    }
}

fn write_row(
    row: &LeaderboardRow,
    own: Option<MetricSubject>,
    query: &LeaderboardQuery,
    call: &Call,
) -> v1::LeaderboardRow {
    let is_share = matches!(query.ranked, Ranked::TargetShare { .. });
    v1::LeaderboardRow {
        rank: count(row.rank),
        count: small(row.count),
        amount_minor: minor(row.amount_minor),
        reached_time: (row.reached_at > Timestamp::from_micros(i64::MIN))
            .then(|| time(row.reached_at)),
        value: minor(row.value),
        previous_rank: row.previous_rank.map(count),
        target: row.target,
        share_bp: is_share.then(|| minor(row.value)),
        is_own: own == Some(row.subject),
        ..unranked(row.subject, query, call)
    }
}

/// What is to be said of somebody who has no place.
fn unranked(subject: MetricSubject, query: &LeaderboardQuery, call: &Call) -> v1::LeaderboardRow {
    let state = &call.state;
    let active = match subject {
        MetricSubject::Member(Some(id)) => state.member(id).is_some_and(|member| member.active),
        _ => true,
    };
    v1::LeaderboardRow {
        subject: subject_name(subject, subject.name(state)),
        subject_id: subject_id(subject),
        active,
        joined_time: joined_within(state, subject, query.window).map(time),
        left_time: left_within(state, subject, query.window).map(time),
        is_own: true,
        ..Default::default()
    }
}
