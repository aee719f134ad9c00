//! Watches: no gap, no repetition, resumable everywhere, every end told.

use std::time::Duration;

use futures_util::FutureExt;
use sluice_domain::{EntityKind, Filter};
use sluice_server::engine::{Engine, ViewChange, WatchEnd, WatchItem, WatchOptions, WatchStart};
use sluice_server::store::memory::MemoryDisk;

use crate::support::{
    Bench, Fold, TempFolder, create_deal, create_team, fill, listed, move_deal, next, rename_deal,
    rename_stage, submit, watch, within,
};

fn after(revision: u64) -> WatchOptions {
    WatchOptions::everything(WatchStart::After(revision))
}

fn snapshot() -> WatchOptions {
    WatchOptions::everything(WatchStart::Snapshot)
}

fn deals(start: WatchStart, filter: &str) -> WatchOptions {
    let filter = Filter::parse(filter).unwrap();
    WatchOptions {
        kinds: vec![EntityKind::Opportunity],
        filter: Some(filter),
        ..WatchOptions::everything(start)
    }
}

/// Some of everything; ends at revision 2 + 3 * `rounds`.
async fn busy(engine: &Engine, rounds: u64) {
    fill(engine, 1).await;
    let state = engine.snapshot();
    let second = state.default_pipeline().unwrap().stages[1].id.0;
    for round in 1..=rounds {
        submit(engine, create_deal(&format!("deal of round {round}"), 100))
            .await
            .unwrap();
        submit(engine, rename_deal(round, &format!("renamed in {round}")))
            .await
            .unwrap();
        submit(engine, move_deal(round, second)).await.unwrap();
    }
}

#[tokio::test]
async fn a_snapshot_and_what_follows_fold_to_the_list() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    busy(&engine, 5).await;
    let mut watching = watch(&engine, snapshot());
    let mut fold = Fold::default();
    let opened = next(&mut watching).await.unwrap();
    assert!(
        matches!(
            opened,
            WatchItem::Opened {
                head: 17,
                revision: 17,
                ..
            }
        ),
        "{opened:?}"
    );
    // Commits after the snapshot was taken come after its end.
    submit(&engine, create_team("Central")).await.unwrap();
    fold.follow(&mut watching, 18).await;
    assert_eq!(fold.commits, [18]);
    assert_eq!(fold.entities, listed(&engine.snapshot(), &[]).entities);
}

#[tokio::test]
async fn a_large_snapshot_comes_in_parts_without_holes() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    fill(&engine, 700).await;
    let mut watching = watch(&engine, snapshot());
    let mut parts = 0;
    let mut fold = Fold::default();
    loop {
        let item = next(&mut watching).await.unwrap();
        fold.take(&item);
        match item {
            WatchItem::SnapshotChunk { entities, .. } => {
                assert!(entities.len() <= 256);
                parts += 1;
            }
            WatchItem::SnapshotEnd { .. } => break,
            _ => {}
        }
    }
    assert!(parts >= 3);
    assert_eq!(fold.entities, listed(&engine.snapshot(), &[]).entities);
}

#[tokio::test]
async fn resuming_after_any_revision_gives_exactly_the_rest() {
    let (mut bench, folder) = (Bench::new(), TempFolder::new());
    // A ring of few commits: most of the way is read from the log, the rest from the ring.
    bench.limits.ring_commits = 8;
    let engine = bench.on_disk(folder.path());
    busy(&engine, 30).await;
    let head = engine.snapshot().revision();
    let list = listed(&engine.snapshot(), &[]).entities;
    let mut fold = Fold::default();
    let mut from_start = watch(&engine, after(0));
    while fold.revision < head {
        let resume_at = fold.revision;
        let mut resumed = fold.clone();
        resumed
            .follow(&mut watch(&engine, after(resume_at)), head)
            .await;
        let all: Vec<u64> = (1..=head).collect();
        assert_eq!(resumed.commits, all, "resumed after {resume_at}");
        assert_eq!(resumed.entities, list, "resumed after {resume_at}");
        fold.take(&next(&mut from_start).await.unwrap());
    }
    for revision in 0..=head {
        let mut rest = Fold {
            revision,
            ..Fold::default()
        };
        rest.follow(&mut watch(&engine, after(revision)), head)
            .await;
        let expected: Vec<u64> = (revision + 1..=head).collect();
        assert_eq!(rest.commits, expected, "resumed after {revision}");
    }
}

#[tokio::test]
async fn a_watch_that_stood_still_catches_up_from_log_to_ring_without_gap() {
    let (mut bench, disk) = (Bench::new(), MemoryDisk::new());
    bench.limits.ring_commits = 4;
    let engine = bench.in_memory(&disk);
    fill(&engine, 1).await;
    let mut watching = watch(&engine, after(0));
    let mut fold = Fold::default();
    fold.follow(&mut watching, 2).await;
    for round in 0..300 {
        submit(&engine, rename_deal(1, &format!("name {round}")))
            .await
            .unwrap();
    }
    fold.follow(&mut watching, 302).await;
    assert_eq!(fold.commits, (1..=302).collect::<Vec<u64>>());
}

#[tokio::test]
async fn the_log_and_the_ring_tell_the_same_commits() {
    let (bench, folder) = (Bench::new(), TempFolder::new());
    let engine = bench.on_disk(folder.path());
    busy(&engine, 5).await;
    let head = engine.snapshot().revision();
    let told = async |engine: &Engine| {
        let mut watching = watch(engine, after(0));
        let mut commits = Vec::new();
        while commits.len() < head as usize {
            if let WatchItem::CommitBatch { commits: batch, .. } =
                next(&mut watching).await.unwrap()
            {
                commits.extend(batch.into_iter().map(|c| c.commit));
            }
        }
        commits
    };
    let from_ring = told(&engine).await;
    engine.shutdown().await;
    let reopened = bench.on_disk(folder.path());
    assert_eq!(told(&reopened).await, from_ring);
}

#[tokio::test]
async fn watches_of_some_kinds_see_those_only() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    fill(&engine, 2).await;
    let options = WatchOptions {
        kinds: vec![EntityKind::Team],
        ..snapshot()
    };
    let mut watching = watch(&engine, options);
    let mut fold = Fold::default();
    fold.take(&next(&mut watching).await.unwrap());
    submit(&engine, create_team("Central")).await.unwrap();
    submit(&engine, rename_deal(1, "unseen")).await.unwrap();
    submit(&engine, create_team("West")).await.unwrap();
    fold.follow(&mut watching, 6).await;
    assert_eq!(fold.commits, [4, 6]);
    assert_eq!(
        fold.entities,
        listed(&engine.snapshot(), &[EntityKind::Team]).entities
    );
}

#[tokio::test]
async fn a_filtered_view_follows_what_enters_and_leaves_it() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    fill(&engine, 2).await;
    let filter = "name:\"wanted\"";
    let mut watching = watch(&engine, deals(WatchStart::Snapshot, filter));
    let mut fold = Fold::default();
    fold.take(&next(&mut watching).await.unwrap());
    submit(&engine, rename_deal(1, "wanted")).await.unwrap();
    submit(&engine, rename_deal(2, "unwanted")).await.unwrap();
    fold.follow(&mut watching, 4).await;
    assert_eq!(fold.entities.len(), 1);
    submit(&engine, rename_deal(1, "no more")).await.unwrap();
    let item = loop {
        let item = next(&mut watching).await.unwrap();
        if let WatchItem::CommitBatch { .. } = item {
            break item;
        }
    };
    let WatchItem::CommitBatch { commits, .. } = &item else {
        panic!("not a batch");
    };
    assert!(matches!(
        commits[0].changes().as_slice(),
        [ViewChange::Remove {
            left_filter: true,
            ..
        }]
    ));
    fold.take(&item);
    assert!(fold.entities.is_empty());
    // The same from the log.
    let mut late = Fold {
        revision: 3,
        ..Fold::default()
    };
    late.follow(&mut watch(&engine, deals(WatchStart::After(3), filter)), 6)
        .await;
    assert_eq!(late.commits, [4, 6]);
    assert!(late.entities.is_empty());
}

#[tokio::test]
async fn a_renamed_stage_ends_a_view_filtered_by_stage() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    fill(&engine, 1).await;
    let mut watching = watch(&engine, deals(WatchStart::Snapshot, "stage:New"));
    while !matches!(
        next(&mut watching).await.unwrap(),
        WatchItem::SnapshotEnd { .. }
    ) {}
    submit(&engine, create_team("no matter")).await.unwrap();
    let state = engine.snapshot();
    let stage = state.default_pipeline().unwrap().stages[0].id;
    submit(&engine, rename_stage(stage, "Fresh")).await.unwrap();
    let end = within("the watch goes on", async {
        loop {
            match next(&mut watching).await {
                Ok(WatchItem::Progress { .. }) => {}
                Ok(other) => panic!("{other:?}"),
                Err(end) => break end,
            }
        }
    })
    .await;
    assert_eq!(end, WatchEnd::ViewChanged);
}

#[tokio::test]
async fn a_filter_needs_one_kind() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    let mut options = deals(WatchStart::Snapshot, "name:x");
    options.kinds.clear();
    assert_eq!(
        engine.watch(options).err(),
        Some(WatchEnd::FilterNeedsOneKind)
    );
}

#[tokio::test]
async fn a_filter_that_looks_at_the_clock_cannot_be_watched() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    for filter in [
        "stale:14d",
        "stalled:true",
        "date:this-week",
        "acme or (!days>3)",
        "idle>7",
        "last_activity:none",
    ] {
        let end = engine.watch(deals(WatchStart::Snapshot, filter)).err();
        assert_eq!(end, Some(WatchEnd::FilterReadsClock), "{filter}");
    }
    assert!(
        engine
            .watch(deals(WatchStart::Snapshot, "date:2026-03"))
            .is_ok()
    );
}

#[tokio::test]
async fn a_silent_watch_shows_progress_when_nothing_happens() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    let interval = Duration::from_millis(20);
    let options = WatchOptions {
        progress_interval: interval,
        ..after(0)
    };
    let mut watching = watch(&engine, options);
    assert!(matches!(
        next(&mut watching).await,
        Ok(WatchItem::Opened { .. })
    ));
    let start = std::time::Instant::now();
    for _ in 0..3 {
        assert!(matches!(
            next(&mut watching).await,
            Ok(WatchItem::Progress { revision: 0 })
        ));
    }
    assert!(
        start.elapsed() >= interval * 2,
        "progress comes at its interval, not at once"
    );
}

#[tokio::test]
async fn draining_shows_progress_and_then_says_so() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    fill(&engine, 3).await;
    let mut watching = watch(&engine, after(1));
    engine.shutdown().await;
    let mut fold = Fold::default();
    loop {
        match next(&mut watching).await {
            Ok(item) => fold.take(&item),
            Err(end) => {
                assert_eq!(end, WatchEnd::Draining);
                break;
            }
        }
    }
    assert_eq!(fold.commits, [2, 3, 4]);
    assert_eq!(engine.watch(after(1)).err(), Some(WatchEnd::Draining));
}

#[tokio::test]
async fn revisions_of_the_future_or_of_another_log_are_refused() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    fill(&engine, 1).await;
    assert_eq!(engine.watch(after(3)).err(), Some(WatchEnd::LogMismatch));
    let mut options = after(1);
    options.log_id = Some("01ARZ3NDEKTSV4RRFFQ69G5FAV".into());
    assert_eq!(
        engine.watch(options.clone()).err(),
        Some(WatchEnd::LogMismatch)
    );
    options.log_id = Some(engine.log_id().to_owned());
    assert!(engine.watch(options).is_ok());
}

#[tokio::test]
async fn watches_are_bounded_and_a_closed_one_makes_room() {
    let (mut bench, disk) = (Bench::new(), MemoryDisk::new());
    bench.limits.watches = 2;
    let engine = bench.in_memory(&disk);
    let first = watch(&engine, after(0));
    let _second = watch(&engine, after(0));
    assert_eq!(
        engine.watch(after(0)).err(),
        Some(WatchEnd::TooManyWatches { limit: 2 })
    );
    drop(first);
    assert!(engine.watch(after(0)).is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watchers_of_a_busy_engine_see_every_commit_once() {
    const WATCHERS: usize = 50;
    const COMMITS: u64 = 400;
    let (mut bench, disk) = (Bench::new(), MemoryDisk::new());
    bench.limits.ring_commits = 16;
    let engine = bench.in_memory(&disk);
    fill(&engine, 1).await;
    let watchers: Vec<_> = (0..WATCHERS)
        .map(|number| {
            let engine = engine.clone();
            tokio::spawn(async move {
                let start = match number % 2 {
                    0 => WatchStart::Snapshot,
                    _ => WatchStart::After(0),
                };
                let mut watching = watch(&engine, WatchOptions::everything(start));
                let mut fold = Fold::default();
                fold.follow(&mut watching, 2 + COMMITS).await;
                fold
            })
        })
        .collect();
    let writers = (0..COMMITS).map(|n| submit(&engine, create_team(&format!("team {n}"))).boxed());
    for outcome in futures_util::future::join_all(writers).await {
        outcome.unwrap();
    }
    let list = listed(&engine.snapshot(), &[]).entities;
    for watcher in watchers {
        let fold = watcher.await.unwrap();
        assert_eq!(fold.entities, list);
        let first = fold.commits.first().copied().unwrap_or(3 + COMMITS);
        assert_eq!(fold.commits, (first..=2 + COMMITS).collect::<Vec<u64>>());
    }
}
