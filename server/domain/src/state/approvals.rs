//! What gates and check-ins look up: requests for approval by opportunity, check-ins that count by member.

use std::sync::Arc;

use super::State;
use crate::approval::Approval;
use crate::id::{ApprovalId, MemberId, OpportunityId, ScoreEntryId};
use crate::score::ScoreEntry;
use crate::time::Timestamp;

impl State {
    /// Check-ins of a member that count, from an instant to before another, oldest first.
    pub fn check_ins_of(
        &self,
        member: MemberId,
        from: Timestamp,
        to: Timestamp,
    ) -> impl DoubleEndedIterator<Item = &Arc<ScoreEntry>> {
        self.indexes
            .check_ins_by_member
            .range((member, from, ScoreEntryId(0))..(member, to.max(from), ScoreEntryId(0)))
            .filter_map(|(_, _, id)| self.score_entries.get(id))
    }

    /// Requests for approval of an opportunity, by id.
    pub fn approvals_of(
        &self,
        opportunity: OpportunityId,
    ) -> impl DoubleEndedIterator<Item = &Arc<Approval>> {
        self.indexes
            .approvals_by_opportunity
            .range((opportunity, ApprovalId(0))..=(opportunity, ApprovalId(u64::MAX)))
            .filter_map(|(_, id)| self.approvals.get(id))
    }
}
