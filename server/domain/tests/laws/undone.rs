//! What undoing a move brings back besides the deal: the alerts and the approvals the move ended, as they were.

use sluice_domain::command::*;
use sluice_domain::*;

use crate::org::{MIA, REX, advance, answer, ask};
use crate::stagnation::{company, deal_of};
use crate::world::{DAY, HOUR, World};

fn undo(id: OpportunityId) -> Command {
    Command::UndoMove(UndoMove { id })
}

fn alerts(world: &World) -> Vec<Alert> {
    let alerts = world.state.alerts().map(|alert| Alert {
        revision: 0,
        ..Alert::clone(alert)
    });
    alerts.collect()
}

#[test]
fn undoing_a_move_brings_back_its_alerts_as_they_were_and_tells_nobody_twice() {
    let mut world = company("UTC");
    let start = world.now;
    let deal = deal_of(&mut world, 3, 100);
    // Approaching was told and overtaken; the owner puts it off, their manager has seen it.
    world.pass_to(start.plus_micros(15 * DAY));
    world.run(Command::SnoozeAlert(SnoozeAlert {
        id: AlertId(2),
        until: world.now.plus_micros(2 * DAY),
        reason: "on holiday".to_owned(),
    }));
    world.run(Command::AcknowledgeAlert(AcknowledgeAlert {
        id: AlertId(3),
        reason: Some("calling".to_owned()),
    }));
    let before = alerts(&world);
    let states: Vec<&str> = before.iter().map(|alert| alert.state.name()).collect();
    assert_eq!(states, ["RESOLVED", "SNOOZED", "ACKNOWLEDGED"]);
    world.go(deal, 2);
    assert!(alerts(&world).iter().all(|alert| !alert.is_unresolved()));
    world.now = world.now.plus_micros(HOUR / 10);
    world.run(undo(deal));
    assert_eq!(alerts(&world), before);
    assert_eq!(world.catch_up(), 0, "nobody is told again");
    // The snooze still ends when it was to end.
    let deadline = next_deadline(&world.state, world.now);
    assert_eq!(deadline, Some(start.plus_micros(17 * DAY)));
    // A move that is undone again and again leaves one alert each.
    for _ in 0..3 {
        world.go(deal, 2);
        world.run(undo(deal));
    }
    assert_eq!(alerts(&world), before);
    // A move that stays resolves them for good.
    world.go(deal, 2);
    world.pass_to(start.plus_micros(18 * DAY));
    assert!(alerts(&world).iter().all(|alert| !alert.is_unresolved()));
}

#[test]
fn what_the_move_itself_told_stays_told_when_it_is_undone() {
    let mut world = company("UTC");
    let start = world.now;
    let deal = deal_of(&mut world, 3, 100);
    // No Tick has come: the move tells what is overdue, and resolves it.
    world.now = start.plus_micros(15 * DAY);
    world.go(deal, 2);
    world.run(undo(deal));
    let told: Vec<_> = world
        .state
        .alerts()
        .map(|alert| (alert.level, alert.recipient.0, alert.state.name()))
        .collect();
    assert_eq!(
        told,
        [
            (StagnationLevel::Approaching, 3, "RESOLVED"),
            (StagnationLevel::Stalled, 3, "OPEN"),
            (StagnationLevel::Stalled, 2, "OPEN"),
        ]
    );
    assert_eq!(
        world.opportunity(deal).told_level(),
        StagnationLevel::Stalled
    );
    assert_eq!(world.catch_up(), 0);
}

#[test]
fn undoing_a_move_gives_back_the_approval_it_used_up_and_those_it_made_void() {
    let mut world = World::with_people();
    for stage in [3, 4] {
        let approval = true;
        world.guard(
            stage,
            Gate {
                approval,
                ..Gate::default()
            },
        );
    }
    let deal = world.as_member(REX).deal_of(REX, 100);
    world.run(ask(deal, 3));
    world.run(ask(deal, 4));
    world.as_member(MIA).run(answer(1, true, ""));
    let states = |world: &World| -> Vec<ApprovalState> {
        world
            .state
            .approvals()
            .map(|approval| approval.state)
            .collect()
    };
    let before = states(&world);
    assert_eq!(before, [ApprovalState::Approved, ApprovalState::Pending]);
    world.as_member(REX).run(advance(deal, 3));
    assert_eq!(states(&world), [ApprovalState::Used, ApprovalState::Void]);
    world.run(undo(deal));
    assert_eq!(states(&world), before);
    for approval in world.state.approvals() {
        assert_eq!((approval.ended_at, approval.end_reason), (None, None));
    }
    // It is good for one move still.
    world.run(advance(deal, 3));
    assert_eq!(states(&world), [ApprovalState::Used, ApprovalState::Void]);
}

#[test]
fn what_was_asked_for_after_a_move_ends_when_the_move_is_undone() {
    let mut world = World::with_people();
    let approval = true;
    world.guard(
        4,
        Gate {
            approval,
            ..Gate::default()
        },
    );
    let deal = world.as_member(REX).deal_of(REX, 100);
    world.run(ask(deal, 4));
    world.run(advance(deal, 2));
    world.run(ask(deal, 4));
    world.run(undo(deal));
    let ends: Vec<_> = world
        .state
        .approvals()
        .map(|approval| (approval.state, approval.end_reason))
        .collect();
    assert_eq!(
        ends,
        [
            (ApprovalState::Pending, None),
            (ApprovalState::Void, Some(ApprovalEnd::Moved)),
        ]
    );
    // What is given for where it stands is good.
    world.as_member(MIA).run(answer(1, true, ""));
    world.as_member(REX).run(advance(deal, 4));
}
