//! The forecast: what is won, open and weighted by the month in which the contract is expected, and what is missing to the
//! target (DOMAIN.md §5). Lost opportunities add nothing.
//!
//! Gap = target − (won in the cycle + weighted open with a contract date in the cycle); coverage = (won + open) / target.
//! What is won in a cycle is what the WON metric says, credited as it was; what is open belongs to its owner of the
//! instant.

use crate::cycle::{CycleUnit, Window, window_of};
use crate::goal::{GoalSubject, target};
use crate::id::PipelineId;
use crate::metric::{Grouping, MetricSubject, MetricsQuery, metrics, sum_of};
use crate::opportunity::Opportunity;
use crate::scope::{Owners, Scope, Test};
use crate::score::{Metric, ScoreEntry};
use crate::stage::StageKind;
use crate::state::{Expected, State, Whose};
use crate::time::{Date, Timestamp};

/// 100 % in basis points.
const WHOLE_BP: i128 = 10_000;

/// What is missing to a target, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The target of the cycle.
    pub target_minor: i128,
    /// Won in the cycle.
    pub won_minor: i128,
    /// Open, with a contract date in the cycle.
    pub open_minor: i128,
    /// The same, weighted.
    pub weighted_minor: i128,
}

impl Gap {
    /// Target less won and weighted; negative when there is more than enough.
    pub const fn gap_minor(&self) -> i128 {
        self.target_minor - self.won_minor - self.weighted_minor
    }

    /// Won and open, of the target, in basis points; whole where the target is nothing.
    pub fn coverage_bp(&self) -> i128 {
        let share = (self.won_minor + self.open_minor) * WHOLE_BP;
        share.checked_div(self.target_minor).unwrap_or(WHOLE_BP)
    }
}

/// What to forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForecastQuery {
    /// The instant; contract dates before its day are overdue.
    pub as_of: Timestamp,
    /// What part of the workspace.
    pub scope: Scope,
    /// The cycle.
    pub window: Window,
}

/// Sums of some days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ForecastRow {
    /// The days; none = without a contract date.
    pub days: Option<Window>,
    /// Wins in them, less those taken back.
    pub won_count: i64,
    /// For how much.
    pub won_minor: i128,
    /// Open, expected in them.
    pub open_count: u64,
    /// For how much.
    pub open_minor: i128,
    /// The same, weighted.
    pub weighted_minor: i128,
    /// How many of them are overdue.
    pub overdue_count: u64,
    /// For how much.
    pub overdue_minor: i128,
    /// How many of the open ones were ever put off.
    pub pushed_count: u64,
    /// How often they were, together.
    pub push_count: u64,
    /// What is missing to the target of these days, if there is one.
    pub gap: Option<Gap>,
}

/// The forecast of a cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// One row a month, cut at the ends of the cycle; then what has no contract date, if anything.
    pub rows: Vec<ForecastRow>,
    /// The whole cycle.
    pub total: ForecastRow,
    /// Weighted pipeline: over all open stages, whatever the date.
    pub weighted_minor: i128,
    /// Weighted sum over all stages, won included: the plain method of the source.
    pub classic_weighted_minor: i128,
}

/// The forecast of a cycle at an instant.
pub fn forecast(state: &State, query: &ForecastQuery) -> Forecast {
    let state = state.seen_at(query.as_of);
    forecast_now(&state, query)
}

/// The forecast as things stand, whatever the clock says; only the day of the query decides what is overdue.
pub fn forecast_now(state: &State, query: &ForecastQuery) -> Forecast {
    let owners = state.widened(query.scope.owners(state));
    let days = query.window;
    let mut rows: Vec<ForecastRow> = months(days)
        .into_iter()
        .map(|month| row(state, query, month))
        .collect();
    let mut total = row(state, query, days);
    let mut undated = ForecastRow::default();
    let zone = state.zone();
    let today = zone.date_of(query.as_of);
    let place = |rows: &[ForecastRow], date: Date| {
        rows.partition_point(|row| row.days.is_some_and(|month| month.end <= date))
    };
    if is_won_counted(state, query.scope) {
        each_won(state, query.scope, days, query.as_of, |entry| {
            let place = place(&rows, zone.date_of(entry.at));
            for row in rows.get_mut(place).into_iter().chain([&mut total]) {
                row.won_count += i64::from(entry.count);
                row.won_minor += i128::from(entry.amount_minor);
            }
        });
    }
    each_expected(state, query.scope, &owners, Some(days), |date, expected| {
        let date = date.unwrap_or_default();
        let place = place(&rows, date);
        for row in rows.get_mut(place).into_iter().chain([&mut total]) {
            row.add(expected, date < today);
        }
    });
    each_expected(state, query.scope, &owners, None, |_, expected| {
        undated.add(expected, false);
    });
    for row in rows.iter_mut().chain([&mut total]) {
        row.settle_gap(state, query.scope);
    }
    if undated.open_count > 0 {
        rows.push(undated);
    }
    let (weighted_minor, classic_weighted_minor) = weighted(state, query.scope, &owners);
    Forecast {
        rows,
        total,
        weighted_minor,
        classic_weighted_minor,
    }
}

/// What is missing to the target of a subject's WON for exactly these days; none = there is no such target.
pub fn gap(state: &State, subject: GoalSubject, window: Window, now: Timestamp) -> Option<Gap> {
    target(state, subject, Metric::Won, window)?;
    let scope = match subject {
        GoalSubject::Workspace => Scope::default(),
        GoalSubject::Team(team) => Scope {
            team: Some(team),
            ..Scope::default()
        },
        GoalSubject::Member(owner) => Scope {
            owner: Some(owner),
            ..Scope::default()
        },
    };
    scope_gap(state, scope, window, now)
}

/// What is missing to the target of a part of the workspace; none where no target is for exactly that part and those days.
pub fn scope_gap(state: &State, scope: Scope, window: Window, now: Timestamp) -> Option<Gap> {
    let target_minor = target(state, subject_of(scope)?, Metric::Won, window)?;
    let mut gap = Gap {
        target_minor,
        won_minor: won(state, scope, window, now).1,
        open_minor: 0,
        weighted_minor: 0,
    };
    let owners = state.widened(scope.owners(state));
    each_expected(state, scope, &owners, Some(window), |_, expected| {
        gap.open_minor += expected.amount_minor;
        gap.weighted_minor += expected.weighted_minor;
    });
    Some(gap)
}

/// Whose goal speaks of a part of the workspace. Goals know no pipelines.
const fn subject_of(scope: Scope) -> Option<GoalSubject> {
    match scope {
        Scope {
            pipeline: None,
            owner: None,
            team: None,
        } => Some(GoalSubject::Workspace),
        Scope {
            pipeline: None,
            owner: Some(owner),
            team: None,
        } => Some(GoalSubject::Member(owner)),
        Scope {
            pipeline: None,
            owner: None,
            team: Some(team),
        } => Some(GoalSubject::Team(team)),
        _ => None,
    }
}

/// The months of some days, the first and the last cut where the days begin and end.
fn months(days: Window) -> Vec<Window> {
    let mut months = Vec::new();
    let mut start = days.start;
    while start < days.end {
        let end = window_of(CycleUnit::Month, start).end.min(days.end);
        if end <= start {
            break;
        }
        months.push(Window { start, end });
        start = end;
    }
    months
}

fn row(state: &State, query: &ForecastQuery, days: Window) -> ForecastRow {
    // What is counted entry by entry is counted once for all rows.
    let (won_count, won_minor) = if is_won_counted(state, query.scope) {
        (0, 0)
    } else {
        won(state, query.scope, days, query.as_of)
    };
    ForecastRow {
        days: Some(days),
        won_count,
        won_minor,
        ..ForecastRow::default()
    }
}

impl ForecastRow {
    fn add(&mut self, expected: &Expected, overdue: bool) {
        self.open_count += expected.count;
        self.open_minor += expected.amount_minor;
        self.weighted_minor += expected.weighted_minor;
        self.pushed_count += expected.pushed_count;
        self.push_count += expected.push_count;
        if overdue {
            self.overdue_count += expected.count;
            self.overdue_minor += expected.amount_minor;
        }
    }

    fn settle_gap(&mut self, state: &State, scope: Scope) {
        let target = self
            .days
            .and_then(|days| target(state, subject_of(scope)?, Metric::Won, days));
        self.gap = target.map(|target_minor| Gap {
            target_minor,
            won_minor: self.won_minor,
            open_minor: self.open_minor,
            weighted_minor: self.weighted_minor,
        });
    }
}

/// Wins of some days: how many and for how much, by whom they were credited to.
fn won(state: &State, scope: Scope, window: Window, now: Timestamp) -> (i64, i128) {
    if is_won_counted(state, scope) {
        let mut sums = (0, 0);
        each_won(state, scope, window, now, |entry| {
            sums.0 += i64::from(entry.count);
            sums.1 += i128::from(entry.amount_minor);
        });
        return sums;
    }
    if let Some(subject) = subject_of(scope) {
        return sum_of(state, subject, Metric::Won, window);
    }
    let (by, subject) = match (scope.owner, scope.team) {
        (Some(owner), _) => (Grouping::Member, MetricSubject::Member(Some(owner))),
        (None, Some(team)) => (Grouping::Team, MetricSubject::Team(Some(team))),
        (None, None) => (Grouping::Workspace, MetricSubject::Workspace),
    };
    let query = MetricsQuery {
        window,
        by,
        pipeline: scope.pipeline,
        metric: Some(Metric::Won),
        by_todays_team: false,
    };
    let rows = metrics(state, &query);
    let row = rows
        .iter()
        .find(|row| row.subject == subject && row.metric == Metric::Won);
    row.map_or((0, 0), |row| (row.count, row.amount_minor))
}

/// Whether no sums are kept that tell the wins of a part of the workspace.
const fn is_won_counted(state: &State, scope: Scope) -> bool {
    state.is_past() || (scope.owner.is_some() && scope.team.is_some())
}

/// Visits the credited wins of some days, up to an instant.
fn each_won(
    state: &State,
    scope: Scope,
    window: Window,
    now: Timestamp,
    mut visit: impl FnMut(&ScoreEntry),
) {
    let (from, to) = window.instants(&state.zone());
    // The index knows the days of today's zone: in another one a day is up to two days off.
    let days = Window {
        start: window.start.plus_days(-2),
        end: window.end.plus_days(2),
    };
    for entry in state.credited_scores(Metric::Won, days) {
        let wanted = entry.at <= now
            && (from..to).contains(&entry.at)
            && scope.pipeline.is_none_or(|id| entry.pipeline == Some(id))
            && scope.owner.is_none_or(|id| entry.member == Some(id))
            && scope.team.is_none_or(|team| {
                let own = entry.team;
                own.is_some_and(|own| state.team_is_within(own, team))
            });
        if wanted {
            visit(entry);
        }
    }
}

/// Visits what is open and expected within some days; without days, what has no contract date.
fn each_expected(
    state: &State,
    scope: Scope,
    owners: &Owners,
    days: Option<Window>,
    mut visit: impl FnMut(Option<Date>, &Expected),
) {
    if state.is_past() {
        let test = Test::of(scope, state);
        let open = state.opportunities().filter(|row| test.covers(row));
        for row in open {
            let date = row.expected_contract_date;
            let inside = match days {
                None => date.is_none(),
                Some(days) => date.is_some_and(|date| days.contains(date)),
            };
            if inside && let Some(expected) = Expected::of(row, state) {
                visit(date, &expected);
            }
        }
        return;
    }
    let index = &state.funnel_index().expected;
    let mut of = |whose: Whose| {
        let first = |date: Option<Date>| (whose, date, PipelineId(0));
        let range = match days {
            None => index.range(first(None)..first(Some(Date::first()))),
            Some(days) => index.range(first(Some(days.start))..first(Some(days.end))),
        };
        for ((_, date, pipeline), expected) in range {
            if scope.has_pipeline(*pipeline) {
                visit(*date, expected);
            }
        }
    };
    match owners.members() {
        None => of(Whose::All),
        Some(members) => members.for_each(|member| of(Whose::One(Some(member)))),
    }
}

/// Weighted sums: over the open stages, and over all that are not lost.
fn weighted(state: &State, scope: Scope, owners: &Owners) -> (i128, i128) {
    let mut sums = (0, 0);
    let mut add = |kind: StageKind, weighted_minor: i128| {
        if kind == StageKind::Open {
            sums.0 += weighted_minor;
        }
        if kind != StageKind::Lost {
            sums.1 += weighted_minor;
        }
    };
    if state.is_past() {
        let test = Test::of(scope, state);
        for row in state.opportunities().filter(|row| test.covers(row)) {
            if let Some((_, stage)) = state.stage(row.stage) {
                add(stage.kind, i128::from(row.weighted_minor(stage)));
            }
        }
        return sums;
    }
    let pipelines = state.pipelines();
    for pipeline in pipelines.filter(|pipeline| scope.has_pipeline(pipeline.id)) {
        for stage in &pipeline.stages {
            owners.each(&state.funnel_index().stock, stage.id, |stock| {
                add(stage.kind, stock.weighted_minor);
            });
        }
    }
    sums
}

impl Expected {
    /// What one opportunity adds; none unless it is open.
    fn of(row: &Opportunity, state: &State) -> Option<Self> {
        let (_, stage) = state.stage(row.stage)?;
        (stage.kind == StageKind::Open).then(|| Self {
            count: 1,
            amount_minor: row.amount_minor.into(),
            weighted_minor: row.weighted_minor(stage).into(),
            pushed_count: u64::from(row.push_count > 0),
            push_count: row.push_count.into(),
        })
    }
}
