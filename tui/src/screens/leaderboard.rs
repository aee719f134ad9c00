//! Who stands where: places with bars, what moved since yesterday, and below them always the own place and what it takes to pass.

mod choice;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::board::message;
use super::{Listing, report};
use crate::hits::Hits;
use crate::list::Line;
use crate::live::Sum;
use crate::model::Model;
use crate::report::funnel::Metric;
use crate::report::leaderboard::{Beside, Contest, Moved, RankedValue, Ranking};
use crate::report::{Leaderboard, Place};
use crate::text::{self, Align};
use crate::theme::Role;
use crate::widgets::{cells, chart, list, put, put_right, rule};

/// From this width on captions, medals in words and a second figure are shown.
const WIDE_FROM: u16 = 72;
/// From this width on there are bars.
const BARS_FROM: u16 = 56;
/// Cells of the rank.
const RANK_WIDTH: u16 = 4;
/// Cells of how a place changed.
const MOVED_WIDTH: u16 = 5;
/// Cells of the figure that decides.
const VALUE_WIDTH: u16 = 9;
/// Widest name with its marks.
const MOST_NAME: u16 = 34;
/// Least cells of a name.
const LEAST_NAME: u16 = 12;
/// Longest bar.
const MOST_BAR: u16 = 80;
/// A count from this on is shortened, as it would not fit its column.
const SHORTENED_FROM: i128 = 100_000;
/// The whole in basis points.
const WHOLE_BP: i128 = 10_000;
/// Keys of the medals' names.
const MEDALS: [(&str, Role); 3] = [
    ("medal-gold", Role::Warn),
    ("medal-silver", Role::Text),
    ("medal-bronze", Role::Dim),
];

/// The board read last.
pub(crate) fn read(model: &Model) -> Option<&Leaderboard> {
    model.reports.leaderboard(Place::Leaderboard)
}

/// The place under the cursor.
pub(crate) fn selected(model: &Model) -> Option<&Ranking> {
    let id = model.list().id?;
    read(model)?.rows.iter().find(|row| row.number() == id)
}

/// Where things stand on the screen.
struct Parts {
    choice: Rect,
    captions: Rect,
    places: Rect,
    own: Rect,
}

fn parts(model: &Model, body: Rect) -> Parts {
    let own = match read(model) {
        Some(board) if board.own.is_some() => {
            if body.width < WIDE_FROM {
                3
            } else {
                2
            }
        }
        _ => 0,
    };
    let captions = u16::from(body.width >= WIDE_FROM);
    let mut y = body.y + 1.min(body.height);
    let bottom = body.bottom();
    let mut take = |height: u16| {
        let height = height.min(bottom.saturating_sub(y));
        let part = Rect { y, height, ..body };
        y += height;
        part
    };
    let choice = take(1);
    let captions = take(captions);
    let own = own.min(body.height.saturating_sub(3));
    let rest = bottom.saturating_sub(captions.bottom() + own);
    let places = take(rest);
    Parts {
        choice,
        captions,
        places,
        own: take(own),
    }
}

/// The list for the keys.
pub fn listing(model: &Model) -> Listing {
    let rows = read(model).map_or(&[][..], |board| &board.rows);
    Listing {
        lines: rows.iter().map(|row| Line::item(row.number(), 1)).collect(),
        area: parts(model, model.frame().body).places,
    }
}

/// What a rank means, in words.
pub(crate) fn rank_words(model: &Model, rank: u64) -> String {
    let level = read(model).map_or(1, |board| board.level_with(rank));
    let ahead = i64::try_from(rank.saturating_sub(1)).unwrap_or(i64::MAX);
    let level = i64::try_from(level.saturating_sub(1)).unwrap_or(0);
    let rank = i64::try_from(rank).unwrap_or(i64::MAX);
    let arguments = [
        ("rank", rank.into()),
        ("ahead", ahead.into()),
        ("level", level.into()),
    ];
    let key = if level > 0 {
        "rank-why-level"
    } else {
        "rank-why"
    };
    model.strings.tell(key, &arguments)
}

/// A figure in the metric's own unit.
fn plain(model: &Model, contest: Contest, value: i128) -> String {
    if contest.is_count() && value.abs() < SHORTENED_FROM {
        text::number(value)
    } else if contest.is_count() {
        text::number_short(value, model.locale())
    } else {
        text::money_short(value, model.minor_digits(), model.locale())
    }
}

/// The figure that decides.
pub(super) fn value(model: &Model, contest: Contest, value: i128) -> String {
    match contest.ranked {
        RankedValue::Metric | RankedValue::RewardIncome => plain(model, contest, value),
        // One digit behind the point is enough to tell them apart; what is level has the same rank.
        RankedValue::TargetShare => {
            text::percent(i64::try_from(value / 10 * 10).unwrap_or(i64::MAX))
        }
    }
}

/// What is said beside the figure that decides: how much of what target, or the other measure.
fn beside(model: &Model, contest: Contest, row: &Ranking) -> String {
    let counted = if contest.of.is_count() {
        row.count
    } else {
        row.amount
    };
    match (contest.ranked, row.target) {
        (RankedValue::TargetShare, Some(target)) => {
            let done = plain(model, contest, counted);
            format!("{done} / {}", plain(model, contest, target))
        }
        (RankedValue::RewardIncome, _) => text::number(row.count),
        _ if contest.of.metric == Metric::CheckIn => String::new(),
        _ if contest.of.is_count() => {
            text::money_short(row.amount, model.minor_digits(), model.locale())
        }
        _ => text::number(row.count),
    }
}

/// What that is, as a caption.
fn beside_key(contest: Contest) -> Option<&'static str> {
    match contest.ranked {
        RankedValue::TargetShare => Some("caption-of-target"),
        RankedValue::RewardIncome => Some("caption-rewards"),
        RankedValue::Metric if contest.of.metric == Metric::CheckIn => None,
        RankedValue::Metric if contest.of.is_count() => Some("field-amount"),
        RankedValue::Metric => Some("caption-times"),
    }
}

/// Cells of the second figure.
fn beside_width(contest: Contest) -> u16 {
    match contest.ranked {
        RankedValue::TargetShare => 17,
        RankedValue::Metric | RankedValue::RewardIncome => 8,
    }
}

pub(super) fn moved(model: &Model, board: &Leaderboard, row: &Ranking) -> (String, Role) {
    let glyphs = model.theme.glyphs();
    match board.moved(row) {
        Moved::Up(places) => (format!("{}{places}", glyphs.above), Role::Good),
        Moved::Down(places) => (format!("{}{places}", glyphs.below), Role::Bad),
        Moved::Same => ("=".to_owned(), Role::Faint),
        Moved::New => (model.strings.say("rank-new").to_owned(), Role::Accent),
        Moved::Nothing => (String::new(), Role::Faint),
    }
}

/// What is to be known of somebody, in a few words: that it is the person at the screen, that they came or left.
fn marks(model: &Model, row: &Ranking) -> String {
    let mut marks = Vec::new();
    if row.own && Some(row.who) == model.me.map(crate::report::Who::Member) {
        marks.push(model.strings.say("who-me").to_owned());
    }
    let on = |key: &str, at: i64| {
        let day = jiff::Timestamp::from_microsecond(at)
            .unwrap_or_default()
            .to_zoned(model.zone.clone())
            .date();
        let day = report::day(model, day);
        model.strings.tell(key, &[("day", day.into())])
    };
    marks.extend(row.joined_us.map(|at| on("rank-joined", at)));
    match row.left_us {
        Some(at) => marks.push(on("rank-left", at)),
        None if !row.active => marks.push(model.strings.say("rank-gone").to_owned()),
        None => {}
    }
    marks.join(", ")
}

/// Columns of a line, from the left.
struct Columns {
    medal: u16,
    name: u16,
    name_width: u16,
    moved: u16,
    bar: u16,
    bar_width: u16,
    value: u16,
    beside: u16,
    beside_width: u16,
}

fn columns(model: &Model, board: &Leaderboard, width: u16) -> Columns {
    let wide = width >= WIDE_FROM;
    let medal_width = if wide {
        let words = MEDALS.iter().map(|(key, _)| cells(model.strings.say(key)));
        words.max().unwrap_or(0) + 3
    } else {
        2
    };
    let beside_width = if wide { beside_width(board.contest) } else { 0 };
    let figures = VALUE_WIDTH + beside_width + u16::from(wide);
    let name = RANK_WIDTH + 1 + medal_width;
    let longest = board.rows.iter().map(|row| {
        let marks = cells(&marks(model, row));
        cells(&row.name) + if marks > 0 { marks + 2 } else { 0 }
    });
    let room = width.saturating_sub(name + 1 + MOVED_WIDTH + figures);
    let with_bars = width >= BARS_FROM;
    let most = if with_bars { room / 2 } else { room };
    let name_width = longest
        .max()
        .unwrap_or(0)
        .clamp(LEAST_NAME, MOST_NAME)
        .min(most.max(LEAST_NAME.min(room)));
    let moved = name + name_width + 1;
    let bar = moved + MOVED_WIDTH + 1;
    let bar_width = if with_bars {
        room.saturating_sub(name_width + 2).min(MOST_BAR)
    } else {
        0
    };
    let value = if with_bars {
        bar + bar_width + 1
    } else {
        width.saturating_sub(VALUE_WIDTH)
    };
    Columns {
        medal: RANK_WIDTH + 1,
        name,
        name_width,
        moved,
        bar,
        bar_width,
        value,
        beside: value + VALUE_WIDTH + 1,
        beside_width,
    }
}

/// Paints the screen.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let theme = model.theme;
    let name = model.strings.say("leaderboard-title");
    let cycle = model.lens.cycle(model.today());
    let words = [
        report::cycle(model, cycle, body.width >= 60),
        report::who(model, model.lens.who).to_owned(),
    ];
    report::titled(model, buffer, body, name, &words, Place::Leaderboard);
    let parts = parts(model, body);
    choice::paint(model, buffer, parts.choice, hits);
    let Some(board) = read(model) else {
        report::absent(model, buffer, parts.places, Place::Leaderboard);
        return;
    };
    // The lines of a list begin behind the mark of the selection, and end before the edge.
    let inner = body.width.saturating_sub(2);
    let columns = columns(model, board, inner);
    let lines = listing(model).lines;
    let state = model.list();
    let hidden = list::paint(
        buffer,
        parts.places,
        theme,
        &lines,
        &state,
        hits,
        |buffer, line| {
            if let Some(row) = board.rows.get(line.place) {
                paint_place(model, buffer, board, row, line.area, &columns, line.ground);
            }
        },
    );
    if parts.captions.height > 0 && !board.rows.is_empty() {
        captions(model, buffer, parts.captions, board, &columns);
    }
    if board.rows.is_empty() {
        let (what, how) = match board.contest.ranked {
            RankedValue::Metric => ("rank-none", "rank-none-how"),
            RankedValue::TargetShare => ("rank-no-goals", "rank-no-goals-how"),
            RankedValue::RewardIncome => ("rank-no-rewards", "rank-no-rewards-how"),
        };
        let say = |key: &str| model.strings.say(key).to_owned();
        let lines = [
            (say(what), Role::Strong),
            (String::new(), Role::Text),
            (say(how), Role::Dim),
        ];
        if model.layers.is_empty() {
            message(model, buffer, parts.places, &lines);
        }
    }
    own(model, buffer, parts.own, board, &hidden);
}

fn captions(
    model: &Model,
    buffer: &mut Buffer,
    line: Rect,
    board: &Leaderboard,
    columns: &Columns,
) {
    let dim = model.theme.style(Role::Dim);
    let line = Rect {
        x: line.x + 1.min(line.width),
        width: line.width.saturating_sub(2),
        ..line
    };
    let say = |key: &'static str| model.strings.say(key);
    let mut right = |from: u16, width: u16, words: &str| {
        let words = text::fit(words, usize::from(width), Align::Right);
        put(buffer, line, from, 0, &words, dim);
    };
    right(0, RANK_WIDTH, say("caption-rank"));
    let value = match board.contest.ranked {
        RankedValue::TargetShare => "caption-reached",
        RankedValue::RewardIncome if board.contest.money => "field-amount",
        RankedValue::RewardIncome => "caption-points",
        RankedValue::Metric if board.contest.of.is_count() => "caption-times",
        RankedValue::Metric => "field-amount",
    };
    right(columns.value, VALUE_WIDTH, say(value));
    if let Some(key) = beside_key(board.contest) {
        right(columns.beside, columns.beside_width, say(key));
    }
    let shown = u64::try_from(board.rows.len()).unwrap_or(u64::MAX);
    let who = if board.total > shown {
        let arguments = [("shown", shown.into()), ("count", board.total.into())];
        model.strings.tell("rank-first-of", &arguments)
    } else {
        model
            .strings
            .tell("rank-count", &[("count", board.total.into())])
    };
    put(buffer, line, columns.name, 0, &who, dim);
    if let Some(day) = board.compared {
        // What the arrows mean.
        let yesterday = model.today().yesterday().ok() == Some(day);
        let words = if yesterday {
            say("rank-since-yesterday").to_owned()
        } else {
            let day = report::day(model, day);
            model.strings.tell("rank-since", &[("day", day.into())])
        };
        put(buffer, line, columns.moved, 0, &words, dim);
    }
}

fn paint_place(
    model: &Model,
    buffer: &mut Buffer,
    board: &Leaderboard,
    row: &Ranking,
    area: Rect,
    columns: &Columns,
    ground: Style,
) {
    let theme = model.theme;
    let over = |role: Role| ground.patch(theme.style(role));
    let rank = text::fit(&row.rank.to_string(), usize::from(RANK_WIDTH), Align::Right);
    let medal = usize::try_from(row.rank.saturating_sub(1)).unwrap_or(usize::MAX);
    let medal = MEDALS.get(medal);
    put(buffer, area, 0, 0, &rank, over(Role::Strong));
    if let Some((key, role)) = medal {
        let words = if columns.name > columns.medal + 2 {
            format!("{} {}", theme.glyphs().medal, model.strings.say(key))
        } else {
            theme.glyphs().medal.to_owned()
        };
        put(buffer, area, columns.medal, 0, &words, over(*role));
    }
    let names = Rect {
        x: area.x + columns.name.min(area.width),
        width: columns
            .name_width
            .min(area.width.saturating_sub(columns.name)),
        ..area
    };
    let name_role = if row.own { Role::Accent } else { Role::Text };
    let mut name_style = over(name_role);
    if row.own {
        name_style = name_style.patch(theme.style(Role::Strong));
    }
    let used = put(buffer, names, 0, 0, &row.name, name_style);
    let marks = marks(model, row);
    if !marks.is_empty() {
        put(buffer, names, used + 2, 0, &marks, over(Role::Dim));
    }
    let (words, role) = moved(model, board, row);
    put(buffer, area, columns.moved, 0, &words, over(role));
    let contest = board.contest;
    let bar = Rect {
        x: area.x + columns.bar.min(area.width),
        width: columns
            .bar_width
            .min(area.width.saturating_sub(columns.bar)),
        ..area
    };
    let whole = match contest.ranked {
        RankedValue::Metric | RankedValue::RewardIncome => board.greatest(),
        RankedValue::TargetShare => board.greatest().max(WHOLE_BP),
    };
    let length = chart::eighths(row.value, whole, bar.width);
    let role = match contest.ranked {
        RankedValue::TargetShare if row.value >= WHOLE_BP => Role::Good,
        _ => Role::Accent,
    };
    chart::bar(buffer, bar, theme, length, over(role), ("", ground));
    let figure = text::fit(
        &value(model, contest, row.value),
        usize::from(VALUE_WIDTH),
        Align::Right,
    );
    put(buffer, area, columns.value, 0, &figure, over(Role::Strong));
    let room = VALUE_WIDTH.saturating_sub(cells(figure.trim_start()));
    if let Some((sign, role)) = model.course_sign(Sum::Place(row.number()))
        && room > 0
    {
        // Right before the figure that has changed.
        put(buffer, area, columns.value + room - 1, 0, sign, over(role));
    }
    if columns.beside_width > 0 {
        let words = text::fit(
            &beside(model, contest, row),
            usize::from(columns.beside_width),
            Align::Right,
        );
        put(buffer, area, columns.beside, 0, &words, over(Role::Dim));
    }
}

/// The own place, wherever the list is, and what it takes to pass.
fn own(model: &Model, buffer: &mut Buffer, area: Rect, board: &Leaderboard, hidden: &str) {
    let theme = model.theme;
    let strings = &model.strings;
    let Some(own) = &board.own else {
        return;
    };
    rule(
        buffer,
        area,
        0,
        theme.glyphs().rule,
        theme.style(Role::Faint),
    );
    if !hidden.is_empty() {
        let words = format!("{hidden} ");
        put_right(buffer, area, 1, 0, &words, theme.style(Role::Dim));
    }
    let contest = board.contest;
    let mut parts = vec![own.name.clone()];
    if own.rank == 0 {
        let no_goal = contest.ranked == RankedValue::TargetShare && own.target.is_none();
        let key = if no_goal {
            "rank-own-no-goal"
        } else {
            "rank-own-none"
        };
        parts.push(strings.say(key).to_owned());
    } else {
        let rank = i64::try_from(own.rank).unwrap_or(i64::MAX);
        let arguments = [("rank", rank.into()), ("count", board.total.into())];
        let (arrow, _) = moved(model, board, own);
        let place = strings.tell("rank-own", &arguments);
        parts.push(format!("{place} {arrow}").trim_end().to_owned());
        parts.push(value(model, contest, own.value));
    }
    let words = format!(" {} ", parts.join(&format!(" {} ", theme.glyphs().dot)));
    let room = Rect {
        width: area.width.saturating_sub(cells(hidden) + 3),
        ..area
    };
    put(buffer, room, 1, 0, &words, theme.heading());
    let sentence = |key: &str, beside: &Beside| {
        let gap = plain(model, contest, beside.gap?);
        let name = beside.place.name.clone();
        Some(strings.tell(key, &[("gap", gap.into()), ("name", name.into())]))
    };
    let above = match &board.above {
        Some(above) => sentence("rank-to-pass", above),
        None if own.rank == 1 => Some(strings.say("rank-leads").to_owned()),
        None => None,
    };
    let below = board.below.as_ref();
    let below = below.and_then(|below| sentence("rank-passes", below));
    let above = above.map(|words| (format!("{} {words}", theme.glyphs().above), Role::Text));
    let below = below.map(|words| (format!("{} {words}", theme.glyphs().below), Role::Dim));
    let line = Rect {
        x: area.x + 2.min(area.width),
        width: area.width.saturating_sub(3),
        ..area
    };
    let mut x = 0;
    let mut y = 1;
    for (words, role) in above.into_iter().chain(below) {
        // Side by side where there is room.
        if x > 0 && (area.height > 2 || x + 3 + cells(&words) > line.width) {
            x = 0;
            y += 1;
        } else if x > 0 {
            x += 3;
        }
        x += put(buffer, line, x, y, &words, theme.style(role));
    }
}
