//! What falls due for rewards by time: vesting, expiry, packets nobody opened, and what those who left had to claim.

use super::books::Books;
use crate::decide::tick::Source;
use crate::event::Event;
use crate::id::{PacketId, RewardId};
use crate::packet::PacketState;
use crate::state::State;
use crate::time::Timestamp;

/// Rewards for creating whose vesting is over.
pub(in crate::decide) const VESTING: Source = Source {
    deadline: |state, _| state.next_vesting(),
    due: |state, now, budget| {
        within(state, now, |books| {
            let due: Vec<RewardId> = state.vesting_due(now).take(budget).collect();
            for id in due {
                if books.events.len() >= budget {
                    return;
                }
                books.vest(id);
            }
        })
    },
};

/// Packets whose window is over: what is in them goes back to the earner.
pub(in crate::decide) const PACKETS: Source = Source {
    deadline: |state, _| state.next_packet_close(),
    due: |state, now, budget| {
        within(state, now, |books| {
            let due: Vec<RewardId> = state.packet_close_due(now).take(budget).collect();
            for id in due {
                let unopened: Vec<PacketId> = state
                    .packets_of_reward(id)
                    .filter(|packet| packet.state == PacketState::Sent)
                    .map(|packet| packet.id)
                    .collect();
                // Two facts a packet: those that do not fit any more go back with the next commit.
                let room = budget.saturating_sub(books.events.len()) / 2;
                if room == 0 {
                    return;
                }
                books.give_back(id, &unopened[..unopened.len().min(room)]);
            }
        })
    },
};

/// Rewards nobody claimed in time.
pub(in crate::decide) const EXPIRY: Source = Source {
    deadline: |state, _| state.next_expiry(),
    due: |state, now, budget| {
        within(state, now, |books| {
            let due: Vec<RewardId> = state.expiry_due(now).take(budget).collect();
            for id in due {
                if books.events.len() >= budget {
                    return;
                }
                books.expire(id);
            }
        })
    },
};

/// What members who have left can claim goes into their wallets; packets for them go back.
pub(in crate::decide) const LEAVERS: Source = Source {
    deadline: |state, now| state.reward_leavers().next().map(|_| now),
    due: |state, now, budget| {
        within(state, now, |books| {
            for member in state.reward_leavers() {
                let claimable: Vec<RewardId> =
                    state.claimable_of(member).map(|row| row.id).collect();
                for id in claimable {
                    if books.events.len() >= budget {
                        return;
                    }
                    books.claim(id);
                }
                let packets: Vec<(RewardId, PacketId)> = state
                    .packets_to_open(member)
                    .map(|packet| (packet.reward, packet.id))
                    .collect();
                for (reward, packet) in packets {
                    if books.events.len() >= budget {
                        return;
                    }
                    books.give_back(reward, &[packet]);
                }
            }
        })
    },
};

/// Facts made with books of their own.
fn within<'a>(
    state: &'a State,
    now: Timestamp,
    make: impl FnOnce(&mut Books<'_>) + 'a,
) -> Vec<Event> {
    let mut events = Vec::new();
    let mut books = Books::by_time(state, now, &mut events);
    make(&mut books);
    books.finish();
    events
}
