//! The books of one commit: what it has written of rewards, packets and the ledger, beside the state (DOMAIN.md §6).
//!
//! Events are not applied while a commit is judged, so what this commit has written so far is kept here beside the state:
//! caps, funds and what was paid once are looked up in both.

use std::collections::BTreeMap;

use crate::cycle::Window;
use crate::decide::Context;
use crate::event::Event;
use crate::goal::Measure;
use crate::id::{
    LedgerTransactionId, MemberId, PacketId, PayoutId, PipelineId, RewardId, SchemeId, TeamId,
};
use crate::ledger::{Account, LedgerTransaction, Posting, Purpose};
use crate::metric::member_sum;
use crate::packet::Packet;
use crate::reward::{Cause, Reward, RewardState};
use crate::rules::{Book, Ground};
use crate::scheme::{Scheme, SchemeVersion, Unit};
use crate::score::{Metric, ScoreEntry};
use crate::state::{OnceKey, State, stands};
use crate::time::Timestamp;

use super::split::Sharing;
use super::told::Told;

/// Books in the making.
pub(in crate::decide) struct Books<'a> {
    pub(in crate::decide) state: &'a State,
    pub(in crate::decide) now: Timestamp,
    pub(in crate::decide) actor: Option<MemberId>,
    pub(in crate::decide) events: &'a mut Vec<Event>,
    /// Credited entries of this commit: not in the kept totals yet.
    pub(in crate::decide) scores: Vec<ScoreEntry>,
    pub(super) next_reward: u64,
    pub(super) next_transaction: u64,
    pub(super) next_packet: u64,
    pub(super) rewards: BTreeMap<RewardId, Reward>,
    pub(super) packets: BTreeMap<PacketId, Packet>,
    moved: BTreeMap<(Account, Unit), i128>,
    pub(super) sharing: Sharing,
    pub(super) told: Told,
}

/// A transaction before it has an id.
pub(in crate::decide) struct Draft {
    pub(in crate::decide) purpose: Purpose,
    pub(in crate::decide) unit: Unit,
    pub(in crate::decide) scheme: Option<(SchemeId, u32)>,
    pub(in crate::decide) reward: Option<RewardId>,
    pub(in crate::decide) packet: Option<PacketId>,
    pub(in crate::decide) payout: Option<PayoutId>,
    pub(in crate::decide) member: Option<MemberId>,
    pub(in crate::decide) postings: Vec<Posting>,
}

impl Draft {
    pub(super) fn of(purpose: Purpose, reward: &Reward, postings: Vec<Posting>) -> Self {
        Self {
            purpose,
            unit: reward.unit,
            scheme: Some((reward.scheme, reward.version)),
            reward: Some(reward.id),
            packet: None,
            payout: None,
            member: Some(reward.member),
            postings,
        }
    }
}

/// From one account to another.
pub(in crate::decide) fn transfer(from: Account, to: Account, amount: i64) -> Vec<Posting> {
    let posting = |account, amount| Posting { account, amount };
    vec![posting(from, -amount), posting(to, amount)]
}

impl<'a> Books<'a> {
    /// For one commit: there is never a second one of the same commit.
    pub(in crate::decide) fn new(
        state: &'a State,
        context: &Context,
        events: &'a mut Vec<Event>,
    ) -> Self {
        Self {
            state,
            now: context.now,
            actor: context
                .actor
                .member
                .filter(|id| state.member(*id).is_some()),
            events,
            scores: Vec::new(),
            next_reward: state.next_reward().0,
            next_transaction: state.next_ledger_transaction().0,
            next_packet: state.next_packet().0,
            rewards: BTreeMap::new(),
            packets: BTreeMap::new(),
            moved: BTreeMap::new(),
            sharing: Sharing::default(),
            told: Told::default(),
        }
    }

    /// The same at an instant, for what time alone brings about.
    pub(in crate::decide) fn by_time(
        state: &'a State,
        now: Timestamp,
        events: &'a mut Vec<Event>,
    ) -> Self {
        let nobody = Context {
            now,
            actor: crate::decide::Actor {
                member: None,
                label: String::new(),
            },
        };
        Self::new(state, &nobody, events)
    }

    /// A reward as it is after what was written so far.
    pub(in crate::decide) fn reward(&self, id: RewardId) -> Option<&Reward> {
        let kept = || self.state.reward(id).map(|reward| &**reward);
        self.rewards.get(&id).or_else(kept)
    }

    /// A packet as it is after what was written so far.
    pub(super) fn packet(&self, id: PacketId) -> Option<&Packet> {
        let kept = || self.state.packet(id).map(|packet| &**packet);
        self.packets.get(&id).or_else(kept)
    }

    /// How many rewards this commit has granted.
    pub(in crate::decide) fn granted(&self) -> usize {
        let first = self.state.next_reward().0;
        usize::try_from(self.next_reward - first).unwrap_or(usize::MAX)
    }

    /// What a rule is judged by, under a version of a scheme.
    pub(in crate::decide) fn ground<'b>(
        &self,
        scheme: &'b Scheme,
        version: &'b SchemeVersion,
    ) -> Ground<'b>
    where
        'a: 'b,
    {
        let newest = scheme.versions.last().unwrap_or(version);
        Ground {
            state: self.state,
            scheme: scheme.id,
            unit: scheme.unit,
            terms: &version.terms,
            bounded: newest.terms.budget.is_some(),
            now: self.now,
        }
    }

    /// Writes a transaction: its id and time are given here.
    pub(in crate::decide) fn post(&mut self, draft: Draft) {
        for posting in &draft.postings {
            let moved = self.moved.entry((posting.account, draft.unit)).or_default();
            *moved += i128::from(posting.amount);
        }
        let team_of = |member: MemberId| self.state.member(member).and_then(|row| row.team);
        let transaction = LedgerTransaction {
            id: LedgerTransactionId(self.next_transaction),
            purpose: draft.purpose,
            unit: draft.unit,
            scheme: draft.scheme.map(|(scheme, _)| scheme),
            version: draft.scheme.map(|(_, version)| version),
            reward: draft.reward,
            packet: draft.packet,
            payout: draft.payout,
            member: draft.member,
            team: draft.member.and_then(team_of),
            postings: draft.postings,
            at: self.now,
            revision: 0,
        };
        self.next_transaction += 1;
        self.events.push(Event::LedgerPosted { transaction });
    }

    /// Sets, raises, lowers or gives back a budget: Issuer → Fund; a negative amount goes back.
    pub(in crate::decide) fn post_budget(
        &mut self,
        scheme: SchemeId,
        unit: Unit,
        version: u32,
        amount: i64,
    ) {
        if amount == 0 {
            return;
        }
        self.post(Draft {
            purpose: Purpose::Budget,
            unit,
            scheme: Some((scheme, version)),
            reward: None,
            packet: None,
            payout: None,
            member: None,
            postings: transfer(Account::Issuer, Account::Fund(scheme), amount),
        });
    }

    /// Rewards written by this commit that differ from the state, with what they were.
    fn changed(&self, scheme: SchemeId) -> impl Iterator<Item = (&Reward, Option<&Reward>)> {
        let of_scheme = self.rewards.values();
        of_scheme
            .filter(move |reward| reward.scheme == scheme)
            .map(|reward| (reward, self.state.reward(reward.id).map(|row| &**row)))
    }
}

/// The account that holds the earner's own part of a reward; none where nothing was posted or all was taken back.
pub(in crate::decide) const fn account_of(reward: &Reward) -> Option<Account> {
    match reward.state {
        RewardState::Pending => Some(Account::Pending(reward.member)),
        RewardState::Claimable => Some(Account::Claimable(reward.member)),
        RewardState::Claimed => Some(Account::Wallet(reward.member)),
        RewardState::Expired => Some(Account::Expired(reward.scheme)),
        RewardState::Reversed | RewardState::Unfunded => None,
    }
}

impl Book for Books<'_> {
    fn earned(&self, scheme: SchemeId, member: MemberId, window: Window) -> i128 {
        let zone = self.state.zone();
        let mut sum = self.state.earned_under(scheme, member, window);
        for (after, before) in self.changed(scheme) {
            if after.member == member && window.contains(zone.date_of(after.granted_at)) {
                let counted = |reward: &Reward| {
                    if stands(reward) {
                        i128::from(reward.amount)
                    } else {
                        0
                    }
                };
                sum += counted(after) - before.map_or(0, counted);
            }
        }
        sum
    }

    fn rewarded_activities(
        &self,
        scheme: SchemeId,
        member: MemberId,
        from: Timestamp,
        to: Timestamp,
    ) -> usize {
        // A commit records one activity: nothing it has written is about another one.
        self.state
            .rewarded_activities(scheme, member, from, to)
            .count()
    }

    fn value(
        &self,
        member: MemberId,
        metric: Metric,
        measure: Measure,
        pipelines: &[PipelineId],
        window: Window,
    ) -> i128 {
        let (count, amount) = member_sum(self.state, member, metric, pipelines, window);
        let zone = self.state.zone();
        let mut value = match measure {
            Measure::Count => i128::from(count),
            Measure::Amount => amount,
        };
        for entry in &self.scores {
            let fits = entry.member == Some(member)
                && entry.metric == metric
                && (pipelines.is_empty()
                    || entry.pipeline.is_some_and(|id| pipelines.contains(&id)))
                && window.contains(zone.date_of(entry.at));
            if fits {
                value += match measure {
                    Measure::Count => i128::from(entry.count),
                    Measure::Amount => i128::from(entry.amount_minor),
                };
            }
        }
        value
    }

    fn is_paid(&self, scheme: SchemeId, key: OnceKey) -> bool {
        let pays = |reward: &Reward| {
            OnceKey::of(reward) == Some(key) && reward.state != RewardState::Reversed
        };
        if self.changed(scheme).any(|(reward, _)| pays(reward)) {
            return true;
        }
        let kept = self.state.given_once(scheme, key);
        kept.is_some_and(|reward| !self.rewards.contains_key(&reward.id))
    }

    fn fund(&self, scheme: SchemeId, unit: Unit) -> i128 {
        let account = Account::Fund(scheme);
        let moved = self.moved.get(&(account, unit));
        self.state.balance(account, unit) + moved.copied().unwrap_or_default()
    }
}

/// The teams and members packets go to are looked up once a commit.
pub(super) type Receivers = BTreeMap<TeamId, Vec<MemberId>>;

/// Whether a reward is one for creating an opportunity that is not vested.
pub(in crate::decide) fn is_vesting(reward: &Reward) -> bool {
    let waits = matches!(reward.state, RewardState::Pending | RewardState::Unfunded);
    let is_new = matches!(
        reward.cause,
        Cause::Score {
            metric: Metric::New,
            ..
        }
    );
    waits && is_new && reward.vests_at.is_some()
}
