//! The webhook: another system that is told by HTTP what happens here.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::{MemberId, WebhookId};
use crate::time::Timestamp;

/// What signs the messages of a webhook. It is shown once, to whoever made the webhook, and never printed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(Box<str>);

impl Secret {
    /// From the text that the other side gets.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// What a webhook can be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum WebhookEvent {
    /// A digest that names the webhook among its channels.
    Digest,
    /// An alert was raised (DOMAIN.md §3).
    AlertRaised,
    /// An opportunity was won.
    OpportunityWon,
    /// An approval was asked for.
    ApprovalRequested,
}

impl WebhookEvent {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 4] = [
        Self::Digest,
        Self::AlertRaised,
        Self::OpportunityWon,
        Self::ApprovalRequested,
    ];

    /// The stable name, as the API and the messages write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Digest => "DIGEST",
            Self::AlertRaised => "ALERT_RAISED",
            Self::OpportunityWon => "OPPORTUNITY_WON",
            Self::ApprovalRequested => "APPROVAL_REQUESTED",
        }
    }
}

/// Another system, and what it is told. Never deleted: deliveries name it. A removed one keeps no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// What people call it.
    pub name: Box<str>,
    /// Where messages go: `https://…` or `http://…`.
    pub url: Box<str>,
    /// What it is told, in the order of [`WebhookEvent::ALL`].
    pub events: Vec<WebhookEvent>,
    /// Signs the messages.
    pub secret: Secret,
    /// False while it is paused: nothing new is queued, and what is queued waits.
    pub active: bool,
    /// True once it was removed, for good.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub removed: bool,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator: Option<MemberId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Revision of the last commit that changed it.
    pub revision: u64,
}

impl Webhook {
    /// Whether it is to be told of an event that happens now.
    pub fn wants(&self, event: WebhookEvent) -> bool {
        self.active && !self.removed && self.events.contains(&event)
    }
}
