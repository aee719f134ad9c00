//! The numbers of a thing: stored ones, and those that follow from its history, its activities and the clock.

use super::term::{NUMBER_DECIMALS, NUMBER_SCALE, NumberField};
use crate::entity::Entity;
use crate::opportunity::Opportunity;
use crate::pipeline::Pipeline;
use crate::stage::StageKind;
use crate::stagnation::{StageClock, StagnationLevel, threshold_micros};
use crate::state::State;
use crate::time::{MICROS_PER_DAY, Timestamp};

/// A number, times `NUMBER_SCALE`; none where the thing has no such number.
pub(super) fn number_of(
    field: NumberField,
    state: &State,
    entity: &Entity,
    now: Timestamp,
) -> Option<i128> {
    if field == NumberField::Idle {
        let since = last_activity(state, entity).or_else(|| match entity {
            Entity::Opportunity(row) => Some(row.created_at),
            Entity::Customer(row) => Some(row.created_at),
            _ => None,
        })?;
        return Some(whole_days(now.micros_since(since).max(0)));
    }
    let opportunity = match entity {
        Entity::Opportunity(opportunity) => opportunity,
        Entity::Goal(goal) => {
            let value = match field {
                NumberField::Target => goal.target,
                _ => return None,
            };
            return Some(i128::from(value) * NUMBER_SCALE);
        }
        _ => return None,
    };
    let units = |minor: i64| {
        let digits = state
            .workspace()
            .map_or(2, |workspace| workspace.currency.minor_digits());
        i128::from(minor) * 10_i128.pow(NUMBER_DECIMALS.saturating_sub(digits))
    };
    match field {
        NumberField::Amount => return Some(units(opportunity.amount_minor)),
        NumberField::Moves => {
            let moves = opportunity.history.len().saturating_sub(1);
            return Some(moves as i128 * NUMBER_SCALE);
        }
        NumberField::PushCount => return Some(i128::from(opportunity.push_count) * NUMBER_SCALE),
        _ => {}
    }
    let (pipeline, stage) = state.stage(opportunity.stage)?;
    match field {
        NumberField::Weighted => Some(units(opportunity.weighted_minor(stage))),
        NumberField::Probability => {
            Some(i128::from(opportunity.win_probability_bp(stage)) * NUMBER_SCALE / 100)
        }
        // Only what is still open spends time in its stage.
        _ if stage.kind != StageKind::Open => None,
        NumberField::Stale => {
            let clock = i128::from(clock_micros(state, pipeline, opportunity, now)?);
            Some(clock * NUMBER_SCALE / i128::from(MICROS_PER_DAY))
        }
        NumberField::Days => Some(whole_days(clock_micros(state, pipeline, opportunity, now)?)),
        NumberField::Over => {
            let period = threshold_micros(stage, StagnationLevel::Stalled)?;
            let left = period - clock_micros(state, pipeline, opportunity, now)?;
            (left <= 0).then(|| whole_days(-left))
        }
        NumberField::Left => {
            let period = threshold_micros(stage, StagnationLevel::Stalled)?;
            let left = period - clock_micros(state, pipeline, opportunity, now)?;
            (left > 0).then(|| whole_days(left))
        }
        _ => None,
    }
}

fn whole_days(micros: i64) -> i128 {
    i128::from(micros / MICROS_PER_DAY) * NUMBER_SCALE
}

/// How long the stage clock of an opportunity has run, on the days its pipeline counts (DOMAIN.md §3).
fn clock_micros(
    state: &State,
    pipeline: &Pipeline,
    opportunity: &Opportunity,
    now: Timestamp,
) -> Option<i64> {
    let clock = StageClock {
        calendar: &pipeline.calendar,
        zone: &state.workspace()?.time_zone,
    };
    Some(clock.micros(&opportunity.history, opportunity.stage, now))
}

/// When the last activity of an opportunity or with a customer happened.
pub(super) fn last_activity(state: &State, entity: &Entity) -> Option<Timestamp> {
    match entity {
        Entity::Opportunity(row) => {
            let activities = state.activities_of(row.id);
            activities.map(|activity| activity.occurred_at).max()
        }
        Entity::Customer(row) => {
            let activities = state.activities_of_customer(row.id);
            activities.map(|activity| activity.occurred_at).max()
        }
        _ => None,
    }
}
