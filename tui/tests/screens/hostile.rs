//! Names that somebody made to harm: nothing of them reaches the terminal raw, and everything beside them stays in its place.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::num::NonZeroU16;
use std::sync::{Arc, Mutex};

use ratatui::Terminal;
use ratatui::layout::Size;
use sluice::model::Card;
use sluice::screens;
use sluice::strings::Language::English;
use sluice::terminal::Depth;
use sluice::terminal::backend::PaintBackend;

use crate::fixture::{App, cards};

const WIDTH: u16 = 120;
const HEIGHT: u16 = 30;

/// Longest that a cell may be, in bytes, besides the sequences that place and colour it.
const MAX_FRAME: usize = 40_000;

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn hostile() -> Vec<(&'static str, String)> {
    vec![
        ("a title", "x\x1b]2;owned\x07y".to_owned()),
        ("a clear screen", "\x1b[2Jgone".to_owned()),
        ("C1 controls", "a\u{9b}31mred\u{9d}2;t\u{9c}".to_owned()),
        (
            "line breaks",
            "one\r\ntwo\x0b\x0c\x08\x08\x08three".to_owned(),
        ),
        ("right to left", "עסקה גדולה مع شركة".to_owned()),
        (
            "an override",
            "invoice\u{202e}gnp.exe\u{2066}x\u{2069}".to_owned(),
        ),
        (
            "joiners",
            "a\u{200d}b\u{200b}c\u{2060}d\u{feff}e".to_owned(),
        ),
        ("a family", "👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈 done".to_owned()),
        ("marks", format!("z{}algo", "\u{301}".repeat(5_000))),
        ("very long", "long ".repeat(2_000)),
        ("very long and wide", "长".repeat(10_000)),
        ("only marks", "\u{301}\u{302}\u{303}".to_owned()),
        ("soft hyphens", "a\u{ad}b\u{ad}c".to_owned()),
        ("tabs", "a\tb\tc".to_owned()),
    ]
}

#[test]
fn hostile_names_harm_nothing() {
    for (what, name) in hostile() {
        let mut app = App::set_up(English, WIDTH, HEIGHT);
        let mut deals = cards(English);
        for card in deals.iter_mut().filter(|card| card.id % 2 == 1) {
            *card = Card {
                name: name.clone(),
                lost_reason: name.clone(),
                ..card.clone()
            };
        }
        app.snapshot(English, deals);
        let sink = Sink::default();
        let size = || Ok(Size::new(WIDTH, HEIGHT));
        let mut terminal =
            Terminal::new(PaintBackend::new(sink.clone(), size, Depth::TrueColor)).unwrap();
        let cells = |count| NonZeroU16::new(count).unwrap();
        let mut parser = vt100::Parser::new(cells(HEIGHT), cells(WIDTH), 0);
        // The board, the deal's own screen, a form that holds the name, the question that names it.
        for keys in ["j", "enter", "e", "esc", "esc", "X", "esc", "m"] {
            app.keys(keys);
            let model = &app.model;
            terminal
                .draw(|frame| {
                    screens::view(model, frame);
                })
                .unwrap();
            let bytes = std::mem::take(&mut *sink.0.lock().unwrap());
            assert!(bytes.len() < MAX_FRAME, "{what}: {} bytes", bytes.len());
            check_raw(what, &bytes);
            parser.process(&bytes);
            let buffer = app.buffer();
            for y in 0..HEIGHT {
                for x in 0..WIDTH {
                    let symbol = buffer[(x, y)].symbol();
                    // Letters that every terminal draws alike stand where they were put.
                    if symbol.len() == 1 && symbol != " " {
                        let shown = parser.screen().cell(y, x).unwrap();
                        assert_eq!(
                            shown.contents(),
                            symbol,
                            "{what} behind {keys:?} at {x},{y}:\n{}",
                            parser.screen().contents()
                        );
                    }
                }
            }
        }
    }
}

/// Nothing but our own sequences, and no control that is not ours.
fn check_raw(what: &str, bytes: &[u8]) {
    let text = String::from_utf8(bytes.to_vec()).expect("whole letters");
    let mut rest = text.as_str();
    while let Some(at) = rest.find(|letter: char| letter.is_control()) {
        let sequence = &rest[at..];
        let own = match sequence.as_bytes()[0] {
            b'\r' | b'\n' | 0x08 => 1,
            0x1b => {
                assert!(sequence.starts_with("\x1b["), "{what}: {sequence:?}");
                let end = sequence[2..]
                    .find(|letter: char| ('\x40'..='\x7e').contains(&letter))
                    .unwrap();
                let last = sequence.as_bytes()[2 + end];
                assert!(b"mHGCDABKXhlJ".contains(&last), "{what}: {sequence:?}");
                end + 3
            }
            _ => panic!("{what}: {:?}", sequence.chars().next()),
        };
        rest = &sequence[own..];
    }
    let unseen = ['\u{202e}', '\u{2066}', '\u{2069}', '\u{200b}', '\u{feff}'];
    assert!(
        !text.contains(unseen),
        "{what}: what turns the order of letters"
    );
}
