//! A list with a selection: the lines that are seen, each painted by its screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::put;
use crate::hits::{Hits, Target};
use crate::list::{Line, ListState};
use crate::theme::{Role, Theme};

/// A line to paint.
#[derive(Clone, Copy, Debug)]
pub struct Painted {
    /// Its place among the lines.
    pub place: usize,
    /// Where, without the selection's mark.
    pub area: Rect,
    /// The cursor is on it.
    pub selected: bool,
    /// What lies under its words: patch it with their own style.
    pub ground: Style,
}

impl Painted {
    /// The same line, tinted when what it is about has changed some seconds ago; the selection goes before.
    pub fn tinted(self, buffer: &mut Buffer, theme: Theme, fresh: bool) -> Self {
        if !fresh || self.selected {
            return self;
        }
        let ground = theme.style(Role::Fresh);
        let first = Rect {
            height: self.area.height.min(1),
            ..self.area
        };
        buffer.set_style(first.intersection(buffer.area), ground);
        Self { ground, ..self }
    }
}

/// Paints the lines that are seen; `line` paints one. Says how many are hidden, for the screen's head: ` ↑3 ↓12`.
pub fn paint(
    buffer: &mut Buffer,
    area: Rect,
    theme: Theme,
    lines: &[Line],
    state: &ListState,
    hits: &mut Hits,
    mut line: impl FnMut(&mut Buffer, Painted),
) -> String {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return String::new();
    }
    let (shown, above, below) = state.shown(lines, area.height);
    let mut y = 0;
    for place in shown {
        let Line { id, height } = lines[place];
        let room = Rect {
            y: area.y + y,
            height: height.min(area.height - y),
            ..area
        };
        let selected = id.is_some() && id == state.id;
        let ground = if selected {
            theme.style(Role::Selected)
        } else {
            Style::new()
        };
        if selected {
            // Under its first row only: over SSH every coloured cell is waited for.
            buffer.set_style(Rect { height: 1, ..room }, ground);
            for row in 0..room.height {
                let under = if row == 0 { ground } else { Style::new() };
                let mark = under.patch(theme.style(Role::Accent));
                put(buffer, room, 0, row, theme.glyphs().selected, mark);
            }
        }
        if let Some(id) = id {
            hits.add(room, Target::Row(id));
        }
        let inner = Rect {
            x: room.x + 1.min(room.width),
            width: room.width.saturating_sub(2),
            ..room
        };
        line(
            buffer,
            Painted {
                place,
                area: inner,
                selected,
                ground,
            },
        );
        y += height;
        if y >= area.height {
            break;
        }
    }
    let mut hidden = String::new();
    for (sign, count) in [(theme.glyphs().above, above), (theme.glyphs().below, below)] {
        if count > 0 {
            hidden.push_str(&format!(" {sign}{count}"));
        }
    }
    hidden
}
