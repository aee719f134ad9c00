//! The funnel on the wall: a layer for each stage, how many deals stand in it, and the share that goes on.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{figure, take};
use crate::model::Model;
use crate::record::StageKind;
use crate::report::Place;
use crate::screens::report;
use crate::text;
use crate::theme::Role;
use crate::widgets::{big, cells, chart, put, put_right};

/// Cells of a stage's name.
const NAME_WIDTH: u16 = 16;
/// Cells of a big figure.
const FIGURE_WIDTH: u16 = 18;
/// Cells of a small figure.
const SMALL_WIDTH: u16 = 8;
/// From this width on figures may be big.
const BIG_FROM: u16 = 100;

/// Paints the picture.
pub(super) fn paint(model: &Model, buffer: &mut Buffer, body: Rect) {
    let theme = model.theme;
    let name = model.strings.say("funnel-title");
    let cycle = model.lens.cycle(model.today());
    let about = [report::cycle(model, cycle, body.width >= 60)];
    let mut rest = report::titled(model, buffer, body, name, &about, Place::Funnel);
    let Some(funnel) = model.reports.funnel(Place::Funnel) else {
        report::absent(model, buffer, rest, Place::Funnel);
        return;
    };
    let count = u16::try_from(funnel.stages.len())
        .unwrap_or(u16::MAX)
        .max(1);
    let tall = rest.width >= BIG_FROM && rest.height / count > big::HEIGHT;
    let row = if tall {
        big::HEIGHT + 1
    } else {
        (rest.height / count).clamp(1, 2)
    };
    let air = (rest.height.saturating_sub(row * count) / count).min(2);
    let wide = if tall { FIGURE_WIDTH } else { SMALL_WIDTH };
    let of = |id: u64| model.picture.stage(id);
    let open = funnel
        .stages
        .iter()
        .filter(|figures| of(figures.stage_id).is_none_or(|stage| stage.kind == StageKind::Open));
    let largest = open.map(|figures| figures.amount).max().unwrap_or(0);
    for figures in &funnel.stages {
        let line = take(&mut rest, row);
        take(&mut rest, air);
        if line.height == 0 {
            break;
        }
        let stage = of(figures.stage_id);
        let kind = stage.map_or(StageKind::Open, |stage| stage.kind);
        let name = stage.map_or_else(
            || model.strings.say("stage-gone"),
            |stage| stage.name.as_str(),
        );
        let room = Rect {
            x: line.x + 1.min(line.width),
            width: NAME_WIDTH.min(line.width / 4),
            ..line
        };
        put(buffer, room, 0, 0, name, theme.style(Role::Strong));
        let sum = text::money_short(figures.amount, model.minor_digits(), model.locale());
        if line.height > 1 {
            put(buffer, room, 0, 1, &sum, theme.style(Role::Dim));
        }
        let role = match kind {
            StageKind::Open => Role::Text,
            StageKind::Won => Role::Good,
            StageKind::Lost => Role::Dim,
        };
        let counted = Rect {
            x: room.right() + 1,
            width: wide,
            ..line
        };
        let words = text::number(figures.count.into());
        figure(
            buffer,
            counted.intersection(line),
            &words,
            1,
            theme.style(role),
        );
        let share = Rect {
            x: line.right().saturating_sub(wide + 1),
            width: wide,
            ..line
        };
        if let Some(bp) = figures.conversion_bp {
            // Whole percents are enough across a room.
            let words = format!("{}%", (bp + 50) / 100);
            let used = figure(buffer, share, &words, 1, theme.style(Role::Accent));
            if used < share.height {
                let words = model.strings.say("wall-went-on");
                put(buffer, share, 0, used, words, theme.style(Role::Dim));
            }
        }
        if kind == StageKind::Open {
            let x = counted.right() + 1;
            let bar = Rect {
                x,
                width: share.x.saturating_sub(x + 2),
                height: line.height.saturating_sub(u16::from(line.height > 1)),
                ..line
            };
            let length = chart::eighths(figures.amount, largest, bar.width);
            let marked = chart::eighths(figures.stalled_amount, largest, bar.width);
            let styles = (theme.style(Role::Accent), theme.style(Role::Bad));
            chart::layer(buffer, bar, theme, (length, marked), styles);
            stalled(model, buffer, line, bar, figures.stalled_count);
        }
    }
}

/// How many are stalled, below the bar.
fn stalled(model: &Model, buffer: &mut Buffer, line: Rect, bar: Rect, count: u64) {
    if count == 0 || line.height < 2 {
        return;
    }
    let theme = model.theme;
    let words = format!(
        "{} {} {}",
        theme.glyphs().stalled,
        count,
        model.strings.say("wall-stalled")
    );
    if cells(&words) <= bar.width {
        let below = Rect {
            y: bar.bottom(),
            height: 1,
            ..bar
        };
        let margin = (bar.width - cells(&words)) / 2;
        put_right(buffer, below, margin, 0, &words, theme.style(Role::Bad));
    }
}
