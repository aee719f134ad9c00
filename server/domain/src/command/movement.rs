//! What a caller may ask for about the stage of an opportunity.

use serde::{Deserialize, Serialize};

use crate::id::{OpportunityId, StageId};

/// Moves an opportunity to an open or won stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveOpportunity {
    /// Which.
    pub id: OpportunityId,
    /// Where to.
    pub to: StageId,
    /// Why a manager lets it through a gate that is not met; none = the gate must be met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_reason: Option<String>,
}

impl MoveOpportunity {
    /// A move that meets the gate.
    pub const fn new(id: OpportunityId, to: StageId) -> Self {
        Self {
            id,
            to,
            override_reason: None,
        }
    }
}

/// Moves an open opportunity to a lost stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoseOpportunity {
    /// Which.
    pub id: OpportunityId,
    /// Why; must not be empty.
    pub reason: String,
    /// Which lost stage; none = the first of the pipeline.
    pub stage: Option<StageId>,
    /// Why a manager lets it through a gate that is not met; none = the gate must be met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_reason: Option<String>,
}

/// Takes a won or lost opportunity back to an open stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReopenOpportunity {
    /// Which.
    pub id: OpportunityId,
    /// Which open stage.
    pub to: StageId,
    /// Why; must not be empty.
    pub reason: String,
    /// Why a manager lets it through a gate that is not met; none = the gate must be met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_reason: Option<String>,
}

/// Takes back the last move of an opportunity, within ten minutes, by who made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoMove {
    /// Which.
    pub id: OpportunityId,
}
