//! Reads a day as people type it: `fri`, `+3d`, `3/15`, `2026-03-15`, `3月15日`, `下周五`, `month-end`.

use std::fmt;

use jiff::civil::{Date, Weekday, date};
use jiff::{Span, ToSpan};
use unicode_normalization::UnicodeNormalization;

/// Years a contract date may lie in.
pub const FIRST_YEAR: i16 = 1970;
/// See [`FIRST_YEAR`].
pub const LAST_YEAR: i16 = 2199;

/// The longest step of `+N`, in days; longer ones are typing errors.
const MAX_STEP_DAYS: i64 = 36_500;

/// Why a text is not a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DateError {
    /// It does not look like a day.
    NotADay,
    /// It looks like one, but the calendar has none such: `2/30`.
    Impossible,
    /// It lies outside the years a deal can have.
    OutOfRange,
}

impl fmt::Display for DateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotADay => formatter.write_str(
                "not a date; write it like fri, +3d, 3/15, 2026-03-15, 3月15日 or month-end",
            ),
            Self::Impossible => formatter.write_str("the calendar has no such day"),
            Self::OutOfRange => write!(
                formatter,
                "the year must be from {FIRST_YEAR} to {LAST_YEAR}"
            ),
        }
    }
}

impl std::error::Error for DateError {}

/// The day a text means, seen from `today`.
///
/// A weekday is the next one after today; a day without a year is the next one from today on. Of `3/15` the month comes first
/// unless that is impossible, of `15.3.` the day does.
pub fn parse_date(text: &str, today: Date) -> Result<Date, DateError> {
    let folded: String = text
        .nfkc()
        .flat_map(char::to_lowercase)
        .filter(|letter| !letter.is_whitespace())
        .collect();
    let day = by_word(&folded, today)
        .or_else(|| by_weekday(&folded, today).map(Ok))
        .or_else(|| by_step(&folded, today))
        .or_else(|| by_quarter(&folded, today).map(Ok))
        .or_else(|| by_month_name(&folded, today))
        .or_else(|| by_figures(&folded, today))
        .unwrap_or(Err(DateError::NotADay))?;
    if (FIRST_YEAR..=LAST_YEAR).contains(&day.year()) {
        Ok(day)
    } else {
        Err(DateError::OutOfRange)
    }
}

fn by_word(word: &str, today: Date) -> Option<Result<Date, DateError>> {
    let after = |days: i64| step(today, days.days());
    Some(match word {
        "today" | "tod" | "今天" | "今日" => Ok(today),
        "tomorrow" | "tom" | "明天" | "明日" => after(1),
        "后天" => after(2),
        "week-end" | "weekend" | "eow" | "周末" | "本周末" => {
            after(i64::from(7 - today.weekday().to_monday_one_offset()))
        }
        "month-end" | "monthend" | "eom" | "月底" | "月末" | "本月底" | "本月末" => {
            Ok(today.last_of_month())
        }
        "下月底" | "下月末" | "下个月底" => {
            step(today.first_of_month(), 1.months()).map(|day| day.last_of_month())
        }
        "quarter-end" | "quarterend" | "eoq" | "季末" | "季度末" | "季底" | "本季末" => {
            Ok(quarter_end(today.year(), quarter_of(today)))
        }
        "year-end" | "yearend" | "eoy" | "年底" | "年末" => Ok(today.last_of_year()),
        _ => return None,
    })
}

fn by_weekday(word: &str, today: Date) -> Option<Date> {
    let (week, name) = ["next-", "next", "下周", "下星期", "下礼拜"]
        .iter()
        .find_map(|mark| word.strip_prefix(mark).map(|rest| (Week::Next, rest)))
        .or_else(|| {
            ["本周", "这周", "本星期"]
                .iter()
                .find_map(|mark| word.strip_prefix(mark).map(|rest| (Week::This, rest)))
        })
        .or_else(|| {
            ["周", "星期", "礼拜"]
                .iter()
                .find_map(|mark| word.strip_prefix(mark).map(|rest| (Week::Coming, rest)))
        })
        .unwrap_or((Week::Coming, word));
    let weekday = match name {
        "mon" | "monday" | "一" => Weekday::Monday,
        "tue" | "tues" | "tuesday" | "二" => Weekday::Tuesday,
        "wed" | "wednesday" | "三" => Weekday::Wednesday,
        "thu" | "thur" | "thurs" | "thursday" | "四" => Weekday::Thursday,
        "fri" | "friday" | "五" => Weekday::Friday,
        "sat" | "saturday" | "六" => Weekday::Saturday,
        "sun" | "sunday" | "日" | "天" => Weekday::Sunday,
        _ => return None,
    };
    // A lone 一 or 五 is no weekday; only 周五 is.
    if !name.is_ascii() && name.len() == word.len() {
        return None;
    }
    let offset =
        i64::from(weekday.to_monday_zero_offset() - today.weekday().to_monday_zero_offset());
    let days = match week {
        Week::This => offset,
        Week::Next => offset + 7,
        Week::Coming if offset > 0 => offset,
        Week::Coming => offset + 7,
    };
    today.checked_add(days.days()).ok()
}

#[derive(Clone, Copy)]
enum Week {
    This,
    Next,
    Coming,
}

fn by_step(word: &str, today: Date) -> Option<Result<Date, DateError>> {
    let (signed, rest) = match word.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, word),
    };
    let digits_end = rest
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(rest.len());
    let (digits, unit) = rest.split_at(digits_end);
    let unit = unit
        .strip_suffix("之后")
        .or_else(|| unit.strip_suffix('后'))
        .unwrap_or(unit);
    let count: i64 = match digits.parse() {
        Ok(count) => count,
        Err(_) if digits.is_empty() => return None,
        Err(_) => return Some(Err(DateError::OutOfRange)),
    };
    let (span, days_each): (fn(i64) -> Span, i64) = match unit {
        // Bare digits without the sign are not a step: 15 could be anything.
        "" if signed => (|count| count.days(), 1),
        "d" | "day" | "days" | "天" | "日" if signed || unit != "日" => {
            (|count| count.days(), 1)
        }
        "w" | "wk" | "week" | "weeks" | "周" | "星期" | "个星期" => {
            (|count| count.weeks(), 7)
        }
        "m" | "mo" | "month" | "months" | "个月" => (|count| count.months(), 30),
        "月" if signed => (|count| count.months(), 30),
        "q" if signed => (|count| (count * 3).months(), 90),
        "y" | "yr" | "year" | "years" | "年" => (|count| count.years(), 365),
        _ => return None,
    };
    if count
        .checked_mul(days_each)
        .is_none_or(|days| days > MAX_STEP_DAYS)
    {
        // 2026年 is a year, not a step of so many.
        return Some(Err(DateError::OutOfRange));
    }
    Some(step(today, span(count)))
}

fn by_quarter(word: &str, today: Date) -> Option<Date> {
    let quarter = match word {
        "q1" | "一季度" => 1,
        "q2" | "二季度" => 2,
        "q3" | "三季度" => 3,
        "q4" | "四季度" => 4,
        _ => return None,
    };
    let year = today.year() + i16::from(quarter < quarter_of(today));
    Some(quarter_end(year, quarter))
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// `mar15`, `15-mar`, `march-15`, `mar` (its last day).
fn by_month_name(word: &str, today: Date) -> Option<Result<Date, DateError>> {
    let plain: String = word
        .chars()
        .filter(|letter| !matches!(letter, '-' | '.' | '/' | ','))
        .collect();
    let name: String = plain
        .chars()
        .filter(|letter| letter.is_alphabetic())
        .collect();
    let digits: String = plain
        .chars()
        .filter(|letter| letter.is_ascii_digit())
        .collect();
    let together = plain == format!("{name}{digits}") || plain == format!("{digits}{name}");
    if name.len() < 3 || digits.len() > 2 || !together {
        return None;
    }
    let month = MONTHS
        .iter()
        .position(|month| month.starts_with(&name) || (name == "sept" && *month == "september"))?;
    let month = i8::try_from(month + 1).ok()?;
    if digits.is_empty() {
        return Some(next_month_end(month, today));
    }
    Some(next_occurrence(month, digits.parse().ok()?, today))
}

/// `2026-03-15`, `20260315`, `3/15`, `15/3/2026`, `15.3.`, `3月15日`, `2026年3月15日`, `3月底`.
fn by_figures(word: &str, today: Date) -> Option<Result<Date, DateError>> {
    if let Some(month) = ["月底", "月末"]
        .iter()
        .find_map(|mark| word.strip_suffix(mark))
    {
        let month = month.parse().ok()?;
        return Some(next_month_end(month, today));
    }
    if word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(exact(
            word[..4].parse().ok()?,
            word[4..6].parse().ok()?,
            word[6..].parse().ok()?,
        ));
    }
    let chinese = word.contains('月');
    let dotted = word.contains('.') && !word.contains(['/', '-']);
    let spaced = word
        .replace(['年', '月', '/', '-', '.'], " ")
        .replace(['日', '号'], "");
    let figures: Vec<i16> = spaced
        .split_whitespace()
        .map(str::parse)
        .collect::<Result<_, _>>()
        .ok()?;
    let small = |figure: i16| i8::try_from(figure).unwrap_or(i8::MAX);
    Some(match figures[..] {
        [year, month, day] if year > 31 => exact(year, small(month), small(day)),
        [first, second, year] if !chinese => {
            let (month, day) = order(first, second, dotted);
            exact(full_year(year), small(month), small(day))
        }
        [first, second] => {
            let (month, day) = if chinese {
                (first, second)
            } else {
                order(first, second, dotted)
            };
            next_occurrence(small(month), small(day), today)
        }
        _ => return None,
    })
}

/// Which of two figures is the month.
fn order(first: i16, second: i16, day_first: bool) -> (i16, i16) {
    if day_first && second <= 12 || first > 12 {
        (second, first)
    } else {
        (first, second)
    }
}

fn full_year(year: i16) -> i16 {
    if (0..100).contains(&year) {
        2000 + year
    } else {
        year
    }
}

fn exact(year: i16, month: i8, day: i8) -> Result<Date, DateError> {
    if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
        return Err(DateError::OutOfRange);
    }
    Date::new(year, month, day).map_err(|_| DateError::Impossible)
}

/// The first day of that name from today on; the 29th of February may be up to eight years away.
fn next_occurrence(month: i8, day: i8, today: Date) -> Result<Date, DateError> {
    (0..=8)
        .filter_map(|years| Date::new(today.year() + years, month, day).ok())
        .find(|candidate| *candidate >= today)
        .ok_or(DateError::Impossible)
}

fn next_month_end(month: i8, today: Date) -> Result<Date, DateError> {
    let this_year = Date::new(today.year(), month, 1)
        .map_err(|_| DateError::Impossible)?
        .last_of_month();
    if this_year >= today {
        return Ok(this_year);
    }
    Date::new(today.year() + 1, month, 1)
        .map(|day| day.last_of_month())
        .map_err(|_| DateError::Impossible)
}

fn quarter_of(day: Date) -> i8 {
    (day.month() - 1) / 3 + 1
}

fn quarter_end(year: i16, quarter: i8) -> Date {
    date(year, quarter * 3, 1).last_of_month()
}

fn step(from: Date, span: Span) -> Result<Date, DateError> {
    from.checked_add(span).map_err(|_| DateError::OutOfRange)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A Wednesday.
    const TODAY: Date = date(2026, 3, 11);

    #[test]
    fn days_are_read_as_people_write_them() {
        for (text, expected) in [
            ("today", date(2026, 3, 11)),
            ("今天", date(2026, 3, 11)),
            ("tomorrow", date(2026, 3, 12)),
            ("fri", date(2026, 3, 13)),
            ("Friday", date(2026, 3, 13)),
            ("周五", date(2026, 3, 13)),
            ("wed", date(2026, 3, 18)),
            ("mon", date(2026, 3, 16)),
            ("next-fri", date(2026, 3, 20)),
            ("下周五", date(2026, 3, 20)),
            ("本周一", date(2026, 3, 9)),
            ("+3d", date(2026, 3, 14)),
            ("+3", date(2026, 3, 14)),
            ("+2w", date(2026, 3, 25)),
            ("2w", date(2026, 3, 25)),
            ("+1m", date(2026, 4, 11)),
            ("3天后", date(2026, 3, 14)),
            ("2周", date(2026, 3, 25)),
            ("1个月", date(2026, 4, 11)),
            ("3/15", date(2026, 3, 15)),
            ("3/10", date(2027, 3, 10)),
            ("15/3", date(2026, 3, 15)),
            ("15.3.", date(2026, 3, 15)),
            ("5.3.2027", date(2027, 3, 5)),
            ("3/15/26", date(2026, 3, 15)),
            ("2026/3/15", date(2026, 3, 15)),
            ("2026-03-15", date(2026, 3, 15)),
            ("20260315", date(2026, 3, 15)),
            ("3月15日", date(2026, 3, 15)),
            ("3月15", date(2026, 3, 15)),
            ("2026年3月15日", date(2026, 3, 15)),
            ("３月１５号", date(2026, 3, 15)),
            ("2月底", date(2027, 2, 28)),
            ("month-end", date(2026, 3, 31)),
            ("月底", date(2026, 3, 31)),
            ("下月底", date(2026, 4, 30)),
            ("eoq", date(2026, 3, 31)),
            ("q2", date(2026, 6, 30)),
            ("年底", date(2026, 12, 31)),
            ("mar15", date(2026, 3, 15)),
            ("15-Mar", date(2026, 3, 15)),
            ("mar", date(2026, 3, 31)),
            ("feb", date(2027, 2, 28)),
            ("2/29", date(2028, 2, 29)),
            ("eow", date(2026, 3, 15)),
        ] {
            assert_eq!(parse_date(text, TODAY), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_day_says_why() {
        for text in ["", "soon", "15", "五", "3//", "+", "fr", "99"] {
            assert_eq!(parse_date(text, TODAY), Err(DateError::NotADay), "{text}");
        }
        for text in ["2/30", "13/13", "2026-02-30", "13月1日"] {
            assert_eq!(
                parse_date(text, TODAY),
                Err(DateError::Impossible),
                "{text}"
            );
        }
        for text in ["1899-01-01", "+99999d", "2500-01-01"] {
            assert_eq!(
                parse_date(text, TODAY),
                Err(DateError::OutOfRange),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[0-9+/.dwmq年月日周-]{0,12}|\\PC{0,12}", days in 0_i64..60_000) {
            let today = date(1980, 1, 1).checked_add(days.days()).unwrap();
            if let Ok(day) = parse_date(&text, today) {
                prop_assert!((FIRST_YEAR..=LAST_YEAR).contains(&day.year()));
            }
        }

        #[test]
        fn a_day_without_a_year_is_never_past(month in 1..=12, day in 1..=28) {
            let read = parse_date(&format!("{month}/{day}"), TODAY).unwrap();
            prop_assert!(read >= TODAY);
        }
    }
}
