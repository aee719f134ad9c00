//! The real loop on virtual time: what it draws, when it waits, how it ends.
#![allow(clippy::unwrap_used)]

use std::io;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use futures_util::stream;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use sluice::message::{CommitFact, EditFailure, Msg, ServerFact};
use sluice::model::{Card, Effect, Exit, Micros, Resource};
use sluice::session::{LOCAL_FRAMES_PER_SECOND, World, run};
use sluice::strings::Language::English;

use crate::fixture::{App, NOW, text};

/// A world whose time passes only as it is told.
struct Virtual {
    now: Micros,
    /// Time that passes at each look at the clock.
    step: Micros,
    effects: Vec<Effect>,
    suspended: usize,
}

impl World for Virtual {
    fn now(&mut self) -> Micros {
        self.now += self.step;
        self.now
    }

    fn sleep(&mut self, duration: Duration) -> impl Future<Output = ()> + Send {
        self.now += i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        std::future::ready(())
    }

    fn perform(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.suspended += 1;
        Ok(())
    }

    fn resume(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn edit(&mut self, text: &str) -> io::Result<Result<String, EditFailure>> {
        Ok(Ok(format!("{text}, edited")))
    }
}

fn key(letter: char) -> Msg {
    Msg::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE))
}

async fn play(messages: Vec<Msg>) -> (Exit, Virtual, String) {
    let mut app = App::full(English, 80, 24);
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let mut world = Virtual {
        now: NOW,
        step: 1,
        effects: Vec::new(),
        suspended: 0,
    };
    let exit = run(
        &mut terminal,
        &mut app.model,
        stream::iter(messages),
        &mut world,
        LOCAL_FRAMES_PER_SECOND,
    )
    .await
    .unwrap();
    let text = text(terminal.backend().buffer());
    (exit, world, text)
}

#[tokio::test]
async fn keys_reach_the_screen_and_wishes_the_world() {
    let (exit, world, _) = play(vec![key('L'), key('q'), key('y')]).await;
    assert_eq!(exit, Exit::Leave);
    assert!(matches!(world.effects[..], [Effect::Submit { .. }]));
}

#[tokio::test]
async fn the_end_of_the_input_is_a_hang_up() {
    let (exit, ..) = play(Vec::new()).await;
    assert_eq!(exit, Exit::Leave);
}

#[tokio::test]
async fn control_z_gives_the_terminal_back_and_paints_again() {
    let suspend = Msg::Key(KeyEvent::new(KeyCode::Char('z'), KeyModifiers::CONTROL));
    let (_, world, _) = play(vec![suspend]).await;
    assert_eq!(world.suspended, 1);
}

#[tokio::test]
async fn a_storm_of_changes_is_taken_in_whole() {
    let mut app = App::full(English, 80, 24);
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let mut world = Virtual {
        now: NOW,
        step: 1,
        effects: Vec::new(),
        suspended: 0,
    };
    let storm: Vec<Msg> = (0..10_000)
        .map(|step| {
            let card = Card {
                id: 1 + step % 40,
                name: format!("Deal {step}"),
                stage_id: 1 + step % 5,
                ..Card::default()
            };
            Msg::Server(ServerFact::Commit(CommitFact {
                revision: 101 + step,
                time: NOW,
                puts: vec![Resource::Opportunity(Box::new(card))],
                ..CommitFact::default()
            }))
        })
        .collect();
    run(
        &mut terminal,
        &mut app.model,
        stream::iter(storm),
        &mut world,
        LOCAL_FRAMES_PER_SECOND,
    )
    .await
    .unwrap();
    assert_eq!(app.model.revision, 10_100);
}
