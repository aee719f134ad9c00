//! The library entry: a data folder becomes a running server, in `sluiced` and inside the terminal client alike.

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use sluice_domain::{Actor, Command, command::SetUpWorkspace};

use crate::{
    delivery::{Deliverer, DeliveryOptions, SmtpOptions},
    engine::{Engine, EngineOptions, ManualClock, OpenError, Submission},
    grpc::serve::{Listeners, Serving, serve},
    listen::{self, SocketFile},
};

/// Name of the socket inside a data folder.
pub const SOCKET_NAME: &str = "sluice.sock";
/// Time the writer has to make the last commands durable.
pub const WRITER_TIMEOUT: Duration = Duration::from_secs(2);

/// What to serve, and where.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// Folder of the store; made when missing.
    pub data_dir: PathBuf,
    /// Path of the Unix socket; `None` opens none.
    pub unix: Option<PathBuf>,
    /// TCP address; `None` opens none. Port 0 takes a free one.
    pub tcp: Option<SocketAddr>,
    /// Allows a plaintext TCP listener that other machines can reach.
    pub insecure: bool,
    /// The mail server for digests; none = e-mail waits until there is one.
    pub smtp: Option<SmtpOptions>,
    /// A clock to use instead of the operating system's, for simulations.
    pub clock: Option<ManualClock>,
    /// How to set up a fresh folder; `None` leaves that to the first caller of `SetUpWorkspace`.
    pub set_up: Option<SetUpDefaults>,
}

impl ServerOptions {
    /// Serves `data_dir` on its own socket only, leaving a fresh folder to be set up by hand.
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        let data_dir = data_dir.into();
        Self {
            unix: Some(data_dir.join(SOCKET_NAME)),
            tcp: None,
            insecure: false,
            smtp: None,
            clock: None,
            set_up: None,
            data_dir,
        }
    }
}

/// Settings of a workspace that is set up without asking anybody.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SetUpDefaults {
    /// What people call the workspace.
    pub workspace_name: String,
    /// IANA time zone.
    pub time_zone: String,
    /// ISO 4217 code.
    pub currency_code: String,
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another server owns the folder: join it through its socket.
    #[error("{data_dir} is in use by {owner}: talk to it through its socket, or stop it first")]
    AlreadyOwned {
        /// The folder.
        data_dir: PathBuf,
        /// What the owner says about itself.
        owner: String,
    },
    /// A plaintext listener that other machines can reach was asked for without saying so.
    #[error(
        "refusing to listen on {address}: other machines could reach it, and the connection is not encrypted. \
         Listen on 127.0.0.1 and use SSH, or pass --insecure if the network is trusted"
    )]
    OffLoopback {
        /// The address asked for.
        address: SocketAddr,
    },
    /// A listener could not be opened.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Socket path or TCP address.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// The store could not be opened.
    #[error("{0}")]
    Open(OpenError),
    /// A fresh folder could not be set up as asked.
    #[error("cannot set up the workspace: {reason}")]
    SetUp {
        /// What is wrong with the settings.
        reason: String,
    },
}

impl From<OpenError> for StartError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::AlreadyOwned { data_dir, owner } => Self::AlreadyOwned { data_dir, owner },
            other => Self::Open(other),
        }
    }
}

/// A server that is running. Dropping it stops it at once; [`RunningServer::shutdown`] drains it first.
#[derive(Debug)]
pub struct RunningServer {
    engine: Engine,
    serving: Serving,
    socket: Option<SocketFile>,
    tcp_addr: Option<SocketAddr>,
    deliverer: Deliverer,
}

impl RunningServer {
    /// Path of the Unix socket, when there is one.
    #[must_use]
    pub fn unix_path(&self) -> Option<&Path> {
        self.socket.as_ref().map(SocketFile::path)
    }

    /// The TCP address listened on, with the port that was taken.
    #[must_use]
    pub fn tcp_addr(&self) -> Option<SocketAddr> {
        self.tcp_addr
    }

    /// The engine behind the API.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Drains and stops: watches end with `UNAVAILABLE`, calls under way finish, the last commit is durable, the folder
    /// is free for the next owner. Takes at most ten seconds and a half.
    pub async fn shutdown(self) {
        self.serving.drain().await;
        drop(self.deliverer);
        // Before the lock goes: the next owner makes a socket of its own at the same path.
        drop(self.socket);
        if tokio::time::timeout(WRITER_TIMEOUT, self.engine.shutdown())
            .await
            .is_err()
        {
            tracing::warn!("the writer is still busy: what it has not answered may be lost");
        }
    }
}

/// Starts servers.
#[derive(Debug)]
pub struct Server;

impl Server {
    /// Locks the folder, loads the store, opens the listeners and serves.
    ///
    /// # Errors
    /// [`StartError::AlreadyOwned`] when another server has the folder; otherwise what stood in the way.
    pub async fn start(options: ServerOptions) -> Result<RunningServer, StartError> {
        if let Some(address) = options
            .tcp
            .filter(|address| !address.ip().is_loopback() && !options.insecure)
        {
            return Err(StartError::OffLoopback { address });
        }
        let mut engine_options = EngineOptions::new(options.data_dir.clone());
        if let Some(clock) = &options.clock {
            engine_options.clock = Arc::new(clock.clone());
        }
        let opened = tokio::task::spawn_blocking(move || Engine::open(engine_options)).await;
        let engine =
            opened.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))?;
        match Self::start_on(&engine, &options).await {
            Ok((serving, socket, tcp_addr)) => Ok(RunningServer {
                deliverer: Deliverer::start(
                    engine.clone(),
                    DeliveryOptions {
                        smtp: options.smtp,
                        ..DeliveryOptions::default()
                    },
                ),
                engine,
                serving,
                socket,
                tcp_addr,
            }),
            Err(error) => {
                engine.shutdown().await;
                Err(error)
            }
        }
    }

    async fn start_on(
        engine: &Engine,
        options: &ServerOptions,
    ) -> Result<(Serving, Option<SocketFile>, Option<SocketAddr>), StartError> {
        if let Some(defaults) = &options.set_up {
            set_up(engine, defaults).await?;
        }
        let mut listeners = Listeners::default();
        let mut tcp_addr = None;
        if let Some(address) = options.tcp {
            let failed = |source| StartError::Listen {
                address: address.to_string(),
                source,
            };
            let listener = listen::tcp(address).await.map_err(failed)?;
            tcp_addr = Some(listener.local_addr().map_err(failed)?);
            listeners.tcp = Some(listener);
        }
        let mut socket = None;
        if let Some(path) = &options.unix {
            let failed = |source| StartError::Listen {
                address: path.display().to_string(),
                source,
            };
            let (listener, file) = listen::unix(path).map_err(failed)?;
            listeners.unix = Some(listener);
            socket = Some(file);
        }
        Ok((serve(engine.clone(), listeners).await, socket, tcp_addr))
    }
}

/// Sets up a fresh folder; one that is set up stays as it is.
async fn set_up(engine: &Engine, defaults: &SetUpDefaults) -> Result<(), StartError> {
    if engine.snapshot().workspace().is_some() {
        return Ok(());
    }
    let command = SetUpWorkspace {
        name: defaults.workspace_name.clone(),
        time_zone: defaults.time_zone.clone(),
        currency: defaults.currency_code.clone(),
        language: Default::default(),
        template: Default::default(),
        administrator: None,
    };
    let actor = Actor {
        member: None,
        label: "system".to_owned(),
    };
    let outcome = engine
        .submit(Submission::new(Command::SetUpWorkspace(command), actor))
        .await;
    outcome.map(|_| ()).map_err(|error| StartError::SetUp {
        reason: error.to_string(),
    })
}
