//! What a person can do about incentives, as commands for the server.

use super::scheme::Terms;
use super::{Packet, Unit};

/// A command about incentives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IncentiveAction {
    /// Claim rewards; none named = all that can be claimed.
    Claim(Vec<u64>),
    /// Open a packet.
    OpenPacket(Box<Packet>),
    /// Approve a reward.
    ApproveReward(u64),
    /// Refuse a reward.
    RefuseReward {
        /// Which.
        id: u64,
        /// Why; never empty.
        reason: String,
    },
    /// Reward somebody personally.
    Grant {
        /// Under which scheme.
        scheme_id: u64,
        /// Whom.
        member_id: u64,
        /// How much: points, or minor units.
        amount: i64,
        /// Why; never empty.
        reason: String,
    },
    /// Thank a colleague.
    Thank {
        /// Whom.
        member_id: u64,
        /// For what; never empty.
        reason: String,
    },
    /// Make a scheme, as a draft.
    CreateScheme {
        /// What people call it.
        name: String,
        /// What it pays in.
        unit: Unit,
        /// What it lays down.
        terms: Box<Terms>,
    },
    /// Change a scheme's name and draft.
    UpdateScheme {
        /// Which.
        id: u64,
        /// Revision the change was based on.
        revision: u64,
        /// What people call it.
        name: String,
        /// What it pays in, while nothing is published.
        unit: Option<Unit>,
        /// What it lays down.
        terms: Box<Terms>,
    },
    /// Publish a scheme's draft.
    Publish {
        /// Which.
        id: u64,
        /// Its revision as shown.
        revision: u64,
    },
    /// End a scheme.
    End {
        /// Which.
        id: u64,
        /// Its revision as shown.
        revision: u64,
    },
}

impl IncentiveAction {
    /// Key of the notice when it is done; none when what it did is told of otherwise.
    pub const fn done_key(&self) -> Option<&'static str> {
        match self {
            // Rewards and packets are told of by the commit itself.
            Self::Claim(_) | Self::OpenPacket(_) => None,
            Self::ApproveReward(_) => Some("notice-reward-approved"),
            Self::RefuseReward { .. } => Some("notice-reward-refused"),
            Self::Grant { .. } => Some("notice-granted"),
            Self::Thank { .. } => Some("notice-thanked"),
            Self::CreateScheme { .. } | Self::UpdateScheme { .. } => Some("notice-scheme-saved"),
            Self::Publish { .. } => Some("notice-scheme-published"),
            Self::End { .. } => Some("notice-scheme-ended"),
        }
    }

    /// Key of what was not done, when the server refuses.
    pub const fn refused_key(&self) -> &'static str {
        match self {
            Self::Claim(_) => "refused-claim",
            Self::OpenPacket(_) => "refused-open-packet",
            Self::ApproveReward(_) | Self::RefuseReward { .. } => "refused-reward-decision",
            Self::Grant { .. } => "refused-grant",
            Self::Thank { .. } => "refused-thanks",
            Self::CreateScheme { .. } | Self::UpdateScheme { .. } => "refused-scheme",
            Self::Publish { .. } => "refused-publish",
            Self::End { .. } => "refused-end",
        }
    }
}
