//! Judges the import of a file of opportunities.

use super::import_work::{Work, Works, check_time, imported_entry};
use super::judge::Judge;
use crate::event::Event;
use crate::id::{PipelineId, StageId};
use crate::import::{ImportOpportunities, ImportedOpportunity};
use crate::limits::{
    MAX_EXTERNAL_ID_CHARS, MAX_IMPORT_ROWS, MAX_NAME_CHARS, MAX_NOTE_CHARS, MAX_REASON_CHARS,
    MAX_SHORT_TEXT_CHARS,
};
use crate::opportunity::{EntryOrigin, ImportInfo, Opportunity, StageEntry};
use crate::rejection::Rejection;
use crate::stage::StageKind;
use crate::text;
use crate::time::Timestamp;

/// A row whose every field was found good.
struct CleanRow<'a> {
    given: &'a ImportedOpportunity,
    external_id: Box<str>,
    name: Box<str>,
    amount_minor: i64,
    pipeline: PipelineId,
    source: Option<Box<str>>,
    note: Option<Box<str>>,
    loss_reason: Option<Box<str>>,
    history: Vec<StageEntry>,
    digest: u64,
}

pub(super) fn opportunities(
    mut judge: Judge,
    command: &ImportOpportunities,
) -> Result<Vec<Event>, Rejection> {
    if command.rows.len() > MAX_IMPORT_ROWS {
        let text = format!("at most {MAX_IMPORT_ROWS} rows a call");
        judge.violations.invalid("rows", text);
        return judge.conclude(Vec::new());
    }
    let mut works = Works::default();
    for (row, given) in command.rows.iter().enumerate() {
        judge.violations.set_prefix(format!("rows[{row}]."));
        let before = judge.violations.len();
        let Some(clean) = clean(&mut judge, given) else {
            continue;
        };
        if judge.violations.len() == before {
            add_row(&mut judge, &mut works, row, clean);
        }
    }
    judge.violations.set_prefix(String::new());
    works.conclude(judge)
}

fn clean<'a>(judge: &mut Judge, given: &'a ImportedOpportunity) -> Option<CleanRow<'a>> {
    let amount_minor = judge.amount("amount", given.amount);
    if let Some(owner) = given.owner {
        judge.member("owner_id", owner);
    }
    if let Some(customer) = given.customer {
        judge.customer("customer_id", customer);
    }
    check_time(judge, "as_of", given.as_of);
    for (field, at) in [
        ("created_at", given.created_at),
        ("closed_at", given.closed_at),
    ] {
        if let Some(at) = at {
            check_time(judge, field, at);
        }
    }
    let found = &mut judge.violations;
    let external_id = text::required(
        "external_id",
        &given.external_id,
        MAX_EXTERNAL_ID_CHARS,
        found,
    );
    let name = text::required("name", &given.name, MAX_NAME_CHARS, found);
    let source = text::optional("source", &given.source, MAX_SHORT_TEXT_CHARS, found);
    let note = text::optional_lines("note", &given.note, MAX_NOTE_CHARS, found);
    let loss_reason = text::optional("loss_reason", &given.loss_reason, MAX_REASON_CHARS, found);
    let pipeline = match given.pipeline {
        Some(id) => judge.pipeline("pipeline_id", id)?.id,
        None => judge.stage("stage_id", given.stage)?.0.id,
    };
    judge.stage_of("stage_id", given.stage, pipeline)?;
    for (index, entry) in given.history.iter().enumerate() {
        if let Some((own, _)) = judge.stage(&format!("history[{index}].stage_id"), entry.stage)
            && own.id != pipeline
        {
            judge.stage_of(&format!("history[{index}].stage_id"), entry.stage, pipeline);
        }
        if let Some(at) = entry.at {
            check_time(judge, &format!("history[{index}].at"), at);
        }
    }
    Some(CleanRow {
        given,
        external_id,
        name,
        amount_minor,
        pipeline,
        source,
        note,
        loss_reason,
        history: implied_history(judge, given, pipeline, amount_minor),
        digest: digest(given),
    })
}

/// The history a row implies. A time that is not known is the day the file was true of, or the entry's before if later.
fn implied_history(
    judge: &Judge,
    given: &ImportedOpportunity,
    pipeline: PipelineId,
    amount_minor: i64,
) -> Vec<StageEntry> {
    let mut stages: Vec<(StageId, Option<Timestamp>)> = given
        .history
        .iter()
        .map(|entry| (entry.stage, entry.at))
        .collect();
    if stages.is_empty() {
        let first = judge
            .state
            .pipeline(pipeline)
            .and_then(|pipeline| pipeline.first_of(StageKind::Open));
        stages.extend(first.map(|stage| (stage.id, given.created_at)));
    }
    if stages.last().map(|(stage, _)| *stage) != Some(given.stage) {
        stages.push((given.stage, given.closed_at));
    }
    // Known times in order, each unknown one not before the one it follows.
    let mut history: Vec<StageEntry> = Vec::with_capacity(stages.len());
    let mut latest: Option<Timestamp> = None;
    for (stage, at) in stages {
        let known = at.is_some();
        let at = at.unwrap_or_else(|| latest.map_or(given.as_of, |latest| latest.max(given.as_of)));
        latest = Some(latest.map_or(at, |latest| latest.max(at)));
        let mut entry = imported_entry(stage, at, EntryOrigin::Implied, amount_minor);
        entry.time_known = known;
        history.push(entry);
    }
    history
}

fn add_row(judge: &mut Judge, works: &mut Works, row: usize, clean: CleanRow) {
    match works.find(judge, &clean.external_id, row) {
        Some(work) => amend(judge, work, row, &clean),
        None => {
            let id = works.next_id(judge);
            let mut opportunity = Opportunity {
                id,
                name: clean.name.clone(),
                amount_minor: clean.amount_minor,
                pipeline: clean.pipeline,
                stage: clean.given.stage,
                high_water: clean.given.stage,
                expected_contract_date: clean.given.expected_contract_date,
                owner: clean.given.owner,
                customer: clean.given.customer,
                grade: clean.given.grade,
                archived: false,
                source: clean.source.clone(),
                external_id: Some((*clean.external_id).into()),
                created_at: clean.given.as_of,
                closed_at: None,
                push_count: 0,
                history: clean.history.clone(),
                stagnation: None,
                undo: None,
                extra: None,
                revision: 0,
            };
            remember(&mut opportunity, &clean);
            settle_creation(&mut opportunity, &clean);
            works.create(&clean.external_id, opportunity, row);
        }
    }
}

/// A row for an opportunity that is there: what it tells replaces what was told; what it leaves out stays.
fn amend(judge: &mut Judge, work: &mut Work, row: usize, clean: &CleanRow) {
    let import = work.opportunity.extra().import.as_ref();
    if import.and_then(|import| import.row_digest) == Some(clean.digest) {
        return;
    }
    if clean.pipeline != work.opportunity.pipeline {
        judge.violations.invalid(
            "pipeline_id",
            format!(
                "{} is in {}",
                work.opportunity.id.long(),
                work.opportunity.pipeline.long()
            ),
        );
        return;
    }
    if work.is_live && clean.given.stage != work.opportunity.stage {
        work.refuse_rewrite(judge, "stage_id");
        return;
    }
    let has_history = work
        .opportunity
        .history
        .iter()
        .any(|entry| entry.origin == EntryOrigin::History);
    let is_live = work.is_live;
    let opportunity = &mut work.opportunity;
    opportunity.name = clean.name.clone();
    opportunity.amount_minor = clean.amount_minor;
    opportunity.owner = clean.given.owner.or(opportunity.owner);
    opportunity.customer = clean.given.customer.or(opportunity.customer);
    opportunity.grade = clean.given.grade.or(opportunity.grade);
    if let Some(date) = clean.given.expected_contract_date {
        opportunity.expect_contract(date);
    }
    if clean.source.is_some() {
        opportunity.source.clone_from(&clean.source);
    }
    remember(opportunity, clean);
    if !is_live {
        if !has_history {
            opportunity.history.clone_from(&clean.history);
        }
        settle_creation(opportunity, clean);
        work.rejudge = true;
    }
    work.amended_by(row);
}

/// Fields that most opportunities lack, and what recognises the row when it comes again.
fn remember(opportunity: &mut Opportunity, clean: &CleanRow) {
    let owner = clean.given.owner;
    opportunity.edit_extra(|extra| {
        if clean.note.is_some() {
            extra.note.clone_from(&clean.note);
        }
        if clean.loss_reason.is_some() {
            extra.loss_reason.clone_from(&clean.loss_reason);
        }
        let before = extra.import.take();
        extra.import = Some(ImportInfo {
            row_digest: Some(clean.digest),
            owner: owner.or(before.as_ref().and_then(|import| import.owner)),
            created_at_known: before.is_some_and(|import| import.created_at_known)
                || clean.given.created_at.is_some(),
            amount_minor: clean.amount_minor,
        });
    });
}

/// The time of creation: as told, else that of the first entry.
fn settle_creation(opportunity: &mut Opportunity, clean: &CleanRow) {
    if let Some(at) = clean.given.created_at {
        opportunity.created_at = at;
    } else if !opportunity
        .extra()
        .import
        .as_ref()
        .is_some_and(|import| import.created_at_known)
        && let Some(first) = opportunity
            .history
            .iter()
            .min_by_key(|entry| entry.entered_at)
    {
        opportunity.created_at = first.entered_at;
    }
}

/// A digest of what a row tells, `as_of` left out: the same file tells the same on another day. FNV-1a, 64 bits; it is
/// stored, so it must not change.
fn digest(row: &ImportedOpportunity) -> u64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let mut hash = OFFSET;
    let mut eat = |bytes: &[u8]| {
        // The length keeps neighbouring fields apart.
        for byte in (bytes.len() as u64).to_le_bytes().iter().chain(bytes) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(PRIME);
        }
    };
    let number = |value: Option<u64>| value.map_or([0; 9], with_mark);
    let time = |value: Option<Timestamp>| number(value.map(|at| at.micros() as u64));
    eat(row.external_id.trim().as_bytes());
    eat(row.name.trim().as_bytes());
    eat(&row.amount.amount_minor.to_le_bytes());
    eat(row.amount.currency.code().as_bytes());
    eat(&number(row.pipeline.map(|id| id.0)));
    eat(&number(Some(row.stage.0)));
    eat(&time(row.created_at));
    eat(&time(row.closed_at));
    for entry in &row.history {
        eat(&number(Some(entry.stage.0)));
        eat(&time(entry.at));
    }
    let date = row.expected_contract_date.map(|date| date.days() as u64);
    eat(&number(date));
    eat(&number(row.owner.map(|id| id.0)));
    eat(&number(row.customer.map(|id| id.0)));
    eat(&number(row.grade.map(|grade| grade as u64)));
    for text in [&row.source, &row.note, &row.loss_reason] {
        eat(&[u8::from(text.is_some())]);
        eat(text.as_deref().unwrap_or("").trim().as_bytes());
    }
    hash
}

fn with_mark(value: u64) -> [u8; 9] {
    let mut bytes = [1; 9];
    bytes[1..].copy_from_slice(&value.to_le_bytes());
    bytes
}
