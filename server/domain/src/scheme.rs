//! The incentive scheme (激励方案): a versioned rule that turns movement into rewards (DOMAIN.md §6).

use serde::{Deserialize, Serialize};

use crate::activity::ActivityKind;
use crate::completeness::CustomerField;
use crate::cycle::{CycleUnit, Window};
use crate::goal::Measure;
use crate::id::{MemberId, PipelineId, SchemeId, StageId, TeamId};
use crate::limits::{ENTITY_BASE_BYTES, REFERENCE_BYTES, SCHEME_VERSION_BYTES};
use crate::member::Role;
use crate::money::Currency;
use crate::score::Metric;
use crate::time::Timestamp;

/// What rewards are counted in. Points and money never mix: every account holds each unit apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Unit {
    /// Points: whole numbers.
    Points,
    /// Money, in minor units.
    Money(Currency),
}

/// The systems of rewards (DOMAIN.md §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum System {
    /// 任务激励: a target before a deadline.
    Task,
    /// 商机激励: creating, moving, winning, reviving.
    Opportunity,
    /// 客户资料激励: customer data.
    CustomerData,
    /// 商机活动激励: activities and check-ins.
    Activity,
    /// 裂变激励: a share of each reward for the team.
    Split,
    /// Ranks and attainment at the end of a cycle.
    Ranking,
    /// A manager's personal reward.
    Grant,
}

impl System {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 7] = [
        Self::Task,
        Self::Opportunity,
        Self::CustomerData,
        Self::Activity,
        Self::Split,
        Self::Ranking,
        Self::Grant,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Task => "TASK",
            Self::Opportunity => "OPPORTUNITY",
            Self::CustomerData => "CUSTOMER_DATA",
            Self::Activity => "ACTIVITY",
            Self::Split => "SPLIT",
            Self::Ranking => "RANKING",
            Self::Grant => "GRANT",
        }
    }
}

/// Over which time a task is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TaskPeriod {
    /// Once, on these days: the last of them is the deadline.
    Once(Window),
    /// In each cycle of this unit anew: its end is the deadline.
    Each(CycleUnit),
}

/// What an opportunity rule pays for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Trigger {
    /// A credited NEW entry.
    Created,
    /// A credited forward move into one of the stages of the terms (any open stage where none is named).
    Entered,
    /// A credited WON entry; such a move pays no `Entered` rule.
    Won,
    /// A credited REVIVED entry.
    Revived,
}

/// How much an opportunity rule pays, in the scheme's unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Payment {
    /// Always the same.
    Fixed(i64),
    /// A share of the amount the event was recorded with, rounded down. In points: of its whole currency units.
    Share {
        /// In basis points, 1 to 10,000.
        bp: u16,
        /// At least this; 0 = no floor.
        #[serde(default)]
        floor: i64,
        /// At most this; none = no cap.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cap: Option<i64>,
    },
}

/// What an activity rule pays for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ActivityTrigger {
    /// A VERIFIED check-in that counts (DOMAIN.md §8).
    CheckIn,
    /// An activity of one of these kinds, on the day it is recorded or the day before; empty = any kind but a note.
    Completed(Vec<ActivityKind>),
}

/// How the packets of a split are measured out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SplitMethod {
    /// Equal, what is left over going to the earliest-joined members, one unit each.
    Equal,
    /// A seeded draw whose seed is published with the reward.
    Lucky,
}

/// Who gets the packets of a split, the earner and the giver of a grant excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SplitAudience {
    /// The active members of the earner's team.
    Team,
    /// The collaborators of the opportunity; nobody where the reward is about none.
    Collaborators,
}

/// What a ranking ranks by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RankedBy {
    /// The value of a process metric.
    Metric(Metric, Measure),
    /// The share of the own goal of that metric and cycle; who has no goal is not ranked.
    TargetShare(Metric, Measure),
    /// What was earned in rewards of the scheme's unit.
    RewardIncome,
}

/// A payment for reaching a share of the own target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AttainmentTier {
    /// The share from which it is paid, in basis points: 10,000 = the target.
    pub from_bp: u32,
    /// What is paid; of several tiers reached, the highest only.
    pub amount: i64,
}

/// Who is ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Contender {
    /// Members.
    Member,
    /// Teams; the prize goes to the members of the team, in equal parts.
    Team,
}

/// The rule of a scheme. Amounts are in the scheme's unit: points, or minor units.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Rule {
    /// Pays who reaches a target in time; they may claim it until the claim window closes.
    Task {
        /// In which metric.
        metric: Metric,
        /// By count or by amount.
        measure: Measure,
        /// How much is to be reached: entries, or minor units of the workspace's currency.
        target: i64,
        /// In which time.
        period: TaskPeriod,
        /// What it pays.
        amount: i64,
    },
    /// Pays for what happens to an opportunity.
    Opportunity {
        /// For what.
        on: Trigger,
        /// How much.
        payment: Payment,
        /// For REVIVED: only if an activity was recorded while the deal was stalled.
        needs_activity: bool,
        /// For NEW: pending until the first forward move or for so many days; 0 = claimable at once.
        vesting_days: u16,
    },
    /// Pays for data of customers.
    CustomerData {
        /// The fields that pay, each once per customer; empty = all.
        fields: Vec<CustomerField>,
        /// What a field pays; 0 = nothing.
        per_field: i64,
        /// The completeness from which `complete` is paid, in basis points.
        threshold_bp: u16,
        /// What reaching the threshold pays, once per customer; 0 = nothing.
        complete: i64,
    },
    /// Pays for activities.
    Activity {
        /// For which.
        on: ActivityTrigger,
        /// What each pays.
        amount: i64,
        /// How many pay in a day; 0 = no bound.
        daily_cap: u32,
        /// Minutes between two that pay; 0 = no gap.
        min_gap_minutes: u32,
    },
    /// Breaks a share of each reward into packets.
    Split {
        /// The schemes whose rewards are split; empty = all of the same unit.
        covers: Vec<SchemeId>,
        /// The share, in basis points.
        share_bp: u16,
        /// How it is measured out.
        method: SplitMethod,
        /// To whom.
        audience: SplitAudience,
        /// How long packets can be opened, in hours.
        window_hours: u16,
    },
    /// Pays at the end of each cycle.
    Ranking {
        /// By what.
        by: RankedBy,
        /// Whom.
        contender: Contender,
        /// In which cycle.
        unit: CycleUnit,
        /// Prizes of ranks 1, 2, 3 …; tied ranks pool and divide theirs.
        prizes: Vec<i64>,
        /// Payments by share of the own target, for `RankedBy::TargetShare` of members.
        attainment: Vec<AttainmentTier>,
    },
    /// Lets managers reward personally.
    Grant {
        /// What one giver may give in a month.
        monthly_cap: i64,
    },
}

impl Rule {
    /// The system it belongs to.
    pub const fn system(&self) -> System {
        match self {
            Self::Task { .. } => System::Task,
            Self::Opportunity { .. } => System::Opportunity,
            Self::CustomerData { .. } => System::CustomerData,
            Self::Activity { .. } => System::Activity,
            Self::Split { .. } => System::Split,
            Self::Ranking { .. } => System::Ranking,
            Self::Grant { .. } => System::Grant,
        }
    }
}

/// Who can earn: whoever is in one of the lists; everybody where all are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Audience {
    /// These members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<MemberId>,
    /// Members of these teams and of those below them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<TeamId>,
    /// Members in these roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
}

/// A bound of what one member earns under a scheme in a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cap {
    /// In which cycle.
    pub unit: CycleUnit,
    /// At most this.
    pub amount: i64,
}

/// Everything a version of a scheme lays down.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Terms {
    /// What is paid for, and how much.
    pub rule: Rule,
    /// Who can earn.
    #[serde(default)]
    pub audience: Audience,
    /// Only in these pipelines; empty = all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pipelines: Vec<PipelineId>,
    /// Only into these stages; empty = all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<StageId>,
    /// All that the scheme may ever pay; none = no bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<i64>,
    /// What one member may earn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<Cap>,
    /// Whether a manager must approve a reward before it can be claimed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub approval: bool,
    /// How long a reward can be claimed, in days.
    pub claim_days: u16,
}

impl Terms {
    /// Estimated bytes on the wire.
    pub(crate) fn wire_bytes(&self) -> usize {
        let listed = match &self.rule {
            Rule::Split { covers, .. } => covers.len(),
            Rule::Ranking {
                prizes, attainment, ..
            } => prizes.len() + attainment.len(),
            Rule::CustomerData { fields, .. } => fields.len(),
            _ => 0,
        };
        let audience = &self.audience;
        let named = audience.members.len() + audience.teams.len() + audience.roles.len();
        let scope = self.pipelines.len() + self.stages.len() + self.caps.len();
        ENTITY_BASE_BYTES + REFERENCE_BYTES * (listed + named + scope)
    }
}

/// A published version: immutable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemeVersion {
    /// 1, 2, 3 …
    pub number: u32,
    /// What it lays down.
    pub terms: Terms,
    /// When it was published.
    pub published_at: Timestamp,
    /// By whom; none = the built-in administrator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_by: Option<MemberId>,
    /// From when it holds: at once for the first, else the start of the next day of the workspace.
    pub effective_at: Timestamp,
}

/// How far a scheme has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SchemeState {
    /// Never published: it pays nothing.
    Draft,
    /// A version is published.
    Published,
    /// It pays for nothing that happens from now on; what it granted lives on.
    Ended,
}

impl SchemeState {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::Published => "PUBLISHED",
            Self::Ended => "ENDED",
        }
    }
}

/// What about a scheme changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SchemeChange {
    /// Its name, note or draft.
    Edited,
    /// Its draft was published.
    Published,
    /// It was ended.
    Ended,
    /// A cycle of a ranking was closed.
    CycleClosed,
}

/// An incentive scheme with its published versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheme {
    /// Its id.
    pub id: SchemeId,
    /// What people call it.
    pub name: Box<str>,
    /// Free text for those it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Box<str>>,
    /// What it pays in; fixed once a version is published.
    pub unit: Unit,
    /// Terms that are not published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<Box<Terms>>,
    /// Published versions, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<SchemeVersion>,
    /// When it was ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// For a ranking: the end of the last cycle that was paid or passed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_until: Option<crate::time::Date>,
    /// Who created it; none = the built-in administrator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<MemberId>,
    /// When it was created.
    pub created_at: Timestamp,
    /// Revision of the last commit that changed it.
    pub revision: u64,
}

impl Scheme {
    /// How far it has come.
    pub const fn state(&self) -> SchemeState {
        if self.ended_at.is_some() {
            SchemeState::Ended
        } else if self.versions.is_empty() {
            SchemeState::Draft
        } else {
            SchemeState::Published
        }
    }

    /// The version that holds at an instant; none before the first, and once it is ended.
    pub fn version_at(&self, at: Timestamp) -> Option<&SchemeVersion> {
        if self.ended_at.is_some_and(|ended| ended <= at) {
            return None;
        }
        self.versions
            .iter()
            .rev()
            .find(|version| version.effective_at <= at)
    }

    /// A published version by its number.
    pub fn version(&self, number: u32) -> Option<&SchemeVersion> {
        self.versions
            .iter()
            .find(|version| version.number == number)
    }

    /// The system of its draft, else of its newest version.
    pub fn system(&self) -> Option<System> {
        let newest = self.versions.last().map(|version| &version.terms);
        let terms = self.draft.as_deref().or(newest)?;
        Some(terms.rule.system())
    }

    /// Estimated bytes of its row, versions and draft included.
    pub(crate) fn row_bytes(&self) -> usize {
        let terms = self.versions.len() + 1;
        self.wire_bytes() + terms * SCHEME_VERSION_BYTES + ENTITY_BASE_BYTES
    }

    /// Estimated bytes on the wire of its texts and terms.
    pub(crate) fn wire_bytes(&self) -> usize {
        let versions = self.versions.iter().map(|version| &version.terms);
        let terms = versions.chain(self.draft.as_deref());
        self.name.len()
            + self.note.as_ref().map_or(0, |note| note.len())
            + terms.map(Terms::wire_bytes).sum::<usize>()
    }
}
