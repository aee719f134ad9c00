//! The drawn funnel: a layer for each stage, as wide as its amount, with its figures beside it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::funnel;
use crate::model::{Model, SECOND_US};
use crate::record::StageKind;
use crate::report::funnel::StageFigures;
use crate::text::{self, Align};
use crate::theme::Role;
use crate::widgets::{chart, put};

/// A column of figures.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Count,
    Amount,
    Weighted,
    Stalled,
    Time,
    Conversion,
}

/// The columns in order, their width, the room from which on they are shown, and the key of their head.
const COLUMNS: [(Column, u16, u16, &str); 6] = [
    (Column::Count, 6, 0, "head-count"),
    (Column::Amount, 8, 0, "head-amount"),
    (Column::Weighted, 9, 66, "head-weighted"),
    (Column::Stalled, 12, 52, "head-stalled"),
    (Column::Time, 9, 76, "head-time"),
    (Column::Conversion, 7, 58, "head-conversion"),
];
const NAME_WIDTH: u16 = 12;
const NARROW_NAME_WIDTH: u16 = 9;
const NARROW_BELOW: u16 = 60;

fn shown(width: u16) -> impl Iterator<Item = &'static (Column, u16, u16, &'static str)> {
    COLUMNS.iter().filter(move |column| width >= column.2)
}

/// How many figures of a row can be chosen: all deals, the stalled ones, those that came in.
pub(super) fn figures(width: u16) -> usize {
    1 + shown(width)
        .filter(|column| matches!(column.0, Column::Stalled | Column::Conversion))
        .count()
}

/// The figure of a column, when it can be chosen.
fn figure(column: Column, width: u16) -> Option<usize> {
    match column {
        Column::Amount => Some(0),
        Column::Stalled => Some(1),
        Column::Conversion => Some(figures(width) - 1),
        _ => None,
    }
}

/// Cells for name and bar in a line, and where the columns begin.
fn cut(width: u16) -> (u16, u16) {
    let name = if width < NARROW_BELOW {
        NARROW_NAME_WIDTH
    } else {
        NAME_WIDTH
    };
    let taken: u16 = shown(width).map(|column| column.1).sum();
    let bar = width.saturating_sub(name + 1 + taken);
    (name, bar)
}

/// Paints the head of the table.
pub(super) fn head(model: &Model, buffer: &mut Buffer, area: Rect) {
    let style = model.theme.style(Role::Dim);
    let room = Rect {
        x: area.x + 1.min(area.width),
        width: area.width.saturating_sub(1),
        height: 1.min(area.height),
        ..area
    };
    let width = area.width;
    let (name, bar) = cut(room.width);
    put(buffer, room, 0, 0, model.strings.say("head-stage"), style);
    let mut x = name + 1 + bar;
    for (_, cells, _, key) in shown(width) {
        let words = text::fit(
            model.strings.say(key),
            usize::from(cells.saturating_sub(1)),
            Align::Right,
        );
        put(buffer, room, x + 1, 0, &words, style);
        x += cells;
    }
}

/// Paints a stage.
pub(super) fn row(model: &Model, buffer: &mut Buffer, line: Rect, row: usize, here: Option<usize>) {
    let Some(funnel) = funnel(model) else {
        return;
    };
    let Some(figures) = funnel.stages.get(row) else {
        return;
    };
    let theme = model.theme;
    let stage = model.picture.stage(figures.stage_id);
    let kind = stage.map_or(StageKind::Open, |stage| stage.kind);
    let (name_width, bar_width) = cut(line.width);
    let name = stage.map_or_else(
        || model.strings.say("stage-gone"),
        |stage| stage.name.as_str(),
    );
    let name_room = Rect {
        width: name_width,
        ..line
    };
    let role = match kind {
        StageKind::Open => Role::Text,
        StageKind::Won => Role::Good,
        StageKind::Lost => Role::Dim,
    };
    put(buffer, name_room, 0, 0, name, theme.style(role));
    // What was won and lost in all the years would dwarf what is open: it has figures, and no layer.
    let is_open = |stage_id| {
        let stage = model.picture.stage(stage_id);
        stage.is_none_or(|stage| stage.kind == StageKind::Open)
    };
    let open = funnel.stages.iter().filter(|stage| is_open(stage.stage_id));
    let largest = open.map(|stage| stage.amount).max().unwrap_or(0);
    let bar = Rect {
        x: line.x + (name_width + 1).min(line.width),
        width: bar_width.min(line.width.saturating_sub(name_width + 1)),
        ..line
    };
    if kind == StageKind::Open {
        let length = chart::eighths(figures.amount, largest, bar.width);
        let marked = chart::eighths(figures.stalled_amount, largest, bar.width);
        let styles = (theme.style(Role::Accent), theme.style(Role::Bad));
        chart::layer(buffer, bar, theme, (length, marked), styles);
    }
    let mut x = name_width + 1 + bar_width;
    for (column, cells, _, _) in shown(line.width + 1) {
        let (words, role) = words(model, figures, kind, *column);
        let chosen = here.is_some() && here == figure(*column, line.width + 1);
        let ground = if chosen {
            theme.style(Role::Selected)
        } else {
            Style::new()
        };
        let words = text::fit(&words, usize::from(cells.saturating_sub(1)), Align::Right);
        put(
            buffer,
            line,
            x + 1,
            0,
            &words,
            ground.patch(theme.style(role)),
        );
        x += cells;
    }
    if line.height > 1 {
        second_line(model, buffer, line, figures, name_width);
    }
}

/// Where there is room: the win probability below the name, and what came in below the share that went on.
fn second_line(
    model: &Model,
    buffer: &mut Buffer,
    line: Rect,
    figures: &StageFigures,
    name_width: u16,
) {
    let theme = model.theme;
    let style = theme.style(Role::Dim);
    if let Some(stage) = model.picture.stage(figures.stage_id)
        && stage.kind == StageKind::Open
    {
        let room = Rect {
            width: name_width,
            ..line
        };
        let words = text::percent(stage.win_probability_bp.into());
        put(buffer, room, 0, 1, &words, style);
        let words = model
            .strings
            .tell("stage-entered", &[("count", figures.entered.into())]);
        crate::widgets::put_right(buffer, line, 0, 1, &words, style);
    }
}

fn words(model: &Model, figures: &StageFigures, kind: StageKind, column: Column) -> (String, Role) {
    let (digits, locale) = (model.minor_digits(), model.locale());
    let money = |amount: i128| text::money_short(amount, digits, locale);
    let glyphs = model.theme.glyphs();
    let none = || (glyphs.dot.to_owned(), Role::Faint);
    match column {
        Column::Count => (text::number(figures.count.into()), Role::Text),
        Column::Amount => (money(figures.amount), Role::Strong),
        Column::Weighted if kind == StageKind::Lost => none(),
        Column::Weighted => (money(figures.weighted), Role::Dim),
        Column::Stalled if figures.stalled_count == 0 => none(),
        Column::Stalled => (
            format!(
                "{}{} {}",
                glyphs.stalled,
                figures.stalled_count,
                money(figures.stalled_amount)
            ),
            Role::Bad,
        ),
        Column::Time => match (figures.median_us, figures.p90_us) {
            (Some(median), p90) => {
                let span = |micros: i64| text::age(micros / SECOND_US, locale);
                let p90 = span(p90.unwrap_or(median));
                (format!("{}/{p90}", span(median)), Role::Dim)
            }
            (None, _) => none(),
        },
        Column::Conversion => match figures.conversion_bp.filter(|_| kind == StageKind::Open) {
            Some(share) => (
                format!(
                    "{}{}",
                    glyphs.below,
                    text::percent((share / 100 * 100).into())
                ),
                Role::Text,
            ),
            None => none(),
        },
    }
}

/// Paints the sums below the funnel.
pub(super) fn sums(model: &Model, buffer: &mut Buffer, line: Rect) {
    let Some(funnel) = funnel(model) else {
        return;
    };
    let (digits, locale) = (model.minor_digits(), model.locale());
    let money = |amount: i128| text::money_short(amount, digits, locale);
    let open = funnel.stages.iter().filter(|figures| {
        model
            .picture
            .stage(figures.stage_id)
            .is_some_and(|stage| stage.kind == StageKind::Open)
    });
    let (mut count, mut amount) = (0, 0);
    for stage in open {
        count += stage.count;
        amount += stage.amount;
    }
    let key = if line.width < NARROW_BELOW {
        "funnel-sums-short"
    } else {
        "funnel-sums"
    };
    let words = model.strings.tell(
        key,
        &[
            ("count", count.into()),
            ("amount", money(amount).into()),
            ("weighted", money(funnel.weighted).into()),
            ("classic", money(funnel.classic).into()),
        ],
    );
    put(buffer, line, 1, 0, &words, model.theme.style(Role::Dim));
}
