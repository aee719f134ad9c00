//! Judges the creation and amendment of opportunities, and putting them away.

use std::sync::Arc;

use super::approval::{after_amendment, after_archiving};
use super::gate;
use super::judge::{Judge, ScoreWriter, standing_entries};
use super::stagnation::{overdue, resolve_alerts};
use crate::alert::Resolution;
use crate::authority::manager_of;
use crate::command::{
    AmendOpportunity, ArchiveOpportunity, CreateOpportunity, Patch, RestoreOpportunity,
};
use crate::event::{Amendment, Event};
use crate::id::{ContactId, MemberId, OpportunityId};
use crate::limits::{
    AMENDMENT_GRACE_MICROS, FLAGGED_AMENDMENT_DIVISOR, MAX_COLLABORATORS, MAX_COMPETITORS,
    MAX_NAME_CHARS, MAX_NOTE_CHARS, MAX_OPPORTUNITY_CONTACTS, MAX_SHORT_TEXT_CHARS,
};
use crate::notice::{Draft, NoticeFigures, NoticeKind, post};
use crate::opportunity::{Direction, EntryOrigin, Opportunity, OpportunityExtra, StageEntry};
use crate::pipeline::Pipeline;
use crate::rejection::{Reason, Rejection, Violations};
use crate::score::{Metric, ScoreKind};
use crate::stage::{Stage, StageKind};
use crate::text;
use crate::time::Date;

pub(super) fn create(
    mut judge: Judge,
    command: &CreateOpportunity,
) -> Result<Vec<Event>, Rejection> {
    let id = judge.state.next_opportunity();
    let place = first_place(&mut judge, command);
    let amount_minor = judge.amount("amount", command.amount);
    if let Some(owner) = command.owner {
        judge.active_member("owner_id", owner);
    }
    if let Some(customer) = command.customer {
        judge.customer("customer_id", customer);
    }
    let external_id = external_id(&mut judge, id, command.external_id.as_deref());
    date(
        "expected_contract_date",
        command.expected_contract_date,
        &mut judge.violations,
    );
    let extra = OpportunityExtra {
        contacts: contacts(&mut judge, &command.contacts),
        collaborators: collaborators(&mut judge, &command.collaborators, &[]),
        competitors: competitors(&mut judge, &command.competitors),
        win_probability_override_bp: command
            .win_probability_override_bp
            .map(|given| judge.probability("win_probability_override_bp", given)),
        note: text::optional_lines("note", &command.note, MAX_NOTE_CHARS, &mut judge.violations),
        loss_reason: None,
        import: None,
    };
    let name = text::required("name", &command.name, MAX_NAME_CHARS, &mut judge.violations);
    let source = text::optional(
        "source",
        &command.source,
        MAX_SHORT_TEXT_CHARS,
        &mut judge.violations,
    );
    let Some((pipeline, stage)) = place else {
        return judge.conclude(Vec::new());
    };
    let at = judge.now();
    let mut opportunity = Opportunity {
        id,
        name,
        amount_minor,
        pipeline: pipeline.id,
        stage: stage.id,
        high_water: stage.id,
        expected_contract_date: Some(command.expected_contract_date),
        owner: command.owner,
        customer: command.customer,
        grade: command.grade,
        archived: false,
        source,
        external_id,
        created_at: at,
        closed_at: None,
        push_count: 0,
        history: vec![StageEntry {
            stage: stage.id,
            entered_at: at,
            direction: Direction::Created,
            amount_minor,
            actor: judge.actor(),
            credited: false,
            uncredited_reason: None,
            comment: None,
            override_reason: None,
            approval: None,
            raised: false,
            origin: EntryOrigin::Live,
            time_known: true,
            amount_stated: false,
            occurrence: 0,
        }],
        stagnation: None,
        undo: None,
        extra: None,
        revision: 0,
    };
    opportunity.edit_extra(|slot| *slot = extra);
    gate::pass(&mut judge, &opportunity, stage, None);
    let mut scores = ScoreWriter::new(judge.state, judge.now());
    let created = scores.fact(&opportunity, Metric::New, stage.id, at, amount_minor, None);
    scores.write(created);
    let opportunity = Box::new(opportunity);
    let mut events = vec![Event::OpportunityCreated { opportunity }];
    events.append(&mut scores.events);
    judge.conclude(events)
}

/// Pipeline and open stage of a new opportunity.
fn first_place<'a>(
    judge: &mut Judge<'a>,
    command: &CreateOpportunity,
) -> Option<(&'a Arc<Pipeline>, &'a Stage)> {
    let place = match (command.pipeline, command.stage) {
        (None, Some(stage)) => {
            let found = judge.stage("stage_id", stage)?;
            judge.in_use("stage_id", found.1);
            found
        }
        (Some(pipeline), Some(stage)) => {
            judge.pipeline("pipeline_id", pipeline)?;
            judge.stage_of("stage_id", stage, pipeline)?
        }
        (pipeline, None) => {
            let pipeline = match pipeline {
                Some(id) => judge.pipeline("pipeline_id", id)?,
                None => match judge.state.default_pipeline() {
                    Some(pipeline) => pipeline,
                    None => {
                        judge
                            .violations
                            .invalid("pipeline_id", "there is no default pipeline: name one");
                        return None;
                    }
                },
            };
            (pipeline, pipeline.first_of(StageKind::Open)?)
        }
    };
    if place.0.retired {
        let text = format!("{} ({}) is retired", place.0.id.long(), place.0.name);
        judge
            .violations
            .add(Reason::PipelineRetired, "pipeline_id", text);
    }
    if place.1.kind != StageKind::Open {
        judge.violations.add(
            Reason::StageNotOpen,
            "stage_id",
            format!(
                "{} is not open: create the opportunity in an open stage, then move it",
                place.1.name
            ),
        );
    }
    Some(place)
}

/// Dates outside of the domain's years cannot be written by the API; whoever calls this crate directly is told.
fn date(field: &str, date: Date, violations: &mut Violations) {
    if date < Date::first() || date > Date::last() {
        violations.invalid(field, "must be between 1900-01-01 and 2199-12-31");
    }
}

fn contacts(judge: &mut Judge, given: &[ContactId]) -> Vec<ContactId> {
    let list = judge.list("contact_ids", given, MAX_OPPORTUNITY_CONTACTS);
    for (index, id) in list.iter().enumerate() {
        judge.contact(&format!("contact_ids[{index}]"), *id);
    }
    list
}

/// Who is a collaborator already may stay one after leaving.
fn collaborators(judge: &mut Judge, given: &[MemberId], current: &[MemberId]) -> Vec<MemberId> {
    let list = judge.list("collaborator_ids", given, MAX_COLLABORATORS);
    for (index, id) in list.iter().enumerate() {
        if !current.contains(id) {
            judge.active_member(&format!("collaborator_ids[{index}]"), *id);
        }
    }
    list
}

fn competitors(judge: &mut Judge, given: &[String]) -> Vec<Box<str>> {
    let list = judge.list("competitors", given, MAX_COMPETITORS);
    list.iter()
        .enumerate()
        .map(|(index, name)| {
            text::required(
                &format!("competitors[{index}]"),
                name,
                MAX_SHORT_TEXT_CHARS,
                &mut judge.violations,
            )
        })
        .collect()
}

fn external_id(judge: &mut Judge, id: OpportunityId, given: Option<&str>) -> Option<Arc<str>> {
    judge.external_id(id, given, |state, key| {
        Some(state.opportunity_by_external_id(key)?.id)
    })
}

/// A text's patch: cleaned, and kept only if it changes something.
fn text_patch(
    given: &Patch<String>,
    current: Option<&str>,
    clean: impl FnOnce(&str) -> Option<Box<str>>,
) -> Patch<Box<str>> {
    let wanted = match given {
        Patch::Keep => return Patch::Keep,
        Patch::Clear => None,
        Patch::Set(text) => clean(text),
    };
    if wanted.as_deref() == current {
        Patch::Keep
    } else {
        Patch::from_option(wanted)
    }
}

/// A value's patch, kept only if it changes something.
fn value_patch<T: PartialEq + Copy>(given: &Patch<T>, current: Option<T>) -> Patch<T> {
    match given {
        Patch::Keep => Patch::Keep,
        Patch::Clear if current.is_none() => Patch::Keep,
        Patch::Set(value) if current == Some(*value) => Patch::Keep,
        other => other.clone(),
    }
}

pub(super) fn amend(mut judge: Judge, command: &AmendOpportunity) -> Result<Vec<Event>, Rejection> {
    let opportunity = judge.subject(command.id)?;
    judge.not_archived(opportunity);
    let amendment = amendment(&mut judge, opportunity, command);
    if !judge.violations.is_empty() || amendment == Amendment::default() {
        return judge.conclude(Vec::new());
    }
    let mut scores = ScoreWriter::new(judge.state, judge.now());
    let mut flagged = false;
    if let Some(amount_minor) = amendment.amount_minor {
        flagged = is_flagged(opportunity, amount_minor);
        if let [first] = opportunity.history.as_slice() {
            correct_new(&judge, &mut scores, opportunity, first, amount_minor);
        }
    }
    // Whoever owned it when a level was reached is told, not whoever owns it from now on.
    let new_amount = amendment.amount_minor;
    let mut events = match amendment.owner {
        Patch::Keep => Vec::new(),
        _ => overdue(judge.state, opportunity, judge.now()),
    };
    events.push(Event::OpportunityAmended {
        opportunity: opportunity.id,
        at: judge.now(),
        actor: judge.actor(),
        previous_amount_minor: new_amount.map(|_| opportunity.amount_minor),
        amendment: Box::new(amendment),
        flagged,
    });
    events.append(&mut scores.events);
    if let Some(amount_minor) = new_amount {
        after_amendment(&judge, &mut events, opportunity.id, amount_minor);
    }
    if flagged {
        tell_manager(&judge, &mut events, opportunity);
    }
    judge.conclude(events)
}

/// An amount that changed by more than 20 % after a credited move is told to the owner's manager (DOMAIN.md §4).
fn tell_manager(judge: &Judge, events: &mut Vec<Event>, opportunity: &Opportunity) {
    let manager = opportunity
        .owner
        .and_then(|owner| manager_of(judge.state, owner));
    let value = events.iter().find_map(|event| match event {
        Event::OpportunityAmended { amendment, .. } => amendment.amount_minor,
        _ => None,
    });
    let Some(recipient) = manager else {
        return;
    };
    let draft = Draft {
        recipient,
        kind: NoticeKind::AmountAmended,
        subject: Some(opportunity.id.into()),
        actor: judge.actor(),
        figures: NoticeFigures {
            value,
            compared_with: Some(opportunity.amount_minor),
            ..NoticeFigures::default()
        },
        at: judge.now(),
    };
    post(judge.state, events, draft);
}

/// What an amendment really changes.
fn amendment(
    judge: &mut Judge,
    opportunity: &Opportunity,
    command: &AmendOpportunity,
) -> Amendment {
    let extra = opportunity.extra();
    let mut amendment = Amendment::default();
    if let Some(name) = &command.name {
        let name = text::required("name", name, MAX_NAME_CHARS, &mut judge.violations);
        amendment.name = Some(name).filter(|name| *name != opportunity.name);
    }
    if let Some(money) = command.amount {
        let amount_minor = judge.amount("amount", money);
        amendment.amount_minor =
            Some(amount_minor).filter(|amount| *amount != opportunity.amount_minor);
    }
    if let Some(given) = command.expected_contract_date {
        date("expected_contract_date", given, &mut judge.violations);
        amendment.expected_contract_date =
            Some(given).filter(|date| Some(*date) != opportunity.expected_contract_date);
    }
    amendment.owner = value_patch(&command.owner, opportunity.owner);
    if let Patch::Set(owner) = amendment.owner {
        judge.active_member("owner_id", owner);
    }
    amendment.customer = value_patch(&command.customer, opportunity.customer);
    if let Patch::Set(customer) = amendment.customer {
        judge.customer("customer_id", customer);
    }
    amendment.grade = value_patch(&command.grade, opportunity.grade);
    if let Patch::Set(given) = command.win_probability_override_bp {
        judge.probability("win_probability_override_bp", given);
    }
    amendment.win_probability_override_bp = value_patch(
        &command.win_probability_override_bp,
        extra.win_probability_override_bp,
    );
    if let Some(given) = &command.contacts {
        let list = contacts(judge, given);
        amendment.contacts = Some(list).filter(|list| *list != extra.contacts);
    }
    if let Some(given) = &command.collaborators {
        let list = collaborators(judge, given, &extra.collaborators);
        amendment.collaborators = Some(list).filter(|list| *list != extra.collaborators);
    }
    if let Some(given) = &command.competitors {
        let list = competitors(judge, given);
        amendment.competitors = Some(list).filter(|list| *list != extra.competitors);
    }
    amendment.source = text_patch(&command.source, opportunity.source.as_deref(), |text| {
        text::line("source", text, MAX_SHORT_TEXT_CHARS, &mut judge.violations)
    });
    amendment.note = text_patch(&command.note, extra.note.as_deref(), |text| {
        text::lines("note", text, MAX_NOTE_CHARS, &mut judge.violations)
    });
    let current = opportunity.external_id.as_deref();
    amendment.external_id = text_patch(&command.external_id, current, |text| {
        external_id(judge, opportunity.id, Some(text)).map(|id| (*id).into())
    });
    amendment
}

/// More than 20 % away from the amount that was last credited for a move (DOMAIN.md §4).
fn is_flagged(opportunity: &Opportunity, amount_minor: i64) -> bool {
    let credited = opportunity
        .history
        .iter()
        .rev()
        .find(|entry| entry.credited);
    credited.is_some_and(|entry| {
        let frozen = i128::from(entry.amount_minor);
        let difference = (i128::from(amount_minor) - frozen).abs();
        difference * FLAGGED_AMENDMENT_DIVISOR > frozen
    })
}

/// Within the grace, an amendment corrects NEW, dated at the creation. Imported facts are corrected by importing.
pub(super) fn correct_new(
    judge: &Judge,
    scores: &mut ScoreWriter,
    opportunity: &Opportunity,
    first: &StageEntry,
    amount_minor: i64,
) {
    let age = judge.now().micros_since(opportunity.created_at);
    if age > AMENDMENT_GRACE_MICROS || first.origin != EntryOrigin::Live {
        return;
    }
    let standing = standing_entries(judge.state, opportunity.id);
    let Some(created) = standing
        .iter()
        .find(|entry| entry.metric == Metric::New && entry.kind == ScoreKind::Fact)
    else {
        return;
    };
    // Credit stays with the owner of that time, whoever owns it now.
    let mut correction = crate::score::ScoreEntry::clone(created);
    correction.count = 0;
    // To what NEW has for it now: an amendment between a move and its undoing corrected nothing.
    let scored: i64 = standing
        .iter()
        .filter(|entry| entry.metric == Metric::New)
        .map(|entry| entry.amount_minor)
        .sum();
    correction.amount_minor = amount_minor - scored;
    if correction.amount_minor == 0 {
        return;
    }
    correction.kind = ScoreKind::Correction;
    scores.write(correction);
}

pub(super) fn archive(
    mut judge: Judge,
    command: &ArchiveOpportunity,
) -> Result<Vec<Event>, Rejection> {
    let opportunity = judge.subject(command.id)?;
    let at = judge.now();
    let event = Event::OpportunityArchived {
        opportunity: opportunity.id,
        at,
        actor: judge.actor(),
    };
    if opportunity.archived {
        return judge.conclude(Vec::new());
    }
    let mut events = overdue(judge.state, opportunity, at);
    let away = Resolution::Archived;
    let mut resolved = resolve_alerts(judge.state, opportunity.id, &events, away);
    events.push(event);
    events.append(&mut resolved);
    after_archiving(&judge, &mut events, opportunity.id);
    judge.conclude(events)
}

pub(super) fn restore(
    mut judge: Judge,
    command: &RestoreOpportunity,
) -> Result<Vec<Event>, Rejection> {
    let opportunity = judge.subject(command.id)?;
    let at = judge.now();
    let event = Event::OpportunityRestored {
        opportunity: opportunity.id,
        at,
        actor: judge.actor(),
    };
    let events = if opportunity.archived {
        vec![event]
    } else {
        Vec::new()
    };
    judge.conclude(events)
}
