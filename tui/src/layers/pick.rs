//! A choice by one key: number, letter or cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::hits::{Hits, Target};
use crate::layer::{Pick, PickPurpose};
use crate::layout::dialog;
use crate::model::Model;
use crate::theme::Role;
use crate::widgets::{panel, put, put_right};

const WIDTH: u16 = 44;
/// The same where every choice is explained.
const WIDE: u16 = 64;

/// Paints the choice, scrolled so that the cursor is seen.
pub fn paint(model: &Model, buffer: &mut Buffer, area: Rect, pick: &Pick, hits: &mut Hits) {
    let theme = model.theme;
    let title = match pick.purpose {
        PickPurpose::Move(id) => {
            let name = model
                .picture
                .board
                .card(id)
                .map_or("", |card| card.name.as_str());
            model.strings.tell("pick-move", &[("name", name.into())])
        }
        PickPurpose::MoveSelected | PickPurpose::OwnerOfSelected => {
            let key = match pick.purpose {
                PickPurpose::MoveSelected => "pick-move-selected",
                _ => "pick-owner-of-selected",
            };
            let count = model.selection().len();
            model.strings.tell(key, &[("count", count.into())])
        }
        PickPurpose::Pipeline => model.strings.say("pick-pipeline").to_owned(),
        PickPurpose::Cycle => model.strings.say("pick-cycle").to_owned(),
        PickPurpose::Whose => model.strings.say("pick-whose").to_owned(),
        PickPurpose::Queue => model.strings.say("pick-queue").to_owned(),
        PickPurpose::Divide(_) => model.strings.say("pick-divide").to_owned(),
        PickPurpose::System => model.strings.say("pick-system").to_owned(),
    };
    let height = u16::try_from(pick.items.len() + 2).unwrap_or(u16::MAX);
    let width = if pick.purpose == PickPurpose::System {
        WIDE
    } else {
        WIDTH
    };
    let area = dialog(area, width, height);
    let hint = model.strings.say("pick-keys");
    let inner = panel::paint_with_buttons(buffer, area, theme, (&title, hint), hits);
    let skip = (pick.selected + 1).saturating_sub(usize::from(inner.height));
    let rows = pick
        .items
        .iter()
        .enumerate()
        .skip(skip)
        .take(usize::from(inner.height));
    for (y, (place, item)) in (0..).zip(rows) {
        let selected = place == pick.selected;
        let line = Rect {
            y: inner.y + y,
            height: 1,
            ..inner
        };
        hits.add(line, Target::Line(place));
        let ground = if selected {
            theme.style(Role::Selected)
        } else {
            theme.style(Role::Text)
        };
        buffer.set_style(line.intersection(buffer.area), ground);
        let key = ground
            .patch(theme.style(Role::Accent))
            .patch(theme.style(Role::Strong));
        if place < 9 {
            put(buffer, line, 0, 0, &(place + 1).to_string(), key);
        }
        if let Some(letter) = item.letter {
            put(buffer, line, 2, 0, &letter.to_string(), key);
        }
        let left = put_right(
            buffer,
            line,
            0,
            0,
            &item.note,
            ground.patch(theme.style(Role::Dim)),
        );
        let name = Rect {
            width: left.saturating_sub(1),
            ..line
        };
        put(buffer, name, 5, 0, &item.label, ground);
    }
}
