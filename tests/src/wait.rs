//! Waiting for a condition with a bound: the only way a test here lets time pass.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How often a condition is looked at.
const POLL: Duration = Duration::from_millis(5);

/// The bound of an ordinary wait: far above what a loaded machine needs, far below a stuck test run.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Looks at `condition` until it gives a value; an error that names `what` after `bound`.
///
/// # Errors
/// When the bound passes first.
pub async fn eventually<T>(
    what: &str,
    bound: Duration,
    mut condition: impl AsyncFnMut() -> Option<T>,
) -> Result<T> {
    let started = Instant::now();
    let mut ticks = tokio::time::interval(POLL);
    loop {
        ticks.tick().await;
        if let Some(value) = condition().await {
            return Ok(value);
        }
        if started.elapsed() > bound {
            bail!("waited {bound:?} in vain: {what}");
        }
    }
}

/// Awaits `future`, at most for [`PATIENCE`].
///
/// # Errors
/// When the bound passes first.
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> Result<T> {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(value) => Ok(value),
        Err(_) => bail!("waited {PATIENCE:?} in vain: {what}"),
    }
}
