//! What sled does to the disk: order of flush and sync, no unsynced files, one owner.

use std::path::Path;
use std::sync::{Arc, Mutex};

use sluice_server::store::sled_store::{SledStore, Step};
use sluice_server::store::{Batch, MAX_VALUE_BYTES, Store, generation};

use crate::support::{TempFolder, batch_of, rows_of};

#[test]
fn a_commit_is_applied_then_flushed_then_synced() {
    let folder = TempFolder::new();
    let steps = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&steps);
    let probe = Arc::new(move |step| seen.lock().unwrap().push(step));
    let mut store = SledStore::open(folder.path(), Some(probe)).unwrap();
    steps.lock().unwrap().clear();
    store.commit(&batch_of(&[("a", "1")])).unwrap();
    store.commit(&batch_of(&[("b", "2")])).unwrap();
    let once = [Step::Applied, Step::Flushed, Step::Synced];
    assert_eq!(*steps.lock().unwrap(), [once, once].concat());
}

#[test]
fn what_was_committed_is_there_after_the_process_ends() {
    let folder = TempFolder::new();
    {
        let mut store = SledStore::open(folder.path(), None).unwrap();
        store.commit(&batch_of(&[("a", "1"), ("b", "2")])).unwrap();
        let mut second = Batch::default();
        second.remove(b"a".to_vec());
        store.commit(&second).unwrap();
    }
    let store = SledStore::open(folder.path(), None).unwrap();
    assert_eq!(rows_of(&store), [("b".to_string(), "2".to_string())]);
}

#[test]
fn values_of_the_largest_size_never_reach_the_files_sled_does_not_sync() {
    let folder = TempFolder::new();
    let mut store = SledStore::open(folder.path(), None).unwrap();
    // Rewrites in the same leaves force whole pages, which is where sled would spill.
    for round in 0..30u8 {
        let mut batch = Batch::default();
        for row in 0..64u8 {
            batch.put(vec![b'x', row], vec![round; MAX_VALUE_BYTES]);
        }
        store.commit(&batch).unwrap();
    }
    let blobs = generation::folder(folder.path(), 1).join("blobs");
    assert_eq!(
        files_in(&blobs),
        0,
        "sled spilled a page to a file of its own"
    );
}

#[test]
fn free_space_and_size_are_reported() {
    let folder = TempFolder::new();
    let mut store = SledStore::open(folder.path(), None).unwrap();
    store.commit(&batch_of(&[("a", "1")])).unwrap();
    let usage = store.usage().unwrap();
    assert!(usage.size_on_disk > 0);
    assert!(usage.free > 0);
}

fn files_in(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}
