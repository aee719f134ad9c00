//! What a caller may ask for about approvals.

use serde::{Deserialize, Serialize};

use crate::id::{ApprovalId, OpportunityId, StageId};

/// Asks a manager that an opportunity may enter a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestApproval {
    /// Which opportunity.
    pub opportunity: OpportunityId,
    /// Which stage.
    pub stage: StageId,
    /// What to say to it.
    pub note: Option<String>,
}

/// Approves or refuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecideApproval {
    /// Which.
    pub id: ApprovalId,
    /// True approves, false refuses.
    pub approve: bool,
    /// Why; must not be empty for a refusal.
    pub reason: Option<String>,
}
