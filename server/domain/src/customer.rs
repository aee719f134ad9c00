//! The customer (客户): a company that may buy.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::check_in::Site;
use crate::completeness::FieldFill;
use crate::id::{CustomerId, MemberId};
use crate::time::Timestamp;

/// A customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// What people call it; not unique.
    pub name: Box<str>,
    /// Industry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub industry: Option<Box<str>>,
    /// Region or country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Box<str>>,
    /// Web address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<Box<str>>,
    /// Telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Box<str>>,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Box<str>>,
    /// Its id in another system; unique among customers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<Arc<str>>,
    /// Who looks after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<MemberId>,
    /// Where it works; names differ.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<Site>,
    /// The first time each field was filled in, in order of time; empty for what was filled before this was kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filled: Vec<FieldFill>,
    /// When it was created.
    pub created_at: Timestamp,
    /// Revision of the last commit that changed it.
    pub revision: u64,
}
