//! Amounts as other systems write them: which mark is the decimal one, and no rounding ever.

use serde::Deserialize;

/// How the file writes numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RawNumberFormat")]
pub struct NumberFormat {
    /// Between units and decimals.
    pub decimal: char,
    /// Between groups of digits; none means that groups are refused.
    pub thousands: Option<char>,
    /// The file counts in minor units (cents) already.
    pub minor_units: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNumberFormat {
    #[serde(default)]
    decimal: Option<char>,
    #[serde(default)]
    thousands: Option<String>,
    #[serde(default)]
    minor_units: bool,
}

impl TryFrom<RawNumberFormat> for NumberFormat {
    type Error = String;

    fn try_from(raw: RawNumberFormat) -> Result<Self, String> {
        let mut marks = raw.thousands.as_deref().unwrap_or_default().chars();
        let thousands = marks.next();
        if marks.next().is_some() {
            return Err("thousands must be one character, or \"\" for none".into());
        }
        let decimal = raw.decimal.unwrap_or('.');
        if thousands == Some(decimal) {
            return Err(format!("decimal and thousands are both '{decimal}'"));
        }
        Ok(Self {
            decimal,
            thousands,
            minor_units: raw.minor_units,
        })
    }
}

impl Default for NumberFormat {
    fn default() -> Self {
        Self {
            decimal: '.',
            thousands: None,
            minor_units: false,
        }
    }
}

const SYMBOLS: [char; 8] = ['$', '€', '£', '¥', '￥', '₹', '₩', '元'];

impl NumberFormat {
    /// An amount in minor units, exactly; the error says why there is none.
    pub fn amount_minor(&self, text: &str, currency: &str, digits: u32) -> Result<i64, String> {
        let bare = without_currency(text, currency)?;
        let (negative, bare) = match bare.strip_prefix('-') {
            Some(rest) => (true, rest.trim_start()),
            None => (false, bare),
        };
        let digits = if self.minor_units { 0 } else { digits };
        let value = self.scaled(bare, digits).map_err(|reason| match reason {
            Malformed::NotANumber => format!(
                "not an amount; numbers here look like {}",
                self.example(digits)
            ),
            Malformed::TooPrecise => {
                format!("more than the {digits} decimals that {currency} has")
            }
            Malformed::TooLarge => "larger than any amount Sluice keeps".to_owned(),
        })?;
        if negative && value != 0 {
            return Err("an amount cannot be negative".into());
        }
        Ok(value)
    }

    fn scaled(&self, text: &str, digits: u32) -> Result<i64, Malformed> {
        let (whole, fraction) = match text.split_once(self.decimal) {
            Some((whole, fraction)) => (whole, fraction),
            None => (text, ""),
        };
        let whole = self.ungrouped(whole)?;
        if whole.is_empty() && fraction.is_empty() {
            return Err(Malformed::NotANumber);
        }
        if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Malformed::NotANumber);
        }
        let kept = fraction.trim_end_matches('0');
        let digits = digits as usize;
        if kept.len() > digits {
            return Err(Malformed::TooPrecise);
        }
        let all = format!("{whole}{kept:0<digits$}");
        let all = all.trim_start_matches('0');
        if all.is_empty() {
            return Ok(0);
        }
        all.parse().map_err(|_| Malformed::TooLarge)
    }

    fn ungrouped(&self, whole: &str) -> Result<String, Malformed> {
        let mut groups = match self.thousands {
            Some(mark) => whole.split(mark).collect::<Vec<_>>(),
            None => vec![whole],
        };
        if groups
            .iter()
            .any(|group| !group.bytes().all(|byte| byte.is_ascii_digit()))
        {
            return Err(Malformed::NotANumber);
        }
        // "1,2" under a format where ',' groups thousands is a decimal comma misread: refused, never guessed.
        if groups.len() > 1 {
            let first = groups.remove(0);
            if first.is_empty() || first.len() > 3 || groups.iter().any(|group| group.len() != 3) {
                return Err(Malformed::NotANumber);
            }
            groups.insert(0, first);
        }
        Ok(groups.concat())
    }

    fn example(&self, digits: u32) -> String {
        let mut example = String::from("1");
        example.extend(self.thousands);
        example.push_str("234");
        if digits > 0 {
            example.push(self.decimal);
            example.extend(std::iter::repeat_n('5', digits as usize));
        }
        example
    }
}

enum Malformed {
    NotANumber,
    TooPrecise,
    TooLarge,
}

fn without_currency<'a>(text: &'a str, currency: &str) -> Result<&'a str, String> {
    let text = text.trim();
    let bare = text.trim_matches(|character: char| {
        SYMBOLS.contains(&character) || character.is_ascii_alphabetic() || character.is_whitespace()
    });
    let letters: String = text.chars().filter(char::is_ascii_alphabetic).collect();
    if bare.is_empty() || letters.is_empty() || letters.eq_ignore_ascii_case(currency) {
        return Ok(bare);
    }
    let code = letters.to_ascii_uppercase();
    if code.len() == 3 {
        Err(format!("is in {code}, but the workspace keeps {currency}"))
    } else {
        Err(format!("not an amount: what does '{letters}' mean?"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EUROPEAN: NumberFormat = NumberFormat {
        decimal: ',',
        thousands: Some('.'),
        minor_units: false,
    };
    const AMERICAN: NumberFormat = NumberFormat {
        decimal: '.',
        thousands: Some(','),
        minor_units: false,
    };

    #[test]
    fn amounts_are_exact_in_minor_units() {
        let plain = NumberFormat::default();
        for (format, text, digits, minor) in [
            (plain, "1054", 2, 105_400),
            (plain, "1054.5", 2, 105_450),
            (plain, "1054.500", 2, 105_450),
            (plain, "0", 2, 0),
            (plain, "-0", 2, 0),
            (plain, "120", 0, 120),
            (plain, ".5", 2, 50),
            (EUROPEAN, "1.234.567,89", 2, 123_456_789),
            (AMERICAN, "$1,234,567.89", 2, 123_456_789),
            (AMERICAN, "USD 1,234", 2, 123_400),
            (AMERICAN, "1234.5", 3, 1_234_500),
        ] {
            assert_eq!(
                format.amount_minor(text, "USD", digits),
                Ok(minor),
                "{text}"
            );
        }
        let minor = NumberFormat {
            minor_units: true,
            ..plain
        };
        assert_eq!(minor.amount_minor("1054", "USD", 2), Ok(1_054));
    }

    #[test]
    fn what_is_not_exactly_an_amount_is_refused() {
        let plain = NumberFormat::default();
        for (format, text, part) in [
            (plain, "abc", "not an amount"),
            (plain, "", "not an amount"),
            (plain, "1,2", "not an amount"),
            (AMERICAN, "1,2", "not an amount"),
            (AMERICAN, "1234,567", "not an amount"),
            (plain, "1.005", "more than the 2 decimals"),
            (plain, "-5", "cannot be negative"),
            (plain, "EUR 5", "is in EUR"),
            (plain, "1e5", "not an amount"),
            (plain, "99999999999999999999", "larger than"),
        ] {
            let error = format.amount_minor(text, "USD", 2).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
