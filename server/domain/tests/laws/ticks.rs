//! Whenever Ticks come, the same people are told the same things, once.

use std::collections::BTreeSet;

use proptest::prelude::*;
use sluice_domain::command::*;
use sluice_domain::*;

use crate::stagnation::{company, set_calendar, working_days};
use crate::world::{DAY, HOUR, World, usd};

/// One step of a random story.
#[derive(Clone, Debug)]
struct Step {
    verb: u8,
    pick: u8,
    to: u8,
    wait_hours: u16,
    tick: bool,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let wait = prop_oneof![Just(0_u16), 0..30_u16, 0..700_u16];
    let step = (any::<u8>(), any::<u8>(), any::<u8>(), wait, any::<bool>()).prop_map(
        |(verb, pick, to, wait_hours, tick)| Step {
            verb,
            pick,
            to,
            wait_hours,
            tick,
        },
    );
    proptest::collection::vec(step, 1..40)
}

fn command_of(step: &Step) -> Command {
    let id = OpportunityId(u64::from(step.pick % 5) + 1);
    match step.verb % 12 {
        0..=1 => {
            let date = Date::parse("2026-12-31").unwrap();
            let mut create = CreateOpportunity::new("deal", usd(i64::from(step.to)), date);
            create.owner = Some(MemberId(u64::from(step.to % 4) + 1));
            create.stage = Some(StageId(u64::from(step.pick % 5) + 1));
            Command::CreateOpportunity(Box::new(create))
        }
        2..=6 => Command::MoveOpportunity(MoveOpportunity {
            id,
            to: StageId(u64::from(step.to % 6) + 1),
            override_reason: None,
        }),
        7 => Command::LoseOpportunity(LoseOpportunity {
            id,
            reason: "price".to_owned(),
            stage: None,
            override_reason: None,
        }),
        8 => Command::ReopenOpportunity(ReopenOpportunity {
            id,
            to: StageId(u64::from(step.to % 5) + 1),
            reason: "again".to_owned(),
            override_reason: None,
        }),
        9 => Command::ArchiveOpportunity(ArchiveOpportunity { id }),
        10 => Command::RestoreOpportunity(RestoreOpportunity { id }),
        _ => {
            let mut amend = AmendOpportunity::of(id);
            amend.owner = Patch::Set(MemberId(u64::from(step.to % 4) + 1));
            Command::AmendOpportunity(Box::new(amend))
        }
    }
}

/// Who was told what, and what became of it; whatever the numbers of the alerts.
fn all_told(world: &World) -> BTreeSet<String> {
    let alerts = world.state.alerts();
    let told: Vec<String> = alerts
        .map(|alert| {
            format!(
                "{} {} {:?} {} {} {:?}",
                alert.opportunity,
                alert.stage,
                alert.level,
                alert.since,
                alert.recipient,
                alert.state
            )
        })
        .collect();
    let once: BTreeSet<String> = told.iter().cloned().collect();
    assert_eq!(once.len(), told.len(), "nobody is told twice");
    once
}

fn all_levels(world: &World) -> BTreeSet<String> {
    let events = world.log.iter().flatten();
    events
        .filter_map(|event| match event {
            Event::OpportunityStagnated {
                opportunity,
                stage,
                stagnation,
                ..
            } => Some(format!("{opportunity} {stage} {stagnation:?}")),
            _ => None,
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn ticks_at_any_times_tell_what_ticks_at_every_instant_tell(
        steps in steps(),
        working in any::<bool>(),
    ) {
        let begin = || {
            let mut world = company("Europe/Berlin");
            if working {
                world.run(set_calendar(working_days(&["2026-04-03", "2026-05-01"])));
            }
            world
        };
        let (mut always, mut seldom) = (begin(), begin());
        for step in &steps {
            let now = always.now.plus_micros(i64::from(step.wait_hours) * HOUR);
            always.pass_to(now);
            always.catch_up();
            seldom.now = now;
            if step.tick {
                seldom.catch_up();
            }
            let command = command_of(step);
            let done = (always.try_run(&command).is_ok(), seldom.try_run(&command).is_ok());
            prop_assert_eq!(done.0, done.1);
        }
        let end = always.now.plus_micros(10 * DAY);
        always.pass_to(end);
        seldom.now = end;
        seldom.catch_up();
        prop_assert_eq!(all_levels(&seldom), all_levels(&always));
        prop_assert_eq!(all_told(&seldom), all_told(&always));
        for deal in always.state.opportunities() {
            let other = seldom.state.opportunity(deal.id).unwrap();
            prop_assert_eq!(other.stagnation, deal.stagnation);
            // What was told is what the clock says.
            let (pipeline, stage) = always.state.stage(deal.stage).unwrap();
            let zone = always.state.zone();
            let level = stagnation::level(deal, stage, &pipeline.calendar, &zone, end);
            if !deal.archived {
                prop_assert_eq!(deal.told_level(), level);
            }
        }
    }
}
