//! What the end of a watch means: the table of DESIGN.md §5.

use std::time::Duration;

use tonic::{Code, Status};

use super::describe;
use crate::client::{Verdict, reason, verdict};

/// How to go on after a watch ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Take a new picture: the old place in the log cannot be resumed from.
    Snapshot {
        /// Why, for people.
        reason: String,
    },
    /// Go on where it stopped.
    Resume {
        /// Why it ended, for people.
        reason: String,
        /// How long the server asks to wait.
        after: Option<Duration>,
    },
    /// Nothing was heard for too long: go on where it stopped.
    Silence,
    /// The workspace is not set up yet: look again in a moment.
    SetUpNeeded,
    /// The server will not have us: do not come back.
    Stop {
        /// Why, for people.
        reason: String,
    },
    /// Nobody listens any more.
    SessionGone,
}

/// What a status at the end of a watch, or in place of one, means.
pub fn ending(status: &Status) -> Ending {
    let words = describe(status);
    match reason(status).as_str() {
        "REVISION_COMPACTED" | "LOG_MISMATCH" | "VIEW_CHANGED" => {
            Ending::Snapshot { reason: words }
        }
        "WORKSPACE_NOT_SET_UP" => Ending::SetUpNeeded,
        "TOKEN_REVOKED" => Ending::Stop { reason: words },
        // It leaves: whoever takes over may be there sooner than it thinks.
        "SERVER_DRAINING" => Ending::Resume {
            reason: words,
            after: None,
        },
        _ if status.code() == Code::Unauthenticated => Ending::Stop { reason: words },
        _ => match verdict(status) {
            Verdict::Retry { after, reason } => Ending::Resume { reason, after },
            Verdict::Refused(_) => Ending::Resume {
                reason: words,
                after: None,
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;
    use tonic_types::{ErrorDetails, StatusExt as _};

    fn status(code: Code, reason: &str, retry_after: Option<Duration>) -> Status {
        let mut details = ErrorDetails::new();
        details.set_error_info(reason, "sluice", HashMap::new());
        if retry_after.is_some() {
            details.set_retry_info(retry_after);
        }
        Status::with_error_details(code, "words", details)
    }

    #[test]
    fn every_end_of_the_contract_is_answered_as_it_says() {
        let words = || "words".to_owned();
        let second = Some(Duration::from_secs(1));
        for (status, expected) in [
            (
                status(Code::OutOfRange, "REVISION_COMPACTED", None),
                Ending::Snapshot { reason: words() },
            ),
            (
                status(Code::FailedPrecondition, "LOG_MISMATCH", None),
                Ending::Snapshot { reason: words() },
            ),
            (
                status(Code::Aborted, "VIEW_CHANGED", None),
                Ending::Snapshot { reason: words() },
            ),
            (
                status(Code::Unavailable, "SERVER_DRAINING", second),
                Ending::Resume {
                    reason: words(),
                    after: None,
                },
            ),
            (
                status(Code::Unauthenticated, "TOKEN_REVOKED", None),
                Ending::Stop { reason: words() },
            ),
            (
                status(Code::ResourceExhausted, "TOO_MANY_WATCHES", second),
                Ending::Resume {
                    reason: words(),
                    after: second,
                },
            ),
            (
                status(Code::FailedPrecondition, "WORKSPACE_NOT_SET_UP", None),
                Ending::SetUpNeeded,
            ),
            (
                status(Code::Internal, "INTERNAL", None),
                Ending::Resume {
                    reason: words(),
                    after: None,
                },
            ),
        ] {
            assert_eq!(ending(&status), expected);
        }
    }
}
