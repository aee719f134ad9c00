//! The team (团队): a node of the organisation tree.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::id::{MemberId, TeamId};
use crate::time::Timestamp;

/// A team; its parents form a tree (no cycle, at most `MAX_TEAM_DEPTH` levels).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// What people call it.
    pub name: Box<str>,
    /// The team above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<TeamId>,
    /// Who leads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<MemberId>,
    /// Its id in another system; unique among teams.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<Arc<str>>,
    /// When it was created.
    pub created_at: Timestamp,
    /// Revision of the last commit that changed it.
    pub revision: u64,
}
