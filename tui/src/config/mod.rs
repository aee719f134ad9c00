//! The settings file: one TOML, read whole or refused with every place that is wrong. Pure: who reads the disk is `effect`.

pub mod board;
pub mod keys;
pub mod look;
pub mod notify;
pub mod problem;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::keymap::Keymap;

pub use board::BoardSettings;
pub use keys::{KeyChange, Keys, Preset};
pub use look::LookSettings;
pub use notify::NotifySettings;
pub use problem::{Place, Problem, What};

use problem::Lines;

/// Largest settings file in bytes: what is larger is no settings file.
pub const MAX_BYTES: usize = 256 * 1_024;

/// All that a person can choose once and for all. A session's own choices (`g t`, `g L`, `P` …) go before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Which keys give which verbs, as changed in the file.
    pub keys: Keys,
    /// What comes of preset and changes.
    pub keymap: Keymap,
    /// Theme, glyphs, language, motion.
    pub look: LookSettings,
    /// What the board shows, and when it asks.
    pub board: BoardSettings,
    /// What makes itself heard.
    pub notify: NotifySettings,
}

/// The file as it is written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(
    rename = "SluiceSettings",
    description = "Settings of the terminal client: $XDG_CONFIG_HOME/sluice/config.toml"
)]
struct File {
    /// Keys by the names of verbs: `sluice keys` prints them.
    keys: keys::RawKeys,
    /// Theme, glyphs, language, motion.
    look: LookSettings,
    /// What the board shows, and when it asks.
    board: BoardSettings,
    /// What makes itself heard.
    notify: NotifySettings,
}

/// Reads a settings file.
///
/// # Errors
/// Everything that is wrong, with its place; a file that is no TOML, or has a value of the wrong kind, is told of at its first fault.
pub fn read(text: &str) -> Result<Config, Vec<Problem>> {
    if text.len() > MAX_BYTES {
        return Err(vec![Problem::of(What::TooLarge)]);
    }
    let lines = Lines::new(text);
    let file: File = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => return Err(vec![Problem::of_toml(&lines, &error)]),
    };
    let (keys, mut problems) = file.keys.resolve(&lines);
    let (keymap, clashes) = Keymap::build(&keys);
    problems.extend(clashes);
    if !problems.is_empty() {
        problems.sort_by_key(|problem| problem.place);
        return Err(problems);
    }
    Ok(Config {
        keys,
        keymap,
        look: file.look,
        board: file.board,
        notify: file.notify,
    })
}

/// What the file may hold, as a JSON schema: editors complete and check with it.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(File).to_value()
}

#[cfg(test)]
mod tests;
