//! Score entries: the append-only facts every process metric is a sum of (DOMAIN.md §4).

use serde::{Deserialize, Serialize};

use crate::id::{ActivityId, MemberId, OpportunityId, PipelineId, ScoreEntryId, StageId, TeamId};
use crate::time::Timestamp;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Metric {
    /// 新增: an opportunity was created.
    New,
    /// 流动: a credited forward move.
    Flow,
    /// 成交: a move into a won stage.
    Won,
    /// 停滞转流动: a credited forward move out of a stage it was stalled in.
    Revived,
    /// 签到: a valid check-in.
    CheckIn,
}

impl Metric {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 5] = [
        Self::New,
        Self::Flow,
        Self::Won,
        Self::Revived,
        Self::CheckIn,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "NEW",
            Self::Flow => "FLOW",
            Self::Won => "WON",
            Self::Revived => "REVIVED",
            Self::CheckIn => "CHECK_IN",
        }
    }

    /// Reads the stable name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.name() == text)
    }
}

/// Why a move earned nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum UncreditedReason {
    /// It went no further than the opportunity had been before.
    #[serde(rename = "bhw")]
    BelowHighWater,
    /// It was imported and nobody knows when it happened.
    #[serde(rename = "iwt")]
    ImportedWithoutTime,
    /// It was won already: a move from one won stage to another.
    #[serde(rename = "won")]
    AlreadyWon,
    /// Its stage was taken out of use and it was moved for that reason alone.
    #[serde(rename = "ret")]
    StageRetired,
    /// The member's last check-in that counted was too short a time before (DOMAIN.md §8).
    #[serde(rename = "soon")]
    TooSoon,
    /// The member had as many check-ins that counted on this day as the workspace allows.
    #[serde(rename = "cap")]
    DailyCap,
    /// A device was too far from every site of the customer.
    #[serde(rename = "out")]
    OutsideRadius,
}

impl UncreditedReason {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BelowHighWater => "BELOW_HIGH_WATER",
            Self::ImportedWithoutTime => "IMPORTED_WITHOUT_TIME",
            Self::AlreadyWon => "ALREADY_WON",
            Self::StageRetired => "STAGE_RETIRED",
            Self::TooSoon => "TOO_SOON",
            Self::DailyCap => "DAILY_CAP",
            Self::OutsideRadius => "OUTSIDE_RADIUS",
        }
    }
}

/// What a score entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ScoreSubject {
    /// An opportunity.
    Opportunity(OpportunityId),
    /// An activity.
    Activity(ActivityId),
}

/// What made a score entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ScoreKind {
    /// The thing measured happened.
    #[default]
    Fact,
    /// The amount of a fresh opportunity was corrected within the grace; dated at its creation.
    Correction,
    /// What was credited was taken back by a later event (reopening from won); dated at that event.
    Reversal,
    /// An import replaced what an earlier import had said; dated at the entry it takes back.
    Replacement,
    /// A move was undone within its grace; dated at the move.
    Undo,
}

impl ScoreKind {
    fn is_fact(&self) -> bool {
        *self == Self::Fact
    }
}

/// One fact. Never edited; taken back only by another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreEntry {
    /// Its id.
    pub id: ScoreEntryId,
    /// What is measured.
    pub metric: Metric,
    /// The time it counts at.
    pub at: Timestamp,
    /// 1 for a fact, 0 for a correction, −1 for what is taken back.
    pub count: i32,
    /// Amount in minor units; negative where taken back.
    pub amount_minor: i64,
    /// The opportunity or activity.
    pub subject: ScoreSubject,
    /// Pipeline of the opportunity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<PipelineId>,
    /// The stage entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<StageId>,
    /// Owner at that time; none = unassigned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberId>,
    /// Team of that member when it was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
    /// Fact, correction, reversal or replacement.
    #[serde(default, skip_serializing_if = "ScoreKind::is_fact")]
    pub kind: ScoreKind,
    /// The entry a reversal or replacement takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverses: Option<ScoreEntryId>,
    /// Why it is not credited; none = credited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncredited_reason: Option<UncreditedReason>,
    /// True for imported facts, which never pay rewards.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub imported: bool,
    /// When it was recorded, if it is dated back: a correction, or what an undone move had scored. None = at its own time; not
    /// kept of imports, nor of entries older than this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_at: Option<Timestamp>,
    /// Revision of the commit that recorded it.
    pub revision: u64,
}

impl ScoreEntry {
    /// Whether it counts in metrics.
    pub const fn credited(&self) -> bool {
        self.uncredited_reason.is_none()
    }

    /// The opportunity, if it is about one.
    pub const fn opportunity(&self) -> Option<OpportunityId> {
        match self.subject {
            ScoreSubject::Opportunity(id) => Some(id),
            ScoreSubject::Activity(_) => None,
        }
    }
}
