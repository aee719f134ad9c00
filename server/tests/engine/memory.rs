//! Memory under steady updates: page cache, epoch garbage and buffers together stay bounded.

use sluice_server::store::sled_store::SledStore;
use sluice_server::store::{Batch, Store};

/// Updates made before measuring: caches and buffers have reached their size.
const WARM_UP: u32 = 2_000;
/// Updates measured.
const UPDATES: u32 = 6_000;
/// What 6,000 updates may add once warm: less than the 47 MiB they write, so that nothing which
/// keeps what it wrote gets by. Seen: below 1 MiB.
const GROWTH_MAX_BYTES: u64 = 40 * 1024 * 1024;

#[test]
fn steady_updates_do_not_grow_memory() {
    let Some(_) = resident_bytes() else {
        println!("skipped: this system has no /proc/self/status");
        return;
    };
    // A folder in memory where there is one: the disk's speed is not the subject.
    let folder = match tempfile::tempdir_in("/dev/shm") {
        Ok(folder) => folder,
        Err(_) => tempfile::tempdir().unwrap(),
    };
    let mut store = SledStore::open(folder.path(), None).unwrap();
    let mut update = |number: u32| {
        let mut batch = Batch::default();
        for row in 0..8u8 {
            let mut value = vec![row; 1024];
            value[..4].copy_from_slice(&number.to_be_bytes());
            batch.put(vec![b'e', (number % 50) as u8, row], value);
        }
        store.commit(&batch).unwrap();
    };
    (0..WARM_UP).for_each(&mut update);
    let before = resident_bytes().unwrap();
    (0..UPDATES).for_each(&mut update);
    let grown = resident_bytes().unwrap().saturating_sub(before);
    println!("{UPDATES} updates grew memory by {} KiB", grown / 1024);
    assert!(grown < GROWTH_MAX_BYTES, "grew by {grown} bytes");
}

fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}
