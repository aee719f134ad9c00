//! Forms: moving between fields, reading the answers, refusing what is wrong at its field.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{entry_line, form_fields, long_note, moves, notify, optimistic, problem, reward_form};
use crate::entry::amount::{Currency, parse_amount};
use crate::entry::date::parse_date;
use crate::entry::names::{Found, Names};
use crate::layer::{FieldName, FieldValue, Form, FormPurpose, Known, Layer};
use crate::model::{Action, Changes, Draft, Effect, Model, NamedRef, Severity};
use crate::record::{ActivityKind, DAY_US};

/// Basis points of a certainty.
const CERTAIN_BP: u32 = 10_000;

/// Opens a form; the one for a new deal with what Esc left.
pub(super) fn open(model: &mut Model, purpose: FormPurpose) {
    let local = match purpose {
        FormPurpose::Edit { id, .. }
        | FormPurpose::Lose(id)
        | FormPurpose::Reopen(id)
        | FormPurpose::Log(id) => model
            .picture
            .board
            .card(id)
            .is_some_and(crate::record::Card::is_local),
        FormPurpose::Create
        | FormPurpose::SetUp
        | FormPurpose::Snooze(_)
        | FormPurpose::Refuse(_)
        | FormPurpose::Override { .. }
        | FormPurpose::Grant
        | FormPurpose::Thank
        | FormPurpose::RefuseReward(_)
        | FormPurpose::Scheme(_)
        | FormPurpose::AskApproval { .. } => false,
    };
    if local {
        let text = model.strings.say("notice-wait-saved").to_owned();
        notify(model, Severity::Info, text);
        return;
    }
    let draft = if purpose == FormPurpose::Create {
        model.form_draft.take()
    } else {
        None
    };
    if let Some(form) = draft.or_else(|| form_fields::build(model, purpose)) {
        super::open(model, Layer::Form(form));
    }
}

/// Opens the form for a new deal, filled from a line.
pub(super) fn open_draft(model: &mut Model, draft: &Draft) {
    keep_draft(model, draft);
    open(model, FormPurpose::Create);
}

/// Keeps a deal that could not be saved, for the next time the form is opened.
pub(super) fn keep_draft(model: &mut Model, draft: &Draft) {
    model.form_draft = Some(Form {
        purpose: FormPurpose::Create,
        subject: String::new(),
        fields: form_fields::create(model, draft),
        focus: 0,
    });
}

/// Esc: a new deal's answers are kept.
pub(super) fn keep(model: &mut Model, form: Form) {
    if form.purpose == FormPurpose::Create {
        model.form_draft = Some(form);
    }
}

/// Chooses an option of the form on top.
pub(super) fn choose(model: &mut Model, name: FieldName, value: u64) {
    let Some(Layer::Form(form)) = model.layers.last_mut() else {
        return;
    };
    for field in form.fields.iter_mut().filter(|field| field.name == name) {
        if let FieldValue::Choice { options, selected } = &mut field.value
            && let Some(place) = options.iter().position(|(_, id)| *id == value)
        {
            *selected = place;
        }
    }
}

/// Writes into a line of the form on top.
pub(super) fn write(model: &mut Model, name: FieldName, text: &str) {
    let Some(Layer::Form(form)) = model.layers.last_mut() else {
        return;
    };
    for field in form.fields.iter_mut().filter(|field| field.name == name) {
        if let FieldValue::Text(input) = &mut field.value {
            input.set(text);
        }
    }
}

pub(super) fn paste(form: &mut Form, text: &str) {
    if let Some(field) = form.fields.get_mut(form.focus)
        && let FieldValue::Text(input) = &mut field.value
    {
        input.insert(text);
        field.problem = None;
    }
}

pub(super) fn press(model: &mut Model, mut form: Form, event: KeyEvent) -> Vec<Effect> {
    let count = form.fields.len().max(1);
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    match event.code {
        KeyCode::Enter => return submit(model, form),
        KeyCode::Char('s') if control => return submit(model, form),
        KeyCode::Char('o') if control => {
            model.layers.push(Layer::Form(form));
            return long_note::open(model);
        }
        KeyCode::Tab | KeyCode::Down => form.focus = (form.focus + 1) % count,
        KeyCode::BackTab | KeyCode::Up => form.focus = (form.focus + count - 1) % count,
        _ => {
            if let Some(field) = form.fields.get_mut(form.focus) {
                field.problem = None;
                edit(&mut field.value, event);
            }
        }
    }
    model.layers.push(Layer::Form(form));
    Vec::new()
}

fn edit(value: &mut FieldValue, event: KeyEvent) {
    match value {
        FieldValue::Text(input) => {
            input.handle(event);
        }
        FieldValue::Choice { options, selected } => {
            let count = options.len().max(1);
            match event.code {
                KeyCode::Left => *selected = (*selected + count - 1) % count,
                KeyCode::Right | KeyCode::Char(' ') => *selected = (*selected + 1) % count,
                KeyCode::Char(letter) => {
                    let begins = |(name, _): &(String, u64)| {
                        name.to_lowercase().starts_with(letter.to_ascii_lowercase())
                    };
                    let number = letter
                        .to_digit(10)
                        .and_then(|digit| usize::try_from(digit).ok()?.checked_sub(1));
                    // The next one behind the chosen one that begins so, round and round.
                    let next = (1..=count)
                        .map(|step| (*selected + step) % count)
                        .find(|place| options.get(*place).is_some_and(begins));
                    if let Some(place) = number.filter(|place| *place < options.len()).or(next) {
                        *selected = place;
                    }
                }
                _ => {}
            }
        }
    }
}

fn submit(model: &mut Model, mut form: Form) -> Vec<Effect> {
    for field in &mut form.fields {
        field.problem = None;
    }
    let missing: Vec<FieldName> = form
        .fields
        .iter()
        .filter(|field| {
            field.required
                && matches!(&field.value, FieldValue::Text(input) if input.text().trim().is_empty())
        })
        .map(|field| field.name)
        .collect();
    for name in missing {
        form.refuse(name, model.strings.say("problem-required").to_owned());
    }
    let known = form_fields::known(model);
    let result = match form.purpose {
        FormPurpose::Create => create(model, &mut form, &known),
        FormPurpose::Edit { id, revision } => amend(model, &mut form, &known, id, revision),
        FormPurpose::Lose(id) => Some(Plan::Act(Action::Lose {
            id,
            stage_id: form.choice(FieldName::Stage).unwrap_or_default(),
            reason: form.text(FieldName::Reason).to_owned(),
        })),
        FormPurpose::Reopen(id) => Some(Plan::Act(Action::Reopen {
            id,
            stage_id: form.choice(FieldName::Stage).unwrap_or_default(),
            reason: form.text(FieldName::Reason).to_owned(),
        })),
        FormPurpose::Log(id) => Some(Plan::Act(log(model, &form, id))),
        FormPurpose::SetUp => set_up(model, &mut form),
        FormPurpose::Snooze(id) => snooze(model, &mut form, id),
        FormPurpose::Refuse(id) => Some(Plan::Act(Action::Refuse {
            id,
            reason: form.text(FieldName::Reason).to_owned(),
        })),
        FormPurpose::Override { id, stage_id } => Some(Plan::Act(Action::Override {
            id,
            stage_id,
            reason: form.text(FieldName::Reason).to_owned(),
        })),
        FormPurpose::AskApproval { id, stage_id } => Some(Plan::Act(Action::AskApproval {
            opportunity_id: id,
            stage_id,
            note: form.text(FieldName::Note).to_owned(),
        })),
        FormPurpose::Grant
        | FormPurpose::Thank
        | FormPurpose::RefuseReward(_)
        | FormPurpose::Scheme(_) => {
            reward_form::read(model, &mut form).map(|action| Plan::Act(Action::Incentive(action)))
        }
    };
    if form.fields.iter().any(|field| field.problem.is_some()) {
        super::open(model, Layer::Form(form));
        return Vec::new();
    }
    match result {
        Some(Plan::Create(draft)) => entry_line::create(model, draft),
        Some(Plan::Act(action)) => send(model, action),
        None => Vec::new(),
    }
}

/// What the answers come to.
enum Plan {
    Create(Draft),
    Act(Action),
}

fn send(model: &mut Model, action: Action) -> Vec<Effect> {
    let (id, follows) = match &action {
        Action::Lose { id, .. } | Action::Reopen { id, .. } | Action::Override { id, .. } => {
            (Some(*id), true)
        }
        Action::Amend { id, .. } => (Some(*id), false),
        // An activity changes no card.
        _ => (None, false),
    };
    let row = model
        .focus
        .and_then(|focus| model.anchors.get(&focus))
        .map_or(0, |anchor| anchor.row);
    let effects = optimistic::submit(model, action, id);
    if let Some(id) = id.filter(|_| follows) {
        moves::follow(model, id, row);
    }
    effects
}

fn create(model: &Model, form: &mut Form, known: &Known) -> Option<Plan> {
    let amount_minor = amount(model, form);
    let contract_date = date(model, form);
    let customer = customer(form, known);
    let contact = named(form.text(FieldName::Contact), &known.contacts);
    let owner_id = owner(model, form, known);
    Some(Plan::Create(Draft {
        name: form.text(FieldName::Name).to_owned(),
        amount_minor: amount_minor?,
        stage_id: form.choice(FieldName::Stage)?,
        contract_date: Some(contract_date?),
        owner_id,
        customer,
        contact,
        grade: form.text(FieldName::Grade).to_owned(),
        source: form.text(FieldName::Source).to_owned(),
        note: form.text(FieldName::Note).to_owned(),
    }))
}

/// Only what differs from the deal is sent; nothing when nothing does.
fn amend(model: &Model, form: &mut Form, known: &Known, id: u64, revision: u64) -> Option<Plan> {
    let card = model.picture.board.card(id)?;
    let amount_minor = amount(model, form);
    let contract_date = date(model, form);
    let owner_id = owner(model, form, known);
    let probability = probability(model, form);
    let customer = customer(form, known);
    let customer_now = card.customer_id.map(NamedRef::Known);
    let changed = |name: FieldName, now: &str| {
        let text = form.text(name);
        (text != now).then(|| text.to_owned())
    };
    let changes = Changes {
        name: changed(FieldName::Name, &card.name),
        amount_minor: amount_minor.filter(|amount| *amount != card.amount_minor),
        contract_date: contract_date.filter(|date| Some(*date) != card.contract_date),
        owner_id: (owner_id != card.owner_id).then_some(owner_id),
        customer: (customer != customer_now).then_some(customer),
        win_probability_bp: (probability != card.win_probability_bp).then_some(probability),
        grade: changed(FieldName::Grade, &card.grade),
        source: changed(FieldName::Source, &card.source),
        note: changed(FieldName::Note, &card.note),
    };
    if changes == Changes::default() {
        return None;
    }
    Some(Plan::Act(Action::Amend {
        id,
        revision,
        changes: Box::new(changes),
    }))
}

fn amount(model: &Model, form: &mut Form) -> Option<i64> {
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

fn date(model: &Model, form: &mut Form) -> Option<jiff::civil::Date> {
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
fn named(text: &str, names: &Names) -> Option<NamedRef> {
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

fn customer(form: &Form, known: &Known) -> Option<NamedRef> {
    named(form.text(FieldName::Customer), &known.customers)
}

fn owner(model: &Model, form: &mut Form, known: &Known) -> Option<u64> {
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

fn probability(model: &Model, form: &mut Form) -> Option<u32> {
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

fn log(model: &Model, form: &Form, id: u64) -> Action {
    let place = form
        .choice(FieldName::Kind)
        .and_then(|place| usize::try_from(place).ok())
        .unwrap_or(0);
    Action::LogActivity {
        opportunity_id: id,
        kind: ActivityKind::ALL.get(place).copied().unwrap_or_default(),
        purpose: form.text(FieldName::Purpose).to_owned(),
        note: form.text(FieldName::Note).to_owned(),
        contact_id: None,
        follow_up: None,
        place: None,
        happened_us: model.now,
    }
}

/// The longest time an alert can be put off, in days: the server's limit.
const MAX_SNOOZE_DAYS: i64 = 90;

fn snooze(model: &Model, form: &mut Form, id: u64) -> Option<Plan> {
    let text = form.text(FieldName::Until);
    if text.is_empty() {
        return None;
    }
    let day = match parse_date(text, model.today()) {
        Ok(day) => day,
        Err(error) => {
            form.refuse(FieldName::Until, problem::date(&model.strings, &error));
            return None;
        }
    };
    let start = model
        .zone
        .to_ambiguous_zoned(day.at(0, 0, 0, 0))
        .compatible()
        .map(|zoned| zoned.timestamp().as_microsecond());
    let most = model.now + MAX_SNOOZE_DAYS * DAY_US;
    match start.ok().filter(|at| (model.now..=most).contains(at)) {
        Some(until_us) => Some(Plan::Act(Action::Snooze {
            id,
            until_us,
            reason: form.text(FieldName::Reason).to_owned(),
        })),
        None => {
            let words = model
                .strings
                .tell("problem-snooze", &[("days", MAX_SNOOZE_DAYS.into())]);
            form.refuse(FieldName::Until, words);
            None
        }
    }
}

fn set_up(model: &mut Model, form: &mut Form) -> Option<Plan> {
    let currency = form.text(FieldName::Currency).to_uppercase();
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        form.refuse(
            FieldName::Currency,
            model.strings.say("problem-currency").to_owned(),
        );
    }
    let time_zone = form.text(FieldName::TimeZone).to_owned();
    match jiff::tz::TimeZone::get(&time_zone) {
        Ok(zone) => model.zone = zone,
        Err(_) => form.refuse(
            FieldName::TimeZone,
            model.strings.say("problem-time-zone").to_owned(),
        ),
    }
    if form.fields.iter().all(|field| field.problem.is_none()) {
        model.set_up.name = form.text(FieldName::Workspace).to_owned();
        model.set_up.currency = currency;
        model.set_up.time_zone = time_zone;
    }
    None
}
