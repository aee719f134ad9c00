//! One commit at 20/s to 1,000 watches, beside a bare tonic fan-out of the same message to as many.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use sluice_proto::v1::{
    self, change::Change, resource::Resource, watch_response::Message,
    watch_service_client::WatchServiceClient,
};
use sluice_tests::{
    client::{Client, connect_unix},
    harness::Folder,
    load::{Floor, argument},
    meter::Latencies,
    recorder::Wish,
    sample::Sample,
    wait::within,
};
use tokio::task::JoinSet;

/// Watches at once.
const WATCHES: usize = 1_000;
/// Watches that share a connection; the server allows 128 streams.
const WATCHES_A_CHANNEL: usize = 100;
/// Time between two commits.
const INTERVAL: Duration = Duration::from_millis(50);
/// Commits measured, unless another number is given: ten seconds.
const COMMITS: u64 = 200;

/// When each commit was sent, by its number.
type Sent = Arc<Mutex<Vec<Instant>>>;

async fn watch(channel: tonic::transport::Channel, sent: Sent, commits: u64) -> Result<Latencies> {
    let mut stream = WatchServiceClient::new(channel)
        .watch(Wish::everything().request())
        .await?
        .into_inner();
    let mut latencies = Latencies::new()?;
    while latencies.count() < commits {
        let message = stream.message().await?.context("the watch ended")?;
        let now = Instant::now();
        let Some(Message::CommitBatch(batch)) = message.message else {
            continue;
        };
        for number in batch.commits.iter().filter_map(number) {
            let sent = sent
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get(number)
                .copied();
            latencies.add(now - sent.context("a commit that was not sent")?);
        }
    }
    Ok(latencies)
}

/// The number that a commit's deal carries; none for other commits, and for those of the warm-up.
fn number(commit: &v1::Commit) -> Option<usize> {
    match commit.changes.first()?.change.as_ref()? {
        Change::Put(v1::Resource {
            resource: Some(Resource::Opportunity(deal)),
        }) => deal.note.parse().ok(),
        _ => None,
    }
}

async fn measure(socket: &Path, commits: u64) -> Result<Latencies> {
    let sent = Sent::default();
    let mut watches = JoinSet::new();
    let mut channel = connect_unix(socket).await?;
    for at in 0..WATCHES {
        if at % WATCHES_A_CHANNEL == 0 {
            channel = connect_unix(socket).await?;
        }
        watches.spawn(watch(channel.clone(), Arc::clone(&sent), commits));
    }
    let client = Client::new(connect_unix(socket).await?);
    let mut sample = Sample::new(1);
    let mut ticks = tokio::time::interval(INTERVAL);
    // A second of commits that nobody counts, until every watch is open.
    for _ in 0..20 {
        ticks.tick().await;
        client.create(sample.deal()).await?;
    }
    for number in 0..commits {
        ticks.tick().await;
        let deal = v1::Opportunity {
            note: number.to_string(),
            ..sample.deal()
        };
        sent.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Instant::now());
        client.create(deal).await?;
    }
    let mut all = Latencies::new()?;
    while let Some(done) = within("every watch has every commit", watches.join_next()).await? {
        all.merge(&done??)?;
    }
    Ok(all)
}

#[tokio::main]
async fn main() -> Result<()> {
    let commits = argument(COMMITS)?;
    let folder = Folder::new()?;
    let server = folder.serve().await?;
    let floor = Floor::start(folder.path()).await?;
    println!(
        "from sending a create to its arrival at each of {WATCHES} watches; {commits} commits at 20/s"
    );
    let ours = measure(server.socket(), commits).await?;
    println!(
        "sluiced, durable first:      {} over {} arrivals",
        ours.summary(),
        ours.count()
    );
    let bare = measure(floor.socket(), commits).await?;
    println!(
        "bare tonic, nothing stored:  {} over {} arrivals",
        bare.summary(),
        bare.count()
    );
    println!(
        "ratio of p99: {:.2}",
        ours.milliseconds(99.0) / bare.milliseconds(99.0)
    );
    Ok(())
}
