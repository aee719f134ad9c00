//! The settings file on the disk: where it is, what it says, and when it changes.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::config::{self, Config, Problem, What};
use crate::message::Msg;

/// Quiet that ends a change: editors write a file in several steps.
const SETTLE: Duration = Duration::from_millis(50);
/// Steps that a change has at most; a file that never rests is read all the same.
const MAX_STEPS: usize = 20;

/// The settings file of a session, as it was when the session began.
#[derive(Clone, Debug, Default)]
pub struct SettingsFile {
    /// Where it is, or would be; none = there is no home folder.
    pub path: Option<PathBuf>,
    /// What it says.
    pub config: Arc<Config>,
}

impl SettingsFile {
    /// Reads it. One that is not there says nothing, unless it was named.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn open(path: Option<PathBuf>, named: bool) -> Result<Self, Vec<Problem>> {
        let config = match &path {
            Some(path) if named || path.exists() => read(path)?,
            _ => Config::default(),
        };
        Ok(Self {
            path,
            config: Arc::new(config),
        })
    }
}

/// Reads a settings file.
///
/// # Errors
/// All that is wrong with it.
pub fn read(path: &Path) -> Result<Config, Vec<Problem>> {
    let unreadable = |error: io::Error| vec![Problem::of(What::Unreadable(error.to_string()))];
    config::read(&text(path).map_err(unreadable)?)
}

fn text(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    let limit = config::MAX_BYTES as u64 + 1;
    File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("no UTF-8 from byte {at} on"),
        )
    })
}

/// Tells whenever the file has changed, until nobody listens. A file that is taken away says nothing, and one that comes is read.
/// Where the system cannot tell of changes, nothing is told: the next session reads it.
pub async fn watch(path: PathBuf, config: Arc<Config>, messages: mpsc::Sender<Msg>) {
    // One is enough: it says that there is something to look at.
    let (changed, mut changes) = mpsc::channel(1);
    let ours = path.clone();
    let told = move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|event| is_change(&event, &ours)) {
            // Full = it is known already.
            let _ = changed.try_send(());
        }
    };
    let Ok(mut watcher) = notify::recommended_watcher(told) else {
        return;
    };
    let mut watched: Option<PathBuf> = None;
    let mut last = Ok(config);
    loop {
        // The folder, since editors put a new file in the old one's place; or the next one above, until there is one.
        let folder = path.ancestors().skip(1).find(|folder| folder.is_dir());
        if folder != watched.as_deref() {
            if let Some(old) = &watched {
                // A folder that is gone is watched no longer anyway.
                let _ = watcher.unwatch(old);
            }
            watched = folder.map(Path::to_path_buf);
            let Some(folder) = folder else { return };
            if watcher.watch(folder, RecursiveMode::NonRecursive).is_err() {
                return;
            }
        }
        // Read after the watch has begun, so that no change falls between the two.
        let read = if path.exists() {
            read(&path).map(Arc::new)
        } else {
            Ok(Arc::default())
        };
        if read != last {
            last.clone_from(&read);
            if messages.send(Msg::ConfigRead(read)).await.is_err() {
                return;
            }
        }
        tokio::select! {
            change = changes.recv() => if change.is_none() { return },
            () = messages.closed() => return,
        }
        for _ in 0..MAX_STEPS {
            if timeout(SETTLE, changes.recv()).await.is_err() {
                break;
            }
        }
    }
}

/// Something was written, put there or taken away; that we read it ourselves is no change.
fn is_change(event: &notify::Event, path: &Path) -> bool {
    let written = match event.kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    };
    written && event.paths.iter().any(|one| path.starts_with(one))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Longest that a machine under load needs to tell of a change.
    const PATIENCE: Duration = Duration::from_secs(20);

    async fn next(messages: &mut mpsc::Receiver<Msg>) -> Result<Arc<Config>, Vec<Problem>> {
        match timeout(PATIENCE, messages.recv()).await.unwrap() {
            Some(Msg::ConfigRead(read)) => read,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_change_is_told_also_of_a_file_that_comes_later_or_is_put_in_place_of_another() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("sluice");
        let path = folder.join("config.toml");
        let (sender, mut messages) = mpsc::channel(4);
        tokio::spawn(watch(path.clone(), Arc::default(), sender));
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(&path, "[notify]\nbell = [\"win\"]\n").unwrap();
        assert!(!next(&mut messages).await.unwrap().notify.bell.is_empty());
        let beside = folder.join("config.toml~");
        std::fs::write(&beside, "[notify]\nbell = 1\n").unwrap();
        std::fs::rename(&beside, &path).unwrap();
        assert_eq!(next(&mut messages).await.unwrap_err().len(), 1);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(*next(&mut messages).await.unwrap(), Config::default());
    }

    #[test]
    fn a_named_file_must_be_there_and_the_persons_own_need_not() {
        let path = Some(PathBuf::from("/nonexistent/config.toml"));
        assert!(SettingsFile::open(path.clone(), false).is_ok());
        assert!(SettingsFile::open(path, true).is_err());
    }

    #[test]
    fn a_file_that_is_no_text_is_refused_with_the_byte() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"[look]\n\xff").unwrap();
        let problems = read(file.path()).unwrap_err();
        assert_eq!(
            problems,
            [Problem::of(What::Unreadable(
                "no UTF-8 from byte 7 on".to_owned()
            ))]
        );
    }
}
