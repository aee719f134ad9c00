//! What all report screens share: the title line with what is looked at, cycles and days in words, how old the answer is, what went wrong.

use jiff::civil::Date;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::board::message;
use crate::model::{Micros, Model, SECOND_US};
use crate::report::lens::{Cycle, CycleKind, Versus};
use crate::report::{Place, Who};
use crate::text;
use crate::theme::Role;
use crate::widgets::{cells, put, put_right};

/// An answer older than this is told so in a colour of its own.
const OLD_US: i64 = 150 * SECOND_US;
const MONTHS: [&str; 12] = [
    "date-month-1",
    "date-month-2",
    "date-month-3",
    "date-month-4",
    "date-month-5",
    "date-month-6",
    "date-month-7",
    "date-month-8",
    "date-month-9",
    "date-month-10",
    "date-month-11",
    "date-month-12",
];

/// A month's short name.
pub(super) fn month_name(model: &Model, month: i8) -> &str {
    let place = usize::try_from(month - 1).unwrap_or(0);
    model.strings.say(MONTHS.get(place).unwrap_or(&MONTHS[0]))
}

/// `Mar 4`, `3月4日`; with the year when it is not this one.
pub(super) fn day(model: &Model, day: Date) -> String {
    let key = if day.year() == model.today().year() {
        "date-short"
    } else {
        "date-long"
    };
    model.strings.tell(
        key,
        &[
            ("name", month_name(model, day.month()).into()),
            ("month", i32::from(day.month()).into()),
            ("day", i32::from(day.day()).into()),
            ("year", day.year().to_string().into()),
        ],
    )
}

/// A cycle in words: `Week 10, Mar 2 – Mar 8`.
pub(super) fn cycle(model: &Model, cycle: Cycle, long: bool) -> String {
    let start = cycle.window.start;
    let year = start.year().to_string();
    let days = || {
        format!(
            "{} – {}",
            day(model, start),
            day(model, cycle.window.last())
        )
    };
    match cycle.kind {
        CycleKind::Day => day(model, start),
        CycleKind::Week => {
            let week = i32::from(start.iso_week_date().week());
            let name = model
                .strings
                .tell("cycle-week-name", &[("week", week.into())]);
            if long {
                format!("{name} {} {}", model.theme.glyphs().dot, days())
            } else {
                name
            }
        }
        CycleKind::Month => model.strings.tell(
            "cycle-month-name",
            &[
                ("name", month_name(model, start.month()).into()),
                ("month", i32::from(start.month()).into()),
                ("year", year.into()),
            ],
        ),
        CycleKind::Quarter => model.strings.tell(
            "cycle-quarter-name",
            &[
                ("quarter", i32::from((start.month() + 2) / 3).into()),
                ("year", year.into()),
            ],
        ),
        CycleKind::Year => model
            .strings
            .tell("cycle-year-name", &[("year", year.into())]),
        CycleKind::Custom => days(),
    }
}

/// Whose deals, in words.
pub(super) fn who(model: &Model, who: Who) -> &str {
    let name = match who {
        Who::Everyone => return model.strings.say("who-everyone"),
        Who::Team(id) => model
            .picture
            .teams
            .get(&id)
            .map_or("", |team| team.name.as_str()),
        Who::Member(id) => model.picture.member_name(Some(id)),
    };
    if name.is_empty() {
        model.strings.say("who-gone")
    } else {
        name
    }
}

/// An instant in words: `Wed Mar 4, 10:00`.
pub(super) fn instant(model: &Model, at: i64) -> String {
    let zoned = jiff::Timestamp::from_microsecond(at)
        .unwrap_or_default()
        .to_zoned(model.zone.clone());
    let day = day(model, zoned.date());
    format!("{day} {:02}:{:02}", zoned.hour(), zoned.minute())
}

/// Paints the title line: what is looked at to the left, how old it is to the right. Gives the room below it.
pub(super) fn title(
    model: &Model,
    buffer: &mut Buffer,
    body: Rect,
    name: &str,
    place: Place,
) -> Rect {
    let lens = &model.lens;
    let mut parts = vec![cycle(model, lens.cycle(model.today()), body.width >= 60)];
    parts.push(who(model, lens.who).to_owned());
    titled(model, buffer, body, name, &parts, place)
}

/// What a cycle is compared with, in words: `vs Week 9`.
pub(super) fn versus(model: &Model) -> String {
    let other = cycle(model, model.lens.other(model.today()), false);
    let key = match model.lens.versus {
        Versus::Previous => "versus",
        Versus::LastYear => "versus-last-year",
    };
    model.strings.tell(key, &[("cycle", other.into())])
}

/// [`title`] with other words.
pub(super) fn titled(
    model: &Model,
    buffer: &mut Buffer,
    body: Rect,
    name: &str,
    parts: &[String],
    place: Place,
) -> Rect {
    // A leaderboard is always that of now.
    let past = model.lens.as_of.filter(|_| place != Place::Leaderboard);
    titled_at(model, buffer, body, name, parts, (place, past))
}

/// [`titled`] of a screen that is always about the present.
pub(super) fn plain_titled(
    model: &Model,
    buffer: &mut Buffer,
    body: Rect,
    name: &str,
    parts: &[String],
    place: Place,
) -> Rect {
    titled_at(model, buffer, body, name, parts, (place, None))
}

fn titled_at(
    model: &Model,
    buffer: &mut Buffer,
    body: Rect,
    name: &str,
    parts: &[String],
    (place, past): (Place, Option<Micros>),
) -> Rect {
    let theme = model.theme;
    let line = Rect {
        height: 1.min(body.height),
        ..body
    };
    let ground = theme.style(if past.is_some() {
        Role::Banner
    } else {
        Role::Text
    });
    if past.is_some() {
        buffer.set_style(line.intersection(buffer.area), ground);
    }
    let over = |role: Role| {
        if past.is_some() {
            ground
        } else {
            theme.style(role)
        }
    };
    let mut left = line.width;
    let (words, role) = freshness(model, place);
    if !words.is_empty() && line.width >= 50 {
        left = put_right(buffer, line, 1, 0, &words, over(role)).saturating_sub(1);
    }
    if let Some(at) = past {
        // Nobody may take the past for the present.
        let words = model
            .strings
            .tell("as-of", &[("time", instant(model, at).into())]);
        let long = format!("! {words}");
        let words = if cells(&long) + 3 < left {
            long
        } else {
            format!("! {}", instant(model, at))
        };
        left = put_right(buffer, line, line.width - left + 1, 0, &words, ground).saturating_sub(1);
    }
    let room = Rect {
        width: left,
        ..line
    };
    let mut x = 1 + put(
        buffer,
        room,
        1,
        0,
        name,
        over(Role::Accent).patch(theme.style(Role::Strong)),
    );
    for part in parts.iter().filter(|part| !part.is_empty()) {
        let dot = format!(" {} ", theme.glyphs().dot);
        if x + cells(&dot) + 3 >= room.width {
            break;
        }
        x += put(buffer, room, x, 0, &dot, over(Role::Faint));
        x += put(buffer, room, x, 0, part, over(Role::Text));
    }
    Rect {
        y: body.y + line.height,
        height: body.height - line.height,
        ..body
    }
}

/// How old the answer at a place is, or that it is still to come.
fn freshness(model: &Model, place: Place) -> (String, Role) {
    let Some(slot) = model.reports.slot(place) else {
        return (String::new(), Role::Dim);
    };
    if slot.problem.is_some() {
        let sign = model.theme.glyphs().wrong;
        return (
            format!("{sign} {}", model.strings.say("report-failed")),
            Role::Bad,
        );
    }
    if slot.answer.is_none() || !slot.is_current() {
        return (model.strings.say("loading").to_owned(), Role::Dim);
    }
    let age = model.now - slot.read_at;
    if age < 60 * SECOND_US {
        return (model.strings.say("report-now").to_owned(), Role::Dim);
    }
    let age_words = text::age(age / SECOND_US, model.locale());
    let words = model
        .strings
        .tell("report-age", &[("age", age_words.into())]);
    (words, if age > OLD_US { Role::Warn } else { Role::Dim })
}

/// Where there is nothing to show yet: that it is being read, or why it cannot be read and how to try again.
pub(super) fn absent(model: &Model, buffer: &mut Buffer, body: Rect, place: Place) {
    let problem = model
        .reports
        .slot(place)
        .and_then(|slot| slot.problem.as_ref());
    let lines = match problem {
        Some(refusal) => vec![
            (
                format!(
                    "{} {}",
                    model.theme.glyphs().wrong,
                    model.strings.say("report-failed")
                ),
                Role::Bad,
            ),
            (refusal.message.clone(), Role::Text),
            (String::new(), Role::Text),
            (model.strings.say("report-retry").to_owned(), Role::Dim),
        ],
        None => vec![(model.strings.say("loading").to_owned(), Role::Dim)],
    };
    message(model, buffer, body, &lines);
}
