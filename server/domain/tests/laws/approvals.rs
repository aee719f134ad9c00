//! What ends a request for approval: nobody waits for ever for what cannot come, and whoever asked is told once, why.

use sluice_domain::command::*;
use sluice_domain::*;

use crate::org::{KIM, MIA, REX, RON, advance, answer, ask};
use crate::world::World;

const ENDED: &str = "APPROVAL_ENDED approvals/1";

/// Rex has asked that a deal may enter stage 3.
fn asked() -> (World, OpportunityId) {
    let mut world = World::with_people();
    world.guard(
        3,
        Gate {
            approval: true,
            ..Gate::default()
        },
    );
    let deal = world.as_member(REX).deal_of(REX, 100);
    world.run(ask(deal, 3));
    (world, deal)
}

fn lose(id: OpportunityId, override_reason: Option<&str>) -> Command {
    Command::LoseOpportunity(LoseOpportunity {
        id,
        reason: "gone".to_owned(),
        stage: None,
        override_reason: override_reason.map(str::to_owned),
    })
}

fn reopen(id: OpportunityId, override_reason: Option<&str>) -> Command {
    Command::ReopenOpportunity(ReopenOpportunity {
        id,
        to: StageId(3),
        reason: "back".to_owned(),
        override_reason: override_reason.map(str::to_owned),
    })
}

fn end_of(world: &World, id: u64) -> (ApprovalState, Option<ApprovalEnd>) {
    let approval = world.state.approval(ApprovalId(id)).unwrap();
    assert_eq!(approval.ended_at, Some(world.now));
    (approval.state, approval.end_reason)
}

#[test]
fn a_request_for_a_retired_stage_is_closed_with_that_reason_and_told_once() {
    let (mut world, _) = asked();
    world.as_member(KIM).run(Command::RetireStage(RetireStage {
        id: StageId(3),
        move_to: None,
    }));
    assert_eq!(next_deadline(&world.state, world.now), Some(world.now));
    world.catch_up();
    assert_eq!(
        end_of(&world, 1),
        (ApprovalState::Void, Some(ApprovalEnd::StageRetired))
    );
    assert_eq!(world.inbox_of(REX), [ENDED]);
    assert!(world.run(Command::Tick).is_empty());
}

#[test]
fn what_is_asked_of_a_stage_that_wants_no_approval_any_more_is_closed_given_or_not() {
    let (mut world, given) = asked();
    let pending = world.as_member(RON).deal_of(RON, 7);
    world.run(ask(pending, 3));
    world.as_member(MIA).run(answer(1, true, ""));
    world.guard(3, Gate::default());
    world.catch_up();
    for id in [1, 2] {
        assert_eq!(
            end_of(&world, id),
            (ApprovalState::Void, Some(ApprovalEnd::NotNeeded))
        );
    }
    assert_eq!(world.inbox_of(REX), ["APPROVAL_DECIDED approvals/1", ENDED]);
    assert_eq!(world.inbox_of(RON), ["APPROVAL_ENDED approvals/2"]);
    // Asked for again, it is a request of its own.
    world.guard(
        3,
        Gate {
            approval: true,
            ..Gate::default()
        },
    );
    world.as_member(REX).run(ask(given, 3));
    assert_eq!(world.catch_up(), 0);
    assert_eq!(
        world.state.approval(ApprovalId(3)).unwrap().state,
        ApprovalState::Pending
    );
}

#[test]
fn a_request_ends_with_its_deal_and_whoever_asked_is_told_unless_they_did_it() {
    let archive = |id| Command::ArchiveOpportunity(ArchiveOpportunity { id });
    for (by, told) in [(MIA, vec![ENDED]), (REX, vec![])] {
        let (mut world, deal) = asked();
        world.as_member(by).run(archive(deal));
        assert_eq!(
            end_of(&world, 1),
            (ApprovalState::Void, Some(ApprovalEnd::Archived))
        );
        assert_eq!(world.inbox_of(REX), told);
        let (mut world, deal) = asked();
        world.as_member(by).run(lose(deal, None));
        assert_eq!(
            end_of(&world, 1),
            (ApprovalState::Void, Some(ApprovalEnd::Closed))
        );
        assert_eq!(world.inbox_of(REX), told);
        let (mut world, deal) = asked();
        world.as_member(by).run(advance(deal, 2));
        assert_eq!(
            end_of(&world, 1),
            (ApprovalState::Void, Some(ApprovalEnd::Moved))
        );
        assert_eq!(world.inbox_of(REX), told);
        assert_eq!(world.catch_up(), 0, "nothing is told again");
    }
}

#[test]
fn a_manager_overrides_the_gate_of_a_loss_and_of_a_reopening_and_the_history_says_so() {
    let (mut world, deal) = asked();
    world.guard(
        7,
        Gate {
            approval: true,
            ..Gate::default()
        },
    );
    let refused = ["override_reason NOT_THEIR_MANAGER", " APPROVAL_REQUIRED"];
    world.as_member(REX);
    assert_eq!(world.rejected(lose(deal, Some("please"))), refused);
    world.as_member(MIA);
    assert_eq!(world.rejected(lose(deal, None)), [" APPROVAL_REQUIRED"]);
    assert_eq!(
        world.rejected(lose(deal, Some(" "))),
        ["override_reason INVALID_ARGUMENT"]
    );
    world.run(lose(deal, Some("bankrupt")));
    let entry = world.opportunity(deal).history.last().unwrap();
    assert_eq!(entry.override_reason.as_deref(), Some("bankrupt"));
    assert_eq!(entry.comment.as_deref(), Some("gone"));
    world.as_member(REX);
    assert_eq!(world.rejected(reopen(deal, Some("please"))), refused);
    world.as_member(MIA).run(reopen(deal, Some("new owner")));
    let entry = world.opportunity(deal).history.last().unwrap();
    assert_eq!(entry.direction, Direction::Reopened);
    assert_eq!(entry.override_reason.as_deref(), Some("new owner"));
    assert_eq!(entry.comment.as_deref(), Some("back"));
}
