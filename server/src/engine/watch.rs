//! A watch: a cursor over the commits, polled as a stream. It holds no queue, so a slow watcher
//! costs nothing and loses nothing.
//!
//! The cursor reads the ring, and the log where the ring no longer reaches back. Its target is
//! always a published head: by then every commit up to it is in the ring or in the log, whichever
//! the cursor looks at first. After `Opened` and the snapshot, if wanted, come batches of whole
//! commits and, when nothing happens, progress; the last item is an error that says how to go on.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::Stream;
use sluice_domain::{Entity, EntityKind, State, view::Filter};
use tokio::sync::watch as tokio_watch;
use tokio::time::Instant;

use crate::engine::snapshot::Snapshot;
use crate::engine::view::{View, WatchCommit};
use crate::engine::{Engine, Shared, Signal};
use crate::store::ReadLimit;
use crate::store::journal::LogEntry;

/// Entities in one part of a snapshot.
pub const SNAPSHOT_CHUNK_ENTITIES: usize = 256;
/// Commits in one batch.
pub const BATCH_COMMITS: usize = 64;
/// Encoded bytes after which a batch ends.
pub const BATCH_BYTES: usize = 512 * 1024;
/// Progress is shown after this time without another item, unless the watcher says otherwise.
pub const PROGRESS_INTERVAL: Duration = Duration::from_secs(10);

/// Where a watch starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchStart {
    /// With everything that matches now.
    Snapshot,
    /// With the first commit after this revision.
    After(u64),
}

/// What a watch is to show.
#[derive(Debug, Clone)]
pub struct WatchOptions {
    /// Where to start.
    pub start: WatchStart,
    /// Kinds wanted; empty means all.
    pub kinds: Vec<EntityKind>,
    /// What entities must match; only with exactly one kind.
    pub filter: Option<Filter>,
    /// The log that `start` counts in, if the watcher knows it.
    pub log_id: Option<String>,
    /// Progress after this time without another item.
    pub progress_interval: Duration,
}

impl WatchOptions {
    /// Everything, from `start`.
    pub fn everything(start: WatchStart) -> Self {
        Self {
            start,
            kinds: Vec::new(),
            filter: None,
            log_id: None,
            progress_interval: PROGRESS_INTERVAL,
        }
    }
}

/// One item of a watch: after applying it the view is at its revision.
#[derive(Debug, Clone)]
pub enum WatchItem {
    /// The first item, once.
    Opened {
        /// Identity of the log.
        log_id: String,
        /// Where the watch starts: the revision resumed after, or that of the snapshot.
        revision: u64,
        /// The newest durable revision.
        head: u64,
        /// Oldest revision after which a watch can resume.
        oldest: u64,
    },
    /// A part of the snapshot, in key order.
    SnapshotChunk {
        /// Revision of the whole snapshot.
        revision: u64,
        /// Entities that match.
        entities: Vec<Entity>,
    },
    /// The snapshot is complete.
    SnapshotEnd {
        /// Its revision.
        revision: u64,
        /// How many entities it had.
        count: u64,
    },
    /// Commits, at least one, in order, each whole.
    CommitBatch {
        /// Everything up to here has been shown.
        revision: u64,
        /// The commits, without those that hold nothing for this view.
        commits: Vec<WatchCommit>,
    },
    /// Everything up to `revision` has been shown.
    Progress {
        /// The revision.
        revision: u64,
    },
}

impl WatchItem {
    /// Where the view is after this item.
    pub fn revision(&self) -> u64 {
        match self {
            Self::Opened { revision, .. }
            | Self::SnapshotChunk { revision, .. }
            | Self::SnapshotEnd { revision, .. }
            | Self::CommitBatch { revision, .. }
            | Self::Progress { revision } => *revision,
        }
    }
}

/// How a watch ends or why it did not begin. There is no other end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WatchEnd {
    /// The log no longer reaches back to where the watch is: take a snapshot.
    #[error("commits up to revision {oldest} are no longer kept; start with a snapshot")]
    Compacted {
        /// Oldest revision after which a watch can resume.
        oldest: u64,
    },
    /// The revision is of another log, or of none yet: take a snapshot.
    #[error("the revision to resume after is not of this log; start with a snapshot")]
    LogMismatch,
    /// The server is shutting down: resume.
    #[error("the server is shutting down; resume after the last revision received")]
    Draining,
    /// What the filter looks at has changed: take a snapshot.
    #[error("what the filter looks at has changed; start with a snapshot")]
    ViewChanged,
    /// Enough watches are open: back off.
    #[error("{limit} watches are open, which is the limit; try again later")]
    TooManyWatches {
        /// How many may be open.
        limit: usize,
    },
    /// A filter needs exactly one kind to look at.
    #[error("a filter needs exactly one kind")]
    FilterNeedsOneKind,
    /// What the filter lets through changes without any commit.
    #[error(
        "the filter looks at the clock, which no commit announces; leave out stale:, stalled:, days:, over:, left:, idle:, \
         last_activity:, parent:, reports_to: and dates relative to today"
    )]
    FilterReadsClock,
    /// The log could not be read; the server's own log says why: resume.
    #[error("the log could not be read; resume after the last revision received")]
    LogUnreadable,
}

impl Engine {
    /// Opens a watch. The stream's last item is an error; it never just ends.
    pub fn watch(
        &self,
        options: WatchOptions,
    ) -> Result<impl Stream<Item = Result<WatchItem, WatchEnd>> + Send + use<>, WatchEnd> {
        let watch = Watch::open(Arc::clone(&self.shared), options)?;
        Ok(futures_util::stream::unfold(
            Some(watch),
            |watch| async move {
                let mut watch = watch?;
                match watch.next().await {
                    Ok(item) => Some((Ok(item), Some(watch))),
                    Err(end) => Some((Err(end), None)),
                }
            },
        ))
    }
}

/// One of the places for watches, given back when dropped.
struct Place(Arc<Shared>);

impl Place {
    fn take(shared: &Arc<Shared>) -> Result<Self, WatchEnd> {
        let limit = shared.limits.watches;
        // Made first, so that its drop undoes the count when there is no place left.
        let place = Self(Arc::clone(shared));
        if shared.watches.fetch_add(1, Ordering::Relaxed) >= limit {
            return Err(WatchEnd::TooManyWatches { limit });
        }
        Ok(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.watches.fetch_sub(1, Ordering::Relaxed);
    }
}

enum Phase {
    Opening,
    Snapshot(Snapshot),
    Following,
    Ending,
}

struct Watch {
    shared: Arc<Shared>,
    view: View,
    start: WatchStart,
    phase: Phase,
    /// Everything up to here has been shown.
    cursor: u64,
    /// The state a filter looks at; no commit between the cursor and it changes what names mean.
    names: Option<Arc<State>>,
    signal: tokio_watch::Receiver<Signal>,
    progress_interval: Duration,
    last_item: Instant,
    _place: Place,
}

impl Watch {
    fn open(shared: Arc<Shared>, options: WatchOptions) -> Result<Self, WatchEnd> {
        let signal = shared.signal.subscribe();
        if signal.borrow().watches_end {
            return Err(WatchEnd::Draining);
        }
        let filtered = options.filter.as_ref().is_some_and(|f| !f.is_empty());
        if filtered && options.kinds.len() != 1 {
            return Err(WatchEnd::FilterNeedsOneKind);
        }
        if options
            .filter
            .as_ref()
            .is_some_and(|filter| !filter.is_watchable())
        {
            return Err(WatchEnd::FilterReadsClock);
        }
        if let WatchStart::After(revision) = options.start {
            let other = options
                .log_id
                .as_ref()
                .is_some_and(|id| *id != shared.log_id);
            if other || revision > signal.borrow().revision {
                return Err(WatchEnd::LogMismatch);
            }
            shared.check_kept(revision)?;
        }
        let place = Place::take(&shared)?;
        Ok(Self {
            view: View::new(&options.kinds, options.filter),
            start: options.start,
            phase: Phase::Opening,
            cursor: 0,
            names: None,
            signal,
            progress_interval: options.progress_interval,
            last_item: Instant::now(),
            _place: place,
            shared,
        })
    }

    async fn next(&mut self) -> Result<WatchItem, WatchEnd> {
        let item = match &mut self.phase {
            Phase::Opening => self.opened(),
            Phase::Snapshot(snapshot) => match snapshot.next_chunk(&self.view) {
                Some(chunk) => chunk,
                None => {
                    let end = snapshot.end();
                    self.phase = Phase::Following;
                    end
                }
            },
            Phase::Following => self.follow().await?,
            Phase::Ending => return Err(WatchEnd::Draining),
        };
        self.last_item = Instant::now();
        Ok(item)
    }

    fn opened(&mut self) -> WatchItem {
        let head = self.signal.borrow().revision;
        match self.start {
            WatchStart::After(revision) => {
                self.cursor = revision;
                self.phase = Phase::Following;
            }
            WatchStart::Snapshot => {
                let state = self.shared.state.load_full();
                self.cursor = state.revision();
                self.names = Some(Arc::clone(&state));
                self.phase = Phase::Snapshot(Snapshot::new(state, &self.view));
            }
        }
        WatchItem::Opened {
            log_id: self.shared.log_id.clone(),
            revision: self.cursor,
            // The state is published before the head: a snapshot may be ahead of it.
            head: head.max(self.cursor),
            oldest: self.shared.oldest.load(Ordering::Acquire),
        }
    }

    async fn follow(&mut self) -> Result<WatchItem, WatchEnd> {
        loop {
            let signal = *self.signal.borrow_and_update();
            if self.cursor < signal.revision {
                if let Some(batch) = self.batch(signal.revision).await? {
                    return Ok(batch);
                }
                continue;
            }
            let progress = WatchItem::Progress {
                revision: self.cursor,
            };
            if signal.watches_end {
                self.phase = Phase::Ending;
                return Ok(progress);
            }
            let due = self.last_item + self.progress_interval;
            tokio::select! {
                changed = self.signal.changed() => {
                    if changed.is_err() {
                        self.phase = Phase::Ending;
                        return Ok(progress);
                    }
                }
                () = tokio::time::sleep_until(due) => return Ok(progress),
            }
        }
    }

    /// The next commits up to `head`; `None` if they hold nothing for this view.
    async fn batch(&mut self, head: u64) -> Result<Option<WatchItem>, WatchEnd> {
        let (state, target) = if self.view.has_filter() {
            let names = self.names_after(head).await?;
            let target = names.revision();
            (names, target)
        } else {
            (self.shared.state.load_full(), head)
        };
        let entries = self.shared.fetch(self.cursor, target).await?;
        let mut commits = Vec::new();
        let mut bytes = 0;
        for entry in &entries {
            self.cursor = entry.commit.revision;
            if let Some(commit) = self.view.of(&state, &entry.commit) {
                commits.push(commit);
                bytes += entry.bytes;
            }
            if commits.len() >= BATCH_COMMITS || bytes >= BATCH_BYTES {
                break;
            }
        }
        let revision = self.cursor;
        Ok((!commits.is_empty()).then_some(WatchItem::CommitBatch { revision, commits }))
    }

    /// A state beyond the cursor in which every name means what it meant at the cursor.
    async fn names_after(&mut self, head: u64) -> Result<Arc<State>, WatchEnd> {
        if let Some(names) = &self.names
            && names.revision() > self.cursor
        {
            return Ok(Arc::clone(names));
        }
        let state = self.shared.state.load_full();
        debug_assert!(
            state.revision() >= head,
            "the state is published before the head"
        );
        let mut looked = self.cursor;
        while looked < state.revision() {
            for entry in self.shared.fetch(looked, state.revision()).await? {
                if self.view.is_changed_by(&entry.commit) {
                    return Err(WatchEnd::ViewChanged);
                }
                looked = entry.commit.revision;
            }
        }
        self.names = Some(Arc::clone(&state));
        Ok(state)
    }
}

impl Shared {
    fn check_kept(&self, after: u64) -> Result<(), WatchEnd> {
        let oldest = self.oldest.load(Ordering::Acquire);
        if after < oldest {
            return Err(WatchEnd::Compacted { oldest });
        }
        Ok(())
    }

    /// Commits after `after` and up to `target`, which is published: at least one.
    async fn fetch(&self, after: u64, target: u64) -> Result<Vec<LogEntry>, WatchEnd> {
        let mut entries = Vec::new();
        for revision in (after + 1..=target).take(BATCH_COMMITS) {
            let Some(entry) = self.ring.get(revision) else {
                break;
            };
            entries.push(LogEntry::clone(&entry));
        }
        if entries.is_empty() {
            entries = self.read_log(after).await?;
            entries.retain(|entry| entry.commit.revision <= target);
        }
        match entries.first() {
            Some(first) if first.commit.revision == after + 1 => Ok(entries),
            _ => {
                // Trimmed between opening and reading, or while the watcher was slow.
                self.check_kept(after)?;
                tracing::error!(after, target, "the log has a gap");
                Err(WatchEnd::LogUnreadable)
            }
        }
    }

    async fn read_log(&self, after: u64) -> Result<Vec<LogEntry>, WatchEnd> {
        let reader = self.reader.clone();
        let limit = ReadLimit {
            commits: BATCH_COMMITS,
            bytes: BATCH_BYTES,
        };
        let read = tokio::task::spawn_blocking(move || reader.read_log(after, limit));
        match read.await {
            Ok(Ok(entries)) => Ok(entries),
            Ok(Err(error)) => {
                tracing::error!(%error, after, "the log could not be read for a watch");
                Err(WatchEnd::LogUnreadable)
            }
            Err(error) => {
                tracing::error!(%error, after, "reading the log for a watch panicked");
                Err(WatchEnd::LogUnreadable)
            }
        }
    }
}
