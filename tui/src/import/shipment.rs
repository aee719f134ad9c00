//! Sends batches of rows, halves those that are too large for a commit, and finds the rows that the server refuses.

use std::time::Duration;

use jiff::Timestamp;
use sluice_proto::v1;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::{reading::Row, row::to_proto};
use crate::cli::{
    api::Api,
    failure::{Exit, Failure, Outcome},
    request_id,
};

/// Rows of a batch, and of a commit.
pub const BATCH_ROWS: usize = 500;
/// How often a batch is repeated while the server is busy or away, with the same request id.
const MAX_ATTEMPTS: u32 = 8;
/// Wait before the first repetition; doubled each time.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// A row ready to go, with what it was made of.
#[derive(Clone, Debug)]
pub struct Pending<M> {
    /// As it stands in the file.
    pub row: Row,
    /// What is sent.
    pub message: M,
}

/// What became of rows that the server took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows that made an opportunity.
    pub created: u64,
    /// Rows that changed one.
    pub amended: u64,
    /// Rows that were there already.
    pub unchanged: u64,
    /// Revision of the last commit.
    pub revision: u64,
    /// Commits, of which each holds at most 500 rows.
    pub calls: u64,
}

/// A row that the server refused: the row, the field of its message, and the words.
pub struct Refused<M> {
    /// The row.
    pub pending: Pending<M>,
    /// Field of the message; empty when the server names none.
    pub field: String,
    /// Why.
    pub reason: String,
}

/// Where and how rows go.
#[derive(Clone, Debug)]
pub struct Route {
    /// The server.
    pub api: Api,
    /// Only check.
    pub validate_only: bool,
    /// The pipeline of histories.
    pub pipeline_id: String,
    /// Stands for unknown times.
    pub as_of: Option<Timestamp>,
}

/// What kinds of rows there are to send.
pub trait Message: Clone {
    /// Sends rows in one call.
    fn ship(
        route: &Route,
        rows: Vec<Self>,
        request_id: String,
    ) -> impl Future<Output = Result<(Vec<v1::ImportResult>, u64), Status>>;
}

impl Message for v1::ImportedOpportunity {
    async fn ship(
        route: &Route,
        rows: Vec<Self>,
        request_id: String,
    ) -> Result<(Vec<v1::ImportResult>, u64), Status> {
        let request = v1::ImportOpportunitiesRequest {
            opportunities: rows,
            as_of_time: route.as_of.map(to_proto),
            request_id,
            validate_only: route.validate_only,
        };
        let answer = route
            .api
            .imports()
            .import_opportunities(request)
            .await?
            .into_inner();
        Ok((answer.results, answer.revision))
    }
}

impl Message for v1::ImportedStageEntry {
    async fn ship(
        route: &Route,
        rows: Vec<Self>,
        request_id: String,
    ) -> Result<(Vec<v1::ImportResult>, u64), Status> {
        let request = v1::ImportHistoryRequest {
            stage_entries: rows,
            pipeline_id: route.pipeline_id.clone(),
            request_id,
            validate_only: route.validate_only,
        };
        let answer = route
            .api
            .imports()
            .import_history(request)
            .await?
            .into_inner();
        Ok((answer.results, answer.revision))
    }
}

/// Sends a batch. Rows that the server refuses come back; anything that is not about a row ends the import.
pub async fn send<M: Message>(
    route: &Route,
    batch: Vec<Pending<M>>,
    tally: &mut Tally,
) -> Outcome<Vec<Refused<M>>> {
    let mut refused = Vec::new();
    // A stack of batches, first on top: halves keep the order of the file.
    let mut waiting = vec![batch];
    while let Some(mut batch) = waiting.pop() {
        if batch.is_empty() {
            continue;
        }
        let status = match ship_patiently(route, &batch).await {
            Ok((results, revision)) => {
                count(tally, &results, revision);
                continue;
            }
            Err(status) => status,
        };
        if !is_about_rows(&status) {
            return Err(Failure::from(status));
        }
        let named = rows_named(&status, batch.len());
        if !named.is_empty() && !is_too_large(&status) {
            let mut kept = Vec::with_capacity(batch.len());
            for (index, pending) in batch.into_iter().enumerate() {
                match named.iter().find(|(row, _, _)| *row == index) {
                    Some((_, field, reason)) => refused.push(Refused {
                        pending,
                        field: field.clone(),
                        reason: reason.clone(),
                    }),
                    None => kept.push(pending),
                }
            }
            waiting.push(kept);
        } else if batch.len() > 1 {
            let second = batch.split_off(batch.len() / 2);
            waiting.push(second);
            waiting.push(batch);
        } else if let Some(pending) = batch.pop() {
            refused.push(Refused {
                pending,
                field: String::new(),
                reason: status.message().to_owned(),
            });
        }
    }
    Ok(refused)
}

fn count(tally: &mut Tally, results: &[v1::ImportResult], revision: u64) {
    tally.calls += 1;
    tally.revision = tally.revision.max(revision);
    for result in results {
        match result.status() {
            v1::ImportStatus::Created => tally.created += 1,
            v1::ImportStatus::Amended => tally.amended += 1,
            _ => tally.unchanged += 1,
        }
    }
}

async fn ship_patiently<M: Message>(
    route: &Route,
    batch: &[Pending<M>],
) -> Result<(Vec<v1::ImportResult>, u64), Status> {
    // One id for all attempts: a batch whose answer was lost is not imported twice.
    let request_id = request_id();
    let mut wait = FIRST_WAIT;
    let mut attempt = 1;
    loop {
        let rows = batch
            .iter()
            .map(|pending| pending.message.clone())
            .collect();
        let status = match M::ship(route, rows, request_id.clone()).await {
            Ok((results, _)) if results.len() != batch.len() => {
                return Err(Status::internal(format!(
                    "the server answered {} results for {} rows",
                    results.len(),
                    batch.len()
                )));
            }
            Ok(answer) => return Ok(answer),
            Err(status) => status,
        };
        let passing = match status.code() {
            Code::Unavailable => true,
            // A busy server names no row; what is too much for an opportunity is no passing trouble.
            Code::ResourceExhausted => rows_named(&status, batch.len()).is_empty(),
            _ => false,
        };
        let passing = passing && !is_too_large(&status);
        if !passing || attempt == MAX_ATTEMPTS {
            return Err(status);
        }
        tokio::time::sleep(wait).await;
        wait *= 2;
        attempt += 1;
    }
}

fn reason(status: &Status) -> String {
    status
        .get_details_error_info()
        .map(|info| info.reason)
        .unwrap_or_default()
}

fn is_too_large(status: &Status) -> bool {
    reason(status) == "COMMIT_TOO_LARGE"
        || (status.code() == Code::OutOfRange && status.message().contains("message length"))
}

fn is_about_rows(status: &Status) -> bool {
    is_too_large(status)
        || (status.code() == Code::ResourceExhausted && !rows_named(status, usize::MAX).is_empty())
        || matches!(
            status.code(),
            Code::InvalidArgument
                | Code::FailedPrecondition
                | Code::NotFound
                | Code::OutOfRange
                | Code::AlreadyExists
        )
}

/// Rows that the violations name, as in `opportunities[3].amount`: index, field of the message, words.
fn rows_named(status: &Status, count: usize) -> Vec<(usize, String, String)> {
    let violations = status
        .get_details_bad_request()
        .map(|bad| bad.field_violations)
        .unwrap_or_default();
    let mut named: Vec<(usize, String, String)> = Vec::new();
    for violation in violations {
        let Some((index, field)) = indexed(&violation.field) else {
            continue;
        };
        if index >= count {
            continue;
        }
        match named.iter_mut().find(|(row, _, _)| *row == index) {
            Some((_, _, reason)) => {
                reason.push_str("; ");
                reason.push_str(&violation.description);
            }
            None => named.push((index, field, violation.description)),
        }
    }
    named
}

fn indexed(path: &str) -> Option<(usize, String)> {
    let (_, rest) = path.split_once('[')?;
    let (index, rest) = rest.split_once(']')?;
    let field = rest.strip_prefix('.').unwrap_or(rest);
    let field = field.split(['.', '[']).next().unwrap_or_default();
    Some((index.parse().ok()?, field.to_owned()))
}

/// The failure of an import that was cut short, told with what is already safe.
pub fn cut_short(failure: Failure, tally: &Tally) -> Failure {
    let safe = tally.created + tally.amended + tally.unchanged;
    if safe == 0 || failure.exit == Exit::Usage {
        return failure;
    }
    let hint = format!(
        "{safe} rows are imported already; repeating the command goes on where it stopped."
    );
    failure.with_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn violations_lead_to_their_rows() {
        for (path, found) in [
            (
                "opportunities[12].amount.amount_minor",
                Some((12, "amount")),
            ),
            ("stage_entries[0].stage_id", Some((0, "stage_id"))),
            ("rows[3]", Some((3, ""))),
            (
                "opportunities[4].stages[0].entered_time",
                Some((4, "stages")),
            ),
            ("pipeline_id", None),
        ] {
            let expected = found.map(|(index, field)| (index, field.to_owned()));
            assert_eq!(indexed(path), expected, "{path}");
        }
    }
}
