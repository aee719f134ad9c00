//! A packet as it unfolds: a few frames of a few cells each, then it lies open.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::hits::Hits;
use crate::incentive::purse::Unfolding;
use crate::layout::dialog;
use crate::model::Model;
use crate::screens::reward_words as words;
use crate::text;
use crate::theme::Role;
use crate::widgets::{cells, panel, put};

const WIDTH: u16 = 44;
const HEIGHT: u16 = 7;
/// The flap, frame by frame; a plain terminal has the same in letters.
const FLAPS: [&str; 4] = ["[ ══════ ]", "[ ══  ══ ]", "[ ═    ═ ]", "·  ✦  ✧  ✦  ·"];
const PLAIN_FLAPS: [&str; 4] = ["[ ====== ]", "[ ==  == ]", "[ =    = ]", "-  *  +  *  -"];

/// Paints it.
pub fn paint(
    model: &Model,
    buffer: &mut Buffer,
    area: Rect,
    unfolding: &Unfolding,
    hits: &mut Hits,
) {
    let theme = model.theme;
    let packet = &unfolding.packet;
    let area = dialog(area, WIDTH, HEIGHT);
    // Any key goes on, and so does a click.
    hits.add_key(area, crossterm::event::KeyCode::Enter);
    let from = words::who(model, Some(packet.giver_id));
    let title = model
        .strings
        .tell("unfolding-title", &[("who", from.into())]);
    let inner = panel::paint(
        buffer,
        area,
        theme,
        &title,
        model.strings.say("unfolding-keys"),
    );
    let frame = usize::from(unfolding.frame(model.now));
    let last = frame + 1 == FLAPS.len();
    let flaps = if theme.plain { &PLAIN_FLAPS } else { &FLAPS };
    let mut line = |y: u16, words: &str, role: Role| {
        let words = text::truncate(words, usize::from(inner.width));
        let x = inner.width.saturating_sub(cells(&words)) / 2;
        put(buffer, inner, x, y, &words, theme.style(role));
    };
    line(0, flaps[frame], Role::Warn);
    let open = inner.height > 2;
    if last {
        let amount = words::exact(model, packet.unit, packet.amount);
        line(if open { 2 } else { 1 }, &format!("+{amount}"), Role::Good);
        line(4, model.strings.say("unfolding-wallet"), Role::Dim);
    } else {
        line(if open { 2 } else { 1 }, "?", Role::Dim);
    }
}
