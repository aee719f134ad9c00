//! Notes the first time a field of a customer is filled in, whether or not a scheme pays for it (DOMAIN.md §6).

use std::collections::BTreeMap;

use super::Context;
use crate::completeness::{Completeness, CustomerField, FieldFill, assess, completeness};
use crate::contact::Contact;
use crate::customer::Customer;
use crate::event::Event;
use crate::id::{ContactId, CustomerId, MemberId};
use crate::state::State;
use crate::time::Timestamp;

/// Adds the fills of every customer the facts of a commit touch. A field that was filled before fills were kept is never
/// filled for the first time again: when it is emptied, the commit that empties it notes it as filled by nobody.
pub(super) fn note_fills(state: &State, context: &Context, events: &mut Vec<Event>) {
    let actor = context
        .actor
        .member
        .filter(|id| state.member(*id).is_some());
    let mut fills = Vec::new();
    for touched in touched(state, events) {
        let Touched {
            customer,
            before,
            after,
        } = touched;
        let by = actor.or(customer.owner);
        for fill in first_fills(customer, before.as_ref(), &after, by, context.now) {
            let customer = customer.id;
            fills.push(Event::CustomerFieldFilled { customer, fill });
        }
    }
    events.append(&mut fills);
}

/// A customer whose record the facts of a commit touch.
pub(super) struct Touched<'a> {
    /// As it is after them.
    pub(super) customer: &'a Customer,
    /// How complete it was; none = it is new.
    pub(super) before: Option<Completeness>,
    /// How complete it is after them.
    pub(super) after: Completeness,
}

/// The customers whose records the facts of a commit touch, by id.
pub(super) fn touched<'a>(state: &'a State, events: &'a [Event]) -> Vec<Touched<'a>> {
    let mut customers: BTreeMap<CustomerId, Option<&Customer>> = BTreeMap::new();
    let mut contacts: BTreeMap<ContactId, &Contact> = BTreeMap::new();
    for event in events {
        match event {
            Event::CustomerCreated { customer } | Event::CustomerUpdated { customer } => {
                customers.insert(customer.id, Some(customer));
            }
            Event::ContactCreated { contact } | Event::ContactUpdated { contact } => {
                contacts.insert(contact.id, contact);
                if let Some(customer) = contact.customer {
                    customers.entry(customer).or_default();
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    for (id, given) in customers {
        let before = state.customer(id).map(|customer| &**customer);
        let Some(customer) = given.or(before) else {
            continue;
        };
        let kept = state.contacts_of(id).map(|contact| &**contact);
        let mut own: BTreeMap<ContactId, &Contact> = kept.map(|row| (row.id, row)).collect();
        let changed = contacts.values().filter(|row| row.customer == Some(id));
        own.extend(changed.map(|row| (row.id, *row)));
        found.push(Touched {
            customer,
            before: before.map(|row| completeness(state, row)),
            after: assess(customer, || own.values().copied()),
        });
    }
    found
}

fn first_fills(
    customer: &Customer,
    before: Option<&Completeness>,
    after: &Completeness,
    by: Option<MemberId>,
    now: Timestamp,
) -> Vec<FieldFill> {
    let noted = |field: CustomerField| customer.filled.iter().any(|fill| fill.field == field);
    let unnoted = CustomerField::ALL
        .into_iter()
        .filter(|field| !noted(*field));
    unnoted
        .filter_map(|field| {
            let was = before.is_some_and(|before| before.filled.contains(&field));
            let is = after.filled.contains(&field);
            match (was, is) {
                (false, true) => Some(FieldFill {
                    field,
                    member: by,
                    at: now,
                    revision: 0,
                }),
                (true, false) => Some(FieldFill {
                    field,
                    member: None,
                    at: customer.created_at,
                    revision: 0,
                }),
                _ => None,
            }
        })
        .collect()
}
