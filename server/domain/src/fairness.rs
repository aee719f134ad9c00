//! Whether rewards are fair: who earned nothing, how unequal it is, how far everybody got on their own targets, and what
//! looks unusual, with its facts (DOMAIN.md §6). A pattern is never an accusation and changes nothing.

mod pattern;

use std::collections::BTreeMap;

pub use pattern::{
    AMOUNT_RAISED_BEFORE_MICROS, MAX_PATTERN_FACTS, MIN_BOUNCES, MIN_CLOSE_CHECK_INS,
    MIN_LAST_HOUR_MOVES, MIN_RAISED_AMOUNTS, MIN_SMALL_DEALS, Pattern, PatternKind,
    SMALL_DEAL_DIVISOR, USUAL_FACTOR,
};

use crate::cycle::Window;
use crate::goal::{GoalKey, GoalSubject, Measure, target_of};
use crate::goal_progress::{reached_bp, value_of};
use crate::id::{MemberId, TeamId};
use crate::member::{Member, Role};
use crate::order_statistic::median_of;
use crate::scheme::Unit;
use crate::score::Metric;
use crate::state::State;

/// The whole in basis points.
const WHOLE_BP: i128 = 10_000;

/// What to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FairnessQuery {
    /// In which days.
    pub window: Window,
    /// What was earned in this unit.
    pub unit: Unit,
    /// Only this team as it is today, with those below it.
    pub team: Option<TeamId>,
}

/// What a member earned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FairnessMember {
    /// Who.
    pub member: MemberId,
    /// What people call them.
    pub name: Box<str>,
    /// Granted and received, less shared and taken back, in points or minor units; below zero after a clawback.
    pub earned: i64,
    /// The best share of an own target of these days in basis points, cut; none without one.
    pub attainment_bp: Option<u32>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fairness {
    /// Everybody who could have earned, the most earned first, then by id: sales representatives and managers who are
    /// here, and whoever else scored or earned something in these days.
    pub members: Vec<FairnessMember>,
    /// How many earned nothing, or less.
    pub without_income: usize,
    /// The Gini coefficient of what was earned, in basis points: 0 = all the same, 10,000 = one has all.
    pub gini_bp: u16,
    /// The median of what was earned, of an even number the mean of the middle two, cut.
    pub median: i64,
    /// What looks unusual, by kind and member.
    pub patterns: Vec<Pattern>,
}

/// Looks at some days.
pub fn fairness(state: &State, query: &FairnessQuery) -> Fairness {
    let incomes = state.reward_incomes(query.unit, query.window);
    let mut earned: BTreeMap<MemberId, i128> = BTreeMap::new();
    for ((member, _), income) in incomes {
        *earned.entry(member).or_default() += income.amount;
    }
    let (from, to) = query.window.instants(&state.zone());
    let scores = state.score_entries_between(from, to);
    for member in scores
        .filter(|row| !row.imported)
        .filter_map(|row| row.member)
    {
        earned.entry(member).or_default();
    }
    let teams = query.team.map(|team| state.teams_within(team));
    let is_asked = |member: &Member| {
        let within = |team: TeamId| teams.as_ref().is_none_or(|teams| teams.contains(&team));
        member.team.map_or(teams.is_none(), within)
    };
    let sells = |member: &Member| {
        let role = matches!(member.role, Role::Rep | Role::Manager);
        member.active && role && member.created_at < to
    };
    let mut members: Vec<FairnessMember> = state
        .members()
        .filter(|member| is_asked(member) && (sells(member) || earned.contains_key(&member.id)))
        .map(|member| {
            let earned = earned.get(&member.id).copied().unwrap_or_default();
            FairnessMember {
                member: member.id,
                name: member.name.clone(),
                earned: clamped(earned),
                attainment_bp: attainment(state, member.id, query.window),
            }
        })
        .collect();
    members.sort_by_key(|row| (std::cmp::Reverse(row.earned), row.member));
    let mut values: Vec<i64> = members.iter().map(|row| row.earned).collect();
    let median = median_of(&mut values).unwrap_or_default();
    let looked_at: Vec<MemberId> = members.iter().map(|row| row.member).collect();
    Fairness {
        without_income: members.iter().filter(|row| row.earned <= 0).count(),
        gini_bp: gini_bp(&values),
        median,
        patterns: pattern::patterns(state, query.window, &looked_at),
        members,
    }
}

/// The Gini coefficient of some values in basis points, cut: (2·Σ i·xᵢ − (n+1)·Σ xᵢ) ÷ (n·Σ xᵢ) over the values in rising
/// order, i from 1. Values below zero count as zero; of nothing at all it is 0.
pub fn gini_bp(values: &[i64]) -> u16 {
    let mut values: Vec<i128> = values
        .iter()
        .map(|value| i128::from(*value).max(0))
        .collect();
    values.sort_unstable();
    let sum: i128 = values.iter().sum();
    // Bounded by the members of a workspace.
    let count = values.len() as i128;
    if sum == 0 {
        return 0;
    }
    let places = (1_i128..).zip(&values);
    let weighted: i128 = places.map(|(place, value)| place * value).sum();
    let gini = (2 * weighted - (count + 1) * sum) * WHOLE_BP / (count * sum);
    u16::try_from(gini).unwrap_or(u16::MAX)
}

/// The best share of an own target of exactly these days.
fn attainment(state: &State, member: MemberId, window: Window) -> Option<u32> {
    let subject = GoalSubject::Member(member);
    let keys = Metric::ALL.into_iter().flat_map(|metric| {
        [Measure::Count, Measure::Amount].map(|measure| GoalKey {
            metric,
            subject,
            measure,
            window,
        })
    });
    let reached =
        keys.filter_map(|key| Some(reached_bp(value_of(state, key), target_of(state, key)?)));
    let best = reached.max()?.max(0);
    Some(u32::try_from(best).unwrap_or(u32::MAX))
}

fn clamped(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}
