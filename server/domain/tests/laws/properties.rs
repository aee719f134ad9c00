//! What holds for any sequence of commands. proptest prints the seed of a failure and keeps it.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sluice_domain::*;

use crate::actions::{Action, actions};
use crate::world::World;

fn run(actions: &[Action]) -> (World, usize) {
    let mut world = World::new("2026-03-02T08:00:00Z", "Europe/Berlin");
    let mut commits = 0;
    for action in actions {
        world.actor = Some(MemberId(u64::from(action.picks[0]) % 3));
        if let Ok(events) = world.act(action) {
            commits += usize::from(!events.is_empty());
        }
    }
    (world, commits)
}

fn replay(world: &World) -> State {
    let mut state = State::new();
    for events in &world.log {
        for event in events {
            apply(&mut state, event);
        }
        state.finish_commit();
    }
    state
}

/// Sums of the metrics, computed from nothing but the histories and the rule of DOMAIN.md §2: the furthest open or won
/// stage so far decides. Only for worlds without imports, retired stages and reordering.
fn flow_by_hand(world: &World) -> (i64, i128) {
    let (mut count, mut amount) = (0, 0);
    for opportunity in world.state.opportunities() {
        let pipeline = world.state.pipeline(opportunity.pipeline).unwrap();
        let kind = |id: StageId| pipeline.stage(id).unwrap().kind;
        let mut highest = pipeline.rank(opportunity.history[0].stage).unwrap();
        let mut win: Option<i64> = None;
        for pair in opportunity.history.windows(2) {
            let (from, to) = (pair[0].stage, pair[1].stage);
            let rank = pipeline.rank(to).unwrap();
            let reopened = kind(from) == StageKind::Won && kind(to) == StageKind::Open;
            if let Some(won) = win.take_if(|_| reopened) {
                count -= 1;
                amount -= i128::from(won);
            }
            if kind(to) == StageKind::Lost {
                continue;
            }
            let forward = kind(from) == StageKind::Open && rank > pipeline.rank(from).unwrap();
            if forward && rank > highest {
                count += 1;
                amount += i128::from(pair[1].amount_minor);
                win = (kind(to) == StageKind::Won).then_some(pair[1].amount_minor);
            }
            highest = highest.max(rank);
        }
    }
    (count, amount)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_log_and_the_rows_both_give_the_state_back(actions in actions(80)) {
        let (world, _) = run(&actions);
        prop_assert_eq!(&replay(&world), &world.state);
        // In the worst order, as a store may give them.
        let rows = world.rows.values().rev().cloned();
        let loaded = State::from_rows(world.state.revision(), rows);
        prop_assert_eq!(loaded.as_ref(), Ok(&world.state));
    }

    #[test]
    fn two_runs_are_equal(actions in actions(40)) {
        let (first, _) = run(&actions);
        let (second, _) = run(&actions);
        prop_assert_eq!(&first.log, &second.log);
        prop_assert_eq!(&first.state, &second.state);
    }

    #[test]
    fn changes_folded_are_the_state(actions in actions(60)) {
        let (world, _) = run(&actions);
        let mut state = State::new();
        let mut folded: BTreeMap<EntityKey, Entity> = BTreeMap::new();
        for events in &world.log {
            for event in events {
                apply(&mut state, event);
            }
            for change in state.finish_commit().changes {
                prop_assert_eq!(folded.get(&change.key), change.before.as_ref());
                match change.after {
                    Some(after) => folded.insert(change.key, after),
                    None => folded.remove(&change.key),
                };
            }
        }
        for kind in EntityKind::ALL.into_iter().filter(|kind| kind.is_watchable()) {
            for entity in world.state.entities(kind) {
                prop_assert_eq!(folded.remove(&entity.key()), Some(entity));
            }
        }
        prop_assert!(folded.is_empty());
    }

    #[test]
    fn flow_is_what_the_histories_say(actions in actions(120)) {
        // Moves, losses, reopenings, amendments only.
        let moves: Vec<Action> = actions
            .into_iter()
            .map(|mut action| { action.verb %= 25; action })
            .collect();
        let (world, _) = run(&moves);
        let (count, amount) = flow_by_hand(&world);
        let sums = world.sums("2026-01-01..2100-01-01");
        prop_assert_eq!(&sums[1], &format!("FLOW {count} {amount}"));
        let won: i128 = world
            .state
            .opportunities()
            .filter(|row| world.state.stage(row.stage).unwrap().1.kind == StageKind::Won)
            .map(|row| {
                // Frozen at the first of the won stages it ends in.
                let first = row.history.iter().rev()
                    .take_while(|entry| entry.direction == Direction::Won).last().unwrap();
                i128::from(first.amount_minor)
            })
            .sum();
        prop_assert!(sums[2].ends_with(&format!(" {won}")), "{} {won}", sums[2]);
    }

    #[test]
    fn every_list_is_ordered_and_every_tie_is_broken(actions in actions(40)) {
        let (world, _) = run(&actions);
        let order = OrderBy::parse("stage desc, owner, amount desc").unwrap();
        let mut rows: Vec<Entity> = world.state.entities(EntityKind::Opportunity).collect();
        rows.sort_by(|left, right| order.compare(&world.state, left, right));
        for pair in rows.windows(2) {
            let ordering = order.compare(&world.state, &pair[0], &pair[1]);
            prop_assert_eq!(ordering, std::cmp::Ordering::Less);
        }
    }

    #[test]
    fn a_filter_never_panics(text in "\\PC{0,40}") {
        let _ = Filter::parse(&text);
        let _ = OrderBy::parse(&text);
        let _ = Cycle::parse(&text);
        let _ = Timestamp::parse(&text);
        let _ = Date::parse(&text);
    }
}

#[test]
fn random_commands_do_reach_every_verb() {
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..60 {
        let actions = actions(120).new_tree(&mut runner).unwrap().current();
        for event in run(&actions).0.log.into_iter().flatten() {
            let name = format!("{event:?}");
            let name = name.split([' ', '{']).next().unwrap().to_owned();
            *kinds.entry(name).or_default() += 1;
        }
    }
    for wanted in [
        "OpportunityStagnated",
        "StagnationLifted",
        "AlertRaised",
        "AlertUpdated",
        "OpportunityMoveUndone",
        "ApprovalRequested",
        "ApprovalDecided",
        "ApprovalEnded",
        "GoalCreated",
        "GoalUpdated",
        "GoalReached",
        "NoticePosted",
        "ScoreRecorded",
        "OpportunityImported",
    ] {
        assert!(kinds.contains_key(wanted), "no {wanted} in {kinds:?}");
    }
    assert!(kinds.len() >= 30, "{kinds:?}");
}
