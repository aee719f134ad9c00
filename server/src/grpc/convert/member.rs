//! Members between API and domain.

use sluice_domain::{
    Command, Member, MemberId, Role,
    command::{CreateMember, UpdateMember},
};
use sluice_proto::v1;

use super::{
    Call, Fields, Mask, Mutation,
    value::{Id as _, etag, id_or_empty, or_empty, text, time},
};

/// Fields an update may name.
const UPDATABLE: [&str; 7] = [
    "name",
    "role",
    "team_id",
    "unix_user",
    "email",
    "active",
    "external_id",
];

/// Reads CreateMember.
pub fn create(request: v1::CreateMemberRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("member.");
    let member = fields.message(request.member);
    let command = CreateMember {
        role: read_role(&mut fields, member.role).unwrap_or(Role::Rep),
        team: fields.optional_id("team_id", &member.team_id),
        name: member.name,
        unix_user: text(member.unix_user),
        email: text(member.email),
        external_id: text(member.external_id),
    };
    fields.mutation(
        Command::CreateMember(command),
        request.request_id,
        request.validate_only,
    )
}

/// Reads UpdateMember.
pub fn update(request: v1::UpdateMemberRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("member.");
    let member = fields.message(request.member);
    let mask = Mask::read(&mut fields, request.update_mask, &UPDATABLE);
    let id: MemberId = fields.id("id", &member.id);
    let role = read_role(&mut fields, member.role);
    if role.is_none() && mask.names("role", false) {
        fields.invalid(
            "role",
            "must be said: ROLE_ADMIN, ROLE_EXECUTIVE, ROLE_MANAGER, ROLE_REP or ROLE_SCRIPT",
        );
    }
    let command = UpdateMember {
        id,
        role: role.filter(|_| mask.names("role", true)),
        team: mask.patch("team_id", fields.optional_id("team_id", &member.team_id)),
        name: mask.field("name", member.name),
        unix_user: mask.text("unix_user", member.unix_user),
        email: mask.text("email", member.email),
        external_id: mask.text("external_id", member.external_id),
        active: mask.field("active", member.active),
    };
    fields
        .mutation(
            Command::UpdateMember(command),
            request.request_id,
            request.validate_only,
        )
        .with_etag(id, member.etag)
}

/// Reads a role; `None` when it is not said.
pub fn read_role(fields: &mut Fields, role: i32) -> Option<Role> {
    match fields.enumeration("role", role) {
        v1::Role::Unspecified => None,
        v1::Role::Admin => Some(Role::Admin),
        v1::Role::Executive => Some(Role::Executive),
        v1::Role::Manager => Some(Role::Manager),
        v1::Role::Rep => Some(Role::Rep),
        v1::Role::Script => Some(Role::Script),
    }
}

/// Writes a role.
pub fn write_role(role: Role) -> v1::Role {
    match role {
        Role::Admin => v1::Role::Admin,
        Role::Executive => v1::Role::Executive,
        Role::Manager => v1::Role::Manager,
        Role::Rep => v1::Role::Rep,
        Role::Script => v1::Role::Script,
    }
}

/// Writes a member.
pub fn write(member: &Member) -> v1::Member {
    v1::Member {
        id: member.id.write(),
        name: member.name.to_string(),
        role: write_role(member.role).into(),
        team_id: id_or_empty(member.team),
        unix_user: or_empty(&member.unix_user),
        email: or_empty(&member.email),
        active: member.active,
        external_id: or_empty(&member.external_id),
        create_time: Some(time(member.created_at)),
        revision: member.revision,
        etag: etag(member.revision),
    }
}
