//! The forms about rewards: a manager's personal reward, thanks, a refusal.

use super::form_fields::{choice, known, line, required};
use super::{form, problem, scheme_fields, scheme_form};
use crate::entry::amount::{Currency, parse_amount};
use crate::entry::names::Found;
use crate::incentive::field::SchemeField as Named;
use crate::incentive::{IncentiveAction, Rule, Scheme, SchemeState, Unit};
use crate::layer::{Field, FieldName, Form, FormPurpose, SchemeBase};
use crate::model::{Model, Screen};
use crate::screens::feed::{self, Thing};

/// The schemes under which somebody can be rewarded personally now, with what one giver may give in a month.
pub(crate) fn grant_schemes(model: &Model) -> Vec<(&Scheme, i64)> {
    let schemes = model.picture.schemes.values();
    schemes
        .filter(|scheme| scheme.state == SchemeState::Published)
        .filter_map(|scheme| match scheme.in_force(model.now)?.terms.rule {
            Rule::Grant { monthly_cap } => Some((scheme, monthly_cap)),
            _ => None,
        })
        .collect()
}

/// The scheme chosen in a form, and what one giver may give under it in a month.
pub(crate) fn chosen<'a>(model: &'a Model, form: &Form) -> Option<(&'a Scheme, i64)> {
    let id = form.choice(FieldName::Scheme(Named::Scheme))?;
    let mut schemes = grant_schemes(model).into_iter();
    schemes.find(|(scheme, _)| scheme.id == id)
}

/// Whom the screen is about, as a name to begin with.
fn subject(model: &Model) -> &str {
    let member = match model.screen {
        Screen::TeamFeed => match feed::selected(model) {
            Some(Thing::Win(card)) => card.owner_id,
            Some(Thing::Reward(reward)) => Some(reward.member_id),
            Some(Thing::Badge(badge)) => Some(badge.member_id),
            _ => None,
        },
        _ => model.selected().and_then(|card| card.owner_id),
    };
    model
        .picture
        .member_name(member.filter(|id| Some(*id) != model.me))
}

/// The fields of a form.
pub(super) fn fields(model: &Model, purpose: FormPurpose) -> Option<Vec<Field>> {
    let text = |name: Named, words: &str| required(line(FieldName::Scheme(name), words));
    let reason = || required(line(FieldName::Scheme(Named::Praise), ""));
    Some(match purpose {
        FormPurpose::Grant => {
            let schemes = grant_schemes(model).into_iter();
            let options: Vec<(String, u64)> = schemes
                .map(|(scheme, _)| (scheme.name.clone(), scheme.id))
                .collect();
            vec![
                text(Named::Member, subject(model)),
                text(Named::Reward, ""),
                reason(),
                choice(FieldName::Scheme(Named::Scheme), options, None),
            ]
        }
        FormPurpose::Thank => vec![text(Named::Member, subject(model)), reason()],
        FormPurpose::Scheme(base) => return scheme_fields::fields(model, base),
        _ => vec![required(line(FieldName::Reason, ""))],
    })
}

/// The member whom a form names.
fn member(model: &Model, form: &mut Form) -> Option<u64> {
    let name = FieldName::Scheme(Named::Member);
    let text = form.text(name).to_owned();
    if text.is_empty() {
        return None;
    }
    let known = known(model);
    if let Found::One(place) = known.members.find(&text, None)
        && let Some(member) = known.members.get(place)
    {
        return Some(member.id);
    }
    let refusal = model
        .strings
        .tell("problem-no-colleague", &[("name", text.into())]);
    form.refuse(name, refusal);
    None
}

/// What the answers come to; nothing when something is wrong, which then stands at its field.
pub(super) fn read(model: &Model, form: &mut Form) -> Option<IncentiveAction> {
    match form.purpose {
        FormPurpose::Grant => grant(model, form),
        FormPurpose::Thank => Some(IncentiveAction::Thank {
            member_id: member(model, form)?,
            reason: form.text(FieldName::Scheme(Named::Praise)).to_owned(),
        }),
        FormPurpose::RefuseReward(id) => Some(IncentiveAction::RefuseReward {
            id,
            reason: form.text(FieldName::Reason).to_owned(),
        }),
        FormPurpose::Scheme(base) => scheme(model, form, base),
        _ => None,
    }
}

fn grant(model: &Model, form: &mut Form) -> Option<IncentiveAction> {
    let member_id = member(model, form);
    let (scheme_id, unit) = match chosen(model, form) {
        Some((scheme, _)) => (scheme.id, scheme.unit),
        None => {
            let words = model.strings.say("problem-no-grant").to_owned();
            form.refuse(FieldName::Scheme(Named::Scheme), words);
            return None;
        }
    };
    let name = FieldName::Scheme(Named::Reward);
    let code = model.currency();
    let currency = match unit {
        Unit::Points => Currency {
            code,
            minor_digits: 0,
        },
        Unit::Money => Currency::of(code),
    };
    let amount = match parse_amount(form.text(name), currency) {
        Ok(amount) => Some(amount.minor),
        // That it is empty is said already.
        Err(_) if form.text(name).is_empty() => None,
        Err(error) => {
            let words = problem::amount(&model.strings, &error);
            form.refuse(name, words);
            None
        }
    };
    Some(IncentiveAction::Grant {
        scheme_id,
        member_id: member_id?,
        amount: amount?,
        reason: form.text(FieldName::Scheme(Named::Praise)).to_owned(),
    })
}

fn scheme(model: &Model, form: &mut Form, base: SchemeBase) -> Option<IncentiveAction> {
    let reading = scheme_form::read(model, form, base)?;
    for (name, problem) in reading.problems {
        form.refuse(name, problem);
    }
    let (name, terms) = (reading.name, Box::new(reading.terms));
    Some(match base {
        SchemeBase::Edit { id, revision } => IncentiveAction::UpdateScheme {
            id,
            revision,
            name,
            unit: form
                .field(FieldName::Scheme(Named::Unit))
                .map(|_| reading.unit),
            terms,
        },
        SchemeBase::New(_) | SchemeBase::Template(_) => IncentiveAction::CreateScheme {
            name,
            unit: reading.unit,
            terms,
        },
    })
}

/// Opens the form of a personal reward, or says why it cannot be given.
pub(super) fn open_grant(model: &mut Model) {
    if grant_schemes(model).is_empty() {
        let text = model.strings.say("problem-no-grant").to_owned();
        super::notify(model, crate::model::Severity::Info, text);
        return;
    }
    form::open(model, FormPurpose::Grant);
}
