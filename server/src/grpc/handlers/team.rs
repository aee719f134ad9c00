//! `TeamService`.

use sluice_proto::v1::{self, team_service_server::TeamService};

use super::service;
use crate::grpc::convert::team;

service! { TeamService:
    change create_team(CreateTeamRequest) -> CreateTeamResponse { team } by team::create;
    change update_team(UpdateTeamRequest) -> UpdateTeamResponse { team } by team::update;
    get get_team(GetTeamRequest) -> GetTeamResponse { team };
    list list_teams(ListTeamsRequest) -> ListTeamsResponse { teams };
}
