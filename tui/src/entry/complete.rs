//! What may be meant by a word that is being typed: a few names, the closest first, and what to write in its place.

use std::ops::Range;

use super::names::Names;
use super::token::{Sign, tokens};

/// Most names offered at once.
pub const MAX_OFFERED: usize = 6;

/// A name that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The name.
    pub shown: String,
    /// What it belongs to; may be empty.
    pub note: String,
    /// What is written in place of what was typed.
    pub insert: String,
}

/// Names that are offered for the word under the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// Bytes of the line that a chosen name replaces.
    pub range: Range<usize>,
    /// The closest first; never empty.
    pub offers: Vec<Offer>,
    /// The one gone to; none before the person has gone to any.
    pub selected: Option<usize>,
}

impl Completion {
    /// The one that Tab takes.
    pub fn chosen(&self) -> Option<&Offer> {
        self.offers.get(self.selected.unwrap_or(0))
    }

    /// Goes to the next or the one before; round and round.
    pub fn step(&mut self, down: bool) {
        let count = self.offers.len().max(1);
        self.selected = Some(match (self.selected, down) {
            (None, true) => 0,
            (None, false) => count - 1,
            (Some(place), true) => (place + 1) % count,
            (Some(place), false) => (place + count - 1) % count,
        });
    }
}

/// Names for a whole field; `note` says what a name belongs to. None when the text is one of them already, or nothing is like it.
pub fn field(text: &str, names: &Names, note: impl Fn(u64) -> String) -> Option<Completion> {
    let found = offers(text.trim(), names, &note, |name| name.to_owned());
    let written = |offer: &Offer| offer.shown == text.trim();
    (!text.trim().is_empty() && !found.is_empty() && !found.iter().any(written)).then_some(
        Completion {
            range: 0..text.len(),
            offers: found,
            selected: None,
        },
    )
}

/// Names for the word of an entry line that ends at the cursor; `names` gives those that a sign may be followed by.
pub fn line<'a>(
    line: &str,
    cursor: usize,
    names: impl Fn(Sign) -> Option<&'a Names>,
    note: impl Fn(Sign, u64) -> String,
) -> Option<Completion> {
    let before = line.get(..cursor)?;
    let word = tokens(before).pop()?;
    if word.range.end != before.len() {
        return None;
    }
    let written = &before[word.range.clone()];
    let first = written.chars().next()?;
    // A sign alone is a word of the name until a letter follows: it offers what there is all the same.
    let (sign, value) = match word.sign {
        Sign::Bare if written.len() == first.len_utf8() => (super::token::sign_of(first)?, ""),
        sign => (sign, word.value),
    };
    let known = names(sign)?;
    let write = |name: &str| {
        // Anything that would end a word stands in quotation marks.
        let open = name.chars().any(char::is_whitespace) || name.starts_with('"');
        match open {
            true => format!("{first}\"{}\" ", name.replace('"', "”")),
            false => format!("{first}{name} "),
        }
    };
    let found = offers(value, known, &|id| note(sign, id), write);
    let is_written = |offer: &Offer| offer.shown == value;
    (!found.is_empty() && !found.iter().any(is_written)).then_some(Completion {
        range: word.range,
        offers: found,
        selected: None,
    })
}

fn offers(
    needle: &str,
    names: &Names,
    note: &impl Fn(u64) -> String,
    write: impl Fn(&str) -> String,
) -> Vec<Offer> {
    let places = names.closest(needle, MAX_OFFERED).into_iter();
    places
        .filter_map(|place| names.get(place))
        .map(|name| Offer {
            shown: name.shown.clone(),
            note: note(name.id),
            insert: write(&name.shown),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> Names {
        let mut names = Names::new();
        for (id, name) in (1..).zip(["Kim Lee", "Kim Park", "Lee", "张三", "李小梅"]) {
            names.push(id, name, None);
        }
        names
    }

    fn offered(text: &str) -> Vec<String> {
        let people = people();
        let found = line(
            text,
            text.len(),
            |sign| (sign == Sign::Contact).then_some(&people),
            |_, _| String::new(),
        );
        found
            .into_iter()
            .flat_map(|found| found.offers)
            .map(|offer| offer.insert)
            .collect()
    }

    #[test]
    fn the_word_under_the_cursor_is_completed_and_no_other() {
        assert_eq!(offered("Acme #kim"), ["#\"Kim Lee\" ", "#\"Kim Park\" "]);
        assert_eq!(offered("Acme #lee"), ["#Lee ", "#\"Kim Lee\" "]);
        assert_eq!(offered("Acme #kim 12"), Vec::<String>::new());
        assert_eq!(offered("Acme @kim"), Vec::<String>::new());
        assert_eq!(
            offered("Acme #Lee"),
            Vec::<String>::new(),
            "it is there already"
        );
        assert_eq!(
            offered("Acme #").len(),
            5,
            "a sign alone offers what there is"
        );
    }

    #[test]
    fn chinese_names_are_found_by_their_sounds() {
        assert_eq!(offered("签约 #zs"), ["#张三 "]);
        assert_eq!(offered("签约 ＃lixm"), ["＃李小梅 "]);
    }

    #[test]
    fn a_field_offers_names_until_one_is_written() {
        let people = people();
        let names =
            |text: &str| field(text, &people, |_| String::new()).map(|found| found.offers.len());
        assert_eq!(names("kim"), Some(2));
        assert_eq!(names("Kim Lee"), None);
        assert_eq!((names(""), names("zzz")), (None, None));
    }

    #[test]
    fn going_on_comes_round() {
        let people = people();
        let mut found = field("kim", &people, |_| String::new()).unwrap_or_default();
        assert_eq!(
            found.chosen().map(|offer| offer.shown.as_str()),
            Some("Kim Lee")
        );
        found.step(false);
        assert_eq!(found.selected, Some(1));
        found.step(true);
        assert_eq!(found.selected, Some(0));
    }
}
