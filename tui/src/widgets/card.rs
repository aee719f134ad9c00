//! A card: name and amount, customer and owner, what is left of the stage's period and of the days to the contract date.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{cells, put, put_right};
use crate::layout::COMPACT_CARD_HEIGHT;
use crate::model::{Model, SECOND_US};
use crate::record::{Card, Level, Micros, Stage, StageKind};
use crate::text;
use crate::theme::Role;

/// Cells of the days to the contract date, so that the times before them stand under each other.
const DUE_WIDTH: u16 = 7;
/// Fewest cells in which a second name says anything.
const MIN_OWNER_WIDTH: u16 = 4;
/// Fewest cells in which a customer beside an owner says anything.
const MIN_CUSTOMER_WIDTH: u16 = 8;

/// The sign and the look of a level; the sign is empty while the deal moves.
pub fn level_sign(model: &Model, level: Level) -> (&'static str, Role) {
    let glyphs = model.theme.glyphs();
    match level {
        Level::Moving => ("", Role::Dim),
        Level::Approaching => (glyphs.approaching, Role::Warn),
        Level::Stalled => (glyphs.stalled, Role::Bad),
        Level::Critical => (glyphs.critical, Role::Bad),
    }
}

/// A span in one figure. The screen is painted anew each minute only: seconds would stand still.
pub fn span(model: &Model, time: Micros) -> String {
    if time < 60 * SECOND_US {
        return model.strings.say("just-now").to_owned();
    }
    text::age(time / SECOND_US, model.locale())
}

/// What is left until a deal is stalled, or how long it has been: `3d left`, `▲ 2d over`. Where the stage has no period, the time in it.
pub fn left(model: &Model, card: &Card, stage: &Stage) -> (String, Role) {
    let glyphs = model.theme.glyphs();
    let since = || span(model, model.seen_at() - card.stage_entered_us);
    match stage.kind {
        StageKind::Won => return (format!("{} {}", glyphs.done, since()), Role::Good),
        StageKind::Lost => return (format!("{} {}", glyphs.wrong, since()), Role::Dim),
        StageKind::Open => {}
    }
    let clock = model.stage_clock(card, stage);
    let (sign, role) = level_sign(model, card.level);
    let words = match clock.left_us {
        Some(left) if left >= 0 => {
            let left = text::age(left / SECOND_US, model.locale());
            model.strings.tell("stay-left", &[("age", left.into())])
        }
        Some(over) => {
            let over = text::age(-over / SECOND_US, model.locale());
            model.strings.tell("stay-over", &[("age", over.into())])
        }
        None => span(model, clock.run_us),
    };
    if sign.is_empty() {
        (words, role)
    } else {
        (format!("{sign} {words}"), role)
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

/// Paints a card into as many lines as it is given, one to three.
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
    let dragged = model.dragged().is_some_and(|drag| drag.id == card.id);
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
    let mut used = 0;
    if model.is_in_selection(card.id) && !model.past_is_shown() {
        let mark = over(Role::Accent).patch(theme.style(Role::Strong));
        used += put(buffer, room, 0, 0, glyphs.marked, mark) + 1;
    }
    if !sign.is_empty() {
        used += put(buffer, room, used, 0, sign, over(Role::Accent)) + 1;
    }
    if area.height < COMPACT_CARD_HEIGHT && stage.kind == StageKind::Open {
        // The only line says what asks for a person.
        let (sign, role) = level_sign(model, card.level);
        if !sign.is_empty() {
            used += put(buffer, room, used, 0, sign, over(role)) + 1;
        }
    }
    let name = Rect {
        width: left.saturating_sub(1),
        ..room
    };
    let name_role = if dragged {
        // It is at the pointer; here is where it would go back to.
        Role::Faint
    } else if pending {
        role
    } else if selected {
        Role::Strong
    } else {
        Role::Text
    };
    put(buffer, name, used, 0, &card.name, over(name_role));
    if area.height >= COMPACT_CARD_HEIGHT {
        details(buffer, room, model, card, stage, today);
    }
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
    let (age, age_role) = left(model, card, stage);
    if room.height > COMPACT_CARD_HEIGHT {
        names(buffer, room, model, card, true);
        put_right(buffer, room, 0, 2, &due, over(due_role));
        let words = match stage.kind {
            StageKind::Open => in_stage(model, card, stage, age, room.width, &due),
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

/// What is left, and the time in the stage where there is room for it.
fn in_stage(
    model: &Model,
    card: &Card,
    stage: &Stage,
    left: String,
    room: u16,
    due: &str,
) -> String {
    let clock = model.stage_clock(card, stage);
    let run = span(model, clock.run_us);
    let run = model.strings.tell("in-stage", &[("age", run.into())]);
    if clock.left_us.is_none() {
        return run;
    }
    let both = format!("{left} {} {run}", model.theme.glyphs().dot);
    if cells(&both) + cells(due) < room {
        both
    } else {
        left
    }
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
