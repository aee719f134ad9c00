//! A snapshot in parts: one state, read kind by kind in id order, held only while it is sent.

use std::sync::Arc;

use sluice_domain::{
    ActivityId, AlertId, ApprovalId, BadgeId, ContactId, CustomerId, DigestScheduleId, Entity,
    EntityKey, EntityKind, GoalId, MemberId, NoticeId, OpportunityId, PacketId, PayoutId,
    PipelineId, RewardId, SavedViewId, SchemeId, State, TeamId, WebhookId,
};

use crate::engine::view::View;
use crate::engine::watch::{SNAPSHOT_CHUNK_ENTITIES, WatchItem};

/// Entities looked at for one part, matching or not: a filter that matches little must not keep
/// the thread for long.
const LOOKED_AT_MAX: usize = 16 * SNAPSHOT_CHUNK_ENTITIES;

/// The rest of a snapshot.
pub(super) struct Snapshot {
    state: Arc<State>,
    /// Kinds still to send, the next one last.
    kinds: Vec<EntityKind>,
    /// Last id looked at of the kind being sent.
    after: u64,
    count: u64,
}

impl Snapshot {
    pub(super) fn new(state: Arc<State>, view: &View) -> Self {
        Self {
            state,
            kinds: view.kinds.iter().rev().copied().collect(),
            after: 0,
            count: 0,
        }
    }

    /// The next part; `None` when there is no more. A part may be empty.
    pub(super) fn next_chunk(&mut self, view: &View) -> Option<WatchItem> {
        let mut entities = Vec::new();
        let mut looked_at = 0;
        while let Some(kind) = self.kinds.last().copied() {
            let want = SNAPSHOT_CHUNK_ENTITIES - entities.len();
            if want == 0 || looked_at >= LOOKED_AT_MAX {
                break;
            }
            let page = page(&self.state, kind, self.after, want);
            looked_at += want;
            match page.last() {
                Some(last) => self.after = last.key().id,
                None => {
                    self.kinds.pop();
                    self.after = 0;
                }
            }
            entities.extend(
                page.into_iter()
                    .filter(|entity| view.shows(&self.state, entity)),
            );
        }
        if entities.is_empty() && self.kinds.is_empty() {
            return None;
        }
        self.count += entities.len() as u64;
        Some(WatchItem::SnapshotChunk {
            revision: self.state.revision(),
            entities,
        })
    }

    pub(super) fn end(&self) -> WatchItem {
        WatchItem::SnapshotEnd {
            revision: self.state.revision(),
            count: self.count,
        }
    }
}

/// Up to `count` entities of a kind after an id.
fn page(state: &State, kind: EntityKind, after: u64, count: usize) -> Vec<Entity> {
    macro_rules! page {
        ($after:ident, $id:ident, $entity:ident) => {
            state
                .$after($id(after))
                .take(count)
                .map(|value| Entity::$entity(Arc::clone(value)))
                .collect()
        };
    }
    match kind {
        EntityKind::Workspace if after >= EntityKey::WORKSPACE.id => Vec::new(),
        EntityKind::Workspace => state.entity(EntityKey::WORKSPACE).into_iter().collect(),
        EntityKind::Team => page!(teams_after, TeamId, Team),
        EntityKind::Member => page!(members_after, MemberId, Member),
        EntityKind::Pipeline => page!(pipelines_after, PipelineId, Pipeline),
        EntityKind::Customer => page!(customers_after, CustomerId, Customer),
        EntityKind::Contact => page!(contacts_after, ContactId, Contact),
        EntityKind::Opportunity => page!(opportunities_after, OpportunityId, Opportunity),
        EntityKind::Activity => page!(activities_after, ActivityId, Activity),
        EntityKind::SavedView => page!(saved_views_after, SavedViewId, SavedView),
        EntityKind::Goal => page!(goals_after, GoalId, Goal),
        EntityKind::Approval => page!(approvals_after, ApprovalId, Approval),
        // Not watchable: read by call.
        EntityKind::Alert => page!(alerts_after, AlertId, Alert),
        EntityKind::ScoreEntry
        | EntityKind::Delivery
        | EntityKind::PastImage
        | EntityKind::LedgerTransaction => Vec::new(),
        EntityKind::Scheme => page!(schemes_after, SchemeId, Scheme),
        EntityKind::Reward => page!(rewards_after, RewardId, Reward),
        EntityKind::Packet => page!(packets_after, PacketId, Packet),
        EntityKind::Payout => page!(payouts_after, PayoutId, Payout),
        EntityKind::Badge => page!(badges_after, BadgeId, Badge),
        EntityKind::Notice => page!(notices_after, NoticeId, Notice),
        EntityKind::Webhook => page!(webhooks_after, WebhookId, Webhook),
        EntityKind::DigestSchedule => {
            page!(digest_schedules_after, DigestScheduleId, DigestSchedule)
        }
    }
}
