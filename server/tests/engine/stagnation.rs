//! Time in the engine: Ticks at their deadline, in small commits between the writes, after a restart, and clocks that jump.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use sluice_domain::{
    Command, Currency, Event, MemberId, Money, OpportunityId, Role, StageId, StagnationLevel,
    Timestamp, command, import, limits::MAX_TICK_CHANGES,
};
use sluice_server::engine::{Clock as _, Commit, Engine, WatchItem, WatchOptions, WatchStart};
use sluice_server::store::memory::MemoryDisk;

use crate::support::{
    Bench, MONDAY, TempFolder, fill, next, rename_deal, set_up, submit, watch, within,
};

const DAY: i64 = 86_400_000_000;
/// The longest a write may wait behind Ticks, in a program built for speed.
const WRITE_DELAY: Duration = Duration::from_millis(20);

/// A clock that leaps must not take the log away that the test reads.
fn patient_bench() -> Bench {
    let mut bench = Bench::new();
    bench.limits.log_retention = Duration::from_secs(10 * 365 * 86_400);
    bench
}

/// Follows the log from a revision until `enough`.
async fn commits(
    engine: &Engine,
    after: u64,
    mut enough: impl FnMut(&Commit) -> bool,
) -> Vec<std::sync::Arc<Commit>> {
    let mut watching = watch(engine, WatchOptions::everything(WatchStart::After(after)));
    let mut seen = Vec::new();
    within("the commit does not come", async {
        loop {
            if let WatchItem::CommitBatch { commits, .. } = next(&mut watching).await.unwrap() {
                for commit in commits {
                    seen.push(commit.commit.clone());
                    if enough(&commit.commit) {
                        return;
                    }
                }
            }
        }
    })
    .await;
    seen
}

fn reaches(commit: &Commit, wanted: StagnationLevel) -> bool {
    commit.events.iter().any(|event| {
        matches!(event, Event::OpportunityStagnated { stagnation, .. } if stagnation.level == wanted)
    })
}

#[tokio::test]
async fn the_writer_wakes_at_the_deadline_and_commits_as_the_system() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    fill(&engine, 1).await;
    let before = engine.snapshot().revision();
    bench.clock.advance_micros(14 * DAY - 1);
    let seen = commits(&engine, before, |commit| {
        reaches(commit, StagnationLevel::Approaching)
    })
    .await;
    assert_eq!(seen[0].actor.label, "system");
    assert_eq!(seen[0].actor.member, None);
    let deal = engine.snapshot();
    let deal = deal.opportunity(OpportunityId(1)).unwrap();
    assert_eq!(deal.told_level(), StagnationLevel::Approaching);
    bench.clock.advance_micros(1);
    let after = engine.snapshot().revision();
    let seen = commits(&engine, after, |commit| {
        reaches(commit, StagnationLevel::Stalled)
    })
    .await;
    let due = MONDAY.plus_micros(14 * DAY);
    assert_eq!(seen.last().unwrap().time, due);
    let state = engine.snapshot();
    let told = state.opportunity(OpportunityId(1)).unwrap().stagnation;
    assert_eq!(told.unwrap().since, due);
}

#[tokio::test]
async fn what_fell_due_while_the_server_was_down_is_told_at_the_start_and_alerts_survive() {
    let (bench, disk) = (patient_bench(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    submit(&engine, set_up()).await.unwrap();
    let kim = Command::CreateMember(command::CreateMember {
        name: "Kim".into(),
        role: Role::Rep,
        team: None,
        unix_user: None,
        email: None,
        external_id: None,
    });
    submit(&engine, kim).await.unwrap();
    submit(&engine, imported(0..1, MONDAY)).await.unwrap();
    engine.shutdown().await;
    bench.clock.advance_micros(400 * DAY);
    let engine = bench.in_memory(&disk);
    let after = engine.oldest_revision();
    let seen = commits(&engine, after, |commit| {
        reaches(commit, StagnationLevel::Critical)
    })
    .await;
    let since: Vec<i64> = seen
        .iter()
        .flat_map(|commit| &commit.events)
        .filter_map(|event| match event {
            Event::OpportunityStagnated { stagnation, .. } => {
                Some(stagnation.since.micros_since(MONDAY))
            }
            _ => None,
        })
        .collect();
    assert_eq!(since, [14 * DAY / 10 * 8, 14 * DAY, 21 * DAY]);
    let told: Vec<_> = engine.snapshot().alerts().cloned().collect();
    assert_eq!(told.len(), 2);
    engine.shutdown().await;
    let engine = bench.in_memory(&disk);
    let kept: Vec<_> = engine.snapshot().alerts().cloned().collect();
    assert_eq!(kept, told);
    // Nothing is told again.
    let before = engine.snapshot().revision();
    submit(&engine, rename_deal(1, "x")).await.unwrap();
    assert_eq!(engine.snapshot().revision(), before + 1);
}

#[tokio::test]
async fn a_clock_set_back_lets_no_commit_time_go_back_and_nothing_is_told_twice() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    fill(&engine, 1).await;
    let before = engine.snapshot().revision();
    bench.clock.advance_micros(365 * DAY);
    commits(&engine, before, |commit| {
        reaches(commit, StagnationLevel::Critical)
    })
    .await;
    let late = bench.clock.now();
    bench.clock.advance_micros(-364 * DAY);
    let revision = engine.snapshot().revision();
    let outcome = submit(&engine, rename_deal(1, "x")).await.unwrap();
    assert_eq!(outcome.revision, revision + 1);
    assert_eq!(outcome.commit.unwrap().time, late);
    engine.shutdown().await;
    let engine = bench.in_memory(&disk);
    let outcome = submit(&engine, rename_deal(1, "y")).await.unwrap();
    assert_eq!(outcome.revision, revision + 2);
    assert_eq!(outcome.commit.unwrap().time, late);
    let told = engine.snapshot();
    let told = told.opportunity(OpportunityId(1)).unwrap().told_level();
    assert_eq!(told, StagnationLevel::Critical);
}

/// Deals of member 1 in the first stage.
fn imported(numbers: std::ops::Range<u32>, at: Timestamp) -> Command {
    let usd = Currency::parse("USD").unwrap();
    let rows = numbers.map(|number| import::ImportedStageEntry {
        external_id: format!("x{number}"),
        stage: StageId(1),
        at,
        actor: None,
        amount: Some(Money::new(100, usd)),
        occurrence: 0,
        name: None,
        owner: Some(MemberId(1)),
    });
    Command::ImportHistory(import::ImportHistory {
        rows: rows.collect(),
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_deals_that_stall_at_once_let_every_write_go_between() {
    const DEALS: u32 = 2_000;
    const CALL: u32 = 250;
    let (bench, folder) = (patient_bench(), TempFolder::new());
    let engine = bench.on_disk(folder.path());
    submit(&engine, set_up()).await.unwrap();
    let kim = Command::CreateMember(command::CreateMember {
        name: "Kim".into(),
        role: Role::Rep,
        team: None,
        unix_user: None,
        email: None,
        external_id: None,
    });
    submit(&engine, kim).await.unwrap();
    for first in (0..DEALS).step_by(CALL as usize) {
        submit(&engine, imported(first..first + CALL, MONDAY))
            .await
            .unwrap();
    }
    // Approaching first, so that all of them become stalled in one moment.
    let before = engine.snapshot().revision();
    bench.clock.advance_micros(12 * DAY);
    let mut left = DEALS;
    commits(&engine, before, |commit| {
        left -= levels_of(commit);
        left == 0
    })
    .await;
    let before = engine.snapshot().revision();
    bench.clock.advance_micros(2 * DAY);
    let mut delays = Vec::new();
    let mut last = before;
    let mut overtaken_by = 0;
    let is_over = |engine: &Engine| {
        let state = engine.snapshot();
        let told = state.opportunities_in_stage(StageId(1));
        told.filter(|deal| deal.told_level() == StagnationLevel::Stalled)
            .count()
            == DEALS as usize
    };
    while !is_over(&engine) {
        let revision = engine.snapshot().revision();
        let began = Instant::now();
        let outcome = submit(&engine, rename_deal(1, &format!("name {last}")))
            .await
            .unwrap();
        delays.push(began.elapsed());
        overtaken_by = overtaken_by.max(outcome.revision - revision - 1);
        last = outcome.revision;
    }
    delays.sort_unstable();
    let longest = *delays.last().unwrap();
    println!(
        "{} writes while {DEALS} deals stalled: median {:?}, longest {longest:?} (goal {WRITE_DELAY:?})",
        delays.len(),
        delays[delays.len() / 2]
    );
    // A write waits for the Tick at work, not for the rest of them: fifty are needed for all.
    let ticks = u64::from(DEALS) * 3 / MAX_TICK_CHANGES as u64;
    assert!(
        ticks >= 50 && overtaken_by < ticks / 4,
        "{overtaken_by} Ticks went before a write"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shorter_period_stalls_thousands_once_each_in_commits_that_stay_small() {
    const DEALS: u32 = 2_000;
    const CALL: u32 = 250;
    const LEVELS: u32 = 3;
    let (bench, disk) = (patient_bench(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    submit(&engine, set_up()).await.unwrap();
    let kim = Command::CreateMember(command::CreateMember {
        name: "Kim".into(),
        role: Role::Rep,
        team: None,
        unix_user: None,
        email: None,
        external_id: None,
    });
    submit(&engine, kim).await.unwrap();
    for first in (0..DEALS).step_by(CALL as usize) {
        let deals = imported(first..first + CALL, MONDAY);
        submit(&engine, deals).await.unwrap();
    }
    // Ten days of fourteen: nothing yet. Ten of five: critical, at once, for all of them.
    bench.clock.advance_micros(10 * DAY);
    let shorten = Command::UpdateStage(command::UpdateStage {
        id: StageId(1),
        name: None,
        win_probability_bp: None,
        stagnation_period_days: command::Patch::Set(5),
        required_fields: None,
        gate: None,
    });
    let outcome = submit(&engine, shorten).await.unwrap();
    let mut left = DEALS * LEVELS;
    let told = commits(&engine, outcome.revision, |commit| {
        left -= levels_of(commit);
        left == 0
    })
    .await;
    let mut once = BTreeSet::new();
    for commit in &told {
        assert!(commit.events.len() <= MAX_TICK_CHANGES + 16);
        for event in &commit.events {
            if let Event::AlertRaised { alert } = event {
                let fresh = once.insert((alert.opportunity, alert.level, alert.recipient));
                assert!(fresh, "told twice: {alert:?}");
            }
        }
    }
    // The owner of approaching and stalled; nobody leads them.
    assert_eq!(once.len(), 2 * DEALS as usize);
    // Nothing is left to tell, a day later neither.
    bench.clock.advance_micros(DAY);
    let before = engine.snapshot().revision();
    let outcome = submit(&engine, rename_deal(1, "new name")).await.unwrap();
    assert_eq!(outcome.revision, before + 1);
}

fn levels_of(commit: &Commit) -> u32 {
    let stagnated = commit
        .events
        .iter()
        .filter(|event| matches!(event, Event::OpportunityStagnated { .. }));
    u32::try_from(stagnated.count()).unwrap()
}
