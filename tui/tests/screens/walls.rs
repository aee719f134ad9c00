//! The wall board: it turns by itself, needs no keys, and says how old it is.
#![allow(clippy::unwrap_used)]

use crate::fixture::App;
use sluice::message::{Msg, ServerFact};
use sluice::model::{Effect, Exit, SECOND_US, Screen};
use sluice::strings::Language::{self, Chinese, English};
use sluice::wall::{EVERY_US, Scene, Wall};

const SIZES: [(u16, u16); 6] = [(200, 50), (120, 40), (80, 24), (40, 12), (20, 5), (1, 1)];

fn wall(language: Language, width: u16, height: u16, scenes: &[Scene]) -> App {
    let mut app = App::full(language, width, height);
    app.model.wall = Some(Wall::new(scenes.to_vec(), EVERY_US));
    app.server(ServerFact::Progress { revision: 100 });
    // As at the start: the screen's questions are asked, and answered.
    app.send(Msg::Resize { width, height }).answer();
    app.wait(SECOND_US);
    app
}

#[test]
fn each_picture_at_every_size() {
    for scene in Scene::ALL {
        for language in [English, Chinese] {
            for (width, height) in SIZES {
                let mut app = wall(language, width, height, &[scene]);
                let scene = format!("{scene:?}").to_lowercase();
                let name = format!("wall-{scene}-{}-{width}x{height}", language.tag());
                insta::assert_snapshot!(name, app.picture());
            }
        }
    }
}

#[test]
fn the_pictures_go_round_by_themselves_and_ask_for_what_they_show() {
    let mut app = wall(English, 120, 40, &[]);
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(app.model.screen);
        app.effects.clear();
        app.wait(EVERY_US);
        let asks = |effect: &Effect| matches!(effect, Effect::Load { .. });
        let asked = app.effects.iter().any(asks);
        assert_eq!(asked, app.model.screen != Screen::Board);
        app.answer();
    }
    let (board, funnel, leaderboard) = (Screen::Board, Screen::Funnel, Screen::Leaderboard);
    assert_eq!(seen, [board, funnel, leaderboard, board]);
    assert_eq!(app.model.screen, Screen::Funnel);
}

#[test]
fn an_arrow_goes_on_q_leaves_and_no_other_key_does_anything() {
    let mut app = wall(English, 120, 40, &[]);
    let before = app.text();
    app.keys("a x L enter : g f 5");
    assert_eq!(app.text(), before);
    app.keys("right");
    assert_eq!(app.model.screen, Screen::Funnel);
    app.keys("left");
    assert_eq!(app.model.screen, Screen::Board);
    app.keys("q");
    assert_eq!(app.effects.last(), Some(&Effect::Quit(Exit::Leave)));
}

#[test]
fn the_age_of_the_figures_is_always_told_and_silence_is_told_after_six_seconds() {
    for (width, height) in [(200, 50), (40, 12), (20, 5)] {
        let mut app = wall(English, width, height, &[]);
        assert!(app.text().contains("1s ago"), "{}", app.text());
        app.wait(3 * SECOND_US);
        assert!(app.text().contains("4s ago"), "{}", app.text());
    }
    let mut app = wall(English, 120, 40, &[]);
    app.wait(4 * SECOND_US);
    assert!(!app.text().contains("Nothing was heard"));
    app.wait(SECOND_US);
    assert!(
        app.text().contains("Nothing was heard since 10:00:00 (6s)"),
        "{}",
        app.text()
    );
    app.server(ServerFact::Progress { revision: 100 });
    assert!(!app.text().contains("Nothing was heard"));
}

#[test]
fn a_lost_link_dims_the_wall_says_since_when_and_goes_on_by_itself() {
    let mut app = wall(English, 120, 40, &[Scene::Board]);
    let since = app.model.now;
    app.wait(6 * SECOND_US);
    app.server(ServerFact::Lost {
        since,
        reason: "gone".to_owned(),
    });
    let text = app.text();
    assert!(text.contains("Offline since 10:00:01 (6s)"), "{text}");
    insta::assert_snapshot!("wall-offline-en-120x40", app.picture());
    assert_eq!(
        app.model.next_wakeup().map(|at| at - app.model.now),
        Some(SECOND_US)
    );
    app.server(ServerFact::Resumed);
    assert!(!app.text().contains("Offline"));
}

#[test]
fn with_reduced_motion_the_wall_moves_only_to_turn_while_all_is_well() {
    let mut app = wall(English, 120, 40, &[Scene::Board]);
    app.model.reduced_motion = true;
    app.text();
    app.server(ServerFact::Progress { revision: 100 });
    app.model.dirty = false;
    app.wait(SECOND_US);
    assert!(!app.model.dirty, "no second is counted");
    app.wait(8 * SECOND_US);
    assert!(app.text().contains("Nothing was heard"));
}

#[test]
fn a_wall_before_the_workspace_is_set_up_waits_for_it() {
    let mut app = App::empty(English, 120, 40);
    app.model.wall = Some(Wall::new(Vec::new(), EVERY_US));
    app.server(ServerFact::SetUpNeeded);
    assert!(app.text().contains("Waiting for the workspace"));
    app.snapshot(English, crate::fixture::cards(English));
    app.wait(SECOND_US);
    assert!(app.text().contains("open deals"), "{}", app.text());
}
