//! The section `[notify]` of the settings: what makes itself heard beyond the screen.

use schemars::JsonSchema;
use serde::Deserialize;

/// What makes itself heard beyond the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NotifySettings {
    /// Ring the terminal's bell.
    pub bell: bool,
    /// Show a desktop notification (OSC 9 or 777), where the terminal can.
    pub desktop: bool,
}
