//! The options of a pipeline's calendar: on which days its stage clocks run.

use clap::Args;
use sluice_proto::v1;

use super::failure::{Failure, Outcome};

/// A day of the week, as people write it.
const WEEKDAYS: [(&str, v1::Weekday); 7] = [
    ("mon", v1::Weekday::Monday),
    ("tue", v1::Weekday::Tuesday),
    ("wed", v1::Weekday::Wednesday),
    ("thu", v1::Weekday::Thursday),
    ("fri", v1::Weekday::Friday),
    ("sat", v1::Weekday::Saturday),
    ("sun", v1::Weekday::Sunday),
];

/// A calendar as options.
#[derive(Clone, Debug, Default, Args)]
pub struct CalendarArgs {
    /// Days on which the stage clocks run: mon-fri, mon-sat, mon,tue,thu …, or always
    #[arg(long, value_name = "DAYS")]
    working_days: Option<String>,
    /// Days on which they stand still all the same: 2026-10-01,2026-10-02, or @FILE with one a line; '' for none
    #[arg(long, value_name = "DATES|@FILE")]
    holidays: Option<String>,
}

impl CalendarArgs {
    /// Whether anything is said about the calendar.
    pub fn is_given(&self) -> bool {
        self.working_days.is_some() || self.holidays.is_some()
    }

    /// A calendar with what was given changed.
    pub fn change(&self, mut calendar: v1::Calendar) -> Outcome<v1::Calendar> {
        match self.working_days.as_deref() {
            None => {}
            Some("always") => calendar.working_days_only = false,
            Some(text) => {
                calendar.working_days_only = true;
                calendar.weekdays = weekdays(text)?;
            }
        }
        if let Some(text) = &self.holidays {
            calendar.holidays = holidays(text)?;
        }
        Ok(calendar)
    }
}

/// Reads `mon-fri` or `mon,wed,fri`, or both together.
fn weekdays(text: &str) -> Outcome<Vec<i32>> {
    let place = |name: &str| {
        let name = name.trim().to_ascii_lowercase();
        let found = WEEKDAYS.iter().position(|(short, _)| *short == name);
        found.ok_or_else(|| {
            Failure::usage(format!("'{name}' is no day of the week"))
                .with_hint("Write mon-fri, mon-sat, mon,tue,thu or always.")
        })
    };
    let mut days = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (place(first)?, place(last)?);
        if first > last {
            return Err(Failure::usage(format!("'{part}' goes backwards"))
                .with_hint("A week begins on Monday: write fri,sat,sun."));
        }
        days.extend(WEEKDAYS[first..=last].iter().map(|(_, day)| *day as i32));
    }
    Ok(days)
}

/// Reads dates from the option, or from a file: one a line, `#` begins a remark.
fn holidays(text: &str) -> Outcome<Vec<String>> {
    let Some(path) = text.strip_prefix('@') else {
        let dates = text.split(',').map(str::trim);
        return Ok(dates
            .filter(|date| !date.is_empty())
            .map(str::to_owned)
            .collect());
    };
    let lines = std::fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("cannot read {path}: {error}")))?;
    let dates = lines
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim());
    Ok(dates
        .filter(|date| !date.is_empty())
        .map(str::to_owned)
        .collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        assert_eq!(weekdays("mon-fri").unwrap(), [1, 2, 3, 4, 5]);
        assert_eq!(weekdays("Mon, wed,fri-sun").unwrap(), [1, 3, 5, 6, 7]);
        for bad in ["", "monday", "fri-mon", "mon-"] {
            assert!(weekdays(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_not_named_stays() {
        let args = CalendarArgs {
            working_days: None,
            holidays: Some("2026-10-01, 2026-10-02".into()),
        };
        let before = v1::Calendar {
            working_days_only: true,
            weekdays: vec![1, 2],
            holidays: Vec::new(),
        };
        let after = args.change(before).unwrap();
        assert_eq!(after.weekdays, [1, 2]);
        assert_eq!(after.holidays, ["2026-10-01", "2026-10-02"]);
        let always = CalendarArgs {
            working_days: Some("always".into()),
            holidays: None,
        };
        assert!(!always.change(after).unwrap().working_days_only);
    }
}
