//! Start-up with 1,000,000 opportunities: time until ready, memory, and the size of the folder.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::time::Instant;

use anyhow::Result;
use sluice_tests::{
    harness::Folder,
    load::argument,
    meter::{folder_bytes, megabytes, resident_bytes},
    sample::{Sample, fill},
};

/// Opportunities, unless another number is given.
const OPPORTUNITIES: u64 = 1_000_000;
/// Starts measured.
const STARTS: usize = 3;

#[tokio::main]
async fn main() -> Result<()> {
    let count = argument(OPPORTUNITIES)?;
    let folder = Folder::new()?;
    let started = Instant::now();
    let server = folder.serve().await?;
    println!(
        "start on a fresh folder: {:.0} ms",
        started.elapsed().as_secs_f64() * 1e3
    );
    let started = Instant::now();
    fill(&server.client().await?, &mut Sample::new(1), count).await?;
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "filled with {count} opportunities in {seconds:.1} s ({:.0}/s); memory {}; on disk {}",
        count as f64 / seconds,
        megabytes(resident_bytes(server.pid())?),
        megabytes(folder_bytes(&folder.data())),
    );
    server.drain().await?;
    for start in 1..=STARTS {
        let started = Instant::now();
        let server = folder.serve().await?;
        let ready = started.elapsed();
        println!(
            "start {start}: ready after {:.2} s; memory {}; on disk {}",
            ready.as_secs_f64(),
            megabytes(resident_bytes(server.pid())?),
            megabytes(folder_bytes(&folder.data())),
        );
        let listed = server.client().await?.first_page("").await?.total_size;
        anyhow::ensure!(
            u64::try_from(listed)? == count,
            "{listed} of {count} are there"
        );
        server.drain().await?;
    }
    Ok(())
}
