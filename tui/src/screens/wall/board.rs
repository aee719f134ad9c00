//! The board on the wall: the sums, each stage with its count and a bar, and the latest wins.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{figure, scale, take};
use crate::live::Sum;
use crate::model::{Model, SECOND_US};
use crate::record::{Stage, StageKind};
use crate::screens::feed;
use crate::text;
use crate::theme::Role;
use crate::widgets::{big, cells, chart, column, put, put_right, rule};

/// From this height on, and with this many cells a stage, stages stand beside each other.
const BESIDE_FROM: (u16, u16) = (14, 10);
/// Most wins told.
const MAX_WINS: u16 = 6;
/// Rows of a stage above its bar: name, figure, sum, what is stalled.
const STAGE_ROWS: u16 = 3 + big::HEIGHT;
/// Widest standing bar: a wall of blocks says no more.
const MOST_BAR: u16 = 12;
/// Fewest rows in which a standing bar says anything.
const LEAST_BAR: u16 = 3;
/// Parts of a cell a standing bar can end at.
const EIGHTHS: u64 = 8;
const LOWER_BLOCKS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// Paints the picture.
pub(super) fn paint(model: &Model, buffer: &mut Buffer, body: Rect) {
    let stages = model.stages();
    let count = u16::try_from(stages.len()).unwrap_or(u16::MAX).max(1);
    let beside = body.height >= BESIDE_FROM.0 && body.width / count >= BESIDE_FROM.1;
    let mut rest = body;
    if !beside {
        if body.height > count {
            totals_in_words(model, buffer, take(&mut rest, 1));
        }
        lines(model, buffer, rest, &stages);
        return;
    }
    let scale = scale(body);
    let air = u16::from(body.height >= 24);
    take(&mut rest, air);
    totals(
        model,
        buffer,
        take(&mut rest, big::height_at(scale) + 1),
        scale,
    );
    take(&mut rest, 1);
    let wins = rest.height.saturating_sub(STAGE_ROWS + LEAST_BAR + 1);
    let wins = wins.min(1 + MAX_WINS);
    let wins = if wins > 1 { wins } else { 0 };
    let below = Rect {
        y: rest.bottom() - wins,
        height: wins,
        ..rest
    };
    rest.height -= wins + u16::from(wins > 0);
    columns(model, buffer, rest, &stages);
    latest(model, buffer, below);
}

fn money(model: &Model, minor: i128) -> String {
    text::money_short(minor, model.minor_digits(), model.locale())
}

/// The sums of the open stages with their captions.
fn sums(model: &Model) -> Vec<(String, &'static str, Role, Option<Sum>)> {
    let Some(pipeline) = model.pipeline() else {
        return Vec::new();
    };
    let total = model.picture.open_total(pipeline);
    let count = text::number(i128::try_from(total.count).unwrap_or(i128::MAX));
    let stalled = text::number(i128::try_from(total.stalled_count).unwrap_or(i128::MAX));
    let course = Some(Sum::Pipeline(pipeline.id));
    vec![
        (count, "wall-open", Role::Strong, None),
        (
            money(model, total.amount_minor),
            "wall-amount",
            Role::Accent,
            course,
        ),
        (
            money(model, total.weighted_minor),
            "wall-weighted",
            Role::Text,
            None,
        ),
        (
            stalled,
            "wall-stalled",
            if total.stalled_count > 0 {
                Role::Bad
            } else {
                Role::Good
            },
            None,
        ),
    ]
}

fn totals(model: &Model, buffer: &mut Buffer, area: Rect, scale: u16) {
    let theme = model.theme;
    let sums = sums(model);
    let width = area.width / u16::try_from(sums.len()).unwrap_or(1).max(1);
    for (place, (words, key, role, sum)) in (0..).zip(&sums) {
        let cell = Rect {
            x: area.x + place * width + 1,
            width: width.saturating_sub(2),
            ..area
        };
        let style = theme.style(*role);
        let used = figure(buffer, cell, words, scale, style);
        let x = put(
            buffer,
            cell,
            0,
            used,
            model.strings.say(key),
            theme.style(Role::Dim),
        );
        if let Some((sign, role)) = sum.and_then(|sum| model.course_sign(sum)) {
            put(buffer, cell, x + 1, used, sign, theme.style(role));
        }
    }
}

fn totals_in_words(model: &Model, buffer: &mut Buffer, line: Rect) {
    let theme = model.theme;
    let mut x = 1;
    for (words, key, role, _) in sums(model) {
        let caption = model.strings.say(key);
        if x + cells(&words) + cells(caption) + 2 > line.width {
            continue;
        }
        let strong = theme.style(role).patch(theme.style(Role::Strong));
        x += put(buffer, line, x, 0, &words, strong) + 1;
        x += put(buffer, line, x, 0, caption, theme.style(Role::Dim)) + 3;
    }
}

fn bar_role(kind: StageKind) -> Role {
    match kind {
        StageKind::Open => Role::Accent,
        StageKind::Won => Role::Good,
        StageKind::Lost => Role::Faint,
    }
}

/// The largest sum of an open stage: what was won and lost in all the years would dwarf it.
fn largest(model: &Model, stages: &[&Stage]) -> i128 {
    let open = stages.iter().filter(|stage| stage.kind == StageKind::Open);
    let sums = open.map(|stage| model.picture.board.column(stage.id).total().amount_minor);
    sums.max().unwrap_or(0)
}

fn columns(model: &Model, buffer: &mut Buffer, area: Rect, stages: &[&Stage]) {
    let theme = model.theme;
    let count = u16::try_from(stages.len()).unwrap_or(u16::MAX).max(1);
    let width = area.width / count;
    let largest = largest(model, stages);
    for (place, stage) in (0..).zip(stages) {
        let mut cell = Rect {
            x: area.x + place * width + 1,
            width: width.saturating_sub(2),
            ..area
        };
        let total = model.picture.board.column(stage.id).total();
        let name = take(&mut cell, 1);
        put(buffer, name, 0, 0, &stage.name, theme.style(Role::Strong));
        let (count, role) = column::count(model, stage);
        let used = figure(buffer, cell, &count, 1, theme.style(role));
        take(&mut cell, used);
        let line = take(&mut cell, 1);
        let x = put(
            buffer,
            line,
            0,
            0,
            &money(model, total.amount_minor),
            theme.style(Role::Text),
        );
        if let Some((sign, role)) = model.course_sign(Sum::Stage(stage.id)) {
            put(buffer, line, x, 0, sign, theme.style(role));
        }
        let line = take(&mut cell, 1);
        if stage.kind == StageKind::Open && total.stalled_count > 0 {
            let words = format!("{}{}", theme.glyphs().stalled, total.stalled_count);
            put(buffer, line, 0, 0, &words, theme.style(Role::Bad));
        }
        if cell.height >= LEAST_BAR && stage.kind == StageKind::Open {
            let bar = Rect {
                width: cell.width.min(MOST_BAR),
                ..cell
            };
            standing_bar(model, buffer, bar, total.amount_minor, largest);
        }
    }
}

/// A bar from the bottom of an area.
fn standing_bar(model: &Model, buffer: &mut Buffer, area: Rect, value: i128, whole: i128) {
    let theme = model.theme;
    let length = chart::eighths(value, whole, area.height);
    let style = theme.style(Role::Accent);
    for y in 0..area.height {
        let below = u64::from(area.height - 1 - y) * EIGHTHS;
        let part = usize::try_from(length.saturating_sub(below).min(EIGHTHS)).unwrap_or(0);
        let sign = match part {
            0 => continue,
            _ if theme.plain => "#",
            part => LOWER_BLOCKS[part],
        };
        let line = Rect {
            y: area.y + y,
            height: 1,
            ..area
        };
        rule(buffer, line, 0, sign, style);
    }
}

/// A line for each stage, where there is no room for more.
fn lines(model: &Model, buffer: &mut Buffer, area: Rect, stages: &[&Stage]) {
    let theme = model.theme;
    let largest = largest(model, stages);
    let widest = stages.iter().map(|stage| cells(&stage.name)).max();
    let name_width = widest.unwrap_or(0).min(area.width / 3);
    for (y, stage) in (0..area.height).zip(stages) {
        let line = Rect {
            x: area.x + 1.min(area.width),
            y: area.y + y,
            width: area.width.saturating_sub(2),
            height: 1,
        };
        let total = model.picture.board.column(stage.id).total();
        let name = Rect {
            width: name_width,
            ..line
        };
        put(buffer, name, 0, 0, &stage.name, theme.style(Role::Strong));
        let sum = money(model, total.amount_minor);
        let left = put_right(buffer, line, 0, 0, &sum, theme.style(Role::Text));
        let (count, role) = column::count(model, stage);
        let margin = line.width - left.min(line.width) + 2 + 6_u16.saturating_sub(cells(&sum));
        let strong = theme.style(role).patch(theme.style(Role::Strong));
        let left = put_right(buffer, line, margin, 0, &count, strong);
        let bar = Rect {
            x: line.x + (name_width + 1).min(line.width),
            width: left.saturating_sub(name_width + 3),
            ..line
        };
        if stage.kind == StageKind::Open {
            let length = chart::eighths(total.amount_minor, largest, bar.width);
            let style = theme.style(bar_role(stage.kind));
            chart::bar(buffer, bar, theme, length, style, ("", style));
        }
    }
}

/// What was won last.
fn latest(model: &Model, buffer: &mut Buffer, area: Rect) {
    let theme = model.theme;
    if area.height < 2 {
        return;
    }
    rule(
        buffer,
        area,
        0,
        theme.glyphs().rule,
        theme.style(Role::Faint),
    );
    let words = format!(" {} ", model.strings.say("wall-wins"));
    put(buffer, area, 1, 0, &words, theme.heading());
    let wins = feed::wins(model);
    if wins.is_empty() {
        let words = model.strings.say("wall-no-wins");
        put(buffer, area, 2, 1, words, theme.style(Role::Dim));
    }
    for (y, card) in (1..area.height).zip(wins) {
        let line = Rect {
            x: area.x + 2,
            y: area.y + y,
            width: area.width.saturating_sub(4),
            height: 1,
        };
        let age = text::age(
            (model.now - card.stage_entered_us) / SECOND_US,
            model.locale(),
        );
        let age = model.strings.tell("wall-age", &[("age", age.into())]);
        let who = match model.picture.member_name(card.owner_id) {
            "" => model.strings.say("unassigned"),
            who => who,
        };
        let fresh = model.is_fresh(card.id);
        let role = if fresh { Role::Focus } else { Role::Good };
        let x = put(buffer, line, 0, 0, theme.glyphs().done, theme.style(role));
        let amount = money(model, card.amount_minor.into());
        let strong = theme.style(Role::Strong);
        let x = x + 1 + put(buffer, line, x + 1, 0, &amount, strong);
        let left = put_right(buffer, line, 0, 0, &age, theme.style(Role::Dim));
        let room = Rect {
            width: left.saturating_sub(1),
            ..line
        };
        let words = format!("{who} {} {}", theme.glyphs().dot, card.name);
        put(
            buffer,
            room,
            x.max(9) + 1,
            0,
            &words,
            theme.style(Role::Text),
        );
    }
}
