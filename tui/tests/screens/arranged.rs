//! How the board is arranged: folded and pinned columns, lines of a card, limits of work in progress.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use crate::fixture::App;
use sluice::strings::Language::{self, Chinese, English};

const SIZES: [(u16, u16); 5] = [(200, 50), (120, 40), (80, 24), (40, 12), (20, 5)];

fn each(name: &str, prepare: impl Fn(&mut App)) {
    for language in [English, Chinese] {
        for (width, height) in SIZES {
            let mut app = App::full(language, width, height);
            prepare(&mut app);
            let name = format!("{name}-{}-{width}x{height}", language.tag());
            insta::assert_snapshot!(name, app.picture());
        }
    }
}

impl App {
    /// Takes settings as if they stood in the person's file.
    pub fn settings(&mut self, text: &str) -> &mut Self {
        self.model.config = Arc::new(sluice::config::read(text).unwrap());
        self
    }
}

fn limits(language: Language) -> &'static str {
    match language {
        English => "[board]\nwip_limits = { New = 5, Qualified = 9 }",
        Chinese => "[board]\nwip_limits = { \"新建\" = 5, \"需求明确\" = 9 }",
    }
}

#[test]
fn folded_and_pinned_columns_at_every_size() {
    each("arranged", |app| {
        app.settings(limits(app.model.locale()));
        app.keys("- | l l - l l");
        app.wait(10_000_000);
    });
}

#[test]
fn cards_of_one_line_at_every_size() {
    each("one-line", |app| {
        app.settings("[board]\nlines_per_card = 1");
    });
}

#[test]
fn a_folded_column_has_its_count_and_sum_and_opens_again() {
    let mut app = App::full(English, 80, 24);
    assert!(!app.text().contains("Proposal"));
    app.keys("- l -");
    let text = app.text();
    assert!(text.contains("Proposal"), "there is room for more: {text}");
    assert!(!text.contains("Qualified"), "{text}");
    app.keys("-");
    assert!(app.text().contains("Qualified"));
}

#[test]
fn a_pinned_column_is_seen_however_far_one_pages() {
    let mut app = App::full(English, 80, 24);
    app.keys("| 6 l");
    let text = app.text();
    assert!(text.contains("New") && text.contains("Lost"), "{text}");
    // The news of it names the stage.
    app.keys("6 h |").keys("6 l").wait(30_000_000);
    assert!(!app.text().contains(" New "));
}

#[test]
fn too_many_deals_are_counted_in_red_and_nothing_is_forbidden() {
    let mut app = App::full(English, 200, 50);
    app.settings(limits(English));
    let text = app.text();
    assert!(text.contains("12/5!"), "{text}");
    assert!(text.contains("9/9 "), "{text}");
    app.keys("l H");
    assert_eq!(app.effects.len(), 1, "the move is made all the same");
    app.keys("esc /").types("acme");
    assert!(!app.text().contains("/5!"), "hits have no limit");
}

#[test]
fn the_lines_of_a_card_go_round_and_the_selected_card_stays_in_sight() {
    let mut app = App::full(English, 80, 24);
    app.keys("G");
    let selected = app.selected().to_owned();
    for _ in 0..4 {
        app.keys("z");
        assert_eq!(app.selected(), selected);
        let capacity = app.model.cards_in_column().capacity;
        assert!(app.model.anchors[&1].row < capacity);
    }
    assert_eq!(app.model.cards_in_column().height, 2);
}
