//! Asks the server what a move would do, changing nothing.

use sluice_proto::v1;

use crate::client::{Connection, refusal, timed};
use crate::layer::{MovePreview, Unmet};
use crate::message::Refusal;
use crate::wire::id;

/// What a move would do.
pub(super) async fn read(
    connection: &Connection,
    deal: u64,
    stage: u64,
) -> Result<MovePreview, Refusal> {
    let request = v1::MoveOpportunityRequest {
        id: id::opportunity(deal),
        stage_id: id::stage(stage),
        validate_only: true,
        ..Default::default()
    };
    let answer = connection
        .opportunities()
        .move_opportunity(timed(request))
        .await
        .map_err(|status| refusal(&status))?;
    let preview = answer.into_inner().preview.unwrap_or_default();
    Ok(translated(preview))
}

fn translated(wire: v1::MovePreview) -> MovePreview {
    let money =
        |money: &Option<v1::Money>| money.as_ref().map(|money| i128::from(money.amount_minor));
    let bp = |bp: i32| u32::try_from(bp).unwrap_or(0);
    let gap = money(&wire.gap_before).zip(money(&wire.gap_after));
    let asks = |unmet: &v1::UnmetDemand| unmet.code == "APPROVAL_REQUIRED";
    let needs_approval = wire.unmet_demands.iter().any(asks);
    MovePreview {
        allowed: wire.allowed,
        override_allowed: wire.override_allowed,
        needs_approval,
        waiting: needs_approval && !wire.approval_id.is_empty(),
        chance_bp: (
            bp(wire.win_probability_before_bp),
            bp(wire.win_probability_after_bp),
        ),
        weighted_minor: (
            money(&wire.weighted_amount_before).unwrap_or(0),
            money(&wire.weighted_amount_after).unwrap_or(0),
        ),
        gap_minor: gap,
        metrics: wire.metrics,
        uncredited_reason: wire.uncredited_reason,
        unmet: wire
            .unmet_demands
            .into_iter()
            .map(|unmet| Unmet {
                code: unmet.code,
                field: unmet.field,
                description: unmet.description,
            })
            .collect(),
    }
}
