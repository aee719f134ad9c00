//! Judges answers to alerts: acknowledged, or put off with a reason.

use super::judge::Judge;
use super::stagnation::resolved;
use super::tick::Source;
use crate::alert::{Alert, AlertChange, AlertState};
use crate::command::{AcknowledgeAlert, SnoozeAlert};
use crate::event::Event;
use crate::id::AlertId;
use crate::limits::{MAX_REASON_CHARS, MAX_SNOOZE_DAYS};
use crate::member::Role;
use crate::rejection::{Reason, Rejection};
use crate::text;
use crate::time::MICROS_PER_DAY;

pub(super) fn acknowledge(
    mut judge: Judge,
    command: &AcknowledgeAlert,
) -> Result<Vec<Event>, Rejection> {
    let mut alert = answerable(&mut judge, command.id)?;
    let reason = text::optional(
        "reason",
        &command.reason,
        MAX_REASON_CHARS,
        &mut judge.violations,
    );
    if alert.state == AlertState::Acknowledged && (reason.is_none() || reason == alert.reason) {
        return judge.conclude(Vec::new());
    }
    alert.state = AlertState::Acknowledged;
    alert.reason = reason;
    judge.conclude(vec![Event::AlertUpdated {
        alert,
        change: AlertChange::Acknowledged,
    }])
}

pub(super) fn snooze(mut judge: Judge, command: &SnoozeAlert) -> Result<Vec<Event>, Rejection> {
    let mut alert = answerable(&mut judge, command.id)?;
    let reason = text::required(
        "reason",
        &command.reason,
        MAX_REASON_CHARS,
        &mut judge.violations,
    );
    let latest = judge.now().plus_micros(MAX_SNOOZE_DAYS * MICROS_PER_DAY);
    if command.until <= judge.now() || command.until > latest {
        judge.violations.invalid(
            "until_time",
            format!("must be in the future, at most {MAX_SNOOZE_DAYS} days from now"),
        );
    }
    let state = AlertState::Snoozed {
        until: command.until,
    };
    if alert.state == state && alert.reason.as_ref() == Some(&reason) {
        return judge.conclude(Vec::new());
    }
    alert.state = state;
    alert.reason = Some(reason);
    judge.conclude(vec![Event::AlertUpdated {
        alert,
        change: AlertChange::Snoozed,
    }])
}

/// The alert, if it still says something and the caller may answer it.
fn answerable(judge: &mut Judge, id: AlertId) -> Result<Alert, Rejection> {
    let Some(alert) = judge.state.alert(id) else {
        let text = format!("there is no alert {}", id.long());
        return Err(Rejection::new(Reason::AlertNotFound, "id", text));
    };
    if !may_answer(judge, alert) {
        judge.violations.add(
            Reason::AlertOfAnother,
            "id",
            format!(
                "{} is for {}: they, their managers and an administrator can answer it",
                id.long(),
                alert.recipient.long()
            ),
        );
    } else if !alert.is_unresolved() {
        judge.violations.add(
            Reason::AlertResolved,
            "id",
            format!(
                "{} says nothing any more: there is nothing to answer",
                id.long()
            ),
        );
    }
    Ok(Alert::clone(alert))
}

/// Its recipient, whoever manages a team they are in or below, and administrators. A caller without a member record is
/// the built-in administrator.
fn may_answer(judge: &Judge, alert: &Alert) -> bool {
    let Some(caller) = judge.actor() else {
        return true;
    };
    let is_admin = judge
        .state
        .member(caller)
        .is_some_and(|member| member.role == Role::Admin);
    caller == alert.recipient
        || is_admin
        || judge
            .state
            .teams_above(judge.team_of(Some(alert.recipient)))
            .any(|team| team.manager == Some(caller))
}

/// Alerts that say nothing any more, whatever changed under them: a stage retired, a history imported, a longer period.
pub(super) const MOOT: Source = Source {
    deadline: |state, now| state.moot_alerts().next().map(|_| now),
    due: |state, _, budget| {
        let moot = state.moot_alerts().filter_map(|alert| {
            let resolution = state.mootness(alert)?;
            Some(resolved(Alert::clone(alert), resolution))
        });
        moot.take(budget).collect()
    },
};

/// Alerts that come back because the time they were put off for is over.
pub(super) const SNOOZES: Source = Source {
    deadline: |state, _| state.snoozes().next().map(|(until, _)| until),
    due: |state, now, budget| {
        let over = state.snoozes().take_while(|(until, _)| *until <= now);
        let back = over.map(|(_, alert)| {
            let mut alert = Alert::clone(alert);
            alert.state = AlertState::Open;
            Event::AlertUpdated {
                alert,
                change: AlertChange::SnoozeEnded,
            }
        });
        back.take(budget).collect()
    },
};
