//! `sluice config`: where the settings file is, whether it can be read, and what it may hold.

use std::path::PathBuf;

use clap::Subcommand;
use etcetera::BaseStrategy as _;

use super::{
    arguments::GlobalArgs,
    failure::{Failure, Outcome},
    output::Output,
    system_locale,
};
use crate::{
    config::{self, Problem, problem::HINT_KEY},
    effect::settings_file::{self, SettingsFile},
    strings::Strings,
};

/// Folder of our settings below the XDG configuration folder.
const FOLDER: &str = "sluice";
/// The settings file in it.
const FILE: &str = "config.toml";

/// Verbs of `config`.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Read the settings file and tell everything that is wrong with it, with line, column and what was probably meant
    #[command(
        after_help = "Example:\n  sluice config check\n  sluice --config new.toml config check"
    )]
    Check,
    /// Print where the settings file is, or would be
    Path,
    /// Print what the settings file may hold, as a JSON schema: editors complete and check with it
    #[command(
        after_help = "Example:\n  sluice config schema > ~/.config/sluice/schema.json
Then begin config.toml with:
  #:schema ./schema.json"
    )]
    Schema,
}

impl ConfigCommand {
    /// Runs it; no server is needed.
    pub fn run(&self, global: &GlobalArgs, output: &mut Output) -> Outcome {
        match self {
            Self::Check => {
                let (path, named) = place(global);
                let Some(path) = path else {
                    return Err(no_home());
                };
                if !named && !path.exists() {
                    output.say(&format!(
                        "{}: not there, so everything is as it comes",
                        path.display()
                    ))?;
                    return output.flush();
                }
                settings_file::read(&path).map_err(|problems| failure(&path, &problems))?;
                output.say(&format!("{}: good", path.display()))?;
            }
            Self::Path => {
                let path = place(global).0.ok_or_else(no_home)?;
                writeln!(output.writer(), "{}", path.display())?;
            }
            Self::Schema => {
                let schema = serde_json::to_string_pretty(&config::schema())
                    .map_err(|error| Failure::usage(error.to_string()))?;
                writeln!(output.writer(), "{schema}")?;
            }
        }
        output.flush()
    }
}

/// The settings file of a session, read.
pub fn load(global: &GlobalArgs) -> Outcome<SettingsFile> {
    let (path, named) = place(global);
    SettingsFile::open(path.clone(), named)
        .map_err(|problems| failure(&path.unwrap_or_default(), &problems))
}

/// The settings file, and whether it was named: by the option, by the environment, or else the person's own.
fn place(global: &GlobalArgs) -> (Option<PathBuf>, bool) {
    if let Some(path) = global.config() {
        return (Some(path), true);
    }
    let own = etcetera::choose_base_strategy().ok();
    let own = own.map(|strategy| strategy.config_dir().join(FOLDER).join(FILE));
    (own, false)
}

fn no_home() -> Failure {
    Failure::usage("there is no home folder to keep settings in")
        .with_hint("Name a file with --config or SLUICE_CONFIG.")
}

/// Everything that is wrong, a line each.
fn failure(path: &std::path::Path, problems: &[Problem]) -> Failure {
    let strings = Strings::new(system_locale());
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| format!("{}: {}", path.display(), problem.words(&strings)))
        .collect();
    Failure::usage(lines.join("\n")).with_hint(strings.say(HINT_KEY))
}
