//! `sluice delivery`: messages to other systems, until they are acknowledged.

use clap::{Args, Subcommand, ValueEnum};
use sluice_proto::v1;

use super::{
    failure::Outcome,
    noun::{self, Noun},
    output::{Cell, Column, Sheet, hidden, shown},
    reference::{Kind, short},
    session::{Session, WriteArgs},
    value::enum_word,
};

/// Messages to other systems.
#[derive(Debug, Subcommand)]
pub enum DeliveryCommand {
    /// List messages: those that wait, and the newest 1,000 that are finished
    #[command(after_help = "Example:\n  sluice delivery list --state pending --webhook W-2")]
    List(DeliveryListArgs),
    /// Send a message that was given up, or waits, once more from the beginning
    Retry {
        /// Which: X-31 or deliveries/31
        id: String,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
}

/// Which messages.
#[derive(Clone, Debug, Args)]
pub struct DeliveryListArgs {
    /// Only those in this state
    #[arg(long)]
    state: Option<StateArg>,
    /// Only those to this webhook: W-2
    #[arg(long)]
    webhook: Option<String>,
    /// Sort by a field
    #[arg(long, value_name = "FIELDS", default_value = "id desc")]
    order_by: String,
    /// Rows of a page
    #[arg(long, value_name = "ROWS", default_value_t = 50)]
    page_size: u16,
    /// Go on where an earlier page ended: its next_page_token
    #[arg(long, value_name = "TOKEN", default_value = "")]
    page_token: String,
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StateArg {
    /// To be sent
    Pending,
    /// Acknowledged
    Delivered,
    /// Given up
    Failed,
}

const COLUMNS: &[Column] = &[
    shown("id", "ID"),
    shown("create_time", "WHEN"),
    shown("event", "WHAT"),
    shown("target", "TO"),
    shown("state", "STATE"),
    shown("attempts", "ATTEMPTS"),
    shown("next_attempt_time", "NEXT"),
    shown("problem", "PROBLEM"),
    hidden("finish_time"),
    hidden("expire_time"),
];

impl Noun for v1::Delivery {
    const NONE_MATCH: &'static str = "No deliveries.";

    async fn sheet(items: &[Self], session: &mut Session) -> Outcome<Sheet> {
        let (setting, titles) = (session.setting().await?, session.team_titles().await?);
        let mut sheet = Sheet::new(COLUMNS);
        let rows = items.iter().map(|delivery| {
            let target = match delivery.webhook_id.as_str() {
                "" => Cell::pair(titles.of(&delivery.member_id), &delivery.member_id),
                id => Cell::pair(short(id), id),
            };
            vec![
                Cell::pair(short(&delivery.id), &delivery.id),
                setting.time_cell(delivery.create_time.as_ref()),
                Cell::text(&delivery.event),
                target,
                Cell::text(enum_word(delivery.state().as_str_name(), "DELIVERY_STATE_")),
                Cell::count(delivery.attempts),
                setting.time_cell(delivery.next_attempt_time.as_ref()),
                Cell::text(&delivery.problem),
                setting.time_cell(delivery.finish_time.as_ref()),
                setting.time_cell(delivery.expire_time.as_ref()),
            ]
        });
        sheet.rows = rows.collect();
        Ok(sheet)
    }
}

impl DeliveryCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut client = session.api.deliveries();
        match self {
            Self::List(args) => {
                let state = match args.state {
                    None => v1::DeliveryState::Unspecified,
                    Some(StateArg::Pending) => v1::DeliveryState::Pending,
                    Some(StateArg::Delivered) => v1::DeliveryState::Delivered,
                    Some(StateArg::Failed) => v1::DeliveryState::Failed,
                };
                let webhook_id = match &args.webhook {
                    Some(webhook) => Kind::Webhook.require(webhook)?,
                    None => String::new(),
                };
                let request = v1::ListDeliveriesRequest {
                    page_size: i32::from(args.page_size),
                    page_token: args.page_token,
                    state: state.into(),
                    webhook_id,
                    order_by: args.order_by,
                };
                let answer = client.list_deliveries(request).await?.into_inner();
                let name = "ListDeliveriesResponse";
                noun::list(session, name, &answer, &answer.deliveries).await
            }
            Self::Retry { id, write } => {
                let request = v1::RetryDeliveryRequest {
                    id: Kind::Delivery.require(&id)?,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.retry_delivery(request).await?.into_inner();
                noun::card(session, "RetryDeliveryResponse", &answer, &answer.delivery).await
            }
        }
    }
}
