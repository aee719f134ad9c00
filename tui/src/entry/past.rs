//! Reads a day or an instant of the past as people type it: `yesterday`, `-3d`, `fri`, `3/2 14:30`, `last-month`, `上周五`, `3天前`.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};
use unicode_normalization::UnicodeNormalization;

use super::date::{DateError, parse_date};
use crate::record::Micros;

/// Days back beyond any deal's life.
const MAX_BACK_DAYS: i64 = 36_500;

/// Why a text is no instant of the past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PastError {
    /// Not a day at all.
    Date(DateError),
    /// A day, but still to come.
    Future,
}

/// The instant a text means: a day alone is its last one, today and `now` are none, which is the present.
pub fn parse_instant(
    text: &str,
    now: Micros,
    zone: &TimeZone,
) -> Result<Option<Micros>, PastError> {
    let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let folded = folded.trim();
    if matches!(folded, "" | "now" | "today" | "现在" | "今天") {
        return Ok(None);
    }
    let today = jiff::Timestamp::from_microsecond(now)
        .unwrap_or_default()
        .to_zoned(zone.clone())
        .date();
    let (day_text, time) = split_time(folded);
    let day = if day_text.is_empty() {
        today
    } else {
        parse_past(day_text, today)?
    };
    let at = match time {
        Some(time) => micros(day, time, zone),
        // The last instant of the day: what begins with the next one is not in it.
        None => day
            .tomorrow()
            .ok()
            .and_then(|next| micros(next, Time::midnight(), zone))
            .map(|at| at - 1),
    };
    let at = at.ok_or(PastError::Date(DateError::OutOfRange))?;
    if time.is_none() && day == today {
        return Ok(None);
    }
    if at > now {
        return Err(PastError::Future);
    }
    Ok(Some(at))
}

fn micros(day: Date, time: Time, zone: &TimeZone) -> Option<Micros> {
    let zoned = day.to_datetime(time).to_zoned(zone.clone()).ok()?;
    Some(zoned.timestamp().as_microsecond())
}

/// The time of day at the end of a text, if there is one, and what stands before it.
fn split_time(text: &str) -> (&str, Option<Time>) {
    let (day, last) = match text.rsplit_once([' ', 't', '@']) {
        Some((day, last)) => (day.trim_end(), last),
        None => ("", text),
    };
    let time = last.split_once(':').and_then(|(hour, minute)| {
        let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
        Time::new(hour, minute, 0, 0).ok()
    });
    match time {
        Some(time) => (day, Some(time)),
        None => (text, None),
    }
}

/// The day of the past, or today, that a text means.
pub fn parse_past(text: &str, today: Date) -> Result<Date, PastError> {
    let folded: String = text
        .nfkc()
        .flat_map(char::to_lowercase)
        .filter(|letter| !letter.is_whitespace())
        .collect();
    if let Some(day) = by_word(&folded, today).or_else(|| by_step(&folded, today)) {
        return day.ok_or(PastError::Date(DateError::OutOfRange));
    }
    let bare = folded
        .strip_prefix("last-")
        .or_else(|| folded.strip_prefix("last"));
    if let Some(weekday) = folded
        .strip_prefix("上周")
        .or_else(|| folded.strip_prefix("上星期"))
    {
        let day = parse_date(&format!("本周{weekday}"), today).map_err(PastError::Date)?;
        return Ok(day.saturating_sub(7.days()));
    }
    let day = parse_date(bare.unwrap_or(&folded), today).map_err(PastError::Date)?;
    if day <= today {
        return Ok(day);
    }
    // A weekday is the one before, a day of the year that of the year before.
    let has_digits = folded.contains(|letter: char| letter.is_ascii_digit());
    let has_year = folded.contains(&day.year().to_string());
    let earlier = if has_digits {
        day.saturating_sub(1.years())
    } else {
        day.saturating_sub(7.days())
    };
    if earlier <= today && !has_year && !folded.starts_with('+') {
        Ok(earlier)
    } else {
        Err(PastError::Future)
    }
}

/// A word; the inner none when the calendar does not go so far.
fn by_word(word: &str, today: Date) -> Option<Option<Date>> {
    let before = |span: Span| today.checked_sub(span).ok();
    let week_start = i64::from(today.weekday().to_monday_zero_offset());
    Some(match word {
        "today" | "今天" => Some(today),
        "yesterday" | "昨天" | "昨日" => before(1.days()),
        "前天" => before(2.days()),
        "last-week" | "lastweek" | "上周" | "上周末" => before((week_start + 1).days()),
        "last-month" | "lastmonth" | "上月" | "上个月" | "上月底" | "上月末" => {
            today.first_of_month().yesterday().ok()
        }
        "last-quarter" | "lastquarter" | "上季度" | "上季末" => {
            let month = (today.month() - 1) / 3 * 3 + 1;
            Date::new(today.year(), month, 1)
                .ok()
                .and_then(|day| day.yesterday().ok())
        }
        "last-year" | "lastyear" | "去年" | "去年底" => today.first_of_year().yesterday().ok(),
        _ => return None,
    })
}

/// `-3d`, `3dago`, `3天前`.
fn by_step(word: &str, today: Date) -> Option<Option<Date>> {
    let rest = word
        .strip_prefix(['-', '−'])
        .or_else(|| word.strip_suffix("ago"))
        .or_else(|| word.strip_suffix("之前"))
        .or_else(|| word.strip_suffix('前'))?;
    let end = rest
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(rest.len());
    let (digits, unit) = rest.split_at(end);
    let count: i64 = digits.parse().ok()?;
    let (span, days): (fn(i64) -> Span, i64) = match unit {
        "" | "d" | "day" | "days" | "天" | "日" => (|count| count.days(), 1),
        "w" | "week" | "weeks" | "周" | "个星期" => (|count| count.weeks(), 7),
        "m" | "mo" | "month" | "months" | "个月" => (|count| count.months(), 30),
        "q" => (|count| (count * 3).months(), 90),
        "y" | "year" | "years" | "年" => (|count| count.years(), 365),
        _ => return None,
    };
    if count
        .checked_mul(days)
        .is_none_or(|days| days > MAX_BACK_DAYS)
    {
        return Some(None);
    }
    Some(today.checked_sub(span(count)).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    /// A Wednesday.
    const TODAY: Date = date(2026, 3, 4);

    #[test]
    fn past_days_are_read_as_people_say_them() {
        for (text, day) in [
            ("yesterday", date(2026, 3, 3)),
            ("昨天", date(2026, 3, 3)),
            ("-3d", date(2026, 3, 1)),
            ("3 days ago", date(2026, 3, 1)),
            ("2周前", date(2026, 2, 18)),
            ("-1m", date(2026, 2, 4)),
            ("fri", date(2026, 2, 27)),
            ("last fri", date(2026, 2, 27)),
            ("上周五", date(2026, 2, 27)),
            ("last-week", date(2026, 3, 1)),
            ("上月底", date(2026, 2, 28)),
            ("last-quarter", date(2025, 12, 31)),
            ("3/1", date(2026, 3, 1)),
            ("12/24", date(2025, 12, 24)),
            ("3/8", date(2025, 3, 8)),
            ("2025-11-30", date(2025, 11, 30)),
        ] {
            assert_eq!(parse_past(text, TODAY), Ok(day), "{text}");
        }
        for text in ["2026-03-05", "+3d", "2027-01-01"] {
            assert_eq!(parse_past(text, TODAY), Err(PastError::Future), "{text}");
        }
        assert!(parse_past("soon", TODAY).is_err());
        assert!(parse_past("-999999d", TODAY).is_err());
    }

    #[test]
    fn a_day_alone_is_its_last_instant_and_today_is_the_present() {
        let now = 1_772_618_400_000_000;
        let at = |text: &str| parse_instant(text, now, &TimeZone::UTC);
        assert_eq!(at("now"), Ok(None));
        assert_eq!(at(" 今天 "), Ok(None));
        let end_of_march_second = 1_772_496_000_000_000 - 1;
        assert_eq!(at("3/2"), Ok(Some(end_of_march_second)));
        assert_eq!(at("3/2 12:00"), Ok(Some(1_772_452_800_000_000)));
        assert_eq!(at("9:30"), Ok(Some(now - 30 * 60 * 1_000_000)));
        assert_eq!(at("today 9:30"), Ok(Some(now - 30 * 60 * 1_000_000)));
        assert_eq!(at("10:30"), Err(PastError::Future));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,20}") {
            if let Ok(Some(at)) = parse_instant(&text, 1_772_618_400_000_000, &TimeZone::UTC) {
                prop_assert!(at <= 1_772_618_400_000_000);
            }
        }
    }
}
