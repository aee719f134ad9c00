//! The person's own themes: the files of the folder `themes` beside the settings.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::config::problem::{Problem, What};
use crate::message::WrongTheme;
use crate::theme::{MAX_THEMES, OwnTheme, read_own};

/// The folder.
pub const FOLDER: &str = "themes";
/// Largest theme file read, in bytes.
const MAX_BYTES: u64 = 65_536;

/// Reads all themes of a folder, by name; what is wrong with one hides no other.
pub fn read_all(folder: &Path) -> (Vec<OwnTheme>, Vec<WrongTheme>) {
    let (mut themes, mut wrong) = (Vec::new(), Vec::new());
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    paths.sort_unstable();
    for path in paths.into_iter().take(MAX_THEMES) {
        match read(&path) {
            Ok(theme) => themes.push(theme),
            Err(problem) => wrong.push(WrongTheme { path, problem }),
        }
    }
    (themes, wrong)
}

fn read(path: &Path) -> Result<OwnTheme, Problem> {
    let unreadable = |error: io::Error| Problem::of(What::Unreadable(error.to_string()));
    let length = fs::metadata(path).map_err(unreadable)?.len();
    if length > MAX_BYTES {
        return Err(Problem::of(What::TooLarge));
    }
    let text = fs::read_to_string(path).map_err(unreadable)?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    read_own(&name, &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_theme_hides_no_other() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("b.toml", "[roles]\naccent = \"#ff8700\""),
            ("a.toml", "inherits = \"light\""),
            ("c.toml", "[roles]\nacent = 1"),
            ("readme.txt", "no theme"),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let (themes, wrong) = read_all(folder.path());
        let names: Vec<&str> = themes.iter().map(|theme| theme.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(wrong.len(), 1);
        assert!(wrong[0].path.ends_with("c.toml"));
        let none = read_all(&folder.path().join("nowhere"));
        assert_eq!(none, (Vec::new(), Vec::new()));
    }
}
