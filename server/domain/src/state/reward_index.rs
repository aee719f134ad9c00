//! Keys of schemes, rewards and packets: what caps, deadlines, claims and reversals look up without a search.

use std::ops::RangeInclusive;
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use super::State;
use crate::cycle::Window;
use crate::entity::Entity;
use crate::id::{CustomerId, MemberId, OpportunityId, PacketId, RewardId, SchemeId, ScoreEntryId};
use crate::packet::{Packet, PacketState};
use crate::reward::{Cause, Reward, RewardState};
use crate::scheme::{Scheme, SchemeState, System};
use crate::time::{Date, Timestamp};

/// What a scheme pays once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum OnceKey {
    /// A task, to a member in some days.
    Task(MemberId, Date, Date),
    /// A rank, to a member in a cycle.
    Rank(Date, Date, MemberId),
    /// An attainment, to a member in a cycle.
    Attainment(Date, Date, MemberId),
    /// A complete record of a customer.
    Complete(CustomerId),
}

impl OnceKey {
    pub(crate) const fn task(member: MemberId, window: Window) -> Self {
        Self::Task(member, window.start, window.end)
    }

    pub(crate) const fn rank(member: MemberId, window: Window) -> Self {
        Self::Rank(window.start, window.end, member)
    }

    pub(crate) const fn attainment(member: MemberId, window: Window) -> Self {
        Self::Attainment(window.start, window.end, member)
    }

    /// The key of a reward that is given once.
    pub(crate) const fn of(reward: &Reward) -> Option<Self> {
        match &reward.cause {
            Cause::Task { window, .. } => Some(Self::task(reward.member, *window)),
            Cause::Rank { window, .. } => Some(Self::rank(reward.member, *window)),
            Cause::Attainment { window, .. } => Some(Self::attainment(reward.member, *window)),
            Cause::CustomerComplete { customer, .. } => Some(Self::Complete(*customer)),
            _ => None,
        }
    }
}

/// The packets of one reward: they are numbered in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PacketRow {
    first: PacketId,
    /// How many nobody has opened.
    unopened: u32,
    open_until: Timestamp,
}

/// All keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RewardIndex {
    /// Published and not ended.
    published: OrdSet<(System, SchemeId)>,
    by_member: OrdSet<(MemberId, RewardId)>,
    by_scheme: OrdSet<(SchemeId, RewardId)>,
    by_opportunity: OrdSet<(OpportunityId, RewardId)>,
    by_score: OrdSet<(ScoreEntryId, RewardId)>,
    /// Rewards that are given once, and are not taken back.
    once: OrdSet<(SchemeId, OnceKey, RewardId)>,
    /// Sums of the rewards that stand, by the day of their grant; none is zero.
    earned: OrdMap<(SchemeId, MemberId, Date), i128>,
    /// Sums of personal rewards that stand, by giver and day; none is zero.
    given: OrdMap<(SchemeId, Option<MemberId>, Date), i128>,
    /// Rewards for activities that stand, by the time of the activity.
    activities: OrdSet<(SchemeId, MemberId, Timestamp, RewardId)>,
    claimable: OrdSet<(MemberId, RewardId)>,
    pending: OrdSet<(MemberId, RewardId)>,
    vesting: OrdSet<(Timestamp, RewardId)>,
    expiring: OrdSet<(Timestamp, RewardId)>,
    packets: OrdMap<RewardId, PacketRow>,
    closing: OrdSet<(Timestamp, RewardId)>,
    /// By receiver, those that can be opened first.
    by_receiver: OrdSet<(MemberId, bool, PacketId)>,
    /// Members who have left with something to claim or to open.
    leavers: OrdSet<MemberId>,
}

/// Whether a reward counts for caps: it is paid, and not taken back.
pub(crate) const fn stands(reward: &Reward) -> bool {
    !matches!(reward.state, RewardState::Reversed | RewardState::Unfunded)
}

/// Adds to a sum of which zeros are not kept.
fn add<K: Ord + Clone>(sums: &mut OrdMap<K, i128>, key: K, amount: i128) {
    let sum = sums.get(&key).copied().unwrap_or_default() + amount;
    if sum == 0 {
        sums.remove(&key);
    } else {
        sums.insert(key, sum);
    }
}

fn set<K: Ord + Clone>(keys: &mut OrdSet<K>, key: K, holds: bool) {
    if holds {
        keys.insert(key);
    } else {
        keys.remove(&key);
    }
}

impl RewardIndex {
    pub(super) fn link_scheme(&mut self, before: Option<&Scheme>, after: &Scheme) {
        if let Some(key) = before.and_then(published) {
            self.published.remove(&key);
        }
        self.published.extend(published(after));
    }

    /// Replaces what a reward's former value put in by what its new one puts in. `day` is that of its grant, `activity_at`
    /// the time of the activity it is for.
    pub(super) fn link_reward(
        &mut self,
        before: Option<&Reward>,
        after: &Reward,
        day: Date,
        activity_at: Option<Timestamp>,
    ) {
        let (id, member, scheme) = (after.id, after.member, after.scheme);
        if before.is_none() {
            self.by_member.insert((member, id));
            self.by_scheme.insert((scheme, id));
            if let Some(opportunity) = after.cause.opportunity() {
                self.by_opportunity.insert((opportunity, id));
            }
            if let Cause::Score { entry, .. } = after.cause {
                self.by_score.insert((entry, id));
            }
        }
        if let Some(key) = OnceKey::of(after) {
            let holds = after.state != RewardState::Reversed;
            set(&mut self.once, (scheme, key, id), holds);
        }
        let stood = before.is_some_and(stands);
        if stood != stands(after) {
            let sign = if stood { -1 } else { 1 };
            let amount = i128::from(after.amount) * sign;
            add(&mut self.earned, (scheme, member, day), amount);
            if let Cause::Grant { giver, .. } = after.cause {
                add(&mut self.given, (scheme, giver, day), amount);
            }
            if let Some(at) = activity_at {
                set(&mut self.activities, (scheme, member, at, id), !stood);
            }
        }
        let was = |state| before.is_some_and(|old| old.state == state);
        let is = |state| after.state == state;
        let (pending, claimable) = (RewardState::Pending, RewardState::Claimable);
        if was(pending) || is(pending) {
            set(&mut self.pending, (member, id), is(pending));
            if let Some(at) = before.and_then(|old| old.vests_at) {
                self.vesting.remove(&(at, id));
            }
            if let Some(at) = after.vests_at.filter(|_| is(pending)) {
                self.vesting.insert((at, id));
            }
        }
        if was(claimable) || is(claimable) {
            set(&mut self.claimable, (member, id), is(claimable));
            if let Some(at) = before.and_then(|old| old.claim_until) {
                self.expiring.remove(&(at, id));
            }
            if let Some(at) = after.claim_until.filter(|_| is(claimable)) {
                self.expiring.insert((at, id));
            }
        }
    }

    pub(super) fn link_packet(&mut self, before: Option<&Packet>, after: &Packet) {
        let is_new = before.is_none();
        let was_open = before.is_some_and(|old| old.state == PacketState::Sent);
        let is_open = after.state == PacketState::Sent;
        if is_new || was_open != is_open {
            if !is_new {
                self.by_receiver
                    .remove(&(after.receiver, !was_open, after.id));
            }
            self.by_receiver
                .insert((after.receiver, !is_open, after.id));
        }
        let mut row = self
            .packets
            .get(&after.reward)
            .copied()
            .unwrap_or(PacketRow {
                first: after.id,
                unopened: 0,
                open_until: after.open_until,
            });
        let had = row.unopened > 0;
        row.first = row.first.min(after.id);
        row.unopened = row.unopened + u32::from(is_open) - u32::from(was_open);
        if had != (row.unopened > 0) {
            let key = (row.open_until, after.reward);
            set(&mut self.closing, key, row.unopened > 0);
        }
        self.packets.insert(after.reward, row);
    }

    /// Keeps who has left with something to claim or to open.
    pub(super) fn settle_leaver(&mut self, member: MemberId, active: bool) {
        if active && self.leavers.is_empty() {
            return;
        }
        let holds = !active
            && (self.claimable.range(of(member)).next().is_some()
                || self.to_open(member).next().is_some());
        set(&mut self.leavers, member, holds);
    }

    fn to_open(&self, member: MemberId) -> impl DoubleEndedIterator<Item = PacketId> {
        let range = (member, false, PacketId(0))..=(member, false, PacketId(u64::MAX));
        self.by_receiver.range(range).map(|(_, _, id)| *id)
    }
}

fn published(scheme: &Scheme) -> Option<(System, SchemeId)> {
    let newest = scheme.versions.last()?;
    let holds = scheme.state() == SchemeState::Published;
    holds.then(|| (newest.terms.rule.system(), scheme.id))
}

fn of<K: Copy>(key: K) -> RangeInclusive<(K, RewardId)> {
    (key, RewardId(0))..=(key, RewardId(u64::MAX))
}

fn due<'a>(
    keys: &'a OrdSet<(Timestamp, RewardId)>,
    now: Timestamp,
) -> impl Iterator<Item = RewardId> + 'a {
    let range = (Timestamp(i64::MIN), RewardId(0))..=(now, RewardId(u64::MAX));
    keys.range(range).map(|(_, id)| *id)
}

impl State {
    /// Puts a scheme, a reward, a packet, a transaction or a member who comes or leaves into the keys; before it is stored.
    pub(super) fn relink_incentives(&mut self, before: Option<&Entity>, after: &Entity) {
        macro_rules! former {
            ($kind:ident) => {
                match before {
                    Some(Entity::$kind(old)) => Some(&**old),
                    _ => None,
                }
            };
        }
        match after {
            Entity::Scheme(row) => self.indexes.rewards.link_scheme(former!(Scheme), row),
            Entity::Reward(row) => {
                let day = self.zone().date_of(row.granted_at);
                let at = self.rewarded_activity_at(row);
                let index = &mut self.indexes.rewards;
                index.link_reward(former!(Reward), row, day, at);
                self.settle_leaver(row.member);
            }
            Entity::Packet(row) => {
                self.indexes.rewards.link_packet(former!(Packet), row);
                self.settle_leaver(row.receiver);
            }
            Entity::LedgerTransaction(row) => {
                let day = self.zone().date_of(row.at);
                self.indexes.ledger.link(row, day);
            }
            Entity::Member(row) => self.indexes.rewards.settle_leaver(row.id, row.active),
            _ => {}
        }
    }

    fn settle_leaver(&mut self, member: MemberId) {
        let active = self.member(member).is_some_and(|member| member.active);
        self.indexes.rewards.settle_leaver(member, active);
    }

    /// When the activity happened that a reward is for.
    pub(super) fn rewarded_activity_at(&self, reward: &Reward) -> Option<Timestamp> {
        match reward.cause {
            Cause::Activity { activity, .. } => Some(self.activity(activity)?.occurred_at),
            _ => None,
        }
    }

    /// Whether no scheme is published and nothing was ever granted.
    pub(crate) fn has_no_incentives(&self) -> bool {
        self.rewards.is_empty() && self.indexes.rewards.published.is_empty()
    }

    /// The schemes of a system that are published and not ended, by id.
    pub fn published_schemes(
        &self,
        system: System,
    ) -> impl DoubleEndedIterator<Item = &Arc<Scheme>> {
        let range = (system, SchemeId(0))..=(system, SchemeId(u64::MAX));
        let found = self.indexes.rewards.published.range(range);
        found.filter_map(|(_, id)| self.scheme(*id))
    }

    /// The rewards of a member, by id.
    pub fn rewards_of(&self, member: MemberId) -> impl DoubleEndedIterator<Item = &Arc<Reward>> {
        let found = self.indexes.rewards.by_member.range(of(member));
        found.filter_map(|(_, id)| self.reward(*id))
    }

    /// The rewards under a scheme, by id.
    pub fn rewards_under(&self, scheme: SchemeId) -> impl DoubleEndedIterator<Item = &Arc<Reward>> {
        let found = self.indexes.rewards.by_scheme.range(of(scheme));
        found.filter_map(|(_, id)| self.reward(*id))
    }

    /// The rewards about an opportunity, by id.
    pub fn rewards_about(
        &self,
        opportunity: OpportunityId,
    ) -> impl DoubleEndedIterator<Item = &Arc<Reward>> {
        let found = self.indexes.rewards.by_opportunity.range(of(opportunity));
        found.filter_map(|(_, id)| self.reward(*id))
    }

    /// The rewards a score entry caused, by id.
    pub fn rewards_for_entry(
        &self,
        entry: ScoreEntryId,
    ) -> impl DoubleEndedIterator<Item = &Arc<Reward>> {
        let found = self.indexes.rewards.by_score.range(of(entry));
        found.filter_map(|(_, id)| self.reward(*id))
    }

    /// The rewards a member can claim, by id.
    pub fn claimable_of(&self, member: MemberId) -> impl DoubleEndedIterator<Item = &Arc<Reward>> {
        let found = self.indexes.rewards.claimable.range(of(member));
        found.filter_map(|(_, id)| self.reward(*id))
    }

    /// The rewards of a member that wait for vesting or approval, by id.
    pub fn pending_of(&self, member: MemberId) -> impl DoubleEndedIterator<Item = &Arc<Reward>> {
        let found = self.indexes.rewards.pending.range(of(member));
        found.filter_map(|(_, id)| self.reward(*id))
    }

    /// The packets of a reward, by place.
    pub fn packets_of_reward(&self, reward: RewardId) -> impl Iterator<Item = &Arc<Packet>> {
        let row = self.indexes.rewards.packets.get(&reward);
        row.into_iter().flat_map(move |row| {
            let from = self.packets.range(row.first..).map(|(_, packet)| packet);
            from.take_while(move |packet| packet.reward == reward)
        })
    }

    /// The packets sent to a member: those that can be opened first, then by id.
    pub fn packets_for(&self, receiver: MemberId) -> impl DoubleEndedIterator<Item = &Arc<Packet>> {
        let range = (receiver, false, PacketId(0))..=(receiver, true, PacketId(u64::MAX));
        let found = self.indexes.rewards.by_receiver.range(range);
        found.filter_map(|(_, _, id)| self.packet(*id))
    }

    /// The packets a member can open, by id.
    pub fn packets_to_open(
        &self,
        receiver: MemberId,
    ) -> impl DoubleEndedIterator<Item = &Arc<Packet>> {
        let found = self.indexes.rewards.to_open(receiver);
        found.filter_map(|id| self.packet(id))
    }

    /// What stands of a member's rewards under a scheme, by the day of the grant.
    pub(crate) fn earned_under(&self, scheme: SchemeId, member: MemberId, window: Window) -> i128 {
        let range = (scheme, member, window.start)..(scheme, member, window.end);
        let found = self.indexes.rewards.earned.range(range);
        found.map(|(_, amount)| amount).sum()
    }

    /// What stands of a giver's personal rewards under a scheme, by the day of the grant.
    pub fn given_under(&self, scheme: SchemeId, giver: Option<MemberId>, window: Window) -> i128 {
        let range = (scheme, giver, window.start)..(scheme, giver, window.end);
        let found = self.indexes.rewards.given.range(range);
        found.map(|(_, amount)| amount).sum()
    }

    /// The times of the activities a member is rewarded for under a scheme, from one instant to another, both included.
    pub(crate) fn rewarded_activities(
        &self,
        scheme: SchemeId,
        member: MemberId,
        from: Timestamp,
        to: Timestamp,
    ) -> impl DoubleEndedIterator<Item = Timestamp> {
        let range = (scheme, member, from, RewardId(0))..=(scheme, member, to, RewardId(u64::MAX));
        let found = self.indexes.rewards.activities.range(range);
        found.map(|(_, _, at, _)| *at)
    }

    /// The reward that a scheme gave for what it gives for once, and that is not taken back.
    pub(crate) fn given_once(&self, scheme: SchemeId, key: OnceKey) -> Option<&Arc<Reward>> {
        let range = (scheme, key, RewardId(0))..=(scheme, key, RewardId(u64::MAX));
        let found = self.indexes.rewards.once.range(range).next();
        self.reward(found?.2)
    }

    /// The member who got the last of the attainments of a cycle: they are given by member.
    pub(crate) fn last_attained(&self, scheme: SchemeId, window: Window) -> Option<MemberId> {
        let key = |member| (scheme, OnceKey::attainment(member, window));
        let ((scheme, from), (_, to)) = (key(MemberId(0)), key(MemberId(u64::MAX)));
        let range = (scheme, from, RewardId(0))..=(scheme, to, RewardId(u64::MAX));
        let found = self.indexes.rewards.once.range(range).next_back();
        match found?.1 {
            OnceKey::Attainment(_, _, member) => Some(member),
            _ => None,
        }
    }

    /// The first instant at which a pending reward vests by time.
    pub(crate) fn next_vesting(&self) -> Option<Timestamp> {
        self.indexes.rewards.vesting.get_min().map(|(at, _)| *at)
    }

    /// Pending rewards whose vesting is over, the first first.
    pub(crate) fn vesting_due(&self, now: Timestamp) -> impl Iterator<Item = RewardId> + '_ {
        due(&self.indexes.rewards.vesting, now)
    }

    /// The first instant at which a claim window closes.
    pub(crate) fn next_expiry(&self) -> Option<Timestamp> {
        self.indexes.rewards.expiring.get_min().map(|(at, _)| *at)
    }

    /// Claimable rewards whose window is over, the first first.
    pub(crate) fn expiry_due(&self, now: Timestamp) -> impl Iterator<Item = RewardId> + '_ {
        due(&self.indexes.rewards.expiring, now)
    }

    /// The first instant at which a packet window closes.
    pub(crate) fn next_packet_close(&self) -> Option<Timestamp> {
        self.indexes.rewards.closing.get_min().map(|(at, _)| *at)
    }

    /// Rewards whose packets can no longer be opened, the first first.
    pub(crate) fn packet_close_due(&self, now: Timestamp) -> impl Iterator<Item = RewardId> + '_ {
        due(&self.indexes.rewards.closing, now)
    }

    /// Members who have left with something to claim or to open, by id.
    pub(crate) fn reward_leavers(&self) -> impl Iterator<Item = MemberId> + '_ {
        self.indexes.rewards.leavers.iter().copied()
    }
}
