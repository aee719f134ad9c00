//! Housekeeping comes in slices: a command waits for the one at work, and each is bounded.

use std::future::poll_fn;
use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use sluice_domain::limits::{MAX_COMMIT_BYTES, MAX_TICK_CHANGES};
use sluice_domain::{
    Command, Currency, MemberId, Money, Role, StageId, command, import, next_deadline,
};
use sluice_server::engine::{Clock as _, Engine, EngineOptions};
use sluice_server::store::journal::{TRIM_STEP_BYTES, TRIM_STEP_ROWS};
use sluice_server::store::memory::MemoryDisk;
use sluice_server::store::{
    Batch, Compaction, KeyValue, MAX_VALUE_BYTES, RowReader, Store, StoreError, Usage, Visit, key,
};

use crate::support::{Bench, MONDAY, PATIENCE, rename_deal, set_up, submit, within};

const DAY: i64 = 86_400_000_000;
/// Bytes that one look at the store may read: a commit with the images before and after it, or a step of trimming.
const READ_BYTES: usize = 4 * MAX_COMMIT_BYTES;

/// What the writer did with the store.
#[derive(Default)]
struct Seen {
    /// Bytes read by each scan.
    reads: Vec<usize>,
    /// Rows put and removed by each commit.
    commits: Vec<(usize, usize)>,
}

/// A store that tells what is done with it, and stops each commit while it is told to.
struct Observed {
    inner: Box<dyn Store>,
    seen: Arc<Mutex<Seen>>,
    stopping: Arc<AtomicBool>,
    arrivals: SyncSender<Batch>,
    releases: Receiver<()>,
}

impl Store for Observed {
    fn reader(&self) -> Arc<dyn RowReader> {
        Arc::new(ObservedReader {
            inner: self.inner.reader(),
            seen: Arc::clone(&self.seen),
        })
    }

    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let puts = batch.writes.iter().filter(|(_, value)| value.is_some());
        let puts = puts.count();
        let counts = (puts, batch.writes.len() - puts);
        self.seen.lock().unwrap().commits.push(counts);
        if self.stopping.load(Ordering::Acquire) {
            self.arrivals.send(batch.clone()).unwrap();
            // The test is over when nobody can release any more.
            let _ = self.releases.recv();
        }
        self.inner.commit(batch)
    }

    fn begin_compaction(&mut self) -> Result<(), StoreError> {
        self.inner.begin_compaction()
    }

    fn compact(&mut self) -> Result<Compaction, StoreError> {
        self.inner.compact()
    }

    fn usage(&self) -> Result<Usage, StoreError> {
        self.inner.usage()
    }
}

struct ObservedReader {
    inner: Arc<dyn RowReader>,
    seen: Arc<Mutex<Seen>>,
}

impl RowReader for ObservedReader {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.get(key)
    }

    fn scan(&self, from: &[u8], to: &[u8], visit: &mut Visit<'_>) -> Result<(), StoreError> {
        let mut bytes = 0;
        let mut counting = |key: &[u8], value: &[u8]| -> ControlFlow<()> {
            bytes += value.len();
            visit(key, value)
        };
        self.inner.scan(from, to, &mut counting)?;
        self.seen.lock().unwrap().reads.push(bytes);
        Ok(())
    }

    fn last(&self, from: &[u8], to: &[u8]) -> Result<Option<KeyValue>, StoreError> {
        self.inner.last(from, to)
    }
}

/// The test's side of an [`Observed`] store.
struct Observer {
    seen: Arc<Mutex<Seen>>,
    stopping: Arc<AtomicBool>,
    arrivals: Receiver<Batch>,
    releases: SyncSender<()>,
}

impl Observer {
    /// The commit at which the writer stands still.
    fn arrival(&self) -> Batch {
        self.arrivals.recv_timeout(PATIENCE).unwrap()
    }

    fn release(&self) {
        self.releases.send(()).unwrap();
    }
}

fn observed(bench: &Bench, disk: &MemoryDisk) -> (Engine, Observer) {
    let seen = Arc::default();
    let stopping = Arc::new(AtomicBool::new(false));
    let (arriving, arrivals) = sync_channel(1);
    let (releases, releasing) = sync_channel(1);
    let store = Observed {
        inner: disk.store(),
        seen: Arc::clone(&seen),
        stopping: Arc::clone(&stopping),
        arrivals: arriving,
        releases: releasing,
    };
    let options = EngineOptions {
        store: Some(Box::new(store)),
        ..bench.options(std::path::Path::new("/nowhere"))
    };
    let observer = Observer {
        seen,
        stopping,
        arrivals,
        releases,
    };
    (Engine::open(options).unwrap(), observer)
}

/// Deals of one member that all entered the first stage in one instant.
async fn filled(engine: &Engine, deals: usize) {
    const CALL: usize = 250;
    submit(engine, set_up()).await.unwrap();
    let kim = Command::CreateMember(command::CreateMember {
        name: "Kim".into(),
        role: Role::Rep,
        team: None,
        unix_user: None,
        email: None,
        external_id: None,
    });
    submit(engine, kim).await.unwrap();
    let usd = Currency::parse("USD").unwrap();
    for first in (0..deals).step_by(CALL) {
        let rows = (first..first + CALL).map(|number| import::ImportedStageEntry {
            external_id: format!("x{number}"),
            stage: StageId(1),
            at: MONDAY,
            actor: None,
            amount: Some(Money::new(100, usd)),
            occurrence: 0,
            name: None,
            owner: Some(MemberId(1)),
        });
        let rows = rows.collect();
        submit(
            engine,
            Command::ImportHistory(import::ImportHistory { rows }),
        )
        .await
        .unwrap();
    }
}

fn holds(batch: &Batch, text: &str) -> bool {
    let values = batch.writes.iter().filter_map(|(_, value)| value.as_ref());
    let mut values = values;
    values.any(|value| {
        value
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    })
}

#[tokio::test]
async fn a_command_waits_for_the_slice_at_work_and_never_for_the_next() {
    const ROUNDS: usize = 60;
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let (engine, observer) = observed(&bench, &disk);
    filled(&engine, 3_000).await;
    observer.stopping.store(true, Ordering::Release);
    // All of them approach their limit, and the whole log is too old: there is much to do at once.
    bench.clock.advance_micros(12 * DAY);
    let (mut ticks, mut trims) = (0, 0);
    for round in 0..ROUNDS {
        let slice = observer.arrival();
        ticks += usize::from(holds(&slice, "system"));
        trims += usize::from(slice.writes.iter().any(|(_, value)| value.is_none()));
        let mark = format!("mark {round}.");
        let mut waiting = pin!(submit(&engine, rename_deal(1, &mark)));
        // Now it is in the queue.
        poll_fn(|context| Poll::Ready(waiting.as_mut().poll(context).is_pending())).await;
        observer.release();
        let next = observer.arrival();
        assert!(
            holds(&next, &mark),
            "round {round}: another slice came first"
        );
        observer.release();
        waiting.await.unwrap();
        if ticks > 10 && trims > 1 {
            break;
        }
    }
    assert!(ticks > 10 && trims > 1, "{ticks} Ticks, {trims} trims");
    observer.stopping.store(false, Ordering::Release);
    drop(observer);
    engine.shutdown().await;
}

#[tokio::test]
async fn every_slice_is_bounded_however_much_there_is_to_do() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let (engine, observer) = observed(&bench, &disk);
    filled(&engine, 2_000).await;
    let filled_to = engine.snapshot().revision();
    *observer.seen.lock().unwrap() = Seen::default();
    bench.clock.advance_micros(12 * DAY);
    let mut head = engine.head();
    within("all are told", async {
        let is_due = || {
            let now = bench.clock.now();
            next_deadline(&engine.snapshot(), now).is_some_and(|at| at <= now)
        };
        while is_due() {
            head.changed().await.unwrap();
        }
    })
    .await;
    // What was told then is too old a week later, all at once.
    bench.clock.advance_micros(8 * DAY);
    let told_to = engine.snapshot().revision();
    assert!(told_to > filled_to + 20, "cut into {told_to} commits");
    within("the log is trimmed", async {
        let is_trimmed = |oldest| {
            let kept = key::log(oldest);
            let keys = disk.keys();
            !keys.iter().any(|row| row[0] == b'l' && *row < kept)
        };
        while engine.oldest_revision() < told_to || !is_trimmed(told_to) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    engine.shutdown().await;
    let seen = observer.seen.lock().unwrap();
    let largest_read = seen.reads.iter().max().copied().unwrap();
    assert!(
        largest_read <= READ_BYTES,
        "{largest_read} bytes in one read"
    );
    let rows = TRIM_STEP_BYTES as usize / MAX_VALUE_BYTES;
    assert!(
        seen.commits
            .iter()
            .filter(|(_, gone)| *gone >= rows)
            .count()
            > 3,
        "the log went in several steps"
    );
    for (puts, gone) in &seen.commits {
        assert!(*gone <= TRIM_STEP_ROWS, "{gone} rows removed at once");
        // Rows, their past, and the parts of the commit itself.
        assert!(*puts <= 4 * MAX_TICK_CHANGES, "{puts} rows put at once");
    }
}
