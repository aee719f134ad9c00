//! Recomputes how a reward was broken into packets, from its published seed alone (DOMAIN.md §6): nothing here is the server's.

use sha2::{Digest as _, Sha256};

/// Begins the text that a seed is the digest of.
const SEED_PREFIX: &str = "sluice-packet-v1";
/// Bytes of a digest that make a draw.
const DRAW_BYTES: usize = 8;

/// The seed of a lucky split: SHA-256 of `sluice-packet-v1/<reward number>/<granted revision>/<micros of the split>`, as 64
/// hexadecimal digits. The time is in microseconds since 1970.
pub fn seed(reward: u64, granted_revision: u64, split_micros: i64) -> String {
    let text = format!("{SEED_PREFIX}/{reward}/{granted_revision}/{split_micros}");
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// One place of a lucky draw, with all that it was reckoned from. Amounts are points or minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// 1 for the earliest-joined receiver.
    pub place: u32,
    /// What was left before it.
    pub left: i64,
    /// The first eight bytes of SHA-256 of `<seed>/<place>`, big-endian; none for the last place, which gets what is left.
    pub drawn: Option<u64>,
    /// The most it could have been.
    pub most: i64,
    /// What it is.
    pub amount: i64,
}

/// A lucky draw of an amount for so many places. Each gets at least 1, so the amount must not be below their number: what is
/// not possible is answered by no places.
pub fn lucky(seed: &str, amount: i64, places: u32) -> Vec<Draw> {
    if amount < i64::from(places) {
        return Vec::new();
    }
    let mut left = amount;
    let mut draws = Vec::with_capacity(usize::try_from(places).unwrap_or_default());
    for place in 1..=places {
        let rest = i64::from(places - place + 1);
        let (drawn, most, amount) = if rest == 1 {
            (None, left, left)
        } else {
            // Up to twice the average, leaving at least one for each later place.
            let most = (2 * (left / rest) - 1).min(left - (rest - 1)).max(1);
            let drawn = draw(seed, place);
            let above = drawn % most.unsigned_abs();
            let above = i64::try_from(above).unwrap_or_default();
            (Some(drawn), most, 1 + above)
        };
        draws.push(Draw {
            place,
            left,
            drawn,
            most,
            amount,
        });
        left -= amount;
    }
    draws
}

/// An equal split of an amount: what is left over goes to the first places, one unit each.
pub fn equal(amount: i64, places: u32) -> Vec<i64> {
    let count = i64::from(places);
    if count == 0 || amount < count {
        return Vec::new();
    }
    let (each, rest) = (amount / count, amount % count);
    (0..count)
        .map(|place| each + i64::from(place < rest))
        .collect()
}

fn draw(seed: &str, place: u32) -> u64 {
    let digest = Sha256::digest(format!("{seed}/{place}").as_bytes());
    let mut number = 0;
    for byte in digest.iter().take(DRAW_BYTES) {
        number = (number << 8) | u64::from(*byte);
    }
    number
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    // Both made with Python's hashlib.
    const SEED: &str = "03da083498186b26101b2426e1d6616dd786d06706c8bc18315c92490c6d01d6";

    #[test]
    fn a_seed_is_what_another_language_makes_of_the_same_text() {
        assert_eq!(seed(7, 120, 1_790_000_000_000_000), SEED);
    }

    #[test]
    fn a_draw_is_what_another_language_makes_of_the_same_seed() {
        let amounts: Vec<i64> = lucky(SEED, 1_000, 6)
            .iter()
            .map(|draw| draw.amount)
            .collect();
        assert_eq!(amounts, [107, 223, 251, 139, 175, 105]);
        let least: Vec<i64> = lucky(SEED, 4, 4).iter().map(|draw| draw.amount).collect();
        assert_eq!(least, [1, 1, 1, 1]);
    }

    #[test]
    fn whatever_is_drawn_every_place_has_something_and_nothing_is_lost() {
        for amount in 1..200_i64 {
            for places in 1..=20_u32 {
                let draws = lucky(SEED, amount, places);
                if amount < i64::from(places) {
                    assert!(draws.is_empty() && equal(amount, places).is_empty());
                    continue;
                }
                assert!(
                    draws.iter().all(|draw| draw.amount >= 1),
                    "{amount} {places}"
                );
                assert_eq!(draws.iter().map(|draw| draw.amount).sum::<i64>(), amount);
                let even = equal(amount, places);
                assert_eq!(even.iter().sum::<i64>(), amount);
                assert!(
                    even.windows(2)
                        .all(|pair| pair[0] >= pair[1] && pair[0] - pair[1] <= 1)
                );
            }
        }
        assert!(lucky(SEED, 5, 0).is_empty() && equal(5, 0).is_empty());
    }

    #[test]
    fn the_largest_amounts_do_not_overflow() {
        let sum: i64 = lucky(SEED, i64::MAX, 100)
            .iter()
            .map(|draw| draw.amount)
            .sum();
        assert_eq!(sum, i64::MAX);
    }
}
