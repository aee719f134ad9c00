//! The process engine alone: what a query and a move cost with many open deals and score entries, and how that grows.
//!
//! The number is that of open opportunities; there are ten times as many score entries. A tenth of it is measured first.
//! Nothing here waits for a disk or a network: the figures are domain time.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::{hint::black_box, time::Instant};

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
    forecast::{ForecastQuery, forecast_now},
    funnel::{FunnelQuery, funnel_now, scan},
    goal::Measure,
    leaderboard::{LeaderboardQuery, leaderboard},
    metric::{Grouping, MetricsQuery, metrics},
    outcome::{OutcomeQuery, outcomes_now},
    time::MICROS_PER_DAY,
};
use sluice_tests::{load::argument, sample::Sample};

/// Open opportunities, unless another number is given.
const OPEN: u64 = 100_000;
/// How much smaller the first measurement is.
const GROWTH: u64 = 10;
/// Days of history.
const DAYS: i64 = 365;
/// Deals a member works on.
const DEALS_EACH: u64 = 250;
/// Members of a team.
const TEAM_SIZE: u64 = 20;
/// Times a query is repeated; the median is printed.
const REPEATS: usize = 21;
/// Moves that are timed.
const MOVES: usize = 2_000;
/// Instants of the past that are looked at.
const INSTANTS: i64 = 12;

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

    /// A workspace with teams and members, then deals over a year: half of them open, the others won or lost.
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
        for team in 0..world.members.div_ceil(TEAM_SIZE) {
            let team = CreateTeam {
                name: format!("Team {team}"),
                // Ten teams below each of the first ones.
                parent: (team >= 10).then_some(TeamId(team % 10 + 1)),
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

    /// One deal's life: of five, two stay open, two are won, one is lost.
    fn deal(&mut self, number: u64, of: u64) -> Result<()> {
        // Those that are closed need time for it.
        let fate = number % 5;
        let room = if fate < 2 { DAYS } else { DAYS - 60 };
        let day = i64::try_from(number)? * room / i64::try_from(of)?;
        let at = |days: i64| self.start.plus_micros((day + days) * MICROS_PER_DAY);
        let (created, last) = (at(0), self.now());
        let steps: Vec<Timestamp> = (1..=5).map(|step| at(step * 9).min(last)).collect();
        let amount = Money::new(
            i64::try_from(self.sample.below(100_000_000))?,
            Currency::parse("EUR").context("a currency")?,
        );
        let due = self.state.zone().date_of(created).plus_days(90);
        let mut create = CreateOpportunity::new(format!("Deal {number}"), amount, due);
        create.owner = Some(MemberId(self.sample.below(self.members) + 1));
        self.run(&Command::CreateOpportunity(Box::new(create)), created)?;
        let id = OpportunityId(self.state.opportunity_count() as u64);
        let go = |stage| {
            Command::MoveOpportunity(MoveOpportunity {
                id,
                to: StageId(stage),
                override_reason: None,
            })
        };
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

/// The median of repeated calls, in microseconds.
fn median<T>(name: &str, mut call: impl FnMut() -> T) -> (String, f64) {
    let mut times: Vec<f64> = (0..REPEATS)
        .map(|_| {
            let started = Instant::now();
            black_box(call());
            started.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (name.to_owned(), times[REPEATS / 2])
}

fn window(text: &str, world: &World) -> Result<Window> {
    let cycle = Cycle::parse(text).map_err(|error| anyhow!("{error}"))?;
    Ok(cycle.window(world.state.zone().date_of(world.now())))
}

/// Every figure, by name.
fn measure(world: &mut World) -> Result<Vec<(String, f64)>> {
    let now = world.now();
    let (year, quarter) = (window("2026", world)?, window("2026-Q4", world)?);
    let state = world.state.clone();
    let everything = FunnelQuery::at(now);
    let team = FunnelQuery {
        team: Some(TeamId(1)),
        window: Some(quarter),
        ..everything.clone()
    };
    let owner = FunnelQuery {
        owner: Some(MemberId(1)),
        window: Some(year),
        ..everything.clone()
    };
    let in_year = FunnelQuery {
        window: Some(year),
        ..everything.clone()
    };
    let forecast = ForecastQuery {
        as_of: now,
        scope: Scope::default(),
        window: year,
    };
    let outcome = OutcomeQuery {
        as_of: now,
        scope: Scope::default(),
        window: Some(quarter),
    };
    let board = LeaderboardQuery {
        metric: Metric::Won,
        measure: Measure::Amount,
        window: quarter,
        by: Grouping::Member,
        pipeline: None,
        by_todays_team: false,
    };
    let by = |by| MetricsQuery::new(year, by);
    let (members, teams) = (by(Grouping::Member), by(Grouping::Team));
    let mut figures = vec![
        median("funnel, everything", || funnel_now(&state, &everything)),
        median("funnel, a year", || funnel_now(&state, &in_year)),
        median("funnel, a team, a quarter", || funnel_now(&state, &team)),
        median("funnel, an owner, a year", || funnel_now(&state, &owner)),
        median("funnel counted anew (reference)", || {
            scan::funnel(&state, &everything)
        }),
        median("metrics, a year by member", || metrics(&state, &members)),
        median("metrics, a year by team", || metrics(&state, &teams)),
        median("leaderboard, a quarter", || leaderboard(&state, &board)),
        median("forecast, a year", || forecast_now(&state, &forecast)),
        median("outcomes, a quarter", || outcomes_now(&state, &outcome)),
    ];
    figures.push(moves(world)?);
    let mut slowest: f64 = 0.0;
    for month in 1..=INSTANTS {
        let at = world
            .start
            .plus_micros(month * DAYS / (INSTANTS + 1) * MICROS_PER_DAY);
        let started = Instant::now();
        black_box(state.as_of(at));
        slowest = slowest.max(started.elapsed().as_secs_f64() * 1e6);
    }
    figures.push(("as of an instant, the slowest of 12".to_owned(), slowest));
    Ok(figures)
}

/// A move of an open deal: decide, apply, finish the commit; the state before is kept by a reader, as in a server.
fn moves(world: &mut World) -> Result<(String, f64)> {
    let first = world
        .state
        .opportunities_in_stage(StageId(1))
        .map(|row| row.id);
    let deals: Vec<OpportunityId> = first.take(MOVES).collect();
    let now = world.now();
    let mut times = Vec::with_capacity(deals.len());
    for id in deals {
        let reader = world.state.clone();
        let go = Command::MoveOpportunity(MoveOpportunity {
            id,
            to: StageId(2),
            override_reason: None,
        });
        let started = Instant::now();
        world.run(&go, now)?;
        times.push(started.elapsed().as_secs_f64() * 1e6);
        drop(reader);
    }
    times.sort_by(f64::total_cmp);
    let middle = times.get(times.len() / 2).copied().unwrap_or_default();
    Ok(("a move, domain time".to_owned(), middle))
}

fn main() -> Result<()> {
    let open = argument(OPEN)?;
    let mut small: Vec<(String, f64)> = Vec::new();
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
        let figures = measure(&mut world)?;
        for (place, (name, micros)) in figures.iter().enumerate() {
            let grown = small.get(place).map_or_else(String::new, |(_, before)| {
                format!("  ({:.1} times that of a tenth)", micros / before)
            });
            println!("{name:<40} {micros:>12.1} µs{grown}");
        }
        small = figures;
    }
    Ok(())
}
