//! Crashes: what was acknowledged is there, what was not is whole or absent.

use sluice_server::engine::{Engine, OpenError, StartCheck, SubmitError};
use sluice_server::store::memory::{Faults, MemoryDisk, Unsynced};
use sluice_server::store::{StoreError, key};

use crate::support::{
    Bench, TempFolder, copy_folder, create_deal, create_team, fill, rename_deal, set_up, submit,
};

#[tokio::test]
async fn every_acknowledged_commit_is_there_after_the_process_dies() {
    let (bench, folder, images) = (Bench::new(), TempFolder::new(), TempFolder::new());
    let engine = bench.on_disk(folder.path());
    fill(&engine, 3).await;
    for round in 0..5u64 {
        let name = format!("renamed {round}");
        let outcome = submit(&engine, rename_deal(2, &name)).await.unwrap();
        // The files as kill -9 would leave them at this instant.
        let image = images.path().join(round.to_string());
        copy_folder(folder.path(), &image);
        let mut options = Bench::new().options(&image);
        options.check = StartCheck::Always;
        let reopened = Engine::open(options).unwrap();
        let state = reopened.snapshot();
        assert_eq!(state.revision(), outcome.revision);
        let deal = state.opportunity(sluice_domain::OpportunityId(2)).unwrap();
        assert_eq!(&*deal.name, name);
        assert_eq!(reopened.log_id(), engine.log_id());
    }
}

#[tokio::test]
async fn an_orderly_stop_releases_the_folder_and_keeps_everything() {
    let (bench, folder) = (Bench::new(), TempFolder::new());
    let first = bench.on_disk(folder.path());
    fill(&first, 3).await;
    match Engine::open(bench.options(folder.path())) {
        Err(OpenError::AlreadyOwned { owner, .. }) => {
            assert!(owner.contains(&std::process::id().to_string()), "{owner}");
        }
        other => panic!("opened twice: {other:?}"),
    }
    first.shutdown().await;
    assert!(matches!(
        submit(&first, create_team("late")).await,
        Err(SubmitError::Draining)
    ));
    let second = bench.on_disk(folder.path());
    assert_eq!(second.snapshot().revision(), 4);
    submit(&second, create_team("Central")).await.unwrap();
}

#[tokio::test]
async fn a_failed_sync_calls_the_hook_publishes_nothing_and_answers_nobody() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    fill(&engine, 1).await;
    disk.set_faults(Faults {
        fail_sync_at: Some(disk.commits() + 1),
        ..Faults::default()
    });
    let answer = submit(&engine, rename_deal(1, "lost?")).await;
    assert!(
        matches!(answer, Err(SubmitError::StoreFailed)),
        "{answer:?}"
    );
    assert_eq!(engine.snapshot().revision(), 2, "nothing is published");
    assert_eq!(*engine.head().borrow(), 2);
    let fatal = bench.fatal.lock().unwrap();
    assert!(
        matches!(fatal.as_slice(), [StoreError::Sync { .. }]),
        "{fatal:?}"
    );
}

#[tokio::test]
async fn a_failed_write_stops_the_writer_for_good() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    fill(&engine, 1).await;
    disk.set_faults(Faults {
        fail_write_at: Some(disk.commits() + 1),
        ..Faults::default()
    });
    for _ in 0..2 {
        let answer = submit(&engine, rename_deal(1, "lost")).await;
        assert!(
            matches!(answer, Err(SubmitError::StoreFailed)),
            "{answer:?}"
        );
    }
    assert_eq!(bench.fatal.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_unsynced_group_is_whole_or_absent_after_the_crash() {
    for (unsynced, name, revision) in [
        (Unsynced::Lost, "deal 1", 2),
        (Unsynced::Kept, "renamed", 3),
    ] {
        let (bench, disk) = (Bench::new(), MemoryDisk::new());
        let engine = bench.in_memory(&disk);
        fill(&engine, 1).await;
        disk.set_faults(Faults {
            fail_sync_at: Some(disk.commits() + 1),
            ..Faults::default()
        });
        submit(&engine, rename_deal(1, "renamed"))
            .await
            .unwrap_err();
        disk.crash(unsynced);
        let reopened = bench.in_memory(&disk);
        let state = reopened.snapshot();
        let deal = state.opportunity(sluice_domain::OpportunityId(1)).unwrap();
        assert_eq!((&*deal.name, state.revision()), (name, revision));
        submit(&reopened, create_deal("next", 1)).await.unwrap();
    }
}

#[tokio::test]
async fn an_almost_full_disk_refuses_commands_before_anything_is_written() {
    let (mut bench, disk) = (Bench::new(), MemoryDisk::new());
    bench.limits.disk_reserve_bytes = 1000;
    let engine = bench.in_memory(&disk);
    fill(&engine, 1).await;
    let commits = disk.commits();
    disk.set_faults(Faults {
        free: Some(999),
        ..Faults::default()
    });
    let answer = submit(&engine, create_team("Central")).await;
    let Err(SubmitError::DiskFull { free, reserve }) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!((free, reserve), (999, 1000));
    assert_eq!(disk.commits(), commits);
    disk.set_faults(Faults::default());
    submit(&engine, create_team("Central")).await.unwrap();
}

#[tokio::test]
async fn a_corrupt_row_is_named_and_refused() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    fill(&engine, 2).await;
    engine.shutdown().await;
    let row = disk
        .keys()
        .into_iter()
        .rfind(|k| k.starts_with(key::ENTITIES) && k[2] == 7);
    disk.edit(&row.unwrap(), |bytes| *bytes.last_mut().unwrap() ^= 1);
    let mut options = bench.options(std::path::Path::new("/data"));
    options.store = Some(disk.store());
    let error = Engine::open(options).unwrap_err();
    assert!(matches!(error, OpenError::CorruptRow { .. }));
    let text = error.to_string();
    assert!(
        text.contains("/data: row e/Opportunity/2 is corrupt"),
        "{text}"
    );
    assert!(text.contains("restore it from a backup"), "{text}");
}

#[tokio::test]
async fn a_newer_format_is_refused_with_both_numbers() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    bench.in_memory(&disk).shutdown().await;
    disk.edit(key::META_FORMAT, |bytes| {
        let newer = 2u32.to_be_bytes();
        let at = bytes.len() - newer.len();
        bytes[at..].copy_from_slice(&newer);
        let crc = crc32fast::hash(&newer);
        bytes[3..7].copy_from_slice(&crc.to_be_bytes());
    });
    let mut options = bench.options(std::path::Path::new("/data"));
    options.store = Some(disk.store());
    let error = Engine::open(options).unwrap_err();
    assert!(matches!(error, OpenError::NewerFormat { .. }), "{error}");
    assert!(error.to_string().contains("format 2"), "{error}");
}

#[tokio::test]
async fn a_log_that_ends_elsewhere_than_the_state_is_refused() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    fill(&engine, 2).await;
    engine.shutdown().await;
    disk.edit(key::META_REVISION, |bytes| {
        let other = 2u64.to_be_bytes();
        let at = bytes.len() - other.len();
        bytes[at..].copy_from_slice(&other);
        let crc = crc32fast::hash(&other);
        bytes[3..7].copy_from_slice(&crc.to_be_bytes());
    });
    let mut options = bench.options(std::path::Path::new("/data"));
    options.store = Some(disk.store());
    let text = Engine::open(options).unwrap_err().to_string();
    assert!(
        text.contains("m/revision is 2, the last commit of the log is 3"),
        "{text}"
    );
}

#[tokio::test]
async fn a_rejection_changes_nothing_and_says_why() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    submit(&engine, set_up()).await.unwrap();
    match submit(&engine, set_up()).await {
        Err(SubmitError::Rejected(rejection)) => {
            assert_eq!(rejection.reason(), "WORKSPACE_ALREADY_SET_UP");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(engine.snapshot().revision(), 1);
}
