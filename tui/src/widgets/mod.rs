//! Small painters shared by screens and layers; each paints only what is visible.

pub mod big;
pub mod card;
pub mod chart;
pub mod column;
pub mod input;
pub mod list;
pub mod panel;
pub mod row;
pub mod strip;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::text;

/// Writes text at a place of an area, cut at the area's right edge; gives the cells used. Nothing outside is ever touched.
pub fn put(buffer: &mut Buffer, area: Rect, x: u16, y: u16, words: &str, style: Style) -> u16 {
    let area = area.intersection(buffer.area);
    if x >= area.width || y >= area.height {
        return 0;
    }
    let room = usize::from(area.width - x);
    let (x, y) = (area.x + x, area.y + y);
    if let Some(used) = put_simple(buffer, x, y, room, words, style) {
        return used;
    }
    let shown = text::truncate(words, room);
    let (end, _) = buffer.set_stringn(x, y, shown, room, style);
    end - x
}

/// Writes a paragraph from the top of an area, broken where it must be; gives its rows, also of those that had no room.
pub fn paragraph(buffer: &mut Buffer, area: Rect, words: &str, style: Style) -> u16 {
    let mut rows = 0;
    for part in text::wrap(words, usize::from(area.width)) {
        put(buffer, area, 0, rows, part, style);
        rows += 1;
    }
    rows
}

/// What [`put`] does, letter by letter: names are written dozens of times a frame, and finding graphemes takes longer than all the
/// rest. None, and nothing written, when a letter may join its neighbours.
fn put_simple(
    buffer: &mut Buffer,
    x: u16,
    y: u16,
    room: usize,
    words: &str,
    style: Style,
) -> Option<u16> {
    let mut columns = 0;
    // What is left when an ellipsis needs the last column.
    let mut cut = 0;
    let mut fits = true;
    for (offset, letter) in words.char_indices() {
        let width = text::simple_width(letter)?;
        columns += width;
        if columns > room {
            fits = false;
            break;
        }
        if columns < room {
            cut = offset + letter.len_utf8();
        }
    }
    let start = buffer.index_of(x, y);
    let cells = buffer.content.get_mut(start..start + room)?;
    if fits {
        return Some(fill(cells, words, style));
    }
    let used = fill(cells, words[..cut].trim_end(), style);
    Some(used + fill(&mut cells[usize::from(used)..], text::ELLIPSIS, style))
}

/// Writes letters that are known to fit; gives the cells used.
fn fill(cells: &mut [Cell], words: &str, style: Style) -> u16 {
    let mut used = 0;
    for (offset, letter) in words.char_indices() {
        let symbol = &words[offset..offset + letter.len_utf8()];
        cells[used].set_symbol(symbol).set_style(style);
        used += 1;
        if text::simple_width(letter) == Some(2) {
            // Hidden under the second half.
            cells[used].reset();
            used += 1;
        }
    }
    u16::try_from(used).unwrap_or(u16::MAX)
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

/// Repeats a one-cell sign down a column.
pub fn bar(buffer: &mut Buffer, area: Rect, x: u16, sign: &str, style: Style) {
    let area = area.intersection(buffer.area);
    if x >= area.width {
        return;
    }
    for y in area.top()..area.bottom() {
        if let Some(cell) = buffer.cell_mut((area.x + x, y)) {
            cell.set_symbol(sign).set_style(style);
        }
    }
}

/// A text's width as the grid counts.
pub fn cells(words: &str) -> u16 {
    u16::try_from(text::width(words)).unwrap_or(u16::MAX)
}
