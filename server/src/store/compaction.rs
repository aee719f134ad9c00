//! Compaction: the live rows are copied into a fresh folder while the writer goes on.
//!
//! sled 0.34 gives no space back when rows are overwritten or removed; a copy does. The writer
//! itself copies in bounded steps between commits, in key order, so no two threads ever write.
//! A commit whose key the copy has already passed goes into the copy too; a key it has not yet
//! reached will be copied with its newest value. The copy counts only after it is on the disk
//! and `CURRENT` names it (`generation.rs`); until then the old folder is whole.

use std::path::{Path, PathBuf};

use crate::store::generation;
use crate::store::sled_store::Generation;
use crate::store::{Batch, StoreError};

/// Values copied in one step: a few milliseconds between two groups of commits.
const STEP_VALUES: usize = 256;
/// Bytes copied in one step.
const STEP_BYTES: usize = 256 * 1024;
/// Bytes after which the copy is synced: neither one of these syncs nor the last keeps a commit waiting for long.
const SYNC_BYTES: usize = 1024 * 1024;

/// The copy under way.
#[derive(Debug)]
pub struct Successor {
    generation: Generation,
    data: PathBuf,
    /// Last key copied: this key and all before it are in the copy.
    cursor: Option<Vec<u8>>,
    unsynced_bytes: usize,
}

impl Successor {
    /// Creates the folder `number`, empty.
    pub fn begin(data: &Path, number: u64) -> Result<Self, StoreError> {
        let path = generation::folder(data, number);
        if path.exists() {
            std::fs::remove_dir_all(&path)
                .map_err(|error| generation::io("removing", &path, &error))?;
        }
        Ok(Self {
            generation: Generation::open(data, number)?,
            data: data.to_owned(),
            cursor: None,
            unsynced_bytes: 0,
        })
    }

    /// Writes what a commit changed among the keys already copied.
    pub fn mirror(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let Some(cursor) = &self.cursor else {
            return Ok(());
        };
        let passed = batch.writes.iter().filter(|(key, _)| key <= cursor);
        self.generation
            .apply(passed.map(|(key, value)| (key, value.as_deref())))
    }

    /// Copies the next rows. Returns true when every row is copied and on the disk.
    pub fn copy_from(&mut self, source: &Generation) -> Result<bool, StoreError> {
        let batch = source.copy_after(self.cursor.as_deref(), STEP_VALUES, STEP_BYTES)?;
        let Some((last, _)) = batch.writes.last() else {
            self.generation.sync_creation(&self.data)?;
            return Ok(true);
        };
        self.generation
            .apply(batch.writes.iter().map(|(k, v)| (k, v.as_deref())))?;
        self.cursor = Some(last.clone());
        self.unsynced_bytes += batch
            .writes
            .iter()
            .map(|(key, value)| key.len() + value.as_ref().map_or(0, Vec::len))
            .sum::<usize>();
        if self.unsynced_bytes >= SYNC_BYTES {
            self.unsynced_bytes = 0;
            self.generation.flush()?;
            self.generation.sync_data()?;
        }
        Ok(false)
    }

    /// The finished copy.
    pub fn into_generation(self) -> Generation {
        self.generation
    }

    /// Removes an unfinished copy.
    pub fn discard(self) {
        let path = generation::folder(&self.data, self.generation.number);
        drop(self.generation);
        generation::remove(&path);
    }
}
