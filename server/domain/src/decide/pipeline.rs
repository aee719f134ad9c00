//! Judges commands about pipelines.

use super::judge::Judge;
use crate::calendar::{Calendar, EVERY_DAY};
use crate::command::{CreatePipeline, NewStage, UpdatePipeline};
use crate::event::{Event, PipelineChange};
use crate::gate::Gate;
use crate::id::{PipelineId, StageId};
use crate::limits::{
    MAX_HOLIDAYS, MAX_PIPELINES, MAX_PROBABILITY_BP, MAX_REQUIRED_ACTIVITIES, MAX_STAGE_NAME_CHARS,
    MAX_STAGES, MAX_STAGNATION_DAYS,
};
use crate::pipeline::Pipeline;
use crate::rejection::{Reason, Rejection};
use crate::stage::{RequiredField, Stage, StageKind};
use crate::text;

pub(super) fn create(mut judge: Judge, command: &CreatePipeline) -> Result<Vec<Event>, Rejection> {
    if judge.state.pipeline_count() >= MAX_PIPELINES {
        let text = format!("a workspace has at most {MAX_PIPELINES} pipelines");
        judge.violations.add(Reason::LimitReached, "", text);
    }
    let id = judge.state.next_pipeline();
    let first_stage = judge.state.next_stage();
    let pipeline = Pipeline {
        id,
        name: pipeline_name(&mut judge, id, &command.name),
        stages: build_stages(&mut judge, &command.stages, first_stage),
        allow_skipping: command.allow_skipping.unwrap_or(true),
        retired: false,
        calendar: calendar(&mut judge, &command.calendar),
        created_at: judge.now(),
        revision: 0,
    };
    judge.conclude(vec![Event::PipelineCreated { pipeline }])
}

pub(super) fn update(mut judge: Judge, command: &UpdatePipeline) -> Result<Vec<Event>, Rejection> {
    let Some(current) = judge.pipeline("id", command.id) else {
        return judge.conclude(Vec::new());
    };
    let mut pipeline = Pipeline::clone(current);
    if let Some(name) = &command.name {
        pipeline.name = pipeline_name(&mut judge, pipeline.id, name);
    }
    if let Some(allow_skipping) = command.allow_skipping {
        pipeline.allow_skipping = allow_skipping;
    }
    if let Some(given) = &command.calendar {
        pipeline.calendar = calendar(&mut judge, given);
    }
    if let Some(retired) = command.retired {
        if retired && !pipeline.retired {
            check_retirable(&mut judge, &pipeline);
        }
        if !retired && pipeline.retired {
            pipeline.name = pipeline_name(&mut judge, pipeline.id, &pipeline.name);
        }
        pipeline.retired = retired;
    }
    let events = if pipeline == **current {
        Vec::new()
    } else {
        vec![Event::PipelineUpdated {
            pipeline,
            change: PipelineChange::Settings,
            at: judge.now(),
        }]
    };
    judge.conclude(events)
}

fn check_retirable(judge: &mut Judge, pipeline: &Pipeline) {
    let default = judge.state.workspace().and_then(|w| w.default_pipeline);
    if default == Some(pipeline.id) {
        judge.violations.add(
            Reason::DefaultPipeline,
            "retired",
            format!(
                "{} is the default pipeline: make another one the default first",
                pipeline.id.long()
            ),
        );
    }
    let open_stages = pipeline
        .stages
        .iter()
        .filter(|stage| stage.kind == StageKind::Open);
    let state = judge.state;
    let open: usize = open_stages
        .map(|stage| {
            let standing = state.opportunities_in_stage(stage.id);
            standing.filter(|opportunity| !opportunity.archived).count()
        })
        .sum();
    if open > 0 {
        let text = format!(
            "{open} open opportunities stand in {}: close or archive them first",
            pipeline.id.long()
        );
        judge
            .violations
            .add(Reason::PipelineNotEmpty, "retired", text);
    }
}

/// A calendar with its holidays in order: at least one working day a week.
fn calendar(judge: &mut Judge, given: &Calendar) -> Calendar {
    let mut calendar = given.clone();
    calendar.weekdays &= EVERY_DAY;
    calendar.holidays.sort_unstable();
    calendar.holidays.dedup();
    if calendar.working_days_only && calendar.weekdays == 0 {
        judge.violations.invalid(
            "calendar.weekdays",
            "must have at least one day of the week, or the clock would never run",
        );
    }
    if calendar.holidays.len() > MAX_HOLIDAYS {
        judge.violations.invalid(
            "calendar.holidays",
            format!("must have at most {MAX_HOLIDAYS} days: leave out those long past"),
        );
    }
    calendar
}

/// A pipeline's name: unique among the pipelines in use, whatever the case and width.
fn pipeline_name(judge: &mut Judge, id: PipelineId, given: &str) -> Box<str> {
    let name = text::required("name", given, MAX_STAGE_NAME_CHARS, &mut judge.violations);
    let key = text::normal_key(&name);
    let other = judge.state.pipelines().find(|other| {
        other.id != id && !other.retired && text::normal_key(&other.name) == key && !key.is_empty()
    });
    if let Some(other) = other {
        judge.taken("name", &name, other.id.long());
    }
    name
}

/// The stages of a new pipeline, with everything that is wrong with them reported.
pub(super) fn build_stages(judge: &mut Judge, given: &[NewStage], first: StageId) -> Vec<Stage> {
    if given.len() > MAX_STAGES {
        let text = format!("a pipeline has at most {MAX_STAGES} stages");
        judge.violations.add(Reason::LimitReached, "stages", text);
        return Vec::new();
    }
    let mut stages: Vec<Stage> = Vec::with_capacity(given.len());
    for (index, new) in given.iter().enumerate() {
        let id = StageId(first.0 + index as u64);
        let path = format!("stages[{index}].");
        let stage = build_stage(judge, &path, id, new, &stages);
        stages.push(stage);
    }
    check_order(judge, &stages);
    for (kind, word) in [
        (StageKind::Open, "open"),
        (StageKind::Won, "won"),
        (StageKind::Lost, "lost"),
    ] {
        if !stages.iter().any(|stage| stage.kind == kind) {
            judge.violations.invalid(
                "stages",
                format!("a pipeline needs at least one {word} stage"),
            );
        }
    }
    stages
}

/// Open stages come first, then won, then lost: movement is judged by place.
pub(super) fn check_order(judge: &mut Judge, stages: &[Stage]) {
    let ordered = stages.windows(2).all(|pair| pair[0].kind <= pair[1].kind);
    if !ordered {
        judge.violations.invalid(
            "stages",
            "open stages come first, then won stages, then lost stages",
        );
    }
}

/// One new stage; `path` is put before its fields' names, `others` are the stages it must differ from.
pub(super) fn build_stage(
    judge: &mut Judge,
    path: &str,
    id: StageId,
    new: &NewStage,
    others: &[Stage],
) -> Stage {
    let name = stage_name(judge, &format!("{path}name"), &new.name, id, others);
    let win_probability_bp = match (new.kind, new.win_probability_bp) {
        (_, Some(given)) => probability_of_kind(judge, path, new.kind, given),
        (StageKind::Won, None) => MAX_PROBABILITY_BP,
        (StageKind::Lost, None) => 0,
        (StageKind::Open, None) => {
            judge.violations.invalid(
                format!("{path}win_probability_bp"),
                "an open stage needs a win probability",
            );
            0
        }
    };
    if let Some(days) = new.stagnation_period_days {
        check_period(judge, path, new.kind, days);
    }
    Stage {
        id,
        name,
        kind: new.kind,
        win_probability_bp,
        stagnation_period_days: new.stagnation_period_days,
        required_fields: sorted_fields(&new.required_fields),
        gate: build_gate(judge, &format!("{path}gate"), &new.gate),
        retired: false,
    }
}

pub(super) fn probability_of_kind(
    judge: &mut Judge,
    path: &str,
    kind: StageKind,
    given: u16,
) -> u16 {
    let field = format!("{path}win_probability_bp");
    let given = judge.probability(&field, given);
    let fixed = match kind {
        StageKind::Open => return given,
        StageKind::Won => MAX_PROBABILITY_BP,
        StageKind::Lost => 0,
    };
    if given != fixed {
        judge
            .violations
            .invalid(field, format!("is {fixed} for a stage of this kind"));
    }
    fixed
}

pub(super) fn check_period(judge: &mut Judge, path: &str, kind: StageKind, days: u16) {
    let field = format!("{path}stagnation_period_days");
    if kind != StageKind::Open {
        judge
            .violations
            .invalid(field, "only open stages have a stagnation period");
    } else if !(1..=MAX_STAGNATION_DAYS).contains(&days) {
        judge.violations.invalid(
            field,
            format!("must be between 1 and {MAX_STAGNATION_DAYS}"),
        );
    }
}

/// A stage's name: unique among the stages in use of its pipeline.
pub(super) fn stage_name(
    judge: &mut Judge,
    field: &str,
    given: &str,
    id: StageId,
    others: &[Stage],
) -> Box<str> {
    let name = text::required(field, given, MAX_STAGE_NAME_CHARS, &mut judge.violations);
    let key = text::normal_key(&name);
    let other = others.iter().find(|other| {
        other.id != id && !other.retired && text::normal_key(&other.name) == key && !key.is_empty()
    });
    if let Some(other) = other {
        judge.taken(field, &name, other.id.long());
    }
    name
}

/// The demands of a gate: sorted, each kind and each role once.
pub(super) fn build_gate(judge: &mut Judge, path: &str, given: &Gate) -> Gate {
    let mut gate = given.clone();
    gate.activities.sort_unstable();
    gate.contacts.sort_unstable();
    for required in &gate.activities {
        if !(1..=MAX_REQUIRED_ACTIVITIES).contains(&required.minimum) {
            judge.violations.invalid(
                format!("{path}.required_activities"),
                format!("a minimum must be between 1 and {MAX_REQUIRED_ACTIVITIES}"),
            );
        }
    }
    let kind_twice = gate
        .activities
        .windows(2)
        .any(|pair| pair[0].kind == pair[1].kind);
    if kind_twice {
        judge.violations.invalid(
            format!("{path}.required_activities"),
            "names a kind of activity twice",
        );
    }
    let role_twice = gate
        .contacts
        .windows(2)
        .any(|pair| pair[0].role == pair[1].role);
    if role_twice {
        judge
            .violations
            .invalid(format!("{path}.required_contacts"), "names a role twice");
    }
    gate
}

pub(super) fn sorted_fields(given: &[RequiredField]) -> Vec<RequiredField> {
    let mut fields = given.to_vec();
    fields.sort_unstable();
    fields.dedup();
    fields
}
