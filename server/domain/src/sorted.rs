//! Values in order, many of them: cheap to clone, to change by one, and to ask how many lie before an instant, a day, a length.
//!
//! The values lie in leaves of a few kilobytes, so that a change copies one leaf and a search reads a handful of them. Two
//! are equal when their values are, however these are cut into leaves.

use std::mem::size_of;
use std::sync::Arc;

use imbl::Vector;

/// About how many bytes of values a leaf holds: what a change of one value copies.
const LEAF_BYTES: usize = 2_048;
/// Fewest values a full leaf has, however wide they are.
const LEAF_LEAST: usize = 16;

/// Values in order; equal ones may be there several times.
#[derive(Clone, Debug)]
pub(crate) struct Sorted<T> {
    /// None of them is empty.
    leaves: Vector<Arc<Vec<T>>>,
    len: usize,
}

impl<T> Default for Sorted<T> {
    fn default() -> Self {
        Self {
            leaves: Vector::new(),
            len: 0,
        }
    }
}

impl<T: Ord + Clone> PartialEq for Sorted<T> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl<T: Ord + Clone> Eq for Sorted<T> {}

impl<T: Ord + Clone> From<Vec<T>> for Sorted<T> {
    /// Of values in any order.
    fn from(mut values: Vec<T>) -> Self {
        values.sort_unstable();
        // Room for what comes in between.
        let leaves = values.chunks(Self::CAPACITY / 4 * 3);
        Self {
            leaves: leaves.map(|leaf| Arc::new(leaf.to_vec())).collect(),
            len: values.len(),
        }
    }
}

impl<T: Ord + Clone> Sorted<T> {
    /// Most values of a leaf.
    const CAPACITY: usize = {
        let fit = LEAF_BYTES / size_of::<T>();
        if fit < LEAF_LEAST { LEAF_LEAST } else { fit }
    };

    /// How many values there are.
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The values, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.leaves.iter().flat_map(|leaf| leaf.iter())
    }

    /// The values, in order, in sorted runs.
    pub(crate) fn leaves(&self) -> impl Iterator<Item = &[T]> {
        self.leaves.iter().map(|leaf| leaf.as_slice())
    }

    /// The value at a place in the order, from 0.
    pub(crate) fn get(&self, mut place: usize) -> Option<&T> {
        for leaf in &self.leaves {
            match leaf.get(place) {
                Some(value) => return Some(value),
                None => place -= leaf.len(),
            }
        }
        None
    }

    /// The values from a place in the order on, from 0.
    pub(crate) fn iter_from(&self, mut place: usize) -> impl Iterator<Item = &T> {
        let mut leaves = 0;
        for leaf in &self.leaves {
            if place < leaf.len() {
                break;
            }
            place -= leaf.len();
            leaves += 1;
        }
        let rest = self.leaves.iter().skip(leaves);
        rest.flat_map(|leaf| leaf.iter()).skip(place)
    }

    /// How many values come before something: `before` holds for them, and for none behind them.
    pub(crate) fn count_before(&self, before: impl Fn(&T) -> bool) -> usize {
        let place = self.leaf_of(&before);
        let whole: usize = self.leaves.iter().take(place).map(|leaf| leaf.len()).sum();
        let rest = self.leaves.get(place);
        whole + rest.map_or(0, |leaf| leaf.partition_point(before))
    }

    /// The values from where `before` no longer holds, as long as `within` does.
    pub(crate) fn range(
        &self,
        before: impl Fn(&T) -> bool,
        within: impl Fn(&T) -> bool,
    ) -> impl Iterator<Item = &T> {
        let place = self.leaf_of(&before);
        let skipped = self.leaves.get(place);
        let skipped = skipped.map_or(0, |leaf| leaf.partition_point(before));
        self.leaves
            .iter()
            .skip(place)
            .flat_map(|leaf| leaf.iter())
            .skip(skipped)
            .take_while(move |value| within(value))
    }

    /// Puts a value in.
    pub(crate) fn insert(&mut self, value: T) {
        self.len += 1;
        let last = self.leaves.len().saturating_sub(1);
        let at = self.leaf_of(&|own: &T| *own < value).min(last);
        let Some(leaf) = self.leaves.get_mut(at) else {
            self.leaves.push_back(Arc::new(vec![value]));
            return;
        };
        let place = leaf.partition_point(|own| *own < value);
        if leaf.len() < Self::CAPACITY {
            put(leaf, place, value);
        } else if at == last && place == leaf.len() {
            // What comes in order fills its leaves.
            self.leaves.push_back(Arc::new(vec![value]));
        } else {
            let middle = leaf.len() / 2;
            let mut upper = leaf[middle..].to_vec();
            let mut lower = leaf[..middle].to_vec();
            if place <= middle {
                lower.insert(place, value);
            } else {
                upper.insert(place - middle, value);
            }
            *leaf = Arc::new(lower);
            self.leaves.insert(at + 1, Arc::new(upper));
        }
    }

    /// Takes one value out, if it is there.
    pub(crate) fn remove(&mut self, value: &T) {
        let at = self.leaf_of(&|own: &T| own < value);
        let Some(leaf) = self.leaves.get_mut(at) else {
            return;
        };
        let place = leaf.partition_point(|own| own < value);
        if leaf.get(place) != Some(value) {
            return;
        }
        Arc::make_mut(leaf).remove(place);
        self.len -= 1;
        let left = leaf.len();
        if left == 0 {
            self.leaves.remove(at);
        } else if left < Self::CAPACITY / 4 {
            self.join(at);
        }
    }

    /// Joins a leaf with the next one where there is room for both.
    fn join(&mut self, at: usize) {
        let next = self.leaves.get(at + 1).cloned();
        let (Some(leaf), Some(next)) = (self.leaves.get_mut(at), next) else {
            return;
        };
        if leaf.len() + next.len() <= Self::CAPACITY / 4 * 3 {
            Arc::make_mut(leaf).extend(next.iter().cloned());
            self.leaves.remove(at + 1);
        }
    }

    /// The first leaf that has values which do not come before something.
    fn leaf_of(&self, before: &impl Fn(&T) -> bool) -> usize {
        let (mut from, mut to) = (0, self.leaves.len());
        while from < to {
            let middle = from + (to - from) / 2;
            let last = self.leaves.get(middle).and_then(|leaf| leaf.last());
            if last.is_some_and(before) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        from
    }
}

/// Puts a value into a leaf; one that others hold too is copied with room for it.
fn put<T: Clone>(leaf: &mut Arc<Vec<T>>, place: usize, value: T) {
    if let Some(own) = Arc::get_mut(leaf) {
        own.insert(place, value);
        return;
    }
    let mut copy = Vec::with_capacity(leaf.len() + 1);
    copy.extend_from_slice(&leaf[..place]);
    copy.push(value);
    copy.extend_from_slice(&leaf[place..]);
    *leaf = Arc::new(copy);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A plain congruential sequence: no seed to print, the same every time.
    fn numbers() -> impl Iterator<Item = i64> {
        let mut value: i64 = 1;
        std::iter::repeat_with(move || {
            value = (value * 1_103_515_245 + 12_345) % 2_147_483_648;
            (value >> 8) % 3_000
        })
    }

    fn agree(sorted: &Sorted<i64>, plain: &[i64]) {
        assert_eq!(sorted.len(), plain.len());
        assert_eq!(sorted.is_empty(), plain.is_empty());
        assert!(sorted.iter().eq(plain));
        assert!(sorted.leaves().all(|leaf| !leaf.is_empty()));
        assert_eq!(*sorted, Sorted::from(plain.to_vec()));
        for bound in [-1, 0, 1, 77, 1_500, 2_999, 3_000] {
            let before = plain.partition_point(|value| *value < bound);
            assert_eq!(sorted.count_before(|value| *value < bound), before);
            let range = sorted.range(|value| *value < bound, |value| *value < bound + 700);
            let until = plain.partition_point(|value| *value < bound + 700);
            assert!(range.eq(&plain[before..until]), "from {bound}");
        }
        for place in [0, 1, plain.len() / 2, plain.len()] {
            assert_eq!(sorted.get(place), plain.get(place), "place {place}");
            assert!(sorted.iter_from(place).eq(&plain[place.min(plain.len())..]));
        }
    }

    #[test]
    fn it_holds_what_a_sorted_list_holds_whatever_goes_in_and_out() {
        let mut sorted = Sorted::default();
        let mut plain: Vec<i64> = Vec::new();
        agree(&sorted, &plain);
        let values: Vec<i64> = numbers().take(6_000).collect();
        for (count, value) in values.iter().enumerate() {
            sorted.insert(*value);
            let place = plain.partition_point(|own| own < value);
            plain.insert(place, *value);
            if count % 997 == 0 {
                agree(&sorted, &plain);
            }
        }
        agree(&sorted, &plain);
        let kept = sorted.clone();
        sorted.remove(&5_000);
        for (count, value) in values.iter().enumerate() {
            sorted.remove(value);
            let place = plain.partition_point(|own| own < value);
            plain.remove(place);
            if count % 997 == 0 {
                agree(&sorted, &plain);
            }
        }
        agree(&sorted, &plain);
        // A clone keeps what it had.
        agree(&kept, &Vec::from_iter(Sorted::from(values).iter().copied()));
    }

    #[test]
    fn what_comes_in_order_fills_its_leaves() {
        let mut sorted = Sorted::default();
        let plain: Vec<i64> = (0..2_999).collect();
        plain.iter().for_each(|value| sorted.insert(*value));
        agree(&sorted, &plain);
        assert_eq!(sorted.leaves().count(), 2_999_usize.div_ceil(256));
    }
}
