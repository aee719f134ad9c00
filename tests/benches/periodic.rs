//! What comes with time and with targets, in the domain alone: goals, digests, and what a changed calendar moves.
//!
//! The number is that of the deals; a tenth of it is measured first. Nothing here waits for a disk or a network.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow};
use sluice_domain::{
    Actor, Calendar, Command, Context, Currency, GoalSubject, Language, LocalTime, MemberId,
    Metric, Money, OpportunityId, Patch, PipelineId, PipelineTemplate, Role, StageId, State,
    TeamId, Timestamp, apply,
    command::{
        CreateDigestSchedule, CreateGoal, CreateMember, CreateTeam, MoveOpportunity,
        SetUpWorkspace, UpdatePipeline, UpdateStage, UpdateTeam, UpdateWorkspace,
    },
    cycle::{Cycle, CycleUnit, window_of},
    decide,
    digest::{digest, previous_of},
    goal::{Goal, Measure},
    goal_progress::progress,
    import::{ImportHistory, ImportedStageEntry},
    next_deadline,
    time::MICROS_PER_DAY,
};
use sluice_tests::load::argument;

/// Deals, unless another number is given.
const DEALS: u64 = 100_000;
/// How much smaller the first measurement is.
const GROWTH: u64 = 10;
/// Rows of one import.
const CALL: usize = 500;
/// Members, and how many a team has; ten teams stand below each of the first ones.
const MEMBERS: u64 = 400;
const TEAM_SIZE: u64 = 20;
/// Goals of members: with those of teams and of the workspace about a thousand.
const MEMBER_GOALS: u64 = 800;
/// Days over which the deals were entered.
const DAYS: i64 = 350;
/// Times a question is asked; the median is printed.
const REPEATS: usize = 21;
/// Moves that are timed.
const MOVES: usize = 2_000;
/// The stages every deal has been in: the last for the second time.
const STEPS: [u64; 4] = [1, 2, 3, 2];
/// Days between two of them.
const STEP_DAYS: i64 = 3;

struct World {
    state: State,
    start: Timestamp,
}

impl World {
    fn run(&mut self, command: &Command, now: Timestamp) -> Result<usize> {
        let actor = Actor {
            member: None,
            label: "bench".to_owned(),
        };
        let events = decide(&self.state, command, &Context { now, actor })
            .map_err(|rejection| anyhow!("{command:?}: {rejection}"))?;
        for event in &events {
            apply(&mut self.state, event);
        }
        if !events.is_empty() {
            self.state.finish_commit();
        }
        Ok(events.len())
    }

    fn timed(&mut self, command: &Command, now: Timestamp) -> Result<Duration> {
        // A reader keeps the state before, as in a server.
        let reader = self.state.clone();
        let began = Instant::now();
        self.run(command, now)?;
        let took = began.elapsed();
        drop(reader);
        Ok(took)
    }

    fn filled(deals: u64) -> Result<Self> {
        let start = Timestamp::parse("2026-01-01T08:00:00Z").context("a start")?;
        let mut world = Self {
            state: State::new(),
            start,
        };
        let set_up = SetUpWorkspace {
            name: "Bench".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            currency: "EUR".to_owned(),
            language: Language::En,
            template: PipelineTemplate::Default,
            administrator: None,
        };
        world.run(&Command::SetUpWorkspace(set_up), start)?;
        for team in 0..MEMBERS / TEAM_SIZE {
            let team = CreateTeam {
                name: format!("Team {team}"),
                parent: (team >= 10).then_some(TeamId(team % 10 + 1)),
                ..CreateTeam::default()
            };
            world.run(&Command::CreateTeam(team), start)?;
        }
        for member in 0..MEMBERS {
            let member = CreateMember {
                name: format!("Member {member}"),
                role: Role::Rep,
                team: Some(TeamId(member / TEAM_SIZE + 1)),
                unix_user: None,
                email: None,
                external_id: None,
            };
            world.run(&Command::CreateMember(member), start)?;
        }
        let lead = UpdateTeam {
            id: TeamId(1),
            name: None,
            parent: Patch::Keep,
            manager: Patch::Set(MemberId(1)),
            external_id: Patch::Keep,
        };
        world.run(&Command::UpdateTeam(lead), start)?;
        let now = world.now();
        let rows: Vec<ImportedStageEntry> = (0..deals)
            .flat_map(|deal| world.rows(deal, deals))
            .collect();
        for rows in rows.chunks(CALL) {
            let rows = rows.to_vec();
            world.run(&Command::ImportHistory(ImportHistory { rows }), now)?;
        }
        while world.run(&Command::Tick, now)? > 0 {}
        Ok(world)
    }

    /// Near the end of the year, on a Monday.
    fn now(&self) -> Timestamp {
        self.start.plus_micros(361 * MICROS_PER_DAY)
    }

    fn rows(&self, deal: u64, of: u64) -> Vec<ImportedStageEntry> {
        let entered = i64::try_from(deal * DAYS as u64 / of).unwrap_or_default();
        let entry = |(step, stage): (usize, &u64)| ImportedStageEntry {
            external_id: format!("x{deal}"),
            stage: StageId(*stage),
            at: self
                .start
                .plus_micros((entered + step as i64 * STEP_DAYS) * MICROS_PER_DAY),
            actor: None,
            amount: Some(Money::new(
                100_000 + (deal % 977) as i64 * 1_000,
                Currency::parse("EUR").unwrap_or(Currency::USD),
            )),
            occurrence: 0,
            name: None,
            owner: Some(MemberId(deal % MEMBERS + 1)),
        };
        STEPS.iter().enumerate().map(entry).collect()
    }

    /// Goals of the workspace and every team in every unit, and of members by month and quarter.
    fn add_goals(&mut self) -> Result<()> {
        let today = self.state.zone().date_of(self.now());
        let teams = self.state.teams().map(|team| GoalSubject::Team(team.id));
        let above: Vec<GoalSubject> = std::iter::once(GoalSubject::Workspace)
            .chain(teams)
            .collect();
        let units = [
            CycleUnit::Year,
            CycleUnit::Quarter,
            CycleUnit::Month,
            CycleUnit::Week,
            CycleUnit::Day,
        ];
        let mut wanted = Vec::new();
        for subject in above {
            for unit in units {
                wanted.extend(
                    [Measure::Count, Measure::Amount].map(|measure| (subject, unit, measure)),
                );
            }
        }
        for goal in 0..MEMBER_GOALS {
            let unit = [CycleUnit::Month, CycleUnit::Quarter][(goal / MEMBERS % 2) as usize];
            let member = GoalSubject::Member(MemberId(goal % MEMBERS + 1));
            wanted.push((member, unit, Measure::Amount));
        }
        for (subject, unit, measure) in wanted {
            let goal = CreateGoal {
                subject,
                metric: Metric::Flow,
                measure,
                window: window_of(unit, today),
                // Far away: every move looks at every goal it counts for.
                target: 1_000_000_000_000,
                locked: false,
            };
            self.run(&Command::CreateGoal(goal), self.now())?;
        }
        Ok(())
    }

    /// The median move of deals, in microseconds.
    fn moves(&mut self, skip: usize) -> Result<f64> {
        let deals = self.state.opportunities_in_stage(StageId(2));
        let deals: Vec<OpportunityId> = deals.skip(skip).take(MOVES).map(|deal| deal.id).collect();
        let now = self.now();
        let mut times = Vec::with_capacity(deals.len());
        for id in deals {
            let go = Command::MoveOpportunity(MoveOpportunity {
                id,
                to: StageId(4),
                override_reason: None,
            });
            times.push(micros(self.timed(&go, now)?));
        }
        times.sort_by(f64::total_cmp);
        Ok(times.get(times.len() / 2).copied().unwrap_or_default())
    }
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// The median of repeated calls, in microseconds.
fn median<T>(mut call: impl FnMut() -> T) -> f64 {
    let mut times: Vec<f64> = (0..REPEATS)
        .map(|_| {
            let began = Instant::now();
            black_box(call());
            micros(began.elapsed())
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[REPEATS / 2]
}

fn show(what: &str, micros: f64) {
    println!("{what:<55} {micros:>12.1} µs");
}

fn goals(world: &mut World) -> Result<()> {
    let bare = world.moves(0)?;
    world.add_goals()?;
    show("a move, no goals", bare);
    show("a move that counts for goals", world.moves(MOVES)?);
    let (state, now) = (&world.state, world.now());
    let all: Vec<_> = state.goals().cloned().collect();
    let ask = |goals: Vec<&std::sync::Arc<Goal>>| {
        let asked = goals.len().max(1) as f64;
        median(|| {
            for goal in &goals {
                black_box(progress(state, goal, now));
            }
        }) / asked
    };
    type Chosen = (&'static str, fn(&GoalSubject) -> bool);
    let kinds: [Chosen; 3] = [
        ("member", |it| matches!(it, GoalSubject::Member(_))),
        ("team", |it| matches!(it, GoalSubject::Team(_))),
        ("workspace", |it| matches!(it, GoalSubject::Workspace)),
    ];
    for (name, chosen) in kinds {
        let goals = all.iter().filter(|goal| chosen(&goal.subject));
        show(
            &format!("progress of a goal of a {name}"),
            ask(goals.collect()),
        );
    }
    let count = all.len();
    let whole = ask(all.iter().collect()) * count as f64;
    show(&format!("progress of all {count} goals"), whole);
    Ok(())
}

fn digests(world: &mut World) -> Result<()> {
    let now = world.now();
    for (name, member) in [
        ("the workspace", None),
        ("a team", Some(MemberId(1))),
        ("a member", Some(MemberId(2))),
    ] {
        for cycle in ["last-week", "last-month"] {
            let cycle = Cycle::parse(cycle).map_err(|error| anyhow!("{error}"))?;
            let window = cycle.window(world.state.zone().date_of(now));
            let previous = previous_of(cycle.unit(), window);
            let time = median(|| digest(&world.state, member, window, previous, now));
            show(&format!("digest of {name}, {}", window.name()), time);
        }
    }
    for member in 1..=50 {
        let schedule = CreateDigestSchedule {
            member: MemberId(member),
            unit: CycleUnit::Week,
            time: LocalTime { hour: 8, minute: 0 },
            inbox: true,
            email: false,
            webhook: None,
        };
        world.run(&Command::CreateDigestSchedule(schedule), now)?;
    }
    let later = now.plus_micros(8 * MICROS_PER_DAY);
    let (mut ticks, mut longest) = (0, 0.0_f64);
    while next_deadline(&world.state, later).is_some_and(|due| due <= later) {
        let notices = world.state.notices().count();
        let time = micros(world.timed(&Command::Tick, later)?);
        if world.state.notices().count() > notices {
            (ticks, longest) = (ticks + 1, longest.max(time));
        }
    }
    show(
        &format!("the longest of the {ticks} Ticks of 50 digests due at once"),
        longest,
    );
    Ok(())
}

fn settings(world: &mut World) -> Result<()> {
    let now = world.now().plus_micros(8 * MICROS_PER_DAY);
    let calendar = |working_days_only| {
        Command::UpdatePipeline(UpdatePipeline {
            id: PipelineId(1),
            name: None,
            allow_skipping: None,
            calendar: Some(Calendar {
                working_days_only,
                ..Calendar::default()
            }),
            retired: None,
        })
    };
    let period = |days| {
        Command::UpdateStage(UpdateStage {
            id: StageId(2),
            name: None,
            win_probability_bp: None,
            stagnation_period_days: Patch::Set(days),
            required_fields: None,
            gate: None,
        })
    };
    let zone = |zone: &str| {
        Command::UpdateWorkspace(UpdateWorkspace {
            time_zone: Some(zone.to_owned()),
            ..UpdateWorkspace::default()
        })
    };
    for (what, command) in [
        ("a shorter period", period(7)),
        ("working days only, every deal revisited", calendar(true)),
        ("every day again", calendar(false)),
        ("another time zone", zone("Asia/Shanghai")),
    ] {
        show(what, micros(world.timed(&command, now)?));
    }
    Ok(())
}

fn main() -> Result<()> {
    let deals = argument(DEALS)?;
    for deals in [deals / GROWTH, deals] {
        let began = Instant::now();
        let mut world = World::filled(deals)?;
        println!(
            "{deals} deals, {} score entries, {MEMBERS} members (made in {:.0} s)",
            world.state.score_entry_count(),
            began.elapsed().as_secs_f64()
        );
        goals(&mut world)?;
        digests(&mut world)?;
        settings(&mut world)?;
    }
    Ok(())
}
