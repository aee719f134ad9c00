//! How long a lane rests after a failure: twice as long after each, and not all lanes at the same instant.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

use super::DeliveryOptions;

/// The rest is drawn from so many percent of the computed one upwards.
const LEAST_PERCENT: u32 = 80;
/// And to so many.
const MOST_PERCENT: u32 = 120;

/// The rest after an attempt that failed, when so many had failed before it.
pub(super) fn rest(options: &DeliveryOptions, attempts_before: u32) -> Duration {
    let doubled = 2_u32.saturating_pow(attempts_before.min(30));
    let rest = options
        .retry_first
        .saturating_mul(doubled)
        .min(options.retry_longest);
    // Each `RandomState` is seeded by the operating system: that is random enough for not acting in step.
    let random = RandomState::new().build_hasher().finish();
    let span = u64::from(MOST_PERCENT - LEAST_PERCENT + 1);
    let percent = LEAST_PERCENT + u32::try_from(random % span).unwrap_or(0);
    rest * percent / 100
}

/// No rest is longer.
pub(super) fn longest(options: &DeliveryOptions) -> Duration {
    options.retry_longest * MOST_PERCENT / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_double_up_to_a_bound_and_differ() {
        let options = DeliveryOptions::default();
        let within = |attempts, seconds: u64| {
            let rest = rest(&options, attempts).as_millis();
            let (least, most) = (u128::from(seconds) * 800, u128::from(seconds) * 1_200);
            assert!((least..=most).contains(&rest), "{attempts}: {rest} ms");
        };
        for (attempts, seconds) in [
            (0, 5),
            (1, 10),
            (2, 20),
            (9, 2_560),
            (10, 3_600),
            (u32::MAX, 3_600),
        ] {
            within(attempts, seconds);
        }
        let drawn: std::collections::BTreeSet<_> = (0..100).map(|_| rest(&options, 5)).collect();
        assert!(drawn.len() > 3, "{drawn:?}");
        assert!(drawn.iter().all(|rest| *rest <= longest(&options)));
    }
}
