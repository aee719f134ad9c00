//! `sluice opportunity`: create, list, show, amend and move deals.

use clap::{Args, Subcommand};
use sluice_proto::v1;

use super::{
    api::ListQuery,
    failure::{Failure, Outcome},
    noun::{self, Noun},
    opportunity_fields::FieldArgs,
    opportunity_line,
    opportunity_sheet::{history_sheet, sheet},
    output::{Format, Sheet},
    preview,
    reference::Kind,
    session::{EtagArgs, ListArgs, Mask, Session, WriteArgs},
};
use crate::cli::{activity, view};

/// Deals.
#[derive(Debug, Subcommand)]
pub enum OpportunityCommand {
    /// Create a deal, from one line or from options
    #[command(after_help = "Examples:
  sluice opportunity create --line 'Acme renewal 1.2m @proposal ^fri #kim'
  sluice opportunity create --line '华北电力 120万 @方案 ^3/15 #张三'
  sluice opportunity create --name 'Acme renewal' --amount 1.2m --date +30d --customer Acme --owner kim")]
    Create(Box<CreateArgs>),
    /// List deals, archived ones too (archived:false leaves them out)
    #[command(after_help = "Examples:
  sluice opportunity list --filter 'owner:kim stage:Proposal'
  sluice opportunity list --filter 'amount>=1m status:open' --order-by 'amount desc'
  sluice opportunity list --view 'My stuck deals' --filter acme
  sluice -o json opportunity list --page-size 0 | jq '.opportunities[].name'")]
    List(DealListArgs),
    /// Show a deal with its history and activities
    #[command(
        after_help = "Examples:\n  sluice opportunity show O-1042\n  sluice -o json opportunity show 1042"
    )]
    Show {
        /// The deal: O-1042, opportunities/1042 or 1042
        id: String,
    },
    /// List the stages a deal has been in
    #[command(after_help = "Example:\n  sluice -o csv opportunity history O-1042")]
    History {
        /// The deal: O-1042, opportunities/1042 or 1042
        id: String,
    },
    /// Change fields of a deal; never its stage
    #[command(after_help = "Examples:
  sluice opportunity amend O-1042 --amount 1.5m --date 2026-06-30
  sluice opportunity amend O-1042 --owner lee --etag r88
  sluice opportunity amend O-1042 --customer ''        # no customer any more")]
    Amend(Box<AmendArgs>),
    /// Move a deal forward or back, also into a won stage
    #[command(
        after_help = "Examples:\n  sluice opportunity move O-1042 Proposal\n  sluice opportunity move O-1042 Won --etag r88\n  sluice opportunity move O-1042 Proposal --dry-run\n  sluice opportunity move O-1042 Proposal --override 'quarter end'"
    )]
    Move {
        /// The deal
        id: String,
        /// The stage: its name, S-4 or stages/4
        #[command(flatten)]
        stage: StageArg,
        /// Let it through a gate that is not met, for this reason; only a manager of its owner may
        #[arg(long = "override", value_name = "REASON", default_value = "")]
        override_reason: String,
        /// Refuses a lost update.
        #[command(flatten)]
        etag: EtagArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Lose a deal, with a reason
    #[command(after_help = "Example:\n  sluice opportunity lose O-1042 --reason 'budget cut'")]
    Lose {
        /// The deal
        id: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// The lost stage, where the pipeline has several
        #[arg(long)]
        stage: Option<String>,
        /// Let it through a gate that is not met, for this reason; only a manager of its owner may
        #[arg(long = "override", value_name = "REASON", default_value = "")]
        override_reason: String,
        /// Refuses a lost update.
        #[command(flatten)]
        etag: EtagArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Bring a won or lost deal back to an open stage, with a reason
    #[command(
        after_help = "Example:\n  sluice opportunity reopen O-1042 Qualified --reason 'new budget'"
    )]
    Reopen {
        /// The deal
        id: String,
        /// The open stage
        #[command(flatten)]
        stage: StageArg,
        /// Why
        #[arg(long)]
        reason: String,
        /// Let it through a gate that is not met, for this reason; only a manager of its owner may
        #[arg(long = "override", value_name = "REASON", default_value = "")]
        override_reason: String,
        /// Refuses a lost update.
        #[command(flatten)]
        etag: EtagArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Take back the last move: within ten minutes, by who made it
    #[command(after_help = "Example:\n  sluice opportunity undo O-1042")]
    Undo {
        /// The deal
        id: String,
        /// Refuses a lost update.
        #[command(flatten)]
        etag: EtagArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Take a deal off the board without losing it
    Archive {
        /// The deal
        id: String,
        /// Refuses a lost update.
        #[command(flatten)]
        etag: EtagArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Put an archived deal back
    Restore {
        /// The deal
        id: String,
        /// Refuses a lost update.
        #[command(flatten)]
        etag: EtagArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
}

/// Options of `list`.
#[derive(Clone, Debug, Args)]
pub struct DealListArgs {
    /// As a saved view says: its name, V-7 or savedViews/7; a filter narrows it down, an order takes the place of its own
    #[arg(long, value_name = "VIEW")]
    view: Option<String>,
    /// What to list.
    #[command(flatten)]
    list: ListArgs,
}

/// A stage, with or without its option's name.
#[derive(Clone, Debug, Args)]
pub struct StageArg {
    /// The stage to enter: its name, S-4 or stages/4
    #[arg(required_unless_present = "to")]
    stage: Option<String>,
    /// The same, written out
    #[arg(long, value_name = "STAGE", conflicts_with = "stage")]
    to: Option<String>,
}

impl StageArg {
    fn text(&self) -> &str {
        let given = self.stage.as_ref().or(self.to.as_ref());
        given.map_or("", String::as_str)
    }
}

/// Options of `create`.
#[derive(Clone, Debug, Args)]
pub struct CreateArgs {
    /// The whole deal in one line: name, amount, @stage, ^date, #contact, :customer, &owner, !grade
    #[arg(long)]
    line: Option<String>,
    /// The pipeline; the first one when absent
    #[arg(long)]
    pipeline: Option<String>,
    /// The stage it starts in; the pipeline's first open one when absent
    #[arg(long)]
    stage: Option<String>,
    /// Its fields.
    #[command(flatten)]
    fields: FieldArgs,
    /// How the change is made.
    #[command(flatten)]
    write: WriteArgs,
}

/// Options of `amend`.
#[derive(Clone, Debug, Args)]
pub struct AmendArgs {
    /// The deal: O-1042, opportunities/1042 or 1042
    id: String,
    /// Its fields.
    #[command(flatten)]
    fields: FieldArgs,
    /// Refuses a lost update.
    #[command(flatten)]
    etag: EtagArgs,
    /// How the change is made.
    #[command(flatten)]
    write: WriteArgs,
}

impl Noun for v1::Opportunity {
    const NONE_MATCH: &'static str = "No deals match. `sluice opportunity create --line 'Acme renewal 1.2m @proposal ^fri #kim'` makes one.";

    async fn sheet(items: &[Self], session: &mut Session) -> Outcome<Sheet> {
        let setting = session.setting().await?;
        let with_customers = items.iter().any(|deal| !deal.customer_id.is_empty());
        let titles = session.titles(with_customers).await?;
        Ok(sheet(items, &titles, &setting))
    }
}

impl OpportunityCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut client = session.api.opportunities();
        match self {
            Self::Create(args) => create(*args, session).await,
            Self::List(args) => list(&args, session).await,
            Self::Show { id } => show(&id, session).await,
            Self::History { id } => history(&id, session).await,
            Self::Amend(args) => amend(*args, session).await,
            Self::Move {
                id,
                stage,
                override_reason,
                etag,
                write,
            } => {
                let id = Kind::Opportunity.require(&id)?;
                let stage_id = stage_of(session, &id, stage.text()).await?;
                let request = v1::MoveOpportunityRequest {
                    id,
                    stage_id,
                    etag: etag.etag,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                    override_reason,
                };
                let answer = client.move_opportunity(request).await?.into_inner();
                if let Some(preview) = &answer.preview {
                    return preview::print(session, &answer, preview).await;
                }
                noun::card(
                    session,
                    "MoveOpportunityResponse",
                    &answer,
                    &answer.opportunity,
                )
                .await
            }
            Self::Lose {
                id,
                reason,
                stage,
                override_reason,
                etag,
                write,
            } => {
                let id = Kind::Opportunity.require(&id)?;
                let stage_id = match &stage {
                    Some(stage) => stage_of(session, &id, stage).await?,
                    None => String::new(),
                };
                let request = v1::LoseOpportunityRequest {
                    id,
                    reason,
                    stage_id,
                    etag: etag.etag,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                    override_reason,
                };
                let answer = client.lose_opportunity(request).await?.into_inner();
                noun::card(
                    session,
                    "LoseOpportunityResponse",
                    &answer,
                    &answer.opportunity,
                )
                .await
            }
            Self::Reopen {
                id,
                stage,
                reason,
                override_reason,
                etag,
                write,
            } => {
                let id = Kind::Opportunity.require(&id)?;
                let stage_id = stage_of(session, &id, stage.text()).await?;
                let request = v1::ReopenOpportunityRequest {
                    id,
                    stage_id,
                    reason,
                    etag: etag.etag,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                    override_reason,
                };
                let answer = client.reopen_opportunity(request).await?.into_inner();
                noun::card(
                    session,
                    "ReopenOpportunityResponse",
                    &answer,
                    &answer.opportunity,
                )
                .await
            }
            Self::Undo { id, etag, write } => {
                let request = v1::UndoMoveRequest {
                    id: Kind::Opportunity.require(&id)?,
                    etag: etag.etag,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.undo_move(request).await?.into_inner();
                noun::card(session, "UndoMoveResponse", &answer, &answer.opportunity).await
            }
            Self::Archive { id, etag, write } => {
                let request = v1::ArchiveOpportunityRequest {
                    id: Kind::Opportunity.require(&id)?,
                    etag: etag.etag,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.archive_opportunity(request).await?.into_inner();
                noun::card(
                    session,
                    "ArchiveOpportunityResponse",
                    &answer,
                    &answer.opportunity,
                )
                .await
            }
            Self::Restore { id, etag, write } => {
                let request = v1::RestoreOpportunityRequest {
                    id: Kind::Opportunity.require(&id)?,
                    etag: etag.etag,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.restore_opportunity(request).await?.into_inner();
                noun::card(
                    session,
                    "RestoreOpportunityResponse",
                    &answer,
                    &answer.opportunity,
                )
                .await
            }
        }
    }
}

async fn create(args: CreateArgs, session: &mut Session) -> Outcome {
    let mut deal = v1::Opportunity::default();
    if let Some(pipeline) = &args.pipeline {
        deal.pipeline_id = session.directory.pipeline(pipeline).await?;
    }
    let mut contact = None;
    if let Some(line) = &args.line {
        contact =
            opportunity_line::fill(session, line, &mut deal, args.write.validate_only).await?;
    }
    if let Some(stage) = &args.stage {
        let pipeline_id = match deal.pipeline_id.as_str() {
            "" => default_pipeline(session).await?,
            given => given.to_owned(),
        };
        deal.stage_id = session.directory.stage(stage, &pipeline_id).await?;
    }
    args.fields
        .fill(session, &mut deal, &mut Mask::default())
        .await?;
    if let Some(contact) = contact {
        let validate_only = args.write.validate_only;
        let id =
            opportunity_line::contact(session, contact, &deal.customer_id, validate_only).await?;
        deal.contact_ids.push(id);
    }
    let request = v1::CreateOpportunityRequest {
        opportunity: Some(deal),
        request_id: args.write.request_id(),
        validate_only: args.write.validate_only,
    };
    let answer = session
        .api
        .opportunities()
        .create_opportunity(request)
        .await?
        .into_inner();
    noun::card(
        session,
        "CreateOpportunityResponse",
        &answer,
        &answer.opportunity,
    )
    .await
}

pub(super) async fn default_pipeline(session: &mut Session) -> Outcome<String> {
    let preset = session
        .directory
        .workspace()
        .await?
        .default_pipeline_id
        .clone();
    let pipelines = session.directory.pipelines().await?;
    let mut usable = pipelines.iter().filter(|pipeline| !pipeline.retired);
    let first = usable
        .clone()
        .find(|pipeline| pipeline.id == preset)
        .or_else(|| usable.next());
    first.map(|pipeline| pipeline.id.clone()).ok_or_else(|| {
        Failure::not_found("the workspace has no pipeline")
            .with_hint("Make one: sluice pipeline create.")
    })
}

async fn amend(args: AmendArgs, session: &mut Session) -> Outcome {
    let mut deal = v1::Opportunity {
        id: Kind::Opportunity.require(&args.id)?,
        etag: args.etag.etag,
        ..Default::default()
    };
    let mut mask = Mask::default();
    args.fields.fill(session, &mut deal, &mut mask).await?;
    let request = v1::AmendOpportunityRequest {
        opportunity: Some(deal),
        update_mask: mask.finish()?,
        request_id: args.write.request_id(),
        validate_only: args.write.validate_only,
    };
    let answer = session
        .api
        .opportunities()
        .amend_opportunity(request)
        .await?
        .into_inner();
    noun::card(
        session,
        "AmendOpportunityResponse",
        &answer,
        &answer.opportunity,
    )
    .await
}

async fn list(args: &DealListArgs, session: &mut Session) -> Outcome {
    let query = match &args.view {
        None => args.list.query(),
        Some(name) => {
            let kept = view::find(session, name).await?;
            if kept.collection != "opportunities" {
                return Err(
                    Failure::usage(format!("'{}' lists {}", kept.name, kept.collection))
                        .with_hint(format!("Run it: sluice view run '{}'.", kept.name)),
                );
            }
            view::combined(&kept, args.list.query())
        }
    };
    list_by(&query, session).await
}

/// Prints the deals of a query.
pub(super) async fn list_by(query: &ListQuery, session: &mut Session) -> Outcome {
    let answer = session.api.list_opportunities(query).await?;
    noun::list(
        session,
        "ListOpportunitiesResponse",
        &answer,
        &answer.opportunities,
    )
    .await?;
    let rest = usize::try_from(answer.total_size)
        .unwrap_or(0)
        .saturating_sub(answer.opportunities.len());
    if !answer.next_page_token.is_empty() {
        session
            .output
            .say(&format!("… {rest} more; --page-size 0 lists all"))?;
    }
    session.output.flush()
}

async fn get(session: &Session, id: &str) -> Outcome<v1::GetOpportunityResponse> {
    let request = v1::GetOpportunityRequest { id: id.to_owned() };
    Ok(session
        .api
        .opportunities()
        .get_opportunity(request)
        .await?
        .into_inner())
}

/// The stage that a text means for a deal.
pub(super) async fn stage_of(session: &mut Session, id: &str, stage: &str) -> Outcome<String> {
    // A name means a stage of the deal's own pipeline; an id needs no look-up.
    if let Some(id) = Kind::Stage.parse(stage) {
        return Ok(id);
    }
    let deal = get(session, id).await?.opportunity.unwrap_or_default();
    session.directory.stage(stage, &deal.pipeline_id).await
}

async fn show(id: &str, session: &mut Session) -> Outcome {
    let id = Kind::Opportunity.require(id)?;
    let answer = get(session, &id).await?;
    noun::card(
        session,
        "GetOpportunityResponse",
        &answer,
        &answer.opportunity,
    )
    .await?;
    if session.output.format != Format::Table {
        return Ok(());
    }
    let request = v1::ListStageEntriesRequest {
        opportunity_id: id.clone(),
    };
    let entries = session
        .api
        .opportunities()
        .list_stage_entries(request)
        .await?
        .into_inner();
    let (setting, titles) = (session.setting().await?, session.titles(false).await?);
    session.output.say("")?;
    history_sheet(&entries.stage_entries, &titles, &setting)
        .write_table(session.output.writer())?;
    activity::print_of(session, &id).await?;
    session.output.flush()
}

async fn history(id: &str, session: &mut Session) -> Outcome {
    let request = v1::ListStageEntriesRequest {
        opportunity_id: Kind::Opportunity.require(id)?,
    };
    let answer = session
        .api
        .opportunities()
        .list_stage_entries(request)
        .await?
        .into_inner();
    let (setting, titles) = (session.setting().await?, session.titles(false).await?);
    let sheet = history_sheet(&answer.stage_entries, &titles, &setting);
    session
        .output
        .list("ListStageEntriesResponse", &answer, &sheet, "No history.")
}
