//! Goals between API and domain.

use sluice_domain::{
    Axis, Command, CycleUnit, Date, Event, Goal, GoalId, GoalSubject, Measure, MemberId, Metric,
    State, TeamId, Timestamp, Window,
    command::{
        ArchiveGoal, CreateGoal, DecomposeGoal, GoalPart, GoalSplit, ImportGoals, ImportedGoal,
        UpdateGoal,
    },
    goal_progress::{BesideCycle, Progress, is_subject_active, progress},
    metric::MetricSubject,
};
use sluice_proto::v1;
use std::sync::Arc;

use super::{
    Call, Fields, Mask, Mutation,
    metric::{minor, optional_metric, required_metric},
    scope::window,
    value::{Id as _, count, etag, id_or_empty, time},
};
use crate::{engine::Outcome, grpc::status::Refusal};

/// Reads CreateGoal.
pub fn create(request: v1::CreateGoalRequest, call: &Call) -> Mutation {
    let mut fields = Fields::under("goal.");
    let goal = fields.message(request.goal);
    let metric = required_metric(&mut fields, &goal.metric);
    let command = CreateGoal {
        subject: read_subject(&mut fields, "subject_id", &goal.subject_id),
        metric,
        measure: read_measure(&mut fields, goal.measure, metric),
        window: read_cycle(&mut fields, "cycle", &goal.cycle, call),
        target: goal.target,
        locked: goal.locked,
    };
    fields.mutation(
        Command::CreateGoal(command),
        request.request_id,
        request.validate_only,
    )
}

/// Reads UpdateGoal.
pub fn update(request: v1::UpdateGoalRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("goal.");
    let goal = fields.message(request.goal);
    let mask = Mask::read(&mut fields, request.update_mask, &["target", "locked"]);
    let id: GoalId = fields.id("id", &goal.id);
    let command = UpdateGoal {
        id,
        target: mask.field("target", goal.target),
        locked: mask.field("locked", goal.locked),
        redistribute: request.redistribute,
    };
    fields
        .mutation(
            Command::UpdateGoal(command),
            request.request_id,
            request.validate_only,
        )
        .with_etag(id, goal.etag)
}

/// Reads ArchiveGoal.
pub fn archive(request: v1::ArchiveGoalRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let id: GoalId = fields.id("id", &request.id);
    let command = Command::ArchiveGoal(ArchiveGoal { id });
    fields
        .mutation(command, request.request_id, request.validate_only)
        .with_etag(id, request.etag)
}

/// Reads DecomposeGoal.
pub fn decompose(request: v1::DecomposeGoalRequest, call: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let id: GoalId = fields.id("id", &request.id);
    let split = read_split(&mut fields, request.split);
    let equal = request.parts.iter().all(|part| part.weight == 0);
    let mut parts = Vec::with_capacity(request.parts.len());
    for (index, part) in request.parts.into_iter().enumerate() {
        fields.row("parts", index);
        let by_subject = split == GoalSplit::Subjects;
        parts.push(GoalPart {
            subject: by_subject.then(|| read_subject(&mut fields, "subject_id", &part.subject_id)),
            window: (!by_subject).then(|| read_cycle(&mut fields, "cycle", &part.cycle, call)),
            weight: (!equal).then(|| read_weight(&mut fields, part.weight)),
            target: part.target,
            locked: part.locked,
        });
    }
    fields.end_rows();
    let command = Command::DecomposeGoal(DecomposeGoal { id, split, parts });
    fields
        .mutation(command, request.request_id, request.validate_only)
        .with_etag(id, request.etag)
}

/// Reads ImportGoals.
pub fn import(request: v1::ImportGoalsRequest, call: &Call) -> Mutation {
    let mut fields = Fields::under("goals");
    let mut rows = Vec::with_capacity(request.goals.len());
    for (index, goal) in request.goals.into_iter().enumerate() {
        fields.row("", index);
        let metric = required_metric(&mut fields, &goal.metric);
        let parent = (!goal.parent_cycle.is_empty()).then(|| {
            let subject = read_subject(&mut fields, "parent_subject_id", &goal.parent_subject_id);
            (
                subject,
                read_cycle(&mut fields, "parent_cycle", &goal.parent_cycle, call),
            )
        });
        rows.push(ImportedGoal {
            subject: read_subject(&mut fields, "subject_id", &goal.subject_id),
            metric,
            measure: read_measure(&mut fields, goal.measure, metric),
            window: read_cycle(&mut fields, "cycle", &goal.cycle, call),
            target: goal.target,
            locked: goal.locked,
            parent,
        });
    }
    fields.end_rows();
    let command = Command::ImportGoals(ImportGoals { rows });
    fields.mutation(command, request.request_id, request.validate_only)
}

/// What became of the rows of an import.
pub fn write_results(command: &Command, outcome: &Outcome) -> Vec<v1::GoalImportResult> {
    let Command::ImportGoals(import) = command else {
        return Vec::new();
    };
    let events = outcome
        .commit
        .as_ref()
        .map(|commit| commit.events.as_slice());
    let events = events.unwrap_or_default();
    let status = |id: GoalId| {
        events
            .iter()
            .find_map(|event| match event {
                Event::GoalCreated { goal } if goal.id == id => Some(v1::ImportStatus::Created),
                Event::GoalUpdated { goal } if goal.id == id => Some(v1::ImportStatus::Amended),
                _ => None,
            })
            .unwrap_or(v1::ImportStatus::Unchanged)
    };
    let rows = import.rows.iter().map(|row| {
        let key = sluice_domain::GoalKey {
            metric: row.metric,
            subject: row.subject,
            measure: row.measure,
            window: row.window,
        };
        let goal = outcome.state.goal_by_key(key);
        v1::GoalImportResult {
            status: goal
                .map_or(v1::ImportStatus::Unspecified, |goal| status(goal.id))
                .into(),
            goal_id: goal.map(|goal| goal.id.write()).unwrap_or_default(),
        }
    });
    rows.collect()
}

/// The parts of a goal along the line it was divided by.
pub fn write_parts(command: &Command, state: &State) -> Vec<v1::Goal> {
    let Command::DecomposeGoal(command) = command else {
        return Vec::new();
    };
    let Some(parent) = state.goal(command.id) else {
        return Vec::new();
    };
    let axis = match command.split {
        GoalSplit::Time(_) => Axis::Time,
        GoalSplit::Subjects => Axis::Subject,
    };
    let mut parts: Vec<&Arc<Goal>> = state
        .goal_parts(parent.id)
        .filter(|part| part.axis_under(parent) == axis)
        .collect();
    parts.sort_by_key(|part| (part.window, part.id));
    parts.into_iter().map(|part| write(part)).collect()
}

/// The goals ListGoalProgress asks for, by id.
///
/// # Errors
/// All that is wrong with it.
pub fn wanted(
    request: &v1::ListGoalProgressRequest,
    call: &Call,
    now: Timestamp,
) -> Result<Vec<Arc<Goal>>, Refusal> {
    let mut fields = Fields::under("");
    let exact = window(&mut fields, "cycle", &request.cycle, call, now);
    let within = window(
        &mut fields,
        "within_cycle",
        &request.within_cycle,
        call,
        now,
    );
    let metric = optional_metric(&mut fields, &request.metric);
    let parent: Option<GoalId> = fields.optional_id("parent_id", &request.parent_id);
    let above = (!request.subject_id.is_empty())
        .then(|| read_subject(&mut fields, "subject_id", &request.subject_id));
    let measure = match fields.enumeration("measure", request.measure) {
        v1::GoalMeasure::Unspecified => None,
        v1::GoalMeasure::Count => Some(Measure::Count),
        v1::GoalMeasure::Amount => Some(Measure::Amount),
    };
    let state = &call.state;
    let goals = state
        .goals()
        .filter(|goal| {
            !goal.archived
                && exact.is_none_or(|window| goal.window == window)
                && within.is_none_or(|window| lies_in(goal.window, window))
                && metric.is_none_or(|metric| goal.metric == metric)
                && parent.is_none_or(|parent| goal.parent == Some(parent))
                && above.is_none_or(|above| is_below(state, goal.subject, above))
                && measure.is_none_or(|measure| goal.measure == measure)
        })
        .cloned()
        .collect();
    fields.finish(goals)
}

/// Whether the days of a cycle lie within others; of a week: its Thursday.
fn lies_in(inner: Window, outer: Window) -> bool {
    if inner.unit() == Some(CycleUnit::Week) {
        return outer.contains(inner.start.plus_days(3));
    }
    inner.start >= outer.start && inner.end <= outer.end
}

fn is_below(state: &State, subject: GoalSubject, above: GoalSubject) -> bool {
    let team = match subject {
        GoalSubject::Team(team) => Some(team),
        GoalSubject::Member(member) => state.member(member).and_then(|member| member.team),
        GoalSubject::Workspace => None,
    };
    match above {
        GoalSubject::Team(above) => team.is_some_and(|team| state.team_is_within(team, above)),
        _ => subject == above,
    }
}

/// Writes how far a goal is reached.
pub fn write_progress(goal: &Arc<Goal>, state: &State, now: Timestamp) -> v1::GoalProgress {
    let Progress {
        goal,
        value,
        reached_bp,
        pace,
        pace_bp,
        expected,
        elapsed_bp,
        previous,
        last_year,
    } = progress(state, goal, now);
    let subject = match goal.subject {
        GoalSubject::Workspace => MetricSubject::Workspace,
        GoalSubject::Team(id) => MetricSubject::Team(Some(id)),
        GoalSubject::Member(id) => MetricSubject::Member(Some(id)),
    };
    let parts = |axis| {
        let parts = state.goal_parts(goal.id);
        count(parts.filter(|part| part.axis_under(&goal) == axis).count())
    };
    let sent = |value: Option<i128>| value.map(minor);
    v1::GoalProgress {
        subject: subject.name(state),
        subject_active: is_subject_active(state, goal.subject),
        value: minor(value),
        reached_bp: basis_points(reached_bp),
        pace: write_pace(pace).into(),
        pace_bp: pace_bp.map(basis_points),
        expected_value: minor(expected),
        elapsed_bp: basis_points(elapsed_bp),
        previous_cycle: previous.window.name(),
        previous_value: sent(previous.value),
        previous_target: sent(previous.target),
        last_year_cycle: last_year
            .map(|cycle| cycle.window.name())
            .unwrap_or_default(),
        last_year_value: sent(last_year.and_then(|cycle: BesideCycle| cycle.value)),
        last_year_target: sent(last_year.and_then(|cycle: BesideCycle| cycle.target)),
        time_part_count: parts(Axis::Time),
        subject_part_count: parts(Axis::Subject),
        goal: Some(write(&goal)),
    }
}

fn basis_points(value: i128) -> i32 {
    i32::try_from(value).unwrap_or(if value < 0 { i32::MIN } else { i32::MAX })
}

const fn write_pace(pace: sluice_domain::goal_progress::Pace) -> v1::GoalPace {
    use sluice_domain::goal_progress::Pace;
    match pace {
        Pace::NotStarted => v1::GoalPace::NotStarted,
        Pace::OnTrack => v1::GoalPace::OnTrack,
        Pace::AtRisk => v1::GoalPace::AtRisk,
        Pace::Behind => v1::GoalPace::Behind,
    }
}

fn read_subject(fields: &mut Fields, field: &str, text: &str) -> GoalSubject {
    if text.is_empty() {
        return GoalSubject::Workspace;
    }
    if text.starts_with(MemberId::COLLECTION) {
        return GoalSubject::Member(fields.id(field, text));
    }
    if text.starts_with(TeamId::COLLECTION) {
        return GoalSubject::Team(fields.id(field, text));
    }
    fields.invalid(field, format!("'{text}' is no team and no member: write teams/1 or members/1, or nothing for the workspace"));
    GoalSubject::Workspace
}

/// Reads what of a metric is counted; not said: amounts, where there are any.
pub fn read_measure(fields: &mut Fields, measure: i32, metric: Metric) -> Measure {
    match fields.enumeration("measure", measure) {
        v1::GoalMeasure::Count => Measure::Count,
        v1::GoalMeasure::Amount => Measure::Amount,
        v1::GoalMeasure::Unspecified if metric == Metric::CheckIn => Measure::Count,
        v1::GoalMeasure::Unspecified => Measure::Amount,
    }
}

/// Reads a cycle that must be there. What is relative to today is meant as of now.
fn read_cycle(fields: &mut Fields, field: &str, text: &str, call: &Call) -> Window {
    if text.is_empty() {
        fields.invalid(
            field,
            "is missing: write it as 2026, 2026-Q1, 2026-03 or 2026-W10",
        );
    }
    window(fields, field, text, call, call.now).unwrap_or(Window {
        start: Date::EPOCH,
        end: Date::EPOCH.plus_days(1),
    })
}

fn read_weight(fields: &mut Fields, weight: i64) -> u64 {
    u64::try_from(weight).unwrap_or_else(|_| {
        fields.invalid("weight", "must not be negative");
        0
    })
}

fn read_split(fields: &mut Fields, split: i32) -> GoalSplit {
    match fields.enumeration("split", split) {
        v1::GoalSplit::Quarters => GoalSplit::Time(CycleUnit::Quarter),
        v1::GoalSplit::Months => GoalSplit::Time(CycleUnit::Month),
        v1::GoalSplit::Weeks => GoalSplit::Time(CycleUnit::Week),
        v1::GoalSplit::Days => GoalSplit::Time(CycleUnit::Day),
        v1::GoalSplit::Subjects => GoalSplit::Subjects,
        v1::GoalSplit::Unspecified => {
            fields.invalid("split", "is missing: say by what the goal is divided");
            GoalSplit::Subjects
        }
    }
}

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

/// Writes what a goal counts.
pub const fn write_measure(measure: Measure) -> v1::GoalMeasure {
    match measure {
        Measure::Count => v1::GoalMeasure::Count,
        Measure::Amount => v1::GoalMeasure::Amount,
    }
}
