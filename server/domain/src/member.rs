//! The member (成员): a person or a script with a role and a team.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::id::{MemberId, TeamId};
use crate::time::Timestamp;

/// What a member may do (DOMAIN.md §9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Role {
    /// Settings and members.
    Admin,
    /// Reads all.
    Executive,
    /// Own team and below.
    Manager,
    /// Own and shared.
    Rep,
    /// A program with stated scopes.
    Script,
}

/// A member of the workspace. Members are never deleted: who leaves is made inactive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its id.
    pub id: MemberId,
    /// What people call them.
    pub name: Box<str>,
    /// What they may do.
    pub role: Role,
    /// Where they work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
    /// The operating system's user (name or number) who is this member; unique among members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unix_user: Option<Arc<str>>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Box<str>>,
    /// Their id in another system; unique among members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<Arc<str>>,
    /// False once they have left: then nothing new can be assigned to them.
    pub active: bool,
    /// When they were created.
    pub created_at: Timestamp,
    /// Revision of the last commit that changed it.
    pub revision: u64,
}
