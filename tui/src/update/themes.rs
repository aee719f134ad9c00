//! Choosing a theme: each is tried as the cursor goes over it, Enter keeps it, Esc gives the old one back.

use crossterm::event::KeyCode;

use super::{memory, notify};
use crate::config::problem::Unknown;
use crate::keymap::Key;
use crate::layer::{Layer, ThemeList};
use crate::message::WrongTheme;
use crate::model::{Effect, Model, Severity};
use crate::theme::{Choice, OwnTheme};

/// Opens the list at what is chosen now.
pub(super) fn open(model: &mut Model) {
    let before = model.look.choice.clone();
    let choices = model.look.choices();
    let selected = choices.iter().position(|choice| *choice == before);
    let list = ThemeList {
        selected: selected.unwrap_or(0),
        before,
    };
    super::open(model, Layer::Themes(list));
}

/// A key for the list. `g t` goes on from theme to theme too, so that the keys that opened it try the next one.
pub(super) fn press(model: &mut Model, mut list: ThemeList, key: Key) -> Vec<Effect> {
    let last = model.look.choices().len().saturating_sub(1);
    match key.code {
        KeyCode::Enter => {
            keep(model);
            return Vec::new();
        }
        KeyCode::Down | KeyCode::Tab | KeyCode::Char('j' | 't') => {
            list.selected = (list.selected + 1).min(last);
        }
        KeyCode::Up | KeyCode::BackTab | KeyCode::Char('k') => {
            list.selected = list.selected.saturating_sub(1);
        }
        KeyCode::Char('n') if key.control => list.selected = (list.selected + 1).min(last),
        KeyCode::Char('p') if key.control => list.selected = list.selected.saturating_sub(1),
        KeyCode::Home => list.selected = 0,
        KeyCode::End => list.selected = last,
        _ => {
            let place = key
                .digit()
                .and_then(|digit| usize::try_from(digit).ok()?.checked_sub(1));
            if let Some(place) = place.filter(|place| *place <= last) {
                return choose(model, list, place);
            }
        }
    }
    wear(model, list.selected);
    model.layers.push(Layer::Themes(list));
    Vec::new()
}

/// The wheel.
pub(super) fn step(model: &mut Model, by: i8) {
    let last = model.look.choices().len().saturating_sub(1);
    let Some(Layer::Themes(list)) = model.layers.last_mut() else {
        return;
    };
    list.selected = if by < 0 {
        list.selected.saturating_sub(1)
    } else {
        (list.selected + 1).min(last)
    };
    let selected = list.selected;
    wear(model, selected);
}

/// Takes the theme of a line for good.
pub(super) fn choose(model: &mut Model, list: ThemeList, place: usize) -> Vec<Effect> {
    if place >= model.look.choices().len() {
        model.layers.push(Layer::Themes(list));
        return Vec::new();
    }
    wear(model, place);
    keep(model);
    Vec::new()
}

/// The choice outlives the session.
fn keep(model: &mut Model) {
    let name = model.look.choice.name().to_owned();
    memory::choose(model, |chosen| chosen.theme = Some(name));
}

/// The person's own themes were read again, as they may be at work on one: what they wear follows, and the list keeps its place.
pub(super) fn read(model: &mut Model, own: Vec<OwnTheme>, wrong: &[WrongTheme]) {
    let known = model.look.choices();
    model.look.own = own.into();
    let choices = model.look.choices();
    let place = |choice: &Choice| choices.iter().position(|other| other == choice);
    for layer in &mut model.layers {
        if let Layer::Themes(list) = layer {
            let under = known.get(list.selected).and_then(place);
            list.selected = under.unwrap_or(0);
        }
    }
    model.theme = model.look.theme();
    for wrong in wrong {
        let text = wrong.words(&model.strings);
        notify(model, Severity::Problem, text);
    }
}

/// A theme that is wanted and is not there is told of, with the nearest name.
pub(super) fn tell_missing(model: &mut Model) {
    if model.look.has(&model.look.choice) {
        return;
    }
    let choices = model.look.choices();
    let names = choices.iter().map(Choice::name);
    let unknown = Unknown::new(model.look.choice.name(), names);
    let text = unknown.words(&model.strings, "settings-unknown-theme");
    notify(model, Severity::Problem, text);
}

/// Esc: as it was.
pub(super) fn close(model: &mut Model, list: ThemeList) {
    set(model, list.before);
}

fn wear(model: &mut Model, place: usize) {
    if let Some(choice) = model.look.choices().into_iter().nth(place) {
        set(model, choice);
    }
}

/// Changes how everything looks.
pub(super) fn set(model: &mut Model, choice: Choice) {
    model.look.choice = choice;
    model.theme = model.look.theme();
}
