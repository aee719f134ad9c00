//! What both imports share: opportunities in the making, their histories judged as if live, and their scores compared.
//!
//! An imported history is judged from its first entry to its last by the rule of live moves, each time anew. What that
//! scores is compared with what earlier imports scored: entries that no longer follow are taken back at their own time,
//! new ones are added. So sums are right after every call, and nothing is ever edited.

use std::collections::BTreeMap;

use super::approval::after_move;
use super::judge::{Judge, ScoreWriter};
use super::movement::judge_entry;
use super::stagnation::same_stay;
use crate::event::Event;
use crate::id::{MemberId, OpportunityId, PipelineId, ScoreEntryId, StageId};
use crate::limits::{MAX_IMPORT_AHEAD_MICROS, MAX_STAGE_ENTRIES};
use crate::opportunity::{Direction, EntryOrigin, Opportunity, StageEntry};
use crate::pipeline::Pipeline;
use crate::rejection::{Reason, Rejection};
use crate::score::{Metric, ScoreEntry, ScoreKind, ScoreSubject, UncreditedReason};
use crate::stage::StageKind;
use crate::stagnation::{StageClock, StagnationLevel, level_of};
use crate::time::{Timestamp, Zone};

/// An opportunity as the rows so far make it.
pub(super) struct Work {
    pub(super) opportunity: Opportunity,
    /// False when it is new or its whole history is imported: then the history may be rewritten.
    pub(super) is_live: bool,
    /// Whether the history must be judged anew.
    pub(super) rejudge: bool,
    pub(super) created_rows: Vec<u32>,
    pub(super) amended_rows: Vec<u32>,
    last_row: usize,
}

/// All opportunities an import touches, in the order in which they first came.
#[derive(Default)]
pub(super) struct Works {
    by_external_id: BTreeMap<Box<str>, usize>,
    list: Vec<Work>,
    created: u64,
}

impl Works {
    /// The opportunity with this external id, as the rows so far make it.
    pub(super) fn find(
        &mut self,
        judge: &Judge,
        external_id: &str,
        row: usize,
    ) -> Option<&mut Work> {
        let index = match self.by_external_id.get(external_id) {
            Some(index) => *index,
            None => {
                let found = judge.state.opportunity_by_external_id(external_id)?;
                let mut imported = found.history.iter().map(|entry| entry.origin);
                let is_live = imported.any(|origin| origin == EntryOrigin::Live);
                self.add(external_id, Opportunity::clone(found), is_live)
            }
        };
        let work = &mut self.list[index];
        work.last_row = row;
        Some(work)
    }

    /// A new opportunity made by a row.
    pub(super) fn create(&mut self, external_id: &str, opportunity: Opportunity, row: usize) {
        let index = self.add(external_id, opportunity, false);
        self.created += 1;
        let work = &mut self.list[index];
        work.rejudge = true;
        work.last_row = row;
        work.created_rows.push(row_number(row));
    }

    fn add(&mut self, external_id: &str, opportunity: Opportunity, is_live: bool) -> usize {
        let index = self.list.len();
        self.by_external_id.insert(external_id.into(), index);
        self.list.push(Work {
            opportunity,
            is_live,
            rejudge: false,
            created_rows: Vec::new(),
            amended_rows: Vec::new(),
            last_row: 0,
        });
        index
    }

    /// The id the next new opportunity gets.
    pub(super) fn next_id(&self, judge: &Judge) -> OpportunityId {
        OpportunityId(judge.state.next_opportunity().0 + self.created)
    }

    /// The facts: each opportunity once, followed by what it scores.
    pub(super) fn conclude(self, mut judge: Judge) -> Result<Vec<Event>, Rejection> {
        let mut events = Vec::new();
        let mut scores = ScoreWriter::new(judge.state, judge.now());
        for mut work in self.list {
            if work.created_rows.is_empty() && work.amended_rows.is_empty() {
                continue;
            }
            judge
                .violations
                .set_prefix(format!("rows[{}].", work.last_row));
            if work.rejudge {
                settle(&mut judge, &mut scores, &mut work.opportunity);
            }
            let id = work.opportunity.id;
            if let Some(before) = judge.state.opportunity(id)
                && !same_stay(before, &work.opportunity)
            {
                // What was told was told of another stay; a Tick tells of this one, and nobody twice.
                work.opportunity.stagnation = None;
            }
            let moved = judge
                .state
                .opportunity(work.opportunity.id)
                .is_some_and(|before| before.stage != work.opportunity.stage);
            let to = judge
                .state
                .stage(work.opportunity.stage)
                .map(|(_, stage)| stage.kind);
            events.push(Event::OpportunityImported {
                opportunity: Box::new(work.opportunity),
                created_rows: work.created_rows,
                amended_rows: work.amended_rows,
                at: judge.now(),
                actor: judge.actor(),
            });
            events.append(&mut scores.events);
            if let Some(to) = to.filter(|_| moved) {
                after_move(&judge, &mut events, id, None, to);
            }
        }
        judge.violations.set_prefix(String::new());
        judge.conclude(events)
    }
}

impl Work {
    /// Notes that a row changed it.
    pub(super) fn amended_by(&mut self, row: usize) {
        self.amended_rows.push(row_number(row));
    }

    /// Reports that a row would rewrite a history that was made here.
    pub(super) fn refuse_rewrite(&self, judge: &mut Judge, field: &str) {
        judge.violations.add(
            Reason::HistoryIsLive,
            field,
            format!(
                "{} was moved or created here, so an import cannot change its stage or history: move it here",
                self.opportunity.id.long()
            ),
        );
    }
}

fn row_number(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}

/// An entry of an imported history, not judged yet.
pub(super) fn imported_entry(
    stage: StageId,
    at: Timestamp,
    origin: EntryOrigin,
    amount_minor: i64,
) -> StageEntry {
    StageEntry {
        stage,
        entered_at: at,
        direction: Direction::Created,
        amount_minor,
        actor: None,
        credited: false,
        uncredited_reason: None,
        comment: None,
        override_reason: None,
        approval: None,
        raised: false,
        origin,
        time_known: true,
        amount_stated: false,
        occurrence: 0,
    }
}

/// Whether a time can be believed: within the domain's years and not in the future.
pub(super) fn check_time(judge: &mut Judge, field: &str, at: Timestamp) {
    if !at.in_range() {
        judge
            .violations
            .invalid(field, "must be between 1900 and 2199");
    } else if at > judge.now().plus_micros(MAX_IMPORT_AHEAD_MICROS) {
        judge.violations.invalid(field, "must not be in the future");
    }
}

/// Puts a history in order, judges it, and makes everything that follows from it agree.
fn settle(judge: &mut Judge, scores: &mut ScoreWriter, opportunity: &mut Opportunity) {
    let Some(pipeline) = judge.state.pipeline(opportunity.pipeline) else {
        return;
    };
    if opportunity.history.len() > MAX_STAGE_ENTRIES {
        judge.violations.add(
            Reason::HistoryFull,
            "external_id",
            format!(
                "the opportunity would have {} stage entries, at most {MAX_STAGE_ENTRIES} are kept",
                opportunity.history.len()
            ),
        );
    }
    opportunity.history.sort_by_key(|entry| entry.entered_at);
    opportunity.history.shrink_to_fit();
    settle_amounts(opportunity);
    let drafts = judge_history(pipeline, &judge.state.zone(), opportunity);
    let Some(last) = opportunity.history.last() else {
        return;
    };
    opportunity.stage = last.stage;
    if let Some(stage) = pipeline.stage(last.stage) {
        judge.in_use("stage", stage);
    }
    opportunity.closed_at = closed_at(pipeline, &opportunity.history);
    rescore(judge, scores, opportunity, drafts);
}

/// Entries that name no amount have the opportunity's; an opportunity known by its history alone has the last one named.
fn settle_amounts(opportunity: &mut Opportunity) {
    let Some(import) = opportunity.extra().import.clone() else {
        return;
    };
    let mut told = import.amount_minor;
    if import.row_digest.is_none() {
        let stated = opportunity
            .history
            .iter()
            .rev()
            .find(|entry| entry.amount_stated);
        told = stated.map_or(0, |entry| entry.amount_minor);
        if opportunity.amount_minor == import.amount_minor {
            opportunity.amount_minor = told;
        }
    }
    for entry in &mut opportunity.history {
        if !entry.amount_stated {
            entry.amount_minor = told;
        }
    }
    opportunity.edit_extra(|extra| {
        if let Some(import) = &mut extra.import {
            import.amount_minor = told;
        }
    });
}

/// When a history was closed: the first entry of the won (or lost) stages it ends in.
fn closed_at(pipeline: &Pipeline, history: &[StageEntry]) -> Option<Timestamp> {
    let kind = |entry: &StageEntry| pipeline.stage(entry.stage).map(|stage| stage.kind);
    let last = kind(history.last()?)?;
    if last == StageKind::Open {
        return None;
    }
    history
        .iter()
        .rev()
        .take_while(|entry| kind(entry) == Some(last))
        .last()
        .map(|entry| entry.entered_at)
}

/// A score entry that follows from a history.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Draft {
    metric: Metric,
    at: Timestamp,
    count: i32,
    amount_minor: i64,
    stage: StageId,
    kind: ScoreKind,
    uncredited_reason: Option<UncreditedReason>,
    /// Place of the draft a reversal takes back.
    reverses: Option<usize>,
}

/// Judges a sorted history: directions, credit and high-water stage are written into it; what it scores is returned.
fn judge_history(pipeline: &Pipeline, zone: &Zone, opportunity: &mut Opportunity) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    // An opportunity first seen lost has reached nothing yet.
    let mut high_water = pipeline.stages.first().map_or(StageId(0), |stage| stage.id);
    let mut from: Option<StageId> = None;
    // How long each stage's clock has run, while every time so far is known.
    let clock = StageClock {
        calendar: &pipeline.calendar,
        zone,
    };
    let mut clocks: BTreeMap<StageId, i64> = BTreeMap::new();
    let mut times_known = true;
    let mut left_at: Option<Timestamp> = None;
    // The standing win: places of its WON and FLOW.
    let mut win: Vec<usize> = Vec::new();
    let created_at = opportunity.created_at;
    let created_at_known = opportunity
        .extra()
        .import
        .as_ref()
        .is_some_and(|import| import.created_at_known);
    for entry in &mut opportunity.history {
        let Some(stage) = pipeline.stage(entry.stage) else {
            continue;
        };
        times_known &= entry.time_known;
        if let (Some(from), Some(entered_at)) = (from, left_at) {
            let spent = clock.elapsed(entered_at, entry.entered_at);
            let sum = clocks.entry(from).or_default();
            *sum = sum.saturating_add(spent);
        }
        left_at = Some(entry.entered_at);
        let verdict = judge_entry(pipeline, from, high_water, stage);
        let unknown = (!entry.time_known).then_some(UncreditedReason::ImportedWithoutTime);
        let forward = matches!(verdict.direction, Direction::Forward | Direction::Won);
        entry.direction = verdict.direction;
        entry.uncredited_reason = verdict.uncredited_reason.or(unknown).filter(|_| forward);
        entry.credited = forward && entry.uncredited_reason.is_none();
        entry.raised = from.is_some() && !entry.credited && verdict.high_water != high_water;
        let fact = |metric, reason| Draft {
            metric,
            at: entry.entered_at,
            count: 1,
            amount_minor: entry.amount_minor,
            stage: entry.stage,
            kind: ScoreKind::Fact,
            uncredited_reason: reason,
            reverses: None,
        };
        let was_won = from
            .and_then(|from| pipeline.stage(from))
            .is_some_and(|stage| stage.kind == StageKind::Won);
        if was_won && stage.kind != StageKind::Won {
            for place in win.drain(..) {
                let taken = drafts[place].clone();
                drafts.push(Draft {
                    at: entry.entered_at,
                    count: -taken.count,
                    amount_minor: -taken.amount_minor,
                    kind: ScoreKind::Reversal,
                    reverses: Some(place),
                    ..taken
                });
            }
        }
        let stalled = from
            .and_then(|from| pipeline.stage(from))
            .is_some_and(|stage| {
                let clock = clocks.get(&stage.id).copied().unwrap_or(0);
                level_of(clock, stage) >= StagnationLevel::Stalled
            });
        if entry.credited && times_known && stalled {
            drafts.push(fact(Metric::Revived, None));
        }
        match verdict.direction {
            Direction::Created => {
                let reason = unknown.filter(|_| !created_at_known);
                let mut created = fact(Metric::New, reason);
                created.at = created_at;
                drafts.push(created);
                if stage.kind == StageKind::Won {
                    drafts.push(fact(Metric::Won, unknown));
                }
            }
            Direction::Forward => drafts.push(fact(Metric::Flow, entry.uncredited_reason)),
            Direction::Won if was_won => {
                drafts.push(fact(Metric::Won, Some(UncreditedReason::AlreadyWon)));
            }
            Direction::Won => {
                drafts.push(fact(Metric::Flow, entry.uncredited_reason));
                drafts.push(fact(Metric::Won, unknown));
            }
            _ => {}
        }
        if stage.kind == StageKind::Won && !was_won {
            win = credited_win(&drafts, entry.entered_at);
        }
        high_water = verdict.high_water;
        from = Some(entry.stage);
    }
    opportunity.high_water = high_water;
    drafts
}

/// Places of the credited FLOW and WON the last move wrote.
fn credited_win(drafts: &[Draft], at: Timestamp) -> Vec<usize> {
    let first = drafts.len().saturating_sub(2);
    (first..drafts.len())
        .filter(|place| {
            let draft = &drafts[*place];
            matches!(draft.metric, Metric::Flow | Metric::Won)
                && draft.at == at
                && draft.uncredited_reason.is_none()
                && draft.kind == ScoreKind::Fact
        })
        .collect()
}

/// Compares what a history scores with what earlier imports scored for it.
fn rescore(judge: &Judge, scores: &mut ScoreWriter, opportunity: &Opportunity, drafts: Vec<Draft>) {
    let import = opportunity.extra().import.as_ref();
    let member = import.and_then(|import| import.owner);
    let mut standing = imported_entries(judge, opportunity.id);
    let mut ids: Vec<Option<ScoreEntryId>> = Vec::with_capacity(drafts.len());
    for draft in &drafts {
        let place = standing
            .iter()
            .position(|entry| agrees(entry, draft, member, opportunity.pipeline));
        ids.push(place.map(|place| standing.remove(place).id));
    }
    for entry in standing {
        scores.take_back(&entry, ScoreKind::Replacement, entry.at);
    }
    let team = judge.team_of(member);
    for (place, draft) in drafts.iter().enumerate() {
        if ids[place].is_some() {
            continue;
        }
        let id = scores.write(ScoreEntry {
            id: ScoreEntryId(0),
            metric: draft.metric,
            at: draft.at,
            count: draft.count,
            amount_minor: draft.amount_minor,
            subject: ScoreSubject::Opportunity(opportunity.id),
            pipeline: Some(opportunity.pipeline),
            stage: Some(draft.stage),
            member,
            team,
            kind: draft.kind,
            reverses: draft.reverses.and_then(|taken| ids[taken]),
            uncredited_reason: draft.uncredited_reason,
            imported: true,
            recorded_at: None,
            revision: 0,
        });
        ids[place] = Some(id);
    }
}

/// What earlier imports scored for an opportunity and still holds.
fn imported_entries(judge: &Judge, id: OpportunityId) -> Vec<ScoreEntry> {
    let replaced: Vec<ScoreEntryId> = judge
        .state
        .score_entries_of(id)
        .filter(|entry| entry.kind == ScoreKind::Replacement)
        .filter_map(|entry| entry.reverses)
        .collect();
    judge
        .state
        .score_entries_of(id)
        .filter(|entry| entry.imported && entry.kind != ScoreKind::Replacement)
        .filter(|entry| !replaced.contains(&entry.id))
        .map(|entry| ScoreEntry::clone(entry))
        .collect()
}

/// Whether an entry says what a draft says. The team is left out: it is that of the time of recording.
fn agrees(
    entry: &ScoreEntry,
    draft: &Draft,
    member: Option<MemberId>,
    pipeline: PipelineId,
) -> bool {
    entry.metric == draft.metric
        && entry.at == draft.at
        && entry.count == draft.count
        && entry.amount_minor == draft.amount_minor
        && entry.stage == Some(draft.stage)
        && entry.kind == draft.kind
        && entry.uncredited_reason == draft.uncredited_reason
        && entry.member == member
        && entry.pipeline == Some(pipeline)
}
