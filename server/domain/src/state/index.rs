//! What is kept so that nothing has to be searched for: secondary keys and day totals, all derived from the rows.

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use super::badge_index::BadgeIndex;
use super::digest_index::DigestIndex;
use super::funnel_index::FunnelIndex;
use super::goal_index::GoalIndex;
use super::ledger_index::LedgerIndex;
use super::outbox_index::OutboxIndex;
use super::reward_index::RewardIndex;
use super::score_index::Totals;
use super::search_index::SearchIndex;
use crate::entity::{Entity, EntityKey};
use crate::id::{
    ActivityId, AlertId, ApprovalId, ContactId, CustomerId, MemberId, NoticeId, OpportunityId,
    PastImageId, PipelineId, ScoreEntryId, StageId, TeamId,
};
use crate::opportunity::Opportunity;
use crate::score::{Metric, ScoreEntry};
use crate::text::shared_key;
use crate::time::{Date, Timestamp, Zone};

/// The key of a check-in that counts.
pub(super) fn check_in_key(entry: &ScoreEntry) -> Option<(MemberId, Timestamp, ScoreEntryId)> {
    let counts = entry.metric == Metric::CheckIn && entry.credited();
    Some((entry.member?, entry.at, entry.id)).filter(|_| counts)
}

/// Secondary keys and totals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Indexes {
    pub(super) stages: OrdMap<StageId, PipelineId>,
    pub(super) teams_by_parent: OrdSet<(TeamId, TeamId)>,
    pub(super) members_by_team: OrdSet<(TeamId, MemberId)>,
    pub(super) by_stage: OrdSet<(StageId, OpportunityId)>,
    pub(super) by_owner: OrdSet<(MemberId, OpportunityId)>,
    pub(super) by_customer: OrdSet<(CustomerId, OpportunityId)>,
    pub(super) opportunities_by_external_id: OrdMap<Arc<str>, OpportunityId>,
    pub(super) customers_by_external_id: OrdMap<Arc<str>, CustomerId>,
    pub(super) customers_by_name: OrdSet<(Arc<str>, CustomerId)>,
    pub(super) contacts_by_customer: OrdSet<(CustomerId, ContactId)>,
    pub(super) activities_by_opportunity: OrdSet<(OpportunityId, ActivityId)>,
    pub(super) activities_by_customer: OrdSet<(CustomerId, ActivityId)>,
    pub(super) scores_by_opportunity: OrdSet<(OpportunityId, ScoreEntryId)>,
    pub(super) alerts_by_opportunity: OrdSet<(OpportunityId, AlertId)>,
    pub(super) approvals_by_opportunity: OrdSet<(OpportunityId, ApprovalId)>,
    /// Approvals of which something may still come, by the stage they are for.
    pub(super) approvals_alive: OrdSet<(StageId, ApprovalId)>,
    pub(super) check_ins_by_member: OrdSet<(MemberId, Timestamp, ScoreEntryId)>,
    pub(super) search: SearchIndex,
    pub(super) scores_by_time: OrdSet<(Timestamp, ScoreEntryId)>,
    pub(super) totals: Totals,
    pub(super) notices_by_recipient: OrdSet<(MemberId, NoticeId)>,
    /// How many notices are kept of a member: every new one asks.
    pub(super) notice_counts: OrdMap<MemberId, usize>,
    pub(super) funnel: FunnelIndex,
    /// The latest instant at which anything was replaced, or a pipeline made.
    pub(super) replaced_at: Option<Timestamp>,
    pub(super) past_images_by_key: OrdSet<(EntityKey, PastImageId)>,
    pub(super) goals: GoalIndex,
    pub(super) digests: DigestIndex,
    pub(super) outbox: OutboxIndex,
    pub(super) badges: BadgeIndex,
    pub(super) ledger: LedgerIndex,
    pub(super) rewards: RewardIndex,
}

impl Indexes {
    /// Replaces what an entity's former value put in by what its new one puts in.
    pub(super) fn relink(&mut self, before: Option<&Entity>, after: &Entity, zone: Option<&Zone>) {
        self.search.relink(before, after);
        match after {
            Entity::Workspace(_) | Entity::SavedView(_) => {}
            Entity::Member(member) => {
                let old = match before {
                    Some(Entity::Member(old)) => old.team,
                    _ => None,
                };
                relink_pair(&mut self.members_by_team, old, member.team, member.id);
            }
            Entity::Team(team) => {
                let old = match before {
                    Some(Entity::Team(old)) => old.parent,
                    _ => None,
                };
                relink_pair(&mut self.teams_by_parent, old, team.parent, team.id);
            }
            Entity::Pipeline(pipeline) => {
                self.replaced_at = self.replaced_at.max(Some(pipeline.created_at));
                for stage in &pipeline.stages {
                    self.stages.insert(stage.id, pipeline.id);
                }
            }
            Entity::Customer(customer) => {
                let old = match before {
                    Some(Entity::Customer(old)) => Some(old),
                    _ => None,
                };
                if let Some(old) = old
                    && old.name != customer.name
                {
                    self.customers_by_name
                        .remove(&(shared_key(&old.name), old.id));
                }
                if old.is_none_or(|old| old.name != customer.name) {
                    self.customers_by_name
                        .insert((shared_key(&customer.name), customer.id));
                }
                relink_text(
                    &mut self.customers_by_external_id,
                    old.and_then(|old| old.external_id.as_ref()),
                    customer.external_id.as_ref(),
                    customer.id,
                );
            }
            Entity::Contact(contact) => {
                let old = match before {
                    Some(Entity::Contact(old)) => old.customer,
                    _ => None,
                };
                relink_pair(
                    &mut self.contacts_by_customer,
                    old,
                    contact.customer,
                    contact.id,
                );
            }
            Entity::Opportunity(opportunity) => {
                let old = match before {
                    Some(Entity::Opportunity(old)) => Some(&**old),
                    _ => None,
                };
                self.relink_opportunity(old, opportunity);
            }
            Entity::Activity(activity) => {
                if let Some(opportunity) = activity.opportunity {
                    self.activities_by_opportunity
                        .insert((opportunity, activity.id));
                }
                if let Some(customer) = activity.customer {
                    self.activities_by_customer.insert((customer, activity.id));
                }
            }
            Entity::Alert(alert) => {
                self.alerts_by_opportunity
                    .insert((alert.opportunity, alert.id));
            }
            Entity::Approval(approval) => {
                self.approvals_by_opportunity
                    .insert((approval.opportunity, approval.id));
                if approval.state.is_alive() {
                    self.approvals_alive.insert((approval.stage, approval.id));
                } else {
                    self.approvals_alive.remove(&(approval.stage, approval.id));
                }
            }
            Entity::ScoreEntry(entry) => {
                if let Some(opportunity) = entry.opportunity() {
                    self.scores_by_opportunity.insert((opportunity, entry.id));
                }
                self.check_ins_by_member.extend(check_in_key(entry));
                let day = zone.map_or(Date::default(), |zone| zone.date_of(entry.at));
                self.digests.link_score(entry, day);
                self.scores_by_time.insert((entry.at, entry.id));
                self.totals.add(entry, day);
            }
            Entity::Goal(goal) => {
                let old = match before {
                    Some(Entity::Goal(old)) => Some(&**old),
                    _ => None,
                };
                self.goals.relink(old, goal);
            }
            Entity::Notice(notice) => {
                let key = (notice.recipient, notice.id);
                if self.notices_by_recipient.insert(key).is_none() {
                    *self.notice_counts.entry(notice.recipient).or_default() += 1;
                }
            }
            Entity::PastImage(image) => {
                self.past_images_by_key.insert((image.key, image.id));
                self.replaced_at = self.replaced_at.max(Some(image.until));
            }
            Entity::Webhook(_) => {}
            // Those that need more than the row are linked by the state: see `relink_incentives`.
            Entity::Scheme(_)
            | Entity::Reward(_)
            | Entity::LedgerTransaction(_)
            | Entity::Packet(_)
            | Entity::Payout(_) => {}
            Entity::Badge(badge) => self.badges.link(badge),
            Entity::DigestSchedule(schedule) => {
                let utc = Zone::utc();
                let zone = zone.unwrap_or(&utc);
                if let Some(Entity::DigestSchedule(old)) = before {
                    self.digests.unlink_schedule(old, zone);
                }
                self.digests.link_schedule(schedule, zone);
            }
            Entity::Delivery(delivery) => {
                if let Some(Entity::Delivery(old)) = before {
                    self.outbox.unlink(old);
                }
                self.outbox.link(delivery);
            }
        }
    }

    /// Takes out what an entity that is gone had put in.
    pub(super) fn unlink(&mut self, gone: &Entity, zone: &Zone) {
        match gone {
            Entity::Notice(notice) => {
                let key = (notice.recipient, notice.id);
                if self.notices_by_recipient.remove(&key).is_some() {
                    // Never the last of them: the newest of all stays.
                    *self.notice_counts.entry(notice.recipient).or_default() -= 1;
                }
            }
            Entity::DigestSchedule(schedule) => self.digests.unlink_schedule(schedule, zone),
            Entity::Delivery(delivery) => self.outbox.unlink(delivery),
            _ => {}
        }
    }

    fn relink_opportunity(&mut self, before: Option<&Opportunity>, after: &Opportunity) {
        let id = after.id;
        relink_pair(
            &mut self.by_stage,
            before.map(|old| old.stage),
            Some(after.stage),
            id,
        );
        relink_pair(
            &mut self.by_owner,
            before.and_then(|old| old.owner),
            after.owner,
            id,
        );
        relink_pair(
            &mut self.by_customer,
            before.and_then(|old| old.customer),
            after.customer,
            id,
        );
        relink_text(
            &mut self.opportunities_by_external_id,
            before.and_then(|old| old.external_id.as_ref()),
            after.external_id.as_ref(),
            id,
        );
    }
}

fn relink_pair<K: Ord + Copy, V: Ord + Copy>(
    set: &mut OrdSet<(K, V)>,
    before: Option<K>,
    after: Option<K>,
    id: V,
) {
    if before == after {
        return;
    }
    if let Some(key) = before {
        set.remove(&(key, id));
    }
    if let Some(key) = after {
        set.insert((key, id));
    }
}

fn relink_text<V: Copy>(
    map: &mut OrdMap<Arc<str>, V>,
    before: Option<&Arc<str>>,
    after: Option<&Arc<str>>,
    id: V,
) {
    if before == after {
        return;
    }
    if let Some(key) = before {
        map.remove(key);
    }
    if let Some(key) = after {
        map.insert(key.clone(), id);
    }
}
