//! The approval (审批): a manager's consent that one opportunity enters one stage, asked for and given or refused (DOMAIN.md §2).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::authority::{is_admin, is_manager_of};
use crate::id::{ApprovalId, MemberId, OpportunityId, StageId};
use crate::limits::{APPROVAL_RISE_DIVISOR, MAX_TEAM_DEPTH};
use crate::member::Role;
use crate::opportunity::Opportunity;
use crate::state::State;
use crate::time::Timestamp;

/// How far a request for approval has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ApprovalState {
    /// Nobody has decided.
    Pending,
    /// A manager has approved; the move has not been made.
    Approved,
    /// A manager has refused.
    Refused,
    /// The move was made: an approval is good for one.
    Used,
    /// It holds no longer, for one of the reasons of [`ApprovalEnd`].
    Void,
}

/// Why a request for approval, or an approval given, holds no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ApprovalEnd {
    /// The opportunity went to another open stage.
    #[serde(rename = "m")]
    Moved,
    /// The opportunity was won or lost.
    #[serde(rename = "c")]
    Closed,
    /// The opportunity was put away.
    #[serde(rename = "a")]
    Archived,
    /// Its amount rose by more than 20 % above the approved one.
    #[serde(rename = "r")]
    AmountRose,
    /// The stage it was to enter was taken out of use.
    #[serde(rename = "s")]
    StageRetired,
    /// The stage it was to enter asks for no approval any more.
    #[serde(rename = "n")]
    NotNeeded,
}

impl ApprovalState {
    /// All of them, in order.
    pub const ALL: [Self; 5] = [
        Self::Pending,
        Self::Approved,
        Self::Refused,
        Self::Used,
        Self::Void,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Approved => "APPROVED",
            Self::Refused => "REFUSED",
            Self::Used => "USED",
            Self::Void => "VOID",
        }
    }

    /// Whether something may still come of it.
    pub const fn is_alive(self) -> bool {
        matches!(self, Self::Pending | Self::Approved)
    }
}

/// A request that an opportunity may enter a stage, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Its id.
    pub id: ApprovalId,
    /// Which opportunity.
    pub opportunity: OpportunityId,
    /// The stage it is to enter.
    pub stage: StageId,
    /// The stage it stood in when it was asked for.
    pub from: StageId,
    /// How far it has come.
    pub state: ApprovalState,
    /// Who asks; none = the built-in administrator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<MemberId>,
    /// What they say to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Box<str>>,
    /// The opportunity's amount, in minor units: when it was asked for, and from the approval on, when it was approved.
    pub amount_minor: i64,
    /// Who decided; none = nobody yet, or the built-in administrator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<MemberId>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    /// Why it was refused, or what was said to the approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_reason: Option<Box<str>>,
    /// When it was used up or became void.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Why it became void; none = it is not void, or was before reasons were kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<ApprovalEnd>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Revision of the last commit that changed it.
    pub revision: u64,
}

impl Approval {
    /// Whether an amount is more than 20 % above the one it was given for.
    pub fn is_outgrown_by(&self, amount_minor: i64) -> bool {
        let given = i128::from(self.amount_minor);
        (i128::from(amount_minor) - given) * APPROVAL_RISE_DIVISOR > given
    }
}

/// The approvals of an opportunity of which something may still come, by id.
pub fn alive(state: &State, opportunity: OpportunityId) -> impl Iterator<Item = &Arc<Approval>> {
    state
        .approvals_of(opportunity)
        .filter(|approval| approval.state.is_alive())
}

/// The approval that lets an opportunity enter a stage now.
pub fn usable<'a>(
    state: &'a State,
    opportunity: &Opportunity,
    stage: StageId,
) -> Option<&'a Arc<Approval>> {
    alive(state, opportunity.id).find(|approval| {
        approval.state == ApprovalState::Approved
            && approval.stage == stage
            && approval.from == opportunity.stage
            && !approval.is_outgrown_by(opportunity.amount_minor)
    })
}

/// Whether whoever asks may decide on a request: a manager of the deal's owner (of the requester, while nobody owns the
/// deal); never the requester, unless they are ADMIN.
pub fn may_decide(state: &State, actor: Option<MemberId>, approval: &Approval) -> bool {
    if is_admin(state, actor) {
        return true;
    }
    let owner = state
        .opportunity(approval.opportunity)
        .and_then(|opportunity| opportunity.owner);
    actor != approval.requester
        && owner
            .or(approval.requester)
            .is_some_and(|member| is_manager_of(state, actor, member))
}

/// Every member who may decide on a request: the managers above its owner, then the administrators.
pub fn deciders(state: &State, approval: &Approval) -> Vec<MemberId> {
    let owner = state
        .opportunity(approval.opportunity)
        .and_then(|opportunity| opportunity.owner);
    let team = owner
        .or(approval.requester)
        .and_then(|member| state.member(member)?.team);
    let above = std::iter::successors(team, |id| state.team(*id)?.parent)
        .take(MAX_TEAM_DEPTH)
        .filter_map(|id| state.team(id)?.manager);
    let admins = state
        .members()
        .filter(|member| member.role == Role::Admin)
        .map(|member| member.id);
    let mut found: Vec<MemberId> = Vec::new();
    for member in above.chain(admins) {
        if !found.contains(&member) && may_decide(state, Some(member), approval) {
            found.push(member);
        }
    }
    found
}
