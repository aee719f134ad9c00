//! Check-ins, customers' sites and coordinates between API and domain.

use sluice_domain::{CheckIn, CheckInSource, Coordinates, Site, Trust, command::CheckInClaim};
use sluice_proto::v1;

use super::{
    Fields,
    value::{or_empty, text},
};

/// Reads where an activity is said to have been.
pub fn read(fields: &mut Fields, check_in: v1::CheckIn) -> CheckInClaim {
    let accuracy_m = check_in.accuracy_m.map(|metres| {
        u32::try_from(metres).unwrap_or_else(|_| {
            fields.invalid("check_in.accuracy_m", "must not be negative");
            0
        })
    });
    let site = text(check_in.site);
    let place = |fields: &mut Fields| match check_in.coordinates {
        Some(place) => read_place(place),
        None => {
            fields.invalid("check_in.coordinates", "is missing");
            Coordinates {
                latitude_e7: 0,
                longitude_e7: 0,
            }
        }
    };
    match fields.enumeration("check_in.source", check_in.source) {
        v1::CheckInSource::Unspecified | v1::CheckInSource::Device => CheckInClaim::Device {
            place: place(fields),
            accuracy_m,
            site,
        },
        v1::CheckInSource::Typed => CheckInClaim::Typed {
            place: place(fields),
            site,
        },
        v1::CheckInSource::Named => {
            if site.is_none() {
                fields.invalid("check_in.site", "is missing: name a site of the customer");
            }
            CheckInClaim::Named {
                site: site.unwrap_or_default(),
            }
        }
    }
}

const fn read_place(place: v1::Coordinates) -> Coordinates {
    Coordinates {
        latitude_e7: place.latitude_e7,
        longitude_e7: place.longitude_e7,
    }
}

const fn write_place(place: Coordinates) -> v1::Coordinates {
    v1::Coordinates {
        latitude_e7: place.latitude_e7,
        longitude_e7: place.longitude_e7,
    }
}

/// Reads a customer's sites.
pub fn read_sites(sites: Vec<v1::Site>) -> Vec<Site> {
    sites
        .into_iter()
        .map(|site| Site {
            name: site.name.into(),
            place: site.coordinates.map(read_place),
        })
        .collect()
}

/// Writes a customer's sites.
pub fn write_sites(sites: &[Site]) -> Vec<v1::Site> {
    sites
        .iter()
        .map(|site| v1::Site {
            name: site.name.to_string(),
            coordinates: site.place.map(write_place),
        })
        .collect()
}

/// Writes a check-in.
pub fn write(check_in: &CheckIn) -> v1::CheckIn {
    let metres = |metres: u32| i32::try_from(metres).unwrap_or(i32::MAX);
    v1::CheckIn {
        source: match check_in.source {
            CheckInSource::Device => v1::CheckInSource::Device,
            CheckInSource::Typed => v1::CheckInSource::Typed,
            CheckInSource::Named => v1::CheckInSource::Named,
        }
        .into(),
        coordinates: check_in.place.map(write_place),
        accuracy_m: check_in.accuracy_m.map(metres),
        site: or_empty(&check_in.site),
        trust: match check_in.trust {
            Trust::Verified => v1::CheckInTrust::Verified,
            Trust::Unverified => v1::CheckInTrust::Unverified,
            Trust::Invalid => v1::CheckInTrust::Invalid,
        }
        .into(),
        distance_m: check_in.distance_m.map(metres),
        credited: check_in.uncredited_reason.is_none(),
        uncredited_reason: check_in
            .uncredited_reason
            .map(|reason| reason.name().to_owned())
            .unwrap_or_default(),
    }
}
