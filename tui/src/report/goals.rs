//! Goals and how far they are reached, as a grid of subjects and cycles (DOMAIN.md §5). Targets are minor units or counts.

use std::collections::BTreeMap;

use super::Who;
use super::funnel::Metric;
use super::lens::{Cycle, CycleKind, Lens};
use super::outlook::Pace;
use crate::input::Input;
use jiff::civil::Date;

/// A goal and how far it is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// `goals/ID`.
    pub id: u64,
    /// Whose.
    pub who: Who,
    /// Its cycle, as the server writes it.
    pub cycle: String,
    /// What is to be reached.
    pub target: i128,
    /// The goal it is a part of.
    pub parent_id: Option<u64>,
    /// Its share among the parts of its parent.
    pub weight: i64,
    /// It keeps its target when the others are redistributed.
    pub locked: bool,
    /// What is reached.
    pub done: i128,
    /// What the straight line asks for by now.
    pub expected: i128,
    /// Against the straight line.
    pub pace: Pace,
    /// What was reached in the cycle before; none when nothing is known of it.
    pub previous: Option<i128>,
    /// What was reached in the same cycle of last year; none when nothing is known of it.
    pub last_year: Option<i128>,
    /// It is divided into parts of its time.
    pub in_time: bool,
    /// It is divided among teams or members.
    pub by_subject: bool,
    /// Revision of its last change; the etag is `r<revision>`.
    pub revision: u64,
}

/// All goals of a metric within a cycle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Goals {
    /// By id.
    pub rows: Vec<Goal>,
}

impl Goals {
    /// The goal of a cell.
    pub fn cell(&self, who: Who, cycle: &str) -> Option<&Goal> {
        self.rows
            .iter()
            .find(|goal| goal.who == who && goal.cycle == cycle)
    }

    /// A goal.
    pub fn goal(&self, id: u64) -> Option<&Goal> {
        self.rows.iter().find(|goal| goal.id == id)
    }

    /// By how much the parts of a goal miss it: parts minus whole, for each line of division that there is.
    pub fn mismatch(&self, goal: &Goal) -> Option<i128> {
        let parts = self
            .rows
            .iter()
            .filter(|part| part.parent_id == Some(goal.id));
        let mut sums: BTreeMap<bool, i128> = BTreeMap::new();
        for part in parts {
            *sums.entry(part.who == goal.who).or_default() += part.target;
        }
        sums.values()
            .map(|sum| sum - goal.target)
            .find(|difference| *difference != 0)
    }
}

/// What the goals screen shows, and the cell under the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoalGrid {
    /// What its goals are about.
    pub of: GoalMetric,
    /// Place of the subject.
    pub row: usize,
    /// Place of the cycle: 0 is the whole, the others its parts.
    pub column: usize,
    /// First subject shown.
    pub top: usize,
    /// What is being typed into the cell.
    pub typing: Option<Input>,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// A change of a part is refused rather than taken from the other parts.
    pub strict: bool,
}

/// What goals are about: a metric, and whether its entries are counted or their amounts summed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GoalMetric {
    /// Which metric.
    pub metric: Metric,
    /// Entries are counted; asked of check-ins it says nothing, as they have no amount.
    pub by_count: bool,
}

impl Default for GoalMetric {
    /// Most goals are about the amount won.
    fn default() -> Self {
        Self {
            metric: Metric::Won,
            by_count: false,
        }
    }
}

impl GoalMetric {
    /// The next metric, round and round, counted as this one is.
    pub fn next(self) -> Self {
        let here = Metric::ALL
            .iter()
            .position(|metric| *metric == self.metric)
            .unwrap_or(0);
        Self {
            metric: Metric::ALL[(here + 1) % Metric::ALL.len()],
            ..self
        }
    }

    /// Its figures are counts, not amounts.
    pub fn is_count(self) -> bool {
        self.by_count || self.metric == Metric::CheckIn
    }
}

/// Where a goal stands in the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GoalPlace {
    /// What it is about.
    pub of: GoalMetric,
    /// Whose it is.
    pub who: Who,
    /// Its cycle.
    pub cycle: Cycle,
}

/// The cycles of the grid: the whole, then its parts.
pub fn cycles(lens: &Lens, today: Date) -> Vec<Cycle> {
    let cycle = lens.cycle(today);
    let start = cycle.window.start;
    let (whole, part) = match cycle.kind {
        CycleKind::Year => (CycleKind::Year, CycleKind::Quarter),
        CycleKind::Quarter => (CycleKind::Quarter, CycleKind::Month),
        // A week belongs to the month of its Thursday.
        CycleKind::Week => {
            let thursday = start.saturating_add(jiff::ToSpan::days(3));
            let month = Cycle::of(CycleKind::Month, thursday);
            return with_weeks(month);
        }
        CycleKind::Month => return with_weeks(cycle),
        CycleKind::Day => (CycleKind::Week, CycleKind::Day),
        CycleKind::Custom => return vec![cycle],
    };
    let whole = Cycle::of(whole, start);
    let mut cycles = vec![whole];
    let mut next = Cycle::of(part, whole.window.start);
    while next.window.start < whole.window.end && cycles.len() < MAX_CYCLES {
        cycles.push(next);
        let after = next.stepped(1);
        if after == next {
            break;
        }
        next = after;
    }
    cycles
}

/// A year has four quarters, a month six weeks at most, a week seven days.
const MAX_CYCLES: usize = 8;

fn with_weeks(month: Cycle) -> Vec<Cycle> {
    let mut cycles = vec![month];
    let mut week = Cycle::of(CycleKind::Week, month.window.start);
    while week.window.start < month.window.end && cycles.len() < MAX_CYCLES {
        let thursday = week.window.start.saturating_add(jiff::ToSpan::days(3));
        if (month.window.start..month.window.end).contains(&thursday) {
            cycles.push(week);
        }
        let after = week.stepped(1);
        if after == week {
            break;
        }
        week = after;
    }
    cycles
}

/// A change to the goals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoalChange {
    /// A goal that is part of no other.
    Create {
        /// Whose.
        who: Who,
        /// What it is about.
        of: GoalMetric,
        /// The cycle, as the server reads it.
        cycle: String,
        /// What is to be reached.
        target: i128,
    },
    /// Another target.
    Target {
        /// The goal.
        id: u64,
        /// Revision the change was based on.
        revision: u64,
        /// What is to be reached.
        target: i128,
        /// The difference is taken from the other parts.
        redistribute: bool,
    },
    /// Keeps its target, or lets it go.
    Lock {
        /// The goal.
        id: u64,
        /// Revision the change was based on.
        revision: u64,
        /// Keep it.
        locked: bool,
    },
    /// Divides a goal into equal parts.
    Divide {
        /// The goal.
        id: u64,
        /// The parts' cycles; none = among teams or members.
        time: Option<CycleKind>,
    },
    /// Gives a part another weight among the parts of its parent.
    Weigh {
        /// The parent.
        parent_id: u64,
        /// The part's cycle and the parts' kind, when divided in time.
        time: Option<(CycleKind, String)>,
        /// The part's subject, when divided among subjects.
        who: Who,
        /// Its weight.
        weight: i64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn texts(kind: CycleKind) -> Vec<String> {
        let mut lens = Lens::default();
        lens.choose(kind);
        cycles(&lens, date(2026, 3, 4))
            .into_iter()
            .map(Cycle::text)
            .collect()
    }

    #[test]
    fn the_grid_shows_a_cycle_and_its_parts() {
        assert_eq!(
            texts(CycleKind::Year),
            ["2026", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
        );
        assert_eq!(
            texts(CycleKind::Quarter),
            ["2026-Q1", "2026-01", "2026-02", "2026-03"]
        );
        assert_eq!(
            texts(CycleKind::Week),
            ["2026-03", "2026-W10", "2026-W11", "2026-W12", "2026-W13"]
        );
        assert_eq!(texts(CycleKind::Day).len(), 8);
    }
}
