//! The lock of a data folder: one server at a time, and a message that says who.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Name of the lock file in the data folder.
pub const LOCK_FILE: &str = "lock";
/// More than an owner's line ever needs.
const OWNER_MAX_BYTES: u64 = 256;

/// The right to use a data folder, until dropped.
#[derive(Debug)]
pub struct FolderLock {
    // The operating system releases the lock when the file is closed, however the process ends.
    _file: File,
}

/// Why a folder could not be locked.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process has it.
    #[error("owned by {owner}")]
    Owned {
        /// What the owner wrote about itself.
        owner: String,
    },
    /// The folder or file cannot be used.
    #[error("{path}: {cause}")]
    Io {
        /// The path tried.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
}

impl FolderLock {
    /// Locks the folder, which must exist; `owner` is shown to whoever comes second.
    pub fn acquire(folder: &Path, owner: &str) -> Result<Self, LockError> {
        let path = folder.join(LOCK_FILE);
        let io = |cause| LockError::Io {
            path: path.clone(),
            cause,
        };
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut owner = String::new();
                let known = (&mut file).take(OWNER_MAX_BYTES).read_to_string(&mut owner);
                if known.is_err() || owner.trim().is_empty() {
                    owner = "another process".into();
                }
                return Err(LockError::Owned {
                    owner: owner.trim().to_owned(),
                });
            }
            Err(TryLockError::Error(cause)) => return Err(io(cause)),
        }
        // The text is for people only: the lock itself is the truth.
        file.set_len(0).map_err(io)?;
        file.seek(SeekFrom::Start(0)).map_err(io)?;
        writeln!(file, "{owner}").map_err(io)?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn the_second_owner_is_told_about_the_first_and_may_follow_it() {
        let folder = tempfile::tempdir().unwrap();
        let first = FolderLock::acquire(folder.path(), "process 7").unwrap();
        match FolderLock::acquire(folder.path(), "process 8") {
            Err(LockError::Owned { owner }) => assert_eq!(owner, "process 7"),
            other => panic!("locked twice: {other:?}"),
        }
        drop(first);
        FolderLock::acquire(folder.path(), "process 8").unwrap();
    }
}
