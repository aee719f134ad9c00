//! `sluice workspace`: the selling organisation as a whole.

use clap::{Subcommand, ValueEnum};
use sluice_proto::v1;

use super::{
    failure::Outcome,
    output::{Cell, Column, Sheet, shown},
    session::{Mask, Session, WriteArgs},
};

/// The selling organisation as a whole.
#[derive(Debug, Subcommand)]
pub enum WorkspaceCommand {
    /// Show the workspace
    Show,
    /// Describe the server: version, log, revisions, and who you are to it
    Server,
    /// Set up an empty workspace
    #[command(
        after_help = "Example:\n  sluice workspace set-up 'Acme Sales' --time-zone Europe/Amsterdam --currency EUR --administrator Kim"
    )]
    SetUp {
        /// What people call it
        name: String,
        /// IANA time zone in which days and cycles begin; the system's when absent
        #[arg(long, value_name = "ZONE")]
        time_zone: Option<String>,
        /// ISO 4217 code of all its money
        #[arg(long, default_value = "USD", value_name = "CODE")]
        currency: String,
        /// Stages of the first pipeline
        #[arg(long, default_value = "default")]
        template: TemplateArg,
        /// Language of the stage names: en or zh
        #[arg(long, default_value = "en", value_name = "LANGUAGE")]
        language: String,
        /// Name of the first administrator's member record; none when absent
        #[arg(long, default_value = "", value_name = "NAME")]
        administrator: String,
    },
    /// Change settings
    #[command(
        after_help = "Example:\n  sluice workspace amend --name 'Acme Sales Asia' --time-zone Asia/Shanghai"
    )]
    Amend {
        /// What people call it
        #[arg(long)]
        name: Option<String>,
        /// IANA time zone
        #[arg(long, value_name = "ZONE")]
        time_zone: Option<String>,
        /// ISO 4217 code of all its money; only while there is no deal
        #[arg(long, value_name = "CODE")]
        currency: Option<String>,
        /// Language of names the system makes: en or zh
        #[arg(long, value_name = "LANGUAGE")]
        language: Option<String>,
        /// The pipeline of a deal that names none
        #[arg(long, value_name = "PIPELINE")]
        default_pipeline: Option<String>,
        /// Metres around a site that count as being there
        #[arg(long, value_name = "METRES")]
        check_in_radius: Option<i32>,
        /// A device less sure than this many metres proves nothing
        #[arg(long, value_name = "METRES")]
        check_in_accuracy: Option<i32>,
        /// Minutes between two check-ins of a member that count
        #[arg(long, value_name = "MINUTES")]
        check_in_gap: Option<i32>,
        /// Check-ins of a member that count in a day; 0 for no cap
        #[arg(long, value_name = "COUNT")]
        check_in_cap: Option<i32>,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
}

/// Which stages the first pipeline has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TemplateArg {
    /// New 10 %, Qualified 30 %, Solution 50 %, Proposal 70 %, Negotiation 90 %, Won, Lost
    Default,
    /// Open stages at 10, 30, 50 and 70 %, Won 100 %, Lost
    Simple,
}

const COLUMNS: &[Column] = &[
    shown("name", "NAME"),
    shown("time_zone", "TIME ZONE"),
    shown("currency_code", "CURRENCY"),
    shown("create_time", "SET UP"),
    shown("etag", "ETAG"),
];

const SERVER_COLUMNS: &[Column] = &[
    shown("version", "VERSION"),
    shown("log_id", "LOG"),
    shown("revision", "REVISION"),
    shown("oldest_revision", "OLDEST"),
    shown("set_up", "SET UP"),
    shown("caller_label", "YOU ARE"),
];

impl WorkspaceCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut client = session.api.workspace();
        match self {
            Self::Show => {
                let answer = client
                    .get_workspace(v1::GetWorkspaceRequest {})
                    .await?
                    .into_inner();
                print(
                    session,
                    "GetWorkspaceResponse",
                    &answer,
                    answer.workspace.as_ref(),
                )
                .await
            }
            Self::Server => {
                let answer = client
                    .get_server_info(v1::GetServerInfoRequest {})
                    .await?
                    .into_inner();
                let mut sheet = Sheet::new(SERVER_COLUMNS);
                sheet.rows.push(vec![
                    Cell::text(&answer.version),
                    Cell::text(&answer.log_id),
                    Cell::count(answer.revision),
                    Cell::count(answer.oldest_revision),
                    Cell::pair(
                        if answer.set_up { "yes" } else { "no" },
                        answer.set_up.to_string(),
                    ),
                    Cell::text(&answer.caller_label),
                ]);
                session
                    .output
                    .card("GetServerInfoResponse", &answer, &sheet)
            }
            Self::SetUp {
                name,
                time_zone,
                currency,
                template,
                language,
                administrator,
            } => {
                let request = v1::SetUpWorkspaceRequest {
                    name,
                    time_zone: time_zone.unwrap_or_else(super::system_time_zone),
                    currency_code: currency.to_ascii_uppercase(),
                    pipeline_template: match template {
                        TemplateArg::Default => v1::PipelineTemplate::Default,
                        TemplateArg::Simple => v1::PipelineTemplate::Simple,
                    }
                    .into(),
                    language,
                    administrator_name: administrator,
                    administrator_unix_user: String::new(),
                    request_id: super::request_id(),
                };
                let answer = client.set_up_workspace(request).await?.into_inner();
                print(
                    session,
                    "SetUpWorkspaceResponse",
                    &answer,
                    answer.workspace.as_ref(),
                )
                .await
            }
            Self::Amend {
                name,
                time_zone,
                currency,
                language,
                default_pipeline,
                check_in_radius,
                check_in_accuracy,
                check_in_gap,
                check_in_cap,
                write,
            } => {
                let mut mask = Mask::default();
                let mut workspace = v1::Workspace::default();
                mask.take("name", name, &mut workspace.name);
                mask.take("time_zone", time_zone, &mut workspace.time_zone);
                let currency = currency.map(|code| code.to_ascii_uppercase());
                mask.take("currency_code", currency, &mut workspace.currency_code);
                mask.take("language", language, &mut workspace.language);
                let pipeline = match &default_pipeline {
                    Some(pipeline) => Some(session.directory.pipeline(pipeline).await?),
                    None => None,
                };
                mask.take(
                    "default_pipeline_id",
                    pipeline,
                    &mut workspace.default_pipeline_id,
                );
                for (field, given, target) in [
                    (
                        "check_in_radius_m",
                        check_in_radius,
                        &mut workspace.check_in_radius_m,
                    ),
                    (
                        "check_in_accuracy_m",
                        check_in_accuracy,
                        &mut workspace.check_in_accuracy_m,
                    ),
                    (
                        "check_in_gap_minutes",
                        check_in_gap,
                        &mut workspace.check_in_gap_minutes,
                    ),
                    (
                        "check_in_daily_cap",
                        check_in_cap,
                        &mut workspace.check_in_daily_cap,
                    ),
                ] {
                    mask.take(field, given, target);
                }
                let request = v1::UpdateWorkspaceRequest {
                    workspace: Some(workspace),
                    update_mask: mask.finish()?,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.update_workspace(request).await?.into_inner();
                print(
                    session,
                    "UpdateWorkspaceResponse",
                    &answer,
                    answer.workspace.as_ref(),
                )
                .await
            }
        }
    }
}

async fn print(
    session: &mut Session,
    name: &str,
    answer: &impl prost::Message,
    one: Option<&v1::Workspace>,
) -> Outcome {
    let mut sheet = Sheet::new(COLUMNS);
    if let Some(workspace) = one {
        let setting = super::value::Setting::new(workspace, session.locale)?;
        sheet.rows.push(vec![
            Cell::text(&workspace.name),
            Cell::text(&workspace.time_zone),
            Cell::text(&workspace.currency_code),
            setting.time_cell(workspace.create_time.as_ref()),
            Cell::text(&workspace.etag),
        ]);
    }
    session.output.card(name, answer, &sheet)
}
