//! The keys that may follow a prefix, shown when the person hesitates.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::command::{self, Row};
use crate::hits::{Hits, Target};
use crate::keymap::{Context, shown};
use crate::model::Model;
use crate::theme::Role;
use crate::widgets::{panel, put};

const WIDTH: u16 = 40;
/// Cells of a column where there are several.
const COLUMN_WIDTH: u16 = 26;

/// Paints the box in the lower right corner.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let rows = following(model);
    let room = usize::from(body.height.saturating_sub(2)).max(1);
    // Beside each other where they are too many to stand below each other: none is hidden.
    let columns = rows.len().div_ceil(room).max(1);
    let deep = rows.len().div_ceil(columns);
    let height = u16::try_from(deep + 2).unwrap_or(u16::MAX).min(body.height);
    let wanted = u16::try_from(columns)
        .unwrap_or(u16::MAX)
        .saturating_mul(COLUMN_WIDTH);
    let width = wanted.max(WIDTH).min(body.width);
    let area = Rect {
        x: body.right() - width,
        y: body.bottom() - height,
        width,
        height,
    };
    let theme = model.theme;
    let inner = panel::paint(
        buffer,
        area,
        theme,
        model.strings.say("which-key-title"),
        "",
    );
    let across = inner.width / u16::try_from(columns).unwrap_or(u16::MAX).max(1);
    for (place, (keys, row)) in rows.into_iter().enumerate() {
        let (column, y) = (place / deep.max(1), place % deep.max(1));
        let (column, y) = (
            u16::try_from(column).unwrap_or(0),
            u16::try_from(y).unwrap_or(0),
        );
        let line = Rect {
            x: inner.x + column * across,
            y: inner.y + y,
            width: across,
            height: 1,
        }
        .intersection(inner);
        put(
            buffer,
            line,
            0,
            0,
            &shown(&keys),
            theme.style(Role::Accent).patch(theme.style(Role::Strong)),
        );
        put(
            buffer,
            line,
            4,
            0,
            model.strings.say(row.short_key),
            theme.style(Role::Text),
        );
        hits.add(line, Target::Command(row.command));
    }
}

/// What can follow the keys so far, and the rest of its keys.
fn following(model: &Model) -> Vec<(String, &'static Row)> {
    let context = Context::of(model.screen);
    let typed = &model.typed.keys;
    let mut rows = Vec::new();
    for row in command::available(model) {
        for binding in model.config.keymap.keys(context, row.command) {
            let rest = binding.keys.strip_prefix(typed.as_slice());
            if let Some(rest @ [_, ..]) = rest {
                let rest: Vec<String> = rest.iter().map(|key| key.written()).collect();
                rows.push((rest.join(" "), row));
            }
        }
    }
    rows
}
