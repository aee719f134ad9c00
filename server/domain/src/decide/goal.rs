//! Judges commands about goals: what one change makes of the goal, its parts and the parts beside it (DOMAIN.md §5).

use std::collections::{BTreeMap, BTreeSet};

use super::judge::Judge;
use crate::command::{ArchiveGoal, CreateGoal, DecomposeGoal, GoalPart, GoalSplit, UpdateGoal};
use crate::cycle::{CycleUnit, Window};
use crate::event::Event;
use crate::goal::{Axis, Goal, GoalKey, GoalSubject, Measure, parts_of};
use crate::id::GoalId;
use crate::limits::{MAX_GOAL_PARTS, MAX_GOAL_TARGET, MAX_GOALS};
use crate::rejection::{Reason, Rejection};
use crate::score::Metric;
use crate::share::largest_remainder;

pub(super) fn create(mut judge: Judge, command: &CreateGoal) -> Result<Vec<Event>, Rejection> {
    let mut plan = Plan::new();
    let key = GoalKey {
        metric: command.metric,
        subject: command.subject,
        measure: command.measure,
        window: command.window,
    };
    check_key(&mut judge, "", key);
    check_target(&mut judge, "target", command.target);
    if let Some(known) = judge.state.goal_by_key(key) {
        taken(&mut judge, "subject_id", known);
    }
    let id = plan.create(&mut judge, key, command.target);
    plan.goals
        .entry(id)
        .and_modify(|goal| goal.locked = command.locked);
    plan.conclude(judge, Some(id))
}

pub(super) fn update(mut judge: Judge, command: &UpdateGoal) -> Result<Vec<Event>, Rejection> {
    let Some(current) = in_force(&mut judge, command.id) else {
        return judge.conclude(Vec::new());
    };
    let mut plan = Plan::new();
    if let Some(locked) = command.locked {
        plan.edit(&judge, current.id).locked = locked;
    }
    if let Some(target) = command.target.filter(|target| *target != current.target) {
        check_target(&mut judge, "target", target);
        plan.set_target(&mut judge, current.id, target);
        let parent = current.parent.and_then(|id| judge.state.goal(id));
        if let Some(parent) = parent {
            let axis = current.axis_under(parent);
            if command.redistribute {
                plan.distribute(&mut judge, parent, axis, Some(current.id));
            } else {
                let difference = i128::from(target) - i128::from(current.target);
                let sum = i128::from(parent.target) + difference;
                let text = format!(
                    "{}, or let the other parts be redistributed, or give all parts by hand",
                    mismatch(parent, sum, i128::from(parent.target))
                );
                judge.violations.add(Reason::GoalMismatch, "target", text);
            }
        }
    }
    plan.conclude(judge, Some(current.id))
}

pub(super) fn archive(mut judge: Judge, command: &ArchiveGoal) -> Result<Vec<Event>, Rejection> {
    let Some(current) = judge.goal("id", command.id) else {
        return judge.conclude(Vec::new());
    };
    if current.archived {
        return judge.conclude(Vec::new());
    }
    let mut plan = Plan::new();
    let mut open = vec![current.id];
    while let Some(id) = open.pop() {
        plan.edit(&judge, id).archived = true;
        open.extend(judge.state.goal_parts(id).map(|part| part.id));
    }
    if let Some(parent) = current.parent.and_then(|id| judge.state.goal(id)) {
        // The last part leaves the goal undivided.
        let axis = current.axis_under(parent);
        if !plan.group(&judge, parent, axis).is_empty() {
            plan.distribute(&mut judge, parent, axis, None);
        }
    }
    plan.conclude(judge, Some(current.id))
}

pub(super) fn decompose(
    mut judge: Judge,
    command: &DecomposeGoal,
) -> Result<Vec<Event>, Rejection> {
    let Some(parent) = in_force(&mut judge, command.id) else {
        return judge.conclude(Vec::new());
    };
    let Some(wanted) = wanted_parts(&mut judge, parent, command) else {
        return judge.conclude(Vec::new());
    };
    let axis = match command.split {
        GoalSplit::Time(_) => Axis::Time,
        GoalSplit::Subjects => Axis::Subject,
    };
    let by_hand = wanted.iter().any(|(_, part)| part.target.is_some());
    let mut plan = Plan::new();
    let mut named: BTreeSet<GoalId> = BTreeSet::new();
    for (index, (key, part)) in wanted.iter().enumerate() {
        let field = |name: &str| format!("parts[{index}].{name}");
        let id = match judge.state.goal_by_key(*key) {
            Some(known) if known.parent.is_none_or(|id| id == parent.id) => known.id,
            Some(known) => {
                taken(&mut judge, &field("subject_id"), known);
                continue;
            }
            None => {
                check_key(&mut judge, &field(""), *key);
                plan.create(&mut judge, *key, 0)
            }
        };
        if !named.insert(id) {
            let text = "is named twice";
            judge.violations.invalid(field("subject_id"), text);
        }
        let goal = plan.edit(&judge, id);
        goal.parent = Some(parent.id);
        goal.locked = part.locked.unwrap_or(goal.locked);
        goal.weight = part.weight.unwrap_or(1);
        if let Some(target) = part.target {
            goal.weight = u64::try_from(target).unwrap_or(0);
            check_target(&mut judge, &field("target"), target);
            plan.set_target(&mut judge, id, target);
        } else if by_hand {
            let text = "is missing: when one part is given by hand, all are";
            judge.violations.invalid(field("target"), text);
        }
    }
    if !judge.violations.is_empty() {
        return judge.conclude(Vec::new());
    }
    if by_hand {
        plan.check_sum(&mut judge, parent, axis, "parts");
    } else {
        plan.distribute(&mut judge, parent, axis, None);
    }
    plan.conclude(judge, None)
}

/// The keys of the parts a goal is to have, each with what was said of it; none = something is wrong, and said.
fn wanted_parts(
    judge: &mut Judge,
    parent: &Goal,
    command: &DecomposeGoal,
) -> Option<Vec<(GoalKey, GoalPart)>> {
    if command.parts.len() > MAX_GOAL_PARTS {
        let text = format!("at most {MAX_GOAL_PARTS} parts");
        judge.violations.invalid("parts", text);
        return None;
    }
    match command.split {
        GoalSplit::Time(unit) => parts_in_time(judge, parent, unit, &command.parts),
        GoalSplit::Subjects => parts_by_subject(judge, parent, &command.parts),
    }
}

fn parts_in_time(
    judge: &mut Judge,
    parent: &Goal,
    unit: CycleUnit,
    given: &[GoalPart],
) -> Option<Vec<(GoalKey, GoalPart)>> {
    let windows = parts_of(parent.window, unit).filter(|parts| parts.len() <= MAX_GOAL_PARTS);
    let Some(windows) = windows else {
        let text = format!(
            "{} is not filled exactly by at most {MAX_GOAL_PARTS} cycles of that length",
            parent.window.name()
        );
        judge
            .violations
            .add(Reason::GoalNotDivisible, "split", text);
        return None;
    };
    let other = Plan::new()
        .group(judge, parent, Axis::Time)
        .into_iter()
        .find(|part| !windows.contains(&part.window));
    if let Some(other) = other {
        let text = format!(
            "{} is divided in time already, into {} and others: archive those first",
            parent.id.long(),
            other.window.name()
        );
        judge
            .violations
            .add(Reason::GoalNotDivisible, "split", text);
        return None;
    }
    let mut unknown = given
        .iter()
        .enumerate()
        .filter(|(_, part)| part.window.is_none_or(|window| !windows.contains(&window)));
    if let Some((index, _)) = unknown.next() {
        let text = format!("must be one of the cycles of {}", parent.window.name());
        judge
            .violations
            .invalid(format!("parts[{index}].cycle"), text);
        return None;
    }
    let mut wanted: Vec<(GoalKey, GoalPart)> = Vec::new();
    for window in &windows {
        let key = GoalKey {
            window: *window,
            ..parent.key()
        };
        let said: Vec<&GoalPart> = given
            .iter()
            .filter(|part| part.window == Some(*window))
            .collect();
        match said.as_slice() {
            [] if given.is_empty() => wanted.push((key, GoalPart::default())),
            [] => wanted.push((key, unnamed(judge, key))),
            said => wanted.extend(said.iter().map(|part| (key, (*part).clone()))),
        }
    }
    Some(wanted)
}

/// A part that was not named: it keeps its weight; a new one gets nothing.
fn unnamed(judge: &Judge, key: GoalKey) -> GoalPart {
    let known = judge.state.goal_by_key(key);
    GoalPart {
        weight: Some(known.map_or(0, |goal| goal.weight)),
        ..GoalPart::default()
    }
}

fn parts_by_subject(
    judge: &mut Judge,
    parent: &Goal,
    given: &[GoalPart],
) -> Option<Vec<(GoalKey, GoalPart)>> {
    let of = |subject| GoalKey {
        subject,
        ..parent.key()
    };
    let mut wanted: Vec<(GoalKey, GoalPart)> = Vec::new();
    for (index, part) in given.iter().enumerate() {
        let Some(subject) = part.subject else {
            let text = "is missing: name a team or a member";
            judge
                .violations
                .invalid(format!("parts[{index}].subject_id"), text);
            continue;
        };
        wanted.push((of(subject), part.clone()));
    }
    let known: Vec<Goal> = Plan::new().group(judge, parent, Axis::Subject);
    if given.is_empty() {
        let below = subjects_below(judge, parent.subject);
        wanted.extend(
            below
                .into_iter()
                .map(|subject| (of(subject), GoalPart::default())),
        );
    }
    for part in &known {
        if !wanted.iter().any(|(key, _)| *key == part.key()) {
            let kept = if given.is_empty() {
                GoalPart::default()
            } else {
                unnamed(judge, part.key())
            };
            wanted.push((part.key(), kept));
        }
    }
    if wanted.is_empty() {
        let text = "there is no team and no active member below it";
        judge
            .violations
            .add(Reason::GoalNotDivisible, "split", text);
        return None;
    }
    check_disjoint(judge, parent.subject, &wanted, &known);
    Some(wanted)
}

/// The teams right below a subject, or where there are none its active members.
fn subjects_below(judge: &Judge, subject: GoalSubject) -> Vec<GoalSubject> {
    let above = match subject {
        GoalSubject::Workspace => None,
        GoalSubject::Team(id) => Some(id),
        GoalSubject::Member(_) => return Vec::new(),
    };
    let teams: Vec<GoalSubject> = judge
        .state
        .teams()
        .filter(|team| team.parent == above)
        .map(|team| GoalSubject::Team(team.id))
        .collect();
    if !teams.is_empty() {
        return teams;
    }
    judge
        .state
        .members()
        .filter(|member| member.active && (above.is_none() || member.team == above))
        .map(|member| GoalSubject::Member(member.id))
        .collect()
}

/// Parts lie below the goal's subject, and none within another one, so that nothing is counted twice. Parts that are there
/// already stay, wherever people have gone since.
fn check_disjoint(
    judge: &mut Judge,
    above: GoalSubject,
    wanted: &[(GoalKey, GoalPart)],
    known: &[Goal],
) {
    let fresh: Vec<(usize, GoalSubject)> = wanted
        .iter()
        .enumerate()
        .filter(|(_, (key, _))| !known.iter().any(|part| part.key() == *key))
        .map(|(index, (key, _))| (index, key.subject))
        .collect();
    for (index, subject) in fresh {
        let within = |upper: GoalSubject| lies_within(judge, subject, upper);
        let overlaps = wanted.iter().enumerate().any(|(other, (key, _))| {
            other != index && (within(key.subject) || lies_within(judge, key.subject, subject))
        });
        let problem = if subject == above || !within(above) {
            "is not below the goal's subject"
        } else if overlaps {
            "overlaps another part: nothing may be counted twice"
        } else {
            continue;
        };
        judge.violations.add(
            Reason::GoalNotDivisible,
            format!("parts[{index}].subject_id"),
            format!("{} {problem}", subject.key().long()),
        );
    }
}

pub(super) fn lies_within(judge: &Judge, subject: GoalSubject, upper: GoalSubject) -> bool {
    let team = match subject {
        GoalSubject::Workspace => None,
        GoalSubject::Team(id) => Some(id),
        GoalSubject::Member(id) => judge.state.member(id).and_then(|member| member.team),
    };
    match upper {
        _ if upper == subject => true,
        GoalSubject::Workspace => true,
        GoalSubject::Team(upper) => {
            team.is_some_and(|team| judge.state.team_is_within(team, upper))
        }
        GoalSubject::Member(_) => false,
    }
}

/// A goal in force; what is wrong is said.
fn in_force<'a>(judge: &mut Judge<'a>, id: GoalId) -> Option<&'a Goal> {
    let goal = judge.goal("id", id)?;
    if goal.archived {
        let text = format!("{} is out of force", id.long());
        judge.violations.add(Reason::GoalArchived, "id", text);
        return None;
    }
    Some(goal)
}

fn taken(judge: &mut Judge, field: &str, known: &Goal) {
    let text = format!(
        "there is such a goal for {} already: {}{}",
        known.window.name(),
        known.id.long(),
        known.parent.map_or(String::new(), |parent| format!(
            ", part of {}",
            parent.long()
        )),
    );
    judge.violations.add(Reason::AlreadyExists, field, text);
}

/// What a goal is for must exist; nothing new is asked of who has left.
pub(super) fn check_key(judge: &mut Judge, prefix: &str, key: GoalKey) {
    let field = format!("{prefix}subject_id");
    match key.subject {
        GoalSubject::Workspace => {}
        GoalSubject::Team(id) => drop(judge.team(&field, id)),
        GoalSubject::Member(id) => judge.active_member(&field, id),
    }
    if key.metric == Metric::CheckIn && key.measure == Measure::Amount {
        let text = "check-ins have no amount: count them";
        judge.violations.invalid(format!("{prefix}measure"), text);
    }
    if key.window.start >= key.window.end {
        let text = "must end after it starts";
        judge.violations.invalid(format!("{prefix}cycle"), text);
    }
}

pub(super) fn check_target(judge: &mut Judge, field: &str, target: i64) {
    if !(0..=MAX_GOAL_TARGET).contains(&target) {
        let text = format!("must be between 0 and {MAX_GOAL_TARGET}");
        judge.violations.invalid(field, text);
    }
}

/// What is wrong between the sum of parts and their goal.
pub(super) fn mismatch(parent: &Goal, sum: i128, target: i128) -> String {
    let difference = (target - sum).abs();
    let way = if sum < target {
        "are missing"
    } else {
        "are too many"
    };
    format!(
        "the parts of {} ({}) would sum to {sum}, it is {target}: {difference} {way}",
        parent.id.long(),
        parent.window.name()
    )
}

/// Goals as a command leaves them, before it is known whether it may.
pub(super) struct Plan {
    pub(super) goals: BTreeMap<GoalId, Goal>,
    created: BTreeSet<GoalId>,
}

impl Plan {
    pub(super) const fn new() -> Self {
        Self {
            goals: BTreeMap::new(),
            created: BTreeSet::new(),
        }
    }

    /// A new goal, part of none yet.
    pub(super) fn create(&mut self, judge: &mut Judge, key: GoalKey, target: i64) -> GoalId {
        let id = GoalId(judge.state.next_goal().0 + self.created.len() as u64);
        if judge.state.goal_count() + self.created.len() >= MAX_GOALS {
            let text = format!("a workspace has at most {MAX_GOALS} goals");
            judge.violations.add(Reason::LimitReached, "", text);
        }
        let goal = Goal {
            id,
            subject: key.subject,
            metric: key.metric,
            measure: key.measure,
            window: key.window,
            target,
            parent: None,
            weight: 0,
            locked: false,
            archived: false,
            told_percent: 0,
            created_at: judge.now(),
            revision: 0,
        };
        self.created.insert(id);
        self.goals.insert(id, goal);
        id
    }

    /// A goal to be changed: as the command has left it so far. It exists.
    pub(super) fn edit(&mut self, judge: &Judge, id: GoalId) -> &mut Goal {
        let current = judge.state.goal(id).map(|goal| Goal::clone(goal));
        self.goals
            .entry(id)
            .or_insert_with(|| current.unwrap_or_else(|| gone(id)))
    }

    /// The parts of a goal along an axis, as the command has left them so far, by day, then by id.
    pub(super) fn group(&self, judge: &Judge, parent: &Goal, axis: Axis) -> Vec<Goal> {
        let stored = judge.state.goal_parts(parent.id).map(|part| part.id);
        let fresh = self
            .goals
            .values()
            .filter(|part| part.parent == Some(parent.id))
            .map(|part| part.id);
        let ids: BTreeSet<GoalId> = stored.chain(fresh).collect();
        let mut group: Vec<Goal> = ids
            .into_iter()
            .filter_map(|id| {
                self.goals
                    .get(&id)
                    .or_else(|| judge.state.goal(id).map(|goal| &**goal))
            })
            .filter(|part| !part.archived && part.axis_under(parent) == axis)
            .cloned()
            .collect();
        group.sort_by_key(|part| (part.window, part.id));
        group
    }

    /// Gives a goal a target, and its parts theirs.
    pub(super) fn set_target(&mut self, judge: &mut Judge, id: GoalId, target: i64) {
        let goal = self.edit(judge, id);
        if goal.target == target {
            return;
        }
        goal.target = target;
        let goal = goal.clone();
        for axis in [Axis::Time, Axis::Subject] {
            if !self.group(judge, &goal, axis).is_empty() {
                self.distribute(judge, &goal, axis, None);
            }
        }
    }

    /// Divides a goal among its parts by their weights; locked ones and `kept` keep what they have.
    pub(super) fn distribute(
        &mut self,
        judge: &mut Judge,
        parent: &Goal,
        axis: Axis,
        kept: Option<GoalId>,
    ) {
        let target = self
            .goals
            .get(&parent.id)
            .map_or(parent.target, |goal| goal.target);
        let (fixed, free): (Vec<Goal>, Vec<Goal>) = self
            .group(judge, parent, axis)
            .into_iter()
            .partition(|part| part.locked || Some(part.id) == kept);
        let held: i128 = fixed.iter().map(|part| i128::from(part.target)).sum();
        let rest = i128::from(target) - held;
        if rest < 0 || (rest != 0 && free.is_empty()) {
            let text = format!(
                "{}: unlock a part, or change {}",
                mismatch(parent, held, i128::from(target)),
                parent.id.long()
            );
            judge.violations.add(Reason::GoalMismatch, "target", text);
            return;
        }
        let weights: Vec<u64> = free.iter().map(|part| part.weight).collect();
        let shares = largest_remainder(i64::try_from(rest).unwrap_or(i64::MAX), &weights);
        for (part, share) in free.iter().zip(shares) {
            self.set_target(judge, part.id, share);
        }
    }

    /// Says so when the parts of a goal do not sum to it.
    pub(super) fn check_sum(&self, judge: &mut Judge, parent: &Goal, axis: Axis, field: &str) {
        let group = self.group(judge, parent, axis);
        let sum: i128 = group.iter().map(|part| i128::from(part.target)).sum();
        if !group.is_empty() && sum != i128::from(parent.target) {
            let text = mismatch(parent, sum, i128::from(parent.target));
            judge.violations.add(Reason::GoalMismatch, field, text);
        }
    }

    /// The facts: the goal the command was about first.
    pub(super) fn conclude(
        mut self,
        judge: Judge,
        first: Option<GoalId>,
    ) -> Result<Vec<Event>, Rejection> {
        let lead = first.and_then(|id| self.goals.remove(&id));
        let events = lead
            .into_iter()
            .chain(self.goals.into_values())
            .filter_map(|goal| {
                if self.created.contains(&goal.id) {
                    return Some(Event::GoalCreated { goal });
                }
                let changed = judge
                    .state
                    .goal(goal.id)
                    .is_some_and(|known| **known != goal);
                changed.then_some(Event::GoalUpdated { goal })
            })
            .collect();
        judge.conclude(events)
    }
}

/// Stands in for a goal that is not there; never stored, as only goals that exist are edited.
const fn gone(id: GoalId) -> Goal {
    Goal {
        id,
        subject: GoalSubject::Workspace,
        metric: Metric::New,
        measure: Measure::Count,
        window: Window {
            start: crate::time::Date::EPOCH,
            end: crate::time::Date::EPOCH,
        },
        target: 0,
        parent: None,
        weight: 0,
        locked: false,
        archived: true,
        told_percent: 0,
        created_at: crate::time::Timestamp(0),
        revision: 0,
    }
}
