//! The packet (红包): a part of a reward's split, for one teammate to open (DOMAIN.md §6).

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::id::{MemberId, PacketId, RewardId, SchemeId};
use crate::scheme::Unit;
use crate::time::Timestamp;

/// How far a packet has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PacketState {
    /// It can be opened until its window closes.
    Sent,
    /// It is in the receiver's wallet.
    Opened,
    /// Nobody opened it in time, or its receiver left: it went back to the earner.
    Returned,
    /// Its reward was taken back, and it with it.
    Reversed,
}

impl PacketState {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sent => "SENT",
            Self::Opened => "OPENED",
            Self::Returned => "RETURNED",
            Self::Reversed => "REVERSED",
        }
    }
}

/// A packet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packet {
    /// Its id.
    pub id: PacketId,
    /// The reward it is a part of.
    pub reward: RewardId,
    /// Under which splitting scheme.
    pub scheme: SchemeId,
    /// Its place in the split: 1 for the earliest-joined receiver.
    pub place: u32,
    /// Who earned the reward.
    pub giver: MemberId,
    /// Who may open it.
    pub receiver: MemberId,
    /// In what it is counted.
    pub unit: Unit,
    /// What is in it; at least 1.
    pub amount: i64,
    /// How far it has come.
    pub state: PacketState,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// Until when it can be opened.
    pub open_until: Timestamp,
    /// When it was opened, went back or was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Whether it had been opened before it was taken back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub was_opened: bool,
    /// Revision of the last commit that changed it.
    pub revision: u64,
}

/// What packets hold when an amount is divided equally: what is left over goes to the first places, one unit each. Never
/// less than one unit each: of an amount that is smaller than `places` only so many places get one.
pub fn equal_amounts(amount: i64, places: usize) -> Vec<i64> {
    let places = places_of(amount, places);
    let Ok(count) = i64::try_from(places) else {
        return Vec::new();
    };
    if count == 0 {
        return Vec::new();
    }
    let (each, rest) = (amount / count, amount % count);
    (0..count)
        .map(|place| each + i64::from(place < rest))
        .collect()
}

/// The published seed of a lucky split (DOMAIN.md §6): SHA-256, in hexadecimal digits, of
/// `sluice-packet-v1/<number of the reward>/<revision of its grant>/<microseconds of the split>`.
pub fn lucky_seed(reward: RewardId, granted_revision: u64, at: Timestamp) -> String {
    let text = format!(
        "sluice-packet-v1/{}/{granted_revision}/{}",
        reward.0,
        at.micros()
    );
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What packets hold in a lucky split with a seed. Place by place, with what remains R and k places left, the last gets R,
/// every other 1 + h mod m: h is the first eight bytes of SHA-256 of `<seed>/<place>` as a number, m is twice the mean R / k
/// less one, at least 1, and never so much that a later place would get nothing.
pub fn lucky_amounts(seed: &str, amount: i64, places: usize) -> Vec<i64> {
    let places = places_of(amount, places);
    let mut amounts = Vec::with_capacity(places);
    let mut rest = amount;
    for place in 1..=places {
        let left = i64::try_from(places - place + 1).unwrap_or(i64::MAX);
        let drawn = if left == 1 {
            rest
        } else {
            let most = (2 * (rest / left) - 1).clamp(1, (rest - (left - 1)).max(1));
            let digest: [u8; 32] = Sha256::digest(format!("{seed}/{place}").as_bytes()).into();
            let mut first = [0; 8];
            first.copy_from_slice(&digest[..8]);
            let drawn = u64::from_be_bytes(first) % u64::try_from(most).unwrap_or(1);
            1 + i64::try_from(drawn).unwrap_or_default()
        };
        amounts.push(drawn);
        rest -= drawn;
    }
    amounts
}

/// How many places get something of an amount.
fn places_of(amount: i64, places: usize) -> usize {
    places.min(usize::try_from(amount.max(0)).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_5_twenty_for_three_is_seven_seven_six() {
        assert_eq!(equal_amounts(20, 3), [7, 7, 6]);
        assert_eq!(equal_amounts(2, 3), [1, 1]);
        assert_eq!(equal_amounts(0, 3), Vec::<i64>::new());
        assert_eq!(equal_amounts(5, 0), Vec::<i64>::new());
    }

    #[test]
    fn a_lucky_split_gives_away_all_leaves_nobody_without_and_can_be_recomputed() {
        for number in 1..200 {
            let seed = lucky_seed(RewardId(number), 7, Timestamp(1_000));
            assert_eq!(seed.len(), 64);
            let amount = i64::try_from(number).unwrap_or(1);
            for places in 1..25 {
                let drawn = lucky_amounts(&seed, amount, places);
                assert_eq!(drawn.iter().sum::<i64>(), amount);
                assert!(drawn.iter().all(|part| *part >= 1), "{drawn:?}");
                assert_eq!(drawn.len(), places.min(usize::try_from(amount).unwrap()));
                assert_eq!(drawn, lucky_amounts(&seed, amount, places));
            }
        }
        // Written down so that a change of the rule does not go unseen: whoever verifies has the old one.
        let seed = lucky_seed(RewardId(1), 2, Timestamp(3));
        let known = "sluice-packet-v1/1/2/3";
        let by_hand: [u8; 32] = Sha256::digest(known.as_bytes()).into();
        assert!(seed.starts_with(&format!("{:02x}{:02x}", by_hand[0], by_hand[1])));
    }
}
