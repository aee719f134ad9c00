//! The saved views: pick one for the board, or keep the present filter and order by a name.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::hits::{Hits, Target};
use crate::layer::ViewList;
use crate::layout::dialog;
use crate::model::Model;
use crate::report::Place;
use crate::theme::Role;
use crate::widgets::{cells, panel, paragraph, put, put_right};

const WIDTH: u16 = 76;
const MIN_HEIGHT: u16 = 8;

/// Paints the list.
pub fn paint(model: &Model, buffer: &mut Buffer, area: Rect, state: &ViewList, hits: &mut Hits) {
    let theme = model.theme;
    let say = |key| model.strings.say(key);
    let views = crate::update::visible_views(model);
    let count = views.as_ref().map_or(0, Vec::len);
    let count = u16::try_from(count).unwrap_or(u16::MAX);
    let area = dialog(area, WIDTH, count.saturating_add(4).max(MIN_HEIGHT));
    let words = (say("views-title"), say("views-keys"));
    let inner = panel::paint_with_buttons(buffer, area, theme, words, hits);
    let slot = model.reports.slot(Place::Views);
    let Some(views) = views else {
        let (words, role) = match slot.and_then(|slot| slot.problem.as_ref()) {
            Some(problem) => (problem.message.as_str(), Role::Bad),
            None => (say("loading"), Role::Dim),
        };
        put(buffer, inner, 0, 0, words, theme.style(role));
        return;
    };
    if views.is_empty() {
        let dim = theme.style(Role::Dim);
        put(buffer, inner, 0, 0, say("views-none"), dim);
        let below = Rect {
            y: inner.y + 1.min(inner.height),
            height: inner.height.saturating_sub(2),
            ..inner
        };
        paragraph(buffer, below, say("views-how"), dim);
    }
    let room = usize::from(inner.height.saturating_sub(1)).max(1);
    let skip = (state.selected + 1).saturating_sub(room);
    let shown = views.iter().enumerate().skip(skip).take(room);
    for (y, (place, view)) in (0..).zip(shown) {
        let line = Rect {
            y: inner.y + y,
            height: 1,
            ..inner
        };
        let selected = place == state.selected;
        let ground = theme.style(if selected { Role::Selected } else { Role::Text });
        if selected {
            buffer.set_style(line.intersection(buffer.area), ground);
            let mark = ground.patch(theme.style(Role::Accent));
            put(buffer, line, 0, 0, theme.glyphs().selected, mark);
        }
        hits.add(line, Target::Line(place));
        let whose = if view.shared {
            say("views-shared")
        } else {
            say("views-mine")
        };
        let dim = ground.patch(theme.style(Role::Dim));
        let left = put_right(buffer, line, 0, 0, whose, dim);
        let name = Rect {
            width: left.saturating_sub(1),
            ..line
        };
        let x = 2 + put(buffer, name, 2, 0, &view.name, ground);
        let mut filter = view.filter.clone();
        if !view.order_by.is_empty() {
            filter.push_str(&format!(" {} {}", theme.glyphs().below, view.order_by));
        }
        put(buffer, name, x + 2, 0, &filter, dim);
    }
    let present = model
        .filter
        .as_ref()
        .map(|filter| filter.text.as_str())
        .unwrap_or_default();
    let words = if present.is_empty() {
        say("views-no-filter").to_owned()
    } else {
        model
            .strings
            .tell("views-present", &[("filter", present.into())])
    };
    let last = Rect {
        y: inner.bottom().saturating_sub(1),
        height: 1.min(inner.height),
        ..inner
    };
    if cells(&words) > 0 && last.y >= inner.y {
        put(buffer, last, 0, 0, &words, theme.style(Role::Dim));
    }
}
