//! Weeks in which the clocks change: durations are real ones, cycles are of local days, instants of the past are told apart.

use sluice_domain::command::*;
use sluice_domain::cycle::Cycle;
use sluice_domain::funnel::{FunnelQuery, funnel};
use sluice_domain::*;

use crate::stagnation::{company, deal_of, set_calendar, set_period, working_days};
use crate::world::{DAY, HOUR, World, at, date};

/// A zone; the Friday noon before a change, as an instant; how many hours the week of the change has; its cycle; the
/// Monday 00:00 after it, as an instant.
const CHANGES: [(&str, &str, i64, &str, &str); 4] = [
    (
        "Europe/Berlin",
        "2026-03-27T11:00:00Z",
        167,
        "2026-W13",
        "2026-03-29T22:00:00Z",
    ),
    (
        "Europe/Berlin",
        "2026-10-23T10:00:00Z",
        169,
        "2026-W43",
        "2026-10-25T23:00:00Z",
    ),
    (
        "America/New_York",
        "2026-03-06T17:00:00Z",
        167,
        "2026-W10",
        "2026-03-09T04:00:00Z",
    ),
    (
        "America/New_York",
        "2026-10-30T16:00:00Z",
        169,
        "2026-W44",
        "2026-11-02T05:00:00Z",
    ),
];

fn company_at(zone: &str, now: &str) -> World {
    let mut world = company(zone);
    world.now = at(now);
    world
}

#[test]
fn golden_7_the_week_of_a_change_has_167_or_169_hours_and_ends_at_local_midnight() {
    for (zone, friday, hours, week, monday) in CHANGES {
        let mut world = company_at(zone, friday);
        let window = Cycle::parse(week).unwrap().window(date("2026-01-01"));
        let (from, to) = window.instants(&world.state.zone());
        assert_eq!(to.micros_since(from), hours * HOUR, "{zone} {week}");
        assert_eq!(to, at(monday));
        // What is done on the last instant counts for it, what is done on the next one does not.
        world.now = to.plus_micros(-1);
        deal_of(&mut world, 3, 10);
        world.now = to;
        deal_of(&mut world, 3, 100);
        assert_eq!(world.sums(week)[0], "NEW 1 10", "{zone} {week}");
        // The local day of the change is 23 or 25 hours long, and both hours of the same name are in it.
        let sunday = world.state.zone().date_of(to.plus_micros(-1));
        let day = format!("{sunday}..{}", sunday.plus_days(1));
        let window = Cycle::parse(&day).unwrap().window(sunday);
        let (from, to) = window.instants(&world.state.zone());
        assert_eq!(to.micros_since(from), (hours - 6 * 24) * HOUR);
        assert_eq!(world.sums(&day)[0], "NEW 1 10");
    }
}

#[test]
fn a_period_of_whole_days_is_of_24_hours_each_whatever_the_clocks_on_the_wall_do() {
    for (zone, friday, ..) in CHANGES {
        let mut world = company_at(zone, friday);
        world.run(set_period(1, Patch::Set(5)));
        let deal = deal_of(&mut world, 3, 100);
        let stalled = at(friday).plus_micros(5 * DAY);
        world.pass_to(stalled.plus_micros(-1));
        assert_eq!(
            world.opportunity(deal).told_level(),
            StagnationLevel::Approaching
        );
        world.pass_to(stalled);
        let told = world.opportunity(deal).stagnation.unwrap();
        assert_eq!(
            (told.level, told.since),
            (StagnationLevel::Stalled, stalled),
            "{zone}"
        );
    }
}

#[test]
fn working_days_leave_out_the_sunday_of_a_change_whole() {
    for (zone, friday, hours, ..) in CHANGES {
        let mut world = company_at(zone, friday);
        world.run(set_calendar(working_days(&[])));
        world.run(set_period(1, Patch::Set(5)));
        let deal = deal_of(&mut world, 3, 100);
        // Five working days later it is Friday noon again on the wall.
        let stalled = at(friday).plus_micros(hours * HOUR);
        world.pass_to(stalled.plus_micros(-1));
        assert_eq!(
            world.opportunity(deal).told_level(),
            StagnationLevel::Approaching
        );
        world.pass_to(stalled);
        let told = world.opportunity(deal).stagnation.unwrap();
        assert_eq!(
            (told.level, told.since),
            (StagnationLevel::Stalled, stalled),
            "{zone}"
        );
    }
}

#[test]
fn time_in_stage_is_real_time_and_a_funnel_of_the_week_holds_both_of_its_ends() {
    for (zone, friday, hours, week, _) in CHANGES {
        let mut world = company_at(zone, friday);
        let window = Cycle::parse(week).unwrap().window(date("2026-01-01"));
        let (from, to) = window.instants(&world.state.zone());
        world.now = from;
        let deal = deal_of(&mut world, 3, 100);
        world.now = to.plus_micros(-1);
        world.go(deal, 2);
        let query = FunnelQuery {
            window: Some(window),
            ..FunnelQuery::at(world.now)
        };
        let report = funnel(&world.state, &query);
        let row = report
            .rows
            .iter()
            .find(|row| row.stage == StageId(1))
            .unwrap();
        let spent = Some(hours * HOUR - 1);
        assert_eq!(row.median_micros_in_stage, spent, "{zone}");
        assert_eq!(row.p90_micros_in_stage, spent, "{zone}");
        assert_eq!((row.entered, row.advanced), (1, 1), "{zone}");
    }
}

#[test]
fn the_two_instants_of_a_doubled_hour_are_two_instants_of_the_past() {
    // 02:30 in Berlin and 01:30 in New York, twice; the move is between.
    for (zone, first) in [
        ("Europe/Berlin", "2026-10-25T00:30:00Z"),
        ("America/New_York", "2026-11-01T05:30:00Z"),
    ] {
        let mut world = company_at(zone, "2026-10-20T09:00:00Z");
        let deal = deal_of(&mut world, 3, 100);
        let (first, second) = (at(first), at(first).plus_micros(HOUR));
        let zone = world.state.zone();
        assert_eq!(zone.date_of(first), zone.date_of(second));
        world.now = first.plus_micros(HOUR / 2);
        world.go(deal, 2);
        world.now = second.plus_micros(DAY);
        world.go(deal, 3);
        let stage_at = |instant| {
            let past = world.state.as_of(instant);
            let stage = past.opportunity(deal).unwrap().stage;
            let rows = funnel(&world.state, &FunnelQuery::at(instant));
            let full = rows.rows.iter().find(|row| row.count == 1).unwrap();
            assert_eq!(full.stage, stage, "the funnel of then says the same");
            stage
        };
        assert_eq!(stage_at(first), StageId(1));
        assert_eq!(stage_at(second), StageId(2));
        assert_eq!(stage_at(second.plus_micros(DAY)), StageId(3));
    }
}
