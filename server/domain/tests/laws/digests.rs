//! Digests say what the metrics say, and each cycle's is told once, at its local time.

use sluice_domain::command::*;
use sluice_domain::cycle::{Cycle, CycleUnit};
use sluice_domain::digest::{DigestItem, digest, previous_of};
use sluice_domain::metric::{Grouping, MetricSubject, MetricsQuery, metrics};
use sluice_domain::*;

use crate::stagnation::{set_calendar, set_period, working_days};
use crate::world::{DAY, HOUR, World, at, date, usd};

fn member(world: &mut World, name: &str, role: Role, team: Option<u64>) -> MemberId {
    world.run(Command::CreateMember(CreateMember {
        name: name.into(),
        role,
        team: team.map(TeamId),
        unix_user: None,
        email: Some("a@b.example".into()),
        external_id: None,
    }));
    MemberId(world.state.member_count() as u64)
}

/// Teams: 1 Sales, led by Mo (2), with 2 East below it; 3 West. Lee (3) sells in East, Pat (4) in West.
fn world() -> World {
    let mut world = World::new("2026-03-02T08:00:00Z", "Asia/Shanghai");
    for (name, parent) in [("Sales", None), ("East", Some(TeamId(1))), ("West", None)] {
        world.run(Command::CreateTeam(CreateTeam {
            name: name.into(),
            parent,
            ..CreateTeam::default()
        }));
    }
    let mo = member(&mut world, "Mo", Role::Manager, Some(1));
    member(&mut world, "Lee", Role::Rep, Some(2));
    member(&mut world, "Pat", Role::Rep, Some(3));
    world.run(Command::UpdateTeam(UpdateTeam {
        id: TeamId(1),
        name: None,
        parent: Patch::Keep,
        manager: Patch::Set(mo),
        external_id: Patch::Keep,
    }));
    world
}

fn deal(world: &mut World, owner: u64, amount: i64) -> OpportunityId {
    let mut command = CreateOpportunity::new("deal", usd(amount), date("2026-12-31"));
    command.owner = Some(MemberId(owner));
    world.run(Command::CreateOpportunity(Box::new(command)));
    OpportunityId(world.state.opportunity_count() as u64)
}

/// Two weeks of selling; every figure differs.
fn sell(world: &mut World) {
    for (owner, amount) in [(3, 700), (4, 10_000), (2, 30)] {
        deal(world, owner, amount);
    }
    world.now = world.now.plus_micros(7 * DAY);
    for amount in [100, 900, 300, 900, 50, 1] {
        let id = deal(world, 3, amount);
        world.go(id, 2);
    }
    let pat = deal(world, 4, 5_000);
    world.go(pat, 6);
    let won = OpportunityId(1);
    world.go(won, 6);
    // What was won and reopened counts no more.
    world.go(OpportunityId(5), 6);
    world.run(Command::ReopenOpportunity(ReopenOpportunity {
        id: OpportunityId(5),
        to: StageId(2),
        reason: "they changed their mind".into(),
        override_reason: None,
    }));
}

fn made(world: &World, who: u64, cycle: &str) -> Digest {
    let cycle = Cycle::parse(cycle).unwrap();
    let window = cycle.window(world.state.zone().date_of(world.now));
    let previous = previous_of(cycle.unit(), window);
    digest(
        &world.state,
        Some(MemberId(who)),
        window,
        previous,
        world.now,
    )
}

fn figure_of(
    world: &World,
    subject: MetricSubject,
    metric: Metric,
    window: cycle::Window,
) -> Figure {
    let by = match subject {
        MetricSubject::Workspace => Grouping::Workspace,
        MetricSubject::Team(_) => Grouping::Team,
        _ => Grouping::Member,
    };
    let rows = metrics(&world.state, &MetricsQuery::new(window, by));
    let row = rows
        .iter()
        .find(|row| row.subject == subject && row.metric == metric);
    row.map_or(Figure::default(), |row| Figure {
        count: row.count,
        amount_minor: i64::try_from(row.amount_minor).unwrap(),
    })
}

#[test]
fn the_figures_of_a_digest_are_those_of_the_metrics_of_whom_it_is_about() {
    let mut world = world();
    sell(&mut world);
    for (who, subject) in [
        (1, MetricSubject::Workspace),
        (2, MetricSubject::Team(Some(TeamId(1)))),
        (3, MetricSubject::Member(Some(MemberId(3)))),
        (4, MetricSubject::Member(Some(MemberId(4)))),
    ] {
        for cycle in [
            "this-week",
            "last-week",
            "this-month",
            "2026-03-05..2026-03-12",
        ] {
            let digest = made(&world, who, cycle);
            for (section, metric) in [(0, Metric::New), (1, Metric::Flow), (3, Metric::Won)] {
                let section = &digest.sections[section];
                let told = figure_of(&world, subject, metric, digest.window);
                assert_eq!(section.figure, told, "{who} {cycle} {metric:?}");
                let before = figure_of(&world, subject, metric, digest.previous);
                assert_eq!(section.previous, before, "{who} {cycle} {metric:?} before");
                assert_eq!(section.change().count, told.count - before.count);
            }
        }
    }
}

#[test]
fn the_largest_come_first_then_the_older_and_what_was_taken_back_is_none() {
    let mut world = world();
    sell(&mut world);
    let digest = made(&world, 2, "this-week");
    let top = |section: usize| -> Vec<(u64, i64)> {
        let items = digest.sections[section].top.iter();
        items
            .map(|item| (item.opportunity.0, item.amount_minor))
            .collect()
    };
    assert_eq!(top(0), [(5, 900), (7, 900), (6, 300), (4, 100), (8, 50)]);
    assert_eq!(top(3), [(1, 700)], "the other was reopened");
    assert_eq!(digest.sections[3].figure.count, 1);
}

#[test]
fn stalled_is_a_stock_at_the_end_of_the_cycle_or_now_while_it_runs() {
    let mut world = world();
    let id = deal(&mut world, 3, 700);
    // New has 14 days: it stalls on the 16th at 08:00.
    world.now = at("2026-03-16T08:00:00Z");
    let count = |world: &World, cycle: &str| made(world, 2, cycle).sections[2].figure.count;
    assert_eq!(count(&world, "this-week"), 1);
    assert_eq!(count(&world, "last-week"), 0);
    assert_eq!(
        made(&world, 2, "this-week").sections[2].top[0].opportunity,
        id
    );
    world.go(id, 2);
    world.now = world.now.plus_micros(7 * DAY);
    assert_eq!(count(&world, "last-week"), 0, "it had moved by the end");
    assert_eq!(
        made(&world, 4, "2026-03-09..2026-03-17").sections[2]
            .figure
            .count,
        0
    );
}

/// What stood stalled at an instant, by looking at every deal: count, amount and the largest.
fn stalled_by_hand(
    world: &World,
    who: u64,
    instant: Timestamp,
) -> (i64, i64, Vec<(OpportunityId, i64)>) {
    let zone = world.state.zone();
    let team_of = |owner: Option<MemberId>| world.state.member(owner?)?.team;
    let mut found: Vec<(i64, OpportunityId)> = Vec::new();
    for deal in world.state.opportunities().filter(|deal| !deal.archived) {
        let counts = match who {
            1 => true,
            2 => matches!(team_of(deal.owner), Some(TeamId(1 | 2))),
            who => deal.owner == Some(MemberId(who)),
        };
        let stood = deal
            .history
            .iter()
            .rev()
            .find(|entry| entry.entered_at <= instant);
        let Some((pipeline, stage)) = stood.and_then(|entry| world.state.stage(entry.stage)) else {
            continue;
        };
        let calendar = &pipeline.calendar;
        if counts && stagnation::is_stalled(deal, stage, calendar, &zone, instant) {
            found.push((-deal.amount_minor, deal.id));
        }
    }
    found.sort_unstable();
    let top = found.iter().take(limits::DIGEST_TOP_ITEMS);
    (
        found.len() as i64,
        -found.iter().map(|(amount, _)| amount).sum::<i64>(),
        top.map(|(amount, id)| (*id, -amount)).collect(),
    )
}

/// A few random steps of selling, editing and putting away.
fn random_step(world: &mut World, random: &mut impl FnMut(u64) -> u64) {
    let deals = world.state.opportunity_count() as u64;
    let id = OpportunityId(random(deals.max(1)) + 1);
    let command = match random(12) {
        _ if deals < 8 => None,
        0..=3 => None,
        4..=7 => Some(Command::MoveOpportunity(MoveOpportunity {
            id,
            to: StageId(random(6) + 1),
            override_reason: None,
        })),
        8 => Some(Command::ArchiveOpportunity(ArchiveOpportunity { id })),
        9 => Some(Command::RestoreOpportunity(RestoreOpportunity { id })),
        _ => {
            let mut amend = AmendOpportunity::of(id);
            amend.amount = Some(usd(random(900) as i64 + 1));
            amend.owner = Patch::Set(MemberId(random(3) + 2));
            Some(Command::AmendOpportunity(Box::new(amend)))
        }
    };
    match command {
        // Some of what random makes is refused: that is no step.
        Some(command) => drop(world.try_run(&command)),
        None => {
            let (owner, amount) = (random(3) + 2, random(900) as i64 + 1);
            deal(world, owner, amount);
        }
    }
}

#[test]
fn the_stalled_of_a_digest_are_those_that_a_look_at_every_deal_finds() {
    let mut seen = 0;
    for seed in 1..=6_u64 {
        let mut world = world();
        let mut number = seed;
        let mut random = |bound: u64| {
            number = number
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (number >> 33) % bound
        };
        for step in 0..60 {
            random_step(&mut world, &mut random);
            world.now = world.now.plus_micros(random(30) as i64 * HOUR);
            match step {
                20 => drop(world.run(set_calendar(working_days(&["2026-03-16"])))),
                35 => drop(world.run(set_period(2, Patch::Set(4)))),
                45 => drop(world.run(set_period(1, Patch::Clear))),
                50 => drop(world.run(set_period(1, Patch::Set(6)))),
                _ => {}
            }
            // Whether or not the clock was looked at in time.
            if random(4) == 0 {
                world.try_run(&Command::Tick).unwrap();
            }
            if step % 5 > 0 {
                continue;
            }
            for (who, cycle) in [1, 2, 3, 4]
                .into_iter()
                .flat_map(|who| ["this-week", "last-week", "this-month"].map(|it| (who, it)))
            {
                let made = made(&world, who, cycle);
                let section = &made.sections[2];
                let zone = world.state.zone();
                let end = |window: cycle::Window| zone.start_of(window.end).min(world.now);
                let (count, amount, top) = stalled_by_hand(&world, who, end(made.window));
                let found = section.top.iter();
                let found: Vec<_> = found
                    .map(|item: &DigestItem| (item.opportunity, item.amount_minor))
                    .collect();
                let figure = (section.figure.count, section.figure.amount_minor);
                assert_eq!(
                    (figure, found),
                    ((count, amount), top),
                    "seed {seed}, step {step}, member {who}, {cycle}"
                );
                let (count, amount, _) = stalled_by_hand(&world, who, end(made.previous));
                let before = (section.previous.count, section.previous.amount_minor);
                assert_eq!(
                    before,
                    (count, amount),
                    "seed {seed}, step {step}, before {cycle}"
                );
                seen += count;
            }
        }
    }
    assert!(seen > 100, "{seen} seen");
}

#[test]
fn digests_that_are_due_at_once_are_told_one_a_commit() {
    let mut world = world();
    for who in 1..=4 {
        world.run(Command::CreateDigestSchedule(CreateDigestSchedule {
            member: MemberId(who),
            unit: CycleUnit::Day,
            time: LocalTime { hour: 8, minute: 0 },
            inbox: true,
            email: false,
            webhook: None,
        }));
    }
    world.now = at("2026-03-03T00:00:00Z");
    for told in 1..=4 {
        assert!(next_deadline(&world.state, world.now).is_some_and(|due| due <= world.now));
        world.run(Command::Tick);
        assert_eq!(world.state.notices().count(), told);
    }
    assert!(world.try_run(&Command::Tick).unwrap().is_empty());
}

/// The cycles told by a Tick at an instant.
fn told_at(world: &mut World, instant: &str) -> Vec<String> {
    world.now = at(instant);
    let mut told = Vec::new();
    loop {
        let events = world.try_run(&Command::Tick).unwrap();
        if events.is_empty() {
            return told;
        }
        told.extend(events.iter().filter_map(|event| match event {
            Event::NoticePosted { notice } => Some(notice.figures.window?.to_string()),
            _ => None,
        }));
    }
}

#[test]
fn a_skipped_local_time_is_the_instant_of_the_skip_and_a_repeated_one_is_told_once() {
    let mut world = World::new("2026-03-28T12:00:00Z", "Europe/Berlin");
    schedule(&mut world, CycleUnit::Day, 2, 30);
    // 02:30 does not exist on the 29th: the clocks go from 02:00 to 03:00 at 01:00 UTC.
    assert!(told_at(&mut world, "2026-03-29T00:59:59Z").is_empty());
    assert_eq!(
        told_at(&mut world, "2026-03-29T01:00:00Z"),
        ["2026-03-28..2026-03-29"]
    );
    assert!(told_at(&mut world, "2026-03-29T23:00:00Z").is_empty());
    let mut world = World::new("2026-10-24T12:00:00Z", "Europe/Berlin");
    schedule(&mut world, CycleUnit::Day, 2, 30);
    // 02:30 is there twice on the 25th: at 00:30 and at 01:30 UTC.
    assert!(told_at(&mut world, "2026-10-25T00:29:59Z").is_empty());
    assert_eq!(
        told_at(&mut world, "2026-10-25T00:30:00Z"),
        ["2026-10-24..2026-10-25"]
    );
    assert!(told_at(&mut world, "2026-10-25T01:30:00Z").is_empty());
}

fn schedule(world: &mut World, unit: CycleUnit, hour: u8, minute: u8) {
    world.run(Command::CreateDigestSchedule(CreateDigestSchedule {
        member: MemberId(1),
        unit,
        time: LocalTime { hour, minute },
        inbox: true,
        email: false,
        webhook: None,
    }));
}

#[test]
fn weeks_and_months_are_told_on_their_first_day_after_and_only_the_newest_of_several_missed() {
    let mut world = World::new("2026-01-30T12:00:00Z", "UTC");
    schedule(&mut world, CycleUnit::Month, 8, 0);
    assert!(told_at(&mut world, "2026-02-01T07:59:00Z").is_empty());
    assert_eq!(
        told_at(&mut world, "2026-02-01T08:00:00Z"),
        ["2026-01-01..2026-02-01"]
    );
    assert_eq!(
        told_at(&mut world, "2026-06-01T07:00:00Z"),
        ["2026-04-01..2026-05-01"]
    );
    assert_eq!(
        told_at(&mut world, "2026-06-01T08:00:00Z"),
        ["2026-05-01..2026-06-01"]
    );
    let next = next_deadline(&world.state, world.now);
    assert_eq!(next, Some(at("2026-07-01T08:00:00Z")));
    // The zone of the workspace decides, also one that changes later.
    world.run(Command::UpdateWorkspace(UpdateWorkspace {
        time_zone: Some("Asia/Shanghai".into()),
        ..UpdateWorkspace::default()
    }));
    assert!(told_at(&mut world, "2026-06-30T23:59:59Z").is_empty());
    assert_eq!(
        told_at(&mut world, "2026-07-01T00:00:00Z"),
        ["2026-06-01..2026-07-01"]
    );
}

#[test]
fn a_schedule_needs_a_way_an_address_and_a_time_that_exists_and_a_leaver_is_told_nothing() {
    let mut world = World::new("2026-01-30T12:00:00Z", "UTC");
    let wrong = CreateDigestSchedule {
        member: MemberId(1),
        unit: CycleUnit::Year,
        time: LocalTime {
            hour: 24,
            minute: 0,
        },
        inbox: false,
        email: true,
        webhook: Some(WebhookId(9)),
    };
    assert_eq!(
        world.rejected(Command::CreateDigestSchedule(wrong)),
        [
            "webhook_id WEBHOOK_NOT_FOUND",
            "unit INVALID_ARGUMENT",
            "local_time INVALID_ARGUMENT",
            "email EMAIL_MISSING",
        ]
    );
    let lee = member(&mut world, "Lee", Role::Rep, None);
    let mut schedule = CreateDigestSchedule {
        member: lee,
        unit: CycleUnit::Day,
        time: LocalTime { hour: 8, minute: 0 },
        inbox: true,
        email: true,
        webhook: None,
    };
    world.run(Command::CreateDigestSchedule(schedule.clone()));
    schedule.member = MemberId(1);
    schedule.email = false;
    world.run(Command::CreateDigestSchedule(schedule));
    world.run(Command::UpdateMember(UpdateMember {
        id: lee,
        name: None,
        role: None,
        team: Patch::Keep,
        unix_user: Patch::Keep,
        email: Patch::Keep,
        external_id: Patch::Keep,
        active: Some(false),
    }));
    assert_eq!(told_at(&mut world, "2026-01-31T08:00:00Z").len(), 1);
    assert_eq!(world.state.notices_of(lee).count(), 0);
    assert_eq!(world.state.pending_lanes().len(), 0);
    world.now = world.now.plus_micros(HOUR);
    assert!(world.try_run(&Command::Tick).unwrap().is_empty());
}
