//! The working-day calendar of a pipeline: on which days the stage clock runs (DOMAIN.md §3).
//!
//! A working day counts with the length it has in the workspace's zone: 23 or 25 hours where a clock is changed on it.
//! Spans are reckoned by counting days, with a correction for the few days on which clocks change, so that a span of
//! years costs hardly more than one of hours.

use serde::{Deserialize, Serialize};

use crate::time::{Date, MICROS_PER_DAY, Timestamp, Zone};

/// Monday to Friday.
pub const MONDAY_TO_FRIDAY: u8 = 0b001_1111;
/// Every day of the week.
pub const EVERY_DAY: u8 = 0b111_1111;
/// Days of a week.
const DAYS_PER_WEEK: i32 = 7;
/// 1970-01-01 was a Thursday: three days after a Monday.
const EPOCH_WEEKDAY: i32 = 3;

/// On which days the stage clock of a pipeline runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// False: the clock always runs, and the rest does not matter.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub working_days_only: bool,
    /// Days of the week on which it runs: bit 0 is Monday, bit 6 is Sunday.
    #[serde(default = "monday_to_friday")]
    pub weekdays: u8,
    /// Days on which it stands still all the same; sorted, no repeats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<Date>,
}

const fn monday_to_friday() -> u8 {
    MONDAY_TO_FRIDAY
}

impl Default for Calendar {
    /// The clock always runs.
    fn default() -> Self {
        Self {
            working_days_only: false,
            weekdays: MONDAY_TO_FRIDAY,
            holidays: Vec::new(),
        }
    }
}

impl Calendar {
    /// Whether it says what every pipeline has that was never given one; such a calendar is not stored.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the clock runs on a day.
    pub fn is_working_day(&self, date: Date) -> bool {
        !self.working_days_only
            || (self.has_weekday(date) && self.holidays.binary_search(&date).is_err())
    }

    fn has_weekday(&self, date: Date) -> bool {
        let weekday = (date.days() + EPOCH_WEEKDAY).rem_euclid(DAYS_PER_WEEK);
        self.weekdays >> weekday & 1 == 1
    }

    /// Working days from `from` up to, not including, `to`.
    pub fn working_days(&self, from: Date, to: Date) -> i64 {
        let days = from.days_until(to).max(0);
        if !self.working_days_only {
            return i64::from(days);
        }
        let weeks = days / DAYS_PER_WEEK;
        let mut count = i64::from(weeks) * i64::from((self.weekdays & EVERY_DAY).count_ones());
        for day in weeks * DAYS_PER_WEEK..days {
            count += i64::from(self.has_weekday(from.plus_days(day)));
        }
        let first = self.holidays.partition_point(|holiday| *holiday < from);
        let off = self.holidays[first..]
            .iter()
            .take_while(|holiday| **holiday < to)
            .filter(|holiday| self.has_weekday(**holiday));
        count - off.count() as i64
    }
}

/// Microseconds the clock ran from one instant to a later one; 0 when it is not later.
pub fn elapsed_micros(calendar: &Calendar, zone: &Zone, from: Timestamp, to: Timestamp) -> i64 {
    if to <= from {
        return 0;
    }
    if !calendar.working_days_only {
        return to.micros_since(from);
    }
    let (first, last) = (day_of(zone, from), day_of(zone, to));
    if first == last {
        return if calendar.is_working_day(first) {
            to.micros_since(from)
        } else {
            0
        };
    }
    let second = first.plus_days(1);
    let tail = working(calendar, first, zone.start_of(second).micros_since(from));
    let head = working(calendar, last, to.micros_since(zone.start_of(last)));
    tail.saturating_add(between(calendar, zone, second, last))
        .saturating_add(head)
}

/// The first instant by which the clock has run so many microseconds since `from`; the end of time when it never does.
pub fn instant_after(calendar: &Calendar, zone: &Zone, from: Timestamp, micros: i64) -> Timestamp {
    if micros <= 0 {
        return from;
    }
    if !calendar.working_days_only {
        return from.plus_micros(micros);
    }
    let first = day_of(zone, from);
    let second = first.plus_days(1);
    let tail = working(calendar, first, zone.start_of(second).micros_since(from));
    if micros <= tail {
        return from.plus_micros(micros);
    }
    let rest = micros - tail;
    let reached = |days: i32| between(calendar, zone, second, second.plus_days(days)) >= rest;
    let counted = |days: i32| calendar.working_days(second, second.plus_days(days));
    let Some(days) = days_for(rest, second.days_until(Date::last()), counted, reached) else {
        return Timestamp(i64::MAX);
    };
    let day = second.plus_days(days - 1);
    let before = between(calendar, zone, second, day);
    zone.start_of(day).plus_micros(rest - before)
}

/// The last instant from which the clock has run so many microseconds until `to`; the beginning of time when it never did.
pub fn instant_before(calendar: &Calendar, zone: &Zone, to: Timestamp, micros: i64) -> Timestamp {
    if micros <= 0 {
        return to;
    }
    if !calendar.working_days_only {
        return Timestamp(to.0.saturating_sub(micros));
    }
    let last = day_of(zone, to);
    let head = working(calendar, last, to.micros_since(zone.start_of(last)));
    if micros <= head {
        return to.plus_micros(-micros);
    }
    let rest = micros - head;
    let reached = |days: i32| between(calendar, zone, last.plus_days(-days), last) >= rest;
    let counted = |days: i32| calendar.working_days(last.plus_days(-days), last);
    let Some(days) = days_for(rest, Date::first().days_until(last), counted, reached) else {
        return Timestamp(i64::MIN);
    };
    let next = last.plus_days(1 - days);
    let after = between(calendar, zone, next, last);
    zone.start_of(next).plus_micros(after - rest)
}

/// A part of a day as the clock sees it.
fn working(calendar: &Calendar, day: Date, micros: i64) -> i64 {
    if calendar.is_working_day(day) {
        micros.max(0)
    } else {
        0
    }
}

/// The day whose start is the last one not after an instant. Where clocks are set back over a midnight, the date alone
/// would go back too.
fn day_of(zone: &Zone, at: Timestamp) -> Date {
    let date = zone.date_of(at);
    if zone.start_of(date) > at {
        return date.plus_days(-1);
    }
    let next = date.plus_days(1);
    if zone.start_of(next) <= at {
        return next;
    }
    date
}

/// Microseconds of the working days from `from` up to, not including, `to`.
fn between(calendar: &Calendar, zone: &Zone, from: Date, to: Date) -> i64 {
    if to <= from {
        return 0;
    }
    let mut micros = calendar.working_days(from, to) * MICROS_PER_DAY;
    // Days on which a clock is changed are longer or shorter, or are not there at all.
    let mut next = from;
    for change in zone.changes(zone.start_of(from), zone.start_of(to)) {
        let mut day = zone.date_of(change.plus_micros(-1)).max(next);
        let last = zone.date_of(change).min(to.plus_days(-1));
        while day <= last {
            if calendar.is_working_day(day) {
                let length = zone
                    .start_of(day.plus_days(1))
                    .micros_since(zone.start_of(day));
                micros += length - MICROS_PER_DAY;
            }
            day = day.plus_days(1);
            next = day;
        }
    }
    micros
}

/// The smallest number of days by which the clock has run so many microseconds. Days of 24 hours, which cost no look at the
/// zone, nearly always tell it: where a clock is changed among them the search is made again with the true lengths.
fn days_for(
    micros: i64,
    max: i32,
    counted: impl Fn(i32) -> i64,
    reached: impl Fn(i32) -> bool,
) -> Option<i32> {
    let plain = smallest(max, |days| counted(days) * MICROS_PER_DAY >= micros);
    plain
        .filter(|days| reached(*days) && (*days == 1 || !reached(days - 1)))
        .or_else(|| smallest(max, reached))
}

/// The smallest number from 1 to `max` for which something holds that goes on holding once it does.
fn smallest(max: i32, holds: impl Fn(i32) -> bool) -> Option<i32> {
    let mut high = 1;
    while !holds(high) {
        if high >= max {
            return None;
        }
        high = high.saturating_mul(2).min(max);
    }
    let mut low = high / 2;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn working(holidays: &[&str]) -> Calendar {
        Calendar {
            working_days_only: true,
            weekdays: MONDAY_TO_FRIDAY,
            holidays: holidays
                .iter()
                .map(|day| Date::parse(day).unwrap())
                .collect(),
        }
    }

    /// The same by walking every hour.
    fn by_hand(calendar: &Calendar, zone: &Zone, from: Timestamp, to: Timestamp) -> i64 {
        let mut total = 0;
        let mut now = from;
        while now < to {
            let next = now.plus_micros(HOUR / 2).min(to);
            if calendar.is_working_day(zone.date_of(now)) {
                total += next.micros_since(now);
            }
            now = next;
        }
        total
    }

    #[test]
    fn weekends_and_holidays_do_not_count() {
        let zone = Zone::parse("Asia/Shanghai").unwrap();
        let calendar = working(&["2026-10-01", "2026-10-02", "2026-10-03"]);
        // Wednesday 09:00 to the Monday after, 09:00: Wednesday's 15 hours and Monday's 9.
        let from = at("2026-09-30T01:00:00Z");
        let to = at("2026-10-05T01:00:00Z");
        assert_eq!(elapsed_micros(&calendar, &zone, from, to), 24 * HOUR);
        assert_eq!(instant_after(&calendar, &zone, from, 24 * HOUR), to);
        assert_eq!(instant_before(&calendar, &zone, to, 24 * HOUR), from);
        // The last instant before the clock stands still is when it has run fifteen hours.
        let midnight = at("2026-09-30T16:00:00Z");
        assert_eq!(instant_after(&calendar, &zone, from, 15 * HOUR), midnight);
        let monday = at("2026-10-04T16:00:00Z");
        assert_eq!(
            instant_after(&calendar, &zone, from, 15 * HOUR + 1),
            monday.plus_micros(1)
        );
        assert_eq!(instant_before(&calendar, &zone, to, 9 * HOUR), monday);
    }

    #[test]
    fn a_plain_calendar_counts_every_microsecond() {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let plain = Calendar::default();
        let from = at("2026-03-28T00:00:00Z");
        let to = at("2036-03-30T00:00:00.000007Z");
        assert_eq!(
            elapsed_micros(&plain, &zone, from, to),
            to.micros_since(from)
        );
        assert_eq!(elapsed_micros(&plain, &zone, to, from), 0);
        assert_eq!(
            instant_after(&plain, &zone, from, to.micros_since(from)),
            to
        );
        assert_eq!(
            instant_before(&plain, &zone, to, to.micros_since(from)),
            from
        );
    }

    #[test]
    fn a_working_day_on_which_clocks_change_has_23_or_25_hours() {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let mut sundays = working(&[]);
        sundays.weekdays = 0b100_0000;
        for (from, to, hours) in [
            ("2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z", 23),
            ("2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z", 25),
            ("2026-06-06T12:00:00Z", "2026-06-08T12:00:00Z", 24),
        ] {
            let (from, to) = (at(from), at(to));
            assert_eq!(elapsed_micros(&sundays, &zone, from, to), hours * HOUR);
            let end = instant_after(&sundays, &zone, from, hours * HOUR);
            assert_eq!(elapsed_micros(&sundays, &zone, from, end), hours * HOUR);
        }
    }

    #[test]
    fn it_agrees_with_walking_hour_by_hour_in_zones_with_odd_days() {
        for name in [
            "UTC",
            "Europe/Berlin",
            "America/St_Johns",
            "America/Sao_Paulo",
            "Pacific/Apia",
            "Australia/Lord_Howe",
        ] {
            let zone = Zone::parse(name).unwrap();
            let calendar = working(&["2011-12-26", "2011-12-31", "2012-01-02"]);
            for start in 0..40 {
                let from = at("2011-10-20T03:30:00Z").plus_micros(start * 61 * HOUR);
                for hours in [1, 23, 75, 400, 2_000] {
                    let to = from.plus_micros(hours * HOUR);
                    let fast = elapsed_micros(&calendar, &zone, from, to);
                    let slow = by_hand(&calendar, &zone, from, to);
                    assert_eq!(fast, slow, "{name} {from} {hours}");
                    if fast > 0 {
                        let end = instant_after(&calendar, &zone, from, fast);
                        assert!(end <= to);
                        assert_eq!(elapsed_micros(&calendar, &zone, from, end), fast);
                        let less = end.plus_micros(-1);
                        assert_eq!(elapsed_micros(&calendar, &zone, from, less), fast - 1);
                        let begin = instant_before(&calendar, &zone, to, fast);
                        assert!(begin >= from);
                        assert_eq!(elapsed_micros(&calendar, &zone, begin, to), fast);
                        let later = begin.plus_micros(1);
                        assert_eq!(elapsed_micros(&calendar, &zone, later, to), fast - 1);
                    }
                }
            }
        }
    }

    #[test]
    fn a_clock_that_never_runs_that_long_ends_at_the_end_of_time() {
        let zone = Zone::utc();
        let calendar = working(&[]);
        let from = at("2199-12-01T00:00:00Z");
        let never = instant_after(&calendar, &zone, from, 400 * 24 * HOUR);
        assert_eq!(never, Timestamp(i64::MAX));
        let to = at("1900-01-05T00:00:00Z");
        let ever = instant_before(&calendar, &zone, to, 400 * 24 * HOUR);
        assert_eq!(ever, Timestamp(i64::MIN));
    }
}
