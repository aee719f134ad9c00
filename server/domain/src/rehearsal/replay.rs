//! Replays facts under terms: the same judgement as live grants, in the same order, with books of its own.

use std::collections::BTreeMap;

use super::books::{Entry, ScratchBooks, Standing};
use super::timeline::{Fills, Place, activities, ended_before_vesting, fills, scores};
use super::{ByMember, RehearsalQuery, ends_in, is_for_window};
use crate::activity::Activity;
use crate::completeness::score_bp;
use crate::cycle::{CycleUnit, Window, window_of};
use crate::decide::ranking_payments;
use crate::id::{SchemeId, ScoreEntryId};
use crate::reward::{Cause, Reward, RewardEnd, RewardState};
use crate::rules::{Fact, Ground, Verdict, judge, settle_given, task_window};
use crate::scheme::{ActivityTrigger, Rule, TaskPeriod};
use crate::score::{ScoreEntry, ScoreSubject};
use crate::state::{OnceKey, State};
use crate::time::Timestamp;

/// What happens at a moment.
enum Moment<'a> {
    /// A commit scored.
    Scores(Vec<&'a ScoreEntry>),
    /// An activity was recorded.
    Activity(&'a Activity),
    /// Fields were filled in.
    Fills(Fills),
    /// A cycle of a ranking ended.
    CycleEnd(Window),
    /// A reward was taken back: one of before the window, or one whose opportunity ended before it vested.
    TakenBack(usize),
    /// Somebody took such a reward back by hand.
    ByHand(Cause, crate::id::MemberId),
}

struct Replay<'a> {
    state: &'a State,
    query: &'a RehearsalQuery<'a>,
    books: ScratchBooks,
    moments: BTreeMap<Place, Moment<'a>>,
    /// Rewards an entry took back, which come back when it is taken back itself.
    taken_by: BTreeMap<ScoreEntryId, Vec<usize>>,
    from: Timestamp,
    to: Timestamp,
    /// What is dated before pays nothing: the scheme did not exist.
    first: Timestamp,
    turn: u64,
}

/// Who would have been paid what, and what would be left of the budget.
pub(super) fn replay(state: &State, query: &RehearsalQuery) -> (ByMember, Option<i128>) {
    let (from, to) = query.window.instants(&state.zone());
    let scheme = query.scheme.and_then(|id| state.scheme(id));
    let published = scheme.and_then(|scheme| scheme.versions.first());
    let mut replay = Replay {
        state,
        query,
        books: ScratchBooks::new(query.terms.budget),
        moments: BTreeMap::new(),
        taken_by: BTreeMap::new(),
        from,
        to: to.min(query.now.plus_micros(1)),
        first: published.map_or(from, |version| version.effective_at.min(from)),
        turn: 0,
    };
    replay.bring_what_was();
    replay.gather();
    while let Some((place, moment)) = replay.moments.pop_first() {
        replay.live(place.at, moment);
    }
    let mut members = ByMember::new();
    for entry in replay.books.entries.iter().filter(|entry| entry.told) {
        let own = members.entry(entry.member).or_default();
        match entry.standing {
            Standing::Stands => {
                own.rewards += 1;
                own.amount += i128::from(entry.amount);
            }
            Standing::Unfunded => own.unfunded += i128::from(entry.amount),
            Standing::TakenBack => {}
        }
    }
    members.retain(|_, own| own.rewards > 0 || own.unfunded > 0);
    (members, replay.books.fund_left())
}

impl<'a> Replay<'a> {
    fn turn(&mut self) -> u64 {
        self.turn += 1;
        self.turn
    }

    /// What the scheme had really paid before the window, and what was taken back by hand.
    fn bring_what_was(&mut self) {
        let Some(scheme) = self.query.scheme else {
            return;
        };
        let state = self.state;
        for reward in state.rewards_under(scheme) {
            let is_over = reward.state == RewardState::Reversed;
            let ended = reward.ended_at.filter(|_| is_over);
            let by_hand = matches!(reward.end, Some(RewardEnd::ClawedBack | RewardEnd::Refused));
            if is_for_window(state, self.query, reward) {
                if let Some(at) = ended.filter(|_| by_hand) {
                    let place = Place::before(at, reward.revision, self.turn());
                    let cause = comparable(reward.cause.clone());
                    self.moments
                        .insert(place, Moment::ByHand(cause, reward.member));
                }
                continue;
            }
            if !self.is_from_before(reward) || ended.is_some_and(|at| at < self.from) {
                continue;
            }
            let kept = self.books.bring(state, reward);
            if let Some(at) = ended {
                let place = Place::before(at, reward.revision, self.turn());
                self.moments.insert(place, Moment::TakenBack(kept));
            }
        }
    }

    /// Whether a real reward is for what happened before the window. The cycle that ended as the window began is paid at that
    /// instant or, where the server was down, after it.
    fn is_from_before(&self, reward: &Reward) -> bool {
        match &reward.cause {
            Cause::Rank { window, .. } | Cause::Attainment { window, .. } => {
                window.end <= self.query.window.start
            }
            _ => reward.granted_at < self.from,
        }
    }

    /// The facts the rule is about.
    fn gather(&mut self) {
        let state = self.state;
        match &self.query.terms.rule {
            Rule::Activity {
                on: ActivityTrigger::Completed(_),
                ..
            } => {
                let all = activities(state).map(|(place, row)| (place, Moment::Activity(row)));
                self.moments.extend(all);
            }
            Rule::Opportunity { .. } | Rule::Task { .. } | Rule::Activity { .. } => {
                let all = scores(state, self.since()).into_iter();
                self.moments
                    .extend(all.map(|(place, entries)| (place, Moment::Scores(entries))));
            }
            Rule::CustomerData { .. } => {
                for ((place, _), fills) in fills(state) {
                    self.moments.insert(place, Moment::Fills(fills));
                }
            }
            Rule::Ranking { unit, .. } => {
                for cycle in cycles(*unit, self.query.window) {
                    let at = state.zone().start_of(cycle.end);
                    if at <= self.query.now {
                        let place = Place::last(at, self.turn());
                        self.moments.insert(place, Moment::CycleEnd(cycle));
                    }
                }
            }
            Rule::Split { .. } | Rule::Grant { .. } => {}
        }
    }

    /// Since when scores matter: a task's value is a sum over its whole cycle.
    fn since(&self) -> Timestamp {
        let day = self.query.window.start;
        let cycle = match self.query.terms.rule {
            Rule::Task { period, .. } => match period {
                TaskPeriod::Each(unit) => window_of(unit, day),
                TaskPeriod::Once(window) => window,
            },
            _ => return self.from,
        };
        self.state.zone().start_of(cycle.start).min(self.from)
    }

    fn live(&mut self, at: Timestamp, moment: Moment<'a>) {
        match moment {
            Moment::Scores(entries) => self.live_commit(at, &entries),
            Moment::Activity(row) => self.pay(at, &Fact::Activity(row)),
            Moment::Fills(fills) => self.live_fills(at, &fills),
            Moment::CycleEnd(cycle) => self.close(at, cycle),
            Moment::TakenBack(place) => drop(self.books.take_back(place)),
            Moment::ByHand(cause, member) => {
                let is_it = |entry: &Entry| {
                    let same = comparable(entry.cause.clone()) == cause;
                    same && entry.member == member && entry.standing != Standing::TakenBack
                };
                if let Some(place) = self.books.entries.iter().rposition(is_it) {
                    self.books.take_back(place);
                }
            }
        }
    }

    /// As a commit does: count, take back, bring back, pay.
    fn live_commit(&mut self, at: Timestamp, entries: &[&'a ScoreEntry]) {
        for entry in entries.iter().filter(|entry| entry.credited()) {
            if let Some(window) = self.task_of(entry) {
                self.books.score(entry, window);
            }
        }
        for entry in entries {
            let Some(reversed) = entry.reverses else {
                continue;
            };
            let mut taken = Vec::new();
            for place in self.books.of_score(reversed) {
                if self.books.take_back(place) {
                    taken.push(place);
                }
            }
            self.taken_by.insert(entry.id, taken);
        }
        let lowers = |entry: &&&ScoreEntry| {
            let lowers = entry.count < 0 || entry.amount_minor < 0;
            lowers && entry.credited() && entry.reverses.is_some()
        };
        for entry in entries.iter().filter(lowers) {
            self.miss(entry);
        }
        for entry in entries {
            let undone = entry.reverses.and_then(|id| self.taken_by.remove(&id));
            for place in undone.unwrap_or_default() {
                self.bring_back(at, place);
            }
        }
        for entry in entries {
            if entry.at < self.first {
                continue;
            }
            match (&self.query.terms.rule, entry.subject) {
                (Rule::Activity { .. }, ScoreSubject::Activity(id)) => {
                    if let Some(activity) = self.state.activity(id) {
                        self.pay(at, &Fact::CheckIn(entry, activity));
                    }
                }
                _ => self.pay(at, &Fact::Score(entry)),
            }
        }
    }

    /// The days of a task that an entry counts in.
    fn task_of(&self, entry: &ScoreEntry) -> Option<Window> {
        let Rule::Task { metric, period, .. } = &self.query.terms.rule else {
            return None;
        };
        let pipelines = &self.query.terms.pipelines;
        let within =
            pipelines.is_empty() || entry.pipeline.is_some_and(|id| pipelines.contains(&id));
        let day = self.state.zone().date_of(entry.at);
        task_window(*period, day).filter(|_| entry.metric == *metric && within)
    }

    /// Takes the reward of a task back whose target is no longer reached.
    fn miss(&mut self, entry: &ScoreEntry) {
        let Rule::Task {
            measure, target, ..
        } = self.query.terms.rule
        else {
            return;
        };
        let (Some(member), Some(window)) = (entry.member, self.task_of(entry)) else {
            return;
        };
        let value = self.books.value_of(member, measure, window);
        let given = self.books.given_once(OnceKey::task(member, window));
        if let Some(place) = given.filter(|_| value < i128::from(target)) {
            self.books.take_back(place);
        }
    }

    fn bring_back(&mut self, at: Timestamp, place: usize) {
        let Some(entry) = self.books.entries.get(place).cloned() else {
            return;
        };
        let ground = self.ground(at);
        let given = settle_given(
            &ground,
            entry.member,
            entry.cause,
            entry.amount,
            Vec::new(),
            &self.books,
        );
        if let Some(verdict) = given {
            let again = self.books.grant(self.state, &verdict, at);
            self.books.entries[again].told = entry.told;
        }
    }

    fn live_fills(&mut self, at: Timestamp, fills: &Fills) {
        let Some(member) = fills.member else {
            return;
        };
        let customer = fills.customer;
        self.pay(
            at,
            &Fact::CustomerFields {
                customer,
                fields: &fills.fields,
                member,
            },
        );
        self.pay(
            at,
            &Fact::CustomerComplete {
                customer,
                before_bp: score_bp(fills.before),
                after_bp: score_bp(fills.after),
                member,
            },
        );
    }

    fn ground(&self, at: Timestamp) -> Ground<'a> {
        Ground {
            state: self.state,
            scheme: self.query.scheme.unwrap_or(SchemeId(0)),
            unit: self.query.unit,
            terms: self.query.terms,
            bounded: self.query.terms.budget.is_some(),
            now: at,
        }
    }

    /// Pays a fact of the window.
    fn pay(&mut self, at: Timestamp, fact: &Fact) {
        if !(self.from..self.to).contains(&at) || at < self.first {
            return;
        }
        if let Some(verdict) = judge(&self.ground(at), fact, &self.books) {
            self.grant(at, &verdict);
        }
    }

    fn grant(&mut self, at: Timestamp, verdict: &Verdict) {
        let place = self.books.grant(self.state, verdict, at);
        if let Some(until) = verdict.vests_at
            && let Some(opportunity) = verdict.cause.opportunity()
            && let Some(ended) = ended_before_vesting(self.state, opportunity, at, until)
        {
            let moment = Place::last(ended, self.turn());
            self.moments.insert(moment, Moment::TakenBack(place));
        }
    }

    fn close(&mut self, at: Timestamp, cycle: Window) {
        let (unit, terms) = (self.query.unit, self.query.terms);
        for payment in ranking_payments(self.state, unit, terms, cycle) {
            let verdict = settle_given(
                &self.ground(at),
                payment.member,
                payment.cause,
                payment.amount,
                payment.steps,
                &self.books,
            );
            if let Some(verdict) = verdict {
                self.grant(at, &verdict);
            }
        }
    }
}

/// The cycles of a unit that end in a window, or with it.
fn cycles(unit: CycleUnit, window: Window) -> Vec<Window> {
    let mut found = Vec::new();
    let mut cycle = window_of(unit, window.start);
    while cycle.start < window.end {
        if ends_in(window, cycle) {
            found.push(cycle);
        }
        let next = window_of(unit, cycle.end);
        if next.start <= cycle.start {
            break;
        }
        cycle = next;
    }
    found
}

/// A cause without what other terms may reckon differently.
fn comparable(cause: Cause) -> Cause {
    match cause {
        Cause::Task { window, .. } => Cause::Task { window, value: 0 },
        Cause::Rank { window, .. } => Cause::Rank {
            window,
            rank: 0,
            value: 0,
        },
        Cause::Attainment { window, .. } => Cause::Attainment {
            window,
            share_bp: 0,
        },
        Cause::CustomerComplete { customer, .. } => Cause::CustomerComplete {
            customer,
            completeness_bp: 0,
        },
        other => other,
    }
}
