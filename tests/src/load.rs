//! Closed-loop load: so many calls in flight, each followed by the next, for a while.

use std::{
    fs::File,
    io::Write as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use sluice_proto::v1;

use crate::{
    client::{Client, connect_unix},
    meter::Latencies,
    sample::Sample,
};

/// Connections that load is spread over, at most.
const MAX_CHANNELS: usize = 8;

/// Bytes written before each raw fdatasync: about what one small commit takes.
const SYNC_BYTES: usize = 512;

/// What a load gave.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Calls answered in a second.
    pub per_second: f64,
    /// How long each took.
    pub latencies: Latencies,
}

impl Outcome {
    /// "5,012/s (p50 0.19 ms, p99 0.41 ms)", without the comma.
    pub fn summary(&self) -> String {
        format!("{:.0}/s ({})", self.per_second, self.latencies.summary())
    }
}

/// Creates opportunities over `socket`, `in_flight` at a time, for `duration`.
///
/// # Errors
/// The first call that fails.
pub async fn creates(socket: &Path, in_flight: usize, duration: Duration) -> Result<Outcome> {
    let mut clients = Vec::new();
    for _ in 0..in_flight.min(MAX_CHANNELS) {
        clients.push(Client::new(connect_unix(socket).await?));
    }
    let started = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for (number, client) in clients.iter().cycle().take(in_flight).cloned().enumerate() {
        tasks.spawn(async move {
            let mut sample = Sample::new(number as u64);
            let mut latencies = Latencies::new()?;
            while started.elapsed() < duration {
                let deal: v1::Opportunity = sample.deal();
                let sent = Instant::now();
                client.create(deal).await?;
                latencies.add(sent.elapsed());
            }
            anyhow::Ok(latencies)
        });
    }
    let mut latencies = Latencies::new()?;
    while let Some(done) = tasks.join_next().await {
        latencies.merge(&done??)?;
    }
    let per_second = latencies.count() as f64 / started.elapsed().as_secs_f64();
    Ok(Outcome {
        per_second,
        latencies,
    })
}

/// Appends and fdatasyncs in `folder`, one after the other: what the disk allows a single writer.
///
/// # Errors
/// What the system says.
pub fn raw_syncs(folder: &Path, duration: Duration) -> Result<Outcome> {
    let path = folder.join("raw-fdatasync");
    let mut file = File::create(&path)?;
    let block = [7_u8; SYNC_BYTES];
    let mut latencies = Latencies::new()?;
    let started = Instant::now();
    while started.elapsed() < duration {
        let begun = Instant::now();
        file.write_all(&block)?;
        file.sync_data()?;
        latencies.add(begun.elapsed());
    }
    let per_second = latencies.count() as f64 / started.elapsed().as_secs_f64();
    std::fs::remove_file(path)?;
    Ok(Outcome {
        per_second,
        latencies,
    })
}

/// The number given after `--` on the command line, or the usual one. Cargo's own `--bench` is passed over.
///
/// # Errors
/// When it is no number.
pub fn argument(usual: u64) -> Result<u64> {
    match std::env::args().skip(1).find(|it| !it.starts_with("--")) {
        None => Ok(usual),
        Some(text) => text
            .parse()
            .with_context(|| format!("{text:?} is no number")),
    }
}

/// A bare tonic server in a process of its own: the floor that a figure is held against.
#[derive(Debug)]
pub struct Floor {
    child: std::process::Child,
    socket: PathBuf,
}

impl Floor {
    /// Starts it with its socket in `folder`.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn start(folder: &Path) -> Result<Self> {
        let socket = folder.join("floor.sock");
        let child = std::process::Command::new(crate::harness::program("bare-tonic")?)
            .arg(&socket)
            .spawn()?;
        let floor = Self { child, socket };
        crate::wait::eventually(
            "the bare server answers",
            crate::wait::PATIENCE,
            async || connect_unix(&floor.socket).await.ok(),
        )
        .await?;
        Ok(floor)
    }

    /// Its socket.
    pub fn socket(&self) -> &Path {
        &self.socket
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
