//! The timeline of an opportunity or a customer: what was done, where it moved, what was amended and approved, newest first.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::activity::Activity;
use crate::approval::{Approval, ApprovalState};
use crate::command::Patch;
use crate::entity::EntityKey;
use crate::id::{CustomerId, MemberId, OpportunityId};
use crate::opportunity::Opportunity;
use crate::past::{PastFace, PastImage, PastValue};
use crate::state::State;
use crate::time::{Date, Timestamp};

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
        if face_of(image).is_none_or(|face| values_of(face).is_empty()) {
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
fn face_of(image: &PastImage) -> Option<&PastFace> {
    match &image.value {
        PastValue::Opportunity(face) => Some(face),
        _ => None,
    }
}

/// A field of an opportunity, and what it was or became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    /// Its name.
    Name(Box<str>),
    /// Its amount in minor units.
    Amount(i64),
    /// When the contract is expected.
    ExpectedContractDate(Option<Date>),
    /// Who sells it.
    Owner(Option<MemberId>),
    /// Who may buy.
    Customer(Option<CustomerId>),
    /// Whether it is put away.
    Archived(bool),
    /// Its own win probability, in basis points.
    WinProbability(Option<u16>),
}

impl FieldValue {
    /// The field, as the API names it.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Name(_) => "name",
            Self::Amount(_) => "amount",
            Self::ExpectedContractDate(_) => "expected_contract_date",
            Self::Owner(_) => "owner_id",
            Self::Customer(_) => "customer_id",
            Self::Archived(_) => "archived",
            Self::WinProbability(_) => "win_probability_override_bp",
        }
    }
}

/// The values that an image kept.
fn values_of(face: &PastFace) -> Vec<FieldValue> {
    fn told<T: Copy>(patch: &Patch<T>) -> Option<Option<T>> {
        match patch {
            Patch::Keep => None,
            Patch::Clear => Some(None),
            Patch::Set(value) => Some(Some(*value)),
        }
    }
    let values = [
        face.name.clone().map(FieldValue::Name),
        face.amount_minor.map(FieldValue::Amount),
        told(&face.expected_contract_date).map(FieldValue::ExpectedContractDate),
        told(&face.owner).map(FieldValue::Owner),
        told(&face.customer).map(FieldValue::Customer),
        face.archived.map(FieldValue::Archived),
        told(&face.win_probability_override_bp).map(FieldValue::WinProbability),
    ];
    values.into_iter().flatten().collect()
}

/// The present value of the same field.
fn present(opportunity: &Opportunity, like: &FieldValue) -> FieldValue {
    match like {
        FieldValue::Name(_) => FieldValue::Name(opportunity.name.clone()),
        FieldValue::Amount(_) => FieldValue::Amount(opportunity.amount_minor),
        FieldValue::ExpectedContractDate(_) => {
            FieldValue::ExpectedContractDate(opportunity.expected_contract_date)
        }
        FieldValue::Owner(_) => FieldValue::Owner(opportunity.owner),
        FieldValue::Customer(_) => FieldValue::Customer(opportunity.customer),
        FieldValue::Archived(_) => FieldValue::Archived(opportunity.archived),
        FieldValue::WinProbability(_) => {
            FieldValue::WinProbability(opportunity.extra().win_probability_override_bp)
        }
    }
}

/// What an amendment changed: each field before and after it. After is what the next image that tells the field kept, or
/// what the field is now.
pub fn changes_of(
    state: &State,
    opportunity: &Opportunity,
    image: &PastImage,
) -> Vec<(FieldValue, FieldValue)> {
    let befores = face_of(image).map(values_of).unwrap_or_default();
    let later: Vec<FieldValue> = state
        .past_images_of(EntityKey::from(opportunity.id))
        .filter(|later| later.id > image.id)
        .filter_map(|later| face_of(later))
        .flat_map(values_of)
        .collect();
    let with_after = |before: FieldValue| {
        let same = |other: &&FieldValue| other.field() == before.field();
        let after = later.iter().find(same).cloned();
        let after = after.unwrap_or_else(|| present(opportunity, &before));
        (before, after)
    };
    befores.into_iter().map(with_after).collect()
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
