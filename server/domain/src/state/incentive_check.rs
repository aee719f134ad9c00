//! What must hold of the books: every transaction sums to zero, and what rewards and packets say follows from it.

use std::collections::BTreeMap;

use super::State;
use crate::ledger::{Account, LedgerTransaction, Purpose};
use crate::packet::{Packet, PacketState};
use crate::reward::{Reward, RewardState};
use crate::scheme::Unit;

impl State {
    /// Whether the books balance. Errors name the row.
    pub(super) fn check_incentives(&self) -> Result<(), String> {
        for row in self.ledger_transactions() {
            if row.sum() != 0 {
                return Err(format!("{}: it does not sum to zero", row.id.long()));
            }
            self.check_transaction(row)
                .map_err(|what| format!("{}: {what}", row.id.long()))?;
        }
        let mut sums: BTreeMap<Unit, i128> = BTreeMap::new();
        for (account, unit, balance) in self.balances() {
            *sums.entry(unit).or_default() += balance;
            let budgeted = match account {
                Account::Fund(scheme) => self
                    .scheme(scheme)
                    .and_then(|scheme| scheme.versions.last())
                    .is_some_and(|version| version.terms.budget.is_some()),
                _ => false,
            };
            if balance < 0 && budgeted {
                return Err(format!("the fund {account:?} is below zero"));
            }
        }
        if let Some((unit, sum)) = sums.iter().find(|(_, sum)| **sum != 0) {
            return Err(format!("the books of {unit:?} sum to {sum}, not to zero"));
        }
        for reward in self.rewards() {
            self.check_reward(reward)
                .map_err(|what| format!("{}: {what}", reward.id.long()))?;
        }
        for packet in self.packets() {
            self.check_packet(packet)
                .map_err(|what| format!("{}: {what}", packet.id.long()))?;
        }
        Ok(())
    }

    fn check_transaction(&self, row: &LedgerTransaction) -> Result<(), &'static str> {
        let unit = match (row.reward, row.scheme, row.payout) {
            (Some(id), ..) => self.reward(id).map(|reward| reward.unit),
            (None, Some(id), _) => self.scheme(id).map(|scheme| scheme.unit),
            (None, None, Some(id)) => self.payout(id).map(|payout| payout.unit),
            (None, None, None) => return Err("it is about nothing"),
        };
        match unit {
            None => Err("what it is about is missing"),
            Some(unit) if unit != row.unit => Err("it mixes units"),
            Some(_) => Ok(()),
        }
    }

    /// The state and the own part of a reward follow from its postings.
    fn check_reward(&self, reward: &Reward) -> Result<(), String> {
        let mut state = RewardState::Unfunded;
        let mut sums: BTreeMap<Account, i128> = BTreeMap::new();
        let mut shared = false;
        for row in self.transactions_of_reward(reward.id) {
            for posting in &row.postings {
                *sums.entry(posting.account).or_default() += i128::from(posting.amount);
            }
            let is_pending =
                |posting: &crate::ledger::Posting| matches!(posting.account, Account::Pending(_));
            state = match row.purpose {
                Purpose::Grant if row.postings.iter().any(is_pending) => RewardState::Pending,
                Purpose::Grant | Purpose::Vest => RewardState::Claimable,
                Purpose::Claim => RewardState::Claimed,
                Purpose::Expire => RewardState::Expired,
                Purpose::Reverse => RewardState::Reversed,
                Purpose::Send => {
                    shared = true;
                    state
                }
                _ => state,
            };
        }
        if sums.is_empty() && reward.state == RewardState::Reversed {
            // One that was never paid was taken back: nothing was posted.
            return Ok(());
        }
        if state != reward.state {
            return Err(format!(
                "it is {}, but its postings say {}",
                reward.state.name(),
                state.name()
            ));
        }
        if shared != reward.split.is_some() {
            return Err("its postings and itself differ in whether it is shared".to_owned());
        }
        let own = i128::from(reward.own_amount());
        let of = |account: Account| sums.get(&account).copied().unwrap_or_default();
        let member = reward.member;
        let held = match reward.state {
            RewardState::Unfunded => return Ok(()),
            RewardState::Reversed => {
                let rest = sums.values().find(|sum| **sum != 0);
                return rest.map_or(Ok(()), |_| Err("something of it was left".to_owned()));
            }
            RewardState::Pending => of(Account::Pending(member)),
            RewardState::Claimable => of(Account::Claimable(member)),
            RewardState::Claimed => of(Account::Wallet(member)),
            RewardState::Expired => of(Account::Expired(reward.scheme)),
        };
        if held != own {
            return Err(format!(
                "its own part is {own}, its postings come to {held}"
            ));
        }
        if of(Account::Fund(reward.scheme)) != -i128::from(reward.amount) {
            return Err("its fund was not charged with its amount".to_owned());
        }
        Ok(())
    }

    /// The state of a packet follows from the postings of its reward.
    fn check_packet(&self, packet: &Packet) -> Result<(), String> {
        let Some(reward) = self.reward(packet.reward) else {
            return Err("its reward is missing".to_owned());
        };
        if packet.amount < 1 {
            return Err("there is nothing in it".to_owned());
        }
        let own = self
            .transactions_of_reward(packet.reward)
            .filter(|row| row.packet == Some(packet.id));
        let mut state = PacketState::Sent;
        for row in own {
            let amount = i128::from(packet.amount);
            let wallet = row.amount_of(Account::Wallet(packet.receiver));
            state = match row.purpose {
                Purpose::Open if wallet == amount => PacketState::Opened,
                Purpose::Return => PacketState::Returned,
                Purpose::Reverse if wallet == -amount => PacketState::Reversed,
                _ => return Err("a posting of it is wrong".to_owned()),
            };
        }
        if state == PacketState::Sent && reward.state == RewardState::Reversed {
            state = PacketState::Reversed;
        }
        if state != packet.state {
            return Err(format!(
                "it is {}, but its postings say {}",
                packet.state.name(),
                state.name()
            ));
        }
        Ok(())
    }
}
