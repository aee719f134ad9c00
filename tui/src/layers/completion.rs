//! Names offered while something is typed, in a list under the word.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use crate::entry::complete::Completion;
use crate::model::Model;
use crate::theme::Role;
use crate::widgets::{bar, cells, panel, put, put_right};

/// Widest list.
const MAX_WIDTH: u16 = 48;
/// Cells before a name, between it and what it belongs to, and behind that.
const PADDING: u16 = 4;

/// Paints the list below the first row of `line`, where the word begins; `first` is the first byte of the text that is shown.
pub fn paint(
    model: &Model,
    buffer: &mut Buffer,
    line: Rect,
    text: &str,
    first: usize,
    offered: &Completion,
) {
    let theme = model.theme;
    let screen = buffer.area;
    let width_of = |offer: &crate::entry::complete::Offer| {
        cells(&offer.shown)
            .saturating_add(cells(&offer.note))
            .saturating_add(PADDING)
    };
    let hint = model.strings.say("completion-keys");
    let width = offered
        .offers
        .iter()
        .map(width_of)
        .max()
        .unwrap_or(0)
        .max(cells(hint) + PADDING)
        .min(MAX_WIDTH)
        .min(screen.width);
    let before = text.get(first..offered.range.start).unwrap_or_default();
    let x = line
        .x
        .saturating_add(cells(before))
        .min(screen.right().saturating_sub(width));
    let rows = u16::try_from(offered.offers.len() + 1).unwrap_or(u16::MAX);
    let area = Rect {
        x,
        y: line.y.saturating_add(1),
        width,
        height: rows,
    }
    .intersection(screen);
    panel::cut_wide_neighbours(buffer, area);
    Clear.render(area, buffer);
    let side = theme.glyphs().bar;
    let edge = theme.style(Role::Faint);
    bar(buffer, area, area.width.saturating_sub(1), side, edge);
    for (y, offer) in (0..area.height).zip(&offered.offers) {
        let row = Rect {
            y: area.y + y,
            height: 1,
            ..area
        };
        let chosen = offered.selected == Some(usize::from(y));
        let ground = theme.style(if chosen { Role::Selected } else { Role::Text });
        let inside = Rect {
            width: row.width.saturating_sub(1),
            ..row
        };
        buffer.set_style(inside, ground);
        let sign = if chosen {
            theme.glyphs().selected
        } else {
            side
        };
        put(
            buffer,
            row,
            0,
            0,
            sign,
            ground.patch(theme.style(Role::Accent)),
        );
        let dim = ground.patch(theme.style(Role::Dim));
        let left = put_right(buffer, row, 2, 0, &offer.note, dim);
        let name = Rect {
            width: left.saturating_sub(1).min(row.width),
            ..row
        };
        put(buffer, name, 2, 0, &offer.shown, ground);
    }
    let last = area.height.saturating_sub(1);
    if usize::from(last) >= offered.offers.len() {
        let style = theme.style(Role::Dim);
        put(buffer, area, 0, last, side, edge);
        put(buffer, area, 2, last, hint, style);
    }
}
