//! A form: labels, values, what is wrong beside the field it is wrong with.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::completion;
use crate::entry::amount::{Currency, parse_amount};
use crate::entry::date::parse_date;
use crate::hits::{Hits, Target};
use crate::incentive::Unit;
use crate::incentive::field::SchemeField;
use crate::layer::{Field, FieldName, FieldValue, Form, FormPurpose, SchemeBase};
use crate::layout::dialog;
use crate::model::{Micros, Model, SECOND_US};
use crate::scheme_text;
use crate::screens::reward_words as words;
use crate::text;
use crate::theme::Role;
use crate::update;
use crate::widgets::{cells, input, panel, put};

const WIDTH: u16 = 76;
/// What was typed longer ago than this was typed in another sitting, and the form says so.
const ANOTHER_SITTING_US: Micros = 60 * SECOND_US;

/// Paints the form, scrolled so that the focused field is seen.
pub fn paint(model: &Model, buffer: &mut Buffer, area: Rect, form: &Form, hits: &mut Hits) {
    let theme = model.theme;
    let (title, about) = match form.purpose {
        FormPurpose::Create => ("form-create", None),
        FormPurpose::Edit { .. } => ("form-edit", None),
        FormPurpose::Lose(_) => ("form-lose", Some("form-lose-about")),
        FormPurpose::Reopen(_) => ("form-reopen", Some("form-reopen-about")),
        FormPurpose::Log(_) => ("form-log", None),
        FormPurpose::SetUp => ("form-set-up", Some("form-set-up-about")),
        FormPurpose::Refuse(_) => ("form-refuse", Some("form-refuse-about")),
        FormPurpose::Override { .. } => ("form-override", Some("form-override-about")),
        FormPurpose::AskApproval { .. } => ("form-ask", Some("form-ask-about")),
        FormPurpose::Snooze(_) => ("form-snooze", Some("form-snooze-about")),
        FormPurpose::PutOff(_) => ("form-put-off", Some("form-put-off-about")),
        FormPurpose::Grant => ("form-grant", None),
        FormPurpose::Thank => ("form-thank", Some("form-thank-about")),
        FormPurpose::RefuseReward(_) => ("form-refuse-reward", Some("form-refuse-about")),
        FormPurpose::Scheme(SchemeBase::Edit { .. }) => ("form-scheme-edit", None),
        FormPurpose::Scheme(_) => ("form-scheme", None),
    };
    let mut head: Vec<(String, Role)> = Vec::new();
    head.extend(news(model, form, WIDTH.min(area.width).saturating_sub(4)));
    if !form.subject.is_empty() {
        head.push((form.subject.clone(), Role::Strong));
    }
    if let Some(about) = about {
        head.push((model.strings.say(about).to_owned(), Role::Dim));
    }
    head.extend(live(model, form, WIDTH.min(area.width).saturating_sub(4)));
    let head_height = if head.is_empty() { 0 } else { head.len() + 1 };
    let understood: Vec<Option<(String, Role)>> = form
        .fields
        .iter()
        .map(|field| understood(model, form, field))
        .collect();
    let lines_of = |place: usize| lines_of(&form.fields[place], understood[place].is_some());
    let lines: usize = (0..form.fields.len()).map(lines_of).sum();
    let height = u16::try_from(lines + head_height + 2).unwrap_or(u16::MAX);
    let area = dialog(area, WIDTH, height);
    let long = form.fields.get(form.focus);
    let keys = match long.filter(|field| update::is_long(field.name)) {
        Some(_) => "form-keys-note",
        None => "form-keys",
    };
    let words = (model.strings.say(title), model.strings.say(keys));
    let inner = panel::paint_with_buttons(buffer, area, theme, words, hits);
    for (y, (words, role)) in (0..).zip(&head) {
        put(buffer, inner, 0, y, words, theme.style(*role));
    }
    let top = u16::try_from(head_height).unwrap_or(0).min(inner.height);
    let room = Rect {
        y: inner.y + top,
        height: inner.height - top,
        ..inner
    };
    let focused_end: usize = (0..form.fields.len())
        .take(form.focus + 1)
        .map(lines_of)
        .sum();
    let mut skip = focused_end.saturating_sub(usize::from(room.height));
    let label = form
        .fields
        .iter()
        .map(|field| cells(model.strings.say(field.name.label_key())))
        .max()
        .unwrap_or(0)
        + 3;
    let mut focused = None;
    let mut y = 0;
    for (place, field) in form.fields.iter().enumerate() {
        if skip > 0 {
            skip = skip.saturating_sub(lines_of(place));
            continue;
        }
        if y >= room.height {
            break;
        }
        let line = Rect {
            y: room.y + y,
            height: 1,
            ..room
        };
        hits.add(line, Target::Line(place));
        paint_field(model, buffer, line, label, field, place == form.focus);
        y += 1;
        if let Some(problem) = &field.problem {
            let words = format!("{} {problem}", theme.glyphs().wrong);
            put(buffer, room, label, y, &words, theme.style(Role::Bad));
            y += 1;
        } else if let Some((words, role)) = &understood[place] {
            let words = format!("{} {words}", theme.glyphs().forward);
            put(buffer, room, label, y, &words, theme.style(*role));
            y += 1;
        }
        if place == form.focus {
            focused = Some(line);
        }
    }
    // Above the fields below it.
    let field = form.fields.get(form.focus).map(|field| &field.value);
    if let (Some(offered), Some(line), Some(FieldValue::Text(written))) =
        (&form.completion, focused, field)
    {
        let line = Rect {
            x: line.x + label.min(line.width),
            width: line.width.saturating_sub(label),
            ..line
        };
        completion::paint(model, buffer, line, written.text(), 0, offered);
    }
}

/// What is to be known about the form as a whole: why it was not sent, that the link is gone, that it was typed in another sitting.
fn news(model: &Model, form: &Form, width: u16) -> Vec<(String, Role)> {
    let strings = &model.strings;
    let mut said: Vec<(String, Role)> = Vec::new();
    if let Some(note) = &form.note {
        said.push((format!("{} {note}", model.theme.glyphs().wrong), Role::Bad));
    } else if model.link_is_down() && form.purpose != FormPurpose::SetUp {
        said.push((strings.say("form-link-lost").to_owned(), Role::Warn));
    }
    let resumed = form
        .resumed
        .filter(|at| model.now - at >= ANOTHER_SITTING_US);
    if let Some(at) = resumed {
        let age = text::age((model.now - at).max(0) / SECOND_US, model.locale());
        let key = if form.request_id.is_empty() {
            "form-resumed"
        } else {
            "form-resumed-sent"
        };
        said.push((strings.tell(key, &[("age", age.into())]), Role::Dim));
    }
    let room = usize::from(width).max(1);
    let wrapped = said.into_iter().flat_map(|(words, role)| {
        let parts: Vec<String> = text::wrap(&words, room)
            .into_iter()
            .map(str::to_owned)
            .collect();
        parts.into_iter().map(move |part| (part, role))
    });
    wrapped.collect()
}

/// What was understood of a field, where that is not what is written: a day by its date, an amount in full, whether a name is known.
fn understood(model: &Model, form: &Form, field: &Field) -> Option<(String, Role)> {
    let FieldValue::Text(written) = &field.value else {
        return None;
    };
    let written = written.text().trim();
    if written.is_empty() || field.problem.is_some() {
        return None;
    }
    let words = match field.name {
        FieldName::Amount => {
            let amount = parse_amount(written, Currency::of(model.currency())).ok()?;
            let full = text::money_full(amount.minor.into(), model.minor_digits());
            if full == written {
                return None;
            }
            format!("{full} {}", model.currency())
        }
        FieldName::Scheme(SchemeField::Reward) => {
            let (scheme, _) = update::chosen_grant(model, form)?;
            let digits = match scheme.unit {
                Unit::Points => 0,
                Unit::Money => model.minor_digits(),
            };
            let currency = Currency {
                code: model.currency(),
                minor_digits: digits,
            };
            let amount = parse_amount(written, currency).ok()?.minor;
            let full = words::amount(model, scheme.unit, amount);
            if full == written {
                return None;
            }
            full
        }
        FieldName::ContractDate | FieldName::Until | FieldName::FollowUp => {
            let day = parse_date(written, model.today()).ok()?;
            if day.to_string() == written {
                return None;
            }
            super::entry::date_words(model, day)
        }
        _ => return None,
    };
    Some((words, Role::Good))
}

/// What the answers come to so far: the rule as a sentence, or what is left to give this month.
fn live(model: &Model, form: &Form, width: u16) -> Vec<(String, Role)> {
    let room = usize::from(width).max(1);
    let rows = |words: &str, role: Role| -> Vec<(String, Role)> {
        let parts = text::wrap(words, room).into_iter();
        parts.map(|part| (part.to_owned(), role)).collect()
    };
    match form.purpose {
        FormPurpose::Scheme(base) => match update::read_scheme(model, form, base) {
            Some(reading) => {
                let words = scheme_text::sentence(model, reading.unit, &reading.terms);
                rows(&words, Role::Accent)
            }
            None => Vec::new(),
        },
        FormPurpose::Grant => match update::chosen_grant(model, form) {
            Some((scheme, cap)) => {
                let given = model
                    .reports
                    .granted()
                    .map_or(0, |given| match scheme.unit {
                        Unit::Points => given[0],
                        Unit::Money => given[1],
                    });
                let amount = |amount: i64| words::amount(model, scheme.unit, amount);
                let said = model.strings.tell(
                    "form-grant-left",
                    &[
                        ("left", amount(cap.saturating_sub(given).max(0)).into()),
                        ("cap", amount(cap).into()),
                    ],
                );
                rows(&said, Role::Accent)
            }
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn lines_of(field: &Field, understood: bool) -> usize {
    1 + usize::from(field.problem.is_some() || understood)
}

fn paint_field(
    model: &Model,
    buffer: &mut Buffer,
    line: Rect,
    label: u16,
    field: &Field,
    focused: bool,
) {
    let theme = model.theme;
    let role = if focused { Role::Accent } else { Role::Dim };
    let x = put(
        buffer,
        line,
        0,
        0,
        model.strings.say(field.name.label_key()),
        theme.style(role),
    );
    if field.required {
        put(buffer, line, x, 0, " *", theme.style(Role::Warn));
    }
    let value = Rect {
        x: line.x + label.min(line.width),
        width: line.width.saturating_sub(label),
        ..line
    };
    let ground = if focused {
        theme.style(Role::Selected)
    } else {
        theme.style(Role::Text)
    };
    match &field.value {
        FieldValue::Text(written) => {
            if focused {
                buffer.set_style(value.intersection(buffer.area), ground);
            }
            input::paint(buffer, value, 0, written, ground, theme, focused);
            if written.text().is_empty()
                && let Some(example) = field.name.example_key()
            {
                let style = ground.patch(theme.style(Role::Dim));
                put(
                    buffer,
                    value,
                    u16::from(focused) * 2,
                    0,
                    model.strings.say(example),
                    style,
                );
            }
        }
        FieldValue::Choice { options, selected } => {
            let words = options.get(*selected).map_or("", |(name, _)| name.as_str());
            if focused && options.len() > 1 {
                put(
                    buffer,
                    value,
                    0,
                    0,
                    &format!("‹ {words} ›"),
                    ground.patch(theme.style(Role::Strong)),
                );
            } else {
                put(buffer, value, 0, 0, words, theme.style(Role::Text));
            }
        }
    }
}
