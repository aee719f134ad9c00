//! Stopping and starting again.

use std::{
    io::Read as _,
    time::{Duration, Instant},
};

use sluice_proto::v1;
use sluice_server::{Server, ServerOptions, StartError};
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::support::{Fixture, connect, options, reason, soon};

/// A drain with nothing that hangs is over long before its bound.
const PROMPT: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_watch_ends_with_progress_and_server_draining_and_the_drain_is_prompt() {
    let mut fixture = Fixture::start().await;
    let mut stream = fixture
        .watches()
        .watch(v1::WatchRequest::default())
        .await
        .unwrap()
        .into_inner();
    soon(stream.message()).await.unwrap();
    let server = fixture.server.take().unwrap();
    let started = Instant::now();
    let stopping = tokio::spawn(server.shutdown());
    let mut last = None;
    let end = loop {
        match soon(stream.message()).await {
            Ok(message) => last = message.expect("never OK").message,
            Err(status) => break status,
        }
    };
    assert_eq!(
        last,
        Some(v1::watch_response::Message::Progress(v1::Progress {}))
    );
    assert_eq!(
        (end.code(), reason(&end).as_str()),
        (Code::Unavailable, "SERVER_DRAINING")
    );
    assert!(end.get_details_retry_info().unwrap().retry_delay.is_some());
    soon(stopping).await.unwrap();
    assert!(started.elapsed() < PROMPT, "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_connection_that_never_spoke_does_not_hold_the_drain() {
    let mut fixture = Fixture::start().await;
    let mut silent = std::net::TcpStream::connect(fixture.server().tcp_addr().unwrap()).unwrap();
    // One call over TCP, so that the silent connection has been accepted too.
    let mut client = v1::workspace_service_client::WorkspaceServiceClient::new(
        connect(&fixture.tcp_url()).await,
    );
    let info = client
        .get_server_info(v1::GetServerInfoRequest {})
        .await
        .unwrap()
        .into_inner();
    assert_eq!(info.caller_label, "tcp:127.0.0.1");
    let started = Instant::now();
    soon(fixture.server.take().unwrap().shutdown()).await;
    assert!(started.elapsed() < PROMPT, "{:?}", started.elapsed());
    silent.set_read_timeout(Some(PROMPT)).unwrap();
    let mut rest = Vec::new();
    let end = silent.read_to_end(&mut rest);
    assert!(end.is_ok() || end.unwrap_err().kind() == std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_stopped_server_leaves_its_folder_to_the_next_with_all_that_was_said() {
    let mut fixture = Fixture::start().await;
    let deal = fixture.create("Pumps", 100).await;
    let socket = fixture.server().unix_path().unwrap().to_owned();
    let second = Server::start(options(&fixture.folder)).await.unwrap_err();
    assert!(
        matches!(second, StartError::AlreadyOwned { .. }),
        "{second}"
    );
    fixture.server.take().unwrap().shutdown().await;
    assert!(!socket.exists());
    let server = Server::start(options(&fixture.folder)).await.unwrap();
    let channel = connect(&format!("unix://{}", server.unix_path().unwrap().display())).await;
    let mut client = v1::opportunity_service_client::OpportunityServiceClient::new(channel);
    let got = client
        .get_opportunity(v1::GetOpportunityRequest {
            id: deal.id.clone(),
        })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(got.opportunity, Some(deal));
    server.shutdown().await;
}

#[tokio::test]
async fn an_address_that_others_can_reach_is_refused_unless_insecure() {
    let folder = tempfile::tempdir().unwrap();
    let open = ServerOptions {
        tcp: Some("0.0.0.0:0".parse().unwrap()),
        ..options(&folder)
    };
    let error = Server::start(open.clone()).await.unwrap_err();
    assert!(
        matches!(error, StartError::OffLoopback { .. }) && error.to_string().contains("--insecure"),
        "{error}"
    );
    let server = Server::start(ServerOptions {
        insecure: true,
        ..open
    })
    .await
    .unwrap();
    server.shutdown().await;
}

#[tokio::test]
async fn a_fresh_folder_that_cannot_be_set_up_says_why_and_lets_go() {
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = options(&folder);
    wrong.set_up.as_mut().unwrap().time_zone = "Mars/Olympus".into();
    let error = Server::start(wrong).await.unwrap_err();
    assert!(
        matches!(error, StartError::SetUp { .. }) && error.to_string().contains("Mars"),
        "{error}"
    );
    Server::start(options(&folder))
        .await
        .unwrap()
        .shutdown()
        .await;
}
