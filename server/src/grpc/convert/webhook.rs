//! Webhooks between API and domain.

use sluice_domain::{
    Command, Entity, Secret, Webhook, WebhookEvent, WebhookId,
    command::{CreateWebhook, RemoveWebhook, TestWebhook, UpdateWebhook},
};
use sluice_proto::v1;

use super::{
    Call, Fields, Mask, Mutation,
    value::{Id as _, etag, id_or_empty, time},
};

/// Reads CreateWebhook.
pub fn create(request: v1::CreateWebhookRequest, secret: Secret, _: &Call) -> Mutation {
    let mut fields = Fields::under("webhook.");
    let webhook = fields.message(request.webhook);
    let command = CreateWebhook {
        events: read_events(&mut fields, &webhook.events),
        name: webhook.name,
        url: webhook.url,
        secret,
    };
    fields.mutation(
        Command::CreateWebhook(command),
        request.request_id,
        request.validate_only,
    )
}

/// Reads UpdateWebhook.
pub fn update(request: v1::UpdateWebhookRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("webhook.");
    let webhook = fields.message(request.webhook);
    let allowed = ["name", "url", "events", "active"];
    let mask = Mask::read(&mut fields, request.update_mask, &allowed);
    let id: WebhookId = fields.id("id", &webhook.id);
    let events = read_events(&mut fields, &webhook.events);
    let command = UpdateWebhook {
        id,
        name: mask.field("name", webhook.name),
        url: mask.field("url", webhook.url),
        events: mask.field("events", events),
        active: mask.names("active", false).then_some(webhook.active),
    };
    fields
        .mutation(
            Command::UpdateWebhook(command),
            request.request_id,
            request.validate_only,
        )
        .with_etag(id, webhook.etag)
}

/// Reads RemoveWebhook.
pub fn remove(request: v1::RemoveWebhookRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let id: WebhookId = fields.id("id", &request.id);
    fields
        .mutation(
            Command::RemoveWebhook(RemoveWebhook { id }),
            request.request_id,
            request.validate_only,
        )
        .with_etag(id, request.etag)
}

/// Reads TestWebhook.
pub fn test(request: v1::TestWebhookRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let id: WebhookId = fields.id("id", &request.id);
    fields.mutation(
        Command::TestWebhook(TestWebhook { id }),
        request.request_id,
        request.validate_only,
    )
}

fn read_events(fields: &mut Fields, numbers: &[i32]) -> Vec<WebhookEvent> {
    let mut events = Vec::with_capacity(numbers.len());
    for (index, number) in numbers.iter().enumerate() {
        let field = format!("events[{index}]");
        let event = match fields.enumeration(&field, *number) {
            v1::WebhookEvent::Unspecified => {
                fields.invalid(&field, "is missing: name an event");
                continue;
            }
            v1::WebhookEvent::Digest => WebhookEvent::Digest,
            v1::WebhookEvent::AlertRaised => WebhookEvent::AlertRaised,
            v1::WebhookEvent::OpportunityWon => WebhookEvent::OpportunityWon,
            v1::WebhookEvent::ApprovalRequested => WebhookEvent::ApprovalRequested,
        };
        events.push(event);
    }
    events
}

const fn write_event(event: WebhookEvent) -> v1::WebhookEvent {
    match event {
        WebhookEvent::Digest => v1::WebhookEvent::Digest,
        WebhookEvent::AlertRaised => v1::WebhookEvent::AlertRaised,
        WebhookEvent::OpportunityWon => v1::WebhookEvent::OpportunityWon,
        WebhookEvent::ApprovalRequested => v1::WebhookEvent::ApprovalRequested,
    }
}

/// The secret of a webhook just made; a repeated request gets that of the first one.
pub fn secret_of(resource: Option<&Entity>) -> String {
    match resource {
        Some(Entity::Webhook(webhook)) => webhook.secret.reveal().to_owned(),
        _ => String::new(),
    }
}

/// Writes a webhook, without its secret.
pub fn write(webhook: &Webhook) -> v1::Webhook {
    v1::Webhook {
        id: webhook.id.write(),
        name: webhook.name.to_string(),
        url: webhook.url.to_string(),
        events: webhook
            .events
            .iter()
            .map(|event| write_event(*event).into())
            .collect(),
        active: webhook.active,
        removed: webhook.removed,
        creator_id: id_or_empty(webhook.creator),
        create_time: Some(time(webhook.created_at)),
        revision: webhook.revision,
        etag: etag(webhook.revision),
    }
}
