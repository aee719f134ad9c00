//! What is behind a figure: its deals, or the score entries that it is the sum of.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{Listing, report};
use crate::hits::Hits;
use crate::list::Line;
use crate::model::{Model, SECOND_US};
use crate::record::Level;
use crate::report::deals::DealRow;
use crate::report::scores::ScoreRow;
use crate::report::{Ask, Place};
use crate::text::{self, Align};
use crate::theme::Role;
use crate::widgets::{list, put, put_right};

/// From this width on all columns are shown.
const WIDE_FROM: u16 = 72;

fn place(model: &Model) -> Place {
    model
        .drill
        .as_ref()
        .map_or(Place::Deals, |drill| drill.ask.place())
}

fn area(body: Rect) -> Rect {
    // Title, sums.
    Rect {
        y: body.y + 2.min(body.height),
        height: body.height.saturating_sub(2),
        ..body
    }
}

/// The list for the keys.
pub fn listing(model: &Model) -> Listing {
    let place = place(model);
    let ids: Vec<u64> = match place {
        Place::Scores => model
            .reports
            .scores(place)
            .map(|scores| scores.rows.iter().map(|row| row.id).collect())
            .unwrap_or_default(),
        _ => model
            .reports
            .deals(place)
            .map(|deals| deals.rows.iter().map(|row| row.id).collect())
            .unwrap_or_default(),
    };
    Listing {
        lines: ids.into_iter().map(|id| Line::item(id, 1)).collect(),
        area: area(model.frame().body),
    }
}

/// The deal of the selected row.
pub fn selected(model: &Model) -> Option<u64> {
    let id = model.list().id?;
    match place(model) {
        Place::Scores => {
            let scores = model.reports.scores(Place::Scores)?;
            scores.rows.iter().find(|row| row.id == id)?.deal_id
        }
        _ => Some(id),
    }
}

/// Paints the list.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let Some(drill) = &model.drill else {
        return;
    };
    let why = matches!(drill.ask, Ask::Scores { .. });
    let name = model
        .strings
        .say(if why { "why-title" } else { "deals-title" });
    let place = place(model);
    report::titled(
        model,
        buffer,
        body,
        name,
        std::slice::from_ref(&drill.title),
        place,
    );
    let listing = listing(model);
    let sums = Rect {
        y: body.y + 1.min(body.height),
        height: body.height.saturating_sub(1).min(1),
        ..body
    };
    if model
        .reports
        .slot(place)
        .is_none_or(|slot| slot.answer.is_none())
    {
        report::absent(model, buffer, area(body), place);
        return;
    }
    if listing.lines.is_empty() {
        let words = model.strings.say("nothing-behind");
        put(
            buffer,
            area(body),
            2,
            0,
            words,
            model.theme.style(Role::Dim),
        );
    }
    let state = model.list();
    let hidden = if why {
        let Some(scores) = model.reports.scores(place) else {
            return;
        };
        let credited = scores.rows.iter().filter(|row| row.credited);
        let (count, amount) = credited.fold((0, 0), |(count, amount), row| {
            (count + row.count, amount + row.amount)
        });
        let words = model.strings.tell(
            "why-sums",
            &[
                ("entries", scores.total.into()),
                ("count", count.into()),
                ("amount", money(model, amount).into()),
            ],
        );
        put(buffer, sums, 1, 0, &words, model.theme.style(Role::Dim));
        list::paint(
            buffer,
            listing.area,
            model.theme,
            &listing.lines,
            &state,
            hits,
            |buffer, line| {
                if let Some(row) = scores.rows.get(line.place) {
                    score(model, buffer, line.area, row, line.ground);
                }
            },
        )
    } else {
        let Some(deals) = model.reports.deals(place) else {
            return;
        };
        let amount = deals.rows.iter().map(|row| row.amount).sum();
        let shown = u64::try_from(deals.rows.len()).unwrap_or(u64::MAX);
        let key = if deals.total > shown {
            "deals-sums-part"
        } else {
            "deals-sums"
        };
        let words = model.strings.tell(
            key,
            &[
                ("count", deals.total.into()),
                ("shown", shown.into()),
                ("amount", money(model, amount).into()),
            ],
        );
        put(buffer, sums, 1, 0, &words, model.theme.style(Role::Dim));
        list::paint(
            buffer,
            listing.area,
            model.theme,
            &listing.lines,
            &state,
            hits,
            |buffer, line| {
                if let Some(row) = deals.rows.get(line.place) {
                    deal(model, buffer, line.area, row, line.ground);
                }
            },
        )
    };
    if !hidden.is_empty() {
        put_right(buffer, sums, 1, 0, &hidden, model.theme.style(Role::Dim));
    }
}

fn money(model: &Model, amount: i128) -> String {
    text::money_short(amount, model.minor_digits(), model.locale())
}

/// Writes columns from the right edge; gives the cells left.
fn columns(
    buffer: &mut Buffer,
    line: Rect,
    ground: Style,
    columns: &[(String, u16, Style)],
) -> u16 {
    let mut right = 0;
    for (words, width, style) in columns {
        let words = text::fit(words, usize::from(width.saturating_sub(1)), Align::Right);
        put_right(buffer, line, right, 0, &words, ground.patch(*style));
        right += width;
    }
    line.width.saturating_sub(right)
}

fn deal(model: &Model, buffer: &mut Buffer, line: Rect, row: &DealRow, ground: Style) {
    let theme = model.theme;
    let stage = model
        .picture
        .stage(row.stage_id)
        .map_or("", |stage| stage.name.as_str());
    let owner = match model.picture.member_name(row.owner_id) {
        "" => model.strings.say("unassigned"),
        owner => owner,
    };
    let due = row
        .contract_date
        .map(|day| report::day(model, day))
        .unwrap_or_default();
    let glyphs = theme.glyphs();
    let at = model.lens.as_of.unwrap_or(model.now);
    let clock = row.stage_clock_before_us + (at - row.stage_entered_us).max(0);
    let (sign, role) = match row.level {
        Level::Moving => ("", Role::Dim),
        Level::Approaching => (glyphs.approaching, Role::Warn),
        Level::Stalled => (glyphs.stalled, Role::Bad),
        Level::Critical => (glyphs.critical, Role::Bad),
    };
    let age = format!("{sign}{}", text::age(clock / SECOND_US, model.locale()));
    let amount = money(model, row.amount);
    let style = |role| theme.style(role);
    let wide = [
        (amount.clone(), 9, style(Role::Strong)),
        (due, 13, style(Role::Dim)),
        (age.clone(), 8, style(role)),
        (owner.to_owned(), 10, style(Role::Dim)),
        (stage.to_owned(), 13, style(Role::Text)),
    ];
    let narrow = [(amount, 8, style(Role::Strong)), (age, 7, style(role))];
    let left = if line.width >= WIDE_FROM {
        columns(buffer, line, ground, &wide)
    } else {
        columns(buffer, line, ground, &narrow)
    };
    let room = Rect {
        width: left.saturating_sub(1),
        ..line
    };
    put(
        buffer,
        room,
        0,
        0,
        &row.name,
        ground.patch(style(Role::Text)),
    );
}

fn score(model: &Model, buffer: &mut Buffer, line: Rect, row: &ScoreRow, ground: Style) {
    let theme = model.theme;
    let style = |role| theme.style(role);
    let glyphs = theme.glyphs();
    let member = match model.picture.member_name(row.member_id) {
        "" => model.strings.say("unassigned"),
        member => member,
    };
    let stage = row
        .stage_id
        .and_then(|id| model.picture.stage(id))
        .map(|stage| format!("{} {}", glyphs.forward, stage.name))
        .unwrap_or_default();
    let credit = if row.credited {
        (glyphs.done.to_owned(), 3, style(Role::Good))
    } else {
        (glyphs.wrong.to_owned(), 3, style(Role::Dim))
    };
    let count = (format!("{:+}", row.count), 4, style(Role::Dim));
    let amount = (money(model, row.amount), 9, style(Role::Strong));
    let left = if line.width >= WIDE_FROM {
        let wide = [
            credit,
            amount,
            count,
            (member.to_owned(), 10, style(Role::Dim)),
            (stage, 16, style(Role::Text)),
        ];
        columns(buffer, line, ground, &wide)
    } else {
        columns(buffer, line, ground, &[credit, amount, count])
    };
    let room = Rect {
        width: left.saturating_sub(1),
        ..line
    };
    let time = report::instant(model, row.time);
    let mut x = if room.width >= 30 {
        put(buffer, room, 0, 0, &time, ground.patch(style(Role::Dim))) + 2
    } else {
        0
    };
    let name = match row.deal_id {
        Some(id) => model
            .picture
            .board
            .card(id)
            .map_or_else(|| format!("O-{id}"), |card| card.name.clone()),
        None => model.strings.say("score-no-deal").to_owned(),
    };
    x += put(buffer, room, x, 0, &name, ground.patch(style(Role::Text)));
    if !row.credited {
        let why = match row.uncredited_reason.as_str() {
            "BELOW_HIGH_WATER" => model.strings.say("uncredited-below"),
            "IMPORTED_WITHOUT_TIME" => model.strings.say("uncredited-imported"),
            "ALREADY_WON" => model.strings.say("uncredited-won"),
            _ => model.strings.say("uncredited"),
        };
        let words = format!(" {} {why}", glyphs.dot);
        put(buffer, room, x, 0, &words, ground.patch(style(Role::Dim)));
    }
}
