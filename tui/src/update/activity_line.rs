//! The line that logs an activity: understood as it is typed, saved with Enter.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{bulk, completion, drafts, form, long_note, notify, optimistic};
use crate::drafts::Place;
use crate::entry::activity::{ActivityLexicon, KnownContact, parse};
use crate::input::Input;
use crate::layer::{ActivityLine, FieldName, FormPurpose, Layer};
use crate::model::{Action, Effect, Model, Severity};
use crate::recent::LineKind;

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
    let (text, request_id) = drafts::line(model, Place::Activity(id));
    let mut line = ActivityLine {
        opportunity_id: id,
        subject: card.name.clone(),
        lexicon: lexicon(model, card.customer_id),
        input: Input::new(text),
        request_id,
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
    line.offline = false;
    line.completion = completion::of_activity(line);
}

/// A key for the line.
pub(super) fn press(
    model: &mut Model,
    mut line: Box<ActivityLine>,
    event: KeyEvent,
) -> Vec<Effect> {
    if let Some(chosen) = completion::press(&mut line.completion, event) {
        if let Some(chosen) = chosen {
            line.input.replace(chosen.range, &chosen.insert);
            read(model, &mut line);
        }
        model.layers.push(Layer::Activity(line));
        return Vec::new();
    }
    match event.code {
        KeyCode::Enter if line.parsed.is_complete() => return submit(model, line),
        KeyCode::Enter => line.refused = true,
        KeyCode::Char('o') if event.modifiers.contains(KeyModifiers::CONTROL) => {
            model.layers.push(Layer::Activity(line));
            return long_note::open(model);
        }
        KeyCode::Tab if !line.for_selected => {
            drafts::forget(
                model,
                Place::Activity(line.opportunity_id),
                &line.request_id,
            );
            form::open(model, FormPurpose::Log(line.opportunity_id));
            form::write(model, FieldName::Note, &line.parsed.text);
            if let Some(day) = line.parsed.follow_up {
                form::write(model, FieldName::FollowUp, &day.to_string());
            }
            if !line.parsed.text.is_empty() {
                form::choose(model, FieldName::Kind, form::place_of(line.parsed.kind));
            }
            return Vec::new();
        }
        KeyCode::Up | KeyCode::Down => {
            let older = event.code == KeyCode::Up;
            if line
                .input
                .recall(model.recent.of(LineKind::Activity), older)
            {
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
    model.layers.push(Layer::Activity(line));
    Vec::new()
}

fn submit(model: &mut Model, mut line: Box<ActivityLine>) -> Vec<Effect> {
    if model.link_is_down() {
        line.offline = true;
        let layer = Layer::Activity(line);
        drafts::keep(model, &layer);
        super::open(model, layer);
        return Vec::new();
    }
    model.recent.push(LineKind::Activity, line.input.text());
    let parsed = line.parsed.clone();
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
        drafts::forget(
            model,
            Place::Activity(line.opportunity_id),
            &line.request_id,
        );
        bulk::log(model, action);
        return Vec::new();
    }
    optimistic::submit_from(model, action, None, &Layer::Activity(line))
}
