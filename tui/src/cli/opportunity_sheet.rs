//! Deals and their history as tables and CSV.

use sluice_proto::v1;

use super::{
    output::{Cell, Column, Sheet, hidden, shown},
    reference::{Titles, short},
    value::{Setting, enum_word, percent_cell},
};

const COLUMNS: &[Column] = &[
    shown("id", "ID"),
    shown("name", "NAME"),
    shown("amount", "AMOUNT"),
    hidden("currency"),
    hidden("pipeline"),
    shown("stage", "STAGE"),
    hidden("stage_kind"),
    hidden("win_probability_override_bp"),
    shown("stage_entered_time", "IN STAGE"),
    shown("expected_contract_date", "CONTRACT"),
    shown("owner", "OWNER"),
    shown("customer", "CUSTOMER"),
    hidden("source"),
    hidden("grade"),
    hidden("competitors"),
    hidden("note"),
    hidden("external_id"),
    hidden("loss_reason"),
    hidden("close_time"),
    hidden("archived"),
    hidden("create_time"),
    hidden("etag"),
];

/// Deals.
pub fn sheet(deals: &[v1::Opportunity], titles: &Titles, setting: &Setting) -> Sheet {
    let mut sheet = Sheet::new(COLUMNS);
    sheet.rows = deals
        .iter()
        .map(|deal| row(deal, titles, setting))
        .collect();
    sheet
}

fn row(deal: &v1::Opportunity, titles: &Titles, setting: &Setting) -> Vec<Cell> {
    let currency = deal
        .amount
        .as_ref()
        .map_or("", |amount| &amount.currency_code);
    vec![
        Cell::pair(short(&deal.id), &deal.id),
        match deal.archived {
            true => Cell::pair(format!("{} (archived)", deal.name), &deal.name),
            false => Cell::text(&deal.name),
        },
        setting.money_cell(deal.amount.as_ref()),
        Cell::text(currency),
        Cell::text(titles.of(&deal.pipeline_id)),
        Cell::text(titles.of(&deal.stage_id)),
        Cell::text(enum_word(deal.stage_kind().as_str_name(), "STAGE_KIND_")),
        deal.win_probability_override_bp
            .map(percent_cell)
            .unwrap_or_default(),
        setting.age_cell(deal.stage_entered_time.as_ref()),
        Cell::text(&deal.expected_contract_date),
        Cell::text(titles.of(&deal.owner_id)),
        Cell::text(titles.of(&deal.customer_id)),
        Cell::text(&deal.source),
        Cell::text(enum_word(deal.grade().as_str_name(), "GRADE_").to_uppercase()),
        Cell::text(deal.competitors.join("; ")),
        Cell::text(&deal.note),
        Cell::text(&deal.external_id),
        Cell::text(&deal.loss_reason),
        setting.time_cell(deal.close_time.as_ref()),
        Cell::pair(
            if deal.archived { "yes" } else { "" },
            deal.archived.to_string(),
        ),
        setting.time_cell(deal.create_time.as_ref()),
        Cell::text(&deal.etag),
    ]
}

const HISTORY_COLUMNS: &[Column] = &[
    shown("sequence", "#"),
    shown("entered_time", "ENTERED"),
    shown("stage", "STAGE"),
    hidden("from_stage"),
    shown("movement", "MOVEMENT"),
    shown("seconds_in_stage", "STAYED"),
    shown("amount", "AMOUNT"),
    shown("credited", "CREDITED"),
    shown("uncredited_reason", "WHY NOT"),
    shown("reason", "REASON"),
    shown("actor", "BY"),
    shown("override_reason", "OVERRIDE"),
    hidden("approval"),
];

/// The stages a deal has been in.
pub fn history_sheet(entries: &[v1::StageEntry], titles: &Titles, setting: &Setting) -> Sheet {
    let mut sheet = Sheet::new(HISTORY_COLUMNS);
    for entry in entries {
        let entered = entry.entered_time.as_ref().map_or(0, |time| time.seconds);
        let left = entry
            .left_time
            .as_ref()
            .map_or(setting.now.as_second(), |time| time.seconds);
        let actor = entry.actor.as_ref();
        let member = actor
            .map(|actor| titles.of(&actor.member_id))
            .filter(|name| !name.is_empty());
        sheet.rows.push(vec![
            Cell::figure(entry.sequence.to_string(), entry.sequence.to_string()),
            setting.time_cell(entry.entered_time.as_ref()),
            Cell::text(titles.of(&entry.stage_id)),
            Cell::text(titles.of(&entry.from_stage_id)),
            Cell::text(enum_word(entry.movement().as_str_name(), "MOVEMENT_")),
            setting.span_cell(left - entered),
            setting.money_cell(entry.amount.as_ref()),
            Cell::pair(
                if entry.credited { "yes" } else { "" },
                entry.credited.to_string(),
            ),
            Cell::text(&entry.uncredited_reason),
            Cell::text(&entry.reason),
            Cell::text(
                member
                    .unwrap_or_else(|| actor.map(|actor| actor.label.clone()).unwrap_or_default()),
            ),
            Cell::text(&entry.override_reason),
            Cell::pair(short(&entry.approval_id), &entry.approval_id),
        ]);
    }
    sheet
}
