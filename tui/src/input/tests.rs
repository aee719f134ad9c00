//! What keys do to a line.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn press(input: &mut Input, code: KeyCode, modifiers: KeyModifiers) {
    input.handle(KeyEvent::new(code, modifiers));
}

/// Presses keys written as people say them: `ctrl-a`, `alt-d`, `left`; anything else is typed.
fn keys(input: &mut Input, keys: &str) {
    for key in keys.split(' ') {
        let letter = |rest: &str| KeyCode::Char(rest.chars().next().unwrap());
        match key {
            "left" => press(input, KeyCode::Left, KeyModifiers::NONE),
            "backspace" => press(input, KeyCode::Backspace, KeyModifiers::NONE),
            "alt-backspace" => press(input, KeyCode::Backspace, KeyModifiers::ALT),
            _ => {
                if let Some(rest) = key.strip_prefix("ctrl-") {
                    press(input, letter(rest), KeyModifiers::CONTROL);
                } else if let Some(rest) = key.strip_prefix("alt-") {
                    press(input, letter(rest), KeyModifiers::ALT);
                } else {
                    for letter in key.chars() {
                        press(input, KeyCode::Char(letter), KeyModifiers::NONE);
                    }
                }
            }
        }
    }
}

#[test]
fn backspace_takes_a_whole_grapheme() {
    let mut input = Input::new("华北👨‍👩‍👧");
    keys(&mut input, "backspace");
    assert_eq!(input.text(), "华北");
    keys(&mut input, "left x");
    assert_eq!(input.split(), ("华x", "北"));
}

#[test]
fn readline_keys_cut_words_and_ends() {
    let mut input = Input::new("Acme renewal 1.2m");
    keys(&mut input, "ctrl-w");
    assert_eq!(input.text(), "Acme renewal ");
    keys(&mut input, "alt-b ctrl-k");
    assert_eq!(input.text(), "Acme ");
    keys(&mut input, "ctrl-u");
    assert_eq!(input.text(), "");
}

#[test]
fn what_was_cut_comes_back_where_the_cursor_is() {
    let mut input = Input::new("one two three");
    keys(&mut input, "ctrl-w ctrl-w ctrl-a ctrl-y");
    assert_eq!(input.text(), "two threeone ", "two cuts in a row are one");
    keys(&mut input, "ctrl-_");
    assert_eq!(input.text(), "one ");
}

#[test]
fn words_are_those_of_the_script() {
    let mut input = Input::new("签约 Acme-renewal 二期");
    keys(&mut input, "alt-backspace");
    assert_eq!(input.text(), "签约 Acme-renewal 二");
    keys(&mut input, "alt-b alt-b");
    assert_eq!(input.split().1, "renewal 二");
    keys(&mut input, "alt-d");
    assert_eq!(input.split(), ("签约 Acme-", " 二"));
    keys(&mut input, "ctrl-a alt-f");
    assert_eq!(input.split().0, "签");
}

#[test]
fn ctrl_d_deletes_forward_and_at_the_end_does_nothing() {
    let mut input = Input::new("ab");
    keys(&mut input, "ctrl-a ctrl-d");
    assert_eq!(input.text(), "b");
    keys(&mut input, "ctrl-e ctrl-d ctrl-d");
    assert_eq!(input.text(), "b");
}

#[test]
fn ctrl_t_swaps_the_letters_around_the_cursor() {
    let mut input = Input::new("teh");
    keys(&mut input, "ctrl-t");
    assert_eq!(input.text(), "the");
    keys(&mut input, "ctrl-a ctrl-t");
    assert_eq!(input.text(), "the", "nothing stands before the first");
}

#[test]
fn undo_takes_back_what_was_typed_in_one_go() {
    let mut input = Input::new("Acme");
    keys(&mut input, "x y ctrl-u");
    assert_eq!(input.text(), "");
    keys(&mut input, "ctrl-_");
    assert_eq!(input.text(), "Acmexy");
    keys(&mut input, "ctrl-7");
    assert_eq!(input.text(), "Acme");
    keys(&mut input, "ctrl-_");
    assert_eq!(input.text(), "Acme", "there is nothing more to take back");
}

#[test]
fn earlier_lines_come_and_go_and_what_was_typed_is_not_lost() {
    let lines = ["first".to_owned(), "second".to_owned()];
    let mut input = Input::new("half");
    assert!(input.recall(&lines, true));
    assert_eq!(input.text(), "second");
    input.recall(&lines, true);
    assert!(
        !input.recall(&lines, true),
        "there is none before the first"
    );
    assert_eq!(input.text(), "first");
    input.recall(&lines, false);
    input.recall(&lines, false);
    assert_eq!(input.text(), "half");
    assert!(!input.is_recalled());
    assert!(!input.recall(&lines, false));
}

#[test]
fn a_pasted_block_becomes_one_line() {
    let mut input = Input::default();
    input.insert("Acme\r\nrenewal\u{7}\t2m");
    assert_eq!(input.text(), "Acme renewal 2m");
    assert_eq!(
        input.lost(),
        Lost {
            cut: 0,
            controls: 1
        }
    );
}

#[test]
fn a_name_of_ten_thousand_letters_is_cut_and_said_to_be() {
    let mut input = Input::default();
    input.insert(&"华".repeat(10_000));
    assert_eq!(input.text().chars().count(), MAX_INPUT_BYTES / 3);
    assert_eq!(input.lost().cut, 10_000 - MAX_INPUT_BYTES / 3);
    keys(&mut input, "x");
    let full = input.text().len();
    keys(&mut input, "y");
    assert_eq!(input.text().len(), full, "what does not fit is not taken");
}

#[test]
fn text_from_right_to_left_stays_and_what_turns_the_screen_goes() {
    let mut input = Input::default();
    input.insert("שלום \u{202E}evil\u{2066}");
    assert_eq!(input.text(), "שלום evil");
    assert_eq!(input.lost().controls, 2);
}

fn any_key() -> impl Strategy<Value = KeyEvent> {
    let code = prop_oneof![
        5 => any::<char>().prop_map(KeyCode::Char),
        5 => prop::sample::select("abdefhktuwy_7".chars().collect::<Vec<_>>())
            .prop_map(KeyCode::Char),
        2 => prop::sample::select(vec![
            KeyCode::Left, KeyCode::Right, KeyCode::Home, KeyCode::End,
            KeyCode::Backspace, KeyCode::Delete,
        ]),
    ];
    let modifiers = prop::sample::select(vec![
        KeyModifiers::NONE,
        KeyModifiers::CONTROL,
        KeyModifiers::ALT,
        KeyModifiers::CONTROL | KeyModifiers::ALT,
    ]);
    (code, modifiers).prop_map(|(code, modifiers)| KeyEvent::new(code, modifiers))
}

proptest! {
    /// The cursor stands between two graphemes, the line keeps its bound and holds nothing raw; every change can be taken back.
    #[test]
    fn any_keys_leave_a_sound_line(start in "\\PC{0,20}", pressed in prop::collection::vec(any_key(), 0..60)) {
        let mut input = Input::new(start);
        for key in pressed {
            let before = input.clone();
            input.handle(key);
            let cursor = input.cursor();
            let on_border = cursor == input.text().len()
                || input.text().grapheme_indices(true).any(|(offset, _)| offset == cursor);
            prop_assert!(on_border, "{:?} at {cursor} after {key:?}", input.text());
            prop_assert!(input.text().len() <= MAX_INPUT_BYTES);
            prop_assert!(!input.text().chars().any(char::is_control));
            prop_assert!(input.past.len() <= MAX_INPUT_UNDO);
            if before.text() != input.text() && input.past.len() > before.past.len() {
                let mut back = input.clone();
                back.undo();
                prop_assert_eq!(back.text(), before.text());
            }
        }
    }
}
