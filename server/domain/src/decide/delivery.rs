//! Judges commands about deliveries: what came of an attempt, and asking once more.

use super::judge::Judge;
use crate::command::{RecordDelivery, RetryDelivery};
use crate::delivery::{Delivery, DeliveryResult, DeliveryState, DeliveryTarget};
use crate::event::Event;
use crate::limits::{MAX_PROBLEM_CHARS, MAX_TOLD_ADMINISTRATORS};
use crate::member::Role;
use crate::notice::{self, NoticeFigures, NoticeKind};
use crate::rejection::{Reason, Rejection};
use crate::state::State;
use crate::time::Timestamp;

pub(super) fn record(judge: Judge, command: &RecordDelivery) -> Result<Vec<Event>, Rejection> {
    let Some(delivery) = judge.state.delivery(command.id) else {
        return Err(not_found(command.id));
    };
    // It was finished meanwhile, by the removal of its webhook say: that stands.
    if delivery.state != DeliveryState::Pending {
        return judge.conclude(Vec::new());
    }
    let at = judge.now();
    let result = match &command.result {
        DeliveryResult::Delivered => DeliveryResult::Delivered,
        DeliveryResult::Deferred { problem, .. } if at >= delivery.expires_at => {
            DeliveryResult::Failed {
                problem: shortened(problem),
            }
        }
        DeliveryResult::Deferred {
            next_attempt_at,
            problem,
        } => DeliveryResult::Deferred {
            next_attempt_at: *next_attempt_at,
            problem: shortened(problem),
        },
        DeliveryResult::Failed { problem } => DeliveryResult::Failed {
            problem: shortened(problem),
        },
    };
    let mut events = vec![Event::DeliveryAttempted {
        delivery: delivery.id,
        result: result.clone(),
        at,
    }];
    if let DeliveryResult::Failed { problem } = result {
        tell_administrators(judge.state, &mut events, delivery, &problem, at);
    }
    judge.conclude(events)
}

pub(super) fn retry(judge: Judge, command: &RetryDelivery) -> Result<Vec<Event>, Rejection> {
    let Some(delivery) = judge.state.delivery(command.id) else {
        return Err(not_found(command.id));
    };
    let refuse = |reason, text: String| Err(Rejection::new(reason, "id", text));
    if delivery.state == DeliveryState::Delivered {
        let text = format!(
            "{} was delivered: it is never sent twice",
            delivery.id.long()
        );
        return refuse(Reason::DeliveryDelivered, text);
    }
    if let DeliveryTarget::Webhook(id) = delivery.target
        && judge
            .state
            .webhook(id)
            .is_none_or(|webhook| webhook.removed)
    {
        let text = format!("{} was removed: there is nowhere to send it", id.long());
        return refuse(Reason::WebhookRemoved, text);
    }
    let (delivery, at) = (delivery.id, judge.now());
    judge.conclude(vec![Event::DeliveryRetried { delivery, at }])
}

fn not_found(id: crate::id::DeliveryId) -> Rejection {
    let text = format!("there is no delivery {}; old finished ones go", id.long());
    Rejection::new(Reason::DeliveryNotFound, "id", text)
}

fn shortened(problem: &str) -> Box<str> {
    problem.chars().take(MAX_PROBLEM_CHARS).collect()
}

/// Once for each target until it is read: a target that is away for a week must not fill an inbox.
fn tell_administrators(
    state: &State,
    events: &mut Vec<Event>,
    delivery: &Delivery,
    problem: &str,
    at: Timestamp,
) {
    let subject = delivery.target.key();
    let administrators = state
        .members()
        .filter(|member| member.active && member.role == Role::Admin)
        .take(MAX_TOLD_ADMINISTRATORS);
    for member in administrators {
        let told = state.notices_of(member.id).any(|notice| {
            notice.kind == NoticeKind::DeliveryFailed
                && notice.subject == Some(subject)
                && notice.read_at.is_none()
        });
        if told {
            continue;
        }
        let figures = NoticeFigures {
            value: Some(i64::from(delivery.attempts) + 1),
            text: Some(problem.into()),
            ..NoticeFigures::default()
        };
        let draft = notice::Draft {
            recipient: member.id,
            kind: NoticeKind::DeliveryFailed,
            subject: Some(subject),
            actor: None,
            figures,
            at,
        };
        notice::post(state, events, draft);
    }
}
