//! `sluice next`: what a member should do next, and why.

use clap::Args;
use sluice_proto::v1;

use super::{
    failure::Outcome,
    output::{Cell, Column, Sheet, hidden, shown},
    reference::short,
    session::Session,
    value::{enum_word, percent_cell},
};

/// Options of `next`.
#[derive(Clone, Debug, Args)]
pub struct NextArgs {
    /// Whose queue; the caller's when absent
    #[arg(long)]
    member: Option<String>,
    /// Rows of a page
    #[arg(long, value_name = "ROWS", default_value_t = 50)]
    page_size: u16,
    /// Go on where an earlier page ended: its next_page_token
    #[arg(long, value_name = "TOKEN", default_value = "")]
    page_token: String,
}

const COLUMNS: &[Column] = &[
    shown("opportunity_id", "DEAL"),
    shown("name", "NAME"),
    hidden("stage_id"),
    shown("stage", "STAGE"),
    hidden("next_stage_id"),
    shown("next_stage", "NEXT"),
    shown("amount", "AMOUNT"),
    shown("gain_bp", "GAIN"),
    shown("seconds_left", "LEFT"),
    shown("level", "LEVEL"),
    shown("idle_days", "IDLE"),
    hidden("days"),
    shown("score", "SCORE"),
];

/// Runs `next`.
pub async fn next(args: NextArgs, session: &mut Session) -> Outcome {
    let request = v1::ListNextActionsRequest {
        member_id: match &args.member {
            Some(member) => session.directory.member(member).await?,
            None => String::new(),
        },
        page_size: args.page_size.into(),
        page_token: args.page_token,
    };
    let mut client = session.api.next_actions();
    let answer = client.list_next_actions(request).await?.into_inner();
    let (setting, titles) = (session.setting().await?, session.titles(false).await?);
    let mut sheet = Sheet::new(COLUMNS);
    for row in &answer.next_actions {
        sheet.rows.push(vec![
            Cell::pair(short(&row.opportunity_id), &row.opportunity_id),
            Cell::text(&row.name),
            Cell::text(&row.stage_id),
            Cell::text(titles.of(&row.stage_id)),
            Cell::text(&row.next_stage_id),
            Cell::text(titles.of(&row.next_stage_id)),
            setting.money_cell(row.amount.as_ref()),
            percent_cell(row.gain_bp),
            row.time_left.as_ref().map_or_else(Cell::default, |left| {
                let over = left.seconds < 0 || left.nanos < 0;
                let age = setting.span_cell(left.seconds.abs());
                if over { age.with_sign("-") } else { age }
            }),
            Cell::text(enum_word(row.level().as_str_name(), "STAGNATION_LEVEL_")),
            Cell::figure(format!("{}d", row.idle_days), row.idle_days.to_string()),
            Cell::text(row.days.to_string()),
            Cell::count(row.score),
        ]);
    }
    session.output.list(
        "ListNextActionsResponse",
        &answer,
        &sheet,
        "Nothing to do: no open deals.",
    )
}
