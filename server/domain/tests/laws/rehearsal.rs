//! The rehearsal: terms that were in force all the time come to exactly what was paid, and terms that were not come to what
//! they would have paid.

use proptest::prelude::*;
use sluice_domain::command::*;
use sluice_domain::cycle::Window;
use sluice_domain::rehearsal::*;
use sluice_domain::*;

use crate::actions::{Action, actions, pick};
use crate::incentive_world::{opportunity_rule, reverse, split_rule, terms};
use crate::org::{KIM, REX, RON, advance};
use crate::world::{DAY, HOUR, World, date, usd};

/// What people do in this history: no imports, no changes of who is where or of what stages mean, and nothing is emptied.
const VERBS: [u8; 30] = [
    0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 31,
    31, 33, 35, 35, 35,
];

pub fn every_rule() -> Vec<Terms> {
    let share = Payment::Share {
        bp: 100,
        floor: 5,
        cap: Some(5_000),
    };
    let cap = |unit, amount| vec![Cap { unit, amount }];
    let task = |metric, measure, target, unit| Rule::Task {
        metric,
        measure,
        target,
        period: TaskPeriod::Each(unit),
        amount: 50,
    };
    let ranking = |by, contender, unit| Rule::Ranking {
        by,
        contender,
        unit,
        prizes: vec![31, 20, 10],
        attainment: Vec::new(),
    };
    let entered = Rule::Opportunity {
        on: Trigger::Entered,
        payment: share,
        needs_activity: false,
        vesting_days: 0,
    };
    vec![
        terms(opportunity_rule(Trigger::Created, 10)),
        Terms {
            budget: Some(200_000),
            caps: cap(CycleUnit::Week, 12_000),
            ..terms(entered)
        },
        Terms {
            budget: Some(250),
            approval: true,
            ..terms(opportunity_rule(Trigger::Won, 100))
        },
        terms(opportunity_rule(Trigger::Revived, 3)),
        terms(task(Metric::Flow, Measure::Count, 3, CycleUnit::Week)),
        Terms {
            caps: cap(CycleUnit::Quarter, 120),
            ..terms(task(
                Metric::New,
                Measure::Amount,
                3_000_000_000,
                CycleUnit::Month,
            ))
        },
        terms(Rule::Activity {
            on: ActivityTrigger::Completed(Vec::new()),
            amount: 3,
            daily_cap: 2,
            min_gap_minutes: 30,
        }),
        terms(Rule::Activity {
            on: ActivityTrigger::CheckIn,
            amount: 5,
            daily_cap: 0,
            min_gap_minutes: 0,
        }),
        Terms {
            budget: Some(50),
            ..terms(Rule::CustomerData {
                fields: Vec::new(),
                per_field: 2,
                threshold_bp: 2_500,
                complete: 20,
            })
        },
        Terms {
            caps: cap(CycleUnit::Month, 40),
            ..terms(ranking(
                RankedBy::Metric(Metric::Flow, Measure::Count),
                Contender::Member,
                CycleUnit::Week,
            ))
        },
        terms(ranking(
            RankedBy::Metric(Metric::New, Measure::Count),
            Contender::Team,
            CycleUnit::Month,
        )),
        terms(ranking(
            RankedBy::RewardIncome,
            Contender::Member,
            CycleUnit::Week,
        )),
        terms(split_rule(2_000, SplitMethod::Lucky)),
    ]
}

/// People, a customer to visit, and what the schemes of the terms are called.
pub fn world(published: &[Terms]) -> World {
    let mut world = World::with_people();
    for own in published {
        world.publish(own.clone());
    }
    world
}

/// What was done, when and by whom.
pub type Done = (Timestamp, Option<MemberId>, Command);

/// Time passes tick by tick, as it does where a server runs.
fn wait(world: &mut World, until: Timestamp) {
    world.actor = None;
    while let Some(due) = next_deadline(&world.state, world.now).filter(|due| *due <= until) {
        world.now = world.now.max(due);
        if world.run(Command::Tick).is_empty() {
            break;
        }
    }
    world.now = until;
}

/// Does the same in another world.
fn live_again(world: &mut World, done: &[Done]) {
    for (at, actor, command) in done {
        wait(world, *at);
        world.actor = *actor;
        let _ = world.try_run(command);
        world.actor = None;
        world.tick();
    }
}

/// Lives through a history; somebody takes a reward back now and then.
pub fn live(world: &mut World, actions: &[Action], by_hand: bool) -> Vec<Done> {
    let mut done = Vec::new();
    for action in actions {
        let mut action = action.clone();
        action.verb = VERBS[usize::from(action.verb) % VERBS.len()];
        action.wait_minutes = action.wait_minutes % 5_000 + 1;
        let passes = i64::from(action.wait_minutes) * (HOUR / 60);
        wait(world, world.now.plus_micros(passes));
        action.wait_minutes = 0;
        let command = world.prepare(&action);
        done.push((world.now, world.actor, command.clone()));
        let _ = world.try_run(&command);
        world.actor = None;
        if by_hand && action.picks[3].is_multiple_of(5) {
            let count = world.state.rewards().count();
            let _ = world.try_run(&reverse(pick(count, action.picks[1])));
        }
        world.tick();
    }
    done
}

fn days(world: &World, from: i32, to: i32) -> Window {
    let today = world.state.zone().date_of(world.now);
    let start = date("2026-03-02").plus_days(from);
    let end = today.plus_days(1 - to).max(start.plus_days(1));
    Window { start, end }
}

fn query(
    terms: &Terms,
    window: Window,
    scheme: Option<SchemeId>,
    now: Timestamp,
) -> RehearsalQuery<'_> {
    RehearsalQuery {
        unit: Unit::Points,
        terms,
        window,
        scheme,
        now,
    }
}

/// What each member would get, and what the fund could not pay, in all.
fn figures(rehearsal: &Rehearsal) -> Vec<(MemberId, i128, i128)> {
    let mut figures: Vec<_> = rehearsal
        .members
        .iter()
        .map(|row| (row.member, row.amount, row.unfunded_amount))
        .filter(|(_, amount, unfunded)| (*amount, *unfunded) != (0, 0))
        .collect();
    figures.sort_unstable();
    figures
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_terms_in_force_all_the_time_come_to_exactly_what_was_paid(
        actions in actions(70),
        from in 0..20_i32,
        to in 0..10_i32,
    ) {
        let all = every_rule();
        let mut world = world(&all);
        live(&mut world, &actions, true);
        for (id, own) in (1..).map(SchemeId).zip(&all) {
            for window in [days(&world, 0, 0), days(&world, from, to)] {
                let query = query(own, window, Some(id), world.now);
                let found = rehearse(&world.state, &query);
                for row in &found.members {
                    prop_assert_eq!(row.amount, row.paid_amount, "{:?} {} {:?}", id, row.name, window);
                }
                prop_assert_eq!(&found, &rehearse(&world.state, &query), "the same answer every time");
            }
            let found = rehearse(&world.state, &query(own, days(&world, 0, 0), Some(id), world.now));
            let unfunded: i128 = world.state.rewards_under(id)
                .filter(|reward| reward.state == RewardState::Unfunded)
                .map(|reward| i128::from(reward.amount))
                .sum();
            prop_assert_eq!(found.unfunded_amount, unfunded, "{:?}", id);
            if let Some(left) = found.fund_left {
                prop_assert_eq!(left, world.balance(Account::Fund(id)), "{:?}", id);
            }
        }
    }

    #[test]
    fn a_scheme_that_did_not_exist_comes_to_what_it_would_have_paid(actions in actions(50)) {
        let all = every_rule();
        let mut without = world(&[]);
        let done = live(&mut without, &actions, false);
        for own in all.iter().filter(|own| own.rule.system() != System::Split) {
            if matches!(own.rule, Rule::Ranking { by: RankedBy::RewardIncome, .. }) {
                continue;
            }
            let mut with = world(std::slice::from_ref(own));
            live_again(&mut with, &done);
            let window = days(&without, 0, 0);
            let would = rehearse(&without.state, &query(own, window, None, without.now));
            let did = rehearse(&with.state, &query(own, window, Some(SchemeId(1)), with.now));
            prop_assert_eq!(figures(&would), figures(&did), "{:?}", own.rule);
            prop_assert_eq!(would.paid_amount, 0);
            prop_assert_eq!(did.amount, did.paid_amount);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Imports, people who come and go, stages that are retired: whatever happened can be rehearsed.
    #[test]
    fn any_history_is_rehearsed_the_same_way_twice_and_adds_up(actions in actions(60)) {
        let all = every_rule();
        let mut world = world(&all);
        for action in &actions {
            let _ = world.act(action);
        }
        for (id, own) in (1..).map(SchemeId).zip(&all) {
            let query = query(own, days(&world, 0, 0), Some(id), world.now);
            let found = rehearse(&world.state, &query);
            prop_assert_eq!(&found, &rehearse(&world.state, &query));
            let sum: i128 = found.members.iter().map(|row| row.amount).sum();
            prop_assert_eq!(sum, found.amount);
            if let (Some(left), Some(budget)) = (found.fund_left, own.budget) {
                prop_assert!((0..=i128::from(budget)).contains(&left));
            }
        }
    }
}

#[test]
fn attainments_are_rehearsed_as_they_are_paid() {
    let own = terms(Rule::Ranking {
        by: RankedBy::TargetShare(Metric::New, Measure::Count),
        contender: Contender::Member,
        unit: CycleUnit::Week,
        prizes: vec![7],
        attainment: vec![
            AttainmentTier {
                from_bp: 10_000,
                amount: 50,
            },
            AttainmentTier {
                from_bp: 15_000,
                amount: 80,
            },
        ],
    });
    let history = |published: &[Terms]| {
        let mut world = world(published);
        for (member, target) in [(REX, 2), (RON, 4)] {
            world.run(Command::CreateGoal(CreateGoal {
                subject: GoalSubject::Member(member),
                metric: Metric::New,
                measure: Measure::Count,
                window: Window {
                    start: date("2026-03-02"),
                    end: date("2026-03-09"),
                },
                target,
                locked: false,
            }));
        }
        for owner in [REX, REX, REX, RON, RON, RON, RON] {
            world.sale(owner, 100);
        }
        let after = world.now.plus_micros(8 * DAY);
        wait(&mut world, after);
        world
    };
    let without = history(&[]);
    let window = days(&without, 0, 0);
    let would = rehearse(&without.state, &query(&own, window, None, without.now));
    assert_eq!(figures(&would), [(REX, 87, 0), (RON, 50, 0)]);
    let with = history(std::slice::from_ref(&own));
    let did = rehearse(
        &with.state,
        &query(&own, window, Some(SchemeId(1)), with.now),
    );
    assert_eq!((did.amount, did.paid_amount), (137, 137));
}

#[test]
fn higher_terms_show_the_difference_and_write_nothing() {
    let mut world = world(&[terms(opportunity_rule(Trigger::Entered, 10))]);
    for owner in [REX, REX, RON] {
        let deal = world.deal_of(owner, 1_000);
        world.run(advance(deal, 2));
    }
    let before = world.state.clone();
    let draft = Terms {
        budget: Some(50),
        ..terms(opportunity_rule(Trigger::Entered, 25))
    };
    let window = days(&world, 0, 0);
    let found = rehearse(
        &world.state,
        &query(&draft, window, Some(SchemeId(1)), world.now),
    );
    assert_eq!(world.state, before);
    let rows: Vec<_> = found
        .members
        .iter()
        .map(|row| {
            (
                row.member,
                row.rewards,
                row.amount,
                row.paid_amount,
                row.unfunded_amount,
            )
        })
        .collect();
    assert_eq!(rows, [(REX, 2, 50, 20, 0), (RON, 0, 0, 10, 25)]);
    assert_eq!(
        (found.rewards, found.amount, found.paid_amount),
        (2, 50, 30)
    );
    assert_eq!((found.fund_left, found.unfunded_amount), (Some(0), 25));
}

#[test]
fn the_prize_of_the_cycle_that_ended_as_the_window_began_counts_for_the_cap() {
    let own = Terms {
        caps: vec![Cap {
            unit: CycleUnit::Month,
            amount: 40,
        }],
        ..terms(Rule::Ranking {
            by: RankedBy::Metric(Metric::New, Measure::Count),
            contender: Contender::Member,
            unit: CycleUnit::Week,
            prizes: vec![31],
            attainment: Vec::new(),
        })
    };
    let mut world = world(std::slice::from_ref(&own));
    for _ in 0..2 {
        world.sale(REX, 100);
        let after = world.now.plus_micros(7 * DAY);
        wait(&mut world, after);
    }
    let window = days(&world, 7, 0);
    let found = rehearse(
        &world.state,
        &query(&own, window, Some(SchemeId(1)), world.now),
    );
    assert_eq!((found.amount, found.paid_amount), (9, 9));
}

#[test]
fn what_was_recorded_later_was_not_known_when_it_was_judged() {
    // A correction is dated back to the deal's creation, yet reaches the target on the day it is made.
    let own = terms(Rule::Task {
        metric: Metric::New,
        measure: Measure::Amount,
        target: 1_000,
        period: TaskPeriod::Each(CycleUnit::Month),
        amount: 50,
    });
    let mut world = world(std::slice::from_ref(&own));
    let deal = world.sale(REX, 100);
    let after = world.now.plus_micros(DAY);
    wait(&mut world, after);
    let mut amend = AmendOpportunity::of(deal);
    amend.amount = Some(usd(2_000));
    world.run(Command::AmendOpportunity(Box::new(amend)));
    let on = |day| Window {
        start: date("2026-03-02").plus_days(day),
        end: date("2026-03-02").plus_days(day + 1),
    };
    let paid = |world: &World, own: &Terms, window| {
        let query = query(own, window, Some(SchemeId(1)), world.now);
        let found = rehearse(&world.state, &query);
        (found.amount, found.paid_amount)
    };
    assert_eq!(paid(&world, &own, on(0)), (0, 0));
    assert_eq!(paid(&world, &own, on(1)), (50, 50));
}

#[test]
fn a_call_that_was_noted_after_a_deal_moved_again_did_not_revive_it() {
    let own = terms(Rule::Opportunity {
        on: Trigger::Revived,
        payment: Payment::Fixed(3),
        needs_activity: true,
        vesting_days: 0,
    });
    let mut world = world(std::slice::from_ref(&own));
    let deal = world.deal_of(REX, 100);
    let after = world.now.plus_micros(90 * DAY);
    wait(&mut world, after);
    let called = world.now;
    world.now = world.now.plus_micros(HOUR);
    world.run(advance(deal, 2));
    world.now = world.now.plus_micros(HOUR);
    world.run(Command::LogActivity(LogActivity {
        kind: ActivityKind::Call,
        purpose: None,
        opportunity: Some(deal),
        customer: None,
        contact: None,
        member: Some(REX),
        occurred_at: Some(called),
        note: None,
        follow_up_date: None,
        check_in: None,
    }));
    let revived = world
        .state
        .score_entries()
        .any(|entry| entry.metric == Metric::Revived);
    assert!(revived, "it had stalled");
    let query = query(&own, days(&world, 0, 0), Some(SchemeId(1)), world.now);
    let found = rehearse(&world.state, &query);
    assert_eq!((found.amount, found.paid_amount), (0, 0));
}

#[test]
fn what_was_taken_back_later_is_not_paid() {
    let mut world = world(&[]);
    let deal = world.deal_of(REX, 1_000);
    world.run(advance(deal, 6));
    let window = days(&world, 0, 0);
    let own = terms(opportunity_rule(Trigger::Won, 10));
    let amount =
        |world: &World| rehearse(&world.state, &query(&own, window, None, world.now)).amount;
    assert_eq!(amount(&world), 10);
    world.now = world.now.plus_micros(40 * DAY);
    world.run(Command::ReopenOpportunity(ReopenOpportunity {
        id: deal,
        to: StageId(5),
        reason: "unsigned".to_owned(),
        override_reason: None,
    }));
    assert_eq!(amount(&world), 0);
}

#[test]
fn what_cannot_be_known_is_said() {
    let mut world = world(&[]);
    let caveats = |world: &World, own: &Terms| {
        rehearse(
            &world.state,
            &query(own, days(world, 0, 0), None, world.now),
        )
        .caveats
    };
    let grant = terms(Rule::Grant { monthly_cap: 5 });
    assert!(caveats(&world, &grant)[0].contains("cannot be known"));
    let moved = terms(opportunity_rule(Trigger::Entered, 10));
    let unfinished = "The window is not over: only what has happened so far is in it.";
    let of_people = |world: &World| caveats(world, &moved).len();
    assert!(caveats(&world, &moved).contains(&unfinished.to_owned()));
    // The organisation was made in the window.
    assert_eq!(of_people(&world), 2);
    world.now = world.now.plus_micros(30 * DAY);
    let window = Window {
        start: date("2026-03-10"),
        end: date("2026-03-20"),
    };
    let over =
        |world: &World| rehearse(&world.state, &query(&moved, window, None, world.now)).caveats;
    assert_eq!(over(&world), Vec::<String>::new(), "it knew everything");
    world.leave(RON);
    assert_eq!(over(&world).len(), 1);
    let approved = Terms {
        approval: true,
        ..moved.clone()
    };
    assert_eq!(caveats(&world, &approved).len(), 3);
    world.as_member(KIM);
}
