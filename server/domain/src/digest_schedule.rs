//! The digest's schedule: who gets which cycle's digest, at which local time, by which ways.

use serde::{Deserialize, Serialize};

use crate::cycle::{CycleUnit, Window, window_of};
use crate::delivery::{self, DeliveryPayload, DeliveryTarget};
use crate::digest::{self, Digest};
use crate::event::Event;
use crate::id::{DigestScheduleId, MemberId, WebhookId};
use crate::notice::{self, NoticeFigures, NoticeKind};
use crate::state::State;
use crate::time::{Date, Timestamp, Zone};

/// A time of day in the workspace's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LocalTime {
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
}

/// Sends a member the digest of each cycle on the first day after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestSchedule {
    /// Its id.
    pub id: DigestScheduleId,
    /// Who gets it: the digest of what they answer for.
    pub member: MemberId,
    /// Day, week or month.
    pub unit: CycleUnit,
    /// When, on the first day after the cycle. A time the zone skips is the first instant after it, one it repeats is the
    /// first of both.
    pub time: LocalTime,
    /// Whether a notice is put into their inbox.
    pub inbox: bool,
    /// Whether it is sent to their e-mail address.
    pub email: bool,
    /// The webhook it is sent to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<WebhookId>,
    /// False while it is paused.
    pub active: bool,
    /// Cycles that end by this day have been told, or were over when the schedule was made.
    pub told_until: Date,
    /// When it was made.
    pub created_at: Timestamp,
    /// Revision of the last commit that changed it.
    pub revision: u64,
}

impl DigestSchedule {
    /// The instant at which the digest of a cycle is due.
    fn due_at(&self, window: Window, zone: &Zone) -> Timestamp {
        zone.first_at(window.end, self.time.hour, self.time.minute)
    }

    /// The instant at which it has something to do next.
    pub(crate) fn next_at(&self, zone: &Zone) -> Timestamp {
        self.due_at(window_of(self.unit, self.told_until), zone)
    }

    /// The newest cycle whose digest is due by an instant.
    pub(crate) fn latest_due(&self, now: Timestamp, zone: &Zone) -> Window {
        let current = window_of(self.unit, zone.date_of(now));
        let last = window_of(self.unit, current.start.plus_days(-1));
        if self.due_at(last, zone) <= now {
            return last;
        }
        window_of(self.unit, last.start.plus_days(-1))
    }
}

/// Facts one schedule causes at most: itself, a notice, two messages.
const EVENTS_EACH: usize = 4;

/// The facts of one schedule that is due; none when none is or `budget` is too small. One at a time: a digest of the whole
/// workspace is the dearest thing that time brings about, and the writer takes commands between two of them.
///
/// Where several cycles were missed while the server was down, the newest is told, and the others never are.
pub(crate) fn due(state: &State, now: Timestamp, budget: usize) -> Vec<Event> {
    let next = state.next_digest_due().filter(|(at, _)| *at <= now);
    let Some((_, id)) = next else {
        return Vec::new();
    };
    match state.digest_schedule(id) {
        Some(schedule) if budget >= EVENTS_EACH => tell(state, schedule, now),
        _ => Vec::new(),
    }
}

/// When `due` will next have something to do.
pub(crate) fn next(state: &State, _: Timestamp) -> Option<Timestamp> {
    state.next_digest_due().map(|(at, _)| at)
}

fn tell(state: &State, schedule: &DigestSchedule, now: Timestamp) -> Vec<Event> {
    let window = schedule.latest_due(now, &state.zone());
    let mut after = schedule.clone();
    after.told_until = window.end;
    let mut events = vec![Event::DigestScheduleUpdated { schedule: after }];
    let here = state
        .member(schedule.member)
        .is_some_and(|member| member.active);
    if here {
        send(state, &mut events, schedule, window, now);
    }
    events
}

fn send(
    state: &State,
    events: &mut Vec<Event>,
    schedule: &DigestSchedule,
    window: Window,
    now: Timestamp,
) {
    let previous = digest::previous_of(Some(schedule.unit), window);
    let digest = digest::digest(state, Some(schedule.member), window, previous, now);
    if schedule.inbox {
        let figures = NoticeFigures {
            window: Some(window),
            digest: Some(Box::new(digest.clone())),
            ..NoticeFigures::default()
        };
        let draft = notice::Draft {
            recipient: schedule.member,
            kind: NoticeKind::Digest,
            subject: Some(schedule.id.into()),
            actor: None,
            figures,
            at: now,
        };
        notice::post(state, events, draft);
    }
    let mut queue = |target| {
        let payload = DeliveryPayload::Digest(Box::<Digest>::new(digest.clone()));
        delivery::queue(state, events, target, payload, now);
    };
    if schedule.email {
        queue(DeliveryTarget::Email(schedule.member));
    }
    let webhook = schedule.webhook.and_then(|id| state.webhook(id));
    if let Some(webhook) =
        webhook.filter(|webhook| webhook.wants(crate::webhook::WebhookEvent::Digest))
    {
        queue(DeliveryTarget::Webhook(webhook.id));
    }
}
