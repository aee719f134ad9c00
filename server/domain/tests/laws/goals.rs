//! Goals: parts that always sum to the whole, locks, pace, and what is told once (DOMAIN.md §5).

use sluice_domain::command::*;
use sluice_domain::goal_progress::{Pace, progress};
use sluice_domain::*;

use crate::world::{DAY, World, at, usd};

fn window(cycle: &str) -> Window {
    Cycle::parse(cycle).unwrap().window(Date::EPOCH)
}

fn create(subject: GoalSubject, cycle: &str, target: i64) -> Command {
    Command::CreateGoal(CreateGoal {
        subject,
        metric: Metric::Won,
        measure: Measure::Amount,
        window: window(cycle),
        target,
        locked: false,
    })
}

fn divide(id: u64, split: GoalSplit, parts: Vec<GoalPart>) -> Command {
    Command::DecomposeGoal(DecomposeGoal {
        id: GoalId(id),
        split,
        parts,
    })
}

fn update(id: u64, target: i64, redistribute: bool) -> Command {
    Command::UpdateGoal(UpdateGoal {
        id: GoalId(id),
        target: Some(target),
        locked: None,
        redistribute,
    })
}

fn lock(id: u64) -> Command {
    Command::UpdateGoal(UpdateGoal {
        id: GoalId(id),
        target: None,
        locked: Some(true),
        redistribute: false,
    })
}

/// Targets of the parts of a goal, by day, then by id.
fn parts(world: &World, id: u64) -> Vec<i64> {
    let mut parts: Vec<_> = world.state.goal_parts(GoalId(id)).collect();
    parts.sort_by_key(|part| (part.window, part.id));
    parts.iter().map(|part| part.target).collect()
}

fn why(world: &mut World, command: &Command) -> String {
    world.try_run(command).unwrap_err().to_string()
}

fn team(world: &mut World, name: &str, parent: Option<u64>, manager: Option<u64>) -> TeamId {
    world.run(Command::CreateTeam(CreateTeam {
        name: name.to_owned(),
        parent: parent.map(TeamId),
        manager: manager.map(MemberId),
        external_id: None,
    }));
    TeamId(world.state.team_count() as u64)
}

fn member(world: &mut World, name: &str, team: Option<TeamId>) -> MemberId {
    world.run(Command::CreateMember(CreateMember {
        name: name.to_owned(),
        role: Role::Rep,
        team,
        unix_user: None,
        email: None,
        external_id: None,
    }));
    MemberId(world.state.member_count() as u64)
}

/// Workspace > All > East (Ann, Bob), West (Cai); Kim leads All, Ann leads East.
fn organisation(world: &mut World) {
    let all = team(world, "All", None, Some(1));
    let east = team(world, "East", Some(all.0), None);
    let west = team(world, "West", Some(all.0), None);
    member(world, "Ann", Some(east));
    member(world, "Bob", Some(east));
    member(world, "Cai", Some(west));
    world.run(Command::UpdateTeam(UpdateTeam {
        id: east,
        name: None,
        parent: Patch::Keep,
        manager: Patch::Set(MemberId(2)),
        external_id: Patch::Keep,
    }));
}

#[test]
fn golden_8_a_year_by_quarters_and_a_quarter_by_months() {
    let mut world = World::new("2026-01-01T09:00:00Z", "UTC");
    world.run(create(GoalSubject::Workspace, "2026", 1_000));
    world.run(divide(1, GoalSplit::Time(CycleUnit::Quarter), Vec::new()));
    assert_eq!(parts(&world, 1), [250; 4]);
    world.run(divide(2, GoalSplit::Time(CycleUnit::Month), Vec::new()));
    assert_eq!(parts(&world, 2), [84, 83, 83]);
    // A new total goes all the way down.
    world.run(update(1, 2_001, false));
    assert_eq!(parts(&world, 1), [501, 500, 500, 500]);
    assert_eq!(parts(&world, 2), [167; 3]);
}

#[test]
fn weeks_belong_to_the_month_of_their_thursday_and_sum_to_it() {
    let mut world = World::new("2026-01-01T09:00:00Z", "UTC");
    world.run(create(GoalSubject::Workspace, "2026-01", 11));
    world.run(divide(1, GoalSplit::Time(CycleUnit::Week), Vec::new()));
    assert_eq!(parts(&world, 1), [3, 2, 2, 2, 2]);
    let first = world.state.goal(GoalId(2)).unwrap();
    assert_eq!(first.window.name(), "2026-W01");
    assert_eq!(first.window.start.to_string(), "2025-12-29");
}

#[test]
fn parts_given_by_hand_must_sum_to_the_goal_and_the_difference_is_named() {
    let mut world = World::new("2026-01-01T09:00:00Z", "UTC");
    world.run(create(GoalSubject::Workspace, "2026-Q1", 1_000));
    let by_hand = |targets: [i64; 3]| {
        let parts = ["2026-01", "2026-02", "2026-03"].into_iter().zip(targets);
        let parts = parts.map(|(cycle, target)| GoalPart {
            window: Some(window(cycle)),
            target: Some(target),
            ..GoalPart::default()
        });
        divide(1, GoalSplit::Time(CycleUnit::Month), parts.collect())
    };
    let refused = why(&mut world, &by_hand([300, 300, 390]));
    assert!(
        refused.contains("sum to 990, it is 1000: 10 are missing"),
        "{refused}"
    );
    let refused = why(&mut world, &by_hand([500, 300, 300]));
    assert!(refused.contains("100 are too many"), "{refused}");
    world.run(by_hand([500, 300, 200]));
    // What was set by hand is the share of later totals.
    world.run(update(1, 2_000, false));
    assert_eq!(parts(&world, 1), [1_000, 600, 400]);
}

#[test]
fn a_locked_part_keeps_its_target_and_the_impossible_is_refused() {
    let mut world = World::new("2026-01-01T09:00:00Z", "UTC");
    world.run(create(GoalSubject::Workspace, "2026", 1_000));
    world.run(divide(1, GoalSplit::Time(CycleUnit::Quarter), Vec::new()));
    world.run(lock(2));
    // By hand, alone: refused with the difference; with the others taking it up: done.
    let refused = why(&mut world, &update(3, 400, false));
    assert!(
        refused.contains("would sum to 1150, it is 1000: 150 are too many"),
        "{refused}"
    );
    world.run(update(3, 400, true));
    assert_eq!(parts(&world, 1), [250, 400, 175, 175]);
    world.run(update(1, 1_300, false));
    assert_eq!(parts(&world, 1)[0], 250);
    assert_eq!(parts(&world, 1).iter().sum::<i64>(), 1_300);
    // Less than what is locked cannot be divided.
    let refused = why(&mut world, &update(1, 200, false));
    assert!(refused.contains("50 are too many"), "{refused}");
    for id in 3..=5 {
        world.run(lock(id));
    }
    let refused = why(&mut world, &update(1, 1_400, false));
    assert!(refused.contains("100 are missing"), "{refused}");
}

#[test]
fn a_goal_goes_down_the_organisation_and_nothing_is_counted_twice() {
    let mut world = World::new("2026-01-01T09:00:00Z", "UTC");
    organisation(&mut world);
    world.run(create(GoalSubject::Team(TeamId(1)), "2026", 900));
    world.run(divide(1, GoalSplit::Subjects, Vec::new()));
    assert_eq!(parts(&world, 1), [450, 450]);
    let part = |subject, weight| GoalPart {
        subject: Some(subject),
        weight: Some(weight),
        ..GoalPart::default()
    };
    let east = vec![
        part(GoalSubject::Member(MemberId(2)), 2),
        part(GoalSubject::Member(MemberId(3)), 1),
    ];
    world.run(divide(2, GoalSplit::Subjects, east));
    assert_eq!(parts(&world, 2), [300, 150]);
    let outside = vec![part(GoalSubject::Member(MemberId(4)), 1)];
    let refused = why(&mut world, &divide(2, GoalSplit::Subjects, outside));
    assert!(
        refused.contains("not below the goal's subject"),
        "{refused}"
    );
    let twice = vec![part(GoalSubject::Member(MemberId(2)), 1)];
    let refused = why(&mut world, &divide(1, GoalSplit::Subjects, twice));
    assert!(refused.contains("part of goals/2"), "{refused}");
    // Its parts in time stand beside those by subject.
    world.run(divide(1, GoalSplit::Time(CycleUnit::Quarter), Vec::new()));
    world.run(update(1, 1_800, false));
    let total = |axis| {
        let parent = world.state.goal(GoalId(1)).unwrap();
        let parts = world.state.goal_parts(GoalId(1));
        let parts = parts.filter(|part| part.axis_under(parent) == axis);
        parts.map(|part| part.target).sum::<i64>()
    };
    assert_eq!((total(Axis::Time), total(Axis::Subject)), (1_800, 1_800));
    // What is archived goes to the other parts.
    world.run(Command::ArchiveGoal(ArchiveGoal { id: GoalId(3) }));
    assert_eq!(world.state.goal(GoalId(2)).unwrap().target, 1_800);
}

#[test]
fn pace_is_linear_and_needs_no_floats() {
    let mut world = World::new("2026-03-01T00:00:00Z", "UTC");
    world.run(create(GoalSubject::Workspace, "2026-03", 3_100));
    let deal = world.deal("deal", 899);
    world.go(deal, 6);
    let pace_on = |world: &World, day: i64| {
        let goal = world.state.goal(GoalId(1)).unwrap();
        let now = at("2026-03-01T00:00:00Z").plus_micros(day * DAY);
        let it = progress(&world.state, goal, now);
        (it.pace, it.expected, it.pace_bp)
    };
    assert_eq!(pace_on(&world, -1), (Pace::NotStarted, 0, None));
    assert_eq!(pace_on(&world, 0), (Pace::OnTrack, 0, None));
    assert_eq!(pace_on(&world, 8), (Pace::OnTrack, 800, Some(11_237)));
    assert_eq!(pace_on(&world, 9), (Pace::AtRisk, 900, Some(9_988)));
    assert_eq!(pace_on(&world, 10), (Pace::Behind, 1_000, Some(8_990)));
    assert_eq!(pace_on(&world, 40), (Pace::Behind, 3_100, Some(2_900)));
}

#[test]
fn the_cycle_before_and_last_years_stand_beside_and_are_nothing_when_unknown() {
    let mut world = World::new("2025-03-10T09:00:00Z", "UTC");
    let early = world.deal("early", 70);
    world.go(early, 6);
    world.now = at("2026-03-10T09:00:00Z");
    world.run(create(GoalSubject::Workspace, "2026-03", 100));
    world.run(create(GoalSubject::Workspace, "2026-02", 90));
    world.run(create(GoalSubject::Workspace, "2025-03", 80));
    let of = |id: u64| {
        let goal = world.state.goal(GoalId(id)).unwrap();
        progress(&world.state, goal, world.now)
    };
    let march = of(1);
    assert_eq!(
        (march.previous.value, march.previous.target),
        (Some(0), Some(90))
    );
    let last_year = march.last_year.unwrap();
    assert_eq!((last_year.value, last_year.target), (Some(70), Some(80)));
    // Before the first score entry nothing is known.
    let then = of(3);
    assert_eq!((then.previous.value, then.previous.target), (None, None));
    assert_eq!(then.last_year.unwrap().value, None);
    assert_eq!(
        goal::target(
            &world.state,
            GoalSubject::Workspace,
            Metric::Won,
            window("2026-03")
        ),
        Some(100)
    );
}

#[test]
fn member_and_manager_are_told_at_50_90_and_100_percent_once_each() {
    let mut world = World::new("2026-03-02T09:00:00Z", "UTC");
    organisation(&mut world);
    world.actor = Some(MemberId(3));
    world.run(create(GoalSubject::Member(MemberId(3)), "2026-03", 1_000));
    let win = |world: &mut World, amount: i64| -> Vec<String> {
        let mut command =
            CreateOpportunity::new("deal", usd(amount), world.state.zone().date_of(world.now));
        command.owner = Some(MemberId(3));
        world.run(Command::CreateOpportunity(Box::new(command)));
        let id = OpportunityId(world.state.opportunity_count() as u64);
        let events = world.run(Command::MoveOpportunity(MoveOpportunity {
            id,
            to: StageId(6),
            override_reason: None,
        }));
        let told = events.iter().filter_map(|event| match event {
            Event::NoticePosted { notice } => {
                Some(format!("{} {}", notice.recipient, notice.kind.name()))
            }
            Event::GoalReached { percent, value, .. } => Some(format!("{percent} % {value}")),
            _ => None,
        });
        told.collect()
    };
    assert!(win(&mut world, 499).is_empty());
    // Bob himself and Ann, who leads East.
    assert_eq!(
        win(&mut world, 1),
        ["50 % 500", "M-3 GOAL_REACHED_50", "M-2 GOAL_REACHED_50"]
    );
    assert!(win(&mut world, 300).is_empty());
    assert_eq!(
        win(&mut world, 200),
        [
            "90 % 1000",
            "M-3 GOAL_REACHED_90",
            "M-2 GOAL_REACHED_90",
            "100 % 1000",
            "M-3 GOAL_REACHED_100",
            "M-2 GOAL_REACHED_100"
        ]
    );
    assert!(win(&mut world, 5_000).is_empty());
    assert_eq!(world.state.goal(GoalId(1)).unwrap().told_percent, 100);
    // Who leaves keeps their goal, shown as such; nothing new is asked of them.
    world.actor = None;
    world.run(Command::UpdateMember(UpdateMember {
        id: MemberId(3),
        name: None,
        role: None,
        team: Patch::Keep,
        unix_user: Patch::Keep,
        email: Patch::Keep,
        external_id: Patch::Keep,
        active: Some(false),
    }));
    assert!(!goal_progress::is_subject_active(
        &world.state,
        GoalSubject::Member(MemberId(3))
    ));
    assert!(!world.state.goal(GoalId(1)).unwrap().archived);
    let asked = create(GoalSubject::Member(MemberId(3)), "2026-04", 5);
    assert_eq!(world.rejected(asked), ["subject_id MEMBER_INACTIVE"]);
}

#[test]
fn who_leaves_keeps_their_goal_the_parts_still_sum_and_the_next_one_above_is_told() {
    let mut world = World::new("2026-03-02T09:00:00Z", "UTC");
    organisation(&mut world);
    world.run(create(GoalSubject::Team(TeamId(2)), "2026-03", 1_001));
    world.run(divide(1, GoalSplit::Subjects, Vec::new()));
    assert_eq!(parts(&world, 1), [501, 500], "Ann and Bob");
    let leave = |id: u64| {
        Command::UpdateMember(UpdateMember {
            id: MemberId(id),
            name: None,
            role: None,
            team: Patch::Keep,
            unix_user: Patch::Keep,
            email: Patch::Keep,
            external_id: Patch::Keep,
            active: Some(false),
        })
    };
    // Bob has a deal when he leaves, and Ann who led him leaves too.
    let date = world.state.zone().date_of(world.now);
    let mut deal = CreateOpportunity::new("deal", usd(600), date);
    deal.owner = Some(MemberId(3));
    world.run(Command::CreateOpportunity(Box::new(deal)));
    world.run(leave(3));
    world.run(leave(2));
    assert_eq!(parts(&world, 1), [501, 500], "nothing is lost");
    // What is left open is won: it counts for him and his team; nobody who has left is told.
    let events = world.run(Command::MoveOpportunity(MoveOpportunity::new(
        OpportunityId(1),
        StageId(6),
    )));
    let told: Vec<String> = events
        .iter()
        .filter_map(|event| match event {
            Event::NoticePosted { notice } => {
                let goal = notice.subject.map(EntityKey::long).unwrap_or_default();
                Some(format!(
                    "{} {} {goal}",
                    notice.recipient,
                    notice.kind.name()
                ))
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        told,
        [
            "M-1 GOAL_REACHED_50 goals/1",
            "M-1 GOAL_REACHED_50 goals/3",
            "M-1 GOAL_REACHED_90 goals/3",
            "M-1 GOAL_REACHED_100 goals/3"
        ]
    );
    // Their parts take part when the goal changes, and a new division of a team without anybody says what is wrong.
    world.run(update(1, 2_001, true));
    assert_eq!(parts(&world, 1), [1_001, 1_000]);
    world.run(create(GoalSubject::Team(TeamId(2)), "2026-04", 10));
    let rejection = world.try_run(&divide(4, GoalSplit::Subjects, Vec::new()));
    assert!(
        rejection
            .unwrap_err()
            .to_string()
            .contains("no active member")
    );
}

fn imported(cycle: &str, target: i64, parent: Option<&str>) -> ImportedGoal {
    ImportedGoal {
        subject: GoalSubject::Workspace,
        metric: Metric::Won,
        measure: Measure::Amount,
        window: window(cycle),
        target,
        locked: false,
        parent: parent.map(|parent| (GoalSubject::Workspace, window(parent))),
    }
}

#[test]
fn a_file_of_goals_is_taken_whole_told_by_row_and_repeated_without_effect() {
    let mut world = World::new("2026-01-01T09:00:00Z", "UTC");
    let rows = |first: i64| {
        let mut rows = vec![imported("2026-Q1", 100, None)];
        let months = [("2026-01", first), ("2026-02", 30), ("2026-03", 30)];
        rows.extend(months.map(|(cycle, target)| imported(cycle, target, Some("2026-Q1"))));
        Command::ImportGoals(ImportGoals { rows })
    };
    let refused = why(&mut world, &rows(39));
    assert!(
        refused.contains("rows[0].target") && refused.contains("1 are missing"),
        "{refused}"
    );
    world.run(rows(40));
    assert_eq!(parts(&world, 1), [40, 30, 30]);
    assert!(world.run(rows(40)).is_empty());
    let twice = vec![imported("2026-05", 1, None), imported("2026-05", 2, None)];
    let twice = Command::ImportGoals(ImportGoals { rows: twice });
    assert_eq!(world.rejected(twice), ["rows[1].cycle ALREADY_EXISTS"]);
    let orphan = vec![imported("2026-06", 1, Some("2026-Q2"))];
    let orphan = Command::ImportGoals(ImportGoals { rows: orphan });
    assert_eq!(
        world.rejected(orphan),
        ["rows[0].parent_cycle GOAL_NOT_DIVISIBLE"]
    );
}

#[test]
fn a_file_that_names_some_parts_weighs_the_others_alike() {
    let mut world = World::new("2026-01-05T09:00:00Z", "UTC");
    world.run(create(GoalSubject::Workspace, "2026-Q1", 900));
    world.run(divide(
        1,
        GoalSplit::Time(cycle::CycleUnit::Month),
        Vec::new(),
    ));
    assert_eq!(parts(&world, 1), [300, 300, 300]);
    let part = |cycle, target| imported(cycle, target, Some("2026-Q1"));
    let rows = vec![part("2026-01", 500), part("2026-02", 100)];
    world.run(Command::ImportGoals(ImportGoals { rows }));
    assert_eq!(parts(&world, 1), [500, 100, 300]);
    // March was not in the file, and has its third of the whole all the same.
    world.run(update(1, 1_800, true));
    assert_eq!(parts(&world, 1), [1_000, 200, 600]);
}
