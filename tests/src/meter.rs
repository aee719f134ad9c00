//! What benchmarks print: latency percentiles, process memory, folder sizes.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context as _, Result};
use hdrhistogram::Histogram;

/// Longest latency told apart: a minute, in microseconds.
const MOST_MICROS: u64 = 60_000_000;

/// Latencies.
#[derive(Clone, Debug)]
pub struct Latencies {
    histogram: Histogram<u64>,
}

impl Latencies {
    /// None yet.
    ///
    /// # Errors
    /// Never, with the bounds used here.
    pub fn new() -> Result<Self> {
        Ok(Self {
            histogram: Histogram::new_with_bounds(1, MOST_MICROS, 3)?,
        })
    }

    /// Adds one.
    pub fn add(&mut self, latency: Duration) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(MOST_MICROS);
        self.histogram
            .saturating_record(micros.clamp(1, MOST_MICROS));
    }

    /// Adds all of another's.
    ///
    /// # Errors
    /// Never, with the bounds used here.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        Ok(self.histogram.add(&other.histogram)?)
    }

    /// A percentile, in milliseconds.
    pub fn milliseconds(&self, percentile: f64) -> f64 {
        self.histogram.value_at_percentile(percentile) as f64 / 1_000.0
    }

    /// How many.
    pub fn count(&self) -> u64 {
        self.histogram.len()
    }

    /// "p50 1.2 ms, p99 4.0 ms".
    pub fn summary(&self) -> String {
        format!(
            "p50 {:.2} ms, p99 {:.2} ms",
            self.milliseconds(50.0),
            self.milliseconds(99.0)
        )
    }
}

/// Resident memory of a process, in bytes.
///
/// # Errors
/// When `/proc` does not tell (elsewhere than on Linux, or when it is gone).
pub fn resident_bytes(process_id: u32) -> Result<u64> {
    let path = format!("/proc/{process_id}/status");
    let text = fs::read_to_string(&path).with_context(|| path.clone())?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .with_context(|| path)?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes * 1024)
}

/// Bytes of all files in a folder and those below it. A file that goes away meanwhile counts nothing.
pub fn folder_bytes(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(it) if it.is_dir() => folder_bytes(&entry.path()),
            Ok(it) => it.len(),
            Err(_) => 0,
        })
        .sum()
}

/// Bytes as "12.3 MB".
pub fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
