//! Jump labels: painted over what they lead to, wherever it is now.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::hits::{Hits, Target};
use crate::layer::Jump;
use crate::model::Model;
use crate::theme::Role;
use crate::widgets::put;

/// Paints the labels that can still be meant.
pub fn paint(model: &Model, buffer: &mut Buffer, jump: &Jump, hits: &Hits) {
    let style = model.theme.style(Role::Focus);
    let mut painted: Vec<Target> = Vec::new();
    for (area, target) in hits.areas() {
        if painted.contains(target) {
            continue;
        }
        let Some(([first, second], _)) = jump.labels.iter().find(|(_, other)| other == target)
        else {
            continue;
        };
        let label = match jump.first {
            None => format!("{first}{second}"),
            Some(typed) if typed == *first => second.to_string(),
            Some(_) => continue,
        };
        painted.push(*target);
        let line = Rect {
            height: area.height.min(1),
            ..*area
        };
        put(buffer, line, 0, 0, &label, style);
    }
}
