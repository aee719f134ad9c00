//! Judges moves of an opportunity: forward, backward, won, lost, reopened; and what each of them scores (DOMAIN.md §2, §4).

use super::approval::after_move;
use super::gate::{self, Passage};
use super::judge::{Judge, ScoreWriter, standing_entries};
use super::stagnation::{overdue, resolve_alerts};
use crate::alert::Resolution;
use crate::command::{LoseOpportunity, MoveOpportunity, ReopenOpportunity};
use crate::event::{Event, Movement};
use crate::id::StageId;
use crate::limits::{MAX_REASON_CHARS, MAX_STAGE_ENTRIES};
use crate::opportunity::{Direction, Opportunity};
use crate::pipeline::Pipeline;
use crate::rejection::{Reason, Rejection};
use crate::score::{Metric, ScoreKind, UncreditedReason};
use crate::stage::{Stage, StageKind};
use crate::stagnation::is_stalled;
use crate::state::State;
use crate::text;

/// Entries kept free so that an opportunity can still be closed when its history is full.
const ENTRIES_KEPT_FOR_CLOSING: usize = 2;

pub(super) fn advance(
    mut judge: Judge,
    command: &MoveOpportunity,
) -> Result<Vec<Event>, Rejection> {
    let opportunity = judge.subject(command.id)?;
    judge.not_archived(opportunity);
    let target = judge.stage_of("stage_id", command.to, opportunity.pipeline);
    let (Some((pipeline, to)), Some(from)) = (target, current_stage(judge.state, opportunity))
    else {
        return judge.conclude(Vec::new());
    };
    if to.id == from.id {
        judge.violations.add(
            Reason::AlreadyInStage,
            "stage_id",
            format!("{} is in {} already", opportunity.id.long(), to.name),
        );
        return judge.conclude(Vec::new());
    }
    match (from.kind, to.kind) {
        (_, StageKind::Lost) => judge.violations.add(
            Reason::LoseRequired,
            "stage_id",
            format!(
                "{} is a lost stage: lose the opportunity, with a reason",
                to.name
            ),
        ),
        (StageKind::Won, StageKind::Open) | (StageKind::Lost, _) => judge.violations.add(
            Reason::ReopenRequired,
            "stage_id",
            format!("it is in {}: reopen it, with a reason", from.name),
        ),
        (StageKind::Open, _) | (StageKind::Won, StageKind::Won) => {}
    }
    check_skipping(&mut judge, pipeline, from, to);
    let reason = command.override_reason.as_deref();
    let passage = gate::pass(&mut judge, opportunity, to, reason);
    let movement = movement_to(&mut judge, opportunity, pipeline, to, None, None);
    finish(judge, opportunity, movement, passage)
}

pub(super) fn lose(mut judge: Judge, command: &LoseOpportunity) -> Result<Vec<Event>, Rejection> {
    let opportunity = judge.subject(command.id)?;
    judge.not_archived(opportunity);
    let reason = text::required(
        "reason",
        &command.reason,
        MAX_REASON_CHARS,
        &mut judge.violations,
    );
    let from = current_stage(judge.state, opportunity);
    match from.map(|stage| stage.kind) {
        Some(StageKind::Lost) => judge.violations.add(
            Reason::AlreadyLost,
            "id",
            format!("{} is lost already", opportunity.id.long()),
        ),
        Some(StageKind::Won) => judge.violations.add(
            Reason::ReopenRequired,
            "id",
            format!("{} is won: reopen it first", opportunity.id.long()),
        ),
        _ => {}
    }
    let target = match command.stage {
        Some(id) => judge.stage_of("stage_id", id, opportunity.pipeline),
        None => judge.state.pipeline(opportunity.pipeline).and_then(|own| {
            let first = own.first_of(StageKind::Lost)?;
            Some((own, first))
        }),
    };
    let Some((pipeline, to)) = target else {
        return judge.conclude(Vec::new());
    };
    if to.kind != StageKind::Lost {
        judge.violations.add(
            Reason::StageNotLost,
            "stage_id",
            format!("{} is not a lost stage", to.name),
        );
    }
    let given = command.override_reason.as_deref();
    let passage = gate::pass(&mut judge, opportunity, to, given);
    let movement = movement_to(&mut judge, opportunity, pipeline, to, Some(reason), None);
    finish(judge, opportunity, movement, passage)
}

pub(super) fn reopen(
    mut judge: Judge,
    command: &ReopenOpportunity,
) -> Result<Vec<Event>, Rejection> {
    let opportunity = judge.subject(command.id)?;
    judge.not_archived(opportunity);
    let reason = text::required(
        "reason",
        &command.reason,
        MAX_REASON_CHARS,
        &mut judge.violations,
    );
    let from = current_stage(judge.state, opportunity);
    if from.is_some_and(|stage| stage.kind == StageKind::Open) {
        judge.violations.add(
            Reason::OpportunityOpen,
            "id",
            format!("{} is open: move it instead", opportunity.id.long()),
        );
    }
    let target = judge.stage_of("stage_id", command.to, opportunity.pipeline);
    let Some((pipeline, to)) = target else {
        return judge.conclude(Vec::new());
    };
    if to.kind != StageKind::Open {
        judge.violations.add(
            Reason::StageNotOpen,
            "stage_id",
            format!("{} is not an open stage", to.name),
        );
    }
    let given = command.override_reason.as_deref();
    let passage = gate::pass(&mut judge, opportunity, to, given);
    let movement = movement_to(&mut judge, opportunity, pipeline, to, Some(reason), None);
    finish(judge, opportunity, movement, passage)
}

/// The fact and its score entries, or everything that is wrong.
fn finish(
    judge: Judge,
    opportunity: &Opportunity,
    mut movement: Movement,
    passage: Passage,
) -> Result<Vec<Event>, Rejection> {
    if !judge.violations.is_empty() {
        return judge.conclude(Vec::new());
    }
    let mut scores = ScoreWriter::new(judge.state, judge.now());
    score_movement(&mut scores, judge.state, opportunity, &movement);
    let mut events = overdue(judge.state, opportunity, judge.now());
    movement.override_reason = passage.override_reason;
    movement.approval = passage.approval;
    let movement = Box::new(movement);
    let to = movement.to;
    let fact = match movement.direction {
        Direction::Lost => Event::OpportunityLost { movement },
        Direction::Reopened => Event::OpportunityReopened { movement },
        _ => Event::OpportunityMoved { movement },
    };
    let left = Resolution::LeftStage;
    let mut resolved = resolve_alerts(judge.state, opportunity.id, &events, left);
    events.push(fact);
    events.append(&mut resolved);
    events.append(&mut scores.events);
    let kind = judge
        .state
        .stage(to)
        .map_or(StageKind::Open, |(_, stage)| stage.kind);
    after_move(&judge, &mut events, opportunity.id, passage.approval, kind);
    judge.conclude(events)
}

fn current_stage<'a>(state: &'a State, opportunity: &Opportunity) -> Option<&'a Stage> {
    state.stage(opportunity.stage).map(|(_, stage)| stage)
}

/// What entering a stage of its own pipeline makes of an opportunity. `forced` names why it earns nothing in any case.
pub(super) fn movement_to(
    judge: &mut Judge,
    opportunity: &Opportunity,
    pipeline: &Pipeline,
    to: &Stage,
    comment: Option<Box<str>>,
    forced: Option<UncreditedReason>,
) -> Movement {
    let closes = to.kind != StageKind::Open;
    let kept = if closes { 0 } else { ENTRIES_KEPT_FOR_CLOSING };
    if opportunity.history.len() + kept >= MAX_STAGE_ENTRIES {
        judge.violations.add(
            Reason::HistoryFull,
            "id",
            format!(
                "{} has {} stage entries, at most {MAX_STAGE_ENTRIES} are kept: close it and start a new one",
                opportunity.id.long(),
                opportunity.history.len()
            ),
        );
    }
    let verdict = judge_entry(
        pipeline,
        Some(opportunity.stage),
        opportunity.high_water,
        to,
    );
    let uncredited_reason = match verdict.direction {
        Direction::Forward | Direction::Won => forced.or(verdict.uncredited_reason),
        _ => None,
    };
    let forward = matches!(verdict.direction, Direction::Forward | Direction::Won);
    let last = opportunity.history.last().map(|entry| entry.entered_at);
    Movement {
        opportunity: opportunity.id,
        pipeline: pipeline.id,
        from: opportunity.stage,
        to: to.id,
        direction: verdict.direction,
        // A clock set back must not put the history out of order.
        at: last.map_or(judge.now(), |last| last.max(judge.now())),
        actor: judge.actor(),
        amount_minor: opportunity.amount_minor,
        credited: forward && uncredited_reason.is_none(),
        uncredited_reason,
        high_water: verdict.high_water,
        comment,
        override_reason: None,
        approval: None,
    }
}

/// What an entry into a stage is.
pub(super) struct EntryVerdict {
    pub(super) direction: Direction,
    /// For forward moves and wins: why it earns no FLOW; none = it does.
    pub(super) uncredited_reason: Option<UncreditedReason>,
    pub(super) high_water: StageId,
}

/// The rule of DOMAIN.md §2, for live moves and imported histories alike. `from` is none for the first entry.
pub(super) fn judge_entry(
    pipeline: &Pipeline,
    from: Option<StageId>,
    high_water: StageId,
    to: &Stage,
) -> EntryVerdict {
    let rank = |id: StageId| pipeline.rank(id).unwrap_or(0);
    let kind = |id: StageId| {
        pipeline
            .stage(id)
            .map_or(StageKind::Open, |stage| stage.kind)
    };
    let direction = match from {
        None => Direction::Created,
        Some(from) => match (kind(from), to.kind) {
            _ if from == to.id => Direction::Stayed,
            (_, StageKind::Won) => Direction::Won,
            (_, StageKind::Lost) => Direction::Lost,
            (StageKind::Won | StageKind::Lost, StageKind::Open) => Direction::Reopened,
            (StageKind::Open, StageKind::Open) if rank(to.id) > rank(from) => Direction::Forward,
            (StageKind::Open, StageKind::Open) => Direction::Backward,
        },
    };
    let higher = rank(to.id) > rank(high_water);
    let uncredited_reason = match direction {
        Direction::Won if from.is_some_and(|from| kind(from) == StageKind::Won) => {
            Some(UncreditedReason::AlreadyWon)
        }
        // All won stages are one height: winning again after reopening goes no further than before.
        Direction::Forward | Direction::Won if !higher || kind(high_water) == StageKind::Won => {
            Some(UncreditedReason::BelowHighWater)
        }
        _ => None,
    };
    let reached = if to.kind != StageKind::Lost && higher {
        to.id
    } else {
        high_water
    };
    EntryVerdict {
        direction,
        uncredited_reason,
        high_water: reached,
    }
}

/// The score entries of a move (DOMAIN.md §4).
pub(super) fn score_movement(
    scores: &mut ScoreWriter,
    state: &State,
    opportunity: &Opportunity,
    movement: &Movement,
) {
    let fact = |metric, reason| {
        (
            metric,
            movement.to,
            movement.at,
            movement.amount_minor,
            reason,
        )
    };
    let reason = movement.uncredited_reason;
    let was_won = state
        .stage(movement.from)
        .is_some_and(|(_, stage)| stage.kind == StageKind::Won);
    let mut facts = match movement.direction {
        Direction::Forward => vec![fact(Metric::Flow, reason)],
        Direction::Won if was_won => vec![fact(Metric::Won, Some(UncreditedReason::AlreadyWon))],
        Direction::Won => vec![fact(Metric::Flow, reason), fact(Metric::Won, None)],
        Direction::Reopened if was_won => {
            take_back_win(scores, state, opportunity, movement);
            Vec::new()
        }
        _ => Vec::new(),
    };
    if movement.credited && was_stalled(state, opportunity, movement) {
        facts.push(fact(Metric::Revived, None));
    }
    for (metric, stage, at, amount_minor, reason) in facts {
        let entry = scores.fact(opportunity, metric, stage, at, amount_minor, reason);
        scores.write(entry);
    }
}

/// Whether an opportunity had stood in the stage it left for its period or longer, by the clock at that instant.
fn was_stalled(state: &State, opportunity: &Opportunity, movement: &Movement) -> bool {
    state.stage(movement.from).is_some_and(|(pipeline, stage)| {
        is_stalled(
            opportunity,
            stage,
            &pipeline.calendar,
            &state.zone(),
            movement.at,
        )
    })
}

/// Reopening from won takes back WON and the FLOW of that move, now.
fn take_back_win(
    scores: &mut ScoreWriter,
    state: &State,
    opportunity: &Opportunity,
    movement: &Movement,
) {
    let standing = standing_entries(state, opportunity.id);
    let wins = standing
        .iter()
        .filter(|entry| entry.metric == Metric::Won && entry.credited());
    for win in wins {
        let flow = standing.iter().find(|entry| {
            entry.metric == Metric::Flow
                && entry.credited()
                && entry.at == win.at
                && entry.stage == win.stage
        });
        if let Some(flow) = flow {
            scores.take_back(flow, ScoreKind::Reversal, movement.at);
        }
        scores.take_back(win, ScoreKind::Reversal, movement.at);
    }
}

/// A pipeline may demand that no stage is left out on the way forward.
fn check_skipping(judge: &mut Judge, pipeline: &Pipeline, from: &Stage, to: &Stage) {
    let (Some(from_rank), Some(to_rank)) = (pipeline.rank(from.id), pipeline.rank(to.id)) else {
        return;
    };
    if pipeline.allow_skipping || to_rank <= from_rank || from.kind != StageKind::Open {
        return;
    }
    let skipped: Vec<&str> = pipeline.stages[from_rank + 1..to_rank]
        .iter()
        .filter(|stage| !stage.retired && stage.kind == StageKind::Open)
        .map(|stage| &*stage.name)
        .collect();
    if !skipped.is_empty() {
        judge.violations.add(
            Reason::SkippingNotAllowed,
            "stage_id",
            format!(
                "{} does not allow to leave out {}",
                pipeline.name,
                skipped.join(", ")
            ),
        );
    }
}
