//! What a move would do, as the API says it.

use sluice_domain::{Currency, State, preview::MovePreview};
use sluice_proto::v1;

use super::{
    opportunity,
    value::{id_or_empty, money},
};

/// Writes a preview.
pub fn write(preview: &MovePreview, state: &State) -> v1::MovePreview {
    let currency = state
        .workspace()
        .map_or(Currency::USD, |workspace| workspace.currency);
    let unmet = preview.unmet.iter().map(|demand| v1::UnmetDemand {
        code: demand.reason.name().to_owned(),
        field: demand.field.clone(),
        description: demand.description.clone(),
    });
    let gap = |minor: i128| {
        let bound = if minor < 0 { i64::MIN } else { i64::MAX };
        money(i64::try_from(minor).unwrap_or(bound), currency)
    };
    v1::MovePreview {
        allowed: preview.allowed,
        unmet_demands: unmet.collect(),
        override_allowed: preview.override_allowed,
        movement: opportunity::write_movement(preview.direction).into(),
        win_probability_before_bp: preview.probability_before_bp.into(),
        win_probability_after_bp: preview.probability_after_bp.into(),
        weighted_amount_before: Some(money(preview.weighted_before_minor, currency)),
        weighted_amount_after: Some(money(preview.weighted_after_minor, currency)),
        gap_before: preview.gap_minor.map(|(before, _)| gap(before)),
        gap_after: preview.gap_minor.map(|(_, after)| gap(after)),
        metrics: preview
            .metrics
            .iter()
            .map(|metric| metric.name().to_owned())
            .collect(),
        uncredited_reason: preview
            .uncredited_reason
            .map(|reason| reason.name().to_owned())
            .unwrap_or_default(),
        approval_id: id_or_empty(preview.approval),
    }
}
