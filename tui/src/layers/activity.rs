//! The one line that logs an activity: the line, what was understood of it, and what a place typed here is worth.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::completion;
use crate::entry::activity::ActivityProblem;
use crate::hits::Hits;
use crate::layer::ActivityLine;
use crate::layout::dialog;
use crate::model::Model;
use crate::record::CheckInPlace;
use crate::text;
use crate::theme::Role;
use crate::update::activity_key;
use crate::widgets::{cells, input, panel, put};

const WIDTH: u16 = 84;
/// Borders, the line, the gaps above and below the fields.
const FIXED_HEIGHT: u16 = 5;
/// Sites named as examples.
const MAX_SITES: usize = 4;

/// Paints the line.
pub fn paint(model: &Model, buffer: &mut Buffer, area: Rect, line: &ActivityLine, hits: &mut Hits) {
    let theme = model.theme;
    let room = usize::from(WIDTH.min(area.width).saturating_sub(4)).max(1);
    let fields = fields(model, line);
    let remarks: Vec<(String, Role)> = remarks(model, line)
        .into_iter()
        .flat_map(|(words, role)| {
            let parts = text::wrap(&words, room).into_iter();
            parts
                .map(|part| (part.to_owned(), role))
                .collect::<Vec<_>>()
        })
        .collect();
    let height = usize::from(FIXED_HEIGHT) + fields.len() + remarks.len();
    let area = dialog(area, WIDTH, u16::try_from(height).unwrap_or(u16::MAX));
    let title = model
        .strings
        .tell("activity-title", &[("name", line.subject.as_str().into())]);
    let hint = model.strings.say("activity-keys");
    let inner = panel::paint_with_buttons(buffer, area, theme, (&title, hint), hits);
    put(buffer, inner, 0, 0, "›", theme.style(Role::Accent));
    let typing = Rect {
        x: inner.x + 2.min(inner.width),
        width: inner.width.saturating_sub(2),
        ..inner
    };
    let text_style = theme.style(Role::Text);
    let first = input::paint(buffer, typing, 0, &line.input, text_style, theme, true);
    highlight(model, buffer, typing, line, first);
    if line.input.text().is_empty() {
        let example = model.strings.say("activity-example");
        put(buffer, typing, 1, 0, example, theme.style(Role::Dim));
    }
    let label = fields
        .iter()
        .map(|(key, ..)| cells(model.strings.say(key)))
        .max()
        .unwrap_or(0)
        + 2;
    let mut y = 2;
    for (key, words, role) in &fields {
        let style = theme.style(Role::Dim);
        put(buffer, inner, 0, y, model.strings.say(key), style);
        put(buffer, inner, label, y, words, theme.style(*role));
        y += 1;
    }
    y += 1;
    for (words, role) in &remarks {
        put(buffer, inner, 0, y, words, theme.style(*role));
        y += 1;
    }
    if let Some(offered) = &line.completion {
        completion::paint(model, buffer, typing, line.input.text(), first, offered);
    }
}

/// Colours what was taken for something else than text; `first` is the first byte shown.
fn highlight(model: &Model, buffer: &mut Buffer, area: Rect, line: &ActivityLine, first: usize) {
    let typed = line.input.text();
    let style = model.theme.style(Role::Accent);
    for mark in &line.parsed.marks {
        let start = mark.start.max(first);
        let (Some(before), Some(words)) = (typed.get(first..start), typed.get(start..mark.end))
        else {
            continue;
        };
        let x = area.x.saturating_add(cells(before));
        let place = Rect {
            x: x.min(area.right()),
            width: cells(words).min(area.right().saturating_sub(x)),
            height: area.height.min(1),
            ..area
        };
        buffer.set_style(place.intersection(buffer.area), style);
    }
}

fn fields(model: &Model, line: &ActivityLine) -> Vec<(&'static str, String, Role)> {
    let strings = &model.strings;
    let parsed = &line.parsed;
    let kind = strings.say(activity_key(parsed.kind)).to_owned();
    let mut fields = vec![("field-kind", kind, Role::Text)];
    let contact = parsed.contact_id.and_then(|id| {
        let known = line.lexicon.contacts.iter();
        known
            .clone()
            .find(|contact| contact.id == id)
            .map(|contact| contact.name.clone())
    });
    let names: Vec<&str> = line
        .lexicon
        .contacts
        .iter()
        .map(|contact| contact.name.as_str())
        .take(MAX_SITES)
        .collect();
    fields.push(match contact {
        Some(name) => ("field-with", name, Role::Text),
        None if names.is_empty() => (
            "field-with",
            strings.say("activity-no-contacts").to_owned(),
            Role::Dim,
        ),
        None => ("field-with", format!("#{}", names.join("  #")), Role::Dim),
    });
    fields.push(match parsed.follow_up {
        Some(date) => (
            "field-follow-up",
            super::entry::date_words(model, date),
            Role::Text,
        ),
        None => (
            "field-follow-up",
            strings.say("activity-want-date").to_owned(),
            Role::Dim,
        ),
    });
    fields.push(match &parsed.place {
        Some(CheckInPlace::Named(name)) => ("field-place", name.clone(), Role::Text),
        Some(CheckInPlace::Typed(place)) => (
            "field-place",
            format!(
                "{}, {}",
                degrees(place.latitude_e7),
                degrees(place.longitude_e7)
            ),
            Role::Text,
        ),
        None => ("field-place", places(model, line), Role::Dim),
    });
    fields
}

/// A number of degrees with five digits, which is about a metre.
fn degrees(value_e7: i32) -> String {
    let sign = if value_e7 < 0 { "-" } else { "" };
    let value = value_e7.unsigned_abs() / 100;
    format!("{sign}{}.{:05}", value / 100_000, value % 100_000)
}

fn places(model: &Model, line: &ActivityLine) -> String {
    let sites: Vec<&str> = line
        .lexicon
        .sites
        .iter()
        .map(|site| site.name.as_str())
        .take(MAX_SITES)
        .collect();
    if sites.is_empty() {
        return model.strings.say("activity-want-place").to_owned();
    }
    format!("@{}", sites.join("  @"))
}

fn remarks(model: &Model, line: &ActivityLine) -> Vec<(String, Role)> {
    let strings = &model.strings;
    let glyphs = model.theme.glyphs();
    let mut remarks: Vec<(String, Role)> = line
        .parsed
        .problems
        .iter()
        .map(|problem| {
            let (key, written) = match problem {
                ActivityProblem::Contact(written) => ("problem-activity-contact", written),
                ActivityProblem::Date(written) => ("problem-activity-date", written),
                ActivityProblem::Place(written) => ("problem-activity-place", written),
            };
            let words = strings.tell(key, &[("written", written.as_str().into())]);
            (format!("{} {words}", glyphs.wrong), Role::Bad)
        })
        .collect();
    if line.offline {
        let why = strings.say("form-offline");
        remarks.push((format!("{} {why}", glyphs.wrong), Role::Bad));
    } else if line.parsed.is_complete() {
        let ready = strings.say("entry-complete");
        remarks.push((format!("{} {ready}", glyphs.done), Role::Good));
    } else if remarks.is_empty() && line.refused {
        remarks.push((strings.say("activity-empty").to_owned(), Role::Bad));
    }
    if line.parsed.place.is_some() {
        remarks.push((strings.say("activity-unverified").to_owned(), Role::Warn));
    }
    remarks
}
