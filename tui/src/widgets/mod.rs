//! Small painters shared by screens and layers; each paints only what is visible.

pub mod card;
pub mod column;
pub mod input;
pub mod panel;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::text;

/// Writes text at a place of an area, cut at the area's right edge; gives the cells used. Nothing outside is ever touched.
pub fn put(buffer: &mut Buffer, area: Rect, x: u16, y: u16, words: &str, style: Style) -> u16 {
    let area = area.intersection(buffer.area);
    if x >= area.width || y >= area.height {
        return 0;
    }
    let room = area.width - x;
    let shown = text::truncate(words, usize::from(room));
    let (end, _) = buffer.set_stringn(area.x + x, area.y + y, shown, usize::from(room), style);
    end - (area.x + x)
}

/// Writes text that ends at the area's right edge minus `margin`; gives the cells left before it.
pub fn put_right(
    buffer: &mut Buffer,
    area: Rect,
    margin: u16,
    y: u16,
    words: &str,
    style: Style,
) -> u16 {
    let width = u16::try_from(text::width(words)).unwrap_or(u16::MAX);
    let x = area.width.saturating_sub(margin).saturating_sub(width);
    put(buffer, area, x, y, words, style);
    x
}

/// Repeats a one-cell sign over a line.
pub fn rule(buffer: &mut Buffer, area: Rect, y: u16, sign: &str, style: Style) {
    let area = area.intersection(buffer.area);
    if y >= area.height {
        return;
    }
    for x in area.left()..area.right() {
        if let Some(cell) = buffer.cell_mut((x, area.y + y)) {
            cell.set_symbol(sign).set_style(style);
        }
    }
}

/// A text's width as the grid counts.
pub fn cells(words: &str) -> u16 {
    u16::try_from(text::width(words)).unwrap_or(u16::MAX)
}
