//! How much is stalled at an instant, by stage, owner, team or pipeline (DOMAIN.md §3).
//!
//! For now and every instant since the last change, the kept totals are corrected by what the clocks have done since they
//! were told: so the figures are those of the instant, whether or not a Tick has come. For instants before that the state
//! is put back as it was and counted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::entity::EntityKey;
use crate::id::{MemberId, PipelineId, StageId, TeamId};
use crate::stagnation::{StageClock, StagnationLevel, threshold_micros};
use crate::state::{StalledTotal, State};
use crate::time::Timestamp;

/// What stalled opportunities are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StalledBy {
    /// By stage.
    Stage,
    /// By owner.
    Owner,
    /// By team of the owner, the teams below included.
    Team,
    /// By pipeline.
    Pipeline,
}

/// Whom or what a row counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum StalledSubject {
    /// A stage.
    Stage(StageId),
    /// An owner; none = unassigned opportunities.
    Owner(Option<MemberId>),
    /// A team with all below it; none = owners without a team and unassigned opportunities.
    Team(Option<TeamId>),
    /// A pipeline.
    Pipeline(PipelineId),
}

/// What to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StalledQuery {
    /// By what.
    pub by: StalledBy,
    /// Only this pipeline; none = all.
    pub pipeline: Option<PipelineId>,
    /// The instant.
    pub at: Timestamp,
}

/// A subject and what of it is stalled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StalledRow {
    /// Which.
    pub subject: StalledSubject,
    /// How many.
    pub count: i64,
    /// For how much, in minor units.
    pub amount_minor: i128,
}

/// The figures of an instant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stalled {
    /// Subjects that have any, in order.
    pub rows: Vec<StalledRow>,
    /// How many in all.
    pub count: i64,
    /// For how much in all, in minor units.
    pub amount_minor: i128,
}

/// A stage and an owner: what the totals are kept by.
type Key = (StageId, Option<MemberId>);

/// Counts what is stalled at an instant.
pub fn stalled(state: &State, query: &StalledQuery) -> Stalled {
    if query.at < state.horizon() {
        let past = state.as_of(query.at);
        return grouped(&past, query, counted(&past));
    }
    grouped(state, query, corrected(state, query.at))
}

/// Of a state that is right about every level.
fn counted(past: &State) -> BTreeMap<Key, StalledTotal> {
    let mut totals: BTreeMap<Key, StalledTotal> = BTreeMap::new();
    let stalled = past.opportunities().filter(|opportunity| {
        !opportunity.archived && opportunity.told_level() >= StagnationLevel::Stalled
    });
    for opportunity in stalled {
        totals
            .entry((opportunity.stage, opportunity.owner))
            .or_default()
            .add(1, opportunity.amount_minor);
    }
    totals
}

/// What was told, corrected by the clocks.
fn corrected(state: &State, at: Timestamp) -> BTreeMap<Key, StalledTotal> {
    let mut totals: BTreeMap<Key, StalledTotal> = state
        .stalled_totals()
        .map(|(stage, owner, total)| ((stage, owner), total))
        .collect();
    let zone = state.zone();
    for (pipeline, id, level) in state.clock_groups() {
        let clock = StageClock {
            calendar: &pipeline.calendar,
            zone: &zone,
        };
        let told = level >= StagnationLevel::Stalled;
        let period = pipeline
            .stage(id)
            .and_then(|stage| threshold_micros(stage, StagnationLevel::Stalled));
        let reached = period.map(|micros| clock.before(at, micros));
        let (from, to, sign) = match (told, reached) {
            // Reached and not told yet.
            (false, Some(reached)) => (Timestamp(i64::MIN), reached, 1),
            // Told and no longer so.
            (true, Some(reached)) => (reached.plus_micros(1), Timestamp(i64::MAX), -1),
            (true, None) => (Timestamp(i64::MIN), Timestamp(i64::MAX), -1),
            (false, None) => continue,
        };
        for (_, opportunity) in state.clocks(id, level, from, to) {
            let Some(opportunity) = state.opportunity(opportunity) else {
                continue;
            };
            if opportunity.entered_at() <= at {
                totals
                    .entry((id, opportunity.owner))
                    .or_default()
                    .add(sign, opportunity.amount_minor);
            }
        }
    }
    totals
}

fn grouped(state: &State, query: &StalledQuery, totals: BTreeMap<Key, StalledTotal>) -> Stalled {
    let mut figures = Stalled::default();
    let mut rows: BTreeMap<StalledSubject, StalledTotal> = BTreeMap::new();
    for ((stage, owner), total) in totals {
        let Some((pipeline, _)) = state.stage(stage) else {
            continue;
        };
        if query.pipeline.is_some_and(|wanted| wanted != pipeline.id) {
            continue;
        }
        figures.count += total.count;
        figures.amount_minor += total.amount_minor;
        for subject in subjects(state, query.by, stage, pipeline.id, owner) {
            let row = rows.entry(subject).or_default();
            row.count += total.count;
            row.amount_minor += total.amount_minor;
        }
    }
    figures.rows = rows
        .into_iter()
        .filter(|(_, total)| total.count != 0)
        .map(|(subject, total)| StalledRow {
            subject,
            count: total.count,
            amount_minor: total.amount_minor,
        })
        .collect();
    figures
}

fn subjects(
    state: &State,
    by: StalledBy,
    stage: StageId,
    pipeline: PipelineId,
    owner: Option<MemberId>,
) -> Vec<StalledSubject> {
    match by {
        StalledBy::Stage => vec![StalledSubject::Stage(stage)],
        StalledBy::Owner => vec![StalledSubject::Owner(owner)],
        StalledBy::Pipeline => vec![StalledSubject::Pipeline(pipeline)],
        StalledBy::Team => {
            let team = owner.and_then(|owner| state.member(owner)?.team);
            let above = state.teams_above(team);
            let teams: Vec<StalledSubject> = above
                .map(|team| StalledSubject::Team(Some(team.id)))
                .collect();
            if teams.is_empty() {
                vec![StalledSubject::Team(None)]
            } else {
                teams
            }
        }
    }
}

impl StalledSubject {
    /// The long spelling of its id and its name; none for what is unassigned.
    pub fn named(self, state: &State) -> Option<(String, String)> {
        let (id, name) = match self {
            Self::Stage(id) => (id.long(), state.stage(id)?.1.name.to_string()),
            Self::Owner(id) => (
                EntityKey::from(id?).long(),
                state.member(id?)?.name.to_string(),
            ),
            Self::Team(id) => (
                EntityKey::from(id?).long(),
                state.team(id?)?.name.to_string(),
            ),
            Self::Pipeline(id) => (id.long(), state.pipeline(id)?.name.to_string()),
        };
        Some((id, name))
    }
}
