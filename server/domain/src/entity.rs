//! Any stored thing, its key, and what a commit did to it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::activity::Activity;
use crate::alert::Alert;
use crate::approval::Approval;
use crate::badge::Badge;
use crate::contact::Contact;
use crate::customer::Customer;
use crate::delivery::Delivery;
use crate::digest_schedule::DigestSchedule;
use crate::goal::Goal;
use crate::id::{
    ActivityId, AlertId, ApprovalId, BadgeId, ContactId, CustomerId, DeliveryId, DigestScheduleId,
    GoalId, LedgerTransactionId, MemberId, NoticeId, OpportunityId, PacketId, PastImageId,
    PayoutId, PipelineId, RewardId, SavedViewId, SchemeId, ScoreEntryId, TeamId, WebhookId,
};
use crate::ledger::LedgerTransaction;
use crate::limits::{ENTITY_BASE_BYTES, HOLIDAY_BYTES, REFERENCE_BYTES};
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
use crate::team::Team;
use crate::webhook::Webhook;
use crate::workspace::Workspace;

/// The kind of a stored thing. The numbers are part of the stored format: never reuse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum EntityKind {
    /// The workspace; there is one, with id 1.
    Workspace = 1,
    /// A team.
    Team = 2,
    /// A member.
    Member = 3,
    /// A pipeline with its stages.
    Pipeline = 4,
    /// A customer.
    Customer = 5,
    /// A contact.
    Contact = 6,
    /// An opportunity with its history.
    Opportunity = 7,
    /// An activity.
    Activity = 8,
    /// A score entry; a row, never a watch change.
    ScoreEntry = 9,
    /// An alert.
    Alert = 10,
    /// A saved view.
    SavedView = 13,
    /// A notice in a member's inbox.
    Notice = 14,
    /// What something was before it changed; a row, never a watch change.
    PastImage = 18,
    /// A goal.
    Goal = 12,
    /// A request for approval.
    Approval = 11,
    /// A webhook.
    Webhook = 15,
    /// A schedule of digests.
    DigestSchedule = 16,
    /// A message on its way out; a row, never a watch change.
    Delivery = 17,
    /// An incentive scheme.
    Scheme = 19,
    /// A reward.
    Reward = 20,
    /// A transaction of the ledger; a row, never a watch change.
    LedgerTransaction = 21,
    /// A packet of a split reward.
    Packet = 22,
    /// A payout.
    Payout = 23,
    /// A badge.
    Badge = 24,
}

impl EntityKind {
    /// All of them, by number.
    pub const ALL: [Self; 24] = [
        Self::Workspace,
        Self::Team,
        Self::Member,
        Self::Pipeline,
        Self::Customer,
        Self::Contact,
        Self::Opportunity,
        Self::Activity,
        Self::ScoreEntry,
        Self::Alert,
        Self::Notice,
        Self::Webhook,
        Self::DigestSchedule,
        Self::Delivery,
        Self::SavedView,
        Self::PastImage,
        Self::Goal,
        Self::Approval,
        Self::Scheme,
        Self::Reward,
        Self::LedgerTransaction,
        Self::Packet,
        Self::Payout,
        Self::Badge,
    ];

    /// The stable number.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The kind with a stable number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// The collection in ids: `opportunities`.
    pub const fn collection(self) -> &'static str {
        match self {
            Self::Workspace => "workspaces",
            Self::Team => TeamId::COLLECTION,
            Self::Member => MemberId::COLLECTION,
            Self::Pipeline => PipelineId::COLLECTION,
            Self::Customer => CustomerId::COLLECTION,
            Self::Contact => ContactId::COLLECTION,
            Self::Opportunity => OpportunityId::COLLECTION,
            Self::Activity => ActivityId::COLLECTION,
            Self::ScoreEntry => ScoreEntryId::COLLECTION,
            Self::Alert => AlertId::COLLECTION,
            Self::SavedView => SavedViewId::COLLECTION,
            Self::Notice => NoticeId::COLLECTION,
            Self::PastImage => PastImageId::COLLECTION,
            Self::Goal => GoalId::COLLECTION,
            Self::Approval => ApprovalId::COLLECTION,
            Self::Webhook => WebhookId::COLLECTION,
            Self::DigestSchedule => DigestScheduleId::COLLECTION,
            Self::Delivery => DeliveryId::COLLECTION,
            Self::Scheme => SchemeId::COLLECTION,
            Self::Reward => RewardId::COLLECTION,
            Self::LedgerTransaction => LedgerTransactionId::COLLECTION,
            Self::Packet => PacketId::COLLECTION,
            Self::Payout => PayoutId::COLLECTION,
            Self::Badge => BadgeId::COLLECTION,
        }
    }

    /// Whether watches see it.
    pub const fn is_watchable(self) -> bool {
        !matches!(
            self,
            Self::ScoreEntry | Self::Delivery | Self::PastImage | Self::LedgerTransaction
        )
    }
}

/// What names a stored thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntityKey {
    /// Its kind.
    pub kind: EntityKind,
    /// Its number among its kind.
    pub id: u64,
}

impl EntityKey {
    /// The workspace.
    pub const WORKSPACE: Self = Self {
        kind: EntityKind::Workspace,
        id: 1,
    };

    /// A key.
    pub const fn new(kind: EntityKind, id: u64) -> Self {
        Self { kind, id }
    }

    /// The long spelling: `opportunities/1042`.
    pub fn long(self) -> String {
        format!("{}/{}", self.kind.collection(), self.id)
    }
}

macro_rules! key_of {
    ($($id:ident => $kind:ident),* $(,)?) => {
        $(impl From<$id> for EntityKey {
            fn from(id: $id) -> Self {
                Self::new(EntityKind::$kind, id.0)
            }
        })*
    };
}

key_of! {
    TeamId => Team,
    MemberId => Member,
    PipelineId => Pipeline,
    CustomerId => Customer,
    ContactId => Contact,
    OpportunityId => Opportunity,
    ActivityId => Activity,
    ScoreEntryId => ScoreEntry,
    AlertId => Alert,
    SavedViewId => SavedView,
    NoticeId => Notice,
    PastImageId => PastImage,
    GoalId => Goal,
    ApprovalId => Approval,
    WebhookId => Webhook,
    DigestScheduleId => DigestSchedule,
    DeliveryId => Delivery,
    SchemeId => Scheme,
    RewardId => Reward,
    LedgerTransactionId => LedgerTransaction,
    PacketId => Packet,
    PayoutId => Payout,
    BadgeId => Badge,
}

/// A stored thing; cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entity {
    /// The workspace.
    Workspace(Arc<Workspace>),
    /// A team.
    Team(Arc<Team>),
    /// A member.
    Member(Arc<Member>),
    /// A pipeline.
    Pipeline(Arc<Pipeline>),
    /// A customer.
    Customer(Arc<Customer>),
    /// A contact.
    Contact(Arc<Contact>),
    /// An opportunity.
    Opportunity(Arc<Opportunity>),
    /// An activity.
    Activity(Arc<Activity>),
    /// A score entry.
    ScoreEntry(Arc<ScoreEntry>),
    /// An alert.
    Alert(Arc<Alert>),
    /// A saved view.
    SavedView(Arc<SavedView>),
    /// A notice.
    Notice(Arc<Notice>),
    /// What something was before it changed.
    PastImage(Arc<PastImage>),
    /// A goal.
    Goal(Arc<Goal>),
    /// A request for approval.
    Approval(Arc<Approval>),
    /// A webhook.
    Webhook(Arc<Webhook>),
    /// A schedule of digests.
    DigestSchedule(Arc<DigestSchedule>),
    /// A message on its way out.
    Delivery(Arc<Delivery>),
    /// An incentive scheme.
    Scheme(Arc<Scheme>),
    /// A reward.
    Reward(Arc<Reward>),
    /// A transaction of the ledger.
    LedgerTransaction(Arc<LedgerTransaction>),
    /// A packet of a split reward.
    Packet(Arc<Packet>),
    /// A payout.
    Payout(Arc<Payout>),
    /// A badge.
    Badge(Arc<Badge>),
}

impl Entity {
    /// What names it.
    pub fn key(&self) -> EntityKey {
        match self {
            Self::Workspace(_) => EntityKey::WORKSPACE,
            Self::Team(team) => team.id.into(),
            Self::Member(member) => member.id.into(),
            Self::Pipeline(pipeline) => pipeline.id.into(),
            Self::Customer(customer) => customer.id.into(),
            Self::Contact(contact) => contact.id.into(),
            Self::Opportunity(opportunity) => opportunity.id.into(),
            Self::Activity(activity) => activity.id.into(),
            Self::ScoreEntry(entry) => entry.id.into(),
            Self::Alert(alert) => alert.id.into(),
            Self::SavedView(view) => view.id.into(),
            Self::Notice(notice) => notice.id.into(),
            Self::PastImage(image) => image.id.into(),
            Self::Goal(goal) => goal.id.into(),
            Self::Approval(approval) => approval.id.into(),
            Self::Webhook(webhook) => webhook.id.into(),
            Self::DigestSchedule(schedule) => schedule.id.into(),
            Self::Delivery(delivery) => delivery.id.into(),
            Self::Scheme(scheme) => scheme.id.into(),
            Self::Reward(reward) => reward.id.into(),
            Self::LedgerTransaction(transaction) => transaction.id.into(),
            Self::Packet(packet) => packet.id.into(),
            Self::Payout(payout) => payout.id.into(),
            Self::Badge(badge) => badge.id.into(),
        }
    }

    /// Revision of the last commit that changed it.
    pub fn revision(&self) -> u64 {
        match self {
            Self::Workspace(workspace) => workspace.revision,
            Self::Team(team) => team.revision,
            Self::Member(member) => member.revision,
            Self::Pipeline(pipeline) => pipeline.revision,
            Self::Customer(customer) => customer.revision,
            Self::Contact(contact) => contact.revision,
            Self::Opportunity(opportunity) => opportunity.revision,
            Self::Activity(activity) => activity.revision,
            Self::ScoreEntry(entry) => entry.revision,
            Self::Alert(alert) => alert.revision,
            Self::SavedView(view) => view.revision,
            Self::Notice(notice) => notice.revision,
            Self::PastImage(image) => image.revision,
            Self::Goal(goal) => goal.revision,
            Self::Approval(approval) => approval.revision,
            Self::Webhook(webhook) => webhook.revision,
            Self::DigestSchedule(schedule) => schedule.revision,
            Self::Delivery(delivery) => delivery.revision,
            Self::Scheme(scheme) => scheme.revision,
            Self::Reward(reward) => reward.revision,
            Self::LedgerTransaction(transaction) => transaction.revision,
            Self::Packet(packet) => packet.revision,
            Self::Payout(payout) => payout.revision,
            Self::Badge(badge) => badge.revision,
        }
    }

    /// `r<revision>`: what a caller shows to change only what it has seen.
    pub fn etag(&self) -> String {
        format!("r{}", self.revision())
    }

    /// Estimated bytes on the wire, for guarantee G3.
    pub(crate) fn wire_bytes(&self) -> usize {
        fn length(text: &Option<Box<str>>) -> usize {
            text.as_ref().map_or(0, |text| text.len())
        }
        fn shared(text: &Option<Arc<str>>) -> usize {
            text.as_ref().map_or(0, |text| text.len())
        }
        let texts = match self {
            Self::Workspace(workspace) => workspace.name.len(),
            Self::Team(team) => team.name.len() + shared(&team.external_id),
            Self::Member(member) => {
                member.name.len()
                    + length(&member.email)
                    + shared(&member.unix_user)
                    + shared(&member.external_id)
            }
            Self::Pipeline(pipeline) => {
                let stages = pipeline.stages.iter().map(|stage| {
                    ENTITY_BASE_BYTES
                        + stage.name.len()
                        + REFERENCE_BYTES * (stage.required_fields.len() + stage.gate.len())
                });
                pipeline.name.len()
                    + stages.sum::<usize>()
                    + HOLIDAY_BYTES * pipeline.calendar.holidays.len()
            }
            Self::Customer(customer) => {
                customer.name.len()
                    + length(&customer.industry)
                    + length(&customer.region)
                    + length(&customer.website)
                    + length(&customer.phone)
                    + length(&customer.note)
                    + shared(&customer.external_id)
                    + customer
                        .sites
                        .iter()
                        .map(|site| REFERENCE_BYTES + site.name.len())
                        .sum::<usize>()
            }
            Self::Contact(contact) => {
                contact.name.len()
                    + length(&contact.title)
                    + length(&contact.phone)
                    + length(&contact.email)
            }
            Self::Opportunity(opportunity) => return opportunity.wire_bytes(),
            Self::Activity(activity) => length(&activity.purpose) + length(&activity.note),
            Self::Alert(alert) => length(&alert.reason),
            Self::ScoreEntry(_) | Self::Goal(_) | Self::PastImage(_) => 0,
            Self::SavedView(view) => view.text_bytes(),
            Self::Approval(approval) => length(&approval.note) + length(&approval.decision_reason),
            Self::Notice(notice) => notice.figures.wire_bytes(),
            Self::Webhook(webhook) => webhook.name.len() + webhook.url.len(),
            Self::DigestSchedule(_) | Self::Delivery(_) | Self::LedgerTransaction(_) => 0,
            Self::Scheme(scheme) => scheme.wire_bytes(),
            Self::Reward(reward) => reward.wire_bytes(),
            Self::Packet(_) => 0,
            Self::Payout(payout) => length(&payout.note) + length(&payout.reference),
            Self::Badge(badge) => length(&badge.reason),
        };
        ENTITY_BASE_BYTES + texts
    }
}

/// What a commit did to a watchable thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Which thing.
    pub key: EntityKey,
    /// What it was; none = it is new.
    pub before: Option<Entity>,
    /// What it is; none = it is gone.
    pub after: Option<Entity>,
}

/// A row the store must write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowChange {
    /// Which row.
    pub key: EntityKey,
    /// What to write; none = delete.
    pub after: Option<Entity>,
}

/// Everything a commit did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitEffects {
    /// What watches see, by key.
    pub changes: Vec<Change>,
    /// What the store writes, by key; score entries included.
    pub rows: Vec<RowChange>,
}
