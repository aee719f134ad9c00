//! A card: name and amount, customer and owner, time in the stage and time to the contract date.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{cells, put, put_right};
use crate::layout::COMPACT_CARD_HEIGHT;
use crate::model::{Model, SECOND_US};
use crate::record::{Card, Stage, StageKind};
use crate::text;
use crate::theme::Role;

/// Share of the stagnation period from which a deal is approaching it, in percent (DOMAIN.md §3).
const APPROACHING_PERCENT: i64 = 80;
/// Share from which it is critical.
const CRITICAL_PERCENT: i64 = 150;
/// Cells of the days to the contract date, so that the times before them stand under each other.
const DUE_WIDTH: u16 = 7;
/// Fewest cells in which a second name says anything.
const MIN_OWNER_WIDTH: u16 = 4;
/// Fewest cells in which a customer beside an owner says anything.
const MIN_CUSTOMER_WIDTH: u16 = 8;

/// How far a deal is on its way to stagnation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stagnation {
    /// Under 80 %, or never.
    Moving,
    /// 80 % and more.
    Approaching,
    /// 100 % and more.
    Stalled,
    /// 150 % and more.
    Critical,
}

/// The level of a deal in a stage, now.
pub fn stagnation(card: &Card, stage: &Stage, now: i64) -> Stagnation {
    let Some(period) = stage.stagnation_us.filter(|period| *period > 0) else {
        return Stagnation::Moving;
    };
    if stage.kind != StageKind::Open {
        return Stagnation::Moving;
    }
    let percent = i128::from(card.stage_clock_us(now)) * 100 / i128::from(period);
    if percent >= i128::from(CRITICAL_PERCENT) {
        Stagnation::Critical
    } else if percent >= 100 {
        Stagnation::Stalled
    } else if percent >= i128::from(APPROACHING_PERCENT) {
        Stagnation::Approaching
    } else {
        Stagnation::Moving
    }
}

/// The time in the stage, with its sign and its meaning.
pub fn stage_age(model: &Model, card: &Card, stage: &Stage) -> (String, Role) {
    let glyphs = model.theme.glyphs();
    // The screen is painted anew each minute only: seconds would stand still.
    let age = |time: i64| {
        if time < 60 * SECOND_US {
            return model.strings.say("just-now").to_owned();
        }
        text::age(time / SECOND_US, model.locale())
    };
    match stage.kind {
        StageKind::Won => {
            let since = age(model.now - card.stage_entered_us);
            return (format!("{} {since}", glyphs.done), Role::Good);
        }
        StageKind::Lost => {
            let since = age(model.now - card.stage_entered_us);
            return (format!("{} {since}", glyphs.wrong), Role::Dim);
        }
        StageKind::Open => {}
    }
    let clock = age(card.stage_clock_us(model.now));
    match stagnation(card, stage, model.now) {
        Stagnation::Moving => (clock, Role::Dim),
        Stagnation::Approaching => (format!("{}{clock}", glyphs.approaching), Role::Warn),
        Stagnation::Stalled => (format!("{}{clock}", glyphs.stalled), Role::Bad),
        Stagnation::Critical => (format!("{}{clock}", glyphs.critical), Role::Bad),
    }
}

/// Days to the contract date in a word; empty for deals that are closed or have none.
pub fn due(model: &Model, card: &Card, stage: &Stage, today: jiff::civil::Date) -> (String, Role) {
    let Some(date) = card.contract_date.filter(|_| stage.kind == StageKind::Open) else {
        return (String::new(), Role::Dim);
    };
    let days = date
        .since(today)
        .map_or(0, |span| i64::from(span.get_days()));
    match days {
        0 => (model.strings.say("due-today").to_owned(), Role::Warn),
        1.. => (
            model.strings.tell("due-in", &[("days", days.into())]),
            Role::Dim,
        ),
        _ => (
            model.strings.tell("due-late", &[("days", (-days).into())]),
            Role::Bad,
        ),
    }
}

/// Paints a card into as many lines as it is given: two, or three where there is room.
pub fn paint(
    buffer: &mut Buffer,
    area: Rect,
    model: &Model,
    card: &Card,
    stage: &Stage,
    selected: bool,
    today: jiff::civil::Date,
) {
    let theme = model.theme;
    let glyphs = theme.glyphs();
    let pending = model.is_pending(card.id);
    let fresh = model.is_fresh(card.id);
    let ground = match (selected, fresh) {
        (true, _) => theme.style(Role::Selected),
        (false, true) => theme.style(Role::Fresh),
        (false, false) => Style::new(),
    };
    // Under its first line only: a moving selection rewrites what it colours, and over SSH every byte is waited for.
    let first = Rect {
        height: area.height.min(1),
        ..area
    };
    if selected || fresh {
        buffer.set_style(first.intersection(buffer.area), ground);
    }
    let over = |role: Role| ground.patch(theme.style(role));
    if selected {
        for y in 0..area.height {
            let style = if y == 0 {
                over(Role::Accent)
            } else {
                theme.style(Role::Accent)
            };
            put(buffer, area, 0, y, glyphs.selected, style);
        }
    }
    let room = Rect {
        x: area.x.saturating_add(1),
        width: area.width.saturating_sub(2),
        ..area
    };
    let amount = text::money_short(
        card.amount_minor.into(),
        model.minor_digits(),
        model.locale(),
    );
    let left = put_right(buffer, room, 0, 0, &amount, over(Role::Strong));
    let (sign, role) = match (pending, fresh) {
        (true, _) => (glyphs.pending, Role::Pending),
        (false, true) => (glyphs.fresh, Role::Accent),
        (false, false) => ("", Role::Text),
    };
    let used = if sign.is_empty() {
        0
    } else {
        put(buffer, room, 0, 0, sign, over(Role::Accent)) + 1
    };
    let name = Rect {
        width: left.saturating_sub(1),
        ..room
    };
    let name_role = if pending {
        role
    } else if selected {
        Role::Strong
    } else {
        Role::Text
    };
    put(buffer, name, used, 0, &card.name, over(name_role));
    details(buffer, room, model, card, stage, today);
}

fn details(
    buffer: &mut Buffer,
    room: Rect,
    model: &Model,
    card: &Card,
    stage: &Stage,
    today: jiff::civil::Date,
) {
    let over = |role: Role| model.theme.style(role);
    let (due, due_role) = due(model, card, stage, today);
    let (age, age_role) = stage_age(model, card, stage);
    if room.height > COMPACT_CARD_HEIGHT {
        names(buffer, room, model, card, true);
        put_right(buffer, room, 0, 2, &due, over(due_role));
        let words = match stage.kind {
            StageKind::Open => model.strings.tell("in-stage", &[("age", age.into())]),
            StageKind::Won => model.strings.tell("won-ago", &[("age", age.into())]),
            StageKind::Lost if card.lost_reason.is_empty() => {
                model.strings.tell("lost-ago", &[("age", age.into())])
            }
            StageKind::Lost => format!("{age} {}", card.lost_reason),
        };
        let left = Rect {
            width: room.width.saturating_sub(cells(&due) + 1),
            ..room
        };
        put(buffer, left, 0, 2, &words, over(age_role));
        return;
    }
    let mut left = room.width;
    if !due.is_empty() {
        let x = put_right(buffer, room, 0, 1, &due, over(due_role));
        left = x
            .min(room.width.saturating_sub(DUE_WIDTH))
            .saturating_sub(1);
    }
    left = put_right(buffer, room, room.width - left, 1, &age, over(age_role)).saturating_sub(1);
    // Where room is short, a customer already named in the deal's name is not named again.
    let named = card
        .name
        .contains(model.picture.customer_name(card.customer_id));
    names(
        buffer,
        Rect {
            width: left,
            ..room
        },
        model,
        card,
        !named,
    );
}

/// Customer and owner, in the second line.
fn names(buffer: &mut Buffer, room: Rect, model: &Model, card: &Card, with_customer: bool) {
    let over = |role: Role| model.theme.style(role);
    let customer = if with_customer {
        model.picture.customer_name(card.customer_id)
    } else {
        ""
    };
    let owner = match model.picture.member_name(card.owner_id) {
        "" => model.strings.say("unassigned"),
        owner => owner,
    };
    let dot = format!(" {} ", model.theme.glyphs().dot);
    // The customer keeps two thirds when both are long.
    let owner_room = cells(owner).min((room.width / 3).max(MIN_OWNER_WIDTH));
    let customer_room = room.width.saturating_sub(owner_room + cells(&dot));
    if !customer.is_empty() && customer_room < MIN_CUSTOMER_WIDTH {
        // One name that can be read says more than two that cannot.
        put(buffer, room, 0, 1, customer, over(Role::Dim));
        return;
    }
    let shown = text::truncate(customer, usize::from(customer_room));
    let mut x = put(buffer, room, 0, 1, &shown, over(Role::Dim));
    if x > 0 {
        x += put(buffer, room, x, 1, &dot, over(Role::Faint));
    }
    put(buffer, room, x, 1, owner, over(Role::Dim));
}
