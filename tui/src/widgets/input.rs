//! A line of text with its cursor, scrolled so that the cursor is always seen.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use super::{cells, put};
use crate::input::Input;
use crate::theme::{Role, Theme};

fn shown<'a>(text: &'a str, sign: &str) -> Cow<'a, str> {
    if text.contains('\n') {
        Cow::Owned(text.replace('\n', sign))
    } else {
        Cow::Borrowed(text)
    }
}

/// Paints the line in one row; the cursor only when it has the focus. Gives the first byte shown.
pub fn paint(
    buffer: &mut Buffer,
    area: Rect,
    y: u16,
    input: &Input,
    style: Style,
    theme: Theme,
    focused: bool,
) -> usize {
    let (before, after) = input.split();
    // A note written with an editor has lines; here it is one, and says where they end.
    let sign = theme.glyphs().line_break;
    let (before, after) = (shown(before, sign), shown(after, sign));
    let (before, after) = (before.as_ref(), after.as_ref());
    if !focused {
        put(buffer, area, 0, y, &format!("{before}{after}"), style);
        return 0;
    }
    let under = after.graphemes(true).next().unwrap_or(" ");
    let room = area.width.saturating_sub(cells(under).max(1));
    let mut first = 0;
    let mut wide = cells(before);
    for (offset, grapheme) in before.grapheme_indices(true) {
        if wide <= room {
            break;
        }
        wide = wide.saturating_sub(cells(grapheme));
        first = offset + grapheme.len();
    }
    let start = &before[first..];
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
    first
}
