//! A commit: one durable change, the unit of the log and of every watch.

use std::any::Any;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use sluice_domain::{Actor, Change, Event, Timestamp};

/// What one command did. Shared by the ring, the watchers and the reply.
#[derive(Debug, Serialize, Deserialize)]
pub struct Commit {
    /// Its number: 1 is the first of the log, each is one more than the one before.
    pub revision: u64,
    /// When it was decided; never before the commit before it.
    pub time: Timestamp,
    /// Who caused it.
    pub actor: Actor,
    /// The request that caused it, if it had an id.
    #[serde(default)]
    pub request_id: Option<String>,
    /// What happened, for feeds.
    #[serde(default)]
    pub events: Vec<Event>,
    /// What is different now, for views.
    #[serde(default)]
    pub changes: Vec<Change>,
    /// The commit as a transport sends it whole, made once for all watchers.
    #[serde(skip)]
    pub encoded: Encoded,
}

impl Commit {
    /// A commit not yet sent anywhere.
    pub fn new(
        revision: u64,
        time: Timestamp,
        actor: Actor,
        request_id: Option<String>,
        events: Vec<Event>,
        changes: Vec<Change>,
    ) -> Self {
        Self {
            revision,
            time,
            actor,
            request_id,
            events,
            changes,
            encoded: Encoded::default(),
        }
    }
}

impl PartialEq for Commit {
    /// Equal in what happened; whether a transport has encoded it does not count.
    fn eq(&self, other: &Self) -> bool {
        self.revision == other.revision
            && self.time == other.time
            && self.actor == other.actor
            && self.request_id == other.request_id
            && self.events == other.events
            && self.changes == other.changes
    }
}

/// A slot for one encoded form, filled by whoever needs it first.
#[derive(Debug, Default)]
pub struct Encoded(OnceLock<Arc<dyn Any + Send + Sync>>);

impl Encoded {
    /// The encoded form, made by `make` the first time. `None` if another type was stored first:
    /// one transport encodes commits, and it uses one type.
    pub fn get_or_make<T: Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> Option<Arc<T>> {
        let stored = self.0.get_or_init(|| Arc::new(make()));
        Arc::clone(stored).downcast().ok()
    }
}
