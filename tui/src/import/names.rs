//! Finds a member, customer or product by the name a file gives it, and notices when it is spelled differently.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization as _;

/// What is known by name.
#[derive(Clone, Debug, Default)]
pub struct NameIndex {
    exact: HashMap<String, String>,
    loose: HashMap<String, Option<String>>,
}

/// What a name led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// Exactly this one's id.
    Exact(String),
    /// This one's id, whose own spelling differs.
    Spelled {
        /// The id.
        id: String,
        /// Its own spelling.
        name: String,
    },
    /// Nobody.
    Unknown,
}

impl NameIndex {
    /// Adds a name; the first bearer of a name keeps it.
    pub fn insert(&mut self, name: &str, id: &str) {
        if self.exact.contains_key(name) {
            return;
        }
        self.exact.insert(name.to_owned(), id.to_owned());
        // Two names that differ only in spelling vouch for no third spelling.
        self.loose
            .entry(loose(name))
            .and_modify(|known| *known = None)
            .or_insert_with(|| Some(name.to_owned()));
    }

    /// Whether a name is known exactly.
    pub fn contains(&self, name: &str) -> bool {
        self.exact.contains_key(name)
    }

    /// Finds a name.
    pub fn find(&self, name: &str) -> Named {
        if let Some(id) = self.exact.get(name) {
            return Named::Exact(id.clone());
        }
        let key = loose(name);
        let spelled = self.loose.get(&key).and_then(Option::as_ref);
        match spelled.and_then(|name| Some((name, self.exact.get(name)?))) {
            Some((name, id)) if !key.is_empty() => Named::Spelled {
                id: id.clone(),
                name: name.clone(),
            },
            _ => Named::Unknown,
        }
    }
}

/// The letters and digits of a name, without case, width or spacing.
pub fn loose(name: &str) -> String {
    let folded = name.nfkc().filter(|letter| letter.is_alphanumeric());
    folded.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_across_spelling() {
        let mut names = NameIndex::default();
        names.insert("GTX Pro", "1");
        names.insert("万科A", "2");
        names.insert("O-Neil", "3");
        names.insert("ONeil", "4");
        assert_eq!(names.find("GTX Pro"), Named::Exact("1".into()));
        for (written, id) in [("GTXPro", "1"), ("gtx  pro", "1"), ("万科Ａ", "2")] {
            assert!(matches!(names.find(written), Named::Spelled { id: found, .. } if found == id));
        }
        // Which of the two is meant is not for us to say.
        assert_eq!(names.find("o'neil"), Named::Unknown);
        assert_eq!(names.find("GTX Plus"), Named::Unknown);
        assert_eq!(names.find("--"), Named::Unknown);
    }
}
