//! The cases that every reader of the filter grammar must agree on, from the table beside this file.

use sluice_domain::command::*;
use sluice_domain::*;

use crate::world::{DAY, World, at, date, usd};

const CASES: &str = include_str!("filter_cases.txt");

/// The rows of a table, their fields trimmed.
fn rows(table: &str) -> Vec<Vec<&'static str>> {
    let after = CASES.split_once(&format!("[{table}]\n")).unwrap().1;
    let own = after.split_once("\n[").map_or(after, |(own, _)| own);
    own.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split(" |").map(str::trim).collect())
        .collect()
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The workspace of the table's heading with its deals.
fn world() -> World {
    let mut world = World::new("2026-01-01T09:00:00Z", "UTC");
    let now = at("2026-03-16T09:00:00Z");
    world.run(Command::CreateMember(CreateMember {
        name: "Lee Kimball".to_owned(),
        role: Role::Rep,
        team: None,
        unix_user: None,
        email: None,
        external_id: None,
    }));
    for row in rows("deals") {
        let [
            id,
            name,
            amount,
            owner,
            customer,
            stage,
            day,
            source,
            grade,
            archived,
            days,
        ] = row[..]
        else {
            panic!("{row:?}");
        };
        world.now = now.plus_micros(-days.parse::<i64>().unwrap() * DAY);
        let customer = some(customer).map(|name| {
            if world.state.customers_named(&name).next().is_none() {
                world.run(Command::CreateCustomer(CreateCustomer {
                    name: name.clone(),
                    ..CreateCustomer::default()
                }));
            }
            world.state.customers_named(&name).next().unwrap().id
        });
        let (whole, cents) = amount.split_once('.').unwrap_or((amount, "0"));
        let minor =
            whole.parse::<i64>().unwrap() * 100 + format!("{cents:0<2}").parse::<i64>().unwrap();
        let mut create = CreateOpportunity::new(name, usd(minor), date(day));
        create.owner = world
            .state
            .members()
            .find(|it| &*it.name == owner)
            .map(|it| it.id);
        create.customer = customer;
        create.source = some(source);
        create.grade = match grade {
            "A" => Some(Grade::A),
            "B" => Some(Grade::B),
            "C" => Some(Grade::C),
            _ => None,
        };
        world.run(Command::CreateOpportunity(Box::new(create)));
        let id = OpportunityId(id.parse().unwrap());
        let pipeline = world.state.default_pipeline().unwrap().clone();
        let stage = pipeline
            .live_stages()
            .find(|it| &*it.name == stage)
            .unwrap();
        match stage.kind {
            StageKind::Lost => drop(world.run(Command::LoseOpportunity(LoseOpportunity {
                id,
                reason: "price".to_owned(),
                stage: None,
                override_reason: None,
            }))),
            _ if stage.id == StageId(1) => {}
            _ => world.go(id, stage.id.0),
        }
        if !archived.is_empty() {
            world.run(Command::ArchiveOpportunity(ArchiveOpportunity { id }));
        }
    }
    world.now = now;
    // Time falls due in commits of bounded size.
    while next_deadline(&world.state, now).is_some_and(|due| due <= now) {
        world.run(Command::Tick);
    }
    world
}

#[test]
fn every_case_lets_through_what_it_says() {
    let world = world();
    let cases = rows("cases");
    assert!(cases.len() > 60, "the table was read");
    for case in cases {
        let (text, expected) = (case[0], case[1]);
        let filter = match Filter::parse(text) {
            Ok(filter) => filter.at(world.now),
            Err(error) => panic!("{text}: {error}"),
        };
        filter.check_kind(EntityKind::Opportunity).unwrap();
        let found: Vec<String> = world
            .state
            .entities(EntityKind::Opportunity)
            .filter(|entity| filter.matches(&world.state, entity))
            .map(|entity| entity.key().id.to_string())
            .collect();
        assert_eq!(found.join(" "), expected, "{text}");
        let again = Filter::parse(&filter.to_string()).unwrap();
        assert!(again.asks_the_same(&filter), "{text} is written {filter}");
    }
}

#[test]
fn every_error_is_told_with_its_place() {
    for case in rows("errors") {
        let (text, position) = (case[0], case[1]);
        let error = Filter::parse(text).expect_err(text);
        assert_eq!(error.position.to_string(), position, "{text}: {error}");
    }
}
