//! The difference between two instants: what was created, moved, stalled, won, lost, reopened, amended and put away
//! between them (DOMAIN.md §5), from the histories and the images of the past.
//!
//! After the earlier instant, up to and including the later one. An opportunity counts once for each kind, with the last
//! such event. What has no events of its own is told by comparing the two instants: amount, date, owner, archive. A deal
//! counts as stalled when it is stalled at the later instant, or was when it left its stage in between, and was not at the
//! earlier one; the settings are those of each of these instants.

use std::sync::Arc;

use crate::id::{MemberId, OpportunityId, StageId};
use crate::opportunity::{Direction, Opportunity, StageEntry};
use crate::pipeline::Pipeline;
use crate::scope::{Scope, Test};
use crate::stage::StageKind;
use crate::stagnation::{StageClock, StagnationLevel, level_of};
use crate::state::State;
use crate::time::{Date, Timestamp, Zone};

/// What can happen to an opportunity between two instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DifferenceKind {
    /// It was created.
    Created,
    /// It moved to a later open stage.
    MovedForward,
    /// It moved to an earlier open stage.
    MovedBackward,
    /// It became stalled, whether or not it has moved on since.
    Stalled,
    /// It was won.
    Won,
    /// It was lost.
    Lost,
    /// It was reopened.
    Reopened,
    /// Its amount is larger.
    AmountRaised,
    /// Its amount is smaller.
    AmountLowered,
    /// Its contract date is later.
    DatePushed,
    /// Its contract date is earlier.
    DatePulledIn,
    /// It has another owner.
    OwnerChanged,
    /// It was put away.
    Archived,
    /// It was taken out of the archive.
    Restored,
}

/// What is told besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The stage left and the stage entered; the former is none on creation, the latter while it still stands there.
    Stages(Option<StageId>, Option<StageId>),
    /// The amounts before and after, in minor units.
    Amounts(i64, i64),
    /// The contract dates before and after.
    Dates(Option<Date>, Option<Date>),
    /// The owners before and after.
    Owners(Option<MemberId>, Option<MemberId>),
    /// Nothing.
    None,
}

/// One thing that happened to one opportunity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DifferenceItem {
    /// What.
    pub kind: DifferenceKind,
    /// To which.
    pub opportunity: OpportunityId,
    /// Its name at the later instant.
    pub name: Box<str>,
    /// When it last happened; none where only the two instants are compared.
    pub at: Option<Timestamp>,
    /// The amount then; for an amount raised or lowered, the difference; in minor units.
    pub amount_minor: i64,
    /// What else.
    pub detail: Detail,
}

/// What was open at an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenStock {
    /// Opportunities.
    pub count: u64,
    /// Their amounts in minor units.
    pub amount_minor: i128,
    /// The same, weighted.
    pub weighted_minor: i128,
    /// How many of them were stalled.
    pub stalled_count: u64,
    /// For how much.
    pub stalled_amount_minor: i128,
}

/// The difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Everything that happened, by kind, then by id.
    pub items: Vec<DifferenceItem>,
    /// What was open at the earlier instant.
    pub before: OpenStock,
    /// What was open at the later one.
    pub after: OpenStock,
}

impl Difference {
    /// Each kind that happened: how many opportunities, and for how much.
    pub fn lines(&self) -> Vec<(DifferenceKind, u64, i128)> {
        let same = self.items.chunk_by(|left, right| left.kind == right.kind);
        let line = |items: &[DifferenceItem]| {
            let amounts = items.iter().map(|item| i128::from(item.amount_minor));
            Some((items.first()?.kind, items.len() as u64, amounts.sum()))
        };
        same.filter_map(line).collect()
    }
}

/// What happened in a part of the workspace after one instant, up to and including another. An opportunity is part of it
/// when it was at either of them.
pub fn difference(state: &State, scope: Scope, from: Timestamp, to: Timestamp) -> Difference {
    let (before, after) = (state.as_of(from), state.as_of(to));
    let (was_in, is_in) = (Test::of(scope, &before), Test::of(scope, &after));
    let mut difference = Difference {
        items: Vec::new(),
        before: OpenStock::default(),
        after: OpenStock::default(),
    };
    let zone = after.zone();
    for row in after.opportunities() {
        let old = before.opportunity(row.id);
        if let Some(old) = old.filter(|old| was_in.covers(old)) {
            difference.before.add(&before, old);
        }
        if is_in.covers(row) {
            difference.after.add(&after, row);
        }
        // What was put away between the two is told too: the scope is asked of it as if it were not.
        let counted =
            is_in.covers_archived(row) || old.is_some_and(|old| was_in.covers_archived(old));
        if counted && !(row.archived && old.is_some_and(|old| old.archived)) {
            let pair = Pair {
                state,
                old: old.map(|old| &**old),
                new: row,
                zone: &zone,
                to,
            };
            pair.tell(&mut difference.items);
        }
    }
    difference
        .items
        .sort_by_key(|item| (item.kind, item.opportunity));
    difference
}

impl OpenStock {
    fn add(&mut self, state: &State, row: &Opportunity) {
        let Some((_, stage)) = state.stage(row.stage) else {
            return;
        };
        if stage.kind != StageKind::Open {
            return;
        }
        let amount_minor = i128::from(row.amount_minor);
        self.count += 1;
        self.amount_minor += amount_minor;
        self.weighted_minor += i128::from(row.weighted_minor(stage));
        if is_told_stalled(row) {
            self.stalled_count += 1;
            self.stalled_amount_minor += amount_minor;
        }
    }
}

/// A view of the past tells the level by the clock.
fn is_told_stalled(row: &Opportunity) -> bool {
    let level = row.stagnation.map(|told| told.level);
    level.is_some_and(|level| level >= StagnationLevel::Stalled)
}

/// An opportunity at both instants.
struct Pair<'a> {
    state: &'a State,
    old: Option<&'a Opportunity>,
    new: &'a Arc<Opportunity>,
    zone: &'a Zone,
    to: Timestamp,
}

impl Pair<'_> {
    fn tell(&self, items: &mut Vec<DifferenceItem>) {
        let mut found = Vec::new();
        self.tell_moves(&mut found);
        found.extend(self.stalled());
        match self.old {
            Some(old) => self.tell_changes(old, &mut found),
            // Created and put away in between: both happened.
            None if self.new.archived => {
                let (kind, amount) = (DifferenceKind::Archived, self.new.amount_minor);
                found.push(self.item(kind, None, amount, Detail::None));
            }
            None => {}
        }
        items.append(&mut found);
    }

    fn item(
        &self,
        kind: DifferenceKind,
        at: Option<Timestamp>,
        amount_minor: i64,
        detail: Detail,
    ) -> DifferenceItem {
        DifferenceItem {
            kind,
            opportunity: self.new.id,
            name: self.new.name.clone(),
            at,
            amount_minor,
            detail,
        }
    }

    /// Entries made in between: each kind once, with the last of it.
    fn tell_moves(&self, found: &mut Vec<DifferenceItem>) {
        let known = self.known();
        for (index, entry) in self.new.history.iter().enumerate().skip(known) {
            let from = index
                .checked_sub(1)
                .map(|before| self.new.history[before].stage);
            let kind = match entry.direction {
                Direction::Created => DifferenceKind::Created,
                Direction::Forward => DifferenceKind::MovedForward,
                Direction::Backward => DifferenceKind::MovedBackward,
                Direction::Won => DifferenceKind::Won,
                Direction::Lost => DifferenceKind::Lost,
                Direction::Reopened => DifferenceKind::Reopened,
                Direction::Stayed => continue,
            };
            let at = match kind {
                DifferenceKind::Created => self.new.created_at,
                _ => entry.entered_at,
            };
            found.retain(|item| item.kind != kind);
            let detail = Detail::Stages(from, Some(entry.stage));
            found.push(self.item(kind, Some(at), entry.amount_minor, detail));
        }
    }

    /// How many entries were there at the earlier instant.
    fn known(&self) -> usize {
        self.old.map_or(0, |old| old.history.len())
    }

    fn tell_changes(&self, old: &Opportunity, found: &mut Vec<DifferenceItem>) {
        let new = self.new;
        let amounts = Detail::Amounts(old.amount_minor, new.amount_minor);
        let difference = new.amount_minor - old.amount_minor;
        let dates = Detail::Dates(old.expected_contract_date, new.expected_contract_date);
        let later = new.expected_contract_date > old.expected_contract_date;
        let both = old.expected_contract_date.is_some() && new.expected_contract_date.is_some();
        let owners = Detail::Owners(old.owner, new.owner);
        let amount = new.amount_minor;
        let told = [
            (
                difference > 0,
                DifferenceKind::AmountRaised,
                difference,
                amounts,
            ),
            (
                difference < 0,
                DifferenceKind::AmountLowered,
                difference,
                amounts,
            ),
            (both && later, DifferenceKind::DatePushed, amount, dates),
            (
                both && !later && old.expected_contract_date != new.expected_contract_date,
                DifferenceKind::DatePulledIn,
                amount,
                dates,
            ),
            (
                old.owner != new.owner,
                DifferenceKind::OwnerChanged,
                amount,
                owners,
            ),
            (
                new.archived && !old.archived,
                DifferenceKind::Archived,
                amount,
                Detail::None,
            ),
            (
                old.archived && !new.archived,
                DifferenceKind::Restored,
                amount,
                Detail::None,
            ),
        ];
        for (holds, kind, amount, detail) in told {
            if holds {
                found.push(self.item(kind, None, amount, detail));
            }
        }
    }

    /// Whether it became stalled: in the stage it stands in, or in one it left in between.
    fn stalled(&self) -> Option<DifferenceItem> {
        let kind = DifferenceKind::Stalled;
        let known = self.known();
        // A stage it was stalled in at the earlier instant is no news while it stays.
        let old_stage = self
            .old
            .filter(|old| is_told_stalled(old))
            .map(|old| old.stage);
        let history = &self.new.history;
        // The same stage entered once more is the same stay.
        let is_news = |until: usize| {
            let entered =
                |index: usize| index == 0 || history[index].stage != history[index - 1].stage;
            old_stage.is_none() || (known..until).any(entered)
        };
        // What is put away is on no board, and stalls on none.
        if is_told_stalled(self.new) && !self.new.archived && is_news(history.len()) {
            let at = self
                .new
                .stagnation
                .map(|told| told.since)
                .filter(|at| *at <= self.to);
            let detail = Detail::Stages(Some(self.new.stage), None);
            return Some(self.item(kind, at, self.new.amount_minor, detail));
        }
        let left = (known.max(1)..history.len()).rev().find(|index| {
            is_news(*index) && self.was_stalled(&history[..*index], history[*index].entered_at)
        })?;
        let (stay, next) = (&history[left - 1], &history[left]);
        let detail = Detail::Stages(Some(stay.stage), Some(next.stage));
        Some(self.item(kind, None, next.amount_minor, detail))
    }

    /// Whether an opportunity with this history was stalled at an instant, by the settings of then.
    fn was_stalled(&self, history: &[StageEntry], at: Timestamp) -> bool {
        let Some(last) = history.last() else {
            return false;
        };
        let now = self.state.pipeline(self.new.pipeline);
        let Some(pipeline) = now.map(|now| self.state.pipeline_at(now, at)) else {
            return false;
        };
        let Some(stage) = Pipeline::stage(pipeline, last.stage) else {
            return false;
        };
        let clock = StageClock {
            calendar: &pipeline.calendar,
            zone: self.zone,
        };
        level_of(clock.micros(history, stage.id, at), stage) >= StagnationLevel::Stalled
    }
}
