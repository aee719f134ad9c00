//! What is refused, and that everything wrong is told at once.

use sluice_domain::command::*;
use sluice_domain::import::{ImportHistory, ImportedStageEntry};
use sluice_domain::limits::{MAX_NOTE_CHARS, MAX_STAGE_ENTRIES};
use sluice_domain::*;

use crate::world::{World, date, set_up, usd};

fn world() -> World {
    World::new("2026-03-02T09:00:00Z", "UTC")
}

#[test]
fn nothing_works_before_the_workspace_is_set_up_and_it_is_set_up_once() {
    let mut world = World::empty("2026-03-02T09:00:00Z");
    let create = Command::CreateTeam(CreateTeam::default());
    assert_eq!(world.rejected(create), [" WORKSPACE_NOT_SET_UP"]);
    let mut bad = set_up("Mars/Olympus");
    bad.name = "\u{7}".to_owned();
    bad.currency = "XYZ".to_owned();
    assert_eq!(
        world.rejected(Command::SetUpWorkspace(bad)),
        [
            "name INVALID_ARGUMENT",
            "time_zone INVALID_ARGUMENT",
            "currency INVALID_ARGUMENT"
        ]
    );
    world.run(Command::SetUpWorkspace(set_up("UTC")));
    assert_eq!(
        world.rejected(Command::SetUpWorkspace(set_up("UTC"))),
        [" WORKSPACE_ALREADY_SET_UP"]
    );
}

#[test]
fn everything_wrong_with_an_opportunity_is_told_at_once() {
    let mut world = world();
    let mut create = CreateOpportunity::new(
        "  ",
        Money::new(-1, Currency::parse("EUR").unwrap()),
        date("2026-12-31"),
    );
    create.stage = Some(StageId(99));
    create.owner = Some(MemberId(99));
    create.customer = Some(CustomerId(99));
    create.contacts = vec![ContactId(99)];
    create.win_probability_override_bp = Some(10_001);
    let command = Command::CreateOpportunity(Box::new(create));
    let rejection = world.try_run(&command).unwrap_err();
    assert_eq!(rejection.reason(), "INVALID_ARGUMENT");
    assert_eq!(rejection.category(), Category::InvalidArgument);
    assert_eq!(
        world.rejected(command),
        [
            "stage_id STAGE_NOT_FOUND",
            "amount CURRENCY_MISMATCH",
            "amount INVALID_ARGUMENT",
            "owner_id MEMBER_NOT_FOUND",
            "customer_id CUSTOMER_NOT_FOUND",
            "contact_ids[0] CONTACT_NOT_FOUND",
            "win_probability_override_bp INVALID_ARGUMENT",
            "name INVALID_ARGUMENT",
        ]
    );
}

#[test]
fn moves_that_are_something_else_say_what_they_are() {
    let mut world = world();
    let deal = world.deal("deal", 100);
    let go = |to| {
        Command::MoveOpportunity(MoveOpportunity {
            id: deal,
            to: StageId(to),
            override_reason: None,
        })
    };
    let lose = |reason: &str| {
        Command::LoseOpportunity(LoseOpportunity {
            id: deal,
            reason: reason.to_owned(),
            stage: None,
            override_reason: None,
        })
    };
    let reopen = |to| {
        Command::ReopenOpportunity(ReopenOpportunity {
            id: deal,
            to: StageId(to),
            reason: "again".to_owned(),
            override_reason: None,
        })
    };
    assert_eq!(world.rejected(go(1)), ["stage_id ALREADY_IN_STAGE"]);
    assert_eq!(world.rejected(go(7)), ["stage_id LOSE_REQUIRED"]);
    assert_eq!(world.rejected(go(8)), ["stage_id STAGE_NOT_FOUND"]);
    assert_eq!(world.rejected(lose(" ")), ["reason INVALID_ARGUMENT"]);
    assert_eq!(world.rejected(reopen(2)), ["id OPPORTUNITY_OPEN"]);
    world.run(lose("price"));
    let extra = world.opportunity(deal).extra();
    assert_eq!(extra.loss_reason.as_deref(), Some("price"));
    assert_eq!(world.rejected(lose("price")), ["id ALREADY_LOST"]);
    assert_eq!(world.rejected(go(2)), ["stage_id REOPEN_REQUIRED"]);
    assert_eq!(world.rejected(go(6)), ["stage_id REOPEN_REQUIRED"]);
    assert_eq!(world.rejected(reopen(6)), ["stage_id STAGE_NOT_OPEN"]);
    world.run(reopen(2));
    assert_eq!(world.opportunity(deal).extra().loss_reason, None);
    world.run(go(6));
    assert_eq!(world.rejected(lose("price")), ["id REOPEN_REQUIRED"]);
    world.run(Command::ArchiveOpportunity(ArchiveOpportunity { id: deal }));
    assert_eq!(world.rejected(reopen(2)), ["id OPPORTUNITY_ARCHIVED"]);
}

#[test]
fn a_gate_names_every_missing_field() {
    let mut world = world();
    let deal = world.deal("deal", 0);
    world.run(Command::UpdateStage(UpdateStage {
        id: StageId(3),
        name: None,
        win_probability_bp: None,
        stagnation_period_days: Patch::Keep,
        required_fields: Some(vec![
            RequiredField::Customer,
            RequiredField::Amount,
            RequiredField::Owner,
        ]),
        gate: None,
    }));
    let go = Command::MoveOpportunity(MoveOpportunity {
        id: deal,
        to: StageId(3),
        override_reason: None,
    });
    assert_eq!(
        world.rejected(go),
        [
            "amount REQUIRED_FIELD_MISSING",
            "customer_id REQUIRED_FIELD_MISSING"
        ]
    );
}

#[test]
fn a_pipeline_may_forbid_leaving_out_stages() {
    let mut world = world();
    let deal = world.deal("deal", 1);
    world.run(Command::UpdatePipeline(UpdatePipeline {
        id: PipelineId(1),
        name: None,
        allow_skipping: Some(false),
        calendar: None,
        retired: None,
    }));
    let go = |to| {
        Command::MoveOpportunity(MoveOpportunity {
            id: deal,
            to: StageId(to),
            override_reason: None,
        })
    };
    for to in [3, 6] {
        assert_eq!(world.rejected(go(to)), ["stage_id SKIPPING_NOT_ALLOWED"]);
    }
    for to in [2, 3, 1, 2, 3, 4, 5, 6] {
        world.run(go(to));
    }
}

#[test]
fn a_stage_is_retired_only_when_empty_or_with_a_place_to_go() {
    let mut world = world();
    let deal = world.deal("deal", 1);
    world.go(deal, 3);
    let retire = |id, move_to: Option<u64>| {
        Command::RetireStage(RetireStage {
            id: StageId(id),
            move_to: move_to.map(StageId),
        })
    };
    assert_eq!(world.rejected(retire(3, None)), ["id STAGE_NOT_EMPTY"]);
    assert_eq!(
        world.rejected(retire(3, Some(6))),
        ["move_to_stage_id INVALID_ARGUMENT"]
    );
    assert_eq!(world.rejected(retire(6, None)), ["id LAST_STAGE_OF_KIND"]);
    let flow = world.sums("2026-W10")[1].clone();
    world.run(retire(3, Some(4)));
    assert_eq!(world.opportunity(deal).stage, StageId(4));
    assert_eq!(world.sums("2026-W10")[1], flow, "being moved earns nothing");
    assert_eq!(
        world.rejected(Command::MoveOpportunity(MoveOpportunity {
            id: deal,
            to: StageId(3),
            override_reason: None,
        })),
        ["stage_id STAGE_RETIRED"]
    );
}

#[test]
fn teams_and_superiors_form_no_circle() {
    let mut world = world();
    for parent in [None, Some(TeamId(1)), Some(TeamId(2))] {
        world.run(Command::CreateTeam(CreateTeam {
            name: "team".to_owned(),
            parent,
            ..CreateTeam::default()
        }));
    }
    for parent in [1, 2, 3] {
        let update = Command::UpdateTeam(UpdateTeam {
            id: TeamId(1),
            name: None,
            parent: Patch::Set(TeamId(parent)),
            manager: Patch::Keep,
            external_id: Patch::Keep,
        });
        assert_eq!(world.rejected(update), ["parent_id TEAM_CYCLE"]);
    }
}

#[test]
fn an_external_id_belongs_to_one_only() {
    let mut world = world();
    let create = |external_id: &str| {
        let mut create = CreateOpportunity::new("deal", usd(1), date("2026-12-31"));
        create.external_id = Some(external_id.to_owned());
        Command::CreateOpportunity(Box::new(create))
    };
    world.run(create("X-1"));
    assert_eq!(
        world.rejected(create(" X-1 ")),
        ["external_id ALREADY_EXISTS"]
    );
    world.run(create("x-1"));
}

#[test]
fn who_has_left_gets_nothing_new() {
    let mut world = world();
    world.run(Command::UpdateMember(UpdateMember {
        id: MemberId(1),
        name: None,
        role: None,
        team: Patch::Keep,
        unix_user: Patch::Keep,
        email: Patch::Keep,
        external_id: Patch::Keep,
        active: Some(false),
    }));
    let mut create = CreateOpportunity::new("deal", usd(1), date("2026-12-31"));
    create.owner = Some(MemberId(1));
    let create = Command::CreateOpportunity(Box::new(create));
    assert_eq!(world.rejected(create), ["owner_id MEMBER_INACTIVE"]);
}

#[test]
fn a_history_ends_but_can_still_be_closed() {
    let mut world = world();
    let deal = world.deal("deal", 1);
    let mut to = 2;
    while world.opportunity(deal).history.len() < MAX_STAGE_ENTRIES - 2 {
        world.go(deal, to);
        to = 3 - to;
    }
    let go = |to| {
        Command::MoveOpportunity(MoveOpportunity {
            id: deal,
            to: StageId(to),
            override_reason: None,
        })
    };
    assert_eq!(world.rejected(go(to)), ["id HISTORY_FULL"]);
    world.run(go(6));
}

#[test]
fn a_commit_stays_within_its_bounds() {
    let mut world = world();
    let row = |index: usize| ImportedStageEntry {
        external_id: format!("{index}"),
        stage: StageId(1),
        at: world_time(),
        actor: None,
        amount: None,
        occurrence: 0,
        name: Some("n".repeat(200)),
        owner: None,
    };
    let many = |count| {
        Command::ImportHistory(ImportHistory {
            rows: (0..count).map(row).collect(),
        })
    };
    assert_eq!(world.rejected(many(501)), ["rows INVALID_ARGUMENT"]);
    assert_eq!(world.run(many(500)).len(), 1_000);
    let mut create = CreateOpportunity::new("deal", usd(1), date("2026-12-31"));
    create.note = Some("界".repeat(MAX_NOTE_CHARS));
    world.run(Command::CreateOpportunity(Box::new(create)));
    // Two hundred notes of 6 KB on the way to another stage are more than one commit.
    for _ in 0..40 {
        let mut create = CreateOpportunity::new("deal", usd(1), date("2026-12-31"));
        create.note = Some("界".repeat(MAX_NOTE_CHARS));
        create.stage = Some(StageId(2));
        world.run(Command::CreateOpportunity(Box::new(create)));
    }
    let retire = Command::RetireStage(RetireStage {
        id: StageId(2),
        move_to: Some(StageId(3)),
    });
    assert_eq!(world.rejected(retire), [" COMMIT_TOO_LARGE"]);
}

fn world_time() -> Timestamp {
    crate::world::at("2026-03-01T00:00:00Z")
}

#[test]
fn what_changes_nothing_is_no_commit() {
    let mut world = world();
    let deal = world.deal("deal", 100);
    let mut amend = AmendOpportunity::of(deal);
    amend.name = Some(" deal ".to_owned());
    amend.amount = Some(usd(100));
    amend.note = Patch::Clear;
    amend.owner = Patch::Set(MemberId(1));
    let revision = world.state.revision();
    assert!(
        world
            .run(Command::AmendOpportunity(Box::new(amend)))
            .is_empty()
    );
    assert!(world.run(Command::Tick).is_empty());
    let restore = Command::RestoreOpportunity(RestoreOpportunity { id: deal });
    assert!(world.run(restore).is_empty());
    assert_eq!(world.state.revision(), revision);
}

#[test]
fn a_clock_set_back_keeps_histories_in_order() {
    let mut world = world();
    let deal = world.deal("deal", 100);
    world.now = world.now.plus_micros(-crate::world::DAY);
    world.go(deal, 2);
    let history = &world.opportunity(deal).history;
    assert_eq!(history[0].entered_at, history[1].entered_at);
}
