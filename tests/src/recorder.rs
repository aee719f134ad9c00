//! Records a watch over gRPC into a history, in a task of its own.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use sluice_proto::v1::{
    self, watch_request, watch_response::Message, watch_service_client::WatchServiceClient,
};
use tokio::{sync::watch, task::JoinHandle};
use tonic::transport::Channel;

use crate::{
    client::reason,
    history::{End, History, Start},
    wait::within,
};

/// What to watch.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Where to start.
    pub start: Start,
    /// Filter; empty means none.
    pub filter: String,
    /// Kinds; empty means all.
    pub kinds: Vec<v1::Kind>,
}

impl Wish {
    /// Everything, from a snapshot.
    pub fn everything() -> Self {
        Self {
            start: Start::Snapshot,
            filter: String::new(),
            kinds: Vec::new(),
        }
    }

    /// Everything, after a revision.
    pub fn after(revision: u64) -> Self {
        Self {
            start: Start::After(revision),
            ..Self::everything()
        }
    }

    /// Opportunities that match a filter, from a snapshot.
    pub fn deals(filter: &str) -> Self {
        Self {
            filter: filter.to_owned(),
            kinds: vec![v1::Kind::Opportunity],
            ..Self::everything()
        }
    }

    /// The same wish with another start.
    pub fn from(&self, start: Start) -> Self {
        Self {
            start,
            ..self.clone()
        }
    }

    /// The request on the wire. Progress comes every 100 ms: tests wait for it.
    pub fn request(&self) -> v1::WatchRequest {
        v1::WatchRequest {
            start: Some(match self.start {
                Start::Snapshot => watch_request::Start::Snapshot(true),
                Start::After(revision) => watch_request::Start::AfterRevision(revision),
            }),
            filter: self.filter.clone(),
            kinds: self.kinds.iter().map(|kind| *kind as i32).collect(),
            progress_interval: Some(prost_types::Duration {
                seconds: 0,
                nanos: 100_000_000,
            }),
            ..Default::default()
        }
    }
}

/// How far a recording got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Revision the view is at; 0 until a snapshot is complete.
    pub revision: u64,
    /// Whether the server ended the watch.
    pub ended: bool,
}

/// A watch being recorded.
pub struct Recording {
    history: Arc<Mutex<History>>,
    reached: watch::Receiver<Reached>,
    task: JoinHandle<()>,
}

impl Recording {
    /// Opens a watch and records it. A refusal of the watch is a history of its own: it has no message, and an end.
    pub fn start(channel: Channel, wish: &Wish) -> Self {
        let history = Arc::new(Mutex::new(History {
            start: wish.start,
            filter: wish.filter.clone(),
            kinds: wish.kinds.clone(),
            messages: Vec::new(),
            end: End::LetGo,
        }));
        let (say, reached) = watch::channel(Reached::default());
        let task = tokio::spawn(record(channel, wish.request(), Arc::clone(&history), say));
        Self {
            history,
            reached,
            task,
        }
    }

    /// Waits until the view is at `revision` or beyond.
    ///
    /// # Errors
    /// When the watch ends first, or the bound passes.
    pub async fn reach(&mut self, revision: u64) -> Result<()> {
        let what = format!("the watch reaches revision {revision}");
        let reached = within(
            &what,
            self.reached
                .wait_for(|it| it.revision >= revision || it.ended),
        )
        .await?
        .context("the recorder stopped")?;
        let done = reached.revision >= revision;
        drop(reached);
        anyhow::ensure!(
            done,
            "{what}, but it ended: {:?}",
            self.peek(|history| history.end.clone())
        );
        Ok(())
    }

    /// Waits until the server ends the watch, and gives the history.
    ///
    /// # Errors
    /// When the bound passes first.
    pub async fn ended(mut self) -> Result<History> {
        within("the watch ends", self.reached.wait_for(|it| it.ended))
            .await?
            .context("the recorder stopped")?;
        Ok(self.let_go())
    }

    /// Looks at what is recorded so far.
    pub fn peek<T>(&self, look: impl FnOnce(&History) -> T) -> T {
        look(&self.history.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Stops and gives the history.
    pub fn let_go(self) -> History {
        self.task.abort();
        self.peek(History::clone)
    }

    /// Waits until the view is at `revision`, then stops and gives the history.
    ///
    /// # Errors
    /// As [`Recording::reach`].
    pub async fn up_to(mut self, revision: u64) -> Result<History> {
        self.reach(revision).await?;
        Ok(self.let_go())
    }
}

async fn record(
    channel: Channel,
    request: v1::WatchRequest,
    history: Arc<Mutex<History>>,
    say: watch::Sender<Reached>,
) {
    let mut in_snapshot = matches!(request.start, Some(watch_request::Start::Snapshot(_)));
    let mut client = WatchServiceClient::new(channel);
    let end = match client.watch(request).await {
        Err(status) => ended_by(&status),
        Ok(response) => {
            let mut stream = response.into_inner();
            loop {
                match stream.message().await {
                    Ok(Some(message)) => {
                        let revision = message.revision;
                        in_snapshot &= !matches!(message.message, Some(Message::SnapshotEnd(_)));
                        let opened = matches!(message.message, Some(Message::Opened(_)));
                        history
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .messages
                            .push(message);
                        if !in_snapshot && !opened {
                            say.send_modify(|it| it.revision = revision);
                        }
                    }
                    Ok(None) => break End::Ok,
                    Err(status) => break ended_by(&status),
                }
            }
        }
    };
    history.lock().unwrap_or_else(PoisonError::into_inner).end = end;
    say.send_modify(|it| it.ended = true);
}

fn ended_by(status: &tonic::Status) -> End {
    End::Status {
        code: status.code(),
        reason: reason(status),
    }
}
