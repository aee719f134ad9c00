//! The timeline of an opportunity or a customer: what was done, where it moved, what was amended and approved, newest first.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::activity::Activity;
use crate::approval::{Approval, ApprovalState};
use crate::entity::EntityKey;
use crate::id::{CustomerId, OpportunityId};
use crate::opportunity::Opportunity;
use crate::past::{PastFace, PastImage, PastValue};
use crate::state::State;
use crate::time::Timestamp;

/// A step in the life of a request for approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ApprovalStep {
    /// It was asked for.
    Requested,
    /// It was given or refused.
    Decided,
    /// It was used up or became void.
    Ended,
}

/// Something on a timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimelineItem {
    /// An activity.
    Activity(Arc<Activity>),
    /// An entry into a stage.
    Entered {
        /// The opportunity.
        opportunity: Arc<Opportunity>,
        /// Place in its history, from 0.
        sequence: usize,
    },
    /// Fields of an opportunity changed.
    Amended {
        /// The opportunity as it is now.
        opportunity: Arc<Opportunity>,
        /// What it was before.
        image: Arc<PastImage>,
    },
    /// A step of a request for approval.
    Approval {
        /// The request as it is now.
        approval: Arc<Approval>,
        /// Which step.
        step: ApprovalStep,
    },
}

/// Where something stands on a timeline: by time, then by kind and number, so that the order is always the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// When.
    pub at: Timestamp,
    /// Which kind, which opportunity or id, which part of it.
    pub tie: (u8, u64, u64),
}

/// Everything on the timeline of an opportunity, newest first.
pub fn of_opportunity(state: &State, id: OpportunityId) -> Vec<(Place, TimelineItem)> {
    let mut items = Vec::new();
    gather(state, id, &mut items);
    for activity in state.activities_of(id) {
        items.push(of_activity(activity));
    }
    newest_first(items)
}

/// Everything on the timeline of a customer and of its opportunities, newest first.
pub fn of_customer(state: &State, id: CustomerId) -> Vec<(Place, TimelineItem)> {
    let mut items = Vec::new();
    for opportunity in state.opportunities_of_customer(id) {
        gather(state, opportunity.id, &mut items);
        // An opportunity may have had another customer when something was done for it.
        let elsewhere = state
            .activities_of(opportunity.id)
            .filter(|activity| activity.customer != Some(id));
        items.extend(elsewhere.map(of_activity));
    }
    items.extend(state.activities_of_customer(id).map(of_activity));
    newest_first(items)
}

fn newest_first(mut items: Vec<(Place, TimelineItem)>) -> Vec<(Place, TimelineItem)> {
    items.sort_unstable_by_key(|(place, _)| Reverse(*place));
    items
}

fn of_activity(activity: &Arc<Activity>) -> (Place, TimelineItem) {
    let place = Place {
        at: activity.occurred_at,
        tie: (3, activity.id.0, 0),
    };
    (place, TimelineItem::Activity(activity.clone()))
}

/// What a state knows of an opportunity besides its activities.
fn gather(state: &State, id: OpportunityId, items: &mut Vec<(Place, TimelineItem)>) {
    let Some(opportunity) = state.opportunity(id) else {
        return;
    };
    for (sequence, entry) in opportunity.history.iter().enumerate() {
        let place = Place {
            at: entry.entered_at,
            tie: (1, id.0, sequence as u64),
        };
        let opportunity = opportunity.clone();
        items.push((
            place,
            TimelineItem::Entered {
                opportunity,
                sequence,
            },
        ));
    }
    for image in state.past_images_of(EntityKey::from(id)) {
        if face_of(image).is_none_or(|face| fields_of(face).is_empty()) {
            continue;
        }
        let place = Place {
            at: image.until,
            tie: (2, image.id.0, 0),
        };
        let opportunity = opportunity.clone();
        let image = image.clone();
        items.push((place, TimelineItem::Amended { opportunity, image }));
    }
    for approval in state.approvals_of(id) {
        let steps = [
            (ApprovalStep::Requested, Some(approval.created_at)),
            (ApprovalStep::Decided, approval.decided_at),
            (ApprovalStep::Ended, approval.ended_at),
        ];
        for (step, at) in steps {
            let Some(at) = at else { continue };
            let place = Place {
                at,
                tie: (0, approval.id.0, step as u64),
            };
            let approval = approval.clone();
            items.push((place, TimelineItem::Approval { approval, step }));
        }
    }
}

/// What an image of an opportunity kept.
pub fn face_of(image: &PastImage) -> Option<&PastFace> {
    match &image.value {
        PastValue::Opportunity(face) => Some(face),
        _ => None,
    }
}

/// The fields an image says were amended, as the API names them.
pub fn fields_of(face: &PastFace) -> Vec<&'static str> {
    let named = [
        ("name", face.name.is_some()),
        ("amount", face.amount_minor.is_some()),
        (
            "expected_contract_date",
            !face.expected_contract_date.is_keep(),
        ),
        ("owner_id", !face.owner.is_keep()),
        ("customer_id", !face.customer.is_keep()),
        ("archived", face.archived.is_some()),
        (
            "win_probability_override_bp",
            !face.win_probability_override_bp.is_keep(),
        ),
    ];
    named
        .into_iter()
        .filter(|(_, changed)| *changed)
        .map(|(name, _)| name)
        .collect()
}

/// The amounts before and after an amendment, in minor units, if it changed the amount.
pub fn amounts_of(
    state: &State,
    opportunity: &Opportunity,
    image: &PastImage,
) -> Option<(i64, i64)> {
    let before = face_of(image)?.amount_minor?;
    let after = state
        .past_images_of(EntityKey::from(opportunity.id))
        .filter(|later| later.id > image.id)
        .find_map(|later| face_of(later)?.amount_minor);
    Some((before, after.unwrap_or(opportunity.amount_minor)))
}

/// The state of a request after one of its steps.
pub fn state_after(approval: &Approval, step: ApprovalStep) -> ApprovalState {
    match step {
        ApprovalStep::Requested => ApprovalState::Pending,
        ApprovalStep::Ended => approval.state,
        ApprovalStep::Decided => match approval.state {
            // What ended after a decision had been approved.
            ApprovalState::Used | ApprovalState::Void => ApprovalState::Approved,
            other => other,
        },
    }
}
