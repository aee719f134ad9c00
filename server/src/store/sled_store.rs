//! Rows in sled 0.34.7, made durable the way its Linux behaviour demands.
//!
//! * `flush()` writes and waits, but issues no fsync: the database file is synced after it.
//! * Epoch garbage of a single writing thread is never collected unless somebody helps.
//! * sled remembers the first write error and refuses everything after it; the error surfaces
//!   from `flush()`. The engine stops the process on it, and refuses writes long before the disk
//!   is full, because a full disk would otherwise be that first error.

use std::fs::File;
use std::ops::Bound;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;

use crate::store::compaction::Successor;
use crate::store::generation::{self, io};
use crate::store::{Batch, Compaction, KeyValue, RowReader, Store, StoreError, Usage, Visit};

/// Page cache of sled. The state is in memory anyway: this serves leaf updates and log reads.
const CACHE_BYTES: u64 = 128 * 1024 * 1024;

/// Times the epoch is pinned and flushed after a commit. A run with sled's own defaults held
/// 10 GB of garbage after 3 million updates without it, 205 MB with it; it costs microseconds.
const EPOCH_FLUSHES: usize = 48;

/// How long closing waits for reads under way.
const CLOSE_WAIT: Duration = Duration::from_secs(5);

/// Name of sled's database file in its folder.
const SLED_FILE: &str = "db";
/// Name of sled's configuration file in its folder.
const SLED_CONFIG: &str = "conf";
/// Folder for values too large for a page; ours never are.
const SLED_BLOBS: &str = "blobs";

/// Points a test can observe: what has just been done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The batch is in sled's memory.
    Applied,
    /// sled has written it to the file.
    Flushed,
    /// The file is on the disk: the commit is durable.
    Synced,
    /// The folder of a compaction exists.
    CompactionBegun,
    /// Some rows have been copied.
    CompactionCopied,
    /// All rows are copied and on the disk.
    CompactionSynced,
    /// `CURRENT` names the new folder.
    CompactionNamed,
    /// Readers and the writer use it.
    CompactionSwapped,
}

/// Sees every step, on the writer's thread.
pub type Probe = Arc<dyn Fn(Step) + Send + Sync>;

/// One sled database in its folder.
#[derive(Debug)]
pub struct Generation {
    /// Its number.
    pub number: u64,
    db: sled::Db,
    file: File,
    path: PathBuf,
}

impl Generation {
    /// Opens or creates generation `number`.
    pub fn open(data: &Path, number: u64) -> Result<Self, StoreError> {
        let path = generation::folder(data, number);
        let config = sled::Config::default()
            .path(&path)
            .cache_capacity(CACHE_BYTES)
            .mode(sled::Mode::HighThroughput)
            .flush_every_ms(None);
        // sled asserts on some damaged files instead of returning an error.
        let opened = std::panic::catch_unwind(AssertUnwindSafe(|| config.open()));
        let db = match opened {
            Ok(Ok(db)) => db,
            Ok(Err(error)) => return Err(io("opening", &path, &error)),
            Err(_) => {
                return Err(StoreError::Inconsistent(format!(
                    "sled cannot read its own file in {}",
                    path.display()
                )));
            }
        };
        let file_path = path.join(SLED_FILE);
        let file = File::open(&file_path).map_err(|error| io("opening", &file_path, &error))?;
        Ok(Self {
            number,
            db,
            file,
            path,
        })
    }

    /// Syncs the files and folders that creation made, so that the names survive too.
    pub fn sync_creation(&self, data: &Path) -> Result<(), StoreError> {
        self.flush()?;
        self.sync_data()?;
        let config = self.path.join(SLED_CONFIG);
        let synced = File::open(&config).and_then(|file| file.sync_all());
        synced.map_err(|error| sync_error(&config, &error))?;
        generation::sync_folder(&self.path.join(SLED_BLOBS))?;
        generation::sync_folder(&self.path)?;
        generation::sync_folder(data)?;
        match data.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => generation::sync_folder(parent),
            _ => Ok(()),
        }
    }

    /// Applies a batch in memory; `flush` and `sync_data` make it durable.
    pub fn apply<'a>(
        &self,
        writes: impl Iterator<Item = (&'a Vec<u8>, Option<&'a [u8]>)>,
    ) -> Result<(), StoreError> {
        let mut batch = sled::Batch::default();
        for (key, value) in writes {
            match value {
                Some(value) => batch.insert(key.as_slice(), value),
                None => batch.remove(key.as_slice()),
            }
        }
        self.db
            .apply_batch(batch)
            .map_err(|error| io("writing", &self.path, &error))
    }

    /// Hands sled's buffers to the operating system.
    pub fn flush(&self) -> Result<(), StoreError> {
        match self.db.flush() {
            Ok(_) => Ok(()),
            Err(error) => Err(io("writing", &self.path, &error)),
        }
    }

    /// Makes what was flushed survive the loss of power.
    pub fn sync_data(&self) -> Result<(), StoreError> {
        self.file
            .sync_data()
            .map_err(|error| sync_error(&self.path.join(SLED_FILE), &error))
    }

    /// Up to `max_rows` values or `max_bytes` after `cursor`, in key order.
    pub fn copy_after(
        &self,
        cursor: Option<&[u8]>,
        max_rows: usize,
        max_bytes: usize,
    ) -> Result<Batch, StoreError> {
        let from = cursor.map_or(Bound::Unbounded, Bound::Excluded);
        let mut batch = Batch::default();
        let mut bytes = 0;
        for row in self
            .db
            .range::<&[u8], (Bound<&[u8]>, Bound<&[u8]>)>((from, Bound::Unbounded))
        {
            let (key, value) = row.map_err(|error| io("reading", &self.path, &error))?;
            bytes += key.len() + value.len();
            batch.put(key.to_vec(), value.to_vec());
            if batch.writes.len() >= max_rows || bytes >= max_bytes {
                break;
            }
        }
        Ok(batch)
    }

    fn size_on_disk(&self) -> Result<u64, StoreError> {
        let metadata = self.file.metadata();
        Ok(metadata
            .map_err(|error| io("measuring", &self.path, &error))?
            .len())
    }
}

/// Helps the collector that sled's single writing thread never triggers.
pub fn collect_epoch_garbage() {
    for _ in 0..EPOCH_FLUSHES {
        crossbeam_epoch::pin().flush();
    }
}

/// The store of a data folder.
pub struct SledStore {
    data: PathBuf,
    current: Arc<ArcSwapOption<Generation>>,
    successor: Option<Successor>,
    probe: Option<Probe>,
}

impl std::fmt::Debug for SledStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SledStore")
            .field("data", &self.data)
            .field("successor", &self.successor)
            .finish_non_exhaustive()
    }
}

impl SledStore {
    /// Opens the store of a folder that exists and is locked; removes what a dead compaction left.
    pub fn open(data: &Path, probe: Option<Probe>) -> Result<Self, StoreError> {
        let found = generation::current(data)?;
        let number = found.unwrap_or(generation::FIRST);
        let opened = Generation::open(data, number)?;
        if !data.join(generation::CURRENT_FILE).exists() {
            opened.sync_creation(data)?;
            generation::make_current(data, number)?;
        }
        generation::remove_others(data, number)?;
        Ok(Self {
            data: data.to_owned(),
            current: Arc::new(ArcSwapOption::from_pointee(opened)),
            successor: None,
            probe,
        })
    }

    fn current(&self) -> Result<Arc<Generation>, StoreError> {
        loaded(&self.current)
    }

    fn probe(&self, step: Step) {
        if let Some(probe) = &self.probe {
            probe(step);
        }
    }

    /// Gives up a compaction: it only ever costs space, never data.
    fn cancel_compaction(&mut self, error: &StoreError) {
        tracing::warn!(%error, "compaction given up; it will be tried again later");
        if let Some(successor) = self.successor.take() {
            successor.discard();
        }
    }

    fn finish_compaction(&mut self, successor: Successor) -> Result<(), StoreError> {
        let new = Arc::new(successor.into_generation());
        // From here on failing is fatal: whether CURRENT names the old or the new is unknown.
        generation::make_current(&self.data, new.number)?;
        self.probe(Step::CompactionNamed);
        let Some(old) = self.current.swap(Some(new)) else {
            return Ok(());
        };
        self.probe(Step::CompactionSwapped);
        let path = old.path.clone();
        // Readers may still hold the old files; unlinking them is safe and can take a while.
        let remove = move || {
            drop(old);
            generation::remove(&path);
        };
        let spawned = std::thread::Builder::new()
            .name("sluice-remove".into())
            .spawn(remove);
        if let Err(error) = spawned {
            tracing::warn!(%error, "old store folder not removed; the next start will");
        }
        Ok(())
    }
}

impl Store for SledStore {
    fn reader(&self) -> Arc<dyn RowReader> {
        Arc::new(SledReader {
            current: Arc::clone(&self.current),
        })
    }

    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let current = self.current()?;
        current.apply(batch.writes.iter().map(|(k, v)| (k, v.as_deref())))?;
        self.probe(Step::Applied);
        current.flush()?;
        self.probe(Step::Flushed);
        current.sync_data()?;
        self.probe(Step::Synced);
        if let Some(successor) = &mut self.successor
            && let Err(error) = successor.mirror(batch)
        {
            self.cancel_compaction(&error);
        }
        Ok(())
    }

    fn tidy(&mut self) {
        collect_epoch_garbage();
    }

    fn begin_compaction(&mut self) -> Result<(), StoreError> {
        if self.successor.is_some() {
            return Ok(());
        }
        match Successor::begin(&self.data, self.current()?.number + 1) {
            Ok(successor) => {
                self.successor = Some(successor);
                self.probe(Step::CompactionBegun);
            }
            Err(error) => {
                tracing::warn!(%error, "compaction not begun; it will be tried again later");
            }
        }
        Ok(())
    }

    fn compact(&mut self) -> Result<Compaction, StoreError> {
        let Some(successor) = &mut self.successor else {
            return Ok(Compaction::Idle);
        };
        let current = loaded(&self.current)?;
        let stepped = successor.copy_from(&current);
        collect_epoch_garbage();
        match stepped {
            Ok(false) => {
                self.probe(Step::CompactionCopied);
                Ok(Compaction::Running)
            }
            Ok(true) => {
                self.probe(Step::CompactionSynced);
                match self.successor.take() {
                    Some(successor) => self.finish_compaction(successor)?,
                    None => return Ok(Compaction::Idle),
                }
                Ok(Compaction::Finished)
            }
            Err(error) => {
                self.cancel_compaction(&error);
                Ok(Compaction::Idle)
            }
        }
    }

    fn usage(&self) -> Result<Usage, StoreError> {
        let free = rustix::fs::statvfs(&self.data)
            .map_err(|error| io("measuring the space of", &self.data, &error))?;
        Ok(Usage {
            size_on_disk: self.current()?.size_on_disk()?,
            free: free.f_bavail.saturating_mul(free.f_frsize),
        })
    }
}

impl Drop for SledStore {
    /// Closes the files even though readers live on, so that whoever opens the folder next can.
    fn drop(&mut self) {
        let Some(mut current) = self.current.swap(None) else {
            return;
        };
        let deadline = Instant::now() + CLOSE_WAIT;
        // A read under way is bounded and holds the files a moment longer.
        loop {
            match Arc::try_unwrap(current) {
                Ok(generation) => return drop(generation),
                Err(still_read) if Instant::now() < deadline => {
                    current = still_read;
                    std::thread::yield_now();
                }
                Err(_) => {
                    tracing::warn!("a reader keeps the store's files open");
                    return;
                }
            }
        }
    }
}

fn loaded(current: &ArcSwapOption<Generation>) -> Result<Arc<Generation>, StoreError> {
    current.load_full().ok_or_else(|| StoreError::Io {
        what: "reading the store".into(),
        cause: "it is closed".into(),
    })
}

struct SledReader {
    current: Arc<ArcSwapOption<Generation>>,
}

impl RowReader for SledReader {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let current = loaded(&self.current)?;
        let value = current.db.get(key);
        Ok(value
            .map_err(|error| io("reading", &current.path, &error))?
            .map(|value| value.to_vec()))
    }

    fn scan(&self, from: &[u8], to: &[u8], visit: &mut Visit<'_>) -> Result<(), StoreError> {
        let current = loaded(&self.current)?;
        for row in current.db.range(from..to) {
            let (key, value) = row.map_err(|error| io("reading", &current.path, &error))?;
            if visit(&key, &value).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn last(&self, from: &[u8], to: &[u8]) -> Result<Option<KeyValue>, StoreError> {
        let current = loaded(&self.current)?;
        match current.db.range(from..to).next_back() {
            None => Ok(None),
            Some(Ok((key, value))) => Ok(Some((key.to_vec(), value.to_vec()))),
            Some(Err(error)) => Err(io("reading", &current.path, &error)),
        }
    }
}

fn sync_error(path: &Path, cause: &dyn std::fmt::Display) -> StoreError {
    StoreError::Sync {
        what: path.display().to_string(),
        cause: cause.to_string(),
    }
}
