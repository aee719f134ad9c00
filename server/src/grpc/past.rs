//! Views of the past: made off the threads that serve calls, and the last one kept for the next page of a list.

use std::sync::{Arc, Mutex, PoisonError};

use sluice_domain::{State, Timestamp};
use tonic::Status;

/// A view, with what it is of.
type Kept = (u64, Timestamp, Arc<State>);

/// Makes views of the past.
#[derive(Clone, Debug, Default)]
pub struct PastViews {
    last: Arc<Mutex<Option<Kept>>>,
}

impl PastViews {
    /// The state as it was at an instant; itself where nothing in it is dated later.
    ///
    /// # Errors
    /// `INTERNAL` when the thread that makes it is gone.
    pub async fn of(&self, state: &Arc<State>, at: Timestamp) -> Result<Arc<State>, Status> {
        if at >= state.horizon() {
            return Ok(state.clone());
        }
        let revision = state.revision();
        if let Some(view) = self.kept(revision, at) {
            return Ok(view);
        }
        let now = state.clone();
        let view = tokio::task::spawn_blocking(move || Arc::new(now.as_of(at))).await;
        let view =
            view.map_err(|error| Status::internal(format!("a view of the past: {error}")))?;
        let mut kept = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some((revision, at, view.clone()));
        Ok(view)
    }
    fn kept(&self, revision: u64, at: Timestamp) -> Option<Arc<State>> {
        let kept = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let (own, instant, view) = kept.as_ref()?;
        ((*own, *instant) == (revision, at)).then(|| view.clone())
    }
}
