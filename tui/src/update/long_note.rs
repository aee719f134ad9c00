//! Notes too long for a line: written with the person's own editor.

use super::{activity_line, form, notify};
use crate::layer::{FieldName, FieldValue, FormPurpose, Layer};
use crate::message::EditFailure;
use crate::model::{Effect, Model, Severity};

/// Hands what is typed in the top layer to the editor; it stays where it is until the editor ends well.
pub(super) fn open(model: &Model) -> Vec<Effect> {
    let text = match model.layers.last() {
        Some(Layer::Form(form)) => match form.fields.get(form.focus) {
            Some(field) if is_long(field.name) => match &field.value {
                FieldValue::Text(input) => input.text(),
                FieldValue::Choice { .. } => return Vec::new(),
            },
            _ => return Vec::new(),
        },
        Some(Layer::Activity(line)) => line.input.text(),
        _ => return Vec::new(),
    };
    vec![Effect::Edit(text.to_owned())]
}

/// Fields that take more than a line.
pub(crate) fn is_long(name: FieldName) -> bool {
    matches!(name, FieldName::Note)
}

/// The editor ended: what it left goes where it came from. When it failed, what was typed is still there.
pub(super) fn edited(model: &mut Model, result: Result<String, EditFailure>) {
    let text = match result {
        Ok(text) => text,
        Err(failure) => {
            let text = words(model, &failure);
            notify(model, Severity::Problem, text);
            return;
        }
    };
    match model.layers.pop() {
        Some(Layer::Form(mut form)) => {
            if let Some(field) = form.fields.get_mut(form.focus)
                && is_long(field.name)
                && let FieldValue::Text(input) = &mut field.value
            {
                input.set(cleaned(&text));
                field.problem = None;
            }
            model.layers.push(Layer::Form(form));
        }
        Some(Layer::Activity(mut line)) if text.lines().count() <= 1 => {
            line.input.set(cleaned(&text));
            activity_line::read(model, &mut line);
            model.layers.push(Layer::Activity(line));
        }
        Some(Layer::Activity(line)) => {
            // Several lines are a note: the form keeps them apart.
            form::open(model, FormPurpose::Log(line.opportunity_id));
            form::write(model, FieldName::Note, &cleaned(&text));
        }
        Some(other) => model.layers.push(other),
        None => {}
    }
}

/// Lines are kept; tabs become spaces, and nothing else that is not seen is left.
fn cleaned(text: &str) -> String {
    let letters = text.chars().filter_map(|letter| match letter {
        '\t' => Some(' '),
        '\n' => Some('\n'),
        letter if letter.is_control() => None,
        letter => Some(letter),
    });
    letters.collect()
}

fn words(model: &Model, failure: &EditFailure) -> String {
    let strings = &model.strings;
    match failure {
        EditFailure::NotStarted { editor, reason } => {
            let named = [("editor", editor.as_str().into())];
            let words = strings.tell("editor-not-started", &named);
            [words, reason.clone()].join(" ").trim_end().to_owned()
        }
        EditFailure::Ended { editor, status } => strings.tell(
            "editor-ended",
            &[
                ("editor", editor.as_str().into()),
                ("status", status.as_str().into()),
            ],
        ),
        EditFailure::TooLarge(bytes) => {
            strings.tell("editor-too-large", &[("kib", (bytes / 1_024).into())])
        }
        EditFailure::File(reason) => {
            strings.tell("editor-file", &[("reason", reason.as_str().into())])
        }
    }
}
