//! Global search: one text, looked for in everything people write about opportunities, customers, contacts and activities.
//!
//! A text is split into words at spaces; a thing is found when it contains every word, in whatever fields. What is found is
//! ranked by how well its best field agrees ([`Agreement`]), then by recency, then by kind and id: the same text on the same
//! state always gives the same list. Chinese, Japanese and Thai have no spaces: there every character may begin a word.
//! A slip of the keyboard is forgiven only when little else was found, and only in names.

pub(crate) mod fields;
mod fuzzy;
mod show;

use std::cmp::Reverse;

use memchr::memmem::Finder;

pub use show::{Shown, show};

use crate::entity::{Entity, EntityKey, EntityKind};
use crate::limits::{MAX_SEARCH_CHARS, MAX_SEARCH_WORDS, SEARCH_ENOUGH};
use crate::state::{Chunk, FIELD_END, State};
use crate::text::normal_key;
use crate::time::Timestamp;
use crate::view::FilterError;
use fuzzy::Misspelled;

/// The kinds that are searched.
pub const SEARCHED_KINDS: [EntityKind; 4] = [
    EntityKind::Opportunity,
    EntityKind::Customer,
    EntityKind::Contact,
    EntityKind::Activity,
];

/// How well a field agrees with the text, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreement {
    /// Every word is in it but for a letter or two.
    Fuzzy,
    /// It contains every word.
    Substring,
    /// Every word begins a word in it.
    Word,
    /// It begins with the text.
    Prefix,
    /// It is the text; or the text is the id.
    Exact,
}

impl Agreement {
    /// Greater is better.
    pub const fn score(self) -> i32 {
        match self {
            Self::Fuzzy => 100,
            Self::Substring => 200,
            Self::Word => 300,
            Self::Prefix => 400,
            Self::Exact => 500,
        }
    }
}

/// What to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchQuery {
    /// The folded text.
    key: String,
    /// Its words, the longest first: it rules out most.
    words: Vec<String>,
    /// The text as given, for ids.
    given: String,
    kinds: Vec<EntityKind>,
}

/// Something that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What.
    pub key: EntityKey,
    /// How well it agrees.
    pub agreement: Agreement,
    /// How recent it is.
    pub at: Timestamp,
}

impl SearchQuery {
    /// Reads a text. No kinds = all that are searched.
    pub fn parse(text: &str, kinds: &[EntityKind]) -> Result<Self, FilterError> {
        if text.chars().count() > MAX_SEARCH_CHARS {
            let problem = format!("a search has at most {MAX_SEARCH_CHARS} characters");
            return Err(FilterError::new(0, problem));
        }
        let printable: String = text
            .chars()
            .map(|character| {
                if character.is_control() {
                    ' '
                } else {
                    character
                }
            })
            .collect();
        let key = normal_key(&printable);
        let mut words: Vec<String> = key.split(' ').map(str::to_owned).collect();
        words.sort_by_key(|word| Reverse(word.len()));
        words.dedup();
        if key.is_empty() {
            return Err(FilterError::new(0, "write what to look for"));
        }
        if words.len() > MAX_SEARCH_WORDS {
            let problem = format!("a search has at most {MAX_SEARCH_WORDS} words");
            return Err(FilterError::new(0, problem));
        }
        let wanted = SEARCHED_KINDS.into_iter();
        Ok(Self {
            key,
            words,
            given: printable.trim().to_owned(),
            kinds: wanted
                .filter(|kind| kinds.is_empty() || kinds.contains(kind))
                .collect(),
        })
    }

    /// The best agreement of a thing's folded fields, each ended by `FIELD_END`; none = not found.
    fn agreement(&self, fields: &str) -> Option<Agreement> {
        if !self.words.iter().all(|word| fields.contains(word.as_str())) {
            return None;
        }
        let separator = char::from(FIELD_END);
        let best = fields
            .split(separator)
            .filter_map(|field| self.of_field(field))
            .max();
        // The words may stand in different fields.
        Some(best.unwrap_or(Agreement::Substring))
    }

    fn of_field(&self, field: &str) -> Option<Agreement> {
        if let Some(rest) = field.strip_prefix(self.key.as_str()) {
            return Some(if rest.is_empty() {
                Agreement::Exact
            } else {
                Agreement::Prefix
            });
        }
        let mut agreement = Agreement::Word;
        for word in &self.words {
            let mut places = field
                .match_indices(word.as_str())
                .map(|(at, _)| at)
                .peekable();
            places.peek()?;
            if !places.any(|at| begins_word(field, at)) {
                agreement = Agreement::Substring;
            }
        }
        Some(agreement)
    }
}

/// Characters of scripts that are written without spaces: any of them may begin a word.
pub(crate) const fn is_unspaced(character: char) -> bool {
    matches!(
        character,
        '\u{0E00}'..='\u{0EFF}' // Thai, Lao
            | '\u{3040}'..='\u{30FF}' // Hiragana, Katakana
            | '\u{31F0}'..='\u{31FF}'
            | '\u{3400}'..='\u{4DBF}' // Han
            | '\u{4E00}'..='\u{9FFF}'
            | '\u{AC00}'..='\u{D7AF}' // Hangul: particles follow without a space
            | '\u{F900}'..='\u{FAFF}'
            | '\u{20000}'..='\u{3FFFF}'
    )
}

/// Whether a word begins at a byte of a text.
pub(crate) fn begins_word(text: &str, at: usize) -> bool {
    let Some(before) = text.get(..at).and_then(|before| before.chars().next_back()) else {
        return true;
    };
    let here = text.get(at..).and_then(|rest| rest.chars().next());
    !before.is_alphanumeric() || is_unspaced(before) || here.is_some_and(is_unspaced)
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The best of it, in order.
    pub hits: Vec<Hit>,
    /// How much there is in all.
    pub total: usize,
}

/// Finds what agrees with a text and what the caller may see; the `limit` best are put in order.
pub fn search(
    state: &State,
    query: &SearchQuery,
    sees: &dyn Fn(EntityKey) -> bool,
    limit: usize,
) -> Found {
    let mut hits: Vec<Hit> = Vec::new();
    let finder = Finder::new(query.words[0].as_str());
    for kind in &query.kinds {
        for chunk in state.search_chunks(*kind) {
            scan(query, &finder, *kind, chunk, &mut hits);
        }
    }
    hits.retain(|hit| sees(hit.key));
    by_id(state, query, sees, &mut hits);
    if hits.len() < SEARCH_ENOUGH {
        let misspelled = Misspelled::new(&query.words);
        let mut found: Vec<EntityKey> = hits.iter().map(|hit| hit.key).collect();
        found.sort_unstable();
        for kind in &query.kinds {
            for chunk in state.search_chunks(*kind) {
                misspelled.scan(*kind, chunk, &mut |hit| {
                    if found.binary_search(&hit.key).is_err() && sees(hit.key) {
                        hits.push(hit);
                    }
                });
            }
        }
    }
    let total = hits.len();
    // The best first, then the newest, then by kind and id.
    let order = |hit: &Hit| (Reverse(hit.agreement), Reverse(hit.at), hit.key);
    if limit < total {
        hits.select_nth_unstable_by_key(limit, order);
        hits.truncate(limit);
    }
    hits.sort_unstable_by_key(order);
    Found { hits, total }
}

/// Finds the things of a chunk that contain the longest word, and judges them.
fn scan(
    query: &SearchQuery,
    finder: &Finder,
    kind: EntityKind,
    chunk: &Chunk,
    hits: &mut Vec<Hit>,
) {
    let text = chunk.text.as_bytes();
    let alone = query.words.len() == 1;
    let (mut from, mut place) = (0, 0);
    while let Some(at) = finder.find(&text[from..]).map(|at| from + at) {
        while chunk.end(place) <= at {
            place += 1;
        }
        let (entry, end) = (chunk.entries[place], chunk.end(place));
        let agreement = if alone {
            Some(of_word(finder, text, at, end))
        } else {
            chunk
                .text
                .get(entry.start as usize..end)
                .and_then(|fields| query.agreement(fields))
        };
        hits.extend(agreement.map(|agreement| Hit {
            key: EntityKey::new(kind, entry.id),
            agreement,
            at: Timestamp::from_micros(entry.at_micros),
        }));
        from = end;
    }
}

/// The best agreement of a single word with the fields that hold it, from its first place on to the end of the thing.
fn of_word(finder: &Finder, text: &[u8], first: usize, end: usize) -> Agreement {
    let length = finder.needle().len();
    let mut best = Agreement::Substring;
    let mut next = Some(first);
    while let Some(at) = next {
        let found = match text[at - 1] {
            FIELD_END if text[at + length] == FIELD_END => return Agreement::Exact,
            FIELD_END => Agreement::Prefix,
            before if before.is_ascii() && !before.is_ascii_alphanumeric() => Agreement::Word,
            before if before.is_ascii() && text[at].is_ascii() => Agreement::Substring,
            _ => of_place(text, at),
        };
        best = best.max(found);
        next = finder.find(&text[at + 1..end]).map(|found| at + 1 + found);
    }
    best
}

/// The same where characters are wider than a byte.
fn of_place(text: &[u8], at: usize) -> Agreement {
    // A character is at most four bytes long.
    let from = (at.saturating_sub(4)..at)
        .rev()
        .find(|byte| text[*byte] & 0xC0 != 0x80);
    let to = (at + 1..=at + 4).find(|byte| text.get(*byte).is_none_or(|byte| byte & 0xC0 != 0x80));
    let around = from.zip(to).and_then(|(from, to)| {
        let around = std::str::from_utf8(text.get(from..to)?).ok()?;
        Some(begins_word(around, at - from))
    });
    if around.unwrap_or(false) {
        Agreement::Word
    } else {
        Agreement::Substring
    }
}

/// What has the text as its id comes first: `O-1042`, `opportunities/1042`.
fn by_id(
    state: &State,
    query: &SearchQuery,
    sees: &dyn Fn(EntityKey) -> bool,
    hits: &mut Vec<Hit>,
) {
    for kind in &query.kinds {
        let Some(key) = id_of(*kind, &query.given).filter(|key| sees(*key)) else {
            continue;
        };
        let Some(at) = state.entity(key).as_ref().and_then(fields::searched_at) else {
            continue;
        };
        hits.retain(|hit| hit.key != key);
        hits.push(Hit {
            key,
            agreement: Agreement::Exact,
            at,
        });
    }
}

/// The key an id names in its long or short spelling; a bare number names nothing, because it may be anything.
fn id_of(kind: EntityKind, text: &str) -> Option<EntityKey> {
    use crate::id::{ActivityId, ContactId, CustomerId, OpportunityId};
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match kind {
        EntityKind::Opportunity => OpportunityId::parse_any(text).ok().map(EntityKey::from),
        EntityKind::Customer => CustomerId::parse_any(text).ok().map(EntityKey::from),
        EntityKind::Contact => ContactId::parse_any(text).ok().map(EntityKey::from),
        EntityKind::Activity => ActivityId::parse_any(text).ok().map(EntityKey::from),
        _ => None,
    }
}

/// The words of a query, for those who show what was found.
impl SearchQuery {
    pub(crate) fn words(&self) -> &[String] {
        &self.words
    }

    pub(crate) fn is_id_of(&self, entity: &Entity) -> bool {
        let key = entity.key();
        id_of(key.kind, &self.given) == Some(key)
    }
}
