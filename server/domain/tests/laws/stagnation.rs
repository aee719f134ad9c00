//! Stagnation: levels at their exact instants, told once to the right people, whatever happens in between.

use sluice_domain::command::*;
use sluice_domain::import::*;
use sluice_domain::*;

use crate::world::{DAY, HOUR, World, at, usd};

/// Kim (M-1) leads the company, Lee (M-2) the team East below it, Max (M-3) and Ann (M-4) sell in East.
pub fn company(zone: &str) -> World {
    let mut world = World::new("2026-03-02T09:00:00Z", zone);
    let team = |name: &str, parent, manager| {
        Command::CreateTeam(CreateTeam {
            name: name.to_owned(),
            parent,
            manager,
            external_id: None,
        })
    };
    let member = |name: &str, role, team| {
        Command::CreateMember(CreateMember {
            name: name.to_owned(),
            role,
            team,
            unix_user: None,
            email: None,
            external_id: None,
        })
    };
    world.run(team("Company", None, Some(MemberId(1))));
    world.run(member("Lee", Role::Manager, None));
    world.run(team("East", Some(TeamId(1)), Some(MemberId(2))));
    world.run(member("Max", Role::Rep, Some(TeamId(2))));
    world.run(member("Ann", Role::Rep, Some(TeamId(2))));
    for (id, team) in [(1, 1), (2, 2)] {
        world.run(Command::UpdateMember(UpdateMember {
            id: MemberId(id),
            name: None,
            role: None,
            team: Patch::Set(TeamId(team)),
            unix_user: Patch::Keep,
            email: Patch::Keep,
            external_id: Patch::Keep,
            active: None,
        }));
    }
    world
}

pub fn deal_of(world: &mut World, owner: u64, amount_minor: i64) -> OpportunityId {
    let date = Date::parse("2026-12-31").unwrap();
    let mut command = CreateOpportunity::new("deal", usd(amount_minor), date);
    command.owner = Some(MemberId(owner));
    world.run(Command::CreateOpportunity(Box::new(command)));
    OpportunityId(world.state.opportunity_count() as u64)
}

impl World {
    /// Ticks until nothing is due at this instant; how many commits that took.
    pub fn catch_up(&mut self) -> usize {
        let mut commits = 0;
        while next_deadline(&self.state, self.now).is_some_and(|due| due <= self.now) {
            let events = self.run(Command::Tick);
            assert!(!events.is_empty(), "what is due is done");
            assert!(events.len() <= limits::MAX_TICK_CHANGES + 16);
            commits += 1;
        }
        commits
    }

    /// Lets time pass to an instant, ticking at every deadline on the way.
    pub fn pass_to(&mut self, to: Timestamp) {
        while let Some(due) = next_deadline(&self.state, self.now).filter(|due| *due <= to) {
            self.now = due.max(self.now);
            self.catch_up();
        }
        self.now = to;
    }

    /// Every alert, as `level recipient state`.
    fn told(&self) -> Vec<String> {
        let alerts = self.state.alerts();
        alerts
            .map(|alert| {
                let (level, state) = (alert.level.name(), alert.state.name());
                format!("{level} {} {state}", alert.recipient)
            })
            .collect()
    }

    fn level(&self, id: OpportunityId) -> StagnationLevel {
        self.opportunity(id).told_level()
    }
}

pub fn set_period(stage: u64, days: Patch<u16>) -> Command {
    Command::UpdateStage(UpdateStage {
        id: StageId(stage),
        name: None,
        win_probability_bp: None,
        stagnation_period_days: days,
        required_fields: None,
        gate: None,
    })
}

pub fn set_calendar(calendar: Calendar) -> Command {
    Command::UpdatePipeline(UpdatePipeline {
        id: PipelineId(1),
        name: None,
        allow_skipping: None,
        calendar: Some(calendar),
        retired: None,
    })
}

pub fn working_days(holidays: &[&str]) -> Calendar {
    Calendar {
        working_days_only: true,
        holidays: holidays
            .iter()
            .map(|day| Date::parse(day).unwrap())
            .collect(),
        ..Calendar::default()
    }
}

#[test]
fn golden_3_the_event_comes_five_days_after_the_return_not_fourteen() {
    let mut world = company("UTC");
    let start = world.now;
    let deal = deal_of(&mut world, 3, 100);
    world.pass_to(start.plus_micros(9 * DAY));
    world.go(deal, 2);
    world.pass_to(start.plus_micros(12 * DAY));
    world.go(deal, 1);
    let stalled = start.plus_micros(17 * DAY);
    world.pass_to(stalled.plus_micros(-1));
    assert_eq!(world.level(deal), StagnationLevel::Approaching);
    world.pass_to(stalled);
    let stagnation = world.opportunity(deal).stagnation.unwrap();
    assert_eq!(stagnation.level, StagnationLevel::Stalled);
    assert_eq!(stagnation.since, stalled);
}

#[test]
fn every_level_is_told_at_its_microsecond() {
    let mut world = company("UTC");
    world.now = world.now.plus_micros(7);
    let start = world.now;
    let deal = deal_of(&mut world, 3, 100);
    // 14 days: 80 % are 11.2 days, 150 % are 21.
    for (level, micros) in [
        (StagnationLevel::Approaching, 14 * DAY / 10 * 8),
        (StagnationLevel::Stalled, 14 * DAY),
        (StagnationLevel::Critical, 21 * DAY),
    ] {
        let due = start.plus_micros(micros);
        assert_eq!(next_deadline(&world.state, world.now), Some(due));
        world.now = due.plus_micros(-1);
        assert!(world.run(Command::Tick).is_empty());
        world.now = due;
        world.catch_up();
        let told = world.opportunity(deal).stagnation.unwrap();
        assert_eq!((told.level, told.since), (level, due));
    }
    assert_eq!(next_deadline(&world.state, world.now), None);
}

#[test]
fn after_a_time_without_a_server_every_level_is_told_with_its_own_instant() {
    let mut world = company("UTC");
    let start = world.now;
    let deal = deal_of(&mut world, 3, 100);
    world.now = start.plus_micros(40 * DAY);
    world.catch_up();
    let told: Vec<_> = world
        .log
        .iter()
        .flatten()
        .filter_map(|event| match event {
            Event::OpportunityStagnated { stagnation, at, .. } => {
                assert_eq!(*at, world.now);
                Some((stagnation.level, stagnation.since.micros_since(start)))
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        told,
        [
            (StagnationLevel::Approaching, 14 * DAY / 10 * 8),
            (StagnationLevel::Stalled, 14 * DAY),
            (StagnationLevel::Critical, 21 * DAY),
        ]
    );
    assert_eq!(world.level(deal), StagnationLevel::Critical);
}

#[test]
fn owner_manager_and_their_manager_are_told_once_each() {
    let mut world = company("UTC");
    let start = world.now;
    deal_of(&mut world, 3, 100);
    world.pass_to(start.plus_micros(12 * DAY));
    assert_eq!(world.told(), ["APPROACHING M-3 OPEN"]);
    world.pass_to(start.plus_micros(15 * DAY));
    let stalled = [
        "APPROACHING M-3 RESOLVED",
        "STALLED M-3 OPEN",
        "STALLED M-2 OPEN",
    ];
    assert_eq!(world.told(), stalled);
    world.pass_to(start.plus_micros(365 * DAY));
    let critical = [stalled.as_slice(), &["CRITICAL M-1 OPEN"]].concat();
    assert_eq!(world.told(), critical);
}

#[test]
fn a_manager_who_sells_is_managed_by_the_next_one_above() {
    let mut world = company("UTC");
    let start = world.now;
    deal_of(&mut world, 2, 100);
    world.pass_to(start.plus_micros(30 * DAY));
    assert_eq!(
        world.told(),
        [
            "APPROACHING M-2 RESOLVED",
            "STALLED M-2 OPEN",
            "STALLED M-1 OPEN"
        ]
    );
}

#[test]
fn whoever_has_left_is_stood_in_for_by_their_manager() {
    let mut world = company("UTC");
    let start = world.now;
    deal_of(&mut world, 3, 100);
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
    world.run(leave(3));
    world.pass_to(start.plus_micros(12 * DAY));
    assert_eq!(world.told(), ["APPROACHING M-2 OPEN"]);
    world.run(leave(2));
    world.pass_to(start.plus_micros(15 * DAY));
    assert_eq!(world.told(), ["APPROACHING M-2 OPEN", "STALLED M-1 OPEN"]);
}

#[test]
fn leaving_the_stage_resolves_and_coming_back_tells_anew() {
    let mut world = company("UTC");
    let start = world.now;
    let deal = deal_of(&mut world, 3, 100);
    world.pass_to(start.plus_micros(15 * DAY));
    world.go(deal, 2);
    assert_eq!(world.opportunity(deal).stagnation, None);
    assert!(world.told().iter().all(|told| told.ends_with("RESOLVED")));
    let back = start.plus_micros(16 * DAY);
    world.pass_to(back);
    world.go(deal, 1);
    // Its clock has long passed the period: it is stalled from the moment it came back.
    world.catch_up();
    let told = world.opportunity(deal).stagnation.unwrap();
    assert_eq!((told.level, told.since), (StagnationLevel::Stalled, back));
    let open: Vec<_> = world
        .told()
        .into_iter()
        .filter(|told| told.ends_with("OPEN"))
        .collect();
    assert_eq!(open, ["STALLED M-3 OPEN", "STALLED M-2 OPEN"]);
}

#[test]
fn what_a_tick_came_too_late_for_is_told_by_the_move_itself() {
    let mut world = company("UTC");
    let start = world.now;
    let deal = deal_of(&mut world, 3, 100);
    world.now = start.plus_micros(15 * DAY);
    let moved = MoveOpportunity {
        id: deal,
        to: StageId(2),
        override_reason: None,
    };
    let events = world.run(Command::MoveOpportunity(moved));
    let told = events.iter().filter(|event| {
        matches!(event, Event::OpportunityStagnated { stagnation, .. }
            if stagnation.since <= start.plus_micros(14 * DAY))
    });
    assert_eq!(told.count(), 2);
    assert!(world.told().iter().all(|told| told.ends_with("RESOLVED")));
    assert_eq!(world.catch_up(), 0);
}

#[test]
fn an_alert_is_acknowledged_or_put_off_with_a_reason_and_comes_back() {
    let mut world = company("UTC");
    let start = world.now;
    deal_of(&mut world, 3, 100);
    world.pass_to(start.plus_micros(15 * DAY));
    world.actor = Some(MemberId(3));
    let snooze = |until: Timestamp, reason: &str| {
        Command::SnoozeAlert(SnoozeAlert {
            id: AlertId(2),
            until,
            reason: reason.to_owned(),
        })
    };
    let until = world.now.plus_micros(2 * DAY);
    assert_eq!(
        world.rejected(snooze(until, " ")),
        ["reason INVALID_ARGUMENT"]
    );
    assert_eq!(
        world.rejected(snooze(world.now, "on holiday")),
        ["until_time INVALID_ARGUMENT"]
    );
    let never = world.now.plus_micros(91 * DAY);
    assert_eq!(
        world.rejected(snooze(never, "on holiday")),
        ["until_time INVALID_ARGUMENT"]
    );
    world.run(snooze(until, "on holiday"));
    assert!(world.run(snooze(until, "on holiday")).is_empty());
    assert_eq!(next_deadline(&world.state, world.now), Some(until));
    world.pass_to(until.plus_micros(-1));
    assert_eq!(world.told()[1], "STALLED M-3 SNOOZED");
    world.pass_to(until);
    assert_eq!(world.told()[1], "STALLED M-3 OPEN");
    let acknowledge = |id| {
        Command::AcknowledgeAlert(AcknowledgeAlert {
            id: AlertId(id),
            reason: Some("calling today".to_owned()),
        })
    };
    world.run(acknowledge(2));
    assert_eq!(world.told()[1], "STALLED M-3 ACKNOWLEDGED");
    assert_eq!(world.rejected(acknowledge(1)), ["id ALERT_RESOLVED"]);
    assert_eq!(world.rejected(acknowledge(99)), ["id ALERT_NOT_FOUND"]);
}

#[test]
fn an_alert_is_answered_by_its_recipient_their_managers_and_administrators() {
    let mut world = company("UTC");
    let start = world.now;
    deal_of(&mut world, 3, 100);
    world.pass_to(start.plus_micros(12 * DAY));
    let acknowledge = |reason: &str| {
        Command::AcknowledgeAlert(AcknowledgeAlert {
            id: AlertId(1),
            reason: Some(reason.to_owned()),
        })
    };
    world.actor = Some(MemberId(4));
    assert_eq!(world.rejected(acknowledge("mine")), ["id ALERT_OF_ANOTHER"]);
    for (number, actor) in [Some(3), Some(2), Some(1), None].into_iter().enumerate() {
        world.actor = actor.map(MemberId);
        world.run(acknowledge(&number.to_string()));
    }
}

#[test]
fn what_is_put_away_is_silent_and_told_nothing_twice_when_it_returns() {
    let mut world = company("UTC");
    let start = world.now;
    let deal = deal_of(&mut world, 3, 100);
    world.pass_to(start.plus_micros(15 * DAY));
    world.run(Command::ArchiveOpportunity(ArchiveOpportunity { id: deal }));
    assert!(world.told().iter().all(|told| told.ends_with("RESOLVED")));
    assert_eq!(next_deadline(&world.state, world.now), None);
    let before = world.told().len();
    world.pass_to(start.plus_micros(20 * DAY));
    world.run(Command::RestoreOpportunity(RestoreOpportunity { id: deal }));
    world.catch_up();
    assert_eq!(world.told().len(), before);
    world.pass_to(start.plus_micros(21 * DAY));
    assert_eq!(world.told().len(), before + 1);
    assert_eq!(world.level(deal), StagnationLevel::Critical);
}

#[test]
fn a_shorter_period_stalls_hundreds_in_small_commits_and_a_longer_one_takes_it_back() {
    let mut world = company("UTC");
    let start = world.now;
    for _ in 0..4 {
        deal_of(&mut world, 3, 100);
    }
    world.now = start.plus_micros(HOUR);
    let template = world.opportunity(OpportunityId(1)).clone();
    // So many that one commit cannot hold them; made by import, five hundred a call.
    let rows = (0..400)
        .map(|number| ImportedStageEntry {
            external_id: format!("x{number}"),
            stage: template.stage,
            at: start,
            actor: None,
            amount: Some(usd(7)),
            occurrence: 0,
            name: None,
            owner: Some(MemberId(4)),
        })
        .collect();
    world.run(Command::ImportHistory(ImportHistory { rows }));
    world.now = start.plus_micros(10 * DAY);
    assert_eq!(world.catch_up(), 0);
    // 10 days of 5: stalled, approaching on the way, and critical at 7.5 days.
    let events = world.run(set_period(1, Patch::Set(5)));
    assert_eq!(
        events.len(),
        1,
        "the commit of the pipeline is as small as ever"
    );
    assert!(world.catch_up() > 10);
    let told = |world: &World, level| {
        let deals = world.state.opportunities();
        deals.filter(|deal| deal.told_level() == level).count()
    };
    assert_eq!(told(&world, StagnationLevel::Critical), 404);
    for deal in world.state.opportunities() {
        let since = deal.stagnation.unwrap().since;
        assert_eq!(since, start.plus_micros(7 * DAY + 12 * HOUR));
    }
    let alerts = world.state.alerts().count();
    assert_eq!(alerts, 404 * 4);
    // 12 days: approaching from 9.6 on.
    world.run(set_period(1, Patch::Set(12)));
    world.catch_up();
    assert_eq!(told(&world, StagnationLevel::Approaching), 404);
    assert!(
        world
            .state
            .alerts()
            .filter(|alert| alert.level > StagnationLevel::Approaching)
            .all(|alert| !alert.is_unresolved())
    );
    world.run(set_period(1, Patch::Clear));
    world.catch_up();
    assert_eq!(told(&world, StagnationLevel::Flowing), 404);
    assert_eq!(next_deadline(&world.state, world.now), None);
    // The same period as at first: what was told of these very instants is not told again.
    world.run(set_period(1, Patch::Set(5)));
    world.catch_up();
    assert_eq!(told(&world, StagnationLevel::Critical), 404);
    assert_eq!(world.state.alerts().count(), alerts);
}

#[test]
fn a_stage_retired_while_stalled_deals_stand_in_it_resolves_their_alerts() {
    let mut world = company("UTC");
    let start = world.now;
    for _ in 0..3 {
        let deal = deal_of(&mut world, 3, 100);
        world.go(deal, 2);
    }
    world.pass_to(start.plus_micros(15 * DAY));
    assert_eq!(world.told().len(), 9);
    world.run(Command::RetireStage(RetireStage {
        id: StageId(2),
        move_to: Some(StageId(3)),
    }));
    world.catch_up();
    assert!(world.told().iter().all(|told| told.ends_with("RESOLVED")));
    assert!(
        world
            .state
            .opportunities()
            .all(|deal| deal.stagnation.is_none())
    );
    // In their new stage their clocks begin.
    world.pass_to(start.plus_micros(25 * DAY));
    assert_eq!(world.level(OpportunityId(1)), StagnationLevel::Stalled);
}

#[test]
fn working_days_and_holidays_stop_the_clock_also_in_weeks_of_a_clock_change() {
    let mut world = company("Europe/Berlin");
    world.run(set_calendar(working_days(&["2026-04-03", "2026-04-06"])));
    world.run(set_period(1, Patch::Set(10)));
    // Friday 2026-03-20 12:00 in Berlin, which changes its clocks on Sunday 2026-03-29.
    world.now = at("2026-03-20T11:00:00Z");
    let deal = deal_of(&mut world, 3, 100);
    // Half of Friday 20th, 5 days of week 13, 4 of week 14 (Good Friday), none on Easter Monday, half of Tuesday 7th.
    let stalled = at("2026-04-07T10:00:00Z");
    world.pass_to(stalled.plus_micros(-1));
    assert_eq!(world.level(deal), StagnationLevel::Approaching);
    world.pass_to(stalled);
    let told = world.opportunity(deal).stagnation.unwrap();
    assert_eq!(
        (told.level, told.since),
        (StagnationLevel::Stalled, stalled)
    );
    // Without the holidays it would have been two working days earlier: nothing falls, nobody is told twice.
    let alerts = world.told();
    world.run(set_calendar(working_days(&[])));
    world.catch_up();
    assert_eq!(world.told(), alerts);
    // With a third holiday it is a day later.
    world.run(set_calendar(working_days(&[
        "2026-04-02",
        "2026-04-03",
        "2026-04-06",
    ])));
    world.catch_up();
    assert_eq!(world.level(deal), StagnationLevel::Approaching);
    world.pass_to(at("2026-04-08T10:00:00Z"));
    assert_eq!(world.level(deal), StagnationLevel::Stalled);
}

#[test]
fn a_calendar_moves_the_clocks_of_those_who_came_back() {
    let mut world = company("Asia/Shanghai");
    let start = at("2026-03-02T00:00:00Z"); // Monday 08:00
    world.now = start;
    let deal = deal_of(&mut world, 3, 100);
    world.now = start.plus_micros(9 * DAY); // Wednesday of the next week
    world.go(deal, 2);
    world.now = start.plus_micros(10 * DAY);
    world.go(deal, 1);
    world.run(set_calendar(working_days(&[])));
    // Seven working days were spent: seven are left, Thursday 08:00 to the Monday after next.
    let due = next_deadline(&world.state, world.now).unwrap();
    let eighty = 14 * DAY / 10 * 8 - 7 * DAY;
    assert_eq!(due, start.plus_micros(10 * DAY + eighty + 2 * DAY));
    world.pass_to(start.plus_micros(21 * DAY));
    assert_eq!(world.level(deal), StagnationLevel::Stalled);
    assert_eq!(
        world.opportunity(deal).stagnation.unwrap().since,
        start.plus_micros(21 * DAY)
    );
    world.run(Command::UpdateWorkspace(UpdateWorkspace {
        time_zone: Some("America/New_York".to_owned()),
        ..UpdateWorkspace::default()
    }));
    world.catch_up();
}

#[test]
fn a_clock_set_back_takes_nothing_back_and_a_leap_of_a_year_tells_once() {
    let mut world = company("UTC");
    let start = world.now;
    let deal = deal_of(&mut world, 3, 100);
    world.now = start.plus_micros(365 * DAY);
    world.catch_up();
    let told = world.told();
    assert_eq!(told.len(), 4);
    world.now = start.plus_micros(DAY);
    assert!(world.run(Command::Tick).is_empty());
    assert_eq!(world.level(deal), StagnationLevel::Critical);
    world.now = start.plus_micros(366 * DAY);
    world.catch_up();
    assert_eq!(world.told(), told);
}

#[test]
fn an_import_that_comes_again_after_everything_stalled_changes_nothing() {
    let mut world = company("UTC");
    let import = |stage: u64, days: i64, start: Timestamp| {
        Command::ImportHistory(ImportHistory {
            rows: vec![ImportedStageEntry {
                external_id: "x".to_owned(),
                stage: StageId(stage),
                at: start.plus_micros(-days * DAY),
                actor: None,
                amount: Some(usd(9)),
                occurrence: 0,
                name: None,
                owner: Some(MemberId(3)),
            }],
        })
    };
    let start = world.now;
    world.run(import(1, 400, start));
    world.catch_up();
    let deal = OpportunityId(1);
    assert_eq!(world.level(deal), StagnationLevel::Critical);
    let told = world.told();
    assert!(world.run(import(1, 400, start)).is_empty());
    assert_eq!(world.catch_up(), 0);
    // A row before its present stay is news about another stage: what was told holds.
    let imported = world.run(import(2, 500, start));
    assert!(!imported.is_empty());
    world.catch_up();
    assert_eq!(world.told(), told);
    // A row after it moves it on.
    world.run(import(3, 1, start));
    world.catch_up();
    assert_eq!(world.level(deal), StagnationLevel::Flowing);
    assert!(world.told().iter().all(|told| told.ends_with("RESOLVED")));
}
