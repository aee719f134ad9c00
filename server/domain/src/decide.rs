//! Judges a command against a state: facts, or everything that is wrong with it.

mod activity;
mod alert;
mod approval;
mod authority;
mod badge;
mod check_in;
mod completeness;
mod contact;
mod customer;
mod delivery;
mod digest_schedule;
mod gate;
mod goal;
mod goal_import;
mod goal_notice;
mod import;
mod import_history;
mod import_work;
mod judge;
mod member;
mod movement;
mod notice;
mod opportunity;
mod packet;
mod payout;
mod pipeline;
mod ranking;
mod reward;
mod saved_view;
mod scheme;
mod scheme_terms;
mod stage;
mod stagnation;
mod team;
mod tick;
mod undo;
mod webhook;
mod workspace;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::apply::amend;
use crate::command::Command;
use crate::entity::{Entity, EntityKey};
use crate::event::Event;
use crate::id::MemberId;
use crate::limits::{
    ENTITY_BASE_BYTES, HOLIDAY_BYTES, MAX_COMMIT_BYTES, MAX_COMMIT_CHANGES, MAX_ROW_BYTES,
    REFERENCE_BYTES, STAGE_ENTRY_BYTES,
};
use crate::opportunity::Opportunity;
use crate::rejection::{Reason, Rejection};
use crate::state::State;
use crate::time::Timestamp;
use judge::Judge;
pub(crate) use ranking::payments as ranking_payments;
pub(crate) use reward::split_receivers;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The member they are, if known.
    pub member: Option<MemberId>,
    /// Who they are, for people: `unix:1000 (kim)`, `tcp:127.0.0.1`, `system`.
    pub label: String,
}

/// What a decision depends on besides state and command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// The time.
    pub now: Timestamp,
    /// Who asks.
    pub actor: Actor,
}

/// Judges a command. The first fact is about what the command was about; no facts: nothing needs to change.
pub fn decide(
    state: &State,
    command: &Command,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    let is_set_up = matches!(command, Command::SetUpWorkspace(_));
    match (state.workspace(), command) {
        (None, Command::Tick) => return Ok(Vec::new()),
        (None, _) if !is_set_up => {
            return Err(Rejection::new(
                Reason::WorkspaceNotSetUp,
                "",
                "the workspace is not set up yet: set it up first",
            ));
        }
        _ => {}
    }
    let judge = Judge::new(state, context);
    let mut events = match command {
        Command::SetUpWorkspace(command) => workspace::set_up(judge, command),
        Command::UpdateWorkspace(command) => workspace::update(judge, command),
        Command::CreateTeam(command) => team::create(judge, command),
        Command::UpdateTeam(command) => team::update(judge, command),
        Command::CreateMember(command) => member::create(judge, command),
        Command::UpdateMember(command) => member::update(judge, command),
        Command::CreatePipeline(command) => pipeline::create(judge, command),
        Command::UpdatePipeline(command) => pipeline::update(judge, command),
        Command::CreateStage(command) => stage::create(judge, command),
        Command::UpdateStage(command) => stage::update(judge, command),
        Command::ReorderStages(command) => stage::reorder(judge, command),
        Command::RetireStage(command) => stage::retire(judge, command),
        Command::CreateCustomer(command) => customer::create(judge, command),
        Command::UpdateCustomer(command) => customer::update(judge, command),
        Command::CreateContact(command) => contact::create(judge, command),
        Command::UpdateContact(command) => contact::update(judge, command),
        Command::CreateOpportunity(command) => opportunity::create(judge, command),
        Command::AmendOpportunity(command) => opportunity::amend(judge, command),
        Command::ArchiveOpportunity(command) => opportunity::archive(judge, command),
        Command::RestoreOpportunity(command) => opportunity::restore(judge, command),
        Command::MoveOpportunity(command) => movement::advance(judge, command),
        Command::LoseOpportunity(command) => movement::lose(judge, command),
        Command::ReopenOpportunity(command) => movement::reopen(judge, command),
        Command::UndoMove(command) => undo::undo(judge, command),
        Command::LogActivity(command) => activity::log(judge, command),
        Command::CreateGoal(command) => goal::create(judge, command),
        Command::UpdateGoal(command) => goal::update(judge, command),
        Command::ArchiveGoal(command) => goal::archive(judge, command),
        Command::DecomposeGoal(command) => goal::decompose(judge, command),
        Command::RequestApproval(command) => approval::request(judge, command),
        Command::DecideApproval(command) => approval::decide(judge, command),
        Command::ImportGoals(command) => goal_import::import(judge, command),
        Command::ImportOpportunities(command) => import::opportunities(judge, command),
        Command::ImportHistory(command) => import_history::history(judge, command),
        Command::AcknowledgeAlert(command) => alert::acknowledge(judge, command),
        Command::SnoozeAlert(command) => alert::snooze(judge, command),
        Command::Tick => Ok(tick::due(state, context.now)),
        Command::CreateSavedView(command) => saved_view::create(judge, command),
        Command::UpdateSavedView(command) => saved_view::update(judge, command),
        Command::DeleteSavedView(command) => saved_view::delete(judge, command),
        Command::MarkNoticesRead(command) => notice::mark_read(judge, command),
        Command::CreateWebhook(command) => webhook::create(judge, command),
        Command::UpdateWebhook(command) => webhook::update(judge, command),
        Command::RemoveWebhook(command) => webhook::remove(judge, command),
        Command::TestWebhook(command) => webhook::test(judge, command),
        Command::CreateDigestSchedule(command) => digest_schedule::create(judge, command),
        Command::UpdateDigestSchedule(command) => digest_schedule::update(judge, command),
        Command::DeleteDigestSchedule(command) => digest_schedule::delete(judge, command),
        Command::RetryDelivery(command) => delivery::retry(judge, command),
        Command::RecordDelivery(command) => delivery::record(judge, command),
        Command::CreateScheme(command) => scheme::create(judge, command),
        Command::UpdateScheme(command) => scheme::update(judge, command),
        Command::PublishScheme(command) => scheme::publish(judge, command),
        Command::EndScheme(command) => scheme::end(judge, command),
        Command::ClaimRewards(command) => reward::claim(judge, command),
        Command::DecideReward(command) => reward::decide(judge, command),
        Command::ReverseReward(command) => reward::reverse(judge, command),
        Command::FundReward(command) => reward::fund(judge, command),
        Command::GrantReward(command) => reward::grant(judge, command),
        Command::OpenPacket(command) => packet::open(judge, command),
        Command::CreatePayout(command) => payout::create(judge, command),
        Command::MarkPayoutPaid(command) => payout::mark_paid(judge, command),
        Command::CancelPayout(command) => payout::cancel(judge, command),
        Command::GiveThanks(command) => badge::thank(judge, command),
    }?;
    completeness::note_fills(state, context, &mut events);
    goal_notice::tell(state, context.now, &mut events);
    reward::grant_for(state, context, &mut events);
    badge::give(state, context, &mut events);
    crate::delivery::tell_webhooks(state, &mut events, context.now);
    check_bounds(state, &events)?;
    Ok(events)
}

/// When `Command::Tick` will next have something to do, seen at `now`; none = never, as things stand. Not later than `now`:
/// at once.
pub fn next_deadline(state: &State, now: Timestamp) -> Option<Timestamp> {
    tick::next_deadline(state, now)
}

/// Guarantee G3: a commit is never split, so it must not be large; and every row must fit the store.
fn check_bounds(state: &State, events: &[Event]) -> Result<(), Rejection> {
    let mut sizes: BTreeMap<EntityKey, usize> = BTreeMap::new();
    for event in events {
        // What no watch sees is not part of what a watch is sent whole.
        let Some(key) = event.subject().filter(|key| key.kind.is_watchable()) else {
            continue;
        };
        let size = wire_bytes(state, event, key);
        let largest = sizes.entry(key).or_default();
        *largest = size.max(*largest);
        check_pipeline(event)?;
        let row_bytes = row_bytes(state, event);
        if row_bytes > MAX_ROW_BYTES {
            return Err(Rejection::new(
                Reason::OpportunityTooLarge,
                "",
                format!(
                    "{} would take about {row_bytes} bytes, {MAX_ROW_BYTES} are allowed: shorten its note, or use fewer \
                     contacts and competitors",
                    key.long()
                ),
            ));
        }
    }
    let bytes: usize = sizes.values().sum();
    if sizes.len() > MAX_COMMIT_CHANGES || bytes > MAX_COMMIT_BYTES {
        return Err(Rejection::new(
            Reason::CommitTooLarge,
            "",
            format!(
                "this would change {} things, about {bytes} bytes, in one commit; at most {MAX_COMMIT_CHANGES} things and \
                 {MAX_COMMIT_BYTES} bytes are allowed: split the request",
                sizes.len()
            ),
        ));
    }
    Ok(())
}

/// A pipeline's gates are bounded together: one by one they may all be as large as they like.
fn check_pipeline(event: &Event) -> Result<(), Rejection> {
    let (Event::PipelineCreated { pipeline } | Event::PipelineUpdated { pipeline, .. }) = event
    else {
        return Ok(());
    };
    let bytes = Entity::Pipeline(Arc::new(pipeline.clone())).wire_bytes();
    if bytes <= MAX_ROW_BYTES {
        return Ok(());
    }
    Err(Rejection::new(
        Reason::PipelineTooLarge,
        "",
        format!(
            "{} would take about {bytes} bytes with all its gates, {MAX_ROW_BYTES} are allowed: demand less",
            pipeline.name
        ),
    ))
}

/// Estimated bytes on the wire of what an event leaves behind.
fn wire_bytes(state: &State, event: &Event, key: EntityKey) -> usize {
    let current = || state.entity(key).map_or(0, |entity| entity.wire_bytes());
    match event {
        Event::OpportunityCreated { opportunity }
        | Event::OpportunityImported { opportunity, .. } => opportunity.wire_bytes(),
        Event::OpportunityAmended { amendment, .. } => {
            let note = amendment.note.clone().resolve(None).map_or(0, |n| n.len());
            let name = amendment.name.as_ref().map_or(0, |name| name.len());
            let lists = amendment.contacts.as_ref().map_or(0, Vec::len)
                + amendment.collaborators.as_ref().map_or(0, Vec::len)
                + amendment.competitors.as_ref().map_or(0, Vec::len) * 4;
            current() + note + name + lists * REFERENCE_BYTES
        }
        Event::OpportunityMoved { movement }
        | Event::OpportunityLost { movement }
        | Event::OpportunityReopened { movement } => current() + movement.text_bytes(),
        Event::PipelineCreated { pipeline } | Event::PipelineUpdated { pipeline, .. } => {
            ENTITY_BASE_BYTES * (1 + pipeline.stages.len())
                + HOLIDAY_BYTES * pipeline.calendar.holidays.len()
        }
        Event::ApprovalRequested { approval }
        | Event::ApprovalDecided { approval }
        | Event::ApprovalEnded { approval }
        | Event::ApprovalBroughtBack { approval } => {
            let texts = [&approval.note, &approval.decision_reason];
            ENTITY_BASE_BYTES
                + texts
                    .into_iter()
                    .flatten()
                    .map(|text| text.len())
                    .sum::<usize>()
        }
        Event::ActivityLogged { activity } => {
            ENTITY_BASE_BYTES + activity.note.as_ref().map_or(0, |note| note.len())
        }
        Event::NoticePosted { notice } => ENTITY_BASE_BYTES + notice.figures.wire_bytes(),
        Event::RewardGranted { reward } | Event::RewardUpdated { reward, .. } => {
            ENTITY_BASE_BYTES + reward.wire_bytes()
        }
        Event::SchemeCreated { scheme } | Event::SchemeUpdated { scheme, .. } => {
            ENTITY_BASE_BYTES + scheme.wire_bytes()
        }
        Event::PacketSent { .. } | Event::PacketUpdated { .. } => ENTITY_BASE_BYTES,
        _ => current() + ENTITY_BASE_BYTES,
    }
}

/// Estimated bytes of an opportunity's row after an event; other rows are bounded by their fields.
fn row_bytes(state: &State, event: &Event) -> usize {
    match event {
        Event::OpportunityCreated { opportunity }
        | Event::OpportunityImported { opportunity, .. } => opportunity.row_bytes(),
        Event::OpportunityAmended {
            opportunity,
            amendment,
            ..
        } => state.opportunity(*opportunity).map_or(0, |current| {
            let mut after = Opportunity::clone(current);
            amend(&mut after, amendment);
            after.row_bytes()
        }),
        Event::OpportunityMoved { movement }
        | Event::OpportunityLost { movement }
        | Event::OpportunityReopened { movement } => state
            .opportunity(movement.opportunity)
            .map_or(0, |current| {
                current.row_bytes() + STAGE_ENTRY_BYTES + movement.text_bytes()
            }),
        _ => 0,
    }
}
