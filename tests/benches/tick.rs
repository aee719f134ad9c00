//! The passing of time beside writes: deals that stall all at once, and a log that falls out of its retention, while a
//! writer writes without pause. A real engine on a real folder; only the clock is set by hand.
//!
//! The number is that of the deals; a tenth of it is measured first.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use sluice_domain::{
    Actor, Command, Currency, Language, MemberId, Money, OpportunityId, Patch, PipelineTemplate,
    Role, StageId, TeamId, Timestamp,
    command::{
        AmendOpportunity, CreateMember, CreateTeam, SetUpWorkspace, UpdateStage, UpdateTeam,
    },
    import::{ImportHistory, ImportedStageEntry},
    next_deadline,
    time::MICROS_PER_DAY,
};
use sluice_server::engine::{Clock as _, Engine, EngineOptions, ManualClock, Outcome, Submission};
use sluice_tests::{harness::Folder, load::argument, meter::Latencies};

/// Deals, unless another number is given.
const DEALS: u64 = 100_000;
/// How much smaller the first measurement is.
const GROWTH: u64 = 10;
/// Rows of one import.
const CALL: u64 = 500;
/// Members, in teams of ten below one above: whoever is told has a manager, and that one has too.
const MEMBERS: u64 = 100;
const TEAM_SIZE: u64 = 10;
/// How long a writer is watched where nothing says when it is over.
const QUIET: Duration = Duration::from_secs(5);

/// An engine whose clock stands still.
struct World {
    engine: Engine,
    clock: ManualClock,
    deals: u64,
    written: u64,
}

impl World {
    async fn submit(&self, command: Command) -> Result<Outcome> {
        let actor = Actor {
            member: None,
            label: "bench".to_owned(),
        };
        Ok(self.engine.submit(Submission::new(command, actor)).await?)
    }

    /// A workspace with people, and deals that all entered the first stage in one instant.
    async fn filled(folder: &Folder, deals: u64) -> Result<Self> {
        let start = Timestamp::parse("2026-01-05T09:00:00Z").context("a start")?;
        let clock = ManualClock::new(start);
        let options = EngineOptions {
            clock: Arc::new(clock.clone()),
            ..EngineOptions::new(folder.data())
        };
        let engine = tokio::task::spawn_blocking(move || Engine::open(options)).await??;
        let world = Self {
            engine,
            clock,
            deals,
            written: 0,
        };
        let set_up = SetUpWorkspace {
            name: "Bench".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            currency: "EUR".to_owned(),
            language: Language::En,
            template: PipelineTemplate::Default,
            administrator: None,
        };
        world.submit(Command::SetUpWorkspace(set_up)).await?;
        world.people().await?;
        for first in (0..deals).step_by(usize::try_from(CALL)?) {
            let rows = first..(first + CALL).min(deals);
            world.submit(entries(rows, start)?).await?;
        }
        Ok(world)
    }

    async fn people(&self) -> Result<()> {
        for team in 0..=MEMBERS / TEAM_SIZE {
            let team = CreateTeam {
                name: format!("Team {team}"),
                parent: (team > 0).then_some(TeamId(1)),
                ..CreateTeam::default()
            };
            self.submit(Command::CreateTeam(team)).await?;
        }
        for member in 0..MEMBERS {
            let member = CreateMember {
                name: format!("Member {member}"),
                role: Role::Rep,
                team: Some(TeamId(member / TEAM_SIZE + 2)),
                unix_user: None,
                email: None,
                external_id: None,
            };
            self.submit(Command::CreateMember(member)).await?;
        }
        for team in 0..=MEMBERS / TEAM_SIZE {
            // The last of each team leads it; the very last the team above too.
            let manager = if team == 0 { MEMBERS } else { team * TEAM_SIZE };
            let lead = UpdateTeam {
                id: TeamId(team + 1),
                name: None,
                parent: Patch::Keep,
                manager: Patch::Set(MemberId(manager)),
                external_id: Patch::Keep,
            };
            self.submit(Command::UpdateTeam(lead)).await?;
        }
        Ok(())
    }

    fn is_something_due(&self) -> bool {
        let now = self.clock.now();
        next_deadline(&self.engine.snapshot(), now).is_some_and(|at| at <= now)
    }

    /// Writes without pause until told to stop; the wait of each write.
    async fn write_while(&mut self, mut going: impl FnMut(&Self) -> bool) -> Result<Latencies> {
        let mut waits = Latencies::new()?;
        while going(self) {
            self.written += 1;
            let mut amend = AmendOpportunity::of(OpportunityId(self.written % self.deals + 1));
            amend.name = Some(format!("Deal, the {}th write", self.written));
            let began = Instant::now();
            self.submit(Command::AmendOpportunity(Box::new(amend)))
                .await?;
            waits.add(began.elapsed());
        }
        Ok(waits)
    }

    async fn write_for(&mut self, time: Duration) -> Result<Latencies> {
        let end = Instant::now() + time;
        self.write_while(|_| Instant::now() < end).await
    }

    /// Writes while what is due is told, and says what that took.
    async fn write_while_due(&mut self, what: &str) -> Result<()> {
        let (alerts, revision) = self.told();
        let began = Instant::now();
        let waits = self.write_while(Self::is_something_due).await?;
        let took = began.elapsed();
        let (alerts_after, revision_after) = self.told();
        let ticks = revision_after - revision - waits.count();
        let told = alerts_after - alerts;
        println!(
            "{what}: {}; {told} alerts in {ticks} commits, all told after {:.1} s",
            summary(&waits),
            took.as_secs_f64()
        );
        Ok(())
    }

    /// The alerts, and the revision.
    fn told(&self) -> (usize, u64) {
        let state = self.engine.snapshot();
        (state.alerts().count(), state.revision())
    }
}

fn entries(numbers: std::ops::Range<u64>, at: Timestamp) -> Result<Command> {
    let currency = Currency::parse("EUR").context("a currency")?;
    let rows = numbers.map(|number| ImportedStageEntry {
        external_id: format!("x{number}"),
        stage: StageId(1),
        at,
        actor: None,
        amount: Some(Money::new(100_000, currency)),
        occurrence: 0,
        name: Some(format!("Deal {number}")),
        owner: Some(MemberId(number % MEMBERS + 1)),
    });
    Ok(Command::ImportHistory(ImportHistory {
        rows: rows.collect(),
    }))
}

fn summary(waits: &Latencies) -> String {
    format!(
        "{} writes, {}, longest {:.2} ms",
        waits.count(),
        waits.summary(),
        waits.milliseconds(100.0)
    )
}

async fn measure(deals: u64) -> Result<()> {
    let folder = Folder::new()?;
    let mut world = World::filled(&folder, deals).await?;
    println!("{deals} deals in one stage, entered in one instant");
    let alone = world.write_for(QUIET).await?;
    println!("nothing due: {}", summary(&alone));
    world.clock.advance_micros(12 * MICROS_PER_DAY);
    world.write_while_due("all approach").await?;
    world.clock.advance_micros(2 * MICROS_PER_DAY);
    world.write_while_due("all stall").await?;
    let alone = world.write_for(QUIET).await?;
    println!("nothing due any more: {}", summary(&alone));
    let shorter = UpdateStage {
        id: StageId(1),
        name: None,
        win_probability_bp: None,
        stagnation_period_days: Patch::Set(7),
        required_fields: None,
        gate: None,
    };
    let began = Instant::now();
    world.submit(Command::UpdateStage(shorter)).await?;
    println!(
        "a period shortened under all of them: {:.2} ms",
        began.elapsed().as_secs_f64() * 1e3
    );
    world.write_while_due("all become critical").await?;
    world.clock.advance_micros(8 * MICROS_PER_DAY);
    let oldest = world.engine.oldest_revision();
    let waits = world.write_for(4 * QUIET).await?;
    println!(
        "the whole log falls out of its retention: {}; {} commits of it went",
        summary(&waits),
        world.engine.oldest_revision() - oldest
    );
    world.engine.shutdown().await;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<()> {
    let deals = argument(DEALS)?;
    for deals in [deals / GROWTH, deals] {
        measure(deals).await?;
    }
    Ok(())
}
