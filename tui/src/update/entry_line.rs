//! The one-line entry: understood as it is typed, saved with Enter.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent};

use super::{completion, drafts, form, moves, optimistic};
use crate::drafts::Place;
use crate::entry::amount::Currency;
use crate::entry::names::Names;
use crate::entry::{self, Lexicon, Mention};
use crate::input::Input;
use crate::layer::{EntryLine, Known, Layer};
use crate::model::{Action, Draft, Effect, Model, NamedRef};
use crate::recent::LineKind;
use crate::record::StageKind;

/// Most likely duplicates shown.
const MAX_DUPLICATES: usize = 3;

/// Opens the line, with what Esc left.
pub(super) fn open(model: &mut Model) {
    let (text, request_id) = drafts::line(model, Place::Entry);
    let mut line = EntryLine {
        input: Input::new(text),
        known: Arc::new(known(model)),
        request_id,
        ..EntryLine::default()
    };
    read(model, &mut line);
    super::open(model, Layer::Entry(Box::new(line)));
}

/// Names that an entry may speak of, as they are now.
pub(super) fn known(model: &Model) -> Known {
    let mut known = Known::default();
    if let Some(pipeline) = model.pipeline() {
        for stage in pipeline
            .stages
            .iter()
            .filter(|stage| !stage.retired && stage.kind == StageKind::Open)
        {
            known.stages.push_stage(stage.id, &stage.name);
        }
    }
    let picture = &model.picture;
    let mut customers: Vec<_> = picture.customers.values().collect();
    customers.sort_unstable_by_key(|customer| customer.id);
    for customer in customers {
        known.customers.push(customer.id, &customer.name, None);
    }
    let mut contacts: Vec<_> = picture.contacts.values().collect();
    contacts.sort_unstable_by_key(|contact| contact.id);
    for contact in contacts {
        known
            .contacts
            .push(contact.id, &contact.name, contact.customer_id);
    }
    for member in picture.members.values().filter(|member| member.active) {
        known.members.push(member.id, &member.name, None);
    }
    known
}

/// Understands the line anew.
pub(super) fn read(model: &Model, line: &mut EntryLine) {
    let lexicon = Lexicon {
        stages: &line.known.stages,
        contacts: &line.known.contacts,
        customers: &line.known.customers,
        members: &line.known.members,
        today: model.today(),
        currency: Currency::of(model.currency()),
    };
    line.parsed = entry::parse(line.input.text(), &lexicon);
    line.duplicates = match &line.parsed.fields.name {
        Some(name) => model.picture.duplicates.find(name, MAX_DUPLICATES),
        None => Vec::new(),
    };
    line.refused = false;
    line.offline = false;
    line.completion = completion::of_entry(model, line);
}

/// A key for the line.
pub(super) fn press(model: &mut Model, mut line: Box<EntryLine>, event: KeyEvent) -> Vec<Effect> {
    if let Some(chosen) = completion::press(&mut line.completion, event) {
        if let Some(chosen) = chosen {
            line.input.replace(chosen.range, &chosen.insert);
            read(model, &mut line);
        }
        model.layers.push(Layer::Entry(line));
        return Vec::new();
    }
    match event.code {
        KeyCode::Enter => return submit(model, line),
        KeyCode::Tab => {
            // The rest in a form: nothing typed is lost.
            let draft = draft(model, &line);
            drafts::forget(model, Place::Entry, &line.request_id);
            form::open_draft(model, &draft);
            return Vec::new();
        }
        KeyCode::Up | KeyCode::Down => {
            let older = event.code == KeyCode::Up;
            if line.input.recall(model.recent.of(LineKind::Entry), older) {
                read(model, &mut line);
                line.completion = None;
            }
        }
        _ => {
            if line.input.handle(event) {
                read(model, &mut line);
            }
        }
    }
    model.layers.push(Layer::Entry(line));
    Vec::new()
}

/// The deal of a line, complete or not.
pub(super) fn draft(model: &Model, line: &EntryLine) -> Draft {
    let fields = &line.parsed.fields;
    Draft {
        name: fields.name.clone().unwrap_or_default(),
        amount_minor: fields.amount_minor.unwrap_or_default(),
        stage_id: fields
            .stage_id
            .or_else(|| first_stage(&line.known.stages))
            .unwrap_or_default(),
        contract_date: fields.contract_date,
        owner_id: fields.owner_id.or(model.me),
        customer: fields.customer.as_ref().map(reference),
        contact: fields.contact.as_ref().map(reference),
        grade: fields.grade.clone().unwrap_or_default(),
        source: String::new(),
        note: String::new(),
    }
}

fn first_stage(stages: &Names) -> Option<u64> {
    stages.get(0).map(|name| name.id)
}

fn reference(mention: &Mention) -> NamedRef {
    match mention {
        Mention::Known(id) => NamedRef::Known(*id),
        Mention::New(name) => NamedRef::New(name.clone()),
    }
}

/// Enter: saves when complete; otherwise what is missing is said louder.
pub(super) fn submit(model: &mut Model, mut line: Box<EntryLine>) -> Vec<Effect> {
    if !line.parsed.is_complete() {
        line.refused = true;
        super::open(model, Layer::Entry(line));
        return Vec::new();
    }
    if model.link_is_down() {
        line.offline = true;
        let layer = Layer::Entry(line);
        drafts::keep(model, &layer);
        super::open(model, layer);
        return Vec::new();
    }
    let draft = draft(model, &line);
    model.recent.push(LineKind::Entry, line.input.text());
    create(model, draft, &Layer::Entry(line))
}

/// Makes a deal, selected at once; `layer` is where it was typed.
pub(super) fn create(model: &mut Model, draft: Draft, layer: &Layer) -> Vec<Effect> {
    let effects = optimistic::submit_from(model, Action::Create(Box::new(draft)), None, layer);
    if let Some(id) = model.pending.last().and_then(|pending| pending.card) {
        moves::follow(model, id, usize::MAX);
    }
    effects
}
