//! A key: to the top layer, else through the trie, with counts.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind};

use super::{commands, goals, layers, wall};
use crate::command::Command;
use crate::keymap::{Context, Found, Key, Keymap};
use crate::model::{Effect, Model, Screen, Typed};

/// Largest count: more steps than any board has.
const MAX_COUNT: u32 = 99_999;

/// What works on every screen and above every layer.
fn everywhere(keymap: &Keymap, key: Key) -> Option<Command> {
    match key.code {
        // Whatever the settings say: there is always a way out.
        KeyCode::Char('c') if key.control => Some(Command::ForceQuit),
        _ => match keymap.find(Context::FirstRun, &[key]) {
            Found::Command(command @ (Command::Suspend | Command::Redraw)) => Some(command),
            _ => None,
        },
    }
}

pub(super) fn press(model: &mut Model, event: KeyEvent) -> Vec<Effect> {
    if event.kind == KeyEventKind::Release {
        return Vec::new();
    }
    if model.wall.is_some() {
        return wall::press(model, event);
    }
    let key = Key::from(event);
    // A card that is being dragged is let go by any key; Esc does nothing else.
    if model.pointer.drag.take().is_some_and(|drag| drag.moving) && key.code == KeyCode::Esc {
        return Vec::new();
    }
    if let Some(command) = everywhere(&model.config.keymap, key) {
        model.typed = Typed::default();
        return commands::run(model, command, None);
    }
    if !model.layers.is_empty() {
        return layers::press(model, event);
    }
    if model.screen == Screen::Goals && model.typed.keys.is_empty() {
        // Digits are figures here, as in a spreadsheet.
        if let Some(effects) = goals::press(model, event) {
            return effects;
        }
    }
    screen_key(model, key)
}

fn screen_key(model: &mut Model, key: Key) -> Vec<Effect> {
    let typed = &mut model.typed;
    let context = Context::of(model.screen);
    if key.code == KeyCode::Esc && (!typed.keys.is_empty() || typed.count.is_some()) {
        *typed = Typed::default();
        return Vec::new();
    }
    // On the first-run screen digits choose; elsewhere they count, and 0 counts only behind another digit.
    if let Some(digit) = key.digit()
        && typed.keys.is_empty()
        && context != Context::FirstRun
        && (digit > 0 || typed.count.is_some())
    {
        let count = typed
            .count
            .unwrap_or(0)
            .saturating_mul(10)
            .saturating_add(digit);
        typed.count = Some(count.min(MAX_COUNT));
        return Vec::new();
    }
    typed.keys.push(key);
    typed.since = model.now;
    let keymap = &model.config.keymap;
    let mut found = keymap.find(context, &typed.keys);
    if found == Found::Nothing && key.shift {
        // Shift with an arrow means no more than the arrow, unless it was given a meaning.
        typed.keys.pop();
        typed.keys.push(key.without_shift());
        found = keymap.find(context, &typed.keys);
    }
    match found {
        Found::Prefix => Vec::new(),
        Found::Nothing => {
            let alone = typed.keys.len() == 1;
            *typed = Typed::default();
            if alone && key.code == KeyCode::Esc {
                model.notices.clear();
            }
            Vec::new()
        }
        Found::Command(command) => {
            let count = typed.count;
            *typed = Typed::default();
            commands::run(model, command, count)
        }
    }
}
