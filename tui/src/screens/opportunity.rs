//! One deal: its fields, its way through the stages, what was done, whom to talk to.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::board::message;
use super::story::story;
use crate::model::{Model, SECOND_US, Screen};
use crate::record::{Card, Contact, Level, Stage, StageKind};
use crate::text::{self, Align};
use crate::theme::Role;
use crate::widgets::{card, cells, put};

/// From this width on, fields stand beside the history.
const TWO_PANES_FROM: u16 = 100;
/// Width of the fields' pane.
const FIELDS_WIDTH: u16 = 46;
/// Cells between the panes, the bar among them.
const PANE_GAP: u16 = 3;
/// Width of a field's label.
const LABEL_WIDTH: usize = 14;

/// Paints the deal.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, id: u64) {
    let Some(card) = model.picture.board.card(id).or(model
        .detail
        .detail
        .as_ref()
        .map(|detail| &detail.card))
    else {
        let lines = [(model.strings.say("deal-gone").to_owned(), Role::Dim)];
        message(model, buffer, body, &lines);
        return;
    };
    let inner = Rect {
        x: body.x + 1.min(body.width),
        width: body.width.saturating_sub(2),
        ..body
    };
    let y = heading(model, buffer, inner, card);
    let rest = Rect {
        y: inner.y + y.min(inner.height),
        height: inner.height.saturating_sub(y),
        ..inner
    };
    if rest.width < TWO_PANES_FROM {
        let mut lines = fields(model, card, rest.width);
        lines.extend(timeline(model, rest.width));
        lines_from(buffer, rest, &lines, model.detail.scroll);
        return;
    }
    let left = Rect {
        width: FIELDS_WIDTH,
        ..rest
    };
    let right = Rect {
        x: rest.x + FIELDS_WIDTH + PANE_GAP,
        width: rest.width - FIELDS_WIDTH - PANE_GAP,
        ..rest
    };
    lines_from(buffer, left, &fields(model, card, left.width), 0);
    for y in 0..rest.height {
        put(
            buffer,
            rest,
            FIELDS_WIDTH + 1,
            y,
            model.theme.glyphs().bar,
            model.theme.style(Role::Faint),
        );
    }
    lines_from(
        buffer,
        right,
        &timeline(model, right.width),
        model.detail.scroll,
    );
}

/// The furthest that the deal on the screen can be scrolled.
pub fn most_scroll(model: &Model) -> usize {
    let Screen::Opportunity(id) = model.screen else {
        return 0;
    };
    let body = model.frame().body;
    let width = body.width.saturating_sub(2);
    let height = usize::from(body.height.saturating_sub(HEADING_HEIGHT));
    let two_panes = width >= TWO_PANES_FROM;
    let story_width = if two_panes {
        width - FIELDS_WIDTH - PANE_GAP
    } else {
        width
    };
    let mut count = timeline(model, story_width).len();
    if !two_panes && let Some(card) = model.picture.board.card(id) {
        count += fields(model, card, width).len();
    }
    count.saturating_sub(height)
}

/// What happened to the deal.
fn timeline(model: &Model, width: u16) -> Vec<Line<'_>> {
    let state = &model.detail;
    let happenings = match (&state.detail, &state.problem) {
        (Some(detail), _) => Some(Ok(detail.timeline.as_slice())),
        (None, Some(problem)) => Some(Err(problem.as_str())),
        (None, None) => None,
    };
    story(model, happenings, width, "no-activities")
}

const HEADING_HEIGHT: u16 = 3;

pub(super) fn lines_from(buffer: &mut Buffer, area: Rect, lines: &[Line<'_>], scroll: usize) {
    let area = area.intersection(buffer.area);
    for (y, line) in (area.top()..area.bottom()).zip(lines.iter().skip(scroll)) {
        line.render(
            Rect {
                y,
                height: 1,
                ..area
            },
            buffer,
        );
    }
}

/// Name, number, amount and the way through the stages.
fn heading(model: &Model, buffer: &mut Buffer, area: Rect, card: &Card) -> u16 {
    let theme = model.theme;
    let amount = format!(
        "{} {}",
        text::money_full(card.amount_minor.into(), model.minor_digits()),
        model.currency()
    );
    let left = crate::widgets::put_right(buffer, area, 0, 0, &amount, theme.style(Role::Strong));
    let name = Rect {
        width: left.saturating_sub(2),
        ..area
    };
    let x = put(
        buffer,
        name,
        0,
        0,
        &Model::short_id(card),
        theme.style(Role::Dim),
    ) + 2;
    let x =
        x + put(
            buffer,
            name,
            x,
            0,
            &card.name,
            theme.style(Role::Strong).patch(theme.style(Role::Accent)),
        ) + 2;
    if model.is_pending(card.id) {
        let words = format!(
            "{} {}",
            theme.glyphs().pending,
            model.strings.say("not-yet-saved")
        );
        put(buffer, name, x, 0, &words, theme.style(Role::Warn));
    }
    path(model, buffer, area, card);
    HEADING_HEIGHT
}

/// The stages in a row, the deal's own one marked.
fn path(model: &Model, buffer: &mut Buffer, area: Rect, card: &Card) {
    let theme = model.theme;
    let Some(pipeline) = model.picture.pipeline_of(card.stage_id) else {
        return;
    };
    let place = pipeline
        .stages
        .iter()
        .position(|stage| stage.id == card.stage_id)
        .unwrap_or(0);
    let shown = pipeline
        .stages
        .iter()
        .filter(|stage| !stage.retired || stage.id == card.stage_id);
    let wanted: usize = shown
        .clone()
        .map(|stage| text::width(&stage.name) + 3)
        .sum();
    let narrow = wanted > usize::from(area.width);
    let mut x = 0;
    for stage in shown {
        let here = stage.id == card.stage_id;
        if narrow && !here {
            continue;
        }
        let passed = pipeline
            .stages
            .iter()
            .position(|other| other.id == stage.id)
            .is_some_and(|other| other < place);
        let role = match (here, passed) {
            (true, _) => Role::Focus,
            (false, true) => Role::Text,
            (false, false) => Role::Dim,
        };
        let words = if here {
            format!(" {} ", stage.name)
        } else {
            stage.name.clone()
        };
        if x > 0 {
            x += put(buffer, area, x, 1, " › ", theme.style(Role::Faint));
        }
        x += put(buffer, area, x, 1, &words, theme.style(role));
    }
    if let Some(stage) = model.picture.stage(card.stage_id) {
        let (words, role) = card::left(model, card, stage);
        if stage.kind == StageKind::Open && x + 3 + cells(&words) <= area.width {
            put(buffer, area, x + 3, 1, &words, theme.style(role));
        }
    }
}

pub(super) fn title<'a>(model: &'a Model, key: &'a str, width: u16) -> Line<'a> {
    let words = model.strings.say(key);
    let rest = usize::from(width).saturating_sub(text::width(words) + 1);
    Line::from(vec![
        Span::styled(words, model.theme.style(Role::Strong)),
        Span::raw(" "),
        Span::styled(
            model.theme.glyphs().rule.repeat(rest),
            model.theme.style(Role::Faint),
        ),
    ])
}

fn label(model: &Model, key: &str) -> Span<'static> {
    Span::styled(
        text::fit(model.strings.say(key), LABEL_WIDTH, Align::Left),
        model.theme.style(Role::Dim),
    )
}

fn value(words: String, style: Style) -> Span<'static> {
    Span::styled(words, style)
}

/// What the deal says of itself, and its customer's people.
fn fields<'a>(model: &'a Model, card: &'a Card, width: u16) -> Vec<Line<'a>> {
    let theme = model.theme;
    let plain = theme.style(Role::Text);
    let room = usize::from(width).saturating_sub(LABEL_WIDTH);
    let stage = model.picture.stage(card.stage_id);
    let mut lines = vec![title(model, "section-deal", width)];
    let mut add = |key: &str, words: String, style: Style| {
        if words.is_empty() {
            return;
        }
        for (row, part) in text::wrap(&words, room).into_iter().enumerate() {
            let head = if row == 0 {
                label(model, key)
            } else {
                Span::raw(" ".repeat(LABEL_WIDTH))
            };
            lines.push(Line::from(vec![head, value(part.to_owned(), style)]));
        }
    };
    add(
        "field-customer",
        model.picture.customer_name(card.customer_id).to_owned(),
        plain,
    );
    let owner = model.picture.member_name(card.owner_id);
    let owner = if owner.is_empty() {
        model.strings.say("unassigned")
    } else {
        owner
    };
    add("field-owner", owner.to_owned(), plain);
    if let Some(stage) = stage {
        let (due, role) = card::due(model, card, stage, model.today());
        let date = card
            .contract_date
            .map(|date| long_date(model, date))
            .unwrap_or_default();
        let words = if due.is_empty() {
            date
        } else {
            format!("{date}  {due}")
        };
        add(
            "field-contract-date",
            words,
            theme.style(if role == Role::Dim { Role::Text } else { role }),
        );
        add("field-probability", probability(model, card, stage), plain);
        let weighted = crate::board::weighted_minor(card, stage.win_probability_bp);
        if stage.kind == StageKind::Open {
            add(
                "field-weighted",
                text::money_full(weighted, model.minor_digits()),
                plain,
            );
            add(
                "field-stagnation",
                stagnation(model, card, stage),
                theme.style(card::level_sign(model, card.level).1),
            );
        }
    }
    if let Some(high) = card
        .high_water_stage_id
        .filter(|high| *high != card.stage_id)
    {
        add(
            "field-high-water",
            model
                .picture
                .stage(high)
                .map(|stage| stage.name.clone())
                .unwrap_or_default(),
            plain,
        );
    }
    add(
        "field-lost-reason",
        card.lost_reason.clone(),
        theme.style(Role::Bad),
    );
    add("field-grade", card.grade.clone(), plain);
    add("field-source", card.source.clone(), plain);
    add(
        "field-created",
        long_date(model, model.date_of(card.created_us)),
        plain,
    );
    add("field-note", card.note.clone(), plain);
    if let Some(detail) = &model.detail.detail {
        let names: Vec<&str> = detail
            .collaborator_ids
            .iter()
            .map(|id| model.picture.member_name(Some(*id)))
            .filter(|name| !name.is_empty())
            .collect();
        add("field-collaborators", names.join(", "), plain);
        lines.push(Line::default());
        lines.push(title(model, "section-contacts", width));
        if detail.contacts.is_empty() {
            lines.push(hint(model, "no-contacts"));
        }
        for contact in &detail.contacts {
            lines.extend(contact_lines(model, contact));
        }
    }
    lines.push(Line::default());
    lines
}

pub(super) fn hint<'a>(model: &'a Model, key: &'a str) -> Line<'a> {
    Line::styled(model.strings.say(key), model.theme.style(Role::Dim))
}

fn long_date(model: &Model, date: jiff::civil::Date) -> String {
    use jiff::civil::Weekday;
    let weekday = match date.weekday() {
        Weekday::Monday => "weekday-1",
        Weekday::Tuesday => "weekday-2",
        Weekday::Wednesday => "weekday-3",
        Weekday::Thursday => "weekday-4",
        Weekday::Friday => "weekday-5",
        Weekday::Saturday => "weekday-6",
        Weekday::Sunday => "weekday-7",
    };
    format!("{date} {}", model.strings.say(weekday))
}

/// Its own probability beside its stage's: both are shown.
fn probability(model: &Model, card: &Card, stage: &Stage) -> String {
    let of_stage = text::percent(stage.win_probability_bp.into());
    match card.win_probability_bp {
        Some(own) => model.strings.tell(
            "probability-own",
            &[
                ("own", text::percent(own.into()).into()),
                ("stage", of_stage.into()),
            ],
        ),
        None => of_stage,
    }
}

fn stagnation(model: &Model, card: &Card, stage: &Stage) -> String {
    let clock = model.stage_clock(card, stage);
    let run = card::span(model, clock.run_us);
    let Some(left) = clock.left_us else {
        return model
            .strings
            .tell("stagnation-never", &[("clock", run.into())]);
    };
    let period = text::age((clock.run_us + left) / SECOND_US, model.locale());
    let key = match card.level {
        Level::Moving => "stagnation-moving",
        Level::Approaching => "stagnation-approaching",
        Level::Stalled => "stagnation-stalled",
        Level::Critical => "stagnation-critical",
    };
    let words = model
        .strings
        .tell(key, &[("clock", run.into()), ("period", period.into())]);
    let calendar = model.picture.pipeline_of(stage.id);
    if calendar.is_some_and(|pipeline| pipeline.calendar.working_days_only) {
        format!("{words} {}", model.strings.say("working-days"))
    } else {
        words
    }
}

pub(super) fn contact_lines<'a>(model: &'a Model, contact: &'a Contact) -> Vec<Line<'a>> {
    let theme = model.theme;
    let about: Vec<&str> = [&contact.title, &contact.role, &contact.stance]
        .into_iter()
        .map(String::as_str)
        .filter(|words| !words.is_empty())
        .collect();
    let reach: Vec<&str> = [&contact.phone, &contact.email]
        .into_iter()
        .map(String::as_str)
        .filter(|words| !words.is_empty())
        .collect();
    let dot = format!(" {} ", theme.glyphs().dot);
    let mut lines = vec![Line::from(vec![
        Span::styled(contact.name.as_str(), theme.style(Role::Text)),
        Span::styled(
            if about.is_empty() {
                String::new()
            } else {
                format!("  {}", about.join(&dot))
            },
            theme.style(Role::Dim),
        ),
    ])];
    if !reach.is_empty() {
        lines.push(Line::styled(
            format!("  {}", reach.join(&dot)),
            theme.style(Role::Dim),
        ));
    }
    lines
}
