//! When digests are due, and the credited score entries of each local day: what a digest is made from without a search.

use imbl::OrdSet;

use crate::digest_schedule::DigestSchedule;
use crate::id::{DigestScheduleId, ScoreEntryId};
use crate::score::{Metric, ScoreEntry};
use crate::time::{Date, Timestamp, Zone};

/// Keys of schedules and score entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DigestIndex {
    pub(super) due: OrdSet<(Timestamp, DigestScheduleId)>,
    pub(super) scores: OrdSet<(Metric, Date, ScoreEntryId)>,
}

impl DigestIndex {
    pub(super) fn link_schedule(&mut self, schedule: &DigestSchedule, zone: &Zone) {
        if schedule.active {
            self.due.insert((schedule.next_at(zone), schedule.id));
        }
    }

    pub(super) fn unlink_schedule(&mut self, schedule: &DigestSchedule, zone: &Zone) {
        self.due.remove(&(schedule.next_at(zone), schedule.id));
    }

    pub(super) fn link_score(&mut self, entry: &ScoreEntry, day: Date) {
        if entry.credited() {
            self.scores.insert((entry.metric, day, entry.id));
        }
    }
}
