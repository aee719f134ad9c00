//! Packets between API and domain.

use sluice_domain::{Command, Packet, PacketState, Reward, State, command::OpenPacket};
use sluice_proto::v1;

use super::{
    Call, Fields, Mutation,
    reward::write_split,
    scheme::write_unit,
    value::{Id as _, etag, time},
};

/// Reads OpenPacket.
pub fn open(request: v1::OpenPacketRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let command = OpenPacket {
        id: fields.id("id", &request.id),
        receiver: fields.optional_id("receiver_id", &request.receiver_id),
    };
    fields.mutation(
        Command::OpenPacket(command),
        request.request_id,
        request.validate_only,
    )
}

/// Writes a packet.
pub fn write(packet: &Packet) -> v1::Packet {
    let (unit, currency_code) = write_unit(packet.unit);
    v1::Packet {
        id: packet.id.write(),
        reward_id: packet.reward.write(),
        scheme_id: packet.scheme.write(),
        place: i32::try_from(packet.place).unwrap_or(i32::MAX),
        giver_id: packet.giver.write(),
        receiver_id: packet.receiver.write(),
        unit,
        currency_code,
        amount: packet.amount,
        state: match packet.state {
            PacketState::Sent => v1::PacketState::Sent,
            PacketState::Opened => v1::PacketState::Opened,
            PacketState::Returned => v1::PacketState::Returned,
            PacketState::Reversed => v1::PacketState::Reversed,
        }
        .into(),
        send_time: Some(time(packet.sent_at)),
        open_until_time: Some(time(packet.open_until)),
        end_time: packet.ended_at.map(time),
        revision: packet.revision,
        etag: etag(packet.revision),
    }
}

/// Writes everything needed to recompute a split.
pub fn write_whole_split(reward: &Reward, state: &State) -> v1::GetSplitResponse {
    let packets = state.packets_of_reward(reward.id);
    v1::GetSplitResponse {
        split: reward.split.as_deref().map(write_split),
        packets: packets.map(|packet| write(packet)).collect(),
        revision: state.revision(),
    }
}
