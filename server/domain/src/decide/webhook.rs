//! Judges commands about webhooks.

use super::judge::Judge;
use crate::command::{CreateWebhook, RemoveWebhook, TestWebhook, UpdateWebhook};
use crate::delivery::{self, DeliveryPayload, DeliveryResult, DeliveryTarget, Lane};
use crate::event::Event;
use crate::id::WebhookId;
use crate::limits::{MAX_NAME_CHARS, MAX_URL_CHARS, MAX_WEBHOOKS};
use crate::rejection::{Reason, Rejection};
use crate::text;
use crate::webhook::{Secret, Webhook, WebhookEvent};

pub(super) fn create(mut judge: Judge, command: &CreateWebhook) -> Result<Vec<Event>, Rejection> {
    let kept = judge.state.webhooks().filter(|webhook| !webhook.removed);
    if kept.count() >= MAX_WEBHOOKS {
        let text = format!("a workspace has at most {MAX_WEBHOOKS} webhooks: remove one first");
        judge.violations.add(Reason::LimitReached, "", text);
    }
    let events = if command.events.is_empty() {
        WebhookEvent::ALL.to_vec()
    } else {
        ordered(&command.events)
    };
    let webhook = Webhook {
        id: judge.state.next_webhook(),
        name: text::required("name", &command.name, MAX_NAME_CHARS, &mut judge.violations),
        url: url(&mut judge, &command.url),
        events,
        secret: command.secret.clone(),
        active: true,
        removed: false,
        creator: judge.actor(),
        created_at: judge.now(),
        revision: 0,
    };
    judge.conclude(vec![Event::WebhookCreated { webhook }])
}

pub(super) fn update(mut judge: Judge, command: &UpdateWebhook) -> Result<Vec<Event>, Rejection> {
    let current = in_use(&mut judge, command.id)?;
    let mut webhook = current.clone();
    if let Some(name) = &command.name {
        webhook.name = text::required("name", name, MAX_NAME_CHARS, &mut judge.violations);
    }
    if let Some(given) = &command.url {
        webhook.url = url(&mut judge, given);
    }
    if let Some(events) = &command.events {
        webhook.events = ordered(events);
        if webhook.events.is_empty() {
            let text = "name at least one: to be told nothing, pause it";
            judge.violations.invalid("events", text);
        }
    }
    webhook.active = command.active.unwrap_or(webhook.active);
    let events = if webhook == current {
        Vec::new()
    } else {
        vec![Event::WebhookUpdated { webhook }]
    };
    judge.conclude(events)
}

/// The webhook stays as a name for what was sent to it, without its secret; what waits for it is given up.
pub(super) fn remove(mut judge: Judge, command: &RemoveWebhook) -> Result<Vec<Event>, Rejection> {
    let Some(current) = judge.webhook("id", command.id) else {
        return judge.conclude(Vec::new());
    };
    if current.removed {
        return judge.conclude(Vec::new());
    }
    let mut webhook = Webhook::clone(current);
    webhook.removed = true;
    webhook.active = false;
    webhook.secret = Secret::default();
    let at = judge.now();
    let mut events = vec![Event::WebhookUpdated { webhook }];
    for delivery in judge.state.pending_deliveries(Lane::Webhook(command.id)) {
        events.push(Event::DeliveryAttempted {
            delivery: delivery.id,
            result: DeliveryResult::Failed {
                problem: "the webhook was removed".into(),
            },
            at,
        });
    }
    judge.conclude(events)
}

pub(super) fn test(mut judge: Judge, command: &TestWebhook) -> Result<Vec<Event>, Rejection> {
    let webhook = in_use(&mut judge, command.id)?;
    if !webhook.active {
        let text = format!(
            "{} is paused: take it back into use first",
            webhook.id.long()
        );
        judge.violations.add(Reason::WebhookPaused, "id", text);
    }
    let mut events = Vec::new();
    let target = DeliveryTarget::Webhook(webhook.id);
    delivery::queue(
        judge.state,
        &mut events,
        target,
        DeliveryPayload::Test,
        judge.now(),
    );
    judge.conclude(events)
}

/// A webhook that was not removed; without it there is nothing more to judge.
fn in_use(judge: &mut Judge, id: WebhookId) -> Result<Webhook, Rejection> {
    match judge.state.webhook(id) {
        Some(webhook) if !webhook.removed => Ok(Webhook::clone(webhook)),
        Some(_) => Err(Rejection::new(
            Reason::WebhookRemoved,
            "id",
            format!("{} was removed: add a new one", id.long()),
        )),
        None => Err(Rejection::new(
            Reason::WebhookNotFound,
            "id",
            format!("there is no webhook {}", id.long()),
        )),
    }
}

/// Each once, in the order they are shown.
fn ordered(events: &[WebhookEvent]) -> Vec<WebhookEvent> {
    WebhookEvent::ALL
        .into_iter()
        .filter(|event| events.contains(event))
        .collect()
}

/// An absolute address with a host, without anything that does not belong there. Whether anybody listens, `test` tells.
fn url(judge: &mut Judge, given: &str) -> Box<str> {
    let cleaned = text::required("url", given, MAX_URL_CHARS, &mut judge.violations);
    let rest = ["https://", "http://"]
        .into_iter()
        .find_map(|scheme| cleaned.strip_prefix(scheme));
    let authority = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let plausible = authority.is_some_and(|authority| {
        !authority.is_empty() && !authority.starts_with(':') && !authority.contains('@')
    }) && cleaned.chars().all(|letter| letter.is_ascii_graphic());
    if !plausible && !cleaned.is_empty() {
        let text = "write it as https://host/path, in ASCII, without a name and password in it";
        judge.violations.invalid("url", text);
    }
    cleaned
}
