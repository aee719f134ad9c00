//! What a caller may ask about notices, webhooks, schedules of digests, and deliveries.

use serde::{Deserialize, Serialize};

use super::Patch;
use crate::cycle::CycleUnit;
use crate::delivery::DeliveryResult;
use crate::digest_schedule::LocalTime;
use crate::id::{DeliveryId, DigestScheduleId, MemberId, NoticeId, WebhookId};
use crate::webhook::{Secret, WebhookEvent};

/// Marks notices as read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkNoticesRead {
    /// Which.
    pub notices: Vec<NoticeId>,
    /// Every unread one of this member as well, the oldest first, as many as one commit may change.
    pub all_of: Option<MemberId>,
}

/// Creates a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateWebhook {
    /// What people call it.
    pub name: String,
    /// Where messages go.
    pub url: String,
    /// What it is told; empty = everything.
    pub events: Vec<WebhookEvent>,
    /// Drawn at random for each request: a repeated request has another one and is the same request nevertheless.
    #[serde(skip)]
    pub secret: Secret,
}

/// Changes a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateWebhook {
    /// Which.
    pub id: WebhookId,
    /// New name.
    pub name: Option<String>,
    /// New address.
    pub url: Option<String>,
    /// New list of what it is told.
    pub events: Option<Vec<WebhookEvent>>,
    /// False pauses it, true takes it back into use.
    pub active: Option<bool>,
}

/// Removes a webhook for good; what waits for it is given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveWebhook {
    /// Which.
    pub id: WebhookId,
}

/// Sends a webhook a message that says nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestWebhook {
    /// Which.
    pub id: WebhookId,
}

/// Sends a message that was given up, or waits, once more from the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetryDelivery {
    /// Which.
    pub id: DeliveryId,
}

/// Says what came of an attempt to send a message; from the server itself, not from callers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordDelivery {
    /// Which.
    pub id: DeliveryId,
    /// What came of it.
    pub result: DeliveryResult,
}

/// Creates a schedule of digests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateDigestSchedule {
    /// Who gets them.
    pub member: MemberId,
    /// Day, week or month.
    pub unit: CycleUnit,
    /// When, in the workspace's zone, on the first day after the cycle.
    pub time: LocalTime,
    /// Whether a notice is put into their inbox.
    pub inbox: bool,
    /// Whether it is sent to their e-mail address.
    pub email: bool,
    /// The webhook it is sent to.
    pub webhook: Option<WebhookId>,
}

/// Changes a schedule of digests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateDigestSchedule {
    /// Which.
    pub id: DigestScheduleId,
    /// New unit; the cycle of it that runs now is the first told.
    pub unit: Option<CycleUnit>,
    /// New time of day.
    pub time: Option<LocalTime>,
    /// Whether a notice is put into their inbox from now on.
    pub inbox: Option<bool>,
    /// Whether it is sent to their e-mail address from now on.
    pub email: Option<bool>,
    /// New webhook.
    pub webhook: Patch<WebhookId>,
    /// False pauses it; taken back into use it tells what comes, not what was missed.
    pub active: Option<bool>,
}

/// Deletes a schedule of digests for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteDigestSchedule {
    /// Which.
    pub id: DigestScheduleId,
}
