//! The opportunities behind any figure of the funnel, the forecast and the outcomes.

use std::sync::Arc;

use crate::cycle::Window;
use crate::id::StageId;
use crate::opportunity::Opportunity;
use crate::outcome::{OutcomeQuery, each_closing};
use crate::scope::{Scope, Test};
use crate::stage::StageKind;
use crate::stagnation::is_stalled;
use crate::state::{Passage, State};
use crate::text::normal_key;
use crate::time::Timestamp;

/// A figure that opportunities stand behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Standing in the stage; without a stage, in any open one.
    Standing,
    /// Those of them that are stalled.
    Stalled,
    /// Entered the stage for the first time in the cycle.
    Entered,
    /// Those of them that went further.
    Advanced,
    /// Open, with a contract date in the cycle.
    Expected,
    /// Those of them whose contract date has passed.
    Overdue,
    /// Those expected that were ever put off.
    Pushed,
    /// Open, without a contract date.
    Undated,
    /// Closed as won in the cycle and still won.
    Won,
    /// Closed as lost in the cycle and still lost.
    Lost,
}

/// Which opportunities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureQuery {
    /// Behind which figure.
    pub figure: Figure,
    /// The instant.
    pub as_of: Timestamp,
    /// What part of the workspace.
    pub scope: Scope,
    /// The cycle of the figure; none = all time.
    pub window: Option<Window>,
    /// Of which stage; for what was lost, from which.
    pub stage: Option<StageId>,
    /// For what was lost: why.
    pub reason: Option<String>,
}

/// The opportunities behind a figure, by id, as the state has them.
pub fn opportunities(state: &State, query: &FigureQuery) -> Vec<Arc<Opportunity>> {
    let mut found: Vec<Arc<Opportunity>> = match query.figure {
        Figure::Won | Figure::Lost => of_outcome(state, query),
        Figure::Entered | Figure::Advanced => of_passage(state, query),
        _ => of_open(state, query),
    };
    found.sort_by_key(|row| row.id);
    found
}

/// Figures of what stands somewhere.
fn of_open(state: &State, query: &FigureQuery) -> Vec<Arc<Opportunity>> {
    let test = Test::of(query.scope, state);
    let zone = state.zone();
    let today = zone.date_of(query.as_of);
    let wanted = |row: &&Arc<Opportunity>| {
        let Some((pipeline, stage)) = state.stage(row.stage) else {
            return false;
        };
        let here = query
            .stage
            .map_or(stage.kind == StageKind::Open, |id| id == stage.id);
        let is_open = stage.kind == StageKind::Open;
        let date = row.expected_contract_date;
        let expected =
            is_open && date.is_some_and(|date| query.window.is_none_or(|days| days.contains(date)));
        let figure = match query.figure {
            Figure::Standing => true,
            Figure::Stalled => is_stalled(row, stage, &pipeline.calendar, &zone, query.as_of),
            Figure::Overdue => expected && date.is_some_and(|date| date < today),
            Figure::Pushed => expected && row.push_count > 0,
            Figure::Undated => is_open && date.is_none(),
            _ => expected,
        };
        here && figure && test.covers(row)
    };
    match query.stage {
        Some(stage) => state
            .opportunities_in_stage(stage)
            .filter(wanted)
            .cloned()
            .collect(),
        None => state.opportunities().filter(wanted).cloned().collect(),
    }
}

/// Figures of first entries.
fn of_passage(state: &State, query: &FigureQuery) -> Vec<Arc<Opportunity>> {
    let test = Test::of(query.scope, state);
    let window = query.window.map(|window| window.instants(&state.zone()));
    let inside = |at: Timestamp| window.is_none_or(|(from, to)| (from..to).contains(&at));
    let further = query.figure == Figure::Advanced;
    let wanted = |row: &&Arc<Opportunity>| {
        let Some(pipeline) = state.pipeline(row.pipeline).filter(|_| test.covers(row)) else {
            return false;
        };
        let firsts = Passage::of(row, pipeline).firsts;
        firsts.iter().any(|first| {
            query.stage.is_none_or(|stage| stage == first.stage)
                && inside(first.at)
                && (first.advanced || !further)
        })
    };
    state.opportunities().filter(wanted).cloned().collect()
}

/// Figures of what was closed.
fn of_outcome(state: &State, query: &FigureQuery) -> Vec<Arc<Opportunity>> {
    let lost = query.figure == Figure::Lost;
    let reason = query.reason.as_deref().map(normal_key);
    let outcome = OutcomeQuery {
        as_of: query.as_of,
        scope: query.scope,
        window: query.window,
    };
    let mut rows = Vec::new();
    each_closing(state, &outcome, |closing| {
        let wanted = match &closing.loss {
            None => !lost,
            Some(loss) => {
                lost && query.stage.is_none_or(|stage| loss.from == Some(stage))
                    && reason
                        .as_ref()
                        .is_none_or(|reason| **reason == *loss.reason)
            }
        };
        let row = state.opportunity(closing.id).filter(|_| wanted);
        rows.extend(row.cloned());
    });
    if !lost {
        rows.retain(|row| query.stage.is_none_or(|stage| stage == row.stage));
    }
    rows
}
