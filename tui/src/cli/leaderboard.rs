//! `sluice leaderboard`: members or teams by rank in a metric and a cycle.

use clap::{Args, ValueEnum};
use sluice_proto::v1;

use super::{
    failure::Outcome,
    output::{Cell, Column, Sheet, hidden, shown},
    session::Session,
};

/// Who is ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RankedArg {
    /// Each member
    Member,
    /// Each team with those below it
    Team,
}

/// Options of `leaderboard`.
#[derive(Clone, Debug, Args)]
pub struct LeaderboardArgs {
    /// NEW, FLOW, WON, REVIVED or CHECK_IN
    #[arg(long, default_value = "WON")]
    metric: String,
    /// Which cycle; all time when absent
    #[arg(long, default_value = "")]
    cycle: String,
    /// Who is ranked
    #[arg(long, default_value = "member")]
    by: RankedArg,
    /// By how many instead of for how much
    #[arg(long)]
    count: bool,
    /// Only this pipeline
    #[arg(long)]
    pipeline: Option<String>,
    /// Credit the team a member is in today, not that of the time
    #[arg(long)]
    by_todays_team: bool,
    /// How many places
    #[arg(long, default_value_t = 50, value_name = "ROWS")]
    page_size: u16,
    /// Go on where an earlier page ended
    #[arg(long, default_value = "", value_name = "TOKEN")]
    page_token: String,
}

const COLUMNS: &[Column] = &[
    shown("rank", "RANK"),
    shown("subject", "WHO"),
    hidden("subject_id"),
    shown("count", "COUNT"),
    shown("amount", "AMOUNT"),
    hidden("amount_minor"),
    shown("reached_time", "SINCE"),
    hidden("active"),
];

/// Runs `leaderboard`.
pub async fn leaderboard(args: LeaderboardArgs, session: &mut Session) -> Outcome {
    let by = match args.by {
        RankedArg::Member => v1::MetricSubject::Member,
        RankedArg::Team => v1::MetricSubject::Team,
    };
    let measure = if args.count {
        v1::GoalMeasure::Count
    } else {
        v1::GoalMeasure::Unspecified
    };
    let request = v1::QueryLeaderboardRequest {
        metric: args.metric.to_ascii_uppercase(),
        cycle: args.cycle,
        by: by.into(),
        measure: measure.into(),
        pipeline_id: match &args.pipeline {
            Some(pipeline) => session.directory.pipeline(pipeline).await?,
            None => String::new(),
        },
        by_todays_team: args.by_todays_team,
        page_size: i32::from(args.page_size),
        page_token: args.page_token,
    };
    let answer = session
        .api
        .metrics()
        .query_leaderboard(request)
        .await?
        .into_inner();
    let setting = session.setting().await?;
    let mut sheet = Sheet::new(COLUMNS);
    for row in &answer.rows {
        sheet.rows.push(vec![
            Cell::count(row.rank),
            Cell::text(&row.subject),
            Cell::text(&row.subject_id),
            Cell::count(row.count),
            setting.amount_cell(row.amount_minor),
            Cell::text(row.amount_minor.to_string()),
            setting.time_cell(row.reached_time.as_ref()),
            Cell::text(row.active.to_string()),
        ]);
    }
    session.output.list(
        "QueryLeaderboardResponse",
        &answer,
        &sheet,
        "Nothing moved in this cycle.",
    )
}
