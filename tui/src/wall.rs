//! The wall board: what hangs in the room shows in turn, without anybody at the keys.

use crate::record::{Micros, SECOND_US};

/// How long each picture stays, unless asked otherwise.
pub const EVERY_US: Micros = 20 * SECOND_US;
/// The shortest time a picture stays: it must be read.
pub const LEAST_EVERY_US: Micros = 3 * SECOND_US;
/// The longest time a picture stays.
pub const MOST_EVERY_US: Micros = 3_600 * SECOND_US;

/// A picture of the wall board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    /// The stages with their counts and sums, and the latest wins.
    Board,
    /// The funnel with its conversions.
    Funnel,
    /// Who stands where.
    Leaderboard,
}

impl Scene {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Board, Self::Funnel, Self::Leaderboard];
}

/// What is shown in turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wall {
    scenes: Vec<Scene>,
    every_us: Micros,
    place: usize,
    since: Micros,
}

impl Wall {
    /// Shows these pictures, each so long; all of them where none is named.
    pub fn new(scenes: Vec<Scene>, every_us: Micros) -> Self {
        let scenes = if scenes.is_empty() {
            Scene::ALL.to_vec()
        } else {
            scenes
        };
        Self {
            scenes,
            every_us: every_us.clamp(LEAST_EVERY_US, MOST_EVERY_US),
            place: 0,
            since: 0,
        }
    }

    /// The picture shown.
    pub fn scene(&self) -> Scene {
        self.scenes.get(self.place).copied().unwrap_or(Scene::Board)
    }

    /// Its place among the pictures, and how many there are.
    pub fn place(&self) -> (usize, usize) {
        (self.place, self.scenes.len())
    }

    /// When the next picture is due; none while there is but one.
    pub fn next_turn(&self) -> Option<Micros> {
        (self.scenes.len() > 1).then_some(self.since + self.every_us)
    }

    /// Goes so many pictures on, or back, round and round.
    pub fn turn(&mut self, by: isize, now: Micros) {
        let count = self.scenes.len().max(1);
        let steps = by.unsigned_abs() % count;
        let onwards = if by < 0 { count - steps } else { steps };
        self.place = (self.place + onwards) % count;
        self.since = now;
    }

    /// Goes on when it is time; says whether it did. However long the machine slept, it is one step.
    pub fn clock(&mut self, now: Micros) -> bool {
        if self.since == 0 || self.since > now {
            // The first look at the clock, or one that was set back.
            self.since = now;
            return false;
        }
        if self.next_turn().is_none_or(|at| at > now) {
            return false;
        }
        self.turn(1, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_picture_stays_its_time_and_they_go_round() {
        let mut wall = Wall::new(Vec::new(), EVERY_US);
        assert!(!wall.clock(1_000));
        assert!(!wall.clock(EVERY_US));
        let mut seen = vec![wall.scene()];
        for turn in 1..=3 {
            assert!(wall.clock(1_000 + turn * EVERY_US));
            seen.push(wall.scene());
        }
        let [board, funnel, leaderboard] = Scene::ALL;
        assert_eq!(seen, [board, funnel, leaderboard, board]);
        wall.turn(-1, 0);
        assert_eq!(wall.scene(), leaderboard);
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_stop_the_wall() {
        let mut wall = Wall::new(Vec::new(), 0);
        wall.clock(100 * EVERY_US);
        assert!(!wall.clock(EVERY_US));
        assert!(wall.clock(EVERY_US + LEAST_EVERY_US));
    }

    #[test]
    fn one_picture_alone_never_turns() {
        let mut wall = Wall::new(vec![Scene::Funnel], EVERY_US);
        wall.clock(1);
        assert!(!wall.clock(100 * EVERY_US));
        assert_eq!(wall.next_turn(), None);
    }
}
