//! The settings file: what is read, and the exact words for what is wrong, in both languages.
#![allow(clippy::unwrap_used)]

use super::board::LinesPerCard;
use super::*;
use crate::command::Command;
use crate::keymap::{Context, Found, Key};
use crate::strings::{Language, Strings};

fn problems(text: &str, language: Language) -> String {
    let strings = Strings::new(language);
    let words: Vec<String> = read(text)
        .unwrap_err()
        .iter()
        .map(|problem| problem.words(&strings))
        .collect();
    words.join("\n")
}

fn find(config: &Config, context: Context, keys: &str) -> Found {
    config.keymap.find(context, &Key::sequence(keys).unwrap())
}

#[test]
fn an_empty_file_is_the_defaults() {
    assert_eq!(read("").unwrap(), Config::default());
}

#[test]
fn every_section_is_read() {
    let config = read(
        r#"
[keys]
preset = "plain"
[look]
theme = "high-contrast"
glyphs = "plain"
language = "zh-CN"
reduced_motion = true
[board]
lines_per_card = 2
always_preview = true
wip_limits = { Proposal = 5, "商务采购" = 3 }
[notify]
bell = ["win", "stalled"]
desktop = ["packet"]
"#,
    )
    .unwrap();
    assert_eq!(config.keys.preset, Preset::Plain);
    assert_eq!(config.look.language.language(), Some(Language::Chinese));
    assert_eq!(config.board.lines_per_card.map(LinesPerCard::get), Some(2));
    assert_eq!(config.board.wip_limits.get("商务采购"), Some(&3));
    assert_eq!(config.notify.bell.len() + config.notify.desktop.len(), 3);
    assert_eq!(config.look.reduced_motion, Some(true));
}

#[test]
fn a_table_replaces_the_keys_of_a_verb_on_that_screen_and_nothing_unbinds_it() {
    let config = read("[keys.board]\nforward = ['ctrl-right', 'f5']\nsort = []\n").unwrap();
    assert_eq!(
        find(&config, Context::Board, "f5"),
        Found::Command(Command::Forward)
    );
    assert_eq!(find(&config, Context::Board, "L"), Found::Nothing);
    assert_eq!(
        find(&config, Context::Opportunity, "L"),
        Found::Command(Command::Forward)
    );
    assert_eq!(
        config.keymap.key(Context::Board, Command::Forward),
        "ctrl-right"
    );
    assert_eq!(find(&config, Context::Board, "s"), Found::Nothing);
    assert_eq!(config.keymap.key(Context::Board, Command::Sort), "");
}

#[test]
fn the_global_table_is_for_every_screen_on_which_the_verb_works_and_has_no_table_of_its_own() {
    let config =
        read("[keys.global]\nforward = ['f5']\nhelp = ['f2']\n[keys.board]\nforward = ['f6']\n")
            .unwrap();
    assert_eq!(
        find(&config, Context::Board, "f6"),
        Found::Command(Command::Forward)
    );
    assert_eq!(find(&config, Context::Board, "f5"), Found::Nothing);
    assert_eq!(
        find(&config, Context::Alerts, "f5"),
        Found::Command(Command::Forward)
    );
    assert_eq!(find(&config, Context::Alerts, "L"), Found::Nothing);
    assert_eq!(find(&config, Context::Funnel, "f5"), Found::Nothing);
    assert_eq!(
        find(&config, Context::Funnel, "f2"),
        Found::Command(Command::Help)
    );
    assert_eq!(find(&config, Context::Funnel, "?"), Found::Nothing);
}

#[test]
fn a_screens_own_key_goes_before_a_global_one_of_the_preset() {
    let config = read("[keys.board]\nsort = ['q']\n").unwrap();
    assert_eq!(
        find(&config, Context::Board, "q"),
        Found::Command(Command::Sort)
    );
    assert_eq!(
        find(&config, Context::Alerts, "q"),
        Found::Command(Command::Quit)
    );
}

const FAULTY: &[(&str, &str)] = &[
    ("malformed", "[keys\npreset = 'vim'"),
    ("unknown-section", "[luck]\ntheme = 'dark'"),
    ("unknown-setting", "[look]\n\nthem = 'dark'"),
    ("unknown-value", "[look]\nglyphs = 'plian'"),
    ("unknown-preset", "[keys]\npreset = 'vi'"),
    ("wrong-kind", "[board]\nalways_preview = 'yes'"),
    ("out-of-range", "[board]\nlines_per_card = 4"),
    ("one-key-not-in-a-list", "[keys.board]\nforward = 'L'"),
    ("unknown-screen", "[keys.bord]\nforward = ['L']"),
    (
        "unknown-verb",
        "[keys.board]\n# no such verb\nforwrad = ['L']",
    ),
    (
        "unknown-key",
        "[keys.board]\nforward = ['L', 'pgdown', 'ctrl-L']",
    ),
    ("same-key", "[keys.global]\njump-forward = ['ctrl-i']"),
    ("elsewhere", "[keys.customer]\nforward = ['L']"),
    ("taken-in-the-preset", "[keys.board]\nforward = ['x']"),
    ("taken-on-one-screen", "[keys.global]\nhelp = ['x']"),
    (
        "taken-in-the-file",
        "[keys.board]\nforward = ['f5']\n\n[keys.global]\nsort = ['f6']\nreload = ['f5']",
    ),
    ("begins-another", "[keys.global]\nhelp = ['g']"),
    ("begun-by-another", "[keys.board]\nsort = ['a s']"),
    (
        "several",
        "[keys.bord]\nforward = ['L']\n[keys.board]\nforwad = []\nsort = ['f77']",
    ),
];

#[test]
fn what_is_wrong_is_told_with_its_place_and_what_was_meant() {
    for language in [Language::English, Language::Chinese] {
        let mut told = String::new();
        for (name, text) in FAULTY {
            told.push_str(&format!(
                "== {name}\n{text}\n-- \n{}\n\n",
                problems(text, language)
            ));
        }
        insta::assert_snapshot!(format!("settings-problems-{}", language.tag()), told);
    }
}

#[test]
fn a_file_beyond_the_limit_is_refused() {
    let large = format!("# {}", "x".repeat(MAX_BYTES));
    assert_eq!(read(&large), Err(vec![Problem::of(What::TooLarge)]));
}

#[test]
fn columns_are_characters_and_lines_begin_with_one() {
    let found = read("[board]\nwip_limits = { '商务' = -1 }").unwrap_err();
    let place = found.first().unwrap().place.unwrap();
    assert_eq!((place.line, place.column), (2, 23));
}

#[test]
fn the_schema_names_every_screen_and_verb() {
    let schema = schema();
    let text = schema.to_string();
    for context in Context::ALL {
        assert!(text.contains(&format!("\"{}\"", context.name())));
    }
    for row in crate::command::TABLE {
        assert!(text.contains(&format!("\"{}\"", row.name)), "{}", row.name);
    }
    assert_eq!(schema["additionalProperties"], false);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "[a-z\\[\\]=\"'., {}\n#\\PC-]{0,200}") {
        let _ = read(&text);
    }
}
