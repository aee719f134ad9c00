//! The packet (红包): a part of a reward's split, for one teammate to open (DOMAIN.md §6).

use serde::{Deserialize, Serialize};

use crate::id::{MemberId, PacketId, RewardId, SchemeId};
use crate::scheme::Unit;
use crate::time::Timestamp;

/// How far a packet has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PacketState {
    /// It can be opened until its window closes.
    Sent,
    /// It is in the receiver's wallet.
    Opened,
    /// Nobody opened it in time, or its receiver left: it went back to the earner.
    Returned,
    /// Its reward was taken back, and it with it.
    Reversed,
}

impl PacketState {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sent => "SENT",
            Self::Opened => "OPENED",
            Self::Returned => "RETURNED",
            Self::Reversed => "REVERSED",
        }
    }
}

/// A packet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packet {
    /// Its id.
    pub id: PacketId,
    /// The reward it is a part of.
    pub reward: RewardId,
    /// Under which splitting scheme.
    pub scheme: SchemeId,
    /// Its place in the split: 1 for the earliest-joined receiver.
    pub place: u32,
    /// Who earned the reward.
    pub giver: MemberId,
    /// Who may open it.
    pub receiver: MemberId,
    /// In what it is counted.
    pub unit: Unit,
    /// What is in it; at least 1.
    pub amount: i64,
    /// How far it has come.
    pub state: PacketState,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// Until when it can be opened.
    pub open_until: Timestamp,
    /// When it was opened, went back or was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Whether it had been opened before it was taken back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub was_opened: bool,
    /// Revision of the last commit that changed it.
    pub revision: u64,
}
