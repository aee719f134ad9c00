//! Gates: what a stage demands, who may approve or override, and what becomes of approvals.

use sluice_domain::command::*;
use sluice_domain::preview::of_move;
use sluice_domain::timeline::{self, FieldValue, TimelineItem};
use sluice_domain::*;

use crate::org::{KIM, MAX, MIA, REX, RON, advance, answer, ask, override_to};
use crate::world::{DAY, World, date, usd};

fn approval_gate() -> Gate {
    Gate {
        approval: true,
        ..Gate::default()
    }
}

fn log(kind: ActivityKind, opportunity: OpportunityId) -> LogActivity {
    LogActivity {
        kind,
        purpose: None,
        opportunity: Some(opportunity),
        customer: None,
        contact: None,
        member: None,
        occurred_at: None,
        note: None,
        follow_up_date: None,
        check_in: None,
    }
}

fn amend_amount(world: &mut World, id: OpportunityId, amount_minor: i64) {
    let mut amend = AmendOpportunity::of(id);
    amend.amount = Some(usd(amount_minor));
    world.run(Command::AmendOpportunity(Box::new(amend)));
}

fn state_of(world: &World, id: u64) -> ApprovalState {
    world.state.approval(ApprovalId(id)).unwrap().state
}

#[test]
fn a_gate_wants_activities_since_the_last_move() {
    let mut world = World::with_people();
    world.guard(
        2,
        Gate {
            activities: vec![RequiredActivity {
                kind: Some(ActivityKind::Visit),
                minimum: 2,
            }],
            ..Gate::default()
        },
    );
    let deal = world.as_member(REX).deal_of(REX, 100);
    let missing = [" REQUIRED_ACTIVITY_MISSING"];
    assert_eq!(world.rejected(advance(deal, 2)), missing);
    world.now = world.now.plus_micros(DAY);
    world.run(Command::LogActivity(log(ActivityKind::Visit, deal)));
    world.run(Command::LogActivity(log(ActivityKind::Call, deal)));
    let mut before = log(ActivityKind::Visit, deal);
    before.occurred_at = Some(world.now.plus_micros(-2 * DAY));
    world.run(Command::LogActivity(before));
    assert_eq!(
        world.rejected(advance(deal, 2)),
        missing,
        "a call and a visit before the last move do not count"
    );
    world.run(Command::LogActivity(log(ActivityKind::Visit, deal)));
    world.run(advance(deal, 2));
    world.now = world.now.plus_micros(1);
    world.run(advance(deal, 1));
    assert_eq!(
        world.rejected(advance(deal, 2)),
        missing,
        "each move starts the count again"
    );
}

#[test]
fn a_gate_wants_contacts_in_the_decision_chain_with_a_stance_at_least() {
    let mut world = World::with_people();
    world.guard(
        2,
        Gate {
            contacts: vec![
                RequiredContact {
                    role: DecisionRole::DecisionMaker,
                    stance: Some(Stance::Neutral),
                },
                RequiredContact {
                    role: DecisionRole::User,
                    stance: None,
                },
            ],
            ..Gate::default()
        },
    );
    let deal = world.as_member(REX).deal_of(REX, 100);
    let contact = |world: &mut World, role, stance| {
        world.run(Command::CreateContact(CreateContact {
            customer: None,
            name: "Ada".to_owned(),
            title: None,
            phone: None,
            email: None,
            role: Some(role),
            stance,
            reports_to: None,
        }));
        ContactId(world.state.contacts().count() as u64)
    };
    let opposed = contact(
        &mut world,
        DecisionRole::DecisionMaker,
        Some(Stance::Opposed),
    );
    let user = contact(&mut world, DecisionRole::User, None);
    let missing = "contact_ids REQUIRED_CONTACT_MISSING";
    assert_eq!(world.rejected(advance(deal, 2)), [missing, missing]);
    let mut name = AmendOpportunity::of(deal);
    name.contacts = Some(vec![opposed, user]);
    world.run(Command::AmendOpportunity(Box::new(name)));
    assert_eq!(
        world.rejected(advance(deal, 2)),
        [missing],
        "opposed is not neutral or better"
    );
    world.run(Command::UpdateContact(UpdateContact {
        id: opposed,
        customer: Patch::Keep,
        name: None,
        title: Patch::Keep,
        phone: Patch::Keep,
        email: Patch::Keep,
        role: Patch::Keep,
        stance: Patch::Set(Stance::Supportive),
        reports_to: Patch::Keep,
    }));
    world.run(advance(deal, 2));
}

#[test]
fn an_approval_is_asked_of_a_manager_and_used_up_by_the_move() {
    let mut world = World::with_people();
    world.guard(3, approval_gate());
    let deal = world.as_member(REX).deal_of(REX, 100);
    assert_eq!(world.rejected(advance(deal, 3)), [" APPROVAL_REQUIRED"]);
    assert_eq!(
        world.rejected(ask(deal, 2)),
        ["stage_id APPROVAL_NOT_NEEDED"]
    );
    world.run(ask(deal, 3));
    assert_eq!(world.inbox_of(MIA), ["APPROVAL_REQUESTED approvals/1"]);
    assert_eq!(world.rejected(ask(deal, 3)), ["stage_id APPROVAL_EXISTS"]);
    assert_eq!(
        world.rejected(advance(deal, 3)),
        [" APPROVAL_REQUIRED"],
        "asking is not having"
    );
    assert_eq!(
        world.rejected(answer(1, true, "")),
        ["id NOT_THEIR_MANAGER"],
        "who asks does not decide"
    );
    world.as_member(RON);
    assert_eq!(
        world.rejected(answer(1, true, "")),
        ["id NOT_THEIR_MANAGER"],
        "nor does a colleague"
    );
    world.as_member(MIA);
    assert_eq!(
        world.rejected(answer(1, false, " ")),
        ["reason INVALID_ARGUMENT"],
        "a refusal says why"
    );
    world.run(answer(1, true, "go"));
    assert_eq!(world.inbox_of(REX), ["APPROVAL_DECIDED approvals/1"]);
    assert_eq!(
        world.rejected(answer(1, false, "no")),
        ["id APPROVAL_DECIDED"]
    );
    world.as_member(REX).run(advance(deal, 3));
    assert_eq!(state_of(&world, 1), ApprovalState::Used);
    let entry = world.opportunity(deal).history.last().unwrap();
    assert_eq!(entry.approval, Some(ApprovalId(1)));
    world.run(advance(deal, 2));
    assert_eq!(
        world.rejected(advance(deal, 3)),
        [" APPROVAL_REQUIRED"],
        "it was good for one move"
    );
}

#[test]
fn whoever_leads_the_team_above_and_any_administrator_decide_too() {
    let mut world = World::with_people();
    world.guard(3, approval_gate());
    let deal = world.as_member(REX).deal_of(REX, 100);
    world.run(ask(deal, 3));
    world.as_member(MAX).run(answer(1, false, "too cheap"));
    assert_eq!(state_of(&world, 1), ApprovalState::Refused);
    world.as_member(KIM).run(ask(deal, 3));
    // Kim asked, and is ADMIN.
    world.run(answer(2, true, ""));
    assert_eq!(state_of(&world, 2), ApprovalState::Approved);
    // A manager does not approve for a deal of their own.
    let own = world.as_member(MIA).deal_of(MIA, 100);
    world.run(ask(own, 3));
    assert_eq!(
        world.rejected(answer(3, true, "")),
        ["id NOT_THEIR_MANAGER"]
    );
    assert_eq!(world.inbox_of(MAX), ["APPROVAL_REQUESTED approvals/3"]);
    world.as_member(MAX).run(answer(3, true, ""));
}

#[test]
fn an_approval_is_void_when_the_deal_goes_elsewhere_or_outgrows_it() {
    let mut world = World::with_people();
    world.guard(3, approval_gate());
    world.as_member(REX);
    let elsewhere = world.deal_of(REX, 100);
    let outgrown = world.deal_of(REX, 100);
    let pending = world.deal_of(REX, 100);
    for deal in [elsewhere, outgrown, pending] {
        world.run(ask(deal, 3));
    }
    world.as_member(MIA).run(answer(1, true, ""));
    world.run(answer(2, true, ""));
    world.as_member(REX).run(advance(elsewhere, 2));
    assert_eq!(state_of(&world, 1), ApprovalState::Void);
    assert_eq!(
        world.rejected(advance(elsewhere, 3)),
        [" APPROVAL_REQUIRED"]
    );
    amend_amount(&mut world, outgrown, 120);
    assert_eq!(
        state_of(&world, 2),
        ApprovalState::Approved,
        "20 % is within"
    );
    amend_amount(&mut world, outgrown, 121);
    assert_eq!(state_of(&world, 2), ApprovalState::Void);
    assert_eq!(world.rejected(advance(outgrown, 3)), [" APPROVAL_REQUIRED"]);
    world.run(Command::LoseOpportunity(LoseOpportunity {
        id: pending,
        reason: "gone".to_owned(),
        stage: None,
        override_reason: None,
    }));
    assert_eq!(
        state_of(&world, 3),
        ApprovalState::Void,
        "a request dies with the deal"
    );
}

#[test]
fn a_manager_overrides_a_gate_with_a_reason_that_stays_visible() {
    let mut world = World::with_people();
    world.guard(3, approval_gate());
    let deal = world.as_member(REX).deal_of(REX, 100);
    assert_eq!(
        world.rejected(override_to(deal, 3, "please")),
        ["override_reason NOT_THEIR_MANAGER", " APPROVAL_REQUIRED"]
    );
    world.as_member(MIA);
    assert_eq!(
        world.rejected(override_to(deal, 3, " ")),
        ["override_reason INVALID_ARGUMENT"]
    );
    world.run(override_to(deal, 3, "quarter end"));
    let entry = world.opportunity(deal).history.last().unwrap();
    assert_eq!(entry.override_reason.as_deref(), Some("quarter end"));
    assert_eq!(entry.actor, Some(MIA));
    assert!(entry.credited, "it is a move like any other");
    // Where nothing stood in the way nothing was overridden.
    world.run(override_to(deal, 4, "just in case"));
    assert_eq!(
        world
            .opportunity(deal)
            .history
            .last()
            .unwrap()
            .override_reason,
        None
    );
}

#[test]
fn a_gate_holds_for_creating_winning_losing_and_reopening_and_not_for_imports() {
    let mut world = World::with_people();
    for stage in [2, 6, 7] {
        world.guard(stage, approval_gate());
    }
    world.as_member(REX);
    let mut create = CreateOpportunity::new("deal", usd(1), date("2026-03-31"));
    create.stage = Some(StageId(2));
    let required = [" APPROVAL_REQUIRED"];
    assert_eq!(
        world.rejected(Command::CreateOpportunity(Box::new(create))),
        required
    );
    let deal = world.deal_of(REX, 1);
    assert_eq!(world.rejected(advance(deal, 6)), required);
    let lose = Command::LoseOpportunity(LoseOpportunity {
        id: deal,
        reason: "gone".to_owned(),
        stage: None,
        override_reason: None,
    });
    assert_eq!(world.rejected(lose.clone()), required);
    world.run(ask(deal, 7));
    world.as_member(MIA).run(answer(1, true, ""));
    world.as_member(REX).run(lose);
    assert_eq!(state_of(&world, 1), ApprovalState::Used);
    let reopen = Command::ReopenOpportunity(ReopenOpportunity {
        id: deal,
        to: StageId(2),
        reason: "back".to_owned(),
        override_reason: None,
    });
    assert_eq!(world.rejected(reopen), required);
    world.run(Command::ImportHistory(import::ImportHistory {
        rows: [1, 2, 6]
            .into_iter()
            .map(|stage| import::ImportedStageEntry {
                external_id: "x".to_owned(),
                stage: StageId(stage),
                at: world.now.plus_micros(-DAY * (10 - stage as i64)),
                actor: None,
                amount: None,
                occurrence: 0,
                name: None,
                owner: None,
            })
            .collect(),
    }));
}

#[test]
fn a_preview_says_all_that_is_missing_and_what_the_move_is_worth() {
    let mut world = World::with_people();
    world.guard(
        3,
        Gate {
            activities: vec![RequiredActivity {
                kind: None,
                minimum: 1,
            }],
            approval: true,
            ..Gate::default()
        },
    );
    let deal = world.as_member(REX).deal_of(REX, 1_000);
    let command = MoveOpportunity::new(deal, StageId(3));
    let preview =
        |world: &World, command: &MoveOpportunity| of_move(&world.state, command, &world.context());
    let shown = preview(&world, &command).unwrap();
    assert!(!shown.allowed && !shown.override_allowed);
    let codes: Vec<_> = shown
        .unmet
        .iter()
        .map(|unmet| unmet.reason.name())
        .collect();
    assert_eq!(codes, ["REQUIRED_ACTIVITY_MISSING", "APPROVAL_REQUIRED"]);
    assert_eq!(
        (shown.probability_before_bp, shown.probability_after_bp),
        (1_000, 5_000)
    );
    assert_eq!(
        (shown.weighted_before_minor, shown.weighted_after_minor),
        (100, 500)
    );
    assert_eq!(shown.metrics, [Metric::Flow]);
    assert_eq!(shown.before.stage, StageId(1));
    world.run(ask(deal, 3));
    assert_eq!(
        preview(&world, &command).unwrap().approval,
        Some(ApprovalId(1))
    );
    world.as_member(MIA);
    assert!(preview(&world, &command).unwrap().override_allowed);
    let overriding = MoveOpportunity {
        override_reason: Some("quarter end".to_owned()),
        ..command.clone()
    };
    let shown = preview(&world, &overriding).unwrap();
    assert!(shown.allowed);
    assert_eq!(shown.unmet.len(), 2, "what is overridden is still told");
    // A win scores both; what is wrong besides the gate is an error.
    let win = preview(&world, &MoveOpportunity::new(deal, StageId(6))).unwrap();
    assert_eq!(win.metrics, [Metric::Flow, Metric::Won]);
    let same = preview(&world, &MoveOpportunity::new(deal, StageId(1))).unwrap_err();
    assert_eq!(same.reason(), "ALREADY_IN_STAGE");
    let lost = preview(&world, &MoveOpportunity::new(deal, StageId(7))).unwrap_err();
    assert_eq!(lost.reason(), "LOSE_REQUIRED");
}

#[test]
fn an_amount_that_changes_much_after_a_credited_move_is_told_to_the_manager() {
    let mut world = World::with_people();
    let deal = world.as_member(REX).deal_of(REX, 100);
    amend_amount(&mut world, deal, 1_000);
    assert!(world.inbox_of(MIA).is_empty(), "nothing was credited yet");
    world.run(advance(deal, 2));
    amend_amount(&mut world, deal, 1_200);
    assert!(world.inbox_of(MIA).is_empty(), "20 % is within");
    amend_amount(&mut world, deal, 700);
    assert_eq!(world.inbox_of(MIA), ["AMOUNT_AMENDED opportunities/1"]);
}

#[test]
fn the_timeline_has_everything_newest_first() {
    let mut world = World::with_people();
    world.guard(3, approval_gate());
    let deal = world.as_member(REX).deal_of(REX, 100);
    let wait = |world: &mut World| world.now = world.now.plus_micros(DAY);
    wait(&mut world);
    world.run(Command::LogActivity(log(ActivityKind::Call, deal)));
    wait(&mut world);
    amend_amount(&mut world, deal, 90);
    wait(&mut world);
    world.run(ask(deal, 3));
    wait(&mut world);
    world.as_member(MIA).run(answer(1, false, "no"));
    wait(&mut world);
    world.run(override_to(deal, 3, "yes after all"));
    let items = timeline::of_opportunity(&world.state, deal);
    let told: Vec<String> = items
        .iter()
        .map(|(_, item)| match item {
            TimelineItem::Activity(activity) => activity.kind.word().to_owned(),
            TimelineItem::Entered {
                opportunity,
                sequence,
            } => {
                let entry = &opportunity.history[*sequence];
                format!("{} {:?}", entry.stage, entry.override_reason.as_deref())
            }
            TimelineItem::Amended { opportunity, image } => {
                let changes = timeline::changes_of(&world.state, opportunity, image);
                format!("{changes:?} by {:?}", image.actor.unwrap())
            }
            TimelineItem::Approval { approval, step } => {
                timeline::state_after(approval, *step).name().to_owned()
            }
        })
        .collect();
    assert_eq!(
        told,
        [
            "S-3 Some(\"yes after all\")",
            "REFUSED",
            "PENDING",
            "[(Amount(100), Amount(90))] by MemberId(4)",
            "call",
            "S-1 None"
        ]
    );
    assert!(items.windows(2).all(|pair| pair[0].0 > pair[1].0));
}

#[test]
fn an_amendment_tells_each_field_before_and_after_even_when_it_changed_again() {
    let mut world = World::with_people();
    let deal = world.as_member(REX).deal_of(REX, 100);
    let steps = [
        (Some(90), Patch::Keep),
        (None, Patch::Clear),
        (Some(120), Patch::Set(MIA)),
    ];
    for (amount_minor, owner) in steps {
        world.now = world.now.plus_micros(DAY);
        let mut amend = AmendOpportunity::of(deal);
        amend.amount = amount_minor.map(usd);
        amend.owner = owner;
        world.run(Command::AmendOpportunity(Box::new(amend)));
    }
    let items = timeline::of_opportunity(&world.state, deal);
    let told: Vec<_> = items
        .iter()
        .rev()
        .filter_map(|(_, item)| match item {
            TimelineItem::Amended { opportunity, image } => {
                Some(timeline::changes_of(&world.state, opportunity, image))
            }
            _ => None,
        })
        .collect();
    let amount = |before, after| (FieldValue::Amount(before), FieldValue::Amount(after));
    let owner = |before, after| (FieldValue::Owner(before), FieldValue::Owner(after));
    assert_eq!(
        told,
        [
            vec![amount(100, 90)],
            vec![owner(Some(REX), None)],
            vec![amount(90, 120), owner(None, Some(MIA))],
        ]
    );
}

#[test]
fn the_inbox_of_an_approver_is_what_they_may_decide() {
    let mut world = World::with_people();
    world.guard(3, approval_gate());
    let deal = world.as_member(REX).deal_of(REX, 100);
    world.run(ask(deal, 3));
    let own = world.as_member(MIA).deal_of(MIA, 100);
    world.run(ask(own, 3));
    let inbox = |member: &str| {
        let filter = Filter::parse(&format!("state:pending approver:{member}")).unwrap();
        filter.check_kind(EntityKind::Approval).unwrap();
        world
            .state
            .entities(EntityKind::Approval)
            .filter(|entity| filter.matches(&world.state, entity))
            .map(|entity| entity.key().id)
            .collect::<Vec<_>>()
    };
    assert_eq!(inbox("M-3"), [1], "not what she asked herself");
    assert_eq!(inbox("Max"), [1, 2]);
    assert_eq!(inbox("Kim"), [1, 2]);
    assert!(inbox("Rex").is_empty());
    let approval = world.state.approval(ApprovalId(1)).unwrap();
    assert_eq!(approval::deciders(&world.state, approval), [MIA, MAX, KIM]);
}

#[test]
fn a_gate_names_each_kind_and_role_once() {
    let mut world = World::with_people();
    let twice = |kind| RequiredActivity { kind, minimum: 1 };
    let gate = Gate {
        activities: vec![twice(None), twice(None)],
        contacts: vec![
            RequiredContact {
                role: DecisionRole::User,
                stance: None,
            },
            RequiredContact {
                role: DecisionRole::User,
                stance: Some(Stance::Neutral),
            },
        ],
        approval: false,
    };
    let guard = |gate| {
        Command::UpdateStage(UpdateStage {
            id: StageId(2),
            name: None,
            win_probability_bp: None,
            stagnation_period_days: Patch::Keep,
            required_fields: None,
            gate: Some(gate),
        })
    };
    assert_eq!(
        world.rejected(guard(gate)),
        [
            "gate.required_activities INVALID_ARGUMENT",
            "gate.required_contacts INVALID_ARGUMENT"
        ]
    );
    let none = Gate {
        activities: vec![RequiredActivity {
            kind: None,
            minimum: 0,
        }],
        ..Gate::default()
    };
    assert_eq!(
        world.rejected(guard(none)),
        ["gate.required_activities INVALID_ARGUMENT"]
    );
}
