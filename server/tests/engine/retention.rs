//! Retention: the log keeps its bounds, and a watch that comes too late is told.

use std::time::{Duration, Instant};

use sluice_server::engine::{Engine, WatchEnd, WatchItem, WatchOptions, WatchStart};
use sluice_server::store::memory::MemoryDisk;

use crate::support::{Bench, Fold, PATIENCE, TempFolder, fill, next, rename_deal, submit, watch};

async fn rename(engine: &Engine, times: u64) {
    for round in 0..times {
        submit(engine, rename_deal(1, &format!("name {round}")))
            .await
            .unwrap();
    }
}

async fn until(what: &str, mut done: impl FnMut() -> bool) {
    let patience = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < patience, "{what}");
        tokio::task::yield_now().await;
    }
}

fn log_rows(disk: &MemoryDisk) -> usize {
    disk.keys().iter().filter(|key| key[0] == b'l').count()
}

#[tokio::test]
async fn the_log_keeps_a_number_of_commits_and_earlier_watches_are_told() {
    let (mut bench, disk) = (Bench::new(), MemoryDisk::new());
    bench.limits.log_retention_commits = 10;
    bench.limits.ring_commits = 4;
    let engine = bench.in_memory(&disk);
    fill(&engine, 1).await;
    let mut slow = watch(&engine, WatchOptions::everything(WatchStart::After(1)));
    assert!(matches!(
        next(&mut slow).await,
        Ok(WatchItem::Opened { .. })
    ));
    rename(&engine, 40).await;
    until("the log is trimmed", || log_rows(&disk) == 10).await;
    assert_eq!(engine.oldest_revision(), 32);
    let late = |revision| engine.watch(WatchOptions::everything(WatchStart::After(revision)));
    assert_eq!(late(31).err(), Some(WatchEnd::Compacted { oldest: 32 }));
    let mut fold = Fold {
        revision: 32,
        ..Fold::default()
    };
    let mut oldest = watch(&engine, WatchOptions::everything(WatchStart::After(32)));
    fold.follow(&mut oldest, 42).await;
    assert_eq!(fold.commits, (33..=42).collect::<Vec<u64>>());
    assert_eq!(
        next(&mut slow).await.unwrap_err(),
        WatchEnd::Compacted { oldest: 32 }
    );
}

#[tokio::test]
async fn commits_older_than_the_retention_go_and_the_state_stays() {
    let (mut bench, disk) = (Bench::new(), MemoryDisk::new());
    bench.limits.log_retention = Duration::from_secs(7 * 24 * 60 * 60);
    let engine = bench.in_memory(&disk);
    fill(&engine, 1).await;
    rename(&engine, 10).await;
    bench.clock.advance_micros(6 * 24 * 60 * 60 * 1_000_000);
    rename(&engine, 5).await;
    bench.clock.advance_micros(2 * 24 * 60 * 60 * 1_000_000);
    until("old commits are trimmed", || engine.oldest_revision() == 12).await;
    until("their rows are gone", || log_rows(&disk) == 5).await;
    engine.shutdown().await;
    let reopened = bench.in_memory(&disk);
    assert_eq!(reopened.snapshot().revision(), 17);
    assert_eq!(reopened.oldest_revision(), 12);
}

#[tokio::test]
async fn a_log_trimmed_to_nothing_still_opens() {
    let (mut bench, disk) = (Bench::new(), MemoryDisk::new());
    bench.limits.log_retention_commits = 0;
    let engine = bench.in_memory(&disk);
    fill(&engine, 5).await;
    until("the log is trimmed", || engine.oldest_revision() == 6).await;
    engine.shutdown().await;
    let reopened = bench.in_memory(&disk);
    rename(&reopened, 1).await;
    assert_eq!(reopened.snapshot().revision(), 7);
}

#[tokio::test]
async fn a_store_that_outgrows_its_rows_is_compacted_while_it_works() {
    let (mut bench, folder) = (Bench::new(), TempFolder::new());
    bench.limits.compaction_floor_bytes = 1024 * 1024;
    bench.limits.log_retention_commits = 10;
    let engine = bench.on_disk(folder.path());
    fill(&engine, 1).await;
    let current = folder.path().join("CURRENT");
    let named = || std::fs::read_to_string(&current).unwrap();
    assert_eq!(named(), "store-1\n");
    let patience = Instant::now() + PATIENCE;
    let mut renamed = 0;
    while named() == "store-1\n" {
        assert!(Instant::now() < patience, "never compacted");
        rename(&engine, 100).await;
        renamed += 100;
    }
    rename(&engine, 1).await;
    engine.shutdown().await;
    let reopened = bench.on_disk(folder.path());
    assert_eq!(reopened.snapshot().revision(), 2 + renamed + 1);
}
