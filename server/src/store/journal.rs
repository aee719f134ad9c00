//! The journal: state and commits kept in a [`Store`], typed.
//!
//! Four verbs: [`Journal::open`] loads the rows, [`Journal::commit`] makes a group durable,
//! [`JournalReader::read_log`] reads commits back from any thread, [`Journal::compact`] and the trim steps
//! keep the disk small in bounded steps.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::sync::Arc;

use sluice_domain::{Entity, EntityKey, EntityKind, RowChange, Timestamp};

use crate::commit::Commit;
use crate::store::row::Assembler;
use crate::store::{
    Batch, FORMAT_VERSION, RowReader, Store, StoreError, StoredOutcome, Usage, key, record, row,
};

/// Log rows and outcomes removed in one step: a few milliseconds between two groups of commits.
pub const TRIM_STEP_ROWS: usize = 256;
/// Bytes of log rows removed in one step, but for the last row.
pub const TRIM_STEP_BYTES: u64 = 256 * 1024;

/// What a start finds.
#[derive(Debug)]
pub struct Loaded {
    /// Identity of the log: watches resume only on the log they began with.
    pub log_id: String,
    /// Newest revision.
    pub revision: u64,
    /// Oldest revision after which every commit is in the log.
    pub oldest: u64,
    /// Time of the newest commit, if the log still has it.
    pub last_time: Option<Timestamp>,
    /// Every entity row.
    pub entities: Vec<Entity>,
}

/// One group of commits, durable together.
#[derive(Debug, Default)]
pub struct GroupRecord {
    /// Commits in order.
    pub commits: Vec<Arc<Commit>>,
    /// Rows they change, in order; the last of a key counts.
    pub rows: Vec<RowChange>,
    /// Outcomes of requests with an id.
    pub outcomes: Vec<(String, StoredOutcome)>,
}

impl GroupRecord {
    /// Whether there is nothing to make durable.
    pub fn is_empty(&self) -> bool {
        self.commits.is_empty() && self.outcomes.is_empty()
    }
}

/// Bounds of one read of the log.
#[derive(Debug, Clone, Copy)]
pub struct ReadLimit {
    /// Most commits.
    pub commits: usize,
    /// Stop after this many encoded bytes; at least one commit is read.
    pub bytes: usize,
}

/// A commit read back, with its size in the log.
#[derive(Debug, Clone)]
pub struct LogEntry {
    /// The commit.
    pub commit: Arc<Commit>,
    /// Encoded bytes.
    pub bytes: usize,
}

/// Writes typed rows. Held by the writer.
pub struct Journal {
    store: Box<dyn Store>,
    reader: JournalReader,
    /// Rows that occupy more than one value: how many.
    chunks: HashMap<EntityKey, u16>,
    /// Largest id seen of each kind: a row above it is new.
    newest: BTreeMap<EntityKind, u64>,
    entity_bytes: u64,
    log_bytes: u64,
    revision: u64,
    oldest: u64,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal")
            .field("revision", &self.revision)
            .field("oldest", &self.oldest)
            .finish_non_exhaustive()
    }
}

impl Journal {
    /// Loads the rows of a store, or prepares an empty one.
    pub fn open(store: Box<dyn Store>) -> Result<(Self, Loaded), StoreError> {
        let reader = JournalReader::of(&*store);
        let mut journal = Self {
            store,
            reader,
            chunks: HashMap::new(),
            newest: BTreeMap::new(),
            entity_bytes: 0,
            log_bytes: 0,
            revision: 0,
            oldest: 0,
        };
        match journal.reader.meta(key::META_FORMAT)? {
            None => journal.prepare_empty()?,
            Some(found) => {
                let found = u32_of(key::META_FORMAT, &found)?;
                if found > FORMAT_VERSION {
                    return Err(StoreError::NewerFormat {
                        found,
                        known: FORMAT_VERSION,
                    });
                }
            }
        }
        let loaded = journal.load()?;
        Ok((journal, loaded))
    }

    fn prepare_empty(&mut self) -> Result<(), StoreError> {
        if self.reader.0.last(key::ENTITIES, key::LOG_END)?.is_some() {
            return Err(StoreError::Inconsistent(
                "there are rows and no format row (m/format)".into(),
            ));
        }
        let mut batch = Batch::default();
        let log_id = ulid::Ulid::generate().to_string();
        let metas: [(&[u8], Vec<u8>); 5] = [
            (key::META_LOG_ID, log_id.into_bytes()),
            (key::META_FORMAT, FORMAT_VERSION.to_be_bytes().to_vec()),
            (key::META_REVISION, 0u64.to_be_bytes().to_vec()),
            (key::META_OLDEST, 0u64.to_be_bytes().to_vec()),
            (key::META_LOG_BYTES, 0u64.to_be_bytes().to_vec()),
        ];
        for (meta, payload) in metas {
            row::put(&mut batch, meta, &payload, 0)?;
        }
        self.store.commit(&batch)
    }

    fn load(&mut self) -> Result<Loaded, StoreError> {
        self.revision = self.reader.meta_u64(key::META_REVISION)?;
        self.oldest = self.reader.meta_u64(key::META_OLDEST)?;
        self.log_bytes = self.reader.meta_u64(key::META_LOG_BYTES)?;
        let log_id = self.reader.required_meta(key::META_LOG_ID)?;
        let log_id = String::from_utf8(log_id)
            .map_err(|_| row::corrupt(key::META_LOG_ID, "it is not text"))?;
        let last = self.check_log_end()?;
        Ok(Loaded {
            log_id,
            revision: self.revision,
            oldest: self.oldest,
            last_time: last.map(|commit| commit.time),
            entities: self.load_entities()?,
        })
    }

    /// The last commit of the log must be the newest revision: both were written in one batch.
    fn check_log_end(&self) -> Result<Option<Arc<Commit>>, StoreError> {
        let last = self.reader.0.last(key::LOG, key::LOG_END)?;
        let last = last.and_then(|(last_key, _)| key::parse_log(&last_key));
        match last {
            Some(revision) if revision == self.revision => {
                Ok(self.reader.read_commit(revision)?.map(|entry| entry.commit))
            }
            None if self.oldest == self.revision => Ok(None),
            _ => Err(StoreError::Inconsistent(format!(
                "m/revision is {}, the last commit of the log is {}",
                self.revision,
                last.map_or("missing".into(), |revision| revision.to_string())
            ))),
        }
    }

    fn load_entities(&mut self) -> Result<Vec<Entity>, StoreError> {
        let mut entities = Vec::new();
        let mut assembler = Assembler::new(key::ENTITY_KEY_BYTES);
        let mut failed = None;
        let reader = Arc::clone(&self.reader.0);
        reader.scan(key::ENTITIES, key::ENTITIES_END, &mut |row_key, value| {
            let loaded = assembler
                .push(row_key, value)
                .and_then(|row| row.map(|row| self.load_entity(&row)).transpose());
            match loaded {
                Ok(entity) => {
                    entities.extend(entity);
                    ControlFlow::Continue(())
                }
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            }
        })?;
        match failed {
            Some(error) => Err(error),
            None => assembler.finish().map(|()| entities),
        }
    }

    fn load_entity(&mut self, row: &row::Row) -> Result<Entity, StoreError> {
        let entity = record::decode_entity(&row.key, &row.payload)?;
        if let Some(entity_key) = key::parse_entity(&row.key) {
            if row.chunks > 1 {
                self.chunks.insert(entity_key, row.chunks);
            }
            self.count_if_new(entity_key, row.payload.len());
        }
        Ok(entity)
    }

    fn count_if_new(&mut self, key: EntityKey, bytes: usize) {
        let newest = self.newest.entry(key.kind).or_insert(0);
        if key.id > *newest {
            *newest = key.id;
            self.entity_bytes += bytes as u64;
        }
    }

    /// A reader for other threads.
    pub fn reader(&self) -> JournalReader {
        self.reader.clone()
    }

    /// Makes a group durable. Returns each commit's encoded size. After an error nobody knows
    /// whether the group is on the disk: the process must end.
    pub fn commit(&mut self, group: &GroupRecord) -> Result<Vec<usize>, StoreError> {
        let mut batch = Batch::default();
        let mut sizes = Vec::with_capacity(group.commits.len());
        for commit in &group.commits {
            let payload = record::encode_commit(commit)?;
            row::put(&mut batch, &key::log(commit.revision), &payload, 0)?;
            self.log_bytes += payload.len() as u64;
            sizes.push(payload.len());
        }
        self.put_rows(&mut batch, &group.rows)?;
        for (request_id, outcome) in &group.outcomes {
            let payload = record::encode_outcome(outcome)?;
            row::put(&mut batch, &key::outcome(request_id), &payload, 0)?;
            batch.put(key::outcome_time(outcome.time, request_id), Vec::new());
        }
        if let Some(last) = group.commits.last() {
            self.revision = last.revision;
            self.put_meta(&mut batch, key::META_REVISION, self.revision)?;
            self.put_meta(&mut batch, key::META_LOG_BYTES, self.log_bytes)?;
        }
        self.store.commit(&batch)?;
        Ok(sizes)
    }

    /// Cleans up after commits, once their callers are answered.
    pub fn tidy(&mut self) {
        self.store.tidy();
    }

    fn put_rows(&mut self, batch: &mut Batch, rows: &[RowChange]) -> Result<(), StoreError> {
        // A row changed by several commits of the group is encoded once, as it is at the end.
        let mut last: HashMap<EntityKey, usize> = HashMap::with_capacity(rows.len());
        for (index, row) in rows.iter().enumerate() {
            last.insert(row.key, index);
        }
        for (index, change) in rows.iter().enumerate() {
            if last.get(&change.key) != Some(&index) {
                continue;
            }
            let first = key::entity(change.key);
            let previous = self.chunks.remove(&change.key).unwrap_or(1);
            match &change.after {
                Some(entity) => {
                    let payload = record::encode_entity(entity)?;
                    let chunks = row::put(batch, &first, &payload, previous)?;
                    if chunks > 1 {
                        self.chunks.insert(change.key, chunks);
                    }
                    self.count_if_new(change.key, payload.len());
                }
                None => row::remove(batch, &first, previous),
            }
        }
        Ok(())
    }

    fn put_meta(&self, batch: &mut Batch, meta: &[u8], value: u64) -> Result<(), StoreError> {
        row::put(batch, meta, &value.to_be_bytes(), 1).map(|_| ())
    }

    /// Oldest revision after which the log is whole.
    pub fn oldest(&self) -> u64 {
        self.oldest
    }

    /// Raises the oldest revision, durably, before [`Journal::trim_step`] removes anything.
    pub fn raise_oldest(&mut self, oldest: u64) -> Result<(), StoreError> {
        if oldest <= self.oldest {
            return Ok(());
        }
        self.oldest = oldest.min(self.revision);
        let mut batch = Batch::default();
        self.put_meta(&mut batch, key::META_OLDEST, self.oldest)?;
        self.store.commit(&batch)
    }

    /// Removes some of the log's rows up to the oldest revision. Returns whether more remain.
    ///
    /// The newest commit always stays: the next start reads its time.
    pub fn trim_step(&mut self) -> Result<bool, StoreError> {
        let mut batch = Batch::default();
        let mut bytes = 0;
        let end = key::log(self.oldest.saturating_add(1).min(self.revision));
        let mut more = false;
        self.reader.0.scan(key::LOG, &end, &mut |log_key, value| {
            bytes += value.len() as u64;
            batch.remove(log_key.to_vec());
            more = batch.writes.len() >= TRIM_STEP_ROWS || bytes >= TRIM_STEP_BYTES;
            stop_if(more)
        })?;
        if batch.is_empty() {
            return Ok(false);
        }
        self.log_bytes = self.log_bytes.saturating_sub(bytes);
        self.put_meta(&mut batch, key::META_LOG_BYTES, self.log_bytes)?;
        self.store.commit(&batch)?;
        Ok(more)
    }

    /// Removes some of the outcomes older than `before`. Returns whether more remain.
    pub fn expire_outcomes_step(&mut self, before: Timestamp) -> Result<bool, StoreError> {
        let mut batch = Batch::default();
        let mut more = false;
        let end = key::outcome_time_bound(before);
        self.reader
            .0
            .scan(key::OUTCOME_TIMES, &end, &mut |time_key, _| {
                if let Some(request_id) = key::parse_outcome_time(time_key) {
                    batch.remove(key::outcome(request_id));
                }
                batch.remove(time_key.to_vec());
                more = batch.writes.len() >= TRIM_STEP_ROWS;
                stop_if(more)
            })?;
        if batch.is_empty() {
            return Ok(false);
        }
        self.store.commit(&batch)?;
        Ok(more)
    }

    /// Bytes that a rewrite would keep: an estimate, exact for rows at the last start.
    pub fn live_bytes(&self) -> u64 {
        self.entity_bytes + self.log_bytes
    }

    /// Space in use and left.
    pub fn usage(&self) -> Result<Usage, StoreError> {
        self.store.usage()
    }

    /// Starts a compaction.
    pub fn begin_compaction(&mut self) -> Result<(), StoreError> {
        self.store.begin_compaction()
    }

    /// Does one step of a compaction, if one is running.
    pub fn compact(&mut self) -> Result<crate::store::Compaction, StoreError> {
        self.store.compact()
    }
}

fn stop_if(done: bool) -> ControlFlow<()> {
    if done {
        ControlFlow::Break(())
    } else {
        ControlFlow::Continue(())
    }
}

/// Reads commits and outcomes from any thread.
#[derive(Clone)]
pub struct JournalReader(Arc<dyn RowReader>);

impl std::fmt::Debug for JournalReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JournalReader")
    }
}

impl JournalReader {
    /// Reads a store's rows.
    pub fn of(store: &dyn Store) -> Self {
        Self(store.reader())
    }

    /// Commits after `after`, in order and without gap; the first may be later than `after + 1`
    /// if the log has been trimmed meanwhile. Blocks on the disk.
    pub fn read_log(&self, after: u64, limit: ReadLimit) -> Result<Vec<LogEntry>, StoreError> {
        let mut entries: Vec<LogEntry> = Vec::new();
        let mut bytes = 0;
        let mut assembler = Assembler::new(key::LOG_KEY_BYTES);
        let mut failed = None;
        let from = key::log(after.saturating_add(1));
        self.0
            .scan(&from, key::LOG_END, &mut |log_key, value| match push_entry(
                &mut assembler,
                log_key,
                value,
            ) {
                Ok(Some(entry)) => {
                    bytes += entry.bytes;
                    entries.push(entry);
                    if entries.len() >= limit.commits || bytes >= limit.bytes {
                        return ControlFlow::Break(());
                    }
                    ControlFlow::Continue(())
                }
                Ok(None) => ControlFlow::Continue(()),
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            })?;
        match failed {
            Some(error) => Err(error),
            None => assembler.finish().map(|()| entries),
        }
    }

    /// One commit, if the log still has it.
    pub fn read_commit(&self, revision: u64) -> Result<Option<LogEntry>, StoreError> {
        let one = ReadLimit {
            commits: 1,
            bytes: usize::MAX,
        };
        let found = self.read_log(revision.saturating_sub(1), one)?;
        Ok(found
            .into_iter()
            .find(|entry| entry.commit.revision == revision))
    }

    /// The outcome of a request.
    pub fn read_outcome(&self, request_id: &str) -> Result<Option<StoredOutcome>, StoreError> {
        let outcome_key = key::outcome(request_id);
        let Some(value) = self.0.get(&outcome_key)? else {
            return Ok(None);
        };
        let payload = row::single(&outcome_key, &value)?;
        record::decode_outcome(&outcome_key, &payload).map(Some)
    }

    fn meta(&self, meta: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let value = self.0.get(meta)?;
        value.map(|value| row::single(meta, &value)).transpose()
    }

    fn required_meta(&self, meta: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.meta(meta)?
            .ok_or_else(|| row::corrupt(meta, "it is missing"))
    }

    fn meta_u64(&self, meta: &[u8]) -> Result<u64, StoreError> {
        let bytes = self.required_meta(meta)?;
        let bytes = bytes.as_slice().try_into();
        bytes
            .map(u64::from_be_bytes)
            .map_err(|_| row::corrupt(meta, "it is not a number"))
    }
}

fn u32_of(meta: &[u8], bytes: &[u8]) -> Result<u32, StoreError> {
    bytes
        .try_into()
        .map(u32::from_be_bytes)
        .map_err(|_| row::corrupt(meta, "it is not a number"))
}

fn push_entry(
    assembler: &mut Assembler,
    log_key: &[u8],
    value: &[u8],
) -> Result<Option<LogEntry>, StoreError> {
    let Some(row) = assembler.push(log_key, value)? else {
        return Ok(None);
    };
    Ok(Some(LogEntry {
        commit: record::decode_commit(&row.key, &row.payload)?,
        bytes: row.payload.len(),
    }))
}
