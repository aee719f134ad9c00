//! The supervisor's digest: new, moved, stalled, won, rewarded, each with the change against the cycle before and its largest deals.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::report;
use crate::hits::{Hits, Target};
use crate::model::Model;
use crate::report::digest::{Figure, Section, SectionKind};
use crate::report::{Place, Who};
use crate::text::{self, Align};
use crate::theme::Role;
use crate::widgets::{put, put_right, rule};

/// From this width on sections stand in two columns.
const TWO_COLUMNS_FROM: u16 = 100;

fn money(model: &Model, amount: i128) -> String {
    text::money_short(amount, model.minor_digits(), model.locale())
}

/// A line that can be chosen: a section and one of its deals.
pub(crate) fn items(model: &Model) -> Vec<(usize, usize)> {
    let sections = model.reports.digest(Place::Digest);
    let sections = sections.map_or(&[][..], |digest| &digest.sections);
    sections
        .iter()
        .enumerate()
        .flat_map(|(place, section)| (0..section.top.len()).map(move |item| (place, item)))
        .collect()
}

/// The deal under the cursor.
pub(crate) fn selected(model: &Model) -> Option<u64> {
    let (section, item) = *items(model).get(model.digest_row)?;
    let digest = model.reports.digest(Place::Digest)?;
    digest.sections.get(section)?.top.get(item)?.deal_id
}

/// Paints the digest.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let name = model.strings.say("digest-title");
    let lens = &model.lens;
    let digest = model.reports.digest(Place::Digest);
    let whose = match lens.who {
        Who::Member(_) => report::who(model, lens.who).to_owned(),
        _ => digest.map_or(String::new(), |digest| digest.scope.clone()),
    };
    let parts = [
        report::cycle(model, lens.cycle(model.today()), body.width >= 60),
        whose,
    ];
    let rest = report::titled(model, buffer, body, name, &parts, Place::Digest);
    let Some(digest) = digest else {
        report::absent(model, buffer, rest, Place::Digest);
        return;
    };
    let rest = Rect {
        x: rest.x + 1.min(rest.width),
        width: rest.width.saturating_sub(2),
        ..rest
    };
    let items = items(model);
    let chosen = items.get(model.digest_row).copied();
    let columns: u16 = if rest.width >= TWO_COLUMNS_FROM { 2 } else { 1 };
    let width = if columns > 1 {
        (rest.width + 3) / 2 - 3
    } else {
        rest.width
    };
    let height = |section: &Section| {
        let lines = section.top.len() + usize::from(section.packets_sent.is_some());
        u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2)
    };
    // Scrolled by whole sections, so that the chosen one is seen.
    let mut first = 0;
    if columns == 1
        && let Some((section, _)) = chosen
    {
        let needed = |first: usize| -> u32 {
            let sections = digest.sections.iter().take(section + 1).skip(first);
            sections.map(|section| u32::from(height(section))).sum()
        };
        while first < section && needed(first) > u32::from(rest.height) {
            first += 1;
        }
    }
    let mut bottoms = [0_u16; 2];
    for (place, section) in digest.sections.iter().enumerate().skip(first) {
        // The next section goes where there is more room.
        let column = usize::from(columns > 1 && bottoms[1] < bottoms[0]);
        let y = bottoms[column];
        let area = Rect {
            x: rest.x + u16::try_from(column).unwrap_or(0) * (width + 3),
            y: rest.y + y.min(rest.height),
            width,
            height: height(section).min(rest.height.saturating_sub(y)),
        };
        let item = chosen
            .filter(|(here, _)| *here == place)
            .map(|(_, item)| item);
        paint_section(model, buffer, area, section, item);
        for (row, (_, item)) in items.iter().enumerate().filter(|(_, of)| of.0 == place) {
            // Below the section's head, a line each.
            let y = u16::try_from(*item).unwrap_or(u16::MAX).saturating_add(1);
            let line = Rect {
                y: area.y.saturating_add(y),
                height: 1,
                ..area
            };
            hits.add(line.intersection(area), Target::Item(row));
        }
        bottoms[column] = y.saturating_add(height(section));
    }
}

fn paint_section(
    model: &Model,
    buffer: &mut Buffer,
    area: Rect,
    section: &Section,
    chosen: Option<usize>,
) {
    let theme = model.theme;
    let glyphs = theme.glyphs();
    rule(buffer, area, 0, glyphs.rule, theme.style(Role::Faint));
    let (change, role) = change(model, section);
    let words = format!(" {change}");
    let left = put_right(buffer, area, 0, 0, &words, theme.style(role));
    let room = Rect {
        width: left,
        ..area
    };
    let name = model.strings.say(section.kind.name_key());
    let x = put(buffer, room, 0, 0, &format!("{name} "), theme.heading());
    let words = model.strings.tell(
        "digest-figure",
        &[
            ("count", section.now.count.into()),
            ("amount", money(model, section.now.amount).into()),
        ],
    );
    put(
        buffer,
        room,
        x,
        0,
        &format!("{words} "),
        theme.style(Role::Accent),
    );
    let mut y = 1;
    for (place, item) in section.top.iter().enumerate() {
        let line = Rect {
            y: area.y + y.min(area.height),
            height: u16::from(y < area.height),
            ..area
        };
        let here = chosen == Some(place);
        let ground = if here {
            theme.style(Role::Selected)
        } else {
            ratatui::style::Style::new()
        };
        if here {
            buffer.set_style(line.intersection(buffer.area), ground);
            let mark = ground.patch(theme.style(Role::Accent));
            put(buffer, line, 0, 0, glyphs.selected, mark);
        }
        let amount = text::fit(&money(model, item.amount), 8, Align::Right);
        let left = put_right(
            buffer,
            line,
            0,
            0,
            &amount,
            ground.patch(theme.style(Role::Text)),
        );
        let room = Rect {
            width: left.saturating_sub(1),
            ..line
        };
        let name = if item.name.is_empty() {
            item.deal_id.map(|id| format!("O-{id}")).unwrap_or_default()
        } else {
            item.name.clone()
        };
        put(
            buffer,
            room,
            2,
            0,
            &name,
            ground.patch(theme.style(Role::Text)),
        );
        y += 1;
    }
    if let (Some(sent), Some(received)) = (section.packets_sent, section.packets_received) {
        let figure = |figure: Figure| format!("{} {}", figure.count, money(model, figure.amount));
        let words = model.strings.tell(
            "digest-packets",
            &[
                ("sent", figure(sent).into()),
                ("received", figure(received).into()),
            ],
        );
        put(buffer, area, 2, y, &words, theme.style(Role::Dim));
    }
}

/// The change against the cycle before, in words, and how it looks: more stalled is not good.
fn change(model: &Model, section: &Section) -> (String, Role) {
    let glyphs = model.theme.glyphs();
    let by = section.now.amount - section.before.amount;
    let count = section.now.count - section.before.count;
    let before = model.strings.tell(
        "digest-before",
        &[
            ("count", section.before.count.into()),
            ("amount", money(model, section.before.amount).into()),
        ],
    );
    let order = by.cmp(&0).then(count.cmp(&0));
    let up_is_good = section.kind != SectionKind::Stalled;
    match order {
        std::cmp::Ordering::Equal => (format!("= {before}"), Role::Dim),
        order => {
            let up = order.is_gt();
            let sign = if up { glyphs.above } else { glyphs.below };
            let role = if up == up_is_good {
                Role::Good
            } else {
                Role::Bad
            };
            (
                format!("{sign}{} {before}", money(model, by.saturating_abs())),
                role,
            )
        }
    }
}
