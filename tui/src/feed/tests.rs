//! The feed against a server that plays a script: what the screen is told, and where the feed resumes.

use std::sync::{Arc, Mutex};

use sluice_proto::v1::member_service_server::{MemberService, MemberServiceServer};
use sluice_proto::v1::watch_service_server::{WatchService, WatchServiceServer};
use sluice_proto::v1::workspace_service_server::{WorkspaceService, WorkspaceServiceServer};
use sluice_proto::v1::{WatchRequest, WatchResponse, watch_response};
use tokio_stream::wrappers::{ReceiverStream, UnixListenerStream};
use tonic::{Request, Response};
use tonic_types::{ErrorDetails, StatusExt as _};
use tower::{Service as _, service_fn};

use super::*;

/// What a watch sends, and how it ends; `None` keeps it open and silent.
type Script = (Vec<WatchResponse>, Option<Status>);

#[derive(Clone, Default)]
struct Fake {
    scripts: Arc<Mutex<Vec<Script>>>,
    asked: Arc<Mutex<Vec<WatchRequest>>>,
    set_up_after: Arc<Mutex<u32>>,
}

#[tonic::async_trait]
impl WatchService for Fake {
    type WatchStream = ReceiverStream<Result<WatchResponse, Status>>;

    async fn watch(
        &self,
        request: Request<WatchRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        self.asked.lock().unwrap().push(request.into_inner());
        let (sender, receiver) = mpsc::channel(16);
        let script = {
            let mut scripts = self.scripts.lock().unwrap();
            if scripts.is_empty() {
                (Vec::new(), None)
            } else {
                scripts.remove(0)
            }
        };
        tokio::spawn(async move {
            for response in script.0 {
                sender.send(Ok(response)).await.unwrap();
            }
            match script.1 {
                Some(status) => sender.send(Err(status)).await.unwrap(),
                None => sender.closed().await,
            }
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }
}

#[tonic::async_trait]
impl WorkspaceService for Fake {
    async fn get_server_info(
        &self,
        _: Request<v1::GetServerInfoRequest>,
    ) -> Result<Response<v1::GetServerInfoResponse>, Status> {
        let mut left = self.set_up_after.lock().unwrap();
        let set_up = *left == 0;
        *left = left.saturating_sub(1);
        Ok(Response::new(v1::GetServerInfoResponse {
            log_id: "log".into(),
            set_up,
            ..Default::default()
        }))
    }
    async fn set_up_workspace(
        &self,
        _: Request<v1::SetUpWorkspaceRequest>,
    ) -> Result<Response<v1::SetUpWorkspaceResponse>, Status> {
        Err(Status::unimplemented(""))
    }
    async fn get_workspace(
        &self,
        _: Request<v1::GetWorkspaceRequest>,
    ) -> Result<Response<v1::GetWorkspaceResponse>, Status> {
        Err(Status::unimplemented(""))
    }
    async fn update_workspace(
        &self,
        _: Request<v1::UpdateWorkspaceRequest>,
    ) -> Result<Response<v1::UpdateWorkspaceResponse>, Status> {
        Err(Status::unimplemented(""))
    }
}

#[tonic::async_trait]
impl MemberService for Fake {
    async fn get_current_member(
        &self,
        _: Request<v1::GetCurrentMemberRequest>,
    ) -> Result<Response<v1::GetCurrentMemberResponse>, Status> {
        Err(Status::not_found("no record"))
    }
    async fn create_member(
        &self,
        _: Request<v1::CreateMemberRequest>,
    ) -> Result<Response<v1::CreateMemberResponse>, Status> {
        Err(Status::unimplemented(""))
    }
    async fn get_member(
        &self,
        _: Request<v1::GetMemberRequest>,
    ) -> Result<Response<v1::GetMemberResponse>, Status> {
        Err(Status::unimplemented(""))
    }
    async fn list_members(
        &self,
        _: Request<v1::ListMembersRequest>,
    ) -> Result<Response<v1::ListMembersResponse>, Status> {
        Err(Status::unimplemented(""))
    }
    async fn update_member(
        &self,
        _: Request<v1::UpdateMemberRequest>,
    ) -> Result<Response<v1::UpdateMemberResponse>, Status> {
        Err(Status::unimplemented(""))
    }
}

struct Scene {
    fake: Fake,
    facts: mpsc::Receiver<Msg>,
    _folder: tempfile::TempDir,
}

impl Scene {
    fn play(fake: Fake) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s");
        let listener = tokio::net::UnixListener::bind(&path).unwrap();
        let (watches, workspace, members) = (
            WatchServiceServer::new(fake.clone()),
            WorkspaceServiceServer::new(fake.clone()),
            MemberServiceServer::new(fake.clone()),
        );
        let router = service_fn(move |request: http::Request<tonic::body::Body>| {
            let (mut watches, mut workspace, mut members) =
                (watches.clone(), workspace.clone(), members.clone());
            async move {
                match request.uri().path() {
                    path if path.contains("WatchService") => watches.call(request).await,
                    path if path.contains("MemberService") => members.call(request).await,
                    _ => workspace.call(request).await,
                }
            }
        });
        let incoming = UnixListenerStream::new(listener);
        tokio::spawn(tonic::transport::Server::builder().serve_with_incoming(router, incoming));
        let patience = Patience {
            silence_limit: Duration::from_millis(200),
            first_wait: Duration::from_millis(1),
            longest_wait: Duration::from_millis(5),
            set_up_poll: Duration::from_millis(1),
            ..Patience::default()
        };
        let (sender, facts) = mpsc::channel(64);
        tokio::spawn(Feed::new(Endpoint::Unix(path), None, patience, sender).run());
        Self {
            fake,
            facts,
            _folder: folder,
        }
    }

    /// The next fact's name and revision, as far as it has one.
    async fn next(&mut self) -> String {
        let fact = timeout(Duration::from_secs(10), self.facts.recv())
            .await
            .unwrap();
        match fact {
            Some(Msg::Server(fact)) => match fact {
                ServerFact::Connecting { .. } => "connecting".into(),
                ServerFact::Connected { log_id, .. } => format!("connected {log_id}"),
                ServerFact::SetUpNeeded => "set-up".into(),
                ServerFact::SnapshotBegin => "begin".into(),
                ServerFact::Put(resources) => format!("put {}", resources.len()),
                ServerFact::SnapshotEnd { revision } => format!("end {revision}"),
                ServerFact::Commit(commit) => format!("commit {}", commit.revision),
                ServerFact::Progress { revision } => format!("progress {revision}"),
                ServerFact::Lost { .. } => "lost".into(),
                ServerFact::Resumed => "resumed".into(),
                ServerFact::Stopped { reason } => format!("stopped: {reason}"),
                other => panic!("{other:?}"),
            },
            Some(other) => panic!("{other:?}"),
            None => "over".into(),
        }
    }

    async fn expect(&mut self, expected: &[&str]) {
        for fact in expected {
            assert_eq!(self.next().await, *fact);
        }
    }

    fn starts(&self) -> Vec<Option<Start>> {
        self.fake
            .asked
            .lock()
            .unwrap()
            .iter()
            .map(|request| request.start)
            .collect()
    }
}

fn say(revision: u64, message: watch_response::Message) -> WatchResponse {
    WatchResponse {
        revision,
        message: Some(message),
    }
}

fn opened() -> WatchResponse {
    say(
        0,
        Message::Opened(v1::Opened {
            log_id: "log".into(),
            ..Default::default()
        }),
    )
}

fn picture(revision: u64) -> Script {
    let team = v1::Team {
        id: "teams/1".into(),
        ..Default::default()
    };
    let resource = v1::Resource {
        resource: Some(v1::resource::Resource::Team(team)),
    };
    let chunk = v1::SnapshotChunk {
        resources: vec![resource],
    };
    let end = say(
        revision,
        Message::SnapshotEnd(v1::SnapshotEnd { resource_count: 1 }),
    );
    (
        vec![opened(), say(revision, Message::SnapshotChunk(chunk)), end],
        None,
    )
}

fn commits(revisions: &[u64], end: Option<Status>) -> Script {
    let commits = revisions
        .iter()
        .map(|revision| v1::Commit {
            revision: *revision,
            ..Default::default()
        })
        .collect();
    let last = *revisions.last().unwrap();
    (
        vec![
            opened(),
            say(last, Message::CommitBatch(v1::CommitBatch { commits })),
        ],
        end,
    )
}

fn ended(code: Code, reason: &str) -> Option<Status> {
    let mut details = ErrorDetails::new();
    details.set_error_info(reason, "sluice", std::collections::HashMap::new());
    Some(Status::with_error_details(code, "it ended", details))
}

fn scripted(scripts: Vec<Script>) -> Fake {
    Fake {
        scripts: Arc::new(Mutex::new(scripts)),
        ..Fake::default()
    }
}

const PICTURE: [&str; 5] = ["connecting", "connected log", "begin", "put 1", "end 5"];

#[tokio::test]
async fn a_draining_server_is_resumed_from_where_it_stopped_and_nobody_is_alarmed() {
    let draining = ended(Code::Unavailable, "SERVER_DRAINING");
    let mut scene = Scene::play(scripted(vec![
        picture(5),
        commits(&[6, 7], draining),
        commits(&[8], None),
    ]));
    scene.expect(&PICTURE).await;
    scene.expect(&["commit 6", "commit 7", "commit 8"]).await;
    assert_eq!(
        scene.starts(),
        [
            Some(Start::Snapshot(true)),
            Some(Start::AfterRevision(5)),
            Some(Start::AfterRevision(7))
        ]
    );
}

#[tokio::test]
async fn a_compacted_log_brings_a_new_picture() {
    let compacted = ended(Code::OutOfRange, "REVISION_COMPACTED");
    let mut scene = Scene::play(scripted(vec![
        picture(5),
        (vec![], compacted),
        picture(9),
        commits(&[10], None),
    ]));
    scene.expect(&PICTURE).await;
    scene
        .expect(&["connected log", "begin", "put 1", "end 9", "commit 10"])
        .await;
}

#[tokio::test]
async fn silence_is_noticed_told_and_resumed() {
    let mut scene = Scene::play(scripted(vec![
        picture(5),
        commits(&[6], None),
        commits(&[7], None),
    ]));
    scene.expect(&PICTURE).await;
    scene
        .expect(&["commit 6", "lost", "resumed", "commit 7"])
        .await;
    assert_eq!(scene.starts()[2], Some(Start::AfterRevision(6)));
}

#[tokio::test]
async fn a_revoked_token_stops_the_feed() {
    let revoked = ended(Code::Unauthenticated, "TOKEN_REVOKED");
    let mut scene = Scene::play(scripted(vec![picture(5), (vec![], revoked)]));
    scene.expect(&PICTURE).await;
    scene.expect(&["stopped: it ended", "over"]).await;
}

#[tokio::test]
async fn a_fresh_folder_is_told_once_and_followed_when_it_is_set_up() {
    let fake = scripted(vec![picture(5)]);
    *fake.set_up_after.lock().unwrap() = 3;
    let mut scene = Scene::play(fake);
    scene
        .expect(&[
            "connecting",
            "set-up",
            "connected log",
            "begin",
            "put 1",
            "end 5",
        ])
        .await;
}

#[tokio::test]
async fn an_absent_server_is_told_and_tried_again() {
    let (sender, receiver) = mpsc::channel(8);
    let patience = Patience {
        first_wait: Duration::from_millis(1),
        longest_wait: Duration::from_millis(2),
        ..Patience::default()
    };
    let feed = tokio::spawn(
        Feed::new(
            Endpoint::Unix("/nonexistent/s".into()),
            None,
            patience,
            sender,
        )
        .run(),
    );
    let mut scene = Scene {
        fake: Fake::default(),
        facts: receiver,
        _folder: tempfile::tempdir().unwrap(),
    };
    scene.expect(&["connecting", "lost"]).await;
    drop(scene);
    // The feed ends with the session.
    timeout(Duration::from_secs(10), feed)
        .await
        .unwrap()
        .unwrap();
}

#[test]
fn waits_double_up_to_the_longest() {
    let patience = Patience::default();
    for attempt in 0..40 {
        let whole = Duration::from_millis(100 << attempt.min(16)).min(Duration::from_secs(10));
        let wait = backoff(attempt, &patience);
        assert!(wait >= whole / 2 && wait <= whole, "{attempt}: {wait:?}");
    }
}
