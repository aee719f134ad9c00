//! The server inside the client: own the folder's lock and serve it, or join who does; take over when the owner leaves.
//!
//! This is the only file that names the server library. Owner and guests all speak gRPC through the folder's socket, so a change of owner is a
//! reconnection and nothing else: the feed resumes its watch, and unanswered requests are sent again with the id they had.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sluice_proto::v1::GetServerInfoRequest;
use sluice_server::{ManualClock, RunningServer, Server, ServerOptions, StartError, Timestamp};
use tokio::sync::Mutex;
use tokio::time::sleep;

use crate::client::{Endpoint, describe, timed};
use crate::record::Micros;

pub use sluice_server::SetUpDefaults;

/// How long a folder's owner may take to answer: a workspace with a million deals loads that long.
const OWNER_BOUND: Duration = Duration::from_secs(30);
/// The first wait between two looks at a folder that is owned but does not answer yet; it doubles.
const FIRST_LOOK: Duration = Duration::from_millis(20);
/// The longest such wait.
const LONGEST_LOOK: Duration = Duration::from_millis(500);

/// The clock of a served folder in which time passes as a simulation says.
#[derive(Clone, Debug)]
pub struct SimulatedClock(ManualClock);

impl SimulatedClock {
    /// A clock standing at an instant.
    pub fn new(at: Micros) -> Self {
        Self(ManualClock::new(Timestamp(at)))
    }

    /// Moves it to an instant; one that has passed changes nothing.
    pub fn advance_to(&self, at: Micros) {
        self.0.advance_to(Timestamp(at));
    }

    /// From now on it is the operating system's clock.
    pub fn follow_system(&self) {
        self.0.follow_system();
    }
}

/// Why a folder could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The server did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// This client has left the folder.
    #[error("this session has left {data_dir}")]
    Left {
        /// The folder.
        data_dir: PathBuf,
    },
    /// Somebody owns the folder and does not answer.
    #[error(
        "another process owns {data_dir} but does not answer ({reason}); if it hangs, stop it and try again"
    )]
    OwnerSilent {
        /// The folder.
        data_dir: PathBuf,
        /// What was tried last.
        reason: String,
    },
}

/// A folder that is served, by this process or by another.
#[derive(Clone)]
pub struct LocalWorkspace {
    inner: Arc<Inner>,
}

struct Inner {
    options: ServerOptions,
    endpoint: Endpoint,
    server: Mutex<Part>,
    /// Set before the lock is asked for, so that leaving does not wait for an owner who does not answer.
    leaving: AtomicBool,
}

/// What this client has to do with serving the folder.
enum Part {
    /// Another process serves it.
    Guest,
    /// This one does. Boxed: it is a whole server.
    Owner(Box<RunningServer>),
    /// Nothing any more: a feed that has not ended yet must not serve it again.
    Left,
}

impl fmt::Debug for LocalWorkspace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("LocalWorkspace")
            .field("endpoint", &self.inner.endpoint)
            .finish_non_exhaustive()
    }
}

impl LocalWorkspace {
    /// Serves the folder, or joins the process that does. `set_up` is what a fresh folder is set up with; without it the first caller does that.
    pub async fn open(data_dir: &Path, set_up: Option<SetUpDefaults>) -> Result<Self, OpenError> {
        let mut options = ServerOptions::new(data_dir);
        options.set_up = set_up;
        Self::open_with(options).await
    }

    /// The same, by a clock that stands still until it is told to move.
    pub async fn open_simulated(
        data_dir: &Path,
        clock: &SimulatedClock,
    ) -> Result<Self, OpenError> {
        let mut options = ServerOptions::new(data_dir);
        options.clock = Some(clock.0.clone());
        Self::open_with(options).await
    }

    async fn open_with(options: ServerOptions) -> Result<Self, OpenError> {
        let data_dir = options.data_dir.clone();
        let socket = options
            .unix
            .clone()
            .unwrap_or_else(|| data_dir.join(sluice_server::server::SOCKET_NAME));
        let workspace = Self {
            inner: Arc::new(Inner {
                options,
                endpoint: Endpoint::Unix(socket),
                server: Mutex::new(Part::Guest),
                leaving: AtomicBool::new(false),
            }),
        };
        workspace.ensure_served().await?;
        Ok(workspace)
    }

    /// Where the folder is served.
    pub fn endpoint(&self) -> &Endpoint {
        &self.inner.endpoint
    }

    /// True while this process is the one that serves.
    pub async fn is_owner(&self) -> bool {
        matches!(*self.inner.server.lock().await, Part::Owner(_))
    }

    /// What the feed asks before it connects again.
    pub fn reviver(&self) -> Reviver {
        Reviver {
            workspace: self.clone(),
        }
    }

    /// Leaves for good: an owned server drains and gives the folder up to whoever waits for it.
    pub async fn close(&self) {
        self.inner.leaving.store(true, Ordering::Relaxed);
        let mut part = self.inner.server.lock().await;
        if let Part::Owner(server) = std::mem::replace(&mut *part, Part::Left) {
            server.shutdown().await;
        }
    }

    /// Returns when the folder is served, by whomever.
    async fn ensure_served(&self) -> Result<(), OpenError> {
        let mut part = self.inner.server.lock().await;
        match *part {
            Part::Guest => {}
            Part::Owner(_) => return Ok(()),
            Part::Left => {
                return Err(OpenError::Left {
                    data_dir: self.inner.options.data_dir.clone(),
                });
            }
        }
        let began = Instant::now();
        let mut look = FIRST_LOOK;
        loop {
            if self.inner.leaving.load(Ordering::Relaxed) {
                return Err(OpenError::Left {
                    data_dir: self.inner.options.data_dir.clone(),
                });
            }
            match Server::start(self.inner.options.clone()).await {
                Ok(running) => {
                    *part = Part::Owner(Box::new(running));
                    return Ok(());
                }
                Err(StartError::AlreadyOwned { .. }) => {}
                Err(error) => return Err(error.into()),
            }
            let reason = match self.is_answered().await {
                Ok(()) => return Ok(()),
                Err(reason) => reason,
            };
            if began.elapsed() > OWNER_BOUND {
                let data_dir = self.inner.options.data_dir.clone();
                return Err(OpenError::OwnerSilent { data_dir, reason });
            }
            sleep(look).await;
            look = (look * 2).min(LONGEST_LOOK);
        }
    }

    async fn is_answered(&self) -> Result<(), String> {
        let connection = self
            .inner
            .endpoint
            .connect()
            .map_err(|error| error.to_string())?;
        let answer = connection
            .workspace()
            .get_server_info(timed(GetServerInfoRequest {}))
            .await;
        answer.map(|_| ()).map_err(|status| describe(&status))
    }
}

/// Makes sure that a local folder is served before it is connected to again.
#[derive(Clone, Debug)]
pub struct Reviver {
    workspace: LocalWorkspace,
}

impl Reviver {
    /// Serves the folder if nobody does any more. The error is for people.
    pub async fn revive(&self) -> Result<(), String> {
        self.workspace
            .ensure_served()
            .await
            .map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod quarter_tests;
#[cfg(test)]
mod tests;
