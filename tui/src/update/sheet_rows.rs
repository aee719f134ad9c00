//! What the rows of a pasted block come to: each read again whenever a cell or a column changes.

use super::form_reading::named;
use super::{entry_line, problem};
use crate::entry::amount::{Currency, parse_amount};
use crate::entry::date::parse_date;
use crate::entry::duplicates::normalise;
use crate::entry::names::Found;
use crate::entry::{self, Lexicon};
use crate::layer::{EntryLine, Known};
use crate::model::{Draft, Model};
use crate::sheet::{Column, Reading, Sheet};

/// Likely duplicates looked for by row.
const MAX_DUPLICATES: usize = 2;

/// Reads all rows.
pub(super) fn read(model: &Model, sheet: &mut Sheet) {
    let known = std::sync::Arc::clone(&sheet.known);
    let readings: Vec<Reading> = (0..sheet.rows.len())
        .map(|row| read_row(model, sheet, &known, row))
        .collect();
    let mut seen = std::collections::HashMap::new();
    for (place, (row, mut reading)) in sheet.rows.iter_mut().zip(readings).enumerate() {
        let name = normalise(&reading.draft.name);
        if !name.is_empty() {
            reading.twin = seen.get(&name).copied();
            seen.entry(name).or_insert(place);
        }
        row.reading = reading;
    }
}

struct Reader<'a> {
    model: &'a Model,
    known: &'a Known,
    problems: Vec<(Option<usize>, String)>,
}

impl Reader<'_> {
    fn wrong(&mut self, column: Option<usize>, words: String) {
        self.problems.push((column, words));
    }

    fn missing(&mut self, column: Option<usize>, key: &str) {
        let field = self.model.strings.say(key).to_owned();
        let words = self
            .model
            .strings
            .tell("sheet-missing", &[("field", field.into())]);
        self.wrong(column, words);
    }

    fn unknown(&mut self, column: Option<usize>, key: &str, written: &str) {
        let field = self.model.strings.say(key).to_owned();
        let words = self.model.strings.tell(
            "problem-unknown",
            &[("field", field.into()), ("written", written.into())],
        );
        self.wrong(column, words);
    }
}

fn read_row(model: &Model, sheet: &Sheet, known: &Known, row: usize) -> Reading {
    let cell = |column: Column| {
        let place = sheet.place_of(column);
        let text = place.map_or("", |place| sheet.cell(row, place)).trim();
        (place, text)
    };
    if let (Some(place), text) = cell(Column::Line) {
        return read_line(model, sheet, place, text);
    }
    let mut reader = Reader {
        model,
        known,
        problems: Vec::new(),
    };
    let (_, customer) = cell(Column::Customer);
    let (place, name) = cell(Column::Name);
    // A table of customers has no names of deals: the customer's will do.
    let name = if name.is_empty() { customer } else { name };
    if name.is_empty() {
        reader.missing(place, Column::Name.label_key());
    }
    let draft = Draft {
        name: name.to_owned(),
        amount_minor: amount(&mut reader, cell(Column::Amount)),
        stage_id: stage(&mut reader, cell(Column::Stage)),
        contract_date: day(&mut reader, cell(Column::Date)),
        owner_id: owner(&mut reader, cell(Column::Owner)),
        customer: named(customer, &known.customers),
        contact: named(cell(Column::Contact).1, &known.contacts),
        note: cell(Column::Note).1.to_owned(),
        ..Draft::default()
    };
    Reading {
        duplicates: model.picture.duplicates.find(name, MAX_DUPLICATES),
        draft,
        problems: reader.problems,
        twin: None,
    }
}

/// A row that is a whole deal in one line.
fn read_line(model: &Model, sheet: &Sheet, place: usize, text: &str) -> Reading {
    let known = &sheet.known;
    let lexicon = Lexicon {
        stages: &known.stages,
        contacts: &known.contacts,
        customers: &known.customers,
        members: &known.members,
        today: model.today(),
        currency: Currency::of(model.currency()),
    };
    let parsed = entry::parse(text, &lexicon);
    let mut reader = Reader {
        model,
        known,
        problems: Vec::new(),
    };
    for found in &parsed.problems {
        reader.wrong(Some(place), problem::entry(&model.strings, found));
    }
    for missing in &parsed.missing {
        reader.missing(Some(place), problem::field_key(missing.field));
    }
    let problems = reader.problems;
    let name = parsed.fields.name.clone().unwrap_or_default();
    let line = EntryLine {
        parsed,
        known: std::sync::Arc::clone(known),
        ..EntryLine::default()
    };
    Reading {
        draft: entry_line::draft(model, &line),
        problems,
        duplicates: model.picture.duplicates.find(&name, MAX_DUPLICATES),
        twin: None,
    }
}

fn amount(reader: &mut Reader<'_>, (place, text): (Option<usize>, &str)) -> i64 {
    if text.is_empty() {
        reader.missing(place, Column::Amount.label_key());
        return 0;
    }
    match parse_amount(text, Currency::of(reader.model.currency())) {
        Ok(amount) => amount.minor,
        Err(error) => {
            let words = problem::amount(&reader.model.strings, &error);
            reader.wrong(place, words);
            0
        }
    }
}

fn day(reader: &mut Reader<'_>, (place, text): (Option<usize>, &str)) -> Option<jiff::civil::Date> {
    if text.is_empty() {
        reader.missing(place, Column::Date.label_key());
        return None;
    }
    match parse_date(text, reader.model.today()) {
        Ok(day) => Some(day),
        Err(error) => {
            let words = problem::date(&reader.model.strings, &error);
            reader.wrong(place, words);
            None
        }
    }
}

/// Without one a deal begins in the first stage.
fn stage(reader: &mut Reader<'_>, (place, text): (Option<usize>, &str)) -> u64 {
    let stages = &reader.known.stages;
    let found = match stages.find(text, None) {
        _ if text.is_empty() => Some(0),
        Found::One(found) => Some(found),
        _ => None,
    };
    match found.and_then(|found| stages.get(found)) {
        Some(stage) => stage.id,
        None => {
            reader.unknown(place, Column::Stage.label_key(), text);
            0
        }
    }
}

/// Without one the deal is the person's own.
fn owner(reader: &mut Reader<'_>, (place, text): (Option<usize>, &str)) -> Option<u64> {
    if text.is_empty() {
        return reader.model.me;
    }
    let members = &reader.known.members;
    let found = match members.find(text, None) {
        Found::One(found) => members.get(found).map(|member| member.id),
        _ => None,
    };
    if found.is_none() {
        reader.unknown(place, Column::Owner.label_key(), text);
    }
    found
}
