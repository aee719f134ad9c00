//! Reads the terms of a filter.

use super::FilterError;
use super::nearest::nearest;
use super::term::{
    DATE_FIELDS, DateField, DateMatch, FLAG_FIELDS, FlagField, NUMBER_DECIMALS, NUMBER_FIELDS,
    NUMBER_SCALE, NumberField, NumberRange, TEXT_FIELDS, Term, Test, TextField, TextMatch,
    field_names,
};
use crate::cycle::Cycle;
use crate::stage::StageKind;
use crate::stagnation::StagnationLevel;
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
    /// Has these letters in this order.
    Letters,
}

/// Longest first, so that `>=` is not read as `>`.
const OPERATORS: [(&str, Operator); 13] = [
    (">=", Operator::GreaterOrEqual),
    ("<=", Operator::LessOrEqual),
    ("≥", Operator::GreaterOrEqual),
    ("≤", Operator::LessOrEqual),
    (">", Operator::Greater),
    ("<", Operator::Less),
    (":", Operator::Is),
    ("=", Operator::Is),
    ("~", Operator::Letters),
    // As Chinese input methods write them.
    ("＞", Operator::Greater),
    ("＜", Operator::Less),
    ("：", Operator::Is),
    ("＝", Operator::Is),
];

const DAYS_PER_WEEK: i128 = 7;

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

/// One term: what stands between spaces and parentheses.
pub(super) fn term(position: usize, text: &str) -> Result<Term, FilterError> {
    Ok(Term {
        position,
        text: text.into(),
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
        return if operator == Operator::Letters && !is_field(name) {
            // A name with a tilde in it.
            Ok(Test::Words(normal_key(text)))
        } else if name.is_empty() {
            let range = number_range(operator, Unit::Currency, value, value_position)?;
            Ok(Test::Number(NumberField::Amount, range))
        } else {
            field(position, name, operator, value, value_position)
        };
    }
    if text.contains("..") {
        let range = number_range(Operator::Is, Unit::Currency, text, position)?;
        return Ok(Test::Number(NumberField::Amount, range));
    }
    Ok(Test::Words(normal_key(text)))
}

/// The first operator outside of quotes: what stands before it, it, and where the value begins.
fn operator_in(text: &str) -> Option<(&str, Operator, usize)> {
    let unquoted = text.split('"').next().unwrap_or(text);
    let at = unquoted.find(['<', '>', ':', '=', '~', '≥', '≤', '＞', '＜', '：', '＝'])?;
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
    let known = known_field(name);
    match known {
        Some(Known::Number(number)) => numeric(number, operator, value, value_position),
        Some(Known::Level) => level(operator, value, value_position),
        Some(Known::Date(date)) => dated(date, operator, value, value_position),
        Some(Known::Text(field)) if operator == Operator::Letters => {
            let key = normal_key(unquoted(value).0);
            Ok(Test::Text(field, TextMatch::Letters(key)))
        }
        Some(Known::Flag(_) | Known::Text(_) | Known::Status) if operator != Operator::Is => {
            let comparable = NUMBER_FIELDS.iter().map(|(name, ..)| *name);
            let comparable = comparable.chain(DATE_FIELDS.iter().map(|(name, ..)| *name));
            let comparable: Vec<&str> = comparable.chain(["level"]).collect();
            let problem = format!(
                "'{name}' cannot be compared; these can: {}",
                comparable.join(", ")
            );
            Err(FilterError::new(position, problem))
        }
        Some(Known::Flag(flag)) => flagged(flag, value, value_position),
        Some(Known::Status) => status(value, value_position),
        Some(Known::Text(field)) => Ok(textual(field, value)),
        None => {
            let lower = name.to_ascii_lowercase();
            Err(FilterError::new(
                position,
                format!(
                    "there is no field '{name}'{}; to search for the text itself put it in quotes",
                    nearest(&lower, field_names(None))
                ),
            ))
        }
    }
}

/// A field, whatever is in it.
#[derive(Clone, Copy)]
enum Known {
    Text(TextField),
    Number(NumberField),
    Date(DateField),
    Flag(FlagField),
    Status,
    Level,
}

/// The other names of fields: as the API calls them, and as people do.
const ALIASES: &[(&str, &str)] = &[
    ("amount_minor", "amount"),
    ("expected_contract_date", "date"),
    ("created_at", "created"),
    ("create_time", "created"),
    ("closed_at", "closed"),
    ("close_time", "closed"),
    ("occurred_time", "occurred"),
    ("follow_up_date", "follow_up"),
    ("stage_entered_time", "entered"),
    ("stage_kind", "status"),
    ("stagnation_level", "level"),
    ("decision_role", "role"),
    ("skipping_allowed", "skipping"),
];

fn known_field(name: &str) -> Option<Known> {
    let lower = name.to_ascii_lowercase();
    let alias = ALIASES.iter().find(|(other, _)| *other == lower);
    let alias = alias.map_or(lower.as_str(), |(_, known)| known);
    // As the API names references; but `external_id` is a name of its own.
    let plain = alias.strip_suffix("_id").or(alias.strip_suffix("_ids"));
    [Some(alias), plain].into_iter().flatten().find_map(|name| {
        let number = NUMBER_FIELDS.iter().find(|(known, ..)| *known == name);
        let date = DATE_FIELDS.iter().find(|(known, ..)| *known == name);
        let flag = FLAG_FIELDS.iter().find(|(known, ..)| *known == name);
        let text = TEXT_FIELDS.iter().find(|(known, ..)| *known == name);
        None.or(number.map(|(_, field, _)| Known::Number(*field)))
            .or(date.map(|(_, field, _)| Known::Date(*field)))
            .or(flag.map(|(_, field, _)| Known::Flag(*field)))
            .or((name == "status").then_some(Known::Status))
            .or((name == "level").then_some(Known::Level))
            .or(text.map(|(_, field, _)| Known::Text(*field)))
    })
}

fn is_field(name: &str) -> bool {
    known_field(name).is_some()
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

fn level(operator: Operator, value: &str, position: usize) -> Result<Test, FilterError> {
    use StagnationLevel as Level;
    let lower = value.to_ascii_lowercase();
    let known = Level::ALL
        .into_iter()
        .find(|level| level.name().eq_ignore_ascii_case(&lower));
    let known = known.or((lower == "none").then_some(Level::Flowing));
    let below = |level: Level| Level::ALL.into_iter().rfind(|other| *other < level);
    let range = known.and_then(|level| match operator {
        Operator::Is => Some((level, level)),
        Operator::LessOrEqual => Some((Level::Flowing, level)),
        Operator::GreaterOrEqual => Some((level, Level::Critical)),
        Operator::Less => Some((Level::Flowing, below(level)?)),
        Operator::Greater => Some((level.next()?, Level::Critical)),
        Operator::Letters => None,
    });
    range
        .map(|(from, to)| Test::Level(from, to))
        .ok_or_else(|| {
            let problem = "write flowing, approaching, stalled or critical, such as level>=stalled";
            FilterError::new(position, problem)
        })
}

fn numeric(
    field: NumberField,
    operator: Operator,
    value: &str,
    position: usize,
) -> Result<Test, FilterError> {
    if operator == Operator::Letters {
        let problem = "write a number and compare it with <, >, <=, >= or a range such as 1..5";
        return Err(FilterError::new(position, problem));
    }
    if operator == Operator::Is && value.eq_ignore_ascii_case("none") {
        return Ok(Test::NumberAbsent(field));
    }
    // "stale:yes" means for longer than the stage allows, "stale:14d" so many days or more.
    let is_stale = field == NumberField::Stale && operator == Operator::Is;
    if is_stale && matches!(&*value.to_ascii_lowercase(), "yes" | "true") {
        return Ok(Test::Flag(FlagField::Stalled, true));
    }
    let unit = match field {
        NumberField::Amount | NumberField::Weighted => Unit::Currency,
        NumberField::Probability => Unit::Percent,
        NumberField::Moves | NumberField::PushCount | NumberField::Target => Unit::Count,
        _ => Unit::Days,
    };
    let operator = if is_stale && !value.contains("..") {
        Operator::GreaterOrEqual
    } else {
        operator
    };
    let range = number_range(operator, unit, value, position)?;
    Ok(Test::Number(field, range))
}

/// What a number counts, and so what may stand behind it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Currency,
    Percent,
    Days,
    Count,
}

fn number_range(
    operator: Operator,
    unit: Unit,
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
                number(text, unit, at).map(Some)
            }
        };
        let range = NumberRange {
            from: bound(from, position)?,
            to: bound(to, after)?,
        };
        if let (Some(from), Some(to)) = (range.from, range.to)
            && from > to
        {
            return Err(FilterError::new(
                position,
                "the range ends before it begins",
            ));
        }
        if range == NumberRange::default() {
            return Err(FilterError::new(position, "a range needs a number"));
        }
        return Ok(range);
    }
    let value = number(value, unit, position)?;
    let (from, to) = match operator {
        Operator::Is | Operator::Letters => (Some(value), Some(value)),
        Operator::Less => (None, Some(value - 1)),
        Operator::LessOrEqual => (None, Some(value)),
        Operator::Greater => (Some(value + 1), None),
        Operator::GreaterOrEqual => (Some(value), None),
    };
    Ok(NumberRange { from, to })
}

/// A number such as `1500`, `1.5m`, `120万`, `1,000`, times `NUMBER_SCALE`.
fn number(text: &str, unit: Unit, position: usize) -> Result<i128, FilterError> {
    let fail = || {
        let example = match unit {
            Unit::Currency => "1500, 1.5m or 120万",
            Unit::Percent => "50 or 50%",
            Unit::Days => "14, 14d or 2w",
            Unit::Count => "3",
        };
        FilterError::new(
            position,
            format!("'{text}' is not a number such as {example}"),
        )
    };
    let lower = text.to_ascii_lowercase();
    let digits_end = lower
        .find(|character: char| !matches!(character, '0'..='9' | '.' | ',' | '_'))
        .unwrap_or(lower.len());
    let (digits, suffix) = lower.split_at(digits_end);
    let factor = match (unit, suffix) {
        (_, "") | (Unit::Days, "d" | "天") | (Unit::Percent, "%" | "％") => 1,
        (Unit::Days, "w" | "周") => DAYS_PER_WEEK,
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
        // A range may have an open end.
        if let Some((from, to)) = value.split_once("..")
            && from.is_empty() != to.is_empty()
        {
            let (text, at) = if to.is_empty() {
                (from, position)
            } else {
                (to, position + 2)
            };
            let date = Date::parse(text).ok_or_else(|| no_date(text, at))?;
            let matching = if to.is_empty() {
                DateMatch::From(date)
            } else {
                DateMatch::Before(date)
            };
            return Ok(Test::Date(field, matching));
        }
        let cycle =
            Cycle::parse(value).map_err(|error| FilterError::new(position, error.to_string()))?;
        return Ok(Test::Date(field, DateMatch::In(cycle)));
    }
    let date = Date::parse(value).ok_or_else(|| no_date(value, position))?;
    let matching = match operator {
        Operator::Less => DateMatch::Before(date),
        Operator::LessOrEqual => DateMatch::Before(date.plus_days(1)),
        Operator::Greater => DateMatch::From(date.plus_days(1)),
        Operator::GreaterOrEqual | Operator::Is => DateMatch::From(date),
        Operator::Letters => return Err(no_date(value, position)),
    };
    Ok(Test::Date(field, matching))
}

fn no_date(text: &str, position: usize) -> FilterError {
    let problem = format!("'{text}' is not a date such as 2026-03-15");
    FilterError::new(position, problem)
}
