//! A folded stage: a narrow strip with its count, its sum and its name from top to bottom.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;

use super::{cells, column, put, put_right, rule};
use crate::hits::{Hits, Target};
use crate::layout;
use crate::live::Sum;
use crate::model::Model;
use crate::record::{Stage, StageKind};
use crate::text;
use crate::theme::Role;

/// Paints a strip.
pub fn paint(buffer: &mut Buffer, area: Rect, model: &Model, stage: &Stage, hits: &mut Hits) {
    let theme = model.theme;
    hits.add(area, Target::Column(stage.id));
    let (head, body) = layout::column_parts(area);
    let drop = model.drop_stage();
    let marked = drop == Some(stage.id) || (model.focus == Some(stage.id) && drop.is_none());
    let (count, role) = column::count(model, stage);
    let style = if marked {
        theme.style(Role::Focus)
    } else {
        theme.style(role).patch(theme.style(Role::Strong))
    };
    put_right(buffer, head, 0, 0, &format!(" {count} "), style);
    let total = model.picture.board.column(stage.id).total();
    if total.count > 0 {
        let sum = text::money_short(total.amount_minor, model.minor_digits(), model.locale());
        let course = model.course_sign(Sum::Stage(stage.id));
        let (sign, role) = course.unwrap_or((" ", Role::Text));
        let sum = format!("{sum}{sign}");
        put_right(buffer, head, 0, 1, &sum, theme.style(role));
    }
    let faint = theme.style(Role::Faint);
    rule(buffer, head, 2, theme.glyphs().rule, faint);
    if stage.kind == StageKind::Open && total.stalled_count > 0 {
        let words = format!(" {}{} ", theme.glyphs().stalled, total.stalled_count);
        if cells(&words) <= head.width {
            put(buffer, head, 0, 2, &words, theme.style(Role::Bad));
        }
    }
    let middle = body.width / 2;
    for (y, letter) in (0..body.height).zip(stage.name.graphemes(true)) {
        // Wide letters stand around the middle as narrow ones do on it.
        let x = middle.saturating_sub(cells(letter).saturating_sub(1));
        put(buffer, body, x, y, letter, theme.style(Role::Dim));
    }
}
