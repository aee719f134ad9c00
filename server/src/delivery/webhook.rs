//! One attempt to tell a webhook: an HTTP POST of signed JSON.
//!
//! `ureq` and not `hyper`, which is in the tree already: the exchange is a blocking call with a limit of time for
//! everything, name resolution included, and the client brings its own TLS; a hyper client would need a connector, timers
//! and TLS wired by hand for nothing gained at twenty lanes.

use std::time::Duration;

use sluice_domain::{Delivery, State, Timestamp, WebhookId, time::MICROS_PER_SECOND};

use super::{DeliveryOptions, Sent, render, signature};

/// Bytes read of an answer's body; the rest is not of interest.
const ANSWER_BYTES: u64 = 4 * 1024;
/// Characters of it that are shown.
const SHOWN_CHARS: usize = 120;
/// What we call ourselves.
const USER_AGENT: &str = concat!("sluice/", env!("CARGO_PKG_VERSION"));

pub(super) fn send(
    state: &State,
    id: WebhookId,
    delivery: &Delivery,
    now: Timestamp,
    options: &DeliveryOptions,
) -> Sent {
    let Some(webhook) = state.webhook(id).filter(|webhook| !webhook.removed) else {
        return Sent::Never("the webhook was removed".into());
    };
    let body = render::json(state, delivery).to_string();
    let seconds = now.micros().div_euclid(MICROS_PER_SECOND);
    let agent: ureq::Agent = agent(options.connect_timeout, options.request_timeout);
    let answer = agent
        .post(&*webhook.url)
        .header("Content-Type", "application/json")
        .header("Sluice-Delivery", &delivery.id.long())
        .header("Sluice-Event", delivery.payload.name())
        .header(
            "Sluice-Signature",
            &signature::sign(&webhook.secret, seconds, body.as_bytes()),
        )
        .send(body.as_bytes());
    match answer {
        Ok(answer) if answer.status().is_success() => Sent::Acknowledged,
        Ok(mut answer) => {
            let status = answer.status();
            let said = answer
                .body_mut()
                .with_config()
                .limit(ANSWER_BYTES)
                .read_to_vec()
                .unwrap_or_default();
            Sent::NotNow(refusal(status.as_u16(), &said))
        }
        Err(error) => Sent::NotNow(format!("no answer: {error}")),
    }
}

fn agent(connect: Duration, whole: Duration) -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        // A target that moves must be told to us by a person: a signed message does not follow just anybody.
        .max_redirects(0)
        // The environment of the server is not the webhook's business.
        .proxy(None)
        .user_agent(USER_AGENT)
        .timeout_connect(Some(connect))
        .timeout_global(Some(whole))
        .build()
        .into()
}

fn refusal(status: u16, said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    let shown: String = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .take(SHOWN_CHARS)
        .collect();
    let hint = if (300..400).contains(&status) {
        " (redirects are not followed)"
    } else {
        ""
    };
    match shown.trim() {
        "" => format!("it answered {status}{hint}"),
        shown => format!("it answered {status}{hint}: {shown}"),
    }
}
