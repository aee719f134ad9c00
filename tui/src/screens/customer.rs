//! One customer: its deals, its people, and everything that was done for it, newest first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::alerts::left_words;
use super::board::message;
use super::opportunity::{contact_lines, hint, lines_from, title};
use super::story::story;
use crate::model::{Model, Screen};
use crate::record::{Card, Contact};
use crate::text::{self, Align};
use crate::theme::Role;
use crate::widgets::{card, put};

/// Rows of the heading: the name, and a gap.
const HEADING_HEIGHT: u16 = 2;
/// Cells of a stage's name and of an amount.
const STAGE_WIDTH: usize = 14;
const AMOUNT_WIDTH: usize = 8;
/// Cells of what is left of the stage's time, or over it.
const LEFT_WIDTH: usize = 9;
/// From this width on the stage is named too.
const STAGE_FROM: usize = 60;

/// Paints the customer.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, id: u64) {
    let Some(customer) = model.picture.customers.get(&id) else {
        let lines = [(model.strings.say("customer-gone").to_owned(), Role::Dim)];
        message(model, buffer, body, &lines);
        return;
    };
    let inner = Rect {
        x: body.x + 1.min(body.width),
        width: body.width.saturating_sub(2),
        ..body
    };
    let theme = model.theme;
    let strong = theme.style(Role::Accent).patch(theme.style(Role::Strong));
    let x = put(buffer, inner, 0, 0, &customer.name, strong) + 2;
    let sites: Vec<&str> = customer
        .sites
        .iter()
        .map(|site| site.name.as_str())
        .collect();
    let dot = format!(" {} ", theme.glyphs().dot);
    put(
        buffer,
        inner,
        x,
        0,
        &sites.join(&dot),
        theme.style(Role::Dim),
    );
    let rest = Rect {
        y: inner.y + HEADING_HEIGHT.min(inner.height),
        height: inner.height.saturating_sub(HEADING_HEIGHT),
        ..inner
    };
    let lines = lines(model, id, rest.width);
    lines_from(buffer, rest, &lines, model.detail.scroll);
}

/// The furthest that the customer on the screen can be scrolled.
pub fn most_scroll(model: &Model) -> usize {
    let Screen::Customer(id) = model.screen else {
        return 0;
    };
    let body = model.frame().body;
    let height = usize::from(body.height.saturating_sub(HEADING_HEIGHT));
    lines(model, id, body.width.saturating_sub(2))
        .len()
        .saturating_sub(height)
}

fn lines(model: &Model, id: u64, width: u16) -> Vec<Line<'_>> {
    let mut lines = vec![title(model, "section-deals", width)];
    let mut deals: Vec<&Card> = model
        .picture
        .board
        .cards()
        .filter(|card| card.customer_id == Some(id))
        .collect();
    deals.sort_by_key(|card| (std::cmp::Reverse(card.level), card.stage_id, card.id));
    if deals.is_empty() {
        lines.push(hint(model, "no-deals"));
    }
    lines.extend(deals.into_iter().map(|card| deal_line(model, card, width)));
    lines.push(Line::default());
    lines.push(title(model, "section-contacts", width));
    let mut contacts: Vec<&Contact> = model
        .picture
        .contacts
        .values()
        .filter(|contact| contact.customer_id == Some(id))
        .collect();
    contacts.sort_by_key(|contact| contact.id);
    if contacts.is_empty() {
        lines.push(hint(model, "no-contacts"));
    }
    for contact in contacts {
        lines.extend(contact_lines(model, contact));
    }
    lines.push(Line::default());
    let happenings = model.detail.timeline.as_ref().map(|read| match read {
        Ok(happenings) => Ok(happenings.as_slice()),
        Err(problem) => Err(problem.as_str()),
    });
    lines.extend(story(model, happenings, width, "no-activities-customer"));
    lines
}

fn deal_line<'a>(model: &'a Model, deal: &'a Card, width: u16) -> Line<'a> {
    let theme = model.theme;
    let stage = model.picture.stage(deal.stage_id);
    let (sign, sign_role) = card::level_sign(model, deal.level);
    let amount = text::money_short(
        deal.amount_minor.into(),
        model.minor_digits(),
        model.locale(),
    );
    let (left, role) = stage.map_or((String::new(), Role::Dim), |stage| {
        left_words(model, deal, stage)
    });
    let name = stage.map_or("", |stage| stage.name.as_str());
    let width = usize::from(width);
    if width < STAGE_FROM {
        let room = width.saturating_sub(AMOUNT_WIDTH + LEFT_WIDTH + 4);
        return Line::from(vec![
            Span::styled(text::fit(sign, 3, Align::Left), theme.style(sign_role)),
            Span::styled(
                text::fit(&deal.name, room, Align::Left),
                theme.style(Role::Text),
            ),
            Span::raw(" "),
            Span::styled(text::fit(&left, LEFT_WIDTH, Align::Left), theme.style(role)),
            Span::styled(
                text::fit(&amount, AMOUNT_WIDTH, Align::Right),
                theme.style(Role::Strong),
            ),
        ]);
    }
    let room = width.saturating_sub(STAGE_WIDTH + AMOUNT_WIDTH + LEFT_WIDTH + 7);
    Line::from(vec![
        Span::styled(text::fit(sign, 3, Align::Left), theme.style(sign_role)),
        Span::styled(
            text::fit(&deal.name, room, Align::Left),
            theme.style(Role::Text),
        ),
        Span::styled(
            text::fit(&amount, AMOUNT_WIDTH, Align::Right),
            theme.style(Role::Strong),
        ),
        Span::raw("  "),
        Span::styled(
            text::fit(name, STAGE_WIDTH, Align::Left),
            theme.style(Role::Dim),
        ),
        Span::styled(left, theme.style(role)),
    ])
}
