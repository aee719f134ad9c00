//! What a session remembers of the one before: what the person chose by keys, and where they were in each workspace.

use serde::{Deserialize, Serialize};

use crate::board::Sort;
use crate::record::{Micros, SECOND_US};
use crate::strings::Language;

/// At most so often it is written down.
pub const REMEMBER_US: Micros = 3 * SECOND_US;
/// Workspaces remembered; the one not seen for longest goes first.
pub const MAX_WORKSPACES: usize = 20;
/// Longest text remembered, in bytes.
pub const MAX_TEXT: usize = 4_096;

/// The file: what is absent was never chosen, what is unknown is of another version and left alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// What was chosen by keys.
    pub chosen: Chosen,
    /// The terminal's background was light: a guess for the first paint, until it tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub light_background: Option<bool>,
    /// Where the person was, the last one first.
    #[serde(rename = "workspace", skip_serializing_if = "Vec::is_empty")]
    pub workspaces: Vec<Place>,
}

/// What was chosen by keys, and the settings do not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Chosen {
    /// The theme's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
    /// The language's tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The mouse is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mouse: Option<bool>,
    /// Every move is shown before it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub always_preview: Option<bool>,
}

/// Where the person was in a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// Its commit log, which no other workspace has.
    pub log_id: String,
    /// The pipeline shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<u64>,
    /// The order of the cards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<Order>,
    /// The last filter: the arrow up brings it back.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub filter: String,
}

/// An order of the cards, by its name in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each is the order of its name")]
pub enum Order {
    ContractDate,
    Amount,
    StageAge,
}

impl From<Sort> for Order {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::ContractDate => Self::ContractDate,
            Sort::Amount => Self::Amount,
            Sort::StageAge => Self::StageAge,
        }
    }
}

impl From<Order> for Sort {
    fn from(order: Order) -> Self {
        match order {
            Order::ContractDate => Self::ContractDate,
            Order::Amount => Self::Amount,
            Order::StageAge => Self::StageAge,
        }
    }
}

/// What a session keeps in mind, and what of it is written down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mind {
    /// As written down last, or read at the start.
    pub memory: Memory,
    /// When that was.
    pub written: Micros,
    /// Something has changed since.
    pub unwritten: bool,
    /// The workspace's place has been taken up again.
    pub recalled: bool,
    /// The filter that was on last.
    pub filter: String,
}

impl Memory {
    /// Reads the file.
    ///
    /// # Errors
    /// When it is none of ours.
    pub fn read(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The file's text.
    pub fn text(&self) -> String {
        // All its fields are texts, numbers within TOML's and switches.
        toml::to_string(self).unwrap_or_default()
    }

    /// The place in a workspace.
    pub fn place(&self, log_id: &str) -> Option<&Place> {
        self.workspaces.iter().find(|place| place.log_id == log_id)
    }

    /// Takes a place in a workspace, the last one seen.
    pub fn set_place(&mut self, place: Place) {
        self.workspaces.retain(|other| other.log_id != place.log_id);
        self.workspaces.insert(0, place);
        self.workspaces.truncate(MAX_WORKSPACES);
    }

    /// What is to be written when another session has written meanwhile: ours, and its places in other workspaces.
    #[must_use]
    pub fn over(mut self, written: Self) -> Self {
        for place in written.workspaces {
            if self.place(&place.log_id).is_none() && self.workspaces.len() < MAX_WORKSPACES {
                self.workspaces.push(place);
            }
        }
        self
    }
}

/// The language of a tag in the file.
pub fn language(tag: &str) -> Option<Language> {
    [Language::English, Language::Chinese]
        .into_iter()
        .find(|language| language.tag() == tag)
}

/// As much of a text as is remembered.
pub fn bounded(text: &str) -> String {
    text[..text.floor_char_boundary(MAX_TEXT)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(log_id: &str) -> Place {
        Place {
            log_id: log_id.to_owned(),
            pipeline: Some(3),
            sort: Some(Order::Amount),
            filter: "owner:kim \"a b\"".to_owned(),
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut memory = Memory {
            chosen: Chosen {
                theme: Some("mine".to_owned()),
                language: Some("zh-CN".to_owned()),
                mouse: Some(false),
                always_preview: Some(true),
            },
            light_background: Some(true),
            workspaces: Vec::new(),
        };
        memory.set_place(place("a"));
        assert_eq!(Memory::read(&memory.text()).unwrap(), memory);
        assert_eq!(Memory::read("").unwrap(), Memory::default());
        // Of a later version.
        assert_eq!(Memory::read("later = 1").unwrap(), Memory::default());
        assert!(Memory::read("chosen = 1").is_err());
    }

    #[test]
    fn few_workspaces_are_remembered_the_last_ones() {
        let mut memory = Memory::default();
        for number in 0..30 {
            memory.set_place(place(&number.to_string()));
        }
        memory.set_place(place("15"));
        assert_eq!(memory.workspaces.len(), MAX_WORKSPACES);
        assert_eq!(memory.workspaces[0].log_id, "15");
        assert!(memory.place("9").is_none() && memory.place("10").is_some());
    }

    #[test]
    fn two_sessions_do_not_forget_each_others_places() {
        let mut one = Memory::default();
        one.set_place(place("a"));
        let mut other = Memory::default();
        other.set_place(place("b"));
        let written = one.over(other);
        let places: Vec<&str> = written
            .workspaces
            .iter()
            .map(|place| place.log_id.as_str())
            .collect();
        assert_eq!(places, ["a", "b"]);
    }
}
