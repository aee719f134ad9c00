//! Reads a filter's terms.

use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};

use super::{QueryError, QueryErrorKind, Term, Words};
use crate::entry::amount::{Currency, MAX_AMOUNT_MINOR, parse_amount};
use crate::entry::date::parse_date;
use crate::entry::names::fold;
use crate::record::{Level, StageKind};
use crate::report::lens::{Cycle, CycleKind};

/// The fields, as they are offered in an error.
pub const FIELDS: &[&str] = &[
    "owner", "customer", "stage", "status", "amount", "date", "stale", "days", "level", "weighted",
    "grade", "source", "name", "archived",
];

/// Fields of the server's lists that cards do not hold.
const SERVER_FIELDS: &[&str] = &[
    "id",
    "team",
    "pipeline",
    "created",
    "closed",
    "entered",
    "last_activity",
    "idle",
    "over",
    "left",
    "moves",
    "push_count",
    "probability",
    "external_id",
    "contact",
    "note",
    "industry",
    "region",
    "competitor",
    "collaborator",
    "occurred",
    "role",
    "kind",
    "follow_up",
    "revision",
    "reason",
    "lost_reason",
    "title",
    "email",
    "phone",
    "creator",
    "subject",
];

const STATUSES: &[&str] = &["open", "won", "lost"];
const YES_NO: &[&str] = &["yes", "no"];
const LEVELS: &[&str] = &["flowing", "approaching", "stalled", "critical"];

/// Days beyond any deal's life.
const MAX_DAYS: i64 = 100_000;

/// What the reading depends on.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Today in the workspace's time zone.
    pub today: Date,
    /// The workspace's currency.
    pub currency: Currency<'a>,
}

/// How a value is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Is,
    Above,
    AtLeast,
    Below,
    AtMost,
    Letters,
}

/// The longest sign comes first.
const COMPARISONS: &[(&str, Comparison)] = &[
    (">=", Comparison::AtLeast),
    ("<=", Comparison::AtMost),
    ("≥", Comparison::AtLeast),
    ("≤", Comparison::AtMost),
    (">", Comparison::Above),
    ("<", Comparison::Below),
    (":", Comparison::Is),
    ("=", Comparison::Is),
    ("~", Comparison::Letters),
    ("＝", Comparison::Is),
    ("：", Comparison::Is),
    ("＞", Comparison::Above),
    ("＜", Comparison::Below),
];

/// A term; `range` is where it stands in the text.
pub(super) fn term(
    text: &str,
    range: Range<usize>,
    context: &Context<'_>,
) -> Result<Term, QueryError> {
    let body = &text[range.clone()];
    if let Some(letters) = body.strip_prefix('~') {
        let folded = fold(letters);
        if folded.is_empty() {
            // At the sign itself: the letters would stand there.
            return Err(error(range, QueryErrorKind::ValueMissing));
        }
        return Ok(Term::Letters(folded));
    }
    if !body.starts_with('"') {
        if let Some((field, comparison, value)) = split_comparison(body) {
            let value_range = range.end - value.len()..range.end;
            return field_term(field, range, comparison, value, value_range, context);
        }
        if body.contains("..") {
            let range = range.clone();
            if let Some(term) = amount_range(body, range, context)? {
                return Ok(term);
            }
        }
    }
    let folded = fold(&body.replace('"', ""));
    if folded.is_empty() {
        return Err(error(range, QueryErrorKind::ValueMissing));
    }
    Ok(Term::Text(folded))
}

/// How a value is looked for: `kim` somewhere, `"kim"` as the whole, `kim*` at the start.
fn words(value: &str, comparison: Comparison) -> Words {
    let quoted = value.len() >= 2 && value.starts_with('"') && value.ends_with('"');
    let plain = fold(value.trim_matches('"').trim());
    match plain.strip_suffix('*') {
        _ if comparison == Comparison::Letters => Words::Letters(plain),
        _ if quoted => Words::Exact(plain),
        Some(start) if !start.is_empty() => Words::Prefix(start.to_owned()),
        _ if plain == "none" => Words::None,
        _ => Words::Contains(plain),
    }
}

/// `field`, sign and value; the field is empty in `>1m`.
fn split_comparison(word: &str) -> Option<(&str, Comparison, &str)> {
    let field_end = word
        .find(|letter: char| !letter.is_ascii_alphabetic() && letter != '_')
        .unwrap_or(word.len());
    let (field, rest) = word.split_at(field_end);
    let (sign, comparison) = COMPARISONS
        .iter()
        .find(|(sign, _)| rest.starts_with(sign))?;
    if field.is_empty() && matches!(comparison, Comparison::Is | Comparison::Letters) {
        return None;
    }
    Some((field, *comparison, &rest[sign.len()..]))
}

fn field_term(
    field: &str,
    whole: Range<usize>,
    comparison: Comparison,
    value: &str,
    range: Range<usize>,
    context: &Context<'_>,
) -> Result<Term, QueryError> {
    let plain = value.trim_matches('"').trim();
    let field = field.to_ascii_lowercase();
    if SERVER_FIELDS.contains(&field.as_str()) {
        return Err(error(whole, QueryErrorKind::NotOnBoard(field)));
    }
    if !field.is_empty() && !FIELDS.contains(&field.as_str()) {
        return Err(error(whole, QueryErrorKind::UnknownField(field)));
    }
    if plain.is_empty() {
        return Err(error(range, QueryErrorKind::ValueMissing));
    }
    let folded = fold(plain);
    let is_words = matches!(
        field.as_str(),
        "owner" | "customer" | "source" | "grade" | "stage" | "name"
    );
    match (field.as_str(), comparison) {
        (_, Comparison::Letters) if !is_words => {
            return Err(error(range, QueryErrorKind::NoComparison));
        }
        ("" | "amount", _) => return amount_field(plain, range, comparison, context),
        ("weighted", _) => {
            let term = amount_field(plain, range, comparison, context)?;
            return Ok(match term {
                Term::Amount { from, to } => Term::Weighted { from, to },
                other => other,
            });
        }
        ("date", _) => return date_term(plain, range, comparison, context),
        ("days", _) => return days_term(&folded, range, comparison),
        ("level", _) => return level_term(&folded, range, comparison),
        (_, Comparison::Is | Comparison::Letters) => {}
        _ => return Err(error(whole, QueryErrorKind::NoComparison)),
    }
    let words = words(value, comparison);
    Ok(match field.as_str() {
        "name" => Term::Name(words),
        "owner" => Term::Owner(words),
        "customer" => Term::Customer(words),
        "source" => Term::Source(words),
        "grade" => Term::Grade(match words {
            Words::Contains(grade) => Words::Exact(grade),
            other => other,
        }),
        "stage" => match folded.parse() {
            Ok(position) => Term::StagePosition(position),
            Err(_) => Term::StageName(words),
        },
        "status" => match folded.as_str() {
            "open" => Term::Status(StageKind::Open),
            "won" => Term::Status(StageKind::Won),
            "lost" => Term::Status(StageKind::Lost),
            _ => return Err(error(range, QueryErrorKind::NotOneOf(STATUSES))),
        },
        "stale" => return stale_term(&folded, range),
        _ => match folded.as_str() {
            "yes" | "true" => Term::Archived(true),
            "no" | "false" => Term::Archived(false),
            _ => return Err(error(range, QueryErrorKind::NotOneOf(YES_NO))),
        },
    })
}

fn amount_field(
    plain: &str,
    range: Range<usize>,
    comparison: Comparison,
    context: &Context<'_>,
) -> Result<Term, QueryError> {
    if comparison == Comparison::Is && plain.contains("..") {
        return amount_range(plain, range.clone(), context)?
            .ok_or_else(|| error(range, QueryErrorKind::ValueMissing));
    }
    amount_term(plain, range, comparison, context)
}

fn level_term(
    folded: &str,
    range: Range<usize>,
    comparison: Comparison,
) -> Result<Term, QueryError> {
    let levels = [
        Level::Moving,
        Level::Approaching,
        Level::Stalled,
        Level::Critical,
    ];
    let folded = if folded == "none" { "flowing" } else { folded };
    let place = LEVELS.iter().position(|word| *word == folded);
    let Some(place) = place else {
        return Err(error(range, QueryErrorKind::NotOneOf(LEVELS)));
    };
    let (from, to) = match comparison {
        Comparison::Is | Comparison::Letters => (Some(place), Some(place)),
        Comparison::Above => (Some(place + 1), Some(levels.len() - 1)),
        Comparison::AtLeast => (Some(place), Some(levels.len() - 1)),
        Comparison::Below => (Some(0), place.checked_sub(1)),
        Comparison::AtMost => (Some(0), Some(place)),
    };
    let level = |place: Option<usize>| place.and_then(|place| levels.get(place)).copied();
    match (level(from), level(to)) {
        (Some(from), Some(to)) => Ok(Term::Level(from, to)),
        _ => Err(error(range, QueryErrorKind::EmptyRange)),
    }
}

fn days_term(value: &str, range: Range<usize>, comparison: Comparison) -> Result<Term, QueryError> {
    if value == "none" && comparison == Comparison::Is {
        return Ok(Term::NoDays);
    }
    let days =
        |text: &str| days_of(text).ok_or_else(|| error(range.clone(), QueryErrorKind::NotDays));
    let (from, to) = match (comparison, value.split_once("..")) {
        (Comparison::Is, Some((low, high))) => {
            let from = if low.is_empty() { 0 } else { days(low)? };
            let to = if high.is_empty() {
                i64::MAX
            } else {
                days(high)?
            };
            (from, to)
        }
        _ => {
            let bound = days(value)?;
            match comparison {
                Comparison::Is | Comparison::Letters => (bound, bound),
                Comparison::Above => (bound + 1, i64::MAX),
                Comparison::AtLeast => (bound, i64::MAX),
                Comparison::Below => (i64::MIN, bound - 1),
                Comparison::AtMost => (i64::MIN, bound),
            }
        }
    };
    if from > to {
        return Err(error(range, QueryErrorKind::EmptyRange));
    }
    Ok(Term::Days { from, to })
}

/// `14`, `14d`, `2w`, `14天`, `2周`.
fn days_of(value: &str) -> Option<i64> {
    let digits_end = value
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(value.len());
    let (digits, unit) = value.split_at(digits_end);
    let days_each = match unit {
        "" | "d" | "天" => 1,
        "w" | "周" => 7,
        _ => return None,
    };
    let count: i64 = digits.parse().ok()?;
    (count <= MAX_DAYS).then_some(count * days_each)
}

fn stale_term(value: &str, range: Range<usize>) -> Result<Term, QueryError> {
    if matches!(value, "yes" | "true") {
        return Ok(Term::Stalled);
    }
    match days_of(value) {
        Some(from) => Ok(Term::Days { from, to: i64::MAX }),
        None => Err(error(range, QueryErrorKind::NotDays)),
    }
}

fn amount_term(
    value: &str,
    range: Range<usize>,
    comparison: Comparison,
    context: &Context<'_>,
) -> Result<Term, QueryError> {
    let bound = amount(value, range, context)?;
    let (from, to) = match comparison {
        Comparison::Is | Comparison::Letters => (bound, bound),
        Comparison::Above => (bound + 1, i64::MAX),
        Comparison::AtLeast => (bound, i64::MAX),
        Comparison::Below => (i64::MIN, bound - 1),
        Comparison::AtMost => (i64::MIN, bound),
    };
    Ok(Term::Amount { from, to })
}

/// `1m..2m`, with either end open; none when neither side is there.
fn amount_range(
    value: &str,
    range: Range<usize>,
    context: &Context<'_>,
) -> Result<Option<Term>, QueryError> {
    let Some((low, high)) = value.split_once("..") else {
        return Ok(None);
    };
    let bounds = range.end - value.len()..range.end;
    let from = match low {
        "" => i64::MIN,
        low => amount(low, bounds.start..bounds.start + low.len(), context)?,
    };
    let to = match high {
        "" => i64::MAX,
        high => amount(high, bounds.end - high.len()..bounds.end, context)?,
    };
    if low.is_empty() && high.is_empty() {
        return Ok(None);
    }
    if from > to {
        return Err(error(range, QueryErrorKind::EmptyRange));
    }
    Ok(Some(Term::Amount { from, to }))
}

fn amount(text: &str, range: Range<usize>, context: &Context<'_>) -> Result<i64, QueryError> {
    let minor = parse_amount(text, context.currency)
        .map_err(|source| error(range, QueryErrorKind::Amount(source)))?
        .minor;
    debug_assert!((0..=MAX_AMOUNT_MINOR).contains(&minor));
    Ok(minor)
}

fn date_term(
    value: &str,
    range: Range<usize>,
    comparison: Comparison,
    context: &Context<'_>,
) -> Result<Term, QueryError> {
    if comparison == Comparison::Is && value.eq_ignore_ascii_case("none") {
        return Ok(Term::NoContractDate);
    }
    if comparison == Comparison::Is
        && let Some(cycle) = named_cycle(value, context.today)
    {
        return Ok(Term::ContractDate {
            from: cycle.window.start,
            to: cycle.window.end,
        });
    }
    let day = |text: &str, range: Range<usize>| {
        parse_date(text, context.today).map_err(|source| error(range, QueryErrorKind::Date(source)))
    };
    let (from, to) = match (comparison, value.split_once("..")) {
        (Comparison::Is, Some((low, high))) => {
            let from = if low.is_empty() {
                Date::MIN
            } else {
                day(low, range.start..range.start + low.len())?
            };
            let to = if high.is_empty() {
                Date::MAX
            } else {
                day(high, range.end - high.len()..range.end)?
            };
            (from, to)
        }
        _ => {
            let bound = day(value, range.clone())?;
            let next = bound.checked_add(1.day()).unwrap_or(Date::MAX);
            match comparison {
                Comparison::Is | Comparison::Letters => (bound, next),
                Comparison::Above => (next, Date::MAX),
                Comparison::AtLeast => (bound, Date::MAX),
                Comparison::Below => (Date::MIN, bound),
                Comparison::AtMost => (Date::MIN, next),
            }
        }
    };
    if from >= to {
        return Err(error(range, QueryErrorKind::EmptyRange));
    }
    Ok(Term::ContractDate { from, to })
}

fn error(range: Range<usize>, kind: QueryErrorKind) -> QueryError {
    QueryError { range, kind }
}

/// `2026`, `2026-03`, `2026-Q1`, `2026-W10`, `this-week`, `next-month`: a cycle by its name.
fn named_cycle(text: &str, today: Date) -> Option<Cycle> {
    let lower = text.to_ascii_lowercase();
    for (prefix, step) in [("last-", -1), ("this-", 0), ("next-", 1)] {
        if let Some(unit) = lower.strip_prefix(prefix) {
            let kind = match unit {
                "week" => CycleKind::Week,
                "month" => CycleKind::Month,
                "quarter" => CycleKind::Quarter,
                "year" => CycleKind::Year,
                _ => return None,
            };
            return Some(Cycle::of(kind, today).stepped(step));
        }
    }
    let (year, rest) = lower.split_once('-').unwrap_or((&lower, ""));
    if year.len() != 4 {
        return None;
    }
    let year: i16 = year.parse().ok()?;
    let (kind, day) = if rest.is_empty() {
        (CycleKind::Year, Date::new(year, 1, 1).ok()?)
    } else if let Some(quarter) = rest.strip_prefix('q') {
        let quarter: i8 = quarter
            .parse()
            .ok()
            .filter(|quarter| (1..=4).contains(quarter))?;
        (CycleKind::Quarter, Date::new(year, quarter * 3, 1).ok()?)
    } else if let Some(week) = rest.strip_prefix('w') {
        let week = ISOWeekDate::new(year, week.parse().ok()?, Weekday::Monday).ok()?;
        (CycleKind::Week, week.date())
    } else {
        if rest.len() != 2 {
            return None;
        }
        (
            CycleKind::Month,
            Date::new(year, rest.parse().ok()?, 1).ok()?,
        )
    };
    Some(Cycle::of(kind, day))
}
