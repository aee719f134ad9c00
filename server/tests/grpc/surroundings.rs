//! Health, reflection, and who the caller is.

use sluice_proto::v1;
use tonic::Code;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};

use crate::support::{Fixture, soon};

#[tokio::test]
async fn health_answers_for_every_service() {
    let fixture = Fixture::start().await;
    let mut client = HealthClient::new(fixture.channel.clone());
    for service in ["", "sluice.v1.OpportunityService", "sluice.v1.WatchService"] {
        let request = HealthCheckRequest {
            service: service.into(),
        };
        let response = client.check(request).await.unwrap().into_inner();
        assert_eq!(response.status(), ServingStatus::Serving, "{service}");
    }
    let error = client
        .check(HealthCheckRequest {
            service: "nonsense".into(),
        })
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::NotFound);
}

#[tokio::test]
async fn reflection_knows_the_services_and_the_error_details() {
    let fixture = Fixture::start().await;
    let mut client = ServerReflectionClient::new(fixture.channel.clone());
    let ask = |message| ServerReflectionRequest {
        host: String::new(),
        message_request: Some(message),
    };
    let requests = [
        ask(MessageRequest::ListServices(String::new())),
        ask(MessageRequest::FileContainingSymbol(
            "google.rpc.BadRequest".into(),
        )),
        ask(MessageRequest::FileContainingSymbol(
            "sluice.v1.Opportunity".into(),
        )),
    ];
    let mut answers = client
        .server_reflection_info(futures_util::stream::iter(requests))
        .await
        .unwrap()
        .into_inner();
    let first = soon(answers.message())
        .await
        .unwrap()
        .unwrap()
        .message_response
        .unwrap();
    let MessageResponse::ListServicesResponse(list) = first else {
        panic!("{first:?}")
    };
    let names: Vec<&str> = list
        .service
        .iter()
        .map(|service| service.name.as_str())
        .collect();
    for wanted in ["sluice.v1.WatchService", "grpc.health.v1.Health"] {
        assert!(names.contains(&wanted), "{wanted} in {names:?}");
    }
    for _ in 0..2 {
        let answer = soon(answers.message())
            .await
            .unwrap()
            .unwrap()
            .message_response
            .unwrap();
        assert!(
            matches!(answer, MessageResponse::FileDescriptorResponse(_)),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn a_deal_belongs_to_the_member_who_calls() {
    let fixture = Fixture::start().await;
    assert_eq!(
        fixture.create("Pumps", 1).await.owner_id,
        "",
        "a caller without a record creates unassigned deals"
    );
    let info = fixture
        .workspaces()
        .get_server_info(v1::GetServerInfoRequest {})
        .await
        .unwrap()
        .into_inner();
    let uid: String = info
        .caller_label
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    let member = v1::Member {
        name: "Kim".into(),
        unix_user: uid,
        ..Default::default()
    };
    let request = v1::CreateMemberRequest {
        member: Some(member),
        ..Default::default()
    };
    let member = fixture
        .members()
        .create_member(request)
        .await
        .unwrap()
        .into_inner()
        .member
        .unwrap();
    assert_eq!(fixture.create("Valves", 1).await.owner_id, member.id);
}

#[tokio::test]
async fn an_unknown_service_or_method_is_unimplemented() {
    let fixture = Fixture::start().await;
    for path in [
        "/sluice.v1.NoService/Get",
        "/sluice.v1.WatchService/Nothing",
        "/sluice.v1.TeamService/Nothing",
    ] {
        let mut grpc = tonic::client::Grpc::new(fixture.channel.clone());
        grpc.ready().await.unwrap();
        let codec = tonic_prost::ProstCodec::<v1::GetTeamRequest, v1::GetTeamResponse>::default();
        let request = tonic::Request::new(v1::GetTeamRequest::default());
        let error = grpc
            .unary(request, path.parse().unwrap(), codec)
            .await
            .unwrap_err();
        assert_eq!(error.code(), Code::Unimplemented, "{path}");
    }
}
