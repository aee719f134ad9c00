//! Opportunities and their stage entries between API and domain.

use sluice_domain::{
    Actor, Command, Currency, Direction, Grade, Opportunity, OpportunityId, StageEntry, StageKind,
    State, Timestamp,
    command::{
        AmendOpportunity, ArchiveOpportunity, CreateOpportunity, LoseOpportunity, MoveOpportunity,
        ReopenOpportunity, RestoreOpportunity, UndoMove,
    },
};
use sluice_proto::v1;

use super::{
    Call, Fields, Mask, Mutation, pipeline, stagnation,
    value::{
        Id as _, actor, count, date_or_empty, duration, etag, id_or_empty, money, or_empty, text,
        time,
    },
};

/// Fields an amendment may name.
const AMENDABLE: [&str; 13] = [
    "name",
    "amount",
    "expected_contract_date",
    "owner_id",
    "customer_id",
    "contact_ids",
    "collaborator_ids",
    "source",
    "grade",
    "competitors",
    "win_probability_override_bp",
    "note",
    "external_id",
];

/// Reads CreateOpportunity.
pub fn create(request: v1::CreateOpportunityRequest, call: &Call) -> Mutation {
    let mut fields = Fields::under("opportunity.");
    let opportunity = fields.message(request.opportunity);
    let amount = fields.money("amount", opportunity.amount, call.currency());
    let date = fields.date(
        "expected_contract_date",
        &opportunity.expected_contract_date,
    );
    let command = CreateOpportunity {
        pipeline: fields.optional_id("pipeline_id", &opportunity.pipeline_id),
        stage: fields.optional_id("stage_id", &opportunity.stage_id),
        owner: fields
            .optional_id("owner_id", &opportunity.owner_id)
            .or(call.actor.member),
        customer: fields.optional_id("customer_id", &opportunity.customer_id),
        contacts: fields.ids("contact_ids", &opportunity.contact_ids),
        collaborators: fields.ids("collaborator_ids", &opportunity.collaborator_ids),
        source: text(opportunity.source),
        grade: read_grade(&mut fields, opportunity.grade),
        competitors: opportunity.competitors,
        win_probability_override_bp: read_override(
            &mut fields,
            opportunity.win_probability_override_bp,
        ),
        note: text(opportunity.note),
        external_id: text(opportunity.external_id),
        ..CreateOpportunity::new(opportunity.name, amount, date)
    };
    fields.mutation(
        Command::CreateOpportunity(Box::new(command)),
        request.request_id,
        request.validate_only,
    )
}

/// Reads AmendOpportunity.
pub fn amend(request: v1::AmendOpportunityRequest, call: &Call) -> Mutation {
    let mut fields = Fields::under("opportunity.");
    let opportunity = fields.message(request.opportunity);
    let mask = Mask::read(&mut fields, request.update_mask, &AMENDABLE);
    let id: OpportunityId = fields.id("id", &opportunity.id);
    let command = AmendOpportunity {
        id,
        amount: mask
            .names("amount", opportunity.amount.is_some())
            .then(|| fields.money("amount", opportunity.amount, call.currency())),
        expected_contract_date: mask
            .names(
                "expected_contract_date",
                !opportunity.expected_contract_date.is_empty(),
            )
            .then(|| {
                fields.date(
                    "expected_contract_date",
                    &opportunity.expected_contract_date,
                )
            }),
        owner: mask.patch(
            "owner_id",
            fields.optional_id("owner_id", &opportunity.owner_id),
        ),
        customer: mask.patch(
            "customer_id",
            fields.optional_id("customer_id", &opportunity.customer_id),
        ),
        contacts: mask.field(
            "contact_ids",
            fields.ids("contact_ids", &opportunity.contact_ids),
        ),
        collaborators: mask.field(
            "collaborator_ids",
            fields.ids("collaborator_ids", &opportunity.collaborator_ids),
        ),
        grade: mask.patch("grade", read_grade(&mut fields, opportunity.grade)),
        win_probability_override_bp: mask.patch(
            "win_probability_override_bp",
            read_override(&mut fields, opportunity.win_probability_override_bp),
        ),
        name: mask.field("name", opportunity.name),
        source: mask.text("source", opportunity.source),
        competitors: mask.field("competitors", opportunity.competitors),
        note: mask.text("note", opportunity.note),
        external_id: mask.text("external_id", opportunity.external_id),
    };
    fields
        .mutation(
            Command::AmendOpportunity(Box::new(command)),
            request.request_id,
            request.validate_only,
        )
        .with_etag(id, opportunity.etag)
}

/// Reads MoveOpportunity.
pub fn advance(request: v1::MoveOpportunityRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let id: OpportunityId = fields.id("id", &request.id);
    let command = Command::MoveOpportunity(MoveOpportunity {
        id,
        to: fields.id("stage_id", &request.stage_id),
        override_reason: text(request.override_reason),
    });
    fields
        .mutation(command, request.request_id, request.validate_only)
        .with_etag(id, request.etag)
}

/// Reads LoseOpportunity.
pub fn lose(request: v1::LoseOpportunityRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let id: OpportunityId = fields.id("id", &request.id);
    let stage = fields.optional_id("stage_id", &request.stage_id);
    let command = Command::LoseOpportunity(LoseOpportunity {
        id,
        reason: request.reason,
        stage,
        override_reason: text(request.override_reason),
    });
    fields
        .mutation(command, request.request_id, request.validate_only)
        .with_etag(id, request.etag)
}

/// Reads ReopenOpportunity.
pub fn reopen(request: v1::ReopenOpportunityRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let id: OpportunityId = fields.id("id", &request.id);
    let to = fields.id("stage_id", &request.stage_id);
    let command = Command::ReopenOpportunity(ReopenOpportunity {
        id,
        to,
        reason: request.reason,
        override_reason: text(request.override_reason),
    });
    fields
        .mutation(command, request.request_id, request.validate_only)
        .with_etag(id, request.etag)
}

/// Reads UndoMove.
pub fn undo(request: v1::UndoMoveRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let id: OpportunityId = fields.id("id", &request.id);
    let command = Command::UndoMove(UndoMove { id });
    fields
        .mutation(command, request.request_id, request.validate_only)
        .with_etag(id, request.etag)
}

/// Reads ArchiveOpportunity.
pub fn archive(request: v1::ArchiveOpportunityRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let id: OpportunityId = fields.id("id", &request.id);
    let command = Command::ArchiveOpportunity(ArchiveOpportunity { id });
    fields
        .mutation(command, request.request_id, request.validate_only)
        .with_etag(id, request.etag)
}

/// Reads RestoreOpportunity.
pub fn restore(request: v1::RestoreOpportunityRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let id: OpportunityId = fields.id("id", &request.id);
    let command = Command::RestoreOpportunity(RestoreOpportunity { id });
    fields
        .mutation(command, request.request_id, request.validate_only)
        .with_etag(id, request.etag)
}

/// Reads a grade; not said means none.
pub fn read_grade(fields: &mut Fields, grade: i32) -> Option<Grade> {
    match fields.enumeration("grade", grade) {
        v1::Grade::Unspecified => None,
        v1::Grade::A => Some(Grade::A),
        v1::Grade::B => Some(Grade::B),
        v1::Grade::C => Some(Grade::C),
        v1::Grade::D => Some(Grade::D),
    }
}

fn read_override(fields: &mut Fields, probability: Option<i32>) -> Option<u16> {
    probability.map(|probability| fields.number("win_probability_override_bp", probability))
}

fn write_grade(grade: Option<Grade>) -> v1::Grade {
    match grade {
        None => v1::Grade::Unspecified,
        Some(Grade::A) => v1::Grade::A,
        Some(Grade::B) => v1::Grade::B,
        Some(Grade::C) => v1::Grade::C,
        Some(Grade::D) => v1::Grade::D,
    }
}

/// Writes which way a stage was entered.
pub fn write_movement(direction: Direction) -> v1::Movement {
    match direction {
        Direction::Created => v1::Movement::Created,
        Direction::Forward => v1::Movement::Forward,
        Direction::Backward => v1::Movement::Backward,
        Direction::Won => v1::Movement::Won,
        Direction::Lost => v1::Movement::Lost,
        Direction::Reopened => v1::Movement::Reopened,
        Direction::Stayed => v1::Movement::Stayed,
    }
}

/// The currency of the workspace.
pub fn currency(state: &State) -> Currency {
    state
        .workspace()
        .map_or(Currency::USD, |workspace| workspace.currency)
}

/// Writes an opportunity. Depends on itself and on what never changes once it exists (the kind of its stage, the
/// currency), so that the same revision of it always reads the same.
pub fn write(opportunity: &Opportunity, state: &State) -> v1::Opportunity {
    let extra = opportunity.extra();
    let kind = state
        .stage(opportunity.stage)
        .map_or(StageKind::Open, |(_, stage)| stage.kind);
    let entered: Timestamp = opportunity.entered_at();
    v1::Opportunity {
        id: opportunity.id.write(),
        name: opportunity.name.to_string(),
        amount: Some(money(opportunity.amount_minor, currency(state))),
        pipeline_id: opportunity.pipeline.write(),
        stage_id: opportunity.stage.write(),
        stage_kind: pipeline::write_kind(kind).into(),
        expected_contract_date: date_or_empty(opportunity.expected_contract_date),
        owner_id: id_or_empty(opportunity.owner),
        customer_id: id_or_empty(opportunity.customer),
        contact_ids: extra.contacts.iter().map(|id| id.write()).collect(),
        collaborator_ids: extra.collaborators.iter().map(|id| id.write()).collect(),
        source: or_empty(&opportunity.source),
        grade: write_grade(opportunity.grade).into(),
        competitors: extra.competitors.iter().map(ToString::to_string).collect(),
        win_probability_override_bp: extra.win_probability_override_bp.map(i32::from),
        note: or_empty(&extra.note),
        external_id: or_empty(&opportunity.external_id),
        high_water_stage_id: opportunity.high_water.write(),
        stage_entered_time: Some(time(entered)),
        stage_clock_before: Some(duration(opportunity.stage_clock_micros(entered))),
        loss_reason: or_empty(&extra.loss_reason),
        close_time: opportunity.closed_at.map(time),
        archived: opportunity.archived,
        create_time: Some(time(opportunity.created_at)),
        revision: opportunity.revision,
        etag: etag(opportunity.revision),
        stagnation_level: stagnation::write_level(opportunity.told_level()).into(),
        stagnation_time: opportunity
            .stagnation
            .map(|stagnation| time(stagnation.since)),
        push_count: i32::try_from(opportunity.push_count).unwrap_or(i32::MAX),
    }
}

/// Writes the stages an opportunity has been in.
pub fn write_history(opportunity: &Opportunity, state: &State) -> Vec<v1::StageEntry> {
    (0..opportunity.history.len())
        .filter_map(|index| write_one_entry(opportunity, index, state))
        .collect()
}

/// Writes one stay of an opportunity in a stage.
pub fn write_one_entry(
    opportunity: &Opportunity,
    index: usize,
    state: &State,
) -> Option<v1::StageEntry> {
    let history = &opportunity.history;
    let from = index.checked_sub(1).and_then(|before| history.get(before));
    let next = history.get(index + 1);
    Some(v1::StageEntry {
        from_stage_id: id_or_empty(from.map(|from| from.stage)),
        left_time: next.map(|next| time(next.entered_at)),
        ..write_entry(index, history.get(index)?, currency(state))
    })
}

/// Writes a stage entry by itself, at its place in the history.
pub fn write_entry(index: usize, entry: &StageEntry, currency: Currency) -> v1::StageEntry {
    v1::StageEntry {
        sequence: count(index),
        stage_id: entry.stage.write(),
        from_stage_id: String::new(),
        movement: write_movement(entry.direction).into(),
        entered_time: Some(time(entry.entered_at)),
        left_time: None,
        amount: Some(money(entry.amount_minor, currency)),
        credited: entry.credited,
        uncredited_reason: entry
            .uncredited_reason
            .map(|reason| reason.name().to_owned())
            .unwrap_or_default(),
        reason: or_empty(&entry.comment),
        actor: entry.actor.map(|member| {
            actor(&Actor {
                member: Some(member),
                label: String::new(),
            })
        }),
        override_reason: or_empty(&entry.override_reason),
        approval_id: id_or_empty(entry.approval),
    }
}
