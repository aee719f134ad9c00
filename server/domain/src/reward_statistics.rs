//! What was issued, claimed, expired and taken back, and what a win cost: sums of rewards by the time of their grant
//! (DOMAIN.md §6).

use std::collections::{BTreeMap, BTreeSet};

use crate::cycle::{CycleUnit, Window, window_of};
use crate::goal::GoalSubject;
use crate::id::{MemberId, SchemeId, TeamId};
use crate::ledger::Purpose;
use crate::metric::{all_time, line_of, sum_of};
use crate::packet::PacketState;
use crate::reward::{Reward, RewardState};
use crate::scheme::Unit;
use crate::score::Metric;
use crate::state::State;
use crate::time::Date;

/// The whole in basis points.
const WHOLE_BP: i128 = 10_000;
/// Cycles of at most so many days are shown by day, longer ones by month.
const MAX_DAY_ROWS: i32 = 62;

/// What rows are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RewardGrouping {
    /// A row for each scheme.
    Scheme,
    /// A row for each member.
    Member,
    /// A row for each team at the time of the grant, each with those below it.
    Team,
    /// A row for each day of up to two months, else for each month.
    Cycle,
    /// One row.
    Workspace,
}

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RewardSubject {
    /// All together.
    Workspace,
    /// A scheme.
    Scheme(SchemeId),
    /// A member.
    Member(MemberId),
    /// A team with those below it; none = whoever was in no team.
    Team(Option<TeamId>),
    /// Some days.
    Cycle(Window),
}

impl RewardSubject {
    /// What people call it; empty for no team.
    pub fn name(self, state: &State) -> String {
        let name = match self {
            Self::Workspace => state.workspace().map(|workspace| &workspace.name),
            Self::Scheme(id) => state.scheme(id).map(|scheme| &scheme.name),
            Self::Member(id) => state.member(id).map(|member| &member.name),
            Self::Team(id) => id.and_then(|id| state.team(id)).map(|team| &team.name),
            Self::Cycle(window) => return window.name(),
        };
        name.map_or_else(String::new, |name| name.to_string())
    }
}

/// What to sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RewardStatisticsQuery {
    /// Granted on these days of the workspace's zone; none = ever.
    pub window: Option<Window>,
    /// What rows are made for.
    pub by: RewardGrouping,
    /// In what: units never mix.
    pub unit: Unit,
    /// Only under this scheme.
    pub scheme: Option<SchemeId>,
    /// Only this team at the time of the grant, with those below it.
    pub team: Option<TeamId>,
}

/// Sums of rewards, in points or minor units. What was issued is claimed, expired, reversed, open or sent away in packets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RewardSums {
    /// How many rewards were issued.
    pub count: u64,
    /// What was issued.
    pub issued: i128,
    /// The own part of what is claimed.
    pub claimed: i128,
    /// The own part of what expired.
    pub expired: i128,
    /// What was taken back.
    pub reversed: i128,
    /// The own part of what is pending or claimable.
    pub open: i128,
    /// What no fund could pay; not issued.
    pub unfunded: i128,
    /// Sent in packets and not returned.
    pub packets_sent: i128,
    /// Received from opened packets.
    pub packets_received: i128,
}

impl RewardSums {
    fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.issued += other.issued;
        self.claimed += other.claimed;
        self.expired += other.expired;
        self.reversed += other.reversed;
        self.open += other.open;
        self.unfunded += other.unfunded;
        self.packets_sent += other.packets_sent;
        self.packets_received += other.packets_received;
    }

    fn of(reward: &Reward) -> Self {
        let amount = i128::from(reward.amount);
        if reward.state == RewardState::Unfunded {
            return Self {
                unfunded: amount,
                ..Self::default()
            };
        }
        let own = i128::from(reward.own_amount());
        let mut sums = Self {
            count: 1,
            issued: amount,
            ..Self::default()
        };
        match reward.state {
            RewardState::Pending | RewardState::Claimable => sums.open = own,
            RewardState::Claimed => sums.claimed = own,
            RewardState::Expired => sums.expired = own,
            RewardState::Reversed | RewardState::Unfunded => sums.reversed = amount,
        }
        if reward.state != RewardState::Reversed {
            sums.packets_sent = amount - own;
        }
        sums
    }
}

/// A row of statistics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RewardStatisticsRow {
    /// What it is about.
    pub subject: RewardSubject,
    /// What people call it.
    pub name: String,
    /// The sums.
    pub sums: RewardSums,
    /// What the subject won in these days, in minor units; 0 for schemes, who win nothing.
    pub won_amount_minor: i128,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RewardStatistics {
    /// A row for each subject with anything, by subject.
    pub rows: Vec<RewardStatisticsRow>,
    /// All together.
    pub total: RewardStatisticsRow,
    /// (issued − reversed) ÷ won amount in basis points, cut; none for points, and where nothing was won.
    pub cost_bp: Option<i128>,
}

/// Who had a part in a reward, and in which team they were then.
struct Part {
    member: MemberId,
    team: Option<TeamId>,
    sums: RewardSums,
}

/// Sums of the rewards granted in some days.
pub fn reward_statistics(state: &State, query: &RewardStatisticsQuery) -> RewardStatistics {
    let zone = state.zone();
    let instants = query.window.map(|window| window.instants(&zone));
    let teams = query.team.map(|team| state.teams_within(team));
    let is_asked = |team: Option<TeamId>| {
        let within = |teams: &BTreeSet<TeamId>| team.is_some_and(|team| teams.contains(&team));
        teams.as_ref().is_none_or(within)
    };
    let mut total = RewardSums::default();
    let mut rows: BTreeMap<RewardSubject, RewardSums> = BTreeMap::new();
    let mut visit = |reward: &Reward| {
        let is_wanted = reward.unit == query.unit
            && instants.is_none_or(|(from, to)| (from..to).contains(&reward.granted_at));
        if !is_wanted {
            return;
        }
        for part in parts_in(state, reward) {
            if !is_asked(part.team) {
                continue;
            }
            total.add(&part.sums);
            let mut add = |subject| rows.entry(subject).or_default().add(&part.sums);
            match query.by {
                RewardGrouping::Workspace => add(RewardSubject::Workspace),
                RewardGrouping::Scheme => add(RewardSubject::Scheme(reward.scheme)),
                RewardGrouping::Member => add(RewardSubject::Member(part.member)),
                RewardGrouping::Cycle => {
                    let day = zone.date_of(reward.granted_at);
                    add(RewardSubject::Cycle(part_of(query.window, day)));
                }
                RewardGrouping::Team => match part.team {
                    None => add(RewardSubject::Team(None)),
                    Some(team) => line_of(state, team)
                        .filter(|team| is_asked(Some(*team)))
                        .for_each(|team| add(RewardSubject::Team(Some(team)))),
                },
            }
        }
    };
    match query.scheme {
        Some(scheme) => state.rewards_under(scheme).for_each(|row| visit(row)),
        None => state.rewards().for_each(|row| visit(row)),
    }
    let window = query.window.unwrap_or_else(all_time);
    let row = |(subject, sums): (RewardSubject, RewardSums)| RewardStatisticsRow {
        subject,
        name: subject.name(state),
        won_amount_minor: won(state, query.team, subject, window),
        sums,
    };
    let rows = rows.into_iter().map(row).collect();
    let total = row((RewardSubject::Workspace, total));
    let cost = (total.sums.issued - total.sums.reversed) * WHOLE_BP;
    let is_priced = matches!(query.unit, Unit::Money(_)) && total.won_amount_minor > 0;
    RewardStatistics {
        cost_bp: is_priced.then(|| cost.div_euclid(total.won_amount_minor)),
        rows,
        total,
    }
}

/// The earner's part of a reward and what others received of it, each with the team of that time: the ledger keeps it.
fn parts_in(state: &State, reward: &Reward) -> Vec<Part> {
    let today = |member: MemberId| state.member(member).and_then(|member| member.team);
    let sums = RewardSums::of(reward);
    let mut postings = state.transactions_of_reward(reward.id);
    let granted = postings.find(|row| row.purpose == Purpose::Grant);
    let own = Part {
        member: reward.member,
        team: granted.map_or_else(|| today(reward.member), |row| row.team),
        sums,
    };
    let mut parts = vec![own];
    if reward.split.is_none() {
        return parts;
    }
    for row in postings.filter(|row| row.purpose == Purpose::Open) {
        let packet = row.packet.and_then(|id| state.packet(id));
        let Some(packet) = packet.filter(|packet| packet.state == PacketState::Opened) else {
            continue;
        };
        parts.push(Part {
            member: packet.receiver,
            team: row.team,
            sums: RewardSums {
                packets_received: i128::from(packet.amount),
                ..RewardSums::default()
            },
        });
    }
    parts
}

/// What a subject won in some days, in minor units.
fn won(state: &State, team: Option<TeamId>, subject: RewardSubject, window: Window) -> i128 {
    let all = team.map_or(GoalSubject::Workspace, GoalSubject::Team);
    let (whose, window) = match subject {
        RewardSubject::Workspace => (all, window),
        RewardSubject::Member(id) => (GoalSubject::Member(id), window),
        RewardSubject::Team(Some(id)) => (GoalSubject::Team(id), window),
        RewardSubject::Cycle(part) => (all, part),
        RewardSubject::Scheme(_) | RewardSubject::Team(None) => return 0,
    };
    sum_of(state, whose, Metric::Won, window).1
}

/// The day or month a row is made for, cut to the window.
fn part_of(window: Option<Window>, day: Date) -> Window {
    let by_day = window.is_some_and(|window| window.days() <= MAX_DAY_ROWS);
    let unit = if by_day {
        CycleUnit::Day
    } else {
        CycleUnit::Month
    };
    let part = window_of(unit, day);
    window.map_or(part, |window| Window {
        start: part.start.max(window.start),
        end: part.end.min(window.end),
    })
}
