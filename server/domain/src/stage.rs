//! The stage (阶段): a step of a pipeline, and what must be true to enter it.

use serde::{Deserialize, Serialize};

use crate::gate::Gate;
use crate::id::StageId;

/// What standing in a stage means; decided by kind, never by name (DOMAIN.md §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum StageKind {
    /// Still being sold.
    Open,
    /// Sold.
    Won,
    /// Not sold.
    Lost,
}

/// A field an opportunity must have to enter a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RequiredField {
    /// An amount above zero.
    Amount,
    /// An expected contract date.
    ExpectedContractDate,
    /// An owner.
    Owner,
    /// A customer.
    Customer,
    /// At least one contact.
    Contact,
    /// At least one collaborator.
    Collaborator,
    /// A source.
    Source,
    /// A grade.
    Grade,
    /// At least one competitor.
    Competitor,
    /// A note.
    Note,
}

impl RequiredField {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Amount,
        Self::ExpectedContractDate,
        Self::Owner,
        Self::Customer,
        Self::Contact,
        Self::Collaborator,
        Self::Source,
        Self::Grade,
        Self::Competitor,
        Self::Note,
    ];

    /// The field's name, as violations spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::ExpectedContractDate => "expected_contract_date",
            Self::Owner => "owner_id",
            Self::Customer => "customer_id",
            Self::Contact => "contact_ids",
            Self::Collaborator => "collaborator_ids",
            Self::Source => "source",
            Self::Grade => "grade",
            Self::Competitor => "competitors",
            Self::Note => "note",
        }
    }
}

/// A stage of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Its id, unique over all pipelines.
    pub id: StageId,
    /// What people call it; unique among the stages in use of its pipeline.
    pub name: Box<str>,
    /// Open, won or lost.
    pub kind: StageKind,
    /// Probability of winning from here, in basis points.
    pub win_probability_bp: u16,
    /// After this many days in it an opportunity is stalled; none = never. Open stages only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stagnation_period_days: Option<u16>,
    /// What must be filled in to enter it; sorted, no repeats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_fields: Vec<RequiredField>,
    /// What else must be true to enter it.
    #[serde(default, skip_serializing_if = "Gate::is_empty")]
    pub gate: Gate,
    /// Retired stages take no new opportunities; they stay in histories.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}
