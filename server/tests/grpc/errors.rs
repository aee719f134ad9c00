//! What is wrong is said completely, with stable reasons.

use prost::Message as _;
use sluice_proto::v1;
use tonic::{Code, Status};

use crate::support::{Fixture, deal, fields, reason, soon};

#[tokio::test]
async fn before_set_up_only_the_server_info_and_the_set_up_answer() {
    let fixture = Fixture::fresh().await;
    let info = fixture
        .workspaces()
        .get_server_info(v1::GetServerInfoRequest {})
        .await
        .unwrap()
        .into_inner();
    assert!(!info.set_up && !info.log_id.is_empty());
    let error = fixture
        .workspaces()
        .get_workspace(v1::GetWorkspaceRequest {})
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), reason(&error).as_str()),
        (Code::FailedPrecondition, "WORKSPACE_NOT_SET_UP")
    );
    let error = fixture
        .watches()
        .watch(v1::WatchRequest::default())
        .await
        .unwrap_err();
    assert_eq!(reason(&error), "WORKSPACE_NOT_SET_UP");
    let error = fixture
        .opportunities()
        .list_opportunities(v1::ListOpportunitiesRequest::default())
        .await
        .unwrap_err();
    assert_eq!(reason(&error), "WORKSPACE_NOT_SET_UP");

    let request = v1::SetUpWorkspaceRequest {
        name: "Acme".into(),
        time_zone: "Asia/Shanghai".into(),
        currency_code: "CNY".into(),
        administrator_name: "Kim".into(),
        ..Default::default()
    };
    let workspace = fixture
        .workspaces()
        .set_up_workspace(request.clone())
        .await
        .unwrap()
        .into_inner()
        .workspace
        .unwrap();
    assert_eq!(
        (
            workspace.currency_code.as_str(),
            workspace.time_zone.as_str()
        ),
        ("CNY", "Asia/Shanghai")
    );
    let me = fixture
        .members()
        .get_current_member(v1::GetCurrentMemberRequest {})
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        me.member.unwrap().name,
        "Kim",
        "the administrator is the caller on the Unix socket"
    );
    let error = fixture
        .workspaces()
        .set_up_workspace(request)
        .await
        .unwrap_err();
    assert_eq!(reason(&error), "WORKSPACE_ALREADY_SET_UP");
}

#[tokio::test]
async fn every_violation_is_told_at_once_those_of_the_format_and_those_of_the_rules() {
    let fixture = Fixture::start().await;
    let wrong = v1::Opportunity {
        name: "  ".into(),
        amount: Some(v1::Money {
            amount_minor: -5,
            currency_code: String::new(),
        }),
        expected_contract_date: "2026-02-30".into(),
        owner_id: "M-3".into(),
        customer_id: "customers/99".into(),
        grade: 42,
        ..Default::default()
    };
    let request = v1::CreateOpportunityRequest {
        opportunity: Some(wrong),
        request_id: "a\nb".into(),
        ..Default::default()
    };
    let error = fixture
        .opportunities()
        .create_opportunity(request)
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), reason(&error).as_str()),
        (Code::InvalidArgument, "INVALID_ARGUMENT")
    );
    let mut found = fields(&error);
    found.sort();
    let expected = [
        "amount",
        "customer_id",
        "expected_contract_date",
        "grade",
        "name",
        "owner_id",
    ];
    let mut expected: Vec<String> = expected
        .map(|field| format!("opportunity.{field}"))
        .to_vec();
    expected.push("request_id".into());
    assert_eq!(
        found
            .iter()
            .map(|field| field.replace(".amount_minor", ""))
            .collect::<Vec<_>>(),
        expected
    );
}

#[tokio::test]
async fn rules_alone_are_told_under_the_paths_of_the_request() {
    let fixture = Fixture::start().await;
    let request = v1::CreateOpportunityRequest {
        opportunity: Some(deal("", -1)),
        ..Default::default()
    };
    let error = fixture
        .opportunities()
        .create_opportunity(request)
        .await
        .unwrap_err();
    let found = fields(&error);
    assert!(found.contains(&"opportunity.name".to_owned()), "{found:?}");
    assert!(
        found
            .iter()
            .any(|field| field.starts_with("opportunity.amount")),
        "{found:?}"
    );
}

#[tokio::test]
async fn ids_that_are_malformed_or_unknown_are_refused() {
    let fixture = Fixture::start().await;
    for (id, code, wanted) in [
        ("O-1", Code::InvalidArgument, "INVALID_ID"),
        ("", Code::InvalidArgument, "INVALID_ID"),
        ("opportunities/01", Code::InvalidArgument, "INVALID_ID"),
        ("opportunities/77", Code::NotFound, "OPPORTUNITY_NOT_FOUND"),
    ] {
        let request = v1::GetOpportunityRequest { id: id.into() };
        let error = fixture
            .opportunities()
            .get_opportunity(request)
            .await
            .unwrap_err();
        assert_eq!(
            (error.code(), reason(&error).as_str()),
            (code, wanted),
            "{id}"
        );
    }
    let deal = fixture.create("Pumps", 1).await;
    let request = v1::MoveOpportunityRequest {
        id: deal.id,
        stage_id: "stages/99".into(),
        ..Default::default()
    };
    let error = fixture
        .opportunities()
        .move_opportunity(request)
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), reason(&error).as_str()),
        (Code::NotFound, "STAGE_NOT_FOUND")
    );
}

#[tokio::test]
async fn another_currency_and_an_overflowing_amount_are_refused() {
    let fixture = Fixture::start().await;
    for (amount_minor, currency_code, wanted) in [
        (1, "EUR", "CURRENCY_MISMATCH"),
        (i64::MAX, "", "INVALID_ARGUMENT"),
        (1, "eur", "INVALID_ARGUMENT"),
    ] {
        let amount = Some(v1::Money {
            amount_minor,
            currency_code: currency_code.into(),
        });
        let request = v1::CreateOpportunityRequest {
            opportunity: Some(v1::Opportunity {
                amount,
                ..deal("Pumps", 0)
            }),
            ..Default::default()
        };
        let error = fixture
            .opportunities()
            .create_opportunity(request)
            .await
            .unwrap_err();
        assert_eq!(
            (error.code(), reason(&error).as_str()),
            (Code::InvalidArgument, wanted),
            "{currency_code}"
        );
    }
}

#[tokio::test]
async fn a_request_over_the_limit_is_refused_and_the_server_goes_on() {
    let fixture = Fixture::start().await;
    let huge = v1::Opportunity {
        note: "x".repeat(2 * 1024 * 1024),
        ..deal("Pumps", 1)
    };
    let request = v1::CreateOpportunityRequest {
        opportunity: Some(huge),
        ..Default::default()
    };
    let error = fixture
        .opportunities()
        .create_opportunity(request)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::OutOfRange, "{error}");
    fixture.create("Pumps", 1).await;
}

#[tokio::test]
async fn a_deadline_that_has_passed_is_told_as_such() {
    let fixture = Fixture::start().await;
    // By hand: tonic's client ends the call on its own side, with a code of its own.
    let address = fixture.server().tcp_addr().unwrap();
    let socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let (client, connection) = h2::client::handshake(socket).await.unwrap();
    tokio::spawn(connection);
    let request = http::Request::post(format!(
        "http://{address}/sluice.v1.OpportunityService/CreateOpportunity"
    ))
    .header("content-type", "application/grpc")
    .header("te", "trailers")
    .header("grpc-timeout", "1n");
    let message = v1::CreateOpportunityRequest {
        opportunity: Some(deal("Pumps", 1)),
        ..Default::default()
    };
    let mut body = vec![0; 5];
    message.encode(&mut body).unwrap();
    let length = u32::try_from(body.len() - 5).unwrap();
    body[1..5].copy_from_slice(&length.to_be_bytes());
    let mut client = client.ready().await.unwrap();
    let (response, mut stream) = client
        .send_request(request.body(()).unwrap(), false)
        .unwrap();
    stream.send_data(body.into(), true).unwrap();
    let headers = soon(response).await.unwrap().into_parts().0.headers;
    let status = Status::from_header_map(&headers).unwrap();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::DeadlineExceeded, "DEADLINE_EXCEEDED"),
        "{status}"
    );
}
