//! What callers hand to the engine and what they get back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sluice_domain::{Actor, Command, Entity, EntityKey, Rejection, State};

use crate::commit::Commit;

/// Longest request id, in bytes: it is part of a key of the store.
pub const MAX_REQUEST_ID_BYTES: usize = 128;

/// One command with the conditions it comes under.
#[derive(Debug, Clone)]
pub struct Submission {
    /// What to do.
    pub command: Command,
    /// Who wants it.
    pub actor: Actor,
    /// Makes the command safe to repeat for 24 hours: the same id gets the same outcome.
    pub request_id: Option<String>,
    /// The entity must still have this etag, or nothing happens.
    pub expected_etag: Option<(EntityKey, String)>,
    /// Not worth doing after this instant.
    pub deadline: Option<Instant>,
    /// Only say what would happen.
    pub validate_only: bool,
}

impl Submission {
    /// A command without conditions.
    pub fn new(command: Command, actor: Actor) -> Self {
        Self {
            command,
            actor,
            request_id: None,
            expected_etag: None,
            deadline: None,
            validate_only: false,
        }
    }
}

/// What a command did.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Revision of the commit; of the state judged when the command changed nothing or was only
    /// validated.
    pub revision: u64,
    /// The entity the command was about.
    pub subject: Option<EntityKey>,
    /// That entity, as this command left it.
    pub resource: Option<Entity>,
    /// The commit, if there is one.
    pub commit: Option<Arc<Commit>>,
    /// A state at `revision` or later: the writer reads its own write here.
    pub state: Arc<State>,
}

/// Why a command did nothing, as far as the caller may know.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SubmitError {
    /// The rules of the process forbid it.
    #[error("{0}")]
    Rejected(Rejection),
    /// The entity is not as the caller last saw it.
    #[error(
        "{} has changed meanwhile: its etag is {current}, not {expected}; read it again, then decide again",
        key.long()
    )]
    EtagMismatch {
        /// Which entity.
        key: EntityKey,
        /// The etag the caller expected.
        expected: String,
        /// The etag it has.
        current: String,
    },
    /// Too many commands wait.
    #[error("too many commands are waiting; try again in {} ms", retry_after.as_millis())]
    QueueFull {
        /// When to try again.
        retry_after: Duration,
    },
    /// The deadline passed while the command waited; it was not done.
    #[error("the deadline passed before the command's turn; it was not done")]
    DeadlineExpired,
    /// The server is shutting down; the command was not done.
    #[error("the server is shutting down; the command was not done: try again")]
    Draining,
    /// Another command was submitted under this request id.
    #[error("this request_id was used for another command; use a new one")]
    RequestIdReused,
    /// The request id is too long.
    #[error("the request_id has more than {MAX_REQUEST_ID_BYTES} bytes; use a UUID or a ULID")]
    RequestIdTooLong,
    /// Too little space is left on the disk; the command was not done.
    #[error(
        "the disk is almost full: {free} bytes are free, {reserve} are kept in reserve; the command was not done: free some space"
    )]
    DiskFull {
        /// Bytes free.
        free: u64,
        /// Bytes that must stay free.
        reserve: u64,
    },
    /// A defect in the server; the command was not done.
    #[error("the server failed on this command (incident {incident}); it was not done")]
    Internal {
        /// Under which id the log has the details.
        incident: String,
    },
    /// The store failed: whether the command is durable is known only after a restart.
    #[error(
        "the store failed and the server stops; whether the command was done is known after its restart: repeat it with the same request_id"
    )]
    StoreFailed,
}
