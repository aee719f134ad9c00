//! The forecast: what is won, open and weighted by month of contract date, what slipped, and what became of closed deals.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::report;
use crate::hits::{Hits, Target};
use crate::model::{Model, SECOND_US};
use crate::report::Place;
use crate::report::forecast::{Forecast, MonthRow, Outcomes, Reason};
use crate::text::{self, Align};
use crate::theme::Role;
use crate::widgets::{cells, chart, put, put_right, rule};

/// From this width on the outcomes stand beside the months.
const TWO_PANES_FROM: u16 = 110;
/// Cells of a month's name.
const MONTH_WIDTH: u16 = 9;
/// The columns of figures: width, the room from which on they are shown, key of the head.
const COLUMNS: [(u16, u16, &str); 6] = [
    (8, 0, "head-won"),
    (8, 0, "head-open"),
    (9, 46, "head-weighted"),
    (9, 56, "head-overdue"),
    (8, 66, "head-pushed"),
    (9, 74, "head-gap"),
];

fn money(model: &Model, amount: i128) -> String {
    text::money_short(amount, model.minor_digits(), model.locale())
}

/// What the cursor can be on.
pub(crate) enum Row<'a> {
    /// A month's forecast.
    Month(&'a MonthRow),
    /// What was won.
    Won,
    /// What was lost for a reason.
    Reason(&'a Reason),
}

/// How many months can be chosen.
pub(crate) fn months(model: &Model) -> usize {
    model
        .reports
        .forecast(Place::Forecast)
        .map_or(0, |forecast| forecast.months.len())
}

/// Where the cursor is: on the present month until it is moved.
pub(crate) fn row(model: &Model) -> usize {
    model.forecast_row.unwrap_or_else(|| {
        let present = model.today().strftime("%Y-%m").to_string();
        let forecast = model.reports.forecast(Place::Forecast);
        forecast
            .and_then(|forecast| forecast.months.iter().position(|row| row.month == present))
            .unwrap_or(0)
    })
}

/// How many rows can be chosen: the months, then what was won, then the reasons for losing.
pub(crate) fn rows(model: &Model) -> usize {
    let outcomes = model.reports.outcomes(Place::Outcomes);
    months(model) + outcomes.map_or(0, |outcomes| 1 + outcomes.reasons.len())
}

/// What is under the cursor.
pub(crate) fn selected(model: &Model) -> Option<Row<'_>> {
    let forecast = model.reports.forecast(Place::Forecast)?;
    let row = row(model);
    if let Some(month) = forecast.months.get(row) {
        return Some(Row::Month(month));
    }
    let outcomes = model.reports.outcomes(Place::Outcomes)?;
    match row - forecast.months.len() {
        0 => Some(Row::Won),
        place => outcomes.reasons.get(place - 1).map(Row::Reason),
    }
}

/// A reason for losing, in words.
pub(crate) fn reason_words<'a>(model: &'a Model, reason: &'a Reason) -> &'a str {
    match reason.words.as_str() {
        "" => model.strings.say("outcomes-untold"),
        words => words,
    }
}

/// Paints the screen.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let name = model.strings.say("forecast-title");
    let months_of = crate::update::forecast_cycle(model);
    let parts = [
        report::cycle(model, months_of, false),
        report::who(model, model.lens.who).to_owned(),
    ];
    let rest = report::titled(model, buffer, body, name, &parts, Place::Forecast);
    let Some(forecast) = model.reports.forecast(Place::Forecast) else {
        report::absent(model, buffer, rest, Place::Forecast);
        return;
    };
    let rest = Rect {
        x: rest.x + 1.min(rest.width),
        width: rest.width.saturating_sub(2),
        ..rest
    };
    // Head, months, total, classic.
    let wanted = u16::try_from(forecast.months.len())
        .unwrap_or(u16::MAX)
        .saturating_add(4);
    if rest.width >= TWO_PANES_FROM {
        let width = rest.width * 3 / 5;
        let left = Rect { width, ..rest };
        let right = Rect {
            x: rest.x + width + 3,
            width: rest.width - width - 3,
            ..rest
        };
        paint_months(model, buffer, left, forecast, hits);
        outcomes(model, buffer, right, hits);
        return;
    }
    // Where there is no room for both, what the cursor is on is shown.
    let room = match rest.height {
        15.. => rest.height - 6,
        _ if row(model) < months(model) => rest.height,
        _ => 0,
    };
    let upper = wanted.min(room);
    let above = Rect {
        height: upper,
        ..rest
    };
    let below = Rect {
        y: rest.y + upper,
        height: rest.height - upper,
        ..rest
    };
    paint_months(model, buffer, above, forecast, hits);
    outcomes(model, buffer, below, hits);
}

/// A line that a click chooses.
fn click_line(area: Rect, y: u16, row: usize, hits: &mut Hits) {
    let line = Rect {
        y: area.y + y.min(area.height),
        height: u16::from(y < area.height),
        ..area
    };
    hits.add(line, Target::Item(row));
}

fn paint_months(
    model: &Model,
    buffer: &mut Buffer,
    area: Rect,
    forecast: &Forecast,
    hits: &mut Hits,
) {
    let theme = model.theme;
    let shown = || COLUMNS.iter().filter(|column| area.width >= column.1);
    let taken: u16 = shown().map(|column| column.0).sum();
    let bar_width = area.width.saturating_sub(MONTH_WIDTH + 1 + taken);
    let mut x = MONTH_WIDTH + 1 + bar_width;
    for (width, _, key) in shown() {
        let words = text::fit(model.strings.say(key), usize::from(width - 1), Align::Right);
        put(buffer, area, x + 1, 0, &words, theme.style(Role::Dim));
        x += width;
    }
    let largest = forecast
        .months
        .iter()
        .map(|month| month.won + month.open)
        .max()
        .unwrap_or(0);
    let room = usize::from(area.height.saturating_sub(3)).max(1);
    let chosen = row(model);
    // The cursor may be further down, among the outcomes.
    let last = chosen.min(forecast.months.len().saturating_sub(1));
    let skip = (last + 1).saturating_sub(room);
    let months = forecast.months.iter().enumerate().skip(skip).take(room);
    let mut y = 1;
    for (row, month) in months {
        let here = row == chosen;
        click_line(area, y, row, hits);
        month_row(model, buffer, (area, y), month, (bar_width, largest), here);
        y += 1;
    }
    rule(
        buffer,
        area,
        y,
        theme.glyphs().rule,
        theme.style(Role::Faint),
    );
    month_row(
        model,
        buffer,
        (area, y + 1),
        &forecast.total,
        (bar_width, 0),
        false,
    );
    let words = model.strings.tell(
        "forecast-classic",
        &[
            ("weighted", money(model, forecast.weighted).into()),
            ("classic", money(model, forecast.classic).into()),
        ],
    );
    put(buffer, area, 0, y + 2, &words, theme.style(Role::Dim));
}

fn month_name(model: &Model, month: &MonthRow) -> String {
    let parsed = format!("{}-01", month.month).parse::<jiff::civil::Date>();
    match parsed {
        Ok(day) => {
            let name = report::month_name(model, day.month());
            if day.year() == model.today().year() {
                name.to_owned()
            } else {
                format!("{name} {:02}", day.year() % 100)
            }
        }
        Err(_) => model.strings.say("forecast-undated").to_owned(),
    }
}

fn month_row(
    model: &Model,
    buffer: &mut Buffer,
    (area, y): (Rect, u16),
    month: &MonthRow,
    (bar_width, largest): (u16, i128),
    here: bool,
) {
    let theme = model.theme;
    let line = Rect {
        y: area.y + y.min(area.height),
        height: u16::from(y < area.height),
        ..area
    };
    let total = largest == 0 && month.month.is_empty();
    let name = if total {
        model.strings.say("forecast-total").to_owned()
    } else {
        month_name(model, month)
    };
    let room = Rect {
        width: MONTH_WIDTH.min(line.width),
        ..line
    };
    if here {
        buffer.set_style(line.intersection(buffer.area), theme.style(Role::Selected));
        let mark = theme.style(Role::Selected).patch(theme.style(Role::Accent));
        put(buffer, line, 0, 0, theme.glyphs().selected, mark);
    }
    let ground = if here {
        theme.style(Role::Selected)
    } else {
        ratatui::style::Style::new()
    };
    put(
        buffer,
        room,
        1,
        0,
        &name,
        ground.patch(theme.style(if total { Role::Strong } else { Role::Text })),
    );
    if largest > 0 {
        // Won, then what is open: one bar, two looks.
        let bar = Rect {
            x: line.x + MONTH_WIDTH.min(line.width),
            width: bar_width.min(line.width.saturating_sub(MONTH_WIDTH)),
            ..line
        };
        let both = chart::eighths(month.won + month.open, largest, bar.width);
        chart::bar(
            buffer,
            bar,
            theme,
            both,
            ground.patch(theme.style(Role::Accent)),
            ("", ground),
        );
        let won = chart::eighths(month.won, largest, bar.width);
        if won > 0 {
            let cells = u16::try_from(won / 8).unwrap_or(0).max(1).min(bar.width);
            for x in 0..cells {
                let sign = if theme.plain { "=" } else { "▓" };
                put(
                    buffer,
                    bar,
                    x,
                    0,
                    sign,
                    ground.patch(theme.style(Role::Good)),
                );
            }
        }
    }
    let overdue = if month.overdue_count > 0 {
        (
            format!("{}{}", theme.glyphs().stalled, money(model, month.overdue)),
            Role::Bad,
        )
    } else {
        (theme.glyphs().dot.to_owned(), Role::Faint)
    };
    let pushed = if month.push_count > 0 {
        (
            format!("{}/{}×", month.pushed_count, month.push_count),
            Role::Warn,
        )
    } else {
        (theme.glyphs().dot.to_owned(), Role::Faint)
    };
    let gap = match month.gap {
        Some(gap) if gap > 0 => (format!("-{}", money(model, gap)), Role::Bad),
        Some(gap) => (
            format!("+{}", money(model, gap.saturating_neg())),
            Role::Good,
        ),
        None => (theme.glyphs().dot.to_owned(), Role::Faint),
    };
    let figures = [
        (money(model, month.won), Role::Good),
        (money(model, month.open), Role::Strong),
        (money(model, month.weighted), Role::Text),
        overdue,
        pushed,
        gap,
    ];
    let mut x = MONTH_WIDTH + 1 + bar_width;
    let shown = COLUMNS.iter().zip(figures);
    for ((width, _, _), (words, role)) in shown.filter(|(column, _)| area.width >= column.1) {
        let words = text::fit(&words, usize::from(width - 1), Align::Right);
        let style = ground.patch(theme.style(role));
        put(buffer, line, x + 1, 0, &words, style);
        x += width;
    }
}

fn outcomes(model: &Model, buffer: &mut Buffer, area: Rect, hits: &mut Hits) {
    let Some(outcomes) = model.reports.outcomes(Place::Outcomes) else {
        return;
    };
    let theme = model.theme;
    let heading = |buffer: &mut Buffer, y: u16, key: &str, aside: String| {
        rule(
            buffer,
            area,
            y,
            theme.glyphs().rule,
            theme.style(Role::Faint),
        );
        let words = format!("{} ", model.strings.say(key));
        let x = put(buffer, area, 0, y, &words, theme.heading());
        // Unlike the months these are of the cycle looked at.
        let cycle = report::cycle(model, model.lens.cycle(model.today()), false);
        if x + cells(&cycle) + cells(&aside) + 4 < area.width {
            let words = format!("{} {cycle} ", theme.glyphs().dot);
            put(buffer, area, x, y, &words, theme.style(Role::Dim));
        }
        if !aside.is_empty() {
            let words = format!(" {aside}");
            put_right(buffer, area, 0, y, &words, theme.style(Role::Dim));
        }
    };
    let rate = model.strings.tell(
        "outcomes-rate",
        &[
            ("won", outcomes.won_count.into()),
            ("lost", outcomes.lost_count.into()),
            ("rate", (outcomes.win_rate_bp / 100).to_string().into()),
        ],
    );
    let half = (area.height / 2).max(3);
    let reasons_room = half
        .saturating_sub(1)
        .min(u16::try_from(outcomes.reasons.len() + 1).unwrap_or(u16::MAX));
    heading(buffer, 0, "outcomes-reasons", rate);
    let counts = outcomes.reasons.iter().map(|reason| reason.count);
    let largest = counts.chain([outcomes.won_count]).max().unwrap_or(0);
    let won = (
        model.strings.say("head-won"),
        outcomes.won_count,
        outcomes.won,
        Role::Good,
    );
    let reasons = outcomes.reasons.iter().map(|reason| {
        let name = reason_words(model, reason);
        (name, reason.count, reason.amount, Role::Bad)
    });
    let chosen = row(model).checked_sub(months(model));
    let skip = (chosen.unwrap_or(0) + 1).saturating_sub(usize::from(reasons_room));
    let rows = std::iter::once(won).chain(reasons).enumerate().skip(skip);
    for (y, (place, (name, count, amount, role))) in (1..=reasons_room).zip(rows) {
        let words = format!("{count} {:>7}", money(model, amount));
        click_line(area, y, months(model) + place, hits);
        bar_line(
            model,
            buffer,
            (area, y),
            (name, &words),
            (count.into(), largest.into()),
            (role, chosen == Some(place)),
        );
    }
    let y = 1 + reasons_room.max(1) + u16::from(area.height > 12);
    lengths(model, buffer, area, y, outcomes, &heading);
}

fn lengths(
    model: &Model,
    buffer: &mut Buffer,
    area: Rect,
    y: u16,
    outcomes: &Outcomes,
    heading: &impl Fn(&mut Buffer, u16, &str, String),
) {
    let span = |micros: Option<i64>| {
        micros.map_or("–".to_owned(), |micros| {
            text::age(micros / SECOND_US, model.locale())
        })
    };
    let aside = model.strings.tell(
        "outcomes-length",
        &[
            ("median", span(outcomes.median_us).into()),
            ("p90", span(outcomes.p90_us).into()),
        ],
    );
    if y < area.height {
        heading(buffer, y, "outcomes-lengths", aside);
    }
    let largest = outcomes
        .lengths
        .iter()
        .map(|bucket| bucket.count)
        .max()
        .unwrap_or(0);
    for (y, bucket) in (y + 1..area.height).zip(&outcomes.lengths) {
        let name = if bucket.to_days == 0 {
            model
                .strings
                .tell("outcomes-days-from", &[("from", bucket.from_days.into())])
        } else {
            model.strings.tell(
                "outcomes-days",
                &[
                    ("from", bucket.from_days.into()),
                    ("to", bucket.to_days.into()),
                ],
            )
        };
        bar_line(
            model,
            buffer,
            (area, y),
            (&name, &bucket.count.to_string()),
            (bucket.count.into(), largest.into()),
            (Role::Accent, false),
        );
    }
}

/// A name, a bar, a figure; marked when the cursor is on it.
fn bar_line(
    model: &Model,
    buffer: &mut Buffer,
    (area, y): (Rect, u16),
    (name, words): (&str, &str),
    (value, whole): (i128, i128),
    (role, chosen): (Role, bool),
) {
    let theme = model.theme;
    let line = Rect {
        y: area.y + y.min(area.height),
        height: u16::from(y < area.height),
        ..area
    };
    let ground = if chosen {
        theme.style(Role::Selected)
    } else {
        ratatui::style::Style::new()
    };
    if chosen {
        buffer.set_style(line.intersection(buffer.area), ground);
    }
    let style = ground.patch(theme.style(Role::Text));
    let left = put_right(buffer, line, 0, 0, words, style);
    let name_width = (line.width * 2 / 5).clamp(8, 24).min(left);
    let room = Rect {
        width: name_width.saturating_sub(1),
        ..line
    };
    put(buffer, room, 0, 0, name, style);
    let bar = Rect {
        x: line.x + name_width,
        width: left.saturating_sub(name_width + 1),
        ..line
    };
    let length = chart::eighths(value, whole, bar.width);
    let none = ("", ground.patch(theme.style(Role::Faint)));
    let style = ground.patch(theme.style(role));
    chart::bar(buffer, bar, theme, length, style, none);
}
