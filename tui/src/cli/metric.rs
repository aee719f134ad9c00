//! `sluice metrics` and `sluice scores`: the figures.

use clap::{Args, ValueEnum};
use sluice_proto::v1;

use super::{
    api::FULL_PAGE,
    failure::Outcome,
    output::{Cell, Column, Sheet, hidden, shown},
    reference::{Kind, Titles, short},
    session::Session,
    value::Setting,
};

/// Whose sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ByArg {
    /// Each member
    Member,
    /// Each team with those below it
    Team,
    /// Each pipeline
    Pipeline,
    /// All together
    Workspace,
}

/// Options of `metrics`.
#[derive(Clone, Debug, Args)]
pub struct MetricsArgs {
    /// Which cycle: 2017, 2017-Q1, 2017-03, 2017-W05, 2017-03-05, 2017-01-01..2017-02-01, this-week …; all time when absent
    #[arg(long, default_value = "")]
    cycle: String,
    /// Whose sums
    #[arg(long, default_value = "workspace")]
    by: ByArg,
    /// Only this pipeline
    #[arg(long)]
    pipeline: Option<String>,
    /// Only this metric: NEW, FLOW, WON, REVIVED or CHECK_IN
    #[arg(long, default_value = "")]
    metric: String,
    /// Credit the team a member is in today, not that of the time
    #[arg(long, visible_alias = "by-today's-team")]
    by_todays_team: bool,
    /// Also sum the cycle before
    #[arg(long)]
    compare: bool,
    /// List the score entries behind one row: its member, team or pipeline ('nobody' for what nobody owned, 'all' for the workspace)
    #[arg(long, value_name = "WHO", conflicts_with = "compare")]
    why: Option<String>,
}

/// Options of `scores`.
#[derive(Clone, Debug, Args)]
pub struct ScoresArgs {
    /// Which cycle; all time when absent
    #[arg(long, default_value = "")]
    cycle: String,
    /// Only this metric: NEW, FLOW, WON, REVIVED or CHECK_IN
    #[arg(long, default_value = "")]
    metric: String,
    /// Only this member
    #[arg(long)]
    member: Option<String>,
    /// Only this team and those below it
    #[arg(long, conflicts_with = "member")]
    team: Option<String>,
    /// Only this pipeline
    #[arg(long)]
    pipeline: Option<String>,
    /// Only this deal
    #[arg(long, value_name = "DEAL")]
    opportunity: Option<String>,
    /// Leave out what does not count
    #[arg(long)]
    credited: bool,
    /// Rows of a page; 0 means all pages in one answer
    #[arg(long, default_value_t = 50, value_name = "ROWS")]
    page_size: u16,
    /// Go on where an earlier page ended
    #[arg(long, default_value = "", value_name = "TOKEN")]
    page_token: String,
}

const METRIC_COLUMNS: &[Column] = &[
    shown("subject", "SUBJECT"),
    hidden("subject_id"),
    shown("metric", "METRIC"),
    shown("count", "COUNT"),
    shown("amount", "AMOUNT"),
    hidden("amount_minor"),
    hidden("currency"),
];

const COMPARED_COLUMNS: &[Column] = &[
    shown("subject", "SUBJECT"),
    hidden("subject_id"),
    shown("metric", "METRIC"),
    shown("count", "COUNT"),
    shown("amount", "AMOUNT"),
    hidden("amount_minor"),
    hidden("currency"),
    shown("previous_count", "BEFORE"),
    shown("previous_amount", "AMOUNT BEFORE"),
    hidden("previous_amount_minor"),
];

/// Runs `metrics`.
pub async fn metrics(args: MetricsArgs, session: &mut Session) -> Outcome {
    let by = match args.by {
        ByArg::Member => v1::MetricSubject::Member,
        ByArg::Team => v1::MetricSubject::Team,
        ByArg::Pipeline => v1::MetricSubject::Pipeline,
        ByArg::Workspace => v1::MetricSubject::Workspace,
    };
    let pipeline_id = pipeline_id(session, args.pipeline.as_deref()).await?;
    let metric = args.metric.to_ascii_uppercase();
    if let Some(who) = &args.why {
        let subject_id = match (args.by, who.as_str()) {
            (ByArg::Workspace, _) | (_, "nobody") => String::new(),
            (ByArg::Member, name) => session.directory.member(name).await?,
            (ByArg::Team, name) => session.directory.team(name).await?,
            (ByArg::Pipeline, name) => session.directory.pipeline(name).await?,
        };
        let request = v1::ListScoreEntriesRequest {
            page_size: FULL_PAGE,
            cycle: args.cycle,
            metric,
            by: by.into(),
            subject_id,
            pipeline_id,
            by_todays_team: args.by_todays_team,
            credited_only: true,
            ..Default::default()
        };
        return list_scores(session, request, true).await;
    }
    let request = v1::QueryMetricsRequest {
        cycle: args.cycle,
        by: by.into(),
        pipeline_id,
        metric,
        by_todays_team: args.by_todays_team,
        compare: args.compare,
    };
    let answer = session
        .api
        .metrics()
        .query_metrics(request)
        .await?
        .into_inner();
    let setting = session.setting().await?;
    let mut sheet = Sheet::new(if args.compare {
        COMPARED_COLUMNS
    } else {
        METRIC_COLUMNS
    });
    for row in &answer.rows {
        let mut cells = vec![
            Cell::text(&row.subject),
            Cell::text(&row.subject_id),
            Cell::text(&row.metric),
            Cell::count(row.count),
            setting.amount_cell(row.amount_minor),
            Cell::text(row.amount_minor.to_string()),
            Cell::text(&answer.currency_code),
        ];
        if args.compare {
            let before = row.previous_amount_minor.unwrap_or_default();
            cells.extend([
                Cell::count(row.previous_count.unwrap_or_default()),
                setting.amount_cell(before),
                Cell::text(before.to_string()),
            ]);
        }
        sheet.rows.push(cells);
    }
    session.output.list(
        "QueryMetricsResponse",
        &answer,
        &sheet,
        "Nothing moved in this cycle.",
    )
}

pub(super) async fn pipeline_id(session: &mut Session, pipeline: Option<&str>) -> Outcome<String> {
    match pipeline {
        Some(pipeline) => session.directory.pipeline(pipeline).await,
        None => Ok(String::new()),
    }
}

const SCORE_COLUMNS: &[Column] = &[
    hidden("id"),
    shown("time", "WHEN"),
    shown("metric", "METRIC"),
    shown("member", "MEMBER"),
    shown("opportunity_id", "DEAL"),
    hidden("pipeline"),
    shown("count", "COUNT"),
    shown("amount", "AMOUNT"),
    shown("credited", "CREDITED"),
    shown("uncredited_reason", "WHY NOT"),
    hidden("revision"),
];

/// Score entries as a table.
pub fn score_sheet(entries: &[v1::ScoreEntry], titles: &Titles, setting: &Setting) -> Sheet {
    let mut sheet = Sheet::new(SCORE_COLUMNS);
    let rows = entries.iter().map(|entry| {
        vec![
            Cell::text(&entry.id),
            setting.time_cell(entry.time.as_ref()),
            Cell::text(&entry.metric),
            Cell::text(titles.of(&entry.member_id)),
            Cell::pair(short(&entry.opportunity_id), &entry.opportunity_id),
            Cell::text(titles.of(&entry.pipeline_id)),
            Cell::count(entry.count),
            setting.money_cell(entry.amount.as_ref()),
            Cell::pair(
                if entry.credited { "yes" } else { "" },
                entry.credited.to_string(),
            ),
            Cell::text(&entry.uncredited_reason),
            Cell::text(entry.revision.to_string()),
        ]
    });
    sheet.rows = rows.collect();
    sheet
}

/// Runs `scores`.
pub async fn scores(args: ScoresArgs, session: &mut Session) -> Outcome {
    let whole = args.page_size == 0;
    let team = match &args.team {
        Some(team) => session.directory.team(team).await?,
        None => String::new(),
    };
    let by = if team.is_empty() {
        v1::MetricSubject::Unspecified
    } else {
        v1::MetricSubject::Team
    };
    let request = v1::ListScoreEntriesRequest {
        page_size: if whole {
            FULL_PAGE
        } else {
            i32::from(args.page_size)
        },
        page_token: args.page_token,
        cycle: args.cycle,
        metric: args.metric.to_ascii_uppercase(),
        member_id: match &args.member {
            Some(member) => session.directory.member(member).await?,
            None => String::new(),
        },
        opportunity_id: args
            .opportunity
            .as_deref()
            .map(|id| Kind::Opportunity.require(id))
            .transpose()?
            .unwrap_or_default(),
        by: by.into(),
        subject_id: team,
        pipeline_id: pipeline_id(session, args.pipeline.as_deref()).await?,
        credited_only: args.credited,
        ..Default::default()
    };
    list_scores(session, request, whole).await
}

/// Prints score entries: one page, or all of them in one answer.
async fn list_scores(
    session: &mut Session,
    mut request: v1::ListScoreEntriesRequest,
    whole: bool,
) -> Outcome {
    let mut client = session.api.metrics();
    let mut answer = client
        .list_score_entries(request.clone())
        .await?
        .into_inner();
    let mut entries = std::mem::take(&mut answer.score_entries);
    while whole && !answer.next_page_token.is_empty() {
        request.page_token = std::mem::take(&mut answer.next_page_token);
        answer = client
            .list_score_entries(request.clone())
            .await?
            .into_inner();
        entries.append(&mut answer.score_entries);
    }
    answer.score_entries = entries;
    let (setting, titles) = (session.setting().await?, session.titles(false).await?);
    let sheet = score_sheet(&answer.score_entries, &titles, &setting);
    session.output.list(
        "ListScoreEntriesResponse",
        &answer,
        &sheet,
        "No score entries match.",
    )
}
