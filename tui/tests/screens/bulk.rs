//! Several deals at once: selected, asked about once, each its own request, told honestly, undone as one; `.` and the log of own acts.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;

use crate::fixture::{App, NOW, cards};
use sluice::message::{ActionOk, CommitFact, Refusal, ServerFact};
use sluice::model::{Action, Card, Effect, Model, Resource};
use sluice::strings::Language::{Chinese, English};

fn app() -> App {
    App::full(English, 200, 50)
}

fn submitted(app: &App) -> Vec<(String, Action)> {
    let submits = app.effects.iter().filter_map(|effect| match effect {
        Effect::Submit { request_id, action } => Some((request_id.clone(), action.clone())),
        _ => None,
    });
    submits.collect()
}

fn about(action: &Action) -> Option<u64> {
    match action {
        Action::Move { id, .. }
        | Action::Lose { id, .. }
        | Action::UndoMove { id, .. }
        | Action::Archive { id }
        | Action::Restore { id, .. }
        | Action::Amend { id, .. } => Some(*id),
        Action::LogActivity { opportunity_id, .. } => Some(*opportunity_id),
        _ => None,
    }
}

/// A server that agrees to everything asked so far: one commit each, as the screen imagined it.
fn agree(app: &mut App, before: &[Card]) {
    let mut revision = app.model.revision;
    for (request_id, action) in submitted(app) {
        let Some(id) = about(&action) else { continue };
        revision += 1;
        let archived = || {
            let card = before.iter().find(|card| card.id == id).unwrap();
            Card {
                archived: true,
                ..card.clone()
            }
        };
        let card = app.model.picture.board.card(id).cloned();
        let card = Card {
            revision,
            ..card.unwrap_or_else(archived)
        };
        app.server(ServerFact::Commit(CommitFact {
            revision,
            time: NOW,
            request_id: request_id.clone(),
            puts: vec![Resource::Opportunity(Box::new(card))],
            ..CommitFact::default()
        }));
        app.server(ServerFact::ActionDone {
            request_id,
            result: Ok(ActionOk {
                revision,
                subject: Some(id),
            }),
        });
    }
    app.effects.clear();
}

fn refuse(app: &mut App, request_id: String, message: &str) {
    app.server(ServerFact::ActionDone {
        request_id,
        result: Err(Refusal {
            reason: "GATE_NOT_MET".to_owned(),
            message: message.to_owned(),
            violations: Vec::new(),
        }),
    });
}

/// All that the board shows of the deals, but for the numbers of revisions.
fn board(model: &Model) -> Vec<Card> {
    let mut cards: Vec<Card> = model.picture.board.cards().cloned().collect();
    cards.sort_by_key(|card| card.id);
    for card in &mut cards {
        card.revision = 0;
    }
    cards
}

#[test]
fn space_selects_and_goes_on_and_the_header_counts() {
    for (language, words) in [(English, "3 selected"), (Chinese, "已选 3 个")] {
        let mut app = App::full(language, 200, 50);
        app.keys("space space j space");
        let text = app.text();
        let head = text.lines().next().unwrap();
        assert!(head.contains(words), "{head}");
        assert_eq!(
            text.matches("■ ").count(),
            4,
            "three cards and the header:\n{text}"
        );
        app.keys("esc");
        assert!(!app.text().contains('■'));
    }
}

#[test]
fn a_range_goes_from_where_it_began_to_the_cursor_and_back() {
    let mut app = app();
    app.keys("j v j j");
    assert_eq!(app.model.selection().len(), 3);
    app.keys("k k k");
    assert_eq!(app.model.selection().len(), 2, "the other way");
    app.keys("v j j j j");
    assert_eq!(app.model.selection().len(), 2, "settled");
    app.keys("l V");
    assert_eq!(app.model.selection().len(), 2 + 9, "and a whole column");
    app.keys("V");
    assert_eq!(app.model.selection().len(), 2);
}

#[test]
fn an_act_on_several_deals_says_how_many_and_what_before_anything_is_sent() {
    let mut app = app();
    app.keys("space space space l space 2 L");
    assert_eq!(submitted(&app), []);
    let text = app.text();
    assert!(text.contains("Move 4 deals on by 2 stages?"), "{text}");
    assert!(text.contains("3 to Solution. 1 to Proposal."), "{text}");
    app.keys("n");
    assert_eq!(submitted(&app), []);
    assert_eq!(app.model.selection().len(), 4, "a no changes nothing");
}

#[test]
fn every_deal_is_a_request_of_its_own_and_one_undo_takes_all_back() {
    let mut app = app();
    let before = board(&app.model);
    app.keys("v j j L");
    assert!(
        app.text().contains("Move 3 deals on by a stage?"),
        "{}",
        app.text()
    );
    app.keys("enter");
    let sent = submitted(&app);
    assert_eq!(sent.len(), 3);
    assert!(
        sent.iter()
            .all(|(_, action)| matches!(action, Action::Move { stage_id: 2, .. }))
    );
    assert!(app.text().lines().next().unwrap().contains("■ 0/3"));
    assert_ne!(board(&app.model), before, "shown at once");
    let cards = cards(English);
    agree(&mut app, &cards);
    assert!(app.text().contains("3 deals moved"), "{}", app.text());
    assert!(!app.model.has_selection());
    app.keys("u");
    assert_eq!(submitted(&app).len(), 3);
    assert_eq!(board(&app.model), before);
    assert!(app.text().contains("Undone: 3 deals"), "{}", app.text());
    agree(&mut app, &cards);
    assert_eq!(board(&app.model), before);
    app.keys("ctrl-r");
    assert_eq!(submitted(&app).len(), 3, "and again");
    assert_ne!(board(&app.model), before);
}

#[test]
fn what_is_refused_of_several_is_told_one_by_one_and_stays_selected() {
    let mut app = app();
    app.keys("v j j L enter");
    let sent = submitted(&app);
    app.server(ServerFact::ActionDone {
        request_id: sent[0].0.clone(),
        result: Ok(ActionOk {
            revision: 101,
            subject: None,
        }),
    });
    let refused: Vec<u64> = sent[1..]
        .iter()
        .filter_map(|(_, action)| about(action))
        .collect();
    refuse(&mut app, sent[1].0.clone(), "the customer is missing");
    assert!(app.model.layers.is_empty(), "not before all is answered");
    refuse(&mut app, sent[2].0.clone(), "a manager must approve");
    let text = app.text();
    for words in [
        "1 of 3 done; 2 refused",
        "the customer is missing",
        "a manager must approve",
    ] {
        assert!(text.contains(words), "{words}:\n{text}");
    }
    app.keys("esc");
    let mut selected = app.model.selection();
    selected.sort_unstable();
    let mut refused_sorted = refused.clone();
    refused_sorted.sort_unstable();
    assert_eq!(selected, refused_sorted);
    assert_eq!(
        app.model.done.last().unwrap().deeds.len(),
        1,
        "undo is about what was done"
    );
}

#[test]
fn losing_several_asks_once_for_a_reason_and_the_owner_is_picked_once() {
    let mut app = app();
    app.keys("v j x").types("no budget").keys("enter");
    assert!(
        app.text().contains("Lose 2 deals, because of “no budget”?"),
        "{}",
        app.text()
    );
    app.keys("enter");
    let sent = submitted(&app);
    assert_eq!(sent.len(), 2);
    assert!(sent.iter().all(
        |(_, action)| matches!(action, Action::Lose { stage_id: 7, reason, .. } if reason == "no budget")
    ));
    let cards = cards(English);
    agree(&mut app, &cards);
    app.keys("v j e 2");
    assert!(app.text().contains("the owner of"), "{}", app.text());
    app.keys("enter");
    for (_, action) in submitted(&app) {
        let Action::Amend { changes, .. } = action else {
            panic!("{action:?}")
        };
        assert!(changes.owner_id.is_some() && changes.name.is_none());
    }
}

#[test]
fn one_line_is_logged_on_all_selected_deals() {
    let mut app = app();
    app.keys("v j j c")
        .types("sent the price list")
        .keys("enter enter");
    let sent = submitted(&app);
    assert_eq!(sent.len(), 3);
    let cards = cards(English);
    agree(&mut app, &cards);
    assert!(app.text().contains("Logged on 3 deals"), "{}", app.text());
}

#[test]
fn the_last_act_is_done_again_to_the_next_deal_and_to_all_selected() {
    let mut app = app();
    app.keys("2 L");
    app.effects.clear();
    app.keys("h h g g .");
    let sent = submitted(&app);
    assert!(
        matches!(sent.as_slice(), [(_, Action::Move { stage_id: 3, .. })]),
        "{sent:?}"
    );
    app.effects.clear();
    app.keys("h h g g v j . enter");
    assert_eq!(submitted(&app).len(), 2, "as many as are selected");
}

#[test]
fn an_edit_is_undone_unless_somebody_changed_the_same_since() {
    let mut app = app();
    let before = app.model.selected().unwrap().clone();
    let cards = cards(English);
    app.keys("v e 2 enter");
    agree(&mut app, &cards);
    let amended = app.model.picture.board.card(before.id).unwrap().clone();
    assert_ne!(amended.owner_id, before.owner_id);
    // Another field was changed since: that stays.
    app.server(ServerFact::Put(vec![Resource::Opportunity(Box::new(
        Card {
            amount_minor: 777,
            revision: 150,
            ..amended.clone()
        },
    ))]));
    app.keys("u");
    let (_, action) = submitted(&app).pop().unwrap();
    assert!(
        matches!(action, Action::Amend { revision: 150, .. }),
        "guarded: {action:?}"
    );
    let now = app.model.picture.board.card(before.id).unwrap();
    assert_eq!((now.owner_id, now.amount_minor), (before.owner_id, 777));
    app.keys("ctrl-r");
    agree(&mut app, &cards);
    // The same field was: nothing is sent.
    app.server(ServerFact::Put(vec![Resource::Opportunity(Box::new(
        Card {
            owner_id: None,
            revision: 160,
            ..amended
        },
    ))]));
    app.keys("u");
    assert_eq!(submitted(&app), []);
    assert!(
        app.text().contains("somebody has changed it since"),
        "{}",
        app.text()
    );
}

#[test]
fn an_archived_deal_is_back_with_undo() {
    let mut app = app();
    let before = board(&app.model);
    app.keys("X y");
    assert_eq!(board(&app.model).len(), before.len() - 1);
    let cards = cards(English);
    agree(&mut app, &cards);
    app.keys("u");
    assert_eq!(board(&app.model), before, "at once");
    agree(&mut app, &cards);
    assert_eq!(board(&app.model), before);
}

#[test]
fn a_selection_never_grows_beyond_its_limit() {
    let mut app = app();
    let many: Vec<_> = (1_000..2_000)
        .map(|id| {
            Resource::Opportunity(Box::new(Card {
                id,
                ..cards(English)[0].clone()
            }))
        })
        .collect();
    app.server(ServerFact::Put(many));
    app.keys("V");
    assert_eq!(app.model.selection().len(), sluice::bulk::MAX_SELECTED);
    app.keys("L enter");
    assert_eq!(submitted(&app).len(), sluice::bulk::MAX_SELECTED);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn undoing_an_act_on_several_deals_leaves_the_board_as_it_was(
        picks in prop::collection::vec((0_usize..7, 0_usize..12), 1..9),
        act in 0_usize..6,
    ) {
        let mut app = app();
        let cards = cards(English);
        let before = board(&app.model);
        for (column, row) in picks {
            app.keys("g g");
            for _ in 0..7 { app.keys("h"); }
            for _ in 0..column { app.keys("l"); }
            app.keys("g g");
            for _ in 0..row { app.keys("j"); }
            app.keys("space");
        }
        match act {
            0 => app.keys("L"),
            1 => app.keys("2 H"),
            2 => app.keys("m 4"),
            3 => app.keys("x").types("price").keys("enter"),
            4 => app.keys("X"),
            _ => app.keys("e 1"),
        };
        app.keys("enter");
        let changed = submitted(&app).len();
        agree(&mut app, &cards);
        if changed > 0 {
            app.keys("u");
            prop_assert_eq!(submitted(&app).len(), changed);
            prop_assert_eq!(&board(&app.model), &before);
            agree(&mut app, &cards);
        }
        prop_assert_eq!(&board(&app.model), &before);
    }
}
