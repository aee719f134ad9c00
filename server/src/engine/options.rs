//! How an engine is opened: folder, clock, bounds, and what to do when the disk betrays us.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::engine::clock::{Clock, SystemClock};
use crate::store::sled_store::Probe;
use crate::store::{DISK_RESERVE_BYTES, Store, StoreError};

/// Commands of one group, durable together.
pub const MAX_GROUP_COMMANDS: usize = 256;
/// Commands waiting for the writer; one more is refused.
pub const MAX_QUEUED_COMMANDS: usize = 1024;
/// Commits held in memory for the watches.
pub const RING_COMMITS: usize = 4096;
/// Encoded bytes of the commits held in memory.
pub const RING_BYTES: usize = 64 * 1024 * 1024;
/// Watches at a time.
pub const MAX_WATCHES: usize = 10_000;
/// How long the log is kept.
pub const LOG_RETENTION: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How many commits the log keeps.
pub const LOG_RETENTION_COMMITS: u64 = 1_000_000;
/// How long the outcome of a request id is kept.
pub const OUTCOME_RETENTION: Duration = Duration::from_secs(24 * 60 * 60);
/// Rows above which the start leaves out the full check unless asked: it rebuilds every index.
pub const CHECK_ROWS_MAX: usize = 100_000;
/// Size on disk below which nothing is compacted.
pub const COMPACTION_FLOOR_BYTES: u64 = 256 * 1024 * 1024;
/// Size on disk, in live bytes, above which the store is compacted.
pub const COMPACTION_RATIO: u64 = 3;

// The ring must outlast one group, or a watcher could never catch up from it.
const _: () = assert!(RING_COMMITS >= 4 * MAX_GROUP_COMMANDS);

/// Bounds of an engine; the defaults are the named constants of this module.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Commands of one group.
    pub group_commands: usize,
    /// Commands waiting.
    pub queued_commands: usize,
    /// Commits in memory.
    pub ring_commits: usize,
    /// Encoded bytes of commits in memory.
    pub ring_bytes: usize,
    /// Watches at a time.
    pub watches: usize,
    /// How long the log is kept.
    pub log_retention: Duration,
    /// How many commits the log keeps.
    pub log_retention_commits: u64,
    /// Free bytes below which commands are refused.
    pub disk_reserve_bytes: u64,
    /// Size on disk below which nothing is compacted.
    pub compaction_floor_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            group_commands: MAX_GROUP_COMMANDS,
            queued_commands: MAX_QUEUED_COMMANDS,
            ring_commits: RING_COMMITS,
            ring_bytes: RING_BYTES,
            watches: MAX_WATCHES,
            log_retention: LOG_RETENTION,
            log_retention_commits: LOG_RETENTION_COMMITS,
            disk_reserve_bytes: DISK_RESERVE_BYTES,
            compaction_floor_bytes: COMPACTION_FLOOR_BYTES,
        }
    }
}

/// Called once when the store has failed, before anybody is answered. Must not return in a server.
pub type FatalHook = Arc<dyn Fn(&StoreError) + Send + Sync>;

/// Whether the start compares the state with one rebuilt from scratch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StartCheck {
    /// Up to [`CHECK_ROWS_MAX`] rows.
    #[default]
    WhenSmall,
    /// Always.
    Always,
}

/// Everything needed to open an engine.
pub struct EngineOptions {
    /// Folder of the data; created if it is missing.
    pub data_dir: PathBuf,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Bounds.
    pub limits: Limits,
    /// Whether to check the state at the start.
    pub check: StartCheck,
    /// What to do when the store has failed.
    pub on_fatal: FatalHook,
    /// Sees each step of the sled store, for tests.
    pub probe: Option<Probe>,
    /// A store to use instead of sled in `data_dir`, for simulations; nothing is locked then.
    pub store: Option<Box<dyn Store>>,
}

impl EngineOptions {
    /// The engine a server runs: sled in the folder, real time, abort on a failed disk.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            clock: Arc::new(SystemClock),
            limits: Limits::default(),
            check: StartCheck::default(),
            on_fatal: Arc::new(abort),
            probe: None,
            store: None,
        }
    }
}

impl std::fmt::Debug for EngineOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EngineOptions")
            .field("data_dir", &self.data_dir)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// A failed write or fsync is not retryable: the kernel may already have dropped the data and
/// would report success the second time. Only a restart shows what the disk really holds.
fn abort(error: &StoreError) {
    tracing::error!(%error, "the store failed; stopping at once so that nothing false is answered");
    std::process::abort();
}
