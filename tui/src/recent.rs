//! Lines entered before, by where they were entered: the up arrow brings them back.

use std::collections::BTreeMap;

/// Most lines kept of a kind; the oldest go first.
pub const MAX_RECENT: usize = 100;

/// Where lines are entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineKind {
    /// The one-line entry.
    Entry,
    /// The line that logs an activity.
    Activity,
    /// The filter.
    Filter,
    /// The palette.
    Palette,
}

/// The lines, the newest last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recent {
    lines: BTreeMap<LineKind, Vec<String>>,
}

impl Recent {
    /// Keeps a line; one entered again moves to the end.
    pub fn push(&mut self, kind: LineKind, line: &str) {
        let line = line.trim();
        if line.is_empty() {
            return;
        }
        let lines = self.lines.entry(kind).or_default();
        lines.retain(|kept| kept != line);
        if lines.len() >= MAX_RECENT {
            lines.remove(0);
        }
        lines.push(line.to_owned());
    }

    /// Those of a kind, the newest last.
    pub fn of(&self, kind: LineKind) -> &[String] {
        self.lines.get(&kind).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_kept_once_and_the_oldest_go() {
        let mut recent = Recent::default();
        for number in 0..MAX_RECENT + 5 {
            recent.push(LineKind::Filter, &number.to_string());
        }
        recent.push(LineKind::Filter, "7");
        recent.push(LineKind::Filter, "  ");
        let lines = recent.of(LineKind::Filter);
        assert_eq!((lines.len(), lines[0].as_str()), (MAX_RECENT, "5"));
        assert_eq!(lines.last().map(String::as_str), Some("7"));
        assert!(recent.of(LineKind::Entry).is_empty());
    }
}
