//! The difference between two instants: what was open then and later, what happened in between, and to which deals.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{Listing, report};
use crate::hits::Hits;
use crate::list::Line;
use crate::model::Model;
use crate::report::Place;
use crate::report::changes::{ChangeItem, ChangeKind, Changes, Stock};
use crate::text::{self, Align};
use crate::theme::Role;
use crate::widgets::{list, put, put_right};

/// Title, stock before, stock after.
const HEAD_HEIGHT: u16 = 3;

fn money(model: &Model, amount: i128) -> String {
    text::money_short(amount, model.minor_digits(), model.locale())
}

fn read(model: &Model) -> Option<&Changes> {
    model.reports.changes(Place::Changes)
}

/// What a line of the list is.
enum Entry<'a> {
    Heading(ChangeKind),
    Item(&'a ChangeItem),
}

fn entries(changes: &Changes) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    for line in &changes.lines {
        entries.push(Entry::Heading(line.kind));
        let items = changes.items.iter().filter(|item| item.kind == line.kind);
        entries.extend(items.map(Entry::Item));
    }
    entries
}

fn area(body: Rect) -> Rect {
    Rect {
        y: body.y + HEAD_HEIGHT.min(body.height),
        height: body.height.saturating_sub(HEAD_HEIGHT),
        ..body
    }
}

/// The list for the keys: a line's id is its place, as a deal may stand under several headings.
pub fn listing(model: &Model) -> Listing {
    let entries = read(model).map(entries).unwrap_or_default();
    let lines = entries.iter().zip(1..).map(|(entry, place)| match entry {
        Entry::Heading(_) => Line::HEADING,
        Entry::Item(_) => Line::item(place, 1),
    });
    Listing {
        lines: lines.collect(),
        area: area(model.frame().body),
    }
}

/// The deal of the selected line.
pub fn selected(model: &Model) -> Option<u64> {
    let place = usize::try_from(model.list().id?).ok()?.checked_sub(1)?;
    match entries(read(model)?).get(place)? {
        Entry::Item(item) => Some(item.deal_id),
        Entry::Heading(_) => None,
    }
}

/// Paints the difference.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let theme = model.theme;
    let between = model.between;
    let to = match between.to {
        Some(to) => report::instant(model, to),
        None => model.strings.say("prompt-present").to_owned(),
    };
    let parts = [
        format!(
            "{} {} {to}",
            report::instant(model, between.from),
            theme.glyphs().forward
        ),
        report::who(model, model.lens.who).to_owned(),
    ];
    let name = model.strings.say("changes-title");
    report::titled(model, buffer, body, name, &parts, Place::Changes);
    let Some(changes) = read(model) else {
        report::absent(model, buffer, area(body), Place::Changes);
        return;
    };
    stock(model, buffer, body, 1, "changes-before", changes.before);
    stock(model, buffer, body, 2, "changes-after", changes.after);
    let listing = listing(model);
    let entries = entries(changes);
    if entries.is_empty() {
        let words = model.strings.say("changes-none");
        put(buffer, listing.area, 2, 0, words, theme.style(Role::Dim));
    }
    let hidden = list::paint(
        buffer,
        listing.area,
        theme,
        &listing.lines,
        &model.list(),
        hits,
        |buffer, line| match entries.get(line.place) {
            Some(Entry::Heading(kind)) => heading(model, buffer, line.area, changes, *kind),
            Some(Entry::Item(item)) => {
                let line = line.tinted(buffer, theme, model.is_fresh(item.deal_id));
                paint_item(model, buffer, line.area, item, line.ground);
            }
            None => {}
        },
    );
    if !hidden.is_empty() {
        let line = Rect {
            y: body.y + 2.min(body.height),
            height: 1.min(body.height),
            ..body
        };
        put_right(buffer, line, 1, 0, &hidden, theme.style(Role::Dim));
    }
}

fn stock(model: &Model, buffer: &mut Buffer, body: Rect, y: u16, key: &str, stock: Stock) {
    let words = model.strings.tell(
        key,
        &[
            ("count", stock.count.into()),
            ("amount", money(model, stock.amount).into()),
            ("weighted", money(model, stock.weighted).into()),
            ("stalled", stock.stalled_count.into()),
            ("stuck", money(model, stock.stalled_amount).into()),
        ],
    );
    put(buffer, body, 1, y, &words, model.theme.style(Role::Text));
}

fn look(model: &Model, kind: ChangeKind) -> (&'static str, Role) {
    let glyphs = model.theme.glyphs();
    match kind {
        ChangeKind::Created => ("+", Role::Accent),
        ChangeKind::Forward => (glyphs.forward, Role::Good),
        ChangeKind::Backward => (glyphs.backward, Role::Warn),
        ChangeKind::Stalled => (glyphs.stalled, Role::Bad),
        ChangeKind::Won => (glyphs.done, Role::Good),
        ChangeKind::Lost => (glyphs.wrong, Role::Bad),
        ChangeKind::Reopened | ChangeKind::Restored => (glyphs.reopened, Role::Accent),
        ChangeKind::Raised | ChangeKind::PulledIn => (glyphs.above, Role::Good),
        ChangeKind::Lowered | ChangeKind::Pushed => (glyphs.below, Role::Warn),
        ChangeKind::Owner | ChangeKind::Archived => (glyphs.dot, Role::Dim),
    }
}

fn heading(model: &Model, buffer: &mut Buffer, line: Rect, changes: &Changes, kind: ChangeKind) {
    let theme = model.theme;
    let (sign, role) = look(model, kind);
    let Some(sums) = changes.lines.iter().find(|line| line.kind == kind) else {
        return;
    };
    let words = format!("{sign} {}", model.strings.say(kind.name_key()));
    let style = theme.style(role).patch(theme.style(Role::Strong));
    let x = put(buffer, line, 0, 0, &words, style);
    let words = format!(
        "  {} {} {}",
        text::number(sums.count.into()),
        theme.glyphs().dot,
        money(model, sums.amount)
    );
    put(buffer, line, x, 0, &words, theme.style(Role::Dim));
}

fn paint_item(model: &Model, buffer: &mut Buffer, line: Rect, item: &ChangeItem, ground: Style) {
    let theme = model.theme;
    let style = |role| ground.patch(theme.style(role));
    let amount = text::fit(&money(model, item.amount), 9, Align::Right);
    let mut left = put_right(buffer, line, 0, 0, &amount, style(Role::Strong));
    let stage = |id: Option<u64>| {
        id.and_then(|id| model.picture.stage(id))
            .map_or("", |stage| stage.name.as_str())
    };
    let (from, to) = match item.kind {
        ChangeKind::Pushed | ChangeKind::PulledIn => (item.before.clone(), item.after.clone()),
        ChangeKind::Owner => {
            let member = |id: &str| {
                let number = id
                    .rsplit_once('/')
                    .and_then(|(_, number)| number.parse().ok());
                match model.picture.member_name(number) {
                    "" => model.strings.say("unassigned").to_owned(),
                    name => name.to_owned(),
                }
            };
            (member(&item.before), member(&item.after))
        }
        _ => (
            stage(item.from_stage).to_owned(),
            stage(item.to_stage).to_owned(),
        ),
    };
    if line.width >= 60 && !(from.is_empty() && to.is_empty()) {
        let words = format!("{from} {} {to}", theme.glyphs().forward);
        let room = Rect {
            width: left.saturating_sub(1),
            ..line
        };
        let words = text::fit(&words, 28, Align::Right);
        left = put_right(buffer, room, 0, 0, &words, style(Role::Dim));
    }
    let room = Rect {
        width: left.saturating_sub(1),
        ..line
    };
    put(buffer, room, 2, 0, &item.name, style(Role::Text));
}
