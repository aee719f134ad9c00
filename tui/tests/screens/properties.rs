//! Whatever happens in whatever order: no panic, right sums, a selection that can be seen.
#![allow(clippy::unwrap_used)]

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proptest::prelude::*;
use sluice::board::{Total, weighted_minor};
use sluice::message::{ActionOk, CommitFact, Msg, Refusal, ServerFact};
use sluice::model::{Card, Effect, Level, Model, Resource, ResourceKey};
use sluice::strings::Language::{Chinese, English};

use crate::fixture::{App, NOW};

/// One thing that happens; answers refer to wishes made before.
#[derive(Clone, Debug)]
enum Step {
    Message(Msg),
    Answer {
        good: bool,
        lag: u64,
    },
    Commit(Vec<Card>),
    Own(u8),
    Picture,
    /// Alerts, requests and messages come.
    Busy,
    /// To a screen.
    Go(&'static str),
    /// The questions of the report screens are answered, or cannot be.
    Read {
        good: bool,
    },
}

fn key() -> impl Strategy<Value = Msg> {
    let letters = "abceghijklmnopqrsuxyzAGHLMNOPRX<>:/?0123459 @^%张dftvwDFSE[]=-_#&|+";
    let letters: Vec<char> = letters.chars().collect();
    let code = prop_oneof![
        12 => proptest::sample::select(letters).prop_map(KeyCode::Char),
        2 => Just(KeyCode::Enter),
        2 => Just(KeyCode::Esc),
        1 => Just(KeyCode::Tab),
        1 => Just(KeyCode::BackTab),
        1 => Just(KeyCode::Backspace),
        1 => Just(KeyCode::Left),
        1 => Just(KeyCode::Right),
        1 => Just(KeyCode::Down),
        1 => Just(KeyCode::Up),
        1 => Just(KeyCode::PageDown),
    ];
    let modifiers = prop_oneof![9 => Just(KeyModifiers::NONE), 1 => Just(KeyModifiers::CONTROL), 1 => Just(KeyModifiers::ALT)];
    (code, modifiers).prop_map(|(code, modifiers)| Msg::Key(KeyEvent::new(code, modifiers)))
}

fn mouse() -> impl Strategy<Value = Msg> {
    let kinds = vec![
        MouseEventKind::Down(MouseButton::Left),
        MouseEventKind::Down(MouseButton::Left),
        MouseEventKind::Drag(MouseButton::Left),
        MouseEventKind::Drag(MouseButton::Left),
        MouseEventKind::Up(MouseButton::Left),
        MouseEventKind::ScrollUp,
        MouseEventKind::ScrollDown,
        MouseEventKind::ScrollLeft,
        MouseEventKind::ScrollRight,
    ];
    (proptest::sample::select(kinds), 0_u16..220, 0_u16..60).prop_map(|(kind, column, row)| {
        Msg::Mouse(MouseEvent {
            kind,
            column,
            row,
            modifiers: KeyModifiers::NONE,
        })
    })
}

fn place() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "g b", "g a", "g i", "g f", "g F", "g o", "g d", "g /", "g v", "g q", "C", "g r", "g n",
        "g s", "g S", "g e",
    ])
}

fn level() -> impl Strategy<Value = Level> {
    let levels = [
        Level::Moving,
        Level::Approaching,
        Level::Stalled,
        Level::Critical,
    ];
    proptest::sample::select(levels.to_vec())
}

fn card() -> impl Strategy<Value = Card> {
    (
        1_u64..60,
        0_u64..9,
        0_i64..9_000_000,
        proptest::option::of(1_i8..28),
        any::<bool>(),
        level(),
    )
        .prop_map(|(id, stage_id, amount_minor, day, archived, level)| Card {
            level,
            id,
            name: format!("Deal {id}"),
            amount_minor,
            stage_id,
            contract_date: day.map(|day| jiff::civil::date(2026, 3, day)),
            stage_entered_us: NOW - amount_minor * 1_000_000,
            archived: archived && id % 5 == 0,
            ..Card::default()
        })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        20 => key().prop_map(Step::Message),
        2 => (0_u16..220, 0_u16..60).prop_map(|(width, height)| Step::Message(Msg::Resize { width, height })),
        1 => (0_i64..8_000_000).prop_map(|step| Step::Message(Msg::Clock { now: NOW + step })),
        6 => mouse().prop_map(Step::Message),
        1 => ".{0,12}".prop_map(|text| Step::Message(Msg::Paste(text))),
        1 => "([A-Z张a-z0-9/ \"\u{202e}]{0,6}[\t\r\n]){0,12}".prop_map(|text| Step::Message(Msg::Paste(text))),
        2 => (any::<bool>(), 0_u64..3).prop_map(|(good, lag)| Step::Answer { good, lag }),
        3 => proptest::collection::vec(card(), 1..4).prop_map(Step::Commit),
        2 => any::<u8>().prop_map(Step::Own),
        1 => (1_u64..60).prop_map(|id| Step::Message(Msg::Server(ServerFact::Remove(vec![ResourceKey::Opportunity(id)])))),
        1 => Just(Step::Message(Msg::Server(ServerFact::Lost { since: NOW, reason: "gone".to_owned() }))),
        1 => Just(Step::Message(Msg::Server(ServerFact::Resumed))),
        1 => Just(Step::Message(Msg::Server(ServerFact::SnapshotBegin))),
        1 => Just(Step::Picture),
        4 => any::<bool>().prop_map(|good| Step::Read { good }),
        1 => Just(Step::Busy),
        2 => place().prop_map(Step::Go),
        1 => Just(Step::Message(Msg::Server(ServerFact::SetUpNeeded))),
    ]
}

fn happen(app: &mut App, step: Step) {
    let wishes: Vec<(String, Option<u64>)> = app
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Submit { request_id, .. } => Some((request_id.clone(), None)),
            _ => None,
        })
        .collect();
    match step {
        Step::Message(message) => {
            app.send(message);
        }
        Step::Answer { good, lag } => {
            let Some((request_id, subject)) = wishes.last().cloned() else {
                return;
            };
            let revision = app.model.revision + lag;
            let result = if good {
                Ok(ActionOk { revision, subject })
            } else {
                Err(Refusal::default())
            };
            app.server(ServerFact::ActionDone { request_id, result });
        }
        Step::Commit(cards) => {
            let revision = app.model.revision + 1;
            let puts = cards
                .into_iter()
                .map(|card| Resource::Opportunity(Box::new(card)))
                .collect();
            app.server(ServerFact::Commit(CommitFact {
                revision,
                time: NOW,
                puts,
                ..CommitFact::default()
            }));
        }
        Step::Own(which) => {
            let Some(pending) = app
                .model
                .pending
                .get(usize::from(which) % app.model.pending.len().max(1))
                .cloned()
            else {
                return;
            };
            let revision = app.model.revision + 1;
            let shown = pending
                .card
                .and_then(|id| app.model.picture.board.card(id))
                .cloned();
            let puts = shown
                .map(|card| {
                    if card.is_local() {
                        Card {
                            id: 1_000 + revision,
                            ..card
                        }
                    } else {
                        card
                    }
                })
                .map(|card| Resource::Opportunity(Box::new(card)));
            let request_id = pending.request_id;
            app.server(ServerFact::Commit(CommitFact {
                revision,
                time: NOW,
                request_id,
                puts: puts.into_iter().collect(),
                ..CommitFact::default()
            }));
        }
        Step::Busy => {
            let attention = crate::fixture::attention(&app.model, English);
            app.server(ServerFact::Put(attention));
        }
        Step::Go(keys) => {
            app.keys("esc esc esc");
            app.keys(keys);
        }
        Step::Picture => app.snapshot(English, crate::fixture::cards(English)),
        Step::Read { good: true } => {
            app.answer();
        }
        Step::Read { good: false } => {
            app.refuse("gone");
        }
    }
}

fn check(model: &Model) -> Result<(), TestCaseError> {
    let board = &model.picture.board;
    for stage in model
        .picture
        .pipelines
        .values()
        .flat_map(|pipeline| &pipeline.stages)
    {
        let mut sum = Total::default();
        for card in board.cards().filter(|card| card.stage_id == stage.id) {
            sum.count += 1;
            sum.amount_minor += i128::from(card.amount_minor);
            sum.weighted_minor += weighted_minor(card, stage.win_probability_bp);
            if card.level.is_stalled() {
                sum.stalled_count += 1;
                sum.stalled_minor += i128::from(card.amount_minor);
            }
        }
        prop_assert_eq!(board.column(stage.id).unfiltered_total(), sum);
        if model.filter.is_none() {
            prop_assert_eq!(board.column(stage.id).total(), sum);
        }
    }
    let stages = model.stages();
    let columns = model.columns();
    if let Some(place) = stages
        .iter()
        .position(|stage| Some(stage.id) == model.focus)
    {
        let dragged = model.dragged().is_some();
        prop_assert!(
            dragged || columns.of(place).is_some(),
            "the focused column is on the screen"
        );
    } else {
        prop_assert!(stages.is_empty());
    }
    if let Some(listing) = sluice::screens::listing(model) {
        let state = model.list();
        let (shown, ..) = state.shown(&listing.lines, listing.area.height);
        let seen = |id| listing.lines[shown].iter().any(|line| line.id == Some(id));
        prop_assert!(
            listing.area.height < 2 || state.id.is_none_or(seen),
            "the selected item is on the screen"
        );
    }
    for stage in &stages {
        let len = board.column(stage.id).order().len();
        let Some(anchor) = model.anchors.get(&stage.id) else {
            prop_assert_eq!(len, 0);
            continue;
        };
        let capacity = columns.cards.capacity.max(1);
        prop_assert!(anchor.row < capacity, "the selected card is on the screen");
        let top = sluice::layout::top(anchor.place, anchor.row, len, capacity);
        prop_assert_eq!(
            board.at(stage.id, top + anchor.row).map(|card| card.id),
            Some(anchor.id)
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_leaves_a_sound_screen(
        chinese in any::<bool>(),
        size in (0_u16..220, 0_u16..60),
        steps in proptest::collection::vec(step(), 1..120),
    ) {
        let mut app = App::full(if chinese { Chinese } else { English }, size.0, size.1);
        for step in steps {
            happen(&mut app, step);
            check(&app.model)?;
            app.buffer();
        }
    }
}
