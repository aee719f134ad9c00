//! Facts, in the past tense: each carries all that `apply` needs, and is never interpreted again.

use serde::{Deserialize, Serialize};

use crate::activity::Activity;
use crate::alert::{Alert, AlertChange};
use crate::approval::Approval;
use crate::badge::Badge;
use crate::command::Patch;
use crate::completeness::FieldFill;
use crate::contact::Contact;
use crate::customer::Customer;
use crate::delivery::{Delivery, DeliveryResult};
use crate::digest_schedule::DigestSchedule;
use crate::entity::EntityKey;
use crate::goal::Goal;
use crate::id::{
    ApprovalId, ContactId, CustomerId, DeliveryId, DigestScheduleId, GoalId, MemberId, NoticeId,
    OpportunityId, PipelineId, SavedViewId, StageId,
};
use crate::ledger::LedgerTransaction;
use crate::member::Member;
use crate::notice::Notice;
use crate::opportunity::{Direction, Grade, Opportunity, StageEntry};
use crate::packet::Packet;
use crate::payout::Payout;
use crate::pipeline::Pipeline;
use crate::reward::{Reward, RewardChange};
use crate::saved_view::SavedView;
use crate::scheme::{Scheme, SchemeChange};
use crate::score::{ScoreEntry, UncreditedReason};
use crate::stagnation::Stagnation;
use crate::team::Team;
use crate::time::{Date, Timestamp};
use crate::webhook::Webhook;
use crate::workspace::Workspace;

/// What about a pipeline changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PipelineChange {
    /// Its name or settings.
    Settings,
    /// A stage was added.
    StageCreated(StageId),
    /// A stage was edited.
    StageUpdated(StageId),
    /// The stages are in another order.
    StagesReordered,
    /// A stage was taken out of use.
    StageRetired(StageId),
}

/// An entry into a stage that happened here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// Which opportunity.
    pub opportunity: OpportunityId,
    /// Its pipeline.
    pub pipeline: PipelineId,
    /// The stage left.
    pub from: StageId,
    /// The stage entered.
    pub to: StageId,
    /// Forward, backward, won …
    pub direction: Direction,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<MemberId>,
    /// The opportunity's amount at that time, in minor units.
    pub amount_minor: i64,
    /// Whether it earned FLOW.
    pub credited: bool,
    /// Why a forward move did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncredited_reason: Option<UncreditedReason>,
    /// The furthest stage ever reached, this one included.
    pub high_water: StageId,
    /// The reason given for losing or reopening.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Box<str>>,
    /// Why a manager let it through a gate that was not met; none = the gate was met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_reason: Option<Box<str>>,
    /// The approval it was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<ApprovalId>,
}

impl Movement {
    /// Bytes of its texts.
    pub(crate) fn text_bytes(&self) -> usize {
        let texts = [&self.comment, &self.override_reason];
        texts.into_iter().flatten().map(|text| text.len()).sum()
    }
}

/// Fields of an opportunity that changed, with their new values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // the fields are those of Opportunity
pub struct Amendment {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount_minor: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_contract_date: Option<Date>,
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub owner: Patch<MemberId>,
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub customer: Patch<CustomerId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contacts: Option<Vec<ContactId>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collaborators: Option<Vec<MemberId>>,
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub source: Patch<Box<str>>,
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub grade: Patch<Grade>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub competitors: Option<Vec<Box<str>>>,
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub win_probability_override_bp: Patch<u16>,
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub note: Patch<Box<str>>,
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub external_id: Patch<Box<str>>,
}

/// A fact. What a caller's command did is one of these, followed by the score entries it caused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The workspace exists.
    WorkspaceSetUp {
        /// Its settings.
        workspace: Workspace,
    },
    /// Its settings changed.
    WorkspaceUpdated {
        /// The settings from now on.
        workspace: Workspace,
        /// When.
        #[serde(default)]
        at: Timestamp,
    },
    /// A team exists.
    TeamCreated {
        /// It.
        team: Team,
    },
    /// A team changed.
    TeamUpdated {
        /// What it is now.
        team: Team,
        /// When.
        #[serde(default)]
        at: Timestamp,
    },
    /// A member exists.
    MemberCreated {
        /// They.
        member: Member,
    },
    /// A member changed.
    MemberUpdated {
        /// What they are now.
        member: Member,
        /// When.
        #[serde(default)]
        at: Timestamp,
    },
    /// A pipeline exists.
    PipelineCreated {
        /// It.
        pipeline: Pipeline,
    },
    /// A pipeline or one of its stages changed.
    PipelineUpdated {
        /// What it is now.
        pipeline: Pipeline,
        /// What about it changed.
        change: PipelineChange,
        /// When.
        #[serde(default)]
        at: Timestamp,
    },
    /// A customer exists.
    CustomerCreated {
        /// It.
        customer: Customer,
    },
    /// A customer changed.
    CustomerUpdated {
        /// What it is now.
        customer: Customer,
    },
    /// A contact exists.
    ContactCreated {
        /// They.
        contact: Contact,
    },
    /// A contact changed.
    ContactUpdated {
        /// What they are now.
        contact: Contact,
    },
    /// An opportunity exists.
    OpportunityCreated {
        /// It, with the first entry of its history.
        opportunity: Box<Opportunity>,
    },
    /// Fields of an opportunity changed.
    OpportunityAmended {
        /// Which.
        opportunity: OpportunityId,
        /// When.
        at: Timestamp,
        /// Who did it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        actor: Option<MemberId>,
        /// The new values.
        amendment: Box<Amendment>,
        /// The amount before, if it changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        previous_amount_minor: Option<i64>,
        /// The amount changed by more than 20 % after a credited move (DOMAIN.md §4).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        flagged: bool,
    },
    /// An opportunity entered an open or won stage.
    OpportunityMoved {
        /// How.
        movement: Box<Movement>,
    },
    /// An opportunity entered a lost stage.
    OpportunityLost {
        /// How; the comment is the reason.
        movement: Box<Movement>,
    },
    /// A won or lost opportunity is open again.
    OpportunityReopened {
        /// How; the comment is the reason.
        movement: Box<Movement>,
    },
    /// A move was taken back within its grace: the opportunity stands as if it had not been made (DOMAIN.md §4).
    OpportunityMoveUndone {
        /// Which.
        opportunity: OpportunityId,
        /// When.
        at: Timestamp,
        /// Who did it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        actor: Option<MemberId>,
        /// The stage entry that is gone.
        undone: Box<StageEntry>,
    },
    /// An opportunity was put away.
    OpportunityArchived {
        /// Which.
        opportunity: OpportunityId,
        /// When.
        at: Timestamp,
        /// Who did it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        actor: Option<MemberId>,
    },
    /// An opportunity was taken out of the archive.
    OpportunityRestored {
        /// Which.
        opportunity: OpportunityId,
        /// When.
        at: Timestamp,
        /// Who did it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        actor: Option<MemberId>,
    },
    /// An import made or changed an opportunity.
    OpportunityImported {
        /// What it is now.
        opportunity: Box<Opportunity>,
        /// Rows of the call that made it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        created_rows: Vec<u32>,
        /// Rows of the call that changed it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        amended_rows: Vec<u32>,
        /// When.
        #[serde(default)]
        at: Timestamp,
        /// Who did it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        actor: Option<MemberId>,
    },
    /// An activity was recorded.
    ActivityLogged {
        /// It.
        activity: Activity,
    },
    /// The stage clock of an opportunity reached a level.
    OpportunityStagnated {
        /// Which.
        opportunity: OpportunityId,
        /// In which stage.
        stage: StageId,
        /// The level, and the instant at which the clock reached it.
        stagnation: Stagnation,
        /// When it was told.
        at: Timestamp,
    },
    /// A period or a calendar changed, and an opportunity is below the level it had reached.
    StagnationLifted {
        /// Which.
        opportunity: OpportunityId,
        /// In which stage.
        stage: StageId,
        /// The level that is left; none = it flows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stagnation: Option<Stagnation>,
        /// When it was told.
        at: Timestamp,
    },
    /// Somebody is told of a stagnation.
    AlertRaised {
        /// What they are told.
        alert: Alert,
    },
    /// An alert was answered, came back, or says nothing any more.
    AlertUpdated {
        /// What it is now.
        alert: Alert,
        /// What happened to it.
        change: AlertChange,
    },
    /// A goal exists.
    GoalCreated {
        /// It.
        goal: Goal,
    },
    /// A goal changed.
    GoalUpdated {
        /// What it is now.
        goal: Goal,
    },
    /// A goal reached 50, 90 or 100 % of its target for the first time (DOMAIN.md §5).
    GoalReached {
        /// Which.
        goal: GoalId,
        /// The share that is told of, in percent.
        percent: u8,
        /// What had been reached then: a count, or minor units.
        value: i128,
        /// When.
        at: Timestamp,
    },
    /// Somebody asked a manager to let an opportunity into a stage.
    ApprovalRequested {
        /// What they asked.
        approval: Approval,
    },
    /// A manager approved or refused.
    ApprovalDecided {
        /// What it is now.
        approval: Approval,
    },
    /// An approval was used up or holds no longer.
    ApprovalEnded {
        /// What it is now.
        approval: Approval,
    },
    /// The move that ended an approval was undone: it is what it was.
    ApprovalBroughtBack {
        /// What it is now.
        approval: Approval,
    },
    /// Something counted for a metric, or was taken back.
    ScoreRecorded {
        /// The fact.
        entry: ScoreEntry,
    },
    /// A view was saved.
    SavedViewCreated {
        /// It.
        view: SavedView,
    },
    /// A saved view changed.
    SavedViewUpdated {
        /// What it is now.
        view: SavedView,
    },
    /// A saved view is gone.
    SavedViewDeleted {
        /// Which.
        id: SavedViewId,
    },
    /// A notice was put into a member's inbox.
    NoticePosted {
        /// It.
        notice: Notice,
    },
    /// A notice was read.
    NoticeRead {
        /// Which.
        notice: NoticeId,
        /// When.
        at: Timestamp,
    },
    /// A webhook exists.
    WebhookCreated {
        /// It.
        webhook: Webhook,
    },
    /// A webhook changed, or was removed.
    WebhookUpdated {
        /// What it is now.
        webhook: Webhook,
    },
    /// A schedule of digests exists.
    DigestScheduleCreated {
        /// It.
        schedule: DigestSchedule,
    },
    /// A schedule of digests changed, or has told a cycle.
    DigestScheduleUpdated {
        /// What it is now.
        schedule: DigestSchedule,
    },
    /// A schedule of digests is gone.
    DigestScheduleDeleted {
        /// Which.
        schedule: DigestScheduleId,
    },
    /// A message is to be sent.
    DeliveryQueued {
        /// It.
        delivery: Delivery,
    },
    /// It was tried to send a message, or it was given up.
    DeliveryAttempted {
        /// Which.
        delivery: DeliveryId,
        /// What came of it.
        result: DeliveryResult,
        /// When.
        at: Timestamp,
    },
    /// A message is sent once more from the beginning.
    DeliveryRetried {
        /// Which.
        delivery: DeliveryId,
        /// When.
        at: Timestamp,
    },
    /// A field of a customer was filled in for the first time.
    CustomerFieldFilled {
        /// Which customer.
        customer: CustomerId,
        /// Which field, by whom and when.
        fill: FieldFill,
    },
    /// A scheme exists.
    SchemeCreated {
        /// It.
        scheme: Box<Scheme>,
    },
    /// A scheme changed.
    SchemeUpdated {
        /// What it is now.
        scheme: Box<Scheme>,
        /// What about it changed.
        change: SchemeChange,
    },
    /// A reward was granted, or recorded that the fund cannot pay.
    RewardGranted {
        /// It.
        reward: Box<Reward>,
    },
    /// A reward vested, was approved, shared, claimed, expired or taken back.
    RewardUpdated {
        /// What it is now.
        reward: Box<Reward>,
        /// What happened to it.
        change: RewardChange,
    },
    /// The ledger has a further transaction.
    LedgerPosted {
        /// It.
        transaction: LedgerTransaction,
    },
    /// A packet was sent.
    PacketSent {
        /// It.
        packet: Packet,
    },
    /// A packet was opened, went back or was taken back.
    PacketUpdated {
        /// What it is now.
        packet: Packet,
    },
    /// Wallets were charged for a payout.
    PayoutCreated {
        /// It.
        payout: Payout,
    },
    /// A payout was marked paid or called off.
    PayoutUpdated {
        /// What it is now.
        payout: Payout,
    },
    /// A badge was given.
    BadgeGiven {
        /// It.
        badge: Badge,
    },
}

impl Event {
    /// What the event is about: what a create made, what a move moved. None for score entries, which only follow from others.
    pub fn subject(&self) -> Option<EntityKey> {
        let key = match self {
            Self::WorkspaceSetUp { .. } | Self::WorkspaceUpdated { .. } => EntityKey::WORKSPACE,
            Self::TeamCreated { team } | Self::TeamUpdated { team, .. } => team.id.into(),
            Self::MemberCreated { member } | Self::MemberUpdated { member, .. } => member.id.into(),
            Self::PipelineCreated { pipeline } | Self::PipelineUpdated { pipeline, .. } => {
                pipeline.id.into()
            }
            Self::CustomerCreated { customer } | Self::CustomerUpdated { customer } => {
                customer.id.into()
            }
            Self::ContactCreated { contact } | Self::ContactUpdated { contact } => {
                contact.id.into()
            }
            Self::OpportunityCreated { opportunity }
            | Self::OpportunityImported { opportunity, .. } => opportunity.id.into(),
            Self::OpportunityStagnated { opportunity, .. }
            | Self::StagnationLifted { opportunity, .. } => (*opportunity).into(),
            Self::AlertRaised { alert } | Self::AlertUpdated { alert, .. } => alert.id.into(),
            Self::OpportunityAmended { opportunity, .. }
            | Self::OpportunityMoveUndone { opportunity, .. }
            | Self::OpportunityArchived { opportunity, .. }
            | Self::OpportunityRestored { opportunity, .. } => (*opportunity).into(),
            Self::OpportunityMoved { movement }
            | Self::OpportunityLost { movement }
            | Self::OpportunityReopened { movement } => movement.opportunity.into(),
            Self::ActivityLogged { activity } => activity.id.into(),
            Self::GoalCreated { goal } | Self::GoalUpdated { goal } => goal.id.into(),
            Self::GoalReached { goal, .. } => (*goal).into(),
            Self::ApprovalRequested { approval }
            | Self::ApprovalDecided { approval }
            | Self::ApprovalEnded { approval }
            | Self::ApprovalBroughtBack { approval } => approval.id.into(),
            Self::ScoreRecorded { .. } => return None,
            Self::SavedViewCreated { view } | Self::SavedViewUpdated { view } => view.id.into(),
            Self::SavedViewDeleted { id } => (*id).into(),
            Self::NoticePosted { notice } => notice.id.into(),
            Self::NoticeRead { notice, .. } => (*notice).into(),
            Self::WebhookCreated { webhook } | Self::WebhookUpdated { webhook } => {
                webhook.id.into()
            }
            Self::DigestScheduleCreated { schedule } | Self::DigestScheduleUpdated { schedule } => {
                schedule.id.into()
            }
            Self::DigestScheduleDeleted { schedule } => (*schedule).into(),
            Self::DeliveryQueued { delivery } => delivery.id.into(),
            Self::DeliveryAttempted { delivery, .. } | Self::DeliveryRetried { delivery, .. } => {
                (*delivery).into()
            }
            Self::CustomerFieldFilled { customer, .. } => (*customer).into(),
            Self::SchemeCreated { scheme } | Self::SchemeUpdated { scheme, .. } => scheme.id.into(),
            Self::RewardGranted { reward } | Self::RewardUpdated { reward, .. } => reward.id.into(),
            Self::LedgerPosted { transaction } => transaction.id.into(),
            Self::PacketSent { packet } | Self::PacketUpdated { packet } => packet.id.into(),
            Self::PayoutCreated { payout } | Self::PayoutUpdated { payout } => payout.id.into(),
            Self::BadgeGiven { badge } => badge.id.into(),
        };
        Some(key)
    }
}
