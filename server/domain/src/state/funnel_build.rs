//! The funnel's sums from all opportunities at once, for a start and for changes that touch them all.

use std::collections::BTreeMap;
use std::sync::Arc;

use imbl::OrdMap;

use super::State;
use super::funnel_index::{
    Expected, Flow, FunnelIndex, Passage, Standing, Stock, Whose, latest_of,
};
use crate::closing::Closing;
use crate::entity::Entity;
use crate::id::{MemberId, PipelineId, StageId};
use crate::opportunity::Opportunity;
use crate::pipeline::Pipeline;
use crate::stage::StageKind;
use crate::time::{Date, MICROS_PER_DAY, Timestamp, Zone};

/// Finds the day of an instant with the beginnings of days it has met: a zone's rules are slow.
struct Days<'a> {
    zone: &'a Zone,
    starts: BTreeMap<i32, Timestamp>,
}

impl Days<'_> {
    fn start(&mut self, day: i32) -> Option<Timestamp> {
        if let Some(start) = self.starts.get(&day) {
            return Some(*start);
        }
        let start = self.zone.start_of(Date::from_days(day)?);
        self.starts.insert(day, start);
        Some(start)
    }

    fn day_of(&mut self, at: Timestamp) -> i32 {
        let guess = i32::try_from(at.micros().div_euclid(MICROS_PER_DAY)).unwrap_or_default();
        for day in [guess, guess - 1, guess + 1] {
            let (start, end) = (self.start(day), self.start(day + 1));
            if start.is_some_and(|start| start <= at) && end.is_some_and(|end| at < end) {
                return day;
            }
        }
        // At the ends of the domain's years.
        self.zone.date_of(at).days()
    }
}

impl FunnelIndex {
    /// Everything, from the opportunities and their pipelines.
    pub(super) fn from_scratch<'a>(
        opportunities: impl Iterator<Item = &'a Arc<Opportunity>>,
        pipelines: &OrdMap<PipelineId, Arc<Pipeline>>,
        zone: &Zone,
    ) -> Self {
        let mut days = Days {
            zone,
            starts: BTreeMap::new(),
        };
        let mut stock: BTreeMap<(StageId, Option<MemberId>), Stock> = BTreeMap::new();
        let mut expected: BTreeMap<_, Expected> = BTreeMap::new();
        let mut flows: BTreeMap<StageId, Passed> = BTreeMap::new();
        let mut flows_by_owner: BTreeMap<(StageId, Option<MemberId>), Passed> = BTreeMap::new();
        let mut closed = Vec::new();
        let mut reasons: BTreeMap<Arc<str>, u64> = BTreeMap::new();
        let mut latest = Vec::new();
        for opportunity in opportunities.filter(|row| !row.archived) {
            latest.push((latest_of(opportunity), opportunity.id));
            let Some(pipeline) = pipelines.get(&opportunity.pipeline) else {
                continue;
            };
            let owner = opportunity.owner;
            if let Some(standing) = Standing::of(opportunity, pipeline) {
                let key = (standing.stage, owner);
                stock.entry(key).or_default().add(&standing, 1);
                if standing.kind == StageKind::Open {
                    for whose in [Whose::All, Whose::One(owner)] {
                        let key = (whose, standing.expected, pipeline.id);
                        expected.entry(key).or_default().add(&standing, 1);
                    }
                }
            }
            let closing = Closing::of(opportunity, pipeline, |key| {
                let known = reasons.get_key_value(&key).map(|(key, _)| key.clone());
                known.unwrap_or(key)
            });
            if let Some(loss) = closing.as_ref().and_then(|closing| closing.loss.as_ref()) {
                *reasons.entry(loss.reason.clone()).or_default() += 1;
            }
            closed.extend(closing);
            let passage = Passage::of(opportunity, pipeline);
            for (stage, micros) in passage.stays {
                flows.entry(stage).or_default().stays.push(micros);
                let own = flows_by_owner.entry((stage, owner)).or_default();
                own.stays.push(micros);
            }
            for first in passage.firsts {
                let day = days.day_of(first.at);
                let all = flows.entry(first.stage).or_default();
                let own = flows_by_owner.entry((first.stage, owner)).or_default();
                for passed in [all, own] {
                    passed.entered.push(day);
                    passed.advanced.extend(first.advanced.then_some(day));
                }
            }
        }
        latest.sort_unstable();
        Self {
            stock: stock.into_iter().collect(),
            expected: expected.into_iter().collect(),
            flows: flows
                .into_iter()
                .map(|(key, passed)| (key, passed.flow()))
                .collect(),
            flows_by_owner: flows_by_owner
                .into_iter()
                .map(|(key, passed)| (key, passed.flow()))
                .collect(),
            closed: closed.into(),
            reasons: reasons.into_iter().collect(),
            latest: latest.into_iter().collect(),
        }
    }
}

/// What is gathered of a flow before it is put in order.
#[derive(Default)]
struct Passed {
    stays: Vec<i64>,
    entered: Vec<i32>,
    advanced: Vec<i32>,
}

impl Passed {
    fn flow(self) -> Arc<Flow> {
        Arc::new(Flow {
            stays: self.stays.into(),
            entered: self.entered.into(),
            advanced: self.advanced.into(),
        })
    }
}

impl State {
    /// What the funnel of now is summed from.
    pub(crate) const fn funnel_index(&self) -> &FunnelIndex {
        &self.indexes.funnel
    }

    /// What was won or lost from one instant up to, not including, another, while it is; in that order, archived ones left out.
    pub(crate) fn closed_between(
        &self,
        window: Option<(Timestamp, Timestamp)>,
    ) -> impl Iterator<Item = &Closing> {
        let (from, to) = window.unwrap_or((Timestamp(i64::MIN), Timestamp(i64::MAX)));
        let closed = &self.indexes.funnel.closed;
        closed.range(move |own| own.at < from, move |own| own.at < to)
    }

    pub(super) fn funnel_from_scratch(&self) -> FunnelIndex {
        FunnelIndex::from_scratch(self.opportunities.values(), &self.pipelines, &self.zone())
    }

    /// Keeps the funnel right when an opportunity is about to change.
    pub(super) fn relink_funnel(&mut self, before: Option<&Entity>, after: &Opportunity) {
        let before = match before {
            Some(Entity::Opportunity(before)) => Some(&**before),
            _ => None,
        };
        let Some(pipeline) = self.pipelines.get(&after.pipeline) else {
            return;
        };
        let utc = Zone::utc();
        let zone = self.workspace.as_ref().map_or(&utc, |own| &own.time_zone);
        self.indexes
            .funnel
            .relink(before, Some(after), pipeline, zone);
    }

    /// Keeps the funnel right when a pipeline has changed. A new probability touches what stands in its stage; another
    /// order of the stages says anew who went further, and everything is summed again.
    pub(super) fn resettle_funnel(&mut self, old: Option<&Pipeline>, new: &Pipeline) {
        let Some(old) = old else {
            return;
        };
        let known = |pipeline: &Pipeline| -> Vec<StageId> {
            let stages = pipeline.stages.iter().map(|stage| stage.id);
            stages.filter(|id| old.stage(*id).is_some()).collect()
        };
        if known(old) != known(new) {
            self.indexes.funnel = self.funnel_from_scratch();
            return;
        }
        let changed = old.stages.iter().filter(|stage| {
            new.stage(stage.id)
                .is_some_and(|own| own.win_probability_bp != stage.win_probability_bp)
        });
        for stage in changed {
            let inside: Vec<Arc<Opportunity>> =
                self.opportunities_in_stage(stage.id).cloned().collect();
            for opportunity in inside {
                self.indexes.funnel.reweigh(&opportunity, old, new);
            }
        }
    }
}
