//! A leaderboard kept in order: a score entry moves one place, a rank is a search (DOMAIN.md §7).
//!
//! The standings at the end of the day before are kept beside those of now. They are the same standings until something
//! happens on the new day, so that a new day begins with a copy, which costs nothing.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use imbl::Vector;

use super::{Contenders, LeaderboardQuery, LeaderboardRow, Neighbour, Ranked, Standing};
use crate::cycle::Window;
use crate::goal::{GoalKey, GoalSubject, Measure, target_of};
use crate::goal_progress::reached_bp;
use crate::id::{LedgerTransactionId, MemberId, ScoreEntryId, TeamId};
use crate::ledger::LedgerTransaction;
use crate::metric::{MetricSubject, MetricsQuery, line_of, reached_at, sums_by_id};
use crate::scheme::Unit;
use crate::score::ScoreEntry;
use crate::sorted::Sorted;
use crate::state::{Company, DayTotal, Income, State};
use crate::time::{Date, Timestamp};

/// From so many new score entries on, summing anew is quicker than taking each in.
const MOST_TAKEN_IN: u64 = 2_048;
/// The whole in basis points.
const WHOLE_BP: i128 = 10_000;

/// Where somebody stands in the order: the greatest value first, of equal ones the earlier, then the smaller id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Placing {
    value: Reverse<i128>,
    at: Timestamp,
    id: u64,
}

/// Sums by id, and the order they make.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Standings {
    totals: Vector<DayTotal>,
    order: Sorted<Placing>,
}

/// What makes a sum a value, and who is ranked at all.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rules {
    ranked: Ranked,
    /// By id; none = everybody.
    only: Option<BTreeSet<u64>>,
    /// Targets by id, where shares of them are ranked.
    targets: Vector<Option<i64>>,
}

/// A leaderboard as of a revision. It is cheap to clone.
#[derive(Clone, Debug)]
pub struct Board {
    query: LeaderboardQuery,
    rules: Rules,
    /// Who is where and what the goals are: when that changes, the board begins anew.
    company: Company,
    revision: u64,
    /// The last score entry it has seen.
    seen: ScoreEntryId,
    /// The last transaction it has seen.
    seen_ledger: LedgerTransactionId,
    /// Not earlier than any score entry in it.
    latest: Timestamp,
    /// The instants of its days.
    from: Timestamp,
    to: Timestamp,
    /// What happened before this day counts for the standings before.
    day: Date,
    /// The first instant of that day.
    day_start: Timestamp,
    now: Standings,
    before: Standings,
}

impl Standings {
    fn of(totals: Vec<DayTotal>, rules: &Rules) -> Self {
        let ranked = totals.len().max(rules.targets.len());
        let nothing = DayTotal::default();
        let placings = (0..ranked).filter_map(|id| {
            let total = totals.get(id).unwrap_or(&nothing);
            rules.placing(id as u64, total)
        });
        Self {
            order: Sorted::from(placings.collect::<Vec<_>>()),
            totals: totals.into(),
        }
    }

    fn total(&self, id: u64) -> DayTotal {
        let place = usize::try_from(id).unwrap_or(usize::MAX);
        self.totals.get(place).copied().unwrap_or_default()
    }

    fn add(&mut self, id: u64, total: &DayTotal, rules: &Rules) {
        let place = usize::try_from(id).unwrap_or(usize::MAX);
        // Ids are given in turn and bounded by the limits of the workspace.
        while self.totals.len() <= place {
            self.totals.push_back(DayTotal::default());
        }
        let Some(own) = self.totals.get_mut(place) else {
            return;
        };
        let before = rules.placing(id, own);
        own.add(total);
        let after = rules.placing(id, own);
        if before == after {
            return;
        }
        if let Some(before) = before {
            self.order.remove(&before);
        }
        if let Some(after) = after {
            self.order.insert(after);
        }
    }

    /// How many are listed before a placing.
    fn place_of(&self, placing: &Placing) -> usize {
        self.order.count_before(|own| own < placing)
    }

    /// The rank of a value: one more than there are greater ones.
    fn rank_of(&self, value: i128) -> usize {
        self.order.count_before(|own| own.value.0 > value) + 1
    }
}

impl Rules {
    fn of(state: &State, query: &LeaderboardQuery) -> Self {
        let only = query.within.map(|team| within(state, query.by, team));
        let mut rules = Self {
            ranked: query.ranked,
            only,
            targets: Vector::new(),
        };
        if let Ranked::TargetShare { metric, measure } = query.ranked {
            let window = query.window;
            let target = |subject: GoalSubject| {
                let key = GoalKey {
                    metric,
                    subject,
                    measure,
                    window,
                };
                // Targets are stored in 64 bits.
                target_of(state, key).and_then(|target| i64::try_from(target).ok())
            };
            match query.by {
                Contenders::Members => state.members().for_each(|member| {
                    rules.set_target(member.id.0, target(GoalSubject::Member(member.id)));
                }),
                Contenders::Teams => state.teams().for_each(|team| {
                    rules.set_target(team.id.0, target(GoalSubject::Team(team.id)));
                }),
            }
        }
        rules
    }

    fn set_target(&mut self, id: u64, target: Option<i64>) {
        let place = usize::try_from(id).unwrap_or(usize::MAX);
        while self.targets.len() <= place {
            self.targets.push_back(None);
        }
        self.targets.set(place, target);
    }

    fn target(&self, id: u64) -> Option<i64> {
        let place = usize::try_from(id).ok()?;
        self.targets.get(place).copied().flatten()
    }

    /// What is counted of a sum.
    fn counted(&self, total: &DayTotal) -> i128 {
        match self.ranked.measure() {
            Measure::Count => i128::from(total.count),
            Measure::Amount => total.amount_minor,
        }
    }

    /// Where a sum puts somebody; none = they are not ranked. What nobody owned has the number 0.
    fn placing(&self, id: u64, total: &DayTotal) -> Option<Placing> {
        if id == 0 || self.only.as_ref().is_some_and(|only| !only.contains(&id)) {
            return None;
        }
        let value = match self.ranked {
            Ranked::Metric { .. } | Ranked::RewardIncome { .. } => {
                let something = (total.count, total.amount_minor) != (0, 0);
                something.then(|| self.counted(total))?
            }
            Ranked::TargetShare { .. } => {
                reached_bp(self.counted(total), i128::from(self.target(id)?))
            }
        };
        Some(Placing {
            value: Reverse(value),
            at: reached_at(total, self.ranked.measure() == Measure::Amount),
            id,
        })
    }

    /// What somebody lacks to pass a value: one unit more than it takes to draw level.
    fn gap(&self, lower: u64, total: &DayTotal, value: i128) -> Option<i128> {
        let counted = self.counted(total);
        match self.ranked {
            Ranked::Metric { .. } | Ranked::RewardIncome { .. } => Some(value - counted + 1),
            Ranked::TargetShare { .. } => {
                // Shares are cut, so that the next one must be reached in full.
                let target = self.target(lower).filter(|target| *target > 0)?;
                let enough = (value + 1) * i128::from(target);
                Some(enough.div_euclid(WHOLE_BP) + i128::from(enough % WHOLE_BP != 0) - counted)
            }
        }
    }
}

/// The members who are in a team or below it today; the teams below it.
fn within(state: &State, by: Contenders, team: TeamId) -> BTreeSet<u64> {
    let teams = state.teams_within(team);
    match by {
        Contenders::Teams => {
            let below = teams.into_iter().filter(|id| *id != team);
            below.map(|id| id.0).collect()
        }
        Contenders::Members => {
            let members = state.members();
            members
                .filter(|member| member.team.is_some_and(|team| teams.contains(&team)))
                .map(|member| member.id.0)
                .collect()
        }
    }
}

impl Board {
    /// The board of a query as of an instant.
    pub fn of(state: &State, query: &LeaderboardQuery, now: Timestamp) -> Self {
        Self::on(state, query, day_of(state, query, now))
    }

    /// The board of a query with nobody ranked before.
    pub(super) fn without_past(state: &State, query: &LeaderboardQuery) -> Self {
        Self::on(state, query, query.window.start)
    }

    fn on(state: &State, query: &LeaderboardQuery, day: Date) -> Self {
        let zone = state.zone();
        let (from, to) = query.window.instants(&zone);
        let rules = Rules::of(state, query);
        let standings = |end: Date| {
            let window = Window {
                start: query.window.start,
                end,
            };
            Standings::of(totals(state, query, window), &rules)
        };
        let before = if day > query.window.start {
            standings(day)
        } else {
            Standings::default()
        };
        let last = state.last_score_entry().map(|entry| entry.at);
        Self {
            now: standings(query.window.end),
            before,
            company: state.company(),
            revision: state.revision(),
            seen: state.last_score_entry_id(),
            seen_ledger: state.last_ledger_transaction_id(),
            latest: last.unwrap_or(Timestamp(i64::MIN)),
            from,
            to,
            day,
            day_start: zone.start_of(day),
            rules,
            query: query.clone(),
        }
    }

    /// Takes in what was scored up to a later revision and instant. What cannot be taken in (an earlier revision or day,
    /// other teams, members, goals or another zone where they matter) makes it begin anew: the outcome is always that of
    /// [`Board::of`].
    pub fn advance(&mut self, state: &State, now: Timestamp) {
        let rewards = matches!(self.query.ranked, Ranked::RewardIncome { .. });
        let (last, last_ledger) = (
            state.last_score_entry_id(),
            state.last_ledger_transaction_id(),
        );
        let behind = if rewards {
            last_ledger.0.saturating_sub(self.seen_ledger.0)
        } else {
            last.0.saturating_sub(self.seen.0)
        };
        if state.revision() < self.revision || behind > MOST_TAKEN_IN || !self.holds_in(state) {
            *self = Self::of(state, &self.query, now);
            return;
        }
        let day = day_of(state, &self.query, now);
        if day != self.day && !self.begin(day, state.zone().start_of(day)) {
            *self = Self::of(state, &self.query, now);
            return;
        }
        if let Ranked::RewardIncome { unit } = self.query.ranked {
            for transaction in state.ledger_transactions_after(self.seen_ledger) {
                self.earn(state, transaction, unit);
            }
        } else {
            for entry in state.score_entries_after(self.seen) {
                self.score(state, entry);
            }
        }
        (self.seen, self.seen_ledger) = (last, last_ledger);
        self.revision = state.revision();
        self.company = state.company();
    }

    /// Whether nothing else than score entries can have changed it since.
    fn holds_in(&self, state: &State) -> bool {
        let company = &self.company;
        let by_team = self.query.by == Contenders::Teams;
        let some_only = self.query.within.is_some();
        let shares = matches!(self.query.ranked, Ranked::TargetShare { .. });
        company.has_zone_of(state)
            && (company.has_teams_of(state) || !(by_team || some_only))
            && (company.has_members_of(state)
                || !(some_only || by_team && self.query.by_todays_team))
            && (company.has_targets_of(state) || !shares)
    }

    /// Begins a later day: all there is happened before it. False where that is not so.
    fn begin(&mut self, day: Date, day_start: Timestamp) -> bool {
        // Of transactions it is not known which was the latest.
        let rewards = matches!(self.query.ranked, Ranked::RewardIncome { .. });
        if rewards || day < self.day || self.latest >= day_start {
            return false;
        }
        self.before = self.now.clone();
        (self.day, self.day_start) = (day, day_start);
        true
    }

    /// Takes in what a transaction earned.
    fn earn(&mut self, state: &State, transaction: &LedgerTransaction, unit: Unit) {
        let wanted = transaction.unit == unit && (self.from..self.to).contains(&transaction.at);
        let income = Income::of(transaction).filter(|_| wanted);
        if let (Some(income), Some(member)) = (income, transaction.member) {
            let whose = (Some(member), transaction.team);
            self.credit(state, whose, transaction.at, &earned(&income));
        }
    }

    /// Takes in what a score entry counts.
    fn score(&mut self, state: &State, entry: &ScoreEntry) {
        self.latest = self.latest.max(entry.at);
        let wanted = entry.credited()
            && Some(entry.metric) == self.query.ranked.metric()
            && (self.from..self.to).contains(&entry.at)
            && (self.query.pipeline.is_none() || self.query.pipeline == entry.pipeline);
        if wanted {
            let whose = (entry.member, entry.team);
            self.credit(state, whose, entry.at, &DayTotal::of(entry));
        }
    }

    /// Credits something to a member, or to the team and all above it.
    fn credit(
        &mut self,
        state: &State,
        whose: (Option<MemberId>, Option<TeamId>),
        at: Timestamp,
        total: &DayTotal,
    ) {
        for id in credited(state, &self.query, whose) {
            self.add(id, at, total);
        }
    }

    fn add(&mut self, id: u64, at: Timestamp, total: &DayTotal) {
        self.now.add(id, total, &self.rules);
        if at < self.day_start {
            self.before.add(id, total, &self.rules);
        }
    }

    /// What it ranks.
    pub const fn query(&self) -> &LeaderboardQuery {
        &self.query
    }

    /// The revision it is of.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// How many are ranked.
    pub const fn len(&self) -> usize {
        self.now.order.len()
    }

    /// Whether nobody is ranked.
    pub const fn is_empty(&self) -> bool {
        self.now.order.is_empty()
    }

    /// The day at whose end the ranks before were those told; none on the first day of the cycle. In a cycle that is over:
    /// the last day but one.
    pub fn compared_with(&self) -> Option<Date> {
        (self.day > self.query.window.start).then(|| self.day.plus_days(-1))
    }

    /// So many places from one on, the first being 0; fewer at the end.
    pub fn rows(&self, from: usize, count: usize) -> Vec<LeaderboardRow> {
        let mut rows: Vec<LeaderboardRow> = Vec::with_capacity(count.min(self.len()));
        for (place, placing) in (from..).zip(self.now.order.iter_from(from).take(count)) {
            let rank = match rows.last() {
                Some(last) if last.value == placing.value.0 => last.rank,
                Some(_) => place + 1,
                None => self.now.rank_of(placing.value.0),
            };
            rows.push(self.row(placing, rank));
        }
        rows
    }

    /// Where somebody stands, who is just above and just below, and what it takes to pass.
    pub fn standing(&self, subject: MetricSubject) -> Standing {
        let mut standing = Standing {
            row: None,
            above: None,
            below: None,
        };
        let Some(id) = self.query.by.id_of(subject) else {
            return standing;
        };
        let total = self.now.total(id);
        let Some(own) = self.rules.placing(id, &total) else {
            let last = self.len().checked_sub(1);
            let above = last.and_then(|place| self.row_at(place));
            standing.above = above
                .filter(|_| self.may_join(id))
                .map(|row| self.above(id, &total, row));
            return standing;
        };
        let place = self.now.place_of(&own);
        let above = place.checked_sub(1).and_then(|place| self.row_at(place));
        standing.above = above.map(|row| self.above(id, &total, row));
        standing.below = self.row_at(place + 1).map(|row| {
            let lower = self.query.by.id_of(row.subject).unwrap_or(0);
            let gap = self.rules.gap(lower, &self.now.total(lower), own.value.0);
            Neighbour { row, gap }
        });
        standing.row = self.row_at(place);
        standing
    }

    /// Whether somebody who is not ranked would be, had they something.
    fn may_join(&self, id: u64) -> bool {
        self.rules
            .only
            .as_ref()
            .is_none_or(|only| only.contains(&id))
    }

    fn above(&self, id: u64, total: &DayTotal, row: LeaderboardRow) -> Neighbour {
        let gap = self.rules.gap(id, total, row.value);
        Neighbour { row, gap }
    }

    fn row_at(&self, place: usize) -> Option<LeaderboardRow> {
        let placing = self.now.order.get(place)?;
        Some(self.row(placing, self.now.rank_of(placing.value.0)))
    }

    fn row(&self, placing: &Placing, rank: usize) -> LeaderboardRow {
        let id = placing.id;
        let total = self.now.total(id);
        let previous_rank = self.compared_with().and_then(|_| {
            let before = self.rules.placing(id, &self.before.total(id))?;
            Some(self.before.rank_of(before.value.0))
        });
        LeaderboardRow {
            rank,
            subject: self.query.by.subject(id),
            value: placing.value.0,
            count: total.count,
            amount_minor: total.amount_minor,
            reached_at: placing.at,
            previous_rank,
            target: self.rules.target(id),
        }
    }
}

/// Two boards are equal when they say the same, whatever they have seen on the way.
impl PartialEq for Board {
    fn eq(&self, other: &Self) -> bool {
        let same = |left: &Standings, right: &Standings| {
            let most = left.totals.len().max(right.totals.len()) as u64;
            left.order == right.order
                && (0..most).all(|id| left.total(id) == right.total(id) || id == 0)
        };
        self.query == other.query
            && self.revision == other.revision
            && self.day == other.day
            && self.rules == other.rules
            && same(&self.now, &other.now)
            && same(&self.before, &other.before)
    }
}

impl Eq for Board {}

/// Who gets something, by number: the member, or the team of the time or of today with all above it; nobody is 0.
fn credited(
    state: &State,
    query: &LeaderboardQuery,
    (member, team): (Option<MemberId>, Option<TeamId>),
) -> Vec<u64> {
    if query.by == Contenders::Members {
        return vec![member.map_or(0, |id| id.0)];
    }
    let today = |id: MemberId| state.member(id)?.team;
    let team = if query.by_todays_team {
        member.and_then(today)
    } else {
        team
    };
    let line = team.into_iter().flat_map(|team| line_of(state, team));
    line.map(|team| team.0).collect()
}

/// What somebody earned, as sums are kept.
const fn earned(income: &Income) -> DayTotal {
    DayTotal {
        count: income.rewards,
        amount_minor: income.amount,
        count_at: income.amount_at,
        amount_at: income.amount_at,
    }
}

/// The sums of some days, by number.
fn totals(state: &State, query: &LeaderboardQuery, window: Window) -> Vec<DayTotal> {
    match query.ranked {
        Ranked::Metric { metric, .. } | Ranked::TargetShare { metric, .. } => {
            let sums = MetricsQuery {
                window,
                by: query.by.grouping(),
                pipeline: query.pipeline,
                metric: None,
                by_todays_team: query.by_todays_team,
            };
            sums_by_id(state, &sums, metric)
        }
        Ranked::RewardIncome { unit } => {
            let mut totals: Vec<DayTotal> = Vec::new();
            for ((member, team), income) in state.reward_incomes(unit, window) {
                for id in credited(state, query, (Some(member), team)) {
                    let place = usize::try_from(id).unwrap_or(usize::MAX);
                    // Ids are given in turn and bounded by the limits of the workspace.
                    if place >= totals.len() {
                        totals.resize(place + 1, DayTotal::default());
                    }
                    totals[place].add(&earned(&income));
                }
            }
            totals
        }
    }
}

/// The day whose standings are those of now: today, or the last day of a cycle that is over.
fn day_of(state: &State, query: &LeaderboardQuery, now: Timestamp) -> Date {
    let today = state.zone().date_of(now);
    let window = query.window;
    today.min(window.end.plus_days(-1)).max(window.start)
}
