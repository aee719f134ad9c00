//! Folders of a data folder: `store-<n>/` holds rows, the file `CURRENT` names the one that counts.
//!
//! Only [`make_current`] changes what counts, by renaming one file over another: whatever happens
//! before or after, the folder `CURRENT` names is whole. Every other `store-*` folder is left
//! over from an unfinished or a finished compaction and is removed at the next start.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::store::StoreError;

/// The file that names the current folder.
pub const CURRENT_FILE: &str = "CURRENT";
const CURRENT_DRAFT: &str = "CURRENT.new";
const PREFIX: &str = "store-";

/// Number of the first folder.
pub const FIRST: u64 = 1;

/// Folder of generation `number`.
pub fn folder(data: &Path, number: u64) -> PathBuf {
    data.join(format!("{PREFIX}{number}"))
}

/// The generation that counts: named by `CURRENT`, or the only one there, or none yet.
pub fn current(data: &Path) -> Result<Option<u64>, StoreError> {
    let path = data.join(CURRENT_FILE);
    match fs::read_to_string(&path) {
        Ok(text) => {
            let number = parse(text.trim()).ok_or_else(|| {
                StoreError::Inconsistent(format!("{} holds {text:?}", path.display()))
            })?;
            if !folder(data, number).is_dir() {
                return Err(StoreError::Inconsistent(format!(
                    "{} names {}, which does not exist",
                    path.display(),
                    text.trim()
                )));
            }
            Ok(Some(number))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            // The first start may have died before naming its folder: then there is exactly one.
            match all(data)?.as_slice() {
                [] => Ok(None),
                [only] => Ok(Some(*only)),
                several => Err(StoreError::Inconsistent(format!(
                    "{} is missing and there are {} {PREFIX}* folders",
                    path.display(),
                    several.len()
                ))),
            }
        }
        Err(error) => Err(io("reading", &path, &error)),
    }
}

/// Makes `number` the generation that counts, atomically and durably.
pub fn make_current(data: &Path, number: u64) -> Result<(), StoreError> {
    let draft = data.join(CURRENT_DRAFT);
    let write = || -> std::io::Result<()> {
        let mut file = File::create(&draft)?;
        writeln!(file, "{PREFIX}{number}")?;
        file.sync_all()?;
        fs::rename(&draft, data.join(CURRENT_FILE))
    };
    write().map_err(|error| io("naming the store in", &data.join(CURRENT_FILE), &error))?;
    sync_folder(data)
}

/// Removes every generation except `keep`. What cannot be removed only costs space.
pub fn remove_others(data: &Path, keep: u64) -> Result<(), StoreError> {
    for number in all(data)?.into_iter().filter(|number| *number != keep) {
        remove(&folder(data, number));
    }
    Ok(())
}

/// Removes a folder that does not count, as far as possible; the next start tries again.
pub fn remove(path: &Path) {
    match fs::remove_dir_all(path) {
        Ok(()) => {}
        // The thread that a compaction left the removal to was faster.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "leftover store folder not removed");
        }
    }
}

/// Makes the entries of a folder durable.
pub fn sync_folder(path: &Path) -> Result<(), StoreError> {
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| StoreError::Sync {
            what: path.display().to_string(),
            cause: error.to_string(),
        })
}

/// An [`StoreError::Io`] about a path.
pub fn io(doing: &str, path: &Path, cause: &dyn std::fmt::Display) -> StoreError {
    StoreError::Io {
        what: format!("{doing} {}", path.display()),
        cause: cause.to_string(),
    }
}

fn all(data: &Path) -> Result<Vec<u64>, StoreError> {
    let entries = fs::read_dir(data).map_err(|error| io("listing", data, &error))?;
    let mut numbers = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| io("listing", data, &error))?;
        numbers.extend(entry.file_name().to_str().and_then(parse));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

fn parse(name: &str) -> Option<u64> {
    name.strip_prefix(PREFIX)?.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn the_named_folder_counts_and_the_others_go() {
        let data = tempfile::tempdir().unwrap();
        assert_eq!(current(data.path()).unwrap(), None);
        fs::create_dir(folder(data.path(), 1)).unwrap();
        assert_eq!(current(data.path()).unwrap(), Some(1), "died before naming");
        fs::create_dir(folder(data.path(), 2)).unwrap();
        assert!(current(data.path()).is_err(), "nobody can tell which");
        make_current(data.path(), 2).unwrap();
        assert_eq!(current(data.path()).unwrap(), Some(2));
        remove_others(data.path(), 2).unwrap();
        assert!(!folder(data.path(), 1).exists());
        assert!(folder(data.path(), 2).exists());
    }
}
