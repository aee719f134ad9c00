//! Dates and times as other systems write them, in the formats that the mapping names and no others.

use jiff::{Timestamp, civil::Date, fmt::strtime, tz::TimeZone};

/// The format that stands for RFC 3339 with its offset, such as `2011-10-01T00:38:44.546+02:00`.
pub const RFC_3339: &str = "rfc3339";

/// Formats tried when the mapping names none: those that mean one thing only.
pub const UNAMBIGUOUS_FORMATS: [&str; 5] = [
    "%Y-%m-%d",
    RFC_3339,
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y/%m/%d",
];

/// How the file writes times, and where its clocks stand.
#[derive(Clone, Debug)]
pub struct MomentFormat {
    formats: Vec<String>,
    time_zone: TimeZone,
}

enum Parsed {
    Instant(Timestamp),
    Civil(jiff::civil::DateTime),
    Day(Date),
}

impl MomentFormat {
    /// These formats, read in this zone where the text has no offset of its own. None means the unambiguous ones.
    pub fn new(formats: &[String], time_zone: TimeZone) -> Self {
        let formats = if formats.is_empty() {
            UNAMBIGUOUS_FORMATS.map(str::to_owned).to_vec()
        } else {
            formats.to_vec()
        };
        Self { formats, time_zone }
    }

    /// The zone of times without an offset.
    pub fn time_zone(&self) -> &TimeZone {
        &self.time_zone
    }

    /// An instant; a day without a time is its first instant.
    pub fn instant(&self, text: &str) -> Result<Timestamp, String> {
        let zoned = |civil: jiff::civil::DateTime| {
            self.time_zone
                .to_zoned(civil)
                .map(|zoned| zoned.timestamp())
                .map_err(|_| self.refusal())
        };
        match self.parse(text)? {
            Parsed::Instant(instant) => Ok(instant),
            Parsed::Civil(civil) => zoned(civil),
            // The first instant of the day, which is not always midnight.
            Parsed::Day(date) => self
                .time_zone
                .to_zoned(date.at(0, 0, 0, 0))
                .and_then(|zoned| zoned.start_of_day())
                .map(|zoned| zoned.timestamp())
                .map_err(|_| self.refusal()),
        }
    }

    /// A day; an instant is the day it falls on in the file's zone.
    pub fn date(&self, text: &str) -> Result<Date, String> {
        Ok(match self.parse(text)? {
            Parsed::Instant(instant) => instant.to_zoned(self.time_zone.clone()).date(),
            Parsed::Civil(civil) => civil.date(),
            Parsed::Day(date) => date,
        })
    }

    fn parse(&self, text: &str) -> Result<Parsed, String> {
        self.formats
            .iter()
            .find_map(|format| parse_one(format, text))
            .ok_or_else(|| self.refusal())
    }

    fn refusal(&self) -> String {
        format!(
            "no such date or time in the format{} {}",
            if self.formats.len() == 1 { "" } else { "s" },
            self.formats.join(", ")
        )
    }
}

/// Checks a format of the mapping by writing a moment with it.
pub fn check_format(format: &str) -> Result<(), String> {
    if format == RFC_3339 {
        return Ok(());
    }
    let refused = |reason: String| Err(format!("date format '{format}': {reason}"));
    if !format.contains('%') {
        return refused("needs marks like %Y-%m-%d or %d/%m/%Y, or the word rfc3339".into());
    }
    let moment = Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
    match strtime::format(format, &moment) {
        Ok(text) if parse_one(format, &text).is_some() => Ok(()),
        Ok(_) => refused("does not hold a whole date".into()),
        Err(error) => refused(error.to_string()),
    }
}

/// Whether a text is a moment in a format; for guessing.
pub fn matches(format: &str, text: &str) -> bool {
    parse_one(format, text).is_some()
}

fn parse_one(format: &str, text: &str) -> Option<Parsed> {
    if format == RFC_3339 {
        return text.parse().ok().map(Parsed::Instant);
    }
    let broken = strtime::parse(format, text).ok()?;
    if let Ok(instant) = broken.to_timestamp() {
        return Some(Parsed::Instant(instant));
    }
    if broken.hour().is_some()
        && let Ok(civil) = broken.to_datetime()
    {
        return Some(Parsed::Civil(civil));
    }
    broken.to_date().ok().map(Parsed::Day)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn format(formats: &[&str], zone: &str) -> MomentFormat {
        let formats: Vec<String> = formats.iter().map(|format| (*format).to_owned()).collect();
        MomentFormat::new(&formats, TimeZone::get(zone).unwrap())
    }

    #[test]
    fn each_kind_of_moment_becomes_its_instant() {
        for (formats, zone, text, instant) in [
            (
                &["%d/%m/%Y"][..],
                "UTC",
                "06/04/2022",
                "2022-04-06T00:00:00Z",
            ),
            (&["%m/%d/%Y"], "UTC", "06/04/2022", "2022-06-04T00:00:00Z"),
            (
                &["%d/%m/%Y"],
                "Asia/Shanghai",
                "06/04/2022",
                "2022-04-05T16:00:00Z",
            ),
            (
                &[RFC_3339],
                "UTC",
                "2011-10-01T00:38:44.546+02:00",
                "2011-09-30T22:38:44.546Z",
            ),
            (
                &["%d/%m/%Y", "%d/%m/%Y %H:%M"],
                "UTC",
                "02/03/2022 16:11",
                "2022-03-02T16:11:00Z",
            ),
            (
                &["%Y-%m-%dT%H:%M:%S%z"],
                "Asia/Tokyo",
                "2022-03-02T16:11:00+0100",
                "2022-03-02T15:11:00Z",
            ),
            // No midnight on this day: clocks went from 00:00 to 01:00.
            (
                &["%Y-%m-%d"],
                "America/Sao_Paulo",
                "2017-10-15",
                "2017-10-15T03:00:00Z",
            ),
            (&[], "UTC", "2017-03-01", "2017-03-01T00:00:00Z"),
        ] {
            let expected: Timestamp = instant.parse().unwrap();
            assert_eq!(format(formats, zone).instant(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_day_is_read_in_the_files_zone() {
        let shanghai = format(&[RFC_3339], "Asia/Shanghai");
        let day = shanghai.date("2017-03-31T20:00:00Z").unwrap();
        assert_eq!(day.to_string(), "2017-04-01");
    }

    #[test]
    fn an_impossible_date_is_refused_with_the_formats() {
        let format = format(&["%d/%m/%Y"], "UTC");
        for text in [
            "31/02/2022",
            "2022-02-03",
            "",
            "03/14/2022",
            "01/01/2022 10:00",
        ] {
            let error = format.instant(text).unwrap_err();
            assert!(error.contains("%d/%m/%Y"), "{text}: {error}");
        }
    }

    #[test]
    fn a_format_is_checked_before_any_row() {
        for good in UNAMBIGUOUS_FORMATS {
            assert_eq!(check_format(good), Ok(()), "{good}");
        }
        for (bad, part) in [
            ("yyyy-mm-dd", "needs marks"),
            ("%H:%M", "whole date"),
            ("%Q!", "%Q!"),
        ] {
            let error = check_format(bad).unwrap_err();
            assert!(error.contains(part), "{bad}: {error}");
        }
    }
}
