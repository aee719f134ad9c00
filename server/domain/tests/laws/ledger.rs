//! The books balance after every step of any sequence of commands, and the log and the rows both give them back.
//!
//! `World::try_run` checks the state after every commit, and with it the books: every transaction sums to zero, all balances
//! of a unit sum to zero, a fund with a budget is not below zero, rewards and packets are what their postings say.
//! `SLUICE_COMMANDS` says how many commands, `SLUICE_SEED` where they start.

use std::collections::BTreeMap;

use sluice_domain::command::*;
use sluice_domain::*;

use crate::actions::{Action, maybe, pick, without_imports};
use crate::incentive_world::*;
use crate::world::World;

/// Commands of one workspace: they get slower to check as it grows.
const COMMANDS_OF_A_WORLD: usize = 220;

/// A small generator whose whole state is its seed (xorshift).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: u64) -> u64 {
        (self.next() >> 11) % bound
    }

    fn pick(&mut self) -> u16 {
        (self.next() >> 20) as u16
    }

    fn action(&mut self) -> Action {
        let wait = match self.below(8) {
            0..=4 => 0,
            5 | 6 => self.below(90),
            _ => self.below(6_000),
        };
        // Half of all moves a deal, which is what most is paid for.
        let verb = match self.below(2) {
            0 => self.below(12) + 8,
            _ => self.below(64),
        };
        Action {
            verb: verb as u8,
            picks: [self.pick(), self.pick(), self.pick(), self.pick()],
            amount: self.below(2_000_000) as u32,
            wait_minutes: wait as u32,
            text: "words".to_owned(),
        }
    }
}

/// A company with a scheme of every system, some with a budget, caps or an approval.
fn all_systems(random: &mut Random) -> World {
    let mut world = sellers();
    let budget = |random: &mut Random| maybe(random.pick(), random.below(3_000) as i64 + 100);
    for on in [
        Trigger::Created,
        Trigger::Entered,
        Trigger::Won,
        Trigger::Revived,
    ] {
        let amount = if on == Trigger::Revived { 3 } else { 100 };
        let terms = Terms {
            budget: budget(random),
            approval: random.below(4) == 0,
            caps: vec![Cap {
                unit: CycleUnit::Month,
                amount: 2_000,
            }],
            claim_days: random.below(20) as u16 + 1,
            ..terms(opportunity_rule(on, amount))
        };
        world.publish(terms);
    }
    world.publish_in(
        Unit::Money(Currency::USD),
        terms(Rule::Opportunity {
            on: Trigger::Won,
            payment: Payment::Share {
                bp: 300,
                floor: 5,
                cap: Some(50_000),
            },
            needs_activity: false,
            vesting_days: 0,
        }),
    );
    world.publish(terms(Rule::Task {
        metric: Metric::Flow,
        measure: Measure::Count,
        target: 2,
        period: TaskPeriod::Each(CycleUnit::Week),
        amount: 70,
    }));
    world.publish(terms(Rule::Activity {
        on: ActivityTrigger::Completed(Vec::new()),
        amount: 4,
        daily_cap: 3,
        min_gap_minutes: 10,
    }));
    world.publish(terms(Rule::CustomerData {
        fields: Vec::new(),
        per_field: 5,
        threshold_bp: 2_000,
        complete: 30,
    }));
    let methods = [SplitMethod::Equal, SplitMethod::Lucky];
    let method = methods[random.below(2) as usize];
    world.publish(terms(split_rule(2_000, method)));
    world.publish_in(
        Unit::Money(Currency::USD),
        terms(split_rule(1_500, SplitMethod::Lucky)),
    );
    let rankings = [
        (
            RankedBy::Metric(Metric::Flow, Measure::Count),
            Contender::Member,
        ),
        (RankedBy::RewardIncome, Contender::Member),
        (
            RankedBy::Metric(Metric::New, Measure::Amount),
            Contender::Team,
        ),
    ];
    for (by, contender) in rankings {
        world.publish(Terms {
            budget: budget(random),
            ..terms(Rule::Ranking {
                by,
                contender,
                unit: CycleUnit::Week,
                prizes: vec![100, 60, 20],
                attainment: Vec::new(),
            })
        });
    }
    world.publish(terms(Rule::Grant { monthly_cap: 500 }));
    world
}

/// A command about incentives that mostly makes sense.
fn incentive(world: &World, random: &mut Random) -> (Option<MemberId>, Command) {
    let state = &world.state;
    let any = |count: usize, random: &mut Random| pick(count, random.pick());
    let member = MemberId(any(state.member_count(), random));
    let reward = RewardId(any(state.rewards().count(), random));
    let scheme = SchemeId(any(state.schemes().count(), random));
    let payout = PayoutId(any(state.payouts().count(), random));
    let packet = PacketId(any(state.packets().count(), random));
    match random.below(24) {
        0..=3 => {
            let ids = Vec::new();
            let claim = ClaimRewards { ids, member: None };
            (Some(member), Command::ClaimRewards(claim))
        }
        4 => {
            let ids = vec![reward];
            let claim = ClaimRewards { ids, member: None };
            (None, Command::ClaimRewards(claim))
        }
        5..=8 => {
            let receiver = state.packet(packet).map(|row| row.receiver);
            let by = if random.below(8) == 0 {
                Some(member)
            } else {
                receiver
            };
            (by, open(packet.0))
        }
        9..=10 => {
            let give = GrantReward {
                scheme: SchemeId(14),
                member,
                amount: random.below(300) as i64,
                reason: "well done".to_owned(),
                opportunity: None,
            };
            let giver = if random.below(2) == 0 {
                Some(LEE)
            } else {
                None
            };
            (giver, Command::GrantReward(give))
        }
        11..=13 => {
            let waiting = state.rewards().find(|row| row.awaits_approval);
            let decide = DecideReward {
                id: waiting.map_or(reward, |row| row.id),
                approve: random.below(3) > 0,
                reason: Some("because".to_owned()),
            };
            (None, Command::DecideReward(decide))
        }
        14 => (None, reverse(reward.0)),
        15 => {
            let unpaid = state
                .rewards()
                .find(|row| row.state == RewardState::Unfunded);
            (None, fund(unpaid.map_or(reward, |row| row.id).0))
        }
        16 => {
            let create = CreatePayout {
                unit: Unit::Points,
                members: maybe(random.pick(), vec![member]).unwrap_or_default(),
                note: None,
            };
            (None, Command::CreatePayout(create))
        }
        17 => {
            let reference = Some("PAY".to_owned());
            let paid = MarkPayoutPaid {
                id: payout,
                reference,
            };
            (None, Command::MarkPayoutPaid(paid))
        }
        18 => (None, Command::CancelPayout(CancelPayout { id: payout })),
        19 => {
            let Some(row) = state.scheme(scheme).filter(|row| !row.versions.is_empty()) else {
                return (None, Command::Tick);
            };
            let mut terms = row.versions[0].terms.clone();
            terms.budget = maybe(random.pick(), random.below(4_000) as i64 + 1);
            let draft = UpdateScheme {
                id: scheme,
                name: None,
                note: Patch::Keep,
                unit: None,
                draft: Patch::Set(Box::new(terms)),
            };
            (None, Command::UpdateScheme(Box::new(draft)))
        }
        20..=21 => {
            let drafted = state.schemes().find(|row| row.draft.is_some());
            let id = drafted.map_or(scheme, |row| row.id);
            (None, Command::PublishScheme(PublishScheme { id }))
        }
        22 if random.below(12) == 0 => (None, end(scheme)),
        _ => (None, Command::Tick),
    }
}

/// A workspace after so many random commands. Panics where a law does not hold.
fn story(seed: u64, commands: usize) -> World {
    let mut random = Random(seed | 1);
    let mut world = all_systems(&mut random);
    for _ in 0..commands {
        if random.below(5) < 2 {
            let (actor, command) = incentive(&world, &mut random);
            world.actor = actor;
            let _ = world.try_run(&command);
        } else {
            let action = without_imports(random.action());
            world.actor = maybe(random.pick(), MemberId(random.below(6)));
            let _ = world.act(&action);
        }
        if random.below(6) == 0 {
            world.actor = None;
            let _ = world.try_run(&Command::Tick);
        }
    }
    world
}

fn number(name: &str, default: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.map_or(default, |text| text.parse().expect("a number"))
}

#[test]
fn the_books_balance_after_every_step_of_any_sequence_of_commands() {
    let commands = number("SLUICE_COMMANDS", 3_000);
    let first = number("SLUICE_SEED", 20_261_122);
    let worlds = commands.div_ceil(COMMANDS_OF_A_WORLD as u64);
    for seed in first..first + worlds {
        // Shown where it fails.
        println!("SLUICE_SEED={seed} SLUICE_COMMANDS={COMMANDS_OF_A_WORLD}");
        let world = story(
            seed.wrapping_mul(0x9E37_79B9_7F4A_7C15),
            COMMANDS_OF_A_WORLD,
        );
        let rows = world.rows.values().rev().cloned();
        let loaded = State::from_rows(world.state.revision(), rows);
        assert_eq!(loaded.as_ref(), Ok(&world.state));
        let mut replayed = State::new();
        for events in &world.log {
            for event in events {
                apply(&mut replayed, event);
            }
            replayed.finish_commit();
        }
        assert_eq!(replayed, world.state);
    }
}

#[test]
fn random_commands_do_reach_every_posting_state_and_end() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for seed in 1..=30_u64 {
        let world = story(
            seed.wrapping_mul(0x9E37_79B9_7F4A_7C15),
            COMMANDS_OF_A_WORLD,
        );
        let state = &world.state;
        for row in state.ledger_transactions() {
            *seen.entry(row.purpose.name().to_owned()).or_default() += 1;
        }
        for row in state.rewards() {
            *seen.entry(row.state.name().to_owned()).or_default() += 1;
            *seen.entry(row.system.name().to_owned()).or_default() += 1;
            if let Some(end) = row.end {
                *seen.entry(end.name().to_owned()).or_default() += 1;
            }
        }
        for row in state.packets() {
            let name = format!("PACKET_{}", row.state.name());
            *seen.entry(name).or_default() += 1;
        }
    }
    for wanted in [
        "BUDGET",
        "GRANT",
        "VEST",
        "CLAIM",
        "EXPIRE",
        "REVERSE",
        "SEND",
        "OPEN",
        "RETURN",
        "PAY_OUT",
        "CANCEL_PAY_OUT",
        "PENDING",
        "CLAIMABLE",
        "CLAIMED",
        "EXPIRED",
        "REVERSED",
        "UNFUNDED",
        "TASK",
        "OPPORTUNITY",
        "CUSTOMER_DATA",
        "ACTIVITY",
        "RANKING",
        "OPPORTUNITY_LOST",
        "FACT_TAKEN_BACK",
        "REFUSED",
        "CLAWED_BACK",
        "FUND_EMPTY",
        "TARGET_MISSED",
        "PACKET_SENT",
        "PACKET_OPENED",
        "PACKET_RETURNED",
        "PACKET_REVERSED",
    ] {
        assert!(seen.contains_key(wanted), "no {wanted} in {seen:?}");
    }
}
