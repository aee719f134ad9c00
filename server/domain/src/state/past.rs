//! The state as it was at an instant, from what is stored now: histories, and images of what was replaced.
//!
//! History is by the time of the event: what was imported later with earlier dates belongs to its own dates. A face has
//! no dates of its own in a file, so what an import amends holds from the import on, and what it creates holds from the
//! creation it tells. Within imported history the amount is the one frozen at the entry.
//! Customers, contacts, activities and the fields an image does not keep are those of now.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::State;
use super::ledger_index::LedgerIndex;
use super::reward_index::RewardIndex;
use super::rows::{sorted_map, sorted_set};
use crate::command::Patch;
use crate::entity::{EntityKey, EntityKind};
use crate::id::{CustomerId, MemberId, OpportunityId, PastImageId, PipelineId, StageId};
use crate::opportunity::{Direction, EntryOrigin, Opportunity};
use crate::past::{PastFace, PastImage, PastValue};
use crate::pipeline::Pipeline;
use crate::stage::StageKind;
use crate::stagnation::{StageClock, Stagnation, StagnationLevel, level_of};
use crate::time::{Timestamp, Zone};

impl State {
    /// Whether this is a view of the past.
    pub const fn is_past(&self) -> bool {
        self.past
    }

    /// The latest instant anything here is dated: at this one and later, what is stored is what holds.
    pub fn horizon(&self) -> Timestamp {
        let dated = self.indexes.funnel.latest();
        self.indexes.replaced_at.max(dated).unwrap_or_default()
    }

    /// The state as it was at an instant. Rows, stages, and who stands where are right; sums are not kept: what reads the
    /// past counts for itself.
    pub fn as_of(&self, at: Timestamp) -> Self {
        let mut past = self.clone();
        past.past = true;
        past.forget_incentives();
        past.restore_settings(at);
        let restored = past.restore_opportunities(self, at);
        past.restore_stages(self, restored.used, restored.missing, at);
        let mut rows = restored.rows;
        if !restored.stood_in_missing.is_empty() {
            let zone = past.zone();
            for place in restored.stood_in_missing {
                if let Some((_, row)) = rows.get_mut(place) {
                    past.stagnate(row, &zone, at);
                }
            }
        }
        past.indexes.by_stage = sorted_set(restored.by_stage.into_iter());
        past.indexes.by_owner = sorted_set(restored.by_owner.into_iter());
        past.indexes.by_customer = sorted_set(restored.by_customer.into_iter());
        past.opportunities = rows.into_iter().collect();
        past
    }

    /// The state at an instant: as it was, or as it is where nothing is dated later.
    pub fn seen_at(&self, at: Timestamp) -> Self {
        if self.past || at >= self.horizon() {
            self.clone()
        } else {
            self.as_of(at)
        }
    }

    /// The settings of a pipeline at an instant.
    pub(crate) fn pipeline_at<'a>(&'a self, now: &'a Pipeline, at: Timestamp) -> &'a Pipeline {
        let mut images = self.past_images_of(now.id.into());
        let image = images.find(|image| image.until > at);
        match image.map(|image| &image.value) {
            Some(PastValue::Pipeline(then)) => then,
            _ => now,
        }
    }

    /// What incentives were at another instant is not told by their rows: the ledger is, and it is never edited. A view of the
    /// past holds none.
    fn forget_incentives(&mut self) {
        self.schemes.clear();
        self.rewards.clear();
        self.ledger_transactions.clear();
        self.packets.clear();
        self.payouts.clear();
        self.badges.clear();
        self.indexes.ledger = LedgerIndex::default();
        self.indexes.rewards = RewardIndex::default();
    }

    /// Zone, teams, who was where, and the pipelines' settings.
    fn restore_settings(&mut self, at: Timestamp) {
        let from = (EntityKey::new(EntityKind::Workspace, 0), PastImageId(0));
        let to = (EntityKey::new(EntityKind::Customer, 0), PastImageId(0));
        let keys = self.indexes.past_images_by_key.range(from..to);
        let keys: BTreeSet<EntityKey> = keys.map(|(key, _)| *key).collect();
        for key in keys {
            let image = self.past_images_of(key).find(|image| image.until > at);
            match image.map(|image| image.value.clone()) {
                Some(PastValue::Workspace(row)) => self.workspace = Some(row),
                Some(PastValue::Team(row)) => drop(self.teams.insert(row.id, row)),
                Some(PastValue::Member(row)) => drop(self.members.insert(row.id, row)),
                Some(PastValue::Pipeline(row)) => drop(self.pipelines.insert(row.id, row)),
                Some(PastValue::Opportunity(_)) | None => {}
            }
        }
    }

    /// Every opportunity that existed, as it was. Rows lie all over the memory: each is gone to once.
    fn restore_opportunities(&self, now: &Self, at: Timestamp) -> Restored {
        let zone = self.zone();
        // Pipelines that had not yet some stage they have now: only there a history may name a stage unknown then.
        let grown = now.pipelines().filter(|pipeline| {
            let then = self.pipelines.get(&pipeline.id);
            let mut stages = pipeline.stages.iter();
            stages.any(|stage| then.is_none_or(|then| then.stage(stage.id).is_none()))
        });
        let grown: BTreeSet<PipelineId> = grown.map(|pipeline| pipeline.id).collect();
        let mut restored = Restored::default();
        let key = |id| EntityKey::new(EntityKind::Opportunity, id);
        let range = (key(0), PastImageId(0))..=(key(u64::MAX), PastImageId(u64::MAX));
        let mut images = self.indexes.past_images_by_key.range(range).peekable();
        let mut later: Vec<&PastImage> = Vec::new();
        for opportunity in self.opportunities.values() {
            later.clear();
            while let Some((_, image)) = images.next_if(|(key, _)| key.id <= opportunity.id.0) {
                let image = self.past_images.get(image);
                later.extend(
                    image
                        .map(|image| &**image)
                        .filter(|image| image.until > at && image.key.id == opportunity.id.0),
                );
            }
            let Some(mut row) = self.restored(now, opportunity, &later, at) else {
                continue;
            };
            self.stagnate(&mut row, &zone, at);
            restored.add(self, row, &grown);
        }
        restored
    }

    /// Gives an opportunity the level of its clock, with the settings of then: whether anybody came to say so does not matter.
    fn stagnate(&self, row: &mut Arc<Opportunity>, zone: &Zone, at: Timestamp) {
        let stagnation = self.stagnation_at(row, zone, at);
        if row.stagnation != stagnation {
            Arc::make_mut(row).stagnation = stagnation;
        }
    }

    /// An opportunity as it was; `later` are the images of it that still held then, earliest first.
    fn restored(
        &self,
        now: &Self,
        opportunity: &Arc<Opportunity>,
        later: &[&PastImage],
        at: Timestamp,
    ) -> Option<Arc<Opportunity>> {
        let history = &opportunity.history;
        let known = history.partition_point(|entry| entry.entered_at <= at);
        if opportunity.created_at > at || known == 0 {
            return None;
        }
        let next = history.get(known);
        if next.is_none() && later.is_empty() {
            return Some(opportunity.clone());
        }
        let mut past = Opportunity::clone(opportunity);
        for image in later.iter().rev() {
            if let PastValue::Opportunity(face) = &image.value {
                put_on(&mut past, face);
            }
        }
        if let Some(next) = next {
            past.history.truncate(known);
            past.undo = None;
            self.resettle(now, &mut past, next.origin);
        }
        Some(Arc::new(past))
    }

    /// Makes what follows from a history agree with one whose later entries are gone; `next` is where the first of those
    /// came from.
    fn resettle(&self, now: &Self, past: &mut Opportunity, next: EntryOrigin) {
        let Some(pipeline) = self.pipelines.get(&past.pipeline) else {
            return;
        };
        // A stage's kind never changes, and a stage that was made later is known now only.
        let kind = |id: StageId| {
            now.stage(id)
                .map_or(StageKind::Open, |(_, stage)| stage.kind)
        };
        let Some(last) = past.history.last() else {
            return;
        };
        past.stage = last.stage;
        if next != EntryOrigin::Live {
            past.amount_minor = last.amount_minor;
        }
        let run = past.history.iter().rev();
        let closing = run.take_while(|entry| kind(entry.stage) == kind(last.stage));
        past.closed_at = match kind(last.stage) {
            StageKind::Open => None,
            StageKind::Won | StageKind::Lost => closing.last().map(|entry| entry.entered_at),
        };
        let loss_reason = match last.direction {
            Direction::Lost => last.comment.clone(),
            _ => None,
        };
        let nothing_yet = pipeline.stages.first().map(|stage| stage.id);
        past.high_water = Opportunity::high_water_of(&past.history, kind)
            .or(nothing_yet)
            .unwrap_or(past.high_water);
        past.edit_extra(|extra| extra.loss_reason = loss_reason);
    }

    /// Leaves out pipelines that were made later, and brings back stages that were, where imported history stands in them.
    fn restore_stages(
        &mut self,
        now: &Self,
        used: BTreeSet<PipelineId>,
        missing: BTreeMap<PipelineId, BTreeSet<StageId>>,
        at: Timestamp,
    ) {
        let pipelines = self.pipelines.values();
        let pipelines = pipelines
            .filter(|row| row.created_at <= at || used.contains(&row.id))
            .cloned();
        let pipelines: Vec<Arc<Pipeline>> = pipelines.collect();
        self.pipelines = sorted_map(pipelines.into_iter().map(|row| (row.id, row)));
        for (id, stages) in missing {
            let (Some(past), Some(now)) = (self.pipelines.get(&id), now.pipeline(id)) else {
                continue;
            };
            let mut pipeline = Pipeline::clone(past);
            for stage in now.stages.iter().filter(|stage| stages.contains(&stage.id)) {
                let place = pipeline
                    .stages
                    .partition_point(|own| own.kind <= stage.kind);
                pipeline.stages.insert(place, stage.clone());
            }
            self.pipelines.insert(id, Arc::new(pipeline));
        }
        self.indexes.stages = sorted_map(self.pipelines.values().flat_map(|pipeline| {
            let stages = pipeline.stages.iter();
            stages.map(|stage| (stage.id, pipeline.id))
        }));
    }
}

/// What the opportunities of an instant come to.
#[derive(Default)]
struct Restored {
    /// By id.
    rows: Vec<(OpportunityId, Arc<Opportunity>)>,
    by_stage: Vec<(StageId, OpportunityId)>,
    by_owner: Vec<(MemberId, OpportunityId)>,
    by_customer: Vec<(CustomerId, OpportunityId)>,
    /// Pipelines they are in.
    used: BTreeSet<PipelineId>,
    /// Stages of their histories that their pipelines did not have then.
    missing: BTreeMap<PipelineId, BTreeSet<StageId>>,
    /// The places among `rows` of those that stood in such a stage.
    stood_in_missing: Vec<usize>,
}

impl Restored {
    fn add(&mut self, then: &State, row: Arc<Opportunity>, grown: &BTreeSet<PipelineId>) {
        let last = self.rows.last().map(|(_, last)| last.pipeline);
        if last != Some(row.pipeline) {
            self.used.insert(row.pipeline);
        }
        if grown.contains(&row.pipeline)
            && let Some(pipeline) = then.pipelines.get(&row.pipeline)
        {
            for entry in &row.history {
                if pipeline.stage(entry.stage).is_none() {
                    let missing = self.missing.entry(row.pipeline).or_default();
                    missing.insert(entry.stage);
                }
            }
            if pipeline.stage(row.stage).is_none() {
                self.stood_in_missing.push(self.rows.len());
            }
        }
        self.by_stage.push((row.stage, row.id));
        self.by_owner.extend(row.owner.map(|owner| (owner, row.id)));
        let customer = row.customer;
        self.by_customer.extend(customer.map(|it| (it, row.id)));
        self.rows.push((row.id, row));
    }
}

impl State {
    fn stagnation_at(&self, row: &Opportunity, zone: &Zone, at: Timestamp) -> Option<Stagnation> {
        let pipeline = self.pipelines.get(&row.pipeline)?;
        let stage = pipeline.stage(row.stage)?;
        if stage.kind != StageKind::Open || stage.stagnation_period_days.is_none() {
            return None;
        }
        let clock = StageClock {
            calendar: &pipeline.calendar,
            zone,
        };
        let level = level_of(clock.micros(&row.history, stage.id, at), stage);
        if level == StagnationLevel::Flowing {
            return None;
        }
        let since = clock.reaches(stage, level, clock.virtual_entry(row), row.entered_at())?;
        Some(Stagnation { level, since })
    }
}

/// Gives an opportunity the fields an image kept.
fn put_on(past: &mut Opportunity, face: &PastFace) {
    if let Some(name) = &face.name {
        past.name.clone_from(name);
    }
    if let Some(amount_minor) = face.amount_minor {
        past.amount_minor = amount_minor;
    }
    if let Some(archived) = face.archived {
        past.archived = archived;
    }
    if let Some(push_count) = face.push_count {
        past.push_count = push_count;
    }
    patched(
        &mut past.expected_contract_date,
        &face.expected_contract_date,
    );
    patched(&mut past.owner, &face.owner);
    patched(&mut past.customer, &face.customer);
    if !face.win_probability_override_bp.is_keep() {
        past.edit_extra(|extra| {
            patched(
                &mut extra.win_probability_override_bp,
                &face.win_probability_override_bp,
            );
        });
    }
}

fn patched<T: Clone>(field: &mut Option<T>, patch: &Patch<T>) {
    *field = patch.clone().resolve(field.take());
}
