//! Contacts with and without a customer.

use sluice_domain::command::*;
use sluice_domain::*;

use crate::world::World;

fn world() -> World {
    let mut world = World::new("2026-03-02T09:00:00Z", "UTC");
    for name in ["Acme", "Globex"] {
        world.run(Command::CreateCustomer(CreateCustomer {
            name: name.to_owned(),
            ..CreateCustomer::default()
        }));
    }
    world
}

fn create(name: &str, customer: Option<u64>, reports_to: Option<u64>) -> Command {
    Command::CreateContact(CreateContact {
        customer: customer.map(CustomerId),
        name: name.to_owned(),
        title: None,
        phone: None,
        email: None,
        role: None,
        stance: None,
        reports_to: reports_to.map(ContactId),
    })
}

fn update(id: u64, customer: Patch<CustomerId>, reports_to: Patch<ContactId>) -> Command {
    Command::UpdateContact(UpdateContact {
        id: ContactId(id),
        customer,
        name: None,
        title: Patch::Keep,
        phone: Patch::Keep,
        email: Patch::Keep,
        role: Patch::Keep,
        stance: Patch::Keep,
        reports_to,
    })
}

fn give(id: u64, customer: u64) -> Command {
    update(id, Patch::Set(CustomerId(customer)), Patch::Keep)
}

fn contacts_of(world: &World, customer: u64) -> Vec<u64> {
    let contacts = world.state.contacts_of(CustomerId(customer));
    contacts.map(|contact| contact.id.0).collect()
}

#[test]
fn a_contact_gets_its_customer_once() {
    let mut world = world();
    world.run(create("Kim", None, None));
    assert_eq!(
        world.state.contact(ContactId(1)).unwrap().customer,
        None,
        "nobody knows it yet"
    );
    assert!(contacts_of(&world, 1).is_empty());
    assert_eq!(
        world.rejected(give(1, 9)),
        ["customer_id CUSTOMER_NOT_FOUND"]
    );
    world.run(give(1, 1));
    assert_eq!(contacts_of(&world, 1), [1]);
    assert!(world.run(give(1, 1)).is_empty(), "the same once more");
    let refused = ["customer_id CONTACT_HAS_CUSTOMER"];
    assert_eq!(world.rejected(give(1, 2)), refused);
    assert_eq!(
        world.rejected(update(1, Patch::Clear, Patch::Keep)),
        refused
    );
    let rebuilt = State::from_rows(world.state.revision(), world.rows.values().cloned()).unwrap();
    assert!(rebuilt.check().is_ok());
    assert_eq!(rebuilt.contacts_of(CustomerId(1)).count(), 1);
}

#[test]
fn superiors_are_of_the_same_customer_where_both_have_one() {
    let mut world = world();
    world.run(create("Boss", None, None));
    world.run(create("Ann at Acme", Some(1), Some(1)));
    world.run(create("Bea at Globex", Some(2), None));
    assert_eq!(
        world.rejected(create("Cem at Acme", Some(1), Some(3))),
        ["reports_to_id CONTACT_OF_OTHER_CUSTOMER"]
    );
    // Ann of Acme reports to the boss.
    assert_eq!(
        world.rejected(give(1, 2)),
        ["customer_id CONTACT_OF_OTHER_CUSTOMER"]
    );
    world.run(give(1, 1));
    // A superior who was fine before the contact had a customer.
    world.run(create("Dan", None, Some(3)));
    assert_eq!(
        world.rejected(give(4, 1)),
        ["reports_to_id CONTACT_OF_OTHER_CUSTOMER"]
    );
    world.run(update(4, Patch::Set(CustomerId(1)), Patch::Clear));
}

#[test]
fn an_activity_may_name_any_contact_that_is_not_of_another_customer() {
    let mut world = world();
    world.run(create("Kim", None, None));
    world.run(create("Ann at Acme", Some(1), None));
    let call = |contact| {
        Command::LogActivity(LogActivity {
            kind: ActivityKind::Call,
            purpose: None,
            opportunity: None,
            customer: Some(CustomerId(2)),
            contact: Some(ContactId(contact)),
            member: None,
            occurred_at: None,
            note: None,
            follow_up_date: None,
            check_in: None,
        })
    };
    world.run(call(1));
    assert_eq!(
        world.rejected(call(2)),
        ["contact_id CONTACT_OF_OTHER_CUSTOMER"]
    );
}
