//! Reads leaderboards.

use sluice_proto::v1;
use tonic::Status;

use super::{count, goals::measure};
use crate::client::{Connection, timed};
use crate::report::leaderboard::{Beside, Contest, Leaderboard, RankedValue, Ranking};
use crate::report::{Scope, Who};
use crate::wire::{self, id, who};

/// Places read: more than anybody looks through; the own one is told whatever it is.
const MAX_PLACES: i32 = 200;

/// Who stands where.
pub(super) async fn leaderboard(
    connection: &Connection,
    contest: Contest,
    scope: &Scope,
) -> Result<Leaderboard, Status> {
    let by = if contest.teams {
        v1::MetricSubject::Team
    } else {
        v1::MetricSubject::Member
    };
    let ranked = match contest.ranked {
        RankedValue::Metric => v1::RankedValue::Metric,
        RankedValue::TargetShare => v1::RankedValue::TargetShare,
        RankedValue::RewardIncome => v1::RankedValue::RewardIncome,
    };
    let rewards = contest.ranked == RankedValue::RewardIncome;
    let unit = if contest.money {
        v1::RewardUnit::Money
    } else {
        v1::RewardUnit::Points
    };
    let request = v1::QueryLeaderboardRequest {
        metric: if rewards {
            String::new()
        } else {
            contest.of.metric.word().to_owned()
        },
        unit: unit.into(),
        cycle: scope.cycle.clone(),
        by: by.into(),
        measure: measure(contest.of).into(),
        pipeline_id: scope.pipeline.map(id::pipeline).unwrap_or_default(),
        page_size: MAX_PLACES,
        ranked_value: ranked.into(),
        team_id: match scope.who {
            Who::Team(team) => id::team(team),
            Who::Everyone | Who::Member(_) => String::new(),
        },
        subject_id: match scope.who {
            Who::Member(member) if !contest.teams => id::member(member),
            _ => String::new(),
        },
        ..Default::default()
    };
    let answer = connection
        .metrics()
        .query_leaderboard(timed(request))
        .await?
        .into_inner();
    Ok(Leaderboard {
        contest,
        total: count(answer.total_size),
        compared: answer.compared_date.parse().ok(),
        rows: answer.rows.into_iter().map(place).collect(),
        own: answer.own_row.map(place),
        above: answer.above.and_then(beside),
        below: answer.below.and_then(beside),
    })
}

fn place(row: v1::LeaderboardRow) -> Ranking {
    let instant = |time: &Option<prost_types::Timestamp>| {
        let time = time.as_ref()?;
        Some(wire::micros(Some(time)))
    };
    Ranking {
        who: who(&row.subject_id),
        rank: count(row.rank),
        value: row.value.into(),
        count: row.count.into(),
        amount: row.amount_minor.into(),
        previous: row.previous_rank.map(count),
        joined_us: instant(&row.joined_time),
        left_us: instant(&row.left_time),
        active: row.active,
        target: row.target.map(i128::from),
        reached_us: instant(&row.reached_time),
        own: row.is_own,
        name: row.subject,
    }
}

fn beside(wire: v1::LeaderboardNeighbour) -> Option<Beside> {
    Some(Beside {
        place: place(wire.row?),
        gap: wire.gap.map(i128::from),
    })
}
