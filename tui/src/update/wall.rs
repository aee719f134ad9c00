//! The wall board: it turns by itself, and listens to next to nothing.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind};

use crate::keymap::Key;
use crate::model::{Effect, Exit, Model, Screen};
use crate::wall::Scene;

/// A key: `q` and ctrl-c leave, an arrow or the space bar goes on, ctrl-l paints anew, ctrl-z gives the terminal back.
pub(super) fn press(model: &mut Model, event: KeyEvent) -> Vec<Effect> {
    if event.kind == KeyEventKind::Release {
        return Vec::new();
    }
    let key = Key::from(event);
    let by = match (key.code, key.control) {
        (KeyCode::Char('q'), false) | (KeyCode::Char('c'), true) => {
            return vec![Effect::Quit(Exit::Leave)];
        }
        (KeyCode::Char('l'), true) => return vec![Effect::Redraw],
        (KeyCode::Char('z'), true) => return vec![Effect::Suspend],
        (KeyCode::Right | KeyCode::Down | KeyCode::Char(' '), _) => 1,
        (KeyCode::Left | KeyCode::Up, _) => -1,
        _ => return Vec::new(),
    };
    let now = model.now;
    if let Some(wall) = &mut model.wall {
        wall.turn(by, now);
    }
    settle(model);
    Vec::new()
}

/// Goes on when it is time; says whether it did.
pub(super) fn clock(model: &mut Model) -> bool {
    let now = model.now;
    let turned = model.wall.as_mut().is_some_and(|wall| wall.clock(now));
    if turned {
        model.dirty = true;
        settle(model);
    }
    turned
}

/// The screen behind the picture: what it needs of the server is asked for as for that screen.
pub(super) fn settle(model: &mut Model) {
    let Some(wall) = &model.wall else {
        return;
    };
    // A workspace that is not set up yet is waited for.
    if model.screen != Screen::FirstRun {
        model.screen = match wall.scene() {
            Scene::Board => Screen::Board,
            Scene::Funnel => Screen::Funnel,
            Scene::Leaderboard => Screen::Leaderboard,
        };
    }
}
