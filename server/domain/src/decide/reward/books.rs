//! Writes rewards, packets and the ledger: every change of a reward and its postings, made together (DOMAIN.md §6).
//!
//! Events are not applied while a commit is judged, so what this commit has written so far is kept here beside the state:
//! caps, funds and what was paid once are looked up in both.

use std::collections::BTreeMap;

use crate::authority::manager_of;
use crate::cycle::Window;
use crate::decide::Context;
use crate::event::Event;
use crate::goal::Measure;
use crate::id::{
    LedgerTransactionId, MemberId, PacketId, PayoutId, PipelineId, RewardId, SchemeId, TeamId,
};
use crate::ledger::{Account, LedgerTransaction, Posting, Purpose};
use crate::metric::member_sum;
use crate::notice::NoticeKind;
use crate::packet::{Packet, PacketState};
use crate::reward::{Cause, Reward, RewardChange, RewardEnd, RewardState};
use crate::rules::{Book, Ground, Verdict};
use crate::scheme::{Scheme, SchemeVersion, Terms, Unit};
use crate::score::{Metric, ScoreEntry};
use crate::state::{OnceKey, State, stands};
use crate::time::{MICROS_PER_DAY, Timestamp};

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
    next_reward: u64,
    next_transaction: u64,
    next_packet: u64,
    rewards: BTreeMap<RewardId, Reward>,
    packets: BTreeMap<PacketId, Packet>,
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
    fn of(purpose: Purpose, reward: &Reward, postings: Vec<Posting>) -> Self {
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
    fn packet(&self, id: PacketId) -> Option<&Packet> {
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

    /// Grants what a judgement came to: pending, claimable (and shared), or recorded as what the fund cannot pay.
    pub(in crate::decide) fn grant(
        &mut self,
        scheme: &Scheme,
        version: &SchemeVersion,
        verdict: Verdict,
    ) -> RewardId {
        let id = RewardId(self.next_reward);
        self.next_reward += 1;
        let approval = version.terms.approval;
        let mut reward = Reward {
            id,
            scheme: scheme.id,
            version: version.number,
            system: version.terms.rule.system(),
            member: verdict.member,
            unit: scheme.unit,
            amount: verdict.amount,
            state: RewardState::Pending,
            cause: verdict.cause,
            steps: verdict.steps,
            split: None,
            vests_at: verdict.vests_at,
            awaits_approval: approval,
            decided_by: None,
            decided_at: None,
            claim_until: None,
            ended_at: None,
            end: verdict.unfunded,
            end_reason: None,
            granted_at: self.now,
            granted_revision: self.state.next_revision(),
            revision: 0,
        };
        if verdict.unfunded.is_some() {
            reward.state = RewardState::Unfunded;
            self.tell_unfunded(scheme, &reward);
            self.events.push(Event::RewardGranted {
                reward: Box::new(reward.clone()),
            });
            self.rewards.insert(id, reward);
            return id;
        }
        self.pay(&mut reward, &version.terms, None);
        if approval && let Some(manager) = manager_of(self.state, reward.member) {
            self.tell(manager, NoticeKind::RewardAwaitsApproval, &reward, None);
        }
        self.rewards.insert(id, reward);
        id
    }

    /// Charges the fund with a reward that is new, or that could not be paid until now.
    fn pay(&mut self, reward: &mut Reward, terms: &Terms, change: Option<RewardChange>) {
        let waits = reward.vests_at.is_some() || reward.awaits_approval;
        let (member, amount) = (reward.member, reward.amount);
        let (to, packets) = if waits {
            reward.state = RewardState::Pending;
            (Account::Pending(member), Vec::new())
        } else {
            let packets = self.become_claimable(reward, terms);
            (Account::Claimable(member), packets)
        };
        self.push(reward, change);
        let postings = transfer(Account::Fund(reward.scheme), to, amount);
        self.post(Draft::of(Purpose::Grant, reward, postings));
        self.send(reward, packets);
    }

    /// Pays a reward that was recorded as what its fund could not pay.
    pub(in crate::decide) fn fund(&mut self, mut reward: Reward, terms: &Terms, verdict: Verdict) {
        reward.amount = verdict.amount;
        reward.steps = verdict.steps;
        reward.end = None;
        reward.vests_at = reward.vests_at.filter(|at| *at > self.now);
        self.pay(&mut reward, terms, Some(RewardChange::Funded));
        self.rewards.insert(reward.id, reward);
    }

    fn push(&mut self, reward: &Reward, change: Option<RewardChange>) {
        let reward = Box::new(reward.clone());
        self.events.push(match change {
            None => Event::RewardGranted { reward },
            Some(change) => Event::RewardUpdated { reward, change },
        });
    }

    /// Opens the claim window, and takes the share of the team.
    fn become_claimable(&mut self, reward: &mut Reward, terms: &Terms) -> Vec<Packet> {
        reward.state = RewardState::Claimable;
        reward.vests_at = None;
        reward.awaits_approval = false;
        let days = i64::from(terms.claim_days) * MICROS_PER_DAY;
        reward.claim_until = Some(self.now.plus_micros(days));
        let mut packets = self.share(reward);
        for packet in &mut packets {
            packet.id = PacketId(self.next_packet);
            self.next_packet += 1;
        }
        packets
    }

    /// Sends the packets a reward was broken into.
    fn send(&mut self, reward: &Reward, packets: Vec<Packet>) {
        let Some(split) = &reward.split else {
            return;
        };
        let posting = |account, amount| Posting { account, amount };
        let mut postings = vec![posting(Account::Claimable(reward.member), -split.amount)];
        let in_flight = Account::InFlight(split.scheme);
        postings.extend(
            packets
                .iter()
                .map(|packet| posting(in_flight, packet.amount)),
        );
        self.post(Draft::of(Purpose::Send, reward, postings));
        for packet in packets {
            self.told.arrived(&packet);
            self.events.push(Event::PacketSent {
                packet: packet.clone(),
            });
            self.packets.insert(packet.id, packet);
        }
    }

    /// Ends the vesting of a reward; it becomes claimable unless an approval is awaited.
    pub(in crate::decide) fn vest(&mut self, id: RewardId) {
        let Some(mut reward) = self.reward(id).cloned() else {
            return;
        };
        reward.vests_at = None;
        if reward.state == RewardState::Pending && !reward.awaits_approval {
            self.release(reward, RewardChange::Vested);
        } else {
            self.push(&reward, Some(RewardChange::Vested));
            self.rewards.insert(id, reward);
        }
    }

    /// Ends the wait for an approval; the reward becomes claimable unless it is still vesting.
    pub(in crate::decide) fn approve(&mut self, mut reward: Reward) {
        reward.awaits_approval = false;
        if reward.vests_at.is_some_and(|at| at > self.now) {
            self.push(&reward, Some(RewardChange::Approved));
            self.rewards.insert(reward.id, reward);
        } else {
            self.release(reward, RewardChange::Approved);
        }
    }

    /// Pending → claimable.
    fn release(&mut self, mut reward: Reward, change: RewardChange) {
        let state = self.state;
        let scheme = state.scheme(reward.scheme);
        let Some(version) = scheme.and_then(|scheme| scheme.version(reward.version)) else {
            return;
        };
        let packets = self.become_claimable(&mut reward, &version.terms);
        self.push(&reward, Some(change));
        let member = reward.member;
        let postings = transfer(
            Account::Pending(member),
            Account::Claimable(member),
            reward.amount,
        );
        self.post(Draft::of(Purpose::Vest, &reward, postings));
        self.send(&reward, packets);
        self.rewards.insert(reward.id, reward);
    }

    /// Claimable → wallet.
    pub(in crate::decide) fn claim(&mut self, id: RewardId) {
        self.leave_claimable(id, RewardState::Claimed);
    }

    /// Claimable → expired.
    pub(in crate::decide) fn expire(&mut self, id: RewardId) {
        self.leave_claimable(id, RewardState::Expired);
    }

    fn leave_claimable(&mut self, id: RewardId, state: RewardState) {
        let Some(mut reward) = self.reward(id).cloned() else {
            return;
        };
        if reward.state != RewardState::Claimable {
            return;
        }
        reward.state = state;
        reward.ended_at = Some(self.now);
        let (purpose, change) = if state == RewardState::Claimed {
            (Purpose::Claim, RewardChange::Claimed)
        } else {
            (Purpose::Expire, RewardChange::Expired)
        };
        self.push(&reward, Some(change));
        if let Some(to) = account_of(&reward) {
            let from = Account::Claimable(reward.member);
            let postings = transfer(from, to, reward.own_amount());
            self.post(Draft::of(purpose, &reward, postings));
        }
        self.rewards.insert(id, reward);
    }

    /// Takes a reward back from wherever it is: the own part from the earner, packets that were opened from who opened them.
    pub(in crate::decide) fn reverse(
        &mut self,
        id: RewardId,
        end: RewardEnd,
        reason: Option<Box<str>>,
    ) {
        let Some(mut reward) = self.reward(id).cloned() else {
            return;
        };
        if reward.state == RewardState::Reversed {
            return;
        }
        let held_in = account_of(&reward);
        reward.state = RewardState::Reversed;
        reward.ended_at = Some(self.now);
        reward.end = Some(end);
        reward.end_reason = reason;
        self.push(&reward, Some(RewardChange::Reversed));
        let Some(held_in) = held_in else {
            self.rewards.insert(id, reward);
            return;
        };
        let packets = self.packets_of(id);
        let own = reward.own_amount();
        let posting = |account, amount| Posting { account, amount };
        let mut postings = vec![posting(held_in, -own)];
        let mut back = own;
        for packet in packets.iter().filter(|row| row.state == PacketState::Sent) {
            postings.push(posting(Account::InFlight(packet.scheme), -packet.amount));
            back += packet.amount;
        }
        let fund = Account::Fund(reward.scheme);
        postings.push(posting(fund, back));
        self.post(Draft::of(Purpose::Reverse, &reward, postings));
        if end != RewardEnd::Refused {
            self.told
                .lost(reward.member, reward.unit, reward.id.into(), reward.amount);
        }
        for mut packet in packets {
            let was_opened = packet.state == PacketState::Opened;
            if !was_opened && packet.state != PacketState::Sent {
                continue;
            }
            packet.state = PacketState::Reversed;
            packet.was_opened = was_opened;
            packet.ended_at = Some(self.now);
            self.events.push(Event::PacketUpdated {
                packet: packet.clone(),
            });
            if was_opened {
                let postings = transfer(Account::Wallet(packet.receiver), fund, packet.amount);
                self.post(Draft {
                    packet: Some(packet.id),
                    member: Some(packet.receiver),
                    ..Draft::of(Purpose::Reverse, &reward, postings)
                });
                let (receiver, key) = (packet.receiver, packet.id.into());
                self.told.lost(receiver, packet.unit, key, packet.amount);
            }
            self.packets.insert(packet.id, packet);
        }
        self.rewards.insert(id, reward);
    }

    /// Takes back what a manager refused, with who decided.
    pub(in crate::decide) fn refuse(&mut self, decided: Reward, reason: Option<Box<str>>) {
        let id = decided.id;
        self.rewards.insert(id, decided);
        self.reverse(id, RewardEnd::Refused, reason);
    }

    /// Grants a reward anew that was taken back by what was now undone.
    pub(in crate::decide) fn bring_back(&mut self, reward: &Reward) {
        let state = self.state;
        let Some(scheme) = state.scheme(reward.scheme) else {
            return;
        };
        let Some(version) = scheme.version(reward.version) else {
            return;
        };
        let ground = self.ground(scheme, version);
        let (cause, steps) = (reward.cause.clone(), reward.steps.clone());
        let verdict =
            crate::rules::settle_given(&ground, reward.member, cause, reward.amount, steps, self);
        if let Some(verdict) = verdict {
            let vests_at = reward.vests_at.filter(|at| *at > self.now);
            self.grant(
                scheme,
                version,
                Verdict {
                    vests_at,
                    ..verdict
                },
            );
        }
    }

    /// Opens a packet: in flight → the receiver's wallet.
    pub(in crate::decide) fn open(&mut self, mut packet: Packet) {
        let Some(reward) = self.reward(packet.reward).cloned() else {
            return;
        };
        packet.state = PacketState::Opened;
        packet.ended_at = Some(self.now);
        self.events.push(Event::PacketUpdated {
            packet: packet.clone(),
        });
        let from = Account::InFlight(packet.scheme);
        let postings = transfer(from, Account::Wallet(packet.receiver), packet.amount);
        self.post(Draft {
            packet: Some(packet.id),
            member: Some(packet.receiver),
            ..Draft::of(Purpose::Open, &reward, postings)
        });
        self.packets.insert(packet.id, packet);
    }

    /// Sends packets of a reward that nobody opened back to where the earner's part of it is now; at most so many.
    pub(in crate::decide) fn give_back(&mut self, id: RewardId, packets: &[PacketId]) {
        let Some(mut reward) = self.reward(id).cloned() else {
            return;
        };
        let Some(to) = account_of(&reward) else {
            return;
        };
        let mut returned = 0;
        for id in packets {
            let Some(mut packet) = self.packet(*id).cloned() else {
                continue;
            };
            if packet.state != PacketState::Sent {
                continue;
            }
            packet.state = PacketState::Returned;
            packet.ended_at = Some(self.now);
            returned += packet.amount;
            self.events.push(Event::PacketUpdated {
                packet: packet.clone(),
            });
            let postings = transfer(Account::InFlight(packet.scheme), to, packet.amount);
            self.post(Draft {
                packet: Some(packet.id),
                ..Draft::of(Purpose::Return, &reward, postings)
            });
            self.packets.insert(packet.id, packet);
        }
        if returned > 0
            && let Some(split) = &mut reward.split
        {
            split.returned += returned;
            self.push(&reward, Some(RewardChange::PacketsReturned));
            self.rewards.insert(id, reward);
        }
    }

    /// The packets of a reward as they are after what was written so far.
    fn packets_of(&self, reward: RewardId) -> Vec<Packet> {
        let kept = self.state.packets_of_reward(reward);
        let mut packets: BTreeMap<PacketId, Packet> =
            kept.map(|row| (row.id, Packet::clone(row))).collect();
        let written = self.packets.values().filter(|row| row.reward == reward);
        packets.extend(written.map(|row| (row.id, row.clone())));
        packets.into_values().collect()
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
