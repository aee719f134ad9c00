//! Judges the import of a file of goals: rows are told what is wrong with them by their place, and a repeat changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::goal::{Plan, check_key, check_target, lies_within};
use super::judge::Judge;
use crate::command::{ImportGoals, ImportedGoal};
use crate::event::Event;
use crate::goal::{Axis, Goal, GoalKey};
use crate::id::GoalId;
use crate::limits::MAX_IMPORT_ROWS;
use crate::rejection::{Reason, Rejection};

pub(super) fn import(mut judge: Judge, command: &ImportGoals) -> Result<Vec<Event>, Rejection> {
    if command.rows.len() > MAX_IMPORT_ROWS {
        let text = format!("at most {MAX_IMPORT_ROWS} rows a call");
        judge.violations.invalid("rows", text);
        return judge.conclude(Vec::new());
    }
    let mut plan = Plan::new();
    let mut rows: BTreeMap<GoalKey, (usize, GoalId)> = BTreeMap::new();
    for (row, given) in command.rows.iter().enumerate() {
        judge.violations.set_prefix(format!("rows[{row}]."));
        add_row(&mut judge, &mut plan, &mut rows, row, given);
    }
    for (row, given) in command.rows.iter().enumerate() {
        judge.violations.set_prefix(format!("rows[{row}]."));
        link_row(&mut judge, &mut plan, &rows, row, given);
    }
    weigh_rows(&judge, &mut plan, &rows);
    check_sums(&mut judge, &plan, &rows);
    judge.violations.set_prefix(String::new());
    plan.conclude(judge, None)
}

fn key_of(given: &ImportedGoal) -> GoalKey {
    GoalKey {
        metric: given.metric,
        subject: given.subject,
        measure: given.measure,
        window: given.window,
    }
}

fn add_row(
    judge: &mut Judge,
    plan: &mut Plan,
    rows: &mut BTreeMap<GoalKey, (usize, GoalId)>,
    row: usize,
    given: &ImportedGoal,
) {
    let key = key_of(given);
    check_target(judge, "target", given.target);
    if let Some((other, _)) = rows.get(&key) {
        let text = format!("rows[{other}] is about the same goal: keep one of the two");
        judge.violations.add(Reason::AlreadyExists, "cycle", text);
        return;
    }
    let id = match judge.state.goal_by_key(key) {
        Some(known) => known.id,
        None => {
            check_key(judge, "", key);
            plan.create(judge, key, given.target)
        }
    };
    let goal = plan.edit(judge, id);
    goal.target = given.target;
    goal.locked = given.locked;
    rows.insert(key, (row, id));
}

/// A part names the goal it is part of by that one's subject and cycle, in the file or in force.
fn link_row(
    judge: &mut Judge,
    plan: &mut Plan,
    rows: &BTreeMap<GoalKey, (usize, GoalId)>,
    row: usize,
    given: &ImportedGoal,
) {
    let own = rows.get(&key_of(given)).filter(|(first, _)| *first == row);
    let Some((_, id)) = own.copied() else {
        return;
    };
    let current = judge.state.goal(id).and_then(|goal| goal.parent);
    let Some((subject, window)) = given.parent else {
        if let Some(parent) = current {
            let text = format!(
                "{} is part of {}: name it, or archive the goal first",
                id.long(),
                parent.long()
            );
            judge
                .violations
                .add(Reason::GoalNotDivisible, "parent_cycle", text);
        }
        return;
    };
    let key = GoalKey {
        subject,
        window,
        ..key_of(given)
    };
    let known = judge.state.goal_by_key(key).map(|goal| goal.id);
    let parent = rows.get(&key).map(|(_, id)| *id).or(known);
    let in_time = given.window.start >= window.start.plus_days(-6)
        && given.window.end <= window.end.plus_days(6)
        && given.window.days() < window.days();
    let one_axis = (given.subject == subject && in_time)
        || (given.subject != subject && given.window == window);
    let problem = match parent {
        None => Some("there is no such goal, in the file or in force"),
        Some(_) if !one_axis => {
            Some("must have the same subject and longer days, or the same days and another subject")
        }
        Some(_) if current.is_none() && !lies_within(judge, given.subject, subject) => {
            Some("is not above the subject of this goal")
        }
        Some(parent) if current.is_some_and(|current| current != parent) => {
            Some("is not the goal it is part of now: archive it first")
        }
        Some(_) => None,
    };
    if let Some(problem) = problem {
        judge
            .violations
            .add(Reason::GoalNotDivisible, "parent_cycle", problem);
        return;
    }
    plan.edit(judge, id).parent = parent;
}

/// What a file divides anew is weighted by its targets: all its parts, those that the file leaves out too, for weights
/// mean nothing but beside each other. Parts that all stay as they were keep their weights, so that reading in what was
/// written out changes nothing.
fn weigh_rows(judge: &Judge, plan: &mut Plan, rows: &BTreeMap<GoalKey, (usize, GoalId)>) {
    let mut divided: BTreeSet<(GoalId, Axis)> = BTreeSet::new();
    for (_, id) in rows.values() {
        let goal = plan.goals.get(id);
        let Some((goal, parent)) = goal.and_then(|goal| Some((goal, goal.parent?))) else {
            continue;
        };
        let stored = judge.state.goal(parent).map(|above| &**above);
        let Some(above) = plan.goals.get(&parent).or(stored) else {
            continue;
        };
        let stays = judge
            .state
            .goal(*id)
            .is_some_and(|known| (known.parent, known.target) == (goal.parent, goal.target));
        if !stays {
            divided.insert((parent, goal.axis_under(above)));
        }
    }
    for (parent, axis) in divided {
        let stored = judge.state.goal(parent).map(|goal| Goal::clone(goal));
        let Some(above) = plan.goals.get(&parent).cloned().or(stored) else {
            continue;
        };
        for part in plan.group(judge, &above, axis) {
            let goal = plan.edit(judge, part.id);
            goal.weight = u64::try_from(goal.target).unwrap_or(0);
        }
    }
}

/// Parts of every goal the file touches sum to it; what does not is told at the first row it concerns.
fn check_sums(judge: &mut Judge, plan: &Plan, rows: &BTreeMap<GoalKey, (usize, GoalId)>) {
    let mut concerned: BTreeMap<GoalId, usize> = BTreeMap::new();
    for (row, id) in rows.values() {
        let goal = plan.goals.get(id);
        let parent = goal.and_then(|goal| goal.parent);
        for touched in std::iter::once(*id).chain(parent) {
            let first = concerned.entry(touched).or_insert(*row);
            *first = (*first).min(*row);
        }
    }
    for (id, row) in concerned {
        let stored = judge.state.goal(id).map(|goal| Goal::clone(goal));
        let Some(parent) = plan.goals.get(&id).cloned().or(stored) else {
            continue;
        };
        judge.violations.set_prefix(format!("rows[{row}]."));
        for axis in [Axis::Time, Axis::Subject] {
            plan.check_sum(judge, &parent, axis, "target");
        }
    }
}
