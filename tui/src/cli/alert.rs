//! `sluice alert`: who is told that a deal stagnates, and what they answer.

use clap::Subcommand;
use sluice_proto::v1;

use super::{
    failure::Outcome,
    noun::{self, Noun},
    output::{Cell, Column, Sheet, hidden, shown},
    reference::{Kind, short},
    session::{EtagArgs, ListArgs, Session, WriteArgs},
    value::enum_word,
};

/// Alerts of stagnation.
#[derive(Debug, Subcommand)]
pub enum AlertCommand {
    /// List alerts, resolved ones too
    #[command(after_help = "Example:\n  sluice alert list --filter 'recipient:kim state:open'")]
    List(ListArgs),
    /// Say that an alert was seen
    #[command(
        after_help = "Example:\n  sluice alert acknowledge AL-7 --reason 'calling them today'"
    )]
    Acknowledge {
        /// The alert: AL-7 or alerts/7
        id: String,
        /// What is being done about it
        #[arg(long, default_value = "")]
        reason: String,
        /// Refuses a lost update.
        #[command(flatten)]
        etag: EtagArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Put an alert off; it is open again from then on
    #[command(
        after_help = "Example:\n  sluice alert snooze AL-7 --until fri --reason 'their board meets on Thursday'"
    )]
    Snooze {
        /// The alert: AL-7 or alerts/7
        id: String,
        /// Until when, at most 90 days from now
        #[arg(long, value_name = "TIME")]
        until: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// Refuses a lost update.
        #[command(flatten)]
        etag: EtagArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
}

const COLUMNS: &[Column] = &[
    shown("id", "ID"),
    shown("level", "LEVEL"),
    shown("opportunity_id", "DEAL"),
    hidden("stage_id"),
    shown("stage", "STAGE"),
    hidden("recipient_id"),
    shown("recipient", "TELLS"),
    shown("reached_time", "SINCE"),
    shown("state", "STATE"),
    shown("snooze_until_time", "UNTIL"),
    shown("reason", "REASON"),
    hidden("resolution"),
    hidden("create_time"),
    hidden("etag"),
];

impl Noun for v1::Alert {
    const NONE_MATCH: &'static str = "No alerts match.";

    async fn sheet(items: &[Self], session: &mut Session) -> Outcome<Sheet> {
        let (setting, titles) = (session.setting().await?, session.titles(false).await?);
        let mut sheet = Sheet::new(COLUMNS);
        let rows = items.iter().map(|alert| {
            vec![
                Cell::pair(short(&alert.id), &alert.id),
                Cell::text(enum_word(alert.level().as_str_name(), "STAGNATION_LEVEL_")),
                Cell::pair(short(&alert.opportunity_id), &alert.opportunity_id),
                Cell::text(&alert.stage_id),
                Cell::text(titles.of(&alert.stage_id)),
                Cell::text(&alert.recipient_id),
                Cell::text(titles.of(&alert.recipient_id)),
                setting.time_cell(alert.reached_time.as_ref()),
                Cell::text(enum_word(alert.state().as_str_name(), "ALERT_STATE_")),
                setting.time_cell(alert.snooze_until_time.as_ref()),
                Cell::text(&alert.reason),
                Cell::text(enum_word(
                    alert.resolution().as_str_name(),
                    "ALERT_RESOLUTION_",
                )),
                setting.time_cell(alert.create_time.as_ref()),
                Cell::text(&alert.etag),
            ]
        });
        sheet.rows = rows.collect();
        Ok(sheet)
    }
}

impl AlertCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            Self::List(args) => {
                let answer = session.api.list_alerts(&args.query()).await?;
                noun::list(session, "ListAlertsResponse", &answer, &answer.alerts).await
            }
            Self::Acknowledge {
                id,
                reason,
                etag,
                write,
            } => {
                let request = v1::AcknowledgeAlertRequest {
                    id: Kind::Alert.require(&id)?,
                    reason,
                    etag: etag.etag,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let mut client = session.api.alerts();
                let answer = client.acknowledge_alert(request).await?.into_inner();
                noun::card(session, "AcknowledgeAlertResponse", &answer, &answer.alert).await
            }
            Self::Snooze {
                id,
                until,
                reason,
                etag,
                write,
            } => {
                let until = session.setting().await?.instant(&until)?;
                let request = v1::SnoozeAlertRequest {
                    id: Kind::Alert.require(&id)?,
                    until_time: Some(until),
                    reason,
                    etag: etag.etag,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let mut client = session.api.alerts();
                let answer = client.snooze_alert(request).await?.into_inner();
                noun::card(session, "SnoozeAlertResponse", &answer, &answer.alert).await
            }
        }
    }
}
