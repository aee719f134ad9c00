//! `WebhookService`.

use sluice_proto::v1::{self, webhook_service_server::WebhookService};
use tonic::Request;

use super::service;
use crate::{
    delivery::signature::new_secret,
    grpc::{
        api::{Reply, reply},
        convert::{Resource as _, webhook},
    },
};

service! { WebhookService:
    change update_webhook(UpdateWebhookRequest) -> UpdateWebhookResponse { webhook } by webhook::update;
    change remove_webhook(RemoveWebhookRequest) -> RemoveWebhookResponse { webhook } by webhook::remove;
    change test_webhook(TestWebhookRequest) -> TestWebhookResponse { delivery } by webhook::test;
    get get_webhook(GetWebhookRequest) -> GetWebhookResponse { webhook };
    list list_webhooks(ListWebhooksRequest) -> ListWebhooksResponse { webhooks };
    other {
        async fn create_webhook(&self, request: Request<v1::CreateWebhookRequest>) -> Reply<v1::CreateWebhookResponse> {
            let (call, request) = self.open(request)?;
            let validate_only = request.validate_only;
            let outcome = self.submit(&call, webhook::create(request, new_secret()?, &call)).await?;
            let secret = webhook::secret_of(outcome.resource.as_ref().filter(|_| !validate_only));
            let webhook = outcome.resource.and_then(|entity| v1::Webhook::of(&entity, &outcome.state));
            reply(v1::CreateWebhookResponse { webhook, revision: outcome.revision, secret })
        }
    }
}
