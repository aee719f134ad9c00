//! Forgives a slip of the keyboard: words that differ by a letter or two, and Chinese names shortened by leaving out characters.

use super::{Agreement, Hit, is_unspaced};
use crate::entity::{EntityKey, EntityKind};
use crate::state::{Chunk, FIELD_END, letters};
use crate::time::Timestamp;
use crate::view::distance;

/// Shortest word of which a letter may be wrong.
const ONE_SLIP_CHARS: usize = 4;
/// Shortest word of which two letters may be wrong.
const TWO_SLIPS_CHARS: usize = 8;

/// Words that may be misspelled.
pub(super) struct Misspelled<'a> {
    words: Vec<Word<'a>>,
}

struct Word<'a> {
    text: &'a str,
    bytes: usize,
    letters: u64,
    /// How many of its bits a name that has it, but for slips, may lack.
    missing_letters: usize,
    slips: usize,
    unspaced: bool,
}

impl<'a> Misspelled<'a> {
    pub(super) fn new(words: &'a [String]) -> Self {
        let words = words.iter().map(|text| {
            let chars = text.chars().count();
            // Another number is another number, not a slip.
            let number = text.bytes().any(|byte| byte.is_ascii_digit());
            let slips = match chars {
                _ if number => 0,
                TWO_SLIPS_CHARS.. => 2,
                ONE_SLIP_CHARS.. => 1,
                _ => 0,
            };
            Word {
                text,
                bytes: text.len(),
                letters: letters(text),
                // A slip replaces one character: one byte, or up to four.
                missing_letters: if text.is_ascii() { slips } else { 4 * slips },
                slips,
                unspaced: chars > 1 && text.chars().all(is_unspaced),
            }
        });
        Self {
            words: words.collect(),
        }
    }

    /// Shows the things of a chunk whose first field has every word, but for slips.
    pub(super) fn scan(&self, kind: EntityKind, chunk: &Chunk, show: &mut dyn FnMut(Hit)) {
        let hopeless = |word: &Word| word.slips == 0 && !word.unspaced;
        if self.words.iter().all(hopeless) {
            return;
        }
        for (place, entry) in chunk.entries.iter().enumerate() {
            let possible = |word: &Word| {
                (word.letters & !entry.letters).count_ones() as usize <= word.missing_letters
            };
            if !self.words.iter().all(possible) {
                continue;
            }
            let text = chunk.text.get(entry.start as usize + 1..chunk.end(place));
            let text = text.unwrap_or_default();
            let name = text.split(char::from(FIELD_END)).next().unwrap_or_default();
            if self.words.iter().all(|word| word.is_in(name)) {
                show(Hit {
                    key: EntityKey::new(kind, entry.id),
                    agreement: Agreement::Fuzzy,
                    at: Timestamp::from_micros(entry.at_micros),
                });
            }
        }
    }
}

impl Word<'_> {
    fn is_in(&self, name: &str) -> bool {
        if self.unspaced {
            let mut rest = name.chars();
            return self
                .text
                .chars()
                .all(|wanted| rest.any(|other| other == wanted));
        }
        if self.slips == 0 {
            return name.contains(self.text);
        }
        let near = if name.is_ascii() {
            // Most names, and twice as fast.
            let mut words = name.as_bytes().split(|byte| !byte.is_ascii_alphanumeric());
            words.any(|other| std::str::from_utf8(other).is_ok_and(|other| self.is_near(other)))
        } else {
            let mut words = name.split(|letter: char| !letter.is_alphanumeric());
            words.any(|other| self.is_near(other))
        };
        near || name.contains(self.text)
    }

    fn is_near(&self, other: &str) -> bool {
        // Each slip changes at most four bytes, and takes away and brings in as many kinds of them.
        let bytes = 4 * self.slips;
        let ascii = self.text.is_ascii() && other.is_ascii();
        let (bytes, kinds) = if ascii {
            (self.slips, 2 * self.slips)
        } else {
            (bytes, 2 * bytes)
        };
        if other.len().abs_diff(self.bytes) > bytes {
            return false;
        }
        let differing = (letters(other) ^ self.letters).count_ones() as usize;
        differing <= kinds && distance(self.text, other) <= self.slips
    }
}
