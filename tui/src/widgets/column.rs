//! A stage: its head, and as many of its cards as the screen has room for.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{card, cells, put, put_right, rule};
use crate::hits::{Hits, Target};
use crate::layout::{self, Columns};
use crate::model::Model;
use crate::record::{Stage, StageKind};
use crate::text;
use crate::theme::Role;

/// What the painter of a column is told.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The whole column.
    pub area: Rect,
    /// How the board is cut.
    pub columns: Columns,
    /// Today, in the workspace's zone.
    pub today: jiff::civil::Date,
}

/// Paints a column.
pub fn paint(buffer: &mut Buffer, place: Place, model: &Model, stage: &Stage, hits: &mut Hits) {
    let (head, body) = layout::column_parts(place.area);
    hits.add(place.area, Target::Column(stage.id));
    let focused = model.focus == Some(stage.id);
    let column = model.picture.board.column(stage.id);
    let len = column.order().len();
    let capacity = place.columns.capacity;
    let anchor = model.anchors.get(&stage.id);
    let top = anchor.map_or(0, |anchor| {
        layout::top(anchor.place, anchor.row, len, capacity)
    });
    paint_head(
        buffer,
        head,
        model,
        stage,
        focused,
        (top, len.saturating_sub(top + capacity)),
    );
    if len == 0 {
        paint_empty(buffer, body, model, focused);
        return;
    }
    for (row, shown) in model
        .picture
        .board
        .from(stage.id, top)
        .take(capacity)
        .enumerate()
    {
        let y = u16::try_from(row)
            .unwrap_or(u16::MAX)
            .saturating_mul(place.columns.stride);
        if y >= body.height {
            break;
        }
        let area = Rect {
            y: body.y + y,
            height: place.columns.card_height.min(body.height - y),
            ..body
        };
        let selected = focused && anchor.is_some_and(|anchor| anchor.id == shown.id);
        card::paint(buffer, area, model, shown, stage, selected, place.today);
        hits.add(
            area,
            Target::Card {
                stage_id: stage.id,
                id: shown.id,
            },
        );
    }
}

fn paint_head(
    buffer: &mut Buffer,
    head: Rect,
    model: &Model,
    stage: &Stage,
    focused: bool,
    hidden: (usize, usize),
) {
    let theme = model.theme;
    let inner = Rect {
        width: head.width.saturating_sub(1),
        ..head
    };
    let percent = match stage.kind {
        StageKind::Open => text::percent(stage.win_probability_bp.into()),
        StageKind::Won => theme.glyphs().done.to_owned(),
        StageKind::Lost => theme.glyphs().wrong.to_owned(),
    };
    let left = put_right(buffer, inner, 0, 0, &percent, theme.style(Role::Dim));
    let role = if focused { Role::Focus } else { Role::Strong };
    let name = format!(
        " {} ",
        text::truncate(&stage.name, usize::from(left.saturating_sub(3)))
    );
    put(
        buffer,
        Rect {
            width: left,
            ..inner
        },
        0,
        0,
        &name,
        theme.style(role),
    );

    let total = model.picture.board.column(stage.id).total();
    let (digits, locale) = (model.minor_digits(), model.locale());
    let count = text::number(i128::try_from(total.count).unwrap_or(i128::MAX));
    let x = 1 + put(buffer, inner, 1, 1, &count, theme.style(Role::Text));
    if total.count > 0 {
        let amount = format!(
            " {} {}",
            theme.glyphs().dot,
            text::money_short(total.amount_minor, digits, locale)
        );
        let x = x + put(buffer, inner, x, 1, &amount, theme.style(Role::Text));
        if stage.kind == StageKind::Open {
            let weighted = text::money_short(total.weighted_minor, digits, locale);
            let long = model
                .strings
                .tell("weighted", &[("amount", weighted.clone().into())]);
            let fits = |words: &str| x + 2 + cells(words) <= inner.width;
            if let Some(words) = [long, weighted].iter().find(|words| fits(words)) {
                put_right(buffer, inner, 0, 1, words, theme.style(Role::Dim));
            }
        }
    }
    rule(
        buffer,
        inner,
        2,
        theme.glyphs().rule,
        theme.style(Role::Faint),
    );
    let left = paint_hidden(buffer, inner, model, hidden);
    if stage.kind == StageKind::Open && total.stalled_count > 0 {
        let amount = text::money_short(total.stalled_minor, digits, locale);
        let count = text::number(i128::try_from(total.stalled_count).unwrap_or(i128::MAX));
        let sign = theme.glyphs().stalled;
        let long = model.strings.tell(
            "column-stalled",
            &[
                ("count", count.clone().into()),
                ("amount", amount.clone().into()),
            ],
        );
        let long = format!(" {sign} {long} ");
        let short = format!(" {sign}{count} {} {amount} ", theme.glyphs().dot);
        let fits = |words: &&String| cells(words) < left;
        if let Some(words) = [&long, &short].into_iter().find(fits) {
            put(buffer, inner, 0, 2, words, theme.style(Role::Bad));
        }
    }
}

/// How many cards are hidden above and below; gives the cells left before that.
fn paint_hidden(buffer: &mut Buffer, inner: Rect, model: &Model, hidden: (usize, usize)) -> u16 {
    let theme = model.theme;
    let (above, below) = hidden;
    let mut more = String::new();
    for (sign, count) in [(theme.glyphs().above, above), (theme.glyphs().below, below)] {
        if count > 0 {
            more.push_str(&format!(" {sign}{count}"));
        }
    }
    if more.is_empty() {
        return inner.width;
    }
    more.push(' ');
    put_right(buffer, inner, 0, 2, &more, theme.style(Role::Dim))
}

fn paint_empty(buffer: &mut Buffer, body: Rect, model: &Model, focused: bool) {
    if !focused {
        return;
    }
    let key = if model.filter.is_some() {
        "column-no-match"
    } else {
        "column-empty"
    };
    put(
        buffer,
        body,
        1,
        0,
        model.strings.say(key),
        model.theme.style(Role::Dim),
    );
}
