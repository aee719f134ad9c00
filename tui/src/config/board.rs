//! The section `[board]` of the settings: what the board shows, and when it asks.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// Most lines of a card.
pub const MAX_LINES_PER_CARD: u8 = 3;

/// What the board shows, and when it asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BoardSettings {
    /// Lines of a card, 1 to 3; as many as there is room for when absent.
    pub lines_per_card: Option<LinesPerCard>,
    /// By name of stage: more deals than this stand there in red.
    pub wip_limits: BTreeMap<String, u32>,
    /// Show what a move would do before every move, not only where something is missing.
    pub always_preview: bool,
}

/// Lines of a card: 1 to [`MAX_LINES_PER_CARD`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "u8")]
pub struct LinesPerCard(#[schemars(range(min = 1, max = 3))] u8);

impl LinesPerCard {
    /// How many.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for LinesPerCard {
    type Error = String;

    fn try_from(lines: u8) -> Result<Self, String> {
        if (1..=MAX_LINES_PER_CARD).contains(&lines) {
            Ok(Self(lines))
        } else {
            Err(format!(
                "a card has 1 to {MAX_LINES_PER_CARD} lines, not {lines}"
            ))
        }
    }
}
