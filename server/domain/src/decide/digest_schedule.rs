//! Judges commands about schedules of digests.

use super::judge::Judge;
use crate::command::{CreateDigestSchedule, DeleteDigestSchedule, Patch, UpdateDigestSchedule};
use crate::cycle::CycleUnit;
use crate::digest_schedule::{DigestSchedule, LocalTime};
use crate::event::Event;
use crate::id::WebhookId;
use crate::limits::MAX_DIGEST_SCHEDULES;
use crate::rejection::{Reason, Rejection};
use crate::time::Date;

pub(super) fn create(
    mut judge: Judge,
    command: &CreateDigestSchedule,
) -> Result<Vec<Event>, Rejection> {
    if judge.state.digest_schedule_count() >= MAX_DIGEST_SCHEDULES {
        let text = format!("a workspace has at most {MAX_DIGEST_SCHEDULES} schedules of digests");
        judge.violations.add(Reason::LimitReached, "", text);
    }
    judge.active_member("member_id", command.member);
    if let Some(webhook) = command.webhook {
        check_webhook(&mut judge, webhook);
    }
    let mut schedule = DigestSchedule {
        id: judge.state.next_digest_schedule(),
        member: command.member,
        unit: command.unit,
        time: command.time,
        inbox: command.inbox,
        email: command.email,
        webhook: command.webhook,
        active: true,
        told_until: Date::first(),
        created_at: judge.now(),
        revision: 0,
    };
    start_now(&judge, &mut schedule);
    check(&mut judge, &schedule);
    judge.conclude(vec![Event::DigestScheduleCreated { schedule }])
}

pub(super) fn update(
    mut judge: Judge,
    command: &UpdateDigestSchedule,
) -> Result<Vec<Event>, Rejection> {
    let Some(current) = judge.state.digest_schedule(command.id) else {
        return Err(not_found(command.id));
    };
    let mut schedule = DigestSchedule::clone(current);
    schedule.time = command.time.unwrap_or(schedule.time);
    schedule.inbox = command.inbox.unwrap_or(schedule.inbox);
    schedule.email = command.email.unwrap_or(schedule.email);
    if let Patch::Set(webhook) = command.webhook {
        check_webhook(&mut judge, webhook);
    }
    schedule.webhook = command.webhook.clone().resolve(schedule.webhook);
    let resumed = command.active == Some(true) && !schedule.active;
    schedule.active = command.active.unwrap_or(schedule.active);
    if let Some(unit) = command.unit.filter(|unit| *unit != schedule.unit) {
        schedule.unit = unit;
        start_now(&judge, &mut schedule);
    } else if resumed {
        start_now(&judge, &mut schedule);
    }
    check(&mut judge, &schedule);
    let events = if schedule == **current {
        Vec::new()
    } else {
        vec![Event::DigestScheduleUpdated { schedule }]
    };
    judge.conclude(events)
}

pub(super) fn delete(
    judge: Judge,
    command: &DeleteDigestSchedule,
) -> Result<Vec<Event>, Rejection> {
    if judge.state.digest_schedule(command.id).is_none() {
        return Err(not_found(command.id));
    }
    let schedule = command.id;
    judge.conclude(vec![Event::DigestScheduleDeleted { schedule }])
}

fn not_found(id: crate::id::DigestScheduleId) -> Rejection {
    let text = format!("there is no schedule {}", id.long());
    Rejection::new(Reason::DigestScheduleNotFound, "id", text)
}

/// What was due before now is not told.
fn start_now(judge: &Judge, schedule: &mut DigestSchedule) {
    schedule.told_until = schedule.latest_due(judge.now(), &judge.state.zone()).end;
}

fn check(judge: &mut Judge, schedule: &DigestSchedule) {
    if !matches!(
        schedule.unit,
        CycleUnit::Day | CycleUnit::Week | CycleUnit::Month
    ) {
        let text = "must be DAY, WEEK or MONTH";
        judge.violations.invalid("unit", text);
    }
    let LocalTime { hour, minute } = schedule.time;
    if hour > 23 || minute > 59 {
        let text = "must be between 00:00 and 23:59";
        judge.violations.invalid("local_time", text);
    }
    if !schedule.inbox && !schedule.email && schedule.webhook.is_none() {
        let text = "name at least one way: inbox, e-mail or a webhook; to stop, pause or delete it";
        judge.violations.invalid("inbox", text);
    }
    let without_address = judge
        .state
        .member(schedule.member)
        .is_some_and(|member| member.email.is_none());
    if schedule.email && without_address {
        let text = format!("{} has no e-mail address", schedule.member.long());
        judge.violations.add(Reason::EmailMissing, "email", text);
    }
}

fn check_webhook(judge: &mut Judge, id: WebhookId) {
    if let Some(webhook) = judge.webhook("webhook_id", id)
        && webhook.removed
    {
        let text = format!("{} was removed", id.long());
        judge
            .violations
            .add(Reason::WebhookRemoved, "webhook_id", text);
    }
}
