//! How long a client waits for 10,000 and for 100,000 opportunities: as a watch's snapshot, and as pages of a list.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::time::Instant;

use anyhow::{Context as _, Result};
use prost::Message as _;
use sluice_proto::v1::{watch_response::Message, watch_service_client::WatchServiceClient};
use sluice_tests::{
    harness::{Daemon, Folder},
    meter::megabytes,
    recorder::Wish,
    sample::{Sample, fill},
};

/// Times each is measured; the best is printed, as the others tell of the machine.
const REPEATS: usize = 3;

async fn watch_snapshot(server: &Daemon) -> Result<(u64, u64)> {
    let channel = server.channel().await?;
    let mut stream = WatchServiceClient::new(channel)
        .watch(Wish::deals("").request())
        .await?
        .into_inner();
    let mut bytes = 0;
    loop {
        let message = stream.message().await?.context("the watch ended")?;
        bytes += message.encoded_len() as u64;
        if let Some(Message::SnapshotEnd(end)) = message.message {
            return Ok((end.resource_count, bytes));
        }
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    for count in [10_000_u64, 100_000] {
        let folder = Folder::new()?;
        let server = folder.serve().await?;
        let client = server.client().await?;
        fill(&client, &mut Sample::new(1), count).await?;
        let (mut best_watch, mut best_list, mut bytes) = (f64::MAX, f64::MAX, 0);
        for _ in 0..REPEATS {
            let started = Instant::now();
            let (resources, received) = watch_snapshot(&server).await?;
            anyhow::ensure!(resources == count, "{resources} instead of {count}");
            best_watch = best_watch.min(started.elapsed().as_secs_f64());
            bytes = received;
            let started = Instant::now();
            anyhow::ensure!(
                client.all("").await?.len() as u64 == count,
                "the list is not whole"
            );
            best_list = best_list.min(started.elapsed().as_secs_f64());
        }
        println!(
            "{count} opportunities: watch snapshot {:.0} ms ({}, {:.0}/s) | list in pages of 1,000 {:.0} ms ({:.0}/s)",
            best_watch * 1e3,
            megabytes(bytes),
            count as f64 / best_watch,
            best_list * 1e3,
            count as f64 / best_list,
        );
    }
    Ok(())
}
