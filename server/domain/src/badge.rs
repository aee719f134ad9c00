//! The badge (勋章): an honour by rule, or thanks a colleague gave (DOMAIN.md §6).

use serde::{Deserialize, Serialize};

use crate::id::{BadgeId, MemberId, OpportunityId};
use crate::time::Timestamp;

/// What a badge is for. Those by rule are given once to each member, thanks as often as somebody gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum BadgeKind {
    /// The first deal entered.
    FirstDeal,
    /// The first deal won.
    FirstWin,
    /// Ten deals won.
    TenWins,
    /// A hundred credited forward moves.
    HundredMoves,
    /// Ten check-ins that count within one ISO week.
    TenCheckInsInAWeek,
    /// Five stalled deals set moving again.
    RevivedFive,
    /// The first customer's record filled to the last field.
    CompleteRecord,
    /// Ten packets opened by teammates.
    TenPacketsShared,
    /// Thanks by a colleague.
    Thanks,
}

impl BadgeKind {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 9] = [
        Self::FirstDeal,
        Self::FirstWin,
        Self::TenWins,
        Self::HundredMoves,
        Self::TenCheckInsInAWeek,
        Self::RevivedFive,
        Self::CompleteRecord,
        Self::TenPacketsShared,
        Self::Thanks,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FirstDeal => "FIRST_DEAL",
            Self::FirstWin => "FIRST_WIN",
            Self::TenWins => "TEN_WINS",
            Self::HundredMoves => "HUNDRED_MOVES",
            Self::TenCheckInsInAWeek => "TEN_CHECK_INS_IN_A_WEEK",
            Self::RevivedFive => "REVIVED_FIVE",
            Self::CompleteRecord => "COMPLETE_RECORD",
            Self::TenPacketsShared => "TEN_PACKETS_SHARED",
            Self::Thanks => "THANKS",
        }
    }
}

/// A badge given to a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Badge {
    /// Its id.
    pub id: BadgeId,
    /// Whose it is.
    pub member: MemberId,
    /// What it is for.
    pub kind: BadgeKind,
    /// Who gave it; none for those by rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub giver: Option<MemberId>,
    /// What the giver said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Box<str>>,
    /// The opportunity it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opportunity: Option<OpportunityId>,
    /// When.
    pub at: Timestamp,
    /// Revision of the commit that gave it.
    pub revision: u64,
}
