//! Judges commands about contacts.

use super::judge::Judge;
use super::member::email;
use crate::command::{CreateContact, UpdateContact};
use crate::contact::Contact;
use crate::event::Event;
use crate::id::{ContactId, CustomerId};
use crate::limits::{MAX_NAME_CHARS, MAX_REPORTING_DEPTH, MAX_SHORT_TEXT_CHARS};
use crate::rejection::{Reason, Rejection};
use crate::text;

pub(super) fn create(mut judge: Judge, command: &CreateContact) -> Result<Vec<Event>, Rejection> {
    let id = judge.state.next_contact();
    if let Some(customer) = command.customer {
        judge.customer("customer_id", customer);
    }
    if let Some(superior) = command.reports_to {
        check_superior(&mut judge, id, command.customer, superior);
    }
    let email = email(&mut judge, &command.email);
    let created_at = judge.now();
    let found = &mut judge.violations;
    let contact = Contact {
        id,
        customer: command.customer,
        name: text::required("name", &command.name, MAX_NAME_CHARS, found),
        title: text::optional("title", &command.title, MAX_SHORT_TEXT_CHARS, found),
        phone: text::optional("phone", &command.phone, MAX_SHORT_TEXT_CHARS, found),
        email,
        role: command.role,
        stance: command.stance,
        reports_to: command.reports_to,
        created_at,
        revision: 0,
    };
    judge.conclude(vec![Event::ContactCreated { contact }])
}

pub(super) fn update(mut judge: Judge, command: &UpdateContact) -> Result<Vec<Event>, Rejection> {
    let Some(current) = judge.contact("id", command.id) else {
        return judge.conclude(Vec::new());
    };
    let mut contact = Contact::clone(current);
    contact.customer = command.customer.clone().resolve(current.customer);
    if contact.customer != current.customer {
        check_customer(&mut judge, current, contact.customer);
    }
    if let Some(name) = &command.name {
        contact.name = text::required("name", name, MAX_NAME_CHARS, &mut judge.violations);
    }
    if !command.email.is_keep() {
        contact.email = email(&mut judge, &command.email.clone().resolve(None));
    }
    let found = &mut judge.violations;
    if !command.title.is_keep() {
        let given = command.title.clone().resolve(None);
        contact.title = text::optional("title", &given, MAX_SHORT_TEXT_CHARS, found);
    }
    if !command.phone.is_keep() {
        let given = command.phone.clone().resolve(None);
        contact.phone = text::optional("phone", &given, MAX_SHORT_TEXT_CHARS, found);
    }
    contact.role = command.role.clone().resolve(contact.role);
    contact.stance = command.stance.clone().resolve(contact.stance);
    contact.reports_to = command.reports_to.clone().resolve(contact.reports_to);
    let asked = contact.customer != current.customer || !command.reports_to.is_keep();
    if let Some(superior) = contact.reports_to.filter(|_| asked) {
        check_superior(&mut judge, contact.id, contact.customer, superior);
    }
    let events = if contact == **current {
        Vec::new()
    } else {
        vec![Event::ContactUpdated { contact }]
    };
    judge.conclude(events)
}

/// A customer may be given to a contact without one, unless somebody of another customer reports to them.
fn check_customer(judge: &mut Judge, current: &Contact, customer: Option<CustomerId>) {
    if let Some(own) = current.customer {
        let text = format!(
            "{} is a contact of {}: whoever changes company is another contact there",
            current.id.long(),
            own.long()
        );
        judge
            .violations
            .add(Reason::ContactHasCustomer, "customer_id", text);
        return;
    }
    let Some(customer) = customer else { return };
    judge.customer("customer_id", customer);
    let other = judge.state.contacts().find_map(|below| {
        let own = below.customer.filter(|own| *own != customer)?;
        (below.reports_to == Some(current.id)).then_some((below.id, own))
    });
    if let Some((below, own)) = other {
        let text = format!(
            "{}, a contact of {}, reports to {}",
            below.long(),
            own.long(),
            current.id.long()
        );
        judge
            .violations
            .add(Reason::ContactOfOtherCustomer, "customer_id", text);
    }
}

/// The superior must exist, be of the same customer when both have one, and not report to the contact.
fn check_superior(
    judge: &mut Judge,
    id: ContactId,
    customer: Option<CustomerId>,
    superior: ContactId,
) {
    let Some(found) = judge.contact("reports_to_id", superior) else {
        return;
    };
    if let (Some(customer), Some(other)) = (customer, found.customer)
        && customer != other
    {
        let text = format!(
            "{} is a contact of {}, not of {}",
            superior.long(),
            other.long(),
            customer.long()
        );
        judge
            .violations
            .add(Reason::ContactOfOtherCustomer, "reports_to_id", text);
    }
    let state = judge.state;
    let chain: Vec<ContactId> =
        std::iter::successors(Some(superior), |id| state.contact(*id)?.reports_to)
            .take(MAX_REPORTING_DEPTH)
            .collect();
    if chain.len() == MAX_REPORTING_DEPTH {
        let text = format!("a chain of superiors has at most {MAX_REPORTING_DEPTH} steps");
        judge
            .violations
            .add(Reason::LimitReached, "reports_to_id", text);
    }
    if chain.contains(&id) {
        let text = format!(
            "{} reports to {} or is the same",
            superior.long(),
            id.long()
        );
        judge
            .violations
            .add(Reason::ReportingCycle, "reports_to_id", text);
    }
}
