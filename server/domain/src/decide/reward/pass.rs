//! Rewards what a commit's facts earn, and takes back what they take back: a pure pass over the facts (DOMAIN.md §6).

use std::collections::BTreeSet;

use super::books::{Books, is_vesting};
use crate::activity::Activity;
use crate::cycle::Window;
use crate::decide::Context;
use crate::event::Event;
use crate::id::{ActivityId, MemberId, OpportunityId, RewardId, SchemeId};
use crate::limits::MAX_COMMIT_REWARDS;
use crate::notice::NoticeKind;
use crate::opportunity::Direction;
use crate::reward::{Reward, RewardEnd, RewardState};
use crate::rules::{Book, Fact, judge, task_window};
use crate::scheme::{Rule, Scheme, SchemeVersion, System};
use crate::score::{Metric, ScoreEntry, ScoreKind, ScoreSubject};
use crate::state::{OnceKey, State};
use crate::time::{Date, Timestamp};

/// Adds the rewards of the facts of a commit. Where no scheme was ever published it looks at nothing.
pub(in crate::decide) fn grant_for(state: &State, context: &Context, events: &mut Vec<Event>) {
    if state.has_no_incentives() {
        return;
    }
    let facts = Facts::of(state, context, events);
    if facts.is_empty() {
        return;
    }
    let mut books = Books::new(state, context, events);
    books.scores = facts
        .scores
        .iter()
        .filter(|entry| entry.credited())
        .cloned()
        .collect();
    take_back(&mut books, &facts);
    bring_back(&mut books, &facts);
    end_vesting(&mut books, &facts);
    pay(&mut books, &facts);
    books.finish();
}

/// What of a commit can earn or take back, in order.
#[derive(Default)]
struct Facts {
    scores: Vec<ScoreEntry>,
    activities: Vec<Activity>,
    customers: Vec<super::data::CustomerFacts>,
    /// Opportunities that were lost or archived.
    ended: Vec<(OpportunityId, RewardEnd)>,
    /// Opportunities whose last move was undone.
    undone: Vec<OpportunityId>,
}

impl Facts {
    fn of(state: &State, context: &Context, events: &[Event]) -> Self {
        let mut facts = Self::default();
        for event in events {
            match event {
                Event::ScoreRecorded { entry } => facts.scores.push(entry.clone()),
                Event::ActivityLogged { activity } => facts.activities.push(activity.clone()),
                Event::OpportunityLost { movement } => {
                    let ended = (movement.opportunity, RewardEnd::OpportunityLost);
                    facts.ended.push(ended);
                }
                Event::OpportunityArchived { opportunity, .. } => {
                    let ended = (*opportunity, RewardEnd::OpportunityArchived);
                    facts.ended.push(ended);
                }
                Event::OpportunityMoveUndone {
                    opportunity,
                    undone,
                    ..
                } if matches!(undone.direction, Direction::Lost | Direction::Reopened) => {
                    facts.undone.push(*opportunity);
                }
                _ => {}
            }
        }
        facts.customers = super::data::customers(state, context, events);
        facts
    }

    fn is_empty(&self) -> bool {
        self.scores.is_empty()
            && self.activities.is_empty()
            && self.customers.is_empty()
            && self.ended.is_empty()
            && self.undone.is_empty()
    }

    fn activity(&self, id: ActivityId) -> Option<&Activity> {
        self.activities.iter().find(|activity| activity.id == id)
    }
}

/// Rewards whose cause is taken back, and tasks whose value falls below the target.
fn take_back(books: &mut Books, facts: &Facts) {
    let state = books.state;
    for reversed in facts.scores.iter().filter_map(|entry| entry.reverses) {
        let rewards: Vec<RewardId> = state
            .rewards_for_entry(reversed)
            .map(|reward| reward.id)
            .collect();
        for reward in rewards {
            books.reverse(reward, RewardEnd::FactTakenBack, None);
        }
    }
    let lowered = |entry: &&ScoreEntry| {
        entry.credited() && entry.reverses.is_some() && (entry.count < 0 || entry.amount_minor < 0)
    };
    let mut seen: BTreeSet<(SchemeId, MemberId, (Date, Date))> = BTreeSet::new();
    for entry in facts.scores.iter().filter(lowered) {
        let Some(member) = entry.member else {
            continue;
        };
        let day = state.zone().date_of(entry.at);
        for scheme in state.schemes() {
            for version in &scheme.versions {
                let Rule::Task { metric, period, .. } = version.terms.rule else {
                    continue;
                };
                let window = task_window(period, day).filter(|_| metric == entry.metric);
                let Some(window) = window else {
                    continue;
                };
                if seen.insert((scheme.id, member, (window.start, window.end))) {
                    miss(books, scheme, member, window);
                }
            }
        }
    }
}

/// Takes a task's reward back where its target is no longer reached.
fn miss(books: &mut Books, scheme: &Scheme, member: MemberId, window: Window) {
    let key = OnceKey::task(member, window);
    let Some(reward) = books.state.given_once(scheme.id, key) else {
        return;
    };
    let Some(version) = scheme.version(reward.version) else {
        return;
    };
    if let Rule::Task {
        metric,
        measure,
        target,
        ..
    } = version.terms.rule
    {
        let pipelines = &version.terms.pipelines;
        let value = books.value(member, metric, measure, pipelines, window);
        if value < i128::from(target) {
            books.reverse(reward.id, RewardEnd::TargetMissed, None);
        }
    }
}

/// Rewards that a move took back which was now undone itself.
fn bring_back(books: &mut Books, facts: &Facts) {
    let state = books.state;
    for id in &facts.undone {
        let Some(undo) = state.opportunity(*id).and_then(|row| row.undo.as_ref()) else {
            continue;
        };
        let by_the_move = |reward: &&std::sync::Arc<Reward>| {
            reward.revision == undo.revision
                && reward.state == RewardState::Reversed
                && matches!(
                    reward.end,
                    Some(RewardEnd::FactTakenBack | RewardEnd::OpportunityLost)
                )
        };
        for reward in state.rewards_about(*id).filter(by_the_move) {
            books.bring_back(reward);
        }
    }
}

/// Rewards for creating: vested by the first forward move, taken back when the opportunity ends before.
fn end_vesting(books: &mut Books, facts: &Facts) {
    let state = books.state;
    let vesting = |opportunity| -> Vec<RewardId> {
        let rewards = state.rewards_about(opportunity);
        let vesting = rewards.filter(|reward| is_vesting(reward));
        vesting.map(|reward| reward.id).collect()
    };
    for (opportunity, end) in &facts.ended {
        for reward in vesting(*opportunity) {
            books.reverse(reward, *end, None);
        }
    }
    let moved = facts.scores.iter().filter(|entry| {
        entry.metric == Metric::Flow && entry.credited() && entry.kind == ScoreKind::Fact
    });
    for opportunity in moved.filter_map(ScoreEntry::opportunity) {
        for reward in vesting(opportunity) {
            let is_open = books
                .reward(reward)
                .is_some_and(|row| row.state != RewardState::Reversed);
            if is_open {
                books.vest(reward);
            }
        }
    }
}

/// What the facts earn, fact by fact, scheme by scheme.
fn pay(books: &mut Books, facts: &Facts) {
    for entry in &facts.scores {
        pay_for(books, System::Opportunity, &Fact::Score(entry));
        pay_for(books, System::Task, &Fact::Score(entry));
        if let ScoreSubject::Activity(id) = entry.subject
            && let Some(activity) = facts.activity(id)
        {
            pay_for(books, System::Activity, &Fact::CheckIn(entry, activity));
        }
    }
    for activity in &facts.activities {
        pay_for(books, System::Activity, &Fact::Activity(activity));
    }
    for customer in &facts.customers {
        for fact in customer.facts() {
            pay_for(books, System::CustomerData, &fact);
        }
    }
}

fn pay_for(books: &mut Books, system: System, fact: &Fact) {
    let state = books.state;
    for scheme in state.published_schemes(system) {
        if books.granted() >= MAX_COMMIT_REWARDS {
            return;
        }
        let Some(version) = version_for(scheme, fact, books.now) else {
            continue;
        };
        let ground = books.ground(scheme, version);
        let Some(verdict) = judge(&ground, fact, books) else {
            continue;
        };
        let id = books.grant(scheme, version, verdict);
        let reached = books.reward(id).cloned().filter(|reward| {
            reward.system == System::Task && reward.state != RewardState::Unfunded
        });
        if let Some(reward) = reached {
            books.tell(reward.member, NoticeKind::TaskReached, &reward, None);
        }
    }
}

/// The version a fact is judged under: the one in force now, or at the fact's own time where that is later. What is dated
/// before the scheme's first version is not paid.
fn version_for<'a>(scheme: &'a Scheme, fact: &Fact, now: Timestamp) -> Option<&'a SchemeVersion> {
    let at = fact.at().unwrap_or(now);
    let first = scheme.versions.first()?;
    if at < first.effective_at {
        return None;
    }
    scheme.version_at(now.max(at))
}
