//! Reads webhooks, deliveries and schedules of digests.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::Arc;

use super::State;
use crate::cycle::Window;
use crate::delivery::{Delivery, Lane};
use crate::digest_schedule::DigestSchedule;
use crate::id::{DeliveryId, DigestScheduleId, ScoreEntryId, WebhookId};
use crate::score::{Metric, ScoreEntry};
use crate::time::Timestamp;
use crate::webhook::Webhook;

impl State {
    collection!(
        "webhook",
        WebhookId,
        Webhook,
        webhooks,
        webhook,
        webhooks_after,
        next_webhook
    );
    collection!(
        "schedule of digests",
        DigestScheduleId,
        DigestSchedule,
        digest_schedules,
        digest_schedule,
        digest_schedules_after,
        next_digest_schedule
    );
    collection!(
        "delivery",
        DeliveryId,
        Delivery,
        deliveries,
        delivery,
        deliveries_after,
        next_delivery
    );

    /// How many schedules of digests there are.
    pub fn digest_schedule_count(&self) -> usize {
        self.digest_schedules.len()
    }

    /// How many deliveries are finished and kept.
    pub(crate) fn finished_delivery_count(&self) -> usize {
        self.indexes.outbox.finished.len()
    }

    pub(crate) fn oldest_finished_delivery(&self) -> Option<DeliveryId> {
        self.indexes.outbox.finished.get_min().copied()
    }

    /// Deliveries of a lane that wait, by the time of the next attempt.
    pub fn pending_deliveries(
        &self,
        lane: Lane,
    ) -> impl DoubleEndedIterator<Item = &Arc<Delivery>> {
        let first = (lane, Timestamp(i64::MIN), DeliveryId(0));
        let last = (lane, Timestamp(i64::MAX), DeliveryId(u64::MAX));
        self.indexes
            .outbox
            .pending
            .range(first..=last)
            .filter_map(|(_, _, id)| self.deliveries.get(id))
    }

    /// Every lane in which a delivery waits.
    pub fn pending_lanes(&self) -> BTreeSet<Lane> {
        let pending = &self.indexes.outbox.pending;
        let mut lanes = BTreeSet::new();
        let mut next = pending.get_min().map(|(lane, _, _)| *lane);
        while let Some(lane) = next {
            lanes.insert(lane);
            let end = (lane, Timestamp(i64::MAX), DeliveryId(u64::MAX));
            let rest = (Bound::Excluded(end), Bound::Unbounded);
            next = pending.range(rest).next().map(|(lane, _, _)| *lane);
        }
        lanes
    }

    /// The digest that is due first, and when; paused schedules left out.
    pub(crate) fn next_digest_due(&self) -> Option<(Timestamp, DigestScheduleId)> {
        self.indexes.digests.due.get_min().copied()
    }

    /// Credited score entries of a metric that count in a window, by local day.
    pub(crate) fn credited_scores(
        &self,
        metric: Metric,
        window: Window,
    ) -> impl Iterator<Item = &Arc<ScoreEntry>> {
        let from = (metric, window.start, ScoreEntryId(0));
        let to = (metric, window.end, ScoreEntryId(0));
        self.indexes
            .digests
            .scores
            .range(from..to)
            .filter_map(|(_, _, id)| self.score_entry(*id))
    }
}
