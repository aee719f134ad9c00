//! What changed lately: which sums rose or fell, which columns got cards out of sight, and when the server was last heard.

use std::collections::BTreeMap;

use crate::model::Model;
use crate::record::{Micros, SECOND_US};

/// How long a sum says that it rose or fell.
pub const TREND_US: Micros = 6 * SECOND_US;
/// Most sums that say so: a storm marks the first ones only.
pub const MAX_TRENDS: usize = 500;
/// Silence after which what is shown counts as old (TUI.md §3).
pub const SILENCE_US: Micros = 6 * SECOND_US;

/// A sum on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sum {
    /// Of the open stages of a pipeline.
    Pipeline(u64),
    /// Of a stage.
    Stage(u64),
    /// Of somebody on the leaderboard.
    Place(u64),
}

/// Where a sum went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// It is larger than before.
    Up,
    /// It is smaller than before.
    Down,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Trend {
    course: Course,
    until: Micros,
}

/// Cards that came into a column where they cannot be seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unseen {
    /// How many came above what is seen.
    pub above: usize,
    /// How many came below it.
    pub below: usize,
    /// The last one above.
    pub last_above: u64,
    /// The last one below.
    pub last_below: u64,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Live {
    trends: BTreeMap<Sum, Trend>,
    /// Per stage; a stage without such cards is not in it.
    pub unseen: BTreeMap<u64, Unseen>,
    /// When the server was last heard; none before the first word.
    pub heard: Option<Micros>,
}

impl Live {
    /// A sum has changed.
    pub fn changed(&mut self, sum: Sum, before: i128, after: i128, now: Micros) {
        let course = match after.cmp(&before) {
            std::cmp::Ordering::Greater => Course::Up,
            std::cmp::Ordering::Less => Course::Down,
            std::cmp::Ordering::Equal => return,
        };
        if self.trends.len() < MAX_TRENDS || self.trends.contains_key(&sum) {
            let until = now + TREND_US;
            self.trends.insert(sum, Trend { course, until });
        }
    }

    /// Where a sum went lately.
    pub fn course(&self, sum: Sum) -> Option<Course> {
        self.trends.get(&sum).map(|trend| trend.course)
    }

    /// Forgets what has had its time; says whether there was any.
    pub fn expire(&mut self, now: Micros) -> bool {
        let before = self.trends.len();
        self.trends.retain(|_, trend| trend.until > now);
        before != self.trends.len()
    }

    /// When the next mark goes.
    pub fn next_wakeup(&self) -> Option<Micros> {
        self.trends.values().map(|trend| trend.until).min()
    }

    /// Another picture: nothing of the old one is to be told.
    pub fn forget(&mut self) {
        self.trends.clear();
        self.unseen.clear();
    }
}

impl Model {
    /// The card changed some seconds ago.
    pub fn is_fresh(&self, id: u64) -> bool {
        !self.past_is_shown() && self.tints.get(&id).is_some_and(|until| *until > self.now)
    }

    /// The sign of where a sum went lately, with the meaning of its colour.
    pub fn course_sign(&self, sum: Sum) -> Option<(&'static str, crate::theme::Role)> {
        let glyphs = self.theme.glyphs();
        self.live.course(sum).map(|course| match course {
            Course::Up => (glyphs.above, crate::theme::Role::Good),
            Course::Down => (glyphs.below, crate::theme::Role::Bad),
        })
    }

    /// How old what is shown may be: since the server was last heard, or since the link was last good.
    pub fn data_age_us(&self) -> Option<Micros> {
        let heard = match self.link {
            crate::model::Link::Lost { since, .. } => Some(since),
            _ => self.live.heard,
        };
        heard.map(|heard| (self.now - heard).max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_says_for_some_seconds_that_it_rose_and_the_last_word_counts() {
        let mut live = Live::default();
        live.changed(Sum::Stage(1), 5, 5, 0);
        assert_eq!(live.course(Sum::Stage(1)), None);
        live.changed(Sum::Stage(1), 5, 9, 0);
        live.changed(Sum::Stage(1), 9, 7, SECOND_US);
        assert_eq!(live.course(Sum::Stage(1)), Some(Course::Down));
        assert!(!live.expire(TREND_US));
        assert_eq!(live.next_wakeup(), Some(SECOND_US + TREND_US));
        assert!(live.expire(SECOND_US + TREND_US));
        assert_eq!(
            (live.course(Sum::Stage(1)), live.next_wakeup()),
            (None, None)
        );
    }

    #[test]
    fn a_storm_marks_no_more_sums_than_are_kept() {
        let mut live = Live::default();
        for id in 0..2 * MAX_TRENDS as u64 {
            live.changed(Sum::Place(id), 0, 1, 0);
        }
        assert_eq!(live.trends.len(), MAX_TRENDS);
    }
}
