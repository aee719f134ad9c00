//! What is written down when the program has a fault: enough to find it, in a file of the person's own, and never the oldest of many.

use std::backtrace::Backtrace;
use std::fmt::Write as _;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};

/// Reports kept; the oldest go first.
pub const MAX_REPORTS: usize = 5;

/// Longest message of a fault, in bytes.
const MAX_MESSAGE: usize = 16_384;

const PREFIX: &str = "crash-";
const SUFFIX: &str = ".log";

/// What of the environment says which terminal it was.
const VARIABLES: [&str; 9] = [
    "TERM",
    "COLORTERM",
    "TERM_PROGRAM",
    "TERM_PROGRAM_VERSION",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TMUX",
    "SSH_CONNECTION",
];

/// Writes a report about a fault into a folder that only its owner can look into; gives its path.
///
/// # Errors
/// What the system says.
pub fn report(folder: &Path, fault: &PanicHookInfo<'_>) -> io::Result<PathBuf> {
    let thread = std::thread::current();
    let place = fault
        .location()
        .map_or_else(String::new, ToString::to_string);
    let message = fault.payload_as_str().unwrap_or_default();
    write(
        folder,
        jiff::Timestamp::now(),
        &words(
            thread.name().unwrap_or_default(),
            &place,
            message,
            &Backtrace::force_capture().to_string(),
        ),
    )
}

fn words(thread: &str, place: &str, message: &str, backtrace: &str) -> String {
    let message = &message[..message.floor_char_boundary(MAX_MESSAGE)];
    let mut text = format!(
        "sluice {}\nsystem: {} {}\nthread: {thread}\nplace: {place}\nmessage: {message}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
    );
    if let Ok((columns, rows)) = crossterm::terminal::size() {
        // Writing into a string does not fail.
        let _ = writeln!(text, "size: {columns}x{rows}");
    }
    for name in VARIABLES {
        let Ok(value) = std::env::var(name) else {
            continue;
        };
        // Where somebody works from is no part of a fault.
        let value = match name {
            "TMUX" | "SSH_CONNECTION" => "yes",
            _ => &value,
        };
        // As above.
        let _ = writeln!(text, "{name}: {value}");
    }
    text.push_str("\nbacktrace:\n");
    text.push_str(backtrace);
    text.push('\n');
    text
}

fn write(folder: &Path, now: jiff::Timestamp, text: &str) -> io::Result<PathBuf> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let time = now.strftime("%Y%m%dT%H%M%S%.6fZ");
    let path = folder.join(format!("{PREFIX}{time}{SUFFIX}"));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)?;
    file.write_all(text.as_bytes())?;
    forget_old(folder)?;
    Ok(path)
}

fn forget_old(folder: &Path) -> io::Result<()> {
    let mut reports: Vec<PathBuf> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX))
        })
        .collect();
    // By time, as the time is in their names.
    reports.sort_unstable();
    let many = reports.len().saturating_sub(MAX_REPORTS);
    for old in &reports[..many] {
        fs::remove_file(old)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn reports_are_private_and_few_and_say_what_happened() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("sluice");
        let text = words("main", "src/a.rs:1:2", "index out of bounds", "0: main");
        let mut paths = Vec::new();
        for second in 0..9 {
            let now = jiff::Timestamp::from_second(1_772_618_400 + second).unwrap();
            paths.push(write(&folder, now, &text).unwrap());
        }
        let kept: Vec<bool> = paths.iter().map(|path| path.exists()).collect();
        assert_eq!(
            kept,
            [false, false, false, false, true, true, true, true, true]
        );
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&paths[8])), (0o700, 0o600));
        let said = fs::read_to_string(&paths[8]).unwrap();
        for part in [
            env!("CARGO_PKG_VERSION"),
            "src/a.rs:1:2",
            "index out of bounds",
            "0: main",
        ] {
            assert!(said.contains(part), "{part}:\n{said}");
        }
    }
}
