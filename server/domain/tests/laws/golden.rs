//! The golden examples of DOMAIN.md §11 that are in force, and the rules next to them.

use sluice_domain::command::*;
use sluice_domain::funnel::{FunnelQuery, funnel};
use sluice_domain::metric::Grouping;
use sluice_domain::stagnation::level;
use sluice_domain::*;

use crate::world::{DAY, HOUR, World, at, usd};

#[test]
fn golden_2_bouncing_a_deal_earns_nothing() {
    let mut world = World::new("2026-03-02T09:00:00Z", "UTC"); // a Monday
    let deal = world.deal("deal", 100);
    for (day, stage) in [(1, 2), (2, 1), (3, 2), (4, 6)] {
        world.now = at("2026-03-02T09:00:00Z").plus_micros(day * DAY);
        world.go(deal, stage);
    }
    assert_eq!(
        world.sums("2026-W10"),
        ["NEW 1 100", "FLOW 2 200", "WON 1 100"]
    );
    let thursday = &world.opportunity(deal).history[3];
    assert!(!thursday.credited);
    assert_eq!(
        thursday.uncredited_reason,
        Some(UncreditedReason::BelowHighWater)
    );
    let uncredited: Vec<_> = world
        .state
        .score_entries()
        .filter(|entry| !entry.credited())
        .map(|entry| (entry.metric, entry.amount_minor))
        .collect();
    assert_eq!(uncredited, [(Metric::Flow, 100)]);
}

#[test]
fn golden_3_going_back_resumes_the_clock() {
    let mut world = World::new("2026-03-02T09:00:00Z", "UTC");
    let start = world.now;
    let deal = world.deal("deal", 100);
    world.now = start.plus_micros(9 * DAY);
    world.go(deal, 2);
    world.now = start.plus_micros(12 * DAY);
    world.go(deal, 1);
    let level_at = |world: &World, time: Timestamp| {
        let opportunity = world.opportunity(deal);
        let (pipeline, stage) = world.state.stage(opportunity.stage).unwrap();
        level(
            opportunity,
            stage,
            &pipeline.calendar,
            &world.state.zone(),
            time,
        )
    };
    let stalled = start.plus_micros(17 * DAY);
    assert_eq!(
        level_at(&world, stalled.plus_micros(-1)),
        StagnationLevel::Approaching
    );
    assert_eq!(level_at(&world, stalled), StagnationLevel::Stalled);
    let critical = start.plus_micros(24 * DAY);
    assert_eq!(level_at(&world, critical), StagnationLevel::Critical);
    assert_eq!(
        world.opportunity(deal).stage_clock_micros(stalled),
        14 * DAY
    );
    let row = &funnel(&world.state, &FunnelQuery::at(stalled)).rows[0];
    assert_eq!((row.stalled_count, row.stalled_amount_minor), (1, 100));
    // As it was seen at that time.
    let row = &funnel(&world.state, &FunnelQuery::at(start.plus_micros(10 * DAY))).rows[1];
    assert_eq!((row.count, row.stalled_count), (1, 0));
}

#[test]
fn golden_7_the_last_instant_belongs_to_the_old_week() {
    let mut world = World::new("2026-03-02T00:00:00Z", "Asia/Shanghai");
    let (early, late) = (world.deal("early", 1), world.deal("late", 2));
    let monday = at("2026-03-08T16:00:00Z");
    world.now = monday.plus_micros(-1);
    world.go(early, 6);
    world.now = monday;
    world.go(late, 6);
    assert_eq!(world.sums("2026-W10")[2], "WON 1 1");
    assert_eq!(world.sums("2026-W11")[2], "WON 1 2");
    // Moving the workspace to another zone moves the days with it.
    world.run(Command::UpdateWorkspace(UpdateWorkspace {
        time_zone: Some("UTC".to_owned()),
        ..UpdateWorkspace::default()
    }));
    assert_eq!(world.sums("2026-W10")[2], "WON 2 3");
}

#[test]
fn reopening_takes_back_the_win_now_and_winning_again_counts_as_won() {
    let mut world = World::new("2026-03-02T09:00:00Z", "UTC");
    let deal = world.deal("deal", 100);
    world.go(deal, 3);
    world.go(deal, 6);
    assert_eq!(world.opportunity(deal).closed_at, Some(world.now));
    world.now = at("2026-03-10T09:00:00Z");
    world.run(Command::ReopenOpportunity(ReopenOpportunity {
        id: deal,
        to: StageId(4),
        reason: "not signed".to_owned(),
        override_reason: None,
    }));
    assert_eq!(
        world.sums("2026-W10"),
        ["NEW 1 100", "FLOW 2 200", "WON 1 100"]
    );
    assert_eq!(
        world.sums("2026-W11"),
        ["NEW 0 0", "FLOW -1 -100", "WON -1 -100"]
    );
    assert_eq!(world.opportunity(deal).closed_at, None);
    world.go(deal, 6);
    // It had been won before: no further than that, but won it is.
    assert_eq!(
        world.sums("2026-W11"),
        ["NEW 0 0", "FLOW -1 -100", "WON 0 0"]
    );
    let last = world.opportunity(deal).history.last().unwrap();
    assert_eq!(
        last.uncredited_reason,
        Some(UncreditedReason::BelowHighWater)
    );
}

#[test]
fn credit_stays_with_the_owner_and_team_of_that_time() {
    let mut world = World::new("2026-03-02T09:00:00Z", "UTC");
    let team = |name: &str, parent| {
        Command::CreateTeam(CreateTeam {
            name: name.to_owned(),
            parent,
            ..CreateTeam::default()
        })
    };
    world.run(team("All", None));
    world.run(team("East", Some(TeamId(1))));
    world.run(team("West", Some(TeamId(1))));
    for (name, team) in [("Ann", 2), ("Bob", 3)] {
        world.run(Command::CreateMember(CreateMember {
            name: name.to_owned(),
            role: Role::Rep,
            team: Some(TeamId(team)),
            unix_user: None,
            email: None,
            external_id: None,
        }));
    }
    let deal = world.deal("deal", 100);
    let give = |to: u64| {
        let mut amend = AmendOpportunity::of(deal);
        amend.owner = Patch::Set(MemberId(to));
        Command::AmendOpportunity(Box::new(amend))
    };
    world.run(give(2));
    world.go(deal, 2);
    world.run(give(3));
    world.go(deal, 6);
    assert_eq!(
        world.sums_by("2026-W10", Grouping::Member),
        [
            "Kim NEW 1 100",
            "Ann FLOW 1 100",
            "Bob FLOW 1 100",
            "Bob WON 1 100"
        ]
    );
    assert_eq!(
        world.sums_by("2026-W10", Grouping::Team),
        [
            " NEW 1 100",
            "All FLOW 2 200",
            "All WON 1 100",
            "East FLOW 1 100",
            "West FLOW 1 100",
            "West WON 1 100"
        ]
    );
}

#[test]
fn amending_within_the_grace_corrects_new_at_its_own_time() {
    let mut world = World::new("2026-03-01T20:00:00Z", "UTC"); // a Sunday
    let (fresh, moved, old) = (
        world.deal("fresh", 100),
        world.deal("moved", 100),
        world.deal("old", 100),
    );
    let amount = |id, amount| {
        let mut amend = AmendOpportunity::of(id);
        amend.amount = Some(usd(amount));
        Command::AmendOpportunity(Box::new(amend))
    };
    world.go(moved, 2);
    world.now = world.now.plus_micros(24 * HOUR);
    world.run(amount(fresh, 150));
    world.run(amount(moved, 120));
    assert_eq!(world.sums("2026-W09")[0], "NEW 3 350");
    world.now = world.now.plus_micros(1);
    world.run(amount(old, 900));
    assert_eq!(world.sums("2026-W09")[0], "NEW 3 350");
    // More than 20 % after a credited move is flagged; 20 % is not.
    let flagged = |events: &[Event]| {
        events
            .iter()
            .any(|event| matches!(event, Event::OpportunityAmended { flagged: true, .. }))
    };
    let steps = [(119, false), (121, true), (80, false), (79, true)];
    for (value, expected) in steps {
        assert_eq!(
            flagged(&world.run(amount(moved, value))),
            expected,
            "{value}"
        );
    }
    assert_eq!(world.sums("2026-W09")[1], "FLOW 1 100");
}

#[test]
fn a_move_between_won_stages_is_recorded_and_earns_nothing() {
    let mut world = World::new("2026-03-02T09:00:00Z", "UTC");
    world.run(Command::CreateStage(CreateStage {
        pipeline: PipelineId(1),
        stage: NewStage {
            name: "Paid".to_owned(),
            kind: StageKind::Won,
            win_probability_bp: None,
            stagnation_period_days: None,
            required_fields: Vec::new(),
            gate: Gate::default(),
        },
        after: None,
    }));
    let deal = world.deal("deal", 100);
    world.go(deal, 6);
    let won_at = world.now;
    world.now = world.now.plus_micros(DAY);
    world.go(deal, 8);
    assert_eq!(
        world.sums("2026-W10"),
        ["NEW 1 100", "FLOW 1 100", "WON 1 100"]
    );
    let opportunity = world.opportunity(deal);
    let last = opportunity.history.last().unwrap();
    assert_eq!(last.uncredited_reason, Some(UncreditedReason::AlreadyWon));
    assert_eq!(opportunity.closed_at, Some(won_at));
}

#[test]
fn golden_1_the_classic_weighted_total_counts_what_is_won() {
    let mut world = World::empty("2026-03-02T09:00:00Z");
    let mut set_up = crate::world::set_up("UTC");
    set_up.template = PipelineTemplate::Simple;
    world.run(Command::SetUpWorkspace(set_up));
    for stage in 1..=5 {
        let deal = world.deal("deal", 1_000_000);
        if stage > 1 {
            world.go(deal, stage);
        }
    }
    let totals = funnel(&world.state, &FunnelQuery::at(world.now)).totals;
    assert_eq!(totals.classic_weighted_minor, 2_600_000);
    assert_eq!(totals.weighted_minor, 1_600_000);
    assert_eq!(totals.open_count, 4);
}
