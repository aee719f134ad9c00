//! A line of a list: a sign, a name, and fields under each other at the right, as many as leave the name readable.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{cells, put, put_right};
use crate::text;
use crate::theme::{Role, Theme};

/// Cells that a name keeps at least before fields are left away.
const MIN_NAME_WIDTH: u16 = 18;

/// Where fields begin at the latest: on a wide screen the eye should not have to carry a name across it.
const MAX_NAME_END: u16 = 72;

/// A field at the right.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its words.
    pub words: String,
    /// Its meaning.
    pub role: Role,
    /// Cells it has.
    pub width: u16,
    /// Figures stand at the right of their cells, words at the left.
    pub figure: bool,
}

impl Field {
    /// Words, from the left.
    pub fn words(words: impl Into<String>, role: Role, width: u16) -> Self {
        Self {
            words: words.into(),
            role,
            width,
            figure: false,
        }
    }

    /// A figure, to the right.
    pub fn figure(words: impl Into<String>, role: Role, width: u16) -> Self {
        Self {
            figure: true,
            ..Self::words(words, role, width)
        }
    }
}

/// What leads a line.
#[derive(Clone, Copy, Debug)]
pub struct Lead<'a> {
    /// One or two cells; may be empty.
    pub sign: &'a str,
    /// The sign's meaning.
    pub sign_role: Role,
    /// The name.
    pub name: &'a str,
    /// The name's meaning.
    pub name_role: Role,
}

/// Cells of a sign and the gap behind it.
pub const SIGN_WIDTH: u16 = 3;

/// Paints the first row of an area. Where room is short, fields are left away from the first on.
pub fn paint(
    buffer: &mut Buffer,
    area: Rect,
    (theme, ground): (Theme, Style),
    lead: Lead<'_>,
    fields: &[Field],
) {
    let over = |role: Role| ground.patch(theme.style(role));
    let wanted = |fields: &[Field]| fields.iter().map(|field| field.width + 2).sum::<u16>();
    let mut fields = fields;
    while let Some(rest) = fields.get(1..)
        && wanted(fields) + SIGN_WIDTH + MIN_NAME_WIDTH > area.width
    {
        fields = rest;
    }
    let start = area.width.saturating_sub(wanted(fields)).min(MAX_NAME_END);
    put(buffer, area, 0, 0, lead.sign, over(lead.sign_role));
    let name = Rect {
        width: start,
        ..area
    };
    put(buffer, name, SIGN_WIDTH, 0, lead.name, over(lead.name_role));
    let mut x = start;
    for field in fields {
        let place = Rect {
            x: area.x + (x + 2).min(area.width),
            width: field.width.min(area.width.saturating_sub(x + 2)),
            ..area
        };
        if field.figure && cells(&field.words) <= place.width {
            put_right(buffer, place, 0, 0, &field.words, over(field.role));
        } else {
            let words = text::truncate(&field.words, usize::from(place.width));
            put(buffer, place, 0, 0, &words, over(field.role));
        }
        x += field.width + 2;
    }
}

/// Paints a list's head: its name, a word about all of it, how many items are hidden; below it what the fields are.
pub fn head(
    buffer: &mut Buffer,
    area: Rect,
    theme: Theme,
    (title, about, hidden): (&str, &str, &str),
    captions: &[Field],
) {
    let inner = Rect {
        x: area.x + 1.min(area.width),
        width: area.width.saturating_sub(2),
        ..area
    };
    let right = put_right(buffer, inner, 0, 0, hidden, theme.style(Role::Dim));
    let left = Rect {
        width: right,
        ..inner
    };
    let strong = theme.style(Role::Accent).patch(theme.style(Role::Strong));
    let x = put(buffer, left, 0, 0, title, strong);
    put(buffer, left, x + 2, 0, about, theme.style(Role::Dim));
    if !captions.is_empty() {
        let second = Rect {
            y: inner.y + 1.min(inner.height),
            height: inner.height.saturating_sub(1).min(1),
            ..inner
        };
        self::captions(buffer, second, theme, captions);
    }
}

/// Paints what the fields of the lines below are.
pub fn captions(buffer: &mut Buffer, area: Rect, theme: Theme, fields: &[Field]) {
    let lead = Lead {
        sign: "",
        sign_role: Role::Dim,
        name: "",
        name_role: Role::Dim,
    };
    paint(buffer, area, (theme, Style::new()), lead, fields);
}

/// What is left of an area below the head: one row, two with captions.
pub fn below_head(area: Rect, captions: bool) -> Rect {
    let head = (1 + u16::from(captions)).min(area.height);
    Rect {
        y: area.y + head,
        height: area.height - head,
        ..area
    }
}

/// Paints the heading of a group: its words, and a rule to the end.
pub fn heading(buffer: &mut Buffer, area: Rect, theme: Theme, words: &str, role: Role) {
    let style = theme.style(role).patch(theme.style(Role::Strong));
    let x = put(buffer, area, 0, 0, words, style);
    let rest = Rect {
        x: area.x + (x + 1).min(area.width),
        width: area.width.saturating_sub(x + 1),
        ..area
    };
    let faint = theme.style(Role::Faint);
    super::rule(buffer, rest, 0, theme.glyphs().rule, faint);
}
