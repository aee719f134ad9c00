//! The funnel's sums from all opportunities at once, for a start and for changes that touch them all.

use std::collections::BTreeMap;
use std::sync::Arc;

use imbl::{OrdMap, Vector};

use super::State;
use super::funnel_index::{
    BLOCK_BITS, Expected, FirstKey, Firsts, FunnelIndex, Passage, Standing, Stock, latest_of,
};
use crate::entity::Entity;
use crate::id::{MemberId, OpportunityId, PipelineId, StageId};
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
        let mut stays: BTreeMap<(StageId, Option<MemberId>), Vec<i64>> = BTreeMap::new();
        let mut firsts: Vec<(FirstKey, bool)> = Vec::new();
        let mut closed = Vec::new();
        let mut latest = Vec::new();
        for opportunity in opportunities.filter(|row| !row.archived) {
            latest.push((latest_of(opportunity), opportunity.id));
            closed.extend(opportunity.closed_at.map(|at| (at, opportunity.id)));
            let Some(pipeline) = pipelines.get(&opportunity.pipeline) else {
                continue;
            };
            let owner = opportunity.owner;
            if let Some(standing) = Standing::of(opportunity, pipeline) {
                let key = (standing.stage, owner);
                stock.entry(key).or_default().add(&standing, 1);
                if standing.kind == StageKind::Open {
                    let key = (standing.expected, pipeline.id, owner);
                    expected.entry(key).or_default().add(&standing, 1);
                }
            }
            let passage = Passage::of(opportunity, pipeline);
            for (stage, micros) in passage.stays {
                stays.entry((stage, owner)).or_default().push(micros);
            }
            for first in passage.firsts {
                let block = days.day_of(first.at);
                firsts.push((
                    FirstKey {
                        stage: first.stage,
                        level: 0,
                        block,
                        owner,
                    },
                    first.advanced,
                ));
            }
        }
        closed.sort_unstable();
        latest.sort_unstable();
        Self {
            stock: stock.into_iter().collect(),
            expected: expected.into_iter().collect(),
            stays: stays
                .into_iter()
                .map(|(key, mut stays)| {
                    stays.sort_unstable();
                    (key, Vector::from(stays))
                })
                .collect(),
            firsts: blocks(firsts),
            closed: closed.into_iter().collect(),
            latest: latest.into_iter().collect(),
        }
    }
}

/// First entries by day, and by the blocks of days around them.
fn blocks(mut firsts: Vec<(FirstKey, bool)>) -> OrdMap<FirstKey, Firsts> {
    firsts.sort_unstable_by_key(|(key, _)| *key);
    let mut all: BTreeMap<FirstKey, Firsts> = BTreeMap::new();
    for same in firsts.chunk_by(|left, right| left.0 == right.0) {
        let Some((key, _)) = same.first() else {
            continue;
        };
        let sum = Firsts {
            entered: same.len() as u64,
            advanced: same.iter().filter(|(_, advanced)| *advanced).count() as u64,
        };
        for (level, bits) in BLOCK_BITS.iter().enumerate() {
            let key = FirstKey {
                level: level as u8,
                block: key.block >> bits,
                ..*key
            };
            let block = all.entry(key).or_default();
            block.entered += sum.entered;
            block.advanced += sum.advanced;
        }
    }
    all.into_iter().collect()
}

impl State {
    /// What the funnel of now is summed from.
    pub(crate) const fn funnel_index(&self) -> &FunnelIndex {
        &self.indexes.funnel
    }

    /// Opportunities won or lost from one instant up to, not including, another, while they are; archived ones left out.
    pub(crate) fn closed_between(
        &self,
        window: Option<(Timestamp, Timestamp)>,
    ) -> impl Iterator<Item = &Arc<Opportunity>> {
        let (from, to) = window.unwrap_or((Timestamp(i64::MIN), Timestamp(i64::MAX)));
        let ids = self
            .indexes
            .funnel
            .closed
            .range((from, OpportunityId(0))..(to, OpportunityId(0)));
        ids.filter_map(|(_, id)| self.opportunities.get(id))
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
