//! The workspace (企业): one selling organisation with one time zone and one currency.

use serde::{Deserialize, Serialize};

use crate::check_in::CheckInRules;
use crate::id::PipelineId;
use crate::money::Currency;
use crate::time::{Timestamp, Zone};

/// The language of names the system makes itself, such as those of the default stages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Chinese (simplified).
    Zh,
}

/// The settings of the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    /// What people call it.
    pub name: Box<str>,
    /// Decides where days, weeks and cycles begin.
    pub time_zone: Zone,
    /// The one currency of all amounts.
    pub currency: Currency,
    /// The language of names made by the system.
    #[serde(default)]
    pub language: Language,
    /// Where an opportunity goes that names no pipeline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_pipeline: Option<PipelineId>,
    /// What is demanded of check-ins.
    #[serde(default, skip_serializing_if = "CheckInRules::is_default")]
    pub check_ins: CheckInRules,
    /// When it was set up.
    pub created_at: Timestamp,
    /// Revision of the last commit that changed it.
    pub revision: u64,
}
