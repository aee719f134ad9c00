//! How something that was found is shown: what it is called, what it belongs to, and where the words stand.

use std::iter;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::fields::each_field;
use super::{Agreement, SearchQuery, begins_word};
use crate::entity::Entity;
use crate::id::{CustomerId, OpportunityId};
use crate::limits::SEARCH_EXCERPT_CHARS;
use crate::state::State;
use crate::text::normal_key;

/// A hit for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its name; of an activity its purpose, or its kind.
    pub title: String,
    /// What it belongs to; may be empty.
    pub subtitle: String,
    /// The field that agrees best.
    pub field: &'static str,
    /// Its text, or the part of it around the first word.
    pub text: String,
    /// Where the words stand in that, in bytes, in order, without overlap.
    pub ranges: Vec<Range<usize>>,
}

/// Shows a thing that a query found.
pub fn show(state: &State, query: &SearchQuery, entity: &Entity) -> Shown {
    let (title, subtitle) = titles(state, entity);
    let mut best: Option<(Option<Agreement>, usize, &'static str, String)> = None;
    if query.is_id_of(entity) {
        best = Some((Some(Agreement::Exact), 0, "id", entity.key().long()));
    }
    each_field(entity, &mut |field, text| {
        let key = normal_key(text);
        let words = query.words().iter();
        let found = words.filter(|word| key.contains(word.as_str())).count();
        let rank = (query.of_field(&key), found);
        // The first of equals: fields come in the order of how telling they are.
        if best.as_ref().is_none_or(|best| (best.0, best.1) < rank) {
            best = Some((rank.0, rank.1, field, text.to_owned()));
        }
    });
    let (_, _, field, text) = best.unwrap_or((None, 0, "", String::new()));
    let whole = if field == "id" {
        iter::once(0..text.len()).collect()
    } else {
        places(&text, query)
    };
    let (text, ranges) = excerpt(&text, whole);
    Shown {
        title,
        subtitle,
        field,
        text,
        ranges,
    }
}

fn titles(state: &State, entity: &Entity) -> (String, String) {
    let customer = |id: Option<CustomerId>| {
        let found = id.and_then(|id| state.customer(id));
        found.map(|it| it.name.to_string()).unwrap_or_default()
    };
    let opportunity = |id: Option<OpportunityId>| {
        let found = id.and_then(|id| state.opportunity(id));
        found.map(|it| it.name.to_string())
    };
    match entity {
        Entity::Opportunity(row) => (row.name.to_string(), customer(row.customer)),
        Entity::Customer(row) => {
            let place = [&row.industry, &row.region].into_iter().flatten();
            let place: Vec<&str> = place.map(|text| &**text).collect();
            (row.name.to_string(), place.join(", "))
        }
        Entity::Contact(row) => (row.name.to_string(), customer(row.customer)),
        Entity::Activity(row) => {
            let date = state.zone().date_of(row.occurred_at);
            let title = match &row.purpose {
                Some(purpose) => purpose.to_string(),
                None => format!("{} {date}", row.kind.name()),
            };
            let subject = opportunity(row.opportunity);
            (title, subject.unwrap_or_else(|| customer(row.customer)))
        }
        _ => (String::new(), String::new()),
    }
}

/// Where the words of a query stand in a text as written.
fn places(text: &str, query: &SearchQuery) -> Vec<Range<usize>> {
    let (key, origin) = fold_with_origin(text);
    let mut found: Vec<Range<usize>> = Vec::new();
    for word in query.words() {
        let all: Vec<usize> = key.match_indices(word.as_str()).map(|(at, _)| at).collect();
        // Beginnings of words where there are any: those made it agree.
        let begin: Vec<usize> = all
            .iter()
            .copied()
            .filter(|at| begins_word(&key, *at))
            .collect();
        for at in if begin.is_empty() { all } else { begin } {
            let start = origin[at];
            // To the end of the last character, which may be wider as written.
            let last = origin[at + word.len() - 1];
            let end = text[last..]
                .chars()
                .next()
                .map_or(last, |it| last + it.len_utf8());
            found.push(start..end);
        }
    }
    found.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in found {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// A text's key, character by character, and for each of its bytes the byte of the text that the character begins at.
fn fold_with_origin(text: &str) -> (String, Vec<usize>) {
    let mut key = String::with_capacity(text.len());
    let mut origin = Vec::with_capacity(text.len());
    let mut space: Option<usize> = None;
    for (at, character) in text.char_indices() {
        for folded in std::iter::once(character)
            .nfkc()
            .flat_map(char::to_lowercase)
        {
            if folded.is_whitespace() {
                space = space.or((!key.is_empty()).then_some(at));
                continue;
            }
            if let Some(at) = space.take() {
                key.push(' ');
                origin.push(at);
            }
            key.push(folded);
            origin.resize(key.len(), at);
        }
    }
    (key, origin)
}

/// A long text is cut to what stands around its first range.
fn excerpt(text: &str, ranges: Vec<Range<usize>>) -> (String, Vec<Range<usize>>) {
    if text.chars().count() <= SEARCH_EXCERPT_CHARS {
        return (text.to_owned(), ranges);
    }
    let first = ranges.first().map_or(0, |range| range.start);
    // A quarter of what is shown stands before it.
    let before = text[..first].char_indices().rev();
    let start = before
        .take(SEARCH_EXCERPT_CHARS / 4)
        .last()
        .map_or(first, |(at, _)| at);
    let after = text[start..].char_indices().nth(SEARCH_EXCERPT_CHARS);
    let end = after.map_or(text.len(), |(at, _)| start + at);
    let ranges = ranges
        .into_iter()
        .filter(|range| range.start >= start && range.end <= end)
        .map(|range| range.start - start..range.end - start)
        .collect();
    (text[start..end].to_owned(), ranges)
}
