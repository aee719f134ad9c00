//! `PacketService`.

use sluice_proto::v1::{self, packet_service_server::PacketService};
use tonic::{Request, Response};

use super::service;
use crate::grpc::{
    api::Reply,
    convert::{packet, reward},
};

service! { PacketService:
    change open_packet(OpenPacketRequest) -> OpenPacketResponse { packet } by packet::open;
    get get_packet(GetPacketRequest) -> GetPacketResponse { packet };
    list list_packets(ListPacketsRequest) -> ListPacketsResponse { packets };
    other {
        async fn get_split(&self, request: Request<v1::GetSplitRequest>) -> Reply<v1::GetSplitResponse> {
            let (call, request) = self.open(request)?;
            let reward = reward::named("reward_id", &request.reward_id, &call.state)?;
            Ok(Response::new(packet::write_whole_split(reward, &call.state)))
        }
    }
}
