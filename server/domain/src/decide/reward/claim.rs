//! Ends the wait of rewards and packets: claimed, expired, opened, or sent back to the earner.

use super::books::{Books, Draft, account_of, transfer};
use crate::event::Event;
use crate::id::{PacketId, RewardId};
use crate::ledger::{Account, Purpose};
use crate::packet::{Packet, PacketState};
use crate::reward::{RewardChange, RewardState};

impl<'a> Books<'a> {
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
}
