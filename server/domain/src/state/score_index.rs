//! Sums of credited score entries, kept so that any cycle is a few ranges: by day, month, quarter and year; by member and by team.
//!
//! A cycle is cut into the fewest whole spans, so that a year is one range over its subjects and not a range over its days.
//! A week is seven days. Sums by member and sums by team are kept apart: there are few teams, and most questions are about them.

use std::sync::Arc;

use imbl::OrdMap;

use super::State;
use crate::cycle::{CycleUnit, Window, window_of};
use crate::id::{MemberId, OpportunityId, PipelineId, ScoreEntryId, TeamId};
use crate::score::{Metric, ScoreEntry};
use crate::time::{Date, Timestamp};

/// The lengths sums are kept for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Span {
    Day,
    Month,
    Quarter,
    Year,
}

impl Span {
    pub(crate) const ALL: [Self; 4] = [Self::Day, Self::Month, Self::Quarter, Self::Year];
    const LONGEST_FIRST: [Self; 4] = [Self::Year, Self::Quarter, Self::Month, Self::Day];

    const fn unit(self) -> CycleUnit {
        match self {
            Self::Day => CycleUnit::Day,
            Self::Month => CycleUnit::Month,
            Self::Quarter => CycleUnit::Quarter,
            Self::Year => CycleUnit::Year,
        }
    }

    /// The first day of the span a day lies in.
    pub(crate) fn start_of(self, day: Date) -> Date {
        let (year, month, _) = day.year_month_day();
        let first = |month| Date::new(year, month, 1).unwrap_or(day);
        match self {
            Self::Day => day,
            Self::Month => first(month),
            Self::Quarter => first((month - 1) / 3 * 3 + 1),
            Self::Year => first(1),
        }
    }
}

/// The fewest whole spans that make up some days, in order.
pub(crate) fn spans_of(window: Window) -> Vec<(Span, Date)> {
    let mut spans = Vec::new();
    let mut day = window.start;
    while day < window.end {
        let fits = Span::LONGEST_FIRST.into_iter().find_map(|span| {
            let whole = window_of(span.unit(), day);
            (whole.start == day && whole.end <= window.end).then_some((span, whole.end))
        });
        let (span, end) = fits.unwrap_or((Span::Day, day.plus_days(1)));
        spans.push((span, day));
        if end <= day {
            break;
        }
        day = end;
    }
    spans
}

/// What entries are summed by. The span comes first, so that a cycle is a few ranges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DayKey {
    pub(crate) span: Span,
    pub(crate) day: Date,
    pub(crate) metric: Metric,
    pub(crate) member: Option<MemberId>,
    pub(crate) pipeline: Option<PipelineId>,
    pub(crate) team: Option<TeamId>,
}

impl DayKey {
    /// Not greater than any key of a metric and a member in a span.
    pub(crate) const fn first(
        span: Span,
        day: Date,
        metric: Metric,
        member: Option<MemberId>,
    ) -> Self {
        Self {
            span,
            day,
            metric,
            member,
            pipeline: None,
            team: None,
        }
    }
}

/// The same without the member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TeamKey {
    pub(crate) span: Span,
    pub(crate) day: Date,
    pub(crate) metric: Metric,
    pub(crate) team: Option<TeamId>,
    pub(crate) pipeline: Option<PipelineId>,
}

impl TeamKey {
    /// Not greater than any key of a metric and a team in a span.
    pub(crate) const fn first(span: Span, day: Date, metric: Metric, team: Option<TeamId>) -> Self {
        Self {
            span,
            day,
            metric,
            team,
            pipeline: None,
        }
    }
}

/// A sum of credited score entries, and since when it has been that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DayTotal {
    pub(crate) count: i64,
    pub(crate) amount_minor: i128,
    /// Time of the last entry that changed the count.
    pub(crate) count_at: Timestamp,
    /// Time of the last entry that changed the amount.
    pub(crate) amount_at: Timestamp,
}

impl Default for DayTotal {
    fn default() -> Self {
        Self {
            count: 0,
            amount_minor: 0,
            count_at: Timestamp(i64::MIN),
            amount_at: Timestamp(i64::MIN),
        }
    }
}

impl DayTotal {
    pub(crate) fn of(entry: &ScoreEntry) -> Self {
        let at = |changes: bool| {
            if changes {
                entry.at
            } else {
                Timestamp(i64::MIN)
            }
        };
        Self {
            count: i64::from(entry.count),
            amount_minor: i128::from(entry.amount_minor),
            count_at: at(entry.count != 0),
            amount_at: at(entry.amount_minor != 0),
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.amount_minor += other.amount_minor;
        self.count_at = self.count_at.max(other.count_at);
        self.amount_at = self.amount_at.max(other.amount_at);
    }
}

/// All sums.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) by_member: OrdMap<DayKey, DayTotal>,
    pub(crate) by_team: OrdMap<TeamKey, DayTotal>,
}

impl Totals {
    /// Adds an entry of a local day, if it counts.
    pub(super) fn add(&mut self, entry: &ScoreEntry, day: Date) {
        if !entry.credited() {
            return;
        }
        let total = DayTotal::of(entry);
        for span in Span::ALL {
            let key = key_of(entry, span, span.start_of(day));
            self.by_team
                .entry(without_member(&key))
                .or_default()
                .add(&total);
            self.by_member.entry(key).or_default().add(&total);
        }
    }

    /// The sums of entries with their local days, in any order. Each length is summed from the one below it.
    pub(super) fn from_scratch<'a>(entries: impl Iterator<Item = (&'a ScoreEntry, Date)>) -> Self {
        let mut sums: Vec<(DayKey, DayTotal)> = entries
            .filter(|(entry, _)| entry.credited())
            .map(|(entry, day)| (key_of(entry, Span::Day, day), DayTotal::of(entry)))
            .collect();
        let mut totals = Self::default();
        for span in Span::ALL {
            for (key, _) in &mut sums {
                key.span = span;
                key.day = span.start_of(key.day);
            }
            sums = folded(sums);
            let by_team = sums
                .iter()
                .map(|(key, total)| (without_member(key), *total));
            totals.by_team.extend(folded(by_team.collect()));
            totals.by_member.extend(sums.iter().copied());
        }
        totals
    }
}

fn key_of(entry: &ScoreEntry, span: Span, day: Date) -> DayKey {
    DayKey {
        span,
        day,
        metric: entry.metric,
        member: entry.member,
        pipeline: entry.pipeline,
        team: entry.team,
    }
}

const fn without_member(key: &DayKey) -> TeamKey {
    TeamKey {
        span: key.span,
        day: key.day,
        metric: key.metric,
        team: key.team,
        pipeline: key.pipeline,
    }
}

/// One sum a key, by key.
fn folded<K: Ord + Copy>(mut sums: Vec<(K, DayTotal)>) -> Vec<(K, DayTotal)> {
    sums.sort_unstable_by_key(|(key, _)| *key);
    let mut folded: Vec<(K, DayTotal)> = Vec::with_capacity(sums.len());
    for (key, total) in sums {
        match folded.last_mut() {
            Some((last, sum)) if *last == key => sum.add(&total),
            _ => folded.push((key, total)),
        }
    }
    folded
}

impl State {
    /// Score entries of an opportunity, by id.
    pub fn score_entries_of(
        &self,
        opportunity: OpportunityId,
    ) -> impl DoubleEndedIterator<Item = &Arc<ScoreEntry>> {
        self.indexes
            .scores_by_opportunity
            .range((opportunity, ScoreEntryId(0))..=(opportunity, ScoreEntryId(u64::MAX)))
            .filter_map(|(_, id)| self.score_entries.get(id))
    }

    /// Sums of credited score entries by member and by team.
    pub(crate) const fn totals(&self) -> &Totals {
        &self.indexes.totals
    }

    /// Score entries from one instant up to, not including, another, in order of time.
    pub fn score_entries_between(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> impl DoubleEndedIterator<Item = &Arc<ScoreEntry>> {
        self.indexes
            .scores_by_time
            .range((from, ScoreEntryId(0))..(to, ScoreEntryId(0)))
            .filter_map(|(_, id)| self.score_entries.get(id))
    }

    /// The id of the newest score entry; 0 when there is none.
    pub(crate) fn last_score_entry_id(&self) -> ScoreEntryId {
        self.score_entries
            .get_max()
            .map_or(ScoreEntryId(0), |(id, _)| *id)
    }

    /// The first score entry in order of time.
    pub fn first_score_entry(&self) -> Option<&Arc<ScoreEntry>> {
        self.score_entries
            .get(&self.indexes.scores_by_time.get_min()?.1)
    }

    /// The last score entry in order of time.
    pub fn last_score_entry(&self) -> Option<&Arc<ScoreEntry>> {
        self.score_entries
            .get(&self.indexes.scores_by_time.get_max()?.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_cut_into_the_fewest_whole_spans() {
        let window = |start: &str, end: &str| Window {
            start: Date::parse(start).unwrap(),
            end: Date::parse(end).unwrap(),
        };
        let spans = |start, end| -> Vec<Span> {
            spans_of(window(start, end))
                .into_iter()
                .map(|(span, _)| span)
                .collect()
        };
        assert_eq!(spans("2026-01-01", "2027-01-01"), [Span::Year]);
        assert_eq!(spans("2026-04-01", "2026-07-01"), [Span::Quarter]);
        assert_eq!(spans("2026-03-02", "2026-03-09"), [Span::Day; 7]);
        assert_eq!(
            spans("2025-12-30", "2026-05-02"),
            [Span::Day, Span::Day, Span::Quarter, Span::Month, Span::Day]
        );
    }
}
