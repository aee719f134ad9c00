//! How a command fails: an exit code that scripts can branch on, and words that say what, where and what to do.

use std::{fmt, io};

use serde::Serialize;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::client;

/// Exit codes; the same list stands in `sluice --help`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// The server or the system refused.
    Failed = 1,
    /// The command line, or a file it names, is not understood.
    Usage = 2,
    /// No server could be reached or started.
    NotConnected = 3,
    /// What was named does not exist.
    NotFound = 4,
    /// Somebody else was first: a stale etag, or it exists already.
    Conflict = 5,
    /// Some rows of an import were rejected.
    RowsRejected = 6,
    /// Stopped by ctrl-c.
    Interrupted = 130,
}

/// The exit codes, for `--help`.
pub const EXIT_CODES_HELP: &str = "Exit codes:
  0    done
  1    refused by the server or the system
  2    the command line, or a file it names, is not understood
  3    no server could be reached or started
  4    not found
  5    conflict: stale etag, or it exists already
  6    some rows of an import were rejected
  130  interrupted";

/// One field that the server found wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Path of the field.
    pub field: String,
    /// What is wrong with it.
    pub description: String,
}

/// A command that failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// How the process ends.
    pub exit: Exit,
    /// What went wrong and where.
    pub message: String,
    /// What to do; may be empty.
    pub hint: String,
    /// The server's stable reason; empty when the server had no part in it.
    pub reason: String,
    /// All the fields the server found wrong.
    pub violations: Vec<Violation>,
    quiet: bool,
}

/// What commands return.
pub type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// A failure with a code and words.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            hint: String::new(),
            reason: String::new(),
            violations: Vec::new(),
            quiet: false,
        }
    }

    /// The command line is not understood.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// What was named does not exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Exit::NotFound, message)
    }

    /// Ends the process with a code and no words: what there is to say has been said.
    pub fn silent(exit: Exit) -> Self {
        Self {
            quiet: true,
            ..Self::new(exit, "")
        }
    }

    /// Adds what to do.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// What was being read or written when it happened.
    #[must_use]
    pub fn about(mut self, what: impl fmt::Display) -> Self {
        self.message = format!("{what}: {}", self.message);
        self
    }

    /// Whether there is nothing to say.
    pub fn is_silent(&self) -> bool {
        self.quiet
    }

    /// The failure as one JSON object for standard error.
    pub fn to_json(&self) -> String {
        #[derive(Serialize)]
        struct Error<'a> {
            message: &'a str,
            hint: &'a str,
            reason: &'a str,
            violations: &'a [Violation],
            exit_code: u8,
        }
        #[derive(Serialize)]
        struct Document<'a> {
            error: Error<'a>,
        }
        let document = Document {
            error: Error {
                message: &self.message,
                hint: &self.hint,
                reason: &self.reason,
                violations: &self.violations,
                exit_code: self.exit as u8,
            },
        };
        serde_json::to_string(&document).unwrap_or_default()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "sluice: {}", self.message)?;
        if !self.reason.is_empty() {
            write!(formatter, " ({})", self.reason)?;
        }
        for violation in &self.violations {
            // The message of a plain refusal repeats its violations: once is enough.
            if !self.message.contains(&violation.description) {
                write!(
                    formatter,
                    "\n  {}: {}",
                    violation.field, violation.description
                )?;
            }
        }
        if !self.hint.is_empty() {
            write!(formatter, "\n  {}", self.hint)?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        let exit = match status.code() {
            Code::Unknown if status.message().contains("transport") => Exit::NotConnected,
            Code::Unavailable => Exit::NotConnected,
            Code::NotFound => Exit::NotFound,
            Code::Aborted | Code::AlreadyExists => Exit::Conflict,
            _ => Exit::Failed,
        };
        let reason = match status.get_details_error_info() {
            Some(info) if !info.reason.is_empty() => info.reason,
            _ => code_name(status.code()).to_owned(),
        };
        let violations = status
            .get_details_bad_request()
            .map(|bad| {
                let one = bad.field_violations.into_iter();
                one.map(|violation| Violation {
                    field: violation.field,
                    description: violation.description,
                })
                .collect()
            })
            .unwrap_or_default();
        let message = match client::describe(&status) {
            words if words.is_empty() => status.code().description().to_owned(),
            words => words,
        };
        Self {
            reason,
            violations,
            ..Self::new(exit, message)
        }
        .with_hint(advice(&status))
    }
}

fn advice(status: &Status) -> &'static str {
    match status.code() {
        // A bound of the workspace is no matter of waiting; a busy server says when to come back.
        Code::ResourceExhausted if status.get_details_retry_info().is_none() => "",
        Code::Unavailable => {
            "--server or SLUICE_SERVER says which server is asked; without them the data folder's own is."
        }
        Code::Aborted => "Read it again and repeat the change with its new etag.",
        Code::ResourceExhausted => "The server is busy; repeat the command in a moment.",
        Code::DeadlineExceeded => {
            "It took too long; repeat it with the same --request-id to be sure that it is done once."
        }
        Code::Unimplemented => "The server is older than this client.",
        _ => "",
    }
}

/// The code as the protocol spells it.
pub fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        // A reader that left, such as `head`, is no failure of ours.
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::silent(Exit::Done);
        }
        Self::new(Exit::Failed, error.to_string())
    }
}

impl From<csv::Error> for Failure {
    fn from(error: csv::Error) -> Self {
        match error.into_kind() {
            csv::ErrorKind::Io(error) => error.into(),
            other => Self::new(Exit::Failed, format!("cannot write CSV: {other:?}")),
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        match error.io_error_kind() {
            Some(kind) => io::Error::from(kind).into(),
            None => Self::new(Exit::Failed, format!("cannot write JSON: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonic_types::ErrorDetails;

    #[test]
    fn each_refusal_has_the_exit_code_that_help_promises() {
        for (code, exit) in [
            (Code::Unavailable, 3),
            (Code::NotFound, 4),
            (Code::Aborted, 5),
            (Code::AlreadyExists, 5),
            (Code::InvalidArgument, 1),
            (Code::FailedPrecondition, 1),
        ] {
            let failure = Failure::from(Status::new(code, "no"));
            assert_eq!(failure.exit as u8, exit, "{code:?}");
            assert!(EXIT_CODES_HELP.contains(&format!("\n  {exit} ")));
        }
    }

    #[test]
    fn all_violations_are_told_in_words_and_in_json() {
        let mut details = ErrorDetails::new();
        details
            .set_error_info("INVALID_ARGUMENT", "sluice", [])
            .add_bad_request_violation("opportunity.amount", "is negative")
            .add_bad_request_violation("opportunity.name", "is empty");
        let status = Status::with_error_details(Code::InvalidArgument, "refused", details);
        let failure = Failure::from(status);
        let text = failure.to_string();
        assert!(text.contains("opportunity.amount: is negative") && text.contains("is empty"));
        let json: serde_json::Value = serde_json::from_str(&failure.to_json()).unwrap_or_default();
        assert_eq!(json["error"]["reason"], "INVALID_ARGUMENT");
        assert_eq!(json["error"]["violations"][1]["field"], "opportunity.name");
        assert_eq!(json["error"]["exit_code"], 1);
    }

    #[test]
    fn a_reader_that_left_is_no_failure() {
        let failure = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(failure.is_silent() && failure.exit == Exit::Done);
    }
}
