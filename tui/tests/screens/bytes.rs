//! Bytes of a frame: over SSH each is waited for, so that every kind of frame has a budget.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::{Arc, Mutex};

use ratatui::Terminal;
use ratatui::layout::Size;
use sluice::message::{CommitFact, Msg, ServerFact};
use sluice::model::{Card, Level, Micros, Model, Resource, SECOND_US};
use sluice::screens;
use sluice::strings::Language;
use sluice::terminal::backend::PaintBackend;
use sluice::terminal::color::Depth;

use crate::fixture::{App, NOW};

/// Nothing changed.
const IDLE: usize = 0;
/// Another amount on one card: its first line with tint and sign, the sums of its column and of the board, the revision. Half of it is
/// the tint, a tenth the arrows behind the two sums; 64 bytes would hold the figures alone.
const ONE_CARD_CHANGED: usize = 154;
/// The selection goes to the next card.
const CURSOR: usize = 250;
/// The selection goes to the column beside.
const NEXT_STAGE: usize = 400;
/// A card leaves a column and arrives in the next; both are painted anew from there on.
const CARD_CHANGES_STAGE: usize = 3_300;
/// Everything, on a large terminal.
const FIRST_PAINT_200X50: usize = 22_000;
/// Everything, on the usual one.
const FIRST_PAINT_80X24: usize = 7_000;
/// What Chinese may take more, in percent: its letters are three bytes for two cells.
const CJK_SURPLUS_PERCENT: usize = 10;

/// Keeps what was written.
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

struct Shown {
    app: App,
    terminal: Terminal<PaintBackend<Sink>>,
    sink: Sink,
}

impl Shown {
    fn new(language: Language, width: u16, height: u16) -> Self {
        let sink = Sink::default();
        let size = move || Ok(Size::new(width, height));
        let backend = PaintBackend::new(sink.clone(), size, Depth::TrueColor);
        Self {
            app: App::full(language, width, height),
            terminal: Terminal::new(backend).unwrap(),
            sink,
        }
    }

    /// Paints, and gives what that took.
    fn paint(&mut self) -> Vec<u8> {
        self.sink.0.lock().unwrap().clear();
        let model: &Model = &self.app.model;
        self.terminal
            .draw(|frame| {
                screens::view(model, frame);
            })
            .unwrap();
        self.sink.0.lock().unwrap().clone()
    }

    fn commit(&mut self, revision: u64, card: Card) {
        let time: Micros = NOW - 600 * SECOND_US;
        self.app.send(Msg::Server(ServerFact::Commit(CommitFact {
            revision,
            time,
            puts: vec![Resource::Opportunity(Box::new(card))],
            ..CommitFact::default()
        })));
    }
}

fn check(what: &str, bytes: &[u8], budget: usize) {
    let shown = String::from_utf8_lossy(bytes).replace('\x1b', "^");
    assert!(
        bytes.len() <= budget,
        "{what}: {} bytes, {budget} are allowed: {shown}",
        bytes.len()
    );
}

fn check_all(language: Language, width: u16, height: u16, first_paint: usize) {
    let surplus = match language {
        Language::English => 0,
        Language::Chinese => CJK_SURPLUS_PERCENT,
    };
    let allowed = |budget: usize| budget * (100 + surplus) / 100;
    let mut shown = Shown::new(language, width, height);
    check("first paint", &shown.paint(), allowed(first_paint));
    check("idle", &shown.paint(), IDLE);

    // From one ordinary card to the next, and back.
    shown.app.keys("j");
    check("cursor", &shown.paint(), allowed(CURSOR));
    shown.app.keys("k");
    check("cursor back", &shown.paint(), allowed(CURSOR));
    shown.app.keys("l");
    check("next stage", &shown.paint(), allowed(NEXT_STAGE));

    // The first change seen live brings the revision's age into the header: once, and not counted.
    let first = shown.app.model.picture.board.card(3).unwrap().clone();
    shown.commit(101, first);
    shown.paint();
    // An ordinary one: of a stalled one the stalled amount of its column changes too.
    let board = &shown.app.model.picture.board;
    let ordinary = |card: &&Card| card.level == Level::Moving;
    let card = board.from(1, 0).filter(ordinary).nth(1).unwrap().clone();
    let changed = Card {
        amount_minor: card.amount_minor + 10_000_000,
        revision: 102,
        ..card
    };
    shown.commit(102, changed.clone());
    check(
        "one card changed",
        &shown.paint(),
        allowed(ONE_CARD_CHANGED),
    );

    let moved = Card {
        stage_id: 2,
        stage_entered_us: NOW,
        revision: 103,
        ..changed
    };
    shown.commit(103, moved);
    check(
        "card changes stage",
        &shown.paint(),
        allowed(CARD_CHANGES_STAGE),
    );
}

#[test]
fn frames_on_a_large_terminal_stay_within_their_budgets() {
    check_all(Language::English, 200, 50, FIRST_PAINT_200X50);
    check_all(Language::Chinese, 200, 50, FIRST_PAINT_200X50);
}

#[test]
fn frames_on_the_usual_terminal_stay_within_their_budgets() {
    check_all(Language::English, 80, 24, FIRST_PAINT_80X24);
    check_all(Language::Chinese, 80, 24, FIRST_PAINT_80X24);
}
