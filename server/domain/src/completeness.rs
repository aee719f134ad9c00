//! How complete a customer's record is, and what is missing (DOMAIN.md §1, §6).

use serde::{Deserialize, Serialize};

use crate::id::MemberId;
use crate::time::Timestamp;

/// A field of a customer's record that counts for its completeness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CustomerField {
    /// The industry.
    Industry,
    /// The region.
    Region,
    /// The web address.
    Website,
    /// The telephone number.
    Phone,
    /// The note.
    Note,
    /// At least one site.
    Site,
    /// At least one contact.
    Contact,
    /// A contact who decides.
    Decider,
}

impl CustomerField {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 8] = [
        Self::Industry,
        Self::Region,
        Self::Website,
        Self::Phone,
        Self::Note,
        Self::Site,
        Self::Contact,
        Self::Decider,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Industry => "INDUSTRY",
            Self::Region => "REGION",
            Self::Website => "WEBSITE",
            Self::Phone => "PHONE",
            Self::Note => "NOTE",
            Self::Site => "SITE",
            Self::Contact => "CONTACT",
            Self::Decider => "DECIDER",
        }
    }
}

/// The first time a field of a customer was filled in: a field counts once per customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFill {
    /// Which field.
    pub field: CustomerField,
    /// Who filled it in; none = nobody who is a member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberId>,
    /// When.
    pub at: Timestamp,
}
