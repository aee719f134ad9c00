//! What decides how everything looks: the person's choice, and what is known of the terminal.

use std::sync::Arc;

use ratatui::style::Style;

use super::{Borders, OwnTheme, Role, Theme, ThemeKind, palette};
use crate::config::look::{BorderChoice, GlyphChoice};
use crate::terminal::Depth;

/// The name of the choice that follows the terminal.
const AUTO: &str = "auto";

/// The terminal's background.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ground {
    /// Dark, also when it does not tell.
    #[default]
    Dark,
    /// Light.
    Light,
}

/// Which theme the person wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// Dark or light, as the terminal's background.
    #[default]
    Auto,
    /// One of those built in.
    BuiltIn(ThemeKind),
    /// One of the person's own, by the name of its file.
    Own(String),
}

impl Choice {
    /// The choice of a name in settings. A name that is not built in is that of a file.
    pub fn named(name: &str) -> Self {
        if name == AUTO {
            return Self::Auto;
        }
        ThemeKind::named(name).map_or_else(|| Self::Own(name.to_owned()), Self::BuiltIn)
    }

    /// Its name in settings.
    pub fn name(&self) -> &str {
        match self {
            Self::Auto => AUTO,
            Self::BuiltIn(kind) => kind.name(),
            Self::Own(name) => name,
        }
    }
}

/// All that decides how things look. The theme is worked out of it whenever it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// What the person wants.
    pub choice: Choice,
    /// How many colours there are.
    pub depth: Depth,
    /// What the terminal said of its background.
    pub ground: Ground,
    /// Which signs the person wants.
    pub signs: GlyphChoice,
    /// Which edges of boxes.
    pub borders: BorderChoice,
    /// The terminal needs plain signs.
    pub plain: bool,
    /// It does only because nothing is known of the terminal's letters; it may still tell.
    pub unsure: bool,
    /// It draws ambiguous characters two cells wide.
    pub wide: bool,
    /// It has ASCII only.
    pub ascii: bool,
    /// The person's own themes, by name.
    pub own: Arc<Vec<OwnTheme>>,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            choice: Choice::Auto,
            depth: Depth::Ansi256,
            ground: Ground::Dark,
            signs: GlyphChoice::Auto,
            borders: BorderChoice::Auto,
            plain: false,
            unsure: false,
            wide: false,
            ascii: false,
            own: Arc::default(),
        }
    }
}

impl Look {
    /// A look by a theme that is built in.
    pub fn of(kind: ThemeKind) -> Self {
        Self {
            choice: Choice::BuiltIn(kind),
            ..Self::default()
        }
    }

    /// The theme that comes of it.
    pub fn theme(&self) -> Theme {
        let own = match &self.choice {
            Choice::Own(name) => self.own.iter().find(|theme| theme.name == *name),
            Choice::Auto | Choice::BuiltIn(_) => None,
        };
        let named = match &self.choice {
            Choice::BuiltIn(kind) => Some(*kind),
            Choice::Auto | Choice::Own(_) => own.and_then(|theme| theme.inherits),
        };
        let kind = named.unwrap_or(match self.ground {
            Ground::Dark => ThemeKind::Dark,
            Ground::Light => ThemeKind::Light,
        });
        let changes = own.map_or(&[][..], |theme| &theme.changes);
        let plain = match self.signs {
            GlyphChoice::Auto => self.plain,
            GlyphChoice::Plain => true,
            GlyphChoice::Full => false,
        };
        Theme::of(
            |role| self.style(kind, changes, role),
            plain,
            match self.borders {
                BorderChoice::Auto if plain => Borders::Plain,
                BorderChoice::Plain => Borders::Plain,
                BorderChoice::Square => Borders::Square,
                BorderChoice::Auto | BorderChoice::Rounded => Borders::Rounded,
            },
        )
    }

    /// There is such a theme.
    pub fn has(&self, choice: &Choice) -> bool {
        match choice {
            Choice::Auto | Choice::BuiltIn(_) => true,
            Choice::Own(name) => self.own.iter().any(|theme| theme.name == *name),
        }
    }

    fn style(&self, kind: ThemeKind, changes: &[(Role, Style)], role: Role) -> Style {
        let style = palette::style(kind, self.ground, self.depth, role);
        let change = changes.iter().find(|(changed, _)| *changed == role);
        let Some((_, change)) = change else {
            return style;
        };
        let mut style = style.patch(*change);
        let reduced = |color| Some(self.depth.reduce(color)).filter(|_| self.depth > Depth::Mono);
        style.fg = style.fg.and_then(reduced);
        style.bg = style.bg.and_then(reduced);
        style
    }

    /// All there is to choose from, in the order in which it is offered.
    pub fn choices(&self) -> Vec<Choice> {
        let built_in = ThemeKind::ALL.into_iter().map(Choice::BuiltIn);
        let own = self.own.iter().map(|theme| Choice::Own(theme.name.clone()));
        [Choice::Auto]
            .into_iter()
            .chain(built_in)
            .chain(own)
            .collect()
    }

    /// The same look with another choice.
    pub fn with(&self, choice: Choice) -> Self {
        Self {
            choice,
            ..self.clone()
        }
    }
}
