//! What asks for a person, and what one key does about it: alerts, requests for approval, gates before a move.
#![allow(clippy::unwrap_used)]

use sluice::attention::{Alert, AlertState};
use sluice::layer::{MovePreview, Unmet};
use sluice::message::ServerFact;
use sluice::model::{Action, Activity, Effect, NextAction, Resource, Screen, Stage};
use sluice::strings::Language::English;

use crate::fixture::{App, NOW};

fn busy() -> App {
    App::busy(English, 160, 40)
}

fn last_action(app: &App) -> &Action {
    match app.effects.last() {
        Some(Effect::Submit { action, .. }) => action,
        other => panic!("no wish but {other:?}"),
    }
}

/// Stage 2 demands something now.
fn gated() -> App {
    let mut app = busy();
    let mut pipeline = app.model.picture.pipelines[&1].clone();
    pipeline.stages[1] = Stage {
        gated: true,
        ..pipeline.stages[1].clone()
    };
    app.server(ServerFact::Put(vec![Resource::Pipeline(pipeline)]));
    app
}

fn foreseen(allowed: bool) -> MovePreview {
    let unmet = |code: &str, description: &str| Unmet {
        code: code.to_owned(),
        field: String::new(),
        description: description.to_owned(),
    };
    MovePreview {
        allowed,
        unmet: if allowed {
            Vec::new()
        } else {
            vec![
                unmet("REQUIRED_FIELD_MISSING", "customer_id must be set"),
                unmet("APPROVAL_REQUIRED", "ask a manager of the owner"),
                unmet("REQUIRED_ACTIVITY_MISSING", "log 2 visits"),
            ]
        },
        override_allowed: true,
        needs_approval: !allowed,
        waiting: false,
        chance_bp: (1_000, 3_000),
        weighted_minor: (1_360, 4_080),
        gap_minor: Some((9_000_000, 8_900_000)),
        metrics: vec!["FLOW".to_owned(), "REVIVED".to_owned()],
        uncredited_reason: String::new(),
    }
}

fn answer(app: &mut App, preview: MovePreview) {
    let Some(Effect::PreviewMove { id, stage_id }) = app.effects.last() else {
        panic!("not asked but {:?}", app.effects.last());
    };
    let (id, stage_id) = (*id, *stage_id);
    app.server(ServerFact::Previewed {
        id,
        stage_id,
        result: Ok(Box::new(preview)),
    });
}

#[test]
fn a_move_through_an_open_gate_stays_one_key() {
    let mut app = gated();
    let id = app.model.selected().unwrap().id;
    app.keys(">");
    assert_eq!(app.model.picture.board.card(id).unwrap().stage_id, 1);
    answer(&mut app, foreseen(true));
    assert_eq!(*last_action(&app), Action::Move { id, stage_id: 2 });
    assert!(app.model.layers.is_empty());
}

#[test]
fn a_closed_gate_says_what_is_missing_and_a_reason_overrides_it() {
    let mut app = gated();
    let id = app.model.selected().unwrap().id;
    app.keys(">");
    answer(&mut app, foreseen(false));
    let text = app.text();
    for words in ["10% → 30%", "90k → 89k", "moved forward + revived"] {
        assert!(text.contains(words), "{words} is missing:\n{text}");
    }
    let wishes = app.effects.len();
    app.keys("enter");
    assert_eq!(
        app.effects.len(),
        wishes,
        "a closed gate is not run against"
    );
    app.keys("o")
        .types("the customer is in a hurry")
        .keys("enter");
    let expected = Action::Override {
        id,
        stage_id: 2,
        reason: "the customer is in a hurry".to_owned(),
    };
    assert_eq!(*last_action(&app), expected);
    assert_eq!(app.model.picture.board.card(id).unwrap().stage_id, 2);
}

#[test]
fn approval_is_asked_for_from_the_closed_gate() {
    let mut app = gated();
    let id = app.model.selected().unwrap().id;
    app.keys(">");
    answer(&mut app, foreseen(false));
    app.keys("r").types("they decide on Friday").keys("enter");
    let expected = Action::AskApproval {
        opportunity_id: id,
        stage_id: 2,
        note: "they decide on Friday".to_owned(),
    };
    assert_eq!(*last_action(&app), expected);
}

#[test]
fn who_wants_to_see_every_move_first_sees_it_at_once() {
    let mut app = busy();
    let id = app.model.selected().unwrap().id;
    app.keys("P >");
    assert!(app.text().contains("10% → 30%"), "{}", app.text());
    answer(&mut app, foreseen(true));
    assert!(app.text().contains("Nothing is missing"));
    app.keys("enter");
    assert_eq!(*last_action(&app), Action::Move { id, stage_id: 2 });
}

#[test]
fn an_answer_that_comes_when_the_person_is_elsewhere_moves_nothing() {
    let mut app = gated();
    app.keys(">");
    let asked = app.effects.last().cloned();
    app.keys("?");
    app.effects.push(asked.unwrap());
    answer(&mut app, foreseen(true));
    assert!(!matches!(app.effects.last(), Some(Effect::Submit { .. })));
}

#[test]
fn an_alert_is_answered_with_one_key_and_leaves_when_the_server_says_so() {
    let mut app = busy();
    app.keys("g a");
    let alert: Alert = app.model.alert().unwrap().clone();
    app.keys("space space");
    assert_eq!(*last_action(&app), Action::Acknowledge { id: alert.id });
    assert_eq!(
        app.model.pending.len(),
        1,
        "asked once, however often the key is pressed"
    );
    app.server(ServerFact::Put(vec![Resource::Alert(Alert {
        state: AlertState::Acknowledged,
        ..alert.clone()
    })]));
    assert_ne!(
        app.model.alert().unwrap().id,
        alert.id,
        "the next one is selected"
    );
    app.keys("z")
        .types("fri")
        .keys("tab")
        .types("on leave")
        .keys("enter");
    let Action::Snooze {
        until_us, reason, ..
    } = last_action(&app)
    else {
        panic!("{:?}", app.effects.last());
    };
    // From Wednesday 10:00 to the start of Friday.
    assert_eq!(*until_us - NOW, 38 * 3_600_000_000);
    assert_eq!(reason, "on leave");
}

#[test]
fn an_alert_opens_its_deal_and_a_move_from_the_list_moves_that_deal() {
    let mut app = busy();
    app.keys("g a j");
    let id = app.model.selected().unwrap().id;
    let stage = app.model.selected().unwrap().stage_id;
    app.keys("H");
    assert_eq!(
        *last_action(&app),
        Action::Move {
            id,
            stage_id: stage - 1
        }
    );
    app.keys("g b g a enter");
    assert!(matches!(app.model.screen, Screen::Opportunity(_)));
    app.keys("esc");
    assert_eq!(app.model.screen, Screen::Alerts);
}

#[test]
fn a_request_is_approved_with_a_key_and_refused_with_a_reason() {
    let mut app = busy();
    app.keys("g i a");
    assert_eq!(*last_action(&app), Action::Approve { id: 1 });
    app.keys("j x").types("too early").keys("enter");
    let expected = Action::Refuse {
        id: 2,
        reason: "too early".to_owned(),
    };
    assert_eq!(*last_action(&app), expected);
}

#[test]
fn a_message_that_is_opened_counts_as_read() {
    let mut app = busy();
    app.keys("g i j j");
    let deal = app.model.selected().unwrap().id;
    app.keys("enter");
    assert_eq!(app.model.screen, Screen::Opportunity(deal));
    let read = Action::ReadMessages { ids: vec![6] };
    assert!(
        app.effects
            .iter()
            .any(|effect| matches!(effect, Effect::Submit { action, .. } if *action == read))
    );
}

#[test]
fn the_badge_counts_on_every_screen() {
    let mut app = busy();
    for keys in ["g b", "g a", "g i", "g b enter"] {
        app.keys(keys);
        let text = app.text();
        let head = text.lines().next().unwrap();
        assert!(
            head.contains("15 alerts") && head.contains("4 in the inbox"),
            "{head}"
        );
    }
}

#[test]
fn the_last_own_move_is_undone_with_a_key_and_not_after_the_grace() {
    let mut app = busy();
    let before = app.model.selected().unwrap().clone();
    app.keys("L u");
    let expected = Action::UndoMove {
        id: before.id,
        before: Box::new(before.clone()),
    };
    assert_eq!(*last_action(&app), expected);
    assert_eq!(app.model.picture.board.card(before.id), Some(&before));
    assert!(app.text().contains("is back in New"), "{}", app.text());
    app.keys("L").wait(601_000_000);
    let wishes = app.effects.len();
    app.keys("u");
    assert_eq!(app.effects.len(), wishes);
    assert!(app.text().contains("Too late"), "{}", app.text());
}

#[test]
fn the_queue_is_read_when_it_is_opened_and_says_why_each_deal_is_in_it() {
    let mut app = busy();
    // The first of its column, and so a stalled one.
    let stalled = app.model.selected().unwrap().id;
    app.keys("g q");
    assert_eq!(app.effects.last(), Some(&Effect::LoadNextActions));
    let action = |deal: u64, stage_id: u64, idle_days| NextAction {
        opportunity_id: deal,
        stage_id,
        next_stage_id: stage_id + 1,
        gain_bp: 2_000,
        idle_days,
    };
    app.server(ServerFact::NextActionsLoaded(Ok(vec![
        action(stalled, 1, 12),
        action(15, 2, 1),
    ])));
    let text = app.text();
    for words in [
        "stalled for",
        "Qualified adds 20% win chance",
        "nothing logged for 12 days",
    ] {
        assert!(text.contains(words), "{words} is missing:\n{text}");
    }
    app.keys("enter");
    assert_eq!(app.model.screen, Screen::Opportunity(stalled));
}

#[test]
fn a_customer_shows_its_deals_and_what_was_done_for_it() {
    let mut app = busy();
    let customer = app.model.selected().unwrap().customer_id.unwrap();
    app.keys("C");
    assert_eq!(app.effects.last(), Some(&Effect::LoadCustomer(customer)));
    app.server(ServerFact::CustomerLoaded {
        id: customer,
        result: Ok(vec![Activity {
            id: 1,
            note: "they want a discount".to_owned(),
            happened_us: NOW - 7_200_000_000,
            ..Activity::default()
        }]),
    });
    let text = app.text();
    assert!(
        text.contains("they want a discount") && text.contains("Globex training"),
        "{text}"
    );
    app.keys("esc");
    assert_eq!(app.model.screen, Screen::Board);
}
