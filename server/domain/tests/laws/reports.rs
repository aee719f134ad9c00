//! Forecast, outcomes, differences and the golden total, and what time travel does when things go wrong.

use sluice_domain::difference::difference;
use sluice_domain::funnel::{FunnelQuery, funnel, funnel_now};
use sluice_domain::*;

use crate::world::{DAY, World, at, set_up, usd};

/// Days of a month as a cycle is written.
fn days(text: &str) -> Window {
    cycle::Cycle::parse(text)
        .unwrap()
        .window(Date::parse("2026-03-02").unwrap())
}

fn amend(id: OpportunityId) -> command::AmendOpportunity {
    command::AmendOpportunity::of(id)
}

/// A life without imports, from which two instants are compared.
fn told(world: &World, from: &str, to: &str) -> Vec<String> {
    let difference = difference(&world.state, Scope::default(), at(from), at(to));
    let items = difference.items.iter();
    items
        .map(|item| format!("{:?} {} {}", item.kind, item.opportunity, item.amount_minor))
        .collect()
}

#[test]
fn golden_1_weighted_classic_total_and_gap() {
    let mut world = World::empty("2026-03-02T08:00:00Z");
    world.run(Command::SetUpWorkspace(command::SetUpWorkspace {
        template: PipelineTemplate::Simple,
        ..set_up("UTC")
    }));
    // 10, 30, 50 and 70 % open, then won at 100 %.
    for stage in 1..=5 {
        let deal = world.deal("deal", 1_000_000);
        if stage > 1 {
            world.go(deal, stage);
        }
    }
    let funnel = funnel(&world.state, &FunnelQuery::at(world.now));
    assert_eq!(funnel.totals.classic_weighted_minor, 2_600_000);
    assert_eq!(funnel.totals.weighted_minor, 1_600_000);
    let window = days("2026");
    world.run(Command::CreateGoal(command::CreateGoal {
        subject: goal::GoalSubject::Workspace,
        metric: Metric::Won,
        measure: goal::Measure::Amount,
        window,
        target: 5_000_000,
        locked: false,
    }));
    let gap = forecast::gap(
        &world.state,
        goal::GoalSubject::Workspace,
        window,
        world.now,
    );
    let gap = gap.unwrap();
    assert_eq!((gap.won_minor, gap.weighted_minor), (1_000_000, 1_600_000));
    assert_eq!(gap.gap_minor(), 2_400_000);
    // Won and open, of the target.
    assert_eq!(gap.coverage_bp(), 10_000);
}

#[test]
fn a_difference_names_what_happened_once_a_deal_and_kind() {
    let mut world = World::new("2026-03-02T08:00:00Z", "UTC");
    let (kept, moved, lost) = (
        world.deal("kept", 100),
        world.deal("moved", 200),
        world.deal("lost", 400),
    );
    world.now = at("2026-03-03T08:00:00Z");
    world.go(moved, 2);
    world.now = at("2026-03-04T08:00:00Z");
    world.go(moved, 3);
    world.run(Command::AmendOpportunity(Box::new({
        let mut amend = amend(kept);
        amend.amount = Some(usd(150));
        amend.expected_contract_date = Date::parse("2027-01-31");
        amend
    })));
    world.run(Command::LoseOpportunity(command::LoseOpportunity {
        id: lost,
        reason: "Too dear".to_owned(),
        stage: None,
        override_reason: None,
    }));
    let late = world.deal("late", 7);
    world.run(Command::ArchiveOpportunity(command::ArchiveOpportunity {
        id: late,
    }));
    // Fourteen days in the first stage have passed for the one that never moved.
    world.now = at("2026-03-20T08:00:00Z");
    assert_eq!(
        told(&world, "2026-03-02T12:00:00Z", "2026-03-20T08:00:00Z"),
        [
            "Created O-4 7",
            "MovedForward O-2 200",
            "Stalled O-1 150",
            "Stalled O-2 200",
            "Lost O-3 400",
            "AmountRaised O-1 50",
            "DatePushed O-1 150",
            "Archived O-4 7",
        ]
    );
    assert!(told(&world, "2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z").is_empty());
    assert_eq!(world.opportunity(kept).push_count, 1);
    let outcome = outcome::outcomes(
        &world.state,
        &outcome::OutcomeQuery {
            as_of: world.now,
            scope: Scope::default(),
            window: Some(days("2026-03")),
        },
    );
    assert_eq!((outcome.won.count, outcome.lost.count), (0, 1));
    assert_eq!(&*outcome.reasons[0].reason, "Too dear");
    assert_eq!(outcome.reasons[0].stages[0].0, Some(StageId(1)));
    assert_eq!(outcome.lost_lengths.median_micros, Some(2 * DAY));
}

#[test]
fn a_retired_stage_a_shorter_period_and_a_moved_member_are_those_of_then() {
    let mut world = World::new("2026-03-02T08:00:00Z", "UTC");
    let start = world.now;
    let deal = world.deal("deal", 100);
    world.now = start.plus_micros(5 * DAY);
    world.run(Command::UpdateStage(command::UpdateStage {
        id: StageId(1),
        name: None,
        win_probability_bp: Some(2_000),
        stagnation_period_days: Patch::Set(3),
        required_fields: None,
        gate: None,
    }));
    world.now = start.plus_micros(6 * DAY);
    world.run(Command::RetireStage(command::RetireStage {
        id: StageId(1),
        move_to: Some(StageId(2)),
    }));
    let row = |world: &World, days: i64| {
        let query = FunnelQuery::at(start.plus_micros(days * DAY));
        funnel(&world.state, &query).rows[0].clone()
    };
    let (fourth, fifth, sixth) = (row(&world, 4), row(&world, 5), row(&world, 6));
    assert_eq!((fourth.count, fourth.stalled_count), (1, 0));
    assert_eq!((fourth.weighted_minor, fifth.weighted_minor), (10, 20));
    assert_eq!((fifth.count, fifth.stalled_count), (1, 1));
    // Nothing stands in the retired stage any more; it is still told, because something did.
    assert_eq!((sixth.stage, sixth.count, sixth.visits), (StageId(1), 0, 1));
    assert_eq!(world.opportunity(deal).stage, StageId(2));
}

#[test]
fn a_clock_set_back_loses_nothing_and_the_present_is_what_is_stored() {
    let mut world = World::new("2026-03-02T08:00:00Z", "UTC");
    let deal = world.deal("deal", 100);
    world.now = at("2027-03-02T08:00:00Z");
    world.go(deal, 2);
    world.now = at("2026-03-03T08:00:00Z");
    let amount = |minor| {
        let mut amend = amend(deal);
        amend.amount = Some(usd(minor));
        Command::AmendOpportunity(Box::new(amend))
    };
    world.run(amount(200));
    world.now = at("2026-03-02T09:00:00Z");
    world.run(amount(300));
    let now = funnel_now(&world.state, &FunnelQuery::at(world.now));
    assert_eq!((now.rows[1].count, now.rows[1].amount_minor), (1, 300));
    let past = world.state.as_of(at("2026-03-02T08:30:00Z"));
    let row = past.opportunity(deal).unwrap();
    assert_eq!((row.stage, row.amount_minor), (StageId(1), 100));
    // The second change is dated with the first: images of one thing stay in order.
    let past = world.state.as_of(at("2027-03-03T08:00:00Z"));
    assert_eq!(past.opportunity(deal).unwrap().amount_minor, 300);
}

#[test]
fn forecast_months_hold_what_is_expected_in_them() {
    let mut world = World::new("2026-03-02T08:00:00Z", "UTC");
    let expected = |world: &mut World, deal, date: &str| {
        let mut amend = amend(deal);
        amend.expected_contract_date = Date::parse(date);
        world.run(Command::AmendOpportunity(Box::new(amend)));
    };
    let (first, second) = (world.deal("first", 100), world.deal("second", 200));
    expected(&mut world, first, "2026-03-01");
    expected(&mut world, second, "2026-04-30");
    let won = world.deal("won", 1_000);
    world.go(won, 6);
    let query = forecast::ForecastQuery {
        as_of: world.now,
        scope: Scope::default(),
        window: days("2026-Q1"),
    };
    let then = forecast::forecast(&world.state, &query);
    let march = &then.rows[2];
    assert_eq!((march.won_count, march.won_minor), (1, 1_000));
    assert_eq!((march.open_minor, march.weighted_minor), (100, 10));
    assert_eq!((march.overdue_count, march.overdue_minor), (1, 100));
    assert_eq!(then.total.open_minor, 100);
    assert_eq!(then.weighted_minor, 30);
    // A month later the second was put off as well; the view of now then is that of today.
    let before = world.now;
    world.now = world.now.plus_micros(DAY);
    expected(&mut world, second, "2026-05-01");
    assert_eq!(
        forecast::forecast(
            &world.state,
            &forecast::ForecastQuery {
                as_of: before,
                ..query
            }
        ),
        then
    );
}
