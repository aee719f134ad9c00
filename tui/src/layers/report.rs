//! What was refused of an act on several deals: each deal, and why.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::bulk::Report;
use crate::layout::dialog;
use crate::model::Model;
use crate::theme::Role;
use crate::widgets::{panel, paragraph, put};

const WIDTH: u16 = 72;
/// Rows of a deal: its name, and usually one of reason.
const ROWS_EACH: usize = 2;

/// Paints the list from the first deal shown.
pub fn paint(model: &Model, buffer: &mut Buffer, area: Rect, report: &Report) {
    let theme = model.theme;
    let rows = report.refused.len() * ROWS_EACH + 4;
    let height = u16::try_from(rows).unwrap_or(u16::MAX).min(area.height);
    let words = [
        (
            "done",
            (report.total.saturating_sub(report.refused.len())).into(),
        ),
        ("total", report.total.into()),
        ("refused", report.refused.len().into()),
    ];
    let title = model.strings.say("bulk-report-title");
    let keys = model.strings.say("bulk-report-keys");
    let area = dialog(area, WIDTH, height.max(5));
    let inner = panel::paint(buffer, area, theme, title, keys);
    let told = model.strings.tell("bulk-partly", &words);
    let mut y = paragraph(buffer, inner, &told, theme.style(Role::Dim)) + 1;
    for one in report.refused.iter().skip(report.scroll) {
        if y >= inner.height {
            return;
        }
        let name = format!("{} {}", theme.glyphs().wrong, one.name);
        put(buffer, inner, 0, y, &name, theme.style(Role::Strong));
        let why = Rect {
            x: inner.x + 2.min(inner.width),
            y: inner.y + (y + 1).min(inner.height),
            width: inner.width.saturating_sub(2),
            height: inner.height.saturating_sub(y + 1),
        };
        y += 1 + paragraph(buffer, why, &one.reason, theme.style(Role::Text));
    }
}
