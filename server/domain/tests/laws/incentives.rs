//! What is paid for, when it can be claimed, and what takes it back: rewards as a pass over the facts (DOMAIN.md §6).

use sluice_domain::command::*;
use sluice_domain::*;

use crate::incentive_world::*;
use crate::world::{DAY, HOUR, World, date};

#[test]
fn golden_6_a_fund_of_150_pays_one_reward_of_100_and_records_the_other() {
    let mut world = sellers();
    let scheme = world.publish(Terms {
        budget: Some(150),
        ..terms(opportunity_rule(Trigger::Won, 100))
    });
    let (first, second) = (world.sale(MAX, 1_000), world.sale(MAX, 1_000));
    world.go(first, 6);
    world.go(second, 6);
    assert_eq!(
        world.rewards(),
        ["R-1 M-3 100 100 CLAIMABLE", "R-2 M-3 100 100 UNFUNDED"]
    );
    assert_eq!(world.reward(2).end, Some(RewardEnd::FundEmpty));
    assert_eq!(world.balance(Account::Fund(scheme)), 50);
    assert_eq!(world.balance(Account::Claimable(MAX)), 100);
    // Lee leads Max, and is told once a day, however often it happens.
    let third = world.sale(MAX, 1_000);
    world.go(third, 6);
    assert_eq!(world.notices_to(LEE), [NoticeKind::RewardUnfunded]);
    // It is paid once the budget is raised: publishing posts the difference at once.
    assert_eq!(world.rejected(fund(2)), ["id FUND_EMPTY"]);
    let raised = Terms {
        budget: Some(200),
        ..terms(opportunity_rule(Trigger::Won, 100))
    };
    world.republish(scheme, raised).unwrap();
    world.run(fund(2));
    assert_eq!(world.balance(Account::Fund(scheme)), 0);
    assert_eq!(world.reward(2).state, RewardState::Claimable);
    assert_eq!(world.rejected(fund(2)), ["id REWARD_FUNDED"]);
    assert_eq!(world.rejected(fund(3)), ["id FUND_EMPTY"]);
}

#[test]
fn a_budget_below_what_was_issued_is_refused_and_what_is_left_goes_back_at_the_end() {
    let mut world = sellers();
    let won = |budget| Terms {
        budget,
        ..terms(opportunity_rule(Trigger::Won, 100))
    };
    let scheme = world.publish(won(Some(500)));
    let deal = world.sale(MAX, 1_000);
    world.go(deal, 6);
    let refused = world.republish(scheme, won(Some(99))).unwrap_err();
    assert_eq!(refused.violations[0].reason, Reason::BudgetTooLow);
    world.republish(scheme, won(Some(100))).unwrap();
    assert_eq!(world.balance(Account::Fund(scheme)), 0);
    assert_eq!(world.balance(Account::Issuer), -100);
    world.republish(scheme, won(None)).unwrap();
    world.republish(scheme, won(Some(300))).unwrap();
    assert_eq!(world.balance(Account::Fund(scheme)), 200);
    world.run(end(scheme));
    assert_eq!(world.balance(Account::Fund(scheme)), 0);
    assert_eq!(world.balance(Account::Issuer), -100);
    // What is taken back later is in the fund.
    world.run(reverse(1));
    assert_eq!(world.balance(Account::Fund(scheme)), 100);
}

#[test]
fn a_winning_move_pays_the_won_rule_and_not_the_moved_into_stage_rule() {
    let mut world = sellers();
    world.publish(terms(opportunity_rule(Trigger::Entered, 10)));
    world.publish(terms(opportunity_rule(Trigger::Won, 100)));
    let deal = world.sale(MAX, 1_000);
    world.go(deal, 2);
    world.go(deal, 1);
    world.go(deal, 2);
    world.go(deal, 6);
    assert_eq!(
        world.rewards(),
        ["R-1 M-3 10 10 CLAIMABLE", "R-2 M-3 100 100 CLAIMABLE"]
    );
    assert_eq!(world.wallet(MAX), 0);
    world.claim(MAX);
    assert_eq!(world.wallet(MAX), 110);
    assert_eq!(world.claim(MAX), []);
}

#[test]
fn a_share_is_rounded_down_then_floored_then_capped_and_says_so() {
    let mut world = sellers();
    let share = |bp, floor, cap| {
        terms(Rule::Opportunity {
            on: Trigger::Won,
            payment: Payment::Share { bp, floor, cap },
            needs_activity: false,
            vesting_days: 0,
        })
    };
    // Points are reckoned from whole currency units: 123.45 is 123.
    world.publish(share(1_000, 0, None));
    world.publish(share(1_000, 50, None));
    world.publish(share(10_000, 0, Some(100)));
    world.publish_in(Unit::Money(Currency::USD), share(1_000, 0, None));
    let deal = world.sale(MAX, 12_345);
    world.go(deal, 6);
    assert_eq!(
        world.rewards(),
        [
            "R-1 M-3 12 12 CLAIMABLE",
            "R-2 M-3 50 50 CLAIMABLE",
            "R-3 M-3 100 100 CLAIMABLE",
            "R-4 M-3 1234 1234 CLAIMABLE"
        ]
    );
    let step = Step::Share {
        of: 123,
        bp: 1_000,
        result: 12,
    };
    assert_eq!(world.reward(2).steps, [step, Step::Floor(50)]);
    assert_eq!(world.reward(3).steps[1], Step::Cap(100));
}

#[test]
fn the_largest_amounts_do_not_overflow_and_are_capped_to_the_largest_reward() {
    let mut world = sellers();
    let most = Rule::Opportunity {
        on: Trigger::Won,
        payment: Payment::Share {
            bp: 10_000,
            floor: 0,
            cap: None,
        },
        needs_activity: false,
        vesting_days: 0,
    };
    world.publish_in(Unit::Money(Currency::USD), terms(most));
    let deal = world.sale(MAX, sluice_domain::limits::MAX_AMOUNT_MINOR);
    world.go(deal, 6);
    assert_eq!(world.reward(1).amount, sluice_domain::limits::MAX_REWARD);
    world.claim(MAX);
}

#[test]
fn a_new_reward_vests_by_the_first_forward_move_by_time_or_is_lost_with_the_deal() {
    let mut world = sellers();
    world.publish(terms(opportunity_rule(Trigger::Created, 5)));
    let (moved, waits, lost, archived) = (
        world.sale(MAX, 1),
        world.sale(MAX, 1),
        world.sale(MAX, 1),
        world.sale(MAX, 1),
    );
    world.go(moved, 2);
    world.run(Command::LoseOpportunity(LoseOpportunity {
        id: lost,
        reason: "price".to_owned(),
        stage: None,
        override_reason: None,
    }));
    world.run(Command::ArchiveOpportunity(ArchiveOpportunity {
        id: archived,
    }));
    assert_eq!(
        world.rewards(),
        [
            "R-1 M-3 5 5 CLAIMABLE",
            "R-2 M-3 5 5 PENDING",
            "R-3 M-3 5 5 REVERSED",
            "R-4 M-3 5 5 REVERSED"
        ]
    );
    assert_eq!(world.reward(3).end, Some(RewardEnd::OpportunityLost));
    assert_eq!(world.reward(4).end, Some(RewardEnd::OpportunityArchived));
    let vests_at = world.reward(2).vests_at.unwrap();
    assert_eq!(vests_at, world.now.plus_micros(7 * DAY));
    world.now = vests_at.plus_micros(-1);
    world.tick();
    assert_eq!(world.reward(2).state, RewardState::Pending);
    world.now = vests_at;
    assert_eq!(next_deadline(&world.state, world.now), Some(vests_at));
    world.tick();
    assert_eq!(world.reward(2).state, RewardState::Claimable);
    let _ = waits;
}

#[test]
fn undoing_a_loss_or_a_reopening_brings_back_what_it_took() {
    let mut world = sellers();
    world.publish(terms(opportunity_rule(Trigger::Created, 5)));
    world.publish(terms(opportunity_rule(Trigger::Won, 100)));
    let (one, two) = (world.sale(MAX, 1), world.sale(MAX, 1));
    world.run(Command::LoseOpportunity(LoseOpportunity {
        id: one,
        reason: "price".to_owned(),
        stage: None,
        override_reason: None,
    }));
    let undo = |id| Command::UndoMove(UndoMove { id });
    world.run(undo(one));
    assert_eq!(world.balance(Account::Pending(MAX)), 10);
    world.go(two, 6);
    world.claim(MAX);
    assert_eq!(world.wallet(MAX), 105);
    world.run(Command::ReopenOpportunity(ReopenOpportunity {
        id: two,
        to: StageId(3),
        reason: "again".to_owned(),
        override_reason: None,
    }));
    // Reopened after the claim: the wallet gives it back.
    assert_eq!(world.wallet(MAX), 5);
    world.run(undo(two));
    assert_eq!(world.balance(Account::Claimable(MAX)), 100);
    world.run(Command::ReopenOpportunity(ReopenOpportunity {
        id: two,
        to: StageId(3),
        reason: "again".to_owned(),
        override_reason: None,
    }));
    assert_eq!(world.balance(Account::Claimable(MAX)), 0);
}

#[test]
fn an_undone_move_takes_its_rewards_back_even_below_zero() {
    let mut world = sellers();
    world.publish(terms(opportunity_rule(Trigger::Won, 100)));
    let deal = world.sale(MAX, 1);
    world.actor = Some(MAX);
    world.go(deal, 6);
    world.claim(MAX);
    world.actor = None;
    world.run(Command::CreatePayout(CreatePayout {
        unit: Unit::Points,
        members: Vec::new(),
        note: None,
    }));
    assert_eq!(world.wallet(MAX), 0);
    world.actor = Some(MAX);
    world.run(Command::UndoMove(UndoMove { id: deal }));
    assert_eq!(world.wallet(MAX), -100);
    assert_eq!(world.reward(1).state, RewardState::Reversed);
    assert_eq!(world.income(MAX, "2026-03-01", "2026-04-01"), 0);
}

fn task(target: i64, period: TaskPeriod) -> Terms {
    terms(Rule::Task {
        metric: Metric::Flow,
        measure: Measure::Count,
        target,
        period,
        amount: 50,
    })
}

#[test]
fn a_task_pays_once_a_window_and_may_be_earned_again_when_it_was_missed() {
    let mut world = sellers();
    world.publish(task(2, TaskPeriod::Each(CycleUnit::Week)));
    let (one, two) = (world.sale(MAX, 1), world.sale(MAX, 1));
    world.go(one, 2);
    assert_eq!(world.rewards(), [""; 0]);
    world.go(two, 6);
    world.go(one, 3);
    assert_eq!(world.rewards(), ["R-1 M-3 50 50 CLAIMABLE"]);
    assert_eq!(world.notices_to(MAX), [NoticeKind::TaskReached]);
    // Three moves; reopening takes one back, which leaves two; undoing another leaves one.
    let reopen = Command::ReopenOpportunity(ReopenOpportunity {
        id: two,
        to: StageId(1),
        reason: "again".to_owned(),
        override_reason: None,
    });
    world.run(reopen);
    assert_eq!(world.reward(1).state, RewardState::Claimable);
    world.run(Command::UndoMove(UndoMove { id: one }));
    assert_eq!(world.reward(1).state, RewardState::Reversed);
    assert_eq!(world.reward(1).end, Some(RewardEnd::TargetMissed));
    world.go(one, 3);
    assert_eq!(world.reward(2).state, RewardState::Claimable);
    world.now = world.now.plus_micros(7 * DAY);
    world.go(one, 4);
    world.go(one, 5);
    assert_eq!(world.rewards().len(), 3);
}

#[test]
fn a_member_cap_cuts_the_last_reward_and_nothing_comes_after_it() {
    let mut world = sellers();
    world.publish(Terms {
        caps: vec![Cap {
            unit: CycleUnit::Day,
            amount: 25,
        }],
        ..terms(opportunity_rule(Trigger::Entered, 10))
    });
    let deal = world.sale(MAX, 1);
    for stage in [2, 3, 4, 5] {
        world.go(deal, stage);
    }
    assert_eq!(
        world.rewards(),
        [
            "R-1 M-3 10 10 CLAIMABLE",
            "R-2 M-3 10 10 CLAIMABLE",
            "R-3 M-3 5 5 CLAIMABLE"
        ]
    );
    let cut = Step::MemberCap {
        unit: CycleUnit::Day,
        left: 5,
    };
    assert_eq!(world.reward(3).steps, [Step::Fixed(10), cut]);
}

#[test]
fn only_the_audience_the_pipelines_and_the_stages_of_the_terms_are_paid() {
    let mut world = sellers();
    world.publish(Terms {
        audience: Audience {
            members: vec![ANN],
            ..Audience::default()
        },
        stages: vec![StageId(3)],
        ..terms(opportunity_rule(Trigger::Entered, 10))
    });
    for member in [MAX, ANN] {
        let deal = world.sale(member, 1);
        world.go(deal, 2);
        world.go(deal, 3);
    }
    assert_eq!(world.rewards(), ["R-1 M-4 10 10 CLAIMABLE"]);
}

fn call(world: &mut World, member: MemberId, minutes_ago: i64) {
    let deal = OpportunityId(1);
    world.run(Command::LogActivity(LogActivity {
        kind: ActivityKind::Call,
        purpose: None,
        opportunity: Some(deal),
        customer: None,
        contact: None,
        member: Some(member),
        occurred_at: Some(world.now.plus_micros(-minutes_ago * HOUR / 60)),
        note: None,
        follow_up_date: None,
        check_in: None,
    }));
}

#[test]
fn activities_pay_up_to_the_daily_cap_and_not_within_the_gap() {
    let mut world = sellers();
    world.sale(MAX, 1);
    world.publish(terms(Rule::Activity {
        on: ActivityTrigger::Completed(Vec::new()),
        amount: 3,
        daily_cap: 2,
        min_gap_minutes: 30,
    }));
    call(&mut world, MAX, 0);
    call(&mut world, MAX, 29);
    call(&mut world, ANN, 0);
    call(&mut world, MAX, 30);
    call(&mut world, MAX, 90);
    // Too long ago.
    call(&mut world, BEN, 3 * 24 * 60);
    assert_eq!(
        world.rewards(),
        [
            "R-1 M-3 3 3 CLAIMABLE",
            "R-2 M-4 3 3 CLAIMABLE",
            "R-3 M-3 3 3 CLAIMABLE"
        ]
    );
}

#[test]
fn a_revived_rule_pays_only_for_what_was_worked_on_while_it_stood() {
    let mut world = sellers();
    world.publish(terms(opportunity_rule(Trigger::Revived, 7)));
    let (idle, worked) = (world.sale(MAX, 1), world.sale(MAX, 1));
    let period = world
        .state
        .stage(StageId(1))
        .unwrap()
        .1
        .stagnation_period_days;
    let days = i64::from(period.expect("a period"));
    let call_about = |world: &mut World, deal| {
        world.run(Command::LogActivity(LogActivity {
            kind: ActivityKind::Call,
            purpose: None,
            opportunity: Some(deal),
            customer: None,
            contact: None,
            member: Some(MAX),
            occurred_at: None,
            note: None,
            follow_up_date: None,
            check_in: None,
        }));
    };
    // Work before it stalls does not count.
    call_about(&mut world, idle);
    world.now = world.now.plus_micros((days + 1) * DAY);
    call_about(&mut world, worked);
    world.now = world.now.plus_micros(DAY);
    world.go(idle, 2);
    world.go(worked, 2);
    assert_eq!(world.rewards(), ["R-1 M-3 7 7 CLAIMABLE"]);
    assert_eq!(world.reward(1).cause.opportunity(), Some(worked));
}

#[test]
fn facts_from_before_the_scheme_and_imported_ones_are_not_paid() {
    let mut world = sellers();
    let deal = world.sale(MAX, 1);
    world.publish(terms(opportunity_rule(Trigger::Created, 5)));
    world.publish(terms(opportunity_rule(Trigger::Won, 5)));
    world.run(Command::ImportHistory(
        sluice_domain::import::ImportHistory {
            rows: vec![sluice_domain::import::ImportedStageEntry {
                external_id: "x".to_owned(),
                stage: StageId(6),
                at: world.now.plus_micros(-HOUR),
                actor: None,
                amount: None,
                occurrence: 0,
                name: Some("imported".to_owned()),
                owner: Some(MAX),
            }],
        },
    ));
    assert_eq!(world.rewards(), [""; 0]);
    world.go(deal, 2);
    assert_eq!(world.rewards(), [""; 0]);
}

#[test]
fn a_second_version_holds_from_the_next_day_on() {
    let mut world = sellers();
    let scheme = world.publish(terms(opportunity_rule(Trigger::Entered, 10)));
    let more = terms(opportunity_rule(Trigger::Entered, 20));
    world.republish(scheme, more).unwrap();
    let deal = world.sale(MAX, 1);
    world.go(deal, 2);
    world.now = world.now.plus_micros(DAY);
    world.go(deal, 3);
    let paid: Vec<(u32, i64)> = world
        .state
        .rewards()
        .map(|reward| (reward.version, reward.amount))
        .collect();
    assert_eq!(paid, [(1, 10), (2, 20)]);
}

#[test]
fn a_budget_that_runs_out_between_two_rewards_of_one_commit_pays_the_first_only() {
    let mut world = sellers();
    let scheme = world.publish(Terms {
        budget: Some(35),
        ..terms(Rule::CustomerData {
            fields: Vec::new(),
            per_field: 10,
            threshold_bp: 2_000,
            complete: 20,
        })
    });
    world.by(
        MAX,
        Command::CreateCustomer(CreateCustomer {
            name: "Acme".to_owned(),
            industry: Some("steel".to_owned()),
            phone: Some("1".to_owned()),
            ..CreateCustomer::default()
        }),
    );
    assert_eq!(
        world.rewards(),
        ["R-1 M-3 20 20 CLAIMABLE", "R-2 M-3 20 20 UNFUNDED"]
    );
    assert_eq!(world.balance(Account::Fund(scheme)), 15);
    assert!(matches!(
        world.reward(2).cause,
        Cause::CustomerComplete {
            completeness_bp: 2_500,
            ..
        }
    ));
}

#[test]
fn a_scheme_in_another_currency_than_the_deals_records_what_it_cannot_pay() {
    let mut world = sellers();
    world.publish_in(
        Unit::Money(Currency::USD),
        terms(opportunity_rule(Trigger::Won, 100)),
    );
    world.run(Command::UpdateWorkspace(UpdateWorkspace {
        currency: Some("EUR".to_owned()),
        ..UpdateWorkspace::default()
    }));
    let euros = Money::new(1_000, Currency::parse("EUR").unwrap());
    let mut create = CreateOpportunity::new("deal", euros, date("2026-12-31"));
    create.owner = Some(MAX);
    world.run(Command::CreateOpportunity(Box::new(create)));
    world.go(OpportunityId(1), 6);
    assert_eq!(world.rewards(), ["R-1 M-3 100 100 UNFUNDED"]);
    assert_eq!(world.reward(1).end, Some(RewardEnd::OtherCurrency));
    assert_eq!(world.rejected(fund(1)), ["id CURRENCY_MISMATCH"]);
}
