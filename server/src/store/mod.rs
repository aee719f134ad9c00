//! Where commits become durable: rows in sled, or in a faulty memory for tests.
//!
//! A [`Store`] knows keys and bytes only: one atomic, durable [`Store::commit`], bounded
//! compaction, and a [`RowReader`] any thread may hold. What the bytes mean is the
//! [`Journal`]'s business: its verbs `open` (load), `commit`, `read_log` and `compact` are all
//! that the engine knows of storage. sled appears in `sled_store.rs` and `compaction.rs` only.
//!
//! # What is promised
//! * When `commit` returns `Ok`, the batch survives the loss of power. A batch is whole or absent.
//! * When it returns an error, nobody knows whether the batch is on disk. The engine therefore
//!   stops the process (see [`StoreError`]): after the restart the disk says what is true, and a
//!   caller who repeats its `request_id` learns the outcome.
//! * Every value is at most [`MAX_VALUE_BYTES`]; larger rows are split over several keys. sled
//!   moves a page of more than 128 KiB into a file of its own that it never syncs, and a leaf
//!   page carries up to about twenty values. Values of 31 KiB do end up there; a test watches.
//! * Below [`DISK_RESERVE_BYTES`] of free space commands are refused before anything is written.
//!   sled itself, on a full disk, keeps the first error and fails everything after it, and a
//!   waiting `flush` may never return: it must not get there.

pub mod compaction;
pub mod generation;
pub mod journal;
pub mod key;
pub mod lock;
pub mod memory;
pub mod record;
pub mod row;
pub mod sled_store;

use std::ops::ControlFlow;
use std::sync::Arc;

pub use journal::{GroupRecord, Journal, JournalReader, Loaded, ReadLimit};
pub use record::StoredOutcome;

/// Largest value handed to sled, so that a leaf page of twenty stays far below the 128 KiB above
/// which sled would move it into an unsynced file.
pub const MAX_VALUE_BYTES: usize = 6 * 1024;

/// Values a sled leaf page can hold before it splits (16), with room for a merged neighbour.
const LEAF_VALUES_MAX: usize = 20;
/// sled's limit for an inline page: a quarter of its segment.
const SLED_INLINE_PAGE_BYTES: usize = 512 * 1024 / 4;
const _: () = assert!(MAX_VALUE_BYTES * LEAF_VALUES_MAX < SLED_INLINE_PAGE_BYTES);

/// Version of the layout of the whole store; a newer one on disk is refused.
pub const FORMAT_VERSION: u32 = 1;

/// Free space below which commits are refused, so that sled itself never meets a full disk.
pub const DISK_RESERVE_BYTES: u64 = 64 * 1024 * 1024;

/// Writes that become durable together: a value is put, `None` removes the key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// Writes in order; a later one of the same key wins.
    pub writes: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

impl Batch {
    /// Puts a value.
    pub fn put(&mut self, key: Vec<u8>, value: Vec<u8>) {
        debug_assert!(value.len() <= MAX_VALUE_BYTES, "split rows before");
        self.writes.push((key, Some(value)));
    }

    /// Removes a key.
    pub fn remove(&mut self, key: Vec<u8>) {
        self.writes.push((key, None));
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }
}

/// What went wrong below the engine. Texts name the place and what to do.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Reading or writing failed; whether the last batch is on disk is unknown.
    #[error(
        "{what}: {cause}. The disk or file system has a problem: look at the system log, then start again"
    )]
    Io {
        /// What was being done, and on which file.
        what: String,
        /// What the system said.
        cause: String,
    },
    /// The file could not be made durable. Never retried: the kernel may have dropped the data.
    #[error(
        "cannot make {what} durable: {cause}. The disk has a problem: look at the system log, then start again"
    )]
    Sync {
        /// The file.
        what: String,
        /// What the system said.
        cause: String,
    },
    /// A row does not hold what was written.
    #[error(
        "row {key} is corrupt: {why}. Copy the data folder away, then restore it from a backup; nothing has been changed"
    )]
    CorruptRow {
        /// The row's key, readable.
        key: String,
        /// What is wrong with it.
        why: String,
    },
    /// The folder was written by a newer Sluice.
    #[error(
        "the data is of format {found}, this program knows formats up to {known}: install the newer Sluice that wrote it"
    )]
    NewerFormat {
        /// Format on disk.
        found: u32,
        /// Newest format known here.
        known: u32,
    },
    /// Parts of the store contradict each other.
    #[error(
        "the store contradicts itself: {0}. Copy the data folder away, then restore it from a backup; nothing has been changed"
    )]
    Inconsistent(String),
}

/// Space in use and left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Bytes of the store's files.
    pub size_on_disk: u64,
    /// Bytes free for us on the file system.
    pub free: u64,
}

/// How far a compaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compaction {
    /// None is running.
    Idle,
    /// One is running; call again.
    Running,
    /// It has just ended: the store is small again.
    Finished,
}

/// A key and its value.
pub type KeyValue = (Vec<u8>, Vec<u8>);

/// Is shown keys with their values, and says when to stop.
pub type Visit<'a> = dyn FnMut(&[u8], &[u8]) -> ControlFlow<()> + 'a;

/// Reads rows from any thread; sees whole batches only.
pub trait RowReader: Send + Sync {
    /// The value of a key.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Visits the rows with `from <= key < to` in key order, until the visitor breaks.
    fn scan(&self, from: &[u8], to: &[u8], visit: &mut Visit<'_>) -> Result<(), StoreError>;

    /// The last row with `from <= key < to`.
    fn last(&self, from: &[u8], to: &[u8]) -> Result<Option<KeyValue>, StoreError>;
}

/// Keeps rows durably. Held by one thread: the writer.
pub trait Store: Send {
    /// A reader that stays valid as long as it lives.
    fn reader(&self) -> Arc<dyn RowReader>;

    /// Writes the batch atomically and returns when it is durable.
    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError>;

    /// Cleans up after commits. Called when the callers have their answers: nobody waits for it.
    fn tidy(&mut self) {}

    /// Starts a rewrite into fresh files; [`Store::compact`] carries it on.
    fn begin_compaction(&mut self) -> Result<(), StoreError>;

    /// Does one bounded step of a running compaction.
    fn compact(&mut self) -> Result<Compaction, StoreError>;

    /// Space in use and left.
    fn usage(&self) -> Result<Usage, StoreError>;
}
