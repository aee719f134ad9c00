//! Judges commands about the stages of a pipeline.

use std::sync::Arc;

use super::approval::after_move;
use super::judge::{Judge, ScoreWriter};
use super::movement::{movement_to, score_movement};
use super::pipeline::{
    build_gate, build_stage, check_order, check_period, probability_of_kind, sorted_fields,
    stage_name,
};
use crate::command::{CreateStage, Patch, ReorderStages, RetireStage, UpdateStage};
use crate::event::{Event, PipelineChange};
use crate::id::StageId;
use crate::limits::MAX_STAGES;
use crate::pipeline::Pipeline;
use crate::rejection::{Reason, Rejection};
use crate::score::UncreditedReason;
use crate::stage::Stage;

pub(super) fn create(mut judge: Judge, command: &CreateStage) -> Result<Vec<Event>, Rejection> {
    let Some(current) = judge.pipeline("pipeline_id", command.pipeline) else {
        return judge.conclude(Vec::new());
    };
    let mut pipeline = Pipeline::clone(current);
    if pipeline.stages.len() >= MAX_STAGES {
        let text = format!("a pipeline has at most {MAX_STAGES} stages, retired ones included");
        judge.violations.add(Reason::LimitReached, "", text);
    }
    let id = judge.state.next_stage();
    let stage = build_stage(&mut judge, "stage.", id, &command.stage, &pipeline.stages);
    let place = match command.after {
        Some(after) => {
            judge.stage_of("after_stage_id", after, pipeline.id);
            pipeline.rank(after).map_or(0, |rank| rank + 1)
        }
        None => pipeline
            .stages
            .partition_point(|other| other.kind <= stage.kind),
    };
    pipeline.stages.insert(place, stage);
    check_order(&mut judge, &pipeline.stages);
    let at = judge.now();
    judge.conclude(vec![Event::PipelineUpdated {
        pipeline,
        change: PipelineChange::StageCreated(id),
        at,
    }])
}

pub(super) fn update(mut judge: Judge, command: &UpdateStage) -> Result<Vec<Event>, Rejection> {
    let Some((current, stage)) = judge.stage("id", command.id) else {
        return judge.conclude(Vec::new());
    };
    let mut changed = stage.clone();
    if let Some(name) = &command.name {
        changed.name = stage_name(&mut judge, "name", name, stage.id, &current.stages);
    }
    if let Some(given) = command.win_probability_bp {
        changed.win_probability_bp = probability_of_kind(&mut judge, "", stage.kind, given);
    }
    if let Patch::Set(days) = command.stagnation_period_days {
        check_period(&mut judge, "", stage.kind, days);
    }
    let period = command.stagnation_period_days.clone();
    changed.stagnation_period_days = period.resolve(changed.stagnation_period_days);
    if let Some(fields) = &command.required_fields {
        changed.required_fields = sorted_fields(fields);
    }
    if let Some(gate) = &command.gate {
        changed.gate = build_gate(&mut judge, "gate", gate);
    }
    if changed == *stage {
        return judge.conclude(Vec::new());
    }
    let event = with_stage(
        &judge,
        current,
        changed,
        PipelineChange::StageUpdated(stage.id),
    );
    judge.conclude(vec![event])
}

/// The pipeline with one stage replaced.
fn with_stage(
    judge: &Judge,
    current: &Arc<Pipeline>,
    changed: Stage,
    change: PipelineChange,
) -> Event {
    let mut pipeline = Pipeline::clone(current);
    if let Some(slot) = pipeline
        .stages
        .iter_mut()
        .find(|stage| stage.id == changed.id)
    {
        *slot = changed;
    }
    Event::PipelineUpdated {
        pipeline,
        change,
        at: judge.now(),
    }
}

pub(super) fn reorder(mut judge: Judge, command: &ReorderStages) -> Result<Vec<Event>, Rejection> {
    let Some(current) = judge.pipeline("pipeline_id", command.pipeline) else {
        return judge.conclude(Vec::new());
    };
    let live: Vec<StageId> = current.live_stages().map(|stage| stage.id).collect();
    for (index, id) in command.stages.iter().enumerate() {
        let field = format!("stage_ids[{index}]");
        judge.stage_of(&field, *id, current.id);
        if command.stages[..index].contains(id) {
            judge
                .violations
                .invalid(field, format!("{} is named twice", id.long()));
        }
    }
    for missing in live.iter().filter(|id| !command.stages.contains(id)) {
        judge
            .violations
            .invalid("stage_ids", format!("{} is missing", missing.long()));
    }
    if !judge.violations.is_empty() || live == command.stages {
        return judge.conclude(Vec::new());
    }
    // Retired stages keep their places; the ones in use fill the others in the new order.
    let mut order = command.stages.iter();
    let mut pipeline = Pipeline::clone(current);
    for slot in &mut pipeline.stages {
        if slot.retired {
            continue;
        }
        if let Some(stage) = order.next().and_then(|id| current.stage(*id)) {
            *slot = stage.clone();
        }
    }
    check_order(&mut judge, &pipeline.stages);
    let at = judge.now();
    judge.conclude(vec![Event::PipelineUpdated {
        pipeline,
        change: PipelineChange::StagesReordered,
        at,
    }])
}

pub(super) fn retire(mut judge: Judge, command: &RetireStage) -> Result<Vec<Event>, Rejection> {
    let Some((current, stage)) = judge.stage("id", command.id) else {
        return judge.conclude(Vec::new());
    };
    if stage.retired {
        return judge.conclude(Vec::new());
    }
    let alike = |other: &&Stage| other.kind == stage.kind;
    if current.live_stages().filter(alike).count() == 1 {
        judge.violations.add(
            Reason::LastStageOfKind,
            "id",
            "it is the last stage in use of its kind, and a pipeline needs one of each",
        );
    }
    let mut changed = stage.clone();
    changed.retired = true;
    let mut events = vec![with_stage(
        &judge,
        current,
        changed,
        PipelineChange::StageRetired(stage.id),
    )];
    let standing: Vec<_> = judge.state.opportunities_in_stage(stage.id).collect();
    if standing.is_empty() {
        return judge.conclude(events);
    }
    let Some(target) = command.move_to else {
        let text = format!(
            "{} opportunities (archived ones included) stand in {}: name the stage they shall move to",
            standing.len(),
            stage.id.long()
        );
        judge.violations.add(Reason::StageNotEmpty, "id", text);
        return judge.conclude(Vec::new());
    };
    let Some((_, target)) = judge.stage_of("move_to_stage_id", target, current.id) else {
        return judge.conclude(Vec::new());
    };
    if target.id == stage.id || target.kind != stage.kind {
        judge
            .violations
            .invalid("move_to_stage_id", "must be another stage of the same kind");
        return judge.conclude(Vec::new());
    }
    let mut scores = ScoreWriter::new(judge.state, judge.now());
    let mut ended = Vec::new();
    for opportunity in standing {
        let forced = Some(UncreditedReason::StageRetired);
        let movement = movement_to(&mut judge, opportunity, current, target, None, forced);
        score_movement(&mut scores, judge.state, opportunity, &movement);
        after_move(&judge, &mut ended, opportunity.id, None, target.kind);
        events.push(Event::OpportunityMoved {
            movement: Box::new(movement),
        });
    }
    events.append(&mut scores.events);
    events.append(&mut ended);
    judge.conclude(events)
}
