//! The first screen of a new workspace: four ways to begin, one key each.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::command::Command;
use crate::hits::{Hits, Target};
use crate::layout::dialog;
use crate::model::Model;
use crate::text;
use crate::theme::Role;
use crate::widgets::{panel, put};

/// Widest the offer gets.
const WIDTH: u16 = 76;
/// Its height when nothing has to be left away.
const HEIGHT: u16 = 22;

const CHOICES: [(&str, &str, &str, Command); 4] = [
    (
        "1",
        "first-run-default",
        "first-run-default-what",
        Command::SetUpDefault,
    ),
    (
        "2",
        "first-run-classic",
        "first-run-classic-what",
        Command::SetUpClassic,
    ),
    (
        "3",
        "first-run-import",
        "first-run-import-what",
        Command::SetUpImport,
    ),
    (
        "4",
        "first-run-demo",
        "first-run-demo-what",
        Command::SetUpDemo,
    ),
];

/// Paints the offer.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let theme = model.theme;
    let area = dialog(body, WIDTH, HEIGHT.min(body.height));
    let inner = panel::paint(
        buffer,
        area,
        theme,
        model.strings.say("first-run-title"),
        "",
    );
    let roomy = inner.height >= HEIGHT - 2;
    let say = |key: &'static str| model.strings.say(key).to_owned();
    let mut y = u16::from(roomy);
    for part in text::wrap(&say("first-run-welcome"), usize::from(inner.width)) {
        put(buffer, inner, 0, y, part, theme.style(Role::Text));
        y += 1;
    }
    y += u16::from(roomy);
    for (key, name, what, command) in CHOICES {
        let accent = theme.style(Role::Accent).patch(theme.style(Role::Strong));
        put(buffer, inner, 1, y, key, accent);
        put(
            buffer,
            inner,
            4,
            y,
            model.strings.say(name),
            theme.style(Role::Strong),
        );
        let top = y;
        y += 1;
        let room = Rect {
            x: inner.x + 4.min(inner.width),
            width: inner.width.saturating_sub(4),
            ..inner
        };
        if inner.height >= 14 {
            for part in text::wrap(&say(what), usize::from(room.width)) {
                put(buffer, room, 0, y, part, theme.style(Role::Dim));
                y += 1;
            }
        }
        let place = Rect {
            y: inner.y + top.min(inner.height),
            height: (y - top).min(inner.height.saturating_sub(top)),
            ..inner
        };
        hits.add(place, Target::Command(command));
        y += u16::from(roomy);
    }
    let set_up = &model.set_up;
    let words = model.strings.tell(
        "first-run-settings",
        &[
            ("name", set_up.name.as_str().into()),
            ("currency", set_up.currency.as_str().into()),
            ("zone", set_up.time_zone.as_str().into()),
        ],
    );
    put(
        buffer,
        inner,
        1,
        y,
        "e",
        theme.style(Role::Accent).patch(theme.style(Role::Strong)),
    );
    put(buffer, inner, 4, y, &words, theme.style(Role::Text));
    if model.setting_up {
        put(
            buffer,
            inner,
            4,
            y + 1,
            model.strings.say("setting-up"),
            theme.style(Role::Warn),
        );
    }
}
