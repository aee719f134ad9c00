//! The floor for the benchmarks: a tonic server that keeps nothing: it echoes creates and fans them out to its watchers.

use std::pin::Pin;

use anyhow::{Context as _, Result};
use futures_util::{Stream, StreamExt as _};
use sluice_proto::v1::{
    self,
    opportunity_service_server::{OpportunityService, OpportunityServiceServer},
    watch_response::Message,
    watch_service_server::{WatchService, WatchServiceServer},
};
use tokio::{net::UnixListener, sync::watch};
use tokio_stream::wrappers::{UnixListenerStream, WatchStream};
use tonic::{Response, Status, body::Body, codegen::http::Request, transport::Server};
use tower::{Service as _, service_fn};

/// The same allocator as the server it is the floor of.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What the calls say that no benchmark makes.
const NOT_MEASURED: &str = "this server only echoes creates";

/// Path of the one call that is not about opportunities.
const WATCH_PREFIX: &str = "/sluice.v1.WatchService/";

/// The newest message, for all watchers. At the rates measured no watcher is so late that it misses one.
#[derive(Clone)]
struct Bare {
    newest: watch::Sender<v1::WatchResponse>,
}

#[tonic::async_trait]
impl OpportunityService for Bare {
    async fn create_opportunity(
        &self,
        request: tonic::Request<v1::CreateOpportunityRequest>,
    ) -> Result<Response<v1::CreateOpportunityResponse>, Status> {
        let opportunity = request.into_inner().opportunity;
        let mut revision = 0;
        if self.newest.receiver_count() > 0 {
            self.newest.send_modify(|newest| {
                newest.revision += 1;
                revision = newest.revision;
                newest.message = Some(commit(revision, opportunity.clone()));
            });
        }
        Ok(Response::new(v1::CreateOpportunityResponse {
            opportunity,
            revision,
        }))
    }

    async fn get_opportunity(
        &self,
        _: tonic::Request<v1::GetOpportunityRequest>,
    ) -> Result<Response<v1::GetOpportunityResponse>, Status> {
        Err(Status::unimplemented(NOT_MEASURED))
    }

    async fn list_opportunities(
        &self,
        _: tonic::Request<v1::ListOpportunitiesRequest>,
    ) -> Result<Response<v1::ListOpportunitiesResponse>, Status> {
        Err(Status::unimplemented(NOT_MEASURED))
    }

    async fn amend_opportunity(
        &self,
        _: tonic::Request<v1::AmendOpportunityRequest>,
    ) -> Result<Response<v1::AmendOpportunityResponse>, Status> {
        Err(Status::unimplemented(NOT_MEASURED))
    }

    async fn move_opportunity(
        &self,
        _: tonic::Request<v1::MoveOpportunityRequest>,
    ) -> Result<Response<v1::MoveOpportunityResponse>, Status> {
        Err(Status::unimplemented(NOT_MEASURED))
    }

    async fn lose_opportunity(
        &self,
        _: tonic::Request<v1::LoseOpportunityRequest>,
    ) -> Result<Response<v1::LoseOpportunityResponse>, Status> {
        Err(Status::unimplemented(NOT_MEASURED))
    }

    async fn reopen_opportunity(
        &self,
        _: tonic::Request<v1::ReopenOpportunityRequest>,
    ) -> Result<Response<v1::ReopenOpportunityResponse>, Status> {
        Err(Status::unimplemented(NOT_MEASURED))
    }

    async fn undo_move(
        &self,
        _: tonic::Request<v1::UndoMoveRequest>,
    ) -> Result<Response<v1::UndoMoveResponse>, Status> {
        Err(Status::unimplemented(NOT_MEASURED))
    }

    async fn archive_opportunity(
        &self,
        _: tonic::Request<v1::ArchiveOpportunityRequest>,
    ) -> Result<Response<v1::ArchiveOpportunityResponse>, Status> {
        Err(Status::unimplemented(NOT_MEASURED))
    }

    async fn restore_opportunity(
        &self,
        _: tonic::Request<v1::RestoreOpportunityRequest>,
    ) -> Result<Response<v1::RestoreOpportunityResponse>, Status> {
        Err(Status::unimplemented(NOT_MEASURED))
    }

    async fn list_stage_entries(
        &self,
        _: tonic::Request<v1::ListStageEntriesRequest>,
    ) -> Result<Response<v1::ListStageEntriesResponse>, Status> {
        Err(Status::unimplemented(NOT_MEASURED))
    }
}

fn commit(revision: u64, opportunity: Option<v1::Opportunity>) -> Message {
    let put = v1::Resource {
        resource: opportunity.map(v1::resource::Resource::Opportunity),
    };
    let change = v1::Change {
        change: Some(v1::change::Change::Put(put)),
    };
    let commit = v1::Commit {
        revision,
        changes: vec![change],
        ..Default::default()
    };
    Message::CommitBatch(v1::CommitBatch {
        commits: vec![commit],
    })
}

#[tonic::async_trait]
impl WatchService for Bare {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<v1::WatchResponse, Status>> + Send>>;

    async fn watch(
        &self,
        _: tonic::Request<v1::WatchRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        Ok(Response::new(Box::pin(
            WatchStream::new(self.newest.subscribe()).map(Ok),
        )))
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let socket = std::env::args_os()
        .nth(1)
        .context("usage: bare-tonic SOCKET")?;
    let opened = v1::WatchResponse {
        revision: 0,
        message: Some(Message::Opened(v1::Opened::default())),
    };
    let bare = Bare {
        newest: watch::Sender::new(opened),
    };
    let opportunities = OpportunityServiceServer::new(bare.clone());
    let watches = WatchServiceServer::new(bare);
    let by_path = service_fn(move |request: Request<Body>| {
        let (mut opportunities, mut watches) = (opportunities.clone(), watches.clone());
        async move {
            if request.uri().path().starts_with(WATCH_PREFIX) {
                watches.call(request).await
            } else {
                opportunities.call(request).await
            }
        }
    });
    Server::builder()
        .serve_with_incoming(
            by_path,
            UnixListenerStream::new(UnixListener::bind(socket)?),
        )
        .await?;
    Ok(())
}
