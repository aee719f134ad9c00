//! What a move would do, before it is made: what is missing, what it scores, what it is worth (DOMAIN.md §2).

use std::sync::Arc;

use crate::apply::apply;
use crate::approval::{ApprovalState, alive};
use crate::authority::{is_admin, is_manager_of};
use crate::command::{Command, MoveOpportunity};
use crate::cycle::{CycleUnit, window_of};
use crate::decide::{Actor, Context, decide};
use crate::event::Event;
use crate::forecast::gap;
use crate::gate::unmet;
use crate::goal::GoalSubject;
use crate::id::{ApprovalId, MemberId};
use crate::opportunity::{Direction, Opportunity};
use crate::rejection::{Reason, Rejection, Violation};
use crate::score::{Metric, UncreditedReason};
use crate::state::State;
use crate::time::Timestamp;

/// Cycles whose gap a preview shows, the first that has a target.
const GAP_CYCLES: [CycleUnit; 4] = [
    CycleUnit::Week,
    CycleUnit::Month,
    CycleUnit::Quarter,
    CycleUnit::Year,
];

/// What a move would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovePreview {
    /// Whether it would be done as asked.
    pub allowed: bool,
    /// What the gate demands and is not met, also where an override lets it through.
    pub unmet: Vec<Violation>,
    /// Whether the caller may override the gate.
    pub override_allowed: bool,
    /// Which way it goes.
    pub direction: Direction,
    /// The opportunity as it is.
    pub before: Arc<Opportunity>,
    /// The opportunity as it would be.
    pub after: Arc<Opportunity>,
    /// Win probability where it stands, in basis points.
    pub probability_before_bp: u16,
    /// Win probability where it would stand, in basis points.
    pub probability_after_bp: u16,
    /// Amount × win probability before, in minor units.
    pub weighted_before_minor: i64,
    /// Amount × win probability after, in minor units.
    pub weighted_after_minor: i64,
    /// What is missing to the target before and after, in minor units; below zero when it is passed. None = there is no target.
    pub gap_minor: Option<(i128, i128)>,
    /// Metrics it would score, credited.
    pub metrics: Vec<Metric>,
    /// Why a forward move would score no FLOW.
    pub uncredited_reason: Option<UncreditedReason>,
    /// The approval it would use up, or the request nobody has decided on.
    pub approval: Option<ApprovalId>,
}

/// Whether a violation is of the gate, or of an override the caller may not make: what a preview tells rather than refuses.
fn is_of_gate(violation: &Violation) -> bool {
    matches!(
        violation.reason,
        Reason::RequiredFieldMissing
            | Reason::RequiredActivityMissing
            | Reason::RequiredContactMissing
            | Reason::ApprovalRequired
            | Reason::NotTheirManager
    )
}

/// What a move would do. Where the gate is all that stands in the way, the preview shows the move as if it were open; anything
/// else that is wrong is refused, as the move itself would be.
pub fn of_move(
    state: &State,
    command: &MoveOpportunity,
    context: &Context,
) -> Result<MovePreview, Rejection> {
    let asked = decide(state, &Command::MoveOpportunity(command.clone()), context);
    let (allowed, events, refused) = match asked {
        Ok(events) => (true, events, Vec::new()),
        Err(rejection) if rejection.violations.iter().all(is_of_gate) => {
            let events = with_gate_open(state, command, context)?;
            (false, events, rejection.violations)
        }
        Err(rejection) => return Err(rejection),
    };
    let mut state_after = state.clone();
    for event in &events {
        apply(&mut state_after, event);
    }
    let unknown = || {
        Rejection::new(
            Reason::OpportunityNotFound,
            "id",
            "there is no such opportunity",
        )
    };
    let before = state.opportunity(command.id).ok_or_else(unknown)?;
    let after = state_after.opportunity(command.id).ok_or_else(unknown)?;
    let unmet = if allowed {
        overridden(state, command, before)
    } else {
        refused
    };
    let last = after.history.last();
    let metrics = events.iter().filter_map(|event| match event {
        Event::ScoreRecorded { entry } if entry.credited() && entry.count > 0 => Some(entry.metric),
        _ => None,
    });
    let worth = |opportunity: &Opportunity| {
        state.stage(opportunity.stage).map_or((0, 0), |(_, stage)| {
            (
                opportunity.win_probability_bp(stage),
                opportunity.weighted_minor(stage),
            )
        })
    };
    let (probability_before_bp, weighted_before_minor) = worth(before);
    let (probability_after_bp, weighted_after_minor) = worth(after);
    let asked_for = alive(state, command.id)
        .find(|approval| approval.stage == command.to && approval.state == ApprovalState::Pending);
    Ok(MovePreview {
        allowed,
        unmet,
        override_allowed: match before.owner {
            Some(owner) => is_manager_of(state, context.actor.member, owner),
            None => is_admin(state, context.actor.member),
        },
        direction: last.map_or(Direction::Forward, |entry| entry.direction),
        before: before.clone(),
        after: after.clone(),
        probability_before_bp,
        probability_after_bp,
        weighted_before_minor,
        weighted_after_minor,
        gap_minor: gaps(state, &state_after, before.owner, context.now),
        metrics: metrics.collect(),
        uncredited_reason: last.and_then(|entry| entry.uncredited_reason),
        approval: last
            .and_then(|entry| entry.approval)
            .or(asked_for.map(|approval| approval.id)),
    })
}

/// The gap of whom the deal counts for, in the cycle of today that has a target: the owner's before the workspace's, the
/// shorter cycle before the longer.
fn gaps(
    before: &State,
    after: &State,
    owner: Option<MemberId>,
    now: Timestamp,
) -> Option<(i128, i128)> {
    let today = before.zone().date_of(now);
    let subjects = owner
        .map(GoalSubject::Member)
        .into_iter()
        .chain([GoalSubject::Workspace]);
    subjects
        .flat_map(|subject| GAP_CYCLES.map(|unit| (subject, window_of(unit, today))))
        .find_map(|(subject, window)| {
            // What the move wins is won now: seen from just after.
            let missing =
                |state| gap(state, subject, window, now.plus_micros(1)).map(|gap| gap.gap_minor());
            Some((missing(before)?, missing(after)?))
        })
}

/// The same move by somebody who may override any gate, and does.
fn with_gate_open(
    state: &State,
    command: &MoveOpportunity,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    let open = MoveOpportunity {
        override_reason: Some("preview".to_owned()),
        ..command.clone()
    };
    let context = Context {
        now: context.now,
        actor: Actor {
            member: None,
            label: context.actor.label.clone(),
        },
    };
    decide(state, &Command::MoveOpportunity(open), &context)
}

/// What an override lets the move ignore.
fn overridden(state: &State, command: &MoveOpportunity, before: &Opportunity) -> Vec<Violation> {
    let Some((_, to)) = state.stage(command.to) else {
        return Vec::new();
    };
    unmet(state, before, to)
        .into_iter()
        .map(|demand| Violation {
            field: demand.field().to_owned(),
            description: demand.describe(to),
            reason: demand.reason(),
        })
        .collect()
}
