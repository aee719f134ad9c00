//! A store in memory that fails on demand, for simulation: same interface, same promises.
//!
//! A [`MemoryDisk`] outlives the stores opened on it, as a disk outlives processes. What a
//! commit wrote but could not sync is *pending*: after [`MemoryDisk::crash`] it is gone or there,
//! as the test chooses, exactly as after a loss of power.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::store::{Batch, Compaction, KeyValue, RowReader, Store, StoreError, Usage, Visit};

/// Faults to come.
#[derive(Debug, Clone, Copy, Default)]
pub struct Faults {
    /// The commit of this number (counted from 1 since the disk was made) fails before writing.
    pub fail_write_at: Option<u64>,
    /// The commit of this number is written but cannot be synced.
    pub fail_sync_at: Option<u64>,
    /// Bytes free on the disk; plenty when `None`.
    pub free: Option<u64>,
}

/// What a crash does to a batch that was written and not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsynced {
    /// The disk never got it.
    Lost,
    /// The disk happened to get it.
    Kept,
}

#[derive(Debug, Default)]
struct Disk {
    rows: BTreeMap<Vec<u8>, Vec<u8>>,
    pending: Vec<Batch>,
    commits: u64,
    faults: Faults,
    compacting: bool,
}

impl Disk {
    fn apply(&mut self, batch: Batch) {
        for (key, value) in batch.writes {
            match value {
                Some(value) => self.rows.insert(key, value),
                None => self.rows.remove(&key),
            };
        }
    }
}

/// A disk in memory; clones are the same disk.
#[derive(Debug, Clone, Default)]
pub struct MemoryDisk(Arc<Mutex<Disk>>);

impl MemoryDisk {
    /// An empty disk without faults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens a store on it.
    pub fn store(&self) -> Box<dyn Store> {
        Box::new(MemoryStore { disk: self.clone() })
    }

    /// Sets the faults to come.
    pub fn set_faults(&self, faults: Faults) {
        self.lock().faults = faults;
    }

    /// The power fails: decides about unsynced batches and clears the faults.
    pub fn crash(&self, unsynced: Unsynced) {
        let mut disk = self.lock();
        for batch in std::mem::take(&mut disk.pending) {
            if unsynced == Unsynced::Kept {
                disk.apply(batch);
            }
        }
        disk.faults = Faults::default();
        disk.compacting = false;
    }

    /// Commits tried so far.
    pub fn commits(&self) -> u64 {
        self.lock().commits
    }

    /// Changes the bytes of a row, to make it corrupt.
    pub fn edit(&self, key: &[u8], change: impl FnOnce(&mut Vec<u8>)) {
        if let Some(value) = self.lock().rows.get_mut(key) {
            change(value);
        }
    }

    /// Every key on the disk.
    pub fn keys(&self) -> Vec<Vec<u8>> {
        self.lock().rows.keys().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Disk> {
        // A panic while holding the lock leaves whole batches: the data is good.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct MemoryStore {
    disk: MemoryDisk,
}

impl Store for MemoryStore {
    fn reader(&self) -> Arc<dyn RowReader> {
        Arc::new(self.disk.clone())
    }

    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let mut disk = self.disk.lock();
        disk.commits += 1;
        if disk.faults.fail_write_at == Some(disk.commits) {
            return Err(StoreError::Io {
                what: "writing memory".into(),
                cause: "injected fault".into(),
            });
        }
        if disk.faults.fail_sync_at == Some(disk.commits) {
            disk.pending.push(batch.clone());
            return Err(StoreError::Sync {
                what: "memory".into(),
                cause: "injected fault".into(),
            });
        }
        disk.apply(batch.clone());
        Ok(())
    }

    fn begin_compaction(&mut self) -> Result<(), StoreError> {
        self.disk.lock().compacting = true;
        Ok(())
    }

    fn compact(&mut self) -> Result<Compaction, StoreError> {
        let mut disk = self.disk.lock();
        Ok(if std::mem::take(&mut disk.compacting) {
            Compaction::Finished
        } else {
            Compaction::Idle
        })
    }

    fn usage(&self) -> Result<Usage, StoreError> {
        let disk = self.disk.lock();
        let size = disk.rows.iter().map(|(k, v)| (k.len() + v.len()) as u64);
        Ok(Usage {
            size_on_disk: size.sum(),
            free: disk.faults.free.unwrap_or(u64::MAX),
        })
    }
}

impl RowReader for MemoryDisk {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.lock().rows.get(key).cloned())
    }

    fn scan(&self, from: &[u8], to: &[u8], visit: &mut Visit<'_>) -> Result<(), StoreError> {
        let disk = self.lock();
        let range = (Bound::Included(from), Bound::Excluded(to));
        for (key, value) in disk.rows.range::<[u8], _>(range) {
            if visit(key, value).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn last(&self, from: &[u8], to: &[u8]) -> Result<Option<KeyValue>, StoreError> {
        let disk = self.lock();
        let range = (Bound::Included(from), Bound::Excluded(to));
        let last = disk.rows.range::<[u8], _>(range).next_back();
        Ok(last.map(|(key, value)| (key.clone(), value.clone())))
    }
}
