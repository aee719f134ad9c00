//! What to do next: the person's own deals by what a move would bring, with the reason of each in words.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Listing;
use super::board::message;
use crate::hits::Hits;
use crate::list::Line;
use crate::model::{Model, SECOND_US};
use crate::record::{Card, NextAction, Stage, StageKind};
use crate::text;
use crate::theme::Role;
use crate::widgets::row::{self, Field, Lead};
use crate::widgets::{card, list, put};

/// Rows of an item: the deal, and below it the reason.
const ITEM_HEIGHT: u16 = 2;
/// Days without an activity from which that is a reason of its own.
const IDLE_FROM_DAYS: u32 = 7;
/// Basis points of a certainty.
const CERTAIN_BP: i128 = 10_000;

/// An action with its deal; a deal that is closed or off the board meanwhile needs nothing.
struct Item<'a> {
    action: &'a NextAction,
    card: &'a Card,
    stage: &'a Stage,
}

fn items(model: &Model) -> Vec<Item<'_>> {
    let actions = model.next_actions.rows.iter().flatten();
    actions
        .filter_map(|action| {
            let card = model.picture.board.card(action.opportunity_id)?;
            let stage = model.picture.stage(card.stage_id)?;
            // Moved since: its reason is no longer true, and a new list is on its way.
            let same = stage.id == action.stage_id && stage.kind == StageKind::Open;
            same.then_some(Item {
                action,
                card,
                stage,
            })
        })
        .collect()
}

/// The list for the keys.
pub fn listing(model: &Model) -> Listing {
    Listing {
        lines: items(model)
            .iter()
            .map(|item| Line::item(item.card.id, ITEM_HEIGHT))
            .collect(),
        area: row::below_head(model.frame().body, false),
    }
}

/// Paints the screen.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let theme = model.theme;
    let items = items(model);
    let lines = listing(model).lines;
    let area = row::below_head(body, false);
    let state = model.list();
    let hidden = list::paint(buffer, area, theme, &lines, &state, hits, |buffer, line| {
        paint_item(model, buffer, &items[line.place], line);
    });
    let about = match model.next_actions.member {
        None => model.strings.say("queue-about").to_owned(),
        Some(_) => {
            let who = model.picture.member_name(model.next_actions.member).into();
            model.strings.tell("queue-about-of", &[("who", who)])
        }
    };
    let title = model.strings.say("queue-title");
    row::head(buffer, body, theme, (title, &about, &hidden), &[]);
    if !items.is_empty() || !model.layers.is_empty() {
        return;
    }
    let say = |key: &str| model.strings.say(key).to_owned();
    let lines = match (&model.next_actions.problem, &model.next_actions.rows) {
        _ if model.queue_of().is_none() => vec![
            (say("queue-whose"), Role::Strong),
            (String::new(), Role::Text),
            (say("queue-whose-how"), Role::Dim),
        ],
        (Some(problem), _) => vec![(problem.clone(), Role::Bad)],
        (None, None) => vec![(say("loading"), Role::Dim)],
        (None, Some(_)) => vec![
            (say("queue-none"), Role::Strong),
            (String::new(), Role::Text),
            (say("queue-none-why"), Role::Dim),
        ],
    };
    message(model, buffer, area, &lines);
}

fn paint_item(model: &Model, buffer: &mut Buffer, item: &Item<'_>, line: list::Painted) {
    let theme = model.theme;
    let (sign, sign_role) = card::level_sign(model, item.card.level);
    let lead = Lead {
        sign,
        sign_role,
        name: &item.card.name,
        name_role: if line.selected {
            Role::Strong
        } else {
            Role::Text
        },
    };
    let money = |minor: i128| text::money_short(minor, model.minor_digits(), model.locale());
    let next = model.picture.stage(item.action.next_stage_id);
    let next = next.map_or("", |stage| stage.name.as_str());
    let arrow = theme.glyphs().forward;
    let fields = [
        Field::words(format!("{} {arrow} {next}", item.stage.name), Role::Dim, 28),
        Field::figure(money(item.card.amount_minor.into()), Role::Strong, 8),
    ];
    row::paint(buffer, line.area, (theme, line.ground), lead, &fields);
    let below = Rect {
        y: line.area.y + 1,
        height: line.area.height.saturating_sub(1),
        ..line.area
    };
    let dot = format!(" {} ", theme.glyphs().dot);
    let (left, role) = reason_of_time(model, item);
    let x = row::SIGN_WIDTH;
    let x = x + put(buffer, below, x, 0, &left, theme.style(role));
    let gain = i128::from(item.card.amount_minor) * i128::from(item.action.gain_bp) / CERTAIN_BP;
    let mut words = vec![model.strings.tell(
        "queue-gain",
        &[
            ("stage", next.into()),
            ("percent", text::percent(item.action.gain_bp.into()).into()),
            ("amount", money(gain).into()),
        ],
    )];
    if item.action.idle_days >= IDLE_FROM_DAYS {
        let idle = [("days", item.action.idle_days.into())];
        words.push(model.strings.tell("queue-idle", &idle));
    }
    let rest = format!("{dot}{}", words.join(&dot));
    put(buffer, below, x, 0, &rest, theme.style(Role::Dim));
}

/// How urgent it is, in words.
fn reason_of_time(model: &Model, item: &Item<'_>) -> (String, Role) {
    let (_, role) = card::level_sign(model, item.card.level);
    let age = |time: i64| text::age(time / SECOND_US, model.locale());
    let words = match model.stage_clock(item.card, item.stage).left_us {
        None => model.strings.say("queue-no-limit").to_owned(),
        Some(left) if left >= 0 => model
            .strings
            .tell("queue-left", &[("age", age(left).into())]),
        Some(over) => model
            .strings
            .tell("queue-over", &[("age", age(-over).into())]),
    };
    (words, role)
}
