//! Schemes: drafted, checked to the last field, published and ended.

use sluice_domain::command::*;
use sluice_domain::limits::*;
use sluice_domain::scheme::*;
use sluice_domain::*;

use crate::world::{World, at, date};

pub const FIRST: SchemeId = SchemeId(1);

pub fn world() -> World {
    World::new("2026-03-02T09:30:00Z", "Europe/Berlin")
}

pub fn terms(rule: Rule) -> Terms {
    Terms {
        rule,
        audience: Audience::default(),
        pipelines: Vec::new(),
        stages: Vec::new(),
        budget: None,
        caps: Vec::new(),
        approval: false,
        claim_days: 30,
    }
}

pub fn on(on: Trigger, payment: Payment) -> Rule {
    Rule::Opportunity {
        on,
        payment,
        needs_activity: true,
        vesting_days: 7,
    }
}

pub fn won(amount: i64) -> Terms {
    terms(on(Trigger::Won, Payment::Fixed(amount)))
}

pub fn create(terms: Terms) -> Command {
    Command::CreateScheme(Box::new(CreateScheme {
        name: "Scheme".to_owned(),
        note: None,
        unit: Unit::Points,
        terms,
    }))
}

fn draft(terms: Terms) -> Command {
    Command::UpdateScheme(Box::new(UpdateScheme {
        draft: Patch::Set(Box::new(terms)),
        ..edit()
    }))
}

fn edit() -> UpdateScheme {
    UpdateScheme {
        id: FIRST,
        name: None,
        note: Patch::Keep,
        unit: None,
        draft: Patch::Keep,
    }
}

pub fn publish(id: SchemeId) -> Command {
    Command::PublishScheme(PublishScheme { id })
}

fn scheme(world: &World) -> &Scheme {
    world.state.scheme(FIRST).unwrap()
}

fn refused(terms: Terms) -> Vec<String> {
    world().rejected(create(terms))
}

#[test]
fn the_first_version_holds_at_once_and_every_other_from_the_next_day_of_the_workspace() {
    let mut world = world();
    world.run(create(won(10)));
    assert_eq!(scheme(&world).state(), SchemeState::Draft);
    assert_eq!(scheme(&world).version_at(world.now), None);
    world.run(publish(FIRST));
    let pays = |world: &World, when: &str| {
        let version = scheme(world).version_at(at(when))?;
        match version.terms.rule {
            Rule::Opportunity {
                payment: Payment::Fixed(amount),
                ..
            } => Some((version.number, amount)),
            _ => None,
        }
    };
    assert_eq!(pays(&world, "2026-03-02T09:29:59Z"), None);
    assert_eq!(pays(&world, "2026-03-02T09:30:00Z"), Some((1, 10)));
    assert_eq!(scheme(&world).draft, None);
    world.now = at("2026-03-02T22:59:00Z");
    for amount in [20, 30] {
        world.run(draft(won(amount)));
        world.run(publish(FIRST));
    }
    // Midnight in Berlin; the second of two publications of a day stands, the first stays on record.
    assert_eq!(pays(&world, "2026-03-02T22:59:59Z"), Some((1, 10)));
    assert_eq!(pays(&world, "2026-03-02T23:00:00Z"), Some((3, 30)));
    assert_eq!(scheme(&world).versions.len(), 3);
    assert_eq!(
        scheme(&world).versions[1].effective_at,
        scheme(&world).versions[2].effective_at
    );
}

#[test]
fn a_published_version_is_immutable_and_its_unit_and_system_are_fixed() {
    let mut world = world();
    world.run(create(won(10)));
    world.run(publish(FIRST));
    let before = scheme(&world).versions.clone();
    world.run(draft(won(20)));
    assert_eq!(scheme(&world).versions, before);
    let unit = Some(Unit::Money(Currency::USD));
    let reasons = world.rejected(Command::UpdateScheme(Box::new(UpdateScheme {
        unit,
        ..edit()
    })));
    assert_eq!(reasons, ["unit INVALID_ARGUMENT"]);
    let grant = terms(Rule::Grant { monthly_cap: 5 });
    assert_eq!(world.rejected(draft(grant)), ["draft INVALID_ARGUMENT"]);
    world.run(Command::UpdateScheme(Box::new(UpdateScheme {
        draft: Patch::Clear,
        ..edit()
    })));
    let reasons = world.rejected(publish(FIRST));
    assert_eq!(reasons, ["id SCHEME_WITHOUT_DRAFT"]);
}

#[test]
fn before_its_first_publication_a_scheme_is_free_to_change_but_keeps_a_draft() {
    let mut world = world();
    world.run(create(won(10)));
    let unit = Some(Unit::Money(Currency::USD));
    world.run(Command::UpdateScheme(Box::new(UpdateScheme {
        unit,
        ..edit()
    })));
    world.run(draft(terms(Rule::Grant { monthly_cap: 5 })));
    assert_eq!(scheme(&world).system(), Some(System::Grant));
    let reasons = world.rejected(Command::UpdateScheme(Box::new(UpdateScheme {
        draft: Patch::Clear,
        ..edit()
    })));
    assert_eq!(reasons, ["discard_draft INVALID_ARGUMENT"]);
    let unit = Some(Unit::Money(Currency::parse("EUR").unwrap()));
    let reasons = world.rejected(Command::UpdateScheme(Box::new(UpdateScheme {
        unit,
        ..edit()
    })));
    assert_eq!(reasons, ["unit CURRENCY_MISMATCH"]);
}

#[test]
fn an_ended_scheme_pays_nothing_and_is_ended_for_good() {
    let mut world = world();
    world.run(create(won(10)));
    world.run(publish(FIRST));
    world.now = at("2026-03-03T00:00:00Z");
    let end = Command::EndScheme(EndScheme { id: FIRST });
    world.run(end.clone());
    assert!(
        scheme(&world)
            .version_at(at("2026-03-02T23:59:59Z"))
            .is_some()
    );
    assert_eq!(scheme(&world).version_at(world.now), None);
    assert_eq!(world.run(end), [], "ending it again changes nothing");
    assert_eq!(world.rejected(draft(won(1))), ["id SCHEME_ENDED"]);
    assert_eq!(world.rejected(publish(FIRST)), ["id SCHEME_ENDED"]);
}

#[test]
fn only_administrators_touch_schemes() {
    let mut world = world();
    world.run(create(won(10)));
    world.hire("Ann", None);
    world.actor = Some(MemberId(2));
    for command in [
        create(won(1)),
        draft(won(1)),
        publish(FIRST),
        Command::EndScheme(EndScheme { id: FIRST }),
    ] {
        assert_eq!(world.rejected(command), [" ADMIN_REQUIRED"]);
    }
}

#[test]
fn everything_wrong_with_terms_is_said_at_once_by_its_path_in_the_request() {
    let rule = Rule::Task {
        metric: Metric::CheckIn,
        measure: Measure::Amount,
        target: 0,
        period: TaskPeriod::Once(Window {
            start: date("2026-03-02"),
            end: date("2026-03-02"),
        }),
        amount: MAX_REWARD + 1,
    };
    let cap = |unit, amount| Cap { unit, amount };
    let reasons = refused(Terms {
        audience: Audience {
            members: vec![MemberId(9)],
            teams: vec![TeamId(9)],
            roles: vec![Role::Rep, Role::Rep],
        },
        pipelines: vec![PipelineId(9)],
        stages: vec![StageId(2)],
        budget: Some(-1),
        caps: vec![
            cap(CycleUnit::Week, 0),
            cap(CycleUnit::Day, 1),
            cap(CycleUnit::Day, 2),
        ],
        claim_days: 0,
        ..terms(rule)
    });
    assert_eq!(
        reasons,
        [
            "terms.task.measure INVALID_ARGUMENT",
            "terms.task.target INVALID_ARGUMENT",
            "terms.task.window INVALID_ARGUMENT",
            "terms.task.amount INVALID_ARGUMENT",
            "terms.member_ids[0] MEMBER_NOT_FOUND",
            "terms.team_ids[0] TEAM_NOT_FOUND",
            "terms.caps[0].amount INVALID_ARGUMENT",
            "terms.caps[2].unit INVALID_ARGUMENT",
            "terms.pipeline_ids[0] PIPELINE_NOT_FOUND",
            "terms.stage_ids INVALID_ARGUMENT",
            "terms.budget INVALID_ARGUMENT",
            "terms.claim_days INVALID_ARGUMENT",
        ]
    );
}

#[test]
fn each_rule_has_its_bounds() {
    let share = |bp, floor, cap| Payment::Share { bp, floor, cap };
    let split = |covers, share_bp, window_hours| Rule::Split {
        covers,
        share_bp,
        method: SplitMethod::Equal,
        audience: SplitAudience::Team,
        window_hours,
    };
    let tier = |from_bp, amount| AttainmentTier { from_bp, amount };
    let ranking = |by, contender, prizes, attainment| Rule::Ranking {
        by,
        contender,
        unit: CycleUnit::Week,
        prizes,
        attainment,
    };
    let data = |per_field, complete, threshold_bp| Rule::CustomerData {
        fields: Vec::new(),
        per_field,
        threshold_bp,
        complete,
    };
    let created = Rule::Opportunity {
        on: Trigger::Created,
        payment: Payment::Fixed(0),
        needs_activity: false,
        vesting_days: MAX_VESTING_DAYS + 1,
    };
    let by_share = RankedBy::TargetShare(Metric::Won, Measure::Amount);
    let cases: Vec<(Rule, Vec<&str>)> = vec![
        (
            created,
            vec!["opportunity.fixed", "opportunity.vesting_days"],
        ),
        (
            on(Trigger::Won, share(0, 5, Some(4))),
            vec!["opportunity.share_bp", "opportunity.cap"],
        ),
        (
            on(Trigger::Won, share(10_001, -1, Some(0))),
            vec![
                "opportunity.share_bp",
                "opportunity.floor",
                "opportunity.cap",
            ],
        ),
        (
            data(0, 0, 0),
            vec!["customer_data.threshold_bp", "customer_data.per_field"],
        ),
        (
            data(-1, MAX_REWARD + 1, 10_001),
            vec![
                "customer_data.per_field",
                "customer_data.complete",
                "customer_data.threshold_bp",
            ],
        ),
        (
            Rule::Activity {
                on: ActivityTrigger::CheckIn,
                amount: 0,
                daily_cap: MAX_ACTIVITY_CAP + 1,
                min_gap_minutes: MAX_ACTIVITY_GAP_MINUTES + 1,
            },
            vec![
                "activity.amount",
                "activity.daily_cap",
                "activity.min_gap_minutes",
            ],
        ),
        (
            split(vec![SchemeId(7)], 0, 0),
            vec![
                "split.scheme_ids[0]",
                "split.share_bp",
                "split.window_hours",
            ],
        ),
        (
            split(Vec::new(), MAX_SPLIT_BP + 1, MAX_PACKET_HOURS + 1),
            vec!["split.share_bp", "split.window_hours"],
        ),
        (
            ranking(
                RankedBy::RewardIncome,
                Contender::Team,
                Vec::new(),
                Vec::new(),
            ),
            vec!["ranking.prizes"],
        ),
        (
            ranking(
                by_share,
                Contender::Member,
                vec![5, 6, 0],
                vec![tier(0, 1), tier(9, 0), tier(9, 1)],
            ),
            vec![
                "ranking.prizes[1]",
                "ranking.prizes[2]",
                "ranking.attainment[0].from_bp",
                "ranking.attainment[1].amount",
                "ranking.attainment[2].from_bp",
            ],
        ),
        (
            ranking(
                by_share,
                Contender::Team,
                vec![5; MAX_PRIZES + 1],
                vec![tier(9, 1)],
            ),
            vec!["ranking.prizes", "ranking.attainment"],
        ),
        (Rule::Grant { monthly_cap: 0 }, vec!["grant.monthly_cap"]),
    ];
    for (rule, fields) in cases {
        let expected: Vec<String> = fields
            .iter()
            .map(|field| format!("terms.{field}"))
            .collect();
        let found = refused(terms(rule.clone()));
        let found: Vec<_> = found
            .iter()
            .filter_map(|text| text.split(' ').next())
            .collect();
        assert_eq!(found, expected, "{rule:?}");
    }
}

#[test]
fn stages_are_those_the_rule_is_about_in_use_and_of_the_pipelines_named() {
    let with = |trigger, stages: &[u64]| Terms {
        stages: stages.iter().map(|id| StageId(*id)).collect(),
        pipelines: vec![PipelineId(1)],
        ..terms(on(trigger, Payment::Fixed(1)))
    };
    assert_eq!(
        refused(with(Trigger::Created, &[2])),
        ["terms.stage_ids INVALID_ARGUMENT"]
    );
    assert_eq!(
        refused(with(Trigger::Entered, &[2, 6])),
        ["terms.stage_ids[1] INVALID_ARGUMENT"]
    );
    assert_eq!(
        refused(with(Trigger::Won, &[5, 6])),
        ["terms.stage_ids[0] INVALID_ARGUMENT"]
    );
    assert_eq!(
        refused(with(Trigger::Revived, &[5, 6, 7])),
        ["terms.stage_ids[2] INVALID_ARGUMENT"]
    );
    let mut world = world();
    let stage = |name: &str, kind| NewStage {
        name: name.to_owned(),
        kind,
        win_probability_bp: Some(1_000).filter(|_| kind == StageKind::Open),
        stagnation_period_days: None,
        required_fields: Vec::new(),
        gate: Gate::default(),
    };
    world.run(Command::CreatePipeline(CreatePipeline {
        name: "Renewals".to_owned(),
        stages: vec![
            stage("Due", StageKind::Open),
            stage("Renewed", StageKind::Won),
            stage("Gone", StageKind::Lost),
        ],
        allow_skipping: None,
        calendar: Calendar::default(),
    }));
    let other = world.state.pipeline(PipelineId(2)).unwrap().stages[0].id.0;
    let reasons = world.rejected(create(with(Trigger::Entered, &[2, other])));
    assert_eq!(reasons, ["terms.stage_ids[1] STAGE_OF_OTHER_PIPELINE"]);
}

#[test]
fn a_split_covers_schemes_in_force_of_its_own_unit_that_split_nothing_themselves() {
    let mut world = world();
    let split = |covers: &[u64]| {
        terms(Rule::Split {
            covers: covers.iter().map(|id| SchemeId(*id)).collect(),
            share_bp: 2_000,
            method: SplitMethod::Lucky,
            audience: SplitAudience::Team,
            window_hours: 72,
        })
    };
    world.run(create(won(1)));
    world.run(create(split(&[1])));
    world.run(Command::CreateScheme(Box::new(CreateScheme {
        name: "Money".to_owned(),
        note: None,
        unit: Unit::Money(Currency::USD),
        terms: won(1),
    })));
    let reasons = world.rejected(create(Terms {
        budget: Some(5),
        caps: vec![Cap {
            unit: CycleUnit::Day,
            amount: 1,
        }],
        approval: true,
        ..split(&[2, 3])
    }));
    let expected = [
        "split.scheme_ids[0]",
        "split.scheme_ids[1]",
        "budget",
        "caps",
        "approval",
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|field| format!("terms.{field} INVALID_ARGUMENT"))
        .collect();
    assert_eq!(reasons, expected);
    world.run(Command::EndScheme(EndScheme { id: FIRST }));
    let reasons = world.rejected(create(split(&[1])));
    assert_eq!(reasons, ["terms.split.scheme_ids[0] SCHEME_ENDED"]);
}

#[test]
fn a_draft_is_checked_again_when_it_is_published() {
    let mut world = world();
    world.hire("Ann", None);
    let audience = Audience {
        members: vec![MemberId(2)],
        ..Audience::default()
    };
    world.run(create(Terms {
        audience,
        ..won(10)
    }));
    world.leave(MemberId(2));
    let reasons = world.rejected(publish(FIRST));
    assert_eq!(reasons, ["draft.member_ids[0] MEMBER_INACTIVE"]);
}

#[test]
fn a_task_whose_time_is_over_is_not_published() {
    let mut world = world();
    let task = Rule::Task {
        metric: Metric::New,
        measure: Measure::Count,
        target: 1,
        period: TaskPeriod::Once(Window {
            start: date("2026-02-01"),
            end: date("2026-03-01"),
        }),
        amount: 5,
    };
    world.run(create(terms(task)));
    assert_eq!(
        world.rejected(publish(FIRST)),
        ["draft.task.window INVALID_ARGUMENT"]
    );
}

#[test]
fn setting_a_stalled_deal_moving_pays_less_than_moving_it_in_time() {
    let entered = || terms(on(Trigger::Entered, Payment::Fixed(20)));
    let revived = |amount| terms(on(Trigger::Revived, Payment::Fixed(amount)));
    let try_both = |first: Terms, second: Terms| {
        let mut world = world();
        world.run(create(first));
        world.run(publish(FIRST));
        world.run(create(second));
        world.try_run(&publish(SchemeId(2))).is_ok()
    };
    assert!(try_both(entered(), revived(19)));
    assert!(!try_both(entered(), revived(20)));
    assert!(!try_both(revived(20), entered()));
    let elsewhere = Terms {
        stages: vec![StageId(3)],
        ..revived(20)
    };
    let here = Terms {
        stages: vec![StageId(2)],
        ..entered()
    };
    assert!(
        try_both(here, elsewhere),
        "they never pay for the same move"
    );
    let share = Payment::Share {
        bp: 1,
        floor: 0,
        cap: None,
    };
    assert!(
        try_both(entered(), terms(on(Trigger::Revived, share))),
        "not comparable"
    );
}

#[test]
fn a_scheme_has_a_bounded_number_of_versions_and_a_row_that_fits_the_store() {
    let mut world = world();
    let mut now = won(1);
    now.stages = vec![StageId(6)];
    now.pipelines = vec![PipelineId(1)];
    now.caps = vec![Cap {
        unit: CycleUnit::Week,
        amount: 1,
    }];
    world.run(create(now.clone()));
    let mut refusal = None;
    for number in 0..=MAX_SCHEME_VERSIONS {
        world.run(draft(now.clone()));
        if let Err(rejection) = world.try_run(&publish(FIRST)) {
            refusal = Some((number, rejection.reason()));
            break;
        }
    }
    let row = world.state.entity(FIRST.into()).unwrap();
    let bytes = rmp_serde::to_vec_named(&row).unwrap().len();
    assert!(bytes < MAX_ROW_BYTES, "{bytes}");
    // With so many names in each version, the row is full before the versions are.
    let (number, reason) = refusal.unwrap();
    assert_eq!(reason, "SCHEME_TOO_LARGE");
    assert!(number > 70, "{number}");
}
