//! Which goals are in force: by key, and by the goal they are part of; and that parts sum to the whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use super::State;
use crate::goal::{Axis, Goal, GoalKey, GoalSubject};
use crate::id::GoalId;
use crate::score::Metric;

/// Goals in force; archived ones are in none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct GoalIndex {
    pub(super) by_key: OrdMap<GoalKey, GoalId>,
    pub(super) parts: OrdSet<(GoalId, GoalId)>,
    /// Those whose days are no whole cycle of a unit.
    pub(super) odd: OrdSet<(Metric, GoalSubject, GoalId)>,
}

impl GoalIndex {
    /// Replaces what a goal's former value put in by what its new one puts in.
    pub(super) fn relink(&mut self, before: Option<&Goal>, after: &Goal) {
        if let Some(old) = before.filter(|old| !old.archived) {
            if after.archived || old.key() != after.key() {
                self.by_key.remove(&old.key());
                self.odd.remove(&(old.metric, old.subject, old.id));
            }
            if let Some(parent) = old.parent
                && (after.archived || after.parent != old.parent)
            {
                self.parts.remove(&(parent, old.id));
            }
        }
        if after.archived {
            return;
        }
        if before.is_none_or(|old| old.archived || old.key() != after.key()) {
            self.by_key.insert(after.key(), after.id);
            if after.window.unit().is_none() {
                self.odd.insert((after.metric, after.subject, after.id));
            }
        }
        if let Some(parent) = after.parent
            && before.is_none_or(|old| old.archived || old.parent != after.parent)
        {
            self.parts.insert((parent, after.id));
        }
    }

    pub(super) fn from_scratch<'a>(goals: impl Iterator<Item = &'a Arc<Goal>>) -> Self {
        let mut index = Self::default();
        for goal in goals {
            index.relink(None, goal);
        }
        index
    }
}

impl State {
    /// The goal in force with this key.
    pub fn goal_by_key(&self, key: GoalKey) -> Option<&Arc<Goal>> {
        self.goals.get(self.indexes.goals.by_key.get(&key)?)
    }

    /// The goals in force of a subject in a metric, by measure and days.
    pub fn goals_of(
        &self,
        metric: Metric,
        subject: GoalSubject,
    ) -> impl DoubleEndedIterator<Item = &Arc<Goal>> {
        let (first, last) = GoalKey::bounds(metric, subject);
        self.indexes
            .goals
            .by_key
            .range(first..=last)
            .filter_map(|(_, id)| self.goals.get(id))
    }

    /// The goals in force that are part of a goal, by id.
    pub fn goal_parts(&self, goal: GoalId) -> impl DoubleEndedIterator<Item = &Arc<Goal>> {
        self.indexes
            .goals
            .parts
            .range((goal, GoalId(0))..=(goal, GoalId(u64::MAX)))
            .filter_map(|(_, id)| self.goals.get(id))
    }

    /// Goals in force of a subject in a metric whose cycle has no unit.
    pub(crate) fn odd_goals_of(
        &self,
        metric: Metric,
        subject: GoalSubject,
    ) -> impl Iterator<Item = &Arc<Goal>> {
        self.indexes
            .goals
            .odd
            .range((metric, subject, GoalId(0))..=(metric, subject, GoalId(u64::MAX)))
            .filter_map(|(_, _, id)| self.goals.get(id))
    }

    /// What must hold of goals: each has one key, and the parts of each along one axis sum to it. Errors name the row.
    pub(super) fn check_goals(&self) -> Result<(), String> {
        let mut sums: BTreeMap<(GoalId, Axis), i128> = BTreeMap::new();
        let mut in_force = 0;
        for goal in self.goals() {
            let wrong = |what: &str| Err(format!("{}: {what}", goal.id.long()));
            if goal.target < 0 || goal.window.start >= goal.window.end {
                return wrong("its target or its days are not possible");
            }
            if self.entity(goal.subject.key()).is_none() {
                return wrong("its subject is missing");
            }
            let parent = goal.parent.map(|id| self.goal(id));
            if let Some(None) = parent {
                return wrong("the goal it is part of is missing");
            }
            if goal.archived {
                continue;
            }
            in_force += 1;
            let Some(Some(parent)) = parent else {
                continue;
            };
            if parent.archived || (parent.metric, parent.measure) != (goal.metric, goal.measure) {
                return wrong("it is part of a goal it cannot be part of");
            }
            let axis = goal.axis_under(parent);
            if (axis == Axis::Time) != (goal.subject == parent.subject) {
                return wrong("it differs from the goal it is part of in days and in subject");
            }
            *sums.entry((parent.id, axis)).or_default() += i128::from(goal.target);
        }
        if in_force != self.indexes.goals.by_key.len() {
            return Err("two goals in force have one key".to_owned());
        }
        for ((id, axis), sum) in sums {
            let target = self.goal(id).map_or(0, |goal| i128::from(goal.target));
            if sum != target {
                return Err(format!(
                    "{}: its parts by {axis:?} sum to {sum}, not to {target}",
                    id.long()
                ));
            }
        }
        Ok(())
    }
}
