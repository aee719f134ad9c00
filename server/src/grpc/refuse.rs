//! Which status each error of the engine and the domain becomes.

use sluice_domain::{Category, EntityKey, FilterError, Reason, Rejection};
use tonic::Code;

use super::{
    convert::Mutation,
    status::{Refusal, Violation},
};
use crate::engine::{SubmitError, WatchEnd};

/// The workspace must be set up first.
pub fn not_set_up() -> Refusal {
    Refusal::new(
        Code::FailedPrecondition,
        Reason::WorkspaceNotSetUp.name(),
        "the workspace is not set up yet: call SetUpWorkspace first",
    )
}

/// A resource does not exist.
pub fn not_found(key: EntityKey) -> Refusal {
    let id = key.long();
    let reason = match key.kind {
        sluice_domain::EntityKind::Team => Reason::TeamNotFound,
        sluice_domain::EntityKind::Member => Reason::MemberNotFound,
        sluice_domain::EntityKind::Pipeline => Reason::PipelineNotFound,
        sluice_domain::EntityKind::Customer => Reason::CustomerNotFound,
        sluice_domain::EntityKind::Contact => Reason::ContactNotFound,
        sluice_domain::EntityKind::Opportunity => Reason::OpportunityNotFound,
        sluice_domain::EntityKind::Activity => Reason::ActivityNotFound,
        sluice_domain::EntityKind::Alert => Reason::AlertNotFound,
        sluice_domain::EntityKind::Goal => Reason::GoalNotFound,
        sluice_domain::EntityKind::SavedView => Reason::SavedViewNotFound,
        sluice_domain::EntityKind::Notice => Reason::NoticeNotFound,
        sluice_domain::EntityKind::Workspace
        | sluice_domain::EntityKind::ScoreEntry
        | sluice_domain::EntityKind::LedgerTransaction
        | sluice_domain::EntityKind::PastImage => {
            return Refusal::not_found(&id);
        }
        sluice_domain::EntityKind::Approval => Reason::ApprovalNotFound,
        sluice_domain::EntityKind::Webhook => Reason::WebhookNotFound,
        sluice_domain::EntityKind::DigestSchedule => Reason::DigestScheduleNotFound,
        sluice_domain::EntityKind::Delivery => Reason::DeliveryNotFound,
        sluice_domain::EntityKind::Scheme => Reason::SchemeNotFound,
        sluice_domain::EntityKind::Reward => Reason::RewardNotFound,
        sluice_domain::EntityKind::Packet => Reason::PacketNotFound,
        sluice_domain::EntityKind::Payout => Reason::PayoutNotFound,
        sluice_domain::EntityKind::Badge => Reason::BadgeNotFound,
    };
    Refusal::new(
        Code::NotFound,
        reason.name(),
        format!("{id} does not exist"),
    )
    .with_metadata("resource", id)
}

/// A filter or an order cannot be read.
pub fn filter(error: FilterError, field: &str) -> Refusal {
    let reason = if field == "filter" {
        "INVALID_FILTER"
    } else {
        "INVALID_ORDER_BY"
    };
    Refusal::invalid(reason, field, error.to_string())
        .with_metadata("position", error.position.to_string())
}

/// A command was not done.
pub fn submit(error: SubmitError, mutation: &Mutation) -> Refusal {
    let message = error.to_string();
    match error {
        SubmitError::Rejected(rejection) => rejected(&rejection, mutation),
        SubmitError::EtagMismatch {
            key,
            expected,
            current,
        } => etag_mismatch(key, &expected, &current),
        SubmitError::QueueFull { retry_after } => {
            Refusal::new(Code::ResourceExhausted, "QUEUE_FULL", message)
                .with_retry_after(retry_after)
        }
        SubmitError::DeadlineExpired => {
            Refusal::new(Code::DeadlineExceeded, "DEADLINE_EXCEEDED", message)
        }
        SubmitError::Draining => Refusal::new(Code::Unavailable, "SERVER_DRAINING", message),
        SubmitError::RequestIdReused => {
            Refusal::invalid("REQUEST_ID_REUSED", "request_id", message)
        }
        SubmitError::RequestIdTooLong => {
            Refusal::invalid("INVALID_ARGUMENT", "request_id", message)
        }
        SubmitError::DiskFull { .. } => Refusal::new(Code::ResourceExhausted, "DISK_FULL", message),
        SubmitError::Internal { incident } => {
            Refusal::new(Code::Internal, "INTERNAL", message).with_metadata("incident", incident)
        }
        SubmitError::StoreFailed => Refusal::new(Code::Unavailable, "STORE_FAILED", message),
    }
}

fn etag_mismatch(key: EntityKey, expected: &str, current: &str) -> Refusal {
    let resource = key.long();
    let message = format!(
        "{resource} has changed: its etag is {current}, not {expected}. Read it again, then decide again"
    );
    Refusal::new(Code::Aborted, "ETAG_MISMATCH", message)
        .with_metadata("resource", resource)
        .with_metadata("etag", current)
}

fn rejected(rejection: &Rejection, mutation: &Mutation) -> Refusal {
    let violations: Vec<Violation> = rejection
        .violations
        .iter()
        .map(|violation| Violation {
            field: mutation.path(&violation.field),
            description: violation.description.clone(),
        })
        .collect();
    let listed: Vec<String> = violations.iter().map(described).collect();
    let message = if listed.is_empty() {
        rejection.to_string()
    } else {
        listed.join("; ")
    };
    Refusal::new(code(rejection.category()), rejection.reason(), message)
        .with_violations(violations)
}

fn described(violation: &Violation) -> String {
    match violation.field.trim_end_matches('.') {
        "" => violation.description.clone(),
        field => format!("{field}: {}", violation.description),
    }
}

const fn code(category: Category) -> Code {
    match category {
        Category::InvalidArgument => Code::InvalidArgument,
        Category::NotFound => Code::NotFound,
        Category::AlreadyExists => Code::AlreadyExists,
        Category::PermissionDenied => Code::PermissionDenied,
        Category::OutOfRange => Code::OutOfRange,
        Category::ResourceExhausted => Code::ResourceExhausted,
        Category::Aborted => Code::Aborted,
        Category::FailedPrecondition => Code::FailedPrecondition,
    }
}

/// A watch ended or did not begin.
pub fn watch(end: &WatchEnd) -> Refusal {
    let message = end.to_string();
    match end {
        WatchEnd::Compacted { oldest } => {
            Refusal::new(Code::OutOfRange, "REVISION_COMPACTED", message)
                .with_metadata("oldest_revision", oldest.to_string())
        }
        WatchEnd::LogMismatch => Refusal::new(Code::FailedPrecondition, "LOG_MISMATCH", message),
        WatchEnd::Draining => Refusal::new(Code::Unavailable, "SERVER_DRAINING", message),
        WatchEnd::ViewChanged => Refusal::new(Code::Aborted, "VIEW_CHANGED", message),
        WatchEnd::TooManyWatches { .. } => {
            Refusal::new(Code::ResourceExhausted, "TOO_MANY_WATCHES", message)
        }
        WatchEnd::FilterNeedsOneKind => Refusal::invalid("INVALID_ARGUMENT", "kinds", message),
        WatchEnd::FilterReadsClock => Refusal::invalid("INVALID_FILTER", "filter", message),
        WatchEnd::LogUnreadable => Refusal::new(Code::Unavailable, "LOG_UNREADABLE", message),
    }
}
