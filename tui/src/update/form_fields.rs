//! Which fields each form has, and what they begin with.

use super::{entry_line, reward_form};
use crate::input::Input;
use crate::layer::{Field, FieldName, FieldValue, Form, FormPurpose};
use crate::model::{Draft, Model, NamedRef};
use crate::record::{ActivityKind, Card, StageKind};
use crate::text;

/// Key of an activity kind's name.
pub(crate) const fn activity_key(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::Call => "activity-call",
        ActivityKind::Visit => "activity-visit",
        ActivityKind::Meeting => "activity-meeting",
        ActivityKind::Demo => "activity-demo",
        ActivityKind::Email => "activity-email",
        ActivityKind::Note => "activity-note",
        ActivityKind::Other => "activity-other",
    }
}

/// A new form.
pub(super) fn build(model: &Model, purpose: FormPurpose) -> Option<Form> {
    let card = match purpose {
        FormPurpose::Create
        | FormPurpose::SetUp
        | FormPurpose::Grant
        | FormPurpose::Thank
        | FormPurpose::RefuseReward(_)
        | FormPurpose::Scheme(_) => None,
        FormPurpose::Edit { id, .. }
        | FormPurpose::Lose(id)
        | FormPurpose::Reopen(id)
        | FormPurpose::PutOff(id)
        | FormPurpose::Log(id) => Some(model.picture.board.card(id)?),
        FormPurpose::Override { id, .. } | FormPurpose::AskApproval { id, .. } => {
            Some(model.picture.board.card(id)?)
        }
        FormPurpose::Refuse(id) => {
            let approval = model.picture.attention.approvals.get(&id)?;
            Some(model.picture.board.card(approval.opportunity_id)?)
        }
        FormPurpose::Snooze(id) => {
            let alert = model.picture.attention.alert(id)?;
            Some(model.picture.board.card(alert.opportunity_id)?)
        }
    };
    let fields = match (purpose, card) {
        (FormPurpose::Edit { .. }, Some(card)) => edit(model, card),
        (FormPurpose::Lose(_), Some(card)) => lose(model, card),
        (FormPurpose::Reopen(_), Some(card)) => reopen(model, card),
        (FormPurpose::Log(_), Some(_)) => log(model),
        (FormPurpose::SetUp, _) => set_up(model),
        (FormPurpose::Snooze(_), _) => snooze(),
        (FormPurpose::PutOff(_), _) => vec![
            required(line(FieldName::FollowUp, "")),
            required(line(FieldName::Reason, "")),
        ],
        (FormPurpose::Refuse(_) | FormPurpose::Override { .. }, _) => {
            vec![required(line(FieldName::Reason, ""))]
        }
        (FormPurpose::AskApproval { .. }, _) => vec![line(FieldName::Note, "")],
        (
            FormPurpose::Grant
            | FormPurpose::Thank
            | FormPurpose::RefuseReward(_)
            | FormPurpose::Scheme(_),
            _,
        ) => reward_form::fields(model, purpose)?,
        _ => create(model, &Draft::default()),
    };
    let subject = card.map(|card| card.name.clone()).unwrap_or_default();
    let focus = begin(purpose, &fields);
    Some(Form::new(purpose, subject, fields, focus))
}

/// The field to begin with: whom a reward or thanks are for may be filled in already.
fn begin(purpose: FormPurpose, fields: &[Field]) -> usize {
    let is_empty =
        |field: &Field| matches!(&field.value, FieldValue::Text(text) if text.text().is_empty());
    match purpose {
        FormPurpose::Grant | FormPurpose::Thank => fields.iter().position(is_empty).unwrap_or(0),
        _ => 0,
    }
}

pub(super) fn line(name: FieldName, text: impl Into<String>) -> Field {
    Field {
        name,
        value: FieldValue::Text(Input::new(text)),
        required: false,
        problem: None,
    }
}

pub(super) fn choice(name: FieldName, options: Vec<(String, u64)>, value: Option<u64>) -> Field {
    let selected = options
        .iter()
        .position(|(_, id)| Some(*id) == value)
        .unwrap_or(0);
    Field {
        name,
        value: FieldValue::Choice { options, selected },
        required: false,
        problem: None,
    }
}

pub(super) fn required(field: Field) -> Field {
    Field {
        required: true,
        ..field
    }
}

/// The fields of a new deal.
pub(super) fn create(model: &Model, draft: &Draft) -> Vec<Field> {
    let amount = if draft.amount_minor == 0 {
        String::new()
    } else {
        amount(model, draft.amount_minor)
    };
    let stage_id = Some(draft.stage_id).filter(|id| *id != 0);
    vec![
        required(line(FieldName::Name, draft.name.clone())),
        required(line(FieldName::Amount, amount)),
        required(line(
            FieldName::ContractDate,
            draft
                .contract_date
                .map(|date| date.to_string())
                .unwrap_or_default(),
        )),
        choice(
            FieldName::Stage,
            stages(model, model.pipeline_id, StageKind::Open),
            stage_id,
        ),
        line(
            FieldName::Customer,
            name_of(draft.customer.as_ref(), |id| {
                model.picture.customer_name(Some(id))
            }),
        ),
        line(
            FieldName::Contact,
            name_of(draft.contact.as_ref(), |id| contact_name(model, id)),
        ),
        line(
            FieldName::Owner,
            model.picture.member_name(draft.owner_id.or(model.me)),
        ),
        line(FieldName::Grade, draft.grade.clone()),
        line(FieldName::Source, draft.source.clone()),
        line(FieldName::Note, draft.note.clone()),
    ]
}

fn name_of<'a>(reference: Option<&'a NamedRef>, known: impl Fn(u64) -> &'a str) -> String {
    match reference {
        Some(NamedRef::Known(id)) => known(*id).to_owned(),
        Some(NamedRef::New(name)) => name.clone(),
        None => String::new(),
    }
}

fn contact_name(model: &Model, id: u64) -> &str {
    model
        .picture
        .contacts
        .get(&id)
        .map_or("", |contact| contact.name.as_str())
}

pub(super) fn amount(model: &Model, amount_minor: i64) -> String {
    text::money_full(amount_minor.into(), model.minor_digits())
}

fn stages(model: &Model, pipeline_id: Option<u64>, kind: StageKind) -> Vec<(String, u64)> {
    let pipeline = pipeline_id.and_then(|id| model.picture.pipelines.get(&id));
    let stages = pipeline.into_iter().flat_map(|pipeline| &pipeline.stages);
    stages
        .filter(|stage| stage.kind == kind && !stage.retired)
        .map(|stage| (stage.name.clone(), stage.id))
        .collect()
}

fn edit(model: &Model, card: &Card) -> Vec<Field> {
    vec![
        required(line(FieldName::Name, card.name.clone())),
        required(line(FieldName::Amount, amount(model, card.amount_minor))),
        line(
            FieldName::ContractDate,
            card.contract_date
                .map(|date| date.to_string())
                .unwrap_or_default(),
        ),
        line(
            FieldName::Customer,
            model.picture.customer_name(card.customer_id),
        ),
        line(FieldName::Owner, model.picture.member_name(card.owner_id)),
        line(
            FieldName::Probability,
            card.win_probability_bp
                .map(|bp| text::percent(bp.into()))
                .unwrap_or_default(),
        ),
        line(FieldName::Grade, card.grade.clone()),
        line(FieldName::Source, card.source.clone()),
        line(FieldName::Note, card.note.clone()),
    ]
}

fn home(model: &Model, card: &Card) -> Option<u64> {
    model
        .picture
        .pipeline_of(card.stage_id)
        .map(|pipeline| pipeline.id)
}

fn lose(model: &Model, card: &Card) -> Vec<Field> {
    let stages = stages(model, home(model, card), StageKind::Lost);
    vec![
        required(line(FieldName::Reason, "")),
        choice(FieldName::Stage, stages, None),
    ]
}

fn snooze() -> Vec<Field> {
    vec![
        required(line(FieldName::Until, "")),
        required(line(FieldName::Reason, "")),
    ]
}

fn reopen(model: &Model, card: &Card) -> Vec<Field> {
    vec![
        required(line(FieldName::Reason, "")),
        choice(
            FieldName::Stage,
            stages(model, home(model, card), StageKind::Open),
            card.high_water_stage_id,
        ),
    ]
}

fn log(model: &Model) -> Vec<Field> {
    let kinds = ActivityKind::ALL
        .iter()
        .zip(0_u64..)
        .map(|(kind, place)| (model.strings.say(activity_key(*kind)).to_owned(), place))
        .collect();
    vec![
        choice(FieldName::Kind, kinds, None),
        line(FieldName::Purpose, ""),
        line(FieldName::Note, ""),
        line(FieldName::FollowUp, ""),
    ]
}

fn set_up(model: &Model) -> Vec<Field> {
    vec![
        required(line(FieldName::Workspace, model.set_up.name.clone())),
        required(line(FieldName::Currency, model.set_up.currency.clone())),
        required(line(FieldName::TimeZone, model.set_up.time_zone.clone())),
    ]
}

/// Names the form's answers are looked up in.
pub(super) fn known(model: &Model) -> crate::layer::Known {
    entry_line::known(model)
}
