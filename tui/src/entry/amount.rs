//! Reads an amount of money as people type it: `1.2m`, `120万`, `$50,000`, `1.234,50 EUR`.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// The largest amount a deal may have, in minor units; the server's own limit.
pub const MAX_AMOUNT_MINOR: i64 = 1_000_000_000_000_000;

/// More digits than this are not an amount of anything.
const MAX_DIGITS: usize = 24;

/// The currency amounts are read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency<'a> {
    /// ISO 4217 code, upper case.
    pub code: &'a str,
    /// Digits after the decimal mark: 2 for most, 0 for JPY.
    pub minor_digits: u8,
}

impl<'a> Currency<'a> {
    /// The currency of an ISO 4217 code with the number of minor digits the standard gives it.
    pub fn of(code: &'a str) -> Self {
        let minor_digits = match code {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF"
            | "UGX" | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            _ => 2,
        };
        Self { code, minor_digits }
    }
}

/// Why a text is not an amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AmountError {
    /// It does not look like an amount at all.
    NotAnAmount,
    /// It is below zero.
    Negative,
    /// It is above [`MAX_AMOUNT_MINOR`].
    TooLarge,
    /// It has more decimals than the currency knows.
    TooPrecise {
        /// Decimals the currency has.
        minor_digits: u8,
    },
    /// It names another currency than the workspace's.
    OtherCurrency {
        /// What was written.
        written: String,
        /// The workspace's currency.
        expected: String,
    },
}

impl fmt::Display for AmountError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnAmount => {
                formatter.write_str("not an amount; write it like 1200, 1.2m, 120万 or $50,000")
            }
            Self::Negative => formatter.write_str("an amount cannot be negative"),
            Self::TooLarge => formatter.write_str("the amount is larger than a deal can be"),
            Self::TooPrecise { minor_digits: 0 } => {
                formatter.write_str("this currency has no decimals")
            }
            Self::TooPrecise { minor_digits } => {
                write!(formatter, "at most {minor_digits} decimals are possible")
            }
            Self::OtherCurrency { written, expected } => {
                write!(
                    formatter,
                    "the workspace counts in {expected}, not in {written}; convert the amount first"
                )
            }
        }
    }
}

impl std::error::Error for AmountError {}

/// An amount, and how sure its writing makes us that it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// Minor units.
    pub minor: i64,
    /// It has a unit, a currency or a separator; false for bare digits, which may as well be a part of a name.
    pub explicit: bool,
}

/// The multipliers; the longest comes first where one ends in another.
const UNITS: &[(&str, i128)] = &[
    ("thousand", 1_000),
    ("million", 1_000_000),
    ("billion", 1_000_000_000),
    ("百万", 1_000_000),
    ("千万", 10_000_000),
    ("百亿", 10_000_000_000),
    ("十亿", 1_000_000_000),
    ("万亿", 1_000_000_000_000),
    ("mn", 1_000_000),
    ("bn", 1_000_000_000),
    ("k", 1_000),
    ("m", 1_000_000),
    ("b", 1_000_000_000),
    ("w", 10_000),
    ("千", 1_000),
    ("万", 10_000),
    ("萬", 10_000),
    ("亿", 100_000_000),
    ("億", 100_000_000),
];

/// Signs and words for currencies, in lower case, with the codes they may mean.
const CURRENCY_MARKS: &[(&str, &[&str])] = &[
    ("人民币", &["CNY"]),
    ("us$", &["USD"]),
    ("hk$", &["HKD"]),
    ("rmb", &["CNY"]),
    ("元", &["CNY", "HKD", "TWD", "USD"]),
    (
        "$",
        &["USD", "AUD", "CAD", "HKD", "MXN", "NZD", "SGD", "TWD"],
    ),
    ("¥", &["CNY", "JPY"]),
    ("€", &["EUR"]),
    ("£", &["GBP"]),
    ("₩", &["KRW"]),
    ("₹", &["INR"]),
];

const CODES: &[&str] = &[
    "aud", "brl", "cad", "chf", "cny", "czk", "dkk", "eur", "gbp", "hkd", "huf", "inr", "jpy",
    "krw", "mxn", "nok", "nzd", "pln", "sek", "sgd", "twd", "usd", "zar",
];

/// True for a word that may stand apart from its number: `120 万`, `1.2 million`, `500 EUR`.
pub fn is_detached_mark(word: &str) -> bool {
    let folded = fold(word);
    UNITS.iter().any(|(unit, _)| *unit == folded)
        || CURRENCY_MARKS.iter().any(|(mark, _)| *mark == folded)
        || CODES.contains(&folded.as_str())
        || UNITS
            .iter()
            .any(|(unit, _)| folded.strip_suffix('元') == Some(unit))
}

/// Reads an amount in full: nothing but the amount may stand in `text`, apart from spaces.
///
/// A comma or a dot alone before exactly three digits is read as the currency's writers mostly mean it: `1,200` is a thousand
/// two hundred, `1.200` is one and a fifth; with both marks in the text the last one is the decimal mark.
pub fn parse_amount(text: &str, currency: Currency<'_>) -> Result<Amount, AmountError> {
    let folded: String = fold(text)
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect();
    let (negative, rest) = match folded.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, folded.as_str()),
    };
    let (rest, mark) = strip_currency(rest);
    let digits_end = rest
        .find(|letter: char| {
            !(letter.is_ascii_digit() || matches!(letter, '.' | ',' | '\'' | '’' | '_'))
        })
        .unwrap_or(rest.len());
    let (figure, unit) = rest.split_at(digits_end);
    let multiplier = match unit {
        "" => 1,
        unit => UNITS
            .iter()
            .find(|(name, _)| *name == unit)
            .map(|(_, multiplier)| *multiplier)
            .ok_or(AmountError::NotAnAmount)?,
    };
    let (mantissa, decimals) = parse_figure(figure).ok_or(AmountError::NotAnAmount)?;
    if let Some(mark) = mark {
        check_currency(mark, currency)?;
    }
    if negative {
        return Err(AmountError::Negative);
    }
    let scaled = mantissa
        .checked_mul(multiplier)
        .and_then(|value| value.checked_mul(10_i128.pow(u32::from(currency.minor_digits))))
        .ok_or(AmountError::TooLarge)?;
    let divisor = 10_i128.pow(decimals);
    if scaled % divisor != 0 {
        return Err(AmountError::TooPrecise {
            minor_digits: currency.minor_digits,
        });
    }
    let minor = i64::try_from(scaled / divisor).map_err(|_| AmountError::TooLarge)?;
    if minor > MAX_AMOUNT_MINOR {
        return Err(AmountError::TooLarge);
    }
    let bare = figure.bytes().all(|byte| byte.is_ascii_digit());
    Ok(Amount {
        minor,
        explicit: !bare || mark.is_some() || !unit.is_empty(),
    })
}

fn fold(text: &str) -> String {
    text.trim().nfkc().flat_map(char::to_lowercase).collect()
}

/// Takes a currency away from either end, and says which.
fn strip_currency(text: &str) -> (&str, Option<&'static str>) {
    let marks = CURRENCY_MARKS
        .iter()
        .map(|(mark, _)| *mark)
        .chain(CODES.iter().copied());
    for mark in marks {
        if let Some(rest) = text.strip_prefix(mark).or_else(|| text.strip_suffix(mark)) {
            return (rest, Some(mark));
        }
    }
    (text, None)
}

fn check_currency(mark: &str, currency: Currency<'_>) -> Result<(), AmountError> {
    let allowed = CURRENCY_MARKS
        .iter()
        .find(|(known, _)| *known == mark)
        .is_some_and(|(_, codes)| codes.contains(&currency.code));
    if allowed || mark.eq_ignore_ascii_case(currency.code) {
        return Ok(());
    }
    Err(AmountError::OtherCurrency {
        written: mark.to_uppercase(),
        expected: currency.code.to_owned(),
    })
}

/// Digits without marks, and how many of them are decimals. `None` when groups are not of three.
fn parse_figure(figure: &str) -> Option<(i128, u32)> {
    let plain: String = figure
        .chars()
        .filter(|mark| !matches!(mark, '\'' | '’' | '_'))
        .collect();
    if !plain.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        || !plain.contains(|any: char| any.is_ascii_digit())
    {
        return None;
    }
    let (whole, decimals) = match (plain.rfind('.'), plain.rfind(',')) {
        (Some(dot), Some(comma)) => {
            let at = dot.max(comma);
            (&plain[..at], &plain[at + 1..])
        }
        (Some(dot), None) if plain.matches('.').count() == 1 => (&plain[..dot], &plain[dot + 1..]),
        (None, Some(comma)) if plain.matches(',').count() == 1 && plain.len() - comma != 4 => {
            (&plain[..comma], &plain[comma + 1..])
        }
        _ => (plain.as_str(), ""),
    };
    let mut groups = whole.split(['.', ',']);
    let mut digits = groups.next().unwrap_or_default().to_owned();
    for group in groups {
        if group.len() != 3 || digits.is_empty() {
            return None;
        }
        digits.push_str(group);
    }
    let used_marks = whole
        .chars()
        .filter(|mark| matches!(mark, '.' | ','))
        .collect::<Vec<_>>();
    if used_marks.windows(2).any(|pair| pair[0] != pair[1]) || decimals.contains(['.', ',']) {
        return None;
    }
    digits.push_str(decimals);
    if digits.len() > MAX_DIGITS {
        return None;
    }
    Some((digits.parse().ok()?, u32::try_from(decimals.len()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CNY: Currency<'static> = Currency {
        code: "CNY",
        minor_digits: 2,
    };
    const USD: Currency<'static> = Currency {
        code: "USD",
        minor_digits: 2,
    };

    fn minor(text: &str, currency: Currency<'_>) -> Result<i64, AmountError> {
        parse_amount(text, currency).map(|amount| amount.minor)
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, major_cents) in [
            ("120万", 120_000_000),
            ("1.2m", 120_000_000),
            ("1.2M", 120_000_000),
            ("1,200,000", 120_000_000),
            ("1.200.000", 120_000_000),
            ("1'200'000.50", 120_000_050),
            ("1.234,56", 123_456),
            ("1,234.56", 123_456),
            ("1,5k", 150_000),
            ("¥120万", 120_000_000),
            ("120万元", 120_000_000),
            ("120 万", 120_000_000),
            ("120w", 120_000_000),
            ("1.2亿", 12_000_000_000),
            ("3百万", 300_000_000),
            ("2千万", 2_000_000_000),
            ("５０００", 500_000),
            ("1.2 million CNY", 120_000_000),
            ("RMB 500", 50_000),
            ("0", 0),
            (".5k", 50_000),
        ] {
            assert_eq!(minor(text, CNY), Ok(major_cents), "{text}");
        }
        assert_eq!(minor("$50,000", USD), Ok(5_000_000));
        assert_eq!(minor("¥50000", Currency::of("JPY")), Ok(50_000));
    }

    #[test]
    fn what_is_not_an_amount_says_why() {
        for text in [
            "",
            "Acme",
            "B2B",
            "3D",
            "12,34,5",
            "1,2,3",
            "-",
            ".",
            "k",
            "万",
            "1..2",
            "1.2.3,4,5",
            "12345678901234567890123456",
        ] {
            assert_eq!(minor(text, CNY), Err(AmountError::NotAnAmount), "{text}");
        }
        assert_eq!(minor("-5m", CNY), Err(AmountError::Negative));
        assert_eq!(minor("90000b", CNY), Err(AmountError::TooLarge));
        assert_eq!(
            minor("1.234", CNY),
            Err(AmountError::TooPrecise { minor_digits: 2 })
        );
        assert_eq!(
            minor("1.5", Currency::of("JPY")),
            Err(AmountError::TooPrecise { minor_digits: 0 })
        );
        assert!(matches!(
            minor("€5m", CNY),
            Err(AmountError::OtherCurrency { .. })
        ));
    }

    #[test]
    fn bare_digits_are_marked_as_unsure() {
        assert!(!parse_amount("2026", CNY).unwrap().explicit);
        for sure in ["2k", "¥2026", "2,026", "2026.0"] {
            assert!(parse_amount(sure, CNY).unwrap().explicit, "{sure}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[0-9.,'km万亿$ -]{0,16}|\\PC{0,12}") {
            if let Ok(amount) = parse_amount(&text, CNY) {
                prop_assert!((0..=MAX_AMOUNT_MINOR).contains(&amount.minor));
            }
        }

        #[test]
        fn what_is_printed_in_full_is_read_back(minor in 0..=MAX_AMOUNT_MINOR) {
            let printed = crate::text::money_full(i128::from(minor), 2);
            prop_assert_eq!(parse_amount(&printed, CNY).map(|amount| amount.minor), Ok(minor));
        }
    }
}
