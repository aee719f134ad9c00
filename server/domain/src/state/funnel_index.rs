//! What the funnel and the forecast of now are summed from, kept up to date by every change of an opportunity.
//!
//! Nothing here depends on the clock. What is put away counts nowhere. Keys hold the owner, so that any choice of owners
//! is a choice of keys; first entries are kept by day, by 32 days and by 1,024 days, so that any window is a few ranges.

use std::ops::Range;

use imbl::{OrdMap, OrdSet, Vector};

use crate::id::{MemberId, OpportunityId, PipelineId, StageId};
use crate::opportunity::Opportunity;
use crate::pipeline::Pipeline;
use crate::stage::StageKind;
use crate::time::{Date, Timestamp, Zone};

/// Powers of two of the days a block of first entries covers, from the finest.
pub(super) const BLOCK_BITS: [u32; 3] = [0, 5, 10];

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

/// First entries into a stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Firsts {
    pub(crate) entered: u64,
    pub(crate) advanced: u64,
}

/// A block of days of a stage; the owner last, so that a range of blocks is a range of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FirstKey {
    pub(super) stage: StageId,
    pub(super) level: u8,
    pub(super) block: i32,
    pub(super) owner: Option<MemberId>,
}

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
    /// What is open, by the day its contract is expected.
    pub(crate) expected: OrdMap<(Option<Date>, PipelineId, Option<MemberId>), Expected>,
    /// Lengths of completed stays in microseconds, sorted.
    pub(crate) stays: OrdMap<(StageId, Option<MemberId>), Vector<i64>>,
    pub(super) firsts: OrdMap<FirstKey, Firsts>,
    /// When each was won or lost, while it is.
    pub(crate) closed: OrdSet<(Timestamp, OpportunityId)>,
    /// The latest instant each opportunity's own dates name.
    pub(super) latest: OrdSet<(Timestamp, OpportunityId)>,
}

impl FunnelIndex {
    /// The latest instant that any date in a history, or of a creation, names.
    pub(crate) fn latest(&self) -> Option<Timestamp> {
        self.latest.get_max().map(|(at, _)| *at)
    }

    /// First entries into a stage within days, owner by owner; none = all days.
    pub(crate) fn firsts(
        &self,
        stage: StageId,
        days: Option<Range<i32>>,
        mut each: impl FnMut(Option<MemberId>, Firsts),
    ) {
        let mut add = |level: usize, blocks: Range<i32>| {
            if blocks.is_empty() {
                return;
            }
            let key = |block| FirstKey {
                stage,
                level: level as u8,
                block,
                owner: None,
            };
            for (key, firsts) in self.firsts.range(key(blocks.start)..key(blocks.end)) {
                each(key.owner, *firsts);
            }
        };
        let top = BLOCK_BITS.len() - 1;
        let Some(days) = days else {
            return add(top, i32::MIN..i32::MAX);
        };
        // Whole blocks of the coarsest kind that fits, finer ones at both ends.
        let mut rest = days;
        for level in 0..top {
            let bits = BLOCK_BITS[level];
            let next = BLOCK_BITS[level + 1];
            let size = 1_i32 << (next - bits);
            let up = rest.start.div_euclid(size) + i32::from(rest.start.rem_euclid(size) != 0);
            let down = rest.end.div_euclid(size);
            if up >= down {
                return add(level, rest);
            }
            add(level, rest.start..up * size);
            add(level, down * size..rest.end);
            rest = up..down;
        }
        add(top, rest);
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
        relink_instant(&mut self.closed, before, after, |row| row.closed_at);
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
        if let Some(old) = old {
            self.stand(&old, -1);
        }
        if let Some(new) = new {
            self.stand(&new, 1);
        }
    }

    /// Adds (1) or takes away (−1) what an opportunity is in its stage.
    fn stand(&mut self, standing: &Standing, sign: i64) {
        let key = (standing.stage, standing.owner);
        let stock = self.stock.entry(key).or_default();
        stock.add(standing, sign);
        if stock.count == 0 {
            self.stock.remove(&key);
        }
        if standing.kind != StageKind::Open {
            return;
        }
        let key = (standing.expected, standing.pipeline, standing.owner);
        let expected = self.expected.entry(key).or_default();
        expected.add(standing, sign);
        if expected.count == 0 {
            self.expected.remove(&key);
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
            self.remove_stay((*stage, old_owner), *micros);
        }
        for (stage, micros) in &new.stays[stays..] {
            self.insert_stay((*stage, new_owner), *micros);
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

    fn insert_stay(&mut self, key: (StageId, Option<MemberId>), micros: i64) {
        let stays = self.stays.entry(key).or_default();
        let place = stays.binary_search(&micros).unwrap_or_else(|place| place);
        stays.insert(place, micros);
    }

    fn remove_stay(&mut self, key: (StageId, Option<MemberId>), micros: i64) {
        let Some(stays) = self.stays.get_mut(&key) else {
            return;
        };
        if let Ok(place) = stays.binary_search(&micros) {
            stays.remove(place);
        }
        if stays.is_empty() {
            self.stays.remove(&key);
        }
    }

    /// Adds to the entered and advanced of a first entry's day, and of the blocks around it.
    fn count_first(
        &mut self,
        owner: Option<MemberId>,
        first: &First,
        (entered, advanced): (i64, i64),
        zone: &Zone,
    ) {
        let day = zone.date_of(first.at).days();
        for (level, bits) in BLOCK_BITS.iter().enumerate() {
            let key = FirstKey {
                stage: first.stage,
                level: level as u8,
                block: day >> bits,
                owner,
            };
            let firsts = self.firsts.entry(key).or_default();
            firsts.entered = firsts.entered.wrapping_add_signed(entered);
            firsts.advanced = firsts.advanced.wrapping_add_signed(advanced);
            if firsts.entered == 0 {
                self.firsts.remove(&key);
            }
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
