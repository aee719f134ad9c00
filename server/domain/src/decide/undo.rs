//! Judges the undoing of a move within its grace: it is taken back as if it had not been made (DOMAIN.md §4).

use super::approval;
use super::judge::{Judge, ScoreWriter};
use super::opportunity::correct_new;
use super::stagnation::bring_back_alerts;
use crate::command::UndoMove;
use crate::event::Event;
use crate::limits::UNDO_GRACE_MICROS;
use crate::rejection::{Reason, Rejection};
use crate::score::ScoreKind;
use crate::stage::StageKind;

/// Microseconds of a minute.
const MICROS_PER_MINUTE: i64 = 60 * crate::time::MICROS_PER_SECOND;

pub(super) fn undo(mut judge: Judge, command: &UndoMove) -> Result<Vec<Event>, Rejection> {
    let opportunity = judge.subject(command.id)?;
    judge.not_archived(opportunity);
    let refuse = |judge: &mut Judge, text: String| {
        judge.violations.add(Reason::UndoNotPossible, "id", text);
    };
    let history = opportunity.history.as_slice();
    let (Some(undo), [.., before, last]) = (&opportunity.undo, history) else {
        let text = format!(
            "{} has no move to undo: it was not moved, or somebody else changed it since",
            opportunity.id.long()
        );
        refuse(&mut judge, text);
        return judge.conclude(Vec::new());
    };
    if judge.now().micros_since(last.entered_at) > UNDO_GRACE_MICROS {
        let text = format!(
            "it was moved more than {} minutes ago: move it back",
            UNDO_GRACE_MICROS / MICROS_PER_MINUTE
        );
        refuse(&mut judge, text);
    }
    if last.actor != judge.actor() {
        refuse(
            &mut judge,
            "somebody else moved it: only they can undo that".to_owned(),
        );
    }
    if let Some((_, stage)) = judge.state.stage(before.stage) {
        judge.in_use("id", stage);
    }
    if !judge.violations.is_empty() {
        return judge.conclude(Vec::new());
    }
    let mut scores = ScoreWriter::new(judge.state, judge.now());
    let of_the_move = judge
        .state
        .score_entries_of(opportunity.id)
        .filter(|entry| entry.revision == undo.revision);
    for entry in of_the_move {
        scores.take_back(entry, ScoreKind::Undo, entry.at);
    }
    if let [first] = &history[..history.len() - 1] {
        // Not moved again: what it was amended to meanwhile corrects NEW as it would have then.
        correct_new(
            &judge,
            &mut scores,
            opportunity,
            first,
            opportunity.amount_minor,
        );
    }
    let mut events = vec![Event::OpportunityMoveUndone {
        opportunity: opportunity.id,
        at: judge.now(),
        actor: judge.actor(),
        undone: Box::new(last.clone()),
    }];
    events.extend(bring_back_alerts(
        judge.state,
        opportunity.id,
        undo.revision,
    ));
    events.append(&mut scores.events);
    // What was asked for since was asked from where the deal no longer stands.
    let kind = judge
        .state
        .stage(before.stage)
        .map_or(StageKind::Open, |(_, stage)| stage.kind);
    approval::after_move(&judge, &mut events, opportunity.id, None, kind);
    events.extend(approval::bring_back(
        judge.state,
        opportunity.id,
        undo.revision,
    ));
    judge.conclude(events)
}
