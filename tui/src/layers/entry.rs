//! The one-line entry: the line, and below it what was understood, what is missing and what looks the same.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::completion;
use crate::entry::{Field, Fields, Mention};
use crate::hits::Hits;
use crate::layer::EntryLine;
use crate::layout::dialog;
use crate::model::Model;
use crate::text;
use crate::theme::Role;
use crate::update::{entry_problem, field_key};
use crate::widgets::{cells, input, panel, put};

const WIDTH: u16 = 84;
/// Borders, line, gap, three lines of fields, gap.
const FIXED_HEIGHT: u16 = 8;
/// Lines for problems and duplicates.
const MAX_REMARKS: usize = 5;
/// From this inner width on, fields stand in two columns.
const TWO_COLUMNS_FROM: u16 = 56;

/// Paints the entry.
pub fn paint(model: &Model, buffer: &mut Buffer, area: Rect, line: &EntryLine, hits: &mut Hits) {
    let theme = model.theme;
    let fields = understood(model, line);
    let mut remarks = remarks(model, line);
    remarks.truncate(MAX_REMARKS);
    let width = WIDTH.min(area.width);
    let columns = if width.saturating_sub(4) >= TWO_COLUMNS_FROM {
        2
    } else {
        1
    };
    let rows = fields.len().div_ceil(columns);
    let height = FIXED_HEIGHT - 3 + u16::try_from(rows + remarks.len()).unwrap_or(0);
    let area = dialog(area, width, height);
    let (title, hint) = (
        model.strings.say("entry-title"),
        model.strings.say("entry-keys"),
    );
    let inner = panel::paint_with_buttons(buffer, area, theme, (title, hint), hits);
    put(buffer, inner, 0, 0, "›", theme.style(Role::Accent));
    let typing = Rect {
        x: inner.x + 2.min(inner.width),
        width: inner.width.saturating_sub(2),
        ..inner
    };
    let first = input::paint(
        buffer,
        typing,
        0,
        &line.input,
        theme.style(Role::Text),
        theme,
        true,
    );
    highlight(model, buffer, typing, line, first);
    if line.input.text().is_empty() {
        put(
            buffer,
            typing,
            1,
            0,
            model.strings.say("entry-example"),
            theme.style(Role::Dim),
        );
    }
    let column = inner.width / u16::try_from(columns).unwrap_or(1);
    let label = fields
        .iter()
        .map(|(key, ..)| cells(model.strings.say(key)))
        .max()
        .unwrap_or(0)
        + 2;
    for (index, (key, value, role)) in fields.iter().enumerate() {
        let x = u16::try_from(index % columns).unwrap_or(0) * column;
        let y = 2 + u16::try_from(index / columns).unwrap_or(0);
        let place = Rect {
            x: inner.x + x,
            width: column.saturating_sub(1),
            ..inner
        };
        put(
            buffer,
            place,
            0,
            y,
            model.strings.say(key),
            theme.style(Role::Dim),
        );
        put(buffer, place, label, y, value, theme.style(*role));
    }
    let below = 3 + u16::try_from(rows).unwrap_or(0);
    for (y, (words, role)) in (below..).zip(&remarks) {
        put(buffer, inner, 0, y, words, theme.style(*role));
    }
    if let Some(offered) = &line.completion {
        completion::paint(model, buffer, typing, line.input.text(), first, offered);
    }
}

/// Colours what was taken for something else than the name; `first` is the first byte shown.
fn highlight(model: &Model, buffer: &mut Buffer, area: Rect, line: &EntryLine, first: usize) {
    let text = line.input.text();
    for span in &line.parsed.spans {
        let role = match (span.understood, span.field) {
            (false, _) => Role::Bad,
            (true, Field::Name) => continue,
            (true, _) => Role::Accent,
        };
        let before = text.get(first..span.range.start.max(first));
        let words = text.get(span.range.start.max(first)..span.range.end.max(first));
        let (Some(before), Some(words)) = (before, words) else {
            continue;
        };
        let x = cells(before).min(area.width);
        let place = Rect {
            x: area.x + x,
            width: cells(words).min(area.width - x),
            height: 1,
            ..area
        };
        buffer.set_style(place.intersection(buffer.area), model.theme.style(role));
    }
}

/// Every field with what it will be; what is missing shows how to write it.
fn understood(model: &Model, line: &EntryLine) -> Vec<(&'static str, String, Role)> {
    let fields = &line.parsed.fields;
    let strings = &model.strings;
    let missing = |field: Field| {
        line.parsed
            .missing
            .iter()
            .any(|missing| missing.field == field)
    };
    let wanted = |field: Field, how: &str| {
        let role = if line.refused && missing(field) {
            Role::Bad
        } else {
            Role::Dim
        };
        (field_key(field), strings.say(how).to_owned(), role)
    };
    let got = |field: Field, value: String| (field_key(field), value, Role::Text);
    let mut rows = Vec::with_capacity(6);
    rows.push(match &fields.name {
        Some(name) => got(Field::Name, name.clone()),
        None => wanted(Field::Name, "entry-want-name"),
    });
    rows.push(match fields.amount_minor {
        Some(amount) => {
            let words = text::money_full(amount.into(), model.minor_digits());
            got(Field::Amount, format!("{words} {}", model.currency()))
        }
        None => wanted(Field::Amount, "entry-want-amount"),
    });
    rows.push(match fields.contract_date {
        Some(date) => got(Field::ContractDate, date_words(model, date)),
        None => wanted(Field::ContractDate, "entry-want-date"),
    });
    rows.push(stage(model, line));
    rows.push(customer(model, fields));
    rows.push(match &fields.contact {
        Some(Mention::Known(id)) => {
            let name = model
                .picture
                .contacts
                .get(id)
                .map_or("", |contact| contact.name.as_str());
            got(Field::Contact, name.to_owned())
        }
        Some(Mention::New(name)) => got(
            Field::Contact,
            strings.tell("entry-new", &[("name", name.as_str().into())]),
        ),
        None => wanted(Field::Contact, "entry-want-contact"),
    });
    if let Some(owner) = fields.owner_id {
        rows.push(got(
            Field::Owner,
            model.picture.member_name(Some(owner)).to_owned(),
        ));
    }
    if let Some(grade) = &fields.grade {
        rows.push(got(Field::Grade, grade.clone()));
    }
    rows
}

pub(crate) fn date_words(model: &Model, date: jiff::civil::Date) -> String {
    let days = date
        .since(model.today())
        .map_or(0, |span| i64::from(span.get_days()));
    let due = match days {
        0 => model.strings.say("due-today").to_owned(),
        1.. => model.strings.tell("due-in", &[("days", days.into())]),
        _ => model.strings.tell("due-late", &[("days", (-days).into())]),
    };
    format!("{date}  {due}")
}

fn stage(model: &Model, line: &EntryLine) -> (&'static str, String, Role) {
    let known = &line.known.stages;
    let (id, role) = match line.parsed.fields.stage_id {
        Some(id) => (Some(id), Role::Text),
        None => (known.get(0).map(|name| name.id), Role::Dim),
    };
    let words = id.and_then(|id| model.picture.stage(id)).map(|stage| {
        format!(
            "{}  {}",
            stage.name,
            text::percent(stage.win_probability_bp.into())
        )
    });
    (field_key(Field::Stage), words.unwrap_or_default(), role)
}

fn customer(model: &Model, fields: &Fields) -> (&'static str, String, Role) {
    let strings = &model.strings;
    let key = field_key(Field::Customer);
    match &fields.customer {
        Some(Mention::Known(id)) => {
            let role = if fields.customer_implied {
                Role::Dim
            } else {
                Role::Text
            };
            (key, model.picture.customer_name(Some(*id)).to_owned(), role)
        }
        Some(Mention::New(name)) => (
            key,
            strings.tell("entry-new", &[("name", name.as_str().into())]),
            Role::Text,
        ),
        None => (
            key,
            strings.say("entry-want-customer").to_owned(),
            Role::Dim,
        ),
    }
}

/// What is wrong, what is missing, what looks the same.
fn remarks(model: &Model, line: &EntryLine) -> Vec<(String, Role)> {
    let glyphs = model.theme.glyphs();
    let strings = &model.strings;
    let mut remarks: Vec<(String, Role)> = line
        .parsed
        .problems
        .iter()
        .map(|problem| {
            (
                format!("{} {}", glyphs.wrong, entry_problem(strings, problem)),
                Role::Bad,
            )
        })
        .collect();
    for missing in &line.parsed.missing {
        if let Some(range) = &missing.left_in_name
            && let Some(written) = line.input.text().get(range.clone())
        {
            remarks.push((
                strings.tell("entry-left-in-name", &[("written", written.into())]),
                Role::Dim,
            ));
        }
    }
    for duplicate in &line.duplicates {
        let Some(card) = model.picture.board.card(duplicate.id) else {
            continue;
        };
        let stage = model
            .picture
            .stage(card.stage_id)
            .map_or("", |stage| stage.name.as_str());
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
                ("stage", stage.into()),
                ("amount", amount.into()),
            ],
        );
        remarks.push((words, Role::Warn));
    }
    if line.offline {
        let why = format!("{} {}", glyphs.wrong, strings.say("form-offline"));
        remarks.insert(0, (why, Role::Bad));
    } else if line.parsed.is_complete() {
        let ready = format!("{} {}", glyphs.done, strings.say("entry-complete"));
        remarks.insert(0, (ready, Role::Good));
    } else if remarks.is_empty() && line.refused {
        let names: Vec<&str> = line
            .parsed
            .missing
            .iter()
            .map(|missing| strings.say(field_key(missing.field)))
            .collect();
        remarks.push((
            strings.tell("entry-missing", &[("fields", names.join(", ").into())]),
            Role::Bad,
        ));
    }
    remarks
}
