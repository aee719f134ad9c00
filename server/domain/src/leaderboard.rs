//! Ranks and prizes (DOMAIN.md §7): standard competition ranking, prizes of tied ranks pooled and divided.

/// Standard competition ranks (1, 2, 2, 4) of values in descending order. Values must be sorted, greatest first.
pub fn competition_ranks(values: &[i128]) -> Vec<usize> {
    let mut ranks: Vec<usize> = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        let tied = index > 0 && values[index - 1] == *value;
        let rank = if tied { ranks[index - 1] } else { index + 1 };
        ranks.push(rank);
    }
    ranks
}

/// What each place gets when `prizes` go to ranks 1, 2, 3 …: prizes of tied places are pooled and divided equally;
/// what cannot be divided goes to those listed first, one unit each. `ranks` are those of `competition_ranks`.
pub fn pooled_prizes(ranks: &[usize], prizes: &[i64]) -> Vec<i64> {
    let mut shares = Vec::with_capacity(ranks.len());
    for group in ranks.chunk_by(|left, right| left == right) {
        let first = shares.len();
        let pool: i64 = prizes.iter().skip(first).take(group.len()).sum();
        let size = i64::try_from(group.len()).unwrap_or(i64::MAX);
        let (share, rest) = (pool / size, pool % size);
        for place in 0..size {
            shares.push(share + i64::from(place < rest));
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_4_ranks_and_pooled_prizes() {
        let ranks = competition_ranks(&[50, 40, 40, 10]);
        assert_eq!(ranks, [1, 2, 2, 4]);
        assert_eq!(pooled_prizes(&ranks, &[100, 60, 20]), [100, 40, 40, 0]);
    }

    #[test]
    fn an_indivisible_rest_goes_to_who_is_listed_first_and_nothing_is_lost() {
        let ranks = competition_ranks(&[5, 5, 5, 1]);
        assert_eq!(ranks, [1, 1, 1, 4]);
        assert_eq!(pooled_prizes(&ranks, &[100, 50, 50]), [67, 67, 66, 0]);
        assert_eq!(competition_ranks(&[]), Vec::<usize>::new());
    }
}
