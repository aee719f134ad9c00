//! Alerts between API and domain.

use sluice_domain::{
    Alert, AlertId, AlertState, Command, Resolution,
    command::{AcknowledgeAlert, SnoozeAlert},
};
use sluice_proto::v1;

use super::{
    Call, Fields, Mutation, stagnation,
    value::{Id as _, etag, or_empty, text, time},
};

/// Reads AcknowledgeAlert.
pub fn acknowledge(request: v1::AcknowledgeAlertRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let id: AlertId = fields.id("id", &request.id);
    let command = Command::AcknowledgeAlert(AcknowledgeAlert {
        id,
        reason: text(request.reason),
    });
    fields
        .mutation(command, request.request_id, request.validate_only)
        .with_etag(id, request.etag)
}

/// Reads SnoozeAlert.
pub fn snooze(request: v1::SnoozeAlertRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let id: AlertId = fields.id("id", &request.id);
    let until = fields.optional_time("until_time", request.until_time);
    if until.is_none() {
        fields.invalid("until_time", "is missing: say until when to put it off");
    }
    let command = Command::SnoozeAlert(SnoozeAlert {
        id,
        until: until.unwrap_or_default(),
        reason: request.reason,
    });
    fields
        .mutation(command, request.request_id, request.validate_only)
        .with_etag(id, request.etag)
}

const fn write_state(state: AlertState) -> v1::AlertState {
    match state {
        AlertState::Open => v1::AlertState::Open,
        AlertState::Acknowledged => v1::AlertState::Acknowledged,
        AlertState::Snoozed { .. } => v1::AlertState::Snoozed,
        AlertState::Resolved(_) => v1::AlertState::Resolved,
    }
}

const fn write_resolution(state: AlertState) -> v1::AlertResolution {
    match state {
        AlertState::Resolved(Resolution::LeftStage) => v1::AlertResolution::LeftStage,
        AlertState::Resolved(Resolution::Overtaken) => v1::AlertResolution::Overtaken,
        AlertState::Resolved(Resolution::BelowLevel) => v1::AlertResolution::BelowLevel,
        AlertState::Resolved(Resolution::Archived) => v1::AlertResolution::Archived,
        _ => v1::AlertResolution::Unspecified,
    }
}

/// Writes an alert.
pub fn write(alert: &Alert) -> v1::Alert {
    v1::Alert {
        id: alert.id.write(),
        opportunity_id: alert.opportunity.write(),
        stage_id: alert.stage.write(),
        level: stagnation::write_level(alert.level).into(),
        recipient_id: alert.recipient.write(),
        reached_time: Some(time(alert.since)),
        create_time: Some(time(alert.raised_at)),
        state: write_state(alert.state).into(),
        snooze_until_time: match alert.state {
            AlertState::Snoozed { until } => Some(time(until)),
            _ => None,
        },
        reason: or_empty(&alert.reason),
        resolution: write_resolution(alert.state).into(),
        revision: alert.revision,
        etag: etag(alert.revision),
    }
}
