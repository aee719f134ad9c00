//! The search over everything: a line, and what it finds, by kind, as it is typed.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::hits::{Hits, Target};
use crate::layer::Search;
use crate::layout::dialog;
use crate::model::Model;
use crate::report::{Ask, Place};
use crate::theme::Role;
use crate::widgets::{input, panel, paragraph, put, put_right};

const WIDTH: u16 = 84;
const HEIGHT: u16 = 26;

/// Paints line and hits.
pub fn paint(model: &Model, buffer: &mut Buffer, area: Rect, state: &Search, hits: &mut Hits) {
    let theme = model.theme;
    let area = dialog(area, WIDTH, HEIGHT);
    let say = |key| model.strings.say(key);
    let words = (say("find-title"), say("find-keys"));
    let inner = panel::paint_with_buttons(buffer, area, theme, words, hits);
    let line = Rect {
        height: 1.min(inner.height),
        ..inner
    };
    let mut typing = line;
    let slot = model.reports.slot(Place::Search);
    let current = slot.is_some_and(|slot| {
        slot.is_current()
            && matches!(&slot.ask, Ask::Search(asked) if asked == state.input.text().trim())
    });
    let found = model.reports.found(Place::Search);
    if let Some(found) = found.filter(|_| !state.input.text().trim().is_empty()) {
        let words = if current {
            model
                .strings
                .tell("find-count", &[("count", found.total.into())])
        } else {
            "…".to_owned()
        };
        let left = put_right(buffer, line, 0, 0, &words, theme.style(Role::Dim));
        typing.width = left.saturating_sub(1);
    }
    let text = theme.style(Role::Text);
    input::paint(buffer, typing, 0, &state.input, text, theme, true);
    let list = Rect {
        y: inner.y + 2.min(inner.height),
        height: inner.height.saturating_sub(2),
        ..inner
    };
    let dim = theme.style(Role::Dim);
    if state.input.text().trim().is_empty() {
        put(buffer, line, 2, 0, say("find-example"), dim);
        paragraph(buffer, list, say("find-what"), dim);
        return;
    }
    if let Some(problem) = slot.and_then(|slot| slot.problem.as_ref()) {
        let words = format!("{} {}", theme.glyphs().wrong, problem.message);
        paragraph(buffer, list, &words, theme.style(Role::Bad));
        return;
    }
    let Some(found) = found else {
        put(buffer, list, 0, 0, say("loading"), dim);
        return;
    };
    if found.hits.is_empty() && current {
        paragraph(buffer, list, say("find-nothing"), dim);
        return;
    }
    // Headings take lines of their own.
    let mut lines: Vec<Option<usize>> = Vec::new();
    let mut kind = None;
    for (place, hit) in found.hits.iter().enumerate() {
        if kind != Some(hit.kind) {
            lines.push(None);
            kind = Some(hit.kind);
        }
        lines.push(Some(place));
    }
    let at = lines
        .iter()
        .position(|line| *line == Some(state.selected))
        .unwrap_or(0);
    let skip = (at + 1).saturating_sub(usize::from(list.height));
    let mut next = lines.iter().skip(skip).flatten().copied();
    let mut upcoming = next.next();
    for (y, entry) in (0..list.height).zip(lines.iter().skip(skip)) {
        let row = Rect {
            y: list.y + y,
            height: 1,
            ..list
        };
        match entry {
            None => {
                if let Some(hit) = upcoming.and_then(|place| found.hits.get(place)) {
                    let words = say(hit.kind.name_key());
                    let style = theme.style(Role::Strong).patch(theme.style(Role::Accent));
                    put(buffer, row, 0, 0, words, style);
                }
            }
            Some(place) => {
                upcoming = next.next();
                paint_hit(model, buffer, row, *place, *place == state.selected);
                hits.add(row, Target::Line(*place));
            }
        }
    }
}

fn paint_hit(model: &Model, buffer: &mut Buffer, row: Rect, place: usize, selected: bool) {
    let Some(hit) = model
        .reports
        .found(Place::Search)
        .and_then(|found| found.hits.get(place))
    else {
        return;
    };
    let theme = model.theme;
    let ground = if selected {
        theme.style(Role::Selected)
    } else {
        ratatui::style::Style::new()
    };
    if selected {
        buffer.set_style(row.intersection(buffer.area), ground);
        let mark = ground.patch(theme.style(Role::Accent));
        put(buffer, row, 0, 0, theme.glyphs().selected, mark);
    }
    let strong = ground.patch(theme.style(Role::Text));
    let dim = ground.patch(theme.style(Role::Dim));
    let x = 2 + put(buffer, row, 2, 0, &hit.title, strong);
    let mut aside = hit.subtitle.clone();
    if !hit.text.is_empty() && hit.text != hit.title {
        if !aside.is_empty() {
            aside.push_str(&format!(" {} ", theme.glyphs().dot));
        }
        aside.push_str(&hit.text);
    }
    put(buffer, row, x + 2, 0, &aside, dim);
}
