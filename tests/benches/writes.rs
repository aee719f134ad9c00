//! Durable single-row creates through gRPC at 1, 8 and 64 in flight, beside the raw fdatasync rate and a bare tonic echo.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::time::Duration;

use anyhow::Result;
use sluice_tests::{
    harness::Folder,
    load::{Floor, argument, creates, raw_syncs},
};

/// Seconds a figure is measured for, unless another number is given.
const SECONDS: u64 = 5;

#[tokio::main]
async fn main() -> Result<()> {
    let duration = Duration::from_secs(argument(SECONDS)?);
    let folder = Folder::new()?;
    let server = folder.serve().await?;
    let floor = Floor::start(folder.path()).await?;
    println!(
        "creates through gRPC over a Unix socket, {duration:?} each; every one durable before its answer"
    );
    let syncs = raw_syncs(folder.path(), duration)?;
    println!("raw fdatasync, one at a time: {}", syncs.summary());
    for in_flight in [1, 8, 64] {
        creates(server.socket(), in_flight, duration / 5).await?;
        let ours = creates(server.socket(), in_flight, duration).await?;
        let echo = creates(floor.socket(), in_flight, duration).await?;
        println!(
            "{in_flight:>3} in flight: sluiced {} | bare tonic echo {} | ratio to echo {:.2}, to fdatasync {:.2}",
            ours.summary(),
            echo.summary(),
            ours.per_second / echo.per_second,
            ours.per_second / syncs.per_second,
        );
    }
    Ok(())
}
