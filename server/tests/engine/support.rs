//! What the tests share: folders, commands, a recorder of watches.

use std::ops::ControlFlow;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use sluice_domain::{
    Actor, Command, Date, Entity, EntityKey, EntityKind, Money, OpportunityId, Patch,
    PipelineTemplate, StageId, State, Timestamp, command,
};
use sluice_server::engine::{
    Engine, EngineOptions, Limits, ManualClock, Outcome, Submission, SubmitError, ViewChange,
    WatchEnd, WatchItem, WatchOptions,
};
use sluice_server::store::memory::MemoryDisk;
use sluice_server::store::{Batch, Store, StoreError};

/// Every wait of a test ends here at the latest.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// 2026-01-05 09:00 UTC.
pub const MONDAY: Timestamp = Timestamp(1_767_603_600_000_000);

pub struct TempFolder(tempfile::TempDir);

impl TempFolder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

pub fn batch_of(rows: &[(&str, &str)]) -> Batch {
    let mut batch = Batch::default();
    for (key, value) in rows {
        batch.put(key.as_bytes().to_vec(), value.as_bytes().to_vec());
    }
    batch
}

pub fn rows_of(store: &dyn Store) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let all: (&[u8], &[u8]) = (&[0], &[0xff; 8]);
    let mut visit = |key: &[u8], value: &[u8]| {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        rows.push((text(key), text(value)));
        ControlFlow::Continue(())
    };
    store.reader().scan(all.0, all.1, &mut visit).unwrap();
    rows
}

pub fn copy_folder(source: &Path, target: &Path) {
    std::fs::create_dir_all(target).unwrap();
    for entry in std::fs::read_dir(source).unwrap() {
        let entry = entry.unwrap();
        let copy = target.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &copy);
        } else {
            std::fs::copy(entry.path(), copy).unwrap();
        }
    }
}

/// Errors the fatal hook was told.
pub type Fatal = Arc<Mutex<Vec<StoreError>>>;

pub struct Bench {
    pub clock: ManualClock,
    pub fatal: Fatal,
    pub limits: Limits,
}

impl Bench {
    pub fn new() -> Self {
        Self {
            clock: ManualClock::new(MONDAY),
            fatal: Fatal::default(),
            limits: Limits {
                // The test machine's disk is not the subject.
                disk_reserve_bytes: 0,
                ..Limits::default()
            },
        }
    }

    pub fn options(&self, folder: &Path) -> EngineOptions {
        let fatal = Arc::clone(&self.fatal);
        EngineOptions {
            clock: Arc::new(self.clock.clone()),
            limits: self.limits.clone(),
            on_fatal: Arc::new(move |error| fatal.lock().unwrap().push(error.clone())),
            ..EngineOptions::new(folder)
        }
    }

    pub fn on_disk(&self, folder: &Path) -> Engine {
        Engine::open(self.options(folder)).unwrap()
    }

    pub fn in_memory(&self, disk: &MemoryDisk) -> Engine {
        let mut options = self.options(Path::new("/nowhere"));
        options.store = Some(disk.store());
        Engine::open(options).unwrap()
    }
}

pub fn actor() -> Actor {
    Actor {
        member: None,
        label: "test".into(),
    }
}

pub fn set_up() -> Command {
    Command::SetUpWorkspace(command::SetUpWorkspace {
        name: "Acme".into(),
        time_zone: "UTC".into(),
        currency: "USD".into(),
        language: sluice_domain::Language::En,
        template: PipelineTemplate::Default,
        administrator: None,
    })
}

pub fn create_team(name: &str) -> Command {
    Command::CreateTeam(command::CreateTeam {
        name: name.into(),
        parent: None,
        manager: None,
        external_id: None,
    })
}

pub fn create_deal(name: &str, amount: i64) -> Command {
    let money = Money {
        amount_minor: amount,
        currency: sluice_domain::Currency::parse("USD").unwrap(),
    };
    let expected = Date::new(2026, 3, 31).unwrap();
    Command::CreateOpportunity(Box::new(command::CreateOpportunity::new(
        name, money, expected,
    )))
}

pub fn rename_stage(id: StageId, name: &str) -> Command {
    Command::UpdateStage(command::UpdateStage {
        id,
        name: Some(name.into()),
        win_probability_bp: None,
        stagnation_period_days: Patch::Keep,
        required_fields: None,
        gate: None,
    })
}

pub fn move_deal(id: u64, stage: u64) -> Command {
    Command::MoveOpportunity(command::MoveOpportunity {
        id: OpportunityId(id),
        to: StageId(stage),
        override_reason: None,
    })
}

pub fn rename_deal(id: u64, name: &str) -> Command {
    let mut amend = command::AmendOpportunity::of(OpportunityId(id));
    amend.name = Some(name.into());
    Command::AmendOpportunity(Box::new(amend))
}

pub async fn submit(engine: &Engine, command: Command) -> Result<Outcome, SubmitError> {
    engine.submit(Submission::new(command, actor())).await
}

pub async fn submit_as(
    engine: &Engine,
    request_id: &str,
    command: Command,
) -> Result<Outcome, SubmitError> {
    let mut submission = Submission::new(command, actor());
    submission.request_id = Some(request_id.into());
    engine.submit(submission).await
}

/// A workspace with `deals` opportunities, named `deal 1` and so on.
pub async fn fill(engine: &Engine, deals: u64) {
    submit(engine, set_up()).await.unwrap();
    for number in 1..=deals {
        submit(engine, create_deal(&format!("deal {number}"), 100))
            .await
            .unwrap();
    }
}

pub type Watching = Pin<Box<dyn Stream<Item = Result<WatchItem, WatchEnd>> + Send>>;

pub fn watch(engine: &Engine, options: WatchOptions) -> Watching {
    Box::pin(engine.watch(options).unwrap())
}

pub async fn next(watching: &mut Watching) -> Result<WatchItem, WatchEnd> {
    tokio::time::timeout(PATIENCE, watching.next())
        .await
        .expect("the watch is silent")
        .expect("a watch never just ends")
}

/// What a client folds from a watch.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Fold {
    pub entities: std::collections::BTreeMap<EntityKey, Entity>,
    pub revision: u64,
    pub commits: Vec<u64>,
}

impl Fold {
    /// Takes an item in, checking order and uniqueness.
    pub fn take(&mut self, item: &WatchItem) {
        assert!(item.revision() >= self.revision, "G1: {item:?}");
        self.revision = item.revision();
        match item {
            WatchItem::Opened { .. } | WatchItem::Progress { .. } => {}
            WatchItem::SnapshotChunk { entities, .. } => {
                for entity in entities {
                    let before = self.entities.insert(entity.key(), entity.clone());
                    assert_eq!(before, None, "G2: twice in a snapshot");
                }
            }
            WatchItem::SnapshotEnd { count, .. } => {
                assert_eq!(*count, self.entities.len() as u64);
            }
            WatchItem::CommitBatch { commits, .. } => {
                for commit in commits {
                    let last = self.commits.last().copied().unwrap_or(0);
                    assert!(commit.commit.revision > last, "G1, G2");
                    assert!(commit.commit.revision <= self.revision);
                    self.commits.push(commit.commit.revision);
                    for change in commit.changes() {
                        match change {
                            ViewChange::Put(entity) => {
                                self.entities.insert(entity.key(), entity.clone());
                            }
                            ViewChange::Remove { key, .. } => {
                                let gone = self.entities.remove(&key);
                                assert!(gone.is_some(), "removed what was not shown: {key:?}");
                            }
                        }
                    }
                }
            }
        }
    }

    /// Follows a watch until it is at `revision`.
    pub async fn follow(&mut self, watching: &mut Watching, revision: u64) {
        let mut in_snapshot = false;
        within("the watch does not get there", async {
            while self.revision < revision || in_snapshot {
                let item = next(watching).await.unwrap();
                match &item {
                    WatchItem::SnapshotChunk { .. } => in_snapshot = true,
                    WatchItem::SnapshotEnd { .. } => in_snapshot = false,
                    _ => {}
                }
                self.take(&item);
            }
        })
        .await;
    }
}

/// Bounds a wait that may see items for ever.
pub async fn within<T>(what: &str, wait: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, wait).await {
        Ok(done) => done,
        Err(_) => panic!("{what}"),
    }
}

/// What List would answer.
pub fn listed(state: &State, kinds: &[EntityKind]) -> Fold {
    let all = EntityKind::ALL.into_iter();
    let wanted = all.filter(|k| k.is_watchable() && (kinds.is_empty() || kinds.contains(k)));
    Fold {
        entities: wanted
            .flat_map(|kind| state.entities(kind).map(|entity| (entity.key(), entity)))
            .collect(),
        revision: state.revision(),
        commits: Vec::new(),
    }
}
