//! What every resource has in common: a kind, an id, one way to be written.

use sluice_domain::{
    ActivityId, AlertId, ApprovalId, BadgeId, ContactId, CustomerId, DeliveryId, DigestScheduleId,
    Entity, EntityKey, EntityKind, GoalId, LedgerTransactionId, MemberId, NoticeId, OpportunityId,
    PacketId, PayoutId, PipelineId, RewardId, SavedViewId, SchemeId, ScoreEntryId, State, TeamId,
    WebhookId,
};
use sluice_proto::v1::{self, resource::Resource as Kind};

use super::{
    activity, alert, approval, badge, contact, customer, delivery, digest, goal, ledger, member,
    metric, notice, opportunity, packet, payout, pipeline, reward, saved_view, scheme, team,
    value::Id, webhook, workspace,
};

/// A message that shows an entity.
pub trait Resource: prost::Message + Sized {
    /// The entity's kind.
    const KIND: EntityKind;

    /// The key an id names.
    ///
    /// # Errors
    /// What is wrong with the id.
    fn key(id: &str) -> Result<EntityKey, String>;

    /// Shows an entity of the kind.
    fn of(entity: &Entity, state: &State) -> Option<Self>;
}

macro_rules! resources {
    ($($name:ident, $id:ident, |$entity:ident, $state:ident| $write:expr;)*) => {$(
        impl Resource for v1::$name {
            const KIND: EntityKind = EntityKind::$name;

            fn key(id: &str) -> Result<EntityKey, String> {
                <$id as Id>::read(id).map(EntityKey::from)
            }

            fn of(entity: &Entity, $state: &State) -> Option<Self> {
                let Entity::$name($entity) = entity else { return None };
                Some($write)
            }
        }
    )*};
}

resources! {
    Team, TeamId, |it, _state| team::write(it);
    Member, MemberId, |it, _state| member::write(it);
    Pipeline, PipelineId, |it, _state| pipeline::write(it);
    Customer, CustomerId, |it, _state| customer::write(it);
    Contact, ContactId, |it, _state| contact::write(it);
    Opportunity, OpportunityId, |it, state| opportunity::write(it, state);
    Activity, ActivityId, |it, _state| activity::write(it);
    Approval, ApprovalId, |it, state| approval::write(it, state);
    ScoreEntry, ScoreEntryId, |it, state| metric::write(it, state);
    Alert, AlertId, |it, _state| alert::write(it);
    SavedView, SavedViewId, |it, _state| saved_view::write(it);
    Notice, NoticeId, |it, state| notice::write(it, state);
    Goal, GoalId, |it, _state| goal::write(it);
    Webhook, WebhookId, |it, _state| webhook::write(it);
    DigestSchedule, DigestScheduleId, |it, _state| digest::write_schedule(it);
    Delivery, DeliveryId, |it, _state| delivery::write(it);
    Scheme, SchemeId, |it, state| scheme::write(it, state);
    Reward, RewardId, |it, _state| reward::write(it);
    LedgerTransaction, LedgerTransactionId, |it, _state| ledger::write(it);
    Packet, PacketId, |it, _state| packet::write(it);
    Payout, PayoutId, |it, _state| payout::write(it);
    Badge, BadgeId, |it, _state| badge::write(it);
}

impl Resource for v1::Workspace {
    const KIND: EntityKind = EntityKind::Workspace;

    fn key(_: &str) -> Result<EntityKey, String> {
        Ok(EntityKey::WORKSPACE)
    }

    fn of(entity: &Entity, _: &State) -> Option<Self> {
        let Entity::Workspace(it) = entity else {
            return None;
        };
        Some(workspace::write(it))
    }
}

/// Writes any watched entity; `None` for a fact such as a score entry, which watches never show.
pub fn write(entity: &Entity, state: &State) -> Option<v1::Resource> {
    let resource = match entity {
        Entity::Workspace(it) => Kind::Workspace(workspace::write(it)),
        Entity::Team(it) => Kind::Team(team::write(it)),
        Entity::Member(it) => Kind::Member(member::write(it)),
        Entity::Pipeline(it) => Kind::Pipeline(pipeline::write(it)),
        Entity::Customer(it) => Kind::Customer(customer::write(it)),
        Entity::Contact(it) => Kind::Contact(contact::write(it)),
        Entity::Opportunity(it) => Kind::Opportunity(opportunity::write(it, state)),
        Entity::Activity(it) => Kind::Activity(activity::write(it)),
        Entity::Alert(it) => Kind::Alert(alert::write(it)),
        Entity::Approval(it) => Kind::Approval(approval::write(it, state)),
        Entity::ScoreEntry(_)
        | Entity::Delivery(_)
        | Entity::PastImage(_)
        | Entity::LedgerTransaction(_) => return None,
        Entity::Scheme(it) => Kind::Scheme(scheme::write(it, state)),
        Entity::Reward(it) => Kind::Reward(reward::write(it)),
        Entity::Packet(it) => Kind::Packet(packet::write(it)),
        Entity::Payout(it) => Kind::Payout(payout::write(it)),
        Entity::Badge(it) => Kind::Badge(badge::write(it)),
        Entity::SavedView(it) => Kind::SavedView(saved_view::write(it)),
        Entity::Notice(it) => Kind::Notice(notice::write(it, state)),
        Entity::Goal(it) => Kind::Goal(goal::write(it)),
        Entity::Webhook(it) => Kind::Webhook(webhook::write(it)),
        Entity::DigestSchedule(it) => Kind::DigestSchedule(digest::write_schedule(it)),
    };
    Some(v1::Resource {
        resource: Some(resource),
    })
}

/// Writes a watched kind.
pub fn write_kind(kind: EntityKind) -> v1::Kind {
    match kind {
        EntityKind::Workspace => v1::Kind::Workspace,
        EntityKind::Team => v1::Kind::Team,
        EntityKind::Member => v1::Kind::Member,
        EntityKind::Pipeline => v1::Kind::Pipeline,
        EntityKind::Customer => v1::Kind::Customer,
        EntityKind::Contact => v1::Kind::Contact,
        EntityKind::Opportunity => v1::Kind::Opportunity,
        EntityKind::Activity => v1::Kind::Activity,
        EntityKind::Alert => v1::Kind::Alert,
        EntityKind::Approval => v1::Kind::Approval,
        EntityKind::ScoreEntry
        | EntityKind::Delivery
        | EntityKind::PastImage
        | EntityKind::LedgerTransaction => v1::Kind::Unspecified,
        EntityKind::Scheme => v1::Kind::Scheme,
        EntityKind::Reward => v1::Kind::Reward,
        EntityKind::Packet => v1::Kind::Packet,
        EntityKind::Payout => v1::Kind::Payout,
        EntityKind::Badge => v1::Kind::Badge,
        EntityKind::SavedView => v1::Kind::SavedView,
        EntityKind::Notice => v1::Kind::Notice,
        EntityKind::Goal => v1::Kind::Goal,
        EntityKind::Webhook => v1::Kind::Webhook,
        EntityKind::DigestSchedule => v1::Kind::DigestSchedule,
    }
}

/// Reads a watched kind.
pub fn read_kind(kind: v1::Kind) -> Option<EntityKind> {
    EntityKind::ALL
        .into_iter()
        .find(|known| known.is_watchable() && write_kind(*known) == kind)
}
