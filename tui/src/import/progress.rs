//! A progress bar on standard error: only where somebody watches.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar that moves, or nothing at all where standard error is not a terminal.
#[derive(Clone, Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar over the bytes of a file.
    pub fn bytes(what: &str, total: u64) -> Self {
        Self::styled(
            what,
            total,
            "{msg} {wide_bar} {bytes}/{total_bytes} {elapsed}",
        )
    }

    /// A bar over a number of things.
    pub fn count(what: &str, total: u64) -> Self {
        Self::styled(
            what,
            total,
            "{msg} {wide_bar} {human_pos}/{human_len} {elapsed}",
        )
    }

    /// No bar.
    pub fn none() -> Self {
        Self(ProgressBar::hidden())
    }

    fn styled(what: &str, total: u64, template: &str) -> Self {
        // indicatif itself draws nothing where standard error is not a terminal.
        let bar = ProgressBar::new(total).with_message(what.to_owned());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// How far it is.
    pub fn at(&self, position: u64) {
        self.0.set_position(position);
    }

    /// How far it will go, once that is known.
    pub fn out_of(&self, total: u64) {
        self.0.set_length(total);
    }

    /// Takes the bar away.
    pub fn done(&self) {
        self.0.finish_and_clear();
    }
}
