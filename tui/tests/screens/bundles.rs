//! Both languages have the same words, every word used exists, every word that exists is used.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

use sluice::command::TABLE;
use sluice::keymap::Context;
use sluice::strings::Language::{Chinese, English};
use sluice::strings::{Strings, keys};

#[test]
fn both_bundles_have_the_same_keys_and_each_can_be_said() {
    let english: BTreeSet<String> = keys(English).into_iter().collect();
    let chinese: BTreeSet<String> = keys(Chinese).into_iter().collect();
    assert_eq!(english, chinese);
    for language in [English, Chinese] {
        let strings = Strings::new(language);
        for key in keys(language) {
            assert_ne!(
                strings.tell(&key, &[]),
                key,
                "{key} has no words in {}",
                language.tag()
            );
        }
    }
}

#[test]
fn every_key_spoken_of_is_a_verbs() {
    for language in [English, Chinese] {
        let names = sluice::strings::spoken_of(language);
        assert!(!names.is_empty());
        for name in names {
            assert!(TABLE.iter().any(|row| row.name == name), "{name}");
        }
    }
}

/// Folders that say nothing on the screen.
const SILENT: [&str; 6] = ["cli", "import", "demo", "effect", "feed", "terminal"];

/// All string literals of the sources that look like keys.
fn literals() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                let name = path.file_name().unwrap_or_default();
                if !SILENT.iter().any(|silent| name == *silent) {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = std::fs::read_to_string(path).unwrap();
                found.extend(source.split('"').skip(1).step_by(1).map(str::to_owned));
            }
        }
    }
    found.retain(|word| {
        !word.is_empty()
            && !word.ends_with('-')
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    });
    found
}

#[test]
fn every_word_that_exists_is_used() {
    let used = literals();
    let verbs: BTreeSet<&str> = TABLE
        .iter()
        .flat_map(|row| [row.help_key, row.short_key])
        .collect();
    let unused: Vec<String> = keys(English)
        .into_iter()
        .filter(|key| !used.contains(key) && !verbs.contains(key.as_str()))
        .collect();
    assert!(unused.is_empty(), "not used anywhere: {unused:?}");
}

#[test]
fn every_word_used_exists() {
    let known: BTreeSet<String> = keys(English).into_iter().collect();
    for row in TABLE {
        for key in [row.help_key, row.short_key, row.category.name_key()] {
            assert!(known.contains(key), "{key} has no words");
        }
    }
    // A literal that begins like a known key and is none is a misspelt one.
    let families: BTreeSet<&str> = known
        .iter()
        .filter_map(|key| key.split_once('-'))
        .map(|(family, _)| family)
        .collect();
    let missing: Vec<String> = literals()
        .into_iter()
        .filter(|word| {
            word.split_once('-')
                .is_some_and(|(family, _)| families.contains(family))
        })
        .filter(|word| !known.contains(word) && Context::named(word).is_none())
        .collect();
    assert!(missing.is_empty(), "used but without words: {missing:?}");
}
