//! Instants, civil dates and the workspace's time zone; the clock itself is never read here.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::limits::{MAX_YEAR, MIN_YEAR};

/// Microseconds of a second.
pub const MICROS_PER_SECOND: i64 = 1_000_000;
/// Microseconds of 24 hours: the length of a day of a stagnation period.
pub const MICROS_PER_DAY: i64 = 24 * 60 * 60 * MICROS_PER_SECOND;

/// An instant: microseconds since the Unix epoch, UTC.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// From microseconds since the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the Unix epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// This instant plus a number of microseconds; saturates.
    pub const fn plus_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Microseconds from `earlier` to this instant; negative when it is later; saturates.
    pub const fn micros_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Reads RFC 3339 (`2026-03-15T09:30:00Z`, any offset). Digits beyond microseconds are cut.
    pub fn parse(text: &str) -> Option<Self> {
        let parsed: jiff::Timestamp = text.parse().ok()?;
        Some(Self(parsed.as_microsecond()))
    }

    /// Whether the instant lies in the years the domain works with.
    pub fn in_range(self) -> bool {
        let first = Date::first().days as i64 * MICROS_PER_DAY;
        let last = (Date::last().days as i64 + 1) * MICROS_PER_DAY;
        (first..last).contains(&self.0)
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(timestamp) => write!(formatter, "{timestamp}"),
            Err(_) => write!(formatter, "{} microseconds since 1970", self.0),
        }
    }
}

/// A civil date between 1900 and 2199; kept as days since 1970-01-01.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Date {
    days: i32,
}

impl Date {
    /// 1970-01-01.
    pub const EPOCH: Self = Self { days: 0 };

    /// The first date of the domain.
    pub fn first() -> Self {
        Self::of_civil(jiff::civil::date(MIN_YEAR, 1, 1))
    }

    /// The last date of the domain.
    pub fn last() -> Self {
        Self::of_civil(jiff::civil::date(MAX_YEAR, 12, 31))
    }

    /// The date, if it exists and lies in the years of the domain.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        if !(MIN_YEAR..=MAX_YEAR).contains(&year) {
            return None;
        }
        let civil = jiff::civil::Date::new(year, month, day).ok()?;
        Some(Self::of_civil(civil))
    }

    /// From days since 1970-01-01, if within the years of the domain.
    pub fn from_days(days: i32) -> Option<Self> {
        let date = Self { days };
        (date >= Self::first() && date <= Self::last()).then_some(date)
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.days
    }

    /// Reads `YYYY-MM-DD`, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !shaped || !text.is_ascii() {
            return None;
        }
        let (year, month, day) = (&text[..4], &text[5..7], &text[8..]);
        if !(digits(year) && digits(month) && digits(day)) {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// Whole days from this date to a later one; negative when it is earlier.
    pub const fn days_until(self, later: Self) -> i32 {
        later.days - self.days
    }

    /// This date plus a number of days, clamped to the years of the domain.
    pub fn plus_days(self, days: i32) -> Self {
        let moved = Self {
            days: self.days.saturating_add(days),
        };
        moved.clamp(Self::first(), Self::last())
    }

    /// Year, month (1–12), day (1–31).
    pub fn year_month_day(self) -> (i16, i8, i8) {
        let civil = self.civil();
        (civil.year(), civil.month(), civil.day())
    }

    pub(crate) fn civil(self) -> jiff::civil::Date {
        let epoch = jiff::civil::date(1970, 1, 1);
        epoch.saturating_add(jiff::Span::new().days(self.days.clamp(-30_000, 90_000)))
    }

    pub(crate) fn of_civil(civil: jiff::civil::Date) -> Self {
        let at_midnight = civil
            .to_zoned(jiff::tz::TimeZone::UTC)
            .map_or(0, |zoned| zoned.timestamp().as_second());
        Self {
            days: i32::try_from(at_midnight.div_euclid(86_400)).unwrap_or(0),
        }
    }
}

impl fmt::Display for Date {
    /// `YYYY-MM-DD`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.civil())
    }
}

/// An IANA time zone, known by its name; the rules come with the program and do not depend on the machine.
#[derive(Clone)]
pub struct Zone {
    name: Box<str>,
    rules: jiff::tz::TimeZone,
}

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self {
            name: "UTC".into(),
            rules: jiff::tz::TimeZone::UTC,
        }
    }

    /// Looks a zone up by its IANA name (`Asia/Shanghai`).
    pub fn parse(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("UTC") {
            return Some(Self::utc());
        }
        let rules = jiff::tz::TimeZone::get(name).ok()?;
        let name = rules.iana_name()?.into();
        Some(Self { name, rules })
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The civil date of an instant in this zone.
    pub fn date_of(&self, at: Timestamp) -> Date {
        match jiff::Timestamp::from_microsecond(at.micros()) {
            Ok(timestamp) => Date::of_civil(self.rules.to_datetime(timestamp).date()),
            Err(_) => Date::first(),
        }
    }

    /// The first instant of a date in this zone: midnight, or the first instant after it where midnight is skipped.
    pub fn start_of(&self, date: Date) -> Timestamp {
        let start = self.rules.to_zoned(date.civil().at(0, 0, 0, 0));
        start.map_or(Timestamp(i64::from(date.days) * MICROS_PER_DAY), |zoned| {
            Timestamp(zoned.timestamp().as_microsecond())
        })
    }

    /// The instants at which clocks are changed, not before `from` and not after `to`, in order.
    pub(crate) fn changes(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Iterator<Item = Timestamp> + '_ {
        let before = jiff::Timestamp::from_microsecond(from.micros().saturating_sub(1));
        before
            .into_iter()
            .flat_map(|before| self.rules.following(before))
            .map(|change| Timestamp(change.timestamp().as_microsecond()))
            .take_while(move |at| *at <= to)
    }

    /// The first instant of a date at which its clocks show a time or later: a time that is skipped is the instant of the
    /// skip, a time that is repeated is the first of both. A time that does not exist anywhere is midnight.
    pub fn first_at(&self, date: Date, hour: u8, minute: u8) -> Timestamp {
        let time = jiff::civil::Time::new(
            i8::try_from(hour).unwrap_or_default(),
            i8::try_from(minute).unwrap_or_default(),
            0,
            0,
        );
        let time = time.unwrap_or(jiff::civil::Time::midnight());
        let ambiguous = self
            .rules
            .to_ambiguous_timestamp(date.civil().to_datetime(time));
        let skipped = matches!(ambiguous.offset(), jiff::tz::AmbiguousOffset::Gap { .. });
        let Ok(compatible) = ambiguous.compatible() else {
            return self.start_of(date);
        };
        let skip = || {
            let after = compatible.checked_add(jiff::SignedDuration::from_nanos(1));
            self.rules.preceding(after.ok()?).next()
        };
        let first = if skipped {
            skip().map(|skip| skip.timestamp())
        } else {
            None
        };
        Timestamp(first.unwrap_or(compatible).as_microsecond())
    }

    /// A civil date and time in this zone as an instant; the earlier one where a clock was set back. For imports.
    pub fn at(&self, date: Date, hour: i8, minute: i8, second: i8) -> Option<Timestamp> {
        let time = jiff::civil::Time::new(hour, minute, second, 0).ok()?;
        let zoned = self.rules.to_zoned(date.civil().to_datetime(time)).ok()?;
        Some(Timestamp(zoned.timestamp().as_microsecond()))
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Zone({})", self.name)
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name)
            .ok_or_else(|| serde::de::Error::custom(format!("unknown time zone '{name}'")))
    }
}
