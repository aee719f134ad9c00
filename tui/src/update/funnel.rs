//! The funnel screen: its cursor goes from figure to figure, and each leads to what is behind it.

use super::{commands, go, reports};
use crate::keymap::Context;
use crate::model::{Effect, Model, Screen};
use crate::report::funnel::{Metric, Pane};
use crate::report::lens::CycleKind;
use crate::report::{Ask, Drill, Figure, Place, Scope};
use crate::screens::funnel::{columns, rows};

/// Keeps the cursor on a figure that is there; a part without rows is left for the next one that has some.
pub(super) fn settle(model: &mut Model) {
    if model.screen != Screen::Funnel {
        return;
    }
    let mut cursor = model.funnel;
    if rows(model, cursor.pane) == 0 {
        let found = Pane::ALL.into_iter().find(|pane| rows(model, *pane) > 0);
        // Nothing is there yet: the cursor waits where it is.
        let Some(pane) = found.filter(|_| model.reports.funnel(Place::Funnel).is_some()) else {
            return;
        };
        cursor.pane = pane;
    }
    cursor.row = cursor.row.min(rows(model, cursor.pane).saturating_sub(1));
    cursor.column = cursor
        .column
        .min(columns(model, cursor.pane).saturating_sub(1));
    model.funnel = cursor;
}

/// Up or down, from part to part.
pub(super) fn vertical(model: &mut Model, by: isize) {
    let figures: Vec<(Pane, usize)> = Pane::ALL
        .into_iter()
        .flat_map(|pane| (0..rows(model, pane)).map(move |row| (pane, row)))
        .collect();
    let cursor = &mut model.funnel;
    let Some(last) = figures.len().checked_sub(1) else {
        return;
    };
    let here = figures
        .iter()
        .position(|figure| *figure == (cursor.pane, cursor.row))
        .unwrap_or(0);
    let (pane, row) = figures[here.saturating_add_signed(by).min(last)];
    if pane != cursor.pane {
        cursor.column = 0;
    }
    (cursor.pane, cursor.row) = (pane, row);
}

/// To another figure of the row.
pub(super) fn horizontal(model: &mut Model, by: isize) {
    let last = columns(model, model.funnel.pane).saturating_sub(1);
    let column = &mut model.funnel.column;
    *column = column.saturating_add_signed(by).min(last);
}

/// To the next part that has figures, or the one before, round and round.
pub(super) fn pane(model: &mut Model, next: bool) {
    let count = Pane::ALL.len();
    let here = Pane::ALL
        .iter()
        .position(|pane| *pane == model.funnel.pane)
        .unwrap_or(0);
    for step in 1..=count {
        let place = if next {
            here + step
        } else {
            here + count - step
        } % count;
        let pane = Pane::ALL[place];
        if rows(model, pane) > 0 {
            model.funnel.pane = pane;
            model.funnel.row = 0;
            model.funnel.column = 0;
            return;
        }
    }
}

/// The cursor goes where the pointer is.
pub(super) fn point(model: &mut Model, pane: Pane, row: usize) {
    let cursor = &mut model.funnel;
    if cursor.pane != pane {
        cursor.column = 0;
    }
    (cursor.pane, cursor.row) = (pane, row);
}

/// Goes to what is behind the figure under the cursor.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let cursor = model.funnel;
    let scope = reports::scope(model);
    match cursor.pane {
        Pane::Stages => {
            let figures = model
                .reports
                .funnel(Place::Funnel)
                .and_then(|funnel| funnel.stages.get(cursor.row));
            let Some(stage_id) = figures.map(|figures| figures.stage_id) else {
                return Vec::new();
            };
            let last = columns(model, Pane::Stages).saturating_sub(1);
            let (figure, key) = match cursor.column {
                0 => (Figure::Standing(stage_id), "drill-standing"),
                column if column == last => (Figure::Entered(stage_id), "drill-entered"),
                _ => (Figure::Stalled(stage_id), "drill-stalled"),
            };
            let name = model
                .picture
                .stage(stage_id)
                .map_or(String::new(), |stage| stage.name.clone());
            let title = model.strings.tell(key, &[("stage", name.into())]);
            drill(model, title, Ask::Deals { figure, scope });
        }
        Pane::Moved => return why(model),
        Pane::Quarter => {
            let cycle = reports::quarter(model);
            let scope = Scope {
                cycle: cycle.text(),
                pipeline: None,
                ..scope
            };
            let has_goal = model
                .reports
                .outlook(Place::Outlook)
                .is_some_and(|outlook| outlook.target.is_some());
            let row = cursor.row + usize::from(!has_goal);
            if row == 0 {
                model.lens.choose(CycleKind::Quarter);
                go(model, Screen::Goals);
                return Vec::new();
            }
            let (figure, key) = match row {
                1 => (Figure::Won, "drill-won"),
                _ => (Figure::Expected, "drill-expected"),
            };
            let words = crate::screens::cycle_words(model, cycle);
            let title = model.strings.tell(key, &[("cycle", words.into())]);
            drill(model, title, Ask::Deals { figure, scope });
        }
        Pane::Stuck => {
            let deal = model
                .reports
                .deals(Place::Stuck)
                .and_then(|deals| deals.rows.get(cursor.row))
                .map(|deal| deal.id);
            return deal.map_or_else(Vec::new, |id| commands::open_deal(model, id));
        }
        Pane::Behind => return why(model),
    }
    Vec::new()
}

/// Goes to the score entries behind the metric under the cursor.
pub(super) fn why(model: &mut Model) -> Vec<Effect> {
    let cursor = model.funnel;
    let mut scope = reports::scope(model);
    let mut cycle = model.lens.cycle(model.today());
    let metric = match cursor.pane {
        Pane::Behind => {
            let Some(standing) = model.reports.progress(Place::Progress) else {
                return Vec::new();
            };
            let Some(row) = standing.rows.get(cursor.row) else {
                return Vec::new();
            };
            cycle = standing.cycle.unwrap_or(cycle);
            scope.cycle = cycle.text();
            scope.who = row.who;
            // Goals are over all pipelines.
            scope.pipeline = None;
            row.metric
        }
        Pane::Moved => {
            if cursor.column == 1 {
                cycle = model.lens.other(model.today());
                scope.cycle = cycle.text();
            }
            Metric::ALL[cursor.row.min(Metric::ALL.len() - 1)]
        }
        Pane::Stages | Pane::Quarter | Pane::Stuck => {
            if cursor.pane == Pane::Quarter {
                cycle = reports::quarter(model);
                scope.cycle = cycle.text();
                scope.pipeline = None;
                Metric::Won
            } else {
                Metric::Flow
            }
        }
    };
    let title = format!(
        "{} {} {} {} {}",
        model.strings.say(metric.name_key()),
        model.theme.glyphs().dot,
        crate::screens::cycle_words(model, cycle),
        model.theme.glyphs().dot,
        crate::screens::who_words(model, scope.who),
    );
    drill(model, title, Ask::Scores { metric, scope });
    Vec::new()
}

/// Goes to the list behind a figure.
pub(super) fn drill(model: &mut Model, title: String, ask: Ask) {
    model.drill = Some(Drill { title, ask });
    model.lists.remove(&Context::Drill);
    go(model, Screen::Drill);
}
