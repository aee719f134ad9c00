//! The four questions below the funnel: what moved, will the quarter be made, what is stuck, who is behind.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::model::{Model, SECOND_US};
use crate::record::Level;
use crate::report::funnel::{Metric, MetricSum, Pane};
use crate::report::lens::{Cycle, CycleKind};
use crate::report::outlook::{Outlook, Pace};
use crate::report::{Place, Who};
use crate::screens::report;
use crate::text::{self, Align};
use crate::theme::Role;
use crate::widgets::{cells, chart, put, put_right};

/// Cells of a figure of the metrics.
const FIGURE_WIDTH: usize = 7;
const FIGURE_CELLS: u16 = 7;

fn outlook(model: &Model) -> Option<&Outlook> {
    model.reports.outlook(Place::Outlook)
}

/// Target, won, weighted, gap; without a goal the first and the last are left out.
pub(super) fn quarter_rows(model: &Model) -> usize {
    match outlook(model) {
        Some(outlook) if outlook.target.is_some() => 4,
        Some(_) => 2,
        None => 0,
    }
}

fn money(model: &Model, amount: i128) -> String {
    text::money_short(amount, model.minor_digits(), model.locale())
}

/// A part's question, what stands to its right, and how that looks.
pub(super) fn heading(model: &Model, pane: Pane) -> (String, String, Role) {
    let say = |key: &str| model.strings.say(key).to_owned();
    match pane {
        Pane::Stages => (String::new(), String::new(), Role::Dim),
        Pane::Moved => (say("ask-moved"), report::versus(model), Role::Dim),
        Pane::Quarter => {
            let quarter = Cycle::of(
                CycleKind::Quarter,
                model.lens.cycle(model.today()).window.start,
            );
            let cycle = report::cycle(model, quarter, false);
            let words = model
                .strings
                .tell("ask-quarter", &[("cycle", cycle.into())]);
            match outlook(model).and_then(|outlook| pace(model, outlook, quarter)) {
                Some(pace) => {
                    let (sign, role) = pace_look(model, pace);
                    let word = model.strings.say(pace.word_key());
                    (words, format!("{sign} {word}"), role)
                }
                None => (words, String::new(), Role::Dim),
            }
        }
        Pane::Stuck => {
            let aside = model
                .reports
                .deals(Place::Stuck)
                .map_or(0, |deals| deals.total);
            let aside = if aside == 0 {
                String::new()
            } else {
                model
                    .strings
                    .tell("count-deals", &[("count", aside.into())])
            };
            (say("ask-stuck"), aside, Role::Bad)
        }
        Pane::Behind => {
            let cycle = model
                .reports
                .progress(Place::Progress)
                .and_then(|standing| standing.cycle);
            let aside = cycle.map(|cycle| report::cycle(model, cycle, false));
            (say("ask-behind"), aside.unwrap_or_default(), Role::Dim)
        }
    }
}

/// How the quarter goes at the instant looked at.
fn pace(model: &Model, outlook: &Outlook, quarter: Cycle) -> Option<Pace> {
    let start = model.start_of(quarter.window.start);
    let end = model.start_of(quarter.window.end);
    let now = model.lens.as_of.unwrap_or(model.now);
    outlook.pace(now - start, end - start)
}

/// What is said when a part has no rows.
pub(super) fn nothing(model: &Model, pane: Pane) -> &str {
    let (place, key) = match pane {
        Pane::Stages | Pane::Moved => return "",
        Pane::Quarter => (Place::Outlook, "no-figures"),
        Pane::Stuck => (Place::Stuck, "nothing-stuck"),
        Pane::Behind => (Place::Progress, "no-goals"),
    };
    let slot = model.reports.slot(place);
    if slot.is_some_and(|slot| slot.problem.is_some()) {
        return model.strings.say("report-failed");
    }
    if slot.is_none_or(|slot| slot.answer.is_none()) {
        return model.strings.say("loading");
    }
    model.strings.say(key)
}

/// Sign and colour of a pace.
pub(super) fn pace_look(model: &Model, pace: Pace) -> (&'static str, Role) {
    let glyphs = model.theme.glyphs();
    match pace {
        Pace::OnTrack => (glyphs.done, Role::Good),
        Pace::AtRisk => (glyphs.approaching, Role::Warn),
        Pace::Behind => (glyphs.wrong, Role::Bad),
        Pace::NotStarted => (glyphs.dot, Role::Dim),
    }
}

/// Paints a row of a part.
pub(super) fn row(
    model: &Model,
    buffer: &mut Buffer,
    line: Rect,
    pane: Pane,
    row: usize,
    here: Option<usize>,
) {
    match pane {
        Pane::Stages => {}
        Pane::Moved => moved(model, buffer, line, row, here),
        Pane::Quarter => quarter(model, buffer, line, row, here),
        Pane::Stuck => stuck(model, buffer, line, row, here),
        Pane::Behind => behind(model, buffer, line, row, here),
    }
}

fn ground(model: &Model, chosen: bool) -> Style {
    if chosen {
        model.theme.style(Role::Selected)
    } else {
        Style::new()
    }
}

/// `↑ 12%` and how that looks; what grew out of nothing has no percentage.
fn change(model: &Model, now: i128, before: i128) -> (String, Role) {
    let glyphs = model.theme.glyphs();
    match now.cmp(&before) {
        std::cmp::Ordering::Equal => ("=".to_owned(), Role::Dim),
        order => {
            let (sign, role) = if order.is_gt() {
                (glyphs.above, Role::Good)
            } else {
                (glyphs.below, Role::Bad)
            };
            if before <= 0 {
                return (sign.to_owned(), role);
            }
            let percent = (now - before).abs().saturating_mul(100) / before;
            let words = if percent > 999 {
                format!("{sign}>9x")
            } else {
                format!("{sign}{percent}%")
            };
            (words, role)
        }
    }
}

fn moved(model: &Model, buffer: &mut Buffer, line: Rect, row: usize, here: Option<usize>) {
    let Some(metric) = Metric::ALL.get(row).copied() else {
        return;
    };
    let theme = model.theme;
    let name = model.strings.say(metric.name_key());
    let sums = |place: Place| {
        model
            .reports
            .metrics(place)
            .map(|metrics| metrics.of(metric))
    };
    let (now, before) = (sums(Place::Metrics), sums(Place::OtherMetrics));
    let value = |sum: MetricSum| {
        if metric == Metric::CheckIn {
            i128::from(sum.count)
        } else {
            sum.amount
        }
    };
    let figure = |sum: Option<MetricSum>| match sum {
        Some(sum) if metric == Metric::CheckIn => text::number(sum.count.into()),
        Some(sum) => money(model, sum.amount),
        None => "…".to_owned(),
    };
    // From the right: before, change, amount, count; the name has the rest.
    let wide = line.width >= 36;
    let mut right = 0;
    if wide {
        let words = text::fit(&figure(before), FIGURE_WIDTH, Align::Right);
        let style = ground(model, here == Some(1)).patch(theme.style(Role::Dim));
        put_right(buffer, line, 0, 0, &words, style);
        right += FIGURE_CELLS + 1;
    }
    let (words, role) = match (now, before) {
        (Some(now), Some(before)) => change(model, value(now), value(before)),
        _ => (String::new(), Role::Dim),
    };
    let words = text::fit(&words, 6, Align::Right);
    put_right(buffer, line, right, 0, &words, theme.style(role));
    right += 7;
    let words = text::fit(&figure(now), FIGURE_WIDTH, Align::Right);
    let style = ground(model, here == Some(0)).patch(theme.style(Role::Strong));
    let mut left = put_right(buffer, line, right, 0, &words, style);
    if let Some(sum) = now.filter(|_| metric != Metric::CheckIn && line.width >= 34) {
        let count = text::fit(&text::number(sum.count.into()), 4, Align::Right);
        left = put_right(
            buffer,
            line,
            right + FIGURE_CELLS + 1,
            0,
            &count,
            theme.style(Role::Dim),
        );
    }
    let room = Rect {
        width: left.saturating_sub(1),
        ..line
    };
    put(buffer, room, 0, 0, name, theme.style(Role::Text));
}

/// A figure with its bar: name, bar, words.
fn gauge(
    model: &Model,
    buffer: &mut Buffer,
    line: Rect,
    (name, words): (&str, &str),
    (value, whole): (i128, i128),
    (role, chosen): (Role, bool),
) {
    let theme = model.theme;
    let style = ground(model, chosen).patch(theme.style(role));
    let left = put_right(buffer, line, 0, 0, words, style);
    let name_width = (line.width / 3).clamp(6, 14);
    let room = Rect {
        width: name_width.min(left),
        ..line
    };
    put(buffer, room, 0, 0, name, theme.style(Role::Text));
    let bar = Rect {
        x: line.x + name_width + 1,
        width: left.saturating_sub(name_width + 2),
        ..line
    };
    let length = chart::eighths(value, whole, bar.width);
    let track = (theme.glyphs().dot, theme.style(Role::Faint));
    let track = if whole > 0 { track } else { ("", track.1) };
    chart::bar(buffer, bar, theme, length, theme.style(role), track);
}

fn quarter(model: &Model, buffer: &mut Buffer, line: Rect, row: usize, here: Option<usize>) {
    let Some(outlook) = outlook(model) else {
        return;
    };
    let say = |key: &'static str| model.strings.say(key);
    let chosen = here.is_some();
    let target = outlook.target.unwrap_or(0);
    let share = |amount: i128| {
        if target > 0 {
            format!(" {:>3}%", amount.saturating_mul(100) / target)
        } else {
            String::new()
        }
    };
    let with_share = |amount: i128| format!("{}{}", money(model, amount), share(amount));
    // Without a goal there is neither the first nor the last row.
    let row = if outlook.target.is_some() {
        row
    } else {
        row + 1
    };
    let whole = if target > 0 {
        target
    } else {
        outlook.won.max(outlook.open)
    };
    match row {
        0 => {
            let words = with_share(target);
            gauge(
                model,
                buffer,
                line,
                (say("outlook-target"), &words),
                (target, target),
                (Role::Dim, chosen),
            );
        }
        1 => {
            let words = with_share(outlook.won);
            gauge(
                model,
                buffer,
                line,
                (say("outlook-won"), &words),
                (outlook.won, whole),
                (Role::Good, chosen),
            );
        }
        2 => {
            let words = with_share(outlook.weighted);
            gauge(
                model,
                buffer,
                line,
                (say("outlook-weighted"), &words),
                (outlook.weighted, whole),
                (Role::Accent, chosen),
            );
        }
        _ => {
            let gap = outlook.gap.unwrap_or(0);
            let role = if gap > 0 { Role::Bad } else { Role::Good };
            let coverage = outlook.coverage_bp.unwrap_or(0) / 100;
            let words = model.strings.tell(
                if gap > 0 {
                    "outlook-gap"
                } else {
                    "outlook-surplus"
                },
                &[
                    ("amount", money(model, gap.saturating_abs()).into()),
                    ("coverage", coverage.into()),
                ],
            );
            let sign = if gap > 0 {
                model.theme.glyphs().wrong
            } else {
                model.theme.glyphs().done
            };
            let style = ground(model, chosen).patch(model.theme.style(role));
            put(buffer, line, 0, 0, &format!("{sign} {words}"), style);
        }
    }
}

fn stuck(model: &Model, buffer: &mut Buffer, line: Rect, row: usize, here: Option<usize>) {
    let Some(deal) = model
        .reports
        .deals(Place::Stuck)
        .and_then(|deals| deals.rows.get(row))
    else {
        return;
    };
    let theme = model.theme;
    let glyphs = theme.glyphs();
    let sign = if deal.level == Level::Critical {
        glyphs.critical
    } else {
        glyphs.stalled
    };
    let at = model.lens.as_of.unwrap_or(model.now);
    let clock =
        deal.stage_clock_before_us + model.worked_us(deal.stage_id, deal.stage_entered_us, at);
    let age = text::age(clock / SECOND_US, model.locale());
    let words = text::fit(&format!("{sign}{age}"), 6, Align::Right);
    let style = ground(model, here.is_some());
    if here.is_some() {
        buffer.set_style(line.intersection(buffer.area), style);
    }
    put(
        buffer,
        line,
        0,
        0,
        &words,
        style.patch(theme.style(Role::Bad)),
    );
    let amount = text::fit(&money(model, deal.amount), 7, Align::Right);
    let mut left = put_right(
        buffer,
        line,
        0,
        0,
        &amount,
        style.patch(theme.style(Role::Strong)),
    );
    let owner = match model.picture.member_name(deal.owner_id) {
        "" => model.strings.say("unassigned"),
        owner => owner,
    };
    if line.width >= 34 {
        let width = cells(owner).min(8);
        let owner = text::fit(owner, usize::from(width), Align::Left);
        left = left.saturating_sub(width + 1);
        put(
            buffer,
            line,
            left,
            0,
            &owner,
            style.patch(theme.style(Role::Dim)),
        );
    }
    let room = Rect {
        width: left.saturating_sub(1),
        ..line
    };
    put(
        buffer,
        room,
        7,
        0,
        &deal.name,
        style.patch(theme.style(Role::Text)),
    );
}

fn behind(model: &Model, buffer: &mut Buffer, line: Rect, row: usize, here: Option<usize>) {
    let Some(progress) = model
        .reports
        .progress(Place::Progress)
        .and_then(|standing| standing.rows.get(row))
    else {
        return;
    };
    let (sign, role) = pace_look(model, progress.pace);
    let name = match progress.who {
        Who::Everyone => model.strings.say("who-everyone"),
        who => report::who(model, who),
    };
    let percent = if progress.target > 0 {
        progress.done.saturating_mul(100) / progress.target
    } else {
        100
    };
    let metric = model.strings.say(progress.metric.name_key());
    let word = model.strings.say(progress.pace.word_key());
    let words = if line.width >= 44 {
        format!("{metric} {percent:>3}% {sign} {word}")
    } else {
        format!("{percent:>3}% {sign} {word}")
    };
    gauge(
        model,
        buffer,
        line,
        (name, &words),
        (progress.done, progress.target),
        (role, here.is_some()),
    );
}
