//! Everything people write, folded and laid out for searching: a few texts a thing, sixty-four things a chunk.
//!
//! A search reads all of it from end to end, which needs no dictionary, finds Chinese without spaces as well as the middle of
//! a word, and costs about a millisecond for ten megabytes. A commit rewrites the chunks of the things whose texts changed;
//! the index holds the texts once more, folded, and sixteen bytes a thing.

use std::sync::Arc;

use imbl::OrdMap;

use crate::entity::{Entity, EntityKey, EntityKind};
use crate::search::fields::{each_field, searched_at};
use crate::text::normal_key;

/// Things of one kind whose ids differ only below this.
const CHUNK_IDS: u64 = 64;
/// Stands before the first, between any two and behind the last field; no folded text contains it.
pub(crate) const FIELD_END: u8 = b'\n';

/// The texts of up to 64 things of a kind, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// For each thing: `\n`, then each of its fields folded and ended by `\n`.
    pub(crate) text: Arc<String>,
    /// The things, by id.
    pub(crate) entries: Vec<Entry>,
}

/// A thing in a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) id: u64,
    /// Where its texts begin in the chunk's; they end where the next ones begin.
    pub(crate) start: u32,
    /// Which bytes its first field has, as bits ([`letters`]): rules out most things that a misspelled word cannot mean.
    pub(crate) letters: u64,
    /// What it happened at, in microseconds since 1970: the newer comes first among equals.
    pub(crate) at_micros: i64,
}

impl Chunk {
    /// Where the texts of the thing at a place end.
    pub(crate) fn end(&self, place: usize) -> usize {
        let next = self.entries.get(place + 1);
        next.map_or(self.text.len(), |next| next.start as usize)
    }

    /// Something happened to a thing, and its texts are the same: these are shared with the chunk before.
    fn touch(&mut self, id: u64, at_micros: i64) {
        if let Ok(place) = self.entries.binary_search_by_key(&id, |entry| entry.id) {
            self.entries[place].at_micros = at_micros;
        }
    }

    fn put(&mut self, id: u64, text: &str, at_micros: i64) {
        let found = self.entries.binary_search_by_key(&id, |entry| entry.id);
        let (place, old_end) = match found {
            Ok(place) => (place, self.end(place)),
            Err(place) => {
                let start = self
                    .entries
                    .get(place)
                    .map_or(self.text.len(), |next| next.start as usize);
                let entry = Entry {
                    id,
                    start: offset(start),
                    letters: 0,
                    at_micros,
                };
                self.entries.insert(place, entry);
                (place, start)
            }
        };
        let entry = &mut self.entries[place];
        entry.at_micros = at_micros;
        let mut fields = text.split(char::from(FIELD_END)).skip(1);
        entry.letters = letters(fields.next().unwrap_or_default());
        let start = entry.start as usize;
        if self.text.get(start..old_end) == Some(text) {
            return;
        }
        Arc::make_mut(&mut self.text).replace_range(start..old_end, text);
        for later in &mut self.entries[place + 1..] {
            later.start = offset(later.start as usize - (old_end - start) + text.len());
        }
    }
}

/// Which bytes a text has, as bits, four bytes to a bit. A text that contains another one has
/// all of its bits.
pub(crate) fn letters(text: &str) -> u64 {
    text.bytes().fold(0, |bits, byte| bits | 1 << (byte & 63))
}

/// A chunk has at most 64 times the texts of one thing, which fit a row of 30 KiB.
fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// The searched kinds, each in chunks by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SearchIndex {
    chunks: OrdMap<(EntityKind, u64), Arc<Chunk>>,
}

impl SearchIndex {
    /// Replaces what a thing's former value put in by what its new one puts in; others than the searched kinds put in nothing.
    pub(super) fn relink(&mut self, before: Option<&Entity>, after: &Entity) {
        let Some(at) = searched_at(after) else {
            return;
        };
        let same_texts = before.is_some_and(|before| same_fields(before, after));
        if same_texts && before.and_then(searched_at) == Some(at) {
            return;
        }
        let EntityKey { kind, id } = after.key();
        let chunk = self.chunks.entry((kind, id / CHUNK_IDS)).or_default();
        let chunk = Arc::make_mut(chunk);
        if same_texts {
            chunk.touch(id, at.micros());
        } else {
            chunk.put(id, &folded(after), at.micros());
        }
    }

    /// The index of some things, in any order of kinds, each kind by id.
    pub(super) fn of(things: impl Iterator<Item = Entity>) -> Self {
        let mut index = Self::default();
        let mut current: Option<((EntityKind, u64), Chunk)> = None;
        for entity in things {
            let Some(at) = searched_at(&entity) else {
                continue;
            };
            let EntityKey { kind, id } = entity.key();
            let key = (kind, id / CHUNK_IDS);
            if current.as_ref().is_some_and(|(other, _)| *other != key)
                && let Some((key, chunk)) = current.take()
            {
                index.chunks.insert(key, Arc::new(chunk));
            }
            let (_, chunk) = current.get_or_insert_with(|| (key, Chunk::default()));
            chunk.put(id, &folded(&entity), at.micros());
        }
        if let Some((key, chunk)) = current {
            index.chunks.insert(key, Arc::new(chunk));
        }
        index
    }

    /// The chunks of a kind, by id.
    pub(crate) fn chunks_of(&self, kind: EntityKind) -> impl Iterator<Item = &Chunk> {
        self.chunks
            .range((kind, 0)..=(kind, u64::MAX))
            .map(|(_, chunk)| &**chunk)
    }
}

fn same_fields(left: &Entity, right: &Entity) -> bool {
    let fields = |entity| {
        let mut texts: Vec<String> = Vec::new();
        each_field(entity, &mut |_, text| texts.push(text.to_owned()));
        texts
    };
    match (left, right) {
        // The common case, a move, without copying anything.
        (Entity::Opportunity(left), Entity::Opportunity(right)) => {
            let (extra, other) = (left.extra(), right.extra());
            left.name == right.name
                && left.external_id == right.external_id
                && left.source == right.source
                && extra.note == other.note
                && extra.competitors == other.competitors
                && extra.loss_reason == other.loss_reason
        }
        _ => fields(left) == fields(right),
    }
}

/// The texts of a thing as a chunk holds them.
fn folded(entity: &Entity) -> String {
    let mut text = String::from(char::from(FIELD_END));
    each_field(entity, &mut |_, field| {
        text.push_str(&normal_key(field));
        text.push(char::from(FIELD_END));
    });
    text
}
