//! The ledger (账本): double entry, append-only; what every reward screen is a sum of (DOMAIN.md §6).

use serde::{Deserialize, Serialize};

use crate::id::{LedgerTransactionId, MemberId, PacketId, PayoutId, RewardId, SchemeId, TeamId};
use crate::scheme::Unit;
use crate::time::Timestamp;

/// An account; each holds every unit apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Account {
    /// Where the money of funds comes from, outside of the workspace: what it has given is negative.
    #[serde(rename = "i")]
    Issuer,
    /// A scheme's fund: never below zero where it has a budget; without a budget, what it has paid is negative.
    #[serde(rename = "f")]
    Fund(SchemeId),
    /// Granted to a member, not vested or not approved.
    #[serde(rename = "p")]
    Pending(MemberId),
    /// A member can claim it.
    #[serde(rename = "c")]
    Claimable(MemberId),
    /// A member has it; below zero after a clawback.
    #[serde(rename = "w")]
    Wallet(MemberId),
    /// Packets of a splitting scheme that nobody has opened yet.
    #[serde(rename = "t")]
    InFlight(SchemeId),
    /// What nobody claimed in time, by scheme.
    #[serde(rename = "e")]
    Expired(SchemeId),
    /// Paid out to a member.
    #[serde(rename = "o")]
    PaidOut(MemberId),
}

/// A change of one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// Which account.
    #[serde(rename = "a")]
    pub account: Account,
    /// By how much, in points or minor units.
    #[serde(rename = "n")]
    pub amount: i64,
}

/// What a transaction does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Purpose {
    /// A budget was set, raised, lowered or given back: Issuer ↔ Fund.
    Budget,
    /// A reward was granted: Fund → Pending or Claimable.
    Grant,
    /// A reward became claimable: Pending → Claimable.
    Vest,
    /// A reward was claimed: Claimable → Wallet.
    Claim,
    /// A reward was not claimed in time: Claimable → Expired.
    Expire,
    /// A reward was taken back: wherever it is → Fund.
    Reverse,
    /// A share was broken into packets: Claimable → InFlight.
    Send,
    /// A packet was opened: InFlight → Wallet.
    Open,
    /// A packet was not opened in time: InFlight → the earner's account of the reward.
    Return,
    /// A wallet was paid out: Wallet → PaidOut.
    PayOut,
    /// A payout was cancelled: PaidOut → Wallet.
    CancelPayOut,
}

impl Purpose {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Budget => "BUDGET",
            Self::Grant => "GRANT",
            Self::Vest => "VEST",
            Self::Claim => "CLAIM",
            Self::Expire => "EXPIRE",
            Self::Reverse => "REVERSE",
            Self::Send => "SEND",
            Self::Open => "OPEN",
            Self::Return => "RETURN",
            Self::PayOut => "PAY_OUT",
            Self::CancelPayOut => "CANCEL_PAY_OUT",
        }
    }
}

/// A transaction: its postings sum to zero. Never edited; a mistake is mended by another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerTransaction {
    /// Its id.
    pub id: LedgerTransactionId,
    /// What it does.
    pub purpose: Purpose,
    /// In what it is counted.
    pub unit: Unit,
    /// Whose fund it concerns; none for payouts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<SchemeId>,
    /// The version of that scheme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// The reward it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reward: Option<RewardId>,
    /// The packet it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packet: Option<PacketId>,
    /// The payout it is a line of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payout: Option<PayoutId>,
    /// Whose income or wallet it changes; none where it is nobody's: a budget.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberId>,
    /// The team of that member when it was posted: income stays with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
    /// What it changes.
    pub postings: Vec<Posting>,
    /// When.
    pub at: Timestamp,
    /// Revision of the commit that made it.
    pub revision: u64,
}

impl LedgerTransaction {
    /// What it does to an account.
    pub fn amount_of(&self, account: Account) -> i128 {
        let postings = self.postings.iter();
        let amounts = postings.filter(|posting| posting.account == account);
        amounts.map(|posting| i128::from(posting.amount)).sum()
    }

    /// What it adds to the reward income of its member: what was granted and received, less what was shared and taken
    /// back (DOMAIN.md §6). Claims, expiries and payouts change no income.
    pub fn income(&self) -> i128 {
        let Some(member) = self.member else {
            return 0;
        };
        let own = [
            Account::Pending(member),
            Account::Claimable(member),
            Account::Wallet(member),
        ];
        let of_own = |posting: &&Posting| {
            own.contains(&posting.account) || matches!(posting.account, Account::Expired(_))
        };
        match self.purpose {
            Purpose::Grant | Purpose::Send | Purpose::Open | Purpose::Return | Purpose::Reverse => {
                let postings = self.postings.iter().filter(of_own);
                postings.map(|posting| i128::from(posting.amount)).sum()
            }
            _ => 0,
        }
    }

    /// The sum of its postings: zero, always.
    pub fn sum(&self) -> i128 {
        self.postings
            .iter()
            .map(|posting| i128::from(posting.amount))
            .sum()
    }
}
