//! Keys of one's own: in force at once, shown wherever keys are shown; jump labels; the way back and on again.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;

use crate::fixture::App;
use sluice::config;
use sluice::message::Msg;
use sluice::model::{Screen, WHICH_KEY_US};
use sluice::strings::Language::{Chinese, English};

fn configured(text: &str) -> App {
    let mut app = App::full(English, 200, 50);
    app.send(Msg::ConfigRead(config::read(text).map(Arc::new)));
    app
}

fn footer(app: &mut App) -> String {
    app.text().lines().last().unwrap().to_owned()
}

#[test]
fn keys_of_ones_own_are_in_force_and_shown_at_once() {
    let mut app =
        configured("[keys.board]\nadd = ['f5']\n[keys.global]\nhelp = ['f2']\nalerts = ['g z']\n");
    let footer = footer(&mut app);
    assert!(
        footer.contains("F5 add") && footer.contains("F2 help"),
        "{footer}"
    );
    app.keys("f2");
    let text = app.text();
    assert!(text.contains("F5") && text.contains("gz"), "{text}");
    app.keys("esc :").types("alerts");
    assert!(app.text().contains("gz"), "{}", app.text());
    app.keys("esc g").wait(WHICH_KEY_US);
    assert!(app.text().contains("z   alerts"), "{}", app.text());
    app.keys("z");
    assert_eq!(app.model.screen, Screen::Alerts);
}

#[test]
fn sentences_that_speak_of_a_key_speak_of_the_one_in_force() {
    for (language, words) in [(English, "Press  F5  and type"), (Chinese, "按  F5  输入")] {
        let mut app = App::set_up(language, 120, 40);
        let read = config::read("[keys.board]\nadd = ['f5']\n").map(Arc::new);
        app.send(Msg::ConfigRead(read));
        assert!(app.text().contains(words), "{}", app.text());
    }
}

#[test]
fn a_faulty_file_leaves_the_keys_as_they_were_and_says_what_and_where() {
    let mut app = configured("[keys.board]\nadd = ['f5']\n");
    app.send(Msg::ConfigRead(
        config::read("[keys.board]\n\nad = ['f6']\n").map(Arc::new),
    ));
    let text = app.text();
    assert!(text.contains("line 3, column 1"), "{text}");
    assert!(text.contains("Did you mean `add`?"), "{text}");
    assert!(footer(&mut app).contains("F5 add"));
}

#[test]
fn what_was_chosen_in_the_session_stays_until_the_file_says_something_else() {
    let mut app = configured("[look]\nlanguage = 'en'\n");
    app.keys("g L");
    assert_eq!(app.model.locale(), Chinese);
    app.send(Msg::ConfigRead(
        config::read("[look]\nlanguage = 'en'\n[notify]\nbell = true\n").map(Arc::new),
    ));
    assert_eq!(app.model.locale(), Chinese, "only the bell has changed");
    app.send(Msg::ConfigRead(
        config::read(
            "[look]\nlanguage = 'auto'\nreduced_motion = true\n[board]\nalways_preview = true",
        )
        .map(Arc::new),
    ));
    assert_eq!(app.model.locale(), English, "the system's");
    assert!(app.model.reduced_motion && app.model.always_preview);
}

#[test]
fn with_plain_keys_nobody_needs_a_letter() {
    let mut app = configured("[keys]\npreset = 'plain'\n");
    let footer = footer(&mut app);
    assert!(
        footer.contains("ctrl-n add") && footer.contains("F1 help"),
        "{footer}"
    );
    let before = app.model.clone();
    for letter in "aeLHmxXcfsvqPM".chars() {
        app.types(&letter.to_string());
    }
    assert_eq!(app.model.screen, before.screen);
    assert!(app.model.layers.is_empty() && app.effects.is_empty());
    app.keys("f9 f");
    assert_eq!(app.model.screen, Screen::Funnel);
    app.keys("esc down").effects.clear();
    app.keys("ctrl-right");
    assert_eq!(app.effects.len(), 1, "moved");
    app.keys("ctrl-z");
    assert_eq!(app.effects.len(), 2, "and taken back");
}

#[test]
fn two_letters_lead_to_any_card_on_the_screen() {
    let mut app = App::full(English, 200, 50);
    app.buffer();
    app.keys("f");
    let labelled = app.text();
    assert!(
        labelled.contains("aa") && labelled.contains("as"),
        "{labelled}"
    );
    let Some(sluice::layer::Layer::Jump(jump)) = app.model.layers.last() else {
        panic!("no labels")
    };
    let (label, target) = jump.labels[17];
    app.types(&label.iter().collect::<String>());
    let sluice::hits::Target::Card { id, .. } = target else {
        panic!("{target:?}")
    };
    assert_eq!(app.model.selected().unwrap().id, id);
    assert!(app.model.layers.is_empty());
    app.buffer();
    app.keys("f esc");
    assert!(app.model.layers.is_empty());
}

#[test]
fn two_letters_lead_to_a_row_of_a_list() {
    let mut app = App::busy(English, 120, 40);
    app.keys("g a");
    app.buffer();
    app.keys("f");
    let Some(sluice::layer::Layer::Jump(jump)) = app.model.layers.last() else {
        panic!("no labels")
    };
    let (label, target) = jump.labels[3];
    app.types(&label.iter().collect::<String>());
    let sluice::hits::Target::Row(id) = target else {
        panic!("{target:?}")
    };
    assert_eq!(app.model.list().id, Some(id));
}

#[test]
fn one_goes_back_and_on_again() {
    let mut app = App::full(English, 120, 40);
    app.keys("g f g a ctrl-o ctrl-o");
    assert_eq!(app.model.screen, Screen::Board);
    app.keys("tab");
    assert_eq!(app.model.screen, Screen::Funnel);
    // Tab is the next pane there; the other key works everywhere.
    app.keys("alt-right");
    assert_eq!(app.model.screen, Screen::Alerts);
    app.keys("alt-left alt-left g i alt-right");
    assert_eq!(app.model.screen, Screen::Inbox, "elsewhere is a new way");
}

#[test]
fn shift_beside_an_arrow_means_the_arrow() {
    let mut app = App::full(English, 120, 40);
    let before = app.selected().to_owned();
    app.keys("shift-down");
    assert_ne!(app.selected(), before);
}
