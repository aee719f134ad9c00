//! Changes: shown at once, confirmed or taken back by the server, never lost on the way.
#![allow(clippy::unwrap_used)]

use crate::fixture::{App, NOW, cards};
use sluice::message::{ActionOk, CommitFact, Refusal, ServerFact};
use sluice::model::{Action, Card, Effect, Exit, NamedRef, Resource, ResourceKey, Screen};
use sluice::strings::Language::English;

fn app() -> App {
    App::full(English, 200, 50)
}

fn last_request(app: &App) -> (String, Action) {
    match app.effects.last() {
        Some(Effect::Submit { request_id, action }) => (request_id.clone(), action.clone()),
        other => panic!("no wish but {other:?}"),
    }
}

fn commit(revision: u64, request_id: &str, cards: Vec<Card>) -> ServerFact {
    ServerFact::Commit(CommitFact {
        revision,
        time: NOW,
        request_id: request_id.to_owned(),
        puts: cards
            .into_iter()
            .map(|card| Resource::Opportunity(Box::new(card)))
            .collect(),
        ..CommitFact::default()
    })
}

#[test]
fn a_move_shows_at_once_and_the_commit_confirms_it() {
    let mut app = app();
    let id = app.model.selected().unwrap().id;
    app.keys("L");
    let (request_id, action) = last_request(&app);
    assert_eq!(action, Action::Move { id, stage_id: 2 });
    let card = app.model.selected().unwrap().clone();
    assert_eq!(
        (card.id, card.stage_id, app.model.focus),
        (id, 2, Some(2)),
        "the cursor goes with the card"
    );
    assert!(app.model.is_pending(id));
    app.server(commit(
        101,
        &request_id,
        vec![Card {
            revision: 101,
            ..card
        }],
    ));
    assert!(!app.model.is_pending(id));
    assert!(!app.model.is_fresh(id), "one's own change is no news");
    assert_eq!(app.model.picture.board.card(id).unwrap().revision, 101);
    app.server(ServerFact::ActionDone {
        request_id,
        result: Ok(ActionOk {
            revision: 101,
            subject: Some(id),
        }),
    });
    assert!(app.model.truth.is_empty() && app.model.pending.is_empty());
}

#[test]
fn a_refused_move_goes_back_and_says_why() {
    let mut app = app();
    let before = app.model.selected().unwrap().clone();
    app.keys("2 L");
    let (request_id, _) = last_request(&app);
    assert_eq!(app.model.picture.board.card(before.id).unwrap().stage_id, 3);
    app.server(ServerFact::ActionDone {
        request_id,
        result: Err(Refusal {
            reason: "GATE_NOT_MET".to_owned(),
            message: "the stage needs a customer".to_owned(),
            violations: vec![("customer_id".to_owned(), "must be set".to_owned())],
        }),
    });
    assert_eq!(app.model.picture.board.card(before.id), Some(&before));
    let text = app.text();
    assert!(
        text.contains("back where it was") && text.contains("the stage needs a customer"),
        "{text}"
    );
}

#[test]
fn somebody_elses_change_under_a_pending_one_is_kept_and_shown_when_ours_is_refused() {
    let mut app = app();
    let before = app.model.selected().unwrap().clone();
    app.keys("L");
    let (request_id, _) = last_request(&app);
    let theirs = Card {
        amount_minor: 7_700,
        revision: 101,
        ..before.clone()
    };
    app.server(commit(101, "somebody-else", vec![theirs.clone()]));
    let shown = app.model.picture.board.card(before.id).unwrap();
    assert_eq!(
        (shown.stage_id, shown.amount_minor),
        (2, 7_700),
        "their amount, our stage"
    );
    app.server(ServerFact::ActionDone {
        request_id,
        result: Err(Refusal::default()),
    });
    assert_eq!(app.model.picture.board.card(before.id), Some(&theirs));
}

#[test]
fn an_answer_before_the_watch_keeps_the_mark_until_the_watch_is_there() {
    let mut app = app();
    let id = app.model.selected().unwrap().id;
    app.keys("L");
    let (request_id, _) = last_request(&app);
    app.server(ServerFact::ActionDone {
        request_id,
        result: Ok(ActionOk {
            revision: 103,
            subject: Some(id),
        }),
    });
    assert!(app.model.is_pending(id));
    app.server(ServerFact::Progress { revision: 103 });
    assert!(!app.model.is_pending(id));
}

#[test]
fn a_line_makes_a_deal_at_once_and_the_cursor_stays_on_it_when_it_gets_its_number() {
    let mut app = app();
    app.keys("a")
        .types("Zenith launch 1.2m ^fri @2")
        .keys("enter");
    let (request_id, action) = last_request(&app);
    let Action::Create(draft) = action else {
        panic!("{action:?}")
    };
    assert_eq!(
        (draft.name.as_str(), draft.amount_minor, draft.stage_id),
        ("Zenith launch", 120_000_000, 2)
    );
    assert_eq!(draft.contract_date, Some(jiff::civil::date(2026, 3, 6)));
    assert_eq!(app.selected(), "Zenith launch");
    let local = app.model.selected().unwrap().clone();
    assert!(local.is_local() && app.model.is_pending(local.id));
    app.server(commit(
        101,
        &request_id,
        vec![Card {
            id: 900,
            ..local.clone()
        }],
    ));
    assert_eq!(app.model.selected().unwrap().id, 900);
    assert!(app.model.picture.board.card(local.id).is_none());
}

#[test]
fn a_line_about_people_nobody_knows_yet_makes_a_deal() {
    let mut app = app();
    app.keys("a")
        .types("Zenith renewal 1.2m @proposal ^fri #kim")
        .keys("enter");
    let (_, action) = last_request(&app);
    let Action::Create(draft) = action else {
        panic!("{action:?}")
    };
    assert_eq!(draft.contact, Some(NamedRef::New("kim".to_owned())));
    assert_eq!(draft.customer, None);
}

#[test]
fn a_deal_that_has_no_number_yet_cannot_be_moved() {
    let mut app = app();
    app.keys("a").types("Zenith launch 1.2m ^fri").keys("enter");
    let wishes = app.effects.len();
    app.keys("L e x");
    assert_eq!(app.effects.len(), wishes);
    assert!(app.model.layers.is_empty());
}

#[test]
fn a_refused_deal_waits_in_the_form() {
    let mut app = app();
    app.keys("a").types("Zenith launch 1.2m ^fri").keys("enter");
    let (request_id, _) = last_request(&app);
    app.server(ServerFact::ActionDone {
        request_id,
        result: Err(Refusal {
            message: "not today".to_owned(),
            ..Refusal::default()
        }),
    });
    assert!(app.model.picture.board.cards().all(|card| !card.is_local()));
    app.keys("A");
    assert!(app.text().contains("Zenith launch"));
}

#[test]
fn winning_asks_losing_and_reopening_need_a_reason() {
    let mut app = app();
    app.keys("l l l l L");
    assert!(app.effects.is_empty(), "a question first");
    app.keys("y");
    assert!(matches!(
        last_request(&app).1,
        Action::Move { stage_id: 6, .. }
    ));
    let mut app = self::app();
    app.keys("x enter");
    assert!(app.effects.is_empty(), "no reason, no loss");
    app.types("price").keys("enter");
    assert!(
        matches!(last_request(&app).1, Action::Lose { stage_id: 7, ref reason, .. } if reason == "price")
    );
    assert_eq!(app.model.focus, Some(7));
    let mut app = self::app();
    app.keys("l l l l l H")
        .types("they came back")
        .keys("enter");
    assert!(
        matches!(last_request(&app).1, Action::Reopen { ref reason, .. } if reason == "they came back")
    );
}

#[test]
fn a_large_count_stops_before_winning() {
    let mut app = app();
    app.keys("9 L");
    assert!(matches!(
        last_request(&app).1,
        Action::Move { stage_id: 5, .. }
    ));
}

#[test]
fn what_arrives_above_does_not_move_the_card_under_the_cursor() {
    let mut app = App::full(English, 80, 24);
    app.keys("4 j");
    let before = app.model.anchors[&1];
    let first = app.model.picture.board.at(1, 0).unwrap().clone();
    let newer: Vec<Card> = (0..3)
        .map(|step| Card {
            id: 500 + step,
            ..first.clone()
        })
        .collect();
    app.server(commit(
        101,
        "x",
        newer
            .into_iter()
            .map(|mut card| {
                card.contract_date = Some(jiff::civil::date(2025, 1, 1));
                card
            })
            .collect(),
    ));
    let after = app.model.anchors[&1];
    assert_eq!((after.id, after.row), (before.id, before.row));
    assert_eq!(after.place, before.place + 3);
    assert!(app.model.is_fresh(500));
}

#[test]
fn when_the_selected_card_leaves_its_neighbour_takes_its_place() {
    let mut app = app();
    app.keys("j");
    let id = app.model.selected().unwrap().id;
    let next = app.model.picture.board.at(1, 2).unwrap().id;
    app.server(ServerFact::Commit(CommitFact {
        revision: 101,
        removes: vec![ResourceKey::Opportunity(id)],
        ..CommitFact::default()
    }));
    assert_eq!(app.model.selected().unwrap().id, next);
}

#[test]
fn a_new_picture_after_a_lost_log_keeps_what_is_not_yet_answered() {
    let mut app = app();
    let id = app.model.selected().unwrap().id;
    app.keys("L");
    app.snapshot(English, cards(English));
    assert_eq!(app.model.picture.board.card(id).unwrap().stage_id, 2);
    assert!(app.model.is_pending(id));
}

#[test]
fn the_first_run_offers_four_ways_and_leads_to_the_board() {
    let mut app = App::empty(English, 80, 24);
    app.server(ServerFact::SetUpNeeded);
    app.keys("4");
    assert_eq!(app.effects, [Effect::Quit(Exit::OpenDemo)]);
    app.keys("1");
    assert!(
        matches!(last_request(&app).1, Action::SetUpWorkspace { ref currency, .. } if currency == "USD")
    );
    app.snapshot(English, Vec::new());
    assert_eq!(app.model.screen, Screen::Board);
    assert!(app.model.pending.is_empty());
}

#[test]
fn quitting_asks_only_while_something_is_not_saved() {
    let mut app = app();
    app.keys("q");
    assert_eq!(app.effects, [Effect::Quit(Exit::Leave)]);
    let mut app = self::app();
    app.keys("L q");
    assert!(app.text().contains("1 change has not reached the server"));
    app.keys("y");
    assert_eq!(app.effects.last(), Some(&Effect::Quit(Exit::Leave)));
}

#[test]
fn an_open_deal_is_read_again_when_somebody_touches_it() {
    let mut app = app();
    app.keys("enter");
    let id = app.model.selected().unwrap().id;
    assert_eq!(app.effects, [Effect::LoadDetail(id)]);
    app.server(ServerFact::Commit(CommitFact {
        revision: 101,
        touched: vec![id],
        ..CommitFact::default()
    }));
    assert_eq!(app.effects.len(), 2);
    app.server(ServerFact::Commit(CommitFact {
        revision: 102,
        touched: vec![id + 1],
        ..CommitFact::default()
    }));
    assert_eq!(app.effects.len(), 2);
    app.keys("esc");
    assert_eq!(app.model.screen, Screen::Board);
}
