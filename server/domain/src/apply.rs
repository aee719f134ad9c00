//! Applies facts to a state: total, without judgement, and the only thing that changes one.

use std::sync::Arc;

use crate::command::Patch;
use crate::completeness::FieldFill;
use crate::customer::Customer;
use crate::entity::Entity;
use crate::event::{Amendment, Event, Movement};
use crate::goal::Goal;
use crate::id::{MemberId, OpportunityId};
use crate::opportunity::{Direction, EntryOrigin, MoveUndo, Opportunity, StageEntry};
use crate::past::PastImage;
use crate::reward::Reward;
use crate::scheme::Scheme;
use crate::state::State;
use crate::time::Timestamp;

/// Applies one fact. Facts that `decide` made of this state never fail; a fact about something unknown changes nothing.
pub fn apply(state: &mut State, event: &Event) {
    let revision = state.next_revision();
    macro_rules! store {
        ($kind:ident, $value:expr) => {
            store!($kind, $value, None)
        };
        ($kind:ident, $value:expr, $at:expr) => {{
            let mut value = $value.clone();
            value.revision = revision;
            put(state, Entity::$kind(Arc::new(value)), $at, None);
        }};
    }
    match event {
        Event::WorkspaceSetUp { workspace } => store!(Workspace, workspace),
        Event::WorkspaceUpdated { workspace, at } => store!(Workspace, workspace, Some(*at)),
        Event::TeamCreated { team } => store!(Team, team),
        Event::TeamUpdated { team, at } => store!(Team, team, Some(*at)),
        Event::MemberCreated { member } => store!(Member, member),
        Event::MemberUpdated { member, at } => store!(Member, member, Some(*at)),
        Event::PipelineCreated { pipeline } => store!(Pipeline, pipeline),
        Event::PipelineUpdated { pipeline, at, .. } => store!(Pipeline, pipeline, Some(*at)),
        Event::CustomerCreated { customer } | Event::CustomerUpdated { customer } => {
            store!(Customer, customer);
        }
        Event::ContactCreated { contact } | Event::ContactUpdated { contact } => {
            store!(Contact, contact);
        }
        Event::OpportunityCreated { opportunity } => {
            let mut opportunity = Opportunity::clone(opportunity);
            opportunity.revision = revision;
            state.put(Entity::Opportunity(Arc::new(opportunity)));
        }
        Event::OpportunityImported {
            opportunity,
            at,
            actor,
            ..
        } => {
            let mut opportunity = Opportunity::clone(opportunity);
            opportunity.revision = revision;
            opportunity.undo = None;
            let opportunity = Entity::Opportunity(Arc::new(opportunity));
            put(state, opportunity, Some(*at), *actor);
        }
        Event::OpportunityAmended {
            opportunity,
            amendment,
            at,
            actor,
            ..
        } => edit(state, *opportunity, *at, *actor, |opportunity| {
            amend(opportunity, amendment);
            let mover = opportunity.history.last().and_then(|entry| entry.actor);
            if *actor != mover {
                opportunity.undo = None;
            }
        }),
        Event::OpportunityMoveUndone {
            opportunity, at, ..
        } => edit(state, *opportunity, *at, None, undo_move),
        Event::OpportunityMoved { movement }
        | Event::OpportunityLost { movement }
        | Event::OpportunityReopened { movement } => {
            edit(
                state,
                movement.opportunity,
                movement.at,
                None,
                |opportunity| {
                    enter_stage(opportunity, movement, revision);
                },
            );
        }
        Event::OpportunityArchived {
            opportunity,
            at,
            actor,
        } => {
            edit(state, *opportunity, *at, *actor, |opportunity| {
                opportunity.archived = true;
                opportunity.undo = None;
            });
        }
        Event::OpportunityRestored {
            opportunity,
            at,
            actor,
        } => {
            edit(state, *opportunity, *at, *actor, |opportunity| {
                opportunity.archived = false;
                opportunity.undo = None;
            });
        }
        Event::OpportunityStagnated {
            opportunity,
            stagnation,
            at,
            ..
        } => edit(state, *opportunity, *at, None, |opportunity| {
            opportunity.stagnation = Some(*stagnation);
        }),
        Event::StagnationLifted {
            opportunity,
            stagnation,
            at,
            ..
        } => edit(state, *opportunity, *at, None, |opportunity| {
            opportunity.stagnation = *stagnation;
        }),
        Event::AlertRaised { alert } | Event::AlertUpdated { alert, .. } => store!(Alert, alert),
        Event::ActivityLogged { activity } => store!(Activity, activity),
        Event::GoalCreated { goal } | Event::GoalUpdated { goal } => store!(Goal, goal),
        Event::GoalReached { goal, percent, .. } => {
            let Some(current) = state.goal(*goal) else {
                return;
            };
            let mut goal = Goal::clone(current);
            goal.told_percent = goal.told_percent.max(*percent);
            store!(Goal, goal);
        }
        Event::ApprovalRequested { approval }
        | Event::ApprovalDecided { approval }
        | Event::ApprovalEnded { approval }
        | Event::ApprovalBroughtBack { approval } => store!(Approval, approval),
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
        Event::WebhookCreated { webhook } | Event::WebhookUpdated { webhook } => {
            store!(Webhook, webhook);
        }
        Event::DigestScheduleCreated { schedule } | Event::DigestScheduleUpdated { schedule } => {
            store!(DigestSchedule, schedule);
        }
        Event::DigestScheduleDeleted { schedule } => state.remove((*schedule).into()),
        Event::DeliveryQueued { delivery } => store!(Delivery, delivery),
        Event::DeliveryAttempted {
            delivery,
            result,
            at,
        } => crate::delivery::attempted(state, *delivery, result, *at),
        Event::DeliveryRetried { delivery, at } => crate::delivery::retried(state, *delivery, *at),
        Event::CustomerFieldFilled { customer, fill } => {
            let Some(current) = state.customer(*customer) else {
                return;
            };
            let mut customer = Customer::clone(current);
            customer.filled.push(FieldFill { revision, ..*fill });
            store!(Customer, customer);
        }
        Event::SchemeCreated { scheme } | Event::SchemeUpdated { scheme, .. } => {
            store!(Scheme, Scheme::clone(scheme));
        }
        Event::RewardGranted { reward } => {
            let mut reward = Reward::clone(reward);
            reward.granted_revision = revision;
            store!(Reward, reward);
        }
        Event::RewardUpdated { reward, .. } => store!(Reward, Reward::clone(reward)),
        Event::LedgerPosted { transaction } => store!(LedgerTransaction, transaction),
        Event::PacketSent { packet } | Event::PacketUpdated { packet } => store!(Packet, packet),
        Event::PayoutCreated { payout } | Event::PayoutUpdated { payout } => {
            store!(Payout, payout);
        }
        Event::BadgeGiven { badge } => store!(Badge, badge),
    }
}

/// Stores a thing, and what it was until this instant where that is needed to know the past.
fn put(state: &mut State, entity: Entity, at: Option<Timestamp>, actor: Option<MemberId>) {
    if let Some(at) = at
        && let Some(before) = state.entity(entity.key())
        && let Some(image) = PastImage::of_change(state, &before, &entity, at, actor)
    {
        state.put(Entity::PastImage(Arc::new(image)));
    }
    state.put(entity);
}

fn edit(
    state: &mut State,
    id: OpportunityId,
    at: Timestamp,
    actor: Option<MemberId>,
    change: impl FnOnce(&mut Opportunity),
) {
    let Some(current) = state.opportunity(id) else {
        return;
    };
    let mut opportunity = Opportunity::clone(current);
    change(&mut opportunity);
    opportunity.revision = state.next_revision();
    let opportunity = Entity::Opportunity(Arc::new(opportunity));
    put(state, opportunity, Some(at), actor);
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
        opportunity.expect_contract(date);
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

/// Takes the last move back: everything is as it was before it.
fn undo_move(opportunity: &mut Opportunity) {
    let Some(undo) = opportunity.undo.take() else {
        return;
    };
    opportunity.history.pop();
    if let Some(last) = opportunity.history.last() {
        opportunity.stage = last.stage;
    }
    opportunity.high_water = undo.high_water;
    opportunity.closed_at = undo.closed_at;
    opportunity.stagnation = undo.stagnation;
    opportunity.edit_extra(|extra| extra.loss_reason = undo.loss_reason);
}

fn enter_stage(opportunity: &mut Opportunity, movement: &Movement, revision: u64) {
    opportunity.undo = Some(Box::new(MoveUndo {
        revision,
        high_water: opportunity.high_water,
        closed_at: opportunity.closed_at,
        loss_reason: opportunity.extra().loss_reason.clone(),
        stagnation: opportunity.stagnation,
    }));
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
        override_reason: movement.override_reason.clone(),
        approval: movement.approval,
        raised: !movement.credited && movement.high_water != opportunity.high_water,
        origin: EntryOrigin::Live,
        time_known: true,
        amount_stated: false,
        occurrence: 0,
    });
    opportunity.stage = movement.to;
    opportunity.stagnation = None;
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
