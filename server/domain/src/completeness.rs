//! How complete a customer's record is, and what is missing (DOMAIN.md §1, §6).

use serde::{Deserialize, Serialize};

use crate::contact::{Contact, DecisionRole};
use crate::customer::Customer;
use crate::id::MemberId;
use crate::state::State;
use crate::time::Timestamp;

/// The whole in basis points.
const WHOLE_BP: usize = 10_000;

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

/// The first time a field of a customer was filled in: a field counts once per customer. The member is the caller, else the
/// customer's owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFill {
    /// Which field.
    pub field: CustomerField,
    /// Who filled it in; none = nobody who is a member, or nobody knows any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberId>,
    /// When.
    pub at: Timestamp,
    /// Revision of the commit that noted it.
    #[serde(default)]
    pub revision: u64,
}

/// How complete a customer's record is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completeness {
    /// Filled fields by all fields in basis points, cut: every field weighs the same.
    pub score_bp: u16,
    /// The fields that are filled, in order.
    pub filled: Vec<CustomerField>,
    /// The fields that are missing, in order.
    pub missing: Vec<CustomerField>,
}

/// How complete a customer's record is now, with the contacts the state holds (DOMAIN.md §1).
pub fn completeness(state: &State, customer: &Customer) -> Completeness {
    assess(customer, || {
        state.contacts_of(customer.id).map(|row| &**row)
    })
}

/// How complete a customer's record is with these contacts.
pub(crate) fn assess<'a, I: Iterator<Item = &'a Contact>>(
    customer: &Customer,
    contacts: impl Fn() -> I,
) -> Completeness {
    let is_filled = |field: &CustomerField| match field {
        CustomerField::Industry => customer.industry.is_some(),
        CustomerField::Region => customer.region.is_some(),
        CustomerField::Website => customer.website.is_some(),
        CustomerField::Phone => customer.phone.is_some(),
        CustomerField::Note => customer.note.is_some(),
        CustomerField::Site => !customer.sites.is_empty(),
        CustomerField::Contact => contacts().next().is_some(),
        CustomerField::Decider => {
            contacts().any(|contact| contact.role == Some(DecisionRole::DecisionMaker))
        }
    };
    let (filled, missing): (Vec<_>, Vec<_>) = CustomerField::ALL.iter().partition(|f| is_filled(f));
    Completeness {
        score_bp: score_bp(filled.len()),
        filled,
        missing,
    }
}

/// The score of so many filled fields, in basis points.
pub fn score_bp(filled: usize) -> u16 {
    let score = filled.min(CustomerField::ALL.len()) * WHOLE_BP / CustomerField::ALL.len();
    u16::try_from(score).unwrap_or(u16::MAX)
}
