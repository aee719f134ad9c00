//! All names of one sort, folded and in one text, so that a word is looked for in a hundred thousand of them between two keys.

use memchr::memmem;

use crate::entry::names::fold;

/// Stands between names; folding leaves none in them.
const BORDER: u8 = b'\n';
/// Text of names that are gone is dropped when it is more than half of all, and at least this much.
const MIN_DROPPED_BYTES: usize = 64 * 1024;
/// The slot of a name that is gone, and the place of a slot without one.
const NONE: u32 = u32::MAX;

/// Where a name stands.
#[derive(Clone, Copy, Debug)]
struct Entry {
    start: usize,
    slot: u32,
}

/// Names by slot: small numbers that the owner gives out and uses again.
#[derive(Clone, Debug, Default)]
pub struct NameText {
    text: Vec<u8>,
    /// In the order of the text.
    entries: Vec<Entry>,
    /// The entry of each slot.
    places: Vec<u32>,
    gone_bytes: usize,
}

impl PartialEq for NameText {
    /// It follows from what its owner holds: never the difference between two owners.
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for NameText {}

impl NameText {
    /// Adds the name of a slot, or replaces it.
    pub fn put(&mut self, slot: u32, name: &str) {
        self.remove(slot);
        let at = slot as usize;
        if at >= self.places.len() {
            self.places.resize(at + 1, NONE);
        }
        self.places[at] = u32::try_from(self.entries.len()).unwrap_or(NONE);
        self.entries.push(Entry {
            start: self.text.len(),
            slot,
        });
        let folded = fold(name);
        self.text.extend(
            folded
                .bytes()
                .map(|byte| if byte == BORDER { b' ' } else { byte }),
        );
        self.text.push(BORDER);
    }

    /// Takes the name of a slot out.
    pub fn remove(&mut self, slot: u32) {
        let Some(place) = self.places.get_mut(slot as usize) else {
            return;
        };
        let place = std::mem::replace(place, NONE) as usize;
        if place >= self.entries.len() {
            return;
        }
        self.entries[place].slot = NONE;
        self.gone_bytes += self.end(place) - self.entries[place].start;
        if self.gone_bytes > MIN_DROPPED_BYTES && self.gone_bytes > self.text.len() / 2 {
            self.drop_gone();
        }
    }

    fn end(&self, place: usize) -> usize {
        let next = self.entries.get(place + 1);
        next.map_or(self.text.len(), |next| next.start)
    }

    fn drop_gone(&mut self) {
        let mut text = Vec::with_capacity(self.text.len() - self.gone_bytes);
        let mut entries = Vec::with_capacity(self.entries.len());
        for (place, entry) in self.entries.iter().enumerate() {
            if entry.slot != NONE {
                self.places[entry.slot as usize] = u32::try_from(entries.len()).unwrap_or(NONE);
                entries.push(Entry {
                    start: text.len(),
                    slot: entry.slot,
                });
                text.extend_from_slice(&self.text[entry.start..self.end(place)]);
            }
        }
        self.text = text;
        self.entries = entries;
        self.gone_bytes = 0;
    }

    /// Calls `found` with the slot of every name that contains `needle`, which is folded already.
    pub fn find(&self, needle: &str, mut found: impl FnMut(u32)) {
        let finder = memmem::Finder::new(needle);
        let mut place = 0;
        let mut from = 0;
        while let Some(hit) = self.text.get(from..).and_then(|rest| finder.find(rest)) {
            let hit = from + hit;
            while self
                .entries
                .get(place + 1)
                .is_some_and(|next| next.start <= hit)
            {
                place += 1;
            }
            let Some(entry) = self.entries.get(place) else {
                return;
            };
            from = self.end(place);
            // A needle with a line break in it is in no name.
            if entry.slot != NONE && hit + needle.len() < from {
                found(entry.slot);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        /// Finds what looking into each name would find, whatever was put and removed before.
        #[test]
        fn equals_looking_into_each(
            steps in proptest::collection::vec((any::<bool>(), 0_u32..30, "[a-cA-C华北Ä \n]{0,6}"), 0..80),
            needle in "[a-cA华Ä\n]{1,3}",
        ) {
            let mut names = NameText::default();
            let mut map = BTreeMap::new();
            for (add, slot, name) in steps {
                if add {
                    names.put(slot, &name);
                    map.insert(slot, fold(&name).replace('\n', " "));
                } else {
                    names.remove(slot);
                    map.remove(&slot);
                }
                if slot % 7 == 0 {
                    names.drop_gone();
                }
            }
            let needle = fold(&needle);
            prop_assume!(!needle.is_empty());
            let mut found = Vec::new();
            names.find(&needle, |slot| found.push(slot));
            found.sort_unstable();
            let expected: Vec<u32> = map.iter().filter(|(_, name)| name.contains(&needle)).map(|(slot, _)| *slot).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
