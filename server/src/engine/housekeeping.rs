//! What the writer does besides commands: deadlines, retention, compaction, all in bounded steps.

use std::sync::atomic::Ordering;
use std::time::Duration;

use sluice_domain::{Actor, Command, Timestamp, next_deadline};

use crate::engine::judge::Judge;
use crate::engine::options::{COMPACTION_RATIO, OUTCOME_RETENTION};
use crate::engine::submission::Submission;
use crate::engine::writer::{Stopped, Writer};
use crate::store::{Compaction, ReadLimit, StoreError};

/// The writer looks at deadlines and housekeeping at least this often.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);
/// Retention is looked at this often, in microseconds of the clock.
const RETENTION_INTERVAL_MICROS: i64 = 60 * 1_000_000;
/// Commits over the retained number before the log is trimmed though the writer is busy.
const TRIM_SLACK_COMMITS: u64 = 10_000;
/// Commits looked at in one step when searching for those too old.
const AGE_STEP_COMMITS: usize = 256;
/// After a compaction the store may grow by this factor before another begins, whatever the
/// estimate of its live bytes says.
const REGROWTH_NUM: u64 = 3;
const REGROWTH_DEN: u64 = 2;
/// Compaction is considered after this many looks.
const COMPACTION_LOOKS: u32 = 64;

/// What the writer remembers between looks.
#[derive(Debug, Default)]
pub(super) struct Housekeeping {
    retention_due: Option<Timestamp>,
    /// A tick found nothing to do before this time.
    tick_not_before: Option<Timestamp>,
    trimming: bool,
    expiring: Option<Timestamp>,
    ageing: bool,
    compacting: bool,
    compacted_size: u64,
    looks: u32,
}

impl Housekeeping {
    fn busy(&self) -> bool {
        self.trimming || self.ageing || self.compacting || self.expiring.is_some()
    }
}

impl Writer {
    /// How long the writer may wait for a command.
    pub(super) fn time_to_wait(&self) -> Duration {
        if self.housekeeping.busy() {
            return Duration::ZERO;
        }
        let Some(deadline) = self.tick_deadline() else {
            return LOOK_INTERVAL;
        };
        let micros = deadline.0.saturating_sub(self.now().0).max(0);
        Duration::from_micros(micros.unsigned_abs()).min(LOOK_INTERVAL)
    }

    fn tick_deadline(&self) -> Option<Timestamp> {
        let deadline = next_deadline(&self.shared.state.load(), self.now())?;
        Some(match self.housekeeping.tick_not_before {
            Some(earliest) => deadline.max(earliest),
            None => deadline,
        })
    }

    /// Called after every group and every wait.
    pub(super) fn keep_house(&mut self, idle: bool) -> Result<(), Stopped> {
        self.tick()?;
        let done = self.retain(idle).and_then(|()| self.compact(idle));
        done.map_err(|error| self.fail(&error))
    }

    /// Lets the domain act on time that has passed.
    fn tick(&mut self) -> Result<(), Stopped> {
        let now = self.now();
        if self.tick_deadline().is_none_or(|deadline| deadline > now) {
            return Ok(());
        }
        if self.disk_full().is_some() {
            // What is due waits, as every write does; nothing is lost by it.
            self.tick_again_later(now);
            return Ok(());
        }
        let shared = std::sync::Arc::clone(&self.shared);
        let mut judge = Judge::new(&shared, now);
        let system = Actor {
            member: None,
            label: "system".into(),
        };
        let verdict = match judge.judge(Submission::new(Command::Tick, system)) {
            Ok(verdict) => verdict,
            Err(error) => return Err(self.fail(&error)),
        };
        if let Err(error) = &verdict {
            tracing::error!(%error, "the passing of time was refused; it will be tried again");
        }
        let (state, record) = judge.into_parts();
        self.housekeeping.tick_not_before = None;
        if record.is_empty() {
            self.tick_again_later(now);
        }
        self.make_durable(state, &record)
    }

    fn tick_again_later(&mut self, now: Timestamp) {
        let later = now.0.saturating_add(LOOK_INTERVAL.as_micros() as i64);
        self.housekeeping.tick_not_before = Some(Timestamp(later));
    }

    fn retain(&mut self, idle: bool) -> Result<(), StoreError> {
        let head = self.shared.state.load().revision();
        let by_count = head.saturating_sub(self.shared.limits.log_retention_commits);
        let slack = if idle { 0 } else { TRIM_SLACK_COMMITS };
        if by_count > self.journal.oldest() + slack {
            self.raise_oldest(by_count)?;
        }
        let now = self.clock.now();
        if self.housekeeping.retention_due.is_none_or(|due| due <= now) {
            self.housekeeping.retention_due =
                Some(Timestamp(now.0.saturating_add(RETENTION_INTERVAL_MICROS)));
            self.housekeeping.ageing = true;
            // A crash between raising and trimming leaves rows behind: look every time.
            self.housekeeping.trimming = true;
            self.housekeeping.expiring = Some(before(now, OUTCOME_RETENTION));
        }
        if self.housekeeping.ageing && idle {
            self.housekeeping.ageing = self.age_step(now)?;
        }
        if self.housekeeping.trimming {
            self.housekeeping.trimming = self.journal.trim_step()?;
        }
        if idle && let Some(bound) = self.housekeeping.expiring {
            let more = self.journal.expire_outcomes_step(bound)?;
            self.housekeeping.expiring = more.then_some(bound);
        }
        Ok(())
    }

    /// Raises the oldest revision past commits that are too old. Returns whether more may be.
    fn age_step(&mut self, now: Timestamp) -> Result<bool, StoreError> {
        let limit = ReadLimit {
            commits: AGE_STEP_COMMITS,
            bytes: usize::MAX,
        };
        let too_old = before(now, self.shared.limits.log_retention);
        let entries = self.shared.reader.read_log(self.journal.oldest(), limit)?;
        let old = entries
            .iter()
            .take_while(|entry| entry.commit.time < too_old)
            .last();
        let Some(old) = old.map(|entry| entry.commit.revision) else {
            return Ok(false);
        };
        self.raise_oldest(old)?;
        Ok(entries.last().map(|entry| entry.commit.revision) == Some(old))
    }

    fn raise_oldest(&mut self, oldest: u64) -> Result<(), StoreError> {
        self.journal.raise_oldest(oldest)?;
        // Watches learn it before the first row goes.
        self.shared
            .oldest
            .store(self.journal.oldest(), Ordering::Release);
        self.housekeeping.trimming = true;
        Ok(())
    }

    fn compact(&mut self, idle: bool) -> Result<(), StoreError> {
        if self.housekeeping.compacting {
            match self.journal.compact()? {
                Compaction::Running => {}
                Compaction::Idle => self.housekeeping.compacting = false,
                Compaction::Finished => {
                    self.housekeeping.compacting = false;
                    self.housekeeping.compacted_size = self.journal.usage()?.size_on_disk;
                    let size = self.housekeeping.compacted_size;
                    tracing::info!(size, "compaction finished");
                }
            }
            return Ok(());
        }
        self.housekeeping.looks += 1;
        if !idle && self.housekeeping.looks < COMPACTION_LOOKS {
            return Ok(());
        }
        self.housekeeping.looks = 0;
        let usage = self.journal.usage()?;
        let live = self.journal.live_bytes();
        let regrown = self.housekeeping.compacted_size / REGROWTH_DEN * REGROWTH_NUM;
        let wanted = usage.size_on_disk > self.shared.limits.compaction_floor_bytes
            && usage.size_on_disk > live.saturating_mul(COMPACTION_RATIO)
            && usage.size_on_disk > regrown;
        let room = live.saturating_mul(2) + self.shared.limits.disk_reserve_bytes;
        if wanted && usage.free > room {
            let size = usage.size_on_disk;
            tracing::info!(size, live, "compaction begins");
            self.journal.begin_compaction()?;
            self.housekeeping.compacting = true;
        }
        Ok(())
    }
}

fn before(now: Timestamp, age: Duration) -> Timestamp {
    let micros = i64::try_from(age.as_micros()).unwrap_or(i64::MAX);
    Timestamp(now.0.saturating_sub(micros))
}
