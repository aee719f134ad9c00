//! Values as people write and read them: amounts, dates, times, percentages.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use sluice_proto::v1;

use super::{
    failure::{Exit, Failure, Outcome},
    output::Cell,
};
use crate::{
    entry::{
        amount::{Currency, parse_amount},
        date::parse_date,
    },
    text::{self, Locale},
};

/// Basis points in one percent.
const BASIS_POINTS: u32 = 100;
const MAX_PERCENT: u32 = 100;

/// Where and when a command runs: what its dates and amounts mean.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Now.
    pub now: Timestamp,
    /// The workspace's time zone.
    pub time_zone: TimeZone,
    /// The workspace's currency.
    pub currency_code: String,
    /// How figures are shortened.
    pub locale: Locale,
}

impl Setting {
    /// The setting of a workspace.
    pub fn new(workspace: &v1::Workspace, locale: Locale) -> Outcome<Self> {
        let zone = &workspace.time_zone;
        let time_zone = TimeZone::get(zone).map_err(|_| {
            Failure::new(
                Exit::Failed,
                format!("this client does not know the time zone '{zone}'"),
            )
        })?;
        Ok(Self {
            now: Timestamp::now(),
            time_zone,
            currency_code: workspace.currency_code.clone(),
            locale,
        })
    }

    /// Today in the workspace.
    pub fn today(&self) -> Date {
        self.now.to_zoned(self.time_zone.clone()).date()
    }

    /// The currency as amounts are read in it.
    pub fn currency(&self) -> Currency<'_> {
        Currency::of(&self.currency_code)
    }

    /// Reads an amount such as `1.2m`, `120万` or `1054.50`.
    pub fn money(&self, text: &str) -> Outcome<v1::Money> {
        let amount = parse_amount(text, self.currency())
            .map_err(|error| Failure::usage(format!("amount '{text}': {error}")))?;
        Ok(v1::Money {
            amount_minor: amount.minor,
            currency_code: self.currency_code.clone(),
        })
    }

    /// Reads a date such as `fri`, `+3d`, `3/15` or `2026-03-15`.
    pub fn date(&self, text: &str) -> Outcome<String> {
        let date = parse_date(text, self.today())
            .map_err(|error| Failure::usage(format!("date '{text}': {error}")))?;
        Ok(date.to_string())
    }

    /// Reads an instant: RFC 3339, a local date and time, or a date, which is its first instant.
    pub fn instant(&self, text: &str) -> Outcome<prost_types::Timestamp> {
        let zoned = |civil: jiff::civil::DateTime| {
            self.time_zone
                .to_zoned(civil)
                .map(|zoned| zoned.timestamp())
        };
        let instant = text
            .parse::<Timestamp>()
            .ok()
            .or_else(|| {
                text.parse::<jiff::civil::DateTime>()
                    .ok()
                    .and_then(|civil| zoned(civil).ok())
            })
            .or_else(|| {
                parse_date(text, self.today())
                    .ok()
                    .and_then(|date| zoned(date.at(0, 0, 0, 0)).ok())
            });
        let instant = instant.ok_or_else(|| {
            Failure::usage(format!("'{text}' is no time"))
                .with_hint("Write 2017-03-31, 2017-03-31T18:00 or 2017-03-31T18:00:00Z.")
        })?;
        Ok(crate::import::row::to_proto(instant))
    }

    /// Money: grouped for people, plain decimals for programs.
    pub fn money_cell(&self, money: Option<&v1::Money>) -> Cell {
        money
            .map(|money| self.amount_cell(money.amount_minor))
            .unwrap_or_default()
    }

    /// An amount in minor units of the workspace's currency.
    pub fn amount_cell(&self, amount_minor: i64) -> Cell {
        let digits = self.currency().minor_digits;
        Cell::figure(
            text::money_full(i128::from(amount_minor), digits),
            plain_amount(amount_minor, digits),
        )
    }

    /// An instant in the workspace's zone for people, RFC 3339 for programs.
    pub fn time_cell(&self, time: Option<&prost_types::Timestamp>) -> Cell {
        match time.and_then(instant) {
            Some(instant) => {
                let zoned = instant.to_zoned(self.time_zone.clone());
                Cell::pair(
                    zoned.strftime("%Y-%m-%d %H:%M").to_string(),
                    instant.to_string(),
                )
            }
            None => Cell::default(),
        }
    }

    /// How long ago something was, for people; when it was, for programs.
    pub fn age_cell(&self, time: Option<&prost_types::Timestamp>) -> Cell {
        match time.and_then(instant) {
            Some(instant) => {
                let seconds = self.now.as_second() - instant.as_second();
                Cell::figure(text::age(seconds, self.locale), instant.to_string())
            }
            None => Cell::default(),
        }
    }

    /// A time span in seconds.
    pub fn span_cell(&self, seconds: i64) -> Cell {
        Cell::figure(text::age(seconds, self.locale), seconds.to_string())
    }
}

/// Decimals without grouping: `1054.50`.
fn plain_amount(amount_minor: i64, digits: u8) -> String {
    let scale = 10_u64.pow(u32::from(digits));
    let magnitude = amount_minor.unsigned_abs();
    let sign = if amount_minor < 0 { "-" } else { "" };
    let (whole, minor) = (magnitude / scale, magnitude % scale);
    match usize::from(digits) {
        0 => format!("{sign}{whole}"),
        width => format!("{sign}{whole}.{minor:0width$}"),
    }
}

/// A time of the API as an instant.
pub fn instant(time: &prost_types::Timestamp) -> Option<Timestamp> {
    Timestamp::new(time.seconds, time.nanos).ok()
}

/// A chance in basis points.
pub fn percent_cell(basis_points: i32) -> Cell {
    Cell::figure(
        text::percent(i64::from(basis_points)),
        basis_points.to_string(),
    )
}

/// Reads a percentage such as `70`, `70%` or `12.5%` into basis points; for clap.
pub fn parse_percent(text: &str) -> Result<i32, String> {
    let wrong = || format!("'{text}' is not a percentage from 0 to 100, such as 70 or 12.5%");
    let bare = text.trim().trim_end_matches('%').trim_end();
    let (whole, decimals) = bare.split_once('.').unwrap_or((bare, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || decimals.len() > 2 || !all_digits(whole) || !all_digits(decimals) {
        return Err(wrong());
    }
    let whole: u32 = whole.parse().map_err(|_| wrong())?;
    let decimals: u32 = format!("{decimals:0<2}").parse().map_err(|_| wrong())?;
    let basis_points = whole
        .checked_mul(BASIS_POINTS)
        .and_then(|whole| whole.checked_add(decimals))
        .ok_or_else(wrong)?;
    if basis_points > MAX_PERCENT * BASIS_POINTS {
        return Err(wrong());
    }
    i32::try_from(basis_points).map_err(|_| wrong())
}

/// The lower-case words of an enum's value: `STAGE_KIND_OPEN` without its prefix is `open`; nothing for unspecified.
pub fn enum_word(name: &str, prefix: &str) -> String {
    let bare = name.strip_prefix(prefix).unwrap_or(name);
    if bare == "UNSPECIFIED" {
        return String::new();
    }
    bare.to_lowercase().replace('_', " ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn setting(code: &str) -> Setting {
        Setting {
            now: "2026-03-11T02:00:00Z".parse().unwrap(),
            time_zone: TimeZone::get("America/New_York").unwrap(),
            currency_code: code.into(),
            locale: Locale::English,
        }
    }

    #[test]
    fn amounts_with_units_become_minor_units() {
        for (code, text, minor) in [
            ("CNY", "120万", 120_000_000),
            ("USD", "1.2m", 120_000_000),
            ("USD", "1054.50", 105_450),
            ("JPY", "1.2m", 1_200_000),
        ] {
            assert_eq!(
                setting(code).money(text).unwrap().amount_minor,
                minor,
                "{text}"
            );
        }
        assert_eq!(setting("USD").money("lots").unwrap_err().exit, Exit::Usage);
    }

    #[test]
    fn dates_and_times_are_those_of_the_workspace() {
        let setting = setting("USD");
        // It is still the tenth, a Tuesday, in New York.
        assert_eq!(setting.date("fri").unwrap(), "2026-03-13");
        assert_eq!(setting.date("+3d").unwrap(), "2026-03-13");
        let seconds = |text: &str| setting.instant(text).unwrap().seconds;
        assert_eq!(seconds("2026-03-10"), seconds("2026-03-10T04:00:00Z"));
        assert_eq!(seconds("2026-03-10T09:00"), seconds("2026-03-10T13:00:00Z"));
        assert!(setting.instant("yesterday-ish").is_err());
    }

    #[test]
    fn amounts_for_programs_are_plain_decimals() {
        assert_eq!(plain_amount(105_450, 2), "1054.50");
        assert_eq!(plain_amount(-5, 2), "-0.05");
        assert_eq!(plain_amount(1_054, 0), "1054");
    }

    #[test]
    fn percentages_become_basis_points() {
        for (text, basis_points) in [
            ("70", 7_000),
            ("70%", 7_000),
            ("12.5%", 1_250),
            ("0", 0),
            ("100", 10_000),
        ] {
            assert_eq!(parse_percent(text), Ok(basis_points));
        }
        for text in ["101", "-1", "", "12.555", "a"] {
            assert!(parse_percent(text).is_err(), "{text}");
        }
        assert_eq!(enum_word("STAGE_KIND_OPEN", "STAGE_KIND_"), "open");
        assert_eq!(enum_word("GRADE_UNSPECIFIED", "GRADE_"), "");
    }
}
