//! Keys, layers, filter, palette: what a person types and what it comes to.
#![allow(clippy::unwrap_used)]

use crate::fixture::{App, NOW};
use sluice::layer::Layer;
use sluice::memory::Memory;
use sluice::message::{EditFailure, Msg, ServerFact, TerminalFact};
use sluice::model::{Action, ActivityKind, CheckInPlace, Effect, Screen};
use sluice::strings::Language::English;
use sluice::update::hit_count;

fn app() -> App {
    App::full(English, 80, 24)
}

#[test]
fn counts_multiply_and_edges_hold() {
    let mut app = app();
    app.keys("5 j");
    assert_eq!(app.model.anchors[&1].place, 5);
    app.keys("9 9 j");
    assert_eq!(app.model.anchors[&1].place, 11);
    app.keys("g g");
    assert_eq!(app.model.anchors[&1].place, 0);
    app.keys("3 l G");
    assert_eq!((app.model.focus, app.model.anchors[&4].place), (Some(4), 4));
    assert_eq!(
        app.model.first_column, 1,
        "the focused column is on the screen"
    );
}

#[test]
fn escape_takes_off_exactly_one_layer_and_keeps_the_draft() {
    let mut app = app();
    app.keys("a").types("Acme");
    app.keys("tab esc");
    assert!(app.model.layers.is_empty());
    app.keys("A");
    assert!(app.text().contains("Acme"), "the form keeps what was typed");
    app.keys("esc a").types("Zen").keys("esc a");
    assert!(app.text().contains("› Zen"), "the line too");
}

#[test]
fn the_filter_works_as_it_is_typed_and_escape_clears_it() {
    let mut app = app();
    app.keys("/").types("hooli");
    let hits = hit_count(&app.model);
    let all = app
        .model
        .picture
        .board
        .cards()
        .filter(|card| card.name.contains("Hooli"))
        .count();
    assert_eq!(hits, all);
    assert!(
        app.selected().contains("Hooli"),
        "the cursor stands on a hit"
    );
    app.keys("enter n");
    assert!(app.selected().contains("Hooli"));
    app.keys("esc");
    assert!(app.model.filter.is_none());
}

#[test]
fn a_filter_that_cannot_be_understood_says_where_and_keeps_the_last_one() {
    let mut app = app();
    app.keys("/").types("hooli colour:red");
    let text = app.text();
    assert!(text.contains("at character 7: no field “colour”"), "{text}");
    assert_eq!(app.model.filter.as_ref().unwrap().text, "hooli colour");
}

#[test]
fn a_card_that_changes_while_a_filter_is_on_enters_or_leaves_the_hits() {
    let mut app = app();
    app.keys("/").types("hooli").keys("enter");
    let hits = hit_count(&app.model);
    let mut card = app.model.selected().unwrap().clone();
    card.name = "Something else".to_owned();
    card.customer_id = None;
    app.server(ServerFact::Put(vec![sluice::model::Resource::Opportunity(
        Box::new(card),
    )]));
    assert_eq!(hit_count(&app.model), hits - 1);
}

#[test]
fn a_filter_by_time_takes_in_what_becomes_old_while_it_is_on() {
    let mut app = app();
    app.keys("/").types("stale:18d").keys("enter");
    let hits = hit_count(&app.model);
    app.wait(sluice::model::DAY_US);
    assert!(hit_count(&app.model) > hits);
}

#[test]
fn the_palette_finds_a_verb_and_enter_runs_it() {
    let mut app = app();
    app.keys(":").types("lose").keys("enter");
    assert!(matches!(app.model.layers.last(), Some(Layer::Form(_))));
    app.keys("esc ?").types("sort").keys("enter");
    assert!(app.text().contains("Sorted by amount"));
}

#[test]
fn the_keys_that_may_follow_appear_after_a_moment_and_nothing_wakes_before() {
    let mut app = app();
    app.keys("g");
    assert_eq!(app.model.next_wakeup(), Some(NOW + 300_000));
    assert!(!app.text().contains("top"));
    app.wait(300_000);
    assert!(app.model.dirty && app.text().contains("top"));
    app.keys("b");
    assert!(app.model.typed.keys.is_empty());
}

#[test]
fn nothing_ticks_while_nothing_is_to_be_seen() {
    let mut app = app();
    app.model.dirty = false;
    app.wait(1_000_000);
    assert!(!app.model.dirty);
    let wake = app.model.next_wakeup().unwrap();
    assert_eq!(wake % 60_000_000, 0, "only the minutes of the ages");
}

#[test]
fn moving_by_letter_and_by_number() {
    let mut app = app();
    app.keys("m p");
    assert!(matches!(
        app.effects.last(),
        Some(Effect::Submit {
            action: Action::Move { stage_id: 4, .. },
            ..
        })
    ));
    app.keys("m 2");
    assert!(matches!(
        app.effects.last(),
        Some(Effect::Submit {
            action: Action::Move { stage_id: 2, .. },
            ..
        })
    ));
}

#[test]
fn a_form_says_what_is_wrong_at_each_field() {
    let mut app = app();
    app.keys("A tab")
        .types("abc")
        .keys("tab")
        .types("2/30")
        .keys("enter");
    let text = app.text();
    assert!(
        text.contains("not an amount") && text.contains("no such day") && text.contains("needed"),
        "{text}"
    );
    assert!(app.effects.is_empty());
}

#[test]
fn an_edit_sends_only_what_changed() {
    let mut app = app();
    app.keys("e enter");
    assert!(app.effects.is_empty(), "nothing changed, nothing sent");
    app.keys("e").types("!").keys("enter");
    let Some(Effect::Submit {
        action: Action::Amend { changes, .. },
        ..
    }) = app.effects.last()
    else {
        panic!("{:?}", app.effects);
    };
    assert!(changes.name.as_ref().unwrap().ends_with('!'));
    assert_eq!(
        (changes.amount_minor, &changes.owner_id, &changes.customer),
        (None, &None, &None)
    );
}

#[test]
fn a_logged_activity_names_its_deal() {
    let mut app = app();
    app.keys("c tab right tab").types("quote").keys("enter");
    let Some(Effect::Submit {
        action: Action::LogActivity { kind, purpose, .. },
        ..
    }) = app.effects.last()
    else {
        panic!("{:?}", app.effects);
    };
    assert_eq!((*kind, purpose.as_str()), (ActivityKind::Visit, "quote"));
}

#[test]
fn one_line_logs_whom_what_when_next_and_where() {
    let mut app = app();
    // A deal of the customer whose people and sites are known.
    let id = app
        .model
        .picture
        .board
        .cards()
        .filter(|card| card.customer_id == Some(1) && card.stage_id == 1)
        .map(|card| card.id)
        .min()
        .unwrap();
    while app.model.selected().map(|card| card.id) != Some(id) {
        app.keys("j");
    }
    app.keys("c").types("Lee quote sent ^fri @head");
    let text = app.text();
    assert!(
        text.contains("Head office") && text.contains("UNVERIFIED"),
        "{text}"
    );
    app.keys("enter");
    let Some(Effect::Submit {
        action:
            Action::LogActivity {
                opportunity_id,
                kind,
                note,
                contact_id,
                follow_up,
                place,
                ..
            },
        ..
    }) = app.effects.last()
    else {
        panic!("{:?}", app.effects);
    };
    assert_eq!(
        (*opportunity_id, *kind, note.as_str()),
        (id, ActivityKind::Visit, "quote sent")
    );
    assert_eq!(
        (*contact_id, *follow_up),
        (Some(1), Some(jiff::civil::date(2026, 3, 6)))
    );
    assert_eq!(*place, Some(CheckInPlace::Named("Head office".to_owned())));
}

#[test]
fn an_activity_that_says_nothing_is_not_sent() {
    let mut app = app();
    app.keys("c enter");
    assert!(app.effects.is_empty());
    assert!(app.text().contains("say what was done"));
    app.types("@nowhere").keys("enter");
    assert!(app.effects.is_empty());
    assert!(app.text().contains("neither a site"));
}

#[test]
fn a_paste_on_the_board_runs_no_keys() {
    let mut app = app();
    app.send(Msg::Paste("xqX".to_owned()));
    assert!(app.effects.is_empty());
    assert!(app.text().contains("› xqX"), "it begins a deal");
}

#[test]
fn control_d_destroys_nothing() {
    let mut app = app();
    app.keys("ctrl-d a ctrl-d");
    assert!(app.effects.is_empty());
    assert!(matches!(app.model.layers.last(), Some(Layer::Entry(_))));
}

#[test]
fn back_returns_to_where_one_was() {
    let mut app = app();
    app.keys("enter ctrl-o");
    assert_eq!(app.model.screen, Screen::Board);
}

#[test]
fn a_click_selects_and_a_second_one_opens() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut app = app();
    app.text();
    let click = MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column: 30,
        row: 6,
        modifiers: KeyModifiers::NONE,
    };
    app.send(Msg::Mouse(click));
    assert_eq!((app.model.focus, app.model.anchors[&2].place), (Some(2), 1));
    app.text();
    app.send(Msg::Mouse(click));
    assert!(matches!(app.model.screen, Screen::Opportunity(_)));
}

#[test]
fn a_theme_is_tried_as_the_cursor_goes_over_it_and_given_back_by_esc() {
    let mut app = App::full(English, 120, 30);
    let before = app.model.theme;
    app.keys("g t");
    assert!(app.effects.contains(&Effect::ReadThemes));
    app.keys("j j");
    assert_ne!(app.model.theme, before);
    app.keys("esc");
    assert_eq!(app.model.theme, before);
    app.keys("g t j j enter");
    assert_eq!(app.model.look.choice.name(), "light");
    // What was chosen is written down, once.
    app.wait(sluice::memory::REMEMBER_US);
    app.wait(sluice::memory::REMEMBER_US);
    let written: Vec<_> = app
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Remember(memory) => memory.chosen.theme.clone(),
            _ => None,
        })
        .collect();
    assert_eq!(written, ["light"]);
}

#[test]
fn the_end_of_a_session_writes_down_what_the_next_one_takes_up() {
    let mut app = App::full(English, 120, 30);
    app.keys("s /").types("owner:kim").keys("enter q");
    let Some(Effect::Remember(memory)) = app
        .effects
        .iter()
        .rev()
        .find(|effect| matches!(effect, Effect::Remember(_)))
    else {
        panic!("{:?}", app.effects)
    };
    assert!(matches!(app.effects.last(), Some(Effect::Quit(_))));
    let memory = Memory::clone(memory);
    let mut next = App::remembering(English, memory, 120, 30);
    assert_eq!(
        next.model.picture.board.sort(),
        app.model.picture.board.sort()
    );
    // The filter is not on, but at hand.
    assert!(next.model.filter.is_none());
    next.keys("/ up enter");
    let filter = next.model.filter.as_ref().map(|filter| filter.text.clone());
    assert_eq!(filter.as_deref(), Some("owner:kim"));
}

#[test]
fn a_note_goes_to_the_editor_and_comes_back_with_its_lines() {
    let mut app = App::full(English, 120, 40);
    app.keys("l j c").types("call them").keys("ctrl-o");
    assert_eq!(
        app.effects.last(),
        Some(&Effect::Edit("call them".to_owned()))
    );
    app.send(Msg::Edited(Ok(
        "call them\nabout the plant\n\ttomorrow".to_owned()
    )));
    let text = app.text();
    assert!(
        text.contains("call them↵about the plant↵ tomorrow"),
        "{text}"
    );
    app.send(Msg::Edited(Err(EditFailure::TooLarge(100_000))));
    let text = app.text();
    assert!(
        text.contains("97 KiB") && text.contains("about the plant"),
        "{text}"
    );
}

#[test]
fn over_a_slow_link_nothing_moves_by_itself_unless_the_person_wants_it() {
    let slow = |slow| Msg::Terminal(TerminalFact::SlowLink(slow));
    let mut app = App::full(English, 120, 30);
    app.send(slow(true));
    assert!(app.model.reduced_motion && app.text().contains("Slow connection"));
    app.send(slow(false));
    assert!(!app.model.reduced_motion);
    let mut config = sluice::config::Config::default();
    config.look.reduced_motion = Some(false);
    app.send(Msg::ConfigRead(Ok(config.into())));
    app.send(slow(true));
    assert!(!app.model.reduced_motion);
}
