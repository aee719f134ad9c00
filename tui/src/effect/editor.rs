//! Has a text edited with the person's own editor, in a folder that nobody else can look into and that is gone afterwards.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::message::EditFailure;

/// Longest text taken back, in bytes.
pub const MAX_EDITED_BYTES: usize = 65_536;

/// The editor when the person names none: the one that every Unix has.
const USUAL_EDITOR: &str = "vi";
/// What a shell answers when there is no such program.
const NO_SUCH_PROGRAM: i32 = 127;
/// The name of the file, which says to editors what sort of text it is.
const FILE: &str = "note.txt";

/// The editor that the person wants: `VISUAL`, then `EDITOR`.
pub fn wanted(variable: impl Fn(&str) -> Option<String>) -> String {
    let named = ["VISUAL", "EDITOR"].into_iter().filter_map(variable);
    let mut named = named.filter(|name| !name.trim().is_empty());
    named.next().unwrap_or_else(|| USUAL_EDITOR.to_owned())
}

/// Runs the editor on a text until it ends; gives what it left. The terminal must be its own meanwhile.
///
/// # Errors
/// When it cannot be started, ends with a fault, or leaves what is no note.
pub fn edit(editor: &str, text: &str) -> Result<String, EditFailure> {
    let failed = |error: io::Error| EditFailure::File(error.to_string());
    let folder = Folder::create(&std::env::temp_dir()).map_err(failed)?;
    let file = folder.0.join(FILE);
    write(&file, text).map_err(failed)?;
    // Through a shell, as the variable may hold arguments too: `code --wait`.
    let ended = Command::new("sh")
        .arg("-c")
        .arg(format!("{editor} \"$1\""))
        .arg("sh")
        .arg(&file)
        .status()
        .map_err(|error| EditFailure::NotStarted {
            editor: editor.to_owned(),
            reason: error.to_string(),
        })?;
    if ended.code() == Some(NO_SUCH_PROGRAM) {
        return Err(EditFailure::NotStarted {
            editor: editor.to_owned(),
            reason: String::new(),
        });
    }
    if !ended.success() {
        return Err(EditFailure::Ended {
            editor: editor.to_owned(),
            status: ended.to_string(),
        });
    }
    read(&file)
}

fn write(file: &Path, text: &str) -> io::Result<()> {
    let mut out = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)?;
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn read(file: &Path) -> Result<String, EditFailure> {
    let failed = |error: io::Error| EditFailure::File(error.to_string());
    let length = fs::metadata(file).map_err(failed)?.len();
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if length > MAX_EDITED_BYTES {
        return Err(EditFailure::TooLarge(length));
    }
    let mut bytes = Vec::with_capacity(length);
    let limit = u64::try_from(MAX_EDITED_BYTES).unwrap_or(u64::MAX);
    let opened = fs::File::open(file).map_err(failed)?;
    opened.take(limit).read_to_end(&mut bytes).map_err(failed)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.trim_end().to_owned())
}

/// A folder of its own, gone when dropped: with it goes what editors leave beside the file.
struct Folder(PathBuf);

impl Folder {
    fn create(parent: &Path) -> io::Result<Self> {
        let path = parent.join(format!("sluice-note-{}", ulid::Ulid::generate()));
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is private all the same.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_private_while_it_is_edited_and_gone_afterwards() {
        let said = edit(
            "sh -c 'stat -c \"%a %n\" \"$0\" > \"$0.new\"; stat -c %a \"$(dirname \"$0\")\" >> \"$0.new\"; cat \"$0\" >> \"$0.new\"; mv \"$0.new\" \"$0\"'",
            "first\nsecond",
        )
        .unwrap();
        let lines: Vec<&str> = said.lines().collect();
        let (mode, path) = lines[0].split_once(' ').unwrap();
        assert_eq!((mode, lines[1]), ("600", "700"));
        assert_eq!(lines[2..], ["first", "second"]);
        assert!(!Path::new(path).parent().unwrap().exists(), "{path}");
    }

    #[test]
    fn an_editor_that_fails_says_why() {
        let failure = |editor| edit(editor, "x").unwrap_err();
        assert!(matches!(
            failure("no-such-editor-anywhere"),
            EditFailure::NotStarted { .. }
        ));
        assert!(matches!(failure("false"), EditFailure::Ended { .. }));
        assert_eq!(
            failure("head -c 70000 /dev/zero >"),
            EditFailure::TooLarge(70_000)
        );
    }

    #[test]
    fn visual_goes_before_editor_and_both_before_vi() {
        let with = |pairs: &'static [(&str, &str)]| {
            wanted(move |name| {
                let found = pairs.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(
            with(&[("VISUAL", "code --wait"), ("EDITOR", "ed")]),
            "code --wait"
        );
        assert_eq!(with(&[("VISUAL", ""), ("EDITOR", "ed")]), "ed");
        assert_eq!(with(&[]), "vi");
    }
}
