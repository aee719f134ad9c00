//! The funnel: what moved, what is stuck, who is behind, and whether the quarter will be made. Each figure leads to its deals.

mod lower;
mod stages;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::report;
use crate::hits::{Hits, Target};
use crate::model::Model;
use crate::report::funnel::{Metric, Pane};
use crate::report::{Funnel, Place};
use crate::theme::Role;
use crate::widgets::{cells, put, put_right, rule};

/// From this size on all parts stand beside each other; below it they stand under each other and scroll.
const PANES_FROM: (u16, u16) = (72, 17);
/// From this width on the lower parts stand in three columns.
const THREE_COLUMNS_FROM: u16 = 116;
/// From this height on a layer of the funnel is two lines high.
const TALL_FROM: u16 = 34;
/// Cells between columns.
const GAP: u16 = 2;

/// The funnel's stages, when they have been read.
fn funnel(model: &Model) -> Option<&Funnel> {
    model.reports.funnel(Place::Funnel)
}

/// How many rows with figures a part has.
pub(crate) fn rows(model: &Model, pane: Pane) -> usize {
    match pane {
        Pane::Stages => funnel(model).map_or(0, |funnel| funnel.stages.len()),
        Pane::Moved => Metric::ALL.len(),
        Pane::Quarter => lower::quarter_rows(model),
        Pane::Stuck => model
            .reports
            .deals(Place::Stuck)
            .map_or(0, |deals| deals.rows.len()),
        Pane::Behind => model
            .reports
            .progress(Place::Progress)
            .map_or(0, |standing| standing.rows.len()),
    }
}

/// How many figures a row of a part has, as far as there is room to show them.
pub(crate) fn columns(model: &Model, pane: Pane) -> usize {
    match pane {
        Pane::Stages => stages::figures(inner(model.frame().body).width),
        Pane::Moved => 2,
        Pane::Quarter | Pane::Stuck | Pane::Behind => 1,
    }
}

fn inner(body: Rect) -> Rect {
    Rect {
        x: body.x + 1.min(body.width),
        width: body.width.saturating_sub(2),
        ..body
    }
}

/// Paints the screen.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let name = model.strings.say("funnel-title");
    let rest = report::title(model, buffer, body, name, Place::Funnel);
    if funnel(model).is_none() {
        report::absent(model, buffer, rest, Place::Funnel);
        return;
    }
    let rest = inner(rest);
    if rest.width < PANES_FROM.0 || rest.height < PANES_FROM.1 {
        stacked(model, buffer, rest, hits);
        return;
    }
    for (pane, area) in places(model, rest) {
        let stride = stride(pane, rest);
        let content = heading(model, buffer, area, pane);
        let room = usize::from(content.height / stride);
        let cursor = model.funnel;
        // The selected row is always seen.
        let skip = if cursor.pane == pane {
            (cursor.row + 1).saturating_sub(room)
        } else {
            0
        };
        let shown = rows(model, pane).saturating_sub(skip).min(room);
        for row in 0..shown {
            let line = Rect {
                y: content.y + u16::try_from(row).unwrap_or(0) * stride,
                height: stride,
                ..content
            };
            paint_row(model, buffer, line, pane, row + skip, hits);
        }
        after(
            model,
            buffer,
            content,
            pane,
            u16::try_from(shown).unwrap_or(0) * stride,
        );
    }
}

/// Lines of a row.
fn stride(pane: Pane, rest: Rect) -> u16 {
    if pane == Pane::Stages && rest.height >= TALL_FROM {
        2
    } else {
        1
    }
}

/// Where the parts are, when all are seen at once.
fn places(model: &Model, rest: Rect) -> Vec<(Pane, Rect)> {
    let stages = u16::try_from(rows(model, Pane::Stages)).unwrap_or(u16::MAX);
    // Head, stages, sums.
    let wanted = stages
        .saturating_mul(stride(Pane::Stages, rest))
        .saturating_add(2);
    let upper = wanted.min(rest.height.saturating_sub(11).max(5));
    let gap = u16::from(rest.height > upper + 12);
    let lower = Rect {
        y: rest.y + upper + gap,
        height: rest.height - upper - gap,
        ..rest
    };
    let column = |count: u16, place: u16, y: u16, height: u16| {
        let width = (lower.width + GAP) / count - GAP;
        Rect {
            x: lower.x + place * (width + GAP),
            y: lower.y + y.min(lower.height),
            width,
            height: height.min(lower.height.saturating_sub(y)),
        }
    };
    let moved = 1 + u16::try_from(Metric::ALL.len()).unwrap_or(0);
    let air = u16::from(lower.height > moved + 5);
    let quarter = moved + air;
    let stages = Rect {
        height: upper,
        ..rest
    };
    let mut places = vec![(Pane::Stages, stages)];
    if lower.width >= THREE_COLUMNS_FROM {
        places.extend([
            (Pane::Moved, column(3, 0, 0, moved)),
            (Pane::Quarter, column(3, 0, quarter, lower.height)),
            (Pane::Stuck, column(3, 1, 0, lower.height)),
            (Pane::Behind, column(3, 2, 0, lower.height)),
        ]);
    } else {
        places.extend([
            (Pane::Moved, column(2, 0, 0, moved)),
            (Pane::Quarter, column(2, 0, quarter, lower.height)),
            (Pane::Stuck, column(2, 1, 0, moved)),
            (Pane::Behind, column(2, 1, quarter, lower.height)),
        ]);
    }
    places
}

/// Paints a part's heading; gives the room below it.
fn heading(model: &Model, buffer: &mut Buffer, area: Rect, pane: Pane) -> Rect {
    if pane == Pane::Stages {
        stages::head(model, buffer, area);
    } else {
        let theme = model.theme;
        let (words, aside, role) = lower::heading(model, pane);
        rule(
            buffer,
            area,
            0,
            theme.glyphs().rule,
            theme.style(Role::Faint),
        );
        let mut left = area.width;
        if !aside.is_empty() && cells(&words) + cells(&aside) + 4 < area.width {
            let words = format!(" {aside} ");
            left = put_right(buffer, area, 1, 0, &words, theme.style(role));
        }
        let room = Rect {
            width: left,
            ..area
        };
        put(buffer, room, 0, 0, &format!("{words} "), theme.heading());
    }
    Rect {
        y: area.y + 1.min(area.height),
        height: area.height.saturating_sub(1),
        ..area
    }
}

/// What stands below the rows: the funnel's sums, or that there are none.
fn after(model: &Model, buffer: &mut Buffer, content: Rect, pane: Pane, used: u16) {
    let line = Rect {
        y: content.y + used.min(content.height),
        height: content.height.saturating_sub(used).min(1),
        ..content
    };
    if pane == Pane::Stages {
        stages::sums(model, buffer, line);
    } else if used == 0 {
        let style = model.theme.style(Role::Dim);
        put(buffer, line, 1, 0, lower::nothing(model, pane), style);
    }
}

fn paint_row(
    model: &Model,
    buffer: &mut Buffer,
    line: Rect,
    pane: Pane,
    row: usize,
    hits: &mut Hits,
) {
    let cursor = model.funnel;
    let here = (cursor.pane == pane && cursor.row == row).then_some(cursor.column);
    if here.is_some() {
        let style = model.theme.style(Role::Accent);
        for y in 0..line.height {
            put(buffer, line, 0, y, model.theme.glyphs().selected, style);
        }
    }
    hits.add(line, Target::Figure { pane, row });
    let room = Rect {
        x: line.x + 1.min(line.width),
        width: line.width.saturating_sub(1),
        ..line
    };
    match pane {
        Pane::Stages => stages::row(model, buffer, room, row, here),
        _ => lower::row(model, buffer, room, pane, row, here),
    }
}

/// One line of the screen when the parts stand under each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    Heading(Pane),
    Row(Pane, usize),
    After(Pane),
    Blank,
}

fn stacked(model: &Model, buffer: &mut Buffer, rest: Rect, hits: &mut Hits) {
    let mut lines = Vec::new();
    for pane in Pane::ALL {
        let count = rows(model, pane);
        lines.push(Line::Heading(pane));
        lines.extend((0..count).map(|row| Line::Row(pane, row)));
        if count == 0 || pane == Pane::Stages {
            lines.push(Line::After(pane));
        }
        lines.push(Line::Blank);
    }
    let cursor = model.funnel;
    let height = usize::from(rest.height);
    let at = lines
        .iter()
        .position(|line| *line == Line::Row(cursor.pane, cursor.row))
        .unwrap_or(0);
    // The heading is seen with the first row of its part.
    let skip = (at + 2).saturating_sub(height).min(at.saturating_sub(1));
    for (y, line) in (0..rest.height).zip(lines.into_iter().skip(skip)) {
        let area = Rect {
            y: rest.y + y,
            height: 1,
            ..rest
        };
        match line {
            Line::Heading(pane) => {
                heading(model, buffer, area, pane);
            }
            Line::Row(pane, row) => paint_row(model, buffer, area, pane, row, hits),
            Line::After(pane) => after(model, buffer, area, pane, 0),
            Line::Blank => {}
        }
    }
}
