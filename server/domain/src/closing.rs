//! The end of an opportunity as the outcomes count it: small enough that a year of them is read from end to end.

use std::sync::Arc;

use crate::id::{MemberId, OpportunityId, PipelineId, StageId};
use crate::opportunity::Opportunity;
use crate::pipeline::Pipeline;
use crate::stage::StageKind;
use crate::text::shared_key;
use crate::time::Timestamp;

/// An opportunity that is won or lost; in the order of the ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Closing {
    /// When it was won or lost.
    pub(crate) at: Timestamp,
    pub(crate) id: OpportunityId,
    pub(crate) pipeline: PipelineId,
    pub(crate) owner: Option<MemberId>,
    pub(crate) amount_minor: i64,
    /// From creation to the end in microseconds; none where one of them is not known.
    pub(crate) length_micros: Option<i64>,
    /// How it was lost; none = it was won.
    pub(crate) loss: Option<Loss>,
}

/// How an opportunity was lost.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Loss {
    /// The stage it stood in before; none = first seen lost.
    pub(crate) from: Option<StageId>,
    /// The key of the reason; empty when nobody gave one.
    pub(crate) reason: Arc<str>,
}

impl Closing {
    /// The end of an opportunity of a pipeline; none while it is open. `intern` may give an equal key that is there already.
    pub(crate) fn of(
        row: &Opportunity,
        pipeline: &Pipeline,
        intern: impl FnOnce(Arc<str>) -> Arc<str>,
    ) -> Option<Self> {
        let at = row.closed_at?;
        let loss = match pipeline.stage(row.stage)?.kind {
            StageKind::Open => return None,
            StageKind::Won => None,
            StageKind::Lost => Some(Loss {
                from: lost_from(pipeline, row),
                reason: intern(shared_key(loss_reason(row))),
            }),
        };
        Some(Self {
            at,
            id: row.id,
            pipeline: pipeline.id,
            owner: row.owner,
            amount_minor: row.amount_minor,
            length_micros: length_micros(row, at),
            loss,
        })
    }
}

/// Why an opportunity was lost; empty when nobody said.
pub(crate) fn loss_reason(row: &Opportunity) -> &str {
    row.extra().loss_reason.as_deref().unwrap_or_default()
}

/// The stage an opportunity stood in before it was lost.
pub(crate) fn lost_from(pipeline: &Pipeline, row: &Opportunity) -> Option<StageId> {
    let is_lost = |id: StageId| {
        let stage = pipeline.stage(id);
        stage.is_some_and(|stage| stage.kind == StageKind::Lost)
    };
    let entries = row.history.iter().rev();
    entries.map(|entry| entry.stage).find(|id| !is_lost(*id))
}

fn length_micros(row: &Opportunity, closed_at: Timestamp) -> Option<i64> {
    let import = row.extra().import.as_ref();
    let created = import.is_some_and(|import| import.created_at_known)
        || row.history.first().is_some_and(|entry| entry.time_known);
    let entry = row
        .history
        .iter()
        .find(|entry| entry.entered_at == closed_at);
    let closed = entry.is_some_and(|entry| entry.time_known);
    (created && closed).then(|| closed_at.micros_since(row.created_at).max(0))
}
