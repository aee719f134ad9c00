//! The payout (发放): wallets paid out together, for payroll, marked paid once (DOMAIN.md §6).

use serde::{Deserialize, Serialize};

use crate::id::{MemberId, PayoutId};
use crate::scheme::Unit;
use crate::time::Timestamp;

/// How far a payout has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PayoutState {
    /// The wallets are charged; payroll has not said that it paid.
    Prepared,
    /// Payroll has paid.
    Paid,
    /// It was called off: the wallets have it back.
    Cancelled,
}

impl PayoutState {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prepared => "PREPARED",
            Self::Paid => "PAID",
            Self::Cancelled => "CANCELLED",
        }
    }
}

/// A payout; its lines are the ledger's transactions that name it, one a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payout {
    /// Its id.
    pub id: PayoutId,
    /// In what it is counted.
    pub unit: Unit,
    /// How far it has come.
    pub state: PayoutState,
    /// What it pays in all.
    pub total: i128,
    /// To how many.
    pub lines: u32,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Box<str>>,
    /// What payroll calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Box<str>>,
    /// Who made it; none = the built-in administrator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<MemberId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was marked paid or called off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Revision of the last commit that changed it.
    pub revision: u64,
}
