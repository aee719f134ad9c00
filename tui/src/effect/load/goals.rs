//! Reads goals and how far they are reached.

use sluice_proto::v1;
use tonic::Status;

use crate::client::{Connection, refusal, timed};
use crate::message::Refusal;
use crate::report::funnel::Metric;
use crate::report::goals::{Goal, GoalPlace};
use crate::report::lens::Cycle;
use crate::report::outlook::Pace;
use crate::report::{GoalMetric, Goals, Progress, Scope, Standing, Who};
use crate::wire::{id, number, who};

/// Goals read of one grid.
const MAX_GOALS: i32 = 1_000;

async fn list(
    connection: &Connection,
    request: v1::ListGoalProgressRequest,
) -> Result<Vec<v1::GoalProgress>, Status> {
    let answer = connection
        .goals()
        .list_goal_progress(timed(v1::ListGoalProgressRequest {
            page_size: MAX_GOALS,
            ..request
        }))
        .await?;
    Ok(answer.into_inner().progress)
}

/// All goals of one kind within a cycle.
pub(super) async fn goals(
    connection: &Connection,
    of: GoalMetric,
    cycle: &str,
) -> Result<Goals, Status> {
    let request = v1::ListGoalProgressRequest {
        within_cycle: cycle.to_owned(),
        metric: of.metric.word().to_owned(),
        measure: measure(of).into(),
        ..Default::default()
    };
    let rows = list(connection, request).await?;
    Ok(Goals {
        rows: rows.into_iter().filter_map(goal).collect(),
    })
}

/// Where a goal stands in the grid.
pub(in crate::effect) async fn place_of_goal(
    connection: &Connection,
    number: u64,
) -> Result<GoalPlace, Refusal> {
    let request = v1::GetGoalRequest {
        id: format!("goals/{number}"),
    };
    let answer = connection.goals().get_goal(timed(request)).await;
    let answer = answer.map_err(|status| refusal(&status))?;
    let goal = answer.into_inner().goal.unwrap_or_default();
    let metric = Metric::of_word(&goal.metric);
    let place = metric
        .zip(Cycle::parse(&goal.cycle))
        .map(|(metric, cycle)| {
            let of = GoalMetric {
                metric,
                by_count: goal.measure() == v1::GoalMeasure::Count,
            };
            GoalPlace {
                of,
                who: who(&goal.subject_id),
                cycle,
            }
        });
    // Only a newer server has metrics or cycles that cannot be read here.
    place.ok_or_else(|| refusal(&Status::data_loss("this version cannot show that goal")))
}

/// What goals of this kind count.
pub(in crate::effect) fn measure(of: GoalMetric) -> v1::GoalMeasure {
    if of.is_count() {
        v1::GoalMeasure::Count
    } else {
        v1::GoalMeasure::Amount
    }
}

fn pace(pace: v1::GoalPace) -> Pace {
    match pace {
        v1::GoalPace::Unspecified | v1::GoalPace::NotStarted => Pace::NotStarted,
        v1::GoalPace::OnTrack => Pace::OnTrack,
        v1::GoalPace::AtRisk => Pace::AtRisk,
        v1::GoalPace::Behind => Pace::Behind,
    }
}

fn goal(wire: v1::GoalProgress) -> Option<Goal> {
    let pace = pace(wire.pace());
    let goal = wire.goal?;
    Some(Goal {
        id: number(&goal.id)?,
        who: who(&goal.subject_id),
        cycle: goal.cycle,
        target: goal.target.into(),
        parent_id: number(&goal.parent_id),
        weight: goal.weight,
        locked: goal.locked,
        done: wire.value.into(),
        expected: wire.expected_value.into(),
        pace,
        previous: wire.previous_value.map(i128::from),
        last_year: wire.last_year_value.map(i128::from),
        in_time: wire.time_part_count > 0,
        by_subject: wire.subject_part_count > 0,
        revision: goal.revision,
    })
}

/// The goals of the first of some cycles that has any for somebody within whom the scope says, the furthest behind first; where
/// only the whole has goals, those of the first cycle that has any.
pub(super) async fn progress(
    connection: &Connection,
    scope: &Scope,
    cycles: &[Cycle],
) -> Result<Standing, Status> {
    let subject_id = match scope.who {
        Who::Everyone => String::new(),
        Who::Team(team) => id::team(team),
        Who::Member(member) => id::member(member),
    };
    let mut whole = Standing::default();
    for cycle in cycles {
        let request = v1::ListGoalProgressRequest {
            cycle: cycle.text(),
            subject_id: subject_id.clone(),
            ..Default::default()
        };
        let rows = sorted(list(connection, request).await?);
        let within = rows.iter().any(|row| row.who != scope.who);
        if within || (whole.cycle.is_none() && !rows.is_empty()) {
            whole = Standing {
                cycle: Some(*cycle),
                rows,
            };
        }
        if within {
            break;
        }
    }
    Ok(whole)
}

fn sorted(mut rows: Vec<v1::GoalProgress>) -> Vec<Progress> {
    rows.sort_by_key(|row| {
        // What has not begun is behind nobody.
        let behind = row.pace_bp.unwrap_or(i32::MAX);
        (behind, row.reached_bp)
    });
    let rows = rows.into_iter().filter_map(|row| {
        let metric = Metric::of_word(&row.goal.as_ref()?.metric)?;
        let goal = goal(row)?;
        Some(Progress {
            who: goal.who,
            metric,
            target: goal.target,
            done: goal.done,
            pace: goal.pace,
        })
    });
    rows.collect()
}
