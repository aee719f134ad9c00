//! A member's queue between API and domain.

use sluice_domain::{MemberId, next_action::NextAction};
use sluice_proto::v1;

use super::{
    Call, Fields,
    metric::minor,
    stagnation::write_level,
    value::{Id as _, duration, id_or_empty, money},
};
use crate::grpc::status::Refusal;

/// Whose queue is asked for: a member who exists.
///
/// # Errors
/// What is wrong with the id, or that the caller is no member and must name one.
pub fn member(request: &v1::ListNextActionsRequest, call: &Call) -> Result<MemberId, Refusal> {
    let mut fields = Fields::under("");
    let named: Option<MemberId> = fields.optional_id("member_id", &request.member_id);
    let member = named.or(call.actor.member);
    match member {
        None => fields.invalid(
            "member_id",
            format!(
                "is missing: {} is no member, so say whose queue to show",
                call.actor.label
            ),
        ),
        Some(member) if member != MemberId::NOBODY && call.state.member(member).is_none() => {
            fields.invalid("member_id", format!("{} does not exist", request.member_id));
        }
        Some(_) => {}
    }
    fields.finish(member.unwrap_or(MemberId::NOBODY))
}

/// Writes a part of a queue.
pub fn write(queue: &[NextAction], call: &Call) -> Vec<v1::NextAction> {
    queue
        .iter()
        .map(|action| {
            let opportunity = call.state.opportunity(action.opportunity);
            v1::NextAction {
                opportunity_id: action.opportunity.write(),
                name: opportunity.map_or_else(String::new, |found| found.name.to_string()),
                stage_id: id_or_empty(opportunity.map(|found| found.stage)),
                next_stage_id: action.next_stage.write(),
                amount: Some(money(action.amount_minor, call.currency())),
                gain_bp: action.gain_bp.into(),
                level: write_level(action.level).into(),
                time_left: action.left_micros.map(duration),
                days: i32::try_from(action.days).unwrap_or(i32::MAX),
                idle_days: i32::try_from(action.idle_days).unwrap_or(i32::MAX),
                score: minor(action.score),
            }
        })
        .collect()
}
