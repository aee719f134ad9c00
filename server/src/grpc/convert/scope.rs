//! What reports are limited by: a pipeline, an owner, a team, a cycle.

use sluice_domain::{Cycle, EntityKey, MemberId, PipelineId, Scope, TeamId, Timestamp, Window};

use super::{Call, Fields, value::Id};

/// Reads the part of the workspace a report is about; whatever is named must exist.
pub fn read(fields: &mut Fields, call: &Call, pipeline: &str, owner: &str, team: &str) -> Scope {
    Scope {
        pipeline: existing::<PipelineId>(fields, call, "pipeline_id", pipeline),
        owner: existing::<MemberId>(fields, call, "owner_id", owner),
        team: existing::<TeamId>(fields, call, "team_id", team),
    }
}

/// Reads an id that may be empty and must name something that exists.
pub fn existing<I: Id + PartialEq + Into<EntityKey>>(
    fields: &mut Fields,
    call: &Call,
    field: &str,
    text: &str,
) -> Option<I> {
    let id: I = fields.optional_id(field, text)?;
    if id != I::NOBODY && call.state.entity(id.into()).is_none() {
        fields.invalid(field, format!("{text} does not exist"));
    }
    Some(id)
}

/// Reads a cycle; `None` when it is empty.
pub fn window(
    fields: &mut Fields,
    field: &str,
    cycle: &str,
    call: &Call,
    now: Timestamp,
) -> Option<Window> {
    if cycle.is_empty() {
        return None;
    }
    match Cycle::parse(cycle) {
        Ok(cycle) => Some(cycle.window(call.state.zone().date_of(now))),
        Err(error) => {
            fields.invalid(field, error.to_string());
            None
        }
    }
}
