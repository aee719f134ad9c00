//! The section `[look]` of the settings: how the screen looks and speaks.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::strings::Language;
use crate::terminal::Depth;
use crate::theme::Choice;

/// How the screen looks and speaks.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LookSettings {
    /// dark, light, high-contrast, colour-blind, mono, the name of a file in the folder themes beside this one, or auto, which asks the
    /// terminal for its background.
    pub theme: ThemeChoice,
    /// How many colours are used; auto tells it from the environment (NO_COLOR, COLORTERM, TERM).
    pub colours: ColourChoice,
    /// The signs on the screen; auto asks the terminal how wide it draws them.
    pub glyphs: GlyphChoice,
    /// The edges of boxes; auto is rounded, or plain with plain signs.
    pub borders: BorderChoice,
    /// The language of the words; auto is the system's.
    pub language: LanguageChoice,
    /// Nothing moves on the screen by itself, and less is painted; when absent, only over a slow connection.
    pub reduced_motion: Option<bool>,
    /// Name the terminal's window after the workspace.
    pub title: bool,
}

impl Default for LookSettings {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::default(),
            colours: ColourChoice::default(),
            glyphs: GlyphChoice::default(),
            borders: BorderChoice::default(),
            language: LanguageChoice::default(),
            reduced_motion: None,
            title: true,
        }
    }
}

/// A theme by its name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ThemeChoice(String);

impl Default for ThemeChoice {
    fn default() -> Self {
        Self(Choice::Auto.name().to_owned())
    }
}

impl ThemeChoice {
    /// What is chosen.
    pub fn choice(&self) -> Choice {
        Choice::named(&self.0)
    }
}

/// How many colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum ColourChoice {
    /// As the environment says.
    #[default]
    #[serde(rename = "auto")]
    Auto,
    /// None: bold, reverse and underline stay.
    #[serde(rename = "none")]
    None,
    /// The sixteen with names.
    #[serde(rename = "16")]
    Sixteen,
    /// The palette of 256.
    #[serde(rename = "256")]
    Palette,
    /// Red, green, blue.
    #[serde(rename = "true")]
    True,
}

impl ColourChoice {
    /// The chosen number; none = as the environment says.
    pub const fn depth(self) -> Option<Depth> {
        match self {
            Self::Auto => None,
            Self::None => Some(Depth::Mono),
            Self::Sixteen => Some(Depth::Ansi16),
            Self::Palette => Some(Depth::Ansi256),
            Self::True => Some(Depth::TrueColor),
        }
    }
}

/// The signs on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GlyphChoice {
    /// Plain ones where the terminal draws the others two cells wide, or not at all.
    #[default]
    Auto,
    /// Of ASCII only.
    Plain,
    /// All of them, whatever the terminal says.
    Full,
}

/// The edges of boxes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BorderChoice {
    /// Rounded, or plain with plain signs.
    #[default]
    Auto,
    /// Of ASCII only.
    Plain,
    /// With square corners.
    Square,
    /// With round corners.
    Rounded,
}

/// The language of the words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum LanguageChoice {
    /// The system's.
    #[default]
    #[serde(rename = "auto")]
    Auto,
    /// English.
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    Chinese,
}

impl LanguageChoice {
    /// The chosen language; none = the system's.
    pub const fn language(self) -> Option<Language> {
        match self {
            Self::Auto => None,
            Self::English => Some(Language::English),
            Self::Chinese => Some(Language::Chinese),
        }
    }
}
