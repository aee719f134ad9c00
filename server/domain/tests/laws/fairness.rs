//! The panel of fairness: how what was earned is spread, and what looks unusual, with its facts.

use proptest::prelude::*;
use sluice_domain::command::*;
use sluice_domain::fairness::*;
use sluice_domain::scheme::Unit;
use sluice_domain::*;

use crate::incentive_world::{opportunity_rule, reverse, terms};
use crate::org::{KIM, MAX, MIA, REX, RON, advance};
use crate::world::{DAY, HOUR, World, at, date, usd};

fn panel(world: &World, window: Window) -> Fairness {
    fairness(
        &world.state,
        &FairnessQuery {
            window,
            unit: Unit::Points,
            team: None,
        },
    )
}

fn march() -> Window {
    Window {
        start: date("2026-03-01"),
        end: date("2026-04-01"),
    }
}

/// Kind, member, count and usual.
fn found(world: &World) -> Vec<(PatternKind, MemberId, u32, u32)> {
    let patterns = panel(world, march()).patterns;
    let row = |own: &Pattern| (own.kind, own.member, own.count, own.usual);
    patterns.iter().map(row).collect()
}

fn bounce(world: &mut World, owner: MemberId, times: usize) -> OpportunityId {
    let deal = world.deal_of(owner, 1_000);
    world.go(deal, 3);
    for _ in 0..times {
        world.go(deal, 2);
        world.go(deal, 3);
    }
    deal
}

#[test]
fn the_gini_coefficient_of_known_values() {
    assert_eq!(gini_bp(&[]), 0);
    assert_eq!(gini_bp(&[0, 0]), 0);
    assert_eq!(gini_bp(&[7, 7, 7]), 0);
    assert_eq!(gini_bp(&[0, 0, 0, 100]), 7_500);
    assert_eq!(gini_bp(&[1, 2, 3, 4]), 2_500);
    assert_eq!(
        gini_bp(&[-50, 0, 0, 100]),
        7_500,
        "a debt counts as nothing"
    );
    assert_eq!(gini_bp(&[i64::MAX, 0]), 5_000);
}

proptest! {
    #[test]
    fn the_gini_coefficient_knows_neither_order_nor_scale(
        mut values in prop::collection::vec(0_i64..1_000_000, 1..50),
        factor in 1_i64..1_000,
    ) {
        let gini = gini_bp(&values);
        prop_assert!(gini < 10_000);
        let scaled: Vec<i64> = values.iter().map(|value| value * factor).collect();
        prop_assert_eq!(gini_bp(&scaled), gini);
        values.reverse();
        prop_assert_eq!(gini_bp(&values), gini);
        // By the definition: half the mean absolute difference over the mean.
        let differences: i128 = values.iter().flat_map(|one| {
            values.iter().map(move |other| i128::from((one - other).abs()))
        }).sum();
        let sum: i128 = values.iter().map(|value| i128::from(*value)).sum();
        let count = values.len() as i128;
        let defined = if sum == 0 { 0 } else { differences * 10_000 / (2 * count * sum) };
        prop_assert_eq!(i128::from(gini), defined);
    }
}

#[test]
fn everybody_who_sells_is_in_it_and_whoever_else_did_something() {
    let mut world = World::with_people();
    let looked_at = |world: &World| -> Vec<MemberId> {
        let members = panel(world, march()).members;
        members.iter().map(|row| row.member).collect()
    };
    assert_eq!(looked_at(&world), [MAX, MIA, REX, RON], "Kim administers");
    world.deal_of(KIM, 5);
    assert_eq!(looked_at(&world), [KIM, MAX, MIA, REX, RON]);
    world.leave(RON);
    assert_eq!(looked_at(&world), [KIM, MAX, MIA, REX]);
    assert_eq!(panel(&world, march()).without_income, 4);
    let team = fairness(
        &world.state,
        &FairnessQuery {
            window: march(),
            unit: Unit::Points,
            team: Some(TeamId(2)),
        },
    );
    let members: Vec<_> = team.members.iter().map(|row| row.member).collect();
    assert_eq!(members, [MIA, REX]);
}

#[test]
fn attainment_is_the_best_share_of_an_own_target_of_the_cycle() {
    let mut world = World::with_people();
    let goal = |metric, measure, target| {
        Command::CreateGoal(CreateGoal {
            subject: GoalSubject::Member(REX),
            metric,
            measure,
            window: march(),
            target,
            locked: false,
        })
    };
    world.run(goal(Metric::New, Measure::Count, 4));
    world.run(goal(Metric::New, Measure::Amount, 1_000));
    world.deal_of(REX, 1_500);
    let members = panel(&world, march()).members;
    let of = |id| {
        members
            .iter()
            .find(|row| row.member == id)
            .unwrap()
            .attainment_bp
    };
    assert_eq!(of(REX), Some(15_000));
    assert_eq!(of(RON), None);
}

#[test]
fn bounces_are_told_from_a_threshold_and_only_far_above_the_others() {
    let mut world = World::with_people();
    bounce(&mut world, REX, MIN_BOUNCES - 1);
    assert_eq!(found(&world), []);
    let mut world = World::with_people();
    let deal = bounce(&mut world, REX, MIN_BOUNCES);
    assert_eq!(found(&world), [(PatternKind::Bounces, REX, 5, 0)]);
    let pattern = &panel(&world, march()).patterns[0];
    assert_eq!(pattern.subjects, [deal.into()]);
    assert_eq!((pattern.first_at, pattern.last_at), (world.now, world.now));
    for other in [MAX, MIA, RON] {
        bounce(&mut world, other, 2);
    }
    assert_eq!(found(&world), [], "five is less than three times two");
    bounce(&mut world, REX, 1);
    assert_eq!(found(&world), [(PatternKind::Bounces, REX, 6, 2)]);
}

#[test]
fn moves_in_the_last_hour_of_the_cycle() {
    let moves = |when: &str, deals: usize| {
        let mut world = World::with_people();
        let deals: Vec<_> = (0..deals).map(|_| world.deal_of(REX, 1_000)).collect();
        world.now = at(when);
        for deal in deals {
            world.run(advance(deal, 3));
        }
        let patterns = found(&world);
        let of_kind = patterns.iter().filter(|row| row.0 == PatternKind::LastHour);
        of_kind.map(|row| (row.1, row.2)).collect::<Vec<_>>()
    };
    assert_eq!(
        moves("2026-03-31T22:59:59.999999Z", MIN_LAST_HOUR_MOVES),
        []
    );
    assert_eq!(moves("2026-03-31T23:00:00Z", MIN_LAST_HOUR_MOVES - 1), []);
    assert_eq!(
        moves("2026-03-31T23:00:00Z", MIN_LAST_HOUR_MOVES),
        [(REX, 5)]
    );
    assert_eq!(moves("2026-04-01T00:00:00Z", MIN_LAST_HOUR_MOVES), []);
}

#[test]
fn small_deals_for_one_customer_name_the_customer_and_the_deals() {
    let mut world = World::with_people();
    for name in ["Acme", "Globex"] {
        world.run(Command::CreateCustomer(CreateCustomer {
            name: name.to_owned(),
            ..CreateCustomer::default()
        }));
    }
    let create = |world: &mut World, customer: u64, amount| {
        let mut command = CreateOpportunity::new("deal", usd(amount), date("2026-05-01"));
        command.owner = Some(REX);
        command.customer = Some(CustomerId(customer));
        world.run(Command::CreateOpportunity(Box::new(command)));
    };
    for _ in 0..12 {
        world.deal_of(RON, 4_000);
    }
    (1..MIN_SMALL_DEALS).for_each(|_| create(&mut world, 1, 999));
    create(&mut world, 1, 1_000);
    create(&mut world, 2, 10);
    assert_eq!(
        found(&world),
        [],
        "four for Acme, one that is not small, one elsewhere"
    );
    create(&mut world, 1, 999);
    let patterns = panel(&world, march()).patterns;
    assert_eq!(patterns.len(), 1);
    let pattern = &patterns[0];
    assert_eq!(
        (pattern.kind, pattern.member, pattern.count),
        (PatternKind::SmallDeals, REX, 5)
    );
    assert_eq!(pattern.amount_minor, 5 * 999);
    assert_eq!(pattern.subjects[0], CustomerId(1).into());
    assert_eq!(pattern.subjects.len(), 6);
}

#[test]
fn check_ins_too_soon_after_the_last_one() {
    let mut world = World::with_people();
    world.run(Command::CreateCustomer(CreateCustomer {
        name: "Acme".to_owned(),
        sites: vec![Site {
            name: "HQ".into(),
            place: None,
        }],
        ..CreateCustomer::default()
    }));
    for number in 0..=MIN_CLOSE_CHECK_INS {
        assert_eq!(found(&world), [], "{number}");
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
        world.now = world.now.plus_micros(HOUR / 60);
    }
    assert_eq!(found(&world), [(PatternKind::CloseCheckIns, REX, 5, 0)]);
}

#[test]
fn amounts_raised_by_more_than_a_fifth_within_a_day_before_a_credited_move() {
    let mut world = World::with_people();
    let raised = |world: &mut World, to: i64, wait: i64| {
        let deal = world.deal_of(REX, 1_000);
        // Out of the grace in which a fresh amount is corrected.
        world.now = world.now.plus_micros(2 * DAY);
        let mut amend = AmendOpportunity::of(deal);
        amend.amount = Some(usd(to));
        world.run(Command::AmendOpportunity(Box::new(amend)));
        world.now = world.now.plus_micros(wait);
        world.run(advance(deal, 2));
        deal
    };
    raised(&mut world, 1_200, 0);
    raised(&mut world, 2_000, DAY + 1);
    raised(&mut world, 500, 0);
    let first = raised(&mut world, 1_201, 0);
    assert_eq!(found(&world), [], "one is no pattern");
    let second = raised(&mut world, 3_000, DAY);
    assert_eq!(found(&world), [(PatternKind::AmountRaised, REX, 2, 0)]);
    let pattern = &panel(&world, march()).patterns[0];
    assert_eq!(pattern.subjects, [first.into(), second.into()]);
    assert_eq!(pattern.amount_minor, 201 + 2_000);
}

#[test]
fn what_was_earned_is_the_income_of_the_cycle() {
    let mut world = World::with_people();
    world.publish(terms(opportunity_rule(Trigger::Entered, 30)));
    for owner in [REX, REX, REX, RON] {
        let deal = world.deal_of(owner, 1_000);
        world.run(advance(deal, 2));
    }
    let earned = |world: &World| -> Vec<(MemberId, i64)> {
        let members = panel(world, march()).members;
        members.iter().map(|row| (row.member, row.earned)).collect()
    };
    assert_eq!(earned(&world), [(REX, 90), (RON, 30), (MAX, 0), (MIA, 0)]);
    let found = panel(&world, march());
    assert_eq!((found.without_income, found.median), (2, 15));
    assert_eq!(found.gini_bp, gini_bp(&[90, 30, 0, 0]));
    // Taken back in April: a debt there, and no change in March.
    world.now = at("2026-04-02T08:00:00Z");
    world.run(reverse(4));
    assert_eq!(earned(&world)[1], (RON, 30));
    let april = Window {
        start: date("2026-04-01"),
        end: date("2026-05-01"),
    };
    let found = panel(&world, april);
    assert_eq!(
        found.members.last().map(|row| (row.member, row.earned)),
        Some((RON, -30))
    );
    assert_eq!((found.without_income, found.gini_bp), (4, 0));
}
