//! Compaction: gives space back, loses nothing, and may stop at any step.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use sluice_server::store::sled_store::{SledStore, Step};
use sluice_server::store::{Batch, Compaction, Store};

use crate::support::{TempFolder, batch_of, copy_folder, rows_of};

fn filled(folder: &Path, probe: Option<sluice_server::store::sled_store::Probe>) -> SledStore {
    let mut store = SledStore::open(folder, probe).unwrap();
    for round in 0..20 {
        let mut batch = Batch::default();
        for row in 0..1000 {
            let value = format!("value {round} of {row} {}", "x".repeat(400));
            batch.put(format!("row {row:04}").into_bytes(), value.into_bytes());
        }
        store.commit(&batch).unwrap();
    }
    store
}

fn run_to_end(store: &mut SledStore) -> usize {
    let mut steps = 0;
    store.begin_compaction().unwrap();
    loop {
        steps += 1;
        match store.compact().unwrap() {
            Compaction::Running => {}
            Compaction::Finished => return steps,
            Compaction::Idle => panic!("compaction was given up"),
        }
    }
}

#[test]
fn a_rewrite_gives_space_back_and_keeps_every_row() {
    let folder = TempFolder::new();
    let mut store = filled(folder.path(), None);
    let rows = rows_of(&store);
    let before = store.usage().unwrap().size_on_disk;
    assert!(run_to_end(&mut store) > 1, "copied in bounded steps");
    let after = store.usage().unwrap().size_on_disk;
    assert!(after * 3 < before, "{before} bytes became {after}");
    assert_eq!(rows_of(&store), rows);
    drop(store);
    assert_eq!(
        rows_of(&SledStore::open(folder.path(), None).unwrap()),
        rows
    );
}

#[test]
fn commits_during_a_rewrite_are_in_the_copy_wherever_it_stands() {
    let folder = TempFolder::new();
    let mut store = filled(folder.path(), None);
    store.begin_compaction().unwrap();
    let mut round = 0;
    loop {
        // One key the copy has passed, one it has not, one new, one removed.
        round += 1;
        let mut batch = batch_of(&[("row 0001", "early"), ("row 0998", "late")]);
        batch.put(format!("new {round}").into_bytes(), b"new".to_vec());
        batch.put(format!("zzz {round}").into_bytes(), b"new".to_vec());
        batch.remove(format!("row {:04}", round * 3).into_bytes());
        store.commit(&batch).unwrap();
        if store.compact().unwrap() == Compaction::Finished {
            break;
        }
    }
    assert!(round > 2);
    let rows = rows_of(&store);
    assert!(rows.contains(&("row 0001".into(), "early".into())));
    assert!(rows.contains(&("row 0998".into(), "late".into())));
    for round in 1..=round {
        assert!(rows.contains(&(format!("new {round}"), "new".into())));
        assert!(rows.contains(&(format!("zzz {round}"), "new".into())));
        let removed = format!("row {:04}", round * 3);
        assert!(!rows.iter().any(|(key, _)| *key == removed));
    }
    drop(store);
    assert_eq!(
        rows_of(&SledStore::open(folder.path(), None).unwrap()),
        rows
    );
}

#[test]
fn readers_from_before_the_rewrite_see_the_rows_after_it() {
    let folder = TempFolder::new();
    let mut store = filled(folder.path(), None);
    let reader = store.reader();
    run_to_end(&mut store);
    store.commit(&batch_of(&[("after", "yes")])).unwrap();
    assert_eq!(reader.get(b"after").unwrap().as_deref(), Some(&b"yes"[..]));
}

/// At every step the folder is copied as a crash would leave it, then opened.
#[test]
fn a_crash_at_any_step_loses_nothing() {
    let folder = TempFolder::new();
    let images = TempFolder::new();
    let taken: Arc<Mutex<Vec<(Step, PathBuf)>>> = Arc::default();
    let probe = {
        let (source, target, taken) = (
            folder.path().to_owned(),
            images.path().to_owned(),
            Arc::clone(&taken),
        );
        Arc::new(move |step: Step| {
            if matches!(step, Step::Applied | Step::Flushed | Step::Synced) {
                return;
            }
            let mut taken = taken.lock().unwrap();
            let image = target.join(taken.len().to_string());
            copy_folder(&source, &image);
            taken.push((step, image));
        })
    };
    let mut store = filled(folder.path(), Some(probe));
    let rows = rows_of(&store);
    run_to_end(&mut store);
    let taken = taken.lock().unwrap();
    for step in [
        Step::CompactionBegun,
        Step::CompactionCopied,
        Step::CompactionSynced,
        Step::CompactionNamed,
        Step::CompactionSwapped,
    ] {
        assert!(taken.iter().any(|(taken, _)| *taken == step), "{step:?}");
    }
    for (step, image) in taken.iter() {
        let mut reopened = SledStore::open(image, None).unwrap();
        assert_eq!(rows_of(&reopened), rows, "after a crash at {step:?}");
        let folders = std::fs::read_dir(image).unwrap().filter(|entry| {
            let name = entry.as_ref().unwrap().file_name();
            name.to_string_lossy().starts_with("store-")
        });
        assert_eq!(folders.count(), 1, "leftovers removed after {step:?}");
        run_to_end(&mut reopened);
        assert_eq!(rows_of(&reopened), rows, "compacted again after {step:?}");
    }
}
