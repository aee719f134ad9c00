//! What a caller may ask for about incentives: schemes, rewards, packets, payouts, thanks.

use serde::{Deserialize, Serialize};

use super::Patch;
use crate::id::{MemberId, OpportunityId, PacketId, PayoutId, RewardId, SchemeId};
use crate::scheme::{Terms, Unit};

/// Creates a scheme as a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateScheme {
    /// What people call it.
    pub name: String,
    /// Free text for those it concerns.
    pub note: Option<String>,
    /// What it pays in; money must be the workspace's currency.
    pub unit: Unit,
    /// What it will lay down.
    pub terms: Terms,
}

/// Changes a scheme: its name and note at once, its terms as a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateScheme {
    /// Which.
    pub id: SchemeId,
    /// New name.
    pub name: Option<String>,
    /// New note.
    pub note: Patch<String>,
    /// New unit; only before the first version is published.
    pub unit: Option<Unit>,
    /// New draft; cleared: what is published stays as it is.
    pub draft: Patch<Box<Terms>>,
}

/// Publishes a scheme's draft as its next version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishScheme {
    /// Which.
    pub id: SchemeId,
}

/// Ends a scheme, for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndScheme {
    /// Which.
    pub id: SchemeId,
}

/// Claims rewards: those named, or all the caller can claim, the oldest first, up to `MAX_CLAIMS`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimRewards {
    /// Which; empty = all that `member` can claim.
    pub ids: Vec<RewardId>,
    /// Whose; none = the caller's. Only an administrator claims for others.
    pub member: Option<MemberId>,
}

/// Approves or refuses a reward that awaits it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecideReward {
    /// Which.
    pub id: RewardId,
    /// True approves, false refuses.
    pub approve: bool,
    /// Why; must not be empty for a refusal.
    pub reason: Option<String>,
}

/// Takes a reward back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReverseReward {
    /// Which.
    pub id: RewardId,
    /// Why; must not be empty.
    pub reason: String,
}

/// Pays a reward that was recorded UNFUNDED, now that its fund can.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FundReward {
    /// Which.
    pub id: RewardId,
}

/// Rewards a member personally.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantReward {
    /// Under which GRANT scheme.
    pub scheme: SchemeId,
    /// Whom; never oneself.
    pub member: MemberId,
    /// How much, in the scheme's unit.
    pub amount: i64,
    /// Why; must not be empty.
    pub reason: String,
    /// For which opportunity.
    pub opportunity: Option<OpportunityId>,
}

/// Opens a packet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenPacket {
    /// Which.
    pub id: PacketId,
    /// Whose; none = the caller's. Only an administrator names somebody else.
    pub receiver: Option<MemberId>,
}

/// Charges wallets for a payout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatePayout {
    /// In which unit.
    pub unit: Unit,
    /// Whose wallets; empty = all that are above zero, up to `MAX_PAYOUT_LINES`, by member.
    pub members: Vec<MemberId>,
    /// Free text.
    pub note: Option<String>,
}

/// Says that payroll has paid a payout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkPayoutPaid {
    /// Which.
    pub id: PayoutId,
    /// What payroll calls it.
    pub reference: Option<String>,
}

/// Calls a payout off that is not paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelPayout {
    /// Which.
    pub id: PayoutId,
}

/// Thanks a colleague.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiveThanks {
    /// Whom; never oneself.
    pub member: MemberId,
    /// For what; must not be empty.
    pub reason: String,
    /// For which opportunity.
    pub opportunity: Option<OpportunityId>,
}
