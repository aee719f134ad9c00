//! Refusals: every error leaves the server as a `google.rpc.Status` with a stable reason and what to do about it.

use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt as _};

/// Domain of every reason in `ErrorInfo`.
pub const ERROR_DOMAIN: &str = "sluice";
/// Bytes of a message: it is sent twice, once percent-encoded.
const MESSAGE_MAX_BYTES: usize = 512;
/// Bytes of one violation's description.
const DESCRIPTION_MAX_BYTES: usize = 300;
/// Bytes of one violation's field path.
const FIELD_MAX_BYTES: usize = 120;
/// Bytes of one metadata value.
const METADATA_MAX_BYTES: usize = 256;
/// Metadata entries of one refusal.
const METADATA_MAX_ENTRIES: usize = 3;
/// Bytes all violations may take together.
const VIOLATIONS_MAX_BYTES: usize = 2 * 1024;
/// Bytes of framing around one violation.
const VIOLATION_OVERHEAD_BYTES: usize = 16;
/// Bytes of a whole encoded `google.rpc.Status`: clients break on headers of more than 8 KiB.
pub const DETAILS_MAX_BYTES: usize = 4 * 1024;
/// Type URLs, reason, domain and keys.
const FRAMING_BYTES: usize = 600;
const _: () = assert!(
    MESSAGE_MAX_BYTES
        + VIOLATIONS_MAX_BYTES
        + METADATA_MAX_ENTRIES * METADATA_MAX_BYTES
        + FRAMING_BYTES
        <= DETAILS_MAX_BYTES
);

/// Wait before trying again when the server is busy.
pub const RETRY_WHEN_BUSY: Duration = Duration::from_millis(100);
/// Wait before trying again when the server is going away.
pub const RETRY_WHEN_DRAINING: Duration = Duration::from_secs(1);

/// One field that is wrong.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Violation {
    /// Path from the request: `opportunity.amount`.
    pub field: String,
    /// What is wrong and what would be right.
    pub description: String,
}

/// An error on its way out.
#[derive(Clone, Debug)]
pub struct Refusal {
    code: Code,
    reason: String,
    message: String,
    metadata: Vec<(&'static str, String)>,
    violations: Vec<Violation>,
    retry_after: Option<Duration>,
}

impl Refusal {
    /// A refusal with a stable reason.
    pub fn new(code: Code, reason: impl Into<String>, message: impl Into<String>) -> Self {
        let retry_after = match code {
            Code::ResourceExhausted => Some(RETRY_WHEN_BUSY),
            Code::Unavailable => Some(RETRY_WHEN_DRAINING),
            _ => None,
        };
        let (reason, message) = (reason.into(), message.into());
        Self {
            code,
            reason,
            message,
            metadata: Vec::new(),
            violations: Vec::new(),
            retry_after,
        }
    }

    /// `INVALID_ARGUMENT` about one field, with a reason of its own.
    pub fn invalid(reason: &'static str, field: &str, description: impl Into<String>) -> Self {
        let description = description.into();
        Self::new(
            Code::InvalidArgument,
            reason,
            format!("{field}: {description}"),
        )
        .with_violations(vec![Violation {
            field: field.to_owned(),
            description,
        }])
    }

    /// `INVALID_ARGUMENT` about all the fields that are wrong.
    pub fn violations(violations: Vec<Violation>) -> Self {
        let listed: Vec<String> = violations
            .iter()
            .map(|violation| format!("{}: {}", violation.field, violation.description))
            .collect();
        Self::new(Code::InvalidArgument, "INVALID_ARGUMENT", listed.join("; "))
            .with_violations(violations)
    }

    /// `NOT_FOUND` of a resource.
    pub fn not_found(id: &str) -> Self {
        Self::new(Code::NotFound, "NOT_FOUND", format!("{id} does not exist"))
            .with_metadata("resource", id)
    }

    /// Adds the fields that are wrong.
    #[must_use]
    pub fn with_violations(mut self, violations: Vec<Violation>) -> Self {
        self.violations = violations;
        self
    }

    /// Adds a fact for programs.
    #[must_use]
    pub fn with_metadata(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.metadata.push((key, value.into()));
        self
    }

    /// Says when to try again.
    #[must_use]
    pub fn with_retry_after(mut self, delay: Duration) -> Self {
        self.retry_after = Some(delay);
        self
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        let mut details = ErrorDetails::new();
        let kept = fitting(&refusal.violations);
        let left_out = refusal.violations.len() - kept.len();
        let mut message = shorten(&refusal.message, MESSAGE_MAX_BYTES);
        let mut metadata: Vec<(String, String)> = refusal
            .metadata
            .into_iter()
            .take(METADATA_MAX_ENTRIES)
            .map(|(key, value)| (key.to_owned(), shorten(&value, METADATA_MAX_BYTES)))
            .collect();
        if left_out > 0 {
            let note = format!(" (and {left_out} more violations)");
            message = shorten(&message, MESSAGE_MAX_BYTES - note.len()) + &note;
            metadata.push(("violations_left_out".to_owned(), left_out.to_string()));
        }
        details.set_error_info(
            refusal.reason,
            ERROR_DOMAIN,
            metadata
                .into_iter()
                .collect::<std::collections::HashMap<_, _>>(),
        );
        if !kept.is_empty() {
            details.set_bad_request(kept);
        }
        if let Some(delay) = refusal.retry_after {
            details.set_retry_info(Some(delay));
        }
        Self::with_error_details(refusal.code, message, details)
    }
}

/// As many violations as fit, shortened.
fn fitting(violations: &[Violation]) -> Vec<FieldViolation> {
    let mut room = VIOLATIONS_MAX_BYTES;
    let mut kept = Vec::new();
    for violation in violations {
        let field = shorten(&violation.field, FIELD_MAX_BYTES);
        let description = shorten(&violation.description, DESCRIPTION_MAX_BYTES);
        let Some(rest) =
            room.checked_sub(field.len() + description.len() + VIOLATION_OVERHEAD_BYTES)
        else {
            break;
        };
        room = rest;
        kept.push(FieldViolation::new(field, description));
    }
    kept
}

/// The text, cut at a character when it is longer than `max` bytes.
fn shorten(text: &str, max: usize) -> String {
    if text.len() <= max {
        return text.to_owned();
    }
    let mark = "…";
    let mut end = max - mark.len();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{mark}", &text[..end])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn details_stay_under_four_kib_and_say_how_many_violations_are_left_out() {
        let violations: Vec<Violation> = (0..500)
            .map(|row| Violation {
                field: format!("rows[{row}].name"),
                description: "名".repeat(300),
            })
            .collect();
        let status: Status = Refusal::violations(violations)
            .with_metadata("a", "x".repeat(9_000))
            .with_metadata("b", "y".repeat(9_000))
            .into();
        assert!(
            status.details().len() <= DETAILS_MAX_BYTES,
            "{}",
            status.details().len()
        );
        assert!(status.message().len() <= MESSAGE_MAX_BYTES);
        let details = status.get_error_details();
        let kept = details.bad_request().unwrap().field_violations.len();
        let info = details.error_info().unwrap();
        assert_eq!(
            info.metadata["violations_left_out"],
            (500 - kept).to_string()
        );
        assert!(
            status
                .message()
                .ends_with(&format!("(and {} more violations)", 500 - kept)),
            "{}",
            status.message()
        );
    }

    #[test]
    fn whoever_should_try_again_is_told_when() {
        for code in [Code::ResourceExhausted, Code::Unavailable] {
            let status: Status = Refusal::new(code, "BUSY", "busy").into();
            assert!(
                status
                    .get_details_retry_info()
                    .unwrap()
                    .retry_delay
                    .is_some()
            );
        }
        let status: Status = Refusal::new(Code::Internal, "BROKEN", "broken").into();
        assert!(status.get_details_retry_info().is_none());
    }
}
