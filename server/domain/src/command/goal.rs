//! What a caller may ask for about goals.

use serde::{Deserialize, Serialize};

use crate::cycle::{CycleUnit, Window};
use crate::goal::{GoalSubject, Measure};
use crate::id::GoalId;
use crate::score::Metric;

/// Creates a goal that is part of no other one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateGoal {
    /// Whose.
    pub subject: GoalSubject,
    /// What is measured.
    pub metric: Metric,
    /// Count or amount.
    pub measure: Measure,
    /// The days it is for.
    pub window: Window,
    /// A count, or minor units.
    pub target: i64,
    /// Keeps its target when others are redistributed.
    pub locked: bool,
}

/// Changes a goal, and with its target those of its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateGoal {
    /// Which.
    pub id: GoalId,
    /// New target.
    pub target: Option<i64>,
    /// Whether it keeps its target when others are redistributed.
    pub locked: Option<bool>,
    /// Whether the other parts of its goal take up the difference; else it is refused.
    pub redistribute: bool,
}

/// Takes a goal and its parts out of force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveGoal {
    /// Which.
    pub id: GoalId,
}

/// Along which line a goal is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GoalSplit {
    /// The same subject, by cycles of a unit.
    Time(CycleUnit),
    /// The same cycle, by teams and members.
    Subjects,
}

/// One part of a goal to be divided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoalPart {
    /// Whose; for a division by subject.
    pub subject: Option<GoalSubject>,
    /// When; for a division in time.
    pub window: Option<Window>,
    /// Its share; none = 1.
    pub weight: Option<u64>,
    /// Its target by hand; then every part has one.
    pub target: Option<i64>,
    /// Whether it keeps its target from now on; none = as before.
    pub locked: Option<bool>,
}

/// Divides a goal, or divides it anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecomposeGoal {
    /// Which.
    pub id: GoalId,
    /// Along which line.
    pub split: GoalSplit,
    /// Its parts; empty = all there are, equally.
    pub parts: Vec<GoalPart>,
}

/// One row of a file of goals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedGoal {
    /// Whose.
    pub subject: GoalSubject,
    /// What is measured.
    pub metric: Metric,
    /// Count or amount.
    pub measure: Measure,
    /// The days it is for.
    pub window: Window,
    /// A count, or minor units.
    pub target: i64,
    /// Keeps its target when others are redistributed.
    pub locked: bool,
    /// Subject and days of the goal it is a part of, in the same metric and measure.
    pub parent: Option<(GoalSubject, Window)>,
}

/// Creates and changes goals from the rows of a file. Afterwards all parts must sum to their goals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportGoals {
    /// At most `MAX_IMPORT_ROWS`.
    pub rows: Vec<ImportedGoal>,
}
