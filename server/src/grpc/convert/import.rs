//! Imports between API and domain.

use std::collections::HashMap;

use sluice_domain::{
    Command, PipelineId, RowOutcome, StageId, State, Timestamp,
    command::Command::{
        ImportHistory as HistoryCommand, ImportOpportunities as OpportunitiesCommand,
    },
    import::{
        ImpliedEntry, ImportHistory, ImportOpportunities, ImportedOpportunity, ImportedStageEntry,
        row_outcomes,
    },
};
use sluice_proto::v1;

use super::{
    Call, Fields, Mutation,
    opportunity::read_grade,
    value::{Id as _, text},
};
use crate::engine::Outcome;

/// Reads ImportOpportunities.
pub fn opportunities(request: v1::ImportOpportunitiesRequest, call: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let as_of = fields.optional_time("as_of_time", request.as_of_time);
    let mut rows = Vec::with_capacity(request.opportunities.len());
    for (index, row) in request.opportunities.into_iter().enumerate() {
        fields.row("opportunities", index);
        rows.push(read_opportunity(&mut fields, row, as_of, call));
    }
    fields.end_rows();
    let command = OpportunitiesCommand(ImportOpportunities { rows });
    let mutation = fields.mutation(command, request.request_id, request.validate_only);
    Mutation {
        prefix: "opportunities",
        ..mutation
    }
}

fn read_opportunity(
    fields: &mut Fields,
    row: v1::ImportedOpportunity,
    as_of: Option<Timestamp>,
    call: &Call,
) -> ImportedOpportunity {
    let mut history = Vec::with_capacity(row.stages.len());
    for (index, stage) in row.stages.into_iter().enumerate() {
        history.push(ImpliedEntry {
            stage: fields.id(&format!("stages[{index}].stage_id"), &stage.stage_id),
            at: fields.optional_time(&format!("stages[{index}].entered_time"), stage.entered_time),
        });
    }
    let stage = history.last().map(|entry| entry.stage);
    if stage.is_none() {
        fields.invalid(
            "stages",
            "is empty: name at least the stage where it stands",
        );
    }
    if as_of.is_none() && history.iter().any(|entry| entry.at.is_none()) {
        fields.invalid(
            "stages",
            "a time is not known: say in as_of_time when the file was true",
        );
    }
    ImportedOpportunity {
        amount: fields.money("amount", row.amount, call.currency()),
        pipeline: fields.optional_id("pipeline_id", &row.pipeline_id),
        stage: stage.unwrap_or(StageId::NOBODY),
        created_at: fields.optional_time("create_time", row.create_time),
        closed_at: None,
        history,
        expected_contract_date: fields
            .optional_date("expected_contract_date", &row.expected_contract_date),
        owner: fields.optional_id("owner_id", &row.owner_id),
        customer: fields.optional_id("customer_id", &row.customer_id),
        grade: read_grade(fields, row.grade),
        external_id: row.external_id,
        name: row.name,
        source: text(row.source),
        note: text(row.note),
        loss_reason: text(row.loss_reason),
        as_of: as_of.unwrap_or_default(),
    }
}

/// Reads ImportHistory.
pub fn history(request: v1::ImportHistoryRequest, call: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let pipeline = fields.optional_id("pipeline_id", &request.pipeline_id);
    let mut rows: Vec<ImportedStageEntry> = Vec::with_capacity(request.stage_entries.len());
    let mut seen = HashMap::new();
    for (index, row) in request.stage_entries.into_iter().enumerate() {
        fields.row("stage_entries", index);
        let mut row = read_entry(&mut fields, row, pipeline, call);
        let before = seen
            .entry((row.external_id.clone(), row.stage, row.at, row.occurrence))
            .or_insert(0);
        row.occurrence += *before;
        *before += 1;
        rows.push(row);
    }
    fields.end_rows();
    let command = HistoryCommand(ImportHistory { rows });
    let mutation = fields.mutation(command, request.request_id, request.validate_only);
    Mutation {
        prefix: "stage_entries",
        ..mutation
    }
}

fn read_entry(
    fields: &mut Fields,
    row: v1::ImportedStageEntry,
    pipeline: Option<PipelineId>,
    call: &Call,
) -> ImportedStageEntry {
    let stage: StageId = fields.id("stage_id", &row.stage_id);
    let of = call.state.stage(stage).map(|(pipeline, _)| pipeline.id);
    if let (Some(wanted), Some(of)) = (pipeline, of)
        && wanted != of
    {
        fields.invalid(
            "stage_id",
            format!(
                "{} is of {}, not of {}",
                row.stage_id,
                of.write(),
                wanted.write()
            ),
        );
    }
    if row.entered_time.is_none() {
        fields.invalid("entered_time", "is missing");
    }
    ImportedStageEntry {
        stage,
        at: fields
            .optional_time("entered_time", row.entered_time)
            .unwrap_or_default(),
        actor: fields.optional_id("member_id", &row.member_id),
        amount: fields.optional_money("amount", row.amount, call.currency()),
        occurrence: fields.number("occurrence", row.occurrence).into(),
        owner: fields.optional_id("owner_id", &row.owner_id),
        external_id: row.external_id,
        name: text(row.name),
    }
}

/// The external ids of an import's rows, in order: what its results are looked up by.
pub fn external_ids(command: &Command) -> Vec<String> {
    match command {
        OpportunitiesCommand(import) => import
            .rows
            .iter()
            .map(|row| row.external_id.clone())
            .collect(),
        HistoryCommand(import) => import
            .rows
            .iter()
            .map(|row| row.external_id.clone())
            .collect(),
        _ => Vec::new(),
    }
}

/// Writes what became of each row.
pub fn write_results(external_ids: &[String], outcome: &Outcome) -> Vec<v1::ImportResult> {
    let events = outcome
        .commit
        .as_ref()
        .map(|commit| commit.events.as_slice())
        .unwrap_or_default();
    let outcomes = row_outcomes(external_ids.len(), events);
    external_ids
        .iter()
        .zip(outcomes)
        .map(|(id, row)| write_result(id, row, &outcome.state))
        .collect()
}

fn write_result(external_id: &str, outcome: RowOutcome, state: &State) -> v1::ImportResult {
    let status = match outcome {
        RowOutcome::Created => v1::ImportStatus::Created,
        RowOutcome::Amended => v1::ImportStatus::Amended,
        RowOutcome::Unchanged => v1::ImportStatus::Unchanged,
    };
    let opportunity = state.opportunity_by_external_id(external_id.trim());
    v1::ImportResult {
        opportunity_id: opportunity
            .map(|opportunity| opportunity.id.write())
            .unwrap_or_default(),
        status: status.into(),
    }
}
