//! The difference between two instants, between API and domain.

use sluice_domain::{
    Scope, Timestamp,
    difference::{Detail, Difference, DifferenceItem, DifferenceKind, OpenStock},
};
use sluice_proto::v1;

use super::{
    Call, Fields,
    funnel::count,
    metric::minor,
    scope,
    value::{Id as _, date_or_empty, id_or_empty, time},
};
use crate::grpc::status::Refusal;

/// What GetPipelineDifference asks for.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// After this instant.
    pub from: Timestamp,
    /// Up to and including this one.
    pub to: Timestamp,
    /// What part of the workspace.
    pub scope: Scope,
    /// Which items; not said = all.
    pub kind: v1::DifferenceKind,
}

/// Reads GetPipelineDifference.
///
/// # Errors
/// All that is wrong with it.
pub fn query(
    request: &v1::GetPipelineDifferenceRequest,
    call: &Call,
    now: Timestamp,
) -> Result<Asked, Refusal> {
    let mut fields = Fields::under("");
    let from = fields.optional_time("from_time", request.from_time);
    let to = fields
        .optional_time("to_time", request.to_time)
        .unwrap_or(now);
    if from.is_none() {
        fields.invalid("from_time", "is missing: name the earlier instant");
    } else if from > Some(to) {
        fields.invalid("from_time", "must not be after to_time");
    }
    let v1::GetPipelineDifferenceRequest {
        pipeline_id,
        owner_id,
        team_id,
        kind,
        ..
    } = request;
    let asked = Asked {
        from: from.unwrap_or(to),
        to,
        scope: scope::read(&mut fields, call, pipeline_id, owner_id, team_id),
        kind: fields.enumeration("kind", *kind),
    };
    fields.finish(asked)
}

/// Writes a difference, without its items.
pub fn write(difference: &Difference, call: &Call) -> v1::GetPipelineDifferenceResponse {
    let lines = difference.lines().into_iter();
    v1::GetPipelineDifferenceResponse {
        lines: lines
            .map(|(kind, number, amount_minor)| v1::DifferenceLine {
                kind: write_kind(kind).into(),
                count: count(number),
                amount_minor: minor(amount_minor),
            })
            .collect(),
        items: Vec::new(),
        next_page_token: String::new(),
        before: Some(write_stock(&difference.before)),
        after: Some(write_stock(&difference.after)),
        currency_code: call.currency().code().to_owned(),
        revision: call.state.revision(),
    }
}

fn write_stock(stock: &OpenStock) -> v1::OpenStock {
    v1::OpenStock {
        count: count(stock.count),
        amount_minor: minor(stock.amount_minor),
        weighted_minor: minor(stock.weighted_minor),
        stalled_count: count(stock.stalled_count),
        stalled_amount_minor: minor(stock.stalled_amount_minor),
    }
}

/// Writes one thing that happened.
pub fn write_item(item: &DifferenceItem) -> v1::DifferenceItem {
    let (mut from_stage_id, mut to_stage_id) = (String::new(), String::new());
    let (mut before, mut after) = (String::new(), String::new());
    match item.detail {
        Detail::Stages(from, to) => {
            (from_stage_id, to_stage_id) = (id_or_empty(from), id_or_empty(to))
        }
        Detail::Amounts(from, to) => (before, after) = (from.to_string(), to.to_string()),
        Detail::Dates(from, to) => (before, after) = (date_or_empty(from), date_or_empty(to)),
        Detail::Owners(from, to) => (before, after) = (id_or_empty(from), id_or_empty(to)),
        Detail::None => {}
    }
    v1::DifferenceItem {
        kind: write_kind(item.kind).into(),
        opportunity_id: item.opportunity.write(),
        name: item.name.to_string(),
        time: item.at.map(time),
        amount_minor: item.amount_minor,
        from_stage_id,
        to_stage_id,
        before,
        after,
    }
}

/// Writes what happened.
pub const fn write_kind(kind: DifferenceKind) -> v1::DifferenceKind {
    match kind {
        DifferenceKind::Created => v1::DifferenceKind::Created,
        DifferenceKind::MovedForward => v1::DifferenceKind::MovedForward,
        DifferenceKind::MovedBackward => v1::DifferenceKind::MovedBackward,
        DifferenceKind::Stalled => v1::DifferenceKind::Stalled,
        DifferenceKind::Won => v1::DifferenceKind::Won,
        DifferenceKind::Lost => v1::DifferenceKind::Lost,
        DifferenceKind::Reopened => v1::DifferenceKind::Reopened,
        DifferenceKind::AmountRaised => v1::DifferenceKind::AmountRaised,
        DifferenceKind::AmountLowered => v1::DifferenceKind::AmountLowered,
        DifferenceKind::DatePushed => v1::DifferenceKind::DatePushed,
        DifferenceKind::DatePulledIn => v1::DifferenceKind::DatePulledIn,
        DifferenceKind::OwnerChanged => v1::DifferenceKind::OwnerChanged,
        DifferenceKind::Archived => v1::DifferenceKind::Archived,
        DifferenceKind::Restored => v1::DifferenceKind::Restored,
    }
}
