//! A box above the screen: cleared, bordered, titled.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::symbols::border;
use ratatui::widgets::{Block, Clear, Padding, Widget};

use super::put;
use crate::text;
use crate::theme::{Borders, Role, Theme};

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
    cut_wide_neighbours(buffer, area);
    Clear.render(area, buffer);
    let set = match theme.borders {
        Borders::Plain => PLAIN,
        Borders::Square => border::PLAIN,
        Borders::Rounded => border::ROUNDED,
    };
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

/// Blanks wide characters that reach under the box from its left: left standing, each would hide a piece of the edge.
pub(crate) fn cut_wide_neighbours(buffer: &mut Buffer, area: Rect) {
    let Some(left) = area.x.checked_sub(1) else {
        return;
    };
    for y in area.top()..area.bottom() {
        if let Some(cell) = buffer.cell_mut((left, y))
            && text::width(cell.symbol()) > 1
        {
            cell.set_symbol(" ");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_character_under_the_edge_does_not_hide_it() {
        let screen = Rect::new(0, 0, 20, 3);
        let mut buffer = Buffer::empty(screen);
        for y in 0..3 {
            buffer.set_string(0, y, "华北电力集团控制系统", ratatui::style::Style::new());
        }
        let area = Rect::new(5, 0, 8, 3);
        paint(&mut buffer, area, Theme::default(), "", "");
        for y in 0..3 {
            assert_eq!(buffer[(4, y)].symbol(), " ", "row {y}");
            assert_ne!(buffer[(5, y)].symbol(), " ", "row {y}");
        }
    }
}
