//! Statistics of rewards: issued, claimed, waiting, expired, taken back, by scheme, member, team or part of the cycle; packets; the cost.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::board::message;
use super::{Listing, report, reward_words as words};
use crate::hits::Hits;
use crate::list::Line;
use crate::model::Model;
use crate::report::Place;
use crate::report::incentives::{Statistics, StatisticsRow};
use crate::text;
use crate::theme::Role;
use crate::widgets::row::{self, Field, Lead};
use crate::widgets::{cells, chart, list, put};

/// From this width on the parts stand as figures beside the bar.
const FIGURES_FROM: u16 = 120;
/// Cells of a name.
const NAME_WIDTH: u16 = 26;
/// Cells of a figure.
const FIGURE_WIDTH: u16 = 11;

/// Parts of what was issued, with the sign and the meaning of each in a bar.
const PARTS: [(&str, &str, Role); 4] = [
    ("stats-claimed", "█", Role::Good),
    ("stats-open", "▓", Role::Accent),
    ("stats-expired", "░", Role::Dim),
    ("stats-reversed", "▒", Role::Bad),
];

const PLAIN_SIGNS: [&str; 4] = ["#", "=", ".", "x"];

const fn parts_of(row: &StatisticsRow) -> [i64; 4] {
    [row.claimed, row.open, row.expired, row.reversed]
}

fn areas(body: Rect) -> (Rect, Rect) {
    let head = if body.height >= 12 { 5 } else { 3 };
    let head = head.min(body.height);
    let top = Rect {
        height: head,
        ..body
    };
    let rest = Rect {
        y: body.y + head,
        height: body.height - head,
        ..body
    };
    (top, rest)
}

/// The list for the keys.
pub fn listing(model: &Model) -> Listing {
    let rows = model.reports.statistics().map_or(0, |all| all.rows.len());
    Listing {
        lines: (1..).map(|id| Line::item(id, 1)).take(rows).collect(),
        area: areas(model.frame().body).1,
    }
}

/// The row under the cursor.
pub fn selected(model: &Model) -> Option<&StatisticsRow> {
    let place = usize::try_from(model.list().id?).ok()?.checked_sub(1)?;
    model.reports.statistics()?.rows.get(place)
}

/// Paints the screen.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let (top, area) = areas(body);
    let name = model.strings.say("stats-title");
    let lens = &model.lens;
    let say = |key: &str| model.strings.say(key).to_owned();
    let title = [
        report::cycle(model, lens.cycle(model.today()), body.width >= 80),
        say(model.reward_lens.by.name_key()),
        say(model.reward_lens.unit.name_key()),
        report::who(model, lens.who).to_owned(),
    ];
    let rest = report::plain_titled(model, buffer, top, name, &title, Place::RewardStatistics);
    let Some(statistics) = model.reports.statistics() else {
        let all = Rect {
            height: rest.height + area.height,
            ..rest
        };
        report::absent(model, buffer, all, Place::RewardStatistics);
        return;
    };
    head(model, buffer, rest, statistics);
    if statistics.rows.is_empty() {
        let lines = [
            (say("stats-none"), Role::Strong),
            (String::new(), Role::Text),
            (say("stats-none-how"), Role::Dim),
        ];
        message(model, buffer, area, &lines);
        return;
    }
    let lines = listing(model).lines;
    let most = statistics.rows.iter().map(|row| row.issued).max();
    list::paint(
        buffer,
        area,
        model.theme,
        &lines,
        &model.list(),
        hits,
        |buffer, line| {
            let row = &statistics.rows[line.place];
            paint_row(model, buffer, row, most.unwrap_or(0), line);
        },
    );
}

/// The sums, packets and cost, and what the signs of the bars are.
fn head(model: &Model, buffer: &mut Buffer, area: Rect, statistics: &Statistics) {
    let theme = model.theme;
    let total = &statistics.total;
    let unit = model.reward_lens.unit;
    let amount = |amount: i64| words::amount(model, unit, amount);
    let inner = Rect {
        x: area.x + 1.min(area.width),
        width: area.width.saturating_sub(2),
        ..area
    };
    let issued = model.strings.tell(
        "stats-issued",
        &[
            ("amount", amount(total.issued).into()),
            ("count", total.count.into()),
        ],
    );
    let strong = theme.style(Role::Strong);
    // On a small screen what the signs are stands behind the sum, as far as there is room.
    let tall = inner.height > 3;
    let mut x = put(buffer, inner, 0, 0, &issued, strong) + 2;
    let legend = u16::from(tall);
    if tall {
        x = 0;
    }
    let signs = PARTS.iter().zip(PLAIN_SIGNS).zip(parts_of(total));
    for (((key, sign, role), plain), part) in signs {
        let sign = if theme.plain { plain } else { sign };
        let words = format!("{sign} {} {}", model.strings.say(key), amount(part));
        if x + cells(&words) > inner.width {
            break;
        }
        x += put(buffer, inner, x, legend, &words, theme.style(*role)) + 2;
    }
    let mut second = vec![model.strings.tell(
        "stats-packets",
        &[
            ("sent", amount(total.packets_sent).into()),
            ("received", amount(total.packets_received).into()),
        ],
    )];
    if total.unfunded > 0 {
        let unfunded = amount(total.unfunded).into();
        second.push(
            model
                .strings
                .tell("stats-unfunded", &[("amount", unfunded)]),
        );
    }
    if total.won_minor > 0 {
        let won = words::amount(model, crate::incentive::Unit::Money, total.won_minor);
        second.push(match statistics.cost_bp {
            Some(bp) => model.strings.tell(
                "stats-cost",
                &[
                    ("percent", text::percent(bp.into()).into()),
                    ("won", won.into()),
                ],
            ),
            None => model.strings.tell("stats-won", &[("won", won.into())]),
        });
    }
    let dot = format!(" {} ", theme.glyphs().dot);
    put(
        buffer,
        inner,
        0,
        1 + legend,
        &second.join(&dot),
        theme.style(Role::Dim),
    );
}

fn paint_row(
    model: &Model,
    buffer: &mut Buffer,
    row: &StatisticsRow,
    most: i64,
    line: list::Painted,
) {
    let theme = model.theme;
    let unit = model.reward_lens.unit;
    let figure = |amount: i64| words::figure(model, unit, amount.into());
    let area = line.area;
    let name_width = NAME_WIDTH.min(area.width / 2);
    let mut fields = Vec::new();
    if area.width >= FIGURES_FROM {
        for part in parts_of(row) {
            fields.push(Field::figure(figure(part), Role::Dim, FIGURE_WIDTH));
        }
    }
    fields.push(Field::figure(
        figure(row.issued),
        Role::Strong,
        FIGURE_WIDTH,
    ));
    let fields_width: u16 = fields.iter().map(|field| field.width + 2).sum();
    let subject = if row.subject_id.is_empty() {
        words::cycle(model, &row.subject)
    } else {
        row.subject.clone()
    };
    let lead = Lead {
        sign: "",
        sign_role: Role::Text,
        name: &subject,
        name_role: Role::Text,
    };
    let left = Rect {
        width: name_width,
        ..area
    };
    row::paint(buffer, left, (theme, line.ground), lead, &[]);
    let room = area.width.saturating_sub(name_width + fields_width + 1);
    let bar = Rect {
        x: area.x + (name_width + 1).min(area.width),
        width: room,
        height: 1.min(area.height),
        ..area
    };
    stacked(model, buffer, bar, row, most);
    let mut x = name_width + 1 + room;
    for field in &fields {
        let place = Rect {
            x: area.x + (x + 2).min(area.width),
            width: field.width.min(area.width.saturating_sub(x + 2)),
            ..area
        };
        let words = text::fit(&field.words, usize::from(place.width), text::Align::Right);
        let style = line.ground.patch(theme.style(field.role));
        put(buffer, place, 0, 0, &words, style);
        x += field.width + 2;
    }
}

/// A bar of what was issued, in proportion to the largest, made of its parts.
fn stacked(model: &Model, buffer: &mut Buffer, area: Rect, row: &StatisticsRow, most: i64) {
    let theme = model.theme;
    let length = chart::eighths(row.issued.into(), most.into(), area.width);
    let whole = u16::try_from(length.div_ceil(8))
        .unwrap_or(0)
        .min(area.width);
    let parts = parts_of(row);
    let sum: i128 = parts.iter().map(|part| i128::from((*part).max(0))).sum();
    let mut x = 0;
    let mut so_far: i128 = 0;
    for (((_, sign, role), plain), part) in PARTS.iter().zip(PLAIN_SIGNS).zip(parts) {
        so_far += i128::from(part.max(0));
        if sum == 0 {
            break;
        }
        let end = so_far.saturating_mul(i128::from(whole)) / sum;
        let end = u16::try_from(end).unwrap_or(whole);
        let sign = if theme.plain { plain } else { sign };
        while x < end {
            put(buffer, area, x, 0, sign, theme.style(*role));
            x += 1;
        }
    }
}
