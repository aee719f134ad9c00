//! Grants rewards, and lets them vest, be approved, be funded late and be shared: Fund → Pending → Claimable → InFlight.

use super::books::{Books, Draft, transfer};
use crate::authority::manager_of;
use crate::event::Event;
use crate::id::{PacketId, RewardId};
use crate::ledger::{Account, Posting, Purpose};
use crate::notice::NoticeKind;
use crate::packet::Packet;
use crate::reward::{Reward, RewardChange, RewardState};
use crate::rules::{Verdict, settle_given};
use crate::scheme::{Scheme, SchemeVersion, Terms};
use crate::time::MICROS_PER_DAY;

impl<'a> Books<'a> {
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

    pub(super) fn push(&mut self, reward: &Reward, change: Option<RewardChange>) {
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
        let verdict = settle_given(&ground, reward.member, cause, reward.amount, steps, self);
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
}
