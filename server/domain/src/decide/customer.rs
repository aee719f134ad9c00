//! Judges commands about customers.

use std::sync::Arc;

use super::check_in;
use super::judge::Judge;
use crate::command::{CreateCustomer, Patch, UpdateCustomer};
use crate::customer::Customer;
use crate::event::Event;
use crate::id::CustomerId;
use crate::limits::{MAX_ADDRESS_CHARS, MAX_NAME_CHARS, MAX_NOTE_CHARS, MAX_SHORT_TEXT_CHARS};
use crate::rejection::Rejection;
use crate::text;

pub(super) fn create(mut judge: Judge, command: &CreateCustomer) -> Result<Vec<Event>, Rejection> {
    let id = judge.state.next_customer();
    if let Some(owner) = command.owner {
        judge.active_member("owner_id", owner);
    }
    let external_id = external_id(&mut judge, id, command.external_id.as_deref());
    let sites = check_in::sites(&mut judge, &command.sites);
    let created_at = judge.now();
    let found = &mut judge.violations;
    let customer = Customer {
        id,
        name: text::required("name", &command.name, MAX_NAME_CHARS, found),
        industry: text::optional("industry", &command.industry, MAX_SHORT_TEXT_CHARS, found),
        region: text::optional("region", &command.region, MAX_SHORT_TEXT_CHARS, found),
        website: text::optional("website", &command.website, MAX_ADDRESS_CHARS, found),
        phone: text::optional("phone", &command.phone, MAX_SHORT_TEXT_CHARS, found),
        note: text::optional_lines("note", &command.note, MAX_NOTE_CHARS, found),
        external_id,
        owner: command.owner,
        sites,
        filled: Vec::new(),
        created_at,
        revision: 0,
    };
    judge.conclude(vec![Event::CustomerCreated { customer }])
}

pub(super) fn update(mut judge: Judge, command: &UpdateCustomer) -> Result<Vec<Event>, Rejection> {
    let Some(current) = judge.customer("id", command.id) else {
        return judge.conclude(Vec::new());
    };
    let mut customer = Customer::clone(current);
    if !command.external_id.is_keep() {
        let given = command.external_id.clone().resolve(None);
        customer.external_id = external_id(&mut judge, customer.id, given.as_deref());
    }
    if let Patch::Set(owner) = command.owner
        && customer.owner != Some(owner)
    {
        judge.active_member("owner_id", owner);
    }
    customer.owner = command.owner.clone().resolve(customer.owner);
    if let Some(given) = &command.sites {
        customer.sites = check_in::sites(&mut judge, given);
    }
    let found = &mut judge.violations;
    if let Some(name) = &command.name {
        customer.name = text::required("name", name, MAX_NAME_CHARS, found);
    }
    let mut short = |field: &str, slot: &mut Option<Box<str>>, patch: &Patch<String>, max| {
        if !patch.is_keep() {
            *slot = text::optional(field, &patch.clone().resolve(None), max, found);
        }
    };
    short(
        "industry",
        &mut customer.industry,
        &command.industry,
        MAX_SHORT_TEXT_CHARS,
    );
    short(
        "region",
        &mut customer.region,
        &command.region,
        MAX_SHORT_TEXT_CHARS,
    );
    short(
        "website",
        &mut customer.website,
        &command.website,
        MAX_ADDRESS_CHARS,
    );
    short(
        "phone",
        &mut customer.phone,
        &command.phone,
        MAX_SHORT_TEXT_CHARS,
    );
    if !command.note.is_keep() {
        let given = command.note.clone().resolve(None);
        customer.note = text::optional_lines("note", &given, MAX_NOTE_CHARS, found);
    }
    let events = if customer == **current {
        Vec::new()
    } else {
        vec![Event::CustomerUpdated { customer }]
    };
    judge.conclude(events)
}

fn external_id(judge: &mut Judge, id: CustomerId, given: Option<&str>) -> Option<Arc<str>> {
    judge.external_id(id, given, |state, key| {
        Some(state.customer_by_external_id(key)?.id)
    })
}
