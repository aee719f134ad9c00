//! The contact (联系人): a person, usually at a customer, and where they stand.

use serde::{Deserialize, Serialize};

use crate::id::{ContactId, CustomerId};
use crate::time::Timestamp;

/// Role of a contact in the decision chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DecisionRole {
    /// Says yes.
    DecisionMaker,
    /// Is listened to.
    Influencer,
    /// Sells for us inside.
    Champion,
    /// Judges the technical side.
    Evaluator,
    /// Will use it.
    User,
    /// Handles purchase and contract.
    Buyer,
    /// Controls access to the others.
    Gatekeeper,
}

impl DecisionRole {
    /// What people call it, in English, with its article.
    pub const fn word(self) -> &'static str {
        match self {
            Self::DecisionMaker => "a decision maker",
            Self::Influencer => "an influencer",
            Self::Champion => "a champion",
            Self::Evaluator => "an evaluator",
            Self::User => "a user",
            Self::Buyer => "a buyer",
            Self::Gatekeeper => "a gatekeeper",
        }
    }
}

/// What a contact thinks of us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Stance {
    /// For us.
    Supportive,
    /// Neither.
    Neutral,
    /// Against us.
    Opposed,
}

/// A person, usually at a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// Where they work; none while it is not known. Set once: whoever changes company is another contact there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// What they are called.
    pub name: Box<str>,
    /// Job title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Box<str>>,
    /// Telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Box<str>>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Box<str>>,
    /// Role in the decision chain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<DecisionRole>,
    /// For or against us; none = not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stance: Option<Stance>,
    /// The contact they report to: no cycle, and of the same customer when both have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reports_to: Option<ContactId>,
    /// When it was created.
    pub created_at: Timestamp,
    /// Revision of the last commit that changed it.
    pub revision: u64,
}
