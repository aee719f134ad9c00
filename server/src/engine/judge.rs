//! Judging one group of commands on a working copy of the state.
//!
//! The working copy is cloned once per group (the maps share their structure). A command that
//! panics inside the domain leaves no trace: the copy is rebuilt from the published state and the
//! group's commits so far, which is slow, exact and rare.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use sluice_domain::{
    Actor, Change, Command, CommitEffects, Context, Entity, EntityKey, Event, Rejection, RowChange,
    State, Timestamp, apply, decide,
};

use crate::commit::Commit;
use crate::engine::submission::{Submission, SubmitError};
use crate::engine::{Outcome, Shared};
use crate::store::record::fingerprint;
use crate::store::{GroupRecord, StoreError, StoredOutcome};

/// An [`Outcome`] before the state it refers to is published.
#[derive(Debug)]
pub(super) struct Draft {
    revision: u64,
    subject: Option<EntityKey>,
    resource: Option<Entity>,
    commit: Option<Arc<Commit>>,
    /// A validated state that will not be published.
    state: Option<Arc<State>>,
}

impl Draft {
    pub(super) fn publish(self, published: &Arc<State>) -> Outcome {
        Outcome {
            revision: self.revision,
            subject: self.subject,
            resource: self.resource,
            commit: self.commit,
            state: self.state.unwrap_or_else(|| Arc::clone(published)),
        }
    }
}

/// What judging can end with; a [`StoreError`] stops the writer.
pub(super) type Judged = Result<Result<Draft, SubmitError>, StoreError>;

/// One group under judgement.
pub(super) struct Judge<'a> {
    shared: &'a Shared,
    /// The state all readers see.
    base: Arc<State>,
    /// The state after the group's commits so far.
    working: State,
    /// To be made durable.
    pub(super) record: GroupRecord,
    /// Outcomes of this group by request id.
    outcomes: HashMap<String, StoredOutcome>,
    now: Timestamp,
}

impl<'a> Judge<'a> {
    pub(super) fn new(shared: &'a Shared, now: Timestamp) -> Self {
        let base = shared.state.load_full();
        Self {
            shared,
            working: State::clone(&base),
            base,
            record: GroupRecord::default(),
            outcomes: HashMap::new(),
            now,
        }
    }

    /// The state to publish once the record is durable.
    pub(super) fn into_parts(self) -> (State, GroupRecord) {
        (self.working, self.record)
    }

    /// Judges one command after those before it in the group.
    pub(super) fn judge(&mut self, submission: Submission) -> Judged {
        if submission
            .deadline
            .is_some_and(|deadline| deadline <= Instant::now())
        {
            return Ok(Err(SubmitError::DeadlineExpired));
        }
        let fingerprint = match &submission.request_id {
            None => 0,
            Some(request_id) => {
                let fingerprint = fingerprint(&submission.command)?;
                if let Some(outcome) = self.known_outcome(request_id)? {
                    if outcome.fingerprint != fingerprint {
                        return Ok(Err(SubmitError::RequestIdReused));
                    }
                    return self.repeat(&outcome).map(Ok);
                }
                fingerprint
            }
        };
        if let Some((key, etag)) = &submission.expected_etag
            && let Some(entity) = self.working.entity(*key)
            && entity.etag() != *etag
        {
            return Ok(Err(SubmitError::EtagMismatch {
                key: *key,
                expected: etag.clone(),
                current: entity.etag(),
            }));
        }
        if submission.validate_only {
            return Ok(self.validate(&submission));
        }
        Ok(self.execute(submission, fingerprint))
    }

    fn known_outcome(&self, request_id: &str) -> Result<Option<StoredOutcome>, StoreError> {
        match self.outcomes.get(request_id) {
            Some(outcome) => Ok(Some(outcome.clone())),
            None => self.shared.reader.read_outcome(request_id),
        }
    }

    /// Answers a repeated request with what the first one got.
    fn repeat(&self, outcome: &StoredOutcome) -> Result<Draft, StoreError> {
        let commit = if outcome.committed {
            self.find_commit(outcome.revision)?
        } else {
            None
        };
        let left_by_commit = commit.as_ref().and_then(|commit| {
            let changed = |change: &&Change| Some(change.key) == outcome.subject;
            commit.changes.iter().find(changed)?.after.clone()
        });
        // The log may have been trimmed: then the entity as it is now is the best answer left.
        let resource =
            left_by_commit.or_else(|| outcome.subject.and_then(|key| self.working.entity(key)));
        Ok(Draft {
            revision: outcome.revision,
            subject: outcome.subject,
            resource,
            commit,
            state: None,
        })
    }

    fn find_commit(&self, revision: u64) -> Result<Option<Arc<Commit>>, StoreError> {
        let in_group = |commit: &&Arc<Commit>| commit.revision == revision;
        if let Some(commit) = self.record.commits.iter().find(in_group) {
            return Ok(Some(Arc::clone(commit)));
        }
        if let Some(entry) = self.shared.ring.get(revision) {
            return Ok(Some(Arc::clone(&entry.commit)));
        }
        Ok(self
            .shared
            .reader
            .read_commit(revision)?
            .map(|entry| entry.commit))
    }

    fn validate(&self, submission: &Submission) -> Result<Draft, SubmitError> {
        let mut scratch = self.working.clone();
        let context = self.context(&submission.actor);
        let decided = guarded(|| run(&mut scratch, &submission.command, &context))?;
        let (events, _) = decided.map_err(SubmitError::Rejected)?;
        let subject = events.iter().find_map(Event::subject);
        Ok(Draft {
            revision: self.working.revision(),
            subject,
            resource: subject.and_then(|key| scratch.entity(key)),
            commit: None,
            state: Some(Arc::new(scratch)),
        })
    }

    fn execute(&mut self, submission: Submission, fingerprint: u64) -> Result<Draft, SubmitError> {
        let context = self.context(&submission.actor);
        let command = &submission.command;
        let working = &mut self.working;
        let decided = match guarded(|| run(working, command, &context)) {
            Ok(decided) => decided,
            Err(error) => {
                self.rebuild();
                return Err(error);
            }
        };
        let (events, effects) = decided.map_err(SubmitError::Rejected)?;
        let committed = !events.is_empty();
        let subject = events.iter().find_map(Event::subject);
        let draft = Draft {
            revision: self.working.revision(),
            subject,
            resource: subject.and_then(|key| self.working.entity(key)),
            commit: committed.then(|| {
                self.record(
                    &submission.actor,
                    submission.request_id.clone(),
                    events,
                    effects.changes,
                    effects.rows,
                )
            }),
            state: None,
        };
        if let Some(request_id) = submission.request_id {
            let outcome = StoredOutcome {
                fingerprint,
                revision: draft.revision,
                committed,
                subject: draft.subject,
                time: self.now,
            };
            self.outcomes.insert(request_id.clone(), outcome.clone());
            self.record.outcomes.push((request_id, outcome));
        }
        Ok(draft)
    }

    fn record(
        &mut self,
        actor: &Actor,
        request_id: Option<String>,
        events: Vec<Event>,
        changes: Vec<Change>,
        rows: Vec<RowChange>,
    ) -> Arc<Commit> {
        let commit = Arc::new(Commit::new(
            self.working.revision(),
            self.now,
            actor.clone(),
            request_id,
            events,
            changes,
        ));
        self.record.commits.push(Arc::clone(&commit));
        self.record.rows.extend(rows);
        commit
    }

    fn context(&self, actor: &Actor) -> Context {
        Context {
            now: self.now,
            actor: actor.clone(),
        }
    }

    /// The working state again, without what a panic may have left in it.
    fn rebuild(&mut self) {
        self.working = State::clone(&self.base);
        for commit in &self.record.commits {
            for event in &commit.events {
                apply(&mut self.working, event);
            }
            self.working.finish_commit();
        }
    }
}

type Decided = Result<(Vec<Event>, CommitEffects), Rejection>;

/// Decides a command and, if it changes anything, applies it as one commit.
fn run(state: &mut State, command: &Command, context: &Context) -> Decided {
    let events = decide(state, command, context)?;
    if events.is_empty() {
        return Ok((events, CommitEffects::default()));
    }
    for event in &events {
        apply(state, event);
    }
    let effects = state.finish_commit();
    Ok((events, effects))
}

/// A panic in the domain is a defect; it ends the command, not the server.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, SubmitError> {
    std::panic::catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let incident = ulid::Ulid::generate().to_string();
        let said = panic
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("nothing readable");
        tracing::error!(incident, said, "a command panicked; it was not done");
        SubmitError::Internal { incident }
    })
}
