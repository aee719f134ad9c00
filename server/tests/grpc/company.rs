//! A company with teams, deals that stand since long ago, and short ways to call what tells about them.

use std::os::unix::fs::MetadataExt as _;

use prost_types::Timestamp;
use sluice_proto::v1;

use crate::support::{Fixture, mask};

/// 2020-01-01 00:00 UTC.
pub const LONG_AGO: i64 = 1_577_836_800;

/// Clients of services by the name of a function.
macro_rules! clients {
    ($($name:ident: $client:ident;)*) => {
        $(fn $name(fixture: &Fixture) -> $client<Channel> {
            $client::new(fixture.channel.clone())
        })*
    };
}

pub(crate) use clients;

/// The answer of a call that must succeed.
macro_rules! ok {
    ($call:expr) => {
        $call.await.unwrap().into_inner()
    };
}
pub(crate) use ok;

pub fn at(seconds: i64) -> Option<Timestamp> {
    Some(Timestamp { seconds, nanos: 0 })
}

/// Kim (M-1) leads the company, Lee (M-2) the team East below it, Max (M-3) sells in East.
pub async fn company(fixture: &Fixture) {
    for (name, parent_id) in [("Company", ""), ("East", "teams/1")] {
        let request = v1::CreateTeamRequest {
            team: Some(v1::Team {
                name: name.into(),
                parent_id: parent_id.into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        ok!(fixture.teams().create_team(request));
    }
    for (name, role, team_id) in [
        ("Kim", v1::Role::Executive, "teams/1"),
        ("Lee", v1::Role::Manager, "teams/2"),
        ("Max", v1::Role::Rep, "teams/2"),
    ] {
        let request = v1::CreateMemberRequest {
            member: Some(v1::Member {
                name: name.into(),
                role: role.into(),
                team_id: team_id.into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        ok!(fixture.members().create_member(request));
    }
    for (id, manager_id) in [("teams/1", "members/1"), ("teams/2", "members/2")] {
        let request = v1::UpdateTeamRequest {
            team: Some(v1::Team {
                id: id.into(),
                manager_id: manager_id.into(),
                ..Default::default()
            }),
            update_mask: mask(&["manager_id"]),
            ..Default::default()
        };
        ok!(fixture.teams().update_team(request));
    }
}

/// Makes the operating-system user who runs the test a member.
pub async fn become_member(fixture: &Fixture, id: &str) {
    let request = v1::UpdateMemberRequest {
        member: Some(v1::Member {
            id: id.into(),
            unix_user: std::fs::metadata("/proc/self").unwrap().uid().to_string(),
            ..Default::default()
        }),
        update_mask: mask(&["unix_user"]),
        ..Default::default()
    };
    ok!(fixture.members().update_member(request));
}

/// Imports deals that have stood in the first stage since long ago: (name, owner, minor units).
pub async fn import(fixture: &Fixture, deals: &[(&str, &str, i64)]) {
    let stages = fixture.stages().await;
    let rows = deals
        .iter()
        .map(|(name, owner, amount_minor)| v1::ImportedOpportunity {
            external_id: (*name).into(),
            name: (*name).into(),
            owner_id: (*owner).into(),
            amount: Some(v1::Money {
                amount_minor: *amount_minor,
                currency_code: String::new(),
            }),
            stages: vec![v1::ImportedStage {
                stage_id: stages[0].id.clone(),
                entered_time: at(LONG_AGO),
            }],
            expected_contract_date: "2030-06-30".into(),
            ..Default::default()
        });
    let request = v1::ImportOpportunitiesRequest {
        opportunities: rows.collect(),
        ..Default::default()
    };
    ok!(fixture.imports().import_opportunities(request));
}
