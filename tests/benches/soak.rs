//! Steady updates for as long as asked: memory and disk must stop growing. `cargo bench --bench soak -- 3600` is an hour.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::time::{Duration, Instant};

use anyhow::Result;
use sluice_proto::v1;
use sluice_tests::{
    client::stages,
    harness::Folder,
    load::argument,
    meter::{folder_bytes, megabytes, resident_bytes},
    sample::{Sample, fill},
};

/// Seconds, unless another number is given.
const SECONDS: u64 = 60;
/// Opportunities that are updated.
const OPPORTUNITIES: u64 = 10_000;
/// Updates in flight.
const IN_FLIGHT: u64 = 16;
/// Lines printed over the whole time.
const LINES: u64 = 12;

#[tokio::main]
async fn main() -> Result<()> {
    let seconds = argument(SECONDS)?;
    let folder = Folder::new()?;
    let server = folder.serve().await?;
    let client = server.client().await?;
    fill(&client, &mut Sample::new(1), OPPORTUNITIES).await?;
    let open = stages(&client.pipeline().await?, v1::StageKind::Open);
    let ids: Vec<String> = client.all("").await?.into_iter().map(|it| it.id).collect();
    let (ids, duration) = (std::sync::Arc::new(ids), Duration::from_secs(seconds));
    let started = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..IN_FLIGHT {
        let (client, ids, open) = (server.client().await?, ids.clone(), open.clone());
        tasks.spawn(async move {
            let mut sample = Sample::new(number);
            while started.elapsed() < duration {
                let id = sample.one_of(&ids).cloned().unwrap_or_default();
                if sample.below(20) == 0 {
                    let stage = sample.one_of(&open).cloned().unwrap_or_default();
                    // It may stand there already, or have moved as often as one may.
                    let _ = client.move_to(&id, &stage).await;
                } else {
                    let deal = v1::Opportunity {
                        id,
                        amount: Some(sample.money()),
                        ..Default::default()
                    };
                    client.amend(deal, &["amount"]).await?;
                }
            }
            anyhow::Ok(())
        });
    }
    println!("{IN_FLIGHT} in flight over {OPPORTUNITIES} opportunities for {seconds} s");
    let mut ticks = tokio::time::interval(Duration::from_secs((seconds / LINES).max(1)));
    let mut before = (0.0, client.info().await?.revision);
    ticks.tick().await;
    while started.elapsed() < duration {
        ticks.tick().await;
        let now = (
            started.elapsed().as_secs_f64(),
            client.info().await?.revision,
        );
        println!(
            "{:>6.0} s  {:>6.0} commits/s  memory {:>9}  disk {:>10}",
            now.0,
            (now.1 - before.1) as f64 / (now.0 - before.0),
            megabytes(resident_bytes(server.pid())?),
            megabytes(folder_bytes(&folder.data())),
        );
        before = now;
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}
