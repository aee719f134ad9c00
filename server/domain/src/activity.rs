//! The activity (销售活动): what was done for a sale.

use serde::{Deserialize, Serialize};

use crate::check_in::CheckIn;
use crate::id::{ActivityId, ContactId, CustomerId, MemberId, OpportunityId};
use crate::time::{Date, Timestamp};

/// What kind of thing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ActivityKind {
    /// A telephone or video call.
    Call,
    /// A visit to the customer.
    Visit,
    /// A meeting.
    Meeting,
    /// A demonstration.
    Demo,
    /// An e-mail.
    Email,
    /// A note about the sale.
    Note,
    /// Anything else; the purpose says what.
    Other,
}

impl ActivityKind {
    /// What programs call it: the name in the protocol without its prefix, which filters and hits use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Call => "CALL",
            Self::Visit => "VISIT",
            Self::Meeting => "MEETING",
            Self::Demo => "DEMO",
            Self::Email => "EMAIL",
            Self::Note => "NOTE",
            Self::Other => "OTHER",
        }
    }

    /// What people call it, in English.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Visit => "visit",
            Self::Meeting => "meeting",
            Self::Demo => "demonstration",
            Self::Email => "e-mail",
            Self::Note => "note",
            Self::Other => "other activity",
        }
    }
}

/// An activity on an opportunity, a customer or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Its id.
    pub id: ActivityId,
    /// What kind of thing was done.
    pub kind: ActivityKind,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Box<str>>,
    /// For which opportunity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opportunity: Option<OpportunityId>,
    /// With which customer; that of the opportunity when only the opportunity was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// With whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
    /// Who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberId>,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// What was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Box<str>>,
    /// When to come back to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up_date: Option<Date>,
    /// Where it was, and how far that can be trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_in: Option<Box<CheckIn>>,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// Revision of the commit that recorded it.
    pub revision: u64,
}
