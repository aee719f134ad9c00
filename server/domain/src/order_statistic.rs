//! Order statistics of values that lie in several sorted runs, without merging them.

/// From so many values on, the runs are narrowed before they are gathered.
const GATHER: usize = 4_096;

/// Sorted runs of values.
#[derive(Clone, Debug)]
pub(crate) struct Runs<'a> {
    runs: Vec<&'a [i64]>,
    len: usize,
}

impl<'a> Runs<'a> {
    /// Of runs that are each sorted.
    pub(crate) fn of(runs: impl IntoIterator<Item = &'a [i64]>) -> Self {
        let runs: Vec<&[i64]> = runs.into_iter().filter(|run| !run.is_empty()).collect();
        let len = runs.iter().map(|run| run.len()).sum();
        Self { runs, len }
    }

    /// How many values there are.
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// The value at a place in the order of all, from 0.
    pub(crate) fn nth(&self, place: usize) -> Option<i64> {
        if place >= self.len {
            return None;
        }
        let (mut runs, mut place, mut len) = (self.runs.clone(), place, self.len);
        while len > GATHER {
            let mut middles: Vec<i64> = runs.iter().map(|run| run[run.len() / 2]).collect();
            let middle = middles.len() / 2;
            let pivot = *middles.select_nth_unstable(middle).1;
            let cuts: Vec<(usize, usize)> = runs
                .iter()
                .map(|run| {
                    let below = run.partition_point(|value| *value < pivot);
                    let upto = below + run[below..].partition_point(|value| *value == pivot);
                    (below, upto)
                })
                .collect();
            let below: usize = cuts.iter().map(|(below, _)| below).sum();
            let upto: usize = cuts.iter().map(|(_, upto)| upto).sum();
            if place < below {
                narrow(&mut runs, &cuts, |run, (below, _)| &run[..below]);
                len = below;
            } else if place < upto {
                return Some(pivot);
            } else {
                narrow(&mut runs, &cuts, |run, (_, upto)| &run[upto..]);
                place -= upto;
                len -= upto;
            }
        }
        let mut rest: Vec<i64> = runs.concat();
        Some(*rest.select_nth_unstable(place).1)
    }

    /// The middle value; of an even number the mean of the middle two.
    pub(crate) fn median(&self) -> Option<i64> {
        let upper = self.nth(self.len / 2)?;
        if self.len % 2 == 1 {
            return Some(upper);
        }
        let lower = self.nth(self.len / 2 - 1)?;
        Some(lower + (upper - lower) / 2)
    }

    /// The nearest-rank percentile.
    pub(crate) fn percentile(&self, percent: usize) -> Option<i64> {
        let rank = (self.len * percent).div_ceil(100);
        self.nth(rank.checked_sub(1)?)
    }
}

/// Cuts every run, and drops those of which nothing is left.
fn narrow<'a>(
    runs: &mut Vec<&'a [i64]>,
    cuts: &[(usize, usize)],
    keep: impl Fn(&'a [i64], (usize, usize)) -> &'a [i64],
) {
    for (run, cut) in runs.iter_mut().zip(cuts) {
        *run = keep(run, *cut);
    }
    runs.retain(|run| !run.is_empty());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(mut values: Vec<i64>) -> Vec<i64> {
        values.sort_unstable();
        values
    }

    #[test]
    fn percentiles_of_few_values() {
        let median = |values: &[i64]| Runs::of([values]).median();
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[7]), Some(7));
        assert_eq!(median(&[1, 4]), Some(2));
        assert_eq!(median(&[1, 4, 9]), Some(4));
        assert_eq!(Runs::of([]).percentile(90), None);
        assert_eq!(Runs::of([[5].as_slice()]).percentile(90), Some(5));
        let ten: Vec<i64> = (1..=10).collect();
        assert_eq!(Runs::of([ten.as_slice()]).percentile(90), Some(9));
    }

    #[test]
    fn every_place_of_many_runs_is_that_of_the_values_sorted() {
        // A plain congruential sequence: no seed to print, the same every time.
        let mut value: i64 = 1;
        let mut next = || {
            value = (value * 1_103_515_245 + 12_345) % 2_147_483_648;
            value % 5_000
        };
        let runs: Vec<Vec<i64>> = (0..200)
            .map(|length| sorted((0..length % 90).map(|_| next()).collect()))
            .collect();
        let all = sorted(runs.concat());
        assert!(all.len() > 2 * GATHER / 2);
        let runs = Runs::of(runs.iter().map(Vec::as_slice));
        for (place, value) in all.iter().enumerate() {
            assert_eq!(runs.nth(place), Some(*value), "{place}");
        }
        assert_eq!(runs.nth(all.len()), None);
    }
}
