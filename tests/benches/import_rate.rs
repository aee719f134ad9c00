//! Rows a second that an import takes: opportunities, then a history of stage changes, 500 rows a commit.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::time::Instant;

use anyhow::Result;
use sluice_proto::v1;
use sluice_tests::{
    client::stages,
    harness::Folder,
    load::argument,
    meter::{folder_bytes, megabytes},
    sample::{IMPORT_ROWS, Sample, fill},
};

/// Opportunities, unless another number is given.
const OPPORTUNITIES: u64 = 50_000;
/// Stage changes of each, imported afterwards.
const ENTRIES_EACH: u64 = 3;
/// Deals that one call of the history speaks of.
const DEALS_A_CALL: u64 = IMPORT_ROWS / ENTRIES_EACH;

#[tokio::main]
async fn main() -> Result<()> {
    let count = argument(OPPORTUNITIES)?;
    let folder = Folder::new()?;
    let server = folder.serve().await?;
    let client = server.client().await?;
    let started = Instant::now();
    fill(&client, &mut Sample::new(1), count).await?;
    let opportunities = started.elapsed().as_secs_f64();
    println!(
        "{count} opportunities: {:.0} rows/s",
        count as f64 / opportunities
    );
    let started = Instant::now();
    fill(&client, &mut Sample::new(1), count).await?;
    println!(
        "the same again, nothing new: {:.0} rows/s",
        count as f64 / started.elapsed().as_secs_f64()
    );

    let pipeline = client.pipeline().await?;
    let open = stages(&pipeline, v1::StageKind::Open);
    let started = Instant::now();
    let mut first = 0;
    let mut rows = 0;
    while first < count {
        let deals = first..(first + DEALS_A_CALL).min(count);
        first = deals.end;
        let mut stage_entries = Vec::new();
        for (deal, step) in deals.flat_map(|deal| (0..ENTRIES_EACH).map(move |step| (deal, step))) {
            let stage = open.get(usize::try_from(step)? % open.len());
            stage_entries.push(v1::ImportedStageEntry {
                external_id: format!("history-{deal}"),
                stage_id: stage.cloned().unwrap_or_default(),
                entered_time: Some(prost_types::Timestamp {
                    seconds: i64::try_from(1_650_000_000 + deal + step * 86_400)?,
                    nanos: 0,
                }),
                ..Default::default()
            });
        }
        rows += stage_entries.len() as u64;
        let request = v1::ImportHistoryRequest {
            stage_entries,
            pipeline_id: pipeline.id.clone(),
            ..Default::default()
        };
        client.imports.clone().import_history(request).await?;
    }
    println!(
        "{rows} stage changes: {:.0} rows/s",
        rows as f64 / started.elapsed().as_secs_f64()
    );
    println!("on disk {}", megabytes(folder_bytes(&folder.data())));
    Ok(())
}
