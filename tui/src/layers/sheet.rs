//! A pasted block before deals are made of it: what each column is, what each row comes to, what is wrong with the row under the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::hits::{Hits, Target};
use crate::layout::dialog;
use crate::model::Model;
use crate::sheet::{Column, Row, RowState, Sheet};
use crate::text;
use crate::theme::Role;
use crate::widgets::{cells, input, panel, put};

const WIDTH: u16 = 150;
/// Borders, the count above, kinds and names of the columns, the gap and the remarks below.
const AROUND: u16 = 6;
/// Lines for what is to be said of the row under the cursor.
const REMARKS: u16 = 3;
/// Cells for the sign and the word of a row's state.
const STATE_WIDTH: u16 = 12;
/// The same where only the sign has room.
const NARROW_STATE_WIDTH: u16 = 2;
/// Under this width only the sign of a row's state is shown.
const NARROW_BELOW: u16 = 60;
/// Narrowest and widest column.
const COLUMN_WIDTH: (u16, u16) = (6, 30);

/// Paints the block.
pub fn paint(model: &Model, buffer: &mut Buffer, area: Rect, sheet: &Sheet, hits: &mut Hits) {
    let theme = model.theme;
    let rows = u16::try_from(sheet.rows.len()).unwrap_or(u16::MAX);
    let height = rows.saturating_add(AROUND + REMARKS);
    let area = dialog(area, WIDTH, height);
    let title = model.strings.say("sheet-title");
    let inner = panel::paint(buffer, area, theme, title, model.strings.say("sheet-keys"));
    put(
        buffer,
        inner,
        0,
        0,
        &count(model, sheet),
        theme.style(Role::Accent),
    );
    let narrow = inner.width < NARROW_BELOW;
    let state_width = if narrow {
        NARROW_STATE_WIDTH
    } else {
        STATE_WIDTH
    };
    let columns = columns(model, sheet, inner.width.saturating_sub(state_width));
    for column in &columns {
        let (style, named) = head(model, sheet, column.place);
        let place = Rect {
            x: inner.x + state_width + column.x,
            width: column.width,
            ..inner
        };
        put(buffer, place, 0, 1, named, style);
        let name = sheet
            .header
            .as_ref()
            .and_then(|names| names.get(column.place));
        let name = name.map_or("", String::as_str);
        put(buffer, place, 0, 2, name, theme.style(Role::Faint));
    }
    let room = Rect {
        y: inner.y.saturating_add(3).min(inner.bottom()),
        height: inner.height.saturating_sub(3 + REMARKS + 1),
        ..inner
    };
    let shown = usize::from(room.height);
    let first = (sheet.row + 1).saturating_sub(shown);
    for (y, (place, row)) in (0..room.height).zip(sheet.rows.iter().enumerate().skip(first)) {
        let line = Rect {
            y: room.y + y,
            height: 1,
            ..room
        };
        hits.add(line, Target::Line(place));
        let here = place == sheet.row;
        let ground = theme.style(if here { Role::Selected } else { Role::Text });
        buffer.set_style(line.intersection(buffer.area), ground);
        let (sign, key, role) = state(model, row);
        let mark = if narrow {
            sign.to_owned()
        } else {
            format!("{sign} {}", model.strings.say(key))
        };
        put(buffer, line, 0, 0, &mark, ground.patch(theme.style(role)));
        for column in &columns {
            let cell = Rect {
                x: line.x + state_width + column.x,
                width: column.width,
                ..line
            };
            paint_cell(model, buffer, cell, sheet, (place, column.place), ground);
        }
    }
    let below = Rect {
        y: inner.bottom().saturating_sub(REMARKS),
        height: REMARKS.min(inner.height),
        ..inner
    };
    for (y, (words, role)) in (0..).zip(remarks(model, sheet, below.width)) {
        put(buffer, below, 0, y, &words, theme.style(role));
    }
}

/// How many rows will be made, are on their way, are wrong, were made, were left out.
fn count(model: &Model, sheet: &Sheet) -> String {
    let many = |is: &dyn Fn(&Row) -> bool| sheet.rows.iter().filter(|row| is(row)).count();
    let mut words = vec![
        model
            .strings
            .tell("sheet-ready", &[("count", many(&Row::is_ready).into())]),
    ];
    let mut say = |key: &str, count: usize| {
        if count > 0 {
            words.push(model.strings.tell(key, &[("count", count.into())]));
        }
    };
    say("sheet-on-the-way", many(&Row::is_sent));
    say("sheet-wrong", many(&|row| !row.is_good() && row.on));
    say("sheet-off", many(&|row| !row.on && !row.is_sent()));
    say("sheet-made", sheet.made);
    say("sheet-rows-left", sheet.left_out.rows);
    say("sheet-columns-left", sheet.left_out.columns);
    say("sheet-bytes-left", sheet.left_out.bytes);
    words.join(&format!(" {} ", model.theme.glyphs().dot))
}

/// A column on the screen.
struct Shown {
    place: usize,
    x: u16,
    width: u16,
}

/// The columns that have room, that with the cursor among them.
fn columns(model: &Model, sheet: &Sheet, room: u16) -> Vec<Shown> {
    let width = |place: usize| {
        let label = cells(model.strings.say(sheet.columns[place].label_key())) + 2;
        let of_rows = sheet.rows.iter().map(|row| row.cells.get(place));
        let widest = of_rows.flatten().map(|cell| cells(cell)).max().unwrap_or(0);
        widest.max(label).clamp(COLUMN_WIDTH.0, COLUMN_WIDTH.1)
    };
    let widths: Vec<u16> = (0..sheet.columns.len()).map(width).collect();
    let mut first = 0;
    let mut needed: u16 = widths[..widths.len().min(sheet.column + 1)]
        .iter()
        .map(|width| width + 2)
        .sum();
    while needed > room.saturating_add(2) && first < sheet.column {
        needed -= widths[first] + 2;
        first += 1;
    }
    let mut x = 0;
    let mut shown = Vec::new();
    for (place, width) in widths.into_iter().enumerate().skip(first) {
        if x >= room {
            break;
        }
        shown.push(Shown {
            place,
            x,
            width: width.min(room - x),
        });
        x += width + 2;
    }
    shown
}

/// What a column is, marked where the cursor is.
fn head<'a>(model: &'a Model, sheet: &Sheet, place: usize) -> (Style, &'a str) {
    let theme = model.theme;
    let kind = sheet.columns[place];
    let role = match kind {
        Column::Nothing => Role::Dim,
        _ => Role::Strong,
    };
    let style = theme.style(role);
    let style = if place == sheet.column {
        style
            .patch(theme.style(Role::Selected))
            .patch(theme.style(Role::Accent))
    } else {
        style
    };
    (style, model.strings.say(kind.label_key()))
}

fn state(model: &Model, row: &Row) -> (&'static str, &'static str, Role) {
    let glyphs = model.theme.glyphs();
    match &row.state {
        RowState::Sent(_) => (glyphs.pending, "sheet-state-sent", Role::Accent),
        RowState::Refused(_) => (glyphs.wrong, "sheet-state-refused", Role::Bad),
        RowState::Waiting if !row.on => (glyphs.dot, "sheet-state-off", Role::Dim),
        RowState::Waiting if !row.is_good() => (glyphs.wrong, "sheet-state-wrong", Role::Bad),
        RowState::Waiting if row.is_twice() => ("≈", "sheet-state-twice", Role::Warn),
        RowState::Waiting => (glyphs.done, "sheet-state-good", Role::Good),
    }
}

fn paint_cell(
    model: &Model,
    buffer: &mut Buffer,
    area: Rect,
    sheet: &Sheet,
    (row, column): (usize, usize),
    ground: Style,
) {
    let theme = model.theme;
    let here = row == sheet.row && column == sheet.column;
    if let Some(editing) = sheet.editing.as_ref().filter(|_| here) {
        let style = theme.style(Role::Strong);
        input::paint(buffer, area, 0, editing, ground.patch(style), theme, true);
        return;
    }
    let wrong = sheet.rows.get(row).is_some_and(|row| {
        let problems = row.reading.problems.iter();
        problems
            .filter_map(|(place, _)| *place)
            .any(|place| place == column)
    });
    let role = match (wrong, sheet.columns[column]) {
        (true, _) => Role::Bad,
        (false, Column::Nothing) => Role::Dim,
        (false, _) if sheet.rows.get(row).is_some_and(|row| !row.on) => Role::Dim,
        (false, _) => Role::Text,
    };
    let style = ground.patch(theme.style(role));
    put(buffer, area, 0, 0, sheet.cell(row, column), style);
    if here {
        let mark = Rect { height: 1, ..area };
        buffer.set_style(mark.intersection(buffer.area), theme.style(Role::Cursor));
    }
}

/// What the row under the cursor comes to, what is wrong with it, what looks the same.
fn remarks(model: &Model, sheet: &Sheet, width: u16) -> Vec<(String, Role)> {
    let Some(row) = sheet.rows.get(sheet.row) else {
        return Vec::new();
    };
    let strings = &model.strings;
    let glyphs = model.theme.glyphs();
    let mut said: Vec<(String, Role)> = Vec::new();
    if let RowState::Refused(why) = &row.state {
        said.push((format!("{} {why}", glyphs.wrong), Role::Bad));
    }
    let problems = row.reading.problems.iter();
    let problems: Vec<&str> = problems.map(|(_, words)| words.as_str()).collect();
    if problems.is_empty() {
        said.push((reading(model, row), Role::Text));
    } else {
        said.push((
            format!("{} {}", glyphs.wrong, problems.join("; ")),
            Role::Bad,
        ));
    }
    if let Some(twin) = row.reading.twin {
        let words = strings.tell("sheet-twin", &[("row", (twin + 1).into())]);
        said.push((words, Role::Warn));
    }
    for duplicate in &row.reading.duplicates {
        let Some(card) = model.picture.board.card(duplicate.id) else {
            continue;
        };
        let stage = model.picture.stage(card.stage_id);
        let amount = text::money_short(
            card.amount_minor.into(),
            model.minor_digits(),
            model.locale(),
        );
        let words = strings.tell(
            "entry-duplicate",
            &[
                ("id", Model::short_id(card).into()),
                ("name", card.name.as_str().into()),
                (
                    "stage",
                    stage.map_or("", |stage| stage.name.as_str()).into(),
                ),
                ("amount", amount.into()),
            ],
        );
        said.push((words, Role::Warn));
    }
    let wrapped = said.into_iter().flat_map(|(words, role)| {
        let parts = text::wrap(&words, usize::from(width).max(1));
        let parts: Vec<String> = parts.into_iter().map(str::to_owned).collect();
        parts.into_iter().map(move |part| (part, role))
    });
    wrapped.take(usize::from(REMARKS)).collect()
}

/// The deal that a row will be, in words.
fn reading(model: &Model, row: &Row) -> String {
    let draft = &row.reading.draft;
    let stage = model.picture.stage(draft.stage_id);
    let amount = text::money_full(draft.amount_minor.into(), model.minor_digits());
    let mut words = vec![
        draft.name.clone(),
        format!("{amount} {}", model.currency()),
        stage.map_or(String::new(), |stage| stage.name.clone()),
        draft
            .contract_date
            .map(|day| super::entry::date_words(model, day))
            .unwrap_or_default(),
        model.picture.member_name(draft.owner_id).to_owned(),
    ];
    words.retain(|part| !part.is_empty());
    words.join(&format!(" {} ", model.theme.glyphs().dot))
}
