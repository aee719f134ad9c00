//! Closes the cycles of rankings: pays by rank and by share of the own target, each cycle exactly once (DOMAIN.md §6, §7).
//!
//! A cycle is closed in slices that fit a Tick. What has been paid says where the next slice goes on; the last slice moves
//! `closed_until` on. A server that was down at the end of a cycle closes it at its next Tick, the oldest cycle first.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::reward::Books;
use super::tick::Source;
use crate::cycle::{CycleUnit, Window, window_of};
use crate::event::Event;
use crate::goal::{GoalKey, GoalSubject, Measure, target_of};
use crate::goal_progress::reached_bp;
use crate::id::{MemberId, PipelineId, TeamId};
use crate::leaderboard::{competition_ranks, pooled_prizes};
use crate::metric::{Grouping, MetricSubject, MetricsQuery, line_of, member_sum, reached_at, sums};
use crate::notice::NoticeKind;
use crate::packet::equal_amounts;
use crate::reward::{Cause, RewardState, Step};
use crate::rules::{Book, is_in_audience, settle_given};
use crate::scheme::{
    AttainmentTier, Contender, RankedBy, Rule, Scheme, SchemeChange, SchemeVersion, System, Terms,
    Unit,
};
use crate::score::Metric;
use crate::state::{OnceKey, State};
use crate::time::{Timestamp, Zone};

/// Cycles of rankings that are over.
pub(super) const CYCLES: Source = Source { deadline, due };

/// The next cycle a ranking closes, and the version that was in force at its end.
struct Cycle<'a> {
    scheme: &'a Scheme,
    version: &'a SchemeVersion,
    window: Window,
    ends_at: Timestamp,
}

fn unit_of(version: &SchemeVersion) -> Option<CycleUnit> {
    match version.terms.rule {
        Rule::Ranking { unit, .. } => Some(unit),
        _ => None,
    }
}

impl<'a> Cycle<'a> {
    fn next(scheme: &'a Scheme, zone: &Zone) -> Option<Self> {
        let first = scheme.versions.first()?;
        let from = scheme
            .closed_until
            .unwrap_or_else(|| zone.date_of(first.effective_at));
        let whole = |unit| {
            let window = window_of(unit, from);
            // After a change of its unit, a cycle that was closed in part is passed over.
            let is_cut = scheme.closed_until.is_some() && window.start < from;
            if is_cut {
                window_of(unit, window.end)
            } else {
                window
            }
        };
        let at_end = |window: Window| scheme.version_at(zone.start_of(window.end).plus_micros(-1));
        let started = zone.start_of(from).max(first.effective_at);
        let unit = unit_of(scheme.version_at(started).unwrap_or(first))?;
        let mut window = whole(unit);
        let mut version = at_end(window)?;
        let last = unit_of(version)?;
        if last != unit {
            window = whole(last);
            version = at_end(window)?;
        }
        Some(Self {
            scheme,
            version,
            window,
            ends_at: zone.start_of(window.end),
        })
    }
}

fn cycles(state: &State) -> impl Iterator<Item = Cycle<'_>> {
    let zone = state.zone();
    let schemes = state.published_schemes(System::Ranking);
    schemes.filter_map(move |scheme| Cycle::next(scheme, &zone))
}

fn deadline(state: &State, _: Timestamp) -> Option<Timestamp> {
    cycles(state).map(|cycle| cycle.ends_at).min()
}

/// A slice of the oldest cycle that is over.
fn due(state: &State, now: Timestamp, budget: usize) -> Vec<Event> {
    let over = cycles(state).filter(|cycle| cycle.ends_at <= now);
    let Some(cycle) = over.min_by_key(|cycle| (cycle.ends_at, cycle.scheme.id)) else {
        return Vec::new();
    };
    let mut events = Vec::new();
    let mut books = Books::by_time(state, now, &mut events);
    let is_done = close(&mut books, &cycle, budget);
    books.finish();
    if is_done {
        let mut scheme = cycle.scheme.clone();
        scheme.closed_until = Some(cycle.window.end);
        events.push(Event::SchemeUpdated {
            scheme: Box::new(scheme),
            change: SchemeChange::CycleClosed,
        });
    }
    events
}

/// Pays as much of a cycle as fits; whether that was all of it.
fn close(books: &mut Books, cycle: &Cycle, budget: usize) -> bool {
    let Rule::Ranking {
        by,
        contender,
        prizes,
        attainment,
        ..
    } = &cycle.version.terms.rule
    else {
        return true;
    };
    let attained = books.state.last_attained(cycle.scheme.id, cycle.window);
    // Attainments are paid when all prizes are.
    if attained.is_none() && !prizes.is_empty() {
        let (state, unit, terms) = (books.state, cycle.scheme.unit, &cycle.version.terms);
        let standings = standings(state, unit, terms, cycle.window, *by, *contender);
        for winner in winners(state, terms, &standings, prizes) {
            if books.events.len() >= budget {
                return false;
            }
            pay_prize(books, cycle, winner);
        }
    }
    let RankedBy::TargetShare(metric, measure) = by else {
        return true;
    };
    if *contender != Contender::Member || attainment.is_empty() {
        return true;
    }
    let state = books.state;
    for member in state.members_after(attained.unwrap_or(MemberId(0))) {
        if books.events.len() >= budget {
            return false;
        }
        let audience = &cycle.version.terms.audience;
        if !is_in_audience(state, audience, member.id) {
            continue;
        }
        let subject = GoalSubject::Member(member.id);
        let pipelines = &cycle.version.terms.pipelines;
        let share = target(state, cycle.window, subject, *metric, *measure).map(|target| {
            let value = books.value(member.id, *metric, *measure, pipelines, cycle.window);
            reached_bp(value, target)
        });
        if let Some(share) = share {
            pay_attainment(books, cycle, member.id, share, attainment);
        }
    }
    true
}

fn target(
    state: &State,
    window: Window,
    subject: GoalSubject,
    metric: Metric,
    measure: Measure,
) -> Option<i128> {
    let key = GoalKey {
        metric,
        subject,
        measure,
        window,
    };
    target_of(state, key)
}

/// Who is ranked, with their value; of a tie, who reached it earlier first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ranked {
    Member(MemberId),
    Team(TeamId),
}

type Standing = (Reverse<i128>, Timestamp, Ranked);

fn standings(
    state: &State,
    unit: Unit,
    terms: &Terms,
    window: Window,
    by: RankedBy,
    contender: Contender,
) -> Vec<Standing> {
    let mut values = match by {
        RankedBy::Metric(metric, measure) => {
            values(state, window, metric, measure, contender, &terms.pipelines)
        }
        RankedBy::TargetShare(metric, measure) => {
            let mut values = values(state, window, metric, measure, contender, &terms.pipelines);
            values.retain(|ranked, (value, _)| {
                let subject = match ranked {
                    Ranked::Member(id) => GoalSubject::Member(*id),
                    Ranked::Team(id) => GoalSubject::Team(*id),
                };
                let target = target(state, window, subject, metric, measure);
                if let Some(target) = target {
                    *value = reached_bp(*value, target);
                }
                target.is_some()
            });
            values
        }
        RankedBy::RewardIncome => incomes(state, unit, window, contender),
    };
    values.retain(|ranked, (value, _)| *value > 0 && contends(state, terms, *ranked));
    let mut standings: Vec<Standing> = values
        .into_iter()
        .map(|(ranked, (value, at))| (Reverse(value), at, ranked))
        .collect();
    standings.sort_unstable();
    standings
}

type Values = BTreeMap<Ranked, (i128, Timestamp)>;

fn add(values: &mut Values, ranked: Ranked, value: i128, at: Timestamp) {
    let sum = values.entry(ranked).or_insert((0, at));
    sum.0 += value;
    sum.1 = sum.1.max(at);
}

/// The sums of a metric, by who is ranked.
fn values(
    state: &State,
    window: Window,
    metric: Metric,
    measure: Measure,
    contender: Contender,
    pipelines: &[PipelineId],
) -> Values {
    let by_amount = measure == Measure::Amount;
    let each: Vec<Option<PipelineId>> = if pipelines.is_empty() {
        vec![None]
    } else {
        pipelines.iter().copied().map(Some).collect()
    };
    let mut found = Values::new();
    for pipeline in each {
        let query = MetricsQuery {
            window,
            by: match contender {
                Contender::Member => Grouping::Member,
                Contender::Team => Grouping::Team,
            },
            pipeline,
            metric: Some(metric),
            by_todays_team: false,
        };
        for ((subject, _), total) in sums(state, &query) {
            let ranked = match subject {
                MetricSubject::Member(Some(id)) => Ranked::Member(id),
                MetricSubject::Team(Some(id)) => Ranked::Team(id),
                _ => continue,
            };
            let value = if by_amount {
                total.amount_minor
            } else {
                i128::from(total.count)
            };
            add(&mut found, ranked, value, reached_at(&total, by_amount));
        }
    }
    found
}

/// What was earned in rewards of the scheme's unit; of teams with those below them.
fn incomes(state: &State, unit: Unit, window: Window, contender: Contender) -> Values {
    let mut found = Values::new();
    for ((member, team), income) in state.reward_incomes(unit, window) {
        match contender {
            Contender::Member => {
                let ranked = Ranked::Member(member);
                add(&mut found, ranked, income.amount, income.amount_at);
            }
            Contender::Team => {
                for team in team.into_iter().flat_map(|team| line_of(state, team)) {
                    add(
                        &mut found,
                        Ranked::Team(team),
                        income.amount,
                        income.amount_at,
                    );
                }
            }
        }
    }
    found
}

/// Whether somebody is there to be paid: a member of the audience who is here, or one in the team itself.
fn contends(state: &State, terms: &Terms, ranked: Ranked) -> bool {
    match ranked {
        Ranked::Member(id) => is_in_audience(state, &terms.audience, id),
        Ranked::Team(id) => state
            .members_in(id)
            .any(|member| is_in_audience(state, &terms.audience, member.id)),
    }
}

/// A prize of one member.
struct Winner {
    member: MemberId,
    rank: u32,
    value: i64,
    amount: i64,
    steps: Vec<Step>,
}

/// What each place gets, the first place first; a team's prize is divided among its own members who are here.
fn winners(state: &State, terms: &Terms, standings: &[Standing], prizes: &[i64]) -> Vec<Winner> {
    let values: Vec<i128> = standings.iter().map(|(value, ..)| value.0).collect();
    let ranks = competition_ranks(&values);
    let shares = pooled_prizes(&ranks, prizes);
    let mut winners = Vec::new();
    let mut place = 0;
    for group in ranks.chunk_by(|left, right| left == right) {
        let first = place;
        place += group.len();
        let pool: i64 = prizes.iter().skip(first).take(group.len()).sum();
        if pool == 0 && first >= prizes.len() {
            break;
        }
        let among = u32::try_from(group.len()).unwrap_or(u32::MAX);
        let rank = u32::try_from(group[0]).unwrap_or(u32::MAX);
        for at in first..place {
            let (Reverse(value), _, ranked) = standings[at];
            let value = i64::try_from(value).unwrap_or(i64::MAX);
            let result = shares[at];
            let step = Step::Prize {
                pool,
                among,
                result,
            };
            match ranked {
                Ranked::Member(member) => winners.push(Winner {
                    member,
                    rank,
                    value,
                    amount: result,
                    steps: vec![step],
                }),
                Ranked::Team(team) => {
                    let mut members: Vec<(Timestamp, MemberId)> = state
                        .members_in(team)
                        .filter(|member| is_in_audience(state, &terms.audience, member.id))
                        .map(|member| (member.created_at, member.id))
                        .collect();
                    members.sort_unstable();
                    let among = u32::try_from(members.len()).unwrap_or(u32::MAX);
                    let parts = equal_amounts(result, members.len());
                    for ((_, member), amount) in members.into_iter().zip(parts) {
                        let part = Step::Prize {
                            pool: result,
                            among,
                            result: amount,
                        };
                        winners.push(Winner {
                            member,
                            rank,
                            value,
                            amount,
                            steps: vec![step, part],
                        });
                    }
                }
            }
        }
    }
    winners.retain(|winner| winner.amount > 0);
    winners
}

fn pay_prize(books: &mut Books, cycle: &Cycle, winner: Winner) {
    let key = OnceKey::rank(winner.member, cycle.window);
    let cause = Cause::Rank {
        window: cycle.window,
        rank: winner.rank,
        value: winner.value,
    };
    pay(
        books,
        cycle,
        key,
        winner.member,
        cause,
        winner.amount,
        winner.steps,
    );
}

fn pay_attainment(
    books: &mut Books,
    cycle: &Cycle,
    member: MemberId,
    share: i128,
    tiers: &[AttainmentTier],
) {
    if let Some(payment) = attained(cycle.window, member, share, tiers) {
        let RankingPayment {
            cause,
            amount,
            steps,
            ..
        } = payment;
        let key = OnceKey::attainment(member, cycle.window);
        pay(books, cycle, key, member, cause, amount, steps);
    }
}

/// What a share of the own target pays; none below the lowest tier.
fn attained(
    window: Window,
    member: MemberId,
    share: i128,
    tiers: &[AttainmentTier],
) -> Option<RankingPayment> {
    let share_bp = u32::try_from(share.max(0)).unwrap_or(u32::MAX);
    let reached = tiers.iter().filter(|tier| tier.from_bp <= share_bp);
    let tier = reached.max_by_key(|tier| tier.from_bp)?;
    Some(RankingPayment {
        member,
        cause: Cause::Attainment { window, share_bp },
        amount: tier.amount,
        steps: vec![Step::Tier {
            from_bp: tier.from_bp,
            result: tier.amount,
        }],
    })
}

fn pay(
    books: &mut Books,
    cycle: &Cycle,
    key: OnceKey,
    member: MemberId,
    cause: Cause,
    amount: i64,
    steps: Vec<Step>,
) {
    if books.is_paid(cycle.scheme.id, key) {
        return;
    }
    let ground = books.ground(cycle.scheme, cycle.version);
    let verdict = settle_given(&ground, member, cause, amount, steps, books);
    let Some(verdict) = verdict else {
        return;
    };
    let id = books.grant(cycle.scheme, cycle.version, verdict);
    let reward = books.reward(id).cloned();
    if let Some(reward) = reward.filter(|reward| reward.state != RewardState::Unfunded) {
        books.tell(member, NoticeKind::RankingPaid, &reward, None);
    }
}

/// What a cycle pays somebody by rank or attainment.
pub(crate) struct RankingPayment {
    pub(crate) member: MemberId,
    pub(crate) cause: Cause,
    pub(crate) amount: i64,
    pub(crate) steps: Vec<Step>,
}

/// What terms would pay for a cycle as the standings are now, in the order it would be paid; for rehearsals.
pub(crate) fn payments(
    state: &State,
    unit: Unit,
    terms: &Terms,
    window: Window,
) -> Vec<RankingPayment> {
    let Rule::Ranking {
        by,
        contender,
        prizes,
        attainment,
        ..
    } = &terms.rule
    else {
        return Vec::new();
    };
    let standings = standings(state, unit, terms, window, *by, *contender);
    let prizes = winners(state, terms, &standings, prizes);
    let mut payments: Vec<RankingPayment> = prizes
        .into_iter()
        .map(|winner| RankingPayment {
            member: winner.member,
            cause: Cause::Rank {
                window,
                rank: winner.rank,
                value: winner.value,
            },
            amount: winner.amount,
            steps: winner.steps,
        })
        .collect();
    let RankedBy::TargetShare(metric, measure) = *by else {
        return payments;
    };
    if *contender != Contender::Member || attainment.is_empty() {
        return payments;
    }
    let in_audience = state
        .members()
        .filter(|member| is_in_audience(state, &terms.audience, member.id));
    for member in in_audience {
        let subject = GoalSubject::Member(member.id);
        let Some(target) = target(state, window, subject, metric, measure) else {
            continue;
        };
        let (count, amount) = member_sum(state, member.id, metric, &terms.pipelines, window);
        let value = match measure {
            Measure::Count => i128::from(count),
            Measure::Amount => amount,
        };
        let share = reached_bp(value, target);
        payments.extend(attained(window, member.id, share, attainment));
    }
    payments
}
