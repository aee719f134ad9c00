//! The filter line, in the footer's place: what is typed, how many deals match, what is wrong.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::layer::FilterLine;
use crate::model::Model;
use crate::theme::Role;
use crate::update::hit_count;
use crate::widgets::{input, put, put_right};

/// Paints the line.
pub fn paint(model: &Model, buffer: &mut Buffer, area: Rect, line: &FilterLine) {
    let theme = model.theme;
    let (words, role) = match &line.problem {
        Some((place, problem)) => (
            model.strings.tell(
                "filter-problem",
                &[
                    ("place", (place + 1).into()),
                    ("problem", problem.as_str().into()),
                ],
            ),
            Role::Bad,
        ),
        None if line.input.text().is_empty() => {
            (model.strings.say("filter-example").to_owned(), Role::Dim)
        }
        None => (
            model
                .strings
                .tell("filter-hits", &[("count", hit_count(model).into())]),
            Role::Accent,
        ),
    };
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
