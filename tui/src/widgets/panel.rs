//! A box above the screen: cleared, bordered, titled.

use crossterm::event::KeyCode;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::symbols::border;
use ratatui::widgets::{Block, Clear, Padding, Widget};

use super::{cells, put};
use crate::hits::Hits;
use crate::text;
use crate::theme::{Borders, Role, Theme};

/// Cells before a hint: the edge, the cell behind it, a space.
const HINT_START: u16 = 3;
/// What stands between the keys of a hint.
const HINT_GAP: &str = "  ";

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

/// Paints the box with a hint whose keys can be clicked; gives the room inside it.
pub fn paint_with_buttons(
    buffer: &mut Buffer,
    area: Rect,
    theme: Theme,
    (title, hint): (&str, &str),
    hits: &mut Hits,
) -> Rect {
    let inner = paint(buffer, area, theme, title, hint);
    let area = area.intersection(buffer.area);
    let row = Rect {
        // Behind the edge and its gap, see above.
        x: area.x.saturating_add(HINT_START).min(area.right()),
        y: area.bottom().saturating_sub(1),
        width: area.width.saturating_sub(HINT_START + 1),
        height: u16::from(area.height > 1),
    };
    for (x, width, code) in buttons(hint) {
        let button = Rect {
            x: row.x.saturating_add(x),
            width,
            ..row
        };
        hits.add_key(button.intersection(row), code);
    }
    inner
}

/// The parts of a hint that begin with a key: where each begins, how wide it is, and the key. `⏎ save   Esc leave` has two.
fn buttons(hint: &str) -> impl Iterator<Item = (u16, u16, KeyCode)> {
    let mut x = 0;
    let parts = hint.split(HINT_GAP).filter_map(move |part| {
        let start = x + cells(part) - cells(part.trim_start());
        x += cells(part) + cells(HINT_GAP);
        let words = part.trim();
        let key = match words.split(' ').next()? {
            "⏎" => KeyCode::Enter,
            "Esc" => KeyCode::Esc,
            "Tab" => KeyCode::Tab,
            other => {
                let mut letters = other.chars();
                match (letters.next(), letters.next()) {
                    (Some(letter), None) if letter.is_ascii_alphanumeric() => KeyCode::Char(letter),
                    _ => return None,
                }
            }
        };
        Some((start, cells(words), key))
    });
    parts.collect::<Vec<_>>().into_iter()
}

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
    fn the_keys_of_a_hint_can_be_clicked() {
        let area = Rect::new(10, 5, 60, 4);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 80, 24));
        let mut hits = Hits::default();
        let hint = "⏎ 保存   Tab next   ←→ choose  q go   Esc leave";
        paint_with_buttons(&mut buffer, area, Theme::default(), ("", hint), &mut hits);
        for (word, code) in [
            ("保", Some(KeyCode::Enter)),
            ("T", Some(KeyCode::Tab)),
            ("←", None),
            ("q", Some(KeyCode::Char('q'))),
            ("E", Some(KeyCode::Esc)),
        ] {
            let x = (10..70).find(|x| buffer[(*x, 8)].symbol() == word);
            let hit = hits.at(x.unwrap_or(0), 8);
            let wanted = code.map(|code| crate::hits::Target::Press(code.into()));
            assert_eq!(hit, wanted, "{word}");
        }
    }

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
