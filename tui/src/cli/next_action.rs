//! `sluice next`: what a member should do next, and why.

use clap::Args;
use sluice_proto::v1;

use super::{
    failure::{Failure, Outcome},
    output::{Cell, Column, Sheet, hidden, shown},
    reference::{short, there_are},
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
    let answer = match client.list_next_actions(request).await {
        Ok(answer) => answer.into_inner(),
        Err(status) => return Err(explained(status.into(), &args.member, session).await),
    };
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

/// Who is no member has no queue of their own: says how to ask for somebody's, and whose there are.
async fn explained(failure: Failure, asked: &Option<String>, session: &mut Session) -> Failure {
    let missing = failure
        .violations
        .iter()
        .any(|violation| violation.field == "member_id");
    if asked.is_some() || !missing {
        return failure;
    }
    let members = session.directory.members().await.unwrap_or_default();
    let active: Vec<&str> = members
        .iter()
        .filter(|member| member.active)
        .map(|member| member.name.as_str())
        .collect();
    match active.first() {
        Some(first) => failure.with_hint(format!(
            "Name a member: sluice next --member '{first}'. {}",
            there_are(&active)
        )),
        None => failure.with_hint("There is no member yet: sluice member create --help."),
    }
}
