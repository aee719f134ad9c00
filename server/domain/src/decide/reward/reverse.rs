//! Takes rewards back from wherever they are, and their packets with them.

use std::collections::BTreeMap;

use super::books::{Books, Draft, account_of, transfer};
use crate::event::Event;
use crate::id::{PacketId, RewardId};
use crate::ledger::{Account, Posting, Purpose};
use crate::packet::{Packet, PacketState};
use crate::reward::{Reward, RewardChange, RewardEnd, RewardState};

impl<'a> Books<'a> {
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

    /// The packets of a reward as they are after what was written so far.
    pub(super) fn packets_of(&self, reward: RewardId) -> Vec<Packet> {
        let kept = self.state.packets_of_reward(reward);
        let mut packets: BTreeMap<PacketId, Packet> =
            kept.map(|row| (row.id, Packet::clone(row))).collect();
        let written = self.packets.values().filter(|row| row.reward == reward);
        packets.extend(written.map(|row| (row.id, row.clone())));
        packets.into_values().collect()
    }
}
