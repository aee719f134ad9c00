//! A form: labels, values, what is wrong beside the field it is wrong with.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::hits::{Hits, Target};
use crate::incentive::Unit;
use crate::layer::{Field, FieldValue, Form, FormPurpose, SchemeBase};
use crate::layout::dialog;
use crate::model::Model;
use crate::scheme_text;
use crate::screens::reward_words as words;
use crate::text;
use crate::theme::Role;
use crate::update;
use crate::widgets::{cells, input, panel, put};

const WIDTH: u16 = 76;

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
        FormPurpose::Grant => ("form-grant", None),
        FormPurpose::Thank => ("form-thank", Some("form-thank-about")),
        FormPurpose::RefuseReward(_) => ("form-refuse-reward", Some("form-refuse-about")),
        FormPurpose::Scheme(SchemeBase::Edit { .. }) => ("form-scheme-edit", None),
        FormPurpose::Scheme(_) => ("form-scheme", None),
    };
    let mut head: Vec<(String, Role)> = Vec::new();
    if !form.subject.is_empty() {
        head.push((form.subject.clone(), Role::Strong));
    }
    if let Some(about) = about {
        head.push((model.strings.say(about).to_owned(), Role::Dim));
    }
    head.extend(live(model, form, WIDTH.min(area.width).saturating_sub(4)));
    let head_height = if head.is_empty() { 0 } else { head.len() + 1 };
    let lines: usize = form.fields.iter().map(lines_of).sum();
    let height = u16::try_from(lines + head_height + 2).unwrap_or(u16::MAX);
    let area = dialog(area, WIDTH, height);
    let long = form.fields.get(form.focus);
    let keys = match long.filter(|field| update::is_long(field.name)) {
        Some(_) => "form-keys-note",
        None => "form-keys",
    };
    let inner = panel::paint(
        buffer,
        area,
        theme,
        model.strings.say(title),
        model.strings.say(keys),
    );
    for (y, (words, role)) in (0..).zip(&head) {
        put(buffer, inner, 0, y, words, theme.style(*role));
    }
    let top = u16::try_from(head_height).unwrap_or(0).min(inner.height);
    let room = Rect {
        y: inner.y + top,
        height: inner.height - top,
        ..inner
    };
    let focused_end: usize = form.fields.iter().take(form.focus + 1).map(lines_of).sum();
    let mut skip = focused_end.saturating_sub(usize::from(room.height));
    let label = form
        .fields
        .iter()
        .map(|field| cells(model.strings.say(field.name.label_key())))
        .max()
        .unwrap_or(0)
        + 3;
    let mut y = 0;
    for (place, field) in form.fields.iter().enumerate() {
        if skip > 0 {
            skip = skip.saturating_sub(lines_of(field));
            continue;
        }
        if y >= room.height {
            return;
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
        }
    }
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

fn lines_of(field: &Field) -> usize {
    1 + usize::from(field.problem.is_some())
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
