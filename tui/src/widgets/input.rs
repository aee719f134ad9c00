//! A line of text with its cursor, scrolled so that the cursor is always seen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use super::{cells, put};
use crate::input::Input;
use crate::theme::{Role, Theme};

/// Paints the line in one row; the cursor only when it has the focus.
pub fn paint(
    buffer: &mut Buffer,
    area: Rect,
    y: u16,
    input: &Input,
    style: Style,
    theme: Theme,
    focused: bool,
) {
    let (before, after) = input.split();
    if !focused {
        put(buffer, area, 0, y, input.text(), style);
        return;
    }
    let under = after.graphemes(true).next().unwrap_or(" ");
    let room = area.width.saturating_sub(cells(under).max(1));
    let mut start = before;
    while cells(start) > room {
        let first = start.graphemes(true).next().map_or(start.len(), str::len);
        start = &start[first..];
        if start.is_empty() {
            break;
        }
    }
    let x = put(buffer, area, 0, y, start, style);
    let x = x + put(
        buffer,
        area,
        x,
        y,
        under,
        style.patch(theme.style(Role::Cursor)),
    );
    put(
        buffer,
        area,
        x,
        y,
        after.strip_prefix(under).unwrap_or(""),
        style,
    );
}
