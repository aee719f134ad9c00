//! A line that is asked for: the question, what is typed, what was understood.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::hits::Hits;
use crate::layer::Prompt;
use crate::layout::dialog;
use crate::model::Model;
use crate::theme::Role;
use crate::widgets::{input, panel, put};

const WIDTH: u16 = 60;
const HEIGHT: u16 = 5;

/// Paints the question.
pub fn paint(model: &Model, buffer: &mut Buffer, area: Rect, prompt: &Prompt, hits: &mut Hits) {
    let theme = model.theme;
    let (title, example) = prompt.purpose.keys();
    let area = dialog(area, WIDTH, HEIGHT);
    let (title, hint) = (model.strings.say(title), model.strings.say("prompt-keys"));
    let inner = panel::paint_with_buttons(buffer, area, theme, (title, hint), hits);
    let line = Rect {
        height: inner.height.min(1),
        ..inner
    };
    input::paint(
        buffer,
        line,
        0,
        &prompt.input,
        theme.style(Role::Text),
        theme,
        true,
    );
    if prompt.input.text().is_empty() {
        let style = theme.style(Role::Dim);
        put(buffer, line, 2, 0, model.strings.say(example), style);
    }
    let glyphs = theme.glyphs();
    let (sign, words, role) = match &prompt.reading {
        Ok(words) => (glyphs.forward, words, Role::Good),
        Err(words) => (glyphs.wrong, words, Role::Bad),
    };
    // An empty line is not wrong yet.
    if prompt.reading.is_ok() || !prompt.input.text().is_empty() {
        let words = format!("{sign} {words}");
        put(buffer, inner, 0, 2, &words, theme.style(role));
    }
}
