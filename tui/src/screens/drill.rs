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
use crate::report::{Ask, Deals, Place, Scores};
use crate::text;
use crate::theme::Role;
use crate::widgets::row::{self, Field, Lead};
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
    // Title, sums, and what the columns are where all of them have room.
    let head = if body.width >= WIDE_FROM { 3 } else { 2 };
    let head = head.min(body.height);
    Rect {
        y: body.y + head,
        height: body.height - head,
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
    if body.width >= WIDE_FROM && !listing.lines.is_empty() {
        let place = Rect {
            y: body.y + 2.min(body.height),
            height: body.height.saturating_sub(2).min(1),
            x: listing.area.x + 1.min(listing.area.width),
            width: listing.area.width.saturating_sub(1),
        };
        row::captions(buffer, place, model.theme, &captions(model, why));
    }
    let (scores, deals) = (model.reports.scores(place), model.reports.deals(place));
    let words = match (scores, deals) {
        (Some(scores), _) => score_sums(model, scores),
        (None, Some(deals)) => deal_sums(model, deals),
        (None, None) => return,
    };
    let dim = model.theme.style(Role::Dim);
    put(buffer, sums, 1, 0, &words, dim);
    let hidden = list::paint(
        buffer,
        listing.area,
        model.theme,
        &listing.lines,
        &model.list(),
        hits,
        |buffer, line| {
            if let Some(row) = scores.and_then(|scores| scores.rows.get(line.place)) {
                let fresh = row.deal_id.is_some_and(|id| model.is_fresh(id));
                let line = line.tinted(buffer, model.theme, fresh);
                score(model, buffer, line.area, row, line.ground);
            } else if let Some(row) = deals.and_then(|deals| deals.rows.get(line.place)) {
                let line = line.tinted(buffer, model.theme, model.is_fresh(row.id));
                deal(model, buffer, line.area, row, line.ground);
            }
        },
    );
    if !hidden.is_empty() {
        put_right(buffer, sums, 1, 0, &hidden, dim);
    }
}

/// What the entries that count make together.
fn score_sums(model: &Model, scores: &Scores) -> String {
    let credited = scores.rows.iter().filter(|row| row.credited);
    let (count, amount) = credited.fold((0, 0), |(count, amount), row| {
        (count + row.count, amount + row.amount)
    });
    let arguments = [
        ("entries", scores.total.into()),
        ("count", count.into()),
        ("amount", money(model, amount).into()),
    ];
    model.strings.tell("why-sums", &arguments)
}

/// What the deals make together, and whether these are all.
fn deal_sums(model: &Model, deals: &Deals) -> String {
    let amount = deals.rows.iter().map(|row| row.amount).sum();
    let shown = u64::try_from(deals.rows.len()).unwrap_or(u64::MAX);
    let key = if deals.total > shown {
        "deals-sums-part"
    } else {
        "deals-sums"
    };
    let arguments = [
        ("count", deals.total.into()),
        ("shown", shown.into()),
        ("amount", money(model, amount).into()),
    ];
    model.strings.tell(key, &arguments)
}

fn money(model: &Model, amount: i128) -> String {
    text::money_short(amount, model.minor_digits(), model.locale())
}

fn owner(model: &Model, id: Option<u64>) -> &str {
    match model.picture.member_name(id) {
        "" => model.strings.say("unassigned"),
        name => name,
    }
}

/// Columns of a deal behind its name, in the order in which they are left away.
fn deal_fields(words: [String; 5], level: Role, wide: bool) -> Vec<Field> {
    let [stage, owner, due, age, amount] = words;
    let age = Field::figure(age, level, 6);
    let amount = Field::figure(amount, Role::Strong, 7);
    if !wide {
        return vec![age, amount];
    }
    vec![
        Field::words(stage, Role::Text, 13),
        Field::words(owner, Role::Dim, 9),
        Field::figure(due, Role::Dim, 11),
        age,
        amount,
    ]
}

/// Columns of a score entry behind its name, in the order in which they are left away.
fn score_fields(words: [String; 6], credit: Role, wide: bool) -> Vec<Field> {
    let [time, stage, member, count, amount, credited] = words;
    let mut fields = vec![
        Field::figure(count, Role::Dim, 4),
        Field::figure(amount, Role::Strong, 7),
        Field::words(credited, credit, 1),
    ];
    if wide {
        let left = [
            Field::words(time, Role::Dim, 12),
            Field::words(stage, Role::Text, 13),
            Field::words(member, Role::Dim, 8),
        ];
        fields.splice(0..0, left);
    }
    fields
}

/// What the columns are, where there is room for all of them.
fn captions(model: &Model, why: bool) -> Vec<Field> {
    let say = |key: &str| model.strings.say(key).to_owned();
    let mut fields = if why {
        let words = [
            say("caption-when"),
            say("caption-move"),
            say("field-owner"),
            say("caption-count"),
            say("field-amount"),
            String::new(),
        ];
        score_fields(words, Role::Dim, true)
    } else {
        let words = [
            say("field-stage"),
            say("field-owner"),
            say("field-contract-date"),
            say("caption-age"),
            say("field-amount"),
        ];
        deal_fields(words, Role::Dim, true)
    };
    for field in &mut fields {
        field.role = Role::Dim;
    }
    fields
}

fn deal(model: &Model, buffer: &mut Buffer, line: Rect, row: &DealRow, ground: Style) {
    let theme = model.theme;
    let stage = model
        .picture
        .stage(row.stage_id)
        .map_or("", |stage| stage.name.as_str());
    let due = row
        .contract_date
        .map(|day| report::day(model, day))
        .unwrap_or_default();
    let at = model.lens.as_of.unwrap_or(model.now);
    let clock = row.stage_clock_before_us + model.worked_us(row.stage_id, row.stage_entered_us, at);
    let glyphs = theme.glyphs();
    let (sign, role) = match row.level {
        Level::Moving => ("", Role::Dim),
        Level::Approaching => (glyphs.approaching, Role::Warn),
        Level::Stalled => (glyphs.stalled, Role::Bad),
        Level::Critical => (glyphs.critical, Role::Bad),
    };
    let words = [
        stage.to_owned(),
        owner(model, row.owner_id).to_owned(),
        due,
        text::age(clock / SECOND_US, model.locale()),
        money(model, row.amount),
    ];
    let fields = deal_fields(words, role, line.width >= WIDE_FROM);
    let lead = Lead {
        sign,
        sign_role: role,
        name: &row.name,
        name_role: Role::Text,
    };
    row::paint(buffer, line, (theme, ground), lead, &fields);
}

fn score(model: &Model, buffer: &mut Buffer, line: Rect, row: &ScoreRow, ground: Style) {
    let theme = model.theme;
    let glyphs = theme.glyphs();
    let stage = row
        .stage_id
        .and_then(|id| model.picture.stage(id))
        .map(|stage| format!("{} {}", glyphs.forward, stage.name))
        .unwrap_or_default();
    let (credited, credit) = if row.credited {
        (glyphs.done, Role::Good)
    } else {
        (glyphs.wrong, Role::Dim)
    };
    let words = [
        report::instant(model, row.time),
        stage,
        owner(model, row.member_id).to_owned(),
        format!("{:+}", row.count),
        money(model, row.amount),
        credited.to_owned(),
    ];
    let fields = score_fields(words, credit, line.width >= WIDE_FROM);
    let mut name = match row.deal_id {
        Some(id) => model
            .picture
            .board
            .card(id)
            .map_or_else(|| format!("O-{id}"), |card| card.name.clone()),
        None => model.strings.say("score-no-deal").to_owned(),
    };
    if !row.credited {
        let why = match row.uncredited_reason.as_str() {
            "BELOW_HIGH_WATER" => model.strings.say("uncredited-below"),
            "IMPORTED_WITHOUT_TIME" => model.strings.say("uncredited-imported"),
            "ALREADY_WON" => model.strings.say("uncredited-won"),
            _ => model.strings.say("uncredited"),
        };
        name = format!("{name} {} {why}", glyphs.dot);
    }
    let lead = Lead {
        sign: "",
        sign_role: Role::Dim,
        name: &name,
        name_role: Role::Text,
    };
    row::paint(buffer, line, (theme, ground), lead, &fields);
}
