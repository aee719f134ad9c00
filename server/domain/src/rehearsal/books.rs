//! The books of a rehearsal: what the replay has paid so far, and what the scheme had paid before it.

use std::collections::{BTreeMap, BTreeSet};

use crate::cycle::Window;
use crate::goal::Measure;
use crate::id::{MemberId, PipelineId, SchemeId, ScoreEntryId};
use crate::reward::{Cause, Reward, RewardState};
use crate::rules::{Book, Verdict};
use crate::scheme::Unit;
use crate::score::{Metric, ScoreEntry};
use crate::state::{OnceKey, State};
use crate::time::{Date, Timestamp};

/// How a rehearsed reward stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Stands,
    Unfunded,
    TakenBack,
}

/// A rehearsed reward, or one that was really granted before the window.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) member: MemberId,
    pub(super) amount: i64,
    pub(super) cause: Cause,
    pub(super) standing: Standing,
    /// Whether it is of the window: what was before is not told of.
    pub(super) told: bool,
    day: Date,
    activity_at: Option<Timestamp>,
}

/// What is reckoned with.
#[derive(Debug, Default)]
pub(super) struct ScratchBooks {
    pub(super) entries: Vec<Entry>,
    by_score: BTreeMap<ScoreEntryId, Vec<usize>>,
    once: BTreeMap<OnceKey, usize>,
    earned: BTreeMap<(MemberId, Date), i128>,
    activities: BTreeSet<(MemberId, Timestamp, usize)>,
    values: BTreeMap<(MemberId, Window), (i64, i128)>,
    /// What stands of all that was paid.
    issued: i128,
    budget: Option<i64>,
}

fn once_key(member: MemberId, cause: &Cause) -> Option<OnceKey> {
    match cause {
        Cause::Task { window, .. } => Some(OnceKey::task(member, *window)),
        Cause::Rank { window, .. } => Some(OnceKey::rank(member, *window)),
        Cause::Attainment { window, .. } => Some(OnceKey::attainment(member, *window)),
        Cause::CustomerComplete { customer, .. } => Some(OnceKey::Complete(*customer)),
        _ => None,
    }
}

impl ScratchBooks {
    pub(super) fn new(budget: Option<i64>) -> Self {
        Self {
            budget,
            ..Self::default()
        }
    }

    /// What is left of the budget.
    pub(super) fn fund_left(&self) -> Option<i128> {
        Some(i128::from(self.budget?) - self.issued)
    }

    /// Writes what a judgement came to; its place.
    pub(super) fn grant(&mut self, state: &State, verdict: &Verdict, now: Timestamp) -> usize {
        let standing = match verdict.unfunded {
            None => Standing::Stands,
            Some(_) => Standing::Unfunded,
        };
        let cause = verdict.cause.clone();
        let day = state.zone().date_of(now);
        self.write(
            state,
            verdict.member,
            verdict.amount,
            cause,
            standing,
            day,
            true,
        )
    }

    /// Writes a reward that was really granted before the window, as it stood then.
    pub(super) fn bring(&mut self, state: &State, reward: &Reward) -> usize {
        let is_unfunded = reward.state == RewardState::Unfunded;
        let standing = if is_unfunded {
            Standing::Unfunded
        } else {
            Standing::Stands
        };
        let day = state.zone().date_of(reward.granted_at);
        let (member, amount, cause) = (reward.member, reward.amount, reward.cause.clone());
        self.write(state, member, amount, cause, standing, day, false)
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of what is written")]
    fn write(
        &mut self,
        state: &State,
        member: MemberId,
        amount: i64,
        cause: Cause,
        standing: Standing,
        day: Date,
        told: bool,
    ) -> usize {
        let place = self.entries.len();
        let activity_at = match cause {
            Cause::Activity { activity, .. } => state.activity(activity).map(|row| row.occurred_at),
            _ => None,
        };
        if let Cause::Score { entry, .. } = cause {
            self.by_score.entry(entry).or_default().push(place);
        }
        if let Some(key) = once_key(member, &cause) {
            self.once.insert(key, place);
        }
        self.entries.push(Entry {
            member,
            amount,
            cause,
            standing,
            told,
            day,
            activity_at,
        });
        self.count(place, 1);
        place
    }

    /// Takes a reward back; whether it had not been before.
    pub(super) fn take_back(&mut self, place: usize) -> bool {
        let Some(entry) = self.entries.get(place) else {
            return false;
        };
        if entry.standing == Standing::TakenBack {
            return false;
        }
        if let Some(key) = once_key(entry.member, &entry.cause)
            && self.once.get(&key) == Some(&place)
        {
            self.once.remove(&key);
        }
        self.count(place, -1);
        self.entries[place].standing = Standing::TakenBack;
        true
    }

    fn count(&mut self, place: usize, sign: i128) {
        let entry = &self.entries[place];
        if entry.standing != Standing::Stands {
            return;
        }
        let amount = i128::from(entry.amount) * sign;
        *self.earned.entry((entry.member, entry.day)).or_default() += amount;
        self.issued += amount;
        if let Some(at) = entry.activity_at {
            let key = (entry.member, at, place);
            if sign > 0 {
                self.activities.insert(key);
            } else {
                self.activities.remove(&key);
            }
        }
    }

    /// The rewards a score entry caused.
    pub(super) fn of_score(&self, entry: ScoreEntryId) -> Vec<usize> {
        self.by_score.get(&entry).cloned().unwrap_or_default()
    }

    /// The reward given once for this, if it is.
    pub(super) fn given_once(&self, key: OnceKey) -> Option<usize> {
        self.once.get(&key).copied()
    }

    /// Counts an entry for the value of its member in some days.
    pub(super) fn score(&mut self, entry: &ScoreEntry, window: Window) {
        if let Some(member) = entry.member {
            let value = self.values.entry((member, window)).or_default();
            value.0 += i64::from(entry.count);
            value.1 += i128::from(entry.amount_minor);
        }
    }

    /// The value of a member in some days.
    pub(super) fn value_of(&self, member: MemberId, measure: Measure, window: Window) -> i128 {
        let value = self.values.get(&(member, window));
        let (count, amount) = value.copied().unwrap_or_default();
        match measure {
            Measure::Count => i128::from(count),
            Measure::Amount => amount,
        }
    }
}

impl Book for ScratchBooks {
    fn earned(&self, _: SchemeId, member: MemberId, window: Window) -> i128 {
        let days = (member, window.start)..(member, window.end);
        self.earned.range(days).map(|(_, amount)| amount).sum()
    }

    fn rewarded_activities(
        &self,
        _: SchemeId,
        member: MemberId,
        from: Timestamp,
        to: Timestamp,
    ) -> usize {
        let range = (member, from, 0)..=(member, to, usize::MAX);
        self.activities.range(range).count()
    }

    fn value(
        &self,
        member: MemberId,
        _: Metric,
        measure: Measure,
        _: &[PipelineId],
        window: Window,
    ) -> i128 {
        self.value_of(member, measure, window)
    }

    fn is_paid(&self, _: SchemeId, key: OnceKey) -> bool {
        self.once.contains_key(&key)
    }

    fn fund(&self, _: SchemeId, _: Unit) -> i128 {
        self.fund_left().unwrap_or_default()
    }
}
