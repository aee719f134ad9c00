//! `sluice pipeline` and `sluice stage`: the steps deals go through.

use clap::{Args, Subcommand, ValueEnum};
use sluice_proto::v1;

use super::{
    api::ListQuery,
    calendar::CalendarArgs,
    failure::{Failure, Outcome},
    gate::{self, GateArgs},
    output::{Cell, Column, Sheet, hidden, shown},
    reference::short,
    session::{EtagArgs, ListArgs, Mask, Session, WriteArgs},
    value::{enum_word, parse_percent, percent_cell},
};

/// Pipelines.
#[derive(Debug, Subcommand)]
pub enum PipelineCommand {
    /// Create a pipeline with its stages
    #[command(
        after_help = "Each --stage is NAME, or NAME:CHANCE, or NAME:CHANCE:DAYS (days until stalled), or NAME:won, or NAME:lost.
Example:
  sluice pipeline create Renewals --stage New:10%:14 --stage Offer:60%:10 --stage Won:won --stage Lost:lost"
    )]
    Create {
        /// What people call it
        name: String,
        /// A stage, in order
        #[arg(long, required = true, value_parser = parse_stage)]
        stage: Vec<v1::Stage>,
        /// Whether a move may skip stages
        #[arg(long)]
        skipping_allowed: Option<bool>,
        /// On which days its stage clocks run.
        #[command(flatten)]
        calendar: CalendarArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// List pipelines with their stages
    #[command(after_help = "Example:\n  sluice pipeline list")]
    List(ListArgs),
    /// Show a pipeline with its stages
    Show {
        /// The pipeline: name, P-1 or pipelines/1
        id: String,
    },
    /// Change fields of a pipeline
    #[command(
        after_help = "Examples:\n  sluice pipeline amend Renewals --retired true\n  sluice pipeline amend Sales --working-days mon-fri --holidays @holidays.txt"
    )]
    Amend {
        /// The pipeline: name, P-1 or pipelines/1
        id: String,
        /// What people call it
        #[arg(long)]
        name: Option<String>,
        /// Whether a move may skip stages
        #[arg(long)]
        skipping_allowed: Option<bool>,
        /// Whether deals can be created in it no more
        #[arg(long)]
        retired: Option<bool>,
        /// On which days its stage clocks run.
        #[command(flatten)]
        calendar: CalendarArgs,
        /// Refuses a lost update.
        #[command(flatten)]
        etag: EtagArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
}

/// Stages of a pipeline.
#[derive(Debug, Subcommand)]
pub enum StageCommand {
    /// Add a stage to a pipeline
    #[command(
        after_help = "Example:\n  sluice stage create Renewals Legal --win-probability 80 --stagnation-days 10 --after Qualified"
    )]
    Create {
        /// The pipeline: name, P-1 or pipelines/1
        pipeline: String,
        /// What people call the stage
        name: String,
        /// Open, won or lost
        #[arg(long, default_value = "open")]
        kind: StageKindArg,
        /// The stage it comes after; the last of its kind when absent
        #[arg(long, value_name = "STAGE")]
        after: Option<String>,
        /// Its fields.
        #[command(flatten)]
        fields: StageFieldArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Change a stage
    #[command(
        after_help = "Example:\n  sluice stage amend S-4 --win-probability 75 --stagnation-days 0\n  sluice stage amend Proposal --require-activities visit:2 --require-contacts decider:supportive --require-approval"
    )]
    Amend {
        /// The stage: S-4, stages/4, or a name that only one stage has
        id: String,
        /// What people call it
        #[arg(long)]
        name: Option<String>,
        /// Its fields.
        #[command(flatten)]
        fields: StageFieldArgs,
        /// Refuse the change unless the pipeline still has this etag
        #[arg(long, value_name = "ETAG", default_value = "")]
        etag: String,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Put the stages of a pipeline into another order
    #[command(after_help = "Example:\n  sluice stage reorder Renewals New Legal Offer Won Lost")]
    Reorder {
        /// The pipeline: name, P-1 or pipelines/1
        pipeline: String,
        /// Every stage of it, once, in the new order
        #[arg(required = true)]
        stages: Vec<String>,
        /// Refuses a lost update.
        #[command(flatten)]
        etag: EtagArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Retire a stage: nothing can enter it any more
    #[command(after_help = "Example:\n  sluice stage retire S-4 --move-to S-3")]
    Retire {
        /// The stage: S-4, stages/4, or a name that only one stage has
        id: String,
        /// Where its deals go
        #[arg(long, value_name = "STAGE")]
        move_to: Option<String>,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
}

/// What being in a stage means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StageKindArg {
    /// The sale is under way
    Open,
    /// The sale is made
    Won,
    /// The sale is lost
    Lost,
}

/// Fields of a stage as options.
#[derive(Clone, Debug, Args)]
pub struct StageFieldArgs {
    /// Chance to win from here, in percent
    #[arg(long, value_name = "PERCENT", value_parser = parse_percent, allow_negative_numbers = true)]
    win_probability: Option<i32>,
    /// Days after which a deal here is stalled; 0 means never
    #[arg(long, value_name = "DAYS", allow_negative_numbers = true)]
    stagnation_days: Option<i32>,
    /// Fields a deal must have to enter, comma-separated, e.g. customer_id,owner_id
    #[arg(long, value_delimiter = ',', value_name = "FIELDS")]
    required_fields: Option<Vec<String>>,
    /// What else it demands.
    #[command(flatten)]
    gate: GateArgs,
}

impl StageFieldArgs {
    fn fill(self, stage: &mut v1::Stage, mask: &mut Mask) -> Outcome {
        let required = self
            .required_fields
            .map(|names| names.into_iter().filter(|name| !name.is_empty()).collect());
        mask.take(
            "win_probability_bp",
            self.win_probability,
            &mut stage.win_probability_bp,
        );
        mask.take(
            "stagnation_period_days",
            self.stagnation_days,
            &mut stage.stagnation_period_days,
        );
        mask.take("required_fields", required, &mut stage.required_fields);
        self.gate
            .fill(&mut stage.gate, mask)
            .map_err(Failure::usage)
    }
}

/// Chance of an open stage that states none, in basis points.
const DEFAULT_CHANCE_BP: i32 = 5_000;
const WON_CHANCE_BP: i32 = 10_000;

fn kind_chance(kind: v1::StageKind) -> i32 {
    match kind {
        v1::StageKind::Won => WON_CHANCE_BP,
        v1::StageKind::Lost => 0,
        _ => DEFAULT_CHANCE_BP,
    }
}

/// Reads `NAME`, `NAME:60%:10`, `NAME:won` or `NAME:lost`.
fn parse_stage(text: &str) -> Result<v1::Stage, String> {
    let mut parts = text.split(':').map(str::trim);
    let name = parts.next().unwrap_or_default().to_owned();
    if name.is_empty() {
        return Err(format!("'{text}' has no name before the colon"));
    }
    let second = parts.next();
    let kind = match second {
        Some("won") => v1::StageKind::Won,
        Some("lost") => v1::StageKind::Lost,
        _ => v1::StageKind::Open,
    };
    let mut stage = v1::Stage {
        name,
        kind: kind.into(),
        win_probability_bp: kind_chance(kind),
        ..Default::default()
    };
    if kind == v1::StageKind::Open {
        if let Some(chance) = second {
            stage.win_probability_bp = parse_percent(chance)?;
        }
        if let Some(days) = parts.next() {
            stage.stagnation_period_days = days
                .parse()
                .map_err(|_| format!("'{days}' is not a number of days"))?;
        }
    }
    match parts.next() {
        Some(more) => Err(format!(
            "what does ':{more}' mean? Write NAME:CHANCE:DAYS, NAME:won or NAME:lost"
        )),
        None => Ok(stage),
    }
}

const COLUMNS: &[Column] = &[
    shown("pipeline_id", "ID"),
    shown("pipeline", "PIPELINE"),
    shown("stage_id", "STAGE ID"),
    shown("stage", "STAGE"),
    shown("kind", "KIND"),
    shown("win_probability_bp", "CHANCE"),
    shown("stagnation_period_days", "STALLED AFTER"),
    shown("required_fields", "NEEDS"),
    shown("retired", "RETIRED"),
    hidden("etag"),
];

/// Pipelines as a table, one row a stage.
pub fn sheet(pipelines: &[v1::Pipeline]) -> Sheet {
    let mut sheet = Sheet::new(COLUMNS);
    for pipeline in pipelines {
        for stage in &pipeline.stages {
            let days = stage.stagnation_period_days;
            let retired = pipeline.retired || stage.retired;
            sheet.rows.push(vec![
                Cell::pair(short(&pipeline.id), &pipeline.id),
                Cell::text(&pipeline.name),
                Cell::pair(short(&stage.id), &stage.id),
                Cell::text(&stage.name),
                Cell::text(enum_word(stage.kind().as_str_name(), "STAGE_KIND_")),
                percent_cell(stage.win_probability_bp),
                Cell::figure(
                    if days > 0 {
                        format!("{days}d")
                    } else {
                        String::new()
                    },
                    days.to_string(),
                ),
                Cell::pair(gate::words(stage), stage.required_fields.join(" ")),
                Cell::pair(if retired { "yes" } else { "" }, retired.to_string()),
                Cell::text(&pipeline.etag),
            ]);
        }
    }
    sheet
}

impl PipelineCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut client = session.api.pipelines();
        match self {
            Self::Create {
                name,
                stage,
                skipping_allowed,
                calendar,
                write,
            } => {
                let given = calendar.is_given();
                let calendar = calendar.change(v1::Calendar::default())?;
                let request = v1::CreatePipelineRequest {
                    pipeline: Some(v1::Pipeline {
                        name,
                        stages: stage,
                        skipping_allowed,
                        calendar: given.then_some(calendar),
                        ..Default::default()
                    }),
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.create_pipeline(request).await?.into_inner();
                print(session, "CreatePipelineResponse", &answer, &answer.pipeline)
            }
            Self::List(args) => {
                let answer = session.api.list_pipelines(&args.query()).await?;
                let sheet = sheet(&answer.pipelines);
                session.output.list(
                    "ListPipelinesResponse",
                    &answer,
                    &sheet,
                    "No pipelines match.",
                )
            }
            Self::Show { id } => {
                let id = session.directory.pipeline(&id).await?;
                let answer = client
                    .get_pipeline(v1::GetPipelineRequest { id })
                    .await?
                    .into_inner();
                print(session, "GetPipelineResponse", &answer, &answer.pipeline)
            }
            Self::Amend {
                id,
                name,
                skipping_allowed,
                retired,
                calendar,
                etag,
                write,
            } => {
                let mut mask = Mask::default();
                let mut pipeline = v1::Pipeline {
                    id: session.directory.pipeline(&id).await?,
                    etag: etag.etag,
                    ..Default::default()
                };
                mask.take("name", name, &mut pipeline.name);
                mask.take(
                    "skipping_allowed",
                    skipping_allowed.map(Some),
                    &mut pipeline.skipping_allowed,
                );
                mask.take("retired", retired, &mut pipeline.retired);
                if calendar.is_given() {
                    let id = pipeline.id.clone();
                    let answer = client.get_pipeline(v1::GetPipelineRequest { id }).await?;
                    let current = answer.into_inner().pipeline.unwrap_or_default();
                    let changed = calendar.change(current.calendar.unwrap_or_default())?;
                    mask.take("calendar", Some(Some(changed)), &mut pipeline.calendar);
                }
                let request = v1::UpdatePipelineRequest {
                    pipeline: Some(pipeline),
                    update_mask: mask.finish()?,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.update_pipeline(request).await?.into_inner();
                print(session, "UpdatePipelineResponse", &answer, &answer.pipeline)
            }
        }
    }
}

impl StageCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut client = session.api.pipelines();
        match self {
            Self::Create {
                pipeline,
                name,
                kind,
                after,
                fields,
                write,
            } => {
                let kind = match kind {
                    StageKindArg::Open => v1::StageKind::Open,
                    StageKindArg::Won => v1::StageKind::Won,
                    StageKindArg::Lost => v1::StageKind::Lost,
                };
                let mut stage = v1::Stage {
                    name,
                    kind: kind.into(),
                    win_probability_bp: kind_chance(kind),
                    ..Default::default()
                };
                fields.fill(&mut stage, &mut Mask::default())?;
                let pipeline_id = session.directory.pipeline(&pipeline).await?;
                let after_stage_id = match &after {
                    Some(after) => session.directory.stage(after, &pipeline_id).await?,
                    None => String::new(),
                };
                let request = v1::CreateStageRequest {
                    pipeline_id,
                    stage: Some(stage),
                    after_stage_id,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.create_stage(request).await?.into_inner();
                print(session, "CreateStageResponse", &answer, &answer.pipeline)
            }
            Self::Amend {
                id,
                name,
                fields,
                etag,
                write,
            } => {
                let mut mask = Mask::default();
                let mut stage = v1::Stage {
                    id: session.directory.stage(&id, "").await?,
                    ..Default::default()
                };
                mask.take("name", name, &mut stage.name);
                if !fields.gate.is_empty() {
                    // Only the parts of the gate that are named change.
                    stage.gate = current_gate(session, &stage.id).await?;
                }
                fields.fill(&mut stage, &mut mask)?;
                let request = v1::UpdateStageRequest {
                    stage: Some(stage),
                    update_mask: mask.finish()?,
                    etag,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.update_stage(request).await?.into_inner();
                print(session, "UpdateStageResponse", &answer, &answer.pipeline)
            }
            Self::Reorder {
                pipeline,
                stages,
                etag,
                write,
            } => {
                let pipeline_id = session.directory.pipeline(&pipeline).await?;
                let mut stage_ids = Vec::with_capacity(stages.len());
                for stage in &stages {
                    let id = session.directory.stage(stage, &pipeline_id).await?;
                    if stage_ids.contains(&id) {
                        return Err(Failure::usage(format!("'{stage}' is given twice")));
                    }
                    stage_ids.push(id);
                }
                let request = v1::ReorderStagesRequest {
                    pipeline_id,
                    stage_ids,
                    etag: etag.etag,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.reorder_stages(request).await?.into_inner();
                print(session, "ReorderStagesResponse", &answer, &answer.pipeline)
            }
            Self::Retire { id, move_to, write } => {
                let request = v1::RetireStageRequest {
                    id: session.directory.stage(&id, "").await?,
                    move_to_stage_id: match &move_to {
                        Some(stage) => session.directory.stage(stage, "").await?,
                        None => String::new(),
                    },
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.retire_stage(request).await?.into_inner();
                print(session, "RetireStageResponse", &answer, &answer.pipeline)
            }
        }
    }
}

/// A pipeline is its stages: always the whole table, never a card.
/// The gate a stage has now.
async fn current_gate(session: &Session, stage_id: &str) -> Outcome<Option<v1::Gate>> {
    let answer = session.api.list_pipelines(&ListQuery::default()).await?;
    let stages = answer
        .pipelines
        .into_iter()
        .flat_map(|pipeline| pipeline.stages);
    Ok(stages
        .into_iter()
        .find(|stage| stage.id == stage_id)
        .and_then(|stage| stage.gate))
}

fn print(
    session: &mut Session,
    name: &str,
    answer: &impl prost::Message,
    one: &Option<v1::Pipeline>,
) -> Outcome {
    let sheet = sheet(one.as_slice());
    session.output.list(name, answer, &sheet, "")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn stages_are_read_from_one_word() {
        let read = |text: &str| {
            let stage = parse_stage(text).unwrap();
            (
                stage.name.clone(),
                stage.kind(),
                stage.win_probability_bp,
                stage.stagnation_period_days,
            )
        };
        assert_eq!(
            read("New:10%:14"),
            ("New".into(), v1::StageKind::Open, 1_000, 14)
        );
        assert_eq!(
            read("Offer"),
            ("Offer".into(), v1::StageKind::Open, 5_000, 0)
        );
        assert_eq!(
            read("Won:won"),
            ("Won".into(), v1::StageKind::Won, 10_000, 0)
        );
        assert_eq!(
            read("失败:lost"),
            ("失败".into(), v1::StageKind::Lost, 0, 0)
        );
        for text in [":10", "New:ten", "New:10:x", "New:10:1:2", "Won:won:5"] {
            assert!(parse_stage(text).is_err(), "{text}");
        }
    }
}
