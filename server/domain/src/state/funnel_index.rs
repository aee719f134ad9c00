//! What the funnel and the forecast of now are summed from, kept up to date by every change of an opportunity.
//!
//! Nothing here depends on the clock. What is put away counts nowhere. Keys hold the owner, so that any choice of owners
//! is a choice of keys; what passed through a stage and what is expected is kept of all owners together too, so that the
//! most frequent question goes through nobody's deals. Days and lengths lie in order: a window is two searches.

use std::ops::Range;
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use crate::closing::Closing;
use crate::id::{MemberId, OpportunityId, PipelineId, StageId};
use crate::opportunity::Opportunity;
use crate::pipeline::Pipeline;
use crate::sorted::Sorted;
use crate::stage::StageKind;
use crate::time::{Date, Timestamp, Zone};

/// Whose deals a sum is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Whose {
    /// Everybody's, and those of nobody.
    All,
    /// One owner's; none = of nobody.
    One(Option<MemberId>),
}

/// What stands in a stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stock {
    pub(crate) count: u64,
    pub(crate) amount_minor: i128,
    pub(crate) weighted_minor: i128,
}

/// What is open and expected on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) count: u64,
    pub(crate) amount_minor: i128,
    pub(crate) weighted_minor: i128,
    pub(crate) pushed_count: u64,
    pub(crate) push_count: u64,
}

impl Stock {
    /// Adds (1) or takes away (−1) an opportunity.
    pub(super) fn add(&mut self, standing: &Standing, sign: i64) {
        self.count = self.count.wrapping_add_signed(sign);
        self.amount_minor += i128::from(standing.amount_minor) * i128::from(sign);
        self.weighted_minor += i128::from(standing.weighted_minor) * i128::from(sign);
    }
}

impl Expected {
    /// Adds (1) or takes away (−1) an opportunity.
    pub(super) fn add(&mut self, standing: &Standing, sign: i64) {
        self.count = self.count.wrapping_add_signed(sign);
        self.amount_minor += i128::from(standing.amount_minor) * i128::from(sign);
        self.weighted_minor += i128::from(standing.weighted_minor) * i128::from(sign);
        if standing.pushes > 0 {
            self.pushed_count = self.pushed_count.wrapping_add_signed(sign);
            let pushes = i64::from(standing.pushes) * sign;
            self.push_count = self.push_count.wrapping_add_signed(pushes);
        }
    }
}

/// What passed through a stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flow {
    /// Lengths of completed stays in microseconds.
    pub(crate) stays: Sorted<i64>,
    /// Days of the first entries.
    pub(super) entered: Sorted<i32>,
    /// The same days, of those only that ever went further.
    pub(super) advanced: Sorted<i32>,
}

impl Flow {
    /// How many first entered within some days (none = ever), and how many of those ever went further.
    pub(crate) fn firsts(&self, days: Option<&Range<i32>>) -> (usize, usize) {
        let Some(days) = days else {
            return (self.entered.len(), self.advanced.len());
        };
        let within = |all: &Sorted<i32>| {
            let until = all.count_before(|day| *day < days.end);
            until.saturating_sub(all.count_before(|day| *day < days.start))
        };
        (within(&self.entered), within(&self.advanced))
    }

    fn is_empty(&self) -> bool {
        self.stays.is_empty() && self.entered.is_empty()
    }
}

/// Flows by stage and owner.
pub(crate) type Flows = OrdMap<(StageId, Option<MemberId>), Arc<Flow>>;

/// A first entry of an opportunity into a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct First {
    pub(crate) stage: StageId,
    pub(crate) at: Timestamp,
    /// Whether it ever went further: to a later open stage or to a won one.
    pub(crate) advanced: bool,
}

/// Everything of an opportunity's history that the funnel counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Passage {
    /// Completed stays whose ends are both known: the stage and how many microseconds.
    pub(crate) stays: Vec<(StageId, i64)>,
    /// First entries, in the order of the history.
    pub(crate) firsts: Vec<First>,
}

impl Passage {
    /// Of a history in its pipeline. Entries of one stage that follow each other are one stay.
    pub(crate) fn of(opportunity: &Opportunity, pipeline: &Pipeline) -> Self {
        let history = &opportunity.history;
        let mut passage = Self::default();
        let mut begin = 0;
        for index in 0..history.len() {
            let entry = &history[index];
            if index > 0 && entry.stage != history[begin].stage {
                if history[begin].time_known && entry.time_known {
                    let stay = entry.entered_at.micros_since(history[begin].entered_at);
                    passage.stays.push((history[begin].stage, stay));
                }
                begin = index;
            }
            let stage = pipeline.rank(entry.stage).map(|rank| {
                let kind = pipeline.stages[rank].kind;
                (rank, kind)
            });
            let Some((rank, kind)) = stage else {
                continue;
            };
            if kind != StageKind::Lost {
                for first in &mut passage.firsts {
                    let behind = pipeline.rank(first.stage).is_some_and(|own| {
                        own < rank && pipeline.stages[own].kind == StageKind::Open
                    });
                    first.advanced |= behind;
                }
            }
            if passage
                .firsts
                .iter()
                .all(|first| first.stage != entry.stage)
            {
                passage.firsts.push(First {
                    stage: entry.stage,
                    at: entry.entered_at,
                    advanced: false,
                });
            }
        }
        passage
    }
}

/// The sums.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FunnelIndex {
    /// What stands in each stage, by owner.
    pub(crate) stock: OrdMap<(StageId, Option<MemberId>), Stock>,
    /// What is open, by the day its contract is expected: of all owners and of each.
    pub(crate) expected: OrdMap<(Whose, Option<Date>, PipelineId), Expected>,
    /// What passed through each stage.
    pub(crate) flows: OrdMap<StageId, Arc<Flow>>,
    /// The same by owner.
    pub(crate) flows_by_owner: Flows,
    /// What was won or lost, while it is.
    pub(crate) closed: Sorted<Closing>,
    /// The keys of the reasons for losing, and how many have each: so that equal ones are held once.
    pub(super) reasons: OrdMap<Arc<str>, u64>,
    /// The latest instant each opportunity's own dates name.
    pub(super) latest: OrdSet<(Timestamp, OpportunityId)>,
}

impl FunnelIndex {
    /// The latest instant that any date in a history, or of a creation, names.
    pub(crate) fn latest(&self) -> Option<Timestamp> {
        self.latest.get_max().map(|(at, _)| *at)
    }

    /// Replaces what an opportunity's former value put in by what its new one puts in. `pipeline` is its own.
    pub(crate) fn relink(
        &mut self,
        before: Option<&Opportunity>,
        after: Option<&Opportunity>,
        pipeline: &Pipeline,
        zone: &Zone,
    ) {
        let counted = |opportunity: &&Opportunity| !opportunity.archived;
        let (before, after) = (before.filter(counted), after.filter(counted));
        self.relink_stock(before, after, pipeline);
        self.relink_closing(before, after, pipeline);
        relink_instant(&mut self.latest, before, after, |row| Some(latest_of(row)));
        if let (Some(before), Some(after)) = (before, after)
            && before.owner == after.owner
            && before.history == after.history
        {
            return;
        }
        let passage = |opportunity: Option<&Opportunity>| {
            opportunity.map_or_else(Passage::default, |own| Passage::of(own, pipeline))
        };
        self.relink_passage(
            before.and_then(|own| own.owner),
            passage(before),
            after.and_then(|own| own.owner),
            passage(after),
            zone,
        );
    }

    fn relink_stock(
        &mut self,
        before: Option<&Opportunity>,
        after: Option<&Opportunity>,
        pipeline: &Pipeline,
    ) {
        let old = before.and_then(|own| Standing::of(own, pipeline));
        let new = after.and_then(|own| Standing::of(own, pipeline));
        self.restand(old, new);
    }

    /// Counts an opportunity of a pipeline whose win probabilities changed anew.
    pub(super) fn reweigh(&mut self, opportunity: &Opportunity, old: &Pipeline, new: &Pipeline) {
        if !opportunity.archived {
            self.restand(
                Standing::of(opportunity, old),
                Standing::of(opportunity, new),
            );
        }
    }

    fn restand(&mut self, old: Option<Standing>, new: Option<Standing>) {
        if old == new {
            return;
        }
        let old_and_new = [(old.as_ref(), -1), (new.as_ref(), 1)];
        for (standing, sign) in old_and_new {
            let Some(standing) = standing else {
                continue;
            };
            let key = (standing.stage, standing.owner);
            let stock = self.stock.entry(key).or_default();
            stock.add(standing, sign);
            if stock.count == 0 {
                self.stock.remove(&key);
            }
        }
        let day = |standing: &Option<Standing>| {
            let open = standing.as_ref().filter(|own| own.kind == StageKind::Open);
            open.map(|own| (own.owner, own.expected, own.pipeline))
        };
        if day(&old) == day(&new) {
            // A move keeps its day: one change, where taking out and putting in would often be the last and the first.
            self.expect(&old_and_new);
        } else {
            self.expect(&old_and_new[..1]);
            self.expect(&old_and_new[1..]);
        }
    }

    /// Adds (1) or takes away (−1) what is open and expected on one day.
    fn expect(&mut self, changes: &[(Option<&Standing>, i64)]) {
        let open = changes.iter().filter_map(|(standing, sign)| {
            let standing = standing.filter(|own| own.kind == StageKind::Open)?;
            Some((standing, *sign))
        });
        let Some((any, _)) = open.clone().next() else {
            return;
        };
        for whose in [Whose::All, Whose::One(any.owner)] {
            let key = (whose, any.expected, any.pipeline);
            let expected = self.expected.entry(key).or_default();
            open.clone()
                .for_each(|(standing, sign)| expected.add(standing, sign));
            if expected.count == 0 {
                self.expected.remove(&key);
            }
        }
    }

    /// Histories grow at their end: only what differs is touched.
    fn relink_passage(
        &mut self,
        old_owner: Option<MemberId>,
        old: Passage,
        new_owner: Option<MemberId>,
        new: Passage,
        zone: &Zone,
    ) {
        let moved = old_owner != new_owner;
        let same = |count: usize| if moved { 0 } else { count };
        let stays = same(common(&old.stays, &new.stays, |left, right| left == right));
        for (stage, micros) in &old.stays[stays..] {
            self.edit_flow((*stage, old_owner), |flow| flow.stays.remove(micros));
        }
        for (stage, micros) in &new.stays[stays..] {
            self.edit_flow((*stage, new_owner), |flow| flow.stays.insert(*micros));
        }
        let firsts = same(common(&old.firsts, &new.firsts, |left, right| {
            (left.stage, left.at) == (right.stage, right.at)
        }));
        for (left, right) in old.firsts.iter().zip(&new.firsts).take(firsts) {
            if left.advanced != right.advanced {
                let sign = if right.advanced { 1 } else { -1 };
                self.count_first(new_owner, right, (0, sign), zone);
            }
        }
        for first in &old.firsts[firsts..] {
            self.count_first(old_owner, first, (-1, -i64::from(first.advanced)), zone);
        }
        for first in &new.firsts[firsts..] {
            self.count_first(new_owner, first, (1, i64::from(first.advanced)), zone);
        }
    }

    /// Changes what passed through a stage: of its owner, and of all.
    fn edit_flow(&mut self, key: (StageId, Option<MemberId>), edit: impl Fn(&mut Flow)) {
        let own = self.flows_by_owner.entry(key).or_default();
        edit(Arc::make_mut(own));
        if own.is_empty() {
            self.flows_by_owner.remove(&key);
        }
        let all = self.flows.entry(key.0).or_default();
        edit(Arc::make_mut(all));
        if all.is_empty() {
            self.flows.remove(&key.0);
        }
    }

    /// Adds to (1) or takes from (−1) the entered and advanced of a first entry's day.
    fn count_first(
        &mut self,
        owner: Option<MemberId>,
        first: &First,
        (entered, advanced): (i64, i64),
        zone: &Zone,
    ) {
        let day = zone.date_of(first.at).days();
        let count = |days: &mut Sorted<i32>, sign: i64| match sign {
            1 => days.insert(day),
            -1 => days.remove(&day),
            _ => {}
        };
        self.edit_flow((first.stage, owner), |flow| {
            count(&mut flow.entered, entered);
            count(&mut flow.advanced, advanced);
        });
    }

    fn relink_closing(
        &mut self,
        before: Option<&Opportunity>,
        after: Option<&Opportunity>,
        pipeline: &Pipeline,
    ) {
        let reasons = &self.reasons;
        let closing = |row: Option<&Opportunity>| {
            Closing::of(row?, pipeline, |key| {
                let known = reasons.get_key_value(&key).map(|(key, _)| key.clone());
                known.unwrap_or(key)
            })
        };
        let (old, new) = (closing(before), closing(after));
        if old == new {
            return;
        }
        if let Some(old) = old {
            self.closed.remove(&old);
            if let Some(loss) = &old.loss {
                let count = self.reasons.entry(loss.reason.clone()).or_default();
                *count = count.saturating_sub(1);
                if *count == 0 {
                    self.reasons.remove(&loss.reason);
                }
            }
        }
        if let Some(new) = new {
            if let Some(loss) = &new.loss {
                *self.reasons.entry(loss.reason.clone()).or_default() += 1;
            }
            self.closed.insert(new);
        }
    }
}

/// What an opportunity is in the stage it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) stage: StageId,
    pub(super) kind: StageKind,
    pub(super) pipeline: PipelineId,
    pub(super) owner: Option<MemberId>,
    pub(super) expected: Option<Date>,
    pub(super) amount_minor: i64,
    pub(super) weighted_minor: i64,
    pub(super) pushes: u32,
}

impl Standing {
    pub(super) fn of(opportunity: &Opportunity, pipeline: &Pipeline) -> Option<Self> {
        let stage = pipeline.stage(opportunity.stage)?;
        Some(Self {
            stage: stage.id,
            kind: stage.kind,
            pipeline: pipeline.id,
            owner: opportunity.owner,
            expected: opportunity.expected_contract_date,
            amount_minor: opportunity.amount_minor,
            weighted_minor: opportunity.weighted_minor(stage),
            pushes: opportunity.push_count,
        })
    }
}

/// The latest instant an opportunity's own dates name.
pub(super) fn latest_of(opportunity: &Opportunity) -> Timestamp {
    let last = opportunity.history.last().map(|entry| entry.entered_at);
    last.map_or(opportunity.created_at, |last| {
        last.max(opportunity.created_at)
    })
}

fn relink_instant(
    set: &mut OrdSet<(Timestamp, OpportunityId)>,
    before: Option<&Opportunity>,
    after: Option<&Opportunity>,
    instant: impl Fn(&Opportunity) -> Option<Timestamp>,
) {
    let key = |own: Option<&Opportunity>| own.and_then(|own| Some((instant(own)?, own.id)));
    let (old, new) = (key(before), key(after));
    if old == new {
        return;
    }
    if let Some(old) = old {
        set.remove(&old);
    }
    if let Some(new) = new {
        set.insert(new);
    }
}

/// How many values from the start agree.
fn common<T>(left: &[T], right: &[T], agree: impl Fn(&T, &T) -> bool) -> usize {
    let pairs = left.iter().zip(right);
    pairs.take_while(|(left, right)| agree(left, right)).count()
}
