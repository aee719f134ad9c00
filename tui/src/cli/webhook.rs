//! `sluice webhook`: other systems that are told by HTTP what happens.

use clap::{Args, Subcommand, ValueEnum};
use sluice_proto::v1;

use super::{
    failure::Outcome,
    noun::{self, Noun},
    output::{Cell, Column, Sheet, hidden, shown},
    reference::{Kind, short},
    session::{ListArgs, Mask, Session, WriteArgs},
    value::enum_word,
};

const SIGNATURE: &str = "Each message is a POST of JSON with the headers
  Sluice-Delivery: deliveries/31      the same for every attempt: tell repeated messages by it
  Sluice-Signature: t=1767603600,v1=  hex of HMAC-SHA-256 of \"<t>.<body>\" under the secret, which is shown once";

/// Other systems that are told what happens.
#[derive(Debug, Subcommand)]
pub enum WebhookCommand {
    /// Add a webhook; its secret is printed, once
    #[command(after_help = format!("{SIGNATURE}\n\nExample:\n  sluice webhook add chat https://example.com/in --event opportunity-won"))]
    Add {
        /// What people call it
        name: String,
        /// Where messages go: https://host/path
        url: String,
        /// What it is told; everything when absent
        #[arg(long = "event", value_name = "EVENT")]
        events: Vec<EventArg>,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// List webhooks
    List(WebhookListArgs),
    /// Change a webhook, pause it or take it back into use
    Amend {
        /// Which: W-2 or webhooks/2
        id: String,
        /// What people call it
        #[arg(long)]
        name: Option<String>,
        /// Where messages go
        #[arg(long)]
        url: Option<String>,
        /// What it is told, all of it
        #[arg(long = "event", value_name = "EVENT")]
        events: Vec<EventArg>,
        /// Send nothing until it is taken back into use
        #[arg(long, conflicts_with = "resume")]
        pause: bool,
        /// Take it back into use
        #[arg(long)]
        resume: bool,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Remove a webhook for good; what waits for it is given up
    Remove {
        /// Which: W-2 or webhooks/2
        id: String,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Send a message that says nothing; `sluice delivery list` tells what became of it
    Test {
        /// Which: W-2 or webhooks/2
        id: String,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
}

/// Which webhooks.
#[derive(Clone, Debug, Args)]
pub struct WebhookListArgs {
    /// The common options.
    #[command(flatten)]
    list: ListArgs,
}

/// What a webhook can be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EventArg {
    /// Digests of schedules that name it
    Digest,
    /// An alert was raised
    AlertRaised,
    /// A deal was won
    OpportunityWon,
    /// An approval was asked for
    ApprovalRequested,
}

impl EventArg {
    const fn to_proto(self) -> v1::WebhookEvent {
        match self {
            Self::Digest => v1::WebhookEvent::Digest,
            Self::AlertRaised => v1::WebhookEvent::AlertRaised,
            Self::OpportunityWon => v1::WebhookEvent::OpportunityWon,
            Self::ApprovalRequested => v1::WebhookEvent::ApprovalRequested,
        }
    }
}

fn numbers(events: &[EventArg]) -> Vec<i32> {
    let numbers = events.iter().map(|event| event.to_proto().into());
    numbers.collect()
}

const COLUMNS: &[Column] = &[
    shown("id", "ID"),
    shown("name", "NAME"),
    shown("url", "URL"),
    shown("events", "EVENTS"),
    shown("state", "STATE"),
    hidden("create_time"),
    hidden("etag"),
];

impl Noun for v1::Webhook {
    const NONE_MATCH: &'static str = "No webhooks.";

    async fn sheet(items: &[Self], session: &mut Session) -> Outcome<Sheet> {
        let setting = session.setting().await?;
        let mut sheet = Sheet::new(COLUMNS);
        let rows = items.iter().map(|webhook| {
            let events = webhook
                .events()
                .map(|event| enum_word(event.as_str_name(), "WEBHOOK_EVENT_"));
            let state = match (webhook.removed, webhook.active) {
                (true, _) => "removed",
                (false, true) => "active",
                (false, false) => "paused",
            };
            vec![
                Cell::pair(short(&webhook.id), &webhook.id),
                Cell::text(&webhook.name),
                Cell::text(&webhook.url),
                Cell::text(events.collect::<Vec<_>>().join(", ")),
                Cell::text(state),
                setting.time_cell(webhook.create_time.as_ref()),
                Cell::text(&webhook.etag),
            ]
        });
        sheet.rows = rows.collect();
        Ok(sheet)
    }
}

impl WebhookCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut client = session.api.webhooks();
        match self {
            Self::Add {
                name,
                url,
                events,
                write,
            } => {
                let webhook = v1::Webhook {
                    name,
                    url,
                    events: numbers(&events),
                    ..Default::default()
                };
                let request = v1::CreateWebhookRequest {
                    webhook: Some(webhook),
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.create_webhook(request).await?.into_inner();
                noun::card(session, "CreateWebhookResponse", &answer, &answer.webhook).await?;
                if !answer.secret.is_empty() {
                    let secret = format!("SECRET  {}  (not shown again)", answer.secret);
                    session.output.say(&secret)?;
                }
                session.output.flush()
            }
            Self::List(args) => {
                let answer = session.api.list_webhooks(&args.list.query()).await?;
                noun::list(session, "ListWebhooksResponse", &answer, &answer.webhooks).await
            }
            Self::Amend {
                id,
                name,
                url,
                events,
                pause,
                resume,
                write,
            } => {
                let mut mask = Mask::default();
                let mut webhook = v1::Webhook {
                    id: Kind::Webhook.require(&id)?,
                    active: resume,
                    ..Default::default()
                };
                mask.take("name", name, &mut webhook.name);
                mask.take("url", url, &mut webhook.url);
                if !events.is_empty() {
                    webhook.events = numbers(&events);
                    mask.add("events");
                }
                if pause || resume {
                    mask.add("active");
                }
                let request = v1::UpdateWebhookRequest {
                    webhook: Some(webhook),
                    update_mask: mask.finish()?,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.update_webhook(request).await?.into_inner();
                noun::card(session, "UpdateWebhookResponse", &answer, &answer.webhook).await
            }
            Self::Remove { id, write } => {
                let request = v1::RemoveWebhookRequest {
                    id: Kind::Webhook.require(&id)?,
                    etag: String::new(),
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.remove_webhook(request).await?.into_inner();
                noun::card(session, "RemoveWebhookResponse", &answer, &answer.webhook).await
            }
            Self::Test { id, write } => {
                let request = v1::TestWebhookRequest {
                    id: Kind::Webhook.require(&id)?,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.test_webhook(request).await?.into_inner();
                noun::card(session, "TestWebhookResponse", &answer, &answer.delivery).await
            }
        }
    }
}
