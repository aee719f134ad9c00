//! `MemberService`.

use sluice_proto::v1::{self, member_service_server::MemberService};
use tonic::{Code, Request};

use super::service;
use crate::grpc::{
    api::{Reply, reply},
    convert::member,
    status::Refusal,
};

service! { MemberService:
    change create_member(CreateMemberRequest) -> CreateMemberResponse { member } by member::create;
    change update_member(UpdateMemberRequest) -> UpdateMemberResponse { member } by member::update;
    get get_member(GetMemberRequest) -> GetMemberResponse { member };
    list list_members(ListMembersRequest) -> ListMembersResponse { members };
    other {
        async fn get_current_member(
            &self,
            request: Request<v1::GetCurrentMemberRequest>,
        ) -> Reply<v1::GetCurrentMemberResponse> {
            let (call, _) = self.open(request)?;
            let found = call.actor.member.and_then(|id| call.state.member(id));
            let member = found.ok_or_else(|| nobody(&call.actor.label))?;
            reply(v1::GetCurrentMemberResponse { member: Some(member::write(member)), revision: call.state.revision() })
        }
    }
}

fn nobody(caller: &str) -> Refusal {
    let message = format!(
        "no member record names the caller {caller}: set unix_user of a member to the user's name"
    );
    Refusal::new(Code::NotFound, "MEMBER_NOT_FOUND", message)
}
