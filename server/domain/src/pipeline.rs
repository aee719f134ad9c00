//! The pipeline (销售流程): an ordered list of stages, open ones first, then won, then lost.

use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::id::{PipelineId, StageId};
use crate::stage::{Stage, StageKind};
use crate::time::Timestamp;

/// A pipeline. Its stages are ordered by kind (open, won, lost); retired stages keep their place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pipeline {
    /// Its id.
    pub id: PipelineId,
    /// What people call it; unique among the pipelines in use.
    pub name: Box<str>,
    /// All stages, retired ones included, in order.
    pub stages: Vec<Stage>,
    /// Whether a forward move may leave out stages.
    pub allow_skipping: bool,
    /// Retired pipelines take no new opportunities.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
    /// On which days its stage clocks run.
    #[serde(default, skip_serializing_if = "Calendar::is_default")]
    pub calendar: Calendar,
    /// When it was created.
    pub created_at: Timestamp,
    /// Revision of the last commit that changed it.
    pub revision: u64,
}

impl Pipeline {
    /// A stage of this pipeline, retired or not.
    pub fn stage(&self, id: StageId) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    /// Place of a stage among all stages, from 0: the order movement is judged by.
    pub fn rank(&self, id: StageId) -> Option<usize> {
        self.stages.iter().position(|stage| stage.id == id)
    }

    /// The stages in use, in order.
    pub fn live_stages(&self) -> impl DoubleEndedIterator<Item = &Stage> {
        self.stages.iter().filter(|stage| !stage.retired)
    }

    /// The first stage in use of a kind.
    pub fn first_of(&self, kind: StageKind) -> Option<&Stage> {
        self.live_stages().find(|stage| stage.kind == kind)
    }

    /// Place of a stage among the stages in use as people count, from 1.
    pub fn position(&self, id: StageId) -> Option<usize> {
        let index = self.live_stages().position(|stage| stage.id == id)?;
        Some(index + 1)
    }
}

/// The pipelines a new workspace can start with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PipelineTemplate {
    /// New 10 %, Qualified 30 %, Solution 50 %, Proposal 70 %, Negotiation 90 %, Won, Lost (DOMAIN.md §2).
    #[default]
    Default,
    /// The same names at 10, 30, 50, 70 and 100 %: four open stages, then won, then lost.
    Simple,
}
