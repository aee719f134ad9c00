//! How far a goal is reached, and whether that is fast enough (DOMAIN.md §5). Whole numbers only: shares in basis points, cut.

use std::sync::Arc;

use crate::cycle::Window;
use crate::goal::{Goal, GoalKey, GoalSubject, Measure, target_of};
use crate::metric::{is_known, sum_of};
use crate::state::State;
use crate::time::Timestamp;

/// The whole in basis points.
const WHOLE_BP: i128 = 10_000;
/// From this share of what the straight line asks for, a goal is only at risk.
const AT_RISK_BP: i128 = 9_000;

/// How a goal stands against the straight line from the start of its cycle to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pace {
    /// Its cycle has not begun.
    NotStarted,
    /// At least 100 % of what the elapsed part of the cycle asks for.
    OnTrack,
    /// At least 90 % of it.
    AtRisk,
    /// Below 90 % of it.
    Behind,
}

/// A cycle beside that of a goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BesideCycle {
    /// Its days.
    pub window: Window,
    /// What was reached in it; none = nothing is known of it.
    pub value: Option<i128>,
    /// The goal there was for it.
    pub target: Option<i128>,
}

/// How far a goal is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The goal.
    pub goal: Arc<Goal>,
    /// What is reached: a count, or minor units.
    pub value: i128,
    /// value / target in basis points; the whole for a target of zero.
    pub reached_bp: i128,
    /// Against the straight line.
    pub pace: Pace,
    /// value / expected in basis points; none while nothing is expected.
    pub pace_bp: Option<i128>,
    /// What the straight line asks for by now.
    pub expected: i128,
    /// Elapsed part of the cycle in basis points.
    pub elapsed_bp: i128,
    /// The cycle before.
    pub previous: BesideCycle,
    /// The same cycle a year before; none where that year had none.
    pub last_year: Option<BesideCycle>,
}

/// What a subject reached in some days, by the goal's measure.
pub fn value_of(state: &State, key: GoalKey) -> i128 {
    let (count, amount_minor) = sum_of(state, key.subject, key.metric, key.window);
    match key.measure {
        Measure::Count => i128::from(count),
        Measure::Amount => amount_minor,
    }
}

/// How far a goal is reached at an instant.
pub fn progress(state: &State, goal: &Arc<Goal>, now: Timestamp) -> Progress {
    let value = value_of(state, goal.key());
    let target = i128::from(goal.target);
    let (from, to) = goal.window.instants(&state.zone());
    let whole = i128::from(to.micros_since(from).max(1));
    let elapsed = i128::from(now.micros_since(from)).clamp(0, whole);
    // The straight line asks for target × elapsed ÷ whole; the comparison multiplies instead, so that nothing is lost.
    let asked = target * elapsed;
    let enough = |share_bp: i128| value * whole * WHOLE_BP >= asked * share_bp;
    let pace = if now < from {
        Pace::NotStarted
    } else if enough(WHOLE_BP) {
        Pace::OnTrack
    } else if enough(AT_RISK_BP) {
        Pace::AtRisk
    } else {
        Pace::Behind
    };
    let beside = |window: Window| {
        let key = GoalKey {
            window,
            ..goal.key()
        };
        BesideCycle {
            window,
            value: is_known(state, window).then(|| value_of(state, key)),
            target: target_of(state, key),
        }
    };
    Progress {
        value,
        reached_bp: reached_bp(value, target),
        pace,
        pace_bp: (asked > 0).then(|| (value * whole * WHOLE_BP).div_euclid(asked)),
        expected: asked / whole,
        elapsed_bp: elapsed * WHOLE_BP / whole,
        previous: beside(goal.window.previous()),
        last_year: goal.window.last_year().map(beside),
        goal: Arc::clone(goal),
    }
}

/// value / target in basis points, cut; the whole for a target of zero.
pub fn reached_bp(value: i128, target: i128) -> i128 {
    if target <= 0 {
        return WHOLE_BP;
    }
    (value * WHOLE_BP).div_euclid(target)
}

/// Whether the subject is still there: false for a member who has left.
pub fn is_subject_active(state: &State, subject: GoalSubject) -> bool {
    match subject {
        GoalSubject::Member(id) => state.member(id).is_some_and(|member| member.active),
        GoalSubject::Team(_) | GoalSubject::Workspace => true,
    }
}
