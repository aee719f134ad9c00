//! The person's own themes: what they change of a theme that is built in.

mod file;

pub use file::read;

use ratatui::style::Style;

use super::{Role, ThemeKind};

/// Most themes of one's own.
pub const MAX_THEMES: usize = 50;

/// A theme of the person's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnTheme {
    /// The name of its file, without `.toml`.
    pub name: String,
    /// What it changes; none = dark or light, as the terminal's background.
    pub inherits: Option<ThemeKind>,
    /// What is otherwise.
    pub changes: Vec<(Role, Style)>,
}
