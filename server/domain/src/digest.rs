//! The supervisor's digest (DOMAIN.md §10): five sections about a cycle, with the change against the cycle before.

mod rewarded;
mod stock;

use std::cmp::Reverse;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::cycle::{CycleUnit, Window, window_of};
use crate::goal::GoalSubject;
use crate::id::{MemberId, OpportunityId, TeamId};
use crate::limits::DIGEST_TOP_ITEMS;
use crate::member::Role;
use crate::metric::sum_of;
use crate::score::{Metric, ScoreEntry};
use crate::state::State;
use crate::time::Timestamp;

/// What a section is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SectionKind {
    /// 新增: opportunities created in the cycle, as the metric NEW counts them.
    New,
    /// 流动: credited forward moves in the cycle, as the metric FLOW counts them.
    Moved,
    /// 停滞: opportunities that stood stalled at the end of the cycle, or stand so now while it runs. A stock.
    Stalled,
    /// 成交: opportunities won in the cycle, as the metric WON counts them.
    Won,
    /// 激励: rewards granted in the cycle, with packets sent and received.
    Rewarded,
}

impl SectionKind {
    /// All five, in the order they are shown.
    pub const ALL: [Self; 5] = [
        Self::New,
        Self::Moved,
        Self::Stalled,
        Self::Won,
        Self::Rewarded,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "NEW",
            Self::Moved => "MOVED",
            Self::Stalled => "STALLED",
            Self::Won => "WON",
            Self::Rewarded => "REWARDED",
        }
    }

    const fn metric(self) -> Option<Metric> {
        match self {
            Self::New => Some(Metric::New),
            Self::Moved => Some(Metric::Flow),
            Self::Won => Some(Metric::Won),
            Self::Stalled | Self::Rewarded => None,
        }
    }
}

/// How many, and for how much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// How many.
    #[serde(rename = "c", default)]
    pub count: i64,
    /// For how much, in minor units; at the bounds of the type when it would exceed them.
    #[serde(rename = "a", default)]
    pub amount_minor: i64,
}

impl Figure {
    fn of(count: i64, amount_minor: i128) -> Self {
        let clamped = amount_minor.clamp(i128::from(i64::MIN), i128::from(i64::MAX));
        Self {
            count,
            amount_minor: i64::try_from(clamped).unwrap_or_default(),
        }
    }
}

/// One of the largest things of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestItem {
    /// Which opportunity.
    #[serde(rename = "o")]
    pub opportunity: OpportunityId,
    /// What it adds to the section, in minor units: all its moves of the cycle together.
    #[serde(rename = "a")]
    pub amount_minor: i64,
}

/// One of the five sections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// What it is about.
    pub kind: SectionKind,
    /// In the cycle.
    pub figure: Figure,
    /// In the cycle before.
    pub previous: Figure,
    /// The largest, by amount, then by id; at most [`DIGEST_TOP_ITEMS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub top: Vec<DigestItem>,
    /// Packets sent by those the digest is about; only of `Rewarded`.
    #[serde(default)]
    pub packets_sent: Figure,
    /// Packets they received; only of `Rewarded`.
    #[serde(default)]
    pub packets_received: Figure,
}

impl Section {
    /// The cycle's figure less that of the cycle before.
    pub const fn change(&self) -> Figure {
        let (now, before) = (self.figure, self.previous);
        Figure {
            count: now.count.saturating_sub(before.count),
            amount_minor: now.amount_minor.saturating_sub(before.amount_minor),
        }
    }
}

/// Whom a digest is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DigestScope {
    /// Everybody.
    Workspace,
    /// The teams a member leads, each with all teams below it.
    Teams(Vec<TeamId>),
    /// The member alone.
    Member(MemberId),
}

/// What happened in a cycle to whom a member answers for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Whose digest; none = that of the workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberId>,
    /// Whom it is about.
    pub scope: DigestScope,
    /// The cycle.
    pub window: Window,
    /// The cycle before.
    pub previous: Window,
    /// When it was made; a cycle that still runs is told until then.
    pub at: Timestamp,
    /// The five sections, in the order of [`SectionKind::ALL`].
    pub sections: Vec<Section>,
}

/// Whom a member answers for: administrators and executives for all, whoever leads teams for these, others for themselves.
pub fn scope_of(state: &State, member: Option<MemberId>) -> DigestScope {
    let Some(member) = member.and_then(|id| state.member(id)) else {
        return DigestScope::Workspace;
    };
    if matches!(member.role, Role::Admin | Role::Executive) {
        return DigestScope::Workspace;
    }
    let led: Vec<TeamId> = state
        .teams()
        .filter(|team| team.manager == Some(member.id))
        .map(|team| team.id)
        .collect();
    // A team below another one of theirs is in it already.
    let top: Vec<TeamId> = led
        .iter()
        .filter(|team| {
            let above =
                |other: &&TeamId| **other != **team && state.team_is_within(**team, **other);
            !led.iter().any(|other| above(&other))
        })
        .copied()
        .collect();
    if top.is_empty() {
        DigestScope::Member(member.id)
    } else {
        DigestScope::Teams(top)
    }
}

/// The days to compare with: the cycle of the unit before, or as many days before any other days.
pub fn previous_of(unit: Option<CycleUnit>, window: Window) -> Window {
    match unit {
        Some(unit) => window_of(unit, window.start.plus_days(-1)),
        None => Window {
            start: window.start.plus_days(-window.days()),
            end: window.start,
        },
    }
}

/// The digest of some days, against some other days.
pub fn digest(
    state: &State,
    member: Option<MemberId>,
    window: Window,
    previous: Window,
    now: Timestamp,
) -> Digest {
    let scope = scope_of(state, member);
    let subjects = Subjects::of(state, &scope);
    let sections = SectionKind::ALL
        .into_iter()
        .map(|kind| subjects.section(state, kind, window, previous, now))
        .collect();
    Digest {
        member,
        scope,
        window,
        previous,
        at: now,
        sections,
    }
}

/// The scope, spelled out.
enum Subjects {
    All,
    /// The highest of them, none below another, and all with those below.
    Teams(Vec<TeamId>, BTreeSet<TeamId>),
    Member(MemberId),
}

impl Subjects {
    fn of(state: &State, scope: &DigestScope) -> Self {
        match scope {
            DigestScope::Workspace => Self::All,
            DigestScope::Member(member) => Self::Member(*member),
            DigestScope::Teams(teams) => {
                let within = |id: TeamId| teams.iter().any(|top| state.team_is_within(id, *top));
                let all = state.teams().map(|team| team.id);
                Self::Teams(teams.clone(), all.filter(|id| within(*id)).collect())
            }
        }
    }

    /// Whether what was credited to a member of a team counts: credit stays with the team of that time.
    fn has(&self, member: Option<MemberId>, team: Option<TeamId>) -> bool {
        match self {
            Self::All => true,
            Self::Teams(_, teams) => team.is_some_and(|team| teams.contains(&team)),
            Self::Member(own) => member == Some(*own),
        }
    }

    /// Whether what an owner has counts in a stock: it belongs to the team they are in.
    fn owns(&self, state: &State, owner: Option<MemberId>) -> bool {
        let team = || state.member(owner?)?.team;
        self.has(owner, team())
    }

    fn section(
        &self,
        state: &State,
        kind: SectionKind,
        window: Window,
        previous: Window,
        now: Timestamp,
    ) -> Section {
        let empty = Section {
            kind,
            figure: Figure::default(),
            previous: Figure::default(),
            top: Vec::new(),
            packets_sent: Figure::default(),
            packets_received: Figure::default(),
        };
        if let Some(metric) = kind.metric() {
            return Section {
                figure: self.credited(state, metric, window),
                previous: self.credited(state, metric, previous),
                top: largest(self.movers(state, metric, window)),
                ..empty
            };
        }
        if kind == SectionKind::Stalled {
            let end = |window: Window| state.zone().start_of(window.end).min(now);
            let stalled =
                |window| stock::stalled(state, end(window), |owner| self.owns(state, owner));
            let (stood, before) = (stalled(window), stalled(previous));
            return Section {
                figure: Figure::of(stood.count, stood.amount_minor),
                previous: Figure::of(before.count, before.amount_minor),
                top: stood.largest,
                ..empty
            };
        }
        let earned =
            |window| rewarded::rewarded(state, window, |member, team| self.has(member, team));
        let (now_earned, before) = (earned(window), earned(previous));
        Section {
            figure: now_earned.figure,
            previous: before.figure,
            top: largest(now_earned.items),
            packets_sent: now_earned.sent,
            packets_received: now_earned.received,
            ..empty
        }
    }

    /// The sum of a metric, from the kept totals.
    fn credited(&self, state: &State, metric: Metric, window: Window) -> Figure {
        let sum = |subject| sum_of(state, subject, metric, window);
        let (count, amount) = match self {
            Self::All => sum(GoalSubject::Workspace),
            Self::Member(member) => sum(GoalSubject::Member(*member)),
            Self::Teams(highest, _) => highest
                .iter()
                .map(|team| sum(GoalSubject::Team(*team)))
                .fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1)),
        };
        Figure::of(count, amount)
    }

    /// What each opportunity adds to a metric.
    fn movers(&self, state: &State, metric: Metric, window: Window) -> Vec<DigestItem> {
        let mut gains: Vec<(OpportunityId, i64, i128)> = state
            .credited_scores(metric, window)
            .filter(|entry| self.has(entry.member, entry.team))
            .filter_map(|entry| {
                let entry: &ScoreEntry = entry;
                let opportunity = entry.opportunity()?;
                let amount = i128::from(entry.amount_minor);
                Some((opportunity, i64::from(entry.count), amount))
            })
            .collect();
        gains.sort_unstable_by_key(|(opportunity, ..)| *opportunity);
        gains
            .chunk_by(|left, right| left.0 == right.0)
            .filter_map(|gains| {
                let count: i64 = gains.iter().map(|(_, count, _)| count).sum();
                let amount = gains.iter().map(|(.., amount)| amount).sum();
                // What was taken back altogether is no item.
                (count > 0).then(|| DigestItem {
                    opportunity: gains[0].0,
                    amount_minor: Figure::of(count, amount).amount_minor,
                })
            })
            .collect()
    }
}

/// The largest by amount, then by id.
fn largest(mut items: Vec<DigestItem>) -> Vec<DigestItem> {
    items.sort_unstable_by_key(|item| (Reverse(item.amount_minor), item.opportunity));
    items.truncate(DIGEST_TOP_ITEMS);
    items
}
