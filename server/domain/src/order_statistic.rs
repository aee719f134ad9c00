//! Order statistics: of values in order, of values in several sorted runs without merging them, and of a heap of values.

use crate::sorted::Sorted;

/// From so many values on, the runs are narrowed before they are gathered.
const GATHER: usize = 4_096;
/// How far around the place expected of a value it is looked for first: this share of all.
const GUESS_SHARE: usize = 32;

/// Values whose places in the order of all can be asked for.
pub(crate) trait Places {
    /// How many values there are.
    fn len(&self) -> usize;

    /// The value at a place in the order of all, from 0.
    fn nth(&self, place: usize) -> Option<i64>;

    /// The middle value; of an even number the mean of the middle two.
    fn median(&self) -> Option<i64> {
        let len = self.len();
        let upper = self.nth(len / 2)?;
        if len % 2 == 1 {
            return Some(upper);
        }
        let lower = self.nth(len / 2 - 1)?;
        Some(lower + (upper - lower) / 2)
    }

    /// The nearest-rank percentile.
    fn percentile(&self, percent: usize) -> Option<i64> {
        let rank = (self.len() * percent).div_ceil(100);
        self.nth(rank.checked_sub(1)?)
    }
}

impl Places for Sorted<i64> {
    fn len(&self) -> usize {
        self.len()
    }

    fn nth(&self, place: usize) -> Option<i64> {
        self.get(place).copied()
    }
}

/// The middle value of some in any order, whose order changes.
pub(crate) fn median_of(values: &mut [i64]) -> Option<i64> {
    let middle = values.len() / 2;
    let odd = values.len() % 2 == 1;
    if values.is_empty() {
        return None;
    }
    let (below, upper, _) = values.select_nth_unstable(middle);
    let upper = *upper;
    match below.iter().max() {
        Some(lower) if !odd => Some(lower + (upper - lower) / 2),
        _ => Some(upper),
    }
}

/// The nearest-rank percentile of values in any order, whose order changes.
pub(crate) fn percentile_of(values: &mut [i64], percent: usize) -> Option<i64> {
    let rank = (values.len() * percent).div_ceil(100);
    let place = rank.checked_sub(1)?;
    Some(*values.select_nth_unstable(place).1)
}

/// Sorted runs of values.
#[derive(Clone, Debug)]
pub(crate) struct Runs<'a> {
    runs: Vec<&'a [i64]>,
    len: usize,
    /// Values that are probably spread alike: they tell where to look first.
    alike: Option<&'a Sorted<i64>>,
}

impl<'a> Runs<'a> {
    /// Of runs that are each sorted.
    #[cfg(test)]
    fn of(runs: impl IntoIterator<Item = &'a [i64]>) -> Self {
        let runs: Vec<&[i64]> = runs.into_iter().filter(|run| !run.is_empty()).collect();
        let len = runs.iter().map(|run| run.len()).sum();
        Self {
            runs,
            len,
            alike: None,
        }
    }

    /// Of runs that are each sorted and not empty, and values that are probably spread like theirs.
    pub(crate) fn like(alike: &'a Sorted<i64>, runs: Vec<&'a [i64]>) -> Self {
        let len = runs.iter().map(|run| run.len()).sum();
        Self {
            runs,
            len,
            alike: Some(alike),
        }
    }

    /// Between which values the one at a place probably is.
    fn guess(&self, place: usize) -> Option<(i64, i64)> {
        let alike = self.alike?;
        let there = place * alike.len() / self.len.max(1);
        let margin = alike.len() / GUESS_SHARE;
        let last = alike.len().checked_sub(1)?;
        let low = alike.get(there.saturating_sub(margin))?;
        let high = alike.get((there + margin).min(last))?;
        Some((*low, *high))
    }
}

impl Places for Runs<'_> {
    fn len(&self) -> usize {
        self.len
    }

    fn nth(&self, place: usize) -> Option<i64> {
        if place >= self.len {
            return None;
        }
        let (mut runs, mut place, mut len) = (self.runs.clone(), place, self.len);
        let mut next = self.guess(place).filter(|_| len > GATHER);
        while len > GATHER {
            let (low, high) = next.take().unwrap_or_else(|| {
                let mut middles: Vec<i64> = runs.iter().map(|run| run[run.len() / 2]).collect();
                let middle = middles.len() / 2;
                let pivot = *middles.select_nth_unstable(middle).1;
                (pivot, pivot)
            });
            let cuts: Vec<(usize, usize)> = runs
                .iter()
                .map(|run| {
                    let below = run.partition_point(|value| *value < low);
                    let upto = below + run[below..].partition_point(|value| *value <= high);
                    (below, upto)
                })
                .collect();
            let below: usize = cuts.iter().map(|(below, _)| below).sum();
            let upto: usize = cuts.iter().map(|(_, upto)| upto).sum();
            if place < below {
                narrow(&mut runs, &cuts, |run, (below, _)| &run[..below]);
                len = below;
            } else if place < upto {
                if low == high {
                    return Some(low);
                }
                narrow(&mut runs, &cuts, |run, (below, upto)| &run[below..upto]);
                place -= below;
                len = upto - below;
            } else {
                narrow(&mut runs, &cuts, |run, (_, upto)| &run[upto..]);
                place -= upto;
                len -= upto;
            }
        }
        let mut rest: Vec<i64> = runs.concat();
        Some(*rest.select_nth_unstable(place).1)
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
        let plain = Runs::of(runs.iter().map(Vec::as_slice));
        let some = || plain.runs.clone();
        // What is spread alike, unlike, and what has hardly any values.
        let alike = Sorted::from(all.iter().copied().step_by(3).collect::<Vec<i64>>());
        let unlike = Sorted::from((4_000..9_000).collect::<Vec<i64>>());
        let few = Sorted::from(vec![3, 3]);
        let guided = [&alike, &unlike, &few].map(|values| Runs::like(values, some()));
        for (place, value) in all.iter().enumerate() {
            assert_eq!(plain.nth(place), Some(*value), "{place}");
            if place % 37 == 0 {
                for runs in &guided {
                    assert_eq!(runs.nth(place), Some(*value), "{place}");
                }
            }
        }
        assert_eq!(plain.nth(all.len()), None);
        assert_eq!(guided[0].nth(all.len()), None);
    }

    #[test]
    fn a_heap_of_values_has_the_statistics_of_the_values_in_order() {
        for len in 0..40_i64 {
            let mut heap: Vec<i64> = (0..len).map(|value| value * 7 % 11).collect();
            let sorted = Sorted::from(heap.clone());
            assert_eq!(median_of(&mut heap), sorted.median(), "of {len}");
            for percent in [1, 50, 90, 100] {
                let own = percentile_of(&mut heap, percent);
                assert_eq!(own, sorted.percentile(percent), "{percent} % of {len}");
            }
        }
    }
}
