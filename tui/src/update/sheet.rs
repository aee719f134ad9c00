//! A pasted block: columns are assigned, rows corrected and toggled, and the good ones are made, each by a request of its own.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{drafts, entry_line, notify, optimistic, sheet_rows};
use crate::drafts::Place;
use crate::entry::amount::Currency;
use crate::entry::duplicates::Likeness;
use crate::input::Input;
use crate::layer::Layer;
use crate::message::Refusal;
use crate::model::{Action, Effect, Model, Screen, Severity};
use crate::sheet::{
    Block, Column, Ground, Row, RowState, Sheet, guess, header_columns, read as read_block,
};

/// Rows that PageUp and PageDown go.
const PAGE: usize = 10;

/// Opens the block that was left, or says how one comes here.
pub(super) fn open(model: &mut Model) {
    let kept = drafts::find(model, Place::Sheet);
    let Some(mut sheet) = kept.and_then(|kept| Sheet::restored(&kept.fields)) else {
        let text = model.strings.say("notice-paste").to_owned();
        notify(model, Severity::Info, text);
        return;
    };
    sheet.known = Arc::new(entry_line::known(model));
    // What is on its way was sent by this very board; it is told of when it is answered.
    let on_its_way = |id: &str| model.pending.iter().any(|pending| pending.request_id == id);
    sheet
        .rows
        .retain(|row| !matches!(&row.state, RowState::Sent(id) if on_its_way(id)));
    if sheet.rows.is_empty() {
        return;
    }
    sheet_rows::read(model, &mut sheet);
    super::open(model, Layer::Sheet(Box::new(sheet)));
}

/// A text was pasted that is more than a line, where deals are made: gives whether it was taken.
pub(super) fn takes(model: &mut Model, text: &str) -> bool {
    let here = match model.layers.last() {
        None => model.screen == Screen::Board && model.past_on_board().is_none(),
        Some(Layer::Entry(_)) => true,
        Some(Layer::Sheet(sheet)) => sheet.editing.is_none(),
        Some(_) => false,
    };
    if !here || model.pipeline().is_none() {
        return false;
    }
    let block = read_block(text);
    if !block.is_block() {
        if model.layers.is_empty() && !text.trim().is_empty() {
            // One line is a deal in the making.
            entry_line::open(model);
            if let Some(Layer::Entry(line)) = model.layers.last_mut()
                && !line.input.text().is_empty()
            {
                // Behind what was left there.
                line.input.insert(" ");
            }
        }
        return false;
    }
    let sheet = begin(model, block);
    if let Some(Layer::Sheet(before)) = model.layers.last() {
        // What was there stays, in the drafts' place of its own: rows are added below.
        let merged = merged(before.as_ref().clone(), sheet);
        put(model, merged);
    } else {
        put(model, sheet);
    }
    true
}

fn put(model: &mut Model, mut sheet: Sheet) {
    sheet_rows::read(model, &mut sheet);
    for row in &mut sheet.rows {
        let same = |likeness: &Likeness| *likeness == Likeness::Same;
        let twice = row
            .reading
            .duplicates
            .iter()
            .any(|other| same(&other.likeness));
        if matches!(row.state, RowState::Waiting) && (twice || row.reading.twin.is_some()) {
            row.on = false;
        }
    }
    super::open(model, Layer::Sheet(Box::new(sheet)));
}

fn begin(model: &Model, block: Block) -> Sheet {
    let known = Arc::new(entry_line::known(model));
    let ground = Ground {
        known: &known,
        today: model.today(),
        currency: Currency::of(model.currency()),
    };
    let mut cells = block.rows;
    let named = if block.is_table && cells.len() > 1 {
        header_columns(&cells[0], &ground)
    } else {
        None
    };
    let header = named.is_some().then(|| cells.remove(0));
    let columns = if block.is_table {
        guess(&cells, named, &ground)
    } else {
        vec![Column::Line]
    };
    let rows = cells.into_iter().map(|cells| Row {
        cells,
        on: true,
        ..Row::default()
    });
    Sheet {
        header,
        columns,
        rows: rows.collect(),
        left_out: block.left_out,
        known,
        ..Sheet::default()
    }
}

/// Two blocks of as many columns become one; otherwise the new one takes the place.
fn merged(mut before: Sheet, mut next: Sheet) -> Sheet {
    if before.columns.len() != next.columns.len() {
        return next;
    }
    let room = crate::sheet::MAX_ROWS.saturating_sub(before.rows.len());
    before.left_out = next.left_out;
    before.left_out.rows += next.rows.len().saturating_sub(room);
    before.rows.extend(next.rows.drain(..).take(room));
    before
}

/// A key for the block.
pub(super) fn press(model: &mut Model, mut sheet: Box<Sheet>, event: KeyEvent) -> Vec<Effect> {
    if let Some(input) = &mut sheet.editing {
        if event.code == KeyCode::Enter {
            let text = input.text().trim().to_owned();
            let (row, column) = (sheet.row, sheet.column);
            sheet.editing = None;
            if let Some(row) = sheet.rows.get_mut(row) {
                if let Some(cell) = row.cells.get_mut(column) {
                    *cell = text;
                }
                row.on = true;
                row.state = RowState::Waiting;
            }
            sheet_rows::read(model, &mut sheet);
        } else {
            input.handle(event);
        }
        model.layers.push(Layer::Sheet(sheet));
        return Vec::new();
    }
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    let last_row = sheet.rows.len().saturating_sub(1);
    let last_column = sheet.columns.len().saturating_sub(1);
    match event.code {
        KeyCode::Enter => return make(model, sheet),
        KeyCode::Down | KeyCode::Char('j') => sheet.row = (sheet.row + 1).min(last_row),
        KeyCode::Up | KeyCode::Char('k') => sheet.row = sheet.row.saturating_sub(1),
        KeyCode::PageDown => sheet.row = (sheet.row + PAGE).min(last_row),
        KeyCode::PageUp => sheet.row = sheet.row.saturating_sub(PAGE),
        KeyCode::Home => sheet.row = 0,
        KeyCode::End => sheet.row = last_row,
        KeyCode::Right | KeyCode::Tab | KeyCode::Char('l') => {
            sheet.column = (sheet.column + 1).min(last_column);
        }
        KeyCode::Left | KeyCode::BackTab | KeyCode::Char('h') => {
            sheet.column = sheet.column.saturating_sub(1);
        }
        KeyCode::Char(' ') => {
            if let Some(row) = sheet.rows.get_mut(sheet.row).filter(|row| !row.is_sent()) {
                row.on = !row.on;
            }
            sheet.row = (sheet.row + 1).min(last_row);
        }
        KeyCode::Char('e') => edit(&mut sheet),
        KeyCode::Char('t') => toggle_header(&mut sheet),
        KeyCode::Char('x') => drop_row(&mut sheet),
        KeyCode::Char(letter) if !control => {
            let column = Column::ALL.into_iter().find(|kind| kind.letter() == letter);
            if let Some(column) = column {
                let place = sheet.column;
                sheet.assign(place, column);
            }
        }
        _ => {}
    }
    if sheet.rows.is_empty() {
        drafts::forget(model, Place::Sheet, "");
        return Vec::new();
    }
    if matches!(event.code, KeyCode::Char('t' | 'x')) || is_letter(event, control) {
        sheet_rows::read(model, &mut sheet);
    }
    model.layers.push(Layer::Sheet(sheet));
    Vec::new()
}

fn is_letter(event: KeyEvent, control: bool) -> bool {
    matches!(event.code, KeyCode::Char(letter) if !control
        && Column::ALL.iter().any(|kind| kind.letter() == letter))
}

/// Leaves a row out for good, unless it is on its way.
fn drop_row(sheet: &mut Sheet) {
    if sheet.rows.get(sheet.row).is_some_and(|row| !row.is_sent()) {
        sheet.rows.remove(sheet.row);
        sheet.row = sheet.row.min(sheet.rows.len().saturating_sub(1));
    }
}

/// Opens the cell under the cursor.
fn edit(sheet: &mut Sheet) {
    let sent = sheet.rows.get(sheet.row).is_none_or(Row::is_sent);
    if !sent {
        sheet.editing = Some(Input::new(sheet.cell(sheet.row, sheet.column)));
    }
}

/// The columns' own names become a row, or the first row their names.
fn toggle_header(sheet: &mut Sheet) {
    match sheet.header.take() {
        Some(cells) => sheet.rows.insert(
            0,
            Row {
                cells,
                on: true,
                ..Row::default()
            },
        ),
        None if sheet.rows.len() > 1 && !sheet.rows[0].is_sent() => {
            sheet.header = Some(sheet.rows.remove(0).cells);
        }
        None => {}
    }
    sheet.row = sheet.row.min(sheet.rows.len().saturating_sub(1));
}

/// Enter: makes the good rows; the others stay.
fn make(model: &mut Model, mut sheet: Box<Sheet>) -> Vec<Effect> {
    let ready = sheet.rows.iter().filter(|row| row.is_ready()).count();
    // A row sent before the program ended, with nobody knowing what became of it, is sent with its id once more.
    let on_its_way =
        |model: &Model, id: &str| model.pending.iter().any(|pending| pending.request_id == id);
    let left = |model: &Model, row: &Row| match &row.state {
        RowState::Sent(id) => !on_its_way(model, id),
        _ => false,
    };
    let again = sheet.rows.iter().filter(|row| left(model, row)).count();
    let refuse = if ready + again == 0 {
        Some("notice-sheet-nothing")
    } else if model.link_is_down() {
        Some("form-offline")
    } else {
        None
    };
    if let Some(key) = refuse {
        let text = model.strings.say(key).to_owned();
        let layer = Layer::Sheet(sheet);
        drafts::keep(model, &layer);
        model.layers.push(layer);
        notify(model, Severity::Info, text);
        return Vec::new();
    }
    let mut effects = Vec::new();
    for row in &mut sheet.rows {
        let sent_before = match &row.state {
            RowState::Sent(id) if left(model, row) => id.clone(),
            _ if row.is_ready() => String::new(),
            _ => continue,
        };
        let action = Action::Create(Box::new(row.reading.draft.clone()));
        effects.extend(optimistic::submit_as(model, action, None, sent_before));
        if let Some(pending) = model.pending.last() {
            row.state = RowState::Sent(pending.request_id.clone());
        }
    }
    let layer = Layer::Sheet(sheet);
    drafts::keep(model, &layer);
    model.layers.push(layer);
    effects
}

/// The same for a block that was closed meanwhile: it is kept without what was made of it.
fn answered_in_draft(model: &mut Model, request_id: &str, result: Result<(), &Refusal>) -> bool {
    let kept = drafts::find(model, Place::Sheet);
    let Some(mut sheet) = kept.and_then(|kept| Sheet::restored(&kept.fields)) else {
        return false;
    };
    let sent = |row: &Row| matches!(&row.state, RowState::Sent(id) if id == request_id);
    let Some(place) = sheet.rows.iter().position(sent) else {
        return false;
    };
    match result {
        Ok(()) => {
            sheet.rows.remove(place);
        }
        Err(refusal) => {
            sheet.rows[place].state = RowState::Waiting;
            let name = sheet.cell(place, 0).to_owned();
            let what = model
                .strings
                .tell("refused-create", &[("name", name.into())]);
            let kept = model.strings.say("refused-sheet").to_owned();
            notify(
                model,
                Severity::Problem,
                format!("{what}: {}. {kept}", refusal.message),
            );
        }
    }
    drafts::keep(model, &Layer::Sheet(Box::new(sheet)));
    true
}

/// The server answered one of the rows: gives whether it was one.
pub(super) fn answered(model: &mut Model, request_id: &str, result: Result<(), &Refusal>) -> bool {
    let sent = |row: &Row| matches!(&row.state, RowState::Sent(id) if id == request_id);
    let place = model
        .layers
        .iter()
        .position(|layer| matches!(layer, Layer::Sheet(sheet) if sheet.rows.iter().any(sent)));
    let Some(place) = place else {
        return answered_in_draft(model, request_id, result);
    };
    let Some(Layer::Sheet(sheet)) = model.layers.get_mut(place) else {
        return false;
    };
    match result {
        Ok(()) => {
            // The cursor stays on its row.
            if let Some(gone) = sheet.rows.iter().position(sent) {
                sheet.rows.remove(gone);
                sheet.row -= usize::from(gone < sheet.row);
                sheet.row = sheet.row.min(sheet.rows.len().saturating_sub(1));
            }
            sheet.made += 1;
        }
        Err(refusal) => {
            let mut words = refusal.message.clone();
            for (_, description) in &refusal.violations {
                if !words.contains(description.as_str()) {
                    words = format!("{words}; {description}");
                }
            }
            for row in sheet.rows.iter_mut().filter(|row| sent(row)) {
                row.state = RowState::Refused(words.clone());
            }
        }
    }
    let (on_the_way, left, made) = (
        sheet.rows.iter().any(Row::is_sent),
        sheet.rows.len(),
        sheet.made,
    );
    let layer = model.layers[place].clone();
    drafts::keep(model, &layer);
    if !on_the_way {
        let key = if left == 0 {
            model.layers.remove(place);
            "notice-sheet-made"
        } else {
            "notice-sheet-left"
        };
        let text = model
            .strings
            .tell(key, &[("made", made.into()), ("left", left.into())]);
        let severity = if left == 0 {
            Severity::Good
        } else {
            Severity::Info
        };
        notify(model, severity, text);
    }
    true
}
