//! Bars in eighths of a cell: lying to the right, or centred as the layers of a funnel. Plain terminals get whole cells.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::theme::Theme;

/// Parts of a cell a bar can end at.
const EIGHTHS: u64 = 8;
const LEFT_BLOCKS: [&str; 9] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"];
const PLAIN_FULL: &str = "#";
const PLAIN_MARKED: &str = "x";
const MARKED: &str = "▒";

/// A bar's length in eighths of a cell, in proportion to the whole of `room` cells; whatever is not nothing is seen.
pub fn eighths(value: i128, whole: i128, room: u16) -> u64 {
    if value <= 0 || whole <= 0 {
        return 0;
    }
    let room = i128::from(room) * i128::from(EIGHTHS);
    let length = value.min(whole).saturating_mul(room) / whole;
    u64::try_from(length).unwrap_or(0).max(1)
}

/// Paints a bar from the left edge of a line; the rest of the line is `track`, repeated, when it is not empty.
pub fn bar(
    buffer: &mut Buffer,
    line: Rect,
    theme: Theme,
    length: u64,
    style: Style,
    track: (&str, Style),
) {
    let line = line.intersection(buffer.area);
    for x in 0..line.width {
        let filled = length.saturating_sub(u64::from(x) * EIGHTHS).min(EIGHTHS);
        let (sign, style) = match usize::try_from(filled).unwrap_or(0) {
            0 => track,
            _ if theme.plain => (PLAIN_FULL, style),
            part => (LEFT_BLOCKS[part], style),
        };
        if sign.is_empty() {
            continue;
        }
        for y in line.top()..line.bottom() {
            if let Some(cell) = buffer.cell_mut((line.x + x, y)) {
                cell.set_symbol(sign).set_style(style);
            }
        }
    }
}

/// Paints a layer of a funnel: a bar in the middle, of which the last `marked` eighths are of another kind, with a sign of their own.
pub fn layer(
    buffer: &mut Buffer,
    area: Rect,
    theme: Theme,
    (length, marked): (u64, u64),
    (style, marked_style): (Style, Style),
) {
    let area = area.intersection(buffer.area);
    let room = u64::from(area.width) * EIGHTHS;
    let length = length.min(room);
    let start = (room - length) / 2;
    let end = start + length;
    let marked_from = end - marked.min(length);
    for x in 0..area.width {
        let left = u64::from(x) * EIGHTHS;
        let right = left + EIGHTHS;
        if right <= start || left >= end {
            continue;
        }
        let whole = left >= start && right <= end;
        // A cell is of the kind that most of it belongs to.
        let is_marked = left.max(start) + EIGHTHS / 2 > marked_from && marked > 0;
        let ink = if is_marked { marked_style } else { style };
        let part = |eighths: u64| LEFT_BLOCKS[usize::try_from(eighths.min(EIGHTHS)).unwrap_or(0)];
        let (sign, ink) = if theme.plain {
            (if is_marked { PLAIN_MARKED } else { PLAIN_FULL }, ink)
        } else if is_marked {
            (MARKED, ink)
        } else if whole {
            (part(EIGHTHS), ink)
        } else if left < start {
            // Filled from the right: the rest is painted in the bar's colour instead.
            (part(start - left), ink.add_modifier(Modifier::REVERSED))
        } else {
            (part(end - left), ink)
        };
        for y in area.top()..area.bottom() {
            if let Some(cell) = buffer.cell_mut((area.x + x, y)) {
                cell.set_symbol(sign).set_style(ink);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(paint: impl Fn(&mut Buffer, Rect)) -> String {
        let area = Rect::new(0, 0, 8, 1);
        let mut buffer = Buffer::empty(area);
        paint(&mut buffer, area);
        (0..8).map(|x| buffer[(x, 0)].symbol().to_owned()).collect()
    }

    #[test]
    fn lengths_are_in_proportion_and_something_is_always_seen() {
        assert_eq!(eighths(50, 100, 8), 32);
        assert_eq!(eighths(1, 1_000_000, 8), 1);
        assert_eq!(eighths(0, 100, 8), 0);
        assert_eq!(eighths(-5, 100, 8), 0);
        assert_eq!(eighths(300, 100, 8), 64);
    }

    #[test]
    fn bars_end_within_a_cell() {
        let theme = Theme::default();
        let bar = |length, theme| {
            line(|buffer, area| {
                bar(
                    buffer,
                    area,
                    theme,
                    length,
                    Style::new(),
                    (".", Style::new()),
                );
            })
        };
        assert_eq!(bar(20, theme), "██▌.....");
        let mut plain = theme;
        plain.plain = true;
        assert_eq!(bar(20, plain), "###.....");
    }

    #[test]
    fn layers_stand_in_the_middle_with_their_marked_end_to_the_right() {
        let layer = |length, marked| {
            line(|buffer, area| {
                let styles = (Style::new(), Style::new());
                layer(buffer, area, Theme::default(), (length, marked), styles);
            })
        };
        assert_eq!(layer(32, 0), "  ████  ");
        assert_eq!(layer(32, 16), "  ██▒▒  ");
        // Half a cell on either side; the left one is painted inverted.
        assert_eq!(layer(24, 0), "  ▌██▌  ");
        assert_eq!(layer(64, 64), "▒▒▒▒▒▒▒▒");
        assert_eq!(layer(0, 0), "        ");
    }
}
