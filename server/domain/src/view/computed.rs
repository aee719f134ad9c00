//! The numbers of a thing: stored ones, and those that follow from its history, its activities and the clock.

use super::term::{NUMBER_DECIMALS, NUMBER_SCALE, NumberField};
use crate::entity::Entity;
use crate::opportunity::Opportunity;
use crate::stage::{Stage, StageKind};
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
    let Entity::Opportunity(opportunity) = entity else {
        return None;
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
        _ => {}
    }
    let (_, stage) = state.stage(opportunity.stage)?;
    match field {
        NumberField::Weighted => Some(units(opportunity.weighted_minor(stage))),
        NumberField::Probability => {
            Some(i128::from(opportunity.win_probability_bp(stage)) * NUMBER_SCALE / 100)
        }
        // Only what is still open spends time in its stage.
        _ if stage.kind != StageKind::Open => None,
        NumberField::Stale => {
            let clock = i128::from(opportunity.stage_clock_micros(now));
            Some(clock * NUMBER_SCALE / i128::from(MICROS_PER_DAY))
        }
        NumberField::Days => Some(whole_days(opportunity.stage_clock_micros(now))),
        NumberField::Over => {
            let left = micros_left(opportunity, stage, now)?;
            (left <= 0).then(|| whole_days(-left))
        }
        NumberField::Left => {
            let left = micros_left(opportunity, stage, now)?;
            (left > 0).then(|| whole_days(left))
        }
        NumberField::Amount | NumberField::Moves | NumberField::Idle => None,
    }
}

fn whole_days(micros: i64) -> i128 {
    i128::from(micros / MICROS_PER_DAY) * NUMBER_SCALE
}

/// Until the stage clock reaches the stage's period; negative after it; none without a period.
fn micros_left(opportunity: &Opportunity, stage: &Stage, now: Timestamp) -> Option<i64> {
    let period = i64::from(stage.stagnation_period_days?) * MICROS_PER_DAY;
    Some(period - opportunity.stage_clock_micros(now))
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
