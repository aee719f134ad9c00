//! The writer: the one thread that decides, commits and publishes.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};

use sluice_domain::{State, Timestamp};
use tokio::sync::oneshot;

use crate::engine::clock::Clock;
use crate::engine::housekeeping::Housekeeping;
use crate::engine::judge::{Draft, Judge, Judged};
use crate::engine::options::FatalHook;
use crate::engine::ring::RingWriter;
use crate::engine::submission::{Outcome, Submission, SubmitError};
use crate::engine::{Shared, Signal};
use crate::store::journal::LogEntry;
use crate::store::{GroupRecord, Journal, StoreError};

/// What comes through the queue.
pub(super) enum Message {
    /// A command.
    Submit(Box<Job>),
    /// Look at the clock and at the flags.
    Wake,
}

/// A command and whom to answer.
pub(super) struct Job {
    pub(super) submission: Submission,
    pub(super) reply: oneshot::Sender<Result<Outcome, SubmitError>>,
}

type Reply = (
    oneshot::Sender<Result<Outcome, SubmitError>>,
    Result<Draft, SubmitError>,
);

/// The store has failed and the hook has been told: nothing more may be written or answered.
pub(super) struct Stopped;

/// State of the writer thread.
pub(super) struct Writer {
    pub(super) shared: Arc<Shared>,
    pub(super) journal: Journal,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) housekeeping: Housekeeping,
    ring: RingWriter,
    on_fatal: FatalHook,
}

impl Writer {
    pub(super) fn new(
        shared: Arc<Shared>,
        journal: Journal,
        clock: Arc<dyn Clock>,
        on_fatal: FatalHook,
    ) -> Self {
        let ring = RingWriter::new(Arc::clone(&shared.ring), shared.limits.ring_bytes);
        Self {
            ring,
            journal,
            clock,
            housekeeping: Housekeeping::default(),
            on_fatal,
            shared,
        }
    }

    /// Works until told to stop. A panic here, outside the domain, leaves nobody who knows what
    /// is durable: it is treated as a failed store.
    pub(super) fn run_guarded(self, messages: &Receiver<Message>) {
        let shared = Arc::clone(&self.shared);
        let on_fatal = Arc::clone(&self.on_fatal);
        let run = AssertUnwindSafe(|| self.run(messages));
        if std::panic::catch_unwind(run).is_err() {
            let error = StoreError::Inconsistent("the writer panicked".into());
            fail(&shared, &on_fatal, &error);
        }
    }

    /// Works until the queue is closed or the engine drains, or the store fails.
    fn run(mut self, messages: &Receiver<Message>) {
        let mut jobs = Vec::with_capacity(self.shared.limits.group_commands);
        loop {
            let closed = self.take_group(messages, &mut jobs);
            let idle = jobs.is_empty();
            let done = self
                .run_group(&mut jobs)
                .and_then(|()| self.keep_house(idle));
            if done.is_err() {
                return;
            }
            let draining = self.shared.draining.load(Ordering::Acquire);
            if idle && (closed || draining) {
                self.shared.draining.store(true, Ordering::Release);
                self.shared.end_watches();
                return;
            }
        }
    }

    /// Waits for a command, then takes what else is there. Returns whether nobody can send more.
    fn take_group(&self, messages: &Receiver<Message>, jobs: &mut Vec<Job>) -> bool {
        let first = messages.recv_timeout(self.time_to_wait());
        let mut next = match first {
            Ok(message) => Some(message),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return true,
        };
        while let Some(message) = next.take() {
            match message {
                Message::Submit(job) => jobs.push(*job),
                Message::Wake => {}
            }
            if jobs.len() < self.shared.limits.group_commands {
                next = messages.try_recv().ok();
            }
        }
        false
    }

    /// The time of the next commit: commit times never go back, whatever the clock does.
    pub(super) fn now(&self) -> Timestamp {
        let last = Timestamp(self.shared.last_time.load(Ordering::Acquire));
        self.clock.now().max(last)
    }

    fn run_group(&mut self, jobs: &mut Vec<Job>) -> Result<(), Stopped> {
        if jobs.is_empty() {
            return Ok(());
        }
        let disk_full = self.disk_full();
        let now = self.now();
        let shared = Arc::clone(&self.shared);
        let mut judge = Judge::new(&shared, now);
        let mut replies: Vec<Reply> = Vec::with_capacity(jobs.len());
        for job in jobs.drain(..) {
            let judged: Judged = match &disk_full {
                Some(error) if !job.submission.validate_only => Ok(Err(error.clone())),
                _ => judge.judge(job.submission),
            };
            match judged {
                Ok(verdict) => replies.push((job.reply, verdict)),
                Err(error) => return Err(self.fail(&error)),
            }
        }
        let (state, record) = judge.into_parts();
        self.make_durable(state, &record)?;
        let published = self.shared.state.load_full();
        for (reply, verdict) in replies {
            // A caller who has gone away does not want its answer.
            let _ = reply.send(verdict.map(|draft| draft.publish(&published)));
        }
        self.journal.tidy();
        Ok(())
    }

    /// Below the reserve everything that writes is refused: sled must never meet a full disk.
    pub(super) fn disk_full(&self) -> Option<SubmitError> {
        let reserve = self.shared.limits.disk_reserve_bytes;
        match self.journal.usage() {
            Ok(usage) if usage.free < reserve => {
                tracing::warn!(
                    free = usage.free,
                    reserve,
                    "disk almost full; commands are refused"
                );
                Some(SubmitError::DiskFull {
                    free: usage.free,
                    reserve,
                })
            }
            Ok(_) => None,
            Err(error) => {
                // Not knowing is no reason to refuse: the commit itself will tell.
                tracing::warn!(%error, "free space unknown");
                None
            }
        }
    }

    /// Durable, then ring, then state, then head.
    pub(super) fn make_durable(
        &mut self,
        state: State,
        record: &GroupRecord,
    ) -> Result<(), Stopped> {
        if record.is_empty() {
            return Ok(());
        }
        let sizes = match self.journal.commit(record) {
            Ok(sizes) => sizes,
            Err(error) => return Err(self.fail(&error)),
        };
        let Some(last) = record.commits.last() else {
            return Ok(());
        };
        self.shared.last_time.store(last.time.0, Ordering::Release);
        let revision = last.revision;
        for (commit, bytes) in record.commits.iter().zip(sizes) {
            self.ring.push(LogEntry {
                commit: Arc::clone(commit),
                bytes,
            });
        }
        self.shared.state.store(Arc::new(state));
        self.shared.signal.send_modify(|signal: &mut Signal| {
            signal.revision = revision;
        });
        self.shared.head.send_replace(revision);
        Ok(())
    }

    pub(super) fn fail(&self, error: &StoreError) -> Stopped {
        fail(&self.shared, &self.on_fatal, error)
    }
}

/// Tells the hook, which in a server does not return. In a test it does: then the writer ends,
/// answering nobody and publishing nothing.
fn fail(shared: &Shared, on_fatal: &FatalHook, error: &StoreError) -> Stopped {
    shared.failed.store(true, Ordering::Release);
    shared.draining.store(true, Ordering::Release);
    on_fatal(error);
    shared.end_watches();
    Stopped
}
