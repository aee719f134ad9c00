//! The leaderboard on the wall: who stands where, big enough to be read from the door.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{figure, take};
use crate::live::Sum;
use crate::model::Model;
use crate::report::Place;
use crate::screens::{leaderboard, report};
use crate::theme::Role;
use crate::widgets::{big, chart, put, put_right};

/// Cells of the rank with its medal.
const RANK_WIDTH: u16 = 8;
/// Cells of a name.
const NAME_WIDTH: u16 = 24;
/// Cells of a big figure.
const FIGURE_WIDTH: u16 = 26;
/// Cells of a small figure.
const SMALL_WIDTH: u16 = 9;
/// From this width on figures may be big.
const BIG_FROM: u16 = 100;
/// Those who get a medal.
const MEDALS: u64 = 3;

/// Paints the picture.
pub(super) fn paint(model: &Model, buffer: &mut Buffer, body: Rect) {
    let theme = model.theme;
    let name = model.strings.say("leaderboard-title");
    let cycle = model.lens.cycle(model.today());
    let metric = model.strings.say(model.contest.of.metric.name_key());
    let about = [
        metric.to_owned(),
        report::cycle(model, cycle, body.width >= 60),
    ];
    let mut rest = report::titled(model, buffer, body, name, &about, Place::Leaderboard);
    let Some(board) = leaderboard::read(model) else {
        report::absent(model, buffer, rest, Place::Leaderboard);
        return;
    };
    if board.rows.is_empty() {
        let say = |key: &str| model.strings.say(key).to_owned();
        let lines = [(say("rank-none"), Role::Strong)];
        crate::screens::board::message(model, buffer, rest, &lines);
        return;
    }
    take(&mut rest, u16::from(body.height >= 20));
    let count = u16::try_from(board.rows.len()).unwrap_or(u16::MAX).max(1);
    let large = rest.width >= BIG_FROM;
    // As many big ones as there is room for while everybody has a line.
    let spare = rest.height.saturating_sub(count);
    let mut tall = if large { spare / big::HEIGHT } else { 0 };
    let greatest = board.greatest();
    for row in &board.rows {
        let is_tall = tall > 0;
        tall = tall.saturating_sub(1);
        let mut line = take(&mut rest, if is_tall { big::HEIGHT + 1 } else { 1 });
        if line.height == 0 {
            break;
        }
        line.x += 1.min(line.width);
        line.width = line.width.saturating_sub(2);
        let medal = (1..=MEDALS).contains(&row.rank);
        let sign = if medal { theme.glyphs().medal } else { " " };
        let role = if medal { Role::Warn } else { Role::Dim };
        let words = format!("{:>3} {sign}", row.rank);
        let strong = theme.style(role).patch(theme.style(Role::Strong));
        put(buffer, line, 0, 0, &words, strong);
        let rank_width = RANK_WIDTH.min(line.width / 5);
        let name_width = NAME_WIDTH.min(line.width / 3);
        let room = Rect {
            x: line.x + rank_width,
            width: name_width,
            ..line
        };
        put(buffer, room, 0, 0, &row.name, theme.style(Role::Strong));
        if line.height > 1 {
            let (moved, role) = leaderboard::moved(model, board, row);
            put(buffer, room, 0, 1, &moved, theme.style(role));
        }
        let value = leaderboard::value(model, board.contest, row.value);
        let width = if large { FIGURE_WIDTH } else { SMALL_WIDTH };
        let place = Rect {
            x: line.right().saturating_sub(width),
            width: width.min(line.width),
            ..line
        };
        let course = model.course_sign(Sum::Place(row.number()));
        let role = course.map_or(Role::Text, |(_, role)| role);
        let style = theme.style(role).patch(theme.style(Role::Strong));
        if is_tall && big::width(&value) + 1 < place.width {
            let x = place.width - big::width(&value);
            let right = Rect {
                x: place.x + x,
                width: place.width - x,
                ..place
            };
            figure(buffer, right, &value, 1, style);
        } else {
            put_right(buffer, place, 0, 0, &value, style);
        }
        if let Some((sign, role)) = course {
            put(buffer, place, 0, 0, sign, theme.style(role));
        }
        let bar = Rect {
            x: room.right() + 1,
            width: place.x.saturating_sub(room.right() + 2),
            height: line.height.saturating_sub(u16::from(is_tall)),
            ..line
        };
        let length = chart::eighths(row.value, greatest, bar.width);
        let role = if row.rank == 1 {
            Role::Good
        } else {
            Role::Accent
        };
        chart::bar(
            buffer,
            bar,
            theme,
            length,
            theme.style(role),
            ("", theme.style(role)),
        );
    }
}
