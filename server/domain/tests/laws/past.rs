//! The past is told exactly: as it was recorded at each revision of random lives.

use proptest::prelude::*;
use sluice_domain::funnel::{FunnelQuery, funnel, funnel_now, scan};
use sluice_domain::*;

use crate::actions::{Action, actions, without_imports};
use crate::world::World;

/// A life, and the state as it was after the last commit of each instant. A move that is undone never was: it is taken
/// out of what was seen since it was made.
fn live(actions: impl IntoIterator<Item = Action>, zone: &str) -> (World, Vec<(Timestamp, State)>) {
    let mut world = World::new("2026-03-02T08:00:00Z", zone);
    let mut then: Vec<(Timestamp, State)> = vec![(world.now, world.state.clone())];
    for action in actions {
        world.actor = Some(MemberId(u64::from(action.picks[0]) % 3));
        let events = world.act(&action).unwrap_or_default();
        for event in &events {
            if let Event::OpportunityMoveUndone {
                opportunity,
                undone,
                ..
            } = event
            {
                let since = then.iter_mut().rev();
                let since = since.take_while(|(_, was)| {
                    let row = was.opportunity(*opportunity);
                    row.is_some_and(|row| row.history.last() == Some(&**undone))
                });
                for (_, was) in since {
                    apply(was, event);
                    was.finish_commit();
                }
            }
        }
        if then.last().is_some_and(|(at, _)| *at == world.now) {
            then.pop();
        }
        then.push((world.now, world.state.clone()));
    }
    (world, then)
}

/// What a view of the past tells of an opportunity.
fn face(row: &Opportunity) -> Opportunity {
    let mut face = row.clone();
    // Not kept, and told as they are now.
    face.grade = None;
    face.source = None;
    face.external_id = None;
    face.revision = 0;
    // Only of the present: nothing of the past can be undone.
    face.undo = None;
    // Told when somebody looked; judged by the clock below.
    face.stagnation = None;
    if let Some(extra) = &mut face.extra {
        **extra = OpportunityExtra {
            win_probability_override_bp: extra.win_probability_override_bp,
            loss_reason: extra.loss_reason.clone(),
            ..OpportunityExtra::default()
        };
    }
    face.extra = face
        .extra
        .filter(|extra| **extra != OpportunityExtra::default());
    face
}

fn faces(state: &State) -> Vec<Opportunity> {
    state.opportunities().map(|row| face(row)).collect()
}

fn queries(at: Timestamp, zone: &Zone) -> Vec<FunnelQuery> {
    let today = zone.date_of(at);
    let window = Window {
        start: today.plus_days(-40),
        end: today.plus_days(-3),
    };
    vec![
        FunnelQuery::at(at),
        FunnelQuery {
            owner: Some(MemberId(1)),
            window: Some(window),
            ..FunnelQuery::at(at)
        },
        FunnelQuery {
            team: Some(TeamId(1)),
            pipeline: Some(PipelineId(1)),
            ..FunnelQuery::at(at)
        },
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_past_instant_is_seen_as_it_was(actions in actions(90)) {
        let (world, then) = live(actions.into_iter().map(without_imports), "Europe/Berlin");
        for (at, was) in &then {
            let past = world.state.as_of(*at);
            prop_assert_eq!(faces(&past), faces(was));
            prop_assert_eq!(past.zone(), was.zone());
            prop_assert!(past.pipelines().eq(was.pipelines()));
            for member in was.members() {
                prop_assert_eq!(past.member(member.id), Some(member));
            }
            for team in was.teams() {
                prop_assert_eq!(past.team(team.id), Some(team));
            }
            for row in was.opportunities() {
                let (pipeline, stage) = was.stage(row.stage).unwrap();
                let level = stagnation::level(row, stage, &pipeline.calendar, &was.zone(), *at);
                let told = past.opportunity(row.id).unwrap().stagnation;
                let told = told.map_or(StagnationLevel::Flowing, |told| told.level);
                prop_assert_eq!(told, level);
            }
            for query in queries(*at, &was.zone()) {
                prop_assert_eq!(funnel(&world.state, &query), funnel(was, &query));
            }
        }
    }

    #[test]
    fn the_sums_of_the_funnel_are_what_counting_gives(actions in actions(90)) {
        let (world, then) = live(actions, "America/New_York");
        for (at, was) in then.iter().step_by(7) {
            for query in queries(*at, &was.zone()) {
                if *at >= was.horizon() {
                    prop_assert_eq!(funnel(was, &query), scan::funnel(was, &query));
                }
            }
        }
        let late = world.now.plus_micros(3 * time::MICROS_PER_DAY);
        for query in queries(late, &world.state.zone()) {
            prop_assert_eq!(funnel_now(&world.state, &query), scan::funnel(&world.state, &query));
        }
    }
}
