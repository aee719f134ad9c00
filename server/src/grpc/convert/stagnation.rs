//! Levels of stagnation between API and domain.

use sluice_domain::{Opportunity, OpportunityId, StageId, Stagnation, StagnationLevel, State};
use sluice_proto::v1;

use super::value::{Id as _, id_or_empty, money, time};

/// Writes a level.
pub const fn write_level(level: StagnationLevel) -> v1::StagnationLevel {
    match level {
        StagnationLevel::Flowing => v1::StagnationLevel::Unspecified,
        StagnationLevel::Approaching => v1::StagnationLevel::Approaching,
        StagnationLevel::Stalled => v1::StagnationLevel::Stalled,
        StagnationLevel::Critical => v1::StagnationLevel::Critical,
    }
}

/// Writes that an opportunity, which is `after` now, reached a level, or fell below one.
pub fn write_event(
    opportunity: OpportunityId,
    stage: StageId,
    stagnation: Option<Stagnation>,
    after: Option<&Opportunity>,
    state: &State,
) -> v1::OpportunityStagnated {
    let currency = state.workspace().map(|workspace| workspace.currency);
    v1::OpportunityStagnated {
        opportunity_id: opportunity.write(),
        stage_id: stage.write(),
        level: write_level(
            stagnation.map_or(StagnationLevel::Flowing, |stagnation| stagnation.level),
        )
        .into(),
        reached_time: stagnation.map(|stagnation| time(stagnation.since)),
        owner_id: id_or_empty(after.and_then(|after| after.owner)),
        amount: after
            .zip(currency)
            .map(|(after, currency)| money(after.amount_minor, currency)),
    }
}
