//! What gates and check-ins look up: requests for approval by opportunity, check-ins that count by member.

use std::sync::Arc;

use super::State;
use crate::approval::{Approval, ApprovalEnd};
use crate::id::{ApprovalId, MemberId, OpportunityId, ScoreEntryId, StageId};
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

    /// Approvals of which nothing can come any more, with the reason: nobody would end them but the passing of time.
    pub(crate) fn moot_approvals(&self) -> impl Iterator<Item = (&Arc<Approval>, ApprovalEnd)> {
        let alive = &self.indexes.approvals_alive;
        let first = alive.get_min().map(|(stage, _)| *stage);
        let stages = std::iter::successors(first, |stage| {
            let next = StageId(stage.0.checked_add(1)?);
            Some(alive.range((next, ApprovalId(0))..).next()?.0)
        });
        let moot = stages.filter_map(|id| {
            let (_, stage) = self.stage(id)?;
            let reason = match stage {
                stage if stage.retired => ApprovalEnd::StageRetired,
                stage if !stage.gate.approval => ApprovalEnd::NotNeeded,
                _ => return None,
            };
            Some((id, reason))
        });
        moot.flat_map(move |(stage, reason)| {
            let approvals = alive.range((stage, ApprovalId(0))..=(stage, ApprovalId(u64::MAX)));
            approvals.filter_map(move |(_, id)| Some((self.approvals.get(id)?, reason)))
        })
    }
}
