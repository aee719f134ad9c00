//! Goals between API and domain.

use sluice_domain::{Goal, GoalSubject, Measure};
use sluice_proto::v1;

use super::value::{Id as _, etag, id_or_empty, time};

/// Writes a goal.
pub fn write(goal: &Goal) -> v1::Goal {
    v1::Goal {
        id: goal.id.write(),
        subject_id: write_subject(goal.subject),
        metric: goal.metric.name().to_owned(),
        measure: write_measure(goal.measure).into(),
        cycle: goal.window.name(),
        start_date: goal.window.start.to_string(),
        end_date: goal.window.end.to_string(),
        target: goal.target,
        parent_id: id_or_empty(goal.parent),
        weight: i64::try_from(goal.weight).unwrap_or(i64::MAX),
        locked: goal.locked,
        archived: goal.archived,
        told_percent: goal.told_percent.into(),
        create_time: Some(time(goal.created_at)),
        revision: goal.revision,
        etag: etag(goal.revision),
    }
}

/// Writes whose goal it is; empty for the workspace.
pub fn write_subject(subject: GoalSubject) -> String {
    match subject {
        GoalSubject::Workspace => String::new(),
        GoalSubject::Team(id) => id.write(),
        GoalSubject::Member(id) => id.write(),
    }
}

const fn write_measure(measure: Measure) -> v1::GoalMeasure {
    match measure {
        Measure::Count => v1::GoalMeasure::Count,
        Measure::Amount => v1::GoalMeasure::Amount,
    }
}
