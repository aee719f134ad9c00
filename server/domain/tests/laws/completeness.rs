//! A customer's record: how complete it is, and that a field is filled for the first time once.

use sluice_domain::command::*;
use sluice_domain::completeness::completeness;
use sluice_domain::*;

use crate::world::World;

const ACME: CustomerId = CustomerId(1);

fn world() -> World {
    let mut world = World::new("2026-03-02T09:00:00Z", "UTC");
    world.hire("Ann", None);
    world
}

fn create(world: &mut World) -> Vec<Event> {
    world.run(Command::CreateCustomer(CreateCustomer {
        name: "Acme".to_owned(),
        industry: Some("Steel".to_owned()),
        owner: Some(MemberId(2)),
        ..CreateCustomer::default()
    }))
}

fn update() -> UpdateCustomer {
    UpdateCustomer {
        id: ACME,
        name: None,
        industry: Patch::Keep,
        region: Patch::Keep,
        website: Patch::Keep,
        phone: Patch::Keep,
        note: Patch::Keep,
        external_id: Patch::Keep,
        owner: Patch::Keep,
        sites: None,
    }
}

fn contact(role: Option<DecisionRole>) -> Command {
    Command::CreateContact(CreateContact {
        customer: Some(ACME),
        name: "Lee".to_owned(),
        title: None,
        phone: None,
        email: None,
        role,
        stance: None,
        reports_to: None,
    })
}

fn fills(events: &[Event]) -> Vec<(CustomerField, Option<u64>)> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::CustomerFieldFilled { fill, .. } => {
                Some((fill.field, fill.member.map(|id| id.0)))
            }
            _ => None,
        })
        .collect()
}

fn score(world: &World) -> u16 {
    let found = completeness(&world.state, world.state.customer(ACME).unwrap());
    assert_eq!(found.filled.len() + found.missing.len(), 8);
    found.score_bp
}

#[test]
fn every_field_weighs_the_same_and_contacts_count_through_the_state() {
    let mut world = world();
    create(&mut world);
    assert_eq!(score(&world), 1_250);
    world.run(contact(None));
    assert_eq!(score(&world), 2_500);
    world.run(contact(Some(DecisionRole::DecisionMaker)));
    assert_eq!(score(&world), 3_750);
    let text = || Patch::Set("x".to_owned());
    world.run(Command::UpdateCustomer(UpdateCustomer {
        region: text(),
        website: text(),
        phone: text(),
        note: text(),
        sites: Some(vec![Site {
            name: "Works".into(),
            place: None,
        }]),
        ..update()
    }));
    assert_eq!(score(&world), 10_000);
}

#[test]
fn the_caller_fills_a_field_and_where_there_is_none_the_owner() {
    let mut world = world();
    assert_eq!(
        fills(&create(&mut world)),
        [(CustomerField::Industry, Some(2))]
    );
    world.actor = Some(MemberId(1));
    let events = world.run(contact(Some(DecisionRole::DecisionMaker)));
    assert_eq!(
        fills(&events),
        [
            (CustomerField::Contact, Some(1)),
            (CustomerField::Decider, Some(1))
        ]
    );
}

#[test]
fn a_field_that_is_emptied_and_filled_again_is_filled_once() {
    let mut world = world();
    create(&mut world);
    let mut industry = |patch| {
        let command = UpdateCustomer {
            industry: patch,
            ..update()
        };
        fills(&world.run(Command::UpdateCustomer(command)))
    };
    assert_eq!(industry(Patch::Clear), []);
    assert_eq!(industry(Patch::Set("Coal".to_owned())), []);
}

#[test]
fn what_was_filled_before_fills_were_kept_is_never_a_first_fill() {
    let mut world = world();
    create(&mut world);
    // A row of an older program: filled, and nobody noted it.
    let mut old = Customer::clone(world.state.customer(ACME).unwrap());
    old.filled.clear();
    let event = Event::CustomerUpdated { customer: old };
    apply(&mut world.state, &event);
    world.state.finish_commit();
    let mut industry = |patch| {
        let command = UpdateCustomer {
            industry: patch,
            ..update()
        };
        let command = Command::UpdateCustomer(command);
        let events = decide(&world.state, &command, &world.context()).unwrap();
        for event in &events {
            apply(&mut world.state, event);
        }
        world.state.finish_commit();
        fills(&events)
    };
    assert_eq!(
        industry(Patch::Set("Coal".to_owned())),
        [],
        "changed, not filled"
    );
    assert_eq!(
        industry(Patch::Clear),
        [(CustomerField::Industry, None)],
        "nobody filled it, but it was"
    );
    assert_eq!(industry(Patch::Set("Steel".to_owned())), []);
}
