//! What a caller may ask for: one payload per verb. Values are as given; `decide` cleans and judges them.

mod activity;
mod approval;
mod customer;
mod goal;
mod incentive;
mod movement;
mod outbox;

use serde::{Deserialize, Serialize};

pub use goal::{
    ArchiveGoal, CreateGoal, DecomposeGoal, GoalPart, GoalSplit, ImportGoals, ImportedGoal,
    UpdateGoal,
};
pub use incentive::{
    CancelPayout, ClaimRewards, CreatePayout, CreateScheme, DecideReward, EndScheme, FundReward,
    GiveThanks, GrantReward, MarkPayoutPaid, OpenPacket, PublishScheme, ReverseReward,
    UpdateScheme,
};
pub use outbox::{
    CreateDigestSchedule, CreateWebhook, DeleteDigestSchedule, MarkNoticesRead, RecordDelivery,
    RemoveWebhook, RetryDelivery, TestWebhook, UpdateDigestSchedule, UpdateWebhook,
};

use crate::calendar::Calendar;
use crate::entity::EntityKind;
use crate::gate::Gate;
use crate::id::{
    AlertId, ContactId, CustomerId, MemberId, OpportunityId, PipelineId, SavedViewId, StageId,
    TeamId,
};
use crate::import::{ImportHistory, ImportOpportunities};
use crate::member::Role;
use crate::money::Money;
use crate::opportunity::Grade;
use crate::pipeline::PipelineTemplate;
use crate::stage::{RequiredField, StageKind};
use crate::time::{Date, Timestamp};
use crate::workspace::Language;

pub use activity::{CheckInClaim, LogActivity};
pub use approval::{DecideApproval, RequestApproval};
pub use customer::{CreateContact, CreateCustomer, UpdateContact, UpdateCustomer};
pub use movement::{LoseOpportunity, MoveOpportunity, ReopenOpportunity, UndoMove};

/// A change to a field that can also be emptied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Patch<T> {
    /// Leave it as it is.
    #[default]
    Keep,
    /// Empty it.
    Clear,
    /// Set it.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether it changes nothing.
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// `Set` or `Clear`: what a field mask with this field means.
    pub fn from_option(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }

    /// The value after the change.
    pub fn resolve(self, current: Option<T>) -> Option<T> {
        match self {
            Self::Keep => current,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The same change of another type.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(convert(value)),
        }
    }
}

/// What a command leaves at its default is not written: a request's fingerprint stays what it was before there was such a
/// field.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Sets up the workspace; the first command of every log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetUpWorkspace {
    /// What people call it.
    pub name: String,
    /// IANA name.
    pub time_zone: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Language of the stages' names.
    pub language: Language,
    /// The stages to start with.
    pub template: PipelineTemplate,
    /// The first member, an ADMIN.
    pub administrator: Option<NewAdministrator>,
}

/// The first member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAdministrator {
    /// What people call them.
    pub name: String,
    /// The operating system's user.
    pub unix_user: Option<String>,
}

/// Changes the workspace's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateWorkspace {
    /// New name.
    pub name: Option<String>,
    /// New IANA time zone; cycles of the past are reckoned in it from then on.
    pub time_zone: Option<String>,
    /// New currency; only while there is no opportunity.
    pub currency: Option<String>,
    /// New language.
    pub language: Option<Language>,
    /// New default pipeline.
    pub default_pipeline: Option<PipelineId>,
    /// New radius of a site, in metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_in_radius_m: Option<u32>,
    /// New bound of a device's accuracy, in metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_in_accuracy_m: Option<u32>,
    /// New gap between check-ins that count, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_in_gap_minutes: Option<u32>,
    /// New cap of check-ins that count in a day; 0 = none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_in_daily_cap: Option<u32>,
}

/// Creates a team.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateTeam {
    /// What people call it.
    pub name: String,
    /// The team above.
    pub parent: Option<TeamId>,
    /// Who leads it.
    pub manager: Option<MemberId>,
    /// Its id in another system.
    pub external_id: Option<String>,
}

/// Changes a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateTeam {
    /// Which.
    pub id: TeamId,
    /// New name.
    pub name: Option<String>,
    /// New team above.
    pub parent: Patch<TeamId>,
    /// New manager.
    pub manager: Patch<MemberId>,
    /// New foreign id.
    pub external_id: Patch<String>,
}

/// Creates a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateMember {
    /// What people call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Where they work.
    pub team: Option<TeamId>,
    /// The operating system's user.
    pub unix_user: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Their id in another system.
    pub external_id: Option<String>,
}

/// Changes a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateMember {
    /// Which.
    pub id: MemberId,
    /// New name.
    pub name: Option<String>,
    /// New role.
    pub role: Option<Role>,
    /// New team.
    pub team: Patch<TeamId>,
    /// New user of the operating system.
    pub unix_user: Patch<String>,
    /// New e-mail address.
    pub email: Patch<String>,
    /// New foreign id.
    pub external_id: Patch<String>,
    /// False: they have left. True: they are back.
    pub active: Option<bool>,
}

/// A stage to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewStage {
    /// What people call it.
    pub name: String,
    /// Open, won or lost.
    pub kind: StageKind,
    /// In basis points; none = 100 % for won, 0 for lost; open stages must say.
    pub win_probability_bp: Option<u16>,
    /// Days after which an opportunity in it is stalled; open stages only.
    pub stagnation_period_days: Option<u16>,
    /// What must be filled in to enter it.
    pub required_fields: Vec<RequiredField>,
    /// What else must be true to enter it.
    pub gate: Gate,
}

/// Creates a pipeline with its stages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatePipeline {
    /// What people call it.
    pub name: String,
    /// In order: open, won, lost; at least one of each.
    pub stages: Vec<NewStage>,
    /// Whether a forward move may leave out stages; the default is yes.
    pub allow_skipping: Option<bool>,
    /// On which days its stage clocks run.
    #[serde(default, skip_serializing_if = "is_default")]
    pub calendar: Calendar,
}

/// Changes a pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdatePipeline {
    /// Which.
    pub id: PipelineId,
    /// New name.
    pub name: Option<String>,
    /// Whether a forward move may leave out stages.
    pub allow_skipping: Option<bool>,
    /// On which days its stage clocks run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Calendar>,
    /// True retires it (only while no open opportunity stands in it), false takes it back into use.
    pub retired: Option<bool>,
}

/// Adds a stage to a pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateStage {
    /// Where.
    pub pipeline: PipelineId,
    /// The stage.
    pub stage: NewStage,
    /// The stage it comes after; none = as the last of its kind.
    pub after: Option<StageId>,
}

/// Changes a stage. Its kind never changes: what it meant for past moves would change with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateStage {
    /// Which.
    pub id: StageId,
    /// New name.
    pub name: Option<String>,
    /// New win probability in basis points.
    pub win_probability_bp: Option<u16>,
    /// New stagnation period in days.
    pub stagnation_period_days: Patch<u16>,
    /// New list of required fields.
    pub required_fields: Option<Vec<RequiredField>>,
    /// New demands besides fields, all of them.
    pub gate: Option<Gate>,
}

/// Puts the stages in use of a pipeline in another order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReorderStages {
    /// Which pipeline.
    pub pipeline: PipelineId,
    /// Every stage in use, once, in the new order: open, won, lost.
    pub stages: Vec<StageId>,
}

/// Takes a stage out of use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetireStage {
    /// Which.
    pub id: StageId,
    /// Where opportunities that stand in it go; none = refuse while there are any.
    pub move_to: Option<StageId>,
}

/// Creates an opportunity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateOpportunity {
    /// What people call it.
    pub name: String,
    /// Amount; zero is allowed, below is not.
    pub amount: Money,
    /// When the contract is expected.
    pub expected_contract_date: Date,
    /// None = the default pipeline, or that of `stage`.
    pub pipeline: Option<PipelineId>,
    /// An open stage; none = the first of the pipeline.
    pub stage: Option<StageId>,
    /// Who sells it; none = unassigned.
    pub owner: Option<MemberId>,
    /// Who may buy.
    pub customer: Option<CustomerId>,
    /// Contacts that matter for it.
    pub contacts: Vec<ContactId>,
    /// Members who help the owner.
    pub collaborators: Vec<MemberId>,
    /// Where it came from.
    pub source: Option<String>,
    /// How good it is.
    pub grade: Option<Grade>,
    /// Who else wants to sell.
    pub competitors: Vec<String>,
    /// Overrides the stage's win probability.
    pub win_probability_override_bp: Option<u16>,
    /// Free text.
    pub note: Option<String>,
    /// Its id in another system.
    pub external_id: Option<String>,
}

impl CreateOpportunity {
    /// One with the mandatory fields only.
    pub fn new(name: impl Into<String>, amount: Money, expected_contract_date: Date) -> Self {
        Self {
            name: name.into(),
            amount,
            expected_contract_date,
            pipeline: None,
            stage: None,
            owner: None,
            customer: None,
            contacts: Vec::new(),
            collaborators: Vec::new(),
            source: None,
            grade: None,
            competitors: Vec::new(),
            win_probability_override_bp: None,
            note: None,
            external_id: None,
        }
    }
}

/// Changes fields of an opportunity; its stage changes by moves only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmendOpportunity {
    /// Which.
    pub id: OpportunityId,
    /// New name.
    pub name: Option<String>,
    /// New amount.
    pub amount: Option<Money>,
    /// New expected contract date; it cannot be emptied.
    pub expected_contract_date: Option<Date>,
    /// New owner; credit for the past stays where it is.
    pub owner: Patch<MemberId>,
    /// New customer.
    pub customer: Patch<CustomerId>,
    /// New list of contacts.
    pub contacts: Option<Vec<ContactId>>,
    /// New list of collaborators.
    pub collaborators: Option<Vec<MemberId>>,
    /// New source.
    pub source: Patch<String>,
    /// New grade.
    pub grade: Patch<Grade>,
    /// New list of competitors.
    pub competitors: Option<Vec<String>>,
    /// New win probability of its own.
    pub win_probability_override_bp: Patch<u16>,
    /// New note.
    pub note: Patch<String>,
    /// New foreign id.
    pub external_id: Patch<String>,
}

impl AmendOpportunity {
    /// One that changes nothing yet.
    pub const fn of(id: OpportunityId) -> Self {
        Self {
            id,
            name: None,
            amount: None,
            expected_contract_date: None,
            owner: Patch::Keep,
            customer: Patch::Keep,
            contacts: None,
            collaborators: None,
            source: Patch::Keep,
            grade: Patch::Keep,
            competitors: None,
            win_probability_override_bp: Patch::Keep,
            note: Patch::Keep,
            external_id: Patch::Keep,
        }
    }
}

/// Puts an opportunity away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveOpportunity {
    /// Which.
    pub id: OpportunityId,
}

/// Takes an opportunity out of the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoreOpportunity {
    /// Which.
    pub id: OpportunityId,
}

/// Says that an alert was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcknowledgeAlert {
    /// Which.
    pub id: AlertId,
    /// What is being done about it; may be left out.
    pub reason: Option<String>,
}

/// Puts an alert off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnoozeAlert {
    /// Which.
    pub id: AlertId,
    /// Until when: in the future, within `MAX_SNOOZE_DAYS`.
    pub until: Timestamp,
    /// Why; must not be empty.
    pub reason: String,
}

/// Saves a view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateSavedView {
    /// What people call it.
    pub name: String,
    /// Whether it is everybody's to use.
    pub shared: bool,
    /// What it lists.
    pub kind: EntityKind,
    /// Which of them.
    pub filter: String,
    /// In which order.
    pub order_by: String,
    /// By what to group.
    pub group_by: String,
    /// Which columns to show.
    pub columns: String,
}

/// Changes a saved view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateSavedView {
    /// Which.
    pub id: SavedViewId,
    /// New name.
    pub name: Option<String>,
    /// Whether it is everybody's to use from now on.
    pub shared: Option<bool>,
    /// New filter.
    pub filter: Option<String>,
    /// New order.
    pub order_by: Option<String>,
    /// New groups.
    pub group_by: Option<String>,
    /// New columns.
    pub columns: Option<String>,
}

/// Deletes a saved view for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteSavedView {
    /// Which.
    pub id: SavedViewId,
}

/// Everything a caller may ask for. One command = one commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // each variant is documented by its payload
pub enum Command {
    SetUpWorkspace(SetUpWorkspace),
    UpdateWorkspace(UpdateWorkspace),
    CreateTeam(CreateTeam),
    UpdateTeam(UpdateTeam),
    CreateMember(CreateMember),
    UpdateMember(UpdateMember),
    CreatePipeline(CreatePipeline),
    UpdatePipeline(UpdatePipeline),
    CreateStage(CreateStage),
    UpdateStage(UpdateStage),
    ReorderStages(ReorderStages),
    RetireStage(RetireStage),
    CreateCustomer(CreateCustomer),
    UpdateCustomer(UpdateCustomer),
    CreateContact(CreateContact),
    UpdateContact(UpdateContact),
    CreateOpportunity(Box<CreateOpportunity>),
    AmendOpportunity(Box<AmendOpportunity>),
    MoveOpportunity(MoveOpportunity),
    LoseOpportunity(LoseOpportunity),
    ReopenOpportunity(ReopenOpportunity),
    UndoMove(UndoMove),
    ArchiveOpportunity(ArchiveOpportunity),
    RestoreOpportunity(RestoreOpportunity),
    LogActivity(LogActivity),
    CreateGoal(CreateGoal),
    UpdateGoal(UpdateGoal),
    ArchiveGoal(ArchiveGoal),
    DecomposeGoal(DecomposeGoal),
    RequestApproval(RequestApproval),
    DecideApproval(DecideApproval),
    ImportGoals(ImportGoals),
    ImportOpportunities(ImportOpportunities),
    ImportHistory(ImportHistory),
    AcknowledgeAlert(AcknowledgeAlert),
    SnoozeAlert(SnoozeAlert),
    CreateSavedView(CreateSavedView),
    UpdateSavedView(UpdateSavedView),
    DeleteSavedView(DeleteSavedView),
    MarkNoticesRead(MarkNoticesRead),
    CreateWebhook(CreateWebhook),
    UpdateWebhook(UpdateWebhook),
    RemoveWebhook(RemoveWebhook),
    TestWebhook(TestWebhook),
    CreateDigestSchedule(CreateDigestSchedule),
    UpdateDigestSchedule(UpdateDigestSchedule),
    DeleteDigestSchedule(DeleteDigestSchedule),
    RetryDelivery(RetryDelivery),
    RecordDelivery(RecordDelivery),
    CreateScheme(Box<CreateScheme>),
    UpdateScheme(Box<UpdateScheme>),
    PublishScheme(PublishScheme),
    EndScheme(EndScheme),
    ClaimRewards(ClaimRewards),
    DecideReward(DecideReward),
    ReverseReward(ReverseReward),
    FundReward(FundReward),
    GrantReward(GrantReward),
    OpenPacket(OpenPacket),
    CreatePayout(CreatePayout),
    MarkPayoutPaid(MarkPayoutPaid),
    CancelPayout(CancelPayout),
    GiveThanks(GiveThanks),
    /// Time has passed: everything due by `Context::now` happens.
    Tick,
}
