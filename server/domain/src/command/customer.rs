//! What a caller may ask for about customers and the people there.

use serde::{Deserialize, Serialize};

use super::Patch;
use crate::check_in::Site;
use crate::contact::{DecisionRole, Stance};
use crate::id::{ContactId, CustomerId, MemberId};

/// Creates a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateCustomer {
    /// What people call it.
    pub name: String,
    /// Industry.
    pub industry: Option<String>,
    /// Region or country.
    pub region: Option<String>,
    /// Web address.
    pub website: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Free text.
    pub note: Option<String>,
    /// Its id in another system.
    pub external_id: Option<String>,
    /// Who looks after it.
    pub owner: Option<MemberId>,
    /// Where it works.
    pub sites: Vec<Site>,
}

/// Changes a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateCustomer {
    /// Which.
    pub id: CustomerId,
    /// New name.
    pub name: Option<String>,
    /// New industry.
    pub industry: Patch<String>,
    /// New region.
    pub region: Patch<String>,
    /// New web address.
    pub website: Patch<String>,
    /// New telephone number.
    pub phone: Patch<String>,
    /// New note.
    pub note: Patch<String>,
    /// New foreign id.
    pub external_id: Patch<String>,
    /// New owner.
    pub owner: Patch<MemberId>,
    /// New list of sites.
    pub sites: Option<Vec<Site>>,
}

/// Creates a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateContact {
    /// Where they work; none while it is not known.
    pub customer: Option<CustomerId>,
    /// What they are called.
    pub name: String,
    /// Job title.
    pub title: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Role in the decision chain.
    pub role: Option<DecisionRole>,
    /// For or against us.
    pub stance: Option<Stance>,
    /// The contact they report to: of the same customer, when both have one.
    pub reports_to: Option<ContactId>,
}

/// Changes a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateContact {
    /// Which.
    pub id: ContactId,
    /// Where they work: can be set while there is none, and never changed.
    pub customer: Patch<CustomerId>,
    /// New name.
    pub name: Option<String>,
    /// New job title.
    pub title: Patch<String>,
    /// New telephone number.
    pub phone: Patch<String>,
    /// New e-mail address.
    pub email: Patch<String>,
    /// New role in the decision chain.
    pub role: Patch<DecisionRole>,
    /// New stance.
    pub stance: Patch<Stance>,
    /// New superior.
    pub reports_to: Patch<ContactId>,
}
