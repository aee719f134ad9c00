//! A question before something that is hard to take back: what will change, and the keys for yes and no.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::hits::Hits;
use crate::layer::Confirm;
use crate::layout::dialog;
use crate::model::Model;
use crate::text;
use crate::theme::Role;
use crate::widgets::{panel, put};

const WIDTH: u16 = 60;

/// Paints the question.
pub fn paint(model: &Model, buffer: &mut Buffer, area: Rect, confirm: &Confirm, hits: &mut Hits) {
    let theme = model.theme;
    let room = usize::from(WIDTH.min(area.width).saturating_sub(4)).max(1);
    let question = text::wrap(&confirm.question, room);
    let consequence = text::wrap(&confirm.consequence, room);
    let gap = usize::from(!confirm.consequence.is_empty());
    let height = u16::try_from(question.len() + consequence.len() * gap + 2).unwrap_or(u16::MAX);
    let area = dialog(area, WIDTH, height.saturating_add(1));
    let hint = model.strings.say("confirm-keys");
    let inner = panel::paint_with_buttons(buffer, area, theme, ("", hint), hits);
    let mut y = 0;
    for part in question {
        put(buffer, inner, 0, y, part, theme.style(Role::Strong));
        y += 1;
    }
    for part in consequence.into_iter().filter(|part| !part.is_empty()) {
        put(buffer, inner, 0, y, part, theme.style(Role::Dim));
        y += 1;
    }
}
