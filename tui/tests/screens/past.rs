//! The board as of a past instant: what it shows, that nothing can be done to it, and that the present goes on behind it.
#![allow(clippy::unwrap_used)]

use crate::fixture::{App, NOW};
use sluice::message::{CommitFact, Refusal, ServerFact};
use sluice::model::{Card, DAY_US, Effect, Resource, Screen};
use sluice::past::BoardAt;
use sluice::strings::Language::{self, Chinese, English};

const SIZES: [(u16, u16); 4] = [(200, 50), (80, 24), (40, 12), (20, 5)];

/// Asks for the board of a week ago; gives the instant asked for.
fn ask(app: &mut App) -> i64 {
    app.keys("t").types("-7d").keys("enter");
    match app.effects.last() {
        Some(Effect::LoadBoardAt(at)) => *at,
        other => panic!("not asked but {other:?}"),
    }
}

fn shown(language: Language, width: u16, height: u16) -> App {
    let mut app = App::busy(language, width, height);
    ask(&mut app);
    app.answer();
    app
}

#[test]
fn the_board_of_a_week_ago() {
    for language in [English, Chinese] {
        for (width, height) in SIZES {
            let mut app = shown(language, width, height);
            let name = format!("past-board-{}-{width}x{height}", language.tag());
            insta::assert_snapshot!(name, app.picture());
        }
    }
}

#[test]
fn the_past_says_when_it_was_and_stands_where_the_deals_stood_then() {
    let mut app = App::busy(English, 200, 50);
    let now = app.model.picture.board.len();
    let at = ask(&mut app);
    let text = app.text();
    assert!(
        text.contains("The past, as it stood on Feb 25 23:59"),
        "{text}"
    );
    assert!(
        text.contains("Loading") && !text.contains("Globex"),
        "the present is not shown as the past: {text}"
    );
    app.answer();
    assert_eq!(app.model.seen_at(), at);
    let past = app.model.picture.board.len();
    assert!(past < now, "{past} of {now}");
    // A deal's clock is that of the past, too.
    let card = app.model.selected().unwrap().clone();
    let stage = app.model.picture.stage(card.stage_id).unwrap();
    let clock = app.model.stage_clock(&card, stage).run_us;
    assert_eq!(
        clock,
        at - card.stage_entered_us + card.stage_clock_before_us
    );
    app.keys("esc");
    assert_eq!(app.model.picture.board.len(), now);
    assert_eq!((app.model.seen_at(), app.model.lens.as_of), (NOW, None));
    assert!(!app.text().contains("The past"), "{}", app.text());
}

#[test]
fn nothing_can_be_done_to_the_past() {
    let mut app = shown(English, 200, 50);
    let before = app.model.picture.clone();
    app.effects.clear();
    for keys in [
        "L", "H", "m", "x", "R", "e", "c", "X", "a", "A", "u", "U", "ctrl-r", "space", "z", "O",
    ] {
        app.model.notices.clear();
        app.keys(keys);
        assert_eq!(app.effects, [], "{keys}");
        assert!(app.model.layers.is_empty(), "{keys}");
    }
    app.keys("L");
    assert!(
        app.text().contains("it can be looked at, not changed"),
        "{}",
        app.text()
    );
    assert_eq!(app.model.picture, before);
    let help = app.keys("?").text();
    assert!(
        !help.contains("Lose the deal"),
        "what cannot be done is not offered: {help}"
    );
}

#[test]
fn the_present_goes_on_behind_the_past() {
    let mut app = shown(English, 200, 50);
    let id = app.model.selected().unwrap().id;
    let past = app.model.selected().unwrap().clone();
    app.server(ServerFact::Commit(CommitFact {
        revision: 101,
        time: NOW,
        puts: vec![Resource::Opportunity(Box::new(Card {
            name: "Renamed meanwhile".to_owned(),
            revision: 101,
            ..past.clone()
        }))],
        ..CommitFact::default()
    }));
    assert_eq!(app.model.picture.board.card(id), Some(&past));
    assert!(!app.text().contains("Renamed"), "{}", app.text());
    assert!(!app.model.is_fresh(id), "the past does not change");
    app.keys("esc");
    let now = app.model.picture.board.card(id).unwrap();
    assert_eq!(
        (now.name.as_str(), app.model.revision),
        ("Renamed meanwhile", 101)
    );
}

#[test]
fn a_deal_opened_from_the_past_is_shown_as_it_is_now_and_esc_goes_back_to_the_past() {
    let mut app = shown(English, 200, 50);
    let id = app.model.selected().unwrap().id;
    app.keys("enter");
    assert_eq!(app.model.screen, Screen::Opportunity(id));
    assert_eq!(app.model.seen_at(), NOW);
    assert!(app.text().contains("as it is now"), "{}", app.text());
    app.effects.clear();
    app.keys("esc");
    assert!(app.model.past_is_shown(), "kept, not read again");
    assert_eq!(app.effects, []);
}

#[test]
fn a_filter_set_in_the_past_holds_in_the_present_too() {
    let mut app = shown(English, 200, 50);
    app.keys("/").types("renewal").keys("enter");
    let hits = |app: &App| {
        let board = &app.model.picture.board;
        let stages = app.model.stages();
        let shown = stages.iter().flat_map(|stage| board.from(stage.id, 0));
        shown.map(|card| card.name.clone()).collect::<Vec<_>>()
    };
    assert!(hits(&app).iter().all(|name| name.contains("renewal")));
    // The first Esc comes back to now, the second clears the filter.
    app.keys("esc");
    assert_eq!(app.model.lens.as_of, None);
    assert!(hits(&app).iter().all(|name| name.contains("renewal")));
    app.keys("esc");
    assert!(app.model.filter.is_none());
    assert_eq!(hits(&app).len(), app.model.picture.board.len());
}

#[test]
fn a_past_that_cannot_be_read_says_why_and_r_tries_again() {
    let mut app = App::busy(English, 80, 24);
    let at = ask(&mut app);
    app.server(ServerFact::BoardAtLoaded {
        at,
        result: Err(Refusal {
            message: "the server is busy".to_owned(),
            ..Refusal::default()
        }),
    });
    let text = app.text();
    assert!(
        text.contains("the server is busy") && text.contains("r tries again"),
        "{text}"
    );
    app.effects.clear();
    app.keys("r");
    assert_eq!(app.effects, [Effect::LoadBoardAt(at)]);
}

#[test]
fn an_answer_about_another_instant_is_dropped() {
    let mut app = App::busy(English, 80, 24);
    let at = ask(&mut app);
    app.server(ServerFact::BoardAtLoaded {
        at: at - DAY_US,
        result: Ok(Box::new(BoardAt::default())),
    });
    assert!(!app.model.past_is_shown());
    app.keys("esc").answer();
    assert!(!app.model.past_is_shown() && !app.model.picture.board.is_empty());
}
