//! The watch stream as facts for the screen: owns the cursor, the heartbeat and the waiting between attempts.
//!
//! What each end of a watch means is in one table, [`ending`], which is that of DESIGN.md §5. After every message the feed knows the revision it is
//! at; a lost link is resumed from there, so the screen misses nothing and gets nothing twice.

mod ending;

use std::future::Future;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use sluice_proto::v1::{self, Kind, watch_request::Start, watch_response::Message};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tonic::{Code, Status, Streaming};

use crate::client::{Connection, Endpoint, describe, timed};
use crate::embedded::Reviver;
use crate::message::{Msg, ServerFact};
use crate::record::Micros;
use crate::wire;

pub use ending::{Ending, ending};

/// Kinds of the first picture. Activities, rewards, packets and badges are left out: there are many, and the screen reads those it shows.
/// What happens to them afterwards is heard of all the same: the commits that follow are of all kinds.
const PICTURE_KINDS: [Kind; 11] = [
    Kind::Workspace,
    Kind::Team,
    Kind::Member,
    Kind::Pipeline,
    Kind::Customer,
    Kind::Contact,
    Kind::Opportunity,
    Kind::Alert,
    Kind::Approval,
    Kind::Notice,
    Kind::Scheme,
];

/// How patient the feed is.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How often the server says that it lives.
    pub progress_interval: Duration,
    /// Silence after which the link counts as lost (TUI.md §3).
    pub silence_limit: Duration,
    /// The first wait before another attempt; it doubles.
    pub first_wait: Duration,
    /// The longest wait.
    pub longest_wait: Duration,
    /// How often a fresh folder is looked at while the person sets it up.
    pub set_up_poll: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            progress_interval: Duration::from_secs(2),
            silence_limit: Duration::from_secs(6),
            first_wait: Duration::from_millis(100),
            longest_wait: Duration::from_secs(10),
            set_up_poll: Duration::from_millis(300),
        }
    }
}

/// Where in the log the screen is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    log_id: String,
    revision: u64,
}

/// Follows one server until the session ends.
#[derive(Debug)]
pub struct Feed {
    endpoint: Endpoint,
    reviver: Option<Reviver>,
    patience: Patience,
    messages: mpsc::Sender<Msg>,
    place: Option<Place>,
    last_good: Micros,
    /// Attempts since the link was last good.
    failures: u32,
    told_lost: bool,
    told_set_up_needed: bool,
}

impl Feed {
    /// A feed that sends to `messages`. `reviver` is asked before each attempt, so that an embedded server whose owner has left finds a new one.
    pub fn new(
        endpoint: Endpoint,
        reviver: Option<Reviver>,
        patience: Patience,
        messages: mpsc::Sender<Msg>,
    ) -> Self {
        Self {
            endpoint,
            reviver,
            patience,
            messages,
            place: None,
            last_good: now(),
            failures: 0,
            told_lost: false,
            told_set_up_needed: false,
        }
    }

    /// Runs until the receiver of the messages is gone or the server will not have us any more.
    pub async fn run(mut self) {
        if self
            .tell(ServerFact::Connecting {
                target: self.endpoint.to_string(),
            })
            .await
            .is_err()
        {
            return;
        }
        loop {
            let ending = match self.watch_once().await {
                Ok(never) => match never {},
                Err(ending) => ending,
            };
            if self.settle(ending).await.is_err() {
                return;
            }
        }
    }

    /// Tells what an ending means and waits as long as it asks for. An error ends the feed.
    async fn settle(&mut self, ending: Ending) -> Result<(), SessionGone> {
        match ending {
            Ending::SessionGone => Err(SessionGone),
            Ending::Stop { reason } => {
                // Whether anybody still listens makes no difference now.
                let _ = self.tell(ServerFact::Stopped { reason }).await;
                Err(SessionGone)
            }
            Ending::SetUpNeeded => {
                self.last_good = now();
                self.failures = 0;
                if !self.told_set_up_needed {
                    self.told_set_up_needed = true;
                    self.tell(ServerFact::SetUpNeeded).await?;
                }
                self.wait(self.patience.set_up_poll).await
            }
            Ending::Snapshot { reason } => {
                self.place = None;
                self.failed(reason, false, None).await
            }
            Ending::Resume { reason, after } => self.failed(reason, false, after).await,
            Ending::Silence => {
                let seconds = self.patience.silence_limit.as_secs();
                self.failed(format!("nothing was heard for {seconds} s"), true, None)
                    .await
            }
        }
    }

    /// The first failure is tried again at once and in silence: another process may just have taken the server over.
    async fn failed(
        &mut self,
        reason: String,
        at_once: bool,
        after: Option<Duration>,
    ) -> Result<(), SessionGone> {
        self.failures = self.failures.saturating_add(1);
        if (at_once || self.failures > 1) && !self.told_lost {
            self.told_lost = true;
            self.tell(ServerFact::Lost {
                since: self.last_good,
                reason,
            })
            .await?;
        }
        let wait = if self.failures == 1 {
            Duration::ZERO
        } else {
            backoff(self.failures - 2, &self.patience)
        };
        self.wait(
            wait.max(after.unwrap_or_default())
                .min(self.patience.longest_wait),
        )
        .await
    }

    async fn wait(&self, span: Duration) -> Result<(), SessionGone> {
        tokio::select! {
            () = sleep(span) => Ok(()),
            () = self.messages.closed() => Err(SessionGone),
        }
    }

    async fn tell(&self, fact: ServerFact) -> Result<(), SessionGone> {
        self.messages
            .send(Msg::Server(fact))
            .await
            .map_err(|_| SessionGone)
    }

    /// Connects, takes the picture if there is none, and follows. Comes back only with the reason why it ended.
    async fn watch_once(&mut self) -> Result<std::convert::Infallible, Ending> {
        if let Some(reviver) = &self.reviver {
            reviver.revive().await.map_err(|reason| Ending::Resume {
                reason,
                after: None,
            })?;
        }
        // A fresh connection: a dead one would keep every new call waiting.
        let connection = self.endpoint.connect().map_err(|error| Ending::Stop {
            reason: error.to_string(),
        })?;
        let info = self
            .heard(
                connection
                    .workspace()
                    .get_server_info(timed(v1::GetServerInfoRequest {})),
            )
            .await?
            .into_inner();
        if !info.set_up {
            return Err(Ending::SetUpNeeded);
        }
        if self
            .place
            .as_ref()
            .is_some_and(|place| place.log_id != info.log_id)
        {
            self.place = None;
        }
        let place = match self.place.clone() {
            Some(place) => place,
            None => self.take_picture(&connection).await?,
        };
        self.follow(&connection, place).await
    }

    async fn take_picture(&mut self, connection: &Connection) -> Result<Place, Ending> {
        let member_id = self.own_member(connection).await?;
        let kinds = PICTURE_KINDS.iter().map(|kind| i32::from(*kind)).collect();
        let mut stream = self
            .open(connection, Start::Snapshot(true), String::new(), kinds)
            .await?;
        let mut log_id = String::new();
        loop {
            let response = self.next(&mut stream).await?;
            match response.message {
                Some(Message::Opened(opened)) => {
                    log_id = opened.log_id;
                    let connected = ServerFact::Connected {
                        log_id: log_id.clone(),
                        target: connection.target.clone(),
                        member_id,
                    };
                    self.tell(connected).await?;
                    self.told_lost = false;
                    self.tell(ServerFact::SnapshotBegin).await?;
                }
                Some(Message::SnapshotChunk(chunk)) => {
                    let resources = chunk
                        .resources
                        .into_iter()
                        .filter_map(wire::resource)
                        .collect();
                    self.tell(ServerFact::Put(resources)).await?;
                }
                Some(Message::SnapshotEnd(_)) => {
                    self.tell(ServerFact::SnapshotEnd {
                        revision: response.revision,
                    })
                    .await?;
                    let place = Place {
                        log_id,
                        revision: response.revision,
                    };
                    self.place = Some(place.clone());
                    self.good();
                    return Ok(place);
                }
                // Commits and progress come after the snapshot only; a message of a newer server means nothing here.
                Some(Message::CommitBatch(_) | Message::Progress(_)) | None => {}
            }
        }
    }

    async fn follow(
        &mut self,
        connection: &Connection,
        place: Place,
    ) -> Result<std::convert::Infallible, Ending> {
        let start = Start::AfterRevision(place.revision);
        let mut stream = self
            .open(connection, start, place.log_id, Vec::new())
            .await?;
        loop {
            let response = self.next(&mut stream).await?;
            self.good();
            if self.told_lost {
                self.told_lost = false;
                self.tell(ServerFact::Resumed).await?;
            }
            match response.message {
                Some(Message::CommitBatch(batch)) => {
                    for commit in batch.commits {
                        let revision = commit.revision;
                        self.tell(ServerFact::Commit(wire::commit(commit))).await?;
                        self.reached(revision);
                    }
                }
                Some(Message::Progress(_)) => {
                    self.tell(ServerFact::Progress {
                        revision: response.revision,
                    })
                    .await?
                }
                Some(Message::Opened(_) | Message::SnapshotChunk(_) | Message::SnapshotEnd(_))
                | None => {}
            }
            self.reached(response.revision);
        }
    }

    fn reached(&mut self, revision: u64) {
        if let Some(place) = &mut self.place {
            place.revision = place.revision.max(revision);
        }
    }

    fn good(&mut self) {
        self.last_good = now();
        self.failures = 0;
        self.told_set_up_needed = false;
    }

    async fn own_member(&self, connection: &Connection) -> Result<Option<u64>, Ending> {
        let mut members = connection.members();
        let asked = timeout(
            self.patience.silence_limit,
            members.get_current_member(timed(v1::GetCurrentMemberRequest {})),
        );
        match asked.await {
            Err(_) => Err(Ending::Silence),
            Ok(Ok(answer)) => Ok(answer
                .into_inner()
                .member
                .and_then(|member| wire::number(&member.id))),
            // Scripts and people without a record may watch too.
            Ok(Err(status))
                if matches!(status.code(), Code::NotFound | Code::FailedPrecondition) =>
            {
                Ok(None)
            }
            Ok(Err(status)) => Err(ending(&status)),
        }
    }

    async fn open(
        &self,
        connection: &Connection,
        start: Start,
        log_id: String,
        kinds: Vec<i32>,
    ) -> Result<Streaming<v1::WatchResponse>, Ending> {
        let request = v1::WatchRequest {
            start: Some(start),
            log_id,
            filter: String::new(),
            kinds,
            progress_interval: prost_types::Duration::try_from(self.patience.progress_interval)
                .ok(),
        };
        Ok(self
            .heard(connection.watches().watch(request))
            .await?
            .into_inner())
    }

    async fn next(
        &self,
        stream: &mut Streaming<v1::WatchResponse>,
    ) -> Result<v1::WatchResponse, Ending> {
        match self.heard(stream.message()).await? {
            Some(response) => Ok(response),
            // A watch never ends with OK (G10); if it does, somebody between us and the server ended it.
            None => Err(Ending::Resume {
                reason: "the stream ended".to_owned(),
                after: None,
            }),
        }
    }

    /// Waits for an answer no longer than silence is borne, and no longer than somebody listens.
    async fn heard<T>(&self, answer: impl Future<Output = Result<T, Status>>) -> Result<T, Ending> {
        tokio::select! {
            answer = timeout(self.patience.silence_limit, answer) => match answer {
                Err(_) => Err(Ending::Silence),
                Ok(answer) => answer.map_err(|status| ending(&status)),
            },
            () = self.messages.closed() => Err(Ending::SessionGone),
        }
    }
}

/// Nobody listens any more.
struct SessionGone;

impl From<SessionGone> for Ending {
    fn from(_: SessionGone) -> Self {
        Self::SessionGone
    }
}

/// The wait before attempt number `attempt`: doubling from the first to the longest, between half and all of it, so that a thousand screens do not
/// come back in the same instant.
pub(crate) fn backoff(attempt: u32, patience: &Patience) -> Duration {
    let whole = patience
        .first_wait
        .saturating_mul(1 << attempt.min(16))
        .min(patience.longest_wait);
    let random = RandomState::new().build_hasher().finish() % 1_000;
    whole / 2 + (whole / 2).mul_f64(f64::from(u32::try_from(random).unwrap_or(0)) / 1_000.0)
}

fn now() -> Micros {
    jiff::Timestamp::now().as_microsecond()
}

#[cfg(test)]
mod tests;
