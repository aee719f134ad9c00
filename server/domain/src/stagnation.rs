//! The stage clock and what it says (停滞, DOMAIN.md §3).
//!
//! The clock of an opportunity is the time it has spent in its current stage over its whole life. It is reckoned from
//! one instant, the **virtual entry**: had the opportunity entered then and never left, the clock would show the same.
//! Opportunities of a stage in order of their virtual entries are in the order in which they stall, whatever the
//! stage's period is.

use serde::{Deserialize, Serialize};

use crate::calendar::{Calendar, elapsed_micros, instant_after, instant_before};
use crate::id::StageId;
use crate::opportunity::{Opportunity, StageEntry};
use crate::stage::{Stage, StageKind};
use crate::time::{MICROS_PER_DAY, Timestamp, Zone};

/// How far the stage clock has run against the stage's period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum StagnationLevel {
    /// No period, not open, or below 80 % of it.
    #[serde(rename = "f")]
    Flowing,
    /// From 80 %.
    #[serde(rename = "a")]
    Approaching,
    /// From 100 %.
    #[serde(rename = "s")]
    Stalled,
    /// From 150 %.
    #[serde(rename = "c")]
    Critical,
}

impl StagnationLevel {
    /// All of them, by height.
    pub const ALL: [Self; 4] = [
        Self::Flowing,
        Self::Approaching,
        Self::Stalled,
        Self::Critical,
    ];

    /// Percent of the period from which it holds.
    pub const fn percent(self) -> i64 {
        match self {
            Self::Flowing => 0,
            Self::Approaching => 80,
            Self::Stalled => 100,
            Self::Critical => 150,
        }
    }

    /// The level above, if there is one.
    pub const fn next(self) -> Option<Self> {
        match self {
            Self::Flowing => Some(Self::Approaching),
            Self::Approaching => Some(Self::Stalled),
            Self::Stalled => Some(Self::Critical),
            Self::Critical => None,
        }
    }

    /// The stable name: `STALLED`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Flowing => "FLOWING",
            Self::Approaching => "APPROACHING",
            Self::Stalled => "STALLED",
            Self::Critical => "CRITICAL",
        }
    }
}

/// A level an opportunity has reached, as it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stagnation {
    /// Which; never `Flowing`.
    #[serde(rename = "l")]
    pub level: StagnationLevel,
    /// The instant at which the stage clock reached it, whenever the server came to say so.
    #[serde(rename = "s")]
    pub since: Timestamp,
}

/// How the stage clock of a pipeline runs.
#[derive(Clone, Copy, Debug)]
pub struct StageClock<'a> {
    /// On which days.
    pub calendar: &'a Calendar,
    /// Where a day begins.
    pub zone: &'a Zone,
}

impl StageClock<'_> {
    /// Microseconds it runs from one instant to a later one.
    pub fn elapsed(&self, from: Timestamp, to: Timestamp) -> i64 {
        elapsed_micros(self.calendar, self.zone, from, to)
    }

    /// When it will have run so many microseconds since an instant.
    pub fn after(&self, from: Timestamp, micros: i64) -> Timestamp {
        instant_after(self.calendar, self.zone, from, micros)
    }

    /// Since when it has run so many microseconds at an instant.
    pub fn before(&self, to: Timestamp, micros: i64) -> Timestamp {
        instant_before(self.calendar, self.zone, to, micros)
    }

    /// Cumulative microseconds a history spent in a stage until `now`; entries after `now` do not count yet.
    pub fn micros(&self, history: &[StageEntry], stage: StageId, now: Timestamp) -> i64 {
        visits(history, stage, now)
            .map(|(from, to)| self.elapsed(from, to))
            .fold(0, i64::saturating_add)
    }

    /// The virtual entry of an opportunity into the stage it stands in.
    pub fn virtual_entry(&self, opportunity: &Opportunity) -> Timestamp {
        let entered_at = opportunity.entered_at();
        let earlier = self.micros(&opportunity.history, opportunity.stage, entered_at);
        self.before(entered_at, earlier)
    }

    /// The instant at which an opportunity with this virtual entry, that last entered its stage at `entered_at`, reaches
    /// a level; none where the stage has no such level.
    pub fn reaches(
        &self,
        stage: &Stage,
        level: StagnationLevel,
        virtual_entry: Timestamp,
        entered_at: Timestamp,
    ) -> Option<Timestamp> {
        let micros = threshold_micros(stage, level)?;
        Some(self.after(virtual_entry, micros).max(entered_at))
    }
}

/// The stays of a history in a stage until `now`, each from and to.
fn visits(
    history: &[StageEntry],
    stage: StageId,
    now: Timestamp,
) -> impl Iterator<Item = (Timestamp, Timestamp)> + '_ {
    history
        .iter()
        .enumerate()
        .filter(move |(_, entry)| entry.stage == stage && entry.entered_at < now)
        .map(move |(index, entry)| {
            let left = history
                .get(index + 1)
                .map_or(now, |next| next.entered_at.min(now));
            (entry.entered_at, left)
        })
}

/// Cumulative microseconds of every day a history spent in a stage until `now`: the clock of a pipeline without a calendar.
pub fn clock_micros(history: &[StageEntry], stage: StageId, now: Timestamp) -> i64 {
    visits(history, stage, now)
        .map(|(from, to)| to.micros_since(from).max(0))
        .fold(0, i64::saturating_add)
}

/// How long the clock of a stage must have run for a level, in microseconds; none where the stage knows no stagnation.
/// A period is whole days of 24 hours, so the thresholds are whole microseconds.
pub fn threshold_micros(stage: &Stage, level: StagnationLevel) -> Option<i64> {
    let days = stage.stagnation_period_days?;
    if stage.kind != StageKind::Open {
        return None;
    }
    Some(i64::from(days) * (MICROS_PER_DAY / 100) * level.percent())
}

/// The level of a clock in a stage.
pub fn level_of(clock_micros: i64, stage: &Stage) -> StagnationLevel {
    let reached = |level: &StagnationLevel| {
        threshold_micros(stage, *level).is_some_and(|threshold| clock_micros >= threshold)
    };
    StagnationLevel::ALL
        .into_iter()
        .rev()
        .find(reached)
        .unwrap_or(StagnationLevel::Flowing)
}

/// The level of an opportunity in a stage of its pipeline at an instant.
pub fn level(
    opportunity: &Opportunity,
    stage: &Stage,
    calendar: &Calendar,
    zone: &Zone,
    at: Timestamp,
) -> StagnationLevel {
    let clock = StageClock { calendar, zone };
    level_of(clock.micros(&opportunity.history, stage.id, at), stage)
}

/// Whether an opportunity had stood in a stage for its period or longer by an instant (DOMAIN.md §3). The clock decides,
/// never whether the server has come to say so.
pub fn is_stalled(
    opportunity: &Opportunity,
    stage: &Stage,
    calendar: &Calendar,
    zone: &Zone,
    at: Timestamp,
) -> bool {
    level(opportunity, stage, calendar, zone, at) >= StagnationLevel::Stalled
}
