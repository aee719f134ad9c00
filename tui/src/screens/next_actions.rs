//! What to do next: the person's own deals by what a move would bring, with the reason of each in words.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Listing;
use super::board::message;
use crate::follow_up::FollowUp;
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

/// A line of the list.
enum Entry<'a> {
    /// What follows, by the key of its words.
    Heading(&'static str),
    /// Something that was promised.
    Promised(&'a FollowUp),
    /// A deal by what a move would bring.
    Next(Item<'a>),
}

impl Entry<'_> {
    fn line(&self) -> Line {
        match self {
            Self::Heading(_) => Line::HEADING,
            Self::Promised(row) => Line::item(row.list_id(), ITEM_HEIGHT),
            Self::Next(item) => Line::item(item.card.id, ITEM_HEIGHT),
        }
    }
}

/// What was promised first, because somebody waits for it; headings only where there are both.
fn entries(model: &Model) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = model.follow_ups().map(Entry::Promised).collect();
    let items = items(model);
    if !entries.is_empty() {
        entries.insert(0, Entry::Heading("queue-promised"));
        if !items.is_empty() {
            entries.push(Entry::Heading("queue-by-gain"));
        }
    }
    entries.extend(items.into_iter().map(Entry::Next));
    entries
}

/// The list for the keys.
pub fn listing(model: &Model) -> Listing {
    Listing {
        lines: entries(model).iter().map(Entry::line).collect(),
        area: row::below_head(model.frame().body, false),
    }
}

/// Paints the screen.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let theme = model.theme;
    let entries = entries(model);
    let lines: Vec<Line> = entries.iter().map(Entry::line).collect();
    let area = row::below_head(body, false);
    let state = model.list();
    let hidden = list::paint(
        buffer,
        area,
        theme,
        &lines,
        &state,
        hits,
        |buffer, line| match entries.get(line.place) {
            Some(Entry::Heading(key)) => {
                row::heading(buffer, line.area, theme, model.strings.say(key), Role::Dim);
            }
            Some(Entry::Promised(row)) => paint_promised(model, buffer, row, line),
            Some(Entry::Next(item)) => {
                let line = line.tinted(buffer, theme, model.is_fresh(item.card.id));
                paint_item(model, buffer, item, line);
            }
            None => {}
        },
    );
    let about = match model.next_actions.member {
        None => model.strings.say("queue-about").to_owned(),
        Some(_) => {
            let who = model.picture.member_name(model.next_actions.member).into();
            model.strings.tell("queue-about-of", &[("who", who)])
        }
    };
    let title = model.strings.say("queue-title");
    row::head(buffer, body, theme, (title, &about, &hidden), &[]);
    if !entries.is_empty() || !model.layers.is_empty() {
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

/// A deal that somebody is to come back to: when, to whom, and what was said last.
fn paint_promised(model: &Model, buffer: &mut Buffer, row: &FollowUp, line: list::Painted) {
    let theme = model.theme;
    let Some(deal) = model.picture.board.card(row.opportunity_id) else {
        return;
    };
    let days = row.day.since(model.today());
    let days = days.map_or(0, |span| i64::from(span.get_days()));
    let role = match days {
        ..0 => Role::Bad,
        0 => Role::Warn,
        _ => Role::Dim,
    };
    let lead = Lead {
        sign: theme.glyphs().message,
        sign_role: role,
        name: &deal.name,
        name_role: if line.selected {
            Role::Strong
        } else {
            Role::Text
        },
    };
    let contact = row
        .contact_id
        .and_then(|id| model.picture.contacts.get(&id));
    let who = match contact {
        Some(contact) => contact.name.clone(),
        None => model.picture.customer_name(deal.customer_id).to_owned(),
    };
    let due = crate::layers::date_words(model, row.day);
    let fields = [Field::words(who, Role::Dim, 28)];
    row::paint(buffer, line.area, (theme, line.ground), lead, &fields);
    let below = Rect {
        y: line.area.y + 1,
        height: line.area.height.saturating_sub(1),
        ..line.area
    };
    let x = row::SIGN_WIDTH;
    let x = x + put(buffer, below, x, 0, &due, theme.style(role));
    if !row.words.is_empty() {
        let words = [("words", row.words.as_str().into())];
        let said = model.strings.tell("follow-up-said", &words);
        let said = format!(" {} {said}", theme.glyphs().dot);
        put(buffer, below, x, 0, &said, theme.style(Role::Dim));
    }
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
