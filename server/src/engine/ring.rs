//! The ring: the newest commits in memory, read by every watch without a lock.
//!
//! A slot is found by revision and holds the whole commit, so a reader either gets the commit it
//! asked for or learns that it must look in the log.

use std::collections::VecDeque;
use std::sync::Arc;

use arc_swap::ArcSwapOption;

use crate::store::journal::LogEntry;

/// The shared slots.
#[derive(Debug)]
pub struct Ring {
    slots: Box<[ArcSwapOption<LogEntry>]>,
}

impl Ring {
    /// A ring of at least one slot.
    pub fn new(slots: usize) -> Self {
        let slots = (0..slots.max(1)).map(|_| ArcSwapOption::empty());
        Self {
            slots: slots.collect(),
        }
    }

    /// The commit of this revision, unless it has left the ring or is not there yet.
    pub fn get(&self, revision: u64) -> Option<Arc<LogEntry>> {
        let entry = self.slot(revision).load_full()?;
        (entry.commit.revision == revision).then_some(entry)
    }

    fn slot(&self, revision: u64) -> &ArcSwapOption<LogEntry> {
        // The remainder is below the number of slots, which is a usize.
        &self.slots[(revision % self.slots.len() as u64) as usize]
    }
}

/// The writer's side: adds commits and keeps the ring within its bytes.
#[derive(Debug)]
pub struct RingWriter {
    ring: Arc<Ring>,
    held: VecDeque<(u64, usize)>,
    bytes: usize,
    max_bytes: usize,
}

impl RingWriter {
    /// Writes to `ring`, holding at most `max_bytes` of encoded commits, and one in any case.
    pub fn new(ring: Arc<Ring>, max_bytes: usize) -> Self {
        Self {
            ring,
            held: VecDeque::new(),
            bytes: 0,
            max_bytes,
        }
    }

    /// Adds the next commit.
    pub fn push(&mut self, entry: LogEntry) {
        let revision = entry.commit.revision;
        self.bytes += entry.bytes;
        self.held.push_back((revision, entry.bytes));
        self.ring.slot(revision).store(Some(Arc::new(entry)));
        while self.held.len() > 1
            && (self.bytes > self.max_bytes || self.held.len() > self.ring.slots.len())
        {
            let Some((oldest, bytes)) = self.held.pop_front() else {
                break;
            };
            self.bytes -= bytes;
            if self.ring.get(oldest).is_some() {
                self.ring.slot(oldest).store(None);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::commit::Commit;
    use sluice_domain::{Actor, Timestamp};

    fn entry(revision: u64, bytes: usize) -> LogEntry {
        let actor = Actor {
            member: None,
            label: "test".into(),
        };
        let commit = Commit::new(revision, Timestamp(0), actor, None, vec![], vec![]);
        LogEntry {
            commit: Arc::new(commit),
            bytes,
        }
    }

    fn held(ring: &Ring) -> Vec<u64> {
        (0..=20).filter(|r| ring.get(*r).is_some()).collect()
    }

    #[test]
    fn the_newest_commits_are_held_within_slots_and_bytes() {
        let ring = Arc::new(Ring::new(4));
        let mut writer = RingWriter::new(Arc::clone(&ring), 100);
        for revision in 1..=6 {
            writer.push(entry(revision, 10));
        }
        assert_eq!(held(&ring), [3, 4, 5, 6]);
        writer.push(entry(7, 75));
        assert_eq!(held(&ring), [5, 6, 7], "bytes are bounded");
        writer.push(entry(8, 1000));
        assert_eq!(held(&ring), [8], "one is held in any case");
    }
}
