//! The search over everything: asked as it is typed, and Enter goes to what was found.

use crossterm::event::{KeyCode, KeyEvent};

use super::{commands, filter, go, notify};
use crate::keymap::Key;
use crate::layer::{Layer, Search};
use crate::model::{Effect, Model, Screen, Severity};
use crate::report::Place;
use crate::report::found::FoundKind;

/// Place of the last hit.
pub(super) fn last(model: &Model) -> usize {
    model
        .reports
        .found(Place::Search)
        .map_or(0, |found| found.hits.len().saturating_sub(1))
}

pub(super) fn press(model: &mut Model, mut search: Search, event: KeyEvent) -> Vec<Effect> {
    let key = Key::from(event);
    let last = last(model);
    match key.code {
        KeyCode::Enter if !search.input.text().trim().is_empty() => {
            return choose(model, search.selected);
        }
        KeyCode::Down | KeyCode::Tab => search.selected = (search.selected + 1).min(last),
        KeyCode::Up | KeyCode::BackTab => search.selected = search.selected.saturating_sub(1),
        KeyCode::Char('n') if key.control => search.selected = (search.selected + 1).min(last),
        KeyCode::Char('p') if key.control => search.selected = search.selected.saturating_sub(1),
        _ => {
            let before = search.input.text().to_owned();
            if search.input.handle(event) && before != search.input.text() {
                search.selected = 0;
            }
        }
    }
    model.layers.push(Layer::Find(search));
    Vec::new()
}

/// Goes to a hit: a deal to its screen, a customer or contact to the customer's deals on the board.
pub(super) fn choose(model: &mut Model, place: usize) -> Vec<Effect> {
    let hit = model
        .reports
        .found(Place::Search)
        .and_then(|found| found.hits.get(place))
        .cloned();
    let Some(hit) = hit else {
        return Vec::new();
    };
    let deal = match hit.kind {
        FoundKind::Deal => Some(hit.id),
        _ => hit.deal_id,
    };
    if let Some(id) = deal {
        return commands::open_deal(model, id);
    }
    let customer = match hit.kind {
        FoundKind::Customer => hit.title.clone(),
        FoundKind::Contact => {
            let contact = model.picture.contacts.get(&hit.id);
            let customer = contact.and_then(|contact| contact.customer_id);
            model.picture.customer_name(customer).to_owned()
        }
        FoundKind::Deal | FoundKind::Activity => String::new(),
    };
    if customer.is_empty() {
        let text = model.strings.say("find-nowhere").to_owned();
        notify(model, Severity::Info, text);
        return Vec::new();
    }
    go(model, Screen::Board);
    let text = format!("customer:\"{}\"", customer.replace('"', ""));
    if let Err((_, problem)) = filter::set(model, &text) {
        notify(model, Severity::Problem, problem);
    }
    Vec::new()
}
