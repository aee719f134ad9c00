//! What the writer does besides commands: deadlines, retention, compaction.
//!
//! All of it is cut into slices, and between two groups of commands there is one slice at most: a command waits for the
//! slice at work, never for the rest. Duties take turns, so that none waits for another to come to its end.

use std::sync::atomic::Ordering;
use std::time::Duration;

use sluice_domain::{Actor, Command, Timestamp, next_deadline};

use crate::engine::judge::Judge;
use crate::engine::options::{COMPACTION_RATIO, OUTCOME_RETENTION};
use crate::engine::submission::Submission;
use crate::engine::writer::{Stopped, Writer};
use crate::store::{Compaction, StoreError};

/// The writer looks at deadlines and housekeeping at least this often.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);
/// Retention is looked at this often, in microseconds of the clock.
const RETENTION_INTERVAL_MICROS: i64 = 60 * 1_000_000;
/// Commits over the retained number before the log is trimmed though the writer is busy.
const TRIM_SLACK_COMMITS: u64 = 10_000;
/// After a compaction the store may grow by this factor before another begins, whatever the
/// estimate of its live bytes says.
const REGROWTH_NUM: u64 = 3;
const REGROWTH_DEN: u64 = 2;
/// Compaction is considered after this many looks.
const COMPACTION_LOOKS: u32 = 64;

/// Work that comes in slices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Duty {
    /// What has fallen due is told, commit by commit.
    Tick,
    /// The newest commit that is too old is looked for, and the log's oldest revision raised to it.
    Age,
    /// Rows of the log are removed up to its oldest revision.
    Trim,
    /// Outcomes of requests that are too old are removed.
    Expire,
    /// Live rows are copied into a fresh folder.
    Compact,
}

/// All of it, in the order of turns.
const DUTIES: [Duty; 5] = [
    Duty::Tick,
    Duty::Age,
    Duty::Trim,
    Duty::Expire,
    Duty::Compact,
];

/// A search for the newest commit that is too old, by halves: no commit is older than the one before it.
#[derive(Debug, Clone, Copy)]
struct AgeSearch {
    /// Older than this is too old.
    bound: Timestamp,
    /// Up to this revision all are too old, or gone already.
    old: u64,
    /// From this revision none is.
    young: u64,
}

/// What the writer remembers between looks.
#[derive(Debug, Default)]
pub(super) struct Housekeeping {
    retention_due: Option<Timestamp>,
    /// A tick found nothing to do before this time.
    tick_not_before: Option<Timestamp>,
    trimming: bool,
    expiring: Option<Timestamp>,
    ageing: Option<AgeSearch>,
    compacting: bool,
    compacted_size: u64,
    looks: u32,
    /// Whose turn it is.
    turn: usize,
}

impl Housekeeping {
    fn busy(&self) -> bool {
        self.trimming || self.compacting || self.ageing.is_some() || self.expiring.is_some()
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

    /// Called after every group and every wait: one slice of the next duty that has something to do.
    pub(super) fn keep_house(&mut self, idle: bool) -> Result<(), Stopped> {
        let looked = self.look(idle);
        looked.map_err(|error| self.fail(&error))?;
        for _ in DUTIES {
            let duty = DUTIES[self.housekeeping.turn];
            self.housekeeping.turn = (self.housekeeping.turn + 1) % DUTIES.len();
            if self.slice(duty)? {
                self.journal.tidy();
                return Ok(());
            }
        }
        Ok(())
    }

    /// One slice of a duty; whether there was anything to do.
    fn slice(&mut self, duty: Duty) -> Result<bool, Stopped> {
        let done = match duty {
            Duty::Tick => return self.tick(),
            Duty::Age => self.age_slice(),
            Duty::Trim => self.trim_slice(),
            Duty::Expire => self.expire_slice(),
            Duty::Compact => self.compact_slice(),
        };
        done.map_err(|error| self.fail(&error))
    }

    /// Lets the domain act on time that has passed: one commit of it.
    fn tick(&mut self) -> Result<bool, Stopped> {
        let now = self.now();
        if self.tick_deadline().is_none_or(|deadline| deadline > now) {
            return Ok(false);
        }
        if self.disk_full().is_some() {
            // What is due waits, as every write does; nothing is lost by it.
            self.tick_again_later(now);
            return Ok(false);
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
        self.make_durable(state, &record)?;
        Ok(true)
    }

    fn tick_again_later(&mut self, now: Timestamp) {
        let later = now.0.saturating_add(LOOK_INTERVAL.as_micros() as i64);
        self.housekeeping.tick_not_before = Some(Timestamp(later));
    }

    /// Finds out what there is to do besides Ticks.
    fn look(&mut self, idle: bool) -> Result<(), StoreError> {
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
            self.housekeeping.ageing = Some(AgeSearch {
                bound: before(now, self.shared.limits.log_retention),
                old: self.journal.oldest(),
                young: head.saturating_add(1),
            });
            // A crash between raising and trimming leaves rows behind: look every time.
            self.housekeeping.trimming = true;
            self.housekeeping.expiring = Some(before(now, OUTCOME_RETENTION));
        }
        self.consider_compaction(idle)
    }

    /// Reads one commit of the search for those too old. The next one after the oldest comes first: mostly it is young
    /// enough, and that is all.
    fn age_slice(&mut self) -> Result<bool, StoreError> {
        let Some(mut search) = self.housekeeping.ageing.take() else {
            return Ok(false);
        };
        // The log may have been shortened by its number of commits meanwhile.
        let oldest = self.journal.oldest();
        search.old = search.old.max(oldest);
        if search.old + 1 >= search.young {
            if search.old > oldest {
                self.raise_oldest(search.old)?;
            }
            return Ok(true);
        }
        let looked_at = if search.old == oldest {
            search.old + 1
        } else {
            search.old + (search.young - search.old) / 2
        };
        let commit = self.shared.reader.read_commit(looked_at)?;
        if commit.is_some_and(|entry| entry.commit.time < search.bound) {
            search.old = looked_at;
        } else {
            search.young = looked_at;
        }
        self.housekeeping.ageing = Some(search);
        Ok(true)
    }

    fn trim_slice(&mut self) -> Result<bool, StoreError> {
        let working = self.housekeeping.trimming;
        if working {
            self.housekeeping.trimming = self.journal.trim_step()?;
        }
        Ok(working)
    }

    fn expire_slice(&mut self) -> Result<bool, StoreError> {
        let Some(bound) = self.housekeeping.expiring else {
            return Ok(false);
        };
        let more = self.journal.expire_outcomes_step(bound)?;
        self.housekeeping.expiring = more.then_some(bound);
        Ok(true)
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

    fn compact_slice(&mut self) -> Result<bool, StoreError> {
        if !self.housekeeping.compacting {
            return Ok(false);
        }
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
        Ok(true)
    }

    fn consider_compaction(&mut self, idle: bool) -> Result<(), StoreError> {
        if self.housekeeping.compacting {
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
