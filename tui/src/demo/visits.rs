//! Where customers of the simulated team work, and check-ins there.

use sluice_proto::v1;

use super::random::Random;

/// Where the first customer works: latitude and longitude in ten-millionths of a degree.
const CITIES: [(i32, i32); 4] = [
    (312_304_160, 1_214_737_010),
    (399_041_990, 1_164_073_960),
    (525_200_080, 134_049_540),
    (225_428_600, 1_140_595_600),
];
/// Customers of one city are so far from each other, about two kilometres.
const STREET_E7: i32 = 180_000;
/// A device at a site is at most so far off, about a hundred metres: well within the radius that is taken for being there.
const NEAR_E7: i64 = 9_000;
/// A device elsewhere is so far off, some kilometres.
const FAR_E7: i32 = 500_000;
/// How sure a device is, in metres.
const ACCURACY_M: (i64, i64) = (8, 60);

/// What the one site of every customer is called.
pub const SITE: &str = "总部 Head office";

/// How a check-in comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// A device at the site: verified.
    There,
    /// The site is named: nobody can tell.
    Named,
    /// A device somewhere else: invalid.
    Elsewhere,
}

impl Manner {
    /// Most are there; some forget their device, a few are not where they say.
    pub fn choose(random: &mut Random) -> Self {
        [Self::There, Self::Named, Self::Elsewhere][random.weighted(&[70, 22, 8])]
    }
}

/// The site of a customer, by the customer's place among all.
pub fn site(place: usize) -> v1::Site {
    let (latitude, longitude) = CITIES[place % CITIES.len()];
    let street = i32::try_from(place / CITIES.len() % 100).unwrap_or(0);
    v1::Site {
        name: SITE.to_owned(),
        coordinates: Some(v1::Coordinates {
            latitude_e7: latitude + street * STREET_E7,
            longitude_e7: longitude - street * STREET_E7,
        }),
    }
}

/// A check-in at a site.
pub fn check_in(random: &mut Random, site: &v1::Site, manner: Manner) -> v1::CheckIn {
    let named = v1::CheckIn {
        source: v1::CheckInSource::Named.into(),
        site: site.name.clone(),
        ..Default::default()
    };
    let Some(place) = site.coordinates.filter(|_| manner != Manner::Named) else {
        return named;
    };
    let mut off = || i32::try_from(random.between(-NEAR_E7, NEAR_E7)).unwrap_or(0);
    let (north, east) = (off(), off());
    let far = if manner == Manner::Elsewhere {
        FAR_E7
    } else {
        0
    };
    let accuracy = random.between(ACCURACY_M.0, ACCURACY_M.1);
    v1::CheckIn {
        source: v1::CheckInSource::Device.into(),
        coordinates: Some(v1::Coordinates {
            latitude_e7: place.latitude_e7 + north + far,
            longitude_e7: place.longitude_e7 + east,
        }),
        accuracy_m: i32::try_from(accuracy).ok(),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_customer_has_a_site_of_its_own_on_the_earth() {
        let places: std::collections::BTreeSet<(i32, i32)> = (0..400)
            .filter_map(|place| site(place).coordinates)
            .map(|place| (place.latitude_e7, place.longitude_e7))
            .collect();
        assert_eq!(places.len(), 400);
        assert!(places.iter().all(|(latitude, longitude)| {
            latitude.abs() < 900_000_000 && longitude.abs() < 1_800_000_000
        }));
    }

    #[test]
    fn a_device_that_is_there_is_nearer_than_one_that_is_not() {
        let mut random = Random::new(1, 9);
        let site = site(3);
        let at = site.coordinates.unwrap_or_default();
        for _ in 0..200 {
            let mut off = |manner| {
                let check_in = check_in(&mut random, &site, manner);
                let place = check_in.coordinates.unwrap_or_default();
                (place.latitude_e7 - at.latitude_e7).abs()
            };
            assert!(off(Manner::There) <= 9_000);
            assert!(off(Manner::Elsewhere) > 400_000);
        }
    }
}
