//! Forms: moving between fields, reading the answers, refusing what is wrong at its field.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::form_reading::{amount, customer, date, named, owner, probability};
use super::{
    completion, drafts, entry_line, form_fields, long_note, moves, notify, optimistic, problem,
    reward_form,
};
use crate::drafts::Place;
use crate::entry::date::parse_date;
use crate::layer::{FieldName, FieldValue, Form, FormPurpose, Known, Layer};
use crate::message::Refusal;
use crate::model::{Action, Changes, Draft, Effect, Model, NamedRef, Severity};
use crate::record::{ActivityKind, DAY_US};

/// Opens a form; the one for a new deal with what Esc left.
pub(super) fn open(model: &mut Model, purpose: FormPurpose) {
    let local = match purpose {
        FormPurpose::Edit { id, .. }
        | FormPurpose::Lose(id)
        | FormPurpose::Reopen(id)
        | FormPurpose::PutOff(id)
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
    if let Some(mut form) = form_fields::build(model, purpose) {
        drafts::restore(model, &mut form);
        super::open(model, Layer::Form(form));
    }
}

/// Opens a form whose answers were refused: upon the deal as it is now.
pub(super) fn open_again(model: &mut Model, purpose: FormPurpose) {
    let now = match purpose {
        FormPurpose::Edit { id, revision } => {
            let card = model.picture.board.card(id);
            FormPurpose::Edit {
                id,
                revision: card.map_or(revision, |card| card.revision),
            }
        }
        other => other,
    };
    open(model, now);
}

/// Says in the layer on top why the server refused what it holds: beside the fields that are wrong, or above them.
pub(super) fn tell(model: &mut Model, refusal: &Refusal) {
    if let Some(Layer::Form(form)) = model.layers.last_mut() {
        let mut placed = false;
        for (path, description) in &refusal.violations {
            if let Some(name) = problem::form_field(path).filter(|name| form.field(*name).is_some())
            {
                form.refuse(name, description.clone());
                placed = true;
            }
        }
        if !placed {
            form.note = Some(refusal.message.clone());
        }
    }
}

/// Opens the form for a new deal, filled from a line.
pub(super) fn open_draft(model: &mut Model, draft: &Draft) {
    keep_draft(model, draft);
    open(model, FormPurpose::Create);
}

/// Keeps a deal that could not be saved, for the next time the form is opened.
pub(super) fn keep_draft(model: &mut Model, draft: &Draft) {
    let Some(mut form) = form_fields::build(model, FormPurpose::Create) else {
        return;
    };
    form.fields = form_fields::create(model, draft);
    drafts::keep(model, &Layer::Form(form));
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

/// The field with the cursor was changed.
pub(super) fn changed(model: &Model, form: &mut Form) {
    form.note = None;
    if let Some(field) = form.fields.get_mut(form.focus) {
        field.problem = None;
    }
    form.completion = completion::of_field(model, form);
}

pub(super) fn press(model: &mut Model, mut form: Form, event: KeyEvent) -> Vec<Effect> {
    let count = form.fields.len().max(1);
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    if let Some(chosen) = completion::press(&mut form.completion, event) {
        if let (Some(chosen), Some(input)) = (chosen, form.input_mut()) {
            input.replace(chosen.range, &chosen.insert);
            changed(model, &mut form);
            form.completion = None;
        }
        model.layers.push(Layer::Form(form));
        return Vec::new();
    }
    match event.code {
        KeyCode::Enter => return submit(model, form),
        KeyCode::Char('s') if control => return submit(model, form),
        KeyCode::Char('o') if control => {
            model.layers.push(Layer::Form(form));
            return long_note::open(model);
        }
        KeyCode::Char('g') if control => return afresh(model, &form),
        KeyCode::Tab | KeyCode::Down => go(&mut form, 1, count),
        KeyCode::BackTab | KeyCode::Up => go(&mut form, count - 1, count),
        _ => {
            let killed = form.input_mut().map(|input| input.killed().to_owned());
            if let Some(field) = form.fields.get_mut(form.focus) {
                edit(&mut field.value, event);
            }
            changed(model, &mut form);
            share_killed(&mut form, killed);
        }
    }
    model.layers.push(Layer::Form(form));
    Vec::new()
}

fn go(form: &mut Form, by: usize, count: usize) {
    form.focus = (form.focus + by) % count;
    form.completion = None;
}

/// What was cut in one field can be put into another.
fn share_killed(form: &mut Form, before: Option<String>) {
    let killed = form.input_mut().map(|input| input.killed().to_owned());
    let Some(killed) = killed.filter(|killed| before.as_ref() != Some(killed)) else {
        return;
    };
    for field in &mut form.fields {
        if let FieldValue::Text(input) = &mut field.value {
            input.take_killed(&killed);
        }
    }
}

/// Gives up what was typed and begins anew.
fn afresh(model: &mut Model, form: &Form) -> Vec<Effect> {
    drafts::forget(model, Place::Form(form.purpose), &form.request_id);
    if let Some(fresh) = form_fields::build(model, form.purpose) {
        super::open(model, Layer::Form(fresh));
    }
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
        FormPurpose::Log(id) => Some(Plan::Act(log(model, &mut form, id))),
        FormPurpose::PutOff(id) => Some(Plan::Act(put_off(model, &mut form, id))),
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
    if result.is_some() && model.link_is_down() {
        // Not sent into the dark: it stays open, and on the disk, until somebody can answer.
        form.note = Some(model.strings.say("form-offline").to_owned());
        let layer = Layer::Form(form);
        drafts::keep(model, &layer);
        super::open(model, layer);
        return Vec::new();
    }
    let (place, request_id) = (Place::Form(form.purpose), form.request_id.clone());
    let layer = Layer::Form(form);
    match result {
        Some(Plan::Create(draft)) => entry_line::create(model, draft, &layer),
        Some(Plan::Act(action)) => send(model, action, &layer),
        None => {
            // Nothing differs from what is there, or it is settled here.
            drafts::forget(model, place, &request_id);
            Vec::new()
        }
    }
}

/// What the answers come to.
enum Plan {
    Create(Draft),
    Act(Action),
}

fn send(model: &mut Model, action: Action, layer: &Layer) -> Vec<Effect> {
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
    let effects = optimistic::submit_from(model, action, id, layer);
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

/// The place of an activity's kind among those to choose from.
pub(super) fn place_of(kind: ActivityKind) -> u64 {
    let place = ActivityKind::ALL.iter().position(|other| *other == kind);
    place.map_or(0, |place| place as u64)
}

/// The day of the next step; one that is past is none.
fn follow_up(model: &Model, form: &mut Form) -> Option<jiff::civil::Date> {
    let text = form.text(FieldName::FollowUp);
    if text.is_empty() {
        return None;
    }
    let words = match parse_date(text, model.today()) {
        Ok(day) if day >= model.today() => return Some(day),
        Ok(_) => model.strings.say("problem-follow-up-past").to_owned(),
        Err(error) => problem::date(&model.strings, &error),
    };
    form.refuse(FieldName::FollowUp, words);
    None
}

fn log(model: &Model, form: &mut Form, id: u64) -> Action {
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
        follow_up: follow_up(model, form),
        place: None,
        happened_us: model.now,
    }
}

/// What was promised, on another day: said in the deal's history.
fn put_off(model: &Model, form: &mut Form, id: u64) -> Action {
    Action::LogActivity {
        opportunity_id: id,
        kind: ActivityKind::Note,
        purpose: String::new(),
        note: form.text(FieldName::Reason).to_owned(),
        contact_id: None,
        follow_up: follow_up(model, form),
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
