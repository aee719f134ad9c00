//! Deliveries between API and domain.

use sluice_domain::{
    Command, Delivery, DeliveryId, DeliveryState, DeliveryTarget, Entity, WebhookId,
    command::RetryDelivery,
};
use sluice_proto::v1;

use super::{
    Call, Fields, Mutation,
    value::{Id as _, or_empty, time},
};
use crate::grpc::status::Refusal;

/// Reads RetryDelivery.
pub fn retry(request: v1::RetryDeliveryRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let id: DeliveryId = fields.id("id", &request.id);
    fields.mutation(
        Command::RetryDelivery(RetryDelivery { id }),
        request.request_id,
        request.validate_only,
    )
}

/// Reads which deliveries ListDeliveries asks for.
///
/// # Errors
/// What is wrong with it.
pub fn wanted(
    request: &v1::ListDeliveriesRequest,
) -> Result<impl Fn(&Entity) -> bool + use<>, Refusal> {
    let mut fields = Fields::under("");
    let state = match fields.enumeration("state", request.state) {
        v1::DeliveryState::Unspecified => None,
        v1::DeliveryState::Pending => Some(DeliveryState::Pending),
        v1::DeliveryState::Delivered => Some(DeliveryState::Delivered),
        v1::DeliveryState::Failed => Some(DeliveryState::Failed),
    };
    let webhook: Option<WebhookId> = fields.optional_id("webhook_id", &request.webhook_id);
    let target = webhook.map(DeliveryTarget::Webhook);
    fields.finish(move |entity: &Entity| {
        matches!(entity, Entity::Delivery(delivery)
            if state.is_none_or(|state| delivery.state == state)
                && target.is_none_or(|target| delivery.target == target))
    })
}

/// Writes a delivery.
pub fn write(delivery: &Delivery) -> v1::Delivery {
    let (webhook_id, member_id) = match delivery.target {
        DeliveryTarget::Webhook(id) => (id.write(), String::new()),
        DeliveryTarget::Email(id) => (String::new(), id.write()),
    };
    let state = match delivery.state {
        DeliveryState::Pending => v1::DeliveryState::Pending,
        DeliveryState::Delivered => v1::DeliveryState::Delivered,
        DeliveryState::Failed => v1::DeliveryState::Failed,
    };
    let waits = delivery.state == DeliveryState::Pending;
    v1::Delivery {
        id: delivery.id.write(),
        webhook_id,
        member_id,
        event: delivery.payload.name().to_owned(),
        state: state.into(),
        attempts: i32::try_from(delivery.attempts).unwrap_or(i32::MAX),
        next_attempt_time: waits.then(|| time(delivery.next_attempt_at)),
        expire_time: Some(time(delivery.expires_at)),
        problem: or_empty(&delivery.problem),
        create_time: Some(time(delivery.created_at)),
        finish_time: delivery.finished_at.map(time),
        revision: delivery.revision,
    }
}
