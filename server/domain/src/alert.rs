//! The alert (停滞提醒): tells one person that an opportunity has reached a level of stagnation (DOMAIN.md §3).

use serde::{Deserialize, Serialize};

use crate::id::{AlertId, MemberId, OpportunityId, StageId};
use crate::stagnation::StagnationLevel;
use crate::time::Timestamp;

/// What became of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AlertState {
    /// Nobody has answered it.
    #[serde(rename = "o")]
    Open,
    /// Its recipient has seen it.
    #[serde(rename = "a")]
    Acknowledged,
    /// Put off; open again from then on.
    #[serde(rename = "s")]
    Snoozed {
        /// Until when.
        until: Timestamp,
    },
    /// It says nothing any more.
    #[serde(rename = "r")]
    Resolved(Resolution),
}

impl AlertState {
    /// The stable name: `SNOOZED`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Acknowledged => "ACKNOWLEDGED",
            Self::Snoozed { .. } => "SNOOZED",
            Self::Resolved(_) => "RESOLVED",
        }
    }
}

/// Why an alert says nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Resolution {
    /// The opportunity left the stage.
    #[serde(rename = "l")]
    LeftStage,
    /// The same person was told of a higher level since.
    #[serde(rename = "o")]
    Overtaken,
    /// The stage's period or calendar changed, and the opportunity is below the level.
    #[serde(rename = "b")]
    BelowLevel,
    /// The opportunity was put away.
    #[serde(rename = "a")]
    Archived,
}

/// What happened to an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AlertChange {
    /// It was acknowledged.
    Acknowledged,
    /// It was put off.
    Snoozed,
    /// The time it was put off for is over.
    SnoozeEnded,
    /// It was resolved.
    Resolved,
    /// The move that resolved it was undone: it says again what it said.
    BroughtBack,
}

/// One level of one opportunity, told to one member, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// About which opportunity.
    pub opportunity: OpportunityId,
    /// In which stage it stood.
    pub stage: StageId,
    /// The level it reached.
    pub level: StagnationLevel,
    /// Who is told.
    pub recipient: MemberId,
    /// The instant at which the level was reached.
    pub since: Timestamp,
    /// When it was raised: later than `since` if the server was down.
    pub raised_at: Timestamp,
    /// What became of it.
    pub state: AlertState,
    /// The reason given for the last acknowledgement or snooze.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Box<str>>,
    /// What it was before it was resolved, so that undoing a move brings it back; none = it is not, or that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<AlertState>,
    /// Revision of the last commit that changed it.
    pub revision: u64,
}

impl Alert {
    /// Whether it still says something.
    pub const fn is_unresolved(&self) -> bool {
        !matches!(self.state, AlertState::Resolved(_))
    }
}
