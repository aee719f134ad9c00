//! Process metrics of a cycle: sums of credited score entries, by member, team, pipeline or for the workspace (DOMAIN.md §4).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cycle::Window;
use crate::entity::EntityKey;
use crate::id::{MemberId, PipelineId, TeamId};
use crate::score::Metric;
use crate::state::{DayKey, State};

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
}

/// What to sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricsQuery {
    /// The days to sum.
    pub window: Window,
    /// What rows are made for.
    pub by: Grouping,
    /// Only this pipeline.
    pub pipeline: Option<PipelineId>,
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

/// The sums of a window: by subject, then by metric. Sums of nothing are left out, except NEW, FLOW and WON of the workspace.
pub fn metrics(state: &State, query: &MetricsQuery) -> Vec<MetricRow> {
    let mut sums: BTreeMap<(MetricSubject, Metric), (i64, i128)> = BTreeMap::new();
    if query.by == Grouping::Workspace {
        for metric in [Metric::New, Metric::Flow, Metric::Won] {
            sums.insert((MetricSubject::Workspace, metric), (0, 0));
        }
    }
    let range = DayKey::start_of(query.window.start)..DayKey::start_of(query.window.end);
    for (key, total) in state.day_totals().range(range) {
        if query.pipeline.is_some() && query.pipeline != key.pipeline {
            continue;
        }
        for subject in subjects(state, query.by, key) {
            let sum = sums.entry((subject, key.metric)).or_default();
            sum.0 += total.count;
            sum.1 += total.amount_minor;
        }
    }
    sums.into_iter()
        .filter(|((subject, _), sum)| *subject == MetricSubject::Workspace || *sum != (0, 0))
        .map(|((subject, metric), (count, amount_minor))| MetricRow {
            subject,
            subject_name: name_of(state, subject),
            metric,
            count,
            amount_minor,
        })
        .collect()
}

/// Everyone a day's total counts for: a team's counts for every team above it too.
fn subjects(state: &State, by: Grouping, key: &DayKey) -> Vec<MetricSubject> {
    match by {
        Grouping::Workspace => vec![MetricSubject::Workspace],
        Grouping::Member => vec![MetricSubject::Member(key.member)],
        Grouping::Pipeline => vec![MetricSubject::Pipeline(key.pipeline)],
        Grouping::Team => match key.team {
            None => vec![MetricSubject::Team(None)],
            Some(team) => std::iter::successors(Some(team), |id| state.team(*id)?.parent)
                .take(crate::limits::MAX_TEAM_DEPTH)
                .map(|id| MetricSubject::Team(Some(id)))
                .collect(),
        },
    }
}

/// What people call a subject.
fn name_of(state: &State, subject: MetricSubject) -> String {
    let name = match subject {
        MetricSubject::Workspace => state.workspace().map(|workspace| &workspace.name),
        MetricSubject::Team(id) => id.and_then(|id| state.team(id)).map(|team| &team.name),
        MetricSubject::Member(id) => id
            .and_then(|id| state.member(id))
            .map(|member| &member.name),
        MetricSubject::Pipeline(id) => id
            .and_then(|id| state.pipeline(id))
            .map(|pipeline| &pipeline.name),
    };
    name.map_or_else(String::new, |name| name.to_string())
}
