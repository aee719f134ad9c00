//! A sorted list that finds places by key and keys by place, for columns of any length.

use std::cmp::Ordering;

/// Keys in one chunk before it is split; a change moves at most this many.
const MAX_CHUNK: usize = 256;

/// Where a card stands in its column: stalled ones first, then by rank, and by id where ranks tie.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// How calm it is: critical is 0, and highest up.
    pub calm: u8,
    /// What the column is sorted by; smaller is higher up.
    pub rank: i64,
    /// The card.
    pub id: u64,
    /// Where the board keeps the card; says nothing about its place.
    pub slot: u32,
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        (self.calm, self.rank, self.id) == (other.calm, other.rank, other.id)
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.calm, self.rank, self.id).cmp(&(other.calm, other.rank, other.id))
    }
}

/// Keys in order. Insert, remove and both directions of lookup are a binary search over chunks and one within a chunk, plus
/// a sum of chunk lengths (400 additions at 100,000 keys).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    chunks: Vec<Vec<Key>>,
    len: usize,
}

impl Order {
    /// Builds from keys in any order.
    pub fn from_keys(mut keys: Vec<Key>) -> Self {
        keys.sort_unstable();
        keys.dedup();
        Self::from_sorted(&keys)
    }

    /// Builds from keys in order, each once.
    pub fn from_sorted(keys: &[Key]) -> Self {
        let len = keys.len();
        let chunks = keys.chunks(MAX_CHUNK / 2).map(<[Key]>::to_vec).collect();
        Self { chunks, len }
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn chunk_of(&self, key: Key) -> usize {
        self.chunks
            .partition_point(|chunk| chunk.last().is_some_and(|last| *last < key))
    }

    /// Adds a key; false when it was there.
    pub fn insert(&mut self, key: Key) -> bool {
        if self.chunks.is_empty() {
            self.chunks.push(vec![key]);
            self.len = 1;
            return true;
        }
        let index = self.chunk_of(key).min(self.chunks.len() - 1);
        let chunk = &mut self.chunks[index];
        let Err(place) = chunk.binary_search(&key) else {
            return false;
        };
        chunk.insert(place, key);
        if chunk.len() > MAX_CHUNK {
            let tail = chunk.split_off(MAX_CHUNK / 2);
            self.chunks.insert(index + 1, tail);
        }
        self.len += 1;
        true
    }

    /// Takes a key out; false when it was not there.
    pub fn remove(&mut self, key: Key) -> bool {
        let index = self.chunk_of(key);
        let Some(chunk) = self.chunks.get_mut(index) else {
            return false;
        };
        let Ok(place) = chunk.binary_search(&key) else {
            return false;
        };
        chunk.remove(place);
        if chunk.is_empty() {
            self.chunks.remove(index);
        }
        self.len -= 1;
        true
    }

    /// The place of a key, or the place it would have.
    pub fn place(&self, key: Key) -> Result<usize, usize> {
        let index = self.chunk_of(key);
        let before: usize = self.chunks[..index].iter().map(Vec::len).sum();
        match self
            .chunks
            .get(index)
            .map(|chunk| chunk.binary_search(&key))
        {
            Some(Ok(place)) => Ok(before + place),
            Some(Err(place)) => Err(before + place),
            None => Err(before),
        }
    }

    /// The key at a place.
    pub fn get(&self, place: usize) -> Option<Key> {
        self.from(place).next()
    }

    /// Keys from a place on.
    pub fn from(&self, place: usize) -> impl Iterator<Item = Key> + '_ {
        let mut rest = place;
        let mut first = self.chunks.len();
        for (index, chunk) in self.chunks.iter().enumerate() {
            if rest < chunk.len() {
                first = index;
                break;
            }
            rest -= chunk.len();
        }
        self.chunks[first..].iter().flatten().skip(rest).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Behaves as a sorted set does, whatever is done to it.
        #[test]
        fn equals_a_sorted_set(steps in proptest::collection::vec((any::<bool>(), 0_u8..4, -20_i64..20, 0_u64..60), 0..900)) {
            let mut order = Order::default();
            let mut set = std::collections::BTreeSet::new();
            for (add, calm, rank, id) in steps {
                let key = Key { calm, rank, id, slot: 0 };
                if add {
                    prop_assert_eq!(order.insert(key), set.insert(key));
                } else {
                    prop_assert_eq!(order.remove(key), set.remove(&key));
                }
            }
            prop_assert_eq!(order.len(), set.len());
            prop_assert!(order.from(0).eq(set.iter().copied()));
            for (place, key) in set.iter().enumerate() {
                prop_assert_eq!(order.place(*key), Ok(place));
                prop_assert_eq!(order.get(place), Some(*key));
            }
            prop_assert_eq!(order.get(set.len()), None);
        }
    }
}
