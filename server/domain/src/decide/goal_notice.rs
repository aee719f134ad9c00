//! Tells that a goal has reached 50, 90 or 100 % of its target, once each, when a credited entry finds it so (DOMAIN.md §5).

use std::collections::{BTreeMap, BTreeSet};

use crate::cycle::{CycleUnit, Window, window_of};
use crate::event::Event;
use crate::goal::{Goal, GoalKey, GoalSubject, Measure};
use crate::goal_progress::reached_bp;
use crate::id::{GoalId, MemberId, TeamId};
use crate::limits::MAX_GOAL_RECIPIENTS;
use crate::member::Role;
use crate::metric::{line_of, sum_of};
use crate::notice::{Draft, NoticeFigures, NoticeKind, post};
use crate::score::{Metric, ScoreEntry};
use crate::state::State;
use crate::time::{Date, Timestamp};

/// The shares that are told of, in percent.
const THRESHOLDS: [(u8, NoticeKind); 3] = [
    (50, NoticeKind::GoalReached50),
    (90, NoticeKind::GoalReached90),
    (100, NoticeKind::GoalReached100),
];
/// Basis points of a percent.
const BP_PER_PERCENT: i128 = 100;
const UNITS: [CycleUnit; 5] = [
    CycleUnit::Year,
    CycleUnit::Quarter,
    CycleUnit::Month,
    CycleUnit::Week,
    CycleUnit::Day,
];

/// Adds what is to be told of the goals that the entries of a commit count for. Imported history tells of nothing.
pub(super) fn tell(state: &State, now: Timestamp, events: &mut Vec<Event>) {
    if state.goal_count() == 0 {
        return;
    }
    let zone = state.zone();
    let entries: Vec<(ScoreEntry, Date)> = events
        .iter()
        .filter_map(|event| match event {
            Event::ScoreRecorded { entry } if entry.credited() => {
                Some((entry.clone(), zone.date_of(entry.at)))
            }
            _ => None,
        })
        .collect();
    let mut goals: BTreeSet<GoalId> = BTreeSet::new();
    for (entry, day) in entries.iter().filter(|(entry, _)| !entry.imported) {
        let windows = UNITS.map(|unit| window_of(unit, *day));
        for subject in subjects_of(state, entry) {
            add_goals(state, entry, *day, &windows, subject, &mut goals);
        }
    }
    let mut gained: BTreeMap<GoalId, i128> = BTreeMap::new();
    for (entry, day) in &entries {
        let subjects = subjects_of(state, entry);
        for id in &goals {
            let Some(goal) = state.goal(*id) else {
                continue;
            };
            if goal.metric == entry.metric
                && goal.window.contains(*day)
                && subjects.contains(&goal.subject)
            {
                *gained.entry(*id).or_default() += match goal.measure {
                    Measure::Count => i128::from(entry.count),
                    Measure::Amount => i128::from(entry.amount_minor),
                };
            }
        }
    }
    // Goals of one subject and cycle by count and by amount are read from the same sum.
    let mut sums: BTreeMap<(Metric, GoalSubject, Window), (i64, i128)> = BTreeMap::new();
    for (id, gain) in gained {
        if let Some(goal) = state.goal(id) {
            let sum = *sums
                .entry((goal.metric, goal.subject, goal.window))
                .or_insert_with(|| sum_of(state, goal.subject, goal.metric, goal.window));
            let value = match goal.measure {
                Measure::Count => i128::from(sum.0),
                Measure::Amount => sum.1,
            };
            tell_of(state, goal, value + gain, now, events);
        }
    }
}

fn tell_of(state: &State, goal: &Goal, value: i128, now: Timestamp, events: &mut Vec<Event>) {
    let reached = reached_bp(value, i128::from(goal.target));
    for (percent, kind) in THRESHOLDS {
        if percent <= goal.told_percent || reached < i128::from(percent) * BP_PER_PERCENT {
            continue;
        }
        events.push(Event::GoalReached {
            goal: goal.id,
            percent,
            value,
            at: now,
        });
        for recipient in recipients(state, goal.subject) {
            let draft = Draft {
                recipient,
                kind,
                subject: Some(goal.id.into()),
                // Whoever made the move is told of their goal too.
                actor: None,
                figures: NoticeFigures {
                    value: i64::try_from(value).ok(),
                    compared_with: Some(goal.target),
                    window: Some(goal.window),
                    ..NoticeFigures::default()
                },
                at: now,
            };
            post(state, events, draft);
        }
    }
}

/// Everyone an entry counts for.
fn subjects_of(state: &State, entry: &ScoreEntry) -> Vec<GoalSubject> {
    let teams = entry.team.into_iter().flat_map(|team| line_of(state, team));
    std::iter::once(GoalSubject::Workspace)
        .chain(entry.member.map(GoalSubject::Member))
        .chain(teams.map(GoalSubject::Team))
        .collect()
}

/// Goals of a subject an entry counts for, that are not told of to the end yet.
fn add_goals(
    state: &State,
    entry: &ScoreEntry,
    day: Date,
    windows: &[Window],
    subject: GoalSubject,
    goals: &mut BTreeSet<GoalId>,
) {
    if state.goals_of(entry.metric, subject).next().is_none() {
        return;
    }
    let open = |goal: &&std::sync::Arc<Goal>| goal.told_percent < 100;
    for measure in [Measure::Count, Measure::Amount] {
        for window in windows {
            let key = GoalKey {
                metric: entry.metric,
                subject,
                measure,
                window: *window,
            };
            goals.extend(state.goal_by_key(key).filter(open).map(|goal| goal.id));
        }
    }
    let odd = state.odd_goals_of(entry.metric, subject);
    let odd = odd.filter(|goal| goal.window.contains(day)).filter(open);
    goals.extend(odd.map(|goal| goal.id));
}

/// A member and their manager; a team's manager and theirs; for the workspace those who lead it.
fn recipients(state: &State, subject: GoalSubject) -> Vec<MemberId> {
    match subject {
        GoalSubject::Member(member) => {
            let team = state.member(member).and_then(|member| member.team);
            std::iter::once(member)
                .chain(superior(state, team, Some(member)))
                .collect()
        }
        GoalSubject::Team(team) => {
            let manager = superior(state, Some(team), None);
            let above = manager.and_then(|manager| superior(state, Some(team), Some(manager)));
            manager.into_iter().chain(above).collect()
        }
        GoalSubject::Workspace => state
            .members()
            .filter(|member| member.active && matches!(member.role, Role::Admin | Role::Executive))
            .map(|member| member.id)
            .take(MAX_GOAL_RECIPIENTS)
            .collect(),
    }
}

/// The manager of a team, or of the nearest team above whose manager is somebody else and has not left.
fn superior(state: &State, team: Option<TeamId>, not: Option<MemberId>) -> Option<MemberId> {
    line_of(state, team?).find_map(|id| {
        state
            .team(id)?
            .manager
            .filter(|manager| Some(*manager) != not)
            .filter(|manager| state.member(*manager).is_some_and(|found| found.active))
    })
}
