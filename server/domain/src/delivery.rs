//! The delivery: one message on its way out, written in the commit that caused it, so that no crash loses it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::entity::{Entity, EntityKey};
use crate::event::Event;
use crate::id::{DeliveryId, MemberId, OpportunityId, WebhookId};
use crate::limits::MAX_FINISHED_DELIVERIES;
use crate::opportunity::Direction;
use crate::state::State;
use crate::time::Timestamp;
use crate::webhook::WebhookEvent;

/// Whom a message goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DeliveryTarget {
    /// A webhook.
    Webhook(WebhookId),
    /// The e-mail address a member has when it is sent.
    Email(MemberId),
}

/// What waits for the same thing: messages of one lane go out one after the other, and no lane waits for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// One webhook.
    Webhook(WebhookId),
    /// The mail server.
    Email,
}

impl DeliveryTarget {
    /// What it waits for.
    pub const fn lane(self) -> Lane {
        match self {
            Self::Webhook(id) => Lane::Webhook(id),
            Self::Email(_) => Lane::Email,
        }
    }

    /// The webhook or member, as one key.
    pub fn key(self) -> EntityKey {
        match self {
            Self::Webhook(id) => id.into(),
            Self::Email(id) => id.into(),
        }
    }
}

/// What a message says. Figures are those of the instant it was queued; names are looked up when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeliveryPayload {
    /// A digest.
    Digest(Box<Digest>),
    /// An alert was raised.
    AlertRaised {
        /// The alert.
        alert: EntityKey,
    },
    /// An opportunity was won.
    OpportunityWon {
        /// Which.
        opportunity: OpportunityId,
        /// Its owner then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<MemberId>,
        /// Its amount then, in minor units.
        amount_minor: i64,
        /// When.
        at: Timestamp,
    },
    /// An approval was asked for.
    ApprovalRequested {
        /// The approval.
        approval: EntityKey,
    },
    /// Somebody wants to see whether messages arrive.
    Test,
}

impl DeliveryPayload {
    /// The stable name of what it tells.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Digest(_) => WebhookEvent::Digest.name(),
            Self::AlertRaised { .. } => WebhookEvent::AlertRaised.name(),
            Self::OpportunityWon { .. } => WebhookEvent::OpportunityWon.name(),
            Self::ApprovalRequested { .. } => WebhookEvent::ApprovalRequested.name(),
            Self::Test => "TEST",
        }
    }
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DeliveryState {
    /// It is to be sent.
    Pending,
    /// The other side has acknowledged it: it is never sent again.
    Delivered,
    /// It was given up.
    Failed,
}

/// One message to one target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its id; the other side tells repeated messages by it.
    pub id: DeliveryId,
    /// Whom it goes to.
    pub target: DeliveryTarget,
    /// What it says.
    pub payload: DeliveryPayload,
    /// How far it has come.
    pub state: DeliveryState,
    /// How often it was tried.
    #[serde(default)]
    pub attempts: u32,
    /// When it is tried next, while it is pending.
    pub next_attempt_at: Timestamp,
    /// An attempt that fails from then on is the last one.
    pub expires_at: Timestamp,
    /// What went wrong the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Box<str>>,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it was delivered or given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// Revision of the last commit that changed it.
    pub revision: u64,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeliveryResult {
    /// The other side acknowledged it.
    Delivered,
    /// It did not, and is asked again.
    Deferred {
        /// When.
        next_attempt_at: Timestamp,
        /// What went wrong.
        problem: Box<str>,
    },
    /// It was given up.
    Failed {
        /// What went wrong.
        problem: Box<str>,
    },
}

/// Adds a message to the facts of a commit; `events` must hold all that the commit has queued so far, so that ids follow on.
pub(crate) fn queue(
    state: &State,
    events: &mut Vec<Event>,
    target: DeliveryTarget,
    payload: DeliveryPayload,
    now: Timestamp,
) {
    let last = events.iter().rev().find_map(|event| match event {
        Event::DeliveryQueued { delivery } => Some(delivery.id),
        _ => None,
    });
    let delivery = Delivery {
        id: last.map_or_else(|| state.next_delivery(), |last| DeliveryId(last.0 + 1)),
        target,
        payload,
        state: DeliveryState::Pending,
        attempts: 0,
        next_attempt_at: now,
        expires_at: now.plus_micros(crate::limits::MAX_DELIVERY_AGE_MICROS),
        problem: None,
        created_at: now,
        finished_at: None,
        revision: 0,
    };
    events.push(Event::DeliveryQueued { delivery });
}

/// Queues a message for every webhook that wants to be told of what a commit did. Messages cause no messages themselves.
pub(crate) fn tell_webhooks(state: &State, events: &mut Vec<Event>, now: Timestamp) {
    if state.webhooks().all(|webhook| webhook.removed) {
        return;
    }
    let told: Vec<(WebhookEvent, DeliveryPayload)> = events
        .iter()
        .filter_map(|event| told(state, event))
        .collect();
    for (event, payload) in told {
        for webhook in state.webhooks().filter(|webhook| webhook.wants(event)) {
            let target = DeliveryTarget::Webhook(webhook.id);
            queue(state, events, target, payload.clone(), now);
        }
    }
}

/// What a fact is to webhooks. Digests are queued by their schedules, to the webhook these name.
fn told(state: &State, event: &Event) -> Option<(WebhookEvent, DeliveryPayload)> {
    match event {
        Event::OpportunityMoved { movement } if movement.direction == Direction::Won => {
            let opportunity = state.opportunity(movement.opportunity)?;
            let payload = DeliveryPayload::OpportunityWon {
                opportunity: movement.opportunity,
                owner: opportunity.owner,
                amount_minor: movement.amount_minor,
                at: movement.at,
            };
            Some((WebhookEvent::OpportunityWon, payload))
        }
        Event::AlertRaised { alert } => {
            let alert = alert.id.into();
            let payload = DeliveryPayload::AlertRaised { alert };
            Some((WebhookEvent::AlertRaised, payload))
        }
        Event::ApprovalRequested { approval } => {
            let approval = approval.id.into();
            let payload = DeliveryPayload::ApprovalRequested { approval };
            Some((WebhookEvent::ApprovalRequested, payload))
        }
        _ => None,
    }
}

/// Writes what came of an attempt, and drops the oldest finished messages when there are too many.
pub(crate) fn attempted(state: &mut State, id: DeliveryId, result: &DeliveryResult, at: Timestamp) {
    edit(state, id, |delivery| {
        delivery.attempts = delivery.attempts.saturating_add(1);
        match result {
            DeliveryResult::Delivered => {
                delivery.state = DeliveryState::Delivered;
                delivery.finished_at = Some(at);
                delivery.problem = None;
            }
            DeliveryResult::Deferred {
                next_attempt_at,
                problem,
            } => {
                delivery.next_attempt_at = *next_attempt_at;
                delivery.problem = Some(problem.clone());
            }
            DeliveryResult::Failed { problem } => {
                delivery.state = DeliveryState::Failed;
                delivery.finished_at = Some(at);
                delivery.problem = Some(problem.clone());
            }
        }
    });
    trim(state);
}

/// Sends a message that was given up, or waits, once more from the beginning.
pub(crate) fn retried(state: &mut State, id: DeliveryId, at: Timestamp) {
    edit(state, id, |delivery| {
        delivery.state = DeliveryState::Pending;
        delivery.next_attempt_at = at;
        delivery.expires_at = at.plus_micros(crate::limits::MAX_DELIVERY_AGE_MICROS);
        delivery.finished_at = None;
    });
}

fn edit(state: &mut State, id: DeliveryId, change: impl FnOnce(&mut Delivery)) {
    let Some(current) = state.delivery(id) else {
        return;
    };
    let mut delivery = Delivery::clone(current);
    change(&mut delivery);
    delivery.revision = state.next_revision();
    state.put(Entity::Delivery(Arc::new(delivery)));
}

/// The newest delivery of all is kept whatever its state: its id must not be given again.
fn trim(state: &mut State) {
    while state.finished_delivery_count() > MAX_FINISHED_DELIVERIES {
        let newest = state.deliveries().next_back().map(|delivery| delivery.id);
        let oldest = state.oldest_finished_delivery();
        match oldest.filter(|id| Some(*id) != newest) {
            Some(id) => state.remove(id.into()),
            None => return,
        }
    }
}
