//! The section `[keys]` of the settings: a preset, and changes to it by the names of verbs.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use toml::Spanned;

use super::problem::{Lines, Place, Problem, Unknown, What};
use crate::command::{Command, TABLE};
use crate::keymap::{Context, Key, KeyError};

/// Most keys given to one verb on one screen.
pub const MAX_KEYS_PER_COMMAND: usize = 8;

/// Which keys to begin with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// Letters, as in vim, helix and lazygit.
    #[default]
    Vim,
    /// Arrows, function keys, ctrl and alt: nothing happens by typing letters.
    Plain,
}

impl Preset {
    /// Its name in the file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vim => "vim",
            Self::Plain => "plain",
        }
    }
}

/// Which keys give which verbs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// Where to begin.
    pub preset: Preset,
    /// What is different, in the order of the file.
    pub changes: Vec<KeyChange>,
}

/// The keys of a verb on a screen, in place of all that the preset gives it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyChange {
    /// The screen; global = wherever it works and has no change of its own.
    pub context: Context,
    /// The verb.
    pub command: Command,
    /// Its keys and where they are written; none = unbound.
    pub keys: Vec<(Vec<Key>, Place)>,
}

/// The section as written.
#[derive(Debug, Default)]
pub(super) struct RawKeys {
    preset: Preset,
    tables: Vec<(Spanned<String>, Table)>,
}

type Table = BTreeMap<Spanned<String>, OneOrMore>;

/// One key, or a list of them.
#[derive(Debug, Default)]
struct OneOrMore(Vec<Spanned<String>>);

impl RawKeys {
    /// Finds screens, verbs and keys by their names, and tells of each that is none.
    pub(super) fn resolve(self, lines: &Lines<'_>) -> (Keys, Vec<Problem>) {
        let mut keys = Keys {
            preset: self.preset,
            changes: Vec::new(),
        };
        let mut problems = Vec::new();
        for (context, table) in self.tables {
            let name = context.as_ref().as_str();
            let Some(known) = Context::named(name) else {
                let contexts = Context::ALL.iter().map(|context| context.name());
                let unknown = Unknown::new(name, contexts.chain(["preset"]));
                problems.push(Problem::at(
                    lines.of(&context),
                    What::UnknownContext(unknown),
                ));
                continue;
            };
            // In the order of the file, which a map forgets.
            let mut entries: Vec<_> = table.into_iter().collect();
            entries.sort_by_key(|(name, _)| name.span().start);
            for (name, wanted) in entries {
                match change(known, &name, wanted, lines) {
                    Ok(change) => keys.changes.push(change),
                    Err(wrong) => problems.extend(wrong),
                }
            }
        }
        (keys, problems)
    }
}

fn change(
    context: Context,
    name: &Spanned<String>,
    wanted: OneOrMore,
    lines: &Lines<'_>,
) -> Result<KeyChange, Vec<Problem>> {
    let text = name.as_ref().as_str();
    let Some(row) = TABLE.iter().find(|row| row.name == text) else {
        let unknown = Unknown::new(text, TABLE.iter().map(|row| row.name));
        return Err(vec![Problem::at(
            lines.of(name),
            What::UnknownCommand(unknown),
        )]);
    };
    if !row.works_on(context) && context != Context::Global {
        let mut works: Vec<&str> = row.keys.iter().map(|(context, _)| context.name()).collect();
        works.sort_unstable();
        works.dedup();
        let what = What::Elsewhere {
            command: row.name,
            context: context.name(),
            works: works.join(", "),
        };
        return Err(vec![Problem::at(lines.of(name), what)]);
    }
    let mut keys = Vec::new();
    let mut problems = Vec::new();
    for (number, written) in wanted.0.iter().enumerate() {
        let place = lines.of(written);
        if number >= MAX_KEYS_PER_COMMAND {
            let what = What::Malformed(format!("at most {MAX_KEYS_PER_COMMAND} keys for a verb"));
            problems.push(Problem::at(place, what));
            break;
        }
        match Key::sequence(written.as_ref()) {
            Ok(sequence) => keys.push((sequence, place)),
            Err(error) => problems.push(Problem::at(place, wrong_key(error))),
        }
    }
    if problems.is_empty() {
        Ok(KeyChange {
            context,
            command: row.command,
            keys,
        })
    } else {
        Err(problems)
    }
}

fn wrong_key(error: KeyError) -> What {
    match error {
        KeyError::Unknown(text) => {
            let mut unknown = Unknown::new(&text, Key::names());
            // Control and a capital arrive as control and the letter.
            let small = text.to_lowercase();
            if Key::sequence(&small).is_ok() {
                unknown.nearest = Some(small);
            }
            What::UnknownKey(unknown)
        }
        KeyError::SentAs { key, sent } => What::SameKey { key, sent },
    }
}

impl<'de> Deserialize<'de> for RawKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Section;
        impl<'de> Visitor<'de> for Section {
            type Value = RawKeys;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a preset and a table of verbs for each screen")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawKeys, A::Error> {
                let mut keys = RawKeys::default();
                while let Some(name) = map.next_key::<Spanned<String>>()? {
                    if name.as_ref() == "preset" {
                        keys.preset = map.next_value()?;
                    } else {
                        keys.tables.push((name, map.next_value()?));
                    }
                }
                Ok(keys)
            }
        }
        deserializer.deserialize_map(Section)
    }
}

impl<'de> Deserialize<'de> for OneOrMore {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = OneOrMore;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a list of keys, such as [\"L\", \">\"]")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<OneOrMore, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = sequence.next_element()? {
                    names.push(name);
                }
                Ok(OneOrMore(names))
            }
        }
        deserializer.deserialize_seq(Names)
    }
}

impl JsonSchema for RawKeys {
    fn schema_name() -> Cow<'static, str> {
        "Keys".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut properties = serde_json::Map::new();
        let preset = generator.subschema_for::<Preset>();
        properties.insert("preset".to_owned(), preset.to_value());
        for context in Context::ALL {
            let verbs: serde_json::Map<String, serde_json::Value> = TABLE
                .iter()
                .filter(|row| *context == Context::Global || row.works_on(*context))
                .map(|row| {
                    (
                        row.name.to_owned(),
                        serde_json::json!({ "$ref": "#/$defs/KeyList" }),
                    )
                })
                .collect();
            let table = serde_json::json!({
                "type": "object", "properties": verbs, "additionalProperties": false,
            });
            properties.insert(context.name().to_owned(), table);
        }
        let list = serde_json::json!({
            "type": "array",
            "maxItems": MAX_KEYS_PER_COMMAND,
            "items": { "type": "string", "examples": ["L", "ctrl-d", "g b", "f2"] },
        });
        generator
            .definitions_mut()
            .insert("KeyList".to_owned(), list);
        json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
    }
}
