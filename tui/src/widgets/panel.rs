//! A box above the screen: cleared, bordered, titled.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::symbols::border;
use ratatui::widgets::{Block, Clear, Padding, Widget};

use super::put;
use crate::theme::{Role, Theme};

const PLAIN: border::Set = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// Paints the box; gives the room inside it.
pub fn paint(buffer: &mut Buffer, area: Rect, theme: Theme, title: &str, hint: &str) -> Rect {
    let area = area.intersection(buffer.area);
    Clear.render(area, buffer);
    let set = if theme.plain { PLAIN } else { border::ROUNDED };
    let block = Block::bordered()
        .border_set(set)
        .border_style(theme.style(Role::Faint))
        .padding(Padding::horizontal(1));
    let inner = block.inner(area);
    block.render(area, buffer);
    let edge = Rect {
        x: area.x + 1.min(area.width),
        width: area.width.saturating_sub(2),
        ..area
    };
    if !title.is_empty() && area.height > 0 {
        put(
            buffer,
            edge,
            1,
            0,
            &format!(" {title} "),
            theme.style(Role::Accent).patch(theme.style(Role::Strong)),
        );
    }
    if !hint.is_empty() && area.height > 1 {
        put(
            buffer,
            edge,
            1,
            area.height - 1,
            &format!(" {hint} "),
            theme.style(Role::Dim),
        );
    }
    inner
}
