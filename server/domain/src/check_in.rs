//! The check-in (签到): an activity with a place, and how far it can be trusted (DOMAIN.md §8).

use serde::{Deserialize, Serialize};

use crate::customer::Customer;
use crate::place::Coordinates;
use crate::score::UncreditedReason;
use crate::text::normal_key;

/// A place where a customer works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// What people call it; unique among the sites of its customer.
    pub name: Box<str>,
    /// Where it is; none while nobody has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Coordinates>,
}

/// Where the place of a check-in comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CheckInSource {
    /// Sent by a device that knows where it is.
    Device,
    /// Coordinates typed by hand.
    Typed,
    /// A site of the customer, named.
    Named,
}

/// How far a check-in can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Trust {
    /// A device was near enough to a site, and sure enough of where it was.
    Verified,
    /// Nobody can tell: named, typed, too inaccurate, or the customer has no site with coordinates.
    Unverified,
    /// A device was outside of the radius of every site.
    Invalid,
}

/// A check-in as it was judged when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckIn {
    /// How far it can be trusted.
    pub trust: Trust,
    /// Where the place comes from.
    pub source: CheckInSource,
    /// Where it was, if coordinates were given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Coordinates>,
    /// How sure the device was, in metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<u32>,
    /// The site named, or the nearest one with coordinates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Box<str>>,
    /// How far from that site, in metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<u32>,
    /// Why it does not count for CHECK_IN; none = it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncredited_reason: Option<UncreditedReason>,
}

/// What the workspace demands of check-ins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckInRules {
    /// Metres around a site that count as being there.
    pub radius_m: u32,
    /// A device less sure than this many metres proves nothing.
    pub accuracy_m: u32,
    /// Minutes between two check-ins of one member that count.
    pub gap_minutes: u32,
    /// Check-ins of one member that count on one day of the workspace's zone; 0 = no cap.
    pub daily_cap: u32,
}

impl Default for CheckInRules {
    /// 500 m, 200 m, 30 minutes (DOMAIN.md §8), and 20 a day.
    fn default() -> Self {
        Self {
            radius_m: 500,
            accuracy_m: 200,
            gap_minutes: 30,
            daily_cap: 20,
        }
    }
}

impl CheckInRules {
    /// Whether nothing was set.
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The trust of coordinates a device sent, given how far from the nearest site and how sure it was.
    pub fn trust_of_device(&self, distance_m: Option<u32>, accuracy_m: Option<u32>) -> Trust {
        match distance_m {
            Some(distance) if distance > self.radius_m => Trust::Invalid,
            Some(_) if accuracy_m.is_some_and(|accuracy| accuracy <= self.accuracy_m) => {
                Trust::Verified
            }
            _ => Trust::Unverified,
        }
    }
}

/// The site of a customer with a name, whatever its case and width.
pub fn site_named<'a>(customer: &'a Customer, name: &str) -> Option<&'a Site> {
    let key = normal_key(name);
    customer
        .sites
        .iter()
        .find(|site| normal_key(&site.name) == key)
}

/// The nearest site of a customer that has coordinates, and how far it is in metres.
pub fn nearest_site(customer: &Customer, place: Coordinates) -> Option<(&Site, u32)> {
    customer
        .sites
        .iter()
        .filter_map(|site| Some((site, site.place?.distance_m(place))))
        .min_by_key(|(_, distance)| *distance)
}
