//! Real server processes on folders of their own: start, wait until ready, kill -9, restart, drain.
//!
//! The programs are this crate's own bin targets, built from the very `main.rs` of the product, because Cargo builds a
//! package's bins before its integration tests and benchmarks, and no other package's.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tonic::transport::Channel;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

use crate::{
    client::{Client, connect_unix},
    wait::{PATIENCE, eventually},
};

/// Longest that a drain may take, with room for a loaded machine: the server allows itself 10 s.
pub const DRAIN_BOUND: Duration = Duration::from_secs(20);

/// Where Cargo put a program of this crate.
///
/// # Errors
/// When it is not there.
pub fn program(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let deps = own.parent().context("a test binary lies in a folder")?;
    let profile = deps.parent().context("deps lies in the profile's folder")?;
    let path = profile.join(name);
    ensure!(
        path.is_file(),
        "{} is not built: run through cargo",
        path.display()
    );
    Ok(path)
}

/// The server program.
///
/// # Errors
/// As [`program`].
pub fn sluiced() -> Result<PathBuf> {
    program("sluiced-under-test")
}

/// The client program.
///
/// # Errors
/// As [`program`].
pub fn sluice() -> Result<PathBuf> {
    program("sluice-under-test")
}

/// A folder of its own for one test: the data folder in it, and beside that what the programs say.
#[derive(Debug)]
pub struct Folder {
    root: TempDir,
}

impl Folder {
    /// A fresh one in the system's temporary folder.
    ///
    /// # Errors
    /// What the system says.
    pub fn new() -> Result<Self> {
        Ok(Self {
            root: tempfile::Builder::new().prefix("sluice-test-").tempdir()?,
        })
    }

    /// A fresh one inside `parent`.
    ///
    /// # Errors
    /// What the system says.
    pub fn inside(parent: &Path) -> Result<Self> {
        Ok(Self {
            root: tempfile::Builder::new().prefix("t").tempdir_in(parent)?,
        })
    }

    /// The root: for anything but data.
    pub fn path(&self) -> &Path {
        self.root.path()
    }

    /// The data folder; the server makes it.
    pub fn data(&self) -> PathBuf {
        self.root.path().join("data")
    }

    /// What the programs wrote to their error output.
    pub fn log(&self) -> PathBuf {
        self.root.path().join("log")
    }

    /// The text of [`Folder::log`].
    pub fn said(&self) -> String {
        fs::read_to_string(self.log()).unwrap_or_default()
    }

    /// A command that runs the server on the data folder, with its output kept.
    ///
    /// # Errors
    /// When the program is not built or the log cannot be written.
    pub fn sluiced_command(&self) -> Result<Command> {
        let log = File::options().create(true).append(true).open(self.log())?;
        let mut command = Command::new(sluiced()?);
        command
            .arg("--data")
            .arg(self.data())
            .args([
                "--workspace-name",
                "Test",
                "--time-zone",
                "UTC",
                "--currency",
                "USD",
            ])
            .env_remove("SLUICE_SERVER")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        Ok(command)
    }

    /// Starts the server and waits until it is ready.
    ///
    /// # Errors
    /// When it ends instead, or the bound passes.
    pub async fn serve(&self) -> Result<Daemon> {
        Daemon::start(self, &[]).await
    }
}

/// A server process.
#[derive(Debug)]
pub struct Daemon {
    child: Child,
    socket: PathBuf,
}

impl Daemon {
    /// Starts the server on a folder with more arguments, and waits until its health says SERVING.
    ///
    /// # Errors
    /// When it ends instead, or the bound passes; the text has what it said.
    pub async fn start(folder: &Folder, arguments: &[&str]) -> Result<Self> {
        let child = folder.sluiced_command()?.args(arguments).spawn()?;
        let socket = folder.data().join(sluice_server::server::SOCKET_NAME);
        let mut daemon = Self { child, socket };
        let ready = eventually("the server is ready", PATIENCE * 4, async || {
            if let Ok(Some(status)) = daemon.child.try_wait() {
                return Some(Err(anyhow::anyhow!("the server ended with {status}")));
            }
            daemon.healthy().await.then_some(Ok(()))
        })
        .await;
        ready.and_then(|it| it).with_context(|| folder.said())?;
        Ok(daemon)
    }

    async fn healthy(&self) -> bool {
        let Ok(channel) = connect_unix(&self.socket).await else {
            return false;
        };
        let request = HealthCheckRequest {
            service: String::new(),
        };
        match HealthClient::new(channel).check(request).await {
            Ok(response) => response.into_inner().status == ServingStatus::Serving as i32,
            Err(_) => false,
        }
    }

    /// Its socket.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A channel of its own.
    ///
    /// # Errors
    /// When it does not listen.
    pub async fn channel(&self) -> Result<Channel> {
        connect_unix(&self.socket).await
    }

    /// Clients over a channel of their own.
    ///
    /// # Errors
    /// When it does not listen.
    pub async fn client(&self) -> Result<Client> {
        Ok(Client::new(self.channel().await?))
    }

    /// kill -9, and waits until the process is gone.
    ///
    /// # Errors
    /// What the system says.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Sends SIGTERM.
    ///
    /// # Errors
    /// What the system says.
    pub fn terminate(&self) -> Result<()> {
        signal(self.child.id(), Signal::TERM)
    }

    /// Waits until the process ends by itself.
    ///
    /// # Errors
    /// When it does not within [`DRAIN_BOUND`].
    pub async fn exit(mut self) -> Result<ExitStatus> {
        exit_of(&mut self.child).await
    }

    /// SIGTERM, then [`Daemon::exit`].
    ///
    /// # Errors
    /// As these.
    pub async fn drain(self) -> Result<ExitStatus> {
        self.terminate()?;
        self.exit().await
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Nobody is left to hear of a failure: the process may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a process that a test started.
///
/// # Errors
/// What the system says.
pub fn signal(process_id: u32, signal: Signal) -> Result<()> {
    let pid = i32::try_from(process_id)
        .ok()
        .and_then(Pid::from_raw)
        .context("a process id")?;
    Ok(kill_process(pid, signal)?)
}

/// Waits until a child ends by itself, at most [`DRAIN_BOUND`].
///
/// # Errors
/// When it does not.
pub async fn exit_of(child: &mut Child) -> Result<ExitStatus> {
    eventually("the process ends", DRAIN_BOUND, async || {
        child.try_wait().ok().flatten()
    })
    .await
}
