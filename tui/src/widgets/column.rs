//! A stage: its head, and as many of its cards as the screen has room for.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{card, cells, put, put_right, rule};
use crate::hits::{Hits, Target};
use crate::layout::{self, Cards};
use crate::live::{Sum, Unseen};
use crate::model::Model;
use crate::record::{Stage, StageKind};
use crate::text;
use crate::theme::Role;

/// Cells that the chips of unseen cards leave for how many deals are stalled.
const UNSEEN_LEAVES: u16 = 7;

/// What the painter of a column is told.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The whole column.
    pub area: Rect,
    /// How cards lie in it.
    pub cards: Cards,
    /// It stays while the others page.
    pub pinned: bool,
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
    let capacity = place.cards.capacity;
    let anchor = model.anchors.get(&stage.id);
    let top = anchor.map_or(0, |anchor| {
        layout::top(anchor.place, anchor.row, len, capacity)
    });
    paint_head(buffer, head, model, stage, place.pinned);
    let hidden = (top, len.saturating_sub(top + capacity));
    paint_rule(buffer, head, model, stage, hidden, hits);
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
            .saturating_mul(place.cards.stride);
        if y >= body.height {
            break;
        }
        let area = Rect {
            y: body.y + y,
            height: place.cards.height.min(body.height - y),
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

/// How many deals there are, and how many there should be at most: `7/5!` is one too many, and forbids nothing. While a filter is on
/// hits are counted, of which there is no limit.
pub fn count(model: &Model, stage: &Stage) -> (String, Role) {
    let count = model.picture.board.column(stage.id).total().count;
    let words = text::number(i128::try_from(count).unwrap_or(i128::MAX));
    match model.wip_limit(stage).filter(|_| model.filter.is_none()) {
        Some(limit) if count > limit => (format!("{words}/{limit}!"), Role::Bad),
        Some(limit) => (format!("{words}/{limit}"), Role::Text),
        None => (words, Role::Text),
    }
}

fn paint_head(buffer: &mut Buffer, head: Rect, model: &Model, stage: &Stage, pinned: bool) {
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
    let mut left = put_right(buffer, inner, 0, 0, &percent, theme.style(Role::Dim));
    if pinned {
        let margin = inner.width.saturating_sub(left) + 1;
        let sign = theme.glyphs().pinned;
        left = put_right(buffer, inner, margin, 0, sign, theme.style(Role::Accent));
    }
    let wanted = model.drop_stage() == Some(stage.id);
    let focused = model.focus == Some(stage.id) && model.drop_stage().is_none();
    let role = if focused || wanted {
        Role::Focus
    } else {
        Role::Strong
    };
    // Where a dragged card would go is said by a sign, too.
    let sign = if wanted { theme.glyphs().forward } else { "" };
    let room = usize::from(left.saturating_sub(3 + cells(sign)));
    let name = format!("{sign} {} ", text::truncate(&stage.name, room));
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
    let (count, role) = count(model, stage);
    let mut x = 1 + put(buffer, inner, 1, 1, &count, theme.style(role));
    if total.count > 0 {
        let amount = format!(
            " {} {}",
            theme.glyphs().dot,
            text::money_short(total.amount_minor, digits, locale)
        );
        x += put(buffer, inner, x, 1, &amount, theme.style(Role::Text));
    }
    if let Some((sign, _)) = model.course_sign(Sum::Stage(stage.id)) {
        // In the gap behind the sum, so that nothing beside it jumps, and in its look: over SSH every byte is waited for.
        put(buffer, inner, x, 1, sign, theme.style(Role::Text));
    }
    if total.count > 0 && stage.kind == StageKind::Open {
        let weighted = text::money_short(total.weighted_minor, digits, locale);
        let long = model
            .strings
            .tell("weighted", &[("amount", weighted.clone().into())]);
        let fits = |words: &&String| x + 2 + cells(words) <= inner.width;
        if let Some(words) = [&long, &weighted].into_iter().find(fits) {
            put_right(buffer, inner, 0, 1, words, theme.style(Role::Dim));
        }
    }
}

/// The line between head and cards: how much is stalled, how many cards are hidden, and how many of those have just come.
fn paint_rule(
    buffer: &mut Buffer,
    head: Rect,
    model: &Model,
    stage: &Stage,
    hidden: (usize, usize),
    hits: &mut Hits,
) {
    let theme = model.theme;
    let inner = Rect {
        width: head.width.saturating_sub(1),
        ..head
    };
    rule(
        buffer,
        inner,
        2,
        theme.glyphs().rule,
        theme.style(Role::Faint),
    );
    let left = match model.live.unseen.get(&stage.id) {
        Some(unseen) => paint_unseen(buffer, inner, model, stage.id, (unseen, hidden), hits),
        None => paint_hidden(buffer, inner, model, hidden),
    };
    let total = model.picture.board.column(stage.id).total();
    if stage.kind != StageKind::Open || total.stalled_count == 0 {
        return;
    }
    let amount = text::money_short(total.stalled_minor, model.minor_digits(), model.locale());
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
    let shortest = format!(" {sign}{count} ");
    let fits = |words: &&String| cells(words) < left;
    if let Some(words) = [&long, &short, &shortest].into_iter().find(fits) {
        put(buffer, inner, 0, 2, words, theme.style(Role::Bad));
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

/// How many cards came where they cannot be seen, each side a chip that leads there: `+12 above`. A side where none came says how many
/// are hidden, where there is room. Gives the cells left before that.
fn paint_unseen(
    buffer: &mut Buffer,
    inner: Rect,
    model: &Model,
    stage_id: u64,
    (unseen, hidden): (&Unseen, (usize, usize)),
    hits: &mut Hits,
) -> u16 {
    let theme = model.theme;
    let glyphs = theme.glyphs();
    let chip = |count: usize, sign: &str, key: &str, long: bool| {
        if long {
            model.strings.tell(key, &[("count", count.into())])
        } else {
            format!("+{count}{sign}")
        }
    };
    let sides = [
        (unseen.above, hidden.0, glyphs.above, "unseen-above", true),
        (unseen.below, hidden.1, glyphs.below, "unseen-below", false),
    ];
    let words = |long: bool| -> Vec<(String, Option<bool>)> {
        let side = |(came, hidden, sign, key, above): (usize, usize, &str, &str, bool)| match came {
            0 if hidden == 0 || !long => None,
            0 => Some((format!("{sign}{hidden}"), None)),
            _ => Some((format!(" {} ", chip(came, sign, key, long)), Some(above))),
        };
        sides.into_iter().filter_map(side).collect()
    };
    let width = |words: &[(String, Option<bool>)]| -> u16 {
        words.iter().map(|(words, _)| cells(words) + 1).sum()
    };
    // Room for how much is stalled is left where that is possible.
    let long = words(true);
    let shown = if width(&long) + UNSEEN_LEAVES <= inner.width {
        long
    } else {
        words(false)
    };
    let left = inner.width.saturating_sub(width(&shown) + 1);
    let mut x = left + 1;
    for (words, above) in shown {
        let role = if above.is_some() {
            Role::Focus
        } else {
            Role::Dim
        };
        let used = put(buffer, inner, x, 2, &words, theme.style(role));
        if let Some(above) = above {
            let area = Rect {
                x: inner.x + x,
                y: inner.y + 2.min(inner.height),
                width: used,
                height: u16::from(inner.height > 2),
            };
            hits.add(area, Target::Unseen { stage_id, above });
        }
        x += used + 1;
    }
    left
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
