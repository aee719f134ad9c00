//! What a caller may ask for about activities.

use serde::{Deserialize, Serialize};

use crate::activity::ActivityKind;
use crate::id::{ContactId, CustomerId, MemberId, OpportunityId};
use crate::place::Coordinates;
use crate::time::{Date, Timestamp};

/// Records what was done; an opportunity or a customer must be named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogActivity {
    /// What kind of thing was done.
    pub kind: ActivityKind,
    /// Why.
    pub purpose: Option<String>,
    /// For which opportunity.
    pub opportunity: Option<OpportunityId>,
    /// With which customer.
    pub customer: Option<CustomerId>,
    /// With whom.
    pub contact: Option<ContactId>,
    /// Who did it; none = the caller.
    pub member: Option<MemberId>,
    /// When; none = now.
    pub occurred_at: Option<Timestamp>,
    /// What was said.
    pub note: Option<String>,
    /// When to come back to it.
    pub follow_up_date: Option<Date>,
    /// Where it was.
    pub check_in: Option<CheckInClaim>,
}

/// Where an activity is said to have been.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CheckInClaim {
    /// A device sent where it is.
    Device {
        /// Where.
        place: Coordinates,
        /// How sure it is, in metres; none = it did not say.
        accuracy_m: Option<u32>,
        /// The site it is said to be; none = the nearest.
        site: Option<String>,
    },
    /// Somebody typed coordinates.
    Typed {
        /// Where.
        place: Coordinates,
        /// The site it is said to be; none = the nearest.
        site: Option<String>,
    },
    /// Somebody named a site of the customer.
    Named {
        /// Which.
        site: String,
    },
}
