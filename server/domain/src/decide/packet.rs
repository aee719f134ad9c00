//! Judges the opening of packets: each once, by whom it was sent to, within its window (DOMAIN.md §6).

use super::judge::Judge;
use super::reward::Books;
use crate::authority::is_admin;
use crate::command::OpenPacket;
use crate::event::Event;
use crate::packet::{Packet, PacketState};
use crate::rejection::{Reason, Rejection};

pub(super) fn open(mut judge: Judge, command: &OpenPacket) -> Result<Vec<Event>, Rejection> {
    let Some(packet) = judge.state.packet(command.id) else {
        let text = format!("there is no packet {}", command.id.long());
        return Err(Rejection::new(Reason::PacketNotFound, "id", text));
    };
    let actor = judge.actor();
    let names_receiver = command.receiver == Some(packet.receiver);
    match actor {
        Some(actor) if actor == packet.receiver => {
            if command.receiver.is_some() && !names_receiver {
                let text = format!("{} was sent to you, not to them", packet.id.long());
                judge.violations.add(Reason::NotTheirs, "receiver_id", text);
            }
        }
        // Into the receiver's wallet, never into their own: as administrators claim rewards for others.
        _ if is_admin(judge.state, actor) => {
            if !names_receiver {
                judge.violations.invalid(
                    "receiver_id",
                    format!("name who opens it: {}", packet.receiver.long()),
                );
            }
        }
        _ => {
            let text = format!(
                "{} was sent to {}",
                packet.id.long(),
                packet.receiver.long()
            );
            judge.violations.add(Reason::NotTheirs, "id", text);
        }
    }
    let is_here = judge
        .state
        .member(packet.receiver)
        .is_some_and(|member| member.active);
    let why = match packet.state {
        PacketState::Sent if judge.now() >= packet.open_until => Some("was not opened in time"),
        PacketState::Sent if !is_here => Some("goes back: its receiver has left"),
        PacketState::Sent => None,
        PacketState::Opened => Some("was opened already"),
        PacketState::Returned => Some("was not opened in time"),
        PacketState::Reversed => Some("was taken back with its reward"),
    };
    if let Some(why) = why {
        let text = format!("{} {why}", packet.id.long());
        judge.violations.add(Reason::PacketNotOpenable, "id", text);
    }
    judge.stop_if_wrong()?;
    let mut events = Vec::new();
    let mut books = Books::new(judge.state, judge.context, &mut events);
    books.open(Packet::clone(packet));
    books.finish();
    Ok(events)
}
