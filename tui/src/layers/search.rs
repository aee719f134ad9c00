//! The `:` palette and the `?` help: the same table of verbs, searched with a few letters, run with Enter.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::command::{Category, Row};
use crate::hits::{Hits, Target};
use crate::keymap::{Context, shown};
use crate::layer::Search;
use crate::layout::dialog;
use crate::model::{DAY_US, Model, SECOND_US};
use crate::theme::Role;
use crate::update::search;
use crate::widgets::{input, panel, put, put_right};

const PALETTE_WIDTH: u16 = 64;
const PALETTE_HEIGHT: u16 = 16;
const HELP_WIDTH: u16 = 92;
/// Cells for the keys of a verb in the help: all of them where there is room, else the first.
const KEYS_WIDTH: u16 = 14;
const NARROW_KEYS_WIDTH: u16 = 8;
/// Under this width only the first key is shown.
const NARROW_BELOW: u16 = 60;

/// Paints the dialog of a search with its title, sign and words typed; the room for its rows is left.
fn frame(
    model: &Model,
    buffer: &mut Buffer,
    area: Rect,
    (title, sign): (&'static str, &str),
    state: &Search,
    hits: &mut Hits,
) -> Rect {
    let (title, hint) = (model.strings.say(title), model.strings.say("search-keys"));
    let inner = panel::paint_with_buttons(buffer, area, model.theme, (title, hint), hits);
    prompt(model, buffer, inner, sign, state);
    Rect {
        y: inner.y + 2.min(inner.height),
        height: inner.height.saturating_sub(2),
        ..inner
    }
}

fn say_nothing(model: &Model, buffer: &mut Buffer, list: Rect) {
    let style = model.theme.style(Role::Dim);
    let text = model.strings.say("search-nothing");
    put(buffer, list, 0, 0, text, style);
}

/// Paints the palette: name, what it does, its key.
pub fn palette(model: &Model, buffer: &mut Buffer, area: Rect, state: &Search, hits: &mut Hits) {
    let rows = search(model, state.input.text());
    let height = u16::try_from(rows.len())
        .unwrap_or(u16::MAX)
        .saturating_add(4)
        .clamp(5, PALETTE_HEIGHT);
    let area = dialog(area, PALETTE_WIDTH, height);
    let list = frame(model, buffer, area, ("palette-title", ":"), state, hits);
    if rows.is_empty() {
        say_nothing(model, buffer, list);
    }
    let context = Context::of(model.screen);
    let skip = (state.selected + 1).saturating_sub(usize::from(list.height));
    let visible = rows
        .iter()
        .enumerate()
        .skip(skip)
        .take(usize::from(list.height));
    for (y, (place, row)) in (0..).zip(visible) {
        let line = Rect {
            y: list.y + y,
            height: 1,
            ..list
        };
        let ground = ground(model, buffer, line, place == state.selected);
        let theme = model.theme;
        let key = shown(model.config.keymap.key(context, row.command));
        let left = put_right(
            buffer,
            line,
            1,
            0,
            &key,
            ground.patch(theme.style(Role::Accent)),
        );
        let words = Rect {
            width: left.saturating_sub(1),
            ..line
        };
        put(buffer, words, 1, 0, model.strings.say(row.help_key), ground);
        hits.add(line, Target::Line(place));
    }
}

fn prompt(model: &Model, buffer: &mut Buffer, inner: Rect, sign: &str, state: &Search) {
    let theme = model.theme;
    put(
        buffer,
        inner,
        0,
        0,
        sign,
        theme.style(Role::Accent).patch(theme.style(Role::Strong)),
    );
    let typing = Rect {
        x: inner.x + 2.min(inner.width),
        width: inner.width.saturating_sub(2),
        ..inner
    };
    input::paint(
        buffer,
        typing,
        0,
        &state.input,
        theme.style(Role::Text),
        theme,
        true,
    );
    if state.input.text().is_empty() {
        put(
            buffer,
            typing,
            2,
            0,
            model.strings.say("search-example"),
            theme.style(Role::Dim),
        );
    }
}

fn ground(model: &Model, buffer: &mut Buffer, line: Rect, selected: bool) -> ratatui::style::Style {
    let theme = model.theme;
    if !selected {
        return theme.style(Role::Text);
    }
    let style = theme.style(Role::Selected);
    buffer.set_style(line.intersection(buffer.area), style);
    put(
        buffer,
        line,
        0,
        0,
        theme.glyphs().selected,
        style.patch(theme.style(Role::Accent)),
    );
    style
}

/// A line of the help.
enum Entry {
    Heading(&'static str),
    Verb(usize, &'static Row),
    Legend(String, &'static str, Role),
}

/// Paints the help: every verb with its keys under headings, then what the signs on the board mean.
pub fn help(model: &Model, buffer: &mut Buffer, area: Rect, state: &Search, hits: &mut Hits) {
    let rows = search(model, state.input.text());
    let entries = entries(model, &rows, state.input.text().is_empty());
    let height = u16::try_from(entries.len())
        .unwrap_or(u16::MAX)
        .saturating_add(4);
    let area = dialog(area, HELP_WIDTH, height);
    let list = frame(model, buffer, area, ("help-title", "?"), state, hits);
    if rows.is_empty() {
        say_nothing(model, buffer, list);
        return;
    }
    let at = entries
        .iter()
        .position(|entry| matches!(entry, Entry::Verb(place, _) if *place == state.selected))
        .unwrap_or(0);
    let room = usize::from(list.height);
    // The last verb brings the legend below it into sight.
    let wanted = if state.selected + 1 == rows.len() {
        entries.len()
    } else {
        at + 2
    };
    let skip = wanted.saturating_sub(room).min(at);
    for (y, entry) in (0..list.height).zip(entries.iter().skip(skip)) {
        let line = Rect {
            y: list.y + y,
            height: 1,
            ..list
        };
        paint_entry(model, buffer, line, entry, state.selected, hits);
    }
}

fn entries(model: &Model, rows: &[&'static Row], all: bool) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut heading: Option<Category> = None;
    for (place, row) in rows.iter().enumerate() {
        if all && heading != Some(row.category) {
            if heading.is_some() {
                entries.push(Entry::Heading(""));
            }
            entries.push(Entry::Heading(row.category.name_key()));
            heading = Some(row.category);
        }
        entries.push(Entry::Verb(place, row));
    }
    if all {
        let glyphs = model.theme.glyphs();
        entries.push(Entry::Heading(""));
        entries.push(Entry::Heading("category-signs"));
        let stay = |key: &str, days: i64| {
            let age = crate::text::age(days * DAY_US / SECOND_US, model.locale());
            model.strings.tell(key, &[("age", age.into())])
        };
        let signs: [(String, &str, Role); 8] = [
            (stay("stay-left", 9), "legend-left", Role::Dim),
            (
                format!("{} {}", glyphs.approaching, stay("stay-left", 2)),
                "legend-approaching",
                Role::Warn,
            ),
            (
                format!("{} {}", glyphs.stalled, stay("stay-over", 3)),
                "legend-stalled",
                Role::Bad,
            ),
            (
                format!("{} {}", glyphs.critical, stay("stay-over", 8)),
                "legend-critical",
                Role::Bad,
            ),
            (
                model.strings.tell("due-in", &[("days", 9.into())]),
                "legend-due",
                Role::Dim,
            ),
            (
                model.strings.tell("due-late", &[("days", 3.into())]),
                "legend-late",
                Role::Bad,
            ),
            (glyphs.pending.to_owned(), "legend-pending", Role::Pending),
            (glyphs.fresh.to_owned(), "legend-fresh", Role::Accent),
        ];
        entries.extend(signs.map(|(sign, key, role)| Entry::Legend(sign, key, role)));
    }
    entries
}

fn paint_entry(
    model: &Model,
    buffer: &mut Buffer,
    line: Rect,
    entry: &Entry,
    selected: usize,
    hits: &mut Hits,
) {
    let theme = model.theme;
    match entry {
        Entry::Heading("") => {}
        Entry::Heading(key) => {
            put(
                buffer,
                line,
                0,
                0,
                model.strings.say(key),
                theme.style(Role::Strong).patch(theme.style(Role::Accent)),
            );
        }
        Entry::Legend(sign, key, role) => {
            put(buffer, line, 2, 0, sign, theme.style(*role));
            let x = 2 + keys_width(line);
            put(
                buffer,
                line,
                x,
                0,
                model.strings.say(key),
                theme.style(Role::Text),
            );
        }
        Entry::Verb(place, row) => {
            let ground = ground(model, buffer, line, *place == selected);
            let context = Context::of(model.screen);
            let keys: Vec<String> = model
                .config
                .keymap
                .keys(context, row.command)
                .map(|binding| shown(&binding.text))
                .take(if line.width < NARROW_BELOW {
                    1
                } else {
                    usize::MAX
                })
                .collect();
            let keys_style = ground.patch(theme.style(Role::Accent));
            put(buffer, line, 2, 0, &keys.join("  "), keys_style);
            let x = 2 + keys_width(line);
            put(buffer, line, x, 0, model.strings.say(row.help_key), ground);
            hits.add(line, Target::Line(*place));
        }
    }
}

fn keys_width(line: Rect) -> u16 {
    if line.width < NARROW_BELOW {
        NARROW_KEYS_WIDTH
    } else {
        KEYS_WIDTH
    }
}
