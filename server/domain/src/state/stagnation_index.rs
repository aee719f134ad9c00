//! What the passing of time needs: opportunities by their stage clocks, stalled figures, alerts that wait for something.
//!
//! Opportunities of a stage and told level are kept in order of their virtual entry (see `stagnation.rs`). That order is
//! the order in which they stall **whatever the stage's period is**: a period may change for a hundred thousand of them
//! and nothing here moves; what is due is a range. Only a changed calendar or zone moves keys, and only those of
//! opportunities that were in their stage before.

use std::cmp::Reverse;
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use super::State;
use crate::alert::{Alert, AlertState, Resolution};
use crate::entity::{Entity, EntityKey, EntityKind};
use crate::id::{AlertId, MemberId, OpportunityId, PipelineId, StageId};
use crate::opportunity::Opportunity;
use crate::pipeline::Pipeline;
use crate::scope::Owners;
use crate::stage::StageKind;
use crate::stagnation::{StageClock, StagnationLevel};
use crate::time::{Timestamp, Zone};

/// Where an opportunity stands among those of its stage and told level.
type ClockKey = (StageId, StagnationLevel, Timestamp, OpportunityId);

/// A stalled count and amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StalledTotal {
    /// How many.
    pub count: i64,
    /// For how much, in minor units.
    pub amount_minor: i128,
}

impl StalledTotal {
    pub(crate) fn add(&mut self, sign: i64, amount_minor: i64) {
        self.count += sign;
        self.amount_minor += i128::from(sign) * i128::from(amount_minor);
    }
}

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct StagnationIndex {
    /// Every opportunity that is on the board and in an open stage.
    clocks: OrdSet<ClockKey>,
    /// Those of them whose virtual entry depends on the calendar: they were in their stage before.
    revisited: OrdSet<(PipelineId, OpportunityId)>,
    /// What was told to be stalled or critical.
    stalled: OrdMap<(StageId, Option<MemberId>), StalledTotal>,
    /// The same one by one, each owner's largest first.
    largest: OrdSet<(Option<MemberId>, Reverse<i64>, OpportunityId)>,
    /// Unresolved alerts that say nothing any more.
    moot_alerts: OrdSet<AlertId>,
    /// Alerts that are put off.
    snoozes: OrdSet<(Timestamp, AlertId)>,
}

/// What an opportunity puts into the index.
struct Place {
    key: ClockKey,
    revisited: Option<(PipelineId, OpportunityId)>,
    stalled: Option<((StageId, Option<MemberId>), i64)>,
}

impl StagnationIndex {
    fn put_in(&mut self, place: Place) {
        self.clocks.insert(place.key);
        if let Some(key) = place.revisited {
            self.revisited.insert(key);
        }
        if let Some((key, amount_minor)) = place.stalled {
            self.stalled.entry(key).or_default().add(1, amount_minor);
            let opportunity = place.key.3;
            self.largest
                .insert((key.1, Reverse(amount_minor), opportunity));
        }
    }

    fn take_out(&mut self, place: &Place) {
        self.clocks.remove(&place.key);
        if let Some(key) = place.revisited {
            self.revisited.remove(&key);
        }
        if let Some((key, amount_minor)) = place.stalled {
            let total = self.stalled.entry(key).or_default();
            total.add(-1, amount_minor);
            if *total == StalledTotal::default() {
                self.stalled.remove(&key);
            }
            let opportunity = place.key.3;
            self.largest
                .remove(&(key.1, Reverse(amount_minor), opportunity));
        }
    }
}

impl State {
    fn place_of(&self, opportunity: &Opportunity, zone: &Zone) -> Option<Place> {
        let (pipeline, stage) = self.stage(opportunity.stage)?;
        if opportunity.archived || stage.kind != StageKind::Open {
            return None;
        }
        let clock = StageClock {
            calendar: &pipeline.calendar,
            zone,
        };
        let level = opportunity.told_level();
        let virtual_entry = clock.virtual_entry(opportunity);
        let earlier = opportunity.history.len() > 1 && {
            let entered_at = opportunity.entered_at();
            crate::stagnation::clock_micros(&opportunity.history, stage.id, entered_at) > 0
        };
        let stalled = level >= StagnationLevel::Stalled;
        Some(Place {
            key: (stage.id, level, virtual_entry, opportunity.id),
            revisited: earlier.then_some((pipeline.id, opportunity.id)),
            stalled: stalled.then_some(((stage.id, opportunity.owner), opportunity.amount_minor)),
        })
    }

    /// Keeps the index right when something was stored.
    pub(super) fn relink_stagnation(&mut self, key: EntityKey, before: Option<&Entity>) {
        match (key.kind, before) {
            (EntityKind::Opportunity, before) => {
                let before = match before {
                    Some(Entity::Opportunity(before)) => Some(&**before),
                    _ => None,
                };
                if let Some(after) = self.opportunity(OpportunityId(key.id)).cloned() {
                    self.relink_clock(before, &after);
                }
            }
            (EntityKind::Alert, before) => {
                let before = match before {
                    Some(Entity::Alert(before)) => Some(&**before),
                    _ => None,
                };
                if let Some(after) = self.alert(AlertId(key.id)).cloned() {
                    self.relink_alert(before, &after);
                }
            }
            _ => {}
        }
    }

    fn relink_clock(&mut self, before: Option<&Opportunity>, after: &Opportunity) {
        if let Some(before) = before
            && before.stage == after.stage
            && before.archived == after.archived
            && before.stagnation == after.stagnation
            && before.owner == after.owner
            && before.amount_minor == after.amount_minor
            && before.history == after.history
        {
            return;
        }
        let zone = self.zone();
        if let Some(place) = before.and_then(|before| self.place_of(before, &zone)) {
            self.stagnation.take_out(&place);
        }
        if let Some(place) = self.place_of(after, &zone) {
            self.stagnation.put_in(place);
        }
        if before.is_some() {
            self.relink_alerts_of(after);
        }
    }

    /// Alerts about an opportunity that has just changed may say nothing any more.
    fn relink_alerts_of(&mut self, opportunity: &Opportunity) {
        let alerts: Vec<Arc<Alert>> = self.alerts_of(opportunity.id).cloned().collect();
        for alert in alerts {
            self.relink_moot(&alert);
        }
    }

    fn relink_moot(&mut self, alert: &Alert) {
        let moot = self.mootness(alert).is_some();
        let alerts = &mut self.stagnation.moot_alerts;
        // Looking is cheap; a set that is changed is copied along the way, even when nothing changes.
        if moot == alerts.contains(&alert.id) {
            return;
        }
        if moot {
            alerts.insert(alert.id);
        } else {
            alerts.remove(&alert.id);
        }
    }

    /// Keeps the index right when an alert changes; called once it is stored.
    fn relink_alert(&mut self, before: Option<&Alert>, after: &Alert) {
        if let Some(AlertState::Snoozed { until }) = before.map(|before| before.state) {
            self.stagnation.snoozes.remove(&(until, after.id));
        }
        if let AlertState::Snoozed { until } = after.state {
            self.stagnation.snoozes.insert((until, after.id));
        }
        self.relink_moot(after);
    }

    /// Why an unresolved alert says nothing any more; none = it does, or it is resolved.
    pub(crate) fn mootness(&self, alert: &Alert) -> Option<Resolution> {
        if !alert.is_unresolved() {
            return None;
        }
        let opportunity = self.opportunity(alert.opportunity)?;
        if opportunity.stage != alert.stage {
            Some(Resolution::LeftStage)
        } else if opportunity.archived {
            Some(Resolution::Archived)
        } else if opportunity.told_level() >= alert.level {
            None
        } else if opportunity.entered_at() > alert.since {
            Some(Resolution::LeftStage)
        } else {
            Some(Resolution::BelowLevel)
        }
    }

    /// Opportunities whose keys move with the calendar of these pipelines, by id.
    fn revisited(&self, pipeline: Option<PipelineId>) -> Vec<OpportunityId> {
        let from = pipeline.unwrap_or(PipelineId(0));
        let to = pipeline.unwrap_or(PipelineId(u64::MAX));
        let revisited = &self.stagnation.revisited;
        let range = (from, OpportunityId(0))..=(to, OpportunityId(u64::MAX));
        let mut found: Vec<OpportunityId> = revisited.range(range).map(|(_, id)| *id).collect();
        found.sort_unstable();
        found
    }

    /// What will move when this is stored; for `rekey_after`.
    pub(super) fn rekey_before(
        &self,
        before: Option<&Entity>,
        after: &Entity,
    ) -> Vec<OpportunityId> {
        match (before, after) {
            (Some(Entity::Pipeline(before)), Entity::Pipeline(after))
                if before.calendar != after.calendar =>
            {
                self.revisited(Some(after.id))
            }
            (Some(Entity::Workspace(before)), Entity::Workspace(after))
                if before.time_zone != after.time_zone =>
            {
                self.revisited(None)
            }
            _ => Vec::new(),
        }
    }

    /// Gives those that move the keys they have now. Only their virtual entries depend on the calendar, nothing else here
    /// does: the set is made anew, which costs a small part of moving each by itself.
    pub(super) fn rekey_after(&mut self, moving: &[OpportunityId]) {
        if moving.is_empty() {
            return;
        }
        let zone = self.zone();
        let rekeyed = |key: &ClockKey| {
            let (stage, level, virtual_entry, id) = *key;
            let moved = moving.binary_search(&id).is_ok();
            let found = || Some((self.stage(stage)?.0, self.opportunity(id)?));
            let (pipeline, opportunity) = found().filter(|_| moved)?;
            let clock = StageClock {
                calendar: &pipeline.calendar,
                zone: &zone,
            };
            let now = clock.virtual_entry(opportunity);
            (now != virtual_entry).then_some((stage, level, now, id))
        };
        let clocks = self.stagnation.clocks.iter();
        let mut clocks: Vec<ClockKey> = clocks.map(|key| rekeyed(key).unwrap_or(*key)).collect();
        clocks.sort_unstable();
        self.stagnation.clocks = clocks.into_iter().collect();
    }

    /// The index, from all rows.
    pub(super) fn stagnation_from_scratch(&self) -> StagnationIndex {
        let zone = self.zone();
        let mut index = StagnationIndex::default();
        let mut clocks = Vec::new();
        for opportunity in self.opportunities() {
            let Some(place) = self.place_of(opportunity, &zone) else {
                continue;
            };
            clocks.push(place.key);
            if let Some(key) = place.revisited {
                index.revisited.insert(key);
            }
            if let Some((key, amount_minor)) = place.stalled {
                index.stalled.entry(key).or_default().add(1, amount_minor);
                let own = (key.1, Reverse(amount_minor), opportunity.id);
                index.largest.insert(own);
            }
        }
        clocks.sort_unstable();
        index.clocks = clocks.into_iter().collect();
        for alert in self.alerts() {
            if let AlertState::Snoozed { until } = alert.state {
                index.snoozes.insert((until, alert.id));
            }
            if self.mootness(alert).is_some() {
                index.moot_alerts.insert(alert.id);
            }
        }
        index
    }

    /// The stages and told levels that have opportunities, with the stage's pipeline, in order.
    pub(crate) fn clock_groups(&self) -> Vec<(&Arc<Pipeline>, StageId, StagnationLevel)> {
        let mut groups = Vec::new();
        let mut from = (
            StageId(0),
            StagnationLevel::Flowing,
            Timestamp(i64::MIN),
            OpportunityId(0),
        );
        while let Some((stage, level, ..)) = self.stagnation.clocks.range(from..).next() {
            if let Some((pipeline, _)) = self.stage(*stage) {
                groups.push((pipeline, *stage, *level));
            }
            from = match level.next() {
                Some(next) => (*stage, next, Timestamp(i64::MIN), OpportunityId(0)),
                None => (
                    StageId(stage.0.saturating_add(1)),
                    StagnationLevel::Flowing,
                    Timestamp(i64::MIN),
                    OpportunityId(0),
                ),
            };
        }
        groups
    }

    /// Opportunities of a stage and told level by virtual entry: from the first instant to the second, both included.
    pub(crate) fn clocks(
        &self,
        stage: StageId,
        level: StagnationLevel,
        from: Timestamp,
        to: Timestamp,
    ) -> impl DoubleEndedIterator<Item = (Timestamp, OpportunityId)> + '_ {
        // An empty range of a tree panics when it is the wrong way round.
        let to = to.max(from);
        self.stagnation
            .clocks
            .range(
                (stage, level, from, OpportunityId(0))
                    ..=(stage, level, to, OpportunityId(u64::MAX)),
            )
            .map(|(_, _, virtual_entry, id)| (*virtual_entry, *id))
    }

    /// What was told to be stalled, by stage and owner.
    pub(crate) fn stalled_totals(
        &self,
    ) -> impl Iterator<Item = (StageId, Option<MemberId>, StalledTotal)> + '_ {
        self.stagnation
            .stalled
            .iter()
            .map(|((stage, owner), total)| (*stage, *owner, *total))
    }

    /// What was told to be stalled in a stage, of some owners.
    pub(crate) fn told_stalled(&self, stage: StageId, owners: &Owners) -> StalledTotal {
        let mut sum = StalledTotal::default();
        owners.each(&self.stagnation.stalled, stage, |total| {
            sum.count += total.count;
            sum.amount_minor += total.amount_minor;
        });
        sum
    }

    /// What was told to be stalled of an owner, the largest first, then by id.
    pub(crate) fn largest_stalled(
        &self,
        owner: Option<MemberId>,
    ) -> impl Iterator<Item = (i64, OpportunityId)> + '_ {
        let first = (owner, Reverse(i64::MAX), OpportunityId(0));
        let last = (owner, Reverse(i64::MIN), OpportunityId(u64::MAX));
        let rows = self.stagnation.largest.range(first..=last);
        rows.map(|(_, amount_minor, id)| (amount_minor.0, *id))
    }

    /// Opportunities on the board that have entered the stage they stand in after an instant.
    pub(crate) fn entered_after(&self, at: Timestamp) -> impl Iterator<Item = &Arc<Opportunity>> {
        let after = (at.plus_micros(1), OpportunityId(0));
        let changed = self.indexes.funnel.latest.range(after..);
        changed
            .filter_map(|(_, id)| self.opportunity(*id))
            .filter(move |opportunity| opportunity.entered_at() > at)
    }

    /// Unresolved alerts that say nothing any more, by id.
    pub(crate) fn moot_alerts(&self) -> impl Iterator<Item = &Arc<Alert>> {
        let ids = self.stagnation.moot_alerts.iter();
        ids.filter_map(|id| self.alert(*id))
    }

    /// Alerts that are put off, by the end of that.
    pub(crate) fn snoozes(&self) -> impl Iterator<Item = (Timestamp, &Arc<Alert>)> {
        let snoozes = self.stagnation.snoozes.iter();
        snoozes.filter_map(|(until, id)| Some((*until, self.alert(*id)?)))
    }
}
