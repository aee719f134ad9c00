//! The goals as a grid like a spreadsheet: subjects down, cycles across; below it everything about the cell under the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::report;
use crate::hits::{Hits, Target};
use crate::model::Model;
use crate::report::goals::{Goal, Goals, cycles};
use crate::report::lens::Cycle;
use crate::report::outlook::Pace;
use crate::report::{GoalMetric, Place, Who};
use crate::text::{self, Align};
use crate::theme::Role;
use crate::widgets::{cells, chart, input, paragraph, put, put_right, rule};

/// Cells of a column of goals.
const CELL_WIDTH: u16 = 15;
/// Cells of the subjects' column.
const NAME_WIDTH: u16 = 20;
const NARROW_NAME_WIDTH: u16 = 11;
/// A count from this on is shortened, as it would not fit its cell.
const SHORTENED_FROM: i128 = 100_000;
const NARROW_BELOW: u16 = 60;
/// Lines of what is said about a cell.
const DETAIL_HEIGHT: u16 = 8;

/// The subjects in the order of the organisation, with their depth.
pub(crate) fn subjects(model: &Model) -> Vec<(Who, usize)> {
    let mut subjects = vec![(Who::Everyone, 0)];
    branch(model, None, 1, &mut subjects);
    let members = model.picture.members.values();
    let loose = members.filter(|member| member.active && member.team_id.is_none());
    subjects.extend(loose.map(|member| (Who::Member(member.id), 1)));
    subjects
}

/// Deepest team shown further to the right than the one above it; also ends a circle of teams.
const MAX_DEPTH: usize = 6;

fn branch(model: &Model, parent: Option<u64>, depth: usize, subjects: &mut Vec<(Who, usize)>) {
    if depth > MAX_DEPTH {
        return;
    }
    let teams = model.picture.teams.values();
    for team in teams.filter(|team| team.parent_id == parent) {
        subjects.push((Who::Team(team.id), depth));
        let members = model.picture.members.values();
        let own = members.filter(|member| member.active && member.team_id == Some(team.id));
        subjects.extend(own.map(|member| (Who::Member(member.id), depth + 1)));
        branch(model, Some(team.id), depth + 1, subjects);
    }
}

/// The goals read last.
pub(crate) fn read(model: &Model) -> Option<&Goals> {
    model.reports.goals(Place::Goals)
}

/// Subject and cycle under the cursor.
pub(crate) fn cursor(model: &Model) -> Option<(Who, Cycle)> {
    let (who, _) = *subjects(model).get(model.goals.row)?;
    let cycle = *cycles(&model.lens, model.today()).get(model.goals.column)?;
    Some((who, cycle))
}

/// The goal under the cursor.
pub(crate) fn selected(model: &Model) -> Option<&Goal> {
    let (who, cycle) = cursor(model)?;
    read(model)?.cell(who, &cycle.text())
}

/// Lines of the grid.
pub(crate) fn capacity(body: Rect) -> usize {
    let detail = detail_height(body);
    usize::from(body.height.saturating_sub(2 + detail)).max(1)
}

fn detail_height(body: Rect) -> u16 {
    if body.height >= 18 {
        DETAIL_HEIGHT
    } else {
        4.min(body.height / 3)
    }
}

/// A goal's figure, by what it counts.
pub(crate) fn figure(model: &Model, of: GoalMetric, value: i128) -> String {
    if of.is_count() && value.abs() < SHORTENED_FROM {
        text::number(value)
    } else if of.is_count() {
        text::number_short(value, model.locale())
    } else {
        text::money_short(value, model.minor_digits(), model.locale())
    }
}

fn percent(goal: &Goal) -> i128 {
    if goal.target > 0 {
        goal.done.saturating_mul(100) / goal.target
    } else {
        100
    }
}

fn look(model: &Model, pace: Pace) -> (&'static str, Role) {
    let glyphs = model.theme.glyphs();
    match pace {
        Pace::OnTrack => (glyphs.done, Role::Good),
        Pace::AtRisk => (glyphs.approaching, Role::Warn),
        Pace::Behind => (glyphs.wrong, Role::Bad),
        Pace::NotStarted => (glyphs.dot, Role::Dim),
    }
}

/// A subject's name, further to the right the deeper it is in the tree.
fn label(model: &Model, (who, depth): (Who, usize)) -> String {
    format!("{}{}", "  ".repeat(depth), report::who(model, who))
}

/// Paints the grid.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let theme = model.theme;
    let all = cycles(&model.lens, model.today());
    let whole = all
        .first()
        .map(|whole| report::cycle(model, *whole, false))
        .unwrap_or_default();
    let mode = if model.goals.strict {
        model.strings.say("goals-strict").to_owned()
    } else {
        String::new()
    };
    let of = model.goals.of;
    let mut metric = model.strings.say(of.metric.name_key()).to_owned();
    if of.is_count() {
        let plain = [("metric", metric.into())];
        metric = model.strings.tell("goals-by-count", &plain);
    }
    let parts = [metric, whole, mode];
    let name = model.strings.say("goals-title");
    let rest = report::titled(model, buffer, body, name, &parts, Place::Goals);
    let Some(goals) = read(model) else {
        report::absent(model, buffer, rest, Place::Goals);
        return;
    };
    let subjects = subjects(model);
    let least = if rest.width < NARROW_BELOW {
        NARROW_NAME_WIDTH
    } else {
        NAME_WIDTH
    };
    let fits = usize::from(rest.width.saturating_sub(least + 1) / CELL_WIDTH).max(1);
    // Names have what the columns leave.
    let columns = u16::try_from(fits.min(all.len())).unwrap_or(u16::MAX);
    let longest = subjects
        .iter()
        .map(|subject| cells(&label(model, *subject)) + 2);
    let name_width = longest.max().unwrap_or(least).max(least).min(
        rest.width
            .saturating_sub(columns.saturating_mul(CELL_WIDTH) + 1),
    );
    let first = (model.goals.column + 1).saturating_sub(fits);
    let shown = || all.iter().enumerate().skip(first).take(fits);
    let column =
        |place: usize| name_width + 1 + u16::try_from(place - first).unwrap_or(0) * CELL_WIDTH;
    for (place, cycle) in shown() {
        let words = text::fit(
            &report::cycle(model, *cycle, false),
            usize::from(CELL_WIDTH - 2),
            Align::Right,
        );
        let role = if place == model.goals.column {
            Role::Strong
        } else {
            Role::Dim
        };
        put(buffer, rest, column(place), 0, &words, theme.style(role));
    }
    let capacity = capacity(body);
    let rows = subjects.iter().enumerate().skip(model.goals.top);
    for (y, (row, (who, depth))) in (1..).zip(rows.take(capacity)) {
        let here = row == model.goals.row;
        let label = label(model, (*who, *depth));
        let names = Rect {
            width: name_width,
            ..rest
        };
        let role = match (here, who) {
            (true, _) => Role::Strong,
            (false, Who::Member(_)) => Role::Text,
            (false, _) => Role::Accent,
        };
        put(buffer, names, 1, y, &label, theme.style(role));
        for (place, cycle) in shown() {
            let cell = Rect {
                x: rest.x + column(place).min(rest.width),
                y: rest.y + y,
                width: (CELL_WIDTH - 1).min(rest.width.saturating_sub(column(place))),
                height: u16::from(y < rest.height),
            };
            let column = place;
            hits.add(cell, Target::Cell { row, column });
            let goal = goals.cell(*who, &cycle.text());
            let chosen = here && place == model.goals.column;
            paint_cell(model, buffer, cell, goal, goals, chosen);
        }
    }
    let detail = detail_height(body);
    let below = Rect {
        y: body.bottom() - detail,
        height: detail,
        ..body
    };
    paint_detail(model, buffer, below, goals);
}

fn paint_cell(
    model: &Model,
    buffer: &mut Buffer,
    cell: Rect,
    goal: Option<&Goal>,
    goals: &Goals,
    chosen: bool,
) {
    let theme = model.theme;
    let ground = if chosen {
        theme.style(Role::Selected)
    } else {
        Style::new()
    };
    if chosen {
        buffer.set_style(cell.intersection(buffer.area), ground);
        put(
            buffer,
            cell,
            0,
            0,
            theme.glyphs().selected,
            ground.patch(theme.style(Role::Accent)),
        );
        if let Some(typing) = &model.goals.typing {
            let line = Rect {
                x: cell.x + 1.min(cell.width),
                width: cell.width.saturating_sub(1),
                ..cell
            };
            input::paint(buffer, line, 0, typing, ground, theme, true);
            return;
        }
    }
    let Some(goal) = goal else {
        let style = ground.patch(theme.style(Role::Faint));
        put_right(buffer, cell, 0, 0, theme.glyphs().dot, style);
        return;
    };
    let (sign, role) = look(model, goal.pace);
    let share = text::fit(
        &format!("{}%{sign}", percent(goal).min(9_999)),
        6,
        Align::Right,
    );
    put_right(buffer, cell, 0, 0, &share, ground.patch(theme.style(role)));
    let target = figure(model, model.goals.of, goal.target);
    let target = if goal.locked {
        format!("[{target}]")
    } else {
        target
    };
    let role = if goals.mismatch(goal).is_some() {
        Role::Bad
    } else {
        Role::Text
    };
    let words = text::fit(&target, 7, Align::Right);
    put(buffer, cell, 1, 0, &words, ground.patch(theme.style(role)));
}

/// Everything about the cell under the cursor.
fn paint_detail(model: &Model, buffer: &mut Buffer, area: Rect, goals: &Goals) {
    let theme = model.theme;
    let strings = &model.strings;
    rule(
        buffer,
        area,
        0,
        theme.glyphs().rule,
        theme.style(Role::Faint),
    );
    let Some((who, cycle)) = cursor(model) else {
        return;
    };
    let words = format!(
        "{} {} {} ",
        report::who(model, who),
        theme.glyphs().dot,
        report::cycle(model, cycle, true)
    );
    put(buffer, area, 1, 0, &words, theme.heading());
    let line = |y: u16| Rect {
        x: area.x + 1.min(area.width),
        y: area.y + y.min(area.height),
        width: area.width.saturating_sub(2),
        height: u16::from(y < area.height),
    };
    if let Some(problem) = &model.goals.problem {
        let words = format!("{} {problem}", theme.glyphs().wrong);
        put(buffer, line(1), 0, 0, &words, theme.style(Role::Bad));
        return;
    }
    let Some(goal) = goals.cell(who, &cycle.text()) else {
        put(
            buffer,
            line(1),
            0,
            0,
            strings.say("goal-none"),
            theme.style(Role::Dim),
        );
        let rest = Rect {
            height: area.height.saturating_sub(2),
            ..line(2)
        };
        paragraph(
            buffer,
            rest,
            strings.say("goal-csv"),
            theme.style(Role::Dim),
        );
        return;
    };
    let (sign, role) = look(model, goal.pace);
    let shown = |value: i128| figure(model, model.goals.of, value);
    let words = strings.tell(
        "goal-progress",
        &[
            ("done", shown(goal.done).into()),
            ("target", shown(goal.target).into()),
            ("percent", percent(goal).to_string().into()),
        ],
    );
    let words = format!("{words}  {sign} {}", strings.say(goal.pace.word_key()));
    let left = put_right(buffer, line(1), 0, 0, &words, theme.style(role));
    let bar = Rect {
        width: left.saturating_sub(2).min(40),
        ..line(1)
    };
    let length = chart::eighths(goal.done, goal.target, bar.width);
    let track = (theme.glyphs().dot, theme.style(Role::Faint));
    chart::bar(buffer, bar, theme, length, theme.style(role), track);
    let known = |value: Option<i128>| value.map_or("–".to_owned(), shown);
    let words = strings.tell(
        "goal-beside",
        &[
            ("expected", shown(goal.expected).into()),
            ("previous", known(goal.previous).into()),
            ("year", known(goal.last_year).into()),
        ],
    );
    put(buffer, line(2), 0, 0, &words, theme.style(Role::Text));
    let mut facts = Vec::new();
    if let Some(parent) = goal.parent_id.and_then(|id| goals.goal(id)) {
        let cycle = if parent.cycle == goal.cycle {
            String::new()
        } else {
            format!(" {}", parent.cycle)
        };
        let name = format!("{}{cycle}", report::who(model, parent.who));
        let weight = goal.weight.to_string();
        facts.push(strings.tell(
            "goal-part",
            &[("parent", name.into()), ("weight", weight.into())],
        ));
    }
    if goal.locked {
        facts.push(strings.say("goal-locked").to_owned());
    }
    if let Some(difference) = goals.mismatch(goal) {
        let sign = if difference > 0 { "+" } else { "" };
        let words = format!("{sign}{}", shown(difference));
        facts.push(strings.tell("goal-mismatch", &[("difference", words.into())]));
    } else if goal.in_time || goal.by_subject {
        facts.push(strings.say("goal-sums").to_owned());
    }
    let dot = format!(" {} ", theme.glyphs().dot);
    put(
        buffer,
        line(3),
        0,
        0,
        &facts.join(&dot),
        theme.style(Role::Dim),
    );
    if area.height > 5 {
        put(
            buffer,
            line(5),
            0,
            0,
            strings.say("goal-csv"),
            theme.style(Role::Faint),
        );
    }
}
