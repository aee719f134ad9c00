//! Stalled figures at any instant, and a member's queue of next actions.

use std::collections::BTreeMap;

use sluice_domain::command::*;
use sluice_domain::next_action::next_actions;
use sluice_domain::stalled::{Stalled, StalledBy, StalledQuery, stalled};
use sluice_domain::*;

use crate::stagnation::{company, deal_of, set_calendar, set_period, working_days};
use crate::world::{DAY, HOUR, World};

/// Count and amount by subject, counted one by one on the clocks.
fn by_hand(world: &World, by: StalledBy, at: Timestamp) -> BTreeMap<String, (i64, i128)> {
    let state = world.state.as_of(at);
    let zone = state.zone();
    let mut sums: BTreeMap<String, (i64, i128)> = BTreeMap::new();
    for deal in state.opportunities().filter(|deal| !deal.archived) {
        let (pipeline, stage) = state.stage(deal.stage).unwrap();
        if !sluice_domain::stagnation::is_stalled(deal, stage, &pipeline.calendar, &zone, at) {
            continue;
        }
        let owner = deal.owner.and_then(|id| state.member(id));
        let subjects: Vec<String> = match by {
            StalledBy::Stage => vec![stage.id.long()],
            StalledBy::Pipeline => vec![pipeline.id.long()],
            StalledBy::Owner => vec![owner.map(|owner| owner.id.long()).unwrap_or_default()],
            StalledBy::Team => {
                let teams = state.teams_above(owner.and_then(|owner| owner.team));
                let teams: Vec<String> = teams.map(|team| team.id.long()).collect();
                if teams.is_empty() {
                    vec![String::new()]
                } else {
                    teams
                }
            }
        };
        for subject in subjects {
            let sum = sums.entry(subject).or_default();
            sum.0 += 1;
            sum.1 += i128::from(deal.amount_minor);
        }
    }
    sums
}

fn shown(world: &World, figures: &Stalled) -> BTreeMap<String, (i64, i128)> {
    let rows = figures.rows.iter();
    rows.map(|row| {
        let id = row.subject.named(&world.state).unwrap_or_default().0;
        (id, (row.count, row.amount_minor))
    })
    .collect()
}

#[test]
fn stalled_figures_are_those_of_the_instant_whether_or_not_a_tick_has_come() {
    let mut world = company("Europe/Berlin");
    let start = world.now;
    for number in 0..24_u64 {
        let owner = number % 4 + 1;
        let deal = deal_of(&mut world, owner, 1_000 + number as i64);
        if number % 3 > 0 {
            world.go(deal, number % 3 + 1);
        }
        world.now = world.now.plus_micros(17 * HOUR);
        if number == 9 {
            world.catch_up();
            world.run(set_calendar(working_days(&["2026-04-03"])));
        }
        if number == 15 {
            world.run(set_period(2, Patch::Set(3)));
        }
        if number == 18 {
            world.run(Command::ArchiveOpportunity(ArchiveOpportunity {
                id: OpportunityId(2),
            }));
        }
    }
    world.run(set_period(3, Patch::Set(30)));
    let mut seen = 0;
    for ticked in [false, true] {
        if ticked {
            world.catch_up();
        }
        for hours in [1, 24, 400, 700, 24 * 40] {
            for at in [
                start.plus_micros(hours * HOUR),
                world.now.plus_micros(hours * HOUR),
            ] {
                for by in [
                    StalledBy::Stage,
                    StalledBy::Owner,
                    StalledBy::Team,
                    StalledBy::Pipeline,
                ] {
                    let query = StalledQuery {
                        by,
                        pipeline: None,
                        at,
                    };
                    let figures = stalled(&world.state, &query);
                    let wanted = by_hand(&world, by, at);
                    assert_eq!(shown(&world, &figures), wanted, "{by:?} {at} {ticked}");
                    let count: i64 = by_hand(&world, StalledBy::Stage, at)
                        .values()
                        .map(|sum| sum.0)
                        .sum();
                    assert_eq!(figures.count, count);
                    seen += count;
                }
            }
        }
    }
    assert!(seen > 0, "something was stalled");
}

#[test]
fn the_queue_is_ordered_by_what_a_day_is_worth() {
    let mut world = company("UTC");
    // Stage 1 is worth 10 %, stage 2 30 %, stage 5 90 %; periods of 14, 14 and 10 days.
    let large = deal_of(&mut world, 3, 1_400_000);
    let small = deal_of(&mut world, 3, 700_000);
    let late = deal_of(&mut world, 3, 700_000);
    world.go(late, 5);
    deal_of(&mut world, 4, 9_000_000);
    let won = deal_of(&mut world, 3, 9_000_000);
    world.go(won, 6);
    world.now = world.now.plus_micros(4 * DAY + HOUR);
    let queue = next_actions(&world.state, MemberId(3), world.now);
    let rows: Vec<_> = queue
        .iter()
        .map(|row| {
            (
                row.opportunity,
                row.next_stage.0,
                row.gain_bp,
                row.days,
                row.score,
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            (large, 2, 2_000, 10, 280_000_000),
            (small, 2, 2_000, 10, 140_000_000),
            (late, 6, 1_000, 6, 116_666_666),
        ]
    );
    assert_eq!(queue[0].left_micros, Some(10 * DAY - HOUR));
    assert_eq!(queue[0].idle_days, 4);
    // What is overdue counts as due today; what was done counts against idleness.
    world.run(Command::LogActivity(LogActivity {
        kind: ActivityKind::Call,
        purpose: None,
        opportunity: Some(late),
        customer: None,
        contact: None,
        member: None,
        occurred_at: None,
        note: None,
        follow_up_date: None,
        check_in: None,
    }));
    world.now = world.now.plus_micros(7 * DAY);
    let queue = next_actions(&world.state, MemberId(3), world.now);
    let overdue = queue.iter().find(|row| row.opportunity == late).unwrap();
    assert_eq!((overdue.days, overdue.idle_days), (1, 7));
    assert_eq!(overdue.score, 700_000_000);
    assert_eq!(overdue.level, StagnationLevel::Stalled);
    assert!(overdue.left_micros.unwrap() < 0);
    world.run(set_period(1, Patch::Clear));
    let queue = next_actions(&world.state, MemberId(3), world.now);
    let unlimited = queue.iter().find(|row| row.opportunity == large).unwrap();
    assert_eq!((unlimited.left_micros, unlimited.days), (None, 90));
}
