//! What the ledger comes to: balances, the transactions of an account, a reward and a payout, and what members earned.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use super::State;
use super::score_index::{Span, spans_of};
use crate::cycle::Window;
use crate::id::{LedgerTransactionId, MemberId, PayoutId, RewardId, TeamId};
use crate::ledger::{Account, LedgerTransaction, Purpose};
use crate::scheme::Unit;
use crate::time::{Date, Timestamp};

/// What was earned in rewards (DOMAIN.md §6), and the packets that were sent and received with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Income {
    /// Granted and received, less shared and taken back, in points or minor units.
    pub amount: i128,
    /// Time of the last transaction that changed the amount.
    pub amount_at: Timestamp,
    /// Rewards granted, less those taken back.
    pub rewards: i64,
    /// Packets sent.
    pub sent: i64,
    /// What was in them.
    pub sent_amount: i128,
    /// Packets opened, less those taken back.
    pub received: i64,
    /// What was in them.
    pub received_amount: i128,
}

impl Default for Income {
    fn default() -> Self {
        Self {
            amount: 0,
            amount_at: Timestamp(i64::MIN),
            rewards: 0,
            sent: 0,
            sent_amount: 0,
            received: 0,
            received_amount: 0,
        }
    }
}

impl Income {
    /// What a transaction earned its member; none where that is not what it does.
    pub(crate) fn of(transaction: &LedgerTransaction) -> Option<Self> {
        transaction.member?;
        let amount = transaction.income();
        let mut income = Self {
            amount,
            amount_at: if amount == 0 {
                Timestamp(i64::MIN)
            } else {
                transaction.at
            },
            ..Self::default()
        };
        match (transaction.purpose, transaction.packet.is_some()) {
            (Purpose::Grant, _) => income.rewards = 1,
            (Purpose::Reverse, false) => income.rewards = -1,
            (Purpose::Send, _) => {
                let in_flight = transaction.postings.iter().filter(|posting| {
                    matches!(posting.account, Account::InFlight(_)) && posting.amount > 0
                });
                for posting in in_flight {
                    income.sent += 1;
                    income.sent_amount += i128::from(posting.amount);
                }
            }
            (Purpose::Open, _) => (income.received, income.received_amount) = (1, amount),
            (Purpose::Reverse, true) => (income.received, income.received_amount) = (-1, amount),
            (Purpose::Return, _) => {}
            _ => return None,
        }
        Some(income)
    }

    /// Adds another one.
    pub fn add(&mut self, other: &Self) {
        self.amount += other.amount;
        self.amount_at = self.amount_at.max(other.amount_at);
        self.rewards += other.rewards;
        self.sent += other.sent;
        self.sent_amount += other.sent_amount;
        self.received += other.received;
        self.received_amount += other.received_amount;
    }
}

/// What income is summed by. The span comes first, so that a cycle is a few ranges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct IncomeKey {
    span: Span,
    day: Date,
    unit: Unit,
    member: MemberId,
    team: Option<TeamId>,
}

/// Sums and keys of the ledger's transactions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LedgerIndex {
    /// Those that are not zero.
    balances: OrdMap<(Account, Unit), i128>,
    by_account: OrdSet<(Account, LedgerTransactionId)>,
    by_reward: OrdSet<(RewardId, LedgerTransactionId)>,
    by_payout: OrdSet<(PayoutId, LedgerTransactionId)>,
    income: OrdMap<IncomeKey, Income>,
}

impl LedgerIndex {
    /// Adds a transaction of a local day.
    pub(super) fn link(&mut self, transaction: &LedgerTransaction, day: Date) {
        let mut sums: BTreeMap<Account, i128> = BTreeMap::new();
        for posting in &transaction.postings {
            *sums.entry(posting.account).or_default() += i128::from(posting.amount);
        }
        for (account, sum) in sums {
            self.by_account.insert((account, transaction.id));
            let key = (account, transaction.unit);
            let balance = self.balances.get(&key).copied().unwrap_or_default() + sum;
            if balance == 0 {
                self.balances.remove(&key);
            } else {
                self.balances.insert(key, balance);
            }
        }
        if let Some(reward) = transaction.reward {
            self.by_reward.insert((reward, transaction.id));
        }
        if let Some(payout) = transaction.payout {
            self.by_payout.insert((payout, transaction.id));
        }
        if let (Some(income), Some(member)) = (Income::of(transaction), transaction.member) {
            for span in Span::ALL {
                let key = IncomeKey {
                    span,
                    day: span.start_of(day),
                    unit: transaction.unit,
                    member,
                    team: transaction.team,
                };
                self.income.entry(key).or_default().add(&income);
            }
        }
    }
}

fn ids<K: Copy>(key: K) -> RangeInclusive<(K, LedgerTransactionId)> {
    (key, LedgerTransactionId(0))..=(key, LedgerTransactionId(u64::MAX))
}

impl State {
    /// What is in an account, in points or minor units.
    pub fn balance(&self, account: Account, unit: Unit) -> i128 {
        let found = self.indexes.ledger.balances.get(&(account, unit));
        found.copied().unwrap_or_default()
    }

    /// Every account and unit with something in it or owed by it.
    pub fn balances(&self) -> impl DoubleEndedIterator<Item = (Account, Unit, i128)> {
        let all = self.indexes.ledger.balances.iter();
        all.map(|((account, unit), balance)| (*account, *unit, *balance))
    }

    /// The wallets that are not empty in a unit, by member.
    pub fn wallets(&self, unit: Unit) -> impl Iterator<Item = (MemberId, i128)> {
        let first = (Account::Wallet(MemberId(0)), Unit::Points);
        let wallets = self.indexes.ledger.balances.range(first..);
        wallets
            .map_while(|((account, of), balance)| match account {
                Account::Wallet(member) => Some((*member, *of, *balance)),
                _ => None,
            })
            .filter(move |(_, of, _)| *of == unit)
            .map(|(member, _, balance)| (member, balance))
    }

    /// The transactions that post to an account, by id.
    pub fn transactions_of(
        &self,
        account: Account,
    ) -> impl DoubleEndedIterator<Item = &Arc<LedgerTransaction>> {
        let found = self.indexes.ledger.by_account.range(ids(account));
        found.filter_map(|(_, id)| self.ledger_transaction(*id))
    }

    /// The transactions about a reward and its packets, by id.
    pub fn transactions_of_reward(
        &self,
        reward: RewardId,
    ) -> impl DoubleEndedIterator<Item = &Arc<LedgerTransaction>> {
        let found = self.indexes.ledger.by_reward.range(ids(reward));
        found.filter_map(|(_, id)| self.ledger_transaction(*id))
    }

    /// The lines of a payout, by id.
    pub fn transactions_of_payout(
        &self,
        payout: PayoutId,
    ) -> impl DoubleEndedIterator<Item = &Arc<LedgerTransaction>> {
        let found = self.indexes.ledger.by_payout.range(ids(payout));
        found.filter_map(|(_, id)| self.ledger_transaction(*id))
    }

    /// The id of the newest transaction; 0 when there is none.
    pub(crate) fn last_ledger_transaction_id(&self) -> LedgerTransactionId {
        self.ledger_transactions
            .get_max()
            .map_or(LedgerTransactionId(0), |(id, _)| *id)
    }

    /// What a member earned in some days, by the day of each transaction in the workspace's zone.
    pub fn reward_income(&self, member: MemberId, unit: Unit, window: Window) -> Income {
        let mut sum = Income::default();
        for (span, day) in spans_of(self.recorded(window)) {
            let first = IncomeKey {
                span,
                day,
                unit,
                member,
                team: None,
            };
            let rows = self.indexes.ledger.income.range(first..);
            rows.take_while(|(key, _)| {
                (key.span, key.day, key.unit, key.member) == (span, day, unit, member)
            })
            .for_each(|(_, income)| sum.add(income));
        }
        sum
    }

    /// What was earned in some days, by member and the team each was in then.
    pub fn reward_incomes(
        &self,
        unit: Unit,
        window: Window,
    ) -> BTreeMap<(MemberId, Option<TeamId>), Income> {
        let mut sums: BTreeMap<(MemberId, Option<TeamId>), Income> = BTreeMap::new();
        for (span, day) in spans_of(self.recorded(window)) {
            let first = IncomeKey {
                span,
                day,
                unit,
                member: MemberId(0),
                team: None,
            };
            let rows = self.indexes.ledger.income.range(first..);
            rows.take_while(|(key, _)| (key.span, key.day, key.unit) == (span, day, unit))
                .for_each(|(key, income)| {
                    sums.entry((key.member, key.team)).or_default().add(income);
                });
        }
        sums
    }

    /// A window cut to the years anything was posted in, so that it is a few spans.
    fn recorded(&self, window: Window) -> Window {
        let years = |key: Option<&(IncomeKey, Income)>| key.map(|(key, _)| key.day);
        let (first, last) = (
            years(self.indexes.ledger.income.get_min()),
            years(self.indexes.ledger.income.get_max()),
        );
        let (Some(first), Some(last)) = (first, last) else {
            return Window {
                start: window.start,
                end: window.start,
            };
        };
        // The least key is of the first day, the greatest of the last year.
        let first = Span::Year.start_of(first);
        let end = crate::cycle::window_of(crate::cycle::CycleUnit::Year, last).end;
        let start = window.start.max(first);
        Window {
            start,
            end: window.end.min(end).max(start),
        }
    }
}
