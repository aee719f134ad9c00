//! Whether a cycle's target will be reached, and by whom: gap, coverage, pace (DOMAIN.md §5). Amounts are in minor units.

use super::Who;
use super::funnel::Metric;
use super::lens::Cycle;

/// How a cycle goes against the elapsed part of its time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pace {
    /// Under 90 % of it.
    Behind,
    /// From 90 % on.
    AtRisk,
    /// From 100 % on.
    #[default]
    OnTrack,
    /// The cycle has not begun.
    NotStarted,
}

impl Pace {
    /// Key of its word.
    pub const fn word_key(self) -> &'static str {
        match self {
            Self::Behind => "pace-behind",
            Self::AtRisk => "pace-at-risk",
            Self::OnTrack => "pace-on-track",
            Self::NotStarted => "pace-not-started",
        }
    }
}

/// A cycle's target and what there is towards it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// The goal for WON; none when nobody set one.
    pub target: Option<i128>,
    /// Won in the cycle.
    pub won: i128,
    /// Open deals with a contract date in the cycle, in full.
    pub open: i128,
    /// The same, weighted.
    pub weighted: i128,
    /// What is missing; negative = more than enough.
    pub gap: Option<i128>,
    /// (won + open) / target, in basis points.
    pub coverage_bp: Option<i64>,
}

impl Outlook {
    /// How the cycle goes when so many of its `whole` microseconds have passed: linear, 100 % and 90 % of it (DOMAIN.md §5).
    pub fn pace(&self, elapsed: i64, whole: i64) -> Option<Pace> {
        let target = self.target?;
        if elapsed <= 0 || whole <= 0 {
            return Some(Pace::NotStarted);
        }
        let expected = target.saturating_mul(elapsed.min(whole).into()) / i128::from(whole);
        let reached =
            |percent: i128| self.won.saturating_mul(100) >= expected.saturating_mul(percent);
        Some(if reached(100) {
            Pace::OnTrack
        } else if reached(90) {
            Pace::AtRisk
        } else {
            Pace::Behind
        })
    }
}

/// How far the goals of a cycle are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The cycle; none when no cycle asked about has goals.
    pub cycle: Option<Cycle>,
    /// The furthest behind first.
    pub rows: Vec<Progress>,
}

/// Somebody's goal and how far they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Whose.
    pub who: Who,
    /// In which metric.
    pub metric: Metric,
    /// The goal: an amount or a count.
    pub target: i128,
    /// What is done of it.
    pub done: i128,
    /// How it goes.
    pub pace: Pace,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pace_is_linear_over_the_elapsed_part() {
        let pace = |won: i128, elapsed: i64| {
            let outlook = Outlook {
                target: Some(1_000),
                won,
                ..Outlook::default()
            };
            outlook.pace(elapsed, 100)
        };
        assert_eq!(pace(500, 50), Some(Pace::OnTrack));
        assert_eq!(pace(499, 50), Some(Pace::AtRisk));
        assert_eq!(pace(450, 50), Some(Pace::AtRisk));
        assert_eq!(pace(449, 50), Some(Pace::Behind));
        assert_eq!(pace(999, 200), Some(Pace::AtRisk), "after its end");
        assert_eq!(pace(0, 0), Some(Pace::NotStarted));
        assert_eq!(Outlook::default().pace(50, 100), None);
    }
}
