//! What is typed into forms and lines is never lost: Esc, a lost link, a refusal, the end of the program; and names are offered.
#![allow(clippy::unwrap_used)]

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use sluice::drafts::{AUTOSAVE_US, DraftChange, Drafts, Kept};
use sluice::layer::Layer;
use sluice::message::{ActionOk, Msg, Refusal, ServerFact};
use sluice::model::{Action, Effect, Model, Start};
use sluice::strings::Language::{self, Chinese, English};

use crate::fixture::{App, NOW, cards};

const SIZES: [(u16, u16); 3] = [(200, 50), (80, 24), (40, 12)];

fn app() -> App {
    App::full(English, 80, 24)
}

/// The draft file as it would be after all effects so far.
fn file(app: &App) -> Vec<Kept> {
    let mut kept: Vec<Kept> = Vec::new();
    for effect in &app.effects {
        let Effect::Draft(change) = effect else {
            continue;
        };
        let (DraftChange::Keep(changed) | DraftChange::Forget(changed)) = change;
        kept.retain(|draft| !draft.is_same(changed));
        if let DraftChange::Keep(draft) = change {
            kept.push(draft.clone());
        }
    }
    kept
}

/// A new program upon the file of the last one.
fn started_again(last: &App, language: Language) -> App {
    let start = Start {
        language,
        session_id: "another".to_owned(),
        time_zone: "UTC".to_owned(),
        currency: "USD".to_owned(),
        drafts: Drafts::new(file(last), NOW),
        ..Start::default()
    };
    let mut app = App {
        model: Model::new(start),
        effects: Vec::new(),
    };
    app.send(Msg::Clock {
        now: NOW + 60_000_000,
    });
    app.send(Msg::Resize {
        width: 80,
        height: 24,
    });
    app.snapshot(language, cards(language));
    app
}

fn lost(app: &mut App) {
    app.server(ServerFact::Lost {
        since: NOW,
        reason: "the server is gone".to_owned(),
    });
}

fn alt(app: &mut App, letter: char) {
    let key = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::ALT);
    app.send(Msg::Key(key));
}

fn submitted(app: &App) -> Vec<(String, Action)> {
    let submits = app.effects.iter().filter_map(|effect| match effect {
        Effect::Submit { request_id, action } => Some((request_id.clone(), action.clone())),
        _ => None,
    });
    submits.collect()
}

fn refuse(app: &mut App, reason: &str, violations: &[(&str, &str)]) {
    let (request_id, _) = submitted(app).pop().unwrap();
    let violations = violations.iter();
    app.server(ServerFact::ActionDone {
        request_id,
        result: Err(Refusal {
            reason: reason.to_owned(),
            message: "not like this".to_owned(),
            violations: violations
                .map(|(field, words)| ((*field).to_owned(), (*words).to_owned()))
                .collect(),
        }),
    });
}

fn accept(app: &mut App, revision: u64) {
    let (request_id, _) = submitted(app).pop().unwrap();
    app.server(ServerFact::ActionDone {
        request_id,
        result: Ok(ActionOk {
            revision,
            subject: None,
        }),
    });
}

/// How each form is opened, and how one gets to a field of it that is a line.
const FORMS: [(&str, &str); 5] = [
    ("A", ""),
    ("e", ""),
    ("c tab", "tab"),
    ("x", ""),
    ("g T", "tab"),
];

#[test]
fn escape_keeps_what_was_typed_into_any_form_and_a_new_program_still_has_it() {
    for (open, go) in FORMS {
        let mut app = app();
        app.keys(open);
        if !go.is_empty() {
            app.keys(go);
        }
        assert!(
            matches!(app.model.layers.last(), Some(Layer::Form(_))),
            "{open}"
        );
        app.types("zebra").keys("esc");
        assert!(app.model.layers.is_empty());
        app.keys(open);
        assert!(app.text().contains("zebra"), "{open}: {}", app.text());
        let mut next = started_again(&app, English);
        next.keys(open);
        let text = next.text();
        assert!(text.contains("zebra"), "{open}: {text}");
        assert!(text.contains("As you left it 1m ago"), "{open}: {text}");
        next.keys("ctrl-g");
        assert!(!next.text().contains("zebra"), "ctrl-g begins anew");
        next.keys("esc");
        next.keys(open);
        assert!(!next.text().contains("zebra"), "and that holds");
    }
}

#[test]
fn a_draft_belongs_to_the_deal_it_was_typed_for() {
    let mut app = app();
    app.keys("x").types("too dear").keys("esc j x");
    assert!(!app.text().contains("too dear"));
    app.keys("esc k x");
    assert!(app.text().contains("too dear"));
}

#[test]
fn what_others_changed_meanwhile_is_not_undone_by_a_draft() {
    let mut app = app();
    app.keys("e ctrl-e").types(" plus").keys("esc");
    let mut card = app.model.selected().unwrap().clone();
    card.amount_minor = 777_700;
    card.revision += 1;
    let name = card.name.clone();
    app.server(ServerFact::Put(vec![sluice::model::Resource::Opportunity(
        Box::new(card),
    )]));
    app.keys("e");
    let text = app.text();
    assert!(text.contains(&format!("{name} plus")), "{text}");
    assert!(text.contains("7,777"), "their amount stays: {text}");
}

#[test]
fn every_line_and_form_is_written_down_after_a_moment_and_before_the_program_ends() {
    let mut app = app();
    app.keys("c").types("call Lee");
    assert!(file(&app).is_empty());
    assert!(app.model.next_wakeup().unwrap() <= NOW + AUTOSAVE_US);
    app.wait(AUTOSAVE_US);
    assert_eq!(file(&app)[0].fields[0].1, "call Lee");
    app.types(" quote sent").send(Msg::HungUp);
    assert_eq!(file(&app)[0].fields[0].1, "call Lee quote sent");
    let quit = app
        .effects
        .iter()
        .position(|effect| matches!(effect, Effect::Quit(_)));
    let last = app
        .effects
        .iter()
        .rposition(|effect| matches!(effect, Effect::Draft(_)));
    assert!(last < quit, "first it is written, then the program ends");
    let mut next = started_again(&app, English);
    next.keys("c");
    assert!(
        next.text().contains("› call Lee quote sent"),
        "{}",
        next.text()
    );
}

#[test]
fn a_form_stays_open_while_the_link_is_lost_and_is_sent_when_it_is_back() {
    let mut app = app();
    app.keys("x").types("too dear");
    lost(&mut app);
    assert!(app.text().contains("The link is lost"), "{}", app.text());
    app.keys("enter");
    assert!(submitted(&app).is_empty(), "nothing goes into the dark");
    let text = app.text();
    assert!(
        text.contains("too dear") && text.contains("cannot be reached"),
        "{text}"
    );
    assert_eq!(file(&app).len(), 1, "and it is on the disk");
    app.server(ServerFact::Resumed).keys("enter");
    assert!(app.model.layers.is_empty());
    assert!(matches!(&submitted(&app)[0].1, Action::Lose { reason, .. } if reason == "too dear"));
}

#[test]
fn the_lines_stay_too_while_the_link_is_lost() {
    for (key, line) in [("a", "Zen 5k ^fri"), ("c", "note it is on")] {
        let mut app = app();
        lost(&mut app);
        app.keys(key).types(line).keys("enter");
        let text = app.text();
        assert!(
            text.contains(line) && text.contains("cannot be reached"),
            "{text}"
        );
        app.server(ServerFact::Resumed).keys("enter");
        assert_eq!(submitted(&app).len(), 1);
    }
}

#[test]
fn what_was_sent_is_a_draft_until_it_is_saved_and_is_sent_again_with_the_same_id() {
    let mut app = app();
    app.keys("a").types("Zen 5k ^fri").keys("enter");
    let (sent, _) = submitted(&app).pop().unwrap();
    app.keys("a");
    assert!(
        !app.text().contains("Zen 5k"),
        "what is on its way is not offered again"
    );
    app.types("Another 7k ^fri").keys("esc");
    assert_eq!(file(&app).len(), 2, "neither takes the other's place");
    // The program is killed here; nobody knows whether the server has it.
    let mut next = started_again(&app, English);
    next.keys("a");
    assert!(next.text().contains("› Another"), "{}", next.text());
    next.keys("ctrl-u esc a");
    assert!(next.text().contains("› Zen 5k"), "{}", next.text());
    next.keys("enter");
    let (again, _) = submitted(&next).pop().unwrap();
    assert_eq!(again, sent, "so that nothing is made twice");
    accept(&mut next, 101);
    assert!(
        next.model
            .drafts
            .find("log", sluice::drafts::Place::Entry, |_| false)
            .is_none()
    );
}

#[test]
fn a_draft_sent_again_that_had_arrived_is_told_to_be_saved() {
    let mut app = app();
    app.keys("a").types("Zen 5k ^fri").keys("enter");
    let mut next = started_again(&app, English);
    next.keys("a").types(" !A").keys("enter");
    refuse(&mut next, "REQUEST_ID_REUSED", &[]);
    let text = next.text();
    assert!(text.contains("It was saved already"), "{text}");
    next.keys("a");
    assert!(!next.text().contains("Zen"), "nothing is left to be sent");
}

#[test]
fn a_refused_form_comes_back_with_what_is_wrong_beside_its_field() {
    let mut app = app();
    app.keys("e ctrl-e").types("!!").keys("enter");
    assert!(app.model.layers.is_empty());
    refuse(
        &mut app,
        "INVALID_ARGUMENT",
        &[("opportunity.name", "too loud")],
    );
    let text = app.text();
    assert!(text.contains("!!") && text.contains("✗ too loud"), "{text}");
    app.keys("backspace enter");
    let sent = submitted(&app);
    assert_ne!(
        sent[0].0, sent[1].0,
        "judged once: the next attempt is another request"
    );
}

#[test]
fn a_refusal_does_not_interrupt_somebody_who_has_gone_on() {
    let mut app = app();
    app.keys("e ctrl-e").types("!!").keys("enter j");
    refuse(
        &mut app,
        "INVALID_ARGUMENT",
        &[("opportunity.name", "too loud")],
    );
    assert!(app.model.layers.is_empty());
    let text = app.text();
    assert!(
        text.contains("was not saved") || text.contains("not changed"),
        "{text}"
    );
    app.keys("k e");
    assert!(app.text().contains("!!"), "it is kept all the same");
}

#[test]
fn names_are_offered_and_tab_takes_one() {
    let mut app = app();
    app.keys("a").types("Zen 5k ^fri &no");
    assert!(app.text().contains("Noor"), "{}", app.text());
    app.keys("tab");
    assert!(app.text().contains("› Zen 5k ^fri &Noor"), "{}", app.text());
    app.types("@pr").keys("down enter");
    assert!(app.text().contains("&Noor @Proposal"), "{}", app.text());
    app.keys("enter");
    let (_, action) = submitted(&app).pop().unwrap();
    let Action::Create(draft) = action else {
        panic!("{action:?}")
    };
    assert_eq!((draft.owner_id, draft.stage_id), (Some(2), 4));
}

#[test]
fn names_are_offered_in_the_fields_of_a_form_and_by_their_sounds_in_chinese() {
    let mut app = App::full(Chinese, 80, 24);
    app.keys("A")
        .types("x")
        .keys("tab tab tab tab")
        .types("hbdl");
    assert!(app.text().contains("华北电力"), "{}", app.text());
    app.keys("tab tab tab").types("");
    let Some(Layer::Form(form)) = app.model.layers.last() else {
        panic!("{:?}", app.model.layers)
    };
    assert_eq!(form.text(sluice::layer::FieldName::Customer), "华北电力");
}

#[test]
fn enter_saves_unless_the_person_went_to_a_name() {
    let mut app = app();
    app.keys("a").types("Zen 5k ^fri :glob").keys("enter");
    assert_eq!(submitted(&app).len(), 1);
}

#[test]
fn the_form_says_what_it_understood_under_the_field() {
    let mut app = app();
    app.keys("A").types("Zen").keys("tab").types("120万");
    app.keys("tab").types("下周二");
    let text = app.text();
    assert!(text.contains("1,200,000 USD"), "{text}");
    assert!(text.contains("2026-03-10"), "{text}");
    let mut chinese = App::full(Chinese, 80, 24);
    chinese
        .keys("A tab")
        .types("1.2m")
        .keys("tab")
        .types("月底");
    let text = chinese.text();
    assert!(
        text.contains("1,200,000 CNY") && text.contains("2026-03-31"),
        "{text}"
    );
}

#[test]
fn lines_entered_before_come_back_with_the_up_arrow() {
    let mut app = app();
    app.keys("/").types("hooli").keys("enter /");
    app.keys("up");
    assert_eq!(app.model.filter.as_ref().unwrap().text, "hooli");
    app.keys("esc :").types("sort").keys("enter : up");
    assert!(
        app.text().contains(": sort") || app.text().contains(":sort"),
        "{}",
        app.text()
    );
    app.keys("esc a").types("Zen 5k ^fri").keys("enter a up");
    assert!(app.text().contains("› Zen 5k ^fri"), "{}", app.text());
    app.keys("down");
    assert!(!app.text().contains("Zen 5k ^fri"));
}

#[test]
fn what_is_cut_in_one_field_can_be_put_into_another() {
    let mut app = app();
    app.keys("A")
        .types("Zen garden")
        .keys("ctrl-w tab tab tab tab tab tab tab tab tab ctrl-y");
    let Some(Layer::Form(form)) = app.model.layers.last() else {
        panic!("{:?}", app.model.layers)
    };
    assert_eq!(form.text(sluice::layer::FieldName::Note), "garden");
    alt(&mut app, 'b');
}

#[test]
fn a_name_of_ten_thousand_letters_and_raw_bytes_are_taken_with_a_word() {
    for text in [
        "华".repeat(10_000),
        "Acme\u{1b}[2J\u{7}".to_owned(),
        "שלום \u{202E}abc 👨‍👩‍👧".to_owned(),
    ] {
        for key in ["a", "A", "c", "/", "e"] {
            let mut app = app();
            app.keys(key).send(Msg::Paste(text.clone()));
            let text = app.text();
            assert!(text.contains("left out"), "{key}: {text}");
            assert!(!text.contains('\u{1b}') && !text.contains('\u{202E}'));
            app.keys("enter");
        }
    }
}

#[test]
fn entering_looks_so() {
    for language in [English, Chinese] {
        for (width, height) in SIZES {
            let name = |kind: &str| format!("{kind}-{}-{width}x{height}", language.tag());
            let (person, words) = match language {
                English => ("&no", "too dear"),
                Chinese => ("&l", "太贵"),
            };
            let mut app = App::full(language, width, height);
            app.keys("a").types("Zen 5k ^fri ").types(person);
            insta::assert_snapshot!(name("offered"), app.picture());
            let mut app = App::full(language, width, height);
            app.keys("A")
                .types("Zen")
                .keys("tab")
                .types("120万")
                .keys("tab")
                .types("fri");
            insta::assert_snapshot!(name("understood"), app.picture());
            let mut app = App::full(language, width, height);
            app.keys("x").types(words);
            lost(&mut app);
            app.keys("enter");
            insta::assert_snapshot!(name("unsent"), app.picture());
        }
    }
}
