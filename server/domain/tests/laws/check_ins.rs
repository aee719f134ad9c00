//! Check-ins: how far they can be trusted, and which count (DOMAIN.md §8).

use sluice_domain::command::*;
use sluice_domain::*;

use crate::org::{REX, RON};
use crate::world::{DAY, HOUR, World};

const MINUTE: i64 = HOUR / 60;

/// So many metres north of a place in Shanghai, about.
fn north(metres: i32) -> Coordinates {
    Coordinates {
        // A ten-millionth of a degree is 11.1195 mm.
        latitude_e7: 312_304_000 + metres * 90,
        longitude_e7: 1_214_737_000,
    }
}

fn device(place: Coordinates, accuracy_m: u32) -> CheckInClaim {
    CheckInClaim::Device {
        place,
        accuracy_m: Some(accuracy_m),
        site: None,
    }
}

/// A workspace with a customer that has a headquarters with coordinates and a shop without.
fn world() -> World {
    let mut world = World::with_people();
    let site = |name: &str, place| Site {
        name: name.into(),
        place,
    };
    world.run(Command::CreateCustomer(CreateCustomer {
        name: "Acme".to_owned(),
        sites: vec![
            site("HQ", Some(north(0))),
            site("Shop", None),
            site("Plant", Some(north(20_000))),
        ],
        ..CreateCustomer::default()
    }));
    world.as_member(REX);
    world
}

fn visit(claim: CheckInClaim) -> Command {
    Command::LogActivity(LogActivity {
        kind: ActivityKind::Visit,
        purpose: Some("offer".to_owned()),
        opportunity: None,
        customer: Some(CustomerId(1)),
        contact: None,
        member: None,
        occurred_at: None,
        note: None,
        follow_up_date: None,
        check_in: Some(claim),
    })
}

impl World {
    /// Checks in, and tells trust, site, distance and why it does not count.
    fn check_in(&mut self, claim: CheckInClaim) -> String {
        let events = self.run(visit(claim));
        let Event::ActivityLogged { activity } = &events[0] else {
            panic!("{events:?}");
        };
        let check_in = activity.check_in.as_deref().unwrap();
        let Event::ScoreRecorded { entry } = &events[1] else {
            panic!("a check-in scores, credited or not: {events:?}");
        };
        assert_eq!(entry.subject, ScoreSubject::Activity(activity.id));
        assert_eq!(
            (entry.metric, entry.count, entry.amount_minor),
            (Metric::CheckIn, 1, 0)
        );
        assert_eq!(entry.uncredited_reason, check_in.uncredited_reason);
        format!(
            "{:?} {} {} {}",
            check_in.trust,
            check_in.site.as_deref().unwrap_or("-"),
            check_in
                .distance_m
                .map_or_else(|| "-".to_owned(), |metres| format!("{metres} m")),
            check_in
                .uncredited_reason
                .map_or("counts", UncreditedReason::name),
        )
    }

    fn wait(&mut self, micros: i64) -> &mut Self {
        self.now = self.now.plus_micros(micros);
        self
    }
}

#[test]
fn a_device_near_a_site_and_sure_of_itself_is_verified() {
    let mut world = world();
    assert_eq!(
        world.check_in(device(north(499), 200)),
        "Verified HQ 499 m counts"
    );
    world.wait(HOUR);
    assert_eq!(
        world.check_in(device(north(499), 201)),
        "Unverified HQ 499 m counts"
    );
    world.wait(HOUR);
    assert_eq!(
        world.check_in(device(north(510), 5)),
        "Invalid HQ 510 m OUTSIDE_RADIUS"
    );
    assert_eq!(
        world.check_in(device(north(19_900), 5)),
        "Verified Plant 100 m counts",
        "what did not count opens no gap, and the nearest site is measured"
    );
    world.wait(HOUR);
    let named = CheckInClaim::Device {
        place: north(19_900),
        accuracy_m: Some(5),
        site: Some("hq".to_owned()),
    };
    assert_eq!(world.check_in(named), "Invalid HQ 19915 m OUTSIDE_RADIUS");
}

#[test]
fn what_is_named_or_typed_is_never_verified_and_counts() {
    let mut world = world();
    let named = |site: &str| CheckInClaim::Named {
        site: site.to_owned(),
    };
    assert_eq!(
        world.check_in(named("ｓｈｏｐ")),
        "Unverified Shop - counts"
    );
    world.wait(HOUR);
    let typed = CheckInClaim::Typed {
        place: north(3_000),
        site: None,
    };
    assert_eq!(world.check_in(typed), "Unverified HQ 3002 m counts");
    assert_eq!(
        world.rejected(visit(named("Depot"))),
        ["check_in.site SITE_NOT_FOUND"]
    );
    assert_eq!(world.sums("2026-W10").last().unwrap(), "CHECK_IN 2 0");
}

#[test]
fn a_member_counts_once_in_half_an_hour() {
    let mut world = world();
    assert!(world.check_in(device(north(0), 5)).ends_with("counts"));
    world.wait(30 * MINUTE - 1);
    assert!(world.check_in(device(north(0), 5)).ends_with("TOO_SOON"));
    world.wait(1);
    assert!(
        world.check_in(device(north(0), 5)).ends_with("counts"),
        "what did not count does not delay"
    );
    world.as_member(RON);
    assert!(
        world.check_in(device(north(0), 5)).ends_with("counts"),
        "each member for themselves"
    );
    // A clock set back a little does not let the same time count twice; set back a year it does not block.
    world.wait(-10 * MINUTE);
    assert!(world.check_in(device(north(0), 5)).ends_with("TOO_SOON"));
    world.wait(-365 * DAY);
    assert!(world.check_in(device(north(0), 5)).ends_with("counts"));
}

#[test]
fn a_day_of_the_workspace_has_a_cap() {
    let mut world = world();
    world.run(Command::UpdateWorkspace(UpdateWorkspace {
        time_zone: Some("Asia/Shanghai".to_owned()),
        check_in_gap_minutes: Some(0),
        check_in_daily_cap: Some(2),
        ..UpdateWorkspace::default()
    }));
    // 23:30 in Shanghai.
    world.now = crate::world::at("2026-03-02T15:30:00Z");
    let outcome = |world: &mut World| world.check_in(device(north(0), 5));
    assert!(outcome(&mut world).ends_with("counts"));
    assert!(outcome(&mut world).ends_with("counts"));
    assert!(outcome(&mut world).ends_with("DAILY_CAP"));
    world.wait(30 * MINUTE);
    assert!(
        outcome(&mut world).ends_with("counts"),
        "a new day begins at midnight there"
    );
    world.run(Command::UpdateWorkspace(UpdateWorkspace {
        check_in_daily_cap: Some(0),
        ..UpdateWorkspace::default()
    }));
    for _ in 0..30 {
        assert!(outcome(&mut world).ends_with("counts"), "0 is no cap");
    }
}

#[test]
fn the_radius_and_the_accuracy_are_settings() {
    let mut world = world();
    world.run(Command::UpdateWorkspace(UpdateWorkspace {
        check_in_radius_m: Some(50),
        check_in_accuracy_m: Some(10),
        ..UpdateWorkspace::default()
    }));
    assert!(world.check_in(device(north(60), 5)).starts_with("Invalid"));
    assert!(
        world
            .check_in(device(north(40), 11))
            .starts_with("Unverified")
    );
    world.wait(HOUR);
    assert!(
        world
            .check_in(device(north(40), 10))
            .starts_with("Verified")
    );
    assert_eq!(
        world.rejected(Command::UpdateWorkspace(UpdateWorkspace {
            check_in_radius_m: Some(0),
            check_in_daily_cap: Some(1_001),
            ..UpdateWorkspace::default()
        })),
        [
            "check_in_radius_m INVALID_ARGUMENT",
            "check_in_daily_cap INVALID_ARGUMENT"
        ]
    );
}

#[test]
fn a_check_in_is_somewhere_by_somebody_and_now() {
    let mut world = world();
    let of = |change: &dyn Fn(&mut LogActivity)| {
        let Command::LogActivity(mut log) = visit(device(north(0), 5)) else {
            unreachable!()
        };
        change(&mut log);
        Command::LogActivity(log)
    };
    let yesterday = world.now.plus_micros(-DAY);
    assert_eq!(
        world.rejected(of(&|log| log.occurred_at = Some(yesterday))),
        ["occurred_at INVALID_ARGUMENT"]
    );
    let deal = world.deal_of(REX, 1);
    assert_eq!(
        world.rejected(of(&|log| {
            log.customer = None;
            log.opportunity = Some(deal);
        })),
        ["check_in INVALID_ARGUMENT"],
        "the deal has no customer"
    );
    world.actor = None;
    assert_eq!(world.rejected(of(&|_| {})), ["member_id INVALID_ARGUMENT"]);
    let nowhere = Coordinates {
        latitude_e7: 900_000_001,
        longitude_e7: 0,
    };
    world.as_member(REX);
    assert_eq!(
        world.rejected(visit(device(nowhere, 5))),
        ["check_in.coordinates INVALID_ARGUMENT"]
    );
}

#[test]
fn a_customer_has_sites_with_names_of_their_own() {
    let mut world = world();
    let update = |sites| {
        Command::UpdateCustomer(UpdateCustomer {
            id: CustomerId(1),
            name: None,
            industry: Patch::Keep,
            region: Patch::Keep,
            website: Patch::Keep,
            phone: Patch::Keep,
            note: Patch::Keep,
            external_id: Patch::Keep,
            owner: Patch::Keep,
            sites: Some(sites),
        })
    };
    let site = |name: &str| Site {
        name: name.into(),
        place: None,
    };
    assert_eq!(
        world.rejected(update(vec![site("A"), site("ａ"), site(" ")])),
        [
            "sites[1].name INVALID_ARGUMENT",
            "sites[2].name INVALID_ARGUMENT"
        ]
    );
    assert_eq!(
        world.rejected(update(vec![site("A"); 21])),
        ["sites INVALID_ARGUMENT"]
    );
    world.run(update(vec![site("A")]));
    // A customer without coordinates cannot contradict a device, nor prove it.
    assert_eq!(world.check_in(device(north(0), 5)), "Unverified - - counts");
}
