//! Applies facts to a state: total, without judgement, and the only thing that changes one.

use std::sync::Arc;

use crate::command::Patch;
use crate::entity::Entity;
use crate::event::{Amendment, Event, Movement};
use crate::id::OpportunityId;
use crate::opportunity::{Direction, EntryOrigin, Opportunity, StageEntry};
use crate::state::State;

/// Applies one fact. Facts that `decide` made of this state never fail; a fact about something unknown changes nothing.
pub fn apply(state: &mut State, event: &Event) {
    let revision = state.next_revision();
    macro_rules! store {
        ($kind:ident, $value:expr) => {{
            let mut value = $value.clone();
            value.revision = revision;
            state.put(Entity::$kind(Arc::new(value)));
        }};
    }
    match event {
        Event::WorkspaceSetUp { workspace } | Event::WorkspaceUpdated { workspace } => {
            store!(Workspace, workspace);
        }
        Event::TeamCreated { team } | Event::TeamUpdated { team } => store!(Team, team),
        Event::MemberCreated { member } | Event::MemberUpdated { member } => {
            store!(Member, member);
        }
        Event::PipelineCreated { pipeline } | Event::PipelineUpdated { pipeline, .. } => {
            store!(Pipeline, pipeline);
        }
        Event::CustomerCreated { customer } | Event::CustomerUpdated { customer } => {
            store!(Customer, customer);
        }
        Event::ContactCreated { contact } | Event::ContactUpdated { contact } => {
            store!(Contact, contact);
        }
        Event::OpportunityCreated { opportunity }
        | Event::OpportunityImported { opportunity, .. } => {
            let mut opportunity = Opportunity::clone(opportunity);
            opportunity.revision = revision;
            state.put(Entity::Opportunity(Arc::new(opportunity)));
        }
        Event::OpportunityAmended {
            opportunity,
            amendment,
            ..
        } => edit(state, *opportunity, |opportunity| {
            amend(opportunity, amendment);
        }),
        Event::OpportunityMoved { movement }
        | Event::OpportunityLost { movement }
        | Event::OpportunityReopened { movement } => {
            edit(state, movement.opportunity, |opportunity| {
                enter_stage(opportunity, movement);
            });
        }
        Event::OpportunityArchived { opportunity, .. } => {
            edit(state, *opportunity, |opportunity| {
                opportunity.archived = true
            });
        }
        Event::OpportunityRestored { opportunity, .. } => {
            edit(state, *opportunity, |opportunity| {
                opportunity.archived = false
            });
        }
        Event::ActivityLogged { activity } => store!(Activity, activity),
        Event::ScoreRecorded { entry } => store!(ScoreEntry, entry),
        Event::SavedViewCreated { view } | Event::SavedViewUpdated { view } => {
            store!(SavedView, view);
        }
        Event::SavedViewDeleted { id } => state.remove((*id).into()),
        Event::NoticePosted { notice } => {
            store!(Notice, notice);
            crate::notice::trim(state, notice.recipient);
        }
        Event::NoticeRead { notice, at } => crate::notice::read(state, *notice, *at),
    }
}

fn edit(state: &mut State, id: OpportunityId, change: impl FnOnce(&mut Opportunity)) {
    let Some(current) = state.opportunity(id) else {
        return;
    };
    let mut opportunity = Opportunity::clone(current);
    change(&mut opportunity);
    opportunity.revision = state.next_revision();
    state.put(Entity::Opportunity(Arc::new(opportunity)));
}

fn patch<T: Clone>(field: &mut Option<T>, patch: &Patch<T>) {
    match patch {
        Patch::Keep => {}
        Patch::Clear => *field = None,
        Patch::Set(value) => *field = Some(value.clone()),
    }
}

/// Writes an amendment's values into an opportunity.
pub(crate) fn amend(opportunity: &mut Opportunity, amendment: &Amendment) {
    if let Some(name) = &amendment.name {
        opportunity.name = name.clone();
    }
    if let Some(amount_minor) = amendment.amount_minor {
        opportunity.amount_minor = amount_minor;
    }
    if let Some(date) = amendment.expected_contract_date {
        opportunity.expected_contract_date = Some(date);
    }
    patch(&mut opportunity.owner, &amendment.owner);
    patch(&mut opportunity.customer, &amendment.customer);
    patch(&mut opportunity.source, &amendment.source);
    patch(&mut opportunity.grade, &amendment.grade);
    match &amendment.external_id {
        Patch::Keep => {}
        Patch::Clear => opportunity.external_id = None,
        Patch::Set(external_id) => opportunity.external_id = Some(external_id.as_ref().into()),
    }
    opportunity.edit_extra(|extra| {
        if let Some(contacts) = &amendment.contacts {
            extra.contacts.clone_from(contacts);
        }
        if let Some(collaborators) = &amendment.collaborators {
            extra.collaborators.clone_from(collaborators);
        }
        if let Some(competitors) = &amendment.competitors {
            extra.competitors.clone_from(competitors);
        }
        patch(
            &mut extra.win_probability_override_bp,
            &amendment.win_probability_override_bp,
        );
        patch(&mut extra.note, &amendment.note);
    });
}

fn enter_stage(opportunity: &mut Opportunity, movement: &Movement) {
    // One by one: histories are short and there are a million of them.
    opportunity.history.reserve_exact(1);
    opportunity.history.push(StageEntry {
        stage: movement.to,
        entered_at: movement.at,
        direction: movement.direction,
        amount_minor: movement.amount_minor,
        actor: movement.actor,
        credited: movement.credited,
        uncredited_reason: movement.uncredited_reason,
        comment: movement.comment.clone(),
        origin: EntryOrigin::Live,
        time_known: true,
        amount_stated: false,
        occurrence: 0,
    });
    opportunity.stage = movement.to;
    opportunity.high_water = movement.high_water;
    opportunity.closed_at = match movement.direction {
        // From one won stage to another it stays won since the first.
        Direction::Won => opportunity.closed_at.or(Some(movement.at)),
        Direction::Lost => Some(movement.at),
        _ => None,
    };
    let loss_reason = match movement.direction {
        Direction::Lost => movement.comment.clone(),
        _ => None,
    };
    opportunity.edit_extra(|extra| extra.loss_reason = loss_reason);
}
