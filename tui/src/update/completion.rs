//! Names offered while something is typed: which ones, and the keys that choose among them.

use std::ops::Range;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::entry_line;
use crate::entry::complete::{self, Completion};
use crate::entry::names::Names;
use crate::entry::token::Sign;
use crate::incentive::field::SchemeField;
use crate::layer::{ActivityLine, EntryLine, FieldName, FieldValue, Form};
use crate::model::Model;

/// What is written in place of what was typed.
pub(super) struct Chosen {
    /// Bytes of the line.
    pub(super) range: Range<usize>,
    /// The words.
    pub(super) insert: String,
}

/// A key for the names that are offered: none when it is not for them, else what was chosen, if anything was.
///
/// Tab takes the one gone to, or the first; Enter takes only one that was gone to, so that it saves as ever otherwise.
pub(super) fn press(
    completion: &mut Option<Completion>,
    event: KeyEvent,
) -> Option<Option<Chosen>> {
    let offered = completion.as_mut()?;
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    let gone_to = offered.selected.is_some();
    match event.code {
        KeyCode::Char('n') if control => offered.step(true),
        KeyCode::Char('p') if control => offered.step(false),
        KeyCode::Down => offered.step(true),
        KeyCode::Up => offered.step(false),
        KeyCode::Tab => return Some(take(completion)),
        KeyCode::Enter if gone_to => return Some(take(completion)),
        _ => return None,
    }
    Some(None)
}

fn take(completion: &mut Option<Completion>) -> Option<Chosen> {
    let offered = completion.take()?;
    let insert = offered.chosen()?.insert.clone();
    Some(Chosen {
        range: offered.range,
        insert,
    })
}

/// Names for the word under the cursor of the one-line entry.
pub(super) fn of_entry(model: &Model, line: &EntryLine) -> Option<Completion> {
    let known = &line.known;
    let names = |sign: Sign| match sign {
        Sign::Stage => Some(&known.stages),
        Sign::Contact => Some(&known.contacts),
        Sign::Customer => Some(&known.customers),
        Sign::Owner => Some(&known.members),
        Sign::Bare | Sign::Quoted | Sign::ContractDate | Sign::Grade => None,
    };
    let note = |sign: Sign, id: u64| match sign {
        Sign::Contact => customer_of(model, id),
        _ => String::new(),
    };
    complete::line(line.input.text(), line.input.cursor(), names, note)
}

/// The customer of a contact.
fn customer_of(model: &Model, contact: u64) -> String {
    let contact = model.picture.contacts.get(&contact);
    let customer = contact.and_then(|contact| contact.customer_id);
    model.picture.customer_name(customer).to_owned()
}

/// Names for the word under the cursor of the line that logs an activity: people with #, sites with @.
pub(super) fn of_activity(line: &ActivityLine) -> Option<Completion> {
    let mut people = Names::new();
    for contact in &line.lexicon.contacts {
        people.push(contact.id, &contact.name, None);
    }
    let mut sites = Names::new();
    for (number, site) in (0..).zip(&line.lexicon.sites) {
        sites.push(number, &site.name, None);
    }
    let names = |sign: Sign| match sign {
        Sign::Contact => Some(&people),
        Sign::Stage => Some(&sites),
        _ => None,
    };
    let mut found = complete::line(line.input.text(), line.input.cursor(), names, |_, _| {
        String::new()
    })?;
    for offer in &mut found.offers {
        // This line reads names with spaces as they are.
        offer.insert.retain(|letter| letter != '"');
    }
    Some(found)
}

/// Names for the field with the cursor.
pub(super) fn of_field(model: &Model, form: &mut Form) -> Option<Completion> {
    let field = form.fields.get(form.focus)?;
    let FieldValue::Text(input) = &field.value else {
        return None;
    };
    let text = input.text();
    if text.trim().is_empty() || input.cursor() != text.len() {
        return None;
    }
    let wanted = matches!(
        field.name,
        FieldName::Customer
            | FieldName::Contact
            | FieldName::Owner
            | FieldName::Scheme(SchemeField::Member)
    );
    if !wanted {
        return None;
    }
    let known = form
        .known
        .get_or_insert_with(|| Arc::new(entry_line::known(model)));
    match field.name {
        FieldName::Customer => complete::field(text, &known.customers, |_| String::new()),
        FieldName::Contact => complete::field(text, &known.contacts, |id| customer_of(model, id)),
        _ => complete::field(text, &known.members, |_| String::new()),
    }
}
