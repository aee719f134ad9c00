//! The file of drafts: private to the person, changed one draft at a time so that two open boards do not undo each other's.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};

use crate::drafts::{DraftChange, Kept, prune};
use crate::record::Micros;

/// Its name, in the state folder.
pub const FILE: &str = "drafts.json";
/// A file larger than this is not one of ours.
pub const MAX_FILE_BYTES: u64 = 8 * 1024 * 1024;
/// Changes that may wait for the disk.
const MAX_WAITING: usize = 256;
/// Longest wait for the disk when the program ends.
const LAST_WAIT: Duration = Duration::from_secs(2);

/// The drafts in a file; none when there is no file.
///
/// # Errors
/// When it cannot be read, or is not a file of drafts.
pub fn read(path: &Path) -> io::Result<Vec<Kept>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut text = String::new();
    file.take(MAX_FILE_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_FILE_BYTES {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("more than {MAX_FILE_BYTES} bytes"),
        ));
    }
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_str(&text).map_err(io::Error::from)
}

/// Makes changes in the file, in order, in one writing.
///
/// # Errors
/// When the folder or the file cannot be written. A file that cannot be understood is kept beside the new one, never overwritten.
pub fn apply(path: &Path, changes: &[DraftChange], now: Micros) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    let lock = private(
        OpenOptions::new().create(true).truncate(false),
        &beside(path, "lock"),
    )?;
    flock(&lock, FlockOperation::LockExclusive)?;
    let mut kept = match read(path) {
        Ok(kept) => kept,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Err(error),
        Err(_) => {
            fs::rename(path, beside(path, "unreadable"))?;
            Vec::new()
        }
    };
    for change in changes {
        let (DraftChange::Keep(changed) | DraftChange::Forget(changed)) = change;
        kept.retain(|draft| !draft.is_same(changed));
        if let DraftChange::Keep(draft) = change {
            kept.push(draft.clone());
        }
    }
    prune(&mut kept, now);
    let fresh = beside(path, "new");
    let mut file = private(OpenOptions::new().create(true).truncate(true), &fresh)?;
    // Not synced: it has to outlive the program, not the machine, and a hang-up must not wait for a disk.
    file.write_all(&serde_json::to_vec(&kept)?)?;
    fs::rename(&fresh, path)
}

/// Opens a file that only its owner reads, also when it was there before with other rights.
fn private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    let file = options.write(true).mode(0o600).open(path)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    Ok(file)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    path.with_file_name(name)
}

/// Writes changes in order on a thread of its own: a slow disk never holds a key up.
#[derive(Debug)]
pub struct Writer {
    changes: Option<mpsc::SyncSender<DraftChange>>,
    done: mpsc::Receiver<()>,
}

impl Writer {
    /// Starts the thread; what cannot be written is told to `failed`.
    pub fn start(path: PathBuf, failed: impl Fn(String) + Send + 'static) -> Self {
        let (changes, waiting) = mpsc::sync_channel::<DraftChange>(MAX_WAITING);
        let (end, done) = mpsc::sync_channel(1);
        std::thread::spawn(move || {
            while let Ok(first) = waiting.recv() {
                // All that wait at once: the end of the program waits for one writing at most.
                let changes: Vec<DraftChange> =
                    std::iter::once(first).chain(waiting.try_iter()).collect();
                let now = jiff::Timestamp::now().as_microsecond();
                if let Err(error) = apply(&path, &changes, now) {
                    failed(format!("{}: {error}", path.display()));
                }
            }
            // Whoever waits for the end may have given up.
            let _ = end.send(());
        });
        Self {
            changes: Some(changes),
            done,
        }
    }

    /// Takes a change; never waits.
    ///
    /// # Errors
    /// When the disk is so slow that too many wait already.
    pub fn write(&self, change: DraftChange) -> io::Result<()> {
        let sent = self
            .changes
            .as_ref()
            .map(|changes| changes.try_send(change));
        match sent {
            Some(Ok(())) => Ok(()),
            _ => Err(io::Error::new(
                io::ErrorKind::WouldBlock,
                format!("{MAX_WAITING} drafts wait for the disk"),
            )),
        }
    }
}

impl Drop for Writer {
    /// What was handed over last is on the disk before the program ends, unless the disk hangs.
    fn drop(&mut self) {
        self.changes = None;
        // A disk that hangs must not keep the program.
        let _ = self.done.recv_timeout(LAST_WAIT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(key: &str, text: &str) -> Kept {
        Kept {
            workspace: "log".to_owned(),
            key: key.to_owned(),
            at: 5,
            request_id: String::new(),
            fields: vec![("line".to_owned(), text.to_owned())],
        }
    }

    #[test]
    fn drafts_survive_in_a_file_only_their_owner_reads() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/drafts.json");
        assert_eq!(read(&path).unwrap(), Vec::new());
        apply(&path, &[DraftChange::Keep(draft("entry", "华北电力"))], 5).unwrap();
        // Another board at the same time knows nothing of the first draft.
        apply(&path, &[DraftChange::Keep(draft("activity/1", "call"))], 5).unwrap();
        let kept = read(&path).unwrap();
        assert_eq!(kept.len(), 2);
        assert_eq!(kept[0].fields[0].1, "华北电力");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        let gone = DraftChange::Forget(draft("entry", ""));
        apply(&path, &[gone], 5).unwrap();
        assert_eq!(read(&path).unwrap().len(), 1);
    }

    #[test]
    fn a_file_that_is_not_understood_is_put_aside_and_not_lost() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("drafts.json");
        fs::write(&path, "{ by hand").unwrap();
        assert!(read(&path).is_err());
        apply(&path, &[DraftChange::Keep(draft("entry", "x"))], 5).unwrap();
        assert_eq!(read(&path).unwrap().len(), 1);
        let aside = fs::read_to_string(folder.path().join("drafts.json.unreadable")).unwrap();
        assert_eq!(aside, "{ by hand");
    }

    #[test]
    fn what_is_handed_over_is_written_before_the_writer_ends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("drafts.json");
        let writer = Writer::start(path.clone(), |problem| panic!("{problem}"));
        for place in 0..40 {
            let now = jiff::Timestamp::now().as_microsecond();
            let fresh = Kept {
                at: now,
                ..draft(&format!("activity/{place}"), "call")
            };
            writer.write(DraftChange::Keep(fresh)).unwrap();
        }
        drop(writer);
        assert_eq!(read(&path).unwrap().len(), 40);
    }
}
