//! Judges the import of a file of stage histories.

use std::collections::BTreeMap;

use super::import_work::{Work, Works, check_time, imported_entry};
use super::judge::Judge;
use crate::event::Event;
use crate::id::{PipelineId, StageId};
use crate::import::{ImportHistory, ImportedStageEntry};
use crate::limits::{MAX_EXTERNAL_ID_CHARS, MAX_IMPORT_ROWS, MAX_NAME_CHARS};
use crate::opportunity::{EntryOrigin, ImportInfo, Opportunity, StageEntry};
use crate::rejection::Rejection;
use crate::text;
use crate::time::Timestamp;

/// What tells one row of a file from the others.
type RowKey = (Box<str>, StageId, Timestamp);

/// A row whose every field was found good.
struct CleanRow {
    external_id: Box<str>,
    name: Box<str>,
    pipeline: PipelineId,
    entry: StageEntry,
}

pub(super) fn history(mut judge: Judge, command: &ImportHistory) -> Result<Vec<Event>, Rejection> {
    if command.rows.len() > MAX_IMPORT_ROWS {
        let text = format!("at most {MAX_IMPORT_ROWS} rows a call");
        judge.violations.invalid("rows", text);
        return judge.conclude(Vec::new());
    }
    let mut works = Works::default();
    let mut seen: BTreeMap<RowKey, u32> = BTreeMap::new();
    for (row, given) in command.rows.iter().enumerate() {
        judge.violations.set_prefix(format!("rows[{row}]."));
        let before = judge.violations.len();
        let Some(mut clean) = clean(&mut judge, given) else {
            continue;
        };
        if judge.violations.len() > before {
            continue;
        }
        let key = (clean.external_id.clone(), given.stage, given.at);
        let earlier = seen.entry(key).or_default();
        clean.entry.occurrence = given.occurrence.max(*earlier);
        *earlier = clean.entry.occurrence + 1;
        add_row(&mut judge, &mut works, row, given, clean);
    }
    judge.violations.set_prefix(String::new());
    works.conclude(judge)
}

fn clean(judge: &mut Judge, given: &ImportedStageEntry) -> Option<CleanRow> {
    check_time(judge, "at", given.at);
    let amount_minor = given.amount.map(|money| judge.amount("amount", money));
    for (field, member) in [("actor_id", given.actor), ("owner_id", given.owner)] {
        if let Some(member) = member {
            judge.member(field, member);
        }
    }
    let found = &mut judge.violations;
    let external_id = text::required(
        "external_id",
        &given.external_id,
        MAX_EXTERNAL_ID_CHARS,
        found,
    );
    let name = text::optional("name", &given.name, MAX_NAME_CHARS, found);
    let (pipeline, stage) = judge.stage("stage_id", given.stage)?;
    let mut entry = imported_entry(
        stage.id,
        given.at,
        EntryOrigin::History,
        amount_minor.unwrap_or(0),
    );
    entry.amount_stated = amount_minor.is_some();
    entry.actor = given.actor;
    Some(CleanRow {
        name: name.unwrap_or_else(|| external_id.clone()),
        external_id,
        pipeline: pipeline.id,
        entry,
    })
}

fn add_row(
    judge: &mut Judge,
    works: &mut Works,
    row: usize,
    given: &ImportedStageEntry,
    clean: CleanRow,
) {
    match works.find(judge, &clean.external_id, row) {
        Some(work) => merge(judge, work, row, clean),
        None => {
            let id = works.next_id(judge);
            let mut opportunity = Opportunity {
                id,
                name: clean.name,
                amount_minor: 0,
                pipeline: clean.pipeline,
                stage: given.stage,
                high_water: given.stage,
                expected_contract_date: None,
                owner: given.owner,
                customer: None,
                grade: None,
                archived: false,
                source: None,
                external_id: Some((*clean.external_id).into()),
                created_at: given.at,
                closed_at: None,
                push_count: 0,
                history: vec![clean.entry],
                stagnation: None,
                undo: None,
                extra: None,
                revision: 0,
            };
            opportunity.edit_extra(|extra| {
                extra.import = Some(ImportInfo {
                    row_digest: None,
                    owner: given.owner,
                    created_at_known: false,
                    amount_minor: 0,
                });
            });
            works.create(&clean.external_id, opportunity, row);
        }
    }
}

/// Adds an entry, unless it is there. Real entries replace those an opportunity's own row implied.
fn merge(judge: &mut Judge, work: &mut Work, row: usize, clean: CleanRow) {
    let new = clean.entry;
    let known = work.opportunity.history.iter_mut().find(|entry| {
        entry.origin == EntryOrigin::History
            && entry.stage == new.stage
            && entry.entered_at == new.entered_at
            && entry.occurrence == new.occurrence
    });
    if let Some(entry) = known {
        let same_amount =
            !new.amount_stated || (entry.amount_stated && entry.amount_minor == new.amount_minor);
        if same_amount && (new.actor.is_none() || new.actor == entry.actor) {
            return;
        }
        if work.is_live {
            work.refuse_rewrite(judge, "amount");
            return;
        }
        entry.actor = new.actor.or(entry.actor);
        if new.amount_stated {
            entry.amount_stated = true;
            entry.amount_minor = new.amount_minor;
        }
    } else {
        if clean.pipeline != work.opportunity.pipeline {
            judge.stage_of("stage_id", new.stage, work.opportunity.pipeline);
            return;
        }
        if work.is_live {
            work.refuse_rewrite(judge, "stage_id");
            return;
        }
        let opportunity = &mut work.opportunity;
        opportunity
            .history
            .retain(|entry| entry.origin == EntryOrigin::History);
        // After all that came before it at the same time; the history is sorted, stably, at the end.
        opportunity.history.push(new);
        let created_at_known = opportunity
            .extra()
            .import
            .as_ref()
            .is_some_and(|import| import.created_at_known);
        let first = opportunity.history.iter().map(|entry| entry.entered_at);
        if !created_at_known && let Some(first) = first.min() {
            opportunity.created_at = first;
        }
    }
    work.rejudge = true;
    work.amended_by(row);
}
