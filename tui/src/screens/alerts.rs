//! Alerts: which deals stagnate, how far, and what to do about them with one key each.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Listing;
use super::board::message;
use crate::attention::{Alert, AlertState};
use crate::hits::Hits;
use crate::list::Line;
use crate::model::{Model, SECOND_US};
use crate::record::{Card, Level, Stage};
use crate::text;
use crate::theme::Role;
use crate::widgets::row::{self, Field, Lead};
use crate::widgets::{card, list, put};

/// From this width on, an alert is one line with everything under each other.
const WIDE_FROM: u16 = 100;
/// Most alerts listed: nobody works through more before the list has changed.
const MAX_LISTED: usize = 1_000;

/// A group of alerts, in the order of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    Level(Level),
    Snoozed,
}

fn group(alert: &Alert) -> Group {
    match alert.state {
        AlertState::Snoozed { .. } => Group::Snoozed,
        _ => Group::Level(alert.level),
    }
}

/// An alert with what it is about; none when the deal is not on the board (any more).
struct Row<'a> {
    alert: &'a Alert,
    card: &'a Card,
    stage: &'a Stage,
}

enum Entry<'a> {
    Heading(Group, usize, i128),
    Row(Row<'a>),
}

/// What is listed, in order.
fn entries(model: &Model) -> Vec<Entry<'_>> {
    let alerts = model.picture.attention.alerts_of(model.me);
    let rows: Vec<Row<'_>> = alerts
        .into_iter()
        .filter_map(|alert| {
            let card = model.picture.board.card(alert.opportunity_id)?;
            let stage = model.picture.stage(card.stage_id)?;
            Some(Row { alert, card, stage })
        })
        .take(MAX_LISTED)
        .collect();
    let mut entries = Vec::with_capacity(rows.len() + 4);
    let mut rows = rows.into_iter().peekable();
    while let Some(first) = rows.peek() {
        let here = group(first.alert);
        let mut members = Vec::new();
        while let Some(row) = rows.next_if(|row| group(row.alert) == here) {
            members.push(row);
        }
        let amount = members
            .iter()
            .map(|row| i128::from(row.card.amount_minor))
            .sum();
        entries.push(Entry::Heading(here, members.len(), amount));
        entries.extend(members.into_iter().map(Entry::Row));
    }
    entries
}

/// The list for the keys.
pub fn listing(model: &Model) -> Listing {
    let body = model.frame().body;
    let height = if body.width >= WIDE_FROM { 1 } else { 2 };
    let lines = entries(model)
        .iter()
        .map(|entry| match entry {
            Entry::Heading(..) => Line::HEADING,
            Entry::Row(row) => Line::item(row.alert.id, height),
        })
        .collect();
    Listing {
        lines,
        area: row::below_head(body, captioned(model, body)),
    }
}

/// Whether the columns have room and a line that names them.
fn captioned(model: &Model, body: Rect) -> bool {
    body.width >= WIDE_FROM && !model.picture.attention.alerts_of(model.me).is_empty()
}

/// The alert that the cursor is on.
pub fn selected(model: &Model) -> Option<&Alert> {
    model.picture.attention.alert(model.list().id?)
}

/// Paints the screen.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let theme = model.theme;
    let entries = entries(model);
    let listing = listing(model);
    let area = listing.area;
    let wide = body.width >= WIDE_FROM;
    let hidden = list::paint(
        buffer,
        area,
        theme,
        &listing.lines,
        &model.list(),
        hits,
        |buffer, line| match &entries[line.place] {
            Entry::Heading(group, count, amount) => {
                let (words, role) = group_words(model, *group, *count, *amount);
                row::heading(buffer, line.area, theme, &words, role);
            }
            Entry::Row(item) => {
                let line = line.tinted(buffer, theme, model.is_fresh(item.card.id));
                paint_row(model, buffer, item, line, wide);
            }
        },
    );
    let open = entries
        .iter()
        .filter(
            |entry| matches!(entry, Entry::Row(row) if matches!(group(row.alert), Group::Level(_))),
        )
        .count();
    let about = model
        .strings
        .tell("alerts-about", &[("count", open.into())]);
    let captions = if captioned(model, body) {
        captions(model)
    } else {
        Vec::new()
    };
    let title = model.strings.say("alerts-title");
    row::head(buffer, body, theme, (title, &about, &hidden), &captions);
    if entries.is_empty() && model.layers.is_empty() {
        let say = |key: &str| model.strings.say(key).to_owned();
        let lines = [
            (say("alerts-none"), Role::Strong),
            (String::new(), Role::Text),
            (say("alerts-none-why"), Role::Dim),
        ];
        message(model, buffer, area, &lines);
    }
}

fn group_words(model: &Model, group: Group, count: usize, amount: i128) -> (String, Role) {
    let (sign, role) = match group {
        Group::Level(level) => card::level_sign(model, level),
        Group::Snoozed => (model.theme.glyphs().pending, Role::Dim),
    };
    let key = match group {
        Group::Level(level) => level_key(level),
        Group::Snoozed => "alerts-snoozed",
    };
    let amount = text::money_short(amount, model.minor_digits(), model.locale());
    let dot = model.theme.glyphs().dot;
    let name = model.strings.say(key);
    (format!("{sign} {name} {dot} {count} {dot} {amount}"), role)
}

/// Key of a level's name.
pub(super) const fn level_key(level: Level) -> &'static str {
    match level {
        Level::Moving => "level-moving",
        Level::Approaching => "level-approaching",
        Level::Stalled => "level-stalled",
        Level::Critical => "level-critical",
    }
}

fn fields(words: [String; 5], over: Role) -> Vec<Field> {
    let [stage, left, since, amount, owner] = words;
    vec![
        Field::words(since, Role::Dim, 16),
        Field::words(stage, Role::Text, 14),
        Field::words(left, over, 12),
        Field::figure(amount, Role::Strong, 8),
        Field::words(owner, Role::Text, 12),
    ]
}

fn captions(model: &Model) -> Vec<Field> {
    let say = |key: &str| model.strings.say(key).to_owned();
    let words = [
        say("field-stage"),
        say("caption-left"),
        say("caption-since"),
        say("field-amount"),
        say("field-owner"),
    ];
    let mut fields = fields(words, Role::Dim);
    for field in &mut fields {
        field.role = Role::Dim;
    }
    fields
}

fn paint_row(model: &Model, buffer: &mut Buffer, item: &Row<'_>, line: list::Painted, wide: bool) {
    let Row { alert, card, stage } = *item;
    let theme = model.theme;
    let (sign, sign_role) = card::level_sign(model, card.level);
    let (left, left_role) = left_words(model, card, stage);
    let amount = text::money_short(
        card.amount_minor.into(),
        model.minor_digits(),
        model.locale(),
    );
    let owner = owner(model, card);
    let since = match alert.state {
        AlertState::Snoozed { until_us } => model.strings.tell(
            "alert-until",
            &[("date", model.date_of(until_us).to_string().into())],
        ),
        _ => since(model, alert.raised_us),
    };
    let lead = Lead {
        sign,
        sign_role,
        name: &card.name,
        name_role: if line.selected {
            Role::Strong
        } else {
            Role::Text
        },
    };
    if wide {
        let words = [stage.name.clone(), left, since, amount, owner];
        let fields = fields(words, left_role);
        row::paint(buffer, line.area, (theme, line.ground), lead, &fields);
        return;
    }
    let figure = [Field::figure(amount, Role::Strong, 8)];
    row::paint(buffer, line.area, (theme, line.ground), lead, &figure);
    let second = Rect {
        y: line.area.y + 1,
        height: line.area.height.saturating_sub(1),
        ..line.area
    };
    let dot = format!(" {} ", theme.glyphs().dot);
    let x = row::SIGN_WIDTH;
    let x = x + put(buffer, second, x, 0, &left, theme.style(left_role));
    let rest = format!("{dot}{}{dot}{owner}{dot}{since}", stage.name);
    put(buffer, second, x, 0, &rest, theme.style(Role::Dim));
}

/// What is left or over, without the sign, which leads the line.
pub(super) fn left_words(model: &Model, deal: &Card, stage: &Stage) -> (String, Role) {
    let (words, role) = card::left(model, deal, stage);
    let (sign, _) = card::level_sign(model, deal.level);
    let words = words.strip_prefix(sign).unwrap_or(&words).trim_start();
    (words.to_owned(), role)
}

pub(super) fn owner(model: &Model, card: &Card) -> String {
    match model.picture.member_name(card.owner_id) {
        "" => model.strings.say("unassigned").to_owned(),
        owner => owner.to_owned(),
    }
}

/// How long ago, in one figure.
pub(super) fn since(model: &Model, time: i64) -> String {
    let age = (model.now - time).max(0);
    if age < 60 * SECOND_US {
        return model.strings.say("just-now").to_owned();
    }
    let age = text::age(age / SECOND_US, model.locale());
    model.strings.tell("ago", &[("age", age.into())])
}
