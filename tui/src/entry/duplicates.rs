//! Finds deals that are likely the same as one being typed, among a hundred thousand, between two keystrokes.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use unicode_normalization::UnicodeNormalization;

/// Names that begin alike and are compared letter by letter; the bound that keeps a keystroke fast.
const MAX_COMPARED: usize = 256;

/// Letters two names must share at their start to be compared.
const SHARED_START: usize = 2;

/// Words that say how a company is registered and nothing about which one it is.
const LEGAL_WORDS: &[&str] = &[
    "ag",
    "asa",
    "as",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "group",
    "holding",
    "holdings",
    "inc",
    "incorporated",
    "kg",
    "limited",
    "llc",
    "llp",
    "ltd",
    "nv",
    "oy",
    "oyj",
    "plc",
    "pte",
    "pty",
    "sa",
    "sarl",
    "se",
    "spa",
    "srl",
    "the",
];

/// The same in Chinese, where they stand at the end of a word; the longest comes first.
const LEGAL_ENDINGS: &[&str] = &[
    "有限责任公司",
    "股份有限公司",
    "集团有限公司",
    "有限公司",
    "股份公司",
    "集团公司",
    "集团",
    "公司",
];

/// How alike two names are, the most alike first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// The same but for case, width, punctuation and legal form.
    Same,
    /// A letter or two apart.
    Near,
    /// One continues the other.
    Continued,
}

/// A deal that may be the one being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The deal's id.
    pub id: u64,
    /// How alike the names are.
    pub likeness: Likeness,
}

/// Names under which deals are known, in order, so that only names that begin alike are ever looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DuplicateIndex {
    ids_by_name: BTreeMap<String, Vec<u64>>,
}

impl DuplicateIndex {
    /// An empty index.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a deal; O(log n).
    pub fn insert(&mut self, id: u64, name: &str) {
        let ids = self.ids_by_name.entry(normalise(name)).or_default();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }

    /// Takes a deal away that was added under this name; O(log n).
    pub fn remove(&mut self, id: u64, name: &str) {
        if let Entry::Occupied(mut entry) = self.ids_by_name.entry(normalise(name)) {
            entry.get_mut().retain(|known| *known != id);
            if entry.get().is_empty() {
                entry.remove();
            }
        }
    }

    /// The deals most like `name`, at most `limit`, the most alike first.
    pub fn find(&self, name: &str, limit: usize) -> Vec<Duplicate> {
        let wanted = normalise(name);
        if wanted.chars().count() < SHARED_START {
            return Vec::new();
        }
        let start: String = wanted.chars().take(SHARED_START).collect();
        let mut found = Vec::new();
        let mut add = |ids: &[u64], likeness| {
            found.extend(ids.iter().map(|id| Duplicate { id: *id, likeness }))
        };
        if let Some(ids) = self.ids_by_name.get(&wanted) {
            add(ids, Likeness::Same);
        }
        // What continues the typed name stands right behind it in the order.
        let continued = self.ids_by_name.range(wanted.clone()..).take(MAX_COMPARED);
        for (_, ids) in continued
            .take_while(|(known, _)| known.starts_with(&wanted))
            .filter(|(known, _)| **known != wanted)
        {
            add(ids, Likeness::Continued);
        }
        for (end, _) in wanted.char_indices().skip(min_whole_name(&wanted)) {
            if let Some(ids) = self.ids_by_name.get(&wanted[..end]) {
                add(ids, Likeness::Continued);
            }
        }
        // Names a typing error away stand near it in the order, on either side.
        let behind = self.ids_by_name.range(wanted.clone()..).take(MAX_COMPARED);
        let before = self
            .ids_by_name
            .range(..wanted.clone())
            .rev()
            .take(MAX_COMPARED);
        for (known, ids) in behind
            .take_while(|(known, _)| known.starts_with(&start))
            .chain(before.take_while(|(known, _)| known.starts_with(&start)))
        {
            if *known != wanted && near(known, &wanted) {
                add(ids, Likeness::Near);
            }
        }
        found.sort_unstable_by_key(|duplicate| (duplicate.id, duplicate.likeness));
        found.dedup_by_key(|duplicate| duplicate.id);
        found.sort_unstable_by_key(|duplicate| (duplicate.likeness, duplicate.id));
        found.truncate(limit);
        found
    }
}

/// Letters a known name must have to count when the typed one continues it: `IT` would continue everything.
fn min_whole_name(name: &str) -> usize {
    if name.is_ascii() { 4 } else { 3 }
}

/// A name without what does not tell companies and deals apart: case, width, spaces, punctuation, legal form.
pub fn normalise(name: &str) -> String {
    let folded: String = name.nfkc().flat_map(char::to_lowercase).collect();
    let words = || {
        folded
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty())
    };
    let kept: String = words()
        .filter(|word| !LEGAL_WORDS.contains(word))
        .map(strip_legal_ending)
        .collect();
    if kept.is_empty() {
        words().collect()
    } else {
        kept
    }
}

fn strip_legal_ending(word: &str) -> &str {
    LEGAL_ENDINGS
        .iter()
        .find_map(|ending| word.strip_suffix(ending))
        .unwrap_or(word)
}

/// At most one letter apart, two in long names.
fn near(one: &str, other: &str) -> bool {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    let allowed = match one.len().min(other.len()) {
        0..=4 => 0,
        5..=9 => 1,
        _ => 2,
    };
    // Short names differ by one ideograph and are other companies; so do numbered phases.
    if one.len().abs_diff(other.len()) > allowed
        || allowed == 0
        || digits_of(&one).ne(digits_of(&other))
    {
        return false;
    }
    distance_within(&one, &other, allowed)
}

fn digits_of(letters: &[char]) -> impl Iterator<Item = &char> {
    letters.iter().filter(|letter| letter.is_numeric())
}

/// Edit distance, swaps of neighbours counted as one, cut off above `allowed`.
fn distance_within(one: &[char], other: &[char], allowed: usize) -> bool {
    let width = other.len() + 1;
    let mut before_last = vec![0; width];
    let mut last: Vec<usize> = (0..width).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut current = vec![row + 1; width];
        for (column, against) in other.iter().enumerate() {
            let mut cost = (last[column] + usize::from(letter != against))
                .min(last[column + 1] + 1)
                .min(current[column] + 1);
            if row > 0 && column > 0 && *letter == other[column - 1] && one[row - 1] == *against {
                cost = cost.min(before_last[column - 1] + 1);
            }
            current[column + 1] = cost;
        }
        if current.iter().all(|cost| *cost > allowed) {
            return false;
        }
        before_last = last;
        last = current;
    }
    last[other.len()] <= allowed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn index(names: &[&str]) -> DuplicateIndex {
        let mut index = DuplicateIndex::new();
        for (id, name) in names.iter().enumerate() {
            index.insert(id as u64, name);
        }
        index
    }

    fn likeness(known: &str, typed: &str) -> Option<Likeness> {
        index(&[known])
            .find(typed, 5)
            .first()
            .map(|duplicate| duplicate.likeness)
    }

    #[test]
    fn likely_duplicates_are_found() {
        for (known, typed, expected) in [
            ("Acme Renewal", "acme  renewal", Some(Likeness::Same)),
            ("ACME Ltd.", "Acme Inc", Some(Likeness::Same)),
            ("华北电力有限公司", "华北电力", Some(Likeness::Same)),
            ("Ａｃｍｅ", "acme", Some(Likeness::Same)),
            ("Acme renewal", "Acme renewla", Some(Likeness::Near)),
            (
                "Acme renewal 2026",
                "Acme renewal",
                Some(Likeness::Continued),
            ),
            ("Acme", "Acme renewal", Some(Likeness::Continued)),
            ("华北电力二期", "华北电力", Some(Likeness::Continued)),
            ("Acme phase 1", "Acme phase 2", None),
            ("华北电力", "华东电力", None),
            ("Globex", "Acme", None),
            ("Acme", "A", None),
            ("", "Acme", None),
        ] {
            assert_eq!(likeness(known, typed), expected, "{known} / {typed}");
        }
    }

    #[test]
    fn the_most_alike_come_first_and_removed_deals_are_gone() {
        let mut index = index(&["Acme renewal 2027", "Acme renewal", "Acme renewel"]);
        let ids = |index: &DuplicateIndex| {
            index
                .find("acme renewal", 5)
                .iter()
                .map(|found| found.id)
                .collect::<Vec<_>>()
        };
        assert_eq!(ids(&index), [1, 2, 0]);
        index.remove(1, "Acme renewal");
        assert_eq!(ids(&index), [2, 0]);
        assert_eq!(index.find("acme renewal", 1).len(), 1);
    }

    proptest! {
        #[test]
        fn any_names_are_compared_without_harm(names in proptest::collection::vec("\\PC{0,12}", 0..40), typed in "\\PC{0,12}") {
            let mut index = DuplicateIndex::new();
            for (id, name) in names.iter().enumerate() {
                index.insert(id as u64, name);
            }
            prop_assert!(index.find(&typed, 5).len() <= 5);
            for (id, name) in names.iter().enumerate() {
                index.remove(id as u64, name);
            }
            prop_assert_eq!(index, DuplicateIndex::new());
        }
    }
}
