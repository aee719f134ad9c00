//! The filter line, in the footer's place: what is typed, how many deals match, what is wrong.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use crate::layer::FilterLine;
use crate::model::Model;
use crate::theme::Role;
use crate::update::hit_count;
use crate::widgets::{input, put, put_right};

/// Paints the line; a problem stands above it, where there is room to say it.
pub fn paint(model: &Model, buffer: &mut Buffer, area: Rect, line: &FilterLine) {
    let theme = model.theme;
    let (words, role) = if line.input.text().is_empty() {
        (model.strings.say("filter-example").to_owned(), Role::Dim)
    } else {
        let count = hit_count(model);
        (
            model
                .strings
                .tell("filter-hits", &[("count", count.into())]),
            Role::Accent,
        )
    };
    if let Some((place, problem)) = &line.problem {
        let above = Rect {
            y: area.y.saturating_sub(1),
            ..area
        };
        Clear.render(above.intersection(buffer.area), buffer);
        let words = model.strings.tell(
            "filter-problem",
            &[
                ("sign", theme.glyphs().wrong.into()),
                ("place", place.into()),
                ("problem", problem.as_str().into()),
            ],
        );
        put(buffer, above, 1, 0, &words, theme.style(Role::Bad));
    }
    let left = put_right(buffer, area, 1, 0, &words, theme.style(role)).max(area.width / 3);
    put(
        buffer,
        area,
        0,
        0,
        "/",
        theme.style(Role::Accent).patch(theme.style(Role::Strong)),
    );
    let typing = Rect {
        x: area.x + 1.min(area.width),
        width: left.saturating_sub(2).min(area.width.saturating_sub(1)),
        ..area
    };
    input::paint(
        buffer,
        typing,
        0,
        &line.input,
        theme.style(Role::Text),
        theme,
        true,
    );
}
