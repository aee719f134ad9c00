//! Keys stay keys, answers stay answers, however the bytes are cut and whenever they come.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use proptest::prelude::*;

use super::*;

fn key(code: KeyCode) -> Received {
    Received::Event(Event::Key(code.into()))
}

fn with(code: KeyCode, modifiers: KeyModifiers) -> Received {
    Received::Event(Event::Key(KeyEvent::new(code, modifiers)))
}

/// All at once, then as if nothing more came.
fn decode(bytes: &[u8]) -> Vec<Received> {
    let mut out = Vec::new();
    let mut decoder = Decoder::new(0);
    decoder.feed(bytes, &mut out);
    decoder.settle(&mut out);
    out
}

#[test]
fn keys_arrive_as_people_pressed_them() {
    for (bytes, expected) in [
        (&b"j"[..], key(KeyCode::Char('j'))),
        ("华".as_bytes(), key(KeyCode::Char('华'))),
        (b"G", with(KeyCode::Char('G'), KeyModifiers::SHIFT)),
        (b"\r", key(KeyCode::Enter)),
        (b"\x7f", key(KeyCode::Backspace)),
        (b"\x04", with(KeyCode::Char('d'), KeyModifiers::CONTROL)),
        (b"\x00", with(KeyCode::Char(' '), KeyModifiers::CONTROL)),
        (b"\x1b", key(KeyCode::Esc)),
        (b"\x1bb", with(KeyCode::Char('b'), KeyModifiers::ALT)),
        (
            "\x1b华".as_bytes(),
            with(KeyCode::Char('华'), KeyModifiers::ALT),
        ),
        (b"\x1b\x7f", with(KeyCode::Backspace, KeyModifiers::ALT)),
        (b"\x1b[A", key(KeyCode::Up)),
        (b"\x1bOB", key(KeyCode::Down)),
        (b"\x1b[1;5C", with(KeyCode::Right, KeyModifiers::CONTROL)),
        (b"\x1b[1;3D", with(KeyCode::Left, KeyModifiers::ALT)),
        (b"\x1b[H", key(KeyCode::Home)),
        (b"\x1b[4~", key(KeyCode::End)),
        (b"\x1b[3;5~", with(KeyCode::Delete, KeyModifiers::CONTROL)),
        (b"\x1b[5~", key(KeyCode::PageUp)),
        (b"\x1b[Z", with(KeyCode::BackTab, KeyModifiers::SHIFT)),
        (b"\x1bOP", key(KeyCode::F(1))),
        (b"\x1b[[A", key(KeyCode::F(1))),
        (b"\x1b[11~", key(KeyCode::F(1))),
        (b"\x1b[24~", key(KeyCode::F(12))),
        (b"\x1b[1;2R", with(KeyCode::F(3), KeyModifiers::SHIFT)),
        (
            b"\x1b[97;5u",
            with(KeyCode::Char('a'), KeyModifiers::CONTROL),
        ),
        (
            b"\x1b[27;5;13~",
            with(KeyCode::Enter, KeyModifiers::CONTROL),
        ),
        (b"\x1b[", with(KeyCode::Char('['), KeyModifiers::ALT)),
        (b"\x1b]", with(KeyCode::Char(']'), KeyModifiers::ALT)),
        (b"\x1b[I", Received::Event(Event::FocusGained)),
    ] {
        assert_eq!(
            decode(bytes),
            [expected],
            "{:?}",
            String::from_utf8_lossy(bytes)
        );
    }
    assert_eq!(decode(b"\x1b\x1b[A"), [key(KeyCode::Esc), key(KeyCode::Up)]);
    assert_eq!(
        decode(b"\x1b]x"),
        [
            with(KeyCode::Char(']'), KeyModifiers::ALT),
            key(KeyCode::Char('x'))
        ]
    );
}

#[test]
fn the_mouse_is_told_in_both_protocols() {
    let event = |kind, column, row, modifiers| {
        Received::Event(Event::Mouse(MouseEvent {
            kind,
            column,
            row,
            modifiers,
        }))
    };
    let none = KeyModifiers::NONE;
    for (bytes, expected) in [
        (
            &b"\x1b[<0;300;5M"[..],
            event(MouseEventKind::Down(MouseButton::Left), 299, 4, none),
        ),
        (
            b"\x1b[<0;3;5m",
            event(MouseEventKind::Up(MouseButton::Left), 2, 4, none),
        ),
        (
            b"\x1b[<32;3;5M",
            event(MouseEventKind::Drag(MouseButton::Left), 2, 4, none),
        ),
        (
            b"\x1b[<65;3;5M",
            event(MouseEventKind::ScrollDown, 2, 4, none),
        ),
        (
            b"\x1b[<80;3;5M",
            event(MouseEventKind::ScrollUp, 2, 4, KeyModifiers::CONTROL),
        ),
        (
            b"\x1b[M #%",
            event(MouseEventKind::Down(MouseButton::Left), 2, 4, none),
        ),
    ] {
        assert_eq!(decode(bytes), [expected]);
    }
}

#[test]
fn pastes_arrive_whole_and_hold_no_keys() {
    assert_eq!(
        decode(b"\x1b[200~a\x1b[A\r\nb\x1b[201~q"),
        [
            Received::Event(Event::Paste("a\x1b[A\r\nb".to_owned())),
            key(KeyCode::Char('q'))
        ]
    );
    let mut long = b"\x1b[200~".to_vec();
    long.extend(std::iter::repeat_n(b'x', MAX_PASTE + 100));
    long.extend_from_slice(b"\x1b[201~q");
    let received = decode(&long);
    let [Received::Event(Event::Paste(text)), last] = &received[..] else {
        panic!("{} events", received.len())
    };
    assert_eq!((text.len(), last), (MAX_PASTE, &key(KeyCode::Char('q'))));
}

/// All that a terminal might answer, asked or not.
const ANSWERS: [&[u8]; 16] = [
    b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\",
    b"\x1b]11;rgb:ff/ff/ff\x07",
    b"\x1b]11;nonsense\x1b\\",
    b"\x1b]10;rgb:0000/0000/0000\x07",
    b"\x1b]52;c;QWNtZQ==\x1b\\",
    b"\x1b]lmy title\x1b\\",
    b"\x1b[?62;22c",
    b"\x1b[?6c",
    b"\x1b[>1;10;0c",
    b"\x1b[?997;1n",
    b"\x1b[?997;2n",
    b"\x1b[?2026;2$y",
    b"\x1b[?0u",
    b"\x1bP>|tmux 3.3a\x1b\\",
    b"\x1bP1+r544e=787465726d\x1b\\",
    b"\x1b_Gi=1;OK\x1b\\",
];

#[test]
fn no_answer_is_a_key_whole_or_in_pieces_asked_or_not() {
    let is_key = |received: &Received| matches!(received, Received::Event(_));
    for answer in ANSWERS {
        for cut in 0..answer.len() {
            let mut out = Vec::new();
            let mut decoder = Decoder::default();
            decoder.feed(b"a", &mut out);
            decoder.feed(&answer[..cut], &mut out);
            // The rest is late, but within the bound for what is certainly no key.
            if !matches!(decoder.wait(), Wait::FromLast(ESCAPE_BOUND)) {
                decoder.feed(&answer[cut..], &mut out);
                decoder.feed(b"z", &mut out);
                out.retain(is_key);
                let about = String::from_utf8_lossy(answer);
                assert_eq!(
                    out,
                    [key(KeyCode::Char('a')), key(KeyCode::Char('z'))],
                    "{about} cut at {cut}"
                );
            }
        }
    }
}

#[test]
fn answers_are_understood() {
    let light = |light| Received::Answer(Answer::LightBackground(light));
    assert_eq!(decode(ANSWERS[0]), [light(false)]);
    assert_eq!(decode(ANSWERS[1]), [light(true)]);
    assert_eq!(decode(ANSWERS[9]), [light(false)]);
    assert_eq!(decode(ANSWERS[10]), [light(true)]);
    assert_eq!(decode(ANSWERS[6]), [Received::Answer(Answer::Attributes)]);
    let mut decoder = Decoder::new(2);
    let mut out = Vec::new();
    decoder.feed(b"\x1b[1;2R\x1b[1;3R\x1b[1;2R", &mut out);
    let column = |column| Received::Answer(Answer::CursorColumn(column));
    // The third is nobody's answer: a key.
    assert_eq!(
        out,
        [
            column(2),
            column(3),
            with(KeyCode::F(3), KeyModifiers::SHIFT)
        ]
    );
}

#[test]
fn behind_the_fence_no_position_is_awaited() {
    let mut decoder = Decoder::new(2);
    let mut out = Vec::new();
    decoder.feed(b"\x1b[?6c\x1b[1;2R", &mut out);
    assert_eq!(out[1], with(KeyCode::F(3), KeyModifiers::SHIFT));
}

#[test]
fn a_string_that_never_ends_takes_the_keys_for_a_second_only() {
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    decoder.feed(b"\x1b]11;rgb:", &mut out);
    assert_eq!(decoder.wait(), Wait::FromStart(SEQUENCE_BOUND));
    decoder.settle(&mut out);
    decoder.feed(b"j", &mut out);
    assert_eq!(out, [key(KeyCode::Char('j'))]);
    // One without a pause ends by its length.
    decoder.feed(b"\x1b]1", &mut out);
    decoder.feed(&[b'x'; MAX_STRING], &mut out);
    assert_eq!(decoder.kept.len(), 0);
}

proptest! {
    #[test]
    fn any_bytes_in_any_pieces_give_the_same(
        bytes in proptest::collection::vec(prop_oneof![
            any::<u8>(),
            prop::sample::select(b"\x1b[]OP_;?<~MRcmnu0123456789\\\x07".to_vec()),
        ], 0..200),
        cuts in proptest::collection::vec(0_usize..200, 0..8),
    ) {
        let whole = decode(&bytes);
        let mut decoder = Decoder::default();
        let mut out = Vec::new();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
        cuts.push(bytes.len());
        cuts.sort_unstable();
        let mut from = 0;
        for cut in cuts {
            decoder.feed(&bytes[from..cut], &mut out);
            from = cut;
        }
        decoder.settle(&mut out);
        prop_assert_eq!(out, whole);
        prop_assert_eq!(decoder.wait(), Wait::Nothing);
        prop_assert!(decoder.kept.len() <= MAX_SEQUENCE);
    }
}
