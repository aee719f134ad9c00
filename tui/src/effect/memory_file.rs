//! Where a session's memory is kept: one small file, replaced whole, so that a crash leaves the old one.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::memory::Memory;

/// Its name.
pub const FILE: &str = "state.toml";
/// Where one is put that cannot be read.
const UNREADABLE: &str = "state.toml.unreadable";
/// Largest file read, in bytes: what is larger is none of ours.
const MAX_BYTES: u64 = 1 << 20;
/// How long the end of a session waits for the last writing: a hang-up must not be felt.
const LAST_BOUND: Duration = Duration::from_millis(100);

/// Reads the memory of a folder; empty when there is none yet. One that cannot be read is put aside, so that it is told of once.
///
/// # Errors
/// Why it cannot be read, in words, and where it is now.
pub fn read(folder: &Path) -> Result<Memory, (String, PathBuf)> {
    let path = folder.join(FILE);
    let aside = || {
        let aside = folder.join(UNREADABLE);
        match fs::rename(&path, &aside) {
            Ok(()) => aside,
            Err(_) => path.clone(),
        }
    };
    let length = match fs::metadata(&path) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Memory::default()),
        Err(error) => return Err((error.to_string(), path)),
    };
    if length > MAX_BYTES {
        return Err((
            io::Error::from(io::ErrorKind::FileTooLarge).to_string(),
            aside(),
        ));
    }
    let text = fs::read_to_string(&path).map_err(|error| (error.to_string(), path.clone()))?;
    Memory::read(&text).map_err(|error| (error.message().to_owned(), aside()))
}

/// Writes memories down, one after the other, away from the screen's thread.
#[derive(Debug, Default)]
pub struct MemoryFile {
    /// Where; none = there is no such folder, and nothing is remembered.
    folder: Option<PathBuf>,
    latest: Arc<AtomicU64>,
    one_at_a_time: Arc<Mutex<()>>,
    last: Option<JoinHandle<()>>,
}

impl MemoryFile {
    /// A file in a folder.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self {
            folder,
            ..Self::default()
        }
    }

    /// Writes; never waits. A memory that a later one has overtaken is not written.
    pub fn write(&mut self, memory: Memory) {
        let Some(folder) = self.folder.clone() else {
            return;
        };
        let number = self.latest.fetch_add(1, Ordering::Relaxed) + 1;
        let latest = Arc::clone(&self.latest);
        let one_at_a_time = Arc::clone(&self.one_at_a_time);
        self.last = Some(tokio::task::spawn_blocking(move || {
            let _turn = one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
            if latest.load(Ordering::Relaxed) == number {
                // Nobody is to be stopped by what is only a convenience: a full disk is told elsewhere.
                let _ = replace(&folder, memory);
            }
        }));
    }

    /// Waits, not for long, until what was to be written is.
    pub async fn settle(&mut self) {
        if let Some(last) = self.last.take() {
            // Late or failed: as above.
            let _ = tokio::time::timeout(LAST_BOUND, last).await;
        }
    }
}

fn replace(folder: &Path, memory: Memory) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let path = folder.join(FILE);
    let written = fs::read_to_string(&path)
        .ok()
        .and_then(|text| Memory::read(&text).ok());
    let text = memory.over(written.unwrap_or_default()).text();
    let fresh = folder.join(format!("{FILE}.{}", std::process::id()));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&fresh)?;
    file.write_all(text.as_bytes())?;
    drop(file);
    fs::rename(&fresh, &path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Place;
    use std::os::unix::fs::PermissionsExt as _;

    fn memory(log_id: &str) -> Memory {
        let mut memory = Memory::default();
        memory.set_place(Place {
            log_id: log_id.to_owned(),
            ..Place::default()
        });
        memory
    }

    #[tokio::test]
    async fn the_last_memory_is_kept_privately_beside_those_of_other_sessions() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("state");
        assert_eq!(read(&folder), Ok(Memory::default()));
        replace(&folder, memory("other")).unwrap();
        let mut file = MemoryFile::new(Some(folder.clone()));
        for number in 0..50 {
            file.write(memory(&number.to_string()));
        }
        if let Some(last) = file.last.take() {
            last.await.unwrap();
        }
        let kept = read(&folder).unwrap();
        assert_eq!(kept.workspaces[0].log_id, "49");
        assert!(kept.place("other").is_some());
        let mode = fs::metadata(folder.join(FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        let files = fs::read_dir(&folder).unwrap().count();
        assert_eq!(files, 1, "nothing half written is left");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_told_of_once_and_put_aside() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join(FILE), "chosen = [").unwrap();
        let (reason, aside) = read(root.path()).unwrap_err();
        assert!(!reason.is_empty());
        assert_eq!(fs::read_to_string(aside).unwrap(), "chosen = [");
        assert_eq!(read(root.path()), Ok(Memory::default()));
    }
}
