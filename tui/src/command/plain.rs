//! The keys of the preset `plain`: arrows, function keys, ctrl and alt, for people who know no vim. No letter alone does anything.

use super::{Command, Row};
use crate::keymap::Context::{
    self, Alerts, Board, FirstRun, Global, Inbox, NextActions, Opportunity,
};
use crate::keymap::Key;

/// What begins the keys of places to go to, instead of `g`.
const MENU: &str = "f9";

/// Verbs with keys that people know from elsewhere, in place of what [`keys`] would make of the others.
#[rustfmt::skip]
const OWN: &[(Command, &[(Context, &str)])] = &[
    (Command::Up, &[(Global, "up")]),
    (Command::Down, &[(Global, "down")]),
    (Command::First, &[(Global, "home")]),
    (Command::Last, &[(Global, "end")]),
    (Command::HalfPageUp, &[(Global, "pageup")]),
    (Command::HalfPageDown, &[(Global, "pagedown")]),
    (Command::Quick, &[(Board, "ctrl-n"), (Opportunity, "ctrl-n")]),
    (Command::New, &[(Board, "insert"), (Opportunity, "insert")]),
    (Command::Edit, &[(Board, "f2"), (Opportunity, "f2"), (Alerts, "f2"), (NextActions, "f2")]),
    (Command::Forward, &[(Board, "ctrl-right"), (Board, ">"), (Opportunity, "ctrl-right"), (Opportunity, ">"), (Alerts, "ctrl-right"), (Alerts, ">"), (NextActions, "ctrl-right"), (NextActions, ">")]),
    (Command::Backward, &[(Board, "ctrl-left"), (Board, "<"), (Opportunity, "ctrl-left"), (Opportunity, "<"), (Alerts, "ctrl-left"), (Alerts, "<"), (NextActions, "ctrl-left"), (NextActions, "<")]),
    (Command::MoveTo, &[(Board, "f6"), (Opportunity, "f6"), (Alerts, "f6"), (NextActions, "f6")]),
    (Command::Log, &[(Board, "f7"), (Opportunity, "f7"), (Alerts, "f7"), (NextActions, "f7")]),
    (Command::Lose, &[(Board, "f8"), (Opportunity, "f8"), (Alerts, "f8"), (NextActions, "f8")]),
    (Command::Archive, &[(Board, "delete"), (Opportunity, "delete"), (Alerts, "delete"), (NextActions, "delete")]),
    (Command::Undo, &[(Board, "ctrl-z"), (Opportunity, "ctrl-z"), (Alerts, "ctrl-z"), (NextActions, "ctrl-z")]),
    (Command::Redo, &[(Board, "ctrl-y"), (Opportunity, "ctrl-y"), (Alerts, "ctrl-y"), (NextActions, "ctrl-y")]),
    (Command::Refuse, &[(Inbox, "delete")]),
    (Command::Filter, &[(Board, "f3"), (Board, "/")]),
    (Command::NextHit, &[(Board, "f4")]),
    (Command::PreviousHit, &[(Board, "shift-f4"), (Board, "alt-f4")]),
    (Command::Find, &[(Global, "ctrl-f")]),
    (Command::Palette, &[(Global, "ctrl-p"), (Global, "f10"), (Global, ":")]),
    (Command::Help, &[(Global, "f1"), (Global, "?")]),
    (Command::Suspend, &[(Global, "alt-z")]),
    (Command::Quit, &[(Global, "ctrl-q")]),
    (Command::SetUpEdit, &[(FirstRun, "f2")]),
];

/// A verb's plain keys. Where none are its own, a letter goes with alt and a place is reached through the menu, so that a verb that
/// is new has plain keys too.
pub fn keys(row: &Row) -> Vec<(Context, Vec<Key>)> {
    let own = OWN.iter().find(|(command, _)| *command == row.command);
    let read = |text: &str| Key::sequence(text).unwrap_or_default();
    if let Some((_, keys)) = own {
        return keys
            .iter()
            .map(|(context, text)| (*context, read(text)))
            .collect();
    }
    // hjkl are arrows beside.
    let arrows = matches!(row.command, Command::Left | Command::Right);
    row.keys
        .iter()
        .map(|(context, text)| (*context, read(text)))
        .filter(|(_, keys)| !(arrows && is_letter(keys)))
        .map(|(context, keys)| (context, plain(keys)))
        .collect()
}

fn is_letter(keys: &[Key]) -> bool {
    matches!(keys, [key] if letter(*key))
}

fn letter(key: Key) -> bool {
    let typed =
        matches!(key.code, crossterm::event::KeyCode::Char(letter) if letter.is_alphabetic());
    typed && !key.control && !key.alt
}

fn plain(mut keys: Vec<Key>) -> Vec<Key> {
    if is_letter(&keys) {
        for key in &mut keys {
            key.alt = true;
        }
    } else if let Some(first) = keys.first_mut().filter(|key| letter(**key))
        && let Some(menu) = Key::parse(MENU)
    {
        *first = menu;
    }
    keys
}
