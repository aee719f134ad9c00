//! Reads filters.

use super::FilterError;
use super::term::{
    DATE_FIELDS, DateField, DateMatch, FLAG_FIELDS, FlagField, NUMBER_DECIMALS, NUMBER_FIELDS,
    NUMBER_SCALE, NumberField, NumberRange, TEXT_FIELDS, Term, Test, TextField, TextMatch,
};
use crate::cycle::Cycle;
use crate::limits::{MAX_FILTER_CHARS, MAX_FILTER_TERMS};
use crate::stage::StageKind;
use crate::text::normal_key;
use crate::time::Date;

/// A comparison between a field and a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Is,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Longest first, so that `>=` is not read as `>`.
const OPERATORS: [(&str, Operator); 6] = [
    (">=", Operator::GreaterOrEqual),
    ("<=", Operator::LessOrEqual),
    (">", Operator::Greater),
    ("<", Operator::Less),
    (":", Operator::Is),
    ("=", Operator::Is),
];

/// Factors people put after a number.
const FACTORS: [(&str, i128); 8] = [
    ("bn", 1_000_000_000),
    ("k", 1_000),
    ("m", 1_000_000),
    ("b", 1_000_000_000),
    ("千", 1_000),
    ("万", 10_000),
    ("百万", 1_000_000),
    ("亿", 100_000_000),
];

/// A piece between spaces outside of quotes.
struct Piece<'a> {
    position: usize,
    text: &'a str,
}

pub(super) fn terms(text: &str) -> Result<Vec<Term>, FilterError> {
    if text.chars().count() > MAX_FILTER_CHARS {
        let problem = format!("a filter has at most {MAX_FILTER_CHARS} characters");
        return Err(FilterError::new(0, problem));
    }
    let pieces = split(text)?;
    if pieces.len() > MAX_FILTER_TERMS {
        return Err(FilterError::new(
            pieces[MAX_FILTER_TERMS].position,
            format!("a filter has at most {MAX_FILTER_TERMS} terms"),
        ));
    }
    pieces.iter().map(term).collect()
}

fn split(text: &str) -> Result<Vec<Piece<'_>>, FilterError> {
    let mut pieces = Vec::new();
    let mut start: Option<usize> = None;
    let mut quote: Option<usize> = None;
    for (position, character) in text.char_indices() {
        if character == '"' {
            quote = match quote {
                None => Some(position),
                Some(_) => None,
            };
        }
        if character.is_whitespace() && quote.is_none() {
            if let Some(position_before) = start.take() {
                pieces.push(Piece {
                    position: position_before,
                    text: &text[position_before..position],
                });
            }
        } else if start.is_none() {
            start = Some(position);
        }
    }
    if let Some(position) = quote {
        return Err(FilterError::new(position, "the quote is not closed"));
    }
    if let Some(position) = start {
        pieces.push(Piece {
            position,
            text: &text[position..],
        });
    }
    Ok(pieces)
}

fn term(piece: &Piece) -> Result<Term, FilterError> {
    let (negated, text) = match piece.text.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, piece.text),
    };
    let position = piece.position + usize::from(negated);
    if text.is_empty() {
        return Err(FilterError::new(position, "a term must follow the '!'"));
    }
    Ok(Term {
        position,
        negated,
        test: test(position, text)?,
    })
}

fn test(position: usize, text: &str) -> Result<Test, FilterError> {
    if let Some(letters) = text.strip_prefix('~') {
        let key = normal_key(letters);
        if key.is_empty() {
            return Err(FilterError::new(position, "letters must follow the '~'"));
        }
        return Ok(Test::Fuzzy(key));
    }
    if text.starts_with('"') {
        return Ok(Test::Words(normal_key(unquoted(text).0)));
    }
    if let Some((name, operator, value_at)) = operator_in(text) {
        let value = &text[value_at..];
        let value_position = position + value_at;
        return if name.is_empty() {
            let range = number_range(operator, value, value_position)?;
            Ok(Test::Number(NumberField::Amount, range))
        } else {
            field(position, name, operator, value, value_position)
        };
    }
    if text.contains("..") {
        let range = number_range(Operator::Is, text, position)?;
        return Ok(Test::Number(NumberField::Amount, range));
    }
    Ok(Test::Words(normal_key(text)))
}

/// The first operator outside of quotes: what stands before it, it, and where the value begins.
fn operator_in(text: &str) -> Option<(&str, Operator, usize)> {
    let unquoted = text.split('"').next().unwrap_or(text);
    let at = unquoted.find(['<', '>', ':', '='])?;
    let (spelling, operator) = OPERATORS
        .iter()
        .find(|(spelling, _)| text[at..].starts_with(spelling))?;
    Some((&text[..at], *operator, at + spelling.len()))
}

/// A value without its quotes, and whether it had them.
fn unquoted(value: &str) -> (&str, bool) {
    match value.strip_prefix('"') {
        Some(rest) => (rest.strip_suffix('"').unwrap_or(rest), true),
        None => (value, false),
    }
}

fn field(
    position: usize,
    name: &str,
    operator: Operator,
    value: &str,
    value_position: usize,
) -> Result<Test, FilterError> {
    if value.is_empty() {
        let problem = format!("a value must follow '{name}'");
        return Err(FilterError::new(value_position, problem));
    }
    let lower = name.to_ascii_lowercase();
    let plain = match lower.as_str() {
        // As the API names references.
        "amount_minor" => lower.as_str(),
        other => other.strip_suffix("_id").unwrap_or(other),
    };
    let name_of = |known: &str| known == lower || known == plain;
    if let Some((_, number)) = NUMBER_FIELDS.iter().find(|(known, _)| name_of(known)) {
        return numeric(*number, operator, value, value_position);
    }
    let known = DATE_FIELDS.iter().find(|(known, _, _)| {
        name_of(known) || (*known == "date" && lower == "expected_contract_date")
    });
    if let Some((_, date, _)) = known {
        return dated(*date, operator, value, value_position);
    }
    if operator != Operator::Is {
        let numbers =
            "amount, weighted, probability, stale, date, created, closed, occurred, follow_up";
        let problem = format!("'{name}' cannot be compared; these can: {numbers}");
        return Err(FilterError::new(position, problem));
    }
    if let Some((_, flag, _)) = FLAG_FIELDS.iter().find(|(known, _, _)| name_of(known)) {
        return flagged(*flag, value, value_position);
    }
    if name_of("status") {
        return status(value, value_position);
    }
    let known = TEXT_FIELDS.iter().find(|(known, _, _)| *known == lower);
    let known = known.or_else(|| TEXT_FIELDS.iter().find(|(known, _, _)| name_of(known)));
    match known {
        Some((_, text_field, _)) => Ok(textual(*text_field, value)),
        None => Err(FilterError::new(
            position,
            format!("there is no field '{name}'; to search for the text itself put it in quotes"),
        )),
    }
}

fn textual(field: TextField, value: &str) -> Test {
    let (text, quoted) = unquoted(value);
    if !quoted && field == TextField::Stage {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        if let (true, Ok(place)) = (digits, text.parse()) {
            return Test::StagePosition(place);
        }
    }
    let agreement = if quoted {
        TextMatch::Exact(normal_key(text))
    } else if text.eq_ignore_ascii_case("none") {
        TextMatch::Absent
    } else if let Some(prefix) = text.strip_suffix('*') {
        TextMatch::Prefix(normal_key(prefix))
    } else {
        TextMatch::Contains(normal_key(text))
    };
    Test::Text(field, agreement)
}

fn flagged(flag: FlagField, value: &str, position: usize) -> Result<Test, FilterError> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "yes" => Ok(Test::Flag(flag, true)),
        "false" | "no" => Ok(Test::Flag(flag, false)),
        _ => Err(FilterError::new(position, "write true or false")),
    }
}

fn status(value: &str, position: usize) -> Result<Test, FilterError> {
    match value.to_ascii_lowercase().as_str() {
        "open" => Ok(Test::Status(StageKind::Open)),
        "won" => Ok(Test::Status(StageKind::Won)),
        "lost" => Ok(Test::Status(StageKind::Lost)),
        _ => Err(FilterError::new(position, "write open, won or lost")),
    }
}

fn numeric(
    field: NumberField,
    operator: Operator,
    value: &str,
    position: usize,
) -> Result<Test, FilterError> {
    let unit: &[char] = match field {
        NumberField::Stale => &['d', 'D'],
        NumberField::Probability => &['%'],
        _ => &[],
    };
    let value = &value.replace(unit, "");
    // "stale:14d" means so many days or more.
    let operator = match (field, operator) {
        (NumberField::Stale, Operator::Is) if !value.contains("..") => Operator::GreaterOrEqual,
        _ => operator,
    };
    Ok(Test::Number(
        field,
        number_range(operator, value, position)?,
    ))
}

fn number_range(
    operator: Operator,
    value: &str,
    position: usize,
) -> Result<NumberRange, FilterError> {
    if operator == Operator::Is
        && let Some((from, to)) = value.split_once("..")
    {
        let after = position + value.len() - to.len();
        let bound = |text: &str, at| {
            if text.is_empty() {
                Ok(None)
            } else {
                number(text, at).map(Some)
            }
        };
        let range = NumberRange {
            from: bound(from, position)?,
            to: bound(to, after)?,
        };
        if range == NumberRange::default() {
            return Err(FilterError::new(position, "a range needs a number"));
        }
        return Ok(range);
    }
    let value = number(value, position)?;
    let (from, to) = match operator {
        Operator::Is => (Some(value), Some(value)),
        Operator::Less => (None, Some(value - 1)),
        Operator::LessOrEqual => (None, Some(value)),
        Operator::Greater => (Some(value + 1), None),
        Operator::GreaterOrEqual => (Some(value), None),
    };
    Ok(NumberRange { from, to })
}

/// A number such as `1500`, `1.5m`, `120万`, `1,000`, times `NUMBER_SCALE`.
fn number(text: &str, position: usize) -> Result<i128, FilterError> {
    let fail = || {
        FilterError::new(
            position,
            format!("'{text}' is not a number such as 1500, 1.5m or 120万"),
        )
    };
    let lower = text.to_ascii_lowercase();
    let digits_end = lower
        .find(|character: char| !matches!(character, '0'..='9' | '.' | ',' | '_'))
        .unwrap_or(lower.len());
    let (digits, suffix) = lower.split_at(digits_end);
    let factor = match suffix {
        "" => 1,
        _ => FACTORS
            .iter()
            .find(|(spelling, _)| *spelling == suffix)
            .map(|(_, factor)| *factor)
            .ok_or_else(fail)?,
    };
    let digits: String = digits.chars().filter(|c| !matches!(c, ',' | '_')).collect();
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let too_long = whole.len() > 18 || fraction.len() > 12;
    if (whole.is_empty() && fraction.is_empty()) || too_long || fraction.contains('.') {
        return Err(fail());
    }
    let joined: i128 = format!("{whole}{fraction}").parse().map_err(|_| fail())?;
    let divisor = 10_i128.pow(u32::try_from(fraction.len()).unwrap_or(NUMBER_DECIMALS));
    Ok(joined * factor * NUMBER_SCALE / divisor)
}

fn dated(
    field: DateField,
    operator: Operator,
    value: &str,
    position: usize,
) -> Result<Test, FilterError> {
    if operator == Operator::Is {
        if value.eq_ignore_ascii_case("none") {
            return Ok(Test::Date(field, DateMatch::Absent));
        }
        let cycle =
            Cycle::parse(value).map_err(|error| FilterError::new(position, error.to_string()))?;
        return Ok(Test::Date(field, DateMatch::In(cycle)));
    }
    let Some(date) = Date::parse(value) else {
        let problem = format!("'{value}' is not a date such as 2026-03-15");
        return Err(FilterError::new(position, problem));
    };
    let matching = match operator {
        Operator::Less => DateMatch::Before(date),
        Operator::LessOrEqual => DateMatch::Before(date.plus_days(1)),
        Operator::Greater => DateMatch::From(date.plus_days(1)),
        Operator::GreaterOrEqual | Operator::Is => DateMatch::From(date),
    };
    Ok(Test::Date(field, matching))
}
