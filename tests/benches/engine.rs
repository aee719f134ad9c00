//! The process engine alone: what a query, a move and a look into the past cost with many open deals and score entries,
//! and how that grows.
//!
//! The first number is that of open opportunities; there are about ten times as many score entries. A tenth of it is
//! measured first. Words after it measure only the figures whose name has one of them. Nothing here waits for a disk or a
//! network: the figures are domain time, beside floors of the same run.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::{collections::BTreeMap, hint::black_box, time::Instant};

use anyhow::{Context as _, Result, anyhow};
use sluice_domain::{
    Actor, Command, CommitEffects, Context, Currency, Language, MemberId, Metric, Money,
    OpportunityId, PipelineTemplate, Role, Scope, StageId, State, TeamId, Timestamp, Window, apply,
    command::{
        AmendOpportunity, CreateMember, CreateOpportunity, CreateTeam, LoseOpportunity,
        MoveOpportunity, SetUpWorkspace,
    },
    cycle::Cycle,
    decide,
    difference::difference,
    forecast::{ForecastQuery, forecast, forecast_now},
    funnel::{FunnelQuery, funnel, funnel_now, scan},
    goal::Measure,
    leaderboard::{Contenders, LeaderboardQuery, Ranked, leaderboard},
    metric::{Grouping, MetricsQuery, metrics},
    outcome::{OutcomeQuery, outcomes_now},
    time::MICROS_PER_DAY,
};
use sluice_tests::{load::argument, sample::Sample};

/// The allocator of the programs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Open opportunities, unless another number is given.
const OPEN: u64 = 100_000;
/// How much smaller the first measurement is.
const GROWTH: u64 = 10;
/// Days of history.
const DAYS: i64 = 365;
/// Microseconds of an hour.
const HOUR: i64 = MICROS_PER_DAY / 24;
/// Most hours a deal stays in a stage.
const STAY_HOURS: u64 = 18 * 24;
/// Deals a member works on.
const DEALS_EACH: u64 = 250;
/// Members of a team.
const TEAM_SIZE: u64 = 20;
/// Times a query is repeated; the best and the middle are printed.
const REPEATS: usize = 21;
/// Moves that are timed.
const MOVES: usize = 2_000;
/// Instants of the past that are looked at; the slowest is printed.
const INSTANTS: i64 = 12;

/// A figure: its name, and the best and the middle of its times in microseconds.
struct Timed {
    name: String,
    best: f64,
    middle: f64,
}

/// A state in the making.
struct World {
    state: State,
    start: Timestamp,
    sample: Sample,
    members: u64,
}

impl World {
    fn run(&mut self, command: &Command, now: Timestamp) -> Result<CommitEffects> {
        let context = Context {
            now,
            actor: Actor {
                member: None,
                label: "bench".to_owned(),
            },
        };
        let events = decide(&self.state, command, &context)
            .map_err(|rejection| anyhow!("{command:?}: {rejection}"))?;
        for event in &events {
            apply(&mut self.state, event);
        }
        Ok(self.state.finish_commit())
    }

    /// A workspace with teams and members, then deals over a year: two fifths stay open, the others are won or lost.
    fn filled(open: u64) -> Result<Self> {
        let start = Timestamp::parse("2026-01-01T00:00:00Z").context("a start")?;
        let mut world = Self {
            state: State::new(),
            start,
            sample: Sample::new(1),
            members: (open / DEALS_EACH).max(1),
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
        for team in 0..world.members.div_ceil(TEAM_SIZE).max(2) {
            let team = CreateTeam {
                name: format!("Team {team}"),
                // The first holds all others; ten below each of those next to it.
                parent: match team {
                    0 => None,
                    1..10 => Some(TeamId(1)),
                    _ => Some(TeamId(team % 9 + 2)),
                },
                ..CreateTeam::default()
            };
            world.run(&Command::CreateTeam(team), start)?;
        }
        for member in 0..world.members {
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
        for deal in 0..open * 5 / 2 {
            world.deal(deal, open * 5 / 2)?;
        }
        // Until nothing is due any more.
        let now = world.now();
        while !world.run(&Command::Tick, now)?.rows.is_empty() {}
        Ok(world)
    }

    /// The end of the year.
    fn now(&self) -> Timestamp {
        self.start.plus_micros(DAYS * MICROS_PER_DAY)
    }

    /// An instant of the year: this many of `INSTANTS + 1` parts of it have passed.
    fn instant(&self, part: i64) -> Timestamp {
        self.start
            .plus_micros(part * DAYS / (INSTANTS + 1) * MICROS_PER_DAY)
    }

    /// One deal's life: of five, two stay open, two are won, one is lost.
    fn deal(&mut self, number: u64, of: u64) -> Result<()> {
        let fate = number % 5;
        // Those that are closed need time for it.
        let room = if fate < 2 { DAYS } else { DAYS - 90 };
        let day = i64::try_from(number)? * room / i64::try_from(of)?;
        let created = self.start.plus_micros(day * MICROS_PER_DAY);
        let last = self.now();
        let mut at = created;
        let mut steps = [created; 5];
        for step in &mut steps {
            let hours = 1 + self.sample.below(STAY_HOURS);
            at = at.plus_micros(i64::try_from(hours)? * HOUR).min(last);
            *step = at;
        }
        let amount = Money::new(
            i64::try_from(self.sample.below(100_000_000))?,
            Currency::parse("EUR").context("a currency")?,
        );
        let due = self.state.zone().date_of(created).plus_days(90);
        let mut create = CreateOpportunity::new(format!("Deal {number}"), amount, due);
        create.owner = Some(MemberId(self.sample.below(self.members) + 1));
        self.run(&Command::CreateOpportunity(Box::new(create)), created)?;
        let id = OpportunityId(self.state.opportunity_count() as u64);
        let go = |stage| Command::MoveOpportunity(MoveOpportunity::new(id, StageId(stage)));
        match fate {
            0 => {}
            1 => {
                let stage = self.sample.below(4) + 2;
                self.run(&go(stage), steps[0])?;
            }
            2 | 3 => {
                for (step, stage) in (2..=6).enumerate() {
                    self.run(&go(stage), steps[step])?;
                }
            }
            _ => {
                self.run(&go(2), steps[0])?;
                let lose = LoseOpportunity {
                    id,
                    reason: ["price", "timing", "competitor"][self.sample.below(3) as usize]
                        .to_owned(),
                    stage: None,
                    override_reason: None,
                };
                self.run(&Command::LoseOpportunity(lose), steps[1])?;
            }
        }
        if number.is_multiple_of(10) {
            let mut amend = AmendOpportunity::of(id);
            amend.expected_contract_date = Some(due.plus_days(30));
            amend.amount = Some(Money::new(amount.amount_minor / 2 + 1, amount.currency));
            self.run(&Command::AmendOpportunity(Box::new(amend)), last)?;
        }
        Ok(())
    }
}

/// The figures that are wanted, as they are measured.
struct Figures {
    words: Vec<String>,
    timed: Vec<Timed>,
}

impl Figures {
    fn wants(&self, name: &str) -> bool {
        self.words.is_empty() || self.words.iter().any(|word| name.contains(word.as_str()))
    }

    fn record(&mut self, name: &str, mut times: Vec<f64>) {
        times.sort_by(f64::total_cmp);
        let at = |place: usize| times.get(place).copied().unwrap_or_default();
        self.timed.push(Timed {
            name: name.to_owned(),
            best: at(0),
            middle: at(times.len() / 2),
        });
    }

    /// Repeats a call.
    fn time<T>(&mut self, name: &str, mut call: impl FnMut() -> T) {
        if self.wants(name) {
            let times = (0..REPEATS).map(|_| micros(&mut call)).collect();
            self.record(name, times);
        }
    }

    /// Calls once for each of some instants, and keeps the slowest.
    fn slowest<T>(&mut self, name: &str, mut call: impl FnMut(i64) -> T) {
        if self.wants(name) {
            let times = (1..=INSTANTS).map(|part| micros(|| call(part)));
            let slowest = times.fold(0.0, f64::max);
            self.record(name, vec![slowest]);
        }
    }
}

fn micros<T>(call: impl FnOnce() -> T) -> f64 {
    let started = Instant::now();
    let result = call();
    let spent = started.elapsed().as_secs_f64() * 1e6;
    drop(black_box(result));
    spent
}

fn window(text: &str, world: &World) -> Result<Window> {
    let cycle = Cycle::parse(text).map_err(|error| anyhow!("{error}"))?;
    Ok(cycle.window(world.state.zone().date_of(world.now())))
}

/// What everything else is compared with.
fn floors(figures: &mut Figures, state: &State) {
    figures.time("floor: read every opportunity once", || {
        let rows = state.opportunities();
        rows.map(|row| i128::from(row.amount_minor)).sum::<i128>()
    });
    figures.time("floor: read every score entry once", || {
        let rows = state.score_entries();
        rows.map(|row| i128::from(row.amount_minor)).sum::<i128>()
    });
    let mut map: BTreeMap<u64, u64> = (0..state.opportunity_count() as u64)
        .map(|key| (key * 2, key))
        .collect();
    let mut key = 1;
    figures.time("floor: 1,000 inserts into a BTreeMap", || {
        for _ in 0..1_000 {
            key = key * 3 % (map.len() as u64 * 2 + 1);
            map.insert(key, key);
        }
    });
}

fn queries(figures: &mut Figures, world: &World) -> Result<()> {
    let (state, now) = (&world.state, world.now());
    let (year, quarter) = (window("2026", world)?, window("2026-Q4", world)?);
    let odd = Window {
        start: year.start.plus_days(17),
        end: year.end.plus_days(-23),
    };
    for (name, by) in [
        ("workspace", Grouping::Workspace),
        ("member", Grouping::Member),
        ("team", Grouping::Team),
        ("pipeline", Grouping::Pipeline),
    ] {
        let query = MetricsQuery::new(odd, by);
        figures.time(&format!("metric: all five, a year by {name}"), || {
            metrics(state, &query)
        });
    }
    for (name, by) in [
        ("members", Contenders::Members),
        ("teams", Contenders::Teams),
    ] {
        let won = Ranked::Metric {
            metric: Metric::Won,
            measure: Measure::Amount,
        };
        let board = LeaderboardQuery::new(won, quarter, by);
        figures.time(&format!("leaderboard: WON, a quarter, {name}"), || {
            leaderboard(state, &board)
        });
    }
    let scopes = [
        ("everything", Scope::default()),
        (
            "the team of all",
            Scope {
                team: Some(TeamId(1)),
                ..Scope::default()
            },
        ),
        (
            "a team",
            Scope {
                team: Some(TeamId(2)),
                ..Scope::default()
            },
        ),
        (
            "an owner",
            Scope {
                owner: Some(MemberId(1)),
                ..Scope::default()
            },
        ),
    ];
    for (name, scope) in scopes {
        for (days, window) in [("ever", None), ("a year", Some(odd))] {
            let query = FunnelQuery {
                as_of: now,
                pipeline: scope.pipeline,
                owner: scope.owner,
                team: scope.team,
                window,
            };
            figures.time(&format!("funnel: {name}, {days}"), || {
                funnel_now(state, &query)
            });
        }
        let query = ForecastQuery {
            as_of: now,
            scope,
            window: year,
        };
        figures.time(&format!("forecast: {name}, a year"), || {
            forecast_now(state, &query)
        });
    }
    for (days, window) in [("a quarter", Some(quarter)), ("ever", None)] {
        let query = OutcomeQuery {
            as_of: now,
            scope: Scope::default(),
            window,
        };
        figures.time(&format!("outcomes: everything, {days}"), || {
            outcomes_now(state, &query)
        });
    }
    let everything = FunnelQuery::at(now);
    figures.time("floor: a funnel counted from the histories", || {
        scan::funnel(state, &everything)
    });
    Ok(())
}

fn past(figures: &mut Figures, world: &World) -> Result<()> {
    let state = &world.state;
    let year = window("2026", world)?;
    figures.slowest("time travel: the state of an instant", |part| {
        state.as_of(world.instant(part))
    });
    figures.slowest("time travel: the funnel of an instant", |part| {
        funnel(state, &FunnelQuery::at(world.instant(part)))
    });
    figures.slowest("time travel: the forecast of an instant", |part| {
        let query = ForecastQuery {
            as_of: world.instant(part),
            scope: Scope::default(),
            window: year,
        };
        forecast(state, &query)
    });
    figures.slowest("time travel: what changed in a month", |part| {
        let from = world.instant(part - 1);
        difference(state, Scope::default(), from, world.instant(part))
    });
    Ok(())
}

/// A move of an open deal: decide, apply, finish the commit, let go of the state before, which a reader held, as in a server.
fn moves(figures: &mut Figures, world: &mut World) -> Result<()> {
    let name = "move: every aggregate, domain time";
    if !figures.wants(name) {
        return Ok(());
    }
    let first = world
        .state
        .opportunities_in_stage(StageId(1))
        .map(|row| row.id);
    let deals: Vec<OpportunityId> = first.collect();
    let every = (deals.len() / MOVES).max(1);
    let now = world.now();
    let mut times = Vec::with_capacity(MOVES);
    for id in deals.into_iter().step_by(every).take(MOVES) {
        let reader = world.state.clone();
        let go = Command::MoveOpportunity(MoveOpportunity::new(id, StageId(2)));
        let started = Instant::now();
        black_box(world.run(&go, now)?);
        drop(reader);
        times.push(started.elapsed().as_secs_f64() * 1e6);
    }
    figures.record(name, times);
    Ok(())
}

fn main() -> Result<()> {
    let open = argument(OPEN)?;
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--") && word.parse::<u64>().is_err())
        .collect();
    let mut small: Vec<Timed> = Vec::new();
    for size in [open / GROWTH, open] {
        let started = Instant::now();
        let mut world = World::filled(size)?;
        println!(
            "{} opportunities, {} of them open; {} score entries, {} past images, {} members (made in {:.0} s)",
            world.state.opportunity_count(),
            size,
            world.state.score_entry_count(),
            world.state.past_images().count(),
            world.members,
            started.elapsed().as_secs_f64(),
        );
        let mut figures = Figures {
            words: words.clone(),
            timed: Vec::new(),
        };
        floors(&mut figures, &world.state);
        queries(&mut figures, &world)?;
        past(&mut figures, &world)?;
        moves(&mut figures, &mut world)?;
        for (place, own) in figures.timed.iter().enumerate() {
            let grown = small.get(place).map_or_else(String::new, |before| {
                format!("  ({:.1} times that of a tenth)", own.best / before.best)
            });
            println!(
                "{:<42} {:>12.1} µs best {:>12.1} µs middle{grown}",
                own.name, own.best, own.middle
            );
        }
        small = figures.timed;
    }
    Ok(())
}
