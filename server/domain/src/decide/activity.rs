//! Judges the recording of activities.

use super::check_in;
use super::judge::{Judge, ScoreWriter};
use crate::activity::Activity;
use crate::command::LogActivity;
use crate::event::Event;
use crate::limits::{MAX_CLOCK_AHEAD_MICROS, MAX_NOTE_CHARS, MAX_SHORT_TEXT_CHARS};
use crate::rejection::{Reason, Rejection};
use crate::text;
use crate::time::Timestamp;

pub(super) fn log(mut judge: Judge, command: &LogActivity) -> Result<Vec<Event>, Rejection> {
    if command.opportunity.is_none() && command.customer.is_none() {
        judge.violations.invalid(
            "opportunity_id",
            "an activity needs an opportunity, a customer or both",
        );
    }
    let opportunity = command
        .opportunity
        .and_then(|id| judge.opportunity("opportunity_id", id));
    if let Some(customer) = command.customer {
        judge.customer("customer_id", customer);
    }
    let customer = command
        .customer
        .or_else(|| opportunity.and_then(|opportunity| opportunity.customer));
    if let Some(id) = command.contact
        && let Some(contact) = judge.contact("contact_id", id)
        && let (Some(customer), Some(own)) = (customer, contact.customer)
        && customer != own
    {
        let text = format!("{} is a contact of {}", id.long(), own.long());
        judge
            .violations
            .add(Reason::ContactOfOtherCustomer, "contact_id", text);
    }
    if let Some(member) = command.member {
        judge.member("member_id", member);
    }
    let now = judge.now();
    let occurred_at = command.occurred_at.unwrap_or(now);
    if !occurred_at.in_range() {
        judge
            .violations
            .invalid("occurred_at", "must be between 1900 and 2199");
    } else if occurred_at > now.plus_micros(MAX_CLOCK_AHEAD_MICROS) {
        judge.violations.invalid(
            "occurred_at",
            "must not be in the future: plan it with follow_up_date",
        );
    }
    let member = command.member.or_else(|| judge.actor());
    let check_in = command.check_in.as_ref().and_then(|claim| {
        if command.occurred_at.is_some_and(|at| is_elsewhen(at, now)) {
            judge.violations.invalid(
                "occurred_at",
                "a check-in is made on the spot: leave the time out",
            );
        }
        let customer = customer.and_then(|id| judge.state.customer(id));
        check_in::judge_claim(&mut judge, claim, customer.map(|found| &**found), member)
    });
    let found = &mut judge.violations;
    let activity = Activity {
        id: judge.state.next_activity(),
        kind: command.kind,
        purpose: text::optional("purpose", &command.purpose, MAX_SHORT_TEXT_CHARS, found),
        opportunity: command.opportunity,
        customer,
        contact: command.contact,
        member,
        occurred_at,
        note: text::optional_lines("note", &command.note, MAX_NOTE_CHARS, found),
        follow_up_date: command.follow_up_date,
        check_in: check_in.map(Box::new),
        created_at: now,
        revision: 0,
    };
    let mut scores = ScoreWriter::new(judge.state, judge.now());
    if let Some(check_in) = &activity.check_in {
        scores.write(check_in::score(&judge, &activity, check_in));
    }
    let mut events = vec![Event::ActivityLogged { activity }];
    events.append(&mut scores.events);
    judge.conclude(events)
}

/// Whether a time is another one than now, but for clocks that differ a little.
fn is_elsewhen(at: Timestamp, now: Timestamp) -> bool {
    at.micros_since(now).abs() > MAX_CLOCK_AHEAD_MICROS
}
