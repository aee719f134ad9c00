//! Opens the screen.

use super::{arguments::Cli, failure::Outcome};

/// Opens the board.
pub async fn open(_cli: Cli) -> Outcome {
    Ok(())
}
