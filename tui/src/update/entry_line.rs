//! The one-line entry: understood as it is typed, saved with Enter.

use std::sync::Arc;

use super::{moves, optimistic};
use crate::entry::amount::Currency;
use crate::entry::names::Names;
use crate::entry::{self, Lexicon, Mention};
use crate::input::Input;
use crate::layer::{EntryLine, Known, Layer};
use crate::model::{Action, Draft, Effect, Model, NamedRef};
use crate::record::StageKind;

/// Most likely duplicates shown.
const MAX_DUPLICATES: usize = 3;

/// Opens the line, with what Esc left.
pub(super) fn open(model: &mut Model) {
    let mut line = EntryLine {
        input: Input::new(model.entry_draft.clone()),
        known: Arc::new(known(model)),
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
    model.entry_draft.clear();
    let draft = draft(model, &line);
    create(model, draft)
}

/// Makes a deal, selected at once.
pub(super) fn create(model: &mut Model, draft: Draft) -> Vec<Effect> {
    let effects = optimistic::submit(model, Action::Create(Box::new(draft)), None);
    if let Some(id) = model.pending.last().and_then(|pending| pending.card) {
        moves::follow(model, id, usize::MAX);
    }
    effects
}
