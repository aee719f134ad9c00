//! The opportunity (商机): a possible sale, with its whole stage history.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::id::{ApprovalId, ContactId, CustomerId, MemberId, OpportunityId, PipelineId, StageId};
use crate::limits::{ENTITY_BASE_BYTES, REFERENCE_BYTES, STAGE_ENTRY_BYTES};
use crate::money::weighted_minor;
use crate::score::UncreditedReason;
use crate::stage::{Stage, StageKind};
use crate::stagnation::{Stagnation, StagnationLevel};
use crate::time::{Date, Timestamp};

/// How good an opportunity is thought to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Grade {
    /// Best.
    A,
    /// Good.
    B,
    /// Fair.
    C,
    /// Poor.
    D,
}

/// What entering a stage was, seen from the stage before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Direction {
    /// The first entry: the opportunity was created here.
    #[serde(rename = "c")]
    Created,
    /// To a later open stage.
    #[serde(rename = "f")]
    Forward,
    /// To an earlier open stage.
    #[serde(rename = "b")]
    Backward,
    /// Into a won stage.
    #[serde(rename = "w")]
    Won,
    /// Into a lost stage.
    #[serde(rename = "l")]
    Lost,
    /// From won or lost to an open stage.
    #[serde(rename = "r")]
    Reopened,
    /// The same stage once more; imported histories only.
    #[serde(rename = "s")]
    Stayed,
}

/// Where a stage entry comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EntryOrigin {
    /// It happened here, on the server's clock.
    #[default]
    #[serde(rename = "l")]
    Live,
    /// A row of an imported history.
    #[serde(rename = "h")]
    History,
    /// Concluded from an imported opportunity's dates; gives way to an imported history.
    #[serde(rename = "i")]
    Implied,
}

impl EntryOrigin {
    fn is_live(&self) -> bool {
        *self == Self::Live
    }
}

fn is_true(value: &bool) -> bool {
    *value
}

fn yes() -> bool {
    true
}

fn is_zero(value: &u32) -> bool {
    *value == 0
}

/// One entry into a stage. Short names keep the stored row small: an opportunity may have 250 of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageEntry {
    /// The stage entered.
    #[serde(rename = "s")]
    pub stage: StageId,
    /// When.
    #[serde(rename = "t")]
    pub entered_at: Timestamp,
    /// Forward, backward, won …
    #[serde(rename = "d")]
    pub direction: Direction,
    /// The opportunity's amount at that time, in minor units.
    #[serde(rename = "m")]
    pub amount_minor: i64,
    /// Who moved it, where known.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<MemberId>,
    /// Whether the move earned FLOW (DOMAIN.md §2). Never for the first entry, which earns NEW instead.
    #[serde(rename = "c", default, skip_serializing_if = "std::ops::Not::not")]
    pub credited: bool,
    /// Why a forward move earned nothing.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub uncredited_reason: Option<UncreditedReason>,
    /// The reason given for losing or reopening.
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Box<str>>,
    /// Why a manager let it through a gate that was not met.
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    pub override_reason: Option<Box<str>>,
    /// The approval it was made with.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<ApprovalId>,
    /// Whether it went further than ever before without being credited for it: what is credited always did.
    #[serde(rename = "h", default, skip_serializing_if = "std::ops::Not::not")]
    pub raised: bool,
    /// Live or imported.
    #[serde(rename = "o", default, skip_serializing_if = "EntryOrigin::is_live")]
    pub origin: EntryOrigin,
    /// False when the import did not know the time; `entered_at` is then the day the import was true of.
    #[serde(rename = "k", default = "yes", skip_serializing_if = "is_true")]
    pub time_known: bool,
    /// Whether an imported row told the amount; else it is that of the opportunity.
    #[serde(rename = "g", default, skip_serializing_if = "std::ops::Not::not")]
    pub amount_stated: bool,
    /// How many rows with this stage and time stood before it in the imported file.
    #[serde(rename = "n", default, skip_serializing_if = "is_zero")]
    pub occurrence: u32,
}

/// What an import must remember to recognise its own rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportInfo {
    /// Digest of the last imported row of this opportunity; none when only its history was imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row_digest: Option<u64>,
    /// Whom the imported facts are credited to, whoever owns it later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<MemberId>,
    /// Whether an imported row told the time of creation; else it is that of the first entry.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub created_at_known: bool,
    /// The amount the imports told: when the opportunity has another one, it was amended here since.
    pub amount_minor: i64,
}

/// What the last move changed, kept so that it can be undone exactly. Gone once somebody else changes the opportunity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveUndo {
    /// Revision of the move.
    #[serde(rename = "r")]
    pub revision: u64,
    /// The furthest stage before it.
    #[serde(rename = "h")]
    pub high_water: StageId,
    /// When it was closed before it.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// Why it was lost before it.
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    pub loss_reason: Option<Box<str>>,
    /// The level that had been told before it.
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    pub stagnation: Option<Stagnation>,
}

/// Fields most opportunities do not have; boxed, so that those cost eight bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpportunityExtra {
    /// Contacts that matter for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<ContactId>,
    /// Members who help the owner.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collaborators: Vec<MemberId>,
    /// Who else wants to sell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub competitors: Vec<Box<str>>,
    /// Overrides the stage's win probability.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub win_probability_override_bp: Option<u16>,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Box<str>>,
    /// Why it was lost; gone once reopened (the history keeps it).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss_reason: Option<Box<str>>,
    /// Set when it was imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<ImportInfo>,
}

static NO_EXTRA: OpportunityExtra = OpportunityExtra {
    contacts: Vec::new(),
    collaborators: Vec::new(),
    competitors: Vec::new(),
    win_probability_override_bp: None,
    note: None,
    loss_reason: None,
    import: None,
};

/// A possible sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opportunity {
    /// Its id.
    pub id: OpportunityId,
    /// What people call it.
    pub name: Box<str>,
    /// Amount in minor units of the workspace's currency.
    pub amount_minor: i64,
    /// Its pipeline.
    pub pipeline: PipelineId,
    /// Where it stands: the stage of the last entry of the history.
    pub stage: StageId,
    /// The furthest open or won stage it ever reached (DOMAIN.md §2).
    pub high_water: StageId,
    /// When the contract is expected; mandatory when created here, imported ones may lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_contract_date: Option<Date>,
    /// Who sells it; none = unassigned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<MemberId>,
    /// Who may buy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// How good it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// Put away: not on the board, in no stock figure; scores stay.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
    /// Where it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Box<str>>,
    /// Its id in another system; unique among opportunities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<Arc<str>>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was won or lost, while it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// How often its contract date was moved later.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub push_count: u32,
    /// Every entry into a stage, ordered by time; never empty.
    pub history: Vec<StageEntry>,
    /// The highest level of stagnation that was told of its present stay; gone when it leaves the stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stagnation: Option<Stagnation>,
    /// How to undo the last move; none = it cannot be undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<Box<MoveUndo>>,
    /// The rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra: Option<Box<OpportunityExtra>>,
    /// Revision of the last commit that changed it.
    pub revision: u64,
}

impl Opportunity {
    /// The rarely used fields; empty ones where there are none.
    pub fn extra(&self) -> &OpportunityExtra {
        self.extra.as_deref().unwrap_or(&NO_EXTRA)
    }

    /// Changes the rarely used fields, and drops the box when nothing is left in it.
    pub(crate) fn edit_extra(&mut self, edit: impl FnOnce(&mut OpportunityExtra)) {
        let mut extra = self.extra.take().unwrap_or_default();
        edit(&mut extra);
        if *extra != NO_EXTRA {
            self.extra = Some(extra);
        }
    }

    /// Expects the contract on another day; a later one counts as a push.
    pub(crate) fn expect_contract(&mut self, date: Date) {
        let later = self
            .expected_contract_date
            .is_some_and(|before| before < date);
        self.push_count += u32::from(later);
        self.expected_contract_date = Some(date);
    }

    /// The furthest stage reached by some first entries of a history, judged by the order of the stages at each of them;
    /// none = it was first seen lost and has reached nothing since.
    pub fn high_water_of(
        history: &[StageEntry],
        kind: impl Fn(StageId) -> StageKind,
    ) -> Option<StageId> {
        let first = history.first().map(|entry| entry.stage);
        let first = first.filter(|stage| kind(*stage) != StageKind::Lost);
        let raising = history.iter().skip(1).rev();
        let furthest = raising.map(|entry| (entry.credited || entry.raised).then_some(entry.stage));
        furthest.flatten().next().or(first)
    }

    /// When it entered the stage it stands in, this time.
    pub fn entered_at(&self) -> Timestamp {
        self.current_visit_start().unwrap_or(self.created_at)
    }

    /// The win probability that holds for it in a stage, in basis points: its own for open stages, else the stage's.
    pub fn win_probability_bp(&self, stage: &Stage) -> u16 {
        match stage.kind {
            StageKind::Open => self
                .extra()
                .win_probability_override_bp
                .unwrap_or(stage.win_probability_bp),
            _ => stage.win_probability_bp,
        }
    }

    /// The level of stagnation that was told; the clock may be further already, until the next Tick.
    pub fn told_level(&self) -> StagnationLevel {
        self.stagnation
            .map_or(StagnationLevel::Flowing, |stagnation| stagnation.level)
    }

    /// Amount × win probability in a stage, in minor units.
    pub fn weighted_minor(&self, stage: &Stage) -> i64 {
        weighted_minor(self.amount_minor, self.win_probability_bp(stage))
    }

    /// Cumulative microseconds in its current stage over its whole life, until `now` (DOMAIN.md §3).
    pub fn stage_clock_micros(&self, now: Timestamp) -> i64 {
        crate::stagnation::clock_micros(&self.history, self.stage, now)
    }

    /// Start of the unbroken stay in the current stage.
    fn current_visit_start(&self) -> Option<Timestamp> {
        self.history
            .iter()
            .rev()
            .take_while(|entry| entry.stage == self.stage)
            .last()
            .map(|entry| entry.entered_at)
    }

    /// Estimated bytes of the entity on the wire, without its history, which is not part of a watch's change.
    pub(crate) fn wire_bytes(&self) -> usize {
        let extra = self.extra();
        let text = |text: &Option<Box<str>>| text.as_ref().map_or(0, |text| text.len());
        ENTITY_BASE_BYTES
            + self.name.len()
            + text(&self.source)
            + self.external_id.as_ref().map_or(0, |id| id.len())
            + text(&extra.note)
            + text(&extra.loss_reason)
            + REFERENCE_BYTES * (extra.contacts.len() + extra.collaborators.len())
            + extra
                .competitors
                .iter()
                .map(|name| name.len() + 4)
                .sum::<usize>()
    }

    /// Estimated bytes of the stored row.
    pub(crate) fn row_bytes(&self) -> usize {
        let comments: usize = self
            .history
            .iter()
            .flat_map(|entry| [&entry.comment, &entry.override_reason])
            .flatten()
            .map(|comment| comment.len() + 4)
            .sum();
        self.wire_bytes() + STAGE_ENTRY_BYTES * self.history.len() + comments
    }
}
