//! The reward (激励值): an amount granted to a member under a version of a scheme, with its reasons (DOMAIN.md §6).

use serde::{Deserialize, Serialize};

use crate::completeness::CustomerField;
use crate::cycle::{CycleUnit, Window};
use crate::id::{
    ActivityId, CustomerId, MemberId, OpportunityId, RewardId, SchemeId, ScoreEntryId,
};
use crate::limits::{REFERENCE_BYTES, SPLIT_BYTES};
use crate::scheme::{SplitMethod, System, Unit};
use crate::score::Metric;
use crate::time::Timestamp;

/// How far a reward has come. It follows from its postings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RewardState {
    /// Granted; it waits for its vesting, an approval or both.
    Pending,
    /// It can be claimed until its window closes.
    Claimable,
    /// It is in the wallet.
    Claimed,
    /// Nobody claimed it in time.
    Expired,
    /// It was taken back; the reason says why.
    Reversed,
    /// The fund could not pay it: nothing was posted.
    Unfunded,
}

impl RewardState {
    /// All of them, in order.
    pub const ALL: [Self; 6] = [
        Self::Pending,
        Self::Claimable,
        Self::Claimed,
        Self::Expired,
        Self::Reversed,
        Self::Unfunded,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Claimable => "CLAIMABLE",
            Self::Claimed => "CLAIMED",
            Self::Expired => "EXPIRED",
            Self::Reversed => "REVERSED",
            Self::Unfunded => "UNFUNDED",
        }
    }
}

/// What was rewarded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Cause {
    /// A score entry of an opportunity.
    Score {
        /// The entry.
        entry: ScoreEntryId,
        /// Its metric.
        metric: Metric,
        /// The opportunity.
        opportunity: OpportunityId,
    },
    /// An activity or a check-in.
    Activity {
        /// Which.
        activity: ActivityId,
        /// The opportunity it was for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opportunity: Option<OpportunityId>,
    },
    /// Fields of a customer that were filled in for the first time.
    CustomerFields {
        /// Which customer.
        customer: CustomerId,
        /// Which fields.
        fields: Vec<CustomerField>,
    },
    /// A customer's record reached the threshold.
    CustomerComplete {
        /// Which customer.
        customer: CustomerId,
        /// How complete it was, in basis points.
        completeness_bp: u16,
    },
    /// A task's target was reached.
    Task {
        /// In which days.
        window: Window,
        /// What was reached: entries or minor units.
        value: i64,
    },
    /// A rank at the end of a cycle.
    Rank {
        /// Which cycle.
        window: Window,
        /// The rank of the member, or of their team.
        rank: u32,
        /// The ranked value: entries, minor units, points or basis points.
        value: i64,
    },
    /// A share of the own target at the end of a cycle.
    Attainment {
        /// Which cycle.
        window: Window,
        /// The share reached, in basis points.
        share_bp: u32,
    },
    /// A manager's personal reward.
    Grant {
        /// Who gave it; none = the built-in administrator.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        giver: Option<MemberId>,
        /// Why.
        reason: Box<str>,
        /// The opportunity it is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opportunity: Option<OpportunityId>,
    },
}

impl Cause {
    /// The opportunity it is about, if it is about one.
    pub const fn opportunity(&self) -> Option<OpportunityId> {
        match self {
            Self::Score { opportunity, .. } => Some(*opportunity),
            Self::Activity { opportunity, .. } | Self::Grant { opportunity, .. } => *opportunity,
            _ => None,
        }
    }

    /// The customer it is about, if it is about one.
    pub const fn customer(&self) -> Option<CustomerId> {
        match self {
            Self::CustomerFields { customer, .. } | Self::CustomerComplete { customer, .. } => {
                Some(*customer)
            }
            _ => None,
        }
    }
}

/// A line of the arithmetic behind an amount: each says what was reckoned and what came of it, in the scheme's unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Step {
    /// A fixed amount.
    Fixed(i64),
    /// So much for each of so many fields.
    PerField {
        /// How many.
        count: u32,
        /// What each pays.
        each: i64,
        /// What came of it.
        result: i64,
    },
    /// A share of an amount, rounded down.
    Share {
        /// The amount in minor units; for points, in whole currency units.
        of: i64,
        /// The share in basis points.
        bp: u16,
        /// What came of it.
        result: i64,
    },
    /// Raised to the floor.
    Floor(i64),
    /// Cut to the cap.
    Cap(i64),
    /// Cut to what the member may still earn in the cycle.
    MemberCap {
        /// Of which cycle.
        unit: CycleUnit,
        /// What was left of it.
        left: i64,
    },
    /// A prize of a rank, or the equal part of the pooled prizes of tied ranks.
    Prize {
        /// The pool.
        pool: i64,
        /// Divided among so many.
        among: u32,
        /// What came of it.
        result: i64,
    },
    /// The tier of an attainment.
    Tier {
        /// The share from which it is paid, in basis points.
        from_bp: u32,
        /// What it pays.
        result: i64,
    },
}

/// How a reward was shared with the team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// Under which scheme.
    pub scheme: SchemeId,
    /// Under which version of it.
    pub version: u32,
    /// How it was measured out.
    pub method: SplitMethod,
    /// The seed of a lucky draw: 64 hexadecimal digits; none for an equal split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<Box<str>>,
    /// What was taken from the reward.
    pub amount: i64,
    /// Into how many packets.
    pub packets: u32,
    /// When.
    pub at: Timestamp,
    /// What has come back from packets nobody opened.
    #[serde(default)]
    pub returned: i64,
}

/// Why a reward was taken back or could not be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RewardEnd {
    /// The opportunity was lost before the reward was vested.
    OpportunityLost,
    /// The opportunity was archived before the reward was vested.
    OpportunityArchived,
    /// What was rewarded was taken back: undone, or reopened after a win.
    FactTakenBack,
    /// The value of a task fell below its target.
    TargetMissed,
    /// A manager refused it.
    Refused,
    /// An administrator took it back.
    ClawedBack,
    /// The fund was empty.
    FundEmpty,
    /// The fund holds another currency than the amount it was reckoned from.
    OtherCurrency,
}

impl RewardEnd {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpportunityLost => "OPPORTUNITY_LOST",
            Self::OpportunityArchived => "OPPORTUNITY_ARCHIVED",
            Self::FactTakenBack => "FACT_TAKEN_BACK",
            Self::TargetMissed => "TARGET_MISSED",
            Self::Refused => "REFUSED",
            Self::ClawedBack => "CLAWED_BACK",
            Self::FundEmpty => "FUND_EMPTY",
            Self::OtherCurrency => "OTHER_CURRENCY",
        }
    }
}

/// What happened to a reward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RewardChange {
    /// It vested.
    Vested,
    /// A manager approved it.
    Approved,
    /// A share of it went into packets.
    Shared,
    /// Packets nobody opened came back to it.
    PacketsReturned,
    /// It was claimed.
    Claimed,
    /// It expired.
    Expired,
    /// It was taken back, or refused.
    Reversed,
    /// Its fund can pay it now.
    Funded,
}

/// A reward.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reward {
    /// Its id.
    pub id: RewardId,
    /// Under which scheme.
    pub scheme: SchemeId,
    /// Under which version of it.
    pub version: u32,
    /// The system of the scheme.
    pub system: System,
    /// Who earned it.
    pub member: MemberId,
    /// In what it is counted.
    pub unit: Unit,
    /// What was granted, before any split.
    pub amount: i64,
    /// How far it has come.
    pub state: RewardState,
    /// What was rewarded.
    pub cause: Cause,
    /// The arithmetic behind the amount, line by line.
    pub steps: Vec<Step>,
    /// How it was shared; none = it was not, or not yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<Box<Split>>,
    /// When it vests by time alone; none = it is vested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vests_at: Option<Timestamp>,
    /// Whether it waits for an approval.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub awaits_approval: bool,
    /// Who approved or refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<MemberId>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    /// Until when it can be claimed; none = it is not claimable yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim_until: Option<Timestamp>,
    /// When it was claimed, expired, or was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Why it was taken back or could not be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<RewardEnd>,
    /// What was said to the refusal or the clawback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<Box<str>>,
    /// When it was granted.
    pub granted_at: Timestamp,
    /// Revision of the commit that granted it.
    pub granted_revision: u64,
    /// Revision of the last commit that changed it.
    pub revision: u64,
}

impl Reward {
    /// The earner's own part: what was granted, less what was split off, plus what came back.
    pub fn own_amount(&self) -> i64 {
        let shared = self
            .split
            .as_ref()
            .map_or(0, |split| split.amount - split.returned);
        self.amount - shared
    }

    /// Estimated bytes on the wire of its texts and lists.
    pub(crate) fn wire_bytes(&self) -> usize {
        let text = |text: &Option<Box<str>>| text.as_ref().map_or(0, |text| text.len());
        let cause = match &self.cause {
            Cause::Grant { reason, .. } => reason.len(),
            Cause::CustomerFields { fields, .. } => fields.len() * REFERENCE_BYTES,
            _ => 0,
        };
        let split = self.split.as_ref().map_or(0, |_| SPLIT_BYTES);
        cause + split + self.steps.len() * REFERENCE_BYTES + text(&self.end_reason)
    }
}
