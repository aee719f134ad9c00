//! Dividing a whole number among shares without losing a unit: the largest-remainder method (DOMAIN.md §5, §6).

/// Parts of a total that is not negative, in proportion to their weights. Each part gets its quota rounded down; the units
/// that are left go to the largest remainders, one each, the earlier part first where remainders are equal. Weights that
/// are all zero count as equal. The parts always sum to the total; no parts: no total is divided.
pub fn largest_remainder(total: i64, weights: &[u64]) -> Vec<i64> {
    let equal = weights.iter().all(|weight| *weight == 0);
    let weight_of = |weight: &u64| if equal { 1 } else { i128::from(*weight) };
    let sum: i128 = weights.iter().map(weight_of).sum();
    if sum == 0 {
        return Vec::new();
    }
    let total = i128::from(total.max(0));
    // Bounded by the total, which is an i64.
    let mut parts: Vec<i64> = weights
        .iter()
        .map(|weight| (total * weight_of(weight) / sum) as i64)
        .collect();
    let given: i128 = parts.iter().map(|part| i128::from(*part)).sum();
    let left = usize::try_from(total - given).unwrap_or(0);
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|place| {
        let remainder = total * weight_of(&weights[*place]) % sum;
        (std::cmp::Reverse(remainder), *place)
    });
    for place in order.into_iter().take(left) {
        parts[place] += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_8_a_year_by_quarters_and_a_quarter_by_months() {
        assert_eq!(largest_remainder(1_000, &[1; 4]), [250; 4]);
        assert_eq!(largest_remainder(250, &[1; 3]), [84, 83, 83]);
    }

    #[test]
    fn what_is_left_goes_to_the_largest_remainders_and_nothing_is_lost() {
        assert_eq!(largest_remainder(10, &[6, 3, 2]), [5, 3, 2]);
        assert_eq!(largest_remainder(7, &[1, 0, 1]), [4, 0, 3]);
        assert_eq!(largest_remainder(5, &[0, 0]), [3, 2]);
        assert_eq!(largest_remainder(0, &[3, 4]), [0, 0]);
        assert_eq!(largest_remainder(9, &[]), Vec::<i64>::new());
        let parts = largest_remainder(i64::MAX, &[u64::MAX >> 1, 1, 7]);
        assert_eq!(
            parts.iter().map(|part| i128::from(*part)).sum::<i128>(),
            i128::from(i64::MAX)
        );
    }
}
