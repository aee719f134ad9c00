//! What an import sends, and what it learns about each row.

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::id::{CustomerId, MemberId, PipelineId, StageId};
use crate::money::Money;
use crate::opportunity::Grade;
use crate::time::{Date, Timestamp};

/// A stage and when it was entered, as a row of opportunities implies it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImpliedEntry {
    /// The stage entered.
    pub stage: StageId,
    /// When; none = not known.
    pub at: Option<Timestamp>,
}

/// One opportunity of a file of opportunities.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedOpportunity {
    /// Its id in the other system: what recognises it when it comes again.
    pub external_id: String,
    /// What people call it.
    pub name: String,
    /// Amount.
    pub amount: Money,
    /// None = the pipeline of `stage`.
    pub pipeline: Option<PipelineId>,
    /// Where it stands in the end. A history that ends elsewhere gets one more entry, at `closed_at`.
    pub stage: StageId,
    /// When it was created; none = not known.
    pub created_at: Option<Timestamp>,
    /// When it was closed; none = open, or not known.
    pub closed_at: Option<Timestamp>,
    /// What the mapping concludes from the row's dates, in order; empty = first stage at `created_at`, then `stage`.
    pub history: Vec<ImpliedEntry>,
    /// When the contract is expected.
    pub expected_contract_date: Option<Date>,
    /// Who sells it.
    pub owner: Option<MemberId>,
    /// Who may buy.
    pub customer: Option<CustomerId>,
    /// Where it came from.
    pub source: Option<String>,
    /// How good it is.
    pub grade: Option<Grade>,
    /// Free text.
    pub note: Option<String>,
    /// Why it was lost; may be unknown.
    pub loss_reason: Option<String>,
    /// The time the file was true of: stands in for a time that is not known.
    pub as_of: Timestamp,
}

/// Creates or amends opportunities; all rows or none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportOpportunities {
    /// At most `MAX_IMPORT_ROWS`.
    pub rows: Vec<ImportedOpportunity>,
}

/// One stage entry of a file of histories.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedStageEntry {
    /// The opportunity's id in the other system.
    pub external_id: String,
    /// The stage entered.
    pub stage: StageId,
    /// When.
    pub at: Timestamp,
    /// Who moved it.
    pub actor: Option<MemberId>,
    /// Amount at that time; none = that of the opportunity.
    pub amount: Option<Money>,
    /// How many rows with the same opportunity, stage and time stand before this one in the whole file (nearly always 0).
    pub occurrence: u32,
    /// Name of the opportunity, if this row creates it; none = its external id.
    pub name: Option<String>,
    /// Owner of the opportunity, if this row creates it.
    pub owner: Option<MemberId>,
}

/// Adds stage entries to opportunities, creating those that are unknown; all rows or none.
///
/// Rows may come in any order and over several calls: the result is that of one call with all of them. Entries are
/// ordered by time; ties keep the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportHistory {
    /// At most `MAX_IMPORT_ROWS`.
    pub rows: Vec<ImportedStageEntry>,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowOutcome {
    /// It made a new opportunity.
    Created,
    /// It changed one.
    Amended,
    /// All of it was there already.
    Unchanged,
}

/// What became of each row of an import, from the events of its commit (none when nothing changed).
pub fn row_outcomes(row_count: usize, events: &[Event]) -> Vec<RowOutcome> {
    let mut outcomes = vec![RowOutcome::Unchanged; row_count];
    for event in events {
        let Event::OpportunityImported {
            created_rows,
            amended_rows,
            ..
        } = event
        else {
            continue;
        };
        let both = [
            (created_rows, RowOutcome::Created),
            (amended_rows, RowOutcome::Amended),
        ];
        for (rows, outcome) in both {
            for row in rows {
                if let Some(slot) = outcomes.get_mut(*row as usize) {
                    *slot = outcome;
                }
            }
        }
    }
    outcomes
}
