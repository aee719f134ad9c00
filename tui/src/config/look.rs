//! The section `[look]` of the settings: how the screen looks and speaks.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::strings::Language;
use crate::theme::ThemeKind;

/// How the screen looks and speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LookSettings {
    /// The family of colours; auto asks the terminal for its background.
    pub theme: ThemeChoice,
    /// The signs on the screen; auto asks the terminal how wide it draws them.
    pub glyphs: GlyphChoice,
    /// The language of the words; auto is the system's.
    pub language: LanguageChoice,
    /// Nothing moves on the screen by itself.
    pub reduced_motion: bool,
}

/// A family of colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ThemeChoice {
    /// What fits the terminal's background.
    #[default]
    Auto,
    /// For dark backgrounds.
    Dark,
    /// For light backgrounds.
    Light,
    /// Strong, of the terminal's own sixteen colours.
    HighContrast,
    /// No colour at all.
    Mono,
}

impl ThemeChoice {
    /// The chosen family; none = what fits the terminal.
    pub const fn kind(self) -> Option<ThemeKind> {
        match self {
            Self::Auto => None,
            Self::Dark => Some(ThemeKind::Dark),
            Self::Light => Some(ThemeKind::Light),
            Self::HighContrast => Some(ThemeKind::HighContrast),
            Self::Mono => Some(ThemeKind::Mono),
        }
    }
}

/// The signs on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GlyphChoice {
    /// Plain ones where the terminal draws the others two cells wide.
    #[default]
    Auto,
    /// Of ASCII only.
    Plain,
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
