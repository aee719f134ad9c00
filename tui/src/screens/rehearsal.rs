//! A rehearsal: who would have been paid what in a past cycle, beside what was paid in fact.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Listing, report, schemes};
use crate::hits::Hits;
use crate::list::Line;
use crate::model::Model;
use crate::report::Place;
use crate::report::incentives::Rehearsal;
use crate::theme::Role;
use crate::widgets::row::{self, Field, Lead};
use crate::widgets::{list, paragraph, put};

/// Cells of an amount.
const AMOUNT_WIDTH: u16 = 12;
/// Rows of the scheme's sentence at most.
const SENTENCE_ROWS: u16 = 3;

fn parts(body: Rect) -> (Rect, Rect) {
    let wanted = 4 + SENTENCE_ROWS;
    let head = if body.height >= 16 { wanted } else { 3 };
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
    let members = model.reports.rehearsal().map_or(0, |all| all.members.len());
    Listing {
        lines: (1..).map(|id| Line::item(id, 1)).take(members).collect(),
        area: parts(model.frame().body).1,
    }
}

/// Paints the screen.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let (head, area) = parts(body);
    let name = model.strings.say("rehearsal-title");
    let Some(asked) = &model.rehearsal else {
        return;
    };
    let scheme = model.picture.schemes.get(&asked.scheme_id);
    let cycle = super::reward_words::cycle(model, &asked.cycle);
    let title = [
        scheme.map_or(String::new(), |scheme| scheme.name.clone()),
        cycle,
    ];
    let rest = report::plain_titled(model, buffer, head, name, &title, Place::Rehearsal);
    let slot = model.reports.slot(Place::Rehearsal);
    let current = slot.is_some_and(super::super::report::Slot::is_current);
    let Some(rehearsal) = model.reports.rehearsal().filter(|_| current) else {
        let all = Rect {
            height: rest.height + area.height,
            ..rest
        };
        report::absent(model, buffer, all, Place::Rehearsal);
        return;
    };
    self::head(model, buffer, rest, asked.scheme_id, rehearsal);
    let theme = model.theme;
    let lines = listing(model).lines;
    let most = rehearsal.members.iter().map(|one| one.amount).max();
    list::paint(
        buffer,
        area,
        theme,
        &lines,
        &model.list(),
        hits,
        |buffer, line| {
            let member = &rehearsal.members[line.place];
            let figure = |amount: i64| schemes::amount(model, asked.scheme_id, amount);
            let difference = member.amount - member.paid;
            let (sign, role) = match difference {
                0 => ("=", Role::Dim),
                1.. => ("+", Role::Good),
                _ => ("", Role::Warn),
            };
            let lead = Lead {
                sign: if Some(member.amount) == most {
                    theme.glyphs().reward
                } else {
                    ""
                },
                sign_role: Role::Good,
                name: &member.name,
                name_role: Role::Text,
            };
            let change = if difference == 0 {
                sign.to_owned()
            } else {
                format!("{sign}{}", figure(difference))
            };
            let fields = [
                Field::figure(member.rewards.to_string(), Role::Dim, 5),
                Field::figure(figure(member.paid), Role::Dim, AMOUNT_WIDTH),
                Field::figure(change, role, AMOUNT_WIDTH),
                Field::figure(figure(member.amount), Role::Strong, AMOUNT_WIDTH),
            ];
            row::paint(buffer, line.area, (theme, line.ground), lead, &fields);
        },
    );
}

/// The rule, the sums, what could not be known; last what the columns are.
fn head(model: &Model, buffer: &mut Buffer, area: Rect, scheme_id: u64, rehearsal: &Rehearsal) {
    let theme = model.theme;
    let inner = Rect {
        x: area.x + 1.min(area.width),
        width: area.width.saturating_sub(2),
        ..area
    };
    let mut y = 0;
    if area.height > 3
        && let Some(scheme) = model.picture.schemes.get(&scheme_id)
    {
        let room = Rect {
            height: SENTENCE_ROWS.min(inner.height),
            ..inner
        };
        let words = schemes::newest_words(model, scheme);
        y += paragraph(buffer, room, &words, theme.style(Role::Dim)).min(SENTENCE_ROWS);
    }
    let figure = |amount: i64| schemes::amount(model, scheme_id, amount);
    let mut sums = vec![model.strings.tell(
        "rehearsal-sums",
        &[
            ("count", rehearsal.rewards.into()),
            ("amount", figure(rehearsal.amount).into()),
            ("paid", figure(rehearsal.paid).into()),
        ],
    )];
    if let Some(left) = rehearsal.fund_left {
        sums.push(
            model
                .strings
                .tell("rehearsal-fund", &[("amount", figure(left).into())]),
        );
    }
    if rehearsal.unfunded > 0 {
        let amount = figure(rehearsal.unfunded).into();
        sums.push(
            model
                .strings
                .tell("rehearsal-unfunded", &[("amount", amount)]),
        );
    }
    let dot = format!(" {} ", theme.glyphs().dot);
    put(
        buffer,
        inner,
        0,
        y,
        &sums.join(&dot),
        theme.style(Role::Text),
    );
    let caveats = rehearsal.caveats.join(" ");
    if area.height > 3 && y + 2 < area.height {
        put(buffer, inner, 0, y + 1, &caveats, theme.style(Role::Warn));
    }
    let captions = Rect {
        x: inner.x,
        y: area.bottom().saturating_sub(1),
        height: 1.min(area.height),
        ..inner
    };
    if captions.y > area.y + y || area.height == 2 {
        let say = |key: &str| model.strings.say(key).to_owned();
        let fields = [
            Field::figure(say("rehearsal-count"), Role::Dim, 5),
            Field::figure(say("rehearsal-paid"), Role::Dim, AMOUNT_WIDTH),
            Field::figure(say("rehearsal-change"), Role::Dim, AMOUNT_WIDTH),
            Field::figure(say("rehearsal-would"), Role::Dim, AMOUNT_WIDTH),
        ];
        row::captions(buffer, captions, theme, &fields);
    }
}
