//! Both presets lead to every verb without a clash; changes replace, unbind, and are refused with both places.
#![allow(clippy::unwrap_used)]

use super::*;

fn keys(text: &str) -> Vec<Key> {
    Key::sequence(text).unwrap()
}

fn preset(preset: Preset) -> (Keymap, Vec<Problem>) {
    Keymap::build(&Keys {
        preset,
        changes: Vec::new(),
    })
}

#[test]
fn every_key_of_the_table_is_readable_and_leads_to_its_verb() {
    let keymap = Keymap::default();
    for row in TABLE {
        for (context, text) in row.keys {
            let context = if *context == Context::Global {
                Context::FirstRun
            } else {
                *context
            };
            assert_eq!(
                keymap.find(context, &keys(text)),
                Found::Command(row.command),
                "{text}"
            );
        }
    }
}

#[test]
fn both_presets_are_without_clash() {
    for one in [Preset::Vim, Preset::Plain] {
        let (_, problems) = preset(one);
        assert_eq!(problems, [], "{}", one.name());
    }
}

#[test]
fn every_verb_has_a_key_wherever_it_works_in_both_presets() {
    for one in [Preset::Vim, Preset::Plain] {
        let (keymap, _) = preset(one);
        for row in TABLE {
            for (context, _) in row.keys {
                let key = keymap.key(*context, row.command);
                assert!(
                    !key.is_empty(),
                    "{} {} {}",
                    one.name(),
                    row.name,
                    context.name()
                );
            }
        }
    }
}

#[test]
fn no_letter_typed_by_accident_does_anything_with_plain_keys() {
    let (keymap, _) = preset(Preset::Plain);
    for binding in keymap.bindings() {
        let first = binding.keys.first().unwrap();
        let typed =
            matches!(first.code, crossterm::event::KeyCode::Char(letter) if letter.is_alphabetic());
        assert!(!typed || first.control || first.alt, "{}", binding.text);
    }
}

#[test]
fn a_prefix_waits_and_a_stray_key_is_nothing() {
    let keymap = Keymap::default();
    assert_eq!(keymap.find(Context::Board, &keys("g")), Found::Prefix);
    assert_eq!(keymap.find(Context::Board, &keys("g z")), Found::Nothing);
}
