//! Rewards, packets and badges as the server keeps them. Amounts are points, or minor units.

use super::scheme::SplitMethod;
use super::{CustomerField, System, Unit};
use crate::record::Micros;
use crate::report::funnel::Metric;

/// How far a reward has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RewardState {
    /// It waits for its vesting, an approval or both.
    #[default]
    Pending,
    /// It can be claimed until its window closes.
    Claimable,
    /// In the wallet.
    Claimed,
    /// Nobody claimed it in time.
    Expired,
    /// Taken back.
    Reversed,
    /// The fund could not pay it.
    Unfunded,
}

impl RewardState {
    /// Key of its name.
    pub const fn name_key(self) -> &'static str {
        match self {
            Self::Pending => "reward-pending",
            Self::Claimable => "reward-claimable",
            Self::Claimed => "reward-claimed",
            Self::Expired => "reward-expired",
            Self::Reversed => "reward-reversed",
            Self::Unfunded => "reward-unfunded",
        }
    }
}

/// Why a reward was taken back or could not be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the reason of its name in the API")]
pub enum EndReason {
    OpportunityLost,
    OpportunityArchived,
    FactTakenBack,
    TargetMissed,
    Refused,
    ClawedBack,
    FundEmpty,
    OtherCurrency,
}

impl EndReason {
    /// Key of it in words.
    pub const fn name_key(self) -> &'static str {
        match self {
            Self::OpportunityLost => "reward-end-lost",
            Self::OpportunityArchived => "reward-end-archived",
            Self::FactTakenBack => "reward-end-taken-back",
            Self::TargetMissed => "reward-end-target",
            Self::Refused => "reward-end-refused",
            Self::ClawedBack => "reward-end-clawed-back",
            Self::FundEmpty => "reward-end-fund",
            Self::OtherCurrency => "reward-end-currency",
        }
    }
}

/// What was rewarded; which fields are set depends on the system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cause {
    /// Its metric, or that of the task.
    pub metric: Option<Metric>,
    /// The deal.
    pub deal_id: Option<u64>,
    /// The activity.
    pub activity_id: Option<u64>,
    /// The customer.
    pub customer_id: Option<u64>,
    /// The fields that were filled in for the first time.
    pub fields: Vec<CustomerField>,
    /// The completeness reached, basis points; 0 = none was.
    pub completeness_bp: i32,
    /// The cycle of a task, rank or attainment, as the server writes it; may be empty.
    pub cycle: String,
    /// The rank; 0 = none.
    pub rank: i32,
    /// What was reached.
    pub value: i64,
    /// Who gave it.
    pub giver_id: Option<u64>,
    /// What the giver said.
    pub reason: String,
}

/// How a reward was shared with the team.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Under which scheme.
    pub scheme_id: u64,
    /// How it was measured out.
    pub method: SplitMethod,
    /// The seed of a draw; may be empty.
    pub seed: String,
    /// What was taken from the reward.
    pub amount: i64,
    /// Into how many packets.
    pub packets: u32,
    /// What has come back.
    pub returned: i64,
}

/// A reward.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reward {
    /// `rewards/ID`.
    pub id: u64,
    /// Under which scheme.
    pub scheme_id: u64,
    /// Its version.
    pub version: i32,
    /// Its system.
    pub system: System,
    /// Who earned it.
    pub member_id: u64,
    /// In what it is counted.
    pub unit: Unit,
    /// ISO 4217 code; empty for points.
    pub currency: String,
    /// What was granted, before any split.
    pub amount: i64,
    /// The earner's own part.
    pub own_amount: i64,
    /// How far it has come.
    pub state: RewardState,
    /// What was rewarded.
    pub cause: Cause,
    /// How it was shared.
    pub split: Option<Split>,
    /// When it vests by time alone.
    pub vests_us: Option<Micros>,
    /// It waits for an approval.
    pub awaits_approval: bool,
    /// Until when it can be claimed.
    pub claim_until_us: Option<Micros>,
    /// When it was claimed, expired or was taken back.
    pub ended_us: Option<Micros>,
    /// Why it was taken back or could not be paid.
    pub end_reason: Option<EndReason>,
    /// What was said to that; may be empty.
    pub end_note: String,
    /// When it was granted.
    pub granted_us: Micros,
}

/// How far a packet has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PacketState {
    /// It can be opened until its window closes.
    #[default]
    Sent,
    /// In the receiver's wallet.
    Opened,
    /// Went back to the earner.
    Returned,
    /// Taken back with its reward.
    Reversed,
}

impl PacketState {
    /// Key of its name.
    pub const fn name_key(self) -> &'static str {
        match self {
            Self::Sent => "packet-sent",
            Self::Opened => "packet-opened",
            Self::Returned => "packet-returned",
            Self::Reversed => "packet-reversed",
        }
    }
}

/// A packet of a shared reward.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packet {
    /// `packets/ID`.
    pub id: u64,
    /// The reward it is a part of.
    pub reward_id: u64,
    /// Its place in the split, from 1.
    pub place: i32,
    /// Who earned the reward.
    pub giver_id: u64,
    /// Who may open it.
    pub receiver_id: u64,
    /// In what it is counted.
    pub unit: Unit,
    /// ISO 4217 code; empty for points.
    pub currency: String,
    /// What is in it: not to be shown before it is opened.
    pub amount: i64,
    /// How far it has come.
    pub state: PacketState,
    /// When it was sent.
    pub sent_us: Micros,
    /// Until when it can be opened.
    pub open_until_us: Micros,
    /// When it was opened, went back or was taken back.
    pub ended_us: Option<Micros>,
}

/// What a badge is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the badge of its name in the API")]
pub enum BadgeKind {
    FirstDeal,
    FirstWin,
    TenWins,
    HundredMoves,
    TenCheckIns,
    RevivedFive,
    CompleteRecord,
    TenPackets,
    #[default]
    Thanks,
}

impl BadgeKind {
    /// Key of its name.
    pub const fn name_key(self) -> &'static str {
        match self {
            Self::FirstDeal => "badge-first-deal",
            Self::FirstWin => "badge-first-win",
            Self::TenWins => "badge-ten-wins",
            Self::HundredMoves => "badge-hundred-moves",
            Self::TenCheckIns => "badge-ten-check-ins",
            Self::RevivedFive => "badge-revived-five",
            Self::CompleteRecord => "badge-complete-record",
            Self::TenPackets => "badge-ten-packets",
            Self::Thanks => "badge-thanks",
        }
    }
}

/// A badge given to a member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Badge {
    /// `badges/ID`.
    pub id: u64,
    /// Whose it is.
    pub member_id: u64,
    /// What it is for.
    pub kind: BadgeKind,
    /// Who gave it; none for those by rule.
    pub giver_id: Option<u64>,
    /// What the giver said; may be empty.
    pub reason: String,
    /// When.
    pub given_us: Micros,
}

/// What happened to a reward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the change of its name in the API")]
pub enum RewardChange {
    Granted,
    Vested,
    Approved,
    Shared,
    PacketsReturned,
    Claimed,
    Expired,
    Reversed,
    Funded,
}

impl RewardChange {
    /// The change of the server's word.
    pub fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "GRANTED" => Self::Granted,
            "VESTED" => Self::Vested,
            "APPROVED" => Self::Approved,
            "SHARED" => Self::Shared,
            "PACKETS_RETURNED" => Self::PacketsReturned,
            "CLAIMED" => Self::Claimed,
            "EXPIRED" => Self::Expired,
            "REVERSED" => Self::Reversed,
            "FUNDED" => Self::Funded,
            _ => return None,
        })
    }
}

/// What a commit says about incentives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IncentiveFact {
    /// A reward was granted, or something happened to it.
    Reward {
        /// As it was then.
        reward: Box<Reward>,
        /// What happened.
        change: RewardChange,
    },
    /// A packet was sent, opened, went back or was taken back.
    Packet(Packet),
    /// A badge was given.
    Badge(Badge),
}
