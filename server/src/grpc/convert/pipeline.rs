//! Pipelines and their stages between API and domain.

use sluice_domain::{
    Calendar, Command, Date, Pipeline, PipelineId, RequiredField, Stage, StageId, StageKind,
    calendar::MONDAY_TO_FRIDAY,
    command::{
        CreatePipeline, CreateStage, NewStage, ReorderStages, RetireStage, UpdatePipeline,
        UpdateStage,
    },
};
use sluice_proto::v1;

use super::{
    Call, Fields, Mask, Mutation, gate,
    value::{Id, etag, time},
};

/// Reads CreatePipeline.
pub fn create(request: v1::CreatePipelineRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("pipeline.");
    let pipeline = fields.message(request.pipeline);
    let mut stages = Vec::with_capacity(pipeline.stages.len());
    for (index, stage) in pipeline.stages.into_iter().enumerate() {
        fields.row("stages", index);
        stages.push(read_stage(&mut fields, stage));
    }
    fields.end_rows();
    let command = CreatePipeline {
        name: pipeline.name,
        stages,
        allow_skipping: pipeline.skipping_allowed,
        calendar: pipeline
            .calendar
            .map(|given| read_calendar(&mut fields, given))
            .unwrap_or_default(),
    };
    fields.mutation(
        Command::CreatePipeline(command),
        request.request_id,
        request.validate_only,
    )
}

/// Reads UpdatePipeline.
pub fn update(request: v1::UpdatePipelineRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("pipeline.");
    let pipeline = fields.message(request.pipeline);
    let mask = Mask::read(
        &mut fields,
        request.update_mask,
        &["name", "skipping_allowed", "retired", "calendar"],
    );
    let id: PipelineId = fields.id("id", &pipeline.id);
    let skipping = mask.names("skipping_allowed", pipeline.skipping_allowed.is_some());
    let command = UpdatePipeline {
        id,
        name: mask.field("name", pipeline.name),
        allow_skipping: skipping.then(|| pipeline.skipping_allowed.unwrap_or_default()),
        retired: mask.field("retired", pipeline.retired),
        calendar: mask
            .names("calendar", pipeline.calendar.is_some())
            .then(|| read_calendar(&mut fields, pipeline.calendar.unwrap_or_default())),
    };
    fields
        .mutation(
            Command::UpdatePipeline(command),
            request.request_id,
            request.validate_only,
        )
        .with_etag(id, pipeline.etag)
}

/// Reads CreateStage.
pub fn create_stage(request: v1::CreateStageRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let pipeline = fields.id("pipeline_id", &request.pipeline_id);
    let after = fields.optional_id("after_stage_id", &request.after_stage_id);
    if request.stage.is_none() {
        fields.invalid("stage", "is missing");
    }
    let command = CreateStage {
        pipeline,
        after,
        stage: read_stage(&mut fields, request.stage.unwrap_or_default()),
    };
    fields.mutation(
        Command::CreateStage(command),
        request.request_id,
        request.validate_only,
    )
}

/// Reads UpdateStage.
pub fn update_stage(request: v1::UpdateStageRequest, call: &Call) -> Mutation {
    let mut fields = Fields::under("stage.");
    let stage = fields.message(request.stage);
    let allowed = [
        "name",
        "win_probability_bp",
        "stagnation_period_days",
        "required_fields",
        "gate",
    ];
    let mask = Mask::read(&mut fields, request.update_mask, &allowed);
    let id: StageId = fields.id("id", &stage.id);
    let required = read_required(&mut fields, &stage.required_fields);
    let probability = fields.number("win_probability_bp", stage.win_probability_bp);
    let period = fields.number("stagnation_period_days", stage.stagnation_period_days);
    let command = UpdateStage {
        id,
        name: mask.field("name", stage.name),
        win_probability_bp: mask.field("win_probability_bp", probability),
        stagnation_period_days: mask.patch(
            "stagnation_period_days",
            Some(period).filter(|days| *days > 0),
        ),
        required_fields: mask.field("required_fields", required),
        gate: mask
            .names("gate", stage.gate.is_some())
            .then(|| gate::read(&mut fields, stage.gate)),
    };
    fields
        .mutation(
            Command::UpdateStage(command),
            request.request_id,
            request.validate_only,
        )
        .with_etag(pipeline_of(call, id), request.etag)
}

/// Reads ReorderStages.
pub fn reorder_stages(request: v1::ReorderStagesRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let pipeline: PipelineId = fields.id("pipeline_id", &request.pipeline_id);
    let command = ReorderStages {
        pipeline,
        stages: fields.ids("stage_ids", &request.stage_ids),
    };
    fields
        .mutation(
            Command::ReorderStages(command),
            request.request_id,
            request.validate_only,
        )
        .with_etag(pipeline, request.etag)
}

/// Reads RetireStage.
pub fn retire_stage(request: v1::RetireStageRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let command = RetireStage {
        id: fields.id("id", &request.id),
        move_to: fields.optional_id("move_to_stage_id", &request.move_to_stage_id),
    };
    fields.mutation(
        Command::RetireStage(command),
        request.request_id,
        request.validate_only,
    )
}

/// The pipeline of a stage; a stage never changes it.
fn pipeline_of(call: &Call, stage: StageId) -> PipelineId {
    call.state
        .stage(stage)
        .map_or(PipelineId::NOBODY, |(pipeline, _)| pipeline.id)
}

fn read_stage(fields: &mut Fields, stage: v1::Stage) -> NewStage {
    let kind = read_kind(fields, stage.kind);
    let probability = fields.number("win_probability_bp", stage.win_probability_bp);
    let period = fields.number("stagnation_period_days", stage.stagnation_period_days);
    NewStage {
        kind,
        // 0 of a won stage means that nothing was said, as protobuf cannot tell the two apart.
        win_probability_bp: Some(probability).filter(|bp| kind == StageKind::Open || *bp > 0),
        stagnation_period_days: Some(period).filter(|days| *days > 0),
        required_fields: read_required(fields, &stage.required_fields),
        gate: gate::read(fields, stage.gate),
        name: stage.name,
    }
}

fn read_required(fields: &mut Fields, names: &[String]) -> Vec<RequiredField> {
    let mut required = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        match RequiredField::ALL
            .into_iter()
            .find(|field| field.name() == name)
        {
            Some(field) => required.push(field),
            None => {
                let known: Vec<&str> = RequiredField::ALL
                    .iter()
                    .map(|field| field.name())
                    .collect();
                let description = format!("'{name}' cannot be required: use {}", known.join(", "));
                fields.invalid(&format!("required_fields[{index}]"), description);
            }
        }
    }
    required
}

fn read_kind(fields: &mut Fields, kind: i32) -> StageKind {
    match fields.enumeration("kind", kind) {
        v1::StageKind::Unspecified | v1::StageKind::Open => StageKind::Open,
        v1::StageKind::Won => StageKind::Won,
        v1::StageKind::Lost => StageKind::Lost,
    }
}

/// Writes a stage's kind.
pub fn write_kind(kind: StageKind) -> v1::StageKind {
    match kind {
        StageKind::Open => v1::StageKind::Open,
        StageKind::Won => v1::StageKind::Won,
        StageKind::Lost => v1::StageKind::Lost,
    }
}

/// Reads a calendar; no weekday named means Monday to Friday.
fn read_calendar(fields: &mut Fields, calendar: v1::Calendar) -> Calendar {
    let mut weekdays = 0;
    for day in calendar.weekdays {
        match fields.enumeration("calendar.weekdays", day) {
            v1::Weekday::Unspecified => {
                fields.invalid("calendar.weekdays", "must name days of the week");
            }
            day => weekdays |= 1 << (day as i32 - v1::Weekday::Monday as i32),
        }
    }
    let holidays = calendar.holidays.iter().enumerate();
    Calendar {
        working_days_only: calendar.working_days_only,
        weekdays: if weekdays == 0 {
            MONDAY_TO_FRIDAY
        } else {
            weekdays
        },
        holidays: holidays
            .map(|(index, day)| fields.date(&format!("calendar.holidays[{index}]"), day))
            .collect::<Vec<Date>>(),
    }
}

fn write_calendar(calendar: &Calendar) -> v1::Calendar {
    let days = (v1::Weekday::Monday as i32..=v1::Weekday::Sunday as i32)
        .filter(|day| calendar.weekdays >> (day - v1::Weekday::Monday as i32) & 1 == 1);
    v1::Calendar {
        working_days_only: calendar.working_days_only,
        weekdays: days.collect(),
        holidays: calendar.holidays.iter().map(Date::to_string).collect(),
    }
}

fn write_stage(stage: &Stage) -> v1::Stage {
    v1::Stage {
        id: stage.id.write(),
        name: stage.name.to_string(),
        kind: write_kind(stage.kind).into(),
        win_probability_bp: stage.win_probability_bp.into(),
        stagnation_period_days: stage.stagnation_period_days.unwrap_or_default().into(),
        required_fields: stage
            .required_fields
            .iter()
            .map(|field| field.name().to_owned())
            .collect(),
        retired: stage.retired,
        gate: gate::write(&stage.gate),
    }
}

/// Writes a pipeline with its stages.
pub fn write(pipeline: &Pipeline) -> v1::Pipeline {
    v1::Pipeline {
        id: pipeline.id.write(),
        name: pipeline.name.to_string(),
        stages: pipeline.stages.iter().map(write_stage).collect(),
        skipping_allowed: Some(pipeline.allow_skipping),
        retired: pipeline.retired,
        create_time: Some(time(pipeline.created_at)),
        revision: pipeline.revision,
        etag: etag(pipeline.revision),
        calendar: Some(write_calendar(&pipeline.calendar)),
    }
}
