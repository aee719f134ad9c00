//! The section `[notify]` of the settings: what makes itself heard beyond the screen. Nothing does unless it is named here.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

/// What makes itself heard beyond the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NotifySettings {
    /// Ring the terminal's bell on these occasions.
    pub bell: BTreeSet<Occasion>,
    /// Show a desktop notification on these occasions, where the terminal can.
    pub desktop: BTreeSet<Occasion>,
    /// How the terminal is asked for a desktop notification.
    pub desktop_means: DesktopMeans,
    /// Say on the screen when a colleague wins a deal, or leave that to the feed.
    pub team_wins: TeamWins,
}

/// Something that a person may want to hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Occasion {
    /// A deal of one's own is stalled.
    Stalled,
    /// A reward was earned.
    Reward,
    /// A colleague sent a packet.
    Packet,
    /// Somebody asks for an approval that one can give.
    Approval,
    /// The team won a deal.
    Win,
}

/// How a terminal is asked for a desktop notification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DesktopMeans {
    /// By what the environment says of the terminal.
    #[default]
    Auto,
    /// OSC 9: iTerm2, WezTerm, Ghostty, kitty, Windows Terminal.
    Osc9,
    /// OSC 777: urxvt, foot, terminals of the VTE library.
    Osc777,
}

/// Whether wins of colleagues are told as they happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TeamWins {
    /// With a line at the bottom of the screen.
    #[default]
    Tell,
    /// Not at all; the feed has them.
    Silent,
}
