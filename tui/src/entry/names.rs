//! Finds who or what a few typed letters mean: exact, then prefix, then word, then letters in order.

use unicode_normalization::UnicodeNormalization;

use super::pinyin;

/// Candidates named in an ambiguity; more would not be read.
pub const MAX_CANDIDATES: usize = 5;

/// The names of the default pipeline's stages in both languages: either finds the stage, whichever the workspace was made with.
const STAGE_PAIRS: &[(&str, &str)] = &[
    ("new", "新建"),
    ("qualified", "需求明确"),
    ("solution", "方案验证"),
    ("proposal", "立项汇报"),
    ("negotiation", "商务采购"),
    ("won", "成交"),
    ("lost", "失败"),
];

/// One thing with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Its id.
    pub id: u64,
    /// What people call it, as shown.
    pub shown: String,
    /// What it belongs to: a contact's customer.
    pub parent: Option<u64>,
    folded: Vec<String>,
}

/// Things that can be meant, in the order people see them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    names: Vec<Name>,
}

/// What a text meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Exactly this one (its place in the list).
    One(usize),
    /// Several are equally likely; at most [`MAX_CANDIDATES`] of them.
    Several(Vec<usize>),
    /// None.
    Nothing,
}

impl Names {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a thing at the end.
    pub fn push(&mut self, id: u64, shown: &str, parent: Option<u64>) {
        self.names.push(Name {
            id,
            shown: shown.to_owned(),
            parent,
            folded: vec![fold(shown)],
        });
    }

    /// Adds a stage: a stage of the default pipeline is found by its name in either language.
    pub fn push_stage(&mut self, id: u64, shown: &str) {
        let mut folded = vec![fold(shown)];
        for (english, chinese) in STAGE_PAIRS {
            if folded[0] == *english {
                folded.push((*chinese).to_owned());
            } else if folded[0] == *chinese {
                folded.push((*english).to_owned());
            }
        }
        self.names.push(Name {
            id,
            shown: shown.to_owned(),
            parent: None,
            folded,
        });
    }

    /// The thing at a place, as [`Found`] gives it.
    pub fn get(&self, place: usize) -> Option<&Name> {
        self.names.get(place)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Which one `text` means. Among equally good ones those with the given parent win.
    pub fn find(&self, text: &str, parent: Option<u64>) -> Found {
        let needle = fold(text);
        if needle.is_empty() {
            return Found::Nothing;
        }
        let mut best = Closeness::Letters;
        let mut places = Vec::new();
        for (place, name) in self.names.iter().enumerate() {
            let closeness = name
                .folded
                .iter()
                .filter_map(|folded| closeness(folded, &needle))
                .min();
            let Some(closeness) = closeness else { continue };
            if closeness < best {
                best = closeness;
                places.clear();
            }
            if closeness == best {
                places.push(place);
            }
        }
        if places.len() > 1 && parent.is_some() {
            let related: Vec<usize> = places
                .iter()
                .copied()
                .filter(|place| self.names[*place].parent == parent)
                .collect();
            if !related.is_empty() {
                places = related;
            }
        }
        match places[..] {
            [] => Found::Nothing,
            [only] => Found::One(only),
            _ => {
                places.truncate(MAX_CANDIDATES);
                Found::Several(places)
            }
        }
    }

    /// Those that `text` may mean, the closest first and at most so many; without a text the first ones. Whatever is offered here is
    /// what [`Names::find`] would take it for.
    pub fn closest(&self, text: &str, most: usize) -> Vec<usize> {
        let needle = fold(text);
        if needle.is_empty() {
            return (0..self.names.len().min(most)).collect();
        }
        let mut found: Vec<(Closeness, usize, usize)> = Vec::new();
        for (place, name) in self.names.iter().enumerate() {
            let close = name
                .folded
                .iter()
                .filter_map(|folded| closeness(folded, &needle))
                .min();
            if let Some(close) = close {
                found.push((close, name.shown.len(), place));
            }
        }
        // Of equally close names the shorter one is nearer to what was typed.
        let most = most.min(found.len());
        if most < found.len() {
            found.select_nth_unstable(most);
        }
        found.truncate(most);
        found.sort_unstable();
        found.into_iter().map(|(.., place)| place).collect()
    }

    /// Which one the 1-based position in the list means; `text` must be digits.
    pub fn at_position(&self, text: &str) -> Option<usize> {
        let position: usize = text.parse().ok()?;
        (1..=self.names.len())
            .contains(&position)
            .then(|| position - 1)
    }

    /// The thing whose name starts `text` and ends there at a word's border; the longest when there are several.
    pub fn leading(&self, text: &str) -> Option<usize> {
        let text = fold(text);
        let mut best: Option<(usize, usize)> = None;
        for (place, name) in self.names.iter().enumerate() {
            let Some(folded) = name.folded.first() else {
                continue;
            };
            let long_enough = if folded.is_ascii() {
                folded.len() >= 3
            } else {
                folded.chars().count() >= 2
            };
            if !long_enough || best.is_some_and(|(length, _)| folded.len() <= length) {
                continue;
            }
            let Some(rest) = text.strip_prefix(folded.as_str()) else {
                continue;
            };
            let border = match (folded.chars().next_back(), rest.chars().next()) {
                (Some(last), Some(next)) => {
                    !(last.is_ascii_alphanumeric() && next.is_alphanumeric())
                }
                _ => true,
            };
            if border {
                best = Some((folded.len(), place));
            }
        }
        best.map(|(_, place)| place)
    }
}

/// How well a name matches, the best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Closeness {
    Exact,
    Prefix,
    WordPrefix,
    Inside,
    /// A Chinese name by its sounds.
    Sounds,
    Letters,
}

fn closeness(folded: &str, needle: &str) -> Option<Closeness> {
    if folded == needle {
        return Some(Closeness::Exact);
    }
    if let Some(at) = folded.find(needle) {
        if at == 0 {
            return Some(Closeness::Prefix);
        }
        let after_border = folded[..at]
            .chars()
            .next_back()
            .is_some_and(|before| !before.is_alphanumeric());
        return Some(if after_border {
            Closeness::WordPrefix
        } else {
            Closeness::Inside
        });
    }
    if !folded.is_ascii() && pinyin::spells(needle, folded) {
        return Some(Closeness::Sounds);
    }
    // One letter would be found in almost every name.
    let scattered = needle.chars().count() > 1 && is_subsequence(needle, folded);
    scattered.then_some(Closeness::Letters)
}

/// True when the letters of `needle` stand in `text` in this order, perhaps with others between.
pub fn is_subsequence(needle: &str, text: &str) -> bool {
    let mut letters = text.chars();
    needle
        .chars()
        .all(|wanted| letters.any(|letter| letter == wanted))
}

/// Case, width and outer spaces away: how names are compared.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.trim().to_ascii_lowercase();
    }
    text.trim().nfkc().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stages() -> Names {
        let mut names = Names::new();
        for (id, name) in [
            "New",
            "Qualified",
            "Solution",
            "Proposal",
            "Negotiation",
            "Needs analysis",
        ]
        .into_iter()
        .enumerate()
        {
            names.push_stage(id as u64 + 1, name);
        }
        names
    }

    #[test]
    fn a_stage_is_found_by_the_closest_reading() {
        let stages = stages();
        for (text, place) in [
            ("proposal", 3),
            ("PROP", 3),
            ("方案", 2),
            ("analysis", 5),
            ("sln", 2),
            ("ｎｅｗ", 0),
        ] {
            assert_eq!(stages.find(text, None), Found::One(place), "{text}");
        }
        assert_eq!(stages.find("ne", None), Found::Several(vec![0, 4, 5]));
        assert_eq!(stages.find("xyz", None), Found::Nothing);
        assert_eq!(stages.find("", None), Found::Nothing);
        assert_eq!(stages.at_position("2"), Some(1));
        assert_eq!(stages.at_position("0"), None);
        assert_eq!(stages.at_position("9"), None);
    }

    #[test]
    fn of_two_namesakes_the_one_at_the_customer_is_meant() {
        let mut contacts = Names::new();
        contacts.push(1, "张三", Some(10));
        contacts.push(2, "张三", Some(20));
        assert_eq!(contacts.find("张三", None), Found::Several(vec![0, 1]));
        assert_eq!(contacts.find("张三", Some(20)), Found::One(1));
    }

    #[test]
    fn a_deals_name_may_begin_with_its_customer() {
        let mut customers = Names::new();
        customers.push(1, "Acme", None);
        customers.push(2, "Acme Holding", None);
        customers.push(3, "华北电力", None);
        assert_eq!(customers.leading("acme renewal"), Some(0));
        assert_eq!(customers.leading("Acme Holding renewal"), Some(1));
        assert_eq!(customers.leading("华北电力二期"), Some(2));
        assert_eq!(customers.leading("Acmeister"), None);
    }
}
