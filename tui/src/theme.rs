//! What things mean, and how that looks: no other file names a colour.

mod glyphs;
mod look;
mod own;
mod palette;
#[cfg(test)]
mod tests;

pub use glyphs::Glyphs;
pub use look::{Choice, Ground, Look};
pub use own::{MAX_THEMES, OwnTheme, read as read_own};

use ratatui::style::Style;

/// A family of looks that is built in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeKind {
    /// For dark backgrounds.
    #[default]
    Dark,
    /// For light backgrounds.
    Light,
    /// Strong colours, on either background.
    HighContrast,
    /// Told apart by people who do not see red and green, on either background.
    ColourBlind,
    /// No colour at all: bold, dim, reverse and underline say everything.
    Mono,
}

impl ThemeKind {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 5] = [
        Self::Dark,
        Self::Light,
        Self::HighContrast,
        Self::ColourBlind,
        Self::Mono,
    ];

    /// Its name in settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::HighContrast => "high-contrast",
            Self::ColourBlind => "colour-blind",
            Self::Mono => "mono",
        }
    }

    /// The family of a name in settings.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Key of its name on the screen.
    pub const fn name_key(self) -> &'static str {
        match self {
            Self::Dark => "theme-dark",
            Self::Light => "theme-light",
            Self::HighContrast => "theme-high-contrast",
            Self::ColourBlind => "theme-colour-blind",
            Self::Mono => "theme-mono",
        }
    }
}

/// What a piece of screen means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Ordinary text, in the terminal's own colours.
    Text,
    /// A name or figure that leads.
    Strong,
    /// Second to the text beside it.
    Dim,
    /// Rules and separators.
    Faint,
    /// The product's own colour: keys, prompts.
    Accent,
    /// The head of the focused column.
    Focus,
    /// The selected card or line.
    Selected,
    /// Won, live, on time.
    Good,
    /// Approaching stagnation, waiting.
    Warn,
    /// Stalled, late, lost, refused.
    Bad,
    /// Not yet confirmed by the server.
    Pending,
    /// Changed some seconds ago.
    Fresh,
    /// A banner over everything.
    Banner,
    /// The place of the cursor in a text.
    Cursor,
    /// Over everything that is old because the link is gone.
    Stale,
}

impl Role {
    /// All, with their names in theme files, in the order of their declaration.
    pub const ALL: [(Self, &'static str); 15] = [
        (Self::Text, "text"),
        (Self::Strong, "strong"),
        (Self::Dim, "dim"),
        (Self::Faint, "faint"),
        (Self::Accent, "accent"),
        (Self::Focus, "focus"),
        (Self::Selected, "selected"),
        (Self::Good, "good"),
        (Self::Warn, "warn"),
        (Self::Bad, "bad"),
        (Self::Pending, "pending"),
        (Self::Fresh, "fresh"),
        (Self::Banner, "banner"),
        (Self::Cursor, "cursor"),
        (Self::Stale, "stale"),
    ];

    /// The role of a name in a theme file.
    pub fn named(name: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(_, known)| *known == name);
        found.map(|(role, _)| *role)
    }
}

/// How everything looks: a style for each role, worked out once, and the signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    styles: [Style; Role::ALL.len()],
    /// Glyphs that some terminals draw two cells wide, or not at all, are replaced by plain ones.
    pub plain: bool,
    /// The edges of boxes.
    pub borders: Borders,
}

/// The edges of boxes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Borders {
    /// Of ASCII only.
    Plain,
    /// With square corners.
    Square,
    /// With round corners.
    #[default]
    Rounded,
}

impl Default for Theme {
    fn default() -> Self {
        Look::default().theme()
    }
}

impl Theme {
    /// A theme of one style for each role.
    pub(crate) fn of(style: impl Fn(Role) -> Style, plain: bool, borders: Borders) -> Self {
        Self {
            styles: Role::ALL.map(|(role, _)| style(role)),
            plain,
            borders,
        }
    }

    /// The signs this terminal can draw.
    pub fn glyphs(self) -> &'static Glyphs {
        if self.plain {
            &glyphs::PLAIN
        } else {
            &glyphs::FULL
        }
    }

    /// Words that stand on a rule: nothing of the rule's faintness may be left in them.
    pub fn heading(self) -> Style {
        Style::reset().patch(self.style(Role::Strong))
    }

    /// How a role looks.
    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }
}
