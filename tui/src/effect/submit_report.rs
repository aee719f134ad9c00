//! Sends what the report screens change: goals and saved views.

use prost_types::FieldMask;
use sluice_proto::v1;
use tonic::Status;

use super::load::measure;
use crate::client::{Connection, timed};
use crate::message::ActionOk;
use crate::report::Who;
use crate::report::goals::GoalChange;
use crate::report::lens::CycleKind;
use crate::wire::id;

fn goal_id(number: u64) -> String {
    format!("goals/{number}")
}

fn view_id(number: u64) -> String {
    format!("savedViews/{number}")
}

fn subject(who: Who) -> String {
    match who {
        Who::Everyone => String::new(),
        Who::Team(team) => id::team(team),
        Who::Member(member) => id::member(member),
    }
}

fn split(kind: CycleKind) -> v1::GoalSplit {
    match kind {
        CycleKind::Quarter => v1::GoalSplit::Quarters,
        CycleKind::Month => v1::GoalSplit::Months,
        CycleKind::Week => v1::GoalSplit::Weeks,
        CycleKind::Day => v1::GoalSplit::Days,
        CycleKind::Year | CycleKind::Custom => v1::GoalSplit::Unspecified,
    }
}

/// A target always fits: it was typed as an amount or a count.
fn target(target: i128) -> i64 {
    i64::try_from(target).unwrap_or(i64::MAX)
}

fn done(revision: u64) -> ActionOk {
    ActionOk {
        revision,
        subject: None,
    }
}

/// Changes a goal, or makes one.
pub(super) async fn goal(
    connection: &Connection,
    request_id: String,
    change: &GoalChange,
) -> Result<ActionOk, Status> {
    let mut goals = connection.goals();
    let update = |goal: v1::Goal, path: &str, redistribute: bool| v1::UpdateGoalRequest {
        goal: Some(goal),
        update_mask: Some(FieldMask {
            paths: vec![path.to_owned()],
        }),
        redistribute,
        request_id: request_id.clone(),
        validate_only: false,
    };
    let etag = |revision: &u64| format!("r{revision}");
    let revision = match change {
        GoalChange::Create {
            who,
            of,
            cycle,
            target: wanted,
        } => {
            let request = v1::CreateGoalRequest {
                goal: Some(v1::Goal {
                    subject_id: subject(*who),
                    metric: of.metric.word().to_owned(),
                    measure: measure(*of).into(),
                    cycle: cycle.clone(),
                    target: target(*wanted),
                    ..Default::default()
                }),
                request_id,
                validate_only: false,
            };
            goals
                .create_goal(timed(request))
                .await?
                .into_inner()
                .revision
        }
        GoalChange::Target {
            id,
            revision,
            target: wanted,
            redistribute,
        } => {
            let goal = v1::Goal {
                id: goal_id(*id),
                target: target(*wanted),
                etag: etag(revision),
                ..Default::default()
            };
            let request = update(goal, "target", *redistribute);
            goals
                .update_goal(timed(request))
                .await?
                .into_inner()
                .revision
        }
        GoalChange::Lock {
            id,
            revision,
            locked,
        } => {
            let goal = v1::Goal {
                id: goal_id(*id),
                locked: *locked,
                etag: etag(revision),
                ..Default::default()
            };
            let request = update(goal, "locked", false);
            goals
                .update_goal(timed(request))
                .await?
                .into_inner()
                .revision
        }
        GoalChange::Divide { id, time } => {
            let split = time.map_or(v1::GoalSplit::Subjects, split);
            let request = v1::DecomposeGoalRequest {
                id: goal_id(*id),
                split: split.into(),
                request_id,
                ..Default::default()
            };
            goals
                .decompose_goal(timed(request))
                .await?
                .into_inner()
                .revision
        }
        GoalChange::Weigh {
            parent_id,
            time,
            who,
            weight,
        } => {
            let (split, cycle, subject_id) = match time {
                Some((kind, cycle)) => (split(*kind), cycle.clone(), String::new()),
                None => (v1::GoalSplit::Subjects, String::new(), subject(*who)),
            };
            let request = v1::DecomposeGoalRequest {
                id: goal_id(*parent_id),
                split: split.into(),
                parts: vec![v1::GoalPart {
                    subject_id,
                    cycle,
                    weight: *weight,
                    ..Default::default()
                }],
                request_id,
                ..Default::default()
            };
            goals
                .decompose_goal(timed(request))
                .await?
                .into_inner()
                .revision
        }
    };
    Ok(done(revision))
}

/// Keeps a filter and an order by a name.
pub(super) async fn save_view(
    connection: &Connection,
    request_id: String,
    view: v1::SavedView,
) -> Result<ActionOk, Status> {
    let request = v1::CreateSavedViewRequest {
        saved_view: Some(view),
        request_id,
        validate_only: false,
    };
    let answer = connection
        .saved_views()
        .create_saved_view(timed(request))
        .await?;
    Ok(done(answer.into_inner().revision))
}

/// Deletes a saved view.
pub(super) async fn delete_view(
    connection: &Connection,
    request_id: String,
    (id, revision): (u64, u64),
) -> Result<ActionOk, Status> {
    let request = v1::DeleteSavedViewRequest {
        id: view_id(id),
        etag: format!("r{revision}"),
        request_id,
        validate_only: false,
    };
    let answer = connection
        .saved_views()
        .delete_saved_view(timed(request))
        .await?;
    Ok(done(answer.into_inner().revision))
}
