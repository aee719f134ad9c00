//! Process metrics of a cycle: sums of credited score entries, by member, team, pipeline or for the workspace, and the
//! entries behind each of them (DOMAIN.md §4).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::cycle::Window;
use crate::entity::EntityKey;
use crate::goal::GoalSubject;
use crate::id::{MemberId, OpportunityId, PipelineId, TeamId};
use crate::limits::MAX_TEAM_DEPTH;
use crate::score::{Metric, ScoreEntry};
use crate::state::{DayKey, DayTotal, State, TeamKey, spans_of};
use crate::time::{Date, Timestamp};

/// What rows are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Grouping {
    /// A row for each member credited.
    Member,
    /// A row for each team, the teams below it included.
    Team,
    /// A row for each pipeline.
    Pipeline,
    /// One row.
    Workspace,
}

/// Whom a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum MetricSubject {
    /// The whole workspace.
    Workspace,
    /// A team with all below it; none = members without a team and unassigned opportunities.
    Team(Option<TeamId>),
    /// A member; none = unassigned opportunities.
    Member(Option<MemberId>),
    /// A pipeline; none = what is about no opportunity.
    Pipeline(Option<PipelineId>),
}

impl MetricSubject {
    /// The thing itself, if it is one.
    pub fn key(self) -> Option<EntityKey> {
        match self {
            Self::Workspace => Some(EntityKey::WORKSPACE),
            Self::Team(id) => id.map(EntityKey::from),
            Self::Member(id) => id.map(EntityKey::from),
            Self::Pipeline(id) => id.map(EntityKey::from),
        }
    }

    /// What people call it; empty for what is unassigned.
    pub fn name(self, state: &State) -> String {
        let name = match self {
            Self::Workspace => state.workspace().map(|workspace| &workspace.name),
            Self::Team(id) => id.and_then(|id| state.team(id)).map(|team| &team.name),
            Self::Member(id) => id
                .and_then(|id| state.member(id))
                .map(|member| &member.name),
            Self::Pipeline(id) => id
                .and_then(|id| state.pipeline(id))
                .map(|pipeline| &pipeline.name),
        };
        name.map_or_else(String::new, |name| name.to_string())
    }
}

/// What the workspace has a row of even when it is nothing.
const ALWAYS_SHOWN: [Metric; 3] = [Metric::New, Metric::Flow, Metric::Won];

/// What to sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricsQuery {
    /// The days to sum.
    pub window: Window,
    /// What rows are made for.
    pub by: Grouping,
    /// Only this pipeline.
    pub pipeline: Option<PipelineId>,
    /// Only this metric.
    pub metric: Option<Metric>,
    /// Credits a member's entries to the team they are in today, instead of that at the time of the event.
    pub by_todays_team: bool,
}

impl MetricsQuery {
    /// All metrics of all pipelines, by the teams of the time.
    pub const fn new(window: Window, by: Grouping) -> Self {
        Self {
            window,
            by,
            pipeline: None,
            metric: None,
            by_todays_team: false,
        }
    }
}

/// A sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricRow {
    /// Whom it is about.
    pub subject: MetricSubject,
    /// What people call them; empty for what is unassigned.
    pub subject_name: String,
    /// What is measured.
    pub metric: Metric,
    /// How many.
    pub count: i64,
    /// For how much, in minor units.
    pub amount_minor: i128,
}

/// A sum and that of the cycle before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedRow {
    /// The sum.
    pub row: MetricRow,
    /// How many in the cycle before.
    pub previous_count: i64,
    /// For how much in the cycle before, in minor units.
    pub previous_amount_minor: i128,
}

/// The sums of a window: by subject, then by metric. Sums of nothing are left out, except NEW, FLOW and WON of the workspace.
pub fn metrics(state: &State, query: &MetricsQuery) -> Vec<MetricRow> {
    sums(state, query)
        .into_iter()
        .map(|((subject, metric), total)| MetricRow {
            subject,
            subject_name: subject.name(state),
            metric,
            count: total.count,
            amount_minor: total.amount_minor,
        })
        .collect()
}

/// The sums of a window beside those of the cycle before: whoever has one of the two has a row.
pub fn compared(state: &State, query: &MetricsQuery) -> Vec<ComparedRow> {
    let earlier = MetricsQuery {
        window: query.window.previous(),
        ..query.clone()
    };
    type Pair = (DayTotal, DayTotal);
    let mut rows: BTreeMap<(MetricSubject, Metric), Pair> = BTreeMap::new();
    for (key, total) in sums(state, query) {
        rows.entry(key).or_default().0 = total;
    }
    for (key, total) in sums(state, &earlier) {
        rows.entry(key).or_default().1 = total;
    }
    rows.into_iter()
        .map(|((subject, metric), (total, before))| ComparedRow {
            row: MetricRow {
                subject,
                subject_name: subject.name(state),
                metric,
                count: total.count,
                amount_minor: total.amount_minor,
            },
            previous_count: before.count,
            previous_amount_minor: before.amount_minor,
        })
        .collect()
}

/// Sums by what is a small number: an id, or 0 for none. One table a metric.
#[derive(Default)]
struct Dense {
    tables: BTreeMap<Metric, Vec<DayTotal>>,
}

impl Dense {
    fn add(&mut self, metric: Metric, id: u64, total: &DayTotal) {
        let table = self.tables.entry(metric).or_default();
        let place = usize::try_from(id).unwrap_or(usize::MAX);
        // Ids are given in turn and bounded by the limits of the workspace.
        if place >= table.len() {
            table.resize(place + 1, DayTotal::default());
        }
        table[place].add(total);
    }

    /// What is there, by metric, then by id.
    fn entries(&self) -> impl Iterator<Item = (Metric, u64, &DayTotal)> {
        self.tables.iter().flat_map(|(metric, table)| {
            let entries = table.iter().enumerate();
            entries
                .filter(|(_, total)| **total != DayTotal::default())
                .map(|(id, total)| (*metric, id as u64, total))
        })
    }
}

/// The sums of one metric of members (none = 0), teams (each with those below it) or pipelines, by the number of their id;
/// also those that came to nothing again.
pub(crate) fn sums_by_id(state: &State, query: &MetricsQuery, metric: Metric) -> Vec<DayTotal> {
    let query = MetricsQuery {
        metric: Some(metric),
        ..query.clone()
    };
    let mut tables = dense_sums(state, &query).tables;
    tables.remove(&metric).unwrap_or_default()
}

fn dense_sums(state: &State, query: &MetricsQuery) -> Dense {
    let mut dense = Dense::default();
    let team_of = |member: u64| {
        state
            .member(MemberId(member))
            .and_then(|member| member.team)
    };
    match query.by {
        Grouping::Member => each_by_member(state, query, |key, total| {
            dense.add(key.metric, key.member.map_or(0, |id| id.0), total);
        }),
        Grouping::Team if query.by_todays_team => {
            let mut members = Dense::default();
            each_by_member(state, query, |key, total| {
                members.add(key.metric, key.member.map_or(0, |id| id.0), total);
            });
            let mut own = Dense::default();
            for (metric, member, total) in members.entries() {
                own.add(metric, team_of(member).map_or(0, |id| id.0), total);
            }
            dense = with_teams_above(state, &own);
        }
        Grouping::Team => {
            let mut own = Dense::default();
            each_by_team(state, query, |key, total| {
                own.add(key.metric, key.team.map_or(0, |id| id.0), total);
            });
            dense = with_teams_above(state, &own);
        }
        Grouping::Pipeline => each_by_team(state, query, |key, total| {
            dense.add(key.metric, key.pipeline.map_or(0, |id| id.0), total);
        }),
        Grouping::Workspace => {
            let always = ALWAYS_SHOWN;
            for metric in always
                .into_iter()
                .filter(|metric| query.metric.is_none_or(|only| only == *metric))
            {
                dense.tables.insert(metric, vec![DayTotal::default()]);
            }
            each_by_team(state, query, |key, total| dense.add(key.metric, 0, total));
        }
    }
    dense
}

/// The sums of a query, those that are not of nothing.
pub(crate) fn sums(
    state: &State,
    query: &MetricsQuery,
) -> Vec<((MetricSubject, Metric), DayTotal)> {
    let dense = dense_sums(state, query);
    let subject = |id: u64| {
        let some = id > 0;
        match query.by {
            Grouping::Workspace => MetricSubject::Workspace,
            Grouping::Member => MetricSubject::Member(some.then_some(MemberId(id))),
            Grouping::Team => MetricSubject::Team(some.then_some(TeamId(id))),
            Grouping::Pipeline => MetricSubject::Pipeline(some.then_some(PipelineId(id))),
        }
    };
    let mut sums: Vec<((MetricSubject, Metric), DayTotal)> = Vec::new();
    for (metric, table) in &dense.tables {
        for (id, total) in table.iter().enumerate() {
            let shown = query.by == Grouping::Workspace && ALWAYS_SHOWN.contains(metric);
            if shown || (total.count, total.amount_minor) != (0, 0) {
                sums.push(((subject(id as u64), *metric), *total));
            }
        }
    }
    sums.sort_unstable_by_key(|(key, _)| *key);
    sums
}

/// Adds what a team has to every team above it.
fn with_teams_above(state: &State, own: &Dense) -> Dense {
    let mut all = Dense::default();
    for (metric, id, total) in own.entries() {
        if id == 0 {
            all.add(metric, 0, total);
            continue;
        }
        for team in line_of(state, TeamId(id)) {
            all.add(metric, team.0, total);
        }
    }
    all
}

/// A team and every team above it, from below.
pub(crate) fn line_of(state: &State, team: TeamId) -> impl Iterator<Item = TeamId> + '_ {
    std::iter::successors(Some(team), |id| state.team(*id)?.parent).take(MAX_TEAM_DEPTH)
}

/// The days of a window there is anything on; none = nothing.
fn within_records(state: &State, window: Window) -> Option<Window> {
    let zone = state.zone();
    let first = zone.date_of(state.first_score_entry()?.at);
    let last = zone.date_of(state.last_score_entry()?.at);
    // A window that reaches beyond the records is cut to whole years, so that its spans stay long.
    let start = if window.start < first {
        crate::cycle::window_of(crate::cycle::CycleUnit::Year, first)
            .start
            .max(window.start)
    } else {
        window.start
    };
    let end = if window.end > last {
        crate::cycle::window_of(crate::cycle::CycleUnit::Year, last)
            .end
            .min(window.end)
    } else {
        window.end
    };
    (start < end).then_some(Window { start, end })
}

/// The metrics asked for, by their order.
fn wanted_metrics(query: &MetricsQuery) -> Vec<Metric> {
    match query.metric {
        Some(metric) => vec![metric],
        None => Metric::ALL.to_vec(),
    }
}

fn each_by_member(state: &State, query: &MetricsQuery, mut visit: impl FnMut(&DayKey, &DayTotal)) {
    let Some(window) = within_records(state, query.window) else {
        return;
    };
    for (span, day) in spans_of(window) {
        for metric in wanted_metrics(query) {
            let first = DayKey::first(span, day, metric, None);
            let rows = state.totals().by_member.range(first..);
            let rows =
                rows.take_while(|(key, _)| (key.span, key.day, key.metric) == (span, day, metric));
            for (key, total) in rows {
                if query.pipeline.is_none() || query.pipeline == key.pipeline {
                    visit(key, total);
                }
            }
        }
    }
}

fn each_by_team(state: &State, query: &MetricsQuery, mut visit: impl FnMut(&TeamKey, &DayTotal)) {
    let Some(window) = within_records(state, query.window) else {
        return;
    };
    for (span, day) in spans_of(window) {
        for metric in wanted_metrics(query) {
            let first = TeamKey::first(span, day, metric, None);
            let rows = state.totals().by_team.range(first..);
            let rows =
                rows.take_while(|(key, _)| (key.span, key.day, key.metric) == (span, day, metric));
            for (key, total) in rows {
                if query.pipeline.is_none() || query.pipeline == key.pipeline {
                    visit(key, total);
                }
            }
        }
    }
}

/// The count and the amount in minor units of one subject in one metric; of a team: with those below it, by the teams of the
/// time. A few look-ups, not a sum over everybody.
pub fn sum_of(state: &State, subject: GoalSubject, metric: Metric, window: Window) -> (i64, i128) {
    let mut sum = DayTotal::default();
    let spans = within_records(state, window)
        .map(spans_of)
        .unwrap_or_default();
    match subject {
        GoalSubject::Member(member) => {
            for (span, day) in spans {
                let first = DayKey::first(span, day, metric, Some(member));
                let rows = state.totals().by_member.range(first..);
                rows.take_while(|(key, _)| {
                    (key.span, key.day, key.metric, key.member) == (span, day, metric, Some(member))
                })
                .for_each(|(_, total)| sum.add(total));
            }
        }
        GoalSubject::Workspace => {
            for (span, day) in spans {
                let first = TeamKey::first(span, day, metric, None);
                let rows = state.totals().by_team.range(first..);
                rows.take_while(|(key, _)| (key.span, key.day, key.metric) == (span, day, metric))
                    .for_each(|(_, total)| sum.add(total));
            }
        }
        GoalSubject::Team(team) => {
            let teams = state.teams_within(team);
            for (span, day) in spans {
                for team in &teams {
                    let first = TeamKey::first(span, day, metric, Some(*team));
                    let rows = state.totals().by_team.range(first..);
                    rows.take_while(|(key, _)| {
                        (key.span, key.day, key.metric, key.team)
                            == (span, day, metric, Some(*team))
                    })
                    .for_each(|(_, total)| sum.add(total));
                }
            }
        }
    }
    (sum.count, sum.amount_minor)
}

/// What a member reached in a metric, in some pipelines only; all where none is named.
pub(crate) fn member_sum(
    state: &State,
    member: MemberId,
    metric: Metric,
    pipelines: &[PipelineId],
    window: Window,
) -> (i64, i128) {
    if pipelines.is_empty() {
        return sum_of(state, GoalSubject::Member(member), metric, window);
    }
    let mut sum = DayTotal::default();
    let spans = within_records(state, window).map(spans_of);
    for (span, day) in spans.unwrap_or_default() {
        let first = DayKey::first(span, day, metric, Some(member));
        let rows = state.totals().by_member.range(first..);
        rows.take_while(|(key, _)| {
            (key.span, key.day, key.metric, key.member) == (span, day, metric, Some(member))
        })
        .filter(|(key, _)| key.pipeline.is_some_and(|id| pipelines.contains(&id)))
        .for_each(|(_, total)| sum.add(total));
    }
    (sum.count, sum.amount_minor)
}

/// Whether anything is known of some days: they do not all lie before the first score entry.
pub fn is_known(state: &State, window: Window) -> bool {
    let zone = state.zone();
    state
        .first_score_entry()
        .is_some_and(|first| zone.date_of(first.at) < window.end)
}

/// Which score entries are wanted. All that is said must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScoreQuery {
    /// The days they count on.
    pub window: Option<Window>,
    /// What is measured.
    pub metric: Option<Metric>,
    /// Whose figure: that of the row of [`metrics`] with this subject.
    pub subject: Option<MetricSubject>,
    /// Of which pipeline.
    pub pipeline: Option<PipelineId>,
    /// About which opportunity.
    pub opportunity: Option<OpportunityId>,
    /// As in [`MetricsQuery`].
    pub by_todays_team: bool,
    /// Leaves out those that do not count.
    pub credited_only: bool,
}

/// The score entries behind a figure, by id: the credited ones sum to exactly that figure.
pub fn score_entries<'a>(state: &'a State, query: &ScoreQuery) -> Vec<&'a Arc<ScoreEntry>> {
    let instants = query.window.map(|window| window.instants(&state.zone()));
    let teams = TeamsBelow::of(state, query.subject);
    let wanted = |entry: &&'a Arc<ScoreEntry>| {
        instants.is_none_or(|(from, to)| (from..to).contains(&entry.at))
            && query.metric.is_none_or(|metric| metric == entry.metric)
            && query.pipeline.is_none_or(|id| entry.pipeline == Some(id))
            && query
                .opportunity
                .is_none_or(|id| entry.opportunity() == Some(id))
            && (entry.credited() || !query.credited_only)
            && query.subject.is_none_or(|subject| match subject {
                MetricSubject::Workspace => true,
                MetricSubject::Member(member) => entry.member == member,
                MetricSubject::Pipeline(pipeline) => entry.pipeline == pipeline,
                MetricSubject::Team(_) => {
                    let today = || state.member(entry.member?)?.team;
                    teams.contain(if query.by_todays_team {
                        today()
                    } else {
                        entry.team
                    })
                }
            })
    };
    match (query.opportunity, instants) {
        (Some(opportunity), _) => state.score_entries_of(opportunity).filter(wanted).collect(),
        (None, Some((from, to))) => {
            let mut found: Vec<&Arc<ScoreEntry>> = state
                .score_entries_between(from, to)
                .filter(wanted)
                .collect();
            found.sort_unstable_by_key(|entry| entry.id);
            found
        }
        (None, None) => state.score_entries().filter(wanted).collect(),
    }
}

/// A team with those below it, or no team.
struct TeamsBelow(BTreeSet<Option<TeamId>>);

impl TeamsBelow {
    fn of(state: &State, subject: Option<MetricSubject>) -> Self {
        let teams = match subject {
            Some(MetricSubject::Team(Some(above))) => state
                .teams()
                .filter(|team| state.team_is_within(team.id, above))
                .map(|team| Some(team.id))
                .collect(),
            Some(MetricSubject::Team(None)) => BTreeSet::from([None]),
            _ => BTreeSet::new(),
        };
        Self(teams)
    }

    fn contain(&self, team: Option<TeamId>) -> bool {
        self.0.contains(&team)
    }
}

/// All days of the domain.
pub fn all_time() -> Window {
    Window {
        start: Date::first(),
        end: Date::last(),
    }
}

/// Since when a sum has been what it is, by what is ranked.
pub(crate) const fn reached_at(total: &DayTotal, by_amount: bool) -> Timestamp {
    if by_amount {
        total.amount_at
    } else {
        total.count_at
    }
}
