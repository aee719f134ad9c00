//! Reads schemes, rewards, the ledger, packets, payouts and badges.

use std::ops::Bound;
use std::sync::Arc;

use super::State;
use crate::badge::Badge;
use crate::id::{BadgeId, LedgerTransactionId, PacketId, PayoutId, RewardId, SchemeId};
use crate::ledger::LedgerTransaction;
use crate::packet::Packet;
use crate::payout::Payout;
use crate::reward::Reward;
use crate::scheme::Scheme;

impl State {
    collection!(
        "scheme",
        SchemeId,
        Scheme,
        schemes,
        scheme,
        schemes_after,
        next_scheme
    );
    collection!(
        "reward",
        RewardId,
        Reward,
        rewards,
        reward,
        rewards_after,
        next_reward
    );
    collection!(
        "ledger transaction",
        LedgerTransactionId,
        LedgerTransaction,
        ledger_transactions,
        ledger_transaction,
        ledger_transactions_after,
        next_ledger_transaction
    );
    collection!(
        "packet",
        PacketId,
        Packet,
        packets,
        packet,
        packets_after,
        next_packet
    );
    collection!(
        "payout",
        PayoutId,
        Payout,
        payouts,
        payout,
        payouts_after,
        next_payout
    );
    collection!(
        "badge",
        BadgeId,
        Badge,
        badges,
        badge,
        badges_after,
        next_badge
    );

    /// How many schemes there are, ended ones included.
    pub fn scheme_count(&self) -> usize {
        self.schemes.len()
    }
}
