//! `sluiced`: serves one data folder until it is told to stop.

mod args;

use std::{io, process::ExitCode};

use clap::Parser as _;
use sluice_server::{Server, StartError};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use args::{Args, LogFormat};

/// The writer allocates and frees small things all the time, and glibc's allocator halves its rate.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Another server owns the folder.
const EXIT_OWNED: u8 = 3;
/// Anything else that stands in the way of a start.
const EXIT_FAILED: u8 = 2;
/// What is logged unless `SLUICE_LOG` says otherwise.
const DEFAULT_LOG: &str = "info";

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    start_log(args.log_format);
    match run(args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            let owned = matches!(error.downcast_ref(), Some(StartError::AlreadyOwned { .. }));
            ExitCode::from(if owned { EXIT_OWNED } else { EXIT_FAILED })
        }
    }
}

async fn run(args: Args) -> anyhow::Result<()> {
    // Before the start, so that a signal during it is not lost.
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let server = Server::start(args.options()?).await?;
    if let Some(path) = server.unix_path() {
        tracing::info!("ready on unix://{}", path.display());
    }
    if let Some(address) = server.tcp_addr() {
        tracing::info!("ready on http://{address}");
    }
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping: calls under way may end");
    server.shutdown().await;
    tracing::info!("stopped");
    Ok(())
}

fn start_log(format: LogFormat) {
    let filter =
        EnvFilter::try_from_env("SLUICE_LOG").unwrap_or_else(|_| EnvFilter::new(DEFAULT_LOG));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    match format {
        LogFormat::Text => log
            .with_ansi(io::IsTerminal::is_terminal(&io::stderr()))
            .init(),
        LogFormat::Json => log.json().init(),
    }
}
