//! Reads a filter's terms.

use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Condition, MAX_TERMS, Query, QueryError, QueryErrorKind, Term};
use crate::entry::amount::{Currency, MAX_AMOUNT_MINOR, parse_amount};
use crate::entry::date::parse_date;
use crate::entry::names::fold;
use crate::record::{DAY_US, StageKind};

/// The fields, as they are offered in an error.
pub const FIELDS: &[&str] = &[
    "owner", "customer", "stage", "status", "amount", "date", "stale", "grade", "source",
    "archived",
];

const STATUSES: &[&str] = &["open", "won", "lost"];
const YES_NO: &[&str] = &["yes", "no"];

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
    ("：", Comparison::Is),
    ("＞", Comparison::Above),
    ("＜", Comparison::Below),
];

pub(super) fn parse(text: &str, context: &Context<'_>) -> Result<Query, QueryError> {
    let mut conditions = Vec::new();
    for range in words(text) {
        if conditions.len() == MAX_TERMS {
            return Err(error(range.start..text.len(), QueryErrorKind::TooManyTerms));
        }
        if let Some(condition) = parse_word(text, range, context)? {
            conditions.push(condition);
        }
    }
    Ok(Query { conditions })
}

/// Where the words stand; spaces within quotation marks do not end one.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    let mut in_quotes = false;
    for (offset, letter) in text.char_indices() {
        if letter == '"' {
            in_quotes = !in_quotes;
        }
        if letter.is_whitespace() && !in_quotes {
            words.extend(start.take().map(|start| start..offset));
        } else {
            start = start.or(Some(offset));
        }
    }
    words.extend(start.map(|start| start..text.len()));
    words
}

/// A word's condition; none for a word that says nothing yet, like a lone `!`.
fn parse_word(
    text: &str,
    range: Range<usize>,
    context: &Context<'_>,
) -> Result<Option<Condition>, QueryError> {
    let word = &text[range.clone()];
    let (negated, body) = match word.strip_prefix(['!', '！']) {
        Some(body) => (true, body),
        None => (false, word),
    };
    let body_start = range.end - body.len();
    let term = if let Some(phrase) = body.strip_prefix('"') {
        text_term(phrase)
    } else if let Some(letters) = body.strip_prefix('~') {
        Some(fold(letters))
            .filter(|letters| !letters.is_empty())
            .map(Term::Letters)
    } else if let Some((field, comparison, value)) = split_comparison(body) {
        let value_range = range.end - value.len()..range.end;
        let field_range = body_start..body_start + field.len();
        Some(field_term(
            field,
            field_range,
            comparison,
            value,
            value_range,
            context,
        )?)
    } else if body.contains("..") {
        Some(
            amount_range(body, body_start..range.end, context)?
                .unwrap_or_else(|| Term::Text(fold(body))),
        )
    } else {
        text_term(body)
    };
    Ok(term.map(|term| Condition { negated, term }))
}

fn text_term(text: &str) -> Option<Term> {
    let folded = fold(&text.replace('"', ""));
    (!folded.is_empty()).then_some(Term::Text(folded))
}

/// `field`, sign and value; the field is empty in `>1m`.
fn split_comparison(word: &str) -> Option<(&str, Comparison, &str)> {
    let field_end = word
        .find(|letter: char| !letter.is_ascii_alphabetic())
        .unwrap_or(word.len());
    let (field, rest) = word.split_at(field_end);
    let (sign, comparison) = COMPARISONS
        .iter()
        .find(|(sign, _)| rest.starts_with(sign))?;
    if field.is_empty() && *comparison == Comparison::Is {
        return None;
    }
    Some((field, *comparison, &rest[sign.len()..]))
}

fn field_term(
    field: &str,
    field_range: Range<usize>,
    comparison: Comparison,
    value: &str,
    range: Range<usize>,
    context: &Context<'_>,
) -> Result<Term, QueryError> {
    let plain = value.trim_matches('"').trim();
    let field = field.to_ascii_lowercase();
    if !field.is_empty() && !FIELDS.contains(&field.as_str()) {
        return Err(error(field_range, QueryErrorKind::UnknownField(field)));
    }
    if plain.is_empty() {
        return Err(error(range, QueryErrorKind::ValueMissing));
    }
    let folded = fold(plain);
    match field.as_str() {
        "" | "amount" if comparison == Comparison::Is && plain.contains("..") => {
            amount_range(plain, range.clone(), context)?
                .ok_or_else(|| error(range, QueryErrorKind::ValueMissing))
        }
        "" | "amount" => amount_term(plain, range, comparison, context),
        "date" => date_term(plain, range, comparison, context),
        _ if comparison != Comparison::Is => Err(error(range, QueryErrorKind::NoComparison)),
        "owner" if folded == "none" => Ok(Term::NoOwner),
        "owner" => Ok(Term::Owner(folded)),
        "customer" if folded == "none" => Ok(Term::NoCustomer),
        "customer" => Ok(Term::Customer(folded)),
        "source" => Ok(Term::Source(folded)),
        "grade" => Ok(Term::Grade(folded)),
        "stage" => Ok(folded
            .parse()
            .map_or(Term::StageName(folded), Term::StagePosition)),
        "status" => match folded.as_str() {
            "open" => Ok(Term::Status(StageKind::Open)),
            "won" => Ok(Term::Status(StageKind::Won)),
            "lost" => Ok(Term::Status(StageKind::Lost)),
            _ => Err(error(range, QueryErrorKind::NotOneOf(STATUSES))),
        },
        "stale" => stale_term(&folded, range),
        _ => match folded.as_str() {
            "yes" | "true" => Ok(Term::Archived),
            _ => Err(error(range, QueryErrorKind::NotOneOf(YES_NO))),
        },
    }
}

fn stale_term(value: &str, range: Range<usize>) -> Result<Term, QueryError> {
    if matches!(value, "yes" | "true") {
        return Ok(Term::Stalled);
    }
    let digits_end = value
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(value.len());
    let (digits, unit) = value.split_at(digits_end);
    let days_each = match unit {
        "" | "d" | "天" => 1,
        "w" | "周" => 7,
        _ => return Err(error(range, QueryErrorKind::NotDays)),
    };
    match digits.parse::<i64>() {
        Ok(count) if count <= MAX_DAYS => Ok(Term::InStageFor(count * days_each * DAY_US)),
        _ => Err(error(range, QueryErrorKind::NotDays)),
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
        Comparison::Is => (bound, bound),
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
                Comparison::Is => (bound, next),
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
