//! Teams between API and domain.

use sluice_domain::{
    Command, Team, TeamId,
    command::{CreateTeam, UpdateTeam},
};
use sluice_proto::v1;

use super::{
    Call, Fields, Mask, Mutation,
    value::{Id as _, etag, id_or_empty, or_empty, text, time},
};

/// Reads CreateTeam.
pub fn create(request: v1::CreateTeamRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("team.");
    let team = fields.message(request.team);
    let command = CreateTeam {
        parent: fields.optional_id("parent_id", &team.parent_id),
        manager: fields.optional_id("manager_id", &team.manager_id),
        name: team.name,
        external_id: text(team.external_id),
    };
    fields.mutation(
        Command::CreateTeam(command),
        request.request_id,
        request.validate_only,
    )
}

/// Reads UpdateTeam.
pub fn update(request: v1::UpdateTeamRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("team.");
    let team = fields.message(request.team);
    let mask = Mask::read(
        &mut fields,
        request.update_mask,
        &["name", "parent_id", "manager_id", "external_id"],
    );
    let id: TeamId = fields.id("id", &team.id);
    let command = UpdateTeam {
        id,
        parent: mask.patch(
            "parent_id",
            fields.optional_id("parent_id", &team.parent_id),
        ),
        manager: mask.patch(
            "manager_id",
            fields.optional_id("manager_id", &team.manager_id),
        ),
        name: mask.field("name", team.name),
        external_id: mask.text("external_id", team.external_id),
    };
    fields
        .mutation(
            Command::UpdateTeam(command),
            request.request_id,
            request.validate_only,
        )
        .with_etag(id, team.etag)
}

/// Writes a team.
pub fn write(team: &Team) -> v1::Team {
    v1::Team {
        id: team.id.write(),
        name: team.name.to_string(),
        parent_id: id_or_empty(team.parent),
        manager_id: id_or_empty(team.manager),
        external_id: or_empty(&team.external_id),
        create_time: Some(time(team.created_at)),
        revision: team.revision,
        etag: etag(team.revision),
    }
}
