//! The board: the columns that fit, and what to do when there is nothing to show.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use crate::hits::Hits;
use crate::layout;
use crate::model::{Link, Model};
use crate::text;
use crate::theme::Role;
use crate::widgets::column::{self, Place};
use crate::widgets::{bar, put, strip};

/// Paints the board.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    if model.past_on_board().is_some() && !model.past_is_shown() {
        message(model, buffer, body, &looking_back(model));
        return;
    }
    let stages = model.stages();
    if stages.is_empty() {
        message(model, buffer, body, &waiting(model));
        return;
    }
    let columns = model.columns_in(body, &stages);
    let today = model.date_of(model.seen_at());
    let last = columns.shown.len().saturating_sub(1);
    for (index, shown) in columns.shown.iter().enumerate() {
        let Some(stage) = stages.get(shown.stage) else {
            continue;
        };
        let area = shown.area;
        if shown.folded {
            strip::paint(buffer, area, model, stage, hits);
        } else {
            let place = Place {
                area,
                cards: columns.cards,
                pinned: shown.pinned,
                today,
            };
            column::paint(buffer, place, model, stage, hits);
        }
        if index < last {
            let style = model.theme.style(Role::Faint);
            let sign = model.theme.glyphs().bar;
            bar(buffer, body, area.right() - body.x, sign, style);
        }
    }
    ghost(model, buffer, body);
    if model.loaded && model.picture.board.is_empty() && model.layers.is_empty() {
        message(model, buffer, body, &newcomer(model));
    }
}

/// The card that is being dragged, beside the pointer.
fn ghost(model: &Model, buffer: &mut Buffer, body: Rect) {
    let Some(drag) = model.dragged() else {
        return;
    };
    let Some(card) = model.picture.board.card(drag.id) else {
        return;
    };
    let theme = model.theme;
    let amount = text::money_short(
        card.amount_minor.into(),
        model.minor_digits(),
        model.locale(),
    );
    let room = usize::from(layout::MIN_COLUMN_WIDTH).saturating_sub(text::width(&amount) + 4);
    let words = format!(
        "{} {} {amount} ",
        theme.glyphs().selected,
        text::truncate(&card.name, room)
    );
    let width = crate::widgets::cells(&words).min(body.width);
    // Beside the pointer, so that what it points at is seen; at the right edge before it.
    let x = (drag.at.0 + 1)
        .min(body.right().saturating_sub(width))
        .max(body.x);
    let y = drag.at.1.clamp(body.y, body.bottom().saturating_sub(1));
    let area = Rect {
        x,
        y,
        width,
        height: 1.min(body.height),
    };
    Clear.render(area.intersection(buffer.area), buffer);
    let style = theme.style(Role::Selected).patch(theme.style(Role::Strong));
    put(buffer, area, 0, 0, &words, style);
}

/// Which stages are shown, when not all of them are: `stages 1–3 of 7`.
pub(super) fn shown_stages(model: &Model, width: u16) -> Option<String> {
    if model.screen != crate::model::Screen::Board {
        return None;
    }
    let count = model.stages().len();
    let columns = model.columns();
    if columns.shown.len() >= count {
        return None;
    }
    let first = columns.first + 1;
    // The last of those that page: what stays has its sign.
    let page = columns.shown.iter().filter(|shown| !shown.pinned);
    let last = page.map(|shown| shown.stage + 1).max().unwrap_or(first);
    let key = if width < 60 || first == last {
        "stages-shown-short"
    } else {
        "stages-shown"
    };
    Some(model.strings.tell(
        key,
        &[
            ("first", first.into()),
            ("last", last.into()),
            ("count", count.into()),
        ],
    ))
}

/// How many deals are selected, or how far an act on them has come: `■ 3 selected`, `■ 2/3`.
pub(super) fn selected_deals(model: &Model) -> Option<String> {
    let sign = model.theme.glyphs().marked;
    if let Some(running) = &model.bulk.running {
        return Some(format!("{sign} {}/{}", running.answered(), running.total));
    }
    if !model.has_selection() || model.screen != crate::model::Screen::Board {
        return None;
    }
    let count = [("count", model.selection().len().into())];
    Some(format!(
        "{sign} {}",
        model.strings.tell("header-selected", &count)
    ))
}

fn waiting(model: &Model) -> Vec<(String, Role)> {
    match (&model.link, model.loaded) {
        (Link::Live, true) => vec![(model.strings.say("no-pipeline").to_owned(), Role::Text)],
        (Link::Live, false) => vec![(model.strings.say("loading").to_owned(), Role::Dim)],
        _ => vec![(
            model
                .strings
                .tell("connecting", &[("target", model.target.as_str().into())]),
            Role::Dim,
        )],
    }
}

/// The past is being read, or cannot be read.
fn looking_back(model: &Model) -> Vec<(String, Role)> {
    let say = |key: &str| model.strings.say(key).to_owned();
    match model.past.as_ref().and_then(|past| past.problem.as_ref()) {
        Some(problem) => vec![
            (say("report-failed"), Role::Bad),
            (problem.clone(), Role::Text),
            (String::new(), Role::Text),
            (say("report-retry"), Role::Dim),
        ],
        None => vec![(say("loading"), Role::Dim)],
    }
}

/// An empty board tells the next key.
fn newcomer(model: &Model) -> Vec<(String, Role)> {
    let say = |key: &str| model.strings.say(key).to_owned();
    if model.past_is_shown() {
        return vec![(say("past-empty"), Role::Strong)];
    }
    if model.import_next {
        return vec![
            (say("import-title"), Role::Strong),
            (say("import-how"), Role::Text),
            (String::new(), Role::Text),
            (say("import-command"), Role::Accent),
            (String::new(), Role::Text),
            (say("import-live"), Role::Dim),
        ];
    }
    vec![
        (say("empty-title"), Role::Strong),
        (String::new(), Role::Text),
        (say("empty-add"), Role::Text),
        (say("empty-example"), Role::Accent),
        (String::new(), Role::Text),
        (say("empty-help"), Role::Dim),
    ]
}

/// Lines in the middle of an area.
pub(super) fn message(model: &Model, buffer: &mut Buffer, body: Rect, lines: &[(String, Role)]) {
    let room = usize::from(body.width.saturating_sub(4)).max(1);
    let wrapped: Vec<(&str, Role)> = lines
        .iter()
        .flat_map(|(words, role)| {
            let parts = if words.is_empty() {
                vec![""]
            } else {
                text::wrap(words, room)
            };
            parts.into_iter().map(|part| (part, *role))
        })
        .collect();
    let height = u16::try_from(wrapped.len()).unwrap_or(u16::MAX);
    let y = body.height.saturating_sub(height) / 2;
    let widest = wrapped
        .iter()
        .map(|(words, _)| crate::widgets::cells(words))
        .max()
        .unwrap_or(0);
    // Nothing of the columns below shows between the words.
    let ground = layout::dialog(body, widest + 6, height + 2);
    let ground = Rect {
        y: (body.y + y).saturating_sub(1).max(body.y),
        ..ground
    };
    Clear.render(ground.intersection(body).intersection(buffer.area), buffer);
    for (row, (words, role)) in wrapped.iter().enumerate() {
        let width = crate::widgets::cells(words);
        let x = body.width.saturating_sub(width) / 2;
        let y = y + u16::try_from(row).unwrap_or(0);
        put(buffer, body, x, y, words, model.theme.style(*role));
    }
}
