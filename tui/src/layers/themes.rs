//! The list of themes, each with a sample of itself; the whole screen wears the one under the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::hits::{Hits, Target};
use crate::layer::ThemeList;
use crate::layout::dialog;
use crate::model::Model;
use crate::theme::{Choice, Role};
use crate::widgets::{cells, panel, put, put_right};

const WIDTH: u16 = 66;
/// Cells that a name has before the sample.
const NAME_WIDTH: u16 = 26;
/// Lines below the list: what one can make oneself, after a gap.
const FOOT: u16 = 2;

/// Paints the list, scrolled so that the cursor is seen.
pub fn paint(model: &Model, buffer: &mut Buffer, area: Rect, list: &ThemeList, hits: &mut Hits) {
    let theme = model.theme;
    let choices = model.look.choices();
    let height = u16::try_from(choices.len()).unwrap_or(u16::MAX);
    let area = dialog(area, WIDTH, height.saturating_add(FOOT + 2));
    let (title, keys) = (
        model.strings.say("themes-title"),
        model.strings.say("themes-keys"),
    );
    let inner = panel::paint(buffer, area, theme, title, keys);
    let foot = if inner.height > height.min(4) + FOOT {
        FOOT
    } else {
        0
    };
    let rows = usize::from(inner.height.saturating_sub(foot));
    let skip = (list.selected + 1).saturating_sub(rows);
    for (y, (place, choice)) in (0..).zip(choices.iter().enumerate().skip(skip).take(rows)) {
        let line = Rect {
            y: inner.y + y,
            height: 1,
            ..inner
        };
        hits.add(line, Target::Line(place));
        paint_choice(model, buffer, line, (place, choice), place == list.selected);
    }
    if foot > 0 {
        let words = model.strings.say("themes-own");
        let y = inner.height - 1;
        put(buffer, inner, 0, y, words, theme.style(Role::Dim));
    }
}

fn paint_choice(
    model: &Model,
    buffer: &mut Buffer,
    line: Rect,
    (place, choice): (usize, &Choice),
    selected: bool,
) {
    let theme = model.theme;
    let ground = if selected {
        theme.style(Role::Selected)
    } else {
        theme.style(Role::Text)
    };
    let name = Rect {
        width: NAME_WIDTH.min(line.width),
        ..line
    };
    buffer.set_style(name.intersection(buffer.area), ground);
    let key = ground
        .patch(theme.style(Role::Accent))
        .patch(theme.style(Role::Strong));
    if place < 9 {
        put(buffer, name, 0, 0, &(place + 1).to_string(), key);
    }
    let words = match choice {
        Choice::Auto => model.strings.say("theme-auto"),
        Choice::BuiltIn(kind) => model.strings.say(kind.name_key()),
        Choice::Own(name) => name,
    };
    put(buffer, name, 3, 0, words, ground);
    // Each sample wears its own theme, whatever the screen wears.
    let worn = model.look.with(choice.clone()).theme();
    let glyphs = worn.glyphs();
    let samples = [
        (glyphs.done, "sample-won", Role::Good),
        (glyphs.approaching, "sample-soon", Role::Warn),
        (glyphs.stalled, "sample-stalled", Role::Bad),
        (glyphs.live, "sample-keys", Role::Accent),
    ];
    let mut x = NAME_WIDTH + 2;
    for (sign, words, role) in samples {
        let words = format!("{sign} {}", model.strings.say(words));
        if x + cells(&words) > line.width {
            break;
        }
        x += put(buffer, line, x, 0, &words, worn.style(role)) + 2;
    }
    let dim = model.strings.say("sample-dim");
    if x + cells(dim) <= line.width {
        put_right(buffer, line, 0, 0, dim, worn.style(Role::Dim));
    }
}
