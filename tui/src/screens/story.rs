//! A deal's story: its way through the stages, newest first, and what was done for it.

use ratatui::text::{Line, Span};

use super::opportunity::{hint, title};
use crate::model::{DAY_US, Model, SECOND_US};
use crate::record::{Activity, Detail, MoveKind, StageEntry};
use crate::text::{self, Align};
use crate::theme::Role;
use crate::update::activity_key;

/// Cells for the time of an activity, and for the indent of what belongs to it.
const WHEN_WIDTH: usize = 11;

/// The sign of a stage entered once more from itself.
const STAYED: &str = "=";

/// The deal's way and what was done for it.
pub(super) fn story(model: &Model, width: u16) -> Vec<Line<'_>> {
    let state = &model.detail;
    let mut lines = vec![title(model, "section-history", width)];
    match (&state.detail, &state.problem) {
        (Some(detail), _) => {
            history(model, detail, &mut lines);
            lines.push(Line::default());
            lines.push(title(model, "section-activities", width));
            if detail.activities.is_empty() {
                lines.push(hint(model, "no-activities"));
            }
            for activity in &detail.activities {
                activity_lines(model, activity, width, &mut lines);
            }
        }
        (None, Some(problem)) => {
            lines.push(Line::styled(problem.as_str(), model.theme.style(Role::Bad)))
        }
        (None, None) => lines.push(hint(model, "loading")),
    }
    lines
}

fn history<'a>(model: &'a Model, detail: &'a Detail, lines: &mut Vec<Line<'a>>) {
    let names = detail
        .history
        .iter()
        .filter_map(|entry| model.picture.stage(entry.stage_id));
    let widths = (
        names.map(|stage| text::width(&stage.name)).max(),
        detail
            .history
            .iter()
            .map(|entry| text::width(&credit(model, entry).0))
            .max(),
    );
    let widths = (widths.0.unwrap_or(0), widths.1.unwrap_or(0));
    for entry in detail.history.iter().rev() {
        lines.push(history_line(model, entry, widths));
        if !entry.reason.is_empty() {
            lines.push(Line::styled(
                format!("{}  {}", " ".repeat(WHEN_WIDTH), entry.reason),
                model.theme.style(Role::Dim),
            ));
        }
    }
}

/// Whether the move earned credit, and why not.
fn credit(model: &Model, entry: &StageEntry) -> (String, Role) {
    let say = |key: &str| model.strings.say(key).to_owned();
    if entry.credited {
        return (say("credited"), Role::Good);
    }
    let moved = matches!(entry.kind, MoveKind::Forward | MoveKind::Won);
    let words = match entry.uncredited_reason.as_str() {
        "BELOW_HIGH_WATER" => say("uncredited-below"),
        "IMPORTED_WITHOUT_TIME" => say("uncredited-imported"),
        "ALREADY_WON" => say("uncredited-won"),
        "" if moved => say("uncredited"),
        "" if entry.kind == MoveKind::Stayed => say("stayed"),
        "" => String::new(),
        other => format!("{} ({other})", say("uncredited")),
    };
    (words, Role::Dim)
}

fn history_line<'a>(
    model: &'a Model,
    entry: &'a StageEntry,
    (name_width, credit_width): (usize, usize),
) -> Line<'a> {
    let theme = model.theme;
    let glyphs = theme.glyphs();
    let (sign, role) = match entry.kind {
        MoveKind::Created => ("+", Role::Accent),
        MoveKind::Forward => (glyphs.forward, Role::Good),
        MoveKind::Backward => (glyphs.backward, Role::Warn),
        MoveKind::Won => (glyphs.done, Role::Good),
        MoveKind::Lost => (glyphs.wrong, Role::Bad),
        MoveKind::Reopened => (glyphs.reopened, Role::Accent),
        MoveKind::Stayed => (STAYED, Role::Dim),
    };
    let name = model
        .picture
        .stage(entry.stage_id)
        .map_or("", |stage| stage.name.as_str());
    let stayed = entry.left_us.unwrap_or(model.now) - entry.entered_us;
    let stayed = text::age(stayed / SECOND_US, model.locale());
    let stayed_role = if entry.left_us.is_none() {
        Role::Strong
    } else {
        Role::Text
    };
    let (credit, credit_role) = credit(model, entry);
    let date = model.date_of(entry.entered_us).to_string();
    let part = |words: String, role: Role| Span::styled(words, theme.style(role));
    Line::from(vec![
        part(text::fit(&date, WHEN_WIDTH, Align::Left), Role::Dim),
        part(text::fit(sign, 2, Align::Left), role),
        part(text::fit(name, name_width, Align::Left), Role::Text),
        part(text::fit(&stayed, 6, Align::Right), stayed_role),
        Span::raw("  "),
        part(text::fit(&credit, credit_width, Align::Left), credit_role),
        part(format!("  {}", entry.actor), Role::Dim),
    ])
}

/// An activity: when, what, by whom, and below it what was said.
pub(super) fn activity_lines<'a>(
    model: &'a Model,
    activity: &'a Activity,
    width: u16,
    lines: &mut Vec<Line<'a>>,
) {
    let theme = model.theme;
    let ago = (model.now - activity.happened_us).max(0);
    let when = if ago < DAY_US {
        text::age(ago / SECOND_US, model.locale())
    } else {
        model.date_of(activity.happened_us).to_string()
    };
    let who = model.picture.member_name(activity.member_id);
    lines.push(Line::from(vec![
        Span::styled(
            text::fit(&when, WHEN_WIDTH, Align::Left),
            theme.style(Role::Dim),
        ),
        Span::styled(
            model.strings.say(activity_key(activity.kind)),
            theme.style(Role::Accent),
        ),
        Span::styled(
            if activity.purpose.is_empty() {
                String::new()
            } else {
                format!("  {}", activity.purpose)
            },
            theme.style(Role::Text),
        ),
        Span::styled(
            if who.is_empty() {
                String::new()
            } else {
                format!("  {who}")
            },
            theme.style(Role::Dim),
        ),
    ]));
    let room = usize::from(width).saturating_sub(WHEN_WIDTH);
    for part in text::wrap(&activity.note, room) {
        if !part.is_empty() {
            lines.push(Line::styled(
                format!("{}{part}", " ".repeat(WHEN_WIDTH)),
                theme.style(Role::Text),
            ));
        }
    }
}
