//! The goal (目标): a target of one metric for a subject in a cycle, and the tree in which parts always sum to the whole
//! (DOMAIN.md §5).

use serde::{Deserialize, Serialize};

use crate::cycle::{CycleUnit, Window, window_of};
use crate::entity::EntityKey;
use crate::id::{GoalId, MemberId, TeamId};
use crate::score::Metric;
use crate::state::State;
use crate::time::{Date, Timestamp};

/// Whose goal it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum GoalSubject {
    /// All together.
    Workspace,
    /// A team with those below it.
    Team(TeamId),
    /// A member.
    Member(MemberId),
}

impl GoalSubject {
    /// The thing itself.
    pub fn key(self) -> EntityKey {
        match self {
            Self::Workspace => EntityKey::WORKSPACE,
            Self::Team(id) => id.into(),
            Self::Member(id) => id.into(),
        }
    }
}

/// What of a metric is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Measure {
    /// How many score entries.
    Count,
    /// Their amounts, in minor units of the workspace's currency.
    Amount,
}

/// What no two goals in force share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GoalKey {
    /// What is measured.
    pub metric: Metric,
    /// Whose.
    pub subject: GoalSubject,
    /// Count or amount.
    pub measure: Measure,
    /// When.
    pub window: Window,
}

impl GoalKey {
    /// The least and the greatest key of a subject in a metric.
    pub(crate) fn bounds(metric: Metric, subject: GoalSubject) -> (Self, Self) {
        let key = |measure, day: Date| Self {
            metric,
            subject,
            measure,
            window: Window {
                start: day,
                end: day,
            },
        };
        // No window starts on the last day and ends there.
        (
            key(Measure::Count, Date::first()),
            key(Measure::Amount, Date::last()),
        )
    }
}

/// Along which line a goal was divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Axis {
    /// The same subject in shorter cycles.
    Time,
    /// The same cycle for smaller subjects.
    Subject,
}

/// A target. Parts of a goal (those that name it as their parent) of one axis always sum to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    /// Its id.
    pub id: GoalId,
    /// Whose.
    pub subject: GoalSubject,
    /// What is measured.
    pub metric: Metric,
    /// Count or amount.
    pub measure: Measure,
    /// The days it is for. Its cycle is a year, a quarter, a month, an ISO week, a day or any other range.
    pub window: Window,
    /// What is to be reached: a count, or minor units. Not negative.
    pub target: i64,
    /// The goal it is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<GoalId>,
    /// Its share among the parts of its parent.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub weight: u64,
    /// Keeps its target when the other parts are redistributed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub locked: bool,
    /// Out of force: no longer counted, told of or listed among parts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
    /// The highest share of the target, in percent, that has been told of: 0, 50, 90 or 100.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub told_percent: u8,
    /// When it was created.
    pub created_at: Timestamp,
    /// Revision of the last commit that changed it.
    pub revision: u64,
}

fn is_zero(value: &u64) -> bool {
    *value == 0
}

fn is_nothing(value: &u8) -> bool {
    *value == 0
}

impl Goal {
    /// What no other goal in force has.
    pub const fn key(&self) -> GoalKey {
        GoalKey {
            metric: self.metric,
            subject: self.subject,
            measure: self.measure,
            window: self.window,
        }
    }

    /// Along which line it is a part of another goal.
    pub fn axis_under(&self, parent: &Self) -> Axis {
        if self.window == parent.window {
            Axis::Subject
        } else {
            Axis::Time
        }
    }
}

/// The target in force of a subject's amount in a metric for exactly these days, in minor units; none = no such goal.
pub fn target(state: &State, subject: GoalSubject, metric: Metric, window: Window) -> Option<i128> {
    target_of(
        state,
        GoalKey {
            metric,
            subject,
            measure: Measure::Amount,
            window,
        },
    )
}

/// The target in force of a key; none = no such goal.
pub fn target_of(state: &State, key: GoalKey) -> Option<i128> {
    state.goal_by_key(key).map(|goal| i128::from(goal.target))
}

/// The cycles of a unit that make up some days; none where they do not fill them exactly. A week belongs to the days its
/// Thursday lies in, so that each week is part of one month, one quarter and one year, those of its ISO week year.
pub fn parts_of(window: Window, unit: CycleUnit) -> Option<Vec<Window>> {
    let mut parts = Vec::new();
    if unit == CycleUnit::Week {
        // Days that hold no Thursday have no week.
        let mut part = window_of(unit, window.start);
        while part.start < window.end {
            if window.contains(part.start.plus_days(3)) {
                parts.push(part);
            }
            if part.end <= part.start {
                break;
            }
            part = window_of(unit, part.end);
        }
        // Days shorter than a week would be divided into something longer.
        let shorter = window.days() > 7;
        return (shorter && !parts.is_empty()).then_some(parts);
    }
    let mut start = window.start;
    while start < window.end {
        let part = window_of(unit, start);
        if part.start != start || part.end > window.end || part.end <= start {
            return None;
        }
        start = part.end;
        parts.push(part);
    }
    (!parts.is_empty() && parts != [window]).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cycle::Cycle;

    fn parts(cycle: &str, unit: CycleUnit) -> Option<Vec<String>> {
        let today = Date::parse("2026-03-15")?;
        let window = Cycle::parse(cycle).ok()?.window(today);
        let parts = parts_of(window, unit)?;
        Some(parts.iter().map(|part| part.start.to_string()).collect())
    }

    #[test]
    fn a_cycle_is_filled_by_shorter_ones_exactly_or_not_at_all() {
        let quarters = parts("2026", CycleUnit::Quarter).unwrap_or_default();
        assert_eq!(
            quarters,
            ["2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01"]
        );
        assert_eq!(
            parts("2026-Q1", CycleUnit::Month).map(|parts| parts.len()),
            Some(3)
        );
        assert_eq!(
            parts("2026-W10", CycleUnit::Day).map(|parts| parts.len()),
            Some(7)
        );
        for (cycle, unit) in [
            ("2026-03", CycleUnit::Quarter),
            ("2026", CycleUnit::Year),
            ("2026-W10", CycleUnit::Week),
            ("2026-01-15..2026-03-01", CycleUnit::Month),
            ("2026-03-06", CycleUnit::Week),
            ("2026-03-05", CycleUnit::Week),
        ] {
            assert_eq!(parts(cycle, unit), None, "{cycle}");
        }
    }

    #[test]
    fn a_week_belongs_to_the_month_of_its_thursday() {
        let starts = |month: &str| parts(month, CycleUnit::Week).unwrap_or_default();
        // 1 January 2026 is a Thursday.
        assert_eq!(
            starts("2026-01"),
            [
                "2025-12-29",
                "2026-01-05",
                "2026-01-12",
                "2026-01-19",
                "2026-01-26"
            ]
        );
        assert_eq!(starts("2026-02").len(), 4);
        let by_month: usize = (1..=12)
            .map(|month| starts(&format!("2026-{month:02}")).len())
            .sum();
        let by_quarter: usize = (1..=4)
            .map(|quarter| starts(&format!("2026-Q{quarter}")).len())
            .sum();
        assert_eq!((by_month, by_quarter, starts("2026").len()), (53, 53, 53));
    }
}
