//! Badges: by rule once each, and thanks between colleagues, few enough to keep their weight.

use sluice_domain::command::*;
use sluice_domain::limits::MAX_THANKS_PER_MONTH;
use sluice_domain::*;

use crate::incentive_world::{opportunity_rule, reverse, split_rule, terms};
use crate::org::{KIM, MIA, REX, RON};
use crate::world::{DAY, HOUR, World, at};

fn badges(world: &World, member: MemberId) -> Vec<&'static str> {
    let badges = world.state.badges_of(member);
    badges.map(|badge| badge.kind.name()).collect()
}

fn thank(member: MemberId) -> Command {
    Command::GiveThanks(GiveThanks {
        member,
        reason: "for the offer".to_owned(),
        opportunity: None,
    })
}

fn check_in(world: &mut World) {
    world.run(Command::LogActivity(LogActivity {
        kind: ActivityKind::Visit,
        purpose: None,
        opportunity: None,
        customer: Some(CustomerId(1)),
        contact: None,
        member: Some(REX),
        occurred_at: None,
        note: None,
        follow_up_date: None,
        check_in: Some(CheckInClaim::Named {
            site: "HQ".to_owned(),
        }),
    }));
}

/// A customer with a site, owned by nobody.
fn customer(world: &mut World) {
    world.run(Command::CreateCustomer(CreateCustomer {
        name: "Acme".to_owned(),
        sites: vec![Site {
            name: "HQ".into(),
            place: None,
        }],
        ..CreateCustomer::default()
    }));
}

#[test]
fn the_first_deal_and_the_first_and_tenth_win_are_honoured_once() {
    let mut world = World::with_people();
    let won = |world: &mut World| {
        let deal = world.deal_of(REX, 100);
        world.go(deal, 6);
    };
    let deal = world.deal_of(REX, 100);
    assert_eq!(badges(&world, REX), ["FIRST_DEAL"]);
    world.go(deal, 6);
    assert_eq!(badges(&world, REX), ["FIRST_DEAL", "FIRST_WIN"]);
    (2..10).for_each(|_| won(&mut world));
    assert_eq!(badges(&world, REX), ["FIRST_DEAL", "FIRST_WIN"]);
    won(&mut world);
    won(&mut world);
    assert_eq!(badges(&world, REX), ["FIRST_DEAL", "FIRST_WIN", "TEN_WINS"]);
    assert_eq!(badges(&world, RON), [""; 0]);
}

#[test]
fn a_win_that_was_taken_back_does_not_count_for_the_tenth() {
    let mut world = World::with_people();
    let mut last = OpportunityId(0);
    for _ in 0..9 {
        last = world.deal_of(REX, 100);
        world.go(last, 6);
    }
    world.run(Command::ReopenOpportunity(ReopenOpportunity {
        id: last,
        to: StageId(5),
        reason: "unsigned".to_owned(),
        override_reason: None,
    }));
    let tenth = world.deal_of(REX, 100);
    world.go(tenth, 6);
    assert!(!badges(&world, REX).contains(&"TEN_WINS"));
    assert!(
        badges(&world, REX).contains(&"FIRST_WIN"),
        "never taken back"
    );
}

#[test]
fn a_hundred_credited_moves_are_honoured_and_bounces_are_not_counted() {
    let mut world = World::with_people();
    for number in 1..=20 {
        let deal = world.deal_of(REX, 100);
        for stage in [2, 3, 2, 3, 4, 5] {
            world.go(deal, stage);
        }
        let has = badges(&world, REX).contains(&"HUNDRED_MOVES");
        assert!(!has, "{number}: four of a hundred moves a deal");
        if number < 20 {
            continue;
        }
        for deal in 1..=20 {
            let before = badges(&world, REX).contains(&"HUNDRED_MOVES");
            assert!(!before, "{deal}");
            world.go(OpportunityId(deal), 6);
        }
    }
    assert!(badges(&world, REX).contains(&"HUNDRED_MOVES"));
}

#[test]
fn ten_check_ins_must_lie_in_one_iso_week() {
    let mut world = World::with_people();
    customer(&mut world);
    // Sunday, then the week after.
    world.now = at("2026-03-08T08:00:00Z");
    check_in(&mut world);
    world.now = at("2026-03-09T08:00:00Z");
    for _ in 0..9 {
        check_in(&mut world);
        world.now = world.now.plus_micros(HOUR);
    }
    assert_eq!(badges(&world, REX), [""; 0]);
    check_in(&mut world);
    assert_eq!(badges(&world, REX), ["TEN_CHECK_INS_IN_A_WEEK"]);
}

#[test]
fn check_ins_that_come_too_soon_do_not_count() {
    let mut world = World::with_people();
    customer(&mut world);
    for _ in 0..12 {
        check_in(&mut world);
        world.now = world.now.plus_micros(HOUR / 6);
    }
    assert_eq!(badges(&world, REX), [""; 0]);
}

#[test]
fn five_stalled_deals_set_moving_are_honoured() {
    let mut world = World::with_people();
    let deals: Vec<_> = (0..5).map(|_| world.deal_of(REX, 100)).collect();
    world.now = world.now.plus_micros(15 * DAY);
    for deal in &deals {
        assert!(!badges(&world, REX).contains(&"REVIVED_FIVE"));
        world.go(*deal, 2);
    }
    assert!(badges(&world, REX).contains(&"REVIVED_FIVE"));
}

#[test]
fn who_fills_the_last_field_of_a_record_is_honoured() {
    let mut world = World::with_people();
    customer(&mut world);
    let text = || Patch::Set("x".to_owned());
    world
        .as_member(RON)
        .run(Command::UpdateCustomer(UpdateCustomer {
            id: CustomerId(1),
            name: None,
            industry: text(),
            region: text(),
            website: text(),
            phone: text(),
            note: text(),
            external_id: Patch::Keep,
            owner: Patch::Keep,
            sites: None,
        }));
    let contact = |role| {
        Command::CreateContact(CreateContact {
            customer: Some(CustomerId(1)),
            name: "Lee".to_owned(),
            title: None,
            phone: None,
            email: None,
            role,
            stance: None,
            reports_to: None,
        })
    };
    world.run(contact(None));
    assert_eq!(badges(&world, RON), [""; 0]);
    world
        .as_member(REX)
        .run(contact(Some(DecisionRole::DecisionMaker)));
    assert_eq!(badges(&world, REX), ["COMPLETE_RECORD"]);
    assert_eq!(badges(&world, RON), [""; 0]);
}

#[test]
fn thanks_are_bounded_in_a_calendar_month_of_the_workspace() {
    let mut world = World::with_people();
    world.now = at("2026-03-31T23:59:00Z");
    world.as_member(REX);
    for _ in 0..MAX_THANKS_PER_MONTH {
        world.run(thank(RON));
    }
    assert_eq!(world.rejected(thank(MIA)), [" GIVER_CAP_REACHED"]);
    // Everybody has their own.
    world.as_member(MIA).run(thank(RON));
    world.now = at("2026-04-01T00:00:00Z");
    world.as_member(REX).run(thank(MIA));
    assert_eq!(badges(&world, RON), ["THANKS"; MAX_THANKS_PER_MONTH + 1]);
    let told: Vec<_> = world.inbox_of(MIA);
    assert_eq!(told, ["THANKED badges/7"]);
    let badge = world.state.badge(BadgeId(7)).unwrap();
    assert_eq!(badge.giver, Some(REX));
    assert_eq!(badge.reason.as_deref(), Some("for the offer"));
}

#[test]
fn thanks_go_to_colleagues_who_are_here_with_a_reason() {
    let mut world = World::with_people();
    world.leave(RON);
    world.as_member(REX);
    assert_eq!(world.rejected(thank(REX)), ["member_id GIVEN_TO_SELF"]);
    assert_eq!(world.rejected(thank(RON)), ["member_id MEMBER_INACTIVE"]);
    let empty = Command::GiveThanks(GiveThanks {
        member: MemberId(99),
        reason: " ".to_owned(),
        opportunity: Some(OpportunityId(9)),
    });
    assert_eq!(
        world.rejected(empty),
        [
            "member_id MEMBER_NOT_FOUND",
            "reason INVALID_ARGUMENT",
            "opportunity_id OPPORTUNITY_NOT_FOUND"
        ]
    );
    world.actor = None;
    world.run(thank(KIM));
    assert_eq!(world.state.badge(BadgeId(1)).unwrap().giver, None);
}

#[test]
fn ten_packets_opened_by_teammates_are_honoured() {
    let mut world = World::with_people();
    world.publish(terms(opportunity_rule(Trigger::Won, 100)));
    world.publish(terms(split_rule(2_000, SplitMethod::Equal)));
    let sell = |world: &mut World| {
        let deal = world.deal_of(REX, 1_000);
        world.go(deal, 6);
    };
    // Two packets a win, for Mia and Ron.
    (0..5).for_each(|_| sell(&mut world));
    let shared = |world: &World| badges(world, REX).contains(&"TEN_PACKETS_SHARED");
    for packet in 1..=9 {
        world.open(if packet % 2 == 1 { MIA } else { RON }, packet);
    }
    assert!(!shared(&world));
    // A packet that was taken back is not shared.
    world.run(reverse(1));
    world.open(RON, 10);
    assert!(!shared(&world));
    sell(&mut world);
    world.open(MIA, 11);
    assert!(!shared(&world));
    world.open(RON, 12);
    assert!(shared(&world));
    assert!(!badges(&world, RON).contains(&"TEN_PACKETS_SHARED"));
}
