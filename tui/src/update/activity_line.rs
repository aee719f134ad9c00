//! The line that logs an activity: understood as it is typed, saved with Enter.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{bulk, form, long_note, notify, optimistic};
use crate::entry::activity::{ActivityLexicon, KnownContact, parse};
use crate::layer::{ActivityLine, FieldName, FormPurpose, Layer};
use crate::model::{Action, Effect, Model, Severity};

/// Opens the line for a deal.
pub(super) fn open(model: &mut Model, id: u64) {
    let Some(card) = model.picture.board.card(id) else {
        return;
    };
    if card.is_local() {
        let text = model.strings.say("notice-wait-saved").to_owned();
        notify(model, Severity::Info, text);
        return;
    }
    let mut line = ActivityLine {
        opportunity_id: id,
        subject: card.name.clone(),
        lexicon: lexicon(model, card.customer_id),
        ..ActivityLine::default()
    };
    read(model, &mut line);
    super::open(model, Layer::Activity(Box::new(line)));
}

/// Opens the line for all selected deals: of many customers, so it names nobody's people.
pub(super) fn open_for_selected(model: &mut Model, count: usize) {
    let subject = model
        .strings
        .tell("count-deals", &[("count", count.into())]);
    let mut line = ActivityLine {
        for_selected: true,
        subject,
        ..ActivityLine::default()
    };
    read(model, &mut line);
    super::open(model, Layer::Activity(Box::new(line)));
}

/// The people and sites of a customer.
fn lexicon(model: &Model, customer: Option<u64>) -> ActivityLexicon {
    let picture = &model.picture;
    let Some(customer) = customer else {
        return ActivityLexicon::default();
    };
    let mut contacts: Vec<KnownContact> = picture
        .contacts
        .values()
        .filter(|contact| contact.customer_id == Some(customer))
        .map(|contact| KnownContact {
            id: contact.id,
            name: contact.name.clone(),
        })
        .collect();
    contacts.sort_unstable_by_key(|contact| contact.id);
    let sites = picture.customers.get(&customer);
    ActivityLexicon {
        contacts,
        sites: sites.map(|found| found.sites.clone()).unwrap_or_default(),
    }
}

/// Understands the line anew.
pub(super) fn read(model: &Model, line: &mut ActivityLine) {
    line.parsed = parse(line.input.text(), &line.lexicon, model.today());
    line.refused = false;
}

/// A key for the line.
pub(super) fn press(
    model: &mut Model,
    mut line: Box<ActivityLine>,
    event: KeyEvent,
) -> Vec<Effect> {
    match event.code {
        KeyCode::Enter if line.parsed.is_complete() => return submit(model, *line),
        KeyCode::Enter => line.refused = true,
        KeyCode::Char('o') if event.modifiers.contains(KeyModifiers::CONTROL) => {
            model.layers.push(Layer::Activity(line));
            return long_note::open(model);
        }
        KeyCode::Tab if !line.for_selected => {
            form::open(model, FormPurpose::Log(line.opportunity_id));
            form::write(model, FieldName::Note, &line.parsed.text);
            return Vec::new();
        }
        _ => {
            if line.input.handle(event) {
                read(model, &mut line);
            }
        }
    }
    model.layers.push(Layer::Activity(line));
    Vec::new()
}

fn submit(model: &mut Model, line: ActivityLine) -> Vec<Effect> {
    let parsed = line.parsed;
    let action = Action::LogActivity {
        opportunity_id: line.opportunity_id,
        kind: parsed.kind,
        purpose: String::new(),
        note: parsed.text,
        contact_id: parsed.contact_id,
        follow_up: parsed.follow_up,
        place: parsed.place,
        happened_us: model.now,
    };
    if line.for_selected {
        bulk::log(model, action);
        return Vec::new();
    }
    optimistic::submit(model, action, None)
}
