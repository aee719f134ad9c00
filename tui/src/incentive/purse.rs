//! What of the rewards is the person's own, always at hand: balances for the header, and what waits for their approval.

use std::collections::BTreeMap;

use super::{Packet, Reward, Unit};
use crate::record::{Micros, SECOND_US};

/// How long the header shows what has just been earned.
pub const PULSE_US: Micros = 6 * SECOND_US;
/// The balances are read again at most this often, however fast rewards come.
pub const PURSE_RELOAD_US: Micros = SECOND_US / 2;
/// Frames of a packet that unfolds.
pub const UNFOLD_FRAMES: u8 = 4;
/// How long each stays.
pub const UNFOLD_FRAME_US: Micros = SECOND_US / 7;

/// What a member has in one unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Points or money.
    pub unit: Unit,
    /// ISO 4217 code; empty for points.
    pub currency: String,
    /// In the wallet; below zero after a clawback.
    pub wallet: i64,
    /// Can be claimed.
    pub claimable: i64,
    /// Not vested or not approved.
    pub pending: i64,
    /// In packets of others that are not opened.
    pub packets: i64,
    /// Paid out so far.
    pub paid_out: i64,
    /// Expired so far.
    pub expired: i64,
    /// Earned in this week.
    pub earned: i64,
    /// Received from packets so far.
    pub packets_received: i64,
    /// Given away in packets so far.
    pub packets_sent: i64,
}

/// Everything the header needs, as the server reckoned it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// One for each unit in which there is anything.
    pub balances: Vec<Balance>,
    /// Rewards that can be claimed.
    pub claimable_count: u32,
    /// Rewards that wait.
    pub pending_count: u32,
    /// Packets that can be opened.
    pub packet_count: u32,
    /// When the first of these runs out.
    pub next_expiry_us: Option<Micros>,
    /// Rewards that wait for the person's approval.
    pub awaiting: Vec<Reward>,
}

/// What has just been earned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pulse {
    /// In what.
    pub unit: Unit,
    /// How much.
    pub amount: i64,
    /// Until when it shows.
    pub until: Micros,
}

/// A packet being unfolded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfolding {
    /// What was in it.
    pub packet: Packet,
    /// When it began; none = there is no motion, it lies open.
    pub since: Option<Micros>,
}

impl Unfolding {
    /// The frame to be seen: the last one stays.
    pub fn frame(&self, now: Micros) -> u8 {
        let last = UNFOLD_FRAMES - 1;
        let Some(since) = self.since else {
            return last;
        };
        let frame = (now - since).max(0) / UNFOLD_FRAME_US;
        u8::try_from(frame).unwrap_or(last).min(last)
    }

    /// When the next frame is due; none once it lies open.
    pub fn next_frame(&self, now: Micros) -> Option<Micros> {
        let since = self.since?;
        let frame = self.frame(now);
        (frame + 1 < UNFOLD_FRAMES).then(|| since + i64::from(frame + 1) * UNFOLD_FRAME_US)
    }
}

/// What is the person's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Purse {
    /// Balances, once read.
    pub own: Option<Own>,
    /// Rewards that wait for the person's approval, by id.
    pub awaiting: BTreeMap<u64, Reward>,
    /// What has just been earned.
    pub pulse: Option<Pulse>,
    /// When it was asked for last.
    pub asked_us: Option<Micros>,
    /// The answer is still to come.
    pub under_way: bool,
    /// Something of it has changed since it was asked for.
    pub stale: bool,
}

impl Purse {
    /// When to ask again; none = nothing has changed.
    pub fn due(&self) -> Option<Micros> {
        if self.under_way || !self.stale {
            return None;
        }
        let soonest = self.asked_us.map(|asked| asked + PURSE_RELOAD_US);
        Some(soonest.unwrap_or(Micros::MIN))
    }

    /// Takes the server's answer.
    pub fn take(&mut self, mut own: Own) {
        self.awaiting = std::mem::take(&mut own.awaiting)
            .into_iter()
            .map(|reward| (reward.id, reward))
            .collect();
        self.own = Some(own);
        self.under_way = false;
    }

    /// Shows what has just been earned; what came shortly before in the same unit is added.
    pub fn earn(&mut self, unit: Unit, amount: i64, now: Micros) {
        let before = self
            .pulse
            .filter(|pulse| pulse.unit == unit && pulse.until > now)
            .map_or(0, |pulse| pulse.amount);
        self.pulse = Some(Pulse {
            unit,
            amount: before.saturating_add(amount),
            until: now + PULSE_US,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_unfolds_frame_by_frame_and_then_lies_still() {
        let unfolding = Unfolding {
            packet: Packet::default(),
            since: Some(100),
        };
        let mut now = 100;
        let mut frames = vec![unfolding.frame(now)];
        while let Some(next) = unfolding.next_frame(now) {
            now = next;
            frames.push(unfolding.frame(now));
        }
        assert_eq!(frames, [0, 1, 2, 3]);
        assert_eq!(unfolding.frame(Micros::MAX / 2), 3);
        let still = Unfolding {
            since: None,
            ..unfolding
        };
        assert_eq!((still.frame(100), still.next_frame(100)), (3, None));
    }

    #[test]
    fn balances_are_read_again_only_after_a_change_and_at_most_twice_a_second() {
        let mut purse = Purse::default();
        assert_eq!(purse.due(), None);
        purse.stale = true;
        assert_eq!(purse.due(), Some(Micros::MIN));
        purse.asked_us = Some(7);
        assert_eq!(purse.due(), Some(7 + PURSE_RELOAD_US));
        purse.under_way = true;
        assert_eq!(purse.due(), None);
    }

    #[test]
    fn what_is_earned_in_quick_succession_adds_up() {
        let mut purse = Purse::default();
        purse.earn(Unit::Points, 20, 0);
        purse.earn(Unit::Points, 100, SECOND_US);
        assert_eq!(purse.pulse.map(|pulse| pulse.amount), Some(120));
        purse.earn(Unit::Money, 5, 2 * SECOND_US);
        assert_eq!(purse.pulse.map(|pulse| pulse.amount), Some(5));
    }
}
