//! Incentives alone: a move that earns in every way a move can, the opening of its packets, and the close of a cycle.
//!
//! The number is that of members, in teams of twenty. Nothing here waits for a disk or a network: the figures are domain
//! time, deciding, applying and finishing the commit, while a reader holds on to the state before it.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::{hint::black_box, time::Instant};

use anyhow::{Context as _, Result, anyhow};
use sluice_domain::{
    Actor, AttainmentTier, Audience, Command, Contender, Context, Currency, CycleUnit, Date,
    GoalSubject, Language, Measure, MemberId, Metric, Money, OpportunityId, PacketId, Payment,
    PipelineTemplate, RankedBy, Role, Rule, SchemeId, SplitAudience, SplitMethod, StageId, State,
    TaskPeriod, TeamId, Terms, Timestamp, Trigger, Unit, Window, apply,
    command::{
        CreateGoal, CreateMember, CreateOpportunity, CreateScheme, CreateTeam, MoveOpportunity,
        OpenPacket, PublishScheme, SetUpWorkspace,
    },
    decide,
    time::MICROS_PER_DAY,
};
use sluice_tests::load::argument;

/// The allocator of the programs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Members, unless another number is given.
const MEMBERS: u64 = 10_000;
/// Members of a team.
const TEAM_SIZE: u64 = 20;
/// Moves that are timed, each of another member.
const MOVES: u64 = 2_000;
/// Days a deal stands before it is won: every stage has stalled by then.
const STANDS_DAYS: i64 = 100;
/// Microseconds of a second.
const MICROS: f64 = 1e6;

/// A state in the making.
struct World {
    state: State,
    now: Timestamp,
}

impl World {
    fn run(&mut self, command: &Command) -> Result<()> {
        let context = Context {
            now: self.now,
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
        black_box(self.state.finish_commit());
        Ok(())
    }

    /// The same, and how many microseconds it took while somebody reads the state before it.
    fn timed(&mut self, command: &Command) -> Result<f64> {
        let reader = self.state.clone();
        let start = Instant::now();
        self.run(command)?;
        let micros = start.elapsed().as_secs_f64() * MICROS;
        drop(reader);
        Ok(micros)
    }

    fn publish(&mut self, rule: Rule) -> Result<()> {
        let terms = Terms {
            rule,
            audience: Audience::default(),
            pipelines: Vec::new(),
            stages: Vec::new(),
            budget: None,
            caps: Vec::new(),
            approval: false,
            claim_days: 365,
        };
        self.run(&Command::CreateScheme(Box::new(CreateScheme {
            name: "scheme".to_owned(),
            note: None,
            unit: Unit::Points,
            terms,
        })))?;
        let id = SchemeId(self.state.schemes().count() as u64);
        self.run(&Command::PublishScheme(PublishScheme { id }))
    }

    /// A workspace with its members in teams.
    fn staffed(members: u64) -> Result<Self> {
        let mut world = Self {
            state: State::new(),
            now: Timestamp::parse("2026-01-05T08:00:00Z").context("a start")?,
        };
        world.run(&Command::SetUpWorkspace(SetUpWorkspace {
            name: "Bench".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            currency: "EUR".to_owned(),
            language: Language::En,
            template: PipelineTemplate::Default,
            administrator: None,
        }))?;
        for team in 0..members.div_ceil(TEAM_SIZE) {
            world.run(&Command::CreateTeam(CreateTeam {
                name: format!("Team {team}"),
                ..CreateTeam::default()
            }))?;
        }
        for member in 0..members {
            world.run(&Command::CreateMember(CreateMember {
                name: format!("Member {member}"),
                role: Role::Rep,
                team: Some(TeamId(member / TEAM_SIZE + 1)),
                unix_user: None,
                email: None,
                external_id: None,
            }))?;
        }
        Ok(world)
    }

    fn deal(&mut self, owner: MemberId) -> Result<OpportunityId> {
        let date = Date::parse("2026-12-31").context("a date")?;
        let money = Money::new(1_000_000, Currency::parse("EUR").context("a currency")?);
        let mut create = CreateOpportunity::new("Deal", money, date);
        create.owner = Some(owner);
        self.run(&Command::CreateOpportunity(Box::new(create)))?;
        Ok(OpportunityId(self.state.opportunity_count() as u64))
    }
}

const fn opportunity(on: Trigger, amount: i64) -> Rule {
    Rule::Opportunity {
        on,
        payment: Payment::Fixed(amount),
        needs_activity: false,
        vesting_days: if matches!(on, Trigger::Created) {
            365
        } else {
            0
        },
    }
}

fn line(name: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "{name:<58} middle {:8.1} us   99 % {:8.1} us   worst {:8.1} us",
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

/// A winning move of a stalled deal: the reward for creating it vests, and winning, reviving and a task pay; each is shared
/// by lot with the nineteen others of the team. Then all packets are opened.
fn moves(members: u64) -> Result<()> {
    let mut world = World::staffed(members)?;
    world.publish(opportunity(Trigger::Created, 100))?;
    world.publish(opportunity(Trigger::Entered, 100))?;
    world.publish(opportunity(Trigger::Won, 1_000))?;
    world.publish(opportunity(Trigger::Revived, 90))?;
    world.publish(Rule::Task {
        metric: Metric::Won,
        measure: Measure::Count,
        target: 1,
        period: TaskPeriod::Each(CycleUnit::Month),
        amount: 100,
    })?;
    world.publish(Rule::Split {
        covers: Vec::new(),
        share_bp: 2_000,
        method: SplitMethod::Lucky,
        audience: SplitAudience::Team,
        window_hours: 72,
    })?;
    let mut deals = Vec::new();
    for number in 0..MOVES.min(members) {
        // One after the other in different teams.
        let member = number * TEAM_SIZE % members + number * TEAM_SIZE / members + 1;
        deals.push(world.deal(MemberId(member))?);
    }
    world.now = world.now.plus_micros(STANDS_DAYS * MICROS_PER_DAY);
    let mut times = Vec::new();
    for id in deals {
        times.push(world.timed(&Command::MoveOpportunity(MoveOpportunity {
            id,
            to: StageId(6),
            override_reason: None,
        }))?);
    }
    let moved = times.len();
    line(
        "a move that pays four rewards, each shared by nineteen",
        times,
    );
    let packets = world.state.packets().count();
    println!(
        "{:<58} {:.1} rewards, {:.1} packets a move",
        "",
        world.state.rewards().count() as f64 / moved as f64,
        packets as f64 / moved as f64
    );
    let mut opened = Vec::new();
    for id in 1..=packets as u64 {
        let receiver = world.state.packet(PacketId(id)).map(|row| row.receiver);
        opened.push(world.timed(&Command::OpenPacket(OpenPacket {
            id: PacketId(id),
            receiver,
        }))?);
    }
    let seconds = opened.iter().sum::<f64>() / MICROS;
    line("a packet is opened", opened);
    println!("{:<58} {:.0} a second", "", packets as f64 / seconds);
    world.state.check().map_err(|what| anyhow!(what))?;
    // The same move where no scheme was ever published.
    let mut plain = World::staffed(members)?;
    let mut deals = Vec::new();
    for member in 1..=MOVES.min(members) {
        deals.push(plain.deal(MemberId(member))?);
    }
    plain.now = plain.now.plus_micros(STANDS_DAYS * MICROS_PER_DAY);
    let mut times = Vec::new();
    for id in deals {
        times.push(plain.timed(&Command::MoveOpportunity(MoveOpportunity {
            id,
            to: StageId(6),
            override_reason: None,
        }))?);
    }
    line("the same move without any scheme", times);
    Ok(())
}

/// Everybody has moved a deal and has a goal; the week ends.
fn close(members: u64, name: &str, by: RankedBy, prizes: Vec<i64>, pays_all: bool) -> Result<()> {
    let mut world = World::staffed(members)?;
    let week = Window {
        start: Date::parse("2026-01-05").context("a date")?,
        end: Date::parse("2026-01-12").context("a date")?,
    };
    for member in 1..=members {
        let id = world.deal(MemberId(member))?;
        world.run(&Command::CreateGoal(CreateGoal {
            subject: GoalSubject::Member(MemberId(member)),
            metric: Metric::Flow,
            measure: Measure::Count,
            window: week,
            target: 1,
            locked: false,
        }))?;
        for stage in 0..member % 4 + 1 {
            world.run(&Command::MoveOpportunity(MoveOpportunity {
                id,
                to: StageId(stage + 2),
                override_reason: None,
            }))?;
        }
    }
    let attainment = AttainmentTier {
        from_bp: 10_000,
        amount: 50,
    };
    world.publish(Rule::Ranking {
        by,
        contender: Contender::Member,
        unit: CycleUnit::Week,
        prizes,
        attainment: if pays_all {
            vec![attainment]
        } else {
            Vec::new()
        },
    })?;
    world.now = world
        .now
        .plus_micros(6 * MICROS_PER_DAY + MICROS_PER_DAY / 2);
    // What stalls is told by other Ticks: only those that pay or close are added up.
    let mut times = Vec::new();
    let closed = |world: &World| {
        let scheme = world.state.scheme(SchemeId(1));
        scheme.is_some_and(|scheme| scheme.closed_until.is_some())
    };
    world.now = world.now.plus_micros(MICROS_PER_DAY);
    while !closed(&world) {
        let before = world.state.rewards().count();
        let micros = world.timed(&Command::Tick)?;
        if world.state.rewards().count() > before || closed(&world) {
            times.push(micros);
        }
    }
    let (slices, all) = (times.len(), times.iter().sum::<f64>() / 1e3);
    let paid = world.state.rewards().count();
    line(name, times);
    println!(
        "{:<58} {slices} slices, {paid} paid, {all:.0} ms in all",
        ""
    );
    world.state.check().map_err(|what| anyhow!(what))
}

fn main() -> Result<()> {
    let members = argument(MEMBERS)?;
    println!("{members} members in teams of {TEAM_SIZE}");
    moves(members)?;
    let by = RankedBy::Metric(Metric::Flow, Measure::Count);
    let fifty: Vec<i64> = (0..50).map(|place| 5_000 - place * 100).collect();
    close(
        members,
        "a cycle by rank: a slice",
        by,
        vec![3_000, 2_000, 1_000],
        false,
    )?;
    close(
        members,
        "a cycle by rank, fifty prizes for who is tied: a slice",
        by,
        fifty,
        false,
    )?;
    let by = RankedBy::TargetShare(Metric::Flow, Measure::Count);
    close(
        members,
        "a cycle that pays everybody by their target: a slice",
        by,
        Vec::new(),
        true,
    )
}
