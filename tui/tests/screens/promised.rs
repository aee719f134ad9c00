//! Follow-ups: on the screen of what to do next, told when they are due, done by logging, put off with a word.
#![allow(clippy::unwrap_used)]

use jiff::civil::date;
use sluice::layer::Layer;
use sluice::message::{ActionOk, ServerFact};
use sluice::model::{Action, Activity, ActivityKind, DAY_US, Effect};
use sluice::strings::Language::{self, Chinese, English};

use crate::fixture::{App, NOW};

fn activity(id: u64, deal: u64, day: Option<i8>, words: &str) -> Activity {
    Activity {
        id,
        opportunity_id: Some(deal),
        kind: ActivityKind::Call,
        happened_us: NOW - DAY_US + i64::try_from(id).unwrap(),
        member_id: Some(1),
        contact_id: Some(1),
        follow_up: day.map(|day| date(2026, 3, day)),
        note: words.to_owned(),
        ..Activity::default()
    }
}

fn promised(language: Language, width: u16, height: u16) -> App {
    let mut app = App::full(language, width, height);
    let words = match language {
        English => ["quote sent", "wants a demo"],
        Chinese => ["报价已发", "想看演示"],
    };
    let activities = vec![
        activity(1, 2, Some(4), words[0]),
        activity(2, 3, Some(9), words[1]),
        activity(3, 4, Some(28), "far off"),
    ];
    app.server(ServerFact::ActivitiesLoaded(Ok(activities)));
    app
}

#[test]
fn what_is_due_is_told_once_a_day_and_shown_with_what_was_said() {
    let mut app = promised(English, 120, 30);
    let name = app.model.picture.board.card(2).unwrap().name.clone();
    let text = app.text();
    assert!(text.contains(&format!("come back to {name}")), "{text}");
    app.keys("esc g q");
    let text = app.text();
    assert!(
        text.contains("you said: quote sent") && text.contains("Lee Park"),
        "{text}"
    );
    assert!(
        text.contains("2026-03-09") && !text.contains("far off"),
        "{text}"
    );
    app.keys("esc").wait(60_000_000);
    assert!(app.model.notices.is_empty(), "{:?}", app.model.notices);
    app.wait(DAY_US);
    assert_eq!(app.model.notices.len(), 1, "a new day");
}

#[test]
fn space_logs_what_came_of_it_and_that_closes_it() {
    let mut app = promised(English, 120, 30);
    app.keys("g q space").types("call signed").keys("enter");
    let (request_id, action) = app
        .effects
        .iter()
        .rev()
        .find_map(|effect| match effect {
            Effect::Submit { request_id, action } => Some((request_id.clone(), action.clone())),
            _ => None,
        })
        .unwrap();
    assert!(matches!(
        action,
        Action::LogActivity {
            opportunity_id: 2,
            ..
        }
    ));
    app.effects.clear();
    app.server(ServerFact::ActionDone {
        request_id,
        result: Ok(ActionOk {
            revision: 101,
            subject: Some(2),
        }),
    });
    app.wait(4_000_000);
    assert!(
        app.effects.contains(&Effect::LoadFollowUps(1)),
        "{:?}",
        app.effects
    );
    let after = vec![
        activity(1, 2, Some(4), "quote sent"),
        activity(9, 2, None, "signed"),
    ];
    app.server(ServerFact::ActivitiesLoaded(Ok(after)));
    assert_eq!(app.model.follow_ups_due(), 0);
}

#[test]
fn z_puts_it_off_with_a_day_and_a_word() {
    let mut app = promised(English, 120, 30);
    app.keys("g q z")
        .types("yesterday")
        .keys("tab")
        .types("on holiday")
        .keys("enter");
    assert!(
        matches!(app.model.layers.last(), Some(Layer::Form(_))),
        "no such day"
    );
    app.keys("ctrl-u").types("+5d").keys("enter");
    let last = app.effects.iter().rev().find_map(|effect| match effect {
        Effect::Submit { action, .. } => Some(action.clone()),
        _ => None,
    });
    let Some(Action::LogActivity {
        opportunity_id,
        kind,
        note,
        follow_up,
        ..
    }) = last
    else {
        panic!("{last:?}")
    };
    assert_eq!((opportunity_id, kind), (2, ActivityKind::Note));
    assert_eq!(
        (note.as_str(), follow_up),
        ("on holiday", Some(date(2026, 3, 9)))
    );
}

#[test]
fn the_one_line_of_the_issue_says_who_what_and_when_to_come_back() {
    let mut app = App::full(Chinese, 120, 30);
    while app.model.selected().unwrap().customer_id != Some(1) {
        app.keys("j");
    }
    app.keys("c")
        .types("李总 报价已发 下周二回访")
        .keys("enter");
    let last = app.effects.iter().rev().find_map(|effect| match effect {
        Effect::Submit { action, .. } => Some(action.clone()),
        _ => None,
    });
    let Some(Action::LogActivity {
        contact_id,
        note,
        follow_up,
        ..
    }) = last
    else {
        panic!("{last:?}: {}", app.text())
    };
    assert_eq!(contact_id, Some(1));
    assert_eq!(
        (note.as_str(), follow_up),
        ("报价已发 下周二回访", Some(date(2026, 3, 10)))
    );
}

#[test]
fn what_is_promised_looks_so() {
    for language in [English, Chinese] {
        for (width, height) in [(200, 50), (80, 24), (40, 12)] {
            let mut app = promised(language, width, height);
            app.keys("esc g q");
            let name = format!("promised-{}-{width}x{height}", language.tag());
            insta::assert_snapshot!(name, app.picture());
        }
    }
}
