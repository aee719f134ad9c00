//! What the fields of a form about a deal say: each read once, and refused at its own field.

use super::problem;
use crate::entry::amount::{Currency, parse_amount};
use crate::entry::date::parse_date;
use crate::entry::names::{Found, Names};
use crate::layer::{FieldName, Form, Known};
use crate::model::{Model, NamedRef};

/// Basis points of a certainty.
const CERTAIN_BP: u32 = 10_000;

/// The amount; one that cannot be read is refused at its field.
pub(super) fn amount(model: &Model, form: &mut Form) -> Option<i64> {
    let text = form.text(FieldName::Amount);
    if text.is_empty() {
        return None;
    }
    match parse_amount(text, Currency::of(model.currency())) {
        Ok(amount) => Some(amount.minor),
        Err(error) => {
            form.refuse(FieldName::Amount, problem::amount(&model.strings, &error));
            None
        }
    }
}

/// The contract date; the same.
pub(super) fn date(model: &Model, form: &mut Form) -> Option<jiff::civil::Date> {
    let text = form.text(FieldName::ContractDate);
    if text.is_empty() {
        return None;
    }
    match parse_date(text, model.today()) {
        Ok(date) => Some(date),
        Err(error) => {
            form.refuse(
                FieldName::ContractDate,
                problem::date(&model.strings, &error),
            );
            None
        }
    }
}

/// A name that means exactly one known thing is that; any other is new.
pub(super) fn named(text: &str, names: &Names) -> Option<NamedRef> {
    if text.is_empty() {
        return None;
    }
    match names.find(text, None) {
        Found::One(place) => match names.get(place) {
            // Only the whole name: "Acme" typed in a form may well be a new company beside "Acme Holding".
            Some(name) if name.shown.to_lowercase() == text.to_lowercase() => {
                Some(NamedRef::Known(name.id))
            }
            _ => Some(NamedRef::New(text.to_owned())),
        },
        _ => Some(NamedRef::New(text.to_owned())),
    }
}

/// The customer, known or new.
pub(super) fn customer(form: &Form, known: &Known) -> Option<NamedRef> {
    named(form.text(FieldName::Customer), &known.customers)
}

/// The owner; somebody who is no member is refused.
pub(super) fn owner(model: &Model, form: &mut Form, known: &Known) -> Option<u64> {
    let text = form.text(FieldName::Owner).to_owned();
    if text.is_empty() {
        return None;
    }
    if let Found::One(place) = known.members.find(&text, None) {
        return known.members.get(place).map(|name| name.id);
    }
    // A member who has left may still own a deal that is only being edited.
    let left = model
        .picture
        .members
        .values()
        .find(|member| member.name == text);
    if let Some(member) = left {
        return Some(member.id);
    }
    let refusal = model
        .strings
        .tell("problem-no-member", &[("name", text.into())]);
    form.refuse(FieldName::Owner, refusal);
    None
}

/// The win probability of its own, in basis points.
pub(super) fn probability(model: &Model, form: &mut Form) -> Option<u32> {
    let text = form
        .text(FieldName::Probability)
        .trim_end_matches(['%', '％'])
        .trim();
    if text.is_empty() {
        return None;
    }
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let part: String = format!("{part:0<2}");
    let bp = match (whole.parse::<u32>(), part.parse::<u32>()) {
        (Ok(whole), Ok(part)) if whole <= 100 && part < 100 => Some(whole * 100 + part),
        _ => None,
    };
    if bp.is_none_or(|bp| bp > CERTAIN_BP) {
        form.refuse(
            FieldName::Probability,
            model.strings.say("problem-probability").to_owned(),
        );
        return None;
    }
    bp
}
