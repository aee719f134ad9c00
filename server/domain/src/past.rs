//! The past image: what something was before it changed, so that any past instant can be seen as it was (DOMAIN.md §5).
//!
//! Stages are dated by the history of each opportunity. Everything else that a view of the past needs is kept here, when
//! it changes: of an opportunity the fields that changed, of a pipeline, team, member and the workspace the whole. An
//! image says until when it held; before the earliest image, what it tells held from the beginning.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::command::Patch;
use crate::entity::{Entity, EntityKey};
use crate::id::{CustomerId, MemberId, PastImageId};
use crate::member::Member;
use crate::opportunity::Opportunity;
use crate::pipeline::Pipeline;
use crate::state::State;
use crate::team::Team;
use crate::time::{Date, Timestamp};
use crate::workspace::Workspace;

/// Fields of an opportunity as they were; only those that changed then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastFace {
    /// What people called it.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Box<str>>,
    /// Its amount in minor units.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub amount_minor: Option<i64>,
    /// When the contract was expected.
    #[serde(rename = "d", default, skip_serializing_if = "Patch::is_keep")]
    pub expected_contract_date: Patch<Date>,
    /// Who sold it.
    #[serde(rename = "o", default, skip_serializing_if = "Patch::is_keep")]
    pub owner: Patch<MemberId>,
    /// Who might have bought.
    #[serde(rename = "c", default, skip_serializing_if = "Patch::is_keep")]
    pub customer: Patch<CustomerId>,
    /// Whether it was put away.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
    /// Its own win probability, in basis points.
    #[serde(rename = "p", default, skip_serializing_if = "Patch::is_keep")]
    pub win_probability_override_bp: Patch<u16>,
    /// How often its contract date had been moved later.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub push_count: Option<u32>,
}

impl PastFace {
    /// What of a face a change replaced.
    fn of_change(before: &Opportunity, after: &Opportunity) -> Self {
        fn patch<T: PartialEq + Copy>(before: Option<T>, after: Option<T>) -> Patch<T> {
            if before == after {
                Patch::Keep
            } else {
                Patch::from_option(before)
            }
        }
        Self {
            name: (before.name != after.name).then(|| before.name.clone()),
            amount_minor: (before.amount_minor != after.amount_minor)
                .then_some(before.amount_minor),
            expected_contract_date: patch(
                before.expected_contract_date,
                after.expected_contract_date,
            ),
            owner: patch(before.owner, after.owner),
            customer: patch(before.customer, after.customer),
            archived: (before.archived != after.archived).then_some(before.archived),
            win_probability_override_bp: patch(
                before.extra().win_probability_override_bp,
                after.extra().win_probability_override_bp,
            ),
            push_count: (before.push_count != after.push_count).then_some(before.push_count),
        }
    }
}

/// What something was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PastValue {
    /// Settings of the workspace.
    #[serde(rename = "w")]
    Workspace(Arc<Workspace>),
    /// A team.
    #[serde(rename = "t")]
    Team(Arc<Team>),
    /// A member.
    #[serde(rename = "m")]
    Member(Arc<Member>),
    /// A pipeline with its stages.
    #[serde(rename = "p")]
    Pipeline(Arc<Pipeline>),
    /// The changed fields of an opportunity.
    #[serde(rename = "o")]
    Opportunity(Box<PastFace>),
}

/// What something was until it changed. Never edited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastImage {
    /// Its id.
    pub id: PastImageId,
    /// What it is an image of.
    pub key: EntityKey,
    /// The first instant at which it no longer held.
    pub until: Timestamp,
    /// What held.
    pub value: PastValue,
    /// Who changed it; none = the built-in administrator, time, or that was not kept.
    #[serde(rename = "by", default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<MemberId>,
    /// Revision of the commit that replaced it.
    pub revision: u64,
}

impl PastImage {
    /// What a change at an instant replaced; none when nothing did that a view of the past needs.
    pub(crate) fn of_change(
        state: &State,
        before: &Entity,
        after: &Entity,
        at: Timestamp,
        actor: Option<MemberId>,
    ) -> Option<Self> {
        let value = match (before, after) {
            (Entity::Workspace(before), Entity::Workspace(_)) => {
                PastValue::Workspace(before.clone())
            }
            (Entity::Team(before), Entity::Team(_)) => PastValue::Team(before.clone()),
            (Entity::Member(before), Entity::Member(_)) => PastValue::Member(before.clone()),
            (Entity::Pipeline(before), Entity::Pipeline(_)) => PastValue::Pipeline(before.clone()),
            (Entity::Opportunity(before), Entity::Opportunity(after)) => {
                let face = PastFace::of_change(before, after);
                if face == PastFace::default() {
                    return None;
                }
                PastValue::Opportunity(Box::new(face))
            }
            _ => return None,
        };
        let key = before.key();
        // A clock set back must not put the images of one thing out of order.
        let last = state.last_past_image(key).map(|image| image.until);
        Some(Self {
            id: state.next_past_image(),
            key,
            until: last.map_or(at, |last| last.max(at)),
            value,
            actor,
            revision: state.next_revision(),
        })
    }
}
