//! The engine: one writer, group commit, and readers who never wait.
//!
//! An [`Engine`] is one workspace on one data folder. Commands go through [`Engine::submit`] to
//! the writer thread (`writer.rs`), which judges them (`judge.rs`), makes a whole group durable
//! and publishes it in the order *durable → ring → state pointer → head*. That order is why a
//! watch (`watch.rs`) can never miss a commit: whoever sees a head finds every commit up to it in
//! the ring or in the log, and a state at least as new.

pub mod clock;
mod housekeeping;
mod judge;
pub mod options;
pub mod ring;
mod snapshot;
pub mod submission;
mod view;
pub mod watch;
mod writer;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};
use std::sync::{Arc, Weak};
use std::time::Duration;

use arc_swap::ArcSwap;
use sluice_domain::{State, Timestamp};
use tokio::sync::{oneshot, watch as tokio_watch};

pub use crate::commit::{Commit, Encoded};
pub use clock::{Clock, ManualClock, SystemClock};
pub use options::{EngineOptions, Limits, StartCheck};
pub use submission::{MAX_REQUEST_ID_BYTES, Outcome, Submission, SubmitError};
pub use view::{ViewChange, WatchCommit};
pub use watch::{WatchEnd, WatchItem, WatchOptions, WatchStart};

use crate::store::lock::{FolderLock, LockError};
use crate::store::sled_store::SledStore;
use crate::store::{Journal, JournalReader, StoreError};
use ring::Ring;
use writer::{Job, Message, Writer};

/// Delay suggested to a caller who found the queue full: some groups' time.
const QUEUE_RETRY: Duration = Duration::from_millis(50);

/// Why an engine could not be opened. Nothing has been changed then.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another server uses the folder.
    #[error("{data_dir} is in use by {owner}: talk to it through its socket, or stop it first")]
    AlreadyOwned {
        /// The folder.
        data_dir: PathBuf,
        /// What the owner says about itself.
        owner: String,
    },
    /// The folder cannot be created, locked or written.
    #[error("cannot use {path}: {cause}. Check that the folder may be written")]
    Folder {
        /// The path tried.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The data was written by a newer Sluice.
    #[error("{data_dir}: {source}")]
    NewerFormat {
        /// The folder.
        data_dir: PathBuf,
        /// Which format.
        source: StoreError,
    },
    /// A row does not hold what was written.
    #[error("{data_dir}: {source}")]
    CorruptRow {
        /// The folder.
        data_dir: PathBuf,
        /// Which row, and what to do.
        source: StoreError,
    },
    /// Anything else the store says.
    #[error("{data_dir}: {source}")]
    Store {
        /// The folder.
        data_dir: PathBuf,
        /// What it says.
        source: StoreError,
    },
}

/// What the writer tells the watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Signal {
    revision: u64,
    watches_end: bool,
}

/// What writer, handles and watches share.
struct Shared {
    log_id: String,
    limits: Limits,
    state: ArcSwap<State>,
    ring: Arc<Ring>,
    reader: JournalReader,
    oldest: AtomicU64,
    /// Time of the newest durable commit, in microseconds.
    last_time: AtomicI64,
    head: tokio_watch::Sender<u64>,
    signal: tokio_watch::Sender<Signal>,
    draining: AtomicBool,
    failed: AtomicBool,
    watches: AtomicUsize,
}

impl Shared {
    fn end_watches(&self) {
        self.signal.send_modify(|signal| signal.watches_end = true);
    }
}

/// A handle on the engine of one workspace; clones are the same engine.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
    queue: Arc<SyncSender<Message>>,
    stopped: tokio_watch::Receiver<bool>,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("log_id", &self.shared.log_id)
            .field("revision", &self.snapshot().revision())
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Opens a data folder: locks it, loads the rows, checks them, starts the writer. Blocks on
    /// the disk; needs no tokio runtime.
    pub fn open(mut options: EngineOptions) -> Result<Self, OpenError> {
        let data_dir = options.data_dir.clone();
        let (lock, store) = match options.store.take() {
            Some(store) => (None, store),
            None => {
                let lock = lock_folder(&options)?;
                let store = SledStore::open(&data_dir, options.probe.take())
                    .map_err(|error| open_error(&data_dir, error))?;
                (Some(lock), Box::new(store) as _)
            }
        };
        Self::start(options, lock, store).map_err(|error| open_error(&data_dir, error))
    }

    fn start(
        options: EngineOptions,
        lock: Option<FolderLock>,
        store: Box<dyn crate::store::Store>,
    ) -> Result<Self, StoreError> {
        let (journal, mut loaded) = Journal::open(store)?;
        let rows = std::mem::take(&mut loaded.entities);
        let row_count = rows.len();
        let state = State::from_rows(loaded.revision, rows.into_iter())
            .map_err(StoreError::Inconsistent)?;
        if options.check == StartCheck::Always || row_count <= options::CHECK_ROWS_MAX {
            state.check().map_err(StoreError::Inconsistent)?;
        }
        let (head, _) = tokio_watch::channel(loaded.revision);
        let (signal, _) = tokio_watch::channel(Signal {
            revision: loaded.revision,
            watches_end: false,
        });
        let shared = Arc::new(Shared {
            log_id: loaded.log_id,
            state: ArcSwap::from_pointee(state),
            ring: Arc::new(Ring::new(options.limits.ring_commits)),
            reader: journal.reader(),
            oldest: AtomicU64::new(loaded.oldest),
            last_time: AtomicI64::new(loaded.last_time.map_or(i64::MIN, |time| time.0)),
            head,
            signal,
            draining: AtomicBool::new(false),
            failed: AtomicBool::new(false),
            watches: AtomicUsize::new(0),
            limits: options.limits,
        });
        let (queue, messages) = std::sync::mpsc::sync_channel(shared.limits.queued_commands);
        let queue = Arc::new(queue);
        let (stopping, stopped) = tokio_watch::channel(false);
        let clock = Arc::clone(&options.clock);
        clock.on_jump(waker(&queue));
        let writer = Writer::new(
            Arc::clone(&shared),
            journal,
            options.clock,
            options.on_fatal,
        );
        std::thread::Builder::new()
            .name("sluice-writer".into())
            .spawn(move || {
                writer.run_guarded(&messages);
                // The lock goes last: whoever gets it finds the store closed.
                drop(lock);
                stopping.send_replace(true);
            })
            .map_err(|error| StoreError::Io {
                what: "starting the writer thread".into(),
                cause: error.to_string(),
            })?;
        Ok(Self {
            shared,
            queue,
            stopped,
            clock,
        })
    }

    /// Has the writer judge a command. Answers when the outcome is durable.
    pub async fn submit(&self, submission: Submission) -> Result<Outcome, SubmitError> {
        if self.shared.draining.load(Ordering::Acquire) {
            return Err(self.closed());
        }
        if let Some(id) = &submission.request_id
            && id.len() > MAX_REQUEST_ID_BYTES
        {
            return Err(SubmitError::RequestIdTooLong);
        }
        let (reply, answer) = oneshot::channel();
        let job = Message::Submit(Box::new(Job { submission, reply }));
        match self.queue.try_send(job) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => {
                return Err(SubmitError::QueueFull {
                    retry_after: QUEUE_RETRY,
                });
            }
            Err(TrySendError::Disconnected(_)) => return Err(self.closed()),
        }
        // An unanswered command was dropped with the queue: the writer has stopped.
        answer.await.unwrap_or_else(|_| Err(self.closed()))
    }

    fn closed(&self) -> SubmitError {
        if self.shared.failed.load(Ordering::Acquire) {
            SubmitError::StoreFailed
        } else {
            SubmitError::Draining
        }
    }

    /// The newest durable state; never waits. `revision()` says how new.
    pub fn snapshot(&self) -> Arc<State> {
        self.shared.state.load_full()
    }

    /// The time by which everything around this engine goes: that of its writer, never before the newest commit.
    pub fn now(&self) -> Timestamp {
        let last = Timestamp(self.shared.last_time.load(Ordering::Acquire));
        self.clock.now().max(last)
    }

    /// The clock itself, for those who wait by it.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// Identity of the log: revisions of another log mean something else.
    pub fn log_id(&self) -> &str {
        &self.shared.log_id
    }

    /// Oldest revision after which a watch can resume.
    pub fn oldest_revision(&self) -> u64 {
        self.shared.oldest.load(Ordering::Acquire)
    }

    /// The newest durable revision, as it grows.
    pub fn head(&self) -> tokio_watch::Receiver<u64> {
        self.shared.head.subscribe()
    }

    /// Watches open now.
    pub fn watch_count(&self) -> usize {
        self.shared.watches.load(Ordering::Relaxed)
    }

    /// Ends every watch with its progress and [`WatchEnd::Draining`]; commands go on.
    pub fn end_watches(&self) {
        self.shared.end_watches();
    }

    /// Stops: no new commands, watches end, waiting commands are done, the folder is released.
    /// Returns when all that has happened; calling it twice is fine.
    pub async fn shutdown(&self) {
        self.shared.draining.store(true, Ordering::Release);
        self.shared.end_watches();
        // A full queue needs no waking.
        let _ = self.queue.try_send(Message::Wake);
        let mut stopped = self.stopped.clone();
        // An error means that the writer is gone, which is what we wait for.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    }
}

fn waker(queue: &Arc<SyncSender<Message>>) -> clock::Waker {
    // Weak: the clock outlives engines and must not keep the queue open.
    let queue: Weak<SyncSender<Message>> = Arc::downgrade(queue);
    Box::new(move || {
        if let Some(queue) = queue.upgrade() {
            // A full queue needs no waking.
            let _ = queue.try_send(Message::Wake);
        }
    })
}

fn lock_folder(options: &EngineOptions) -> Result<FolderLock, OpenError> {
    let data_dir = &options.data_dir;
    std::fs::create_dir_all(data_dir).map_err(|cause| OpenError::Folder {
        path: data_dir.clone(),
        cause,
    })?;
    let owner = format!(
        "process {} since {}",
        std::process::id(),
        options.clock.now()
    );
    FolderLock::acquire(data_dir, &owner).map_err(|error| match error {
        LockError::Owned { owner } => OpenError::AlreadyOwned {
            data_dir: data_dir.clone(),
            owner,
        },
        LockError::Io { path, cause } => OpenError::Folder { path, cause },
    })
}

fn open_error(data_dir: &std::path::Path, source: StoreError) -> OpenError {
    let data_dir = data_dir.to_owned();
    match source {
        StoreError::NewerFormat { .. } => OpenError::NewerFormat { data_dir, source },
        StoreError::CorruptRow { .. } => OpenError::CorruptRow { data_dir, source },
        _ => OpenError::Store { data_dir, source },
    }
}
