//! Real histories against an independent recomputation from their files, in another language, to the last unit.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use sluice_proto::v1;
use sluice_tests::client::Client;

use crate::scripting::{Desk, integer, mapping, real_data};

/// Imported, with what Python says of the same files; none, with the reason printed, where either is missing.
struct History {
    /// Keeps the server alive.
    _desk: Desk,
    client: Client,
    expected: Value,
}

impl History {
    async fn import(name: &str, imports: &[&[&str]]) -> Result<Option<Self>> {
        let Some(data) = real_data() else {
            return Ok(None);
        };
        let Some(expected) = recomputed(name, &data)? else {
            return Ok(None);
        };
        let desk = Desk::new().await?;
        for import in imports {
            let arguments: Vec<String> = import
                .iter()
                .map(|argument| match argument.strip_prefix("data:") {
                    Some(file) => data.join(file).display().to_string(),
                    None if argument.ends_with(".toml") => mapping(argument),
                    None => (*argument).to_owned(),
                })
                .collect();
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let report = desk.json(&arguments)?;
            assert_eq!(integer(&report["rejected"]), 0, "{name}");
        }
        let client = desk.server.client().await?;
        Ok(Some(Self {
            _desk: desk,
            client,
            expected,
        }))
    }

    /// Every metric of every cycle: by workspace, member and team, as far as Python tells them.
    async fn compare_metrics(&self) -> Result<()> {
        let mut compared = 0;
        for (by, cycles) in object(&self.expected["metrics"]) {
            let subject = match by.as_str() {
                "member" => v1::MetricSubject::Member,
                "team" => v1::MetricSubject::Team,
                _ => v1::MetricSubject::Workspace,
            };
            for (cycle, expected) in object(cycles) {
                let request = v1::QueryMetricsRequest {
                    cycle: cycle.clone(),
                    by: subject.into(),
                    ..Default::default()
                };
                let answer = self.client.metrics.clone().query_metrics(request).await?;
                let found: BTreeMap<String, (i64, i64)> = answer
                    .into_inner()
                    .rows
                    .into_iter()
                    .filter(|row| (row.count, row.amount_minor) != (0, 0))
                    .map(|row| {
                        let name = if by == "workspace" { "*" } else { &row.subject };
                        let key = format!("{name}|{}", row.metric);
                        (key, (i64::from(row.count), row.amount_minor))
                    })
                    .collect();
                let expected = sums(expected);
                assert_eq!(found, expected, "{by} {cycle}");
                compared += expected.len();
            }
        }
        assert!(compared > 100, "only {compared} figures were compared");
        Ok(())
    }

    /// The funnel of all time and of the first instant of every month; stages without any figure may be left out.
    async fn compare_funnels(&self, pipeline: &str) -> Result<()> {
        let now = ("", &self.expected["funnel_of_all_time"]);
        let then = object(&self.expected["funnels"]).map(|(at, rows)| (at.as_str(), rows));
        for (at, expected) in then.chain([now]) {
            let request = v1::GetFunnelRequest {
                as_of_time: instant(at, 0)?,
                ..Default::default()
            };
            let answer = self.client.funnel.clone().get_funnel(request).await?;
            let found: BTreeMap<String, StageFigures> = answer
                .into_inner()
                .rows
                .into_iter()
                .filter(|row| row.pipeline == pipeline)
                .map(|row| (row.stage.clone(), StageFigures::found(&row)))
                .filter(|(_, figures)| *figures != StageFigures::default())
                .collect();
            let expected: BTreeMap<String, StageFigures> = object(expected)
                .map(|(stage, row)| (stage.clone(), StageFigures::expected(row)))
                .filter(|(_, figures)| *figures != StageFigures::default())
                .collect();
            assert_eq!(found, expected, "as of {at}");
        }
        Ok(())
    }

    /// What happened in every month.
    async fn compare_differences(&self) -> Result<()> {
        for (month, expected) in object(&self.expected["differences"]) {
            let (begin, end) = month.split_once(' ').context("two instants")?;
            // After one instant and up to the other, here; from the one and before the other, there.
            let request = v1::GetPipelineDifferenceRequest {
                from_time: instant(begin, -1_000)?,
                to_time: instant(end, -1_000)?,
                page_size: 1,
                ..Default::default()
            };
            let mut client = self.client.funnel.clone();
            let answer = client.get_pipeline_difference(request).await?.into_inner();
            let found: BTreeMap<String, (i64, i64)> = answer
                .lines
                .iter()
                .map(|line| {
                    let kind = line.kind().as_str_name();
                    let kind = kind.trim_start_matches("DIFFERENCE_KIND_").to_owned();
                    (kind, (i64::from(line.count), line.amount_minor))
                })
                .collect();
            assert_eq!(found, sums(expected), "{month}");
        }
        Ok(())
    }

    /// How long it took to win and to lose.
    async fn compare_lengths(&self) -> Result<()> {
        let request = v1::GetOutcomesRequest::default();
        let answer = self.client.funnel.clone().get_outcomes(request).await?;
        let answer = answer.into_inner();
        for (kind, found) in [("WON", answer.won_length), ("LOST", answer.lost_length)] {
            let found = found.unwrap_or_default();
            let expected = &self.expected["cycle_lengths"][kind];
            let found = (
                i64::from(found.count),
                found.median_seconds,
                found.p90_seconds,
            );
            let expected = (
                integer(&expected["count"]),
                integer(&expected["median_seconds"]),
                integer(&expected["p90_seconds"]),
            );
            assert_eq!(found, expected, "{kind}");
        }
        Ok(())
    }
}

/// What a funnel says of a stage.
#[derive(Debug, Default, PartialEq, Eq)]
struct StageFigures {
    count: i64,
    amount_minor: i64,
    weighted_minor: i64,
    stalled_count: i64,
    stalled_amount_minor: i64,
    median_seconds: i64,
    p90_seconds: i64,
    entered: i64,
    advanced: i64,
    conversion_bp: i64,
}

impl StageFigures {
    fn found(row: &v1::FunnelRow) -> Self {
        Self {
            count: row.count.into(),
            amount_minor: row.amount_minor,
            weighted_minor: row.weighted_minor,
            stalled_count: row.stalled_count.into(),
            stalled_amount_minor: row.stalled_amount_minor,
            median_seconds: row.median_seconds_in_stage.into(),
            p90_seconds: row.p90_seconds_in_stage.into(),
            entered: row.entered_count.into(),
            advanced: row.advanced_count.into(),
            conversion_bp: row.conversion_bp.into(),
        }
    }

    fn expected(row: &Value) -> Self {
        // What cannot be told is null there and zero on the wire.
        let figure = |name: &str| {
            if row[name].is_null() {
                0
            } else {
                integer(&row[name])
            }
        };
        Self {
            count: figure("count"),
            amount_minor: figure("amount_minor"),
            weighted_minor: figure("weighted_minor"),
            stalled_count: figure("stalled_count"),
            stalled_amount_minor: figure("stalled_amount_minor"),
            median_seconds: figure("median_seconds"),
            p90_seconds: figure("p90_seconds"),
            entered: figure("entered"),
            advanced: figure("advanced"),
            conversion_bp: figure("conversion_bp"),
        }
    }
}

/// Seconds since 1970 and some nanoseconds; nothing means now.
fn instant(seconds: &str, nanos: i64) -> Result<Option<prost_types::Timestamp>> {
    if seconds.is_empty() {
        return Ok(None);
    }
    let seconds: i64 = seconds.parse()?;
    Ok(Some(prost_types::Timestamp {
        seconds: seconds + nanos.div_euclid(1_000_000_000),
        nanos: i32::try_from(nanos.rem_euclid(1_000_000_000))?,
    }))
}

fn sums(value: &Value) -> BTreeMap<String, (i64, i64)> {
    object(value)
        .map(|(key, sum)| (key.clone(), (integer(&sum[0]), integer(&sum[1]))))
        .collect()
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// What Python makes of the files.
fn recomputed(name: &str, data: &Path) -> Result<Option<Value>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("recompute/recompute.py");
    let Ok(output) = Command::new("python3")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(script)
        .arg(name)
        .arg(data)
        .output()
    else {
        println!("skipped: python3 is not installed");
        return Ok(None);
    };
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let answer = serde_json::from_slice(&output.stdout).context("the recomputation's answer")?;
    Ok(Some(answer))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hardware_sellers_figures_agree_with_a_recomputation() -> Result<()> {
    let import: &[&str] = &[
        "import",
        "opportunities",
        "data:maven_crm/sales_pipeline.csv",
        "--mapping",
        "maven.toml",
        "--as-of",
        "2018-01-01",
    ];
    let Some(history) = History::import("maven", &[import]).await? else {
        return Ok(());
    };
    history.compare_funnels("Hardware").await?;
    history.compare_differences().await?;
    history.compare_lengths().await?;
    history.compare_metrics().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_banks_figures_agree_with_a_recomputation() -> Result<()> {
    let import: &[&str] = &[
        "import",
        "history",
        "data:bpi2012/stage_changes_a.csv.gz",
        "--mapping",
        "bpi2012.toml",
    ];
    let Some(history) = History::import("bpi2012", &[import]).await? else {
        return Ok(());
    };
    history.compare_funnels("Applications").await?;
    history.compare_differences().await?;
    history.compare_lengths().await?;
    history.compare_metrics().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_salesforce_organisations_figures_agree_with_a_recomputation() -> Result<()> {
    let records: &[&str] = &[
        "import",
        "opportunities",
        "data:salesforce_history/Opportunity.csv",
        "--mapping",
        "salesforce_history.toml",
    ];
    let stages: &[&str] = &[
        "import",
        "history",
        "data:salesforce_history/Opportunity History.csv",
        "--mapping",
        "salesforce_history.toml",
    ];
    let Some(history) = History::import("salesforce", &[records, stages]).await? else {
        return Ok(());
    };
    history.compare_funnels("Salesforce").await?;
    history.compare_differences().await?;
    history.compare_lengths().await?;
    history.compare_metrics().await
}
