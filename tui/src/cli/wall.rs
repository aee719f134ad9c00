//! `sluice board --wall`: what hangs in the room, and for how long each picture stays.

use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::record::Micros;
use crate::wall::{EVERY_US, LEAST_EVERY_US, MOST_EVERY_US, Scene, Wall};

/// Options of `board --wall`.
#[derive(Clone, Debug, Default, Args)]
pub struct WallArgs {
    /// Show big figures in turn, for a screen in the room: no keys needed, q leaves, an arrow goes on
    #[arg(long, conflicts_with_all = ["as_of", "filter", "order_by"])]
    wall: bool,
    /// How long each picture of the wall board stays: 20s, 1m
    #[arg(long, value_name = "TIME", value_parser = every, requires = "wall")]
    every: Option<Duration>,
    /// Which pictures the wall board shows, in this order
    #[arg(long, value_name = "NAMES", value_delimiter = ',', requires = "wall")]
    screens: Vec<SceneName>,
}

/// A picture of the wall board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SceneName {
    /// The stages and the latest wins
    Board,
    /// The funnel with its conversions
    Funnel,
    /// Who stands where
    Leaderboard,
}

impl From<SceneName> for Scene {
    fn from(name: SceneName) -> Self {
        match name {
            SceneName::Board => Self::Board,
            SceneName::Funnel => Self::Funnel,
            SceneName::Leaderboard => Self::Leaderboard,
        }
    }
}

impl WallArgs {
    /// The wall board that is asked for; none = a person's own screen.
    pub fn wall(&self) -> Option<Wall> {
        let every = self.every.map_or(EVERY_US, |every| {
            Micros::try_from(every.as_micros()).unwrap_or(MOST_EVERY_US)
        });
        let scenes = self.screens.iter().copied().map(Scene::from).collect();
        self.wall.then(|| Wall::new(scenes, every))
    }
}

/// Reads `20s`, `1m`, `1h`; a bare figure is seconds.
fn every(text: &str) -> Result<Duration, String> {
    let (figure, unit) = match text
        .trim()
        .split_at_checked(text.trim().len().saturating_sub(1))
    {
        Some((figure, "s")) => (figure, 1),
        Some((figure, "m")) => (figure, 60),
        Some((figure, "h")) => (figure, 3_600),
        _ => (text.trim(), 1),
    };
    let bounds = Duration::from_micros(LEAST_EVERY_US.unsigned_abs())
        ..=Duration::from_micros(MOST_EVERY_US.unsigned_abs());
    figure
        .parse::<u64>()
        .ok()
        .and_then(|figure| figure.checked_mul(unit))
        .map(Duration::from_secs)
        .filter(|every| bounds.contains(every))
        .ok_or_else(|| {
            let (least, most) = (bounds.start().as_secs(), bounds.end().as_secs() / 3_600);
            format!("write a time from {least}s to {most}h, for example 20s or 1m")
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::Parser as _;

    #[test]
    fn times_are_read_and_bounded() {
        assert_eq!(every("20s"), Ok(Duration::from_secs(20)));
        assert_eq!(every("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(every("45"), Ok(Duration::from_secs(45)));
        for bad in [
            "",
            "s",
            "1s",
            "2h",
            "99999999999999999999h",
            "soon",
            "20 秒",
        ] {
            assert!(every(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_belongs_to_the_wall_board_needs_it() {
        let parse = |line: &str| Cli::try_parse_from(line.split(' '));
        assert!(parse("sluice board --wall --every 20s --screens board,leaderboard").is_ok());
        assert!(parse("sluice board --every 20s").is_err());
        assert!(parse("sluice board --screens funnel").is_err());
        assert!(parse("sluice board --wall --as-of 2026-01-01").is_err());
        assert!(parse("sluice board --wall --screens kitchen").is_err());
    }
}
