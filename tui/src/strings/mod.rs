//! The words on the screen, in Fluent bundles: no visible literal lives anywhere else.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

pub use fluent_bundle::FluentValue as Value;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::keymap::{Keymap, shown};

/// A language the screen speaks: the same type that says how numbers are written.
pub use crate::text::Locale as Language;

const EN: &str = include_str!("en.ftl");
const ZH_CN: &str = include_str!("zh-CN.ftl");

/// One language's words. Cheap to clone; equal when the language is.
#[derive(Clone)]
pub struct Strings {
    language: Language,
    inner: Arc<Inner>,
}

struct Inner {
    /// Messages without arguments, formatted once: most of a frame's words.
    plain: HashMap<String, String>,
    bundle: FluentBundle<FluentResource>,
}

impl Strings {
    /// Loads a language, with the keys of the preset.
    pub fn new(language: Language) -> Self {
        Self::keyed(language, &Keymap::default())
    }

    /// Loads a language. Where its words speak of a verb's key, written `<<verb>>`, that is the one in force.
    pub fn keyed(language: Language, keymap: &Keymap) -> Self {
        let source = with_keys(source(language), keymap);
        // A faulty line is skipped and shows as its key; the tests refuse it.
        let resource = match FluentResource::try_new(source) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        let identifier: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
        bundle.set_use_isolating(false);

        let _overridden = bundle.add_resource(resource);
        let mut plain = HashMap::new();
        for key in keys(language) {
            let Some(pattern) = bundle.get_message(&key).and_then(|message| message.value()) else {
                continue;
            };
            let mut errors = Vec::new();
            let text = bundle
                .format_pattern(pattern, None, &mut errors)
                .into_owned();
            if errors.is_empty() {
                plain.insert(key, text);
            }
        }
        Self {
            language,
            inner: Arc::new(Inner { plain, bundle }),
        }
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// A message without arguments; a missing one shows as its key.
    pub fn say<'a>(&'a self, key: &'a str) -> &'a str {
        self.inner.plain.get(key).map_or(key, String::as_str)
    }

    /// A message with arguments.
    pub fn tell(&self, key: &str, arguments: &[(&'static str, Value<'_>)]) -> String {
        let bundle = &self.inner.bundle;
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut named = FluentArgs::with_capacity(arguments.len());
        for (name, value) in arguments {
            named.set(*name, value.clone());
        }
        let mut errors = Vec::new();
        bundle
            .format_pattern(pattern, Some(&named), &mut errors)
            .into_owned()
    }
}

/// Puts the key of each verb that is spoken of in its place; a verb without one is reached through the palette by its name.
fn with_keys(source: &str, keymap: &Keymap) -> String {
    let mut text = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((before, after)) = rest.split_once("<<") {
        let Some((name, behind)) = after.split_once(">>") else {
            break;
        };
        text.push_str(before);
        match keymap.key_of(name) {
            Some(keys) => {
                let keys: Vec<String> = keys.split(' ').map(shown).collect();
                text.push_str(&keys.join(" "));
            }
            None => text.push_str(&format!(":{name}")),
        }
        rest = behind;
    }
    text.push_str(rest);
    text
}

/// Names of the verbs whose keys a language speaks of.
pub fn spoken_of(language: Language) -> Vec<&'static str> {
    let parts = source(language).split("<<").skip(1);
    parts
        .filter_map(|part| Some(part.split_once(">>")?.0))
        .collect()
}

fn source(language: Language) -> &'static str {
    match language {
        Language::English => EN,
        Language::Chinese => ZH_CN,
    }
}

/// Keys of a language's messages: every one begins at the start of a line.
pub fn keys(language: Language) -> Vec<String> {
    source(language)
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
        .filter_map(|line| line.split_once('='))
        .map(|(key, _)| key.trim().to_owned())
        .collect()
}

impl fmt::Debug for Strings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Strings")
            .field(&self.language)
            .finish()
    }
}

impl PartialEq for Strings {
    fn eq(&self, other: &Self) -> bool {
        self.language == other.language
    }
}

impl Default for Strings {
    fn default() -> Self {
        Self::new(Language::English)
    }
}
