//! What part of the process is looked at: which cycle, whose deals, as of when. Days only; the workspace's zone is the model's matter.

use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::{Span, ToSpan};

use crate::record::Micros;

/// Most cycles one step goes; more are a key held down.
const MAX_STEP: i32 = 1_000;
/// Longest shift of freely chosen days; the calendar itself ends a little beyond.
const MAX_SHIFT_DAYS: i64 = 3_000_000;

/// A length of cycle (DOMAIN.md §1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum CycleKind {
    /// A day.
    Day,
    /// An ISO week, Monday to Sunday: the default, as the method asks for high frequency.
    #[default]
    Week,
    /// A calendar month.
    Month,
    /// A quarter of a calendar year.
    Quarter,
    /// A calendar year.
    Year,
    /// Any days, see [`Lens::choose_days`].
    Custom,
}

impl CycleKind {
    /// Those with a name and a step.
    pub const NAMED: [Self; 5] = [
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Quarter,
        Self::Year,
    ];

    /// Key of its name.
    pub const fn name_key(self) -> &'static str {
        match self {
            Self::Day => "cycle-day",
            Self::Week => "cycle-week",
            Self::Month => "cycle-month",
            Self::Quarter => "cycle-quarter",
            Self::Year => "cycle-year",
            Self::Custom => "cycle-custom",
        }
    }

    fn step(self, count: i32) -> Span {
        let count = i64::from(count);
        match self {
            Self::Day | Self::Custom => count.days(),
            Self::Week => count.weeks(),
            Self::Month => count.months(),
            Self::Quarter => (count * 3).months(),
            Self::Year => count.years(),
        }
    }

    /// The first day of the cycle a day lies in.
    fn start(self, day: Date) -> Date {
        match self {
            Self::Day | Self::Custom => day,
            Self::Week => day
                .checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
                .unwrap_or(day),
            Self::Month => day.first_of_month(),
            Self::Quarter => {
                let month = (day.month() - 1) / 3 * 3 + 1;
                Date::new(day.year(), month, 1).unwrap_or(day)
            }
            Self::Year => day.first_of_year(),
        }
    }
}

/// Days from `start` up to, not including, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first day.
    pub start: Date,
    /// The day after the last.
    pub end: Date,
}

impl Window {
    /// The last day in it.
    pub fn last(self) -> Date {
        self.end.yesterday().unwrap_or(self.end)
    }

    fn shifted(self, span: Span) -> Self {
        let shift = |day: Date| day.saturating_add(span);
        Self {
            start: shift(self.start),
            end: shift(self.end),
        }
    }
}

/// A cycle: a kind and its first day, so that it stays the same however time passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// How long.
    pub kind: CycleKind,
    /// Its days.
    pub window: Window,
}

impl Cycle {
    /// The cycle of a kind that a day lies in.
    pub fn of(kind: CycleKind, day: Date) -> Self {
        let start = kind.start(day);
        let end = start.saturating_add(kind.step(1));
        Self {
            kind,
            window: Window { start, end },
        }
    }

    /// So many cycles later; earlier when negative. Days chosen freely move by their own length.
    pub fn stepped(self, count: i32) -> Self {
        let count = count.clamp(-MAX_STEP, MAX_STEP);
        if self.kind == CycleKind::Custom {
            let days = (self.window.end - self.window.start).get_days();
            let shift = i64::from(days) * i64::from(count);
            let span = shift.clamp(-MAX_SHIFT_DAYS, MAX_SHIFT_DAYS).days();
            return Self {
                window: self.window.shifted(span),
                ..self
            };
        }
        let start = self.window.start.saturating_add(self.kind.step(count));
        Self::of(self.kind, start)
    }

    /// The same cycle of the year before: the same week number, month or quarter, the same days of the calendar.
    pub fn a_year_before(self) -> Self {
        match self.kind {
            CycleKind::Week => {
                let week = self.window.start.iso_week_date();
                // A year of 52 weeks has no week 53: then its last one.
                let before = ISOWeekDate::new(week.year() - 1, week.week(), Weekday::Monday);
                before.map_or(self.stepped(-52), |week| Self::of(self.kind, week.date()))
            }
            CycleKind::Custom => Self {
                window: self.window.shifted((-1).years()),
                ..self
            },
            kind => Self::of(kind, self.window.start.saturating_sub(1.years())),
        }
    }

    /// Reads what [`Cycle::text`] writes. Days that are just a week, a month and so on are that.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some((start, end)) = text.split_once("..") {
            let window = Window {
                start: start.parse().ok()?,
                end: end.parse().ok()?,
            };
            if window.start >= window.end {
                return None;
            }
            let named = CycleKind::NAMED
                .into_iter()
                .map(|kind| Self::of(kind, window.start))
                .find(|cycle| cycle.window == window);
            return Some(named.unwrap_or(Self {
                kind: CycleKind::Custom,
                window,
            }));
        }
        if let Ok(day) = text.parse() {
            return Some(Self::of(CycleKind::Day, day));
        }
        let (year, part) = match text.split_once('-') {
            None => (text, None),
            Some((year, part)) => (year, Some(part)),
        };
        let year = year.parse().ok()?;
        let of_month = |kind, month| Some(Self::of(kind, Date::new(year, month, 1).ok()?));
        let Some(part) = part else {
            return of_month(CycleKind::Year, 1);
        };
        match part.as_bytes() {
            [b'Q', quarter @ b'1'..=b'4'] => {
                let quarter = i8::try_from(quarter - b'1').ok()?;
                of_month(CycleKind::Quarter, quarter * 3 + 1)
            }
            [b'W', ..] => {
                let week = ISOWeekDate::new(year, part[1..].parse().ok()?, Weekday::Monday);
                Some(Self::of(CycleKind::Week, week.ok()?.date()))
            }
            _ => of_month(CycleKind::Month, part.parse().ok()?),
        }
    }

    /// As the server reads it: `2026-W10`, `2026-03`, `2026-Q1`, `2026`, `2026-03-05`, `2026-03-05..2026-03-09`.
    pub fn text(self) -> String {
        let Window { start, end } = self.window;
        match self.kind {
            CycleKind::Day => start.to_string(),
            CycleKind::Week => {
                let week = start.iso_week_date();
                format!("{}-W{:02}", week.year(), week.week())
            }
            CycleKind::Month => format!("{:04}-{:02}", start.year(), start.month()),
            CycleKind::Quarter => format!("{:04}-Q{}", start.year(), (start.month() + 2) / 3),
            CycleKind::Year => format!("{:04}", start.year()),
            CycleKind::Custom => format!("{start}..{end}"),
        }
    }
}

/// Whose deals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Who {
    /// Everybody's.
    #[default]
    Everyone,
    /// Those of a team and of the teams below it.
    Team(u64),
    /// A member's.
    Member(u64),
}

/// What a cycle is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Versus {
    /// The cycle before it.
    #[default]
    Previous,
    /// The same cycle of the year before.
    LastYear,
}

/// What is looked at: shared by all report screens, so that going from one to the other keeps it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lens {
    /// Length of the cycle.
    pub kind: CycleKind,
    /// The chosen cycle; none = the one that today lies in, whenever today is.
    pub fixed: Option<Cycle>,
    /// Whose deals.
    pub who: Who,
    /// What it is compared with.
    pub versus: Versus,
    /// The past instant looked at; none = now.
    pub as_of: Option<Micros>,
}

impl Lens {
    /// The cycle looked at.
    pub fn cycle(&self, today: Date) -> Cycle {
        self.fixed.unwrap_or_else(|| Cycle::of(self.kind, today))
    }

    /// The cycle it is compared with.
    pub fn other(&self, today: Date) -> Cycle {
        let cycle = self.cycle(today);
        match self.versus {
            Versus::Previous => cycle.stepped(-1),
            Versus::LastYear => cycle.a_year_before(),
        }
    }

    /// Goes to the cycle so many later; coming back to today's lets it move with time again.
    pub fn step(&mut self, count: i32, today: Date) {
        let cycle = self.cycle(today).stepped(count);
        let now = Cycle::of(self.kind, today);
        self.fixed = (self.kind == CycleKind::Custom || cycle != now).then_some(cycle);
    }

    /// Looks at the cycle of another length that today lies in.
    pub fn choose(&mut self, kind: CycleKind) {
        self.kind = kind;
        self.fixed = None;
    }

    /// Looks at a cycle; today's moves with time.
    pub fn look_at(&mut self, cycle: Cycle, today: Date) {
        self.kind = cycle.kind;
        let now = Cycle::of(cycle.kind, today);
        self.fixed = (cycle.kind == CycleKind::Custom || cycle != now).then_some(cycle);
    }

    /// Looks at any days.
    pub fn choose_days(&mut self, window: Window) {
        self.kind = CycleKind::Custom;
        self.fixed = Some(Cycle {
            kind: CycleKind::Custom,
            window,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn cycles_are_written_as_the_server_reads_them() {
        let day = date(2026, 3, 4);
        for (kind, text) in [
            (CycleKind::Day, "2026-03-04"),
            (CycleKind::Week, "2026-W10"),
            (CycleKind::Month, "2026-03"),
            (CycleKind::Quarter, "2026-Q1"),
            (CycleKind::Year, "2026"),
        ] {
            assert_eq!(Cycle::of(kind, day).text(), text);
        }
        // The ISO year of the last days of December may be the next one.
        assert_eq!(
            Cycle::of(CycleKind::Week, date(2025, 12, 30)).text(),
            "2026-W01"
        );
    }

    #[test]
    fn a_cycle_is_read_as_it_is_written_and_days_by_the_name_they_have() {
        let day = date(2026, 3, 4);
        for kind in CycleKind::NAMED {
            for step in [-60, -1, 0, 1, 60] {
                let cycle = Cycle::of(kind, day).stepped(step);
                assert_eq!(Cycle::parse(&cycle.text()), Some(cycle));
                let days = format!("{}..{}", cycle.window.start, cycle.window.end);
                assert_eq!(Cycle::parse(&days), Some(cycle), "{days}");
            }
        }
        let free = Cycle::parse("2026-03-03..2026-03-10").unwrap();
        assert_eq!(free.kind, CycleKind::Custom);
        for wrong in [
            "",
            "2026-",
            "2026-Q5",
            "2026-W60",
            "2026-13",
            "2026-W",
            "x",
            "2026-03-10..2026-03-03",
        ] {
            assert_eq!(Cycle::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_step_back_and_forth_is_todays_cycle_again_and_moves_with_time() {
        let mut lens = Lens::default();
        lens.step(-1, date(2026, 3, 4));
        assert_eq!(lens.cycle(date(2026, 3, 4)).text(), "2026-W09");
        assert_eq!(lens.cycle(date(2026, 3, 30)).text(), "2026-W09");
        lens.step(1, date(2026, 3, 4));
        assert_eq!(lens.cycle(date(2026, 3, 30)).text(), "2026-W14");
    }

    #[test]
    fn months_and_free_days_step_by_their_own_length() {
        let january = Cycle::of(CycleKind::Month, date(2026, 1, 31));
        assert_eq!(january.stepped(1).text(), "2026-02");
        assert_eq!(january.stepped(-1).text(), "2025-12");
        assert_eq!(january.a_year_before().text(), "2025-01");
        let mut lens = Lens::default();
        lens.choose_days(Window {
            start: date(2026, 3, 1),
            end: date(2026, 3, 11),
        });
        lens.step(-1, date(2026, 3, 4));
        assert_eq!(
            lens.cycle(date(2026, 3, 4)).text(),
            "2026-02-19..2026-03-01"
        );
    }

    #[test]
    fn stepping_beyond_the_calendar_stays_at_its_end() {
        let mut lens = Lens::default();
        for kind in CycleKind::NAMED {
            lens.choose(kind);
            for count in [i32::MIN / 4, i32::MAX / 4] {
                lens.step(count, date(2026, 3, 4));
                lens.other(date(2026, 3, 4));
            }
        }
    }
}
