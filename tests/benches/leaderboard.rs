//! Leaderboards in the domain alone: what a score entry costs a board that goes on, and what an answer costs.
//!
//! The number is that of the members; a tenth of it is measured first. Each member has entered deals on several days of a
//! quarter, the last of them today. The writer keeps no board: what is measured is what those pay who ask.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::{hint::black_box, time::Instant};

use anyhow::{Context as _, Result, anyhow};
use sluice_domain::{
    Actor, Command, Context, Currency, GoalSubject, Language, MemberId, Metric, Money,
    PipelineTemplate, Role, State, TeamId, Timestamp, Window, apply,
    command::{CreateGoal, CreateMember, CreateOpportunity, CreateTeam, SetUpWorkspace},
    cycle::Cycle,
    decide,
    goal::Measure,
    leaderboard::{Board, Contenders, LeaderboardQuery, Ranked},
    metric::MetricSubject,
    time::MICROS_PER_DAY,
};
use sluice_tests::{load::argument, sample::Sample};

/// The allocator of the programs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Members, unless another number is given.
const MEMBERS: u64 = 10_000;
/// How much smaller the first measurement is.
const GROWTH: u64 = 10;
/// Members of a team.
const TEAM_SIZE: u64 = 20;
/// Days before today on which every member enters a deal.
const DAYS_BACK: [i64; 6] = [40, 20, 5, 3, 1, 0];
/// Commits that are followed, one score entry each.
const COMMITS: usize = 2_000;
/// Times an answer is repeated, each for another member.
const ANSWERS: usize = 2_000;
/// Places of an answer.
const TOP: usize = 50;

struct World {
    state: State,
    sample: Sample,
    members: u64,
    now: Timestamp,
}

impl World {
    fn run(&mut self, command: &Command, now: Timestamp) -> Result<()> {
        let actor = Actor {
            member: None,
            label: "bench".to_owned(),
        };
        let events = decide(&self.state, command, &Context { now, actor })
            .map_err(|rejection| anyhow!("{command:?}: {rejection}"))?;
        for event in &events {
            apply(&mut self.state, event);
        }
        black_box(self.state.finish_commit());
        Ok(())
    }

    /// A member enters a deal: one score entry.
    fn enter(&mut self, member: u64, now: Timestamp) -> Result<()> {
        let amount = Money::new(
            i64::try_from(self.sample.below(100_000_000))?,
            Currency::parse("EUR").context("a currency")?,
        );
        let due = self.state.zone().date_of(now).plus_days(90);
        let mut create = CreateOpportunity::new("A deal".to_owned(), amount, due);
        create.owner = Some(MemberId(member));
        self.run(&Command::CreateOpportunity(Box::new(create)), now)
    }

    fn filled(members: u64) -> Result<Self> {
        // A Friday, so that the week has days before it.
        let now = Timestamp::parse("2026-11-20T12:00:00Z").context("an instant")?;
        let mut world = Self {
            state: State::new(),
            sample: Sample::new(1),
            members,
            now,
        };
        let start = now.plus_micros(-60 * MICROS_PER_DAY);
        let set_up = SetUpWorkspace {
            name: "Bench".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            currency: "EUR".to_owned(),
            language: Language::En,
            template: PipelineTemplate::Default,
            administrator: None,
        };
        world.run(&Command::SetUpWorkspace(set_up), start)?;
        for team in 0..members.div_ceil(TEAM_SIZE) {
            let team = CreateTeam {
                name: format!("Team {team}"),
                parent: (team > 0).then_some(TeamId(team / 10 + 1)),
                ..CreateTeam::default()
            };
            world.run(&Command::CreateTeam(team), start)?;
        }
        let quarter = world.window("2026-Q4")?;
        for member in 0..members {
            let create = CreateMember {
                name: format!("Member {member}"),
                role: Role::Rep,
                team: Some(TeamId(member / TEAM_SIZE + 1)),
                unix_user: None,
                email: None,
                external_id: None,
            };
            world.run(&Command::CreateMember(create), start)?;
            let goal = CreateGoal {
                subject: GoalSubject::Member(MemberId(member + 1)),
                metric: Metric::New,
                measure: Measure::Amount,
                window: quarter,
                target: i64::try_from(world.sample.below(400_000_000))? + 1,
                locked: false,
            };
            world.run(&Command::CreateGoal(goal), start)?;
        }
        for back in DAYS_BACK {
            for member in 1..=members {
                let at = now.plus_micros(-back * MICROS_PER_DAY);
                world.enter(member, at)?;
            }
        }
        Ok(world)
    }

    fn window(&self, text: &str) -> Result<Window> {
        let cycle = Cycle::parse(text).map_err(|error| anyhow!("{error}"))?;
        Ok(cycle.window(self.state.zone().date_of(self.now)))
    }
}

/// The middle and the 99th percentile of times in microseconds.
fn say(name: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| {
        let place = (times.len() * percent / 100).min(times.len().saturating_sub(1));
        times.get(place).copied().unwrap_or_default()
    };
    println!("{name:<48} {:>9.1} µs p50 {:>9.1} µs p99", at(50), at(99));
}

fn micros<T>(call: impl FnOnce() -> T) -> f64 {
    let began = Instant::now();
    let result = call();
    let spent = began.elapsed().as_secs_f64() * 1e6;
    drop(black_box(result));
    spent
}

fn main() -> Result<()> {
    let members = argument(MEMBERS)?;
    for size in [members / GROWTH, members] {
        let mut world = World::filled(size.max(1))?;
        println!(
            "{} members in {} teams, {} score entries",
            world.members,
            world.state.team_count(),
            world.state.score_entry_count()
        );
        let amount = Ranked::Metric {
            metric: Metric::New,
            measure: Measure::Amount,
        };
        let share = Ranked::TargetShare {
            metric: Metric::New,
            measure: Measure::Amount,
        };
        let (members, teams) = (Contenders::Members, Contenders::Teams);
        for (name, ranked, cycle, by) in [
            ("members, this week", amount, "this-week", members),
            ("members, this quarter", amount, "this-quarter", members),
            (
                "members, of target, this quarter",
                share,
                "this-quarter",
                members,
            ),
            ("teams, this week", amount, "this-week", teams),
        ] {
            let query = LeaderboardQuery::new(ranked, world.window(cycle)?, by);
            let anew = (0..21).map(|_| micros(|| Board::of(&world.state, &query, world.now)));
            say(&format!("{name}: summed anew"), anew.collect());
            let mut board = Board::of(&world.state, &query, world.now);
            let mut entries = Vec::with_capacity(COMMITS);
            for _ in 0..COMMITS {
                let member = world.sample.below(world.members) + 1;
                world.enter(member, world.now)?;
                // Somebody still holds the board before, as who has just been answered.
                let answered = board.clone();
                entries.push(micros(|| board.advance(&world.state, world.now)));
                drop(answered);
            }
            say(&format!("{name}: a score entry"), entries);
            let most = match by {
                Contenders::Members => world.members,
                Contenders::Teams => world.state.team_count() as u64,
            };
            let answers = (0..ANSWERS).map(|_| {
                let own: MetricSubject = by.subject(world.sample.below(most) + 1);
                micros(|| (board.standing(own), board.rows(0, TOP)))
            });
            let answers: Vec<f64> = answers.collect();
            say(&format!("{name}: rank, neighbours, top {TOP}"), answers);
        }
    }
    Ok(())
}
