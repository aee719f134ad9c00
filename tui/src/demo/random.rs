//! Chance from a seed: the same seed tells the same story on every machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A source of chance.
#[derive(Clone, Debug)]
pub struct Random {
    source: ChaCha8Rng,
}

impl Random {
    /// From a seed, and a stream within it: two parts of the simulation with streams of their own do not disturb each other.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut source = ChaCha8Rng::seed_from_u64(seed);
        source.set_stream(stream);
        Self { source }
    }

    /// From 0 to below `bound`; 0 when the bound is.
    pub fn below(&mut self, bound: u64) -> u64 {
        // The bias of the remainder is far below what a simulation could show.
        self.source.next_u64().checked_rem(bound).unwrap_or(0)
    }

    /// From `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low + 1).unwrap_or(1);
        low + i64::try_from(self.below(span)).unwrap_or(0)
    }

    /// True in so many of a thousand cases.
    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1_000) < per_mille
    }

    /// One of a list that is not empty.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let place = usize::try_from(self.below(list.len() as u64)).unwrap_or(0);
        &list[place]
    }

    /// One of a list of words that is not empty.
    pub fn word(&mut self, words: &[&'static str]) -> &'static str {
        self.pick::<&'static str>(words)
    }

    /// A place in a list of weights.
    pub fn weighted(&mut self, weights: &[u64]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (place, weight) in weights.iter().enumerate() {
            if left < *weight {
                return place;
            }
            left -= weight;
        }
        0
    }

    /// Around `middle`, seldom far from it, never below a fifth of it: how long things take.
    pub fn around(&mut self, middle: i64) -> i64 {
        let spread = self.between(0, middle) + self.between(0, middle) - middle;
        let long_tail = if self.chance(120) {
            self.between(middle, middle * 3)
        } else {
            0
        };
        (middle + spread * 4 / 5 + long_tail).max(middle / 5)
    }

    /// An amount as deals have them: many small ones, few large ones, two leading digits.
    pub fn amount_major(&mut self) -> i64 {
        let magnitude = [10_000, 10_000, 100_000, 100_000, 100_000, 1_000_000];
        let unit = *self.pick(&magnitude);
        let leading = if unit == 1_000_000 {
            self.between(10, 28)
        } else {
            self.between(15, 99)
        };
        leading * unit / 10
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_tells_the_same_story_and_streams_are_apart() {
        let draw = |seed, stream| {
            let mut random = Random::new(seed, stream);
            (0..20).map(|_| random.below(1_000_000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7, 0), draw(7, 0));
        assert_ne!(draw(7, 0), draw(7, 1));
        assert_ne!(draw(7, 0), draw(8, 0));
    }

    #[test]
    fn draws_stay_within_their_bounds() {
        let mut random = Random::new(1, 0);
        for _ in 0..2_000 {
            assert!((3..=9).contains(&random.between(3, 9)));
            assert!((15_000..=2_800_000).contains(&random.amount_major()));
            assert!(random.around(10) >= 2);
            assert!(random.weighted(&[0, 5, 0]) == 1);
        }
        assert_eq!(random.below(0), 0);
    }
}
