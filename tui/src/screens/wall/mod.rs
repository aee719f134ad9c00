//! The wall board: big figures for a room, and always how old they are.

mod board;
mod funnel;
mod leaderboard;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::board::message;
use super::{link_words, notices, summary, title};
use crate::layout::{SUMMARY_BELOW_HEIGHT, SUMMARY_BELOW_WIDTH};
use crate::live::SILENCE_US;
use crate::model::{Link, Micros, Model, SECOND_US, Screen};
use crate::text;
use crate::theme::Role;
use crate::wall::Scene;
use crate::widgets::{big, cells, put, put_right};

/// From this height on there is a line below for what comes next.
const FOOTER_FROM: u16 = 12;
/// From this width on sentences are said in full.
const WIDE_FROM: u16 = 90;
/// From this size on the largest figures are twice as large.
const LARGE_FROM: (u16, u16) = (150, 36);

/// Paints the picture that is shown now.
pub fn paint(model: &Model, buffer: &mut Buffer, area: Rect) {
    let trouble = trouble(model, area.width);
    if area.height < SUMMARY_BELOW_HEIGHT || area.width < SUMMARY_BELOW_WIDTH {
        small(model, buffer, area, trouble.is_some());
        return;
    }
    header(model, buffer, area);
    let banner = u16::from(trouble.is_some());
    let footer = u16::from(area.height >= FOOTER_FROM);
    let body = Rect {
        y: area.y + 1 + banner,
        height: area.height - 1 - banner - footer,
        ..area
    };
    if let Some(words) = &trouble {
        let line = Rect {
            y: area.y + 1,
            height: 1,
            ..area
        };
        let style = model.theme.style(Role::Banner);
        buffer.set_style(line.intersection(buffer.area), style);
        put(buffer, line, 1, 0, words, style);
    }
    scene(model, buffer, body);
    if trouble.is_some() && model.loaded {
        // What is shown is old.
        let old = model.theme.style(Role::Stale);
        buffer.set_style(body.intersection(buffer.area), old);
    }
    if footer > 0 {
        let line = Rect {
            y: area.bottom() - 1,
            height: 1,
            ..area
        };
        self::footer(model, buffer, line);
    }
    notices(model, buffer, body);
}

fn scene(model: &Model, buffer: &mut Buffer, body: Rect) {
    if !model.loaded || model.pipeline().is_none() || model.screen == Screen::FirstRun {
        message(model, buffer, body, &[waiting(model)]);
        return;
    }
    match model.wall.as_ref().map(crate::wall::Wall::scene) {
        Some(Scene::Board) | None => board::paint(model, buffer, body),
        Some(Scene::Funnel) => funnel::paint(model, buffer, body),
        Some(Scene::Leaderboard) => leaderboard::paint(model, buffer, body),
    }
}

/// There is nothing to show yet.
fn waiting(model: &Model) -> (String, Role) {
    let say = |key: &str| model.strings.say(key).to_owned();
    match &model.link {
        _ if model.screen == Screen::FirstRun => (say("wall-waiting"), Role::Strong),
        Link::Live if model.loaded => (say("no-pipeline"), Role::Text),
        Link::Live => (say("loading"), Role::Dim),
        Link::Connecting => {
            let target = [("target", model.target.as_str().into())];
            (model.strings.tell("connecting", &target), Role::Dim)
        }
        Link::Lost { reason, .. } | Link::Stopped { reason } => {
            let arguments = [
                ("target", model.target.as_str().into()),
                ("reason", reason.as_str().into()),
            ];
            (model.strings.tell("wall-connecting", &arguments), Role::Bad)
        }
    }
}

/// What keeps the figures from being of now, in words; none while they are.
fn trouble(model: &Model, width: u16) -> Option<String> {
    let age_us = model.data_age_us().unwrap_or(0);
    let age = text::age(age_us / SECOND_US, model.locale());
    let arguments = [
        ("time", time_of_day(model, model.now - age_us, true).into()),
        ("age", age.into()),
    ];
    let (long, short) = match &model.link {
        Link::Stopped { reason } => {
            let reason = [("reason", reason.as_str().into())];
            return Some(model.strings.tell("banner-stopped", &reason));
        }
        Link::Lost { .. } if model.loaded => ("wall-lost", "wall-lost-short"),
        Link::Live if age_us >= SILENCE_US => ("wall-silent", "wall-silent"),
        _ => return None,
    };
    let key = if width >= WIDE_FROM { long } else { short };
    Some(model.strings.tell(key, &arguments))
}

/// An instant of today on the clock at the wall.
fn time_of_day(model: &Model, at: Micros, seconds: bool) -> String {
    let zoned = Timestamp::from_microsecond(at)
        .unwrap_or_default()
        .to_zoned(model.zone.clone());
    let minutes = format!("{:02}:{:02}", zoned.hour(), zoned.minute());
    if seconds {
        format!("{minutes}:{:02}", zoned.second())
    } else {
        minutes
    }
}

/// How long ago the server was heard last. Where nothing may move by itself seconds are not counted while all is well.
fn age(model: &Model) -> Option<String> {
    let age_us = model.data_age_us()?;
    if model.reduced_motion && age_us < SILENCE_US {
        return Some(model.strings.say("just-now").to_owned());
    }
    let age = text::age(age_us / SECOND_US, model.locale());
    Some(model.strings.tell("wall-age", &[("age", age.into())]))
}

fn header(model: &Model, buffer: &mut Buffer, area: Rect) {
    let theme = model.theme;
    let dot = theme.glyphs().dot;
    let now = time_of_day(model, model.now, false);
    let mut right = put_right(buffer, area, 1, 0, &now, theme.style(Role::Strong));
    let (link, role) = link_words(model);
    // Nothing is as important as how old the figures are: it stays, however narrow the screen.
    let words = match age(model) {
        Some(age) if area.width >= 40 => format!("{link} {dot} {age}"),
        Some(age) => age,
        None => link,
    };
    let margin = area.width.saturating_sub(right) + 2;
    right = put_right(buffer, area, margin, 0, &words, theme.style(role));
    let left = Rect {
        width: right.saturating_sub(1),
        ..area
    };
    let strong = theme.style(Role::Accent).patch(theme.style(Role::Strong));
    let mut x = 1 + put(buffer, left, 1, 0, model.strings.say("product"), strong);
    let pipeline = model.pipeline().map(|pipeline| pipeline.name.as_str());
    let names = [
        (title(model), Role::Strong),
        (pipeline.unwrap_or(""), Role::Text),
    ];
    for (words, role) in names.into_iter().filter(|(words, _)| !words.is_empty()) {
        if x + 6 < left.width {
            x += 2;
            x += put(buffer, left, x, 0, words, theme.style(role));
        }
    }
}

/// Which picture of how many this is, and the two keys there are.
fn footer(model: &Model, buffer: &mut Buffer, line: Rect) {
    let theme = model.theme;
    let keys = model.strings.say("wall-keys");
    let left = put_right(buffer, line, 1, 0, keys, theme.style(Role::Faint));
    let Some(wall) = &model.wall else {
        return;
    };
    let (place, count) = wall.place();
    let mut x = 1;
    for scene in 0..count {
        let (sign, role) = if scene == place {
            (theme.glyphs().live, Role::Accent)
        } else {
            (theme.glyphs().lost, Role::Faint)
        };
        if x + 2 < left {
            x += 1 + put(buffer, line, x, 0, sign, theme.style(role));
        }
    }
}

/// So small that only the sums fit, and how old they are.
fn small(model: &Model, buffer: &mut Buffer, area: Rect, old: bool) {
    summary(model, buffer, area);
    let below = Rect {
        y: area.y + 1.min(area.height),
        height: area.height.saturating_sub(1),
        ..area
    };
    // Instead of the selected deal: nobody selects anything here.
    let blank = " ".repeat(usize::from(area.width));
    for y in 0..below.height.min(2) {
        put(buffer, below, 0, y, &blank, Style::reset());
    }
    let role = if old { Role::Bad } else { Role::Dim };
    if let Some(words) = age(model) {
        put(buffer, below, 0, 0, &words, model.theme.style(role));
    }
}

/// How much larger the largest figures are on a screen so large.
fn scale(area: Rect) -> u16 {
    if area.width >= LARGE_FROM.0 && area.height >= LARGE_FROM.1 {
        2
    } else {
        1
    }
}

/// A figure as large as its room allows, with its unit: big, or in one bold line. Gives the rows used.
fn figure(buffer: &mut Buffer, area: Rect, words: &str, scale: u16, style: Style) -> u16 {
    for scale in (1..=scale).rev() {
        let height = big::height_at(scale);
        if big::width_at(words, scale) <= area.width && height <= area.height {
            big::paint_at(buffer, area, words, scale, style);
            return height;
        }
    }
    if cells(words) <= area.width {
        put(buffer, area, 0, 0, words, style);
    }
    1.min(area.height)
}

/// Cuts so many rows off the top of an area; gives them, and leaves the rest.
fn take(area: &mut Rect, height: u16) -> Rect {
    let height = height.min(area.height);
    let top = Rect { height, ..*area };
    area.y += height;
    area.height -= height;
    top
}
