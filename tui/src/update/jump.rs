//! Jump labels: two letters on everything that can be selected; typing them goes there.

use crossterm::event::KeyCode;

use super::{funnel, navigate, notify, open};
use crate::hits::Target;
use crate::keymap::Key;
use crate::layer::{Jump, Layer};
use crate::model::{Effect, Model, Severity};

/// Letters of labels, those under the fingers first. What is hard to tell apart on a screen is left out.
const LETTERS: [char; 24] = [
    'a', 's', 'd', 'f', 'j', 'k', 'g', 'h', 'e', 'r', 'u', 'w', 'o', 'n', 'm', 'c', 'v', 't', 'y',
    'b', 'p', 'x', 'z', 'q',
];

/// Puts labels on what was painted last.
pub(super) fn start(model: &mut Model) {
    let mut targets: Vec<(u16, u16, Target)> = Vec::new();
    for (area, target) in model.hits.areas() {
        let selects = matches!(
            target,
            Target::Card { .. } | Target::Row(_) | Target::Figure { .. }
        );
        if selects && !targets.iter().any(|(.., known)| known == target) {
            targets.push((area.y, area.x, *target));
        }
    }
    if targets.is_empty() {
        let text = model.strings.say("notice-no-jump").to_owned();
        notify(model, Severity::Info, text);
        return;
    }
    targets.sort_by_key(|(y, x, _)| (*y, *x));
    // The second letter changes first: neighbours share their first letter, and the hand moves less.
    let labels = LETTERS
        .iter()
        .flat_map(|first| LETTERS.iter().map(move |second| [*first, *second]));
    let labels = labels
        .zip(targets)
        .map(|(label, (.., target))| (label, target));
    open(
        model,
        Layer::Jump(Jump {
            labels: labels.collect(),
            first: None,
        }),
    );
}

/// A letter of a label. One that none begins with ends it.
pub(super) fn press(model: &mut Model, mut jump: Jump, key: Key) -> Vec<Effect> {
    let KeyCode::Char(letter) = key.code else {
        return Vec::new();
    };
    let letter = letter.to_ascii_lowercase();
    match jump.first {
        None => {
            if jump.labels.iter().any(|([first, _], _)| *first == letter) {
                jump.first = Some(letter);
                model.layers.push(Layer::Jump(jump));
            }
            Vec::new()
        }
        Some(first) => {
            let found = jump
                .labels
                .iter()
                .find(|(label, _)| *label == [first, letter]);
            match found.map(|(_, target)| *target) {
                Some(Target::Card { id, .. }) => navigate::select(model, id),
                Some(Target::Row(id)) => navigate::select_item(model, id),
                Some(Target::Figure { pane, row }) => funnel::point(model, pane, row),
                _ => {}
            }
            Vec::new()
        }
    }
}
