//! How long a stage clock has run on a pipeline's calendar, and what is left of a period: pure arithmetic on days.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use crate::record::{Card, Micros, Stage, StageKind};

/// Days counted one by one at most; a clock that has run longer says nothing new by being exact, and the screen must not wait.
const MAX_DAYS: i32 = 3_700;

/// Monday to Friday, Monday in the lowest bit.
pub const MONDAY_TO_FRIDAY: u8 = 0b001_1111;

/// The days on which a pipeline's stage clocks run (DOMAIN.md §3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// False = every day, and the rest is not asked.
    pub working_days_only: bool,
    /// Working weekdays, Monday in the lowest bit.
    pub weekdays: u8,
    /// Days off, in order.
    pub holidays: Vec<Date>,
}

impl Default for Calendar {
    fn default() -> Self {
        Self {
            working_days_only: false,
            weekdays: MONDAY_TO_FRIDAY,
            holidays: Vec::new(),
        }
    }
}

impl Calendar {
    fn works(&self, day: Date) -> bool {
        let bit = 1_u8 << day.weekday().since(Weekday::Monday).clamp(0, 6);
        self.weekdays & bit != 0 && self.holidays.binary_search(&day).is_err()
    }

    /// The time from one instant to another that lies on working days.
    pub fn elapsed_us(&self, zone: &TimeZone, from: Micros, to: Micros) -> Micros {
        if to <= from {
            return 0;
        }
        if !self.working_days_only {
            return to - from;
        }
        let (mut day, last) = (date_of(zone, from), date_of(zone, to));
        let mut sum = 0;
        // Working days in a row are one span: finding where a day begins takes longer than all the rest.
        let mut running: Option<Micros> = None;
        for _ in 0..MAX_DAYS {
            let works = self.works(day);
            match running {
                None if works => running = Some(start_of(zone, day).max(from)),
                Some(since) if !works => {
                    sum += (start_of(zone, day) - since).max(0);
                    running = None;
                }
                _ => {}
            }
            match day.tomorrow() {
                Ok(next) if day < last => day = next,
                _ => break,
            }
        }
        sum + running.map_or(0, |since| (to - since).max(0))
    }
}

fn date_of(zone: &TimeZone, time: Micros) -> Date {
    let time = jiff::Timestamp::from_microsecond(time).unwrap_or_default();
    zone.to_datetime(time).date()
}

/// The instant a day begins; the day of a changed clock is an hour longer or shorter by this.
fn start_of(zone: &TimeZone, day: Date) -> Micros {
    let midnight = zone
        .to_ambiguous_zoned(day.at(0, 0, 0, 0))
        .compatible()
        .map(|zoned| zoned.timestamp().as_microsecond());
    midnight.unwrap_or_else(|_| {
        let days = day.since(Date::constant(1970, 1, 1)).unwrap_or(0.days());
        i64::from(days.get_days()) * crate::record::DAY_US
    })
}

/// A deal's stage clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageClock {
    /// Time it has run over the deal's whole life.
    pub run_us: Micros,
    /// What is left until the deal is stalled; negative = so long over. None where the stage has no period or is not open.
    pub left_us: Option<Micros>,
}

/// The stage clock of a deal, now.
pub fn stage_clock(
    card: &Card,
    stage: &Stage,
    calendar: &Calendar,
    zone: &TimeZone,
    now: Micros,
) -> StageClock {
    let visit = calendar.elapsed_us(zone, card.stage_entered_us, now);
    let run_us = card.stage_clock_before_us.saturating_add(visit);
    let period = stage
        .stagnation_us
        .filter(|period| *period > 0 && stage.kind == StageKind::Open);
    StageClock {
        run_us,
        left_us: period.map(|period| period - run_us),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::DAY_US;
    use proptest::prelude::*;

    /// Wednesday, 4 March 2026, 10:00 UTC.
    const NOW: Micros = 1_772_618_400_000_000;
    const HOUR_US: Micros = DAY_US / 24;

    fn working(holidays: &[Date]) -> Calendar {
        Calendar {
            working_days_only: true,
            holidays: holidays.to_vec(),
            ..Calendar::default()
        }
    }

    #[test]
    fn every_day_counts_unless_the_pipeline_says_otherwise() {
        let plain = Calendar::default();
        let elapsed = plain.elapsed_us(&TimeZone::UTC, NOW - 9 * DAY_US, NOW);
        assert_eq!(elapsed, 9 * DAY_US);
    }

    #[test]
    fn weekends_and_holidays_stop_the_clock() {
        let zone = TimeZone::UTC;
        // From Friday 10:00 to Wednesday 10:00: two days of weekend between.
        let from = NOW - 5 * DAY_US;
        assert_eq!(working(&[]).elapsed_us(&zone, from, NOW), 3 * DAY_US);
        let monday_off = working(&[jiff::civil::date(2026, 3, 2)]);
        assert_eq!(monday_off.elapsed_us(&zone, from, NOW), 2 * DAY_US);
    }

    #[test]
    fn the_day_of_a_changed_clock_is_an_hour_shorter() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let sunday_works = Calendar {
            weekdays: 0b111_1111,
            ..working(&[])
        };
        let day = jiff::civil::date(2026, 3, 8);
        let (from, to) = (
            start_of(&zone, day),
            start_of(&zone, day.tomorrow().unwrap()),
        );
        assert_eq!(sunday_works.elapsed_us(&zone, from, to), 23 * HOUR_US);
    }

    #[test]
    fn what_is_left_turns_into_what_is_over_and_earlier_visits_count() {
        let stage = Stage {
            stagnation_us: Some(14 * DAY_US),
            ..Stage::default()
        };
        let card = Card {
            stage_entered_us: NOW - 3 * DAY_US,
            stage_clock_before_us: 9 * DAY_US,
            ..Card::default()
        };
        let at = |now| stage_clock(&card, &stage, &Calendar::default(), &TimeZone::UTC, now);
        assert_eq!(at(NOW).left_us, Some(2 * DAY_US));
        assert_eq!(at(NOW + 5 * DAY_US).left_us, Some(-3 * DAY_US));
        let won = Stage {
            kind: StageKind::Won,
            ..stage.clone()
        };
        let left = stage_clock(&card, &won, &Calendar::default(), &TimeZone::UTC, NOW).left_us;
        assert_eq!(left, None);
    }

    proptest! {
        /// A span is the sum of its parts, wherever it is cut.
        #[test]
        fn a_span_is_the_sum_of_its_parts(start in -4_000_i64..4_000, first in 0_i64..900, second in 0_i64..900, weekdays in 0_u8..128) {
            let calendar = Calendar { weekdays, ..working(&[]) };
            let zone = TimeZone::get("Europe/Berlin").unwrap();
            let (from, mid) = (NOW + start * HOUR_US, NOW + (start + first) * HOUR_US);
            let to = mid + second * HOUR_US;
            let elapsed = |from, to| calendar.elapsed_us(&zone, from, to);
            prop_assert_eq!(elapsed(from, to), elapsed(from, mid) + elapsed(mid, to));
        }
    }
}
