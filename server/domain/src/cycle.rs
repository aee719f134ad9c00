//! The sales cycle (销售周期): a half-open window of days in the workspace's time zone, and how people write it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::{Date, Timestamp, Zone};

/// Days from `start` up to, not including, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Window {
    /// The first day.
    pub start: Date,
    /// The day after the last one.
    pub end: Date,
}

impl Window {
    /// Whether a day lies in it.
    pub fn contains(&self, date: Date) -> bool {
        (self.start..self.end).contains(&date)
    }

    /// How many days it has.
    pub const fn days(&self) -> i32 {
        self.start.days_until(self.end)
    }

    /// The unit it is one whole cycle of; none = some other range.
    pub fn unit(&self) -> Option<CycleUnit> {
        UNITS
            .iter()
            .map(|(_, unit)| *unit)
            .find(|unit| window_of(*unit, self.start) == *self)
    }

    /// As people write the cycle: `2026`, `2026-Q1`, `2026-03`, `2026-W10`, `2026-03-05`, else `A..B`. `Cycle::parse` reads it.
    pub fn name(&self) -> String {
        let (year, month, _) = self.start.year_month_day();
        match self.unit() {
            Some(CycleUnit::Year) => format!("{year:04}"),
            Some(CycleUnit::Quarter) => format!("{year:04}-Q{}", (month - 1) / 3 + 1),
            Some(CycleUnit::Month) => format!("{year:04}-{month:02}"),
            Some(CycleUnit::Week) => {
                let week = self.start.civil().iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Some(CycleUnit::Day) => self.start.to_string(),
            None => self.to_string(),
        }
    }

    /// The cycle before it: of the same unit, or as many days.
    pub fn previous(&self) -> Self {
        match self.unit() {
            Some(unit) => shifted(unit, self.start, -1),
            None => Self {
                start: self.start.plus_days(-self.days()),
                end: self.start,
            },
        }
    }

    /// The same cycle a year before: the same month, quarter or ISO week number, or the same dates (29 February: the 28th).
    /// None for week 53 of a year after one with 52, and before the years of the domain.
    pub fn last_year(&self) -> Option<Self> {
        let back = |date: Date| {
            let (year, month, day) = date.year_month_day();
            Date::new(year - 1, month, day).or_else(|| Date::new(year - 1, month, day - 1))
        };
        if self.unit() == Some(CycleUnit::Week) {
            let week = self.start.civil().iso_week_date();
            let name = format!("{:04}-W{:02}", week.year() - 1, week.week());
            return Cycle::parse(&name)
                .ok()
                .map(|cycle| cycle.window(self.start));
        }
        let (start, end) = (back(self.start)?, back(self.end)?);
        (start < end).then_some(Self { start, end })
    }

    /// The instants it covers in a zone: from the first up to, not including, the second.
    pub fn instants(&self, zone: &Zone) -> (Timestamp, Timestamp) {
        (zone.start_of(self.start), zone.start_of(self.end))
    }
}

impl fmt::Display for Window {
    /// `A..B`, which `Cycle::parse` reads.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}..{}", self.start, self.end)
    }
}

/// A length of cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CycleUnit {
    /// A day.
    Day,
    /// An ISO week: Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// A quarter of a calendar year.
    Quarter,
    /// A calendar year.
    Year,
}

/// A cycle as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cycle {
    /// The cycle of a unit that contains a date.
    Of(CycleUnit, Date),
    /// The cycle of a unit that contains today, or so many units later (negative: earlier).
    Relative(CycleUnit, i16),
    /// Any days.
    Range(Window),
}

/// Why a text is not a cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CycleError {
    /// What was given.
    pub given: String,
    /// What is wrong with it.
    pub problem: &'static str,
}

impl fmt::Display for CycleError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "'{}' is not a cycle: {}. Write 2017, 2017-Q1, 2017-03, 2017-W05, 2017-03-05, \
             2017-03-01..2017-04-01 (the end not included), today, this-week, last-month …",
            self.given, self.problem
        )
    }
}

impl std::error::Error for CycleError {}

/// Words for units, as in `this-week`.
const UNITS: [(&str, CycleUnit); 5] = [
    ("day", CycleUnit::Day),
    ("week", CycleUnit::Week),
    ("month", CycleUnit::Month),
    ("quarter", CycleUnit::Quarter),
    ("year", CycleUnit::Year),
];

impl Cycle {
    /// Reads a cycle; letters in any case.
    pub fn parse(text: &str) -> Result<Self, CycleError> {
        let fail = |problem| {
            Err(CycleError {
                given: text.chars().take(40).collect(),
                problem,
            })
        };
        let lower = text.trim().to_ascii_lowercase();
        if let Some((start, end)) = lower.split_once("..") {
            let (Some(start), Some(end)) = (Date::parse(start.trim()), Date::parse(end.trim()))
            else {
                return fail("a range needs two existing dates");
            };
            if start >= end {
                return fail("the end must be after the start");
            }
            return Ok(Self::Range(Window { start, end }));
        }
        match lower.as_str() {
            "today" => return Ok(Self::Relative(CycleUnit::Day, 0)),
            "yesterday" => return Ok(Self::Relative(CycleUnit::Day, -1)),
            "tomorrow" => return Ok(Self::Relative(CycleUnit::Day, 1)),
            _ => {}
        }
        if let Some((which, unit)) = lower.split_once('-') {
            let offset = match which {
                "this" => Some(0),
                "last" => Some(-1),
                "next" => Some(1),
                _ => None,
            };
            if let Some(offset) = offset {
                let unit = UNITS.iter().find(|(name, _)| *name == unit);
                return match unit {
                    Some((_, unit)) => Ok(Self::Relative(*unit, offset)),
                    None => fail("the unit is day, week, month, quarter or year"),
                };
            }
        }
        match parse_absolute(&lower) {
            Some(cycle) => Ok(cycle),
            None => {
                fail("there is no such day, week, month, quarter or year between 1900 and 2199")
            }
        }
    }

    /// Its length, unless it is any days.
    pub const fn unit(&self) -> Option<CycleUnit> {
        match self {
            Self::Of(unit, _) | Self::Relative(unit, _) => Some(*unit),
            Self::Range(_) => None,
        }
    }

    /// The days it means when today is `today`.
    pub fn window(&self, today: Date) -> Window {
        match *self {
            Self::Of(unit, date) => window_of(unit, date),
            Self::Relative(unit, offset) => shifted(unit, today, offset),
            Self::Range(window) => window,
        }
    }
}

fn parse_absolute(text: &str) -> Option<Cycle> {
    if let Some(date) = Date::parse(text) {
        return Some(Cycle::Of(CycleUnit::Day, date));
    }
    let (year, part) = match text.split_once('-') {
        None => (text, None),
        Some((year, part)) => (year, Some(part)),
    };
    let year: i16 = digits(year, 4)?;
    let Some(part) = part else {
        return Some(Cycle::Of(CycleUnit::Year, Date::new(year, 1, 1)?));
    };
    if let Some(quarter) = part.strip_prefix('q') {
        let quarter = digits(quarter, 1).filter(|quarter| (1..=4).contains(quarter))?;
        let month = i8::try_from(quarter * 3 - 2).ok()?;
        return Some(Cycle::Of(CycleUnit::Quarter, Date::new(year, month, 1)?));
    }
    if let Some(week) = part.strip_prefix('w') {
        let week = i8::try_from(digits(week, 2)?).ok()?;
        let monday =
            jiff::civil::ISOWeekDate::new(year, week, jiff::civil::Weekday::Monday).ok()?;
        let monday = Date::of_civil(monday.date());
        let known = monday >= Date::first() && monday <= Date::last();
        return known.then_some(Cycle::Of(CycleUnit::Week, monday));
    }
    let month = i8::try_from(digits(part, 2)?).ok()?;
    Some(Cycle::Of(CycleUnit::Month, Date::new(year, month, 1)?))
}

/// A number of exactly so many digits.
fn digits(text: &str, count: usize) -> Option<i16> {
    let shaped = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    if shaped { text.parse().ok() } else { None }
}

/// The cycle of a unit that contains a date.
pub fn window_of(unit: CycleUnit, date: Date) -> Window {
    let start = start_of(unit, date);
    Window {
        start,
        end: next(unit, start),
    }
}

/// The cycle of a unit so many units after the one that contains a date.
pub fn shifted(unit: CycleUnit, date: Date, offset: i16) -> Window {
    let mut start = start_of(unit, date);
    for _ in 0..offset.unsigned_abs() {
        start = if offset > 0 {
            next(unit, start)
        } else {
            start_of(unit, start.plus_days(-1))
        };
    }
    Window {
        start,
        end: next(unit, start),
    }
}

fn start_of(unit: CycleUnit, date: Date) -> Date {
    let (year, month, _) = date.year_month_day();
    let first = |month| Date::new(year, month, 1).unwrap_or(date);
    match unit {
        CycleUnit::Day => date,
        CycleUnit::Week => {
            let back = i32::from(date.civil().weekday().to_monday_zero_offset());
            date.plus_days(-back)
        }
        CycleUnit::Month => first(month),
        CycleUnit::Quarter => first((month - 1) / 3 * 3 + 1),
        CycleUnit::Year => first(1),
    }
}

/// The first day of the next cycle after the one that starts on `start`.
fn next(unit: CycleUnit, start: Date) -> Date {
    match unit {
        CycleUnit::Day => start.plus_days(1),
        CycleUnit::Week => start.plus_days(7),
        // More days than the longest of its kind, then back to the start of that one.
        CycleUnit::Month => start_of(unit, start.plus_days(31)),
        CycleUnit::Quarter => start_of(unit, start.plus_days(92)),
        CycleUnit::Year => start_of(unit, start.plus_days(366)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(text: &str) -> String {
        let today = Date::parse("2026-03-15").unwrap(); // a Sunday
        Cycle::parse(text).unwrap().window(today).to_string()
    }

    #[test]
    fn every_spelling_means_its_days() {
        for (text, days) in [
            ("2017", "2017-01-01..2018-01-01"),
            ("2017-Q1", "2017-01-01..2017-04-01"),
            ("2017-q4", "2017-10-01..2018-01-01"),
            ("2017-02", "2017-02-01..2017-03-01"),
            ("2016-02", "2016-02-01..2016-03-01"),
            ("2017-12", "2017-12-01..2018-01-01"),
            ("2017-W05", "2017-01-30..2017-02-06"),
            ("2017-03-05", "2017-03-05..2017-03-06"),
            ("2017-03-05..2017-03-09", "2017-03-05..2017-03-09"),
            ("today", "2026-03-15..2026-03-16"),
            ("yesterday", "2026-03-14..2026-03-15"),
            ("this-week", "2026-03-09..2026-03-16"),
            ("last-week", "2026-03-02..2026-03-09"),
            ("next-week", "2026-03-16..2026-03-23"),
            ("last-month", "2026-02-01..2026-03-01"),
            ("this-quarter", "2026-01-01..2026-04-01"),
            ("last-quarter", "2025-10-01..2026-01-01"),
            ("last-year", "2025-01-01..2026-01-01"),
        ] {
            assert_eq!(window(text), days, "{text}");
        }
    }

    #[test]
    fn iso_week_years_are_not_calendar_years() {
        assert_eq!(window("2016-W01"), "2016-01-04..2016-01-11");
        assert_eq!(window("2015-W53"), "2015-12-28..2016-01-04");
        assert_eq!(window("2020-W53"), "2020-12-28..2021-01-04");
        assert_eq!(window("2025-W01"), "2024-12-30..2025-01-06");
        assert!(Cycle::parse("2021-W53").is_err());
    }

    #[test]
    fn every_window_has_one_name_which_means_it_again() {
        for text in [
            "2017",
            "2017-Q1",
            "2017-Q4",
            "2017-02",
            "2016-02",
            "2017-12",
            "2017-W05",
            "2015-W53",
            "2025-W01",
            "2017-03-05",
            "2017-03-05..2017-03-09",
        ] {
            let today = Date::parse("2026-03-15").unwrap();
            assert_eq!(Cycle::parse(text).unwrap().window(today).name(), text);
        }
    }

    #[test]
    fn the_cycle_before_and_that_of_last_year() {
        let today = Date::parse("2026-03-15").unwrap();
        let of = |text: &str| Cycle::parse(text).unwrap().window(today);
        for (text, before, year_before) in [
            ("2017", "2016", Some("2016")),
            ("2017-Q1", "2016-Q4", Some("2016-Q1")),
            ("2017-03", "2017-02", Some("2016-03")),
            ("2017-W01", "2016-W52", Some("2016-W01")),
            ("2015-W53", "2015-W52", None),
            ("2016-02-29", "2016-02-28", Some("2015-02-28")),
            (
                "2017-03-05..2017-03-09",
                "2017-03-01..2017-03-05",
                Some("2016-03-05..2016-03-09"),
            ),
        ] {
            assert_eq!(of(text).previous().name(), before, "{text}");
            let found = of(text).last_year().map(|window| window.name());
            assert_eq!(found.as_deref(), year_before, "{text}");
        }
    }

    #[test]
    fn what_does_not_exist_is_refused() {
        for bad in [
            "",
            "17",
            "2017-Q5",
            "2017-Q0",
            "2017-13",
            "2017-00",
            "2017-W00",
            "2017-02-30",
            "2017-3",
            "1899",
            "2200",
            "2017-03-05..2017-03-05",
            "2017-03-05..",
            "this-decade",
            "soon",
            "２０１７",
        ] {
            assert!(Cycle::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn golden_7_the_week_of_a_clock_change_has_167_or_169_hours() {
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        for (week, hours) in [("2026-W13", 167), ("2026-W43", 169), ("2026-W20", 168)] {
            let today = Date::parse("2026-03-15").unwrap();
            let (from, to) = Cycle::parse(week).unwrap().window(today).instants(&berlin);
            assert_eq!(to.micros_since(from) / 3_600_000_000, hours, "{week}");
        }
    }

    #[test]
    fn golden_7_midnight_belongs_to_the_new_week() {
        let shanghai = Zone::parse("Asia/Shanghai").unwrap();
        let monday = shanghai.start_of(Date::parse("2026-03-16").unwrap());
        assert_eq!(monday.to_string(), "2026-03-15T16:00:00Z");
        let date = |at| shanghai.date_of(at).to_string();
        assert_eq!(date(monday.plus_micros(-1)), "2026-03-15");
        assert_eq!(date(monday), "2026-03-16");
    }

    #[test]
    fn a_day_whose_midnight_is_skipped_starts_at_its_first_instant() {
        let zone = Zone::parse("America/Sao_Paulo").unwrap();
        let start = zone.start_of(Date::parse("2018-11-04").unwrap());
        assert_eq!(start.to_string(), "2018-11-04T03:00:00Z");
        assert_eq!(zone.date_of(start).to_string(), "2018-11-04");
        assert_eq!(
            zone.date_of(start.plus_micros(-1)).to_string(),
            "2018-11-03"
        );
    }
}
