//! Sequences for the terminal behind a multiplexer.

/// Hands a sequence through tmux to the terminal around it (`set -g allow-passthrough on`).
pub fn tmux(sequence: &str) -> String {
    format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b"))
}

/// The process runs inside tmux.
pub fn in_tmux(variable: impl Fn(&str) -> Option<String>) -> bool {
    variable("TMUX").is_some_and(|value| !value.is_empty())
}
