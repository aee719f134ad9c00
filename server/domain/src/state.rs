//! Everything that is true at one revision: persistent maps, cheap to clone, readable by anyone, changed by `apply` only.

mod approvals;
mod badge_index;
mod company;
mod digest_index;
mod funnel_build;
mod funnel_index;
mod goal_index;
mod incentive_check;
mod index;
mod ledger_index;
mod lookup;
mod outbox_index;
mod pages;
mod past;
mod reward_index;
mod rows;
mod score_index;
mod search_index;
mod stagnation_index;

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use imbl::OrdMap;

pub(crate) use company::Company;
pub(crate) use funnel_index::{Expected, Flow, Passage, Whose};
pub use ledger_index::Income;
pub(crate) use reward_index::{OnceKey, stands};
pub(crate) use score_index::{DayKey, DayTotal, TeamKey, spans_of};
pub(crate) use search_index::{Chunk, FIELD_END, letters};

use crate::activity::Activity;
use crate::alert::Alert;
use crate::approval::Approval;
use crate::badge::Badge;
use crate::contact::Contact;
use crate::customer::Customer;
use crate::delivery::Delivery;
use crate::digest_schedule::DigestSchedule;
use crate::entity::{Change, CommitEffects, Entity, EntityKey, EntityKind, RowChange};
use crate::goal::Goal;
use crate::id::{
    ActivityId, AlertId, ApprovalId, BadgeId, ContactId, CustomerId, DeliveryId, DigestScheduleId,
    GoalId, LedgerTransactionId, MemberId, NoticeId, OpportunityId, PacketId, PastImageId,
    PayoutId, PipelineId, RewardId, SavedViewId, SchemeId, ScoreEntryId, StageId, TeamId,
    WebhookId,
};
use crate::ledger::LedgerTransaction;
use crate::member::Member;
use crate::notice::Notice;
use crate::opportunity::Opportunity;
use crate::packet::Packet;
use crate::past::PastImage;
use crate::payout::Payout;
use crate::pipeline::Pipeline;
use crate::reward::Reward;
use crate::saved_view::SavedView;
use crate::scheme::Scheme;
use crate::score::ScoreEntry;
use crate::stage::Stage;
use crate::team::Team;
use crate::time::Zone;
use crate::webhook::Webhook;
use crate::workspace::Workspace;
use index::Indexes;
use stagnation_index::StagnationIndex;
pub use stagnation_index::StalledTotal;

/// The state of one workspace at one revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    revision: u64,
    workspace: Option<Arc<Workspace>>,
    teams: OrdMap<TeamId, Arc<Team>>,
    members: OrdMap<MemberId, Arc<Member>>,
    pipelines: OrdMap<PipelineId, Arc<Pipeline>>,
    customers: OrdMap<CustomerId, Arc<Customer>>,
    contacts: OrdMap<ContactId, Arc<Contact>>,
    opportunities: OrdMap<OpportunityId, Arc<Opportunity>>,
    activities: OrdMap<ActivityId, Arc<Activity>>,
    score_entries: OrdMap<ScoreEntryId, Arc<ScoreEntry>>,
    alerts: OrdMap<AlertId, Arc<Alert>>,
    saved_views: OrdMap<SavedViewId, Arc<SavedView>>,
    notices: OrdMap<NoticeId, Arc<Notice>>,
    past_images: OrdMap<PastImageId, Arc<PastImage>>,
    goals: OrdMap<GoalId, Arc<Goal>>,
    approvals: OrdMap<ApprovalId, Arc<Approval>>,
    webhooks: OrdMap<WebhookId, Arc<Webhook>>,
    digest_schedules: OrdMap<DigestScheduleId, Arc<DigestSchedule>>,
    deliveries: OrdMap<DeliveryId, Arc<Delivery>>,
    schemes: OrdMap<SchemeId, Arc<Scheme>>,
    rewards: OrdMap<RewardId, Arc<Reward>>,
    ledger_transactions: OrdMap<LedgerTransactionId, Arc<LedgerTransaction>>,
    packets: OrdMap<PacketId, Arc<Packet>>,
    payouts: OrdMap<PayoutId, Arc<Payout>>,
    badges: OrdMap<BadgeId, Arc<Badge>>,
    indexes: Indexes,
    stagnation: StagnationIndex,
    /// What the commit in progress has touched, with what it was before; empty between commits.
    touched: BTreeMap<EntityKey, Option<Entity>>,
    /// Set where this is a view of the past: then only rows and the simplest indexes are right.
    past: bool,
}

macro_rules! collection {
    ($kind:literal, $id:ident, $type:ident, $map:ident, $get:ident, $after:ident, $next:ident) => {
        #[doc = concat!("The ", $kind, " with this id.")]
        pub fn $get(&self, id: $id) -> Option<&Arc<$type>> {
            self.$map.get(&id)
        }

        #[doc = concat!("Every ", $kind, ", by id.")]
        pub fn $map(&self) -> impl DoubleEndedIterator<Item = &Arc<$type>> {
            self.$map.values()
        }

        #[doc = concat!("Every ", $kind, " with a greater id, by id; ids start at 1.")]
        pub fn $after(&self, id: $id) -> impl DoubleEndedIterator<Item = &Arc<$type>> {
            self.$map
                .range((Bound::Excluded(id), Bound::Unbounded))
                .map(|(_, value)| value)
        }

        #[doc = concat!("The id the next ", $kind, " will get.")]
        pub(crate) fn $next(&self) -> $id {
            $id(self.$map.get_max().map_or(1, |(id, _)| id.0 + 1))
        }
    };
}

// Below the macro, which they use.
mod incentives;
mod outbox;

impl State {
    /// The state before the first commit.
    pub fn new() -> Self {
        Self::default()
    }

    /// The revision of the last finished commit.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// The workspace; none before it is set up.
    pub const fn workspace(&self) -> Option<&Arc<Workspace>> {
        self.workspace.as_ref()
    }

    /// The workspace's time zone; UTC before it is set up.
    pub fn zone(&self) -> Zone {
        match &self.workspace {
            Some(workspace) => workspace.time_zone.clone(),
            None => Zone::utc(),
        }
    }

    collection!("team", TeamId, Team, teams, team, teams_after, next_team);
    collection!(
        "member",
        MemberId,
        Member,
        members,
        member,
        members_after,
        next_member
    );
    collection!(
        "pipeline",
        PipelineId,
        Pipeline,
        pipelines,
        pipeline,
        pipelines_after,
        next_pipeline
    );
    collection!(
        "customer",
        CustomerId,
        Customer,
        customers,
        customer,
        customers_after,
        next_customer
    );
    collection!(
        "contact",
        ContactId,
        Contact,
        contacts,
        contact,
        contacts_after,
        next_contact
    );
    collection!(
        "opportunity",
        OpportunityId,
        Opportunity,
        opportunities,
        opportunity,
        opportunities_after,
        next_opportunity
    );
    collection!(
        "activity",
        ActivityId,
        Activity,
        activities,
        activity,
        activities_after,
        next_activity
    );
    collection!(
        "score entry",
        ScoreEntryId,
        ScoreEntry,
        score_entries,
        score_entry,
        score_entries_after,
        next_score_entry
    );
    collection!(
        "notice",
        NoticeId,
        Notice,
        notices,
        notice,
        notices_after,
        next_notice
    );

    collection!(
        "approval",
        ApprovalId,
        Approval,
        approvals,
        approval,
        approvals_after,
        next_approval
    );

    /// The saved view with this id.
    pub fn saved_view(&self, id: SavedViewId) -> Option<&Arc<SavedView>> {
        self.saved_views.get(&id)
    }

    /// Every saved view, by id.
    pub fn saved_views(&self) -> impl DoubleEndedIterator<Item = &Arc<SavedView>> {
        self.saved_views.values()
    }

    /// Every saved view with a greater id, by id.
    pub fn saved_views_after(
        &self,
        id: SavedViewId,
    ) -> impl DoubleEndedIterator<Item = &Arc<SavedView>> {
        self.saved_views
            .range((Bound::Excluded(id), Bound::Unbounded))
            .map(|(_, value)| value)
    }

    /// How many saved views there are.
    pub fn saved_view_count(&self) -> usize {
        self.saved_views.len()
    }

    collection!(
        "alert",
        AlertId,
        Alert,
        alerts,
        alert,
        alerts_after,
        next_alert
    );
    collection!(
        "past image",
        PastImageId,
        PastImage,
        past_images,
        past_image,
        past_images_after,
        next_past_image
    );

    collection!("goal", GoalId, Goal, goals, goal, goals_after, next_goal);

    /// How many opportunities there are, archived ones included.
    pub fn opportunity_count(&self) -> usize {
        self.opportunities.len()
    }

    /// How many customers there are.
    pub fn customer_count(&self) -> usize {
        self.customers.len()
    }

    /// How many teams there are.
    pub fn team_count(&self) -> usize {
        self.teams.len()
    }

    /// How many members there are, inactive ones included.
    pub fn member_count(&self) -> usize {
        self.members.len()
    }

    /// How many pipelines there are, retired ones included.
    pub fn pipeline_count(&self) -> usize {
        self.pipelines.len()
    }

    /// How many goals there are, archived ones included.
    pub fn goal_count(&self) -> usize {
        self.goals.len()
    }

    /// How many score entries there are.
    pub fn score_entry_count(&self) -> usize {
        self.score_entries.len()
    }

    pub(crate) fn next_stage(&self) -> StageId {
        StageId(self.indexes.stages.get_max().map_or(1, |(id, _)| id.0 + 1))
    }

    /// A stage, retired or not, and its pipeline.
    pub fn stage(&self, id: StageId) -> Option<(&Arc<Pipeline>, &Stage)> {
        let pipeline = self.pipelines.get(self.indexes.stages.get(&id)?)?;
        Some((pipeline, pipeline.stage(id)?))
    }

    /// The pipeline of opportunities that name none.
    pub fn default_pipeline(&self) -> Option<&Arc<Pipeline>> {
        self.pipelines.get(&self.workspace()?.default_pipeline?)
    }

    /// Any stored thing.
    pub fn entity(&self, key: EntityKey) -> Option<Entity> {
        let id = key.id;
        match key.kind {
            EntityKind::Workspace if id == EntityKey::WORKSPACE.id => {
                self.workspace.clone().map(Entity::Workspace)
            }
            EntityKind::Workspace => None,
            EntityKind::Team => self.team(TeamId(id)).cloned().map(Entity::Team),
            EntityKind::Member => self.member(MemberId(id)).cloned().map(Entity::Member),
            EntityKind::Pipeline => self.pipeline(PipelineId(id)).cloned().map(Entity::Pipeline),
            EntityKind::Customer => self.customer(CustomerId(id)).cloned().map(Entity::Customer),
            EntityKind::Contact => self.contact(ContactId(id)).cloned().map(Entity::Contact),
            EntityKind::Opportunity => self
                .opportunity(OpportunityId(id))
                .cloned()
                .map(Entity::Opportunity),
            EntityKind::Activity => self.activity(ActivityId(id)).cloned().map(Entity::Activity),
            EntityKind::ScoreEntry => self
                .score_entry(ScoreEntryId(id))
                .cloned()
                .map(Entity::ScoreEntry),
            EntityKind::Alert => self.alert(AlertId(id)).cloned().map(Entity::Alert),
            EntityKind::SavedView => self
                .saved_view(SavedViewId(id))
                .cloned()
                .map(Entity::SavedView),
            EntityKind::Notice => self.notice(NoticeId(id)).cloned().map(Entity::Notice),
            EntityKind::PastImage => self
                .past_image(PastImageId(id))
                .cloned()
                .map(Entity::PastImage),
            EntityKind::Goal => self.goal(GoalId(id)).cloned().map(Entity::Goal),
            EntityKind::Approval => self.approval(ApprovalId(id)).cloned().map(Entity::Approval),
            EntityKind::Webhook => self.webhook(WebhookId(id)).cloned().map(Entity::Webhook),
            EntityKind::DigestSchedule => self
                .digest_schedule(DigestScheduleId(id))
                .cloned()
                .map(Entity::DigestSchedule),
            EntityKind::Delivery => self.delivery(DeliveryId(id)).cloned().map(Entity::Delivery),
            EntityKind::Scheme => self.schemes.get(&SchemeId(id)).cloned().map(Entity::Scheme),
            EntityKind::Reward => self.rewards.get(&RewardId(id)).cloned().map(Entity::Reward),
            EntityKind::LedgerTransaction => self
                .ledger_transactions
                .get(&LedgerTransactionId(id))
                .cloned()
                .map(Entity::LedgerTransaction),
            EntityKind::Packet => self.packets.get(&PacketId(id)).cloned().map(Entity::Packet),
            EntityKind::Payout => self.payouts.get(&PayoutId(id)).cloned().map(Entity::Payout),
            EntityKind::Badge => self.badges.get(&BadgeId(id)).cloned().map(Entity::Badge),
        }
    }

    /// Everything stored of a kind, by id.
    pub fn entities(&self, kind: EntityKind) -> Box<dyn DoubleEndedIterator<Item = Entity> + '_> {
        match kind {
            EntityKind::Workspace => {
                Box::new(self.workspace.iter().cloned().map(Entity::Workspace))
            }
            EntityKind::Team => Box::new(self.teams().cloned().map(Entity::Team)),
            EntityKind::Member => Box::new(self.members().cloned().map(Entity::Member)),
            EntityKind::Pipeline => Box::new(self.pipelines().cloned().map(Entity::Pipeline)),
            EntityKind::Customer => Box::new(self.customers().cloned().map(Entity::Customer)),
            EntityKind::Contact => Box::new(self.contacts().cloned().map(Entity::Contact)),
            EntityKind::Opportunity => {
                Box::new(self.opportunities().cloned().map(Entity::Opportunity))
            }
            EntityKind::Activity => Box::new(self.activities().cloned().map(Entity::Activity)),
            EntityKind::ScoreEntry => {
                Box::new(self.score_entries().cloned().map(Entity::ScoreEntry))
            }
            EntityKind::Alert => Box::new(self.alerts().cloned().map(Entity::Alert)),
            EntityKind::SavedView => Box::new(self.saved_views().cloned().map(Entity::SavedView)),
            EntityKind::Notice => Box::new(self.notices().cloned().map(Entity::Notice)),
            EntityKind::PastImage => Box::new(self.past_images().cloned().map(Entity::PastImage)),
            EntityKind::Goal => Box::new(self.goals().cloned().map(Entity::Goal)),
            EntityKind::Approval => Box::new(self.approvals().cloned().map(Entity::Approval)),
            EntityKind::Webhook => Box::new(self.webhooks().cloned().map(Entity::Webhook)),
            EntityKind::DigestSchedule => {
                Box::new(self.digest_schedules().cloned().map(Entity::DigestSchedule))
            }
            EntityKind::Delivery => Box::new(self.deliveries().cloned().map(Entity::Delivery)),
            EntityKind::Scheme => Box::new(self.schemes().cloned().map(Entity::Scheme)),
            EntityKind::Reward => Box::new(self.rewards().cloned().map(Entity::Reward)),
            EntityKind::LedgerTransaction => Box::new(
                self.ledger_transactions()
                    .cloned()
                    .map(Entity::LedgerTransaction),
            ),
            EntityKind::Packet => Box::new(self.packets().cloned().map(Entity::Packet)),
            EntityKind::Payout => Box::new(self.payouts().cloned().map(Entity::Payout)),
            EntityKind::Badge => Box::new(self.badges().cloned().map(Entity::Badge)),
        }
    }

    /// The folded texts of a searched kind.
    pub(crate) fn search_chunks(&self, kind: EntityKind) -> impl Iterator<Item = &Chunk> {
        self.indexes.search.chunks_of(kind)
    }

    /// The revision the commit in progress will have.
    pub(crate) const fn next_revision(&self) -> u64 {
        self.revision + 1
    }

    /// Stores a thing, keeps the indexes and totals right, and remembers what it was before this commit.
    pub(crate) fn put(&mut self, entity: Entity) {
        let key = entity.key();
        let before = self.entity(key);
        let moving = self.rekey_before(before.as_ref(), &entity);
        let zone = self
            .workspace
            .as_ref()
            .map(|workspace| &workspace.time_zone);
        self.indexes.relink(before.as_ref(), &entity, zone);
        if let Entity::Opportunity(after) = &entity {
            self.relink_funnel(before.as_ref(), after);
        }
        self.relink_incentives(before.as_ref(), &entity);
        let zone_before = self.workspace.as_ref().map(|own| own.time_zone.clone());
        match entity {
            Entity::Workspace(workspace) => {
                let moved = zone_before.is_some_and(|zone| zone != workspace.time_zone);
                self.workspace = Some(workspace);
                if moved {
                    self.indexes.totals = self.totals_from_scratch();
                    self.indexes.funnel = self.funnel_from_scratch();
                    self.indexes.digests = self.digests_from_scratch();
                    self.indexes.ledger = self.ledger_from_scratch();
                    self.indexes.rewards = self.rewards_from_scratch();
                }
            }
            Entity::Team(team) => drop(self.teams.insert(team.id, team)),
            Entity::Member(member) => drop(self.members.insert(member.id, member)),
            Entity::Pipeline(pipeline) => {
                let old = self.pipelines.insert(pipeline.id, pipeline.clone());
                self.resettle_funnel(old.as_deref(), &pipeline);
            }
            Entity::Customer(customer) => drop(self.customers.insert(customer.id, customer)),
            Entity::Contact(contact) => drop(self.contacts.insert(contact.id, contact)),
            Entity::Opportunity(opportunity) => {
                drop(self.opportunities.insert(opportunity.id, opportunity));
            }
            Entity::Activity(activity) => drop(self.activities.insert(activity.id, activity)),
            Entity::ScoreEntry(entry) => drop(self.score_entries.insert(entry.id, entry)),
            Entity::Alert(alert) => drop(self.alerts.insert(alert.id, alert)),
            Entity::SavedView(view) => drop(self.saved_views.insert(view.id, view)),
            Entity::Notice(notice) => drop(self.notices.insert(notice.id, notice)),
            Entity::PastImage(image) => drop(self.past_images.insert(image.id, image)),
            Entity::Goal(goal) => drop(self.goals.insert(goal.id, goal)),
            Entity::Approval(approval) => drop(self.approvals.insert(approval.id, approval)),
            Entity::Webhook(webhook) => drop(self.webhooks.insert(webhook.id, webhook)),
            Entity::DigestSchedule(schedule) => {
                drop(self.digest_schedules.insert(schedule.id, schedule));
            }
            Entity::Delivery(delivery) => drop(self.deliveries.insert(delivery.id, delivery)),
            Entity::Scheme(row) => drop(self.schemes.insert(row.id, row)),
            Entity::Reward(row) => drop(self.rewards.insert(row.id, row)),
            Entity::LedgerTransaction(row) => drop(self.ledger_transactions.insert(row.id, row)),
            Entity::Packet(row) => drop(self.packets.insert(row.id, row)),
            Entity::Payout(row) => drop(self.payouts.insert(row.id, row)),
            Entity::Badge(row) => drop(self.badges.insert(row.id, row)),
        }
        self.rekey_after(&moving);
        self.relink_stagnation(key, before.as_ref());
        self.touched.entry(key).or_insert(before);
    }

    /// Takes a thing away that can go, keeps the indexes right, and remembers what it was before this commit. The id of
    /// the newest of a kind is given again when that goes: where ids are remembered elsewhere, keep the newest.
    pub(crate) fn remove(&mut self, key: EntityKey) {
        let Some(before) = self.entity(key) else {
            return;
        };
        match &before {
            Entity::SavedView(view) => drop(self.saved_views.remove(&view.id)),
            Entity::Notice(notice) => drop(self.notices.remove(&notice.id)),
            Entity::DigestSchedule(schedule) => drop(self.digest_schedules.remove(&schedule.id)),
            Entity::Delivery(delivery) => drop(self.deliveries.remove(&delivery.id)),
            _ => return,
        }
        let zone = self.zone();
        self.indexes.unlink(&before, &zone);
        self.touched.entry(key).or_insert(Some(before));
    }

    /// Ends the commit: the revision goes up by one, and what changed is told once per thing.
    pub fn finish_commit(&mut self) -> CommitEffects {
        self.revision += 1;
        let touched = std::mem::take(&mut self.touched);
        let mut effects = CommitEffects {
            changes: Vec::with_capacity(touched.len()),
            rows: Vec::with_capacity(touched.len()),
        };
        for (key, before) in touched {
            let after = self.entity(key);
            effects.rows.push(RowChange {
                key,
                after: after.clone(),
            });
            // What came and went within one commit was never there for anybody.
            let seen = before.is_some() || after.is_some();
            if key.kind.is_watchable() && seen {
                effects.changes.push(Change { key, before, after });
            }
        }
        effects
    }
}
