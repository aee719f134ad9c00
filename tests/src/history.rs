//! A recorded watch, and the view that folding it gives.

use std::collections::BTreeMap;

use sluice_proto::v1::{self, change::Change as Changed, watch_response::Message};

/// Where a recorded watch started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// From a snapshot.
    Snapshot,
    /// After this revision.
    After(u64),
}

/// How a recorded watch ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The recorder let go of it; the server had not ended it.
    LetGo,
    /// The server ended it with OK: never allowed.
    Ok,
    /// The server ended it with an error.
    Status {
        /// gRPC code.
        code: tonic::Code,
        /// Stable reason out of the details; empty when there is none.
        reason: String,
    },
}

/// One watch as a client saw it.
#[derive(Clone, Debug)]
pub struct History {
    /// Where it started.
    pub start: Start,
    /// The filter it asked for; empty means none.
    pub filter: String,
    /// The kinds it asked for; empty means all.
    pub kinds: Vec<v1::Kind>,
    /// Everything received, in order.
    pub messages: Vec<v1::WatchResponse>,
    /// How it ended.
    pub end: End,
}

impl History {
    /// Every commit received, in the order received.
    pub fn commits(&self) -> impl Iterator<Item = &v1::Commit> {
        self.messages
            .iter()
            .filter_map(|response| match &response.message {
                Some(Message::CommitBatch(batch)) => Some(&batch.commits),
                _ => None,
            })
            .flatten()
    }

    /// The revision the client is at after the last message.
    pub fn revision(&self) -> u64 {
        self.messages.last().map_or(0, |response| response.revision)
    }

    /// The revision that the commits follow on: of the snapshot, or the one it resumed after.
    pub fn base(&self) -> Option<u64> {
        match self.start {
            Start::After(revision) => Some(revision),
            Start::Snapshot => self
                .messages
                .iter()
                .find(|response| matches!(response.message, Some(Message::SnapshotEnd(_))))
                .map(|response| response.revision),
        }
    }

    /// The part up to and including the message after which the view is at `revision` or beyond it.
    /// A commit beyond `revision` inside the last batch is cut off.
    pub fn until(&self, revision: u64) -> History {
        let mut cut = self.clone();
        cut.end = End::LetGo;
        cut.messages.clear();
        for response in &self.messages {
            let mut response = response.clone();
            if let Some(Message::CommitBatch(batch)) = &mut response.message {
                batch.commits.retain(|commit| commit.revision <= revision);
                let Some(last) = batch.commits.last() else {
                    break;
                };
                response.revision = last.revision;
            } else if response.revision > revision {
                break;
            }
            cut.messages.push(response);
        }
        cut
    }

    /// Whether a change of this kind is wanted by the watch.
    pub fn wants(&self, kind: v1::Kind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// The view after the last message, starting from `view` (empty for a snapshot).
    pub fn fold_onto(&self, mut view: View) -> View {
        for response in &self.messages {
            view.apply(response);
        }
        view
    }

    /// The view after the last message, from nothing.
    pub fn fold(&self) -> View {
        self.fold_onto(View::default())
    }
}

/// Kind and id of a resource.
pub type Key = (i32, String);

/// What a client holds that folds a watch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// Every resource in view.
    pub resources: BTreeMap<Key, v1::Resource>,
    /// The revision it is at.
    pub revision: u64,
}

impl View {
    /// Applies one message.
    pub fn apply(&mut self, response: &v1::WatchResponse) {
        self.revision = response.revision;
        match &response.message {
            Some(Message::SnapshotChunk(chunk)) => {
                chunk.resources.iter().for_each(|it| self.put(it))
            }
            Some(Message::CommitBatch(batch)) => batch
                .commits
                .iter()
                .flat_map(|commit| &commit.changes)
                .filter_map(|change| change.change.as_ref())
                .for_each(|change| self.change(change)),
            _ => {}
        }
    }

    fn change(&mut self, change: &Changed) {
        match change {
            Changed::Put(resource) => self.put(resource),
            Changed::Remove(removal) => {
                self.resources.remove(&(removal.kind, removal.id.clone()));
            }
        }
    }

    fn put(&mut self, resource: &v1::Resource) {
        if let Some(key) = key_of(resource) {
            self.resources.insert(key, resource.clone());
        }
    }

    /// The opportunities in view, by id in the order of their numbers.
    pub fn opportunities(&self) -> BTreeMap<u64, v1::Opportunity> {
        self.resources
            .values()
            .filter_map(|resource| match &resource.resource {
                Some(v1::resource::Resource::Opportunity(it)) => Some((number(&it.id), it.clone())),
                _ => None,
            })
            .collect()
    }
}

/// The number in a resource id: 1042 of "opportunities/1042"; 0 when there is none.
pub fn number(id: &str) -> u64 {
    id.rsplit('/')
        .next()
        .and_then(|tail| tail.parse().ok())
        .unwrap_or(0)
}

/// Kind and id of a resource; none for an empty one.
pub fn key_of(resource: &v1::Resource) -> Option<Key> {
    use v1::resource::Resource as R;
    let (kind, id) = match resource.resource.as_ref()? {
        R::Workspace(_) => (v1::Kind::Workspace, "workspace"),
        R::Team(it) => (v1::Kind::Team, it.id.as_str()),
        R::Member(it) => (v1::Kind::Member, it.id.as_str()),
        R::Pipeline(it) => (v1::Kind::Pipeline, it.id.as_str()),
        R::Customer(it) => (v1::Kind::Customer, it.id.as_str()),
        R::Contact(it) => (v1::Kind::Contact, it.id.as_str()),
        R::Opportunity(it) => (v1::Kind::Opportunity, it.id.as_str()),
        R::Activity(it) => (v1::Kind::Activity, it.id.as_str()),
        R::Alert(it) => (v1::Kind::Alert, it.id.as_str()),
        R::Approval(it) => (v1::Kind::Approval, it.id.as_str()),
        R::SavedView(it) => (v1::Kind::SavedView, it.id.as_str()),
        R::Notice(it) => (v1::Kind::Notice, it.id.as_str()),
        R::Goal(it) => (v1::Kind::Goal, it.id.as_str()),
        R::Webhook(it) => (v1::Kind::Webhook, it.id.as_str()),
        R::DigestSchedule(it) => (v1::Kind::DigestSchedule, it.id.as_str()),
        R::Scheme(it) => (v1::Kind::Scheme, it.id.as_str()),
        R::Reward(it) => (v1::Kind::Reward, it.id.as_str()),
        R::Packet(it) => (v1::Kind::Packet, it.id.as_str()),
        R::Payout(it) => (v1::Kind::Payout, it.id.as_str()),
        R::Badge(it) => (v1::Kind::Badge, it.id.as_str()),
    };
    Some((kind as i32, id.to_owned()))
}

/// Revision at which a resource was last changed; 0 for an empty one.
pub fn revision_of(resource: &v1::Resource) -> u64 {
    use v1::resource::Resource as R;
    match &resource.resource {
        None => 0,
        Some(R::Workspace(it)) => it.revision,
        Some(R::Team(it)) => it.revision,
        Some(R::Member(it)) => it.revision,
        Some(R::Pipeline(it)) => it.revision,
        Some(R::Customer(it)) => it.revision,
        Some(R::Contact(it)) => it.revision,
        Some(R::Opportunity(it)) => it.revision,
        Some(R::Activity(it)) => it.revision,
        Some(R::Alert(it)) => it.revision,
        Some(R::Approval(it)) => it.revision,
        Some(R::SavedView(it)) => it.revision,
        Some(R::Notice(it)) => it.revision,
        Some(R::Goal(it)) => it.revision,
        Some(R::Webhook(it)) => it.revision,
        Some(R::DigestSchedule(it)) => it.revision,
        Some(R::Scheme(it)) => it.revision,
        Some(R::Reward(it)) => it.revision,
        Some(R::Packet(it)) => it.revision,
        Some(R::Payout(it)) => it.revision,
        Some(R::Badge(it)) => it.revision,
    }
}

/// Kind and id of what a change is about; none for an empty one.
pub fn key_of_change(change: &v1::Change) -> Option<Key> {
    match change.change.as_ref()? {
        Changed::Put(resource) => key_of(resource),
        Changed::Remove(removal) => Some((removal.kind, removal.id.clone())),
    }
}
