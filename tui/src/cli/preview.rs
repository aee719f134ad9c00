//! What a move would do, as `sluice opportunity move --dry-run` prints it.

use sluice_proto::v1;

use super::{
    failure::Outcome,
    output::{Cell, Column, Sheet, shown},
    reference::short,
    session::Session,
    value::{enum_word, percent_cell},
};

const COLUMNS: &[Column] = &[
    shown("allowed", "ALLOWED"),
    shown("movement", "MOVEMENT"),
    shown("win_probability_before_bp", "CHANCE NOW"),
    shown("win_probability_after_bp", "CHANCE THEN"),
    shown("weighted_before", "WEIGHTED NOW"),
    shown("weighted_after", "WEIGHTED THEN"),
    shown("gap_before", "GAP NOW"),
    shown("gap_after", "GAP THEN"),
    shown("metrics", "SCORES"),
    shown("uncredited_reason", "WHY NOT"),
    shown("missing", "MISSING"),
    shown("override_allowed", "YOU MAY OVERRIDE"),
    shown("approval", "APPROVAL"),
];

/// Prints a preview as a card: what is missing first of all.
pub async fn print(
    session: &mut Session,
    answer: &v1::MoveOpportunityResponse,
    preview: &v1::MovePreview,
) -> Outcome {
    let setting = session.setting().await?;
    let yes = |it: bool| Cell::pair(if it { "yes" } else { "no" }, it.to_string());
    let missing: Vec<&str> = preview
        .unmet_demands
        .iter()
        .map(|demand| demand.description.as_str())
        .collect();
    let codes: Vec<&str> = preview
        .unmet_demands
        .iter()
        .map(|demand| demand.code.as_str())
        .collect();
    let mut sheet = Sheet::new(COLUMNS);
    sheet.rows.push(vec![
        yes(preview.allowed),
        Cell::text(enum_word(preview.movement().as_str_name(), "MOVEMENT_")),
        percent_cell(preview.win_probability_before_bp),
        percent_cell(preview.win_probability_after_bp),
        setting.money_cell(preview.weighted_amount_before.as_ref()),
        setting.money_cell(preview.weighted_amount_after.as_ref()),
        setting.money_cell(preview.gap_before.as_ref()),
        setting.money_cell(preview.gap_after.as_ref()),
        Cell::text(preview.metrics.join(" ")),
        Cell::text(&preview.uncredited_reason),
        Cell::pair(missing.join("; "), codes.join(" ")),
        yes(preview.override_allowed),
        Cell::pair(short(&preview.approval_id), &preview.approval_id),
    ]);
    session
        .output
        .card("MoveOpportunityResponse", answer, &sheet)
}
