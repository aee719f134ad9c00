//! `sluice funnel`, `forecast`, `outcomes`, `diff` and `board --as-of`: where deals stand, stood and ended.

use clap::Args;
use sluice_proto::v1;

use super::{
    api::FULL_PAGE,
    failure::Outcome,
    metric::pipeline_id,
    opportunity_sheet,
    output::{Cell, Column, Format, Sheet, hidden, shown},
    reference::short,
    session::Session,
    value::{Setting, enum_word, percent_cell},
    wall::WallArgs,
};
use crate::text;

/// What part of the workspace.
#[derive(Clone, Debug, Default, Args)]
pub struct ScopeArgs {
    /// Only this pipeline
    #[arg(long)]
    pipeline: Option<String>,
    /// Only what this member owns
    #[arg(long, value_name = "MEMBER")]
    owner: Option<String>,
    /// Only what members of this team, or one below it, own
    #[arg(long)]
    team: Option<String>,
}

/// What part of the workspace, and as of when.
#[derive(Clone, Debug, Default, Args)]
pub struct LookArgs {
    /// What part of the workspace.
    #[command(flatten)]
    scope: ScopeArgs,
    /// As it was then: 2017-03-31, 2017-03-31T18:00:00Z; now when absent
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

/// The same as ids.
struct Scope {
    pipeline_id: String,
    owner_id: String,
    team_id: String,
    /// None = now.
    as_of_time: Option<prost_types::Timestamp>,
}

impl LookArgs {
    async fn ids(&self, session: &mut Session) -> Outcome<Scope> {
        let setting = session.setting().await?;
        let as_of_time = instant(&setting, self.as_of.as_deref())?;
        let scope = self.scope.ids(session).await?;
        Ok(Scope {
            as_of_time,
            ..scope
        })
    }
}

impl ScopeArgs {
    async fn ids(&self, session: &mut Session) -> Outcome<Scope> {
        let pipeline_id = pipeline_id(session, self.pipeline.as_deref()).await?;
        let owner_id = match &self.owner {
            Some(owner) => session.directory.member(owner).await?,
            None => String::new(),
        };
        let team_id = match &self.team {
            Some(team) => session.directory.team(team).await?,
            None => String::new(),
        };
        Ok(Scope {
            pipeline_id,
            owner_id,
            team_id,
            as_of_time: None,
        })
    }
}

/// Options of `funnel`.
#[derive(Clone, Debug, Args)]
pub struct FunnelArgs {
    /// What part of the workspace, and as of when.
    #[command(flatten)]
    look: LookArgs,
    /// First entries of this cycle make the conversion, and the gap to its target is told; all time when absent
    #[arg(long, default_value = "")]
    cycle: String,
    /// Another cycle to compare with, as of its end
    #[arg(long, default_value = "", value_name = "CYCLE")]
    compare: String,
}

/// Options of `forecast`.
#[derive(Clone, Debug, Args)]
pub struct ForecastArgs {
    /// What part of the workspace, and as of when.
    #[command(flatten)]
    look: LookArgs,
    /// Months of this cycle; this year when absent
    #[arg(long, default_value = "")]
    cycle: String,
}

/// Options of `outcomes`.
#[derive(Clone, Debug, Args)]
pub struct OutcomesArgs {
    /// What part of the workspace, and as of when.
    #[command(flatten)]
    look: LookArgs,
    /// What was closed in this cycle; all time when absent
    #[arg(long, default_value = "")]
    cycle: String,
}

/// Options of `diff`.
#[derive(Clone, Debug, Args)]
pub struct DiffArgs {
    /// After this instant: 2017-03-31, 2017-03-31T18:00:00Z
    from: String,
    /// Up to and including this one; now when absent
    to: Option<String>,
    /// What part of the workspace.
    #[command(flatten)]
    scope: ScopeArgs,
    /// List the deals behind each line
    #[arg(long)]
    deals: bool,
}

/// Options of `board`.
#[derive(Clone, Debug, Default, Args)]
pub struct BoardArgs {
    /// Print the deals as they were then, instead of opening the screen
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
    /// Which deals, with --as-of; all that are not archived when absent
    #[arg(long, default_value = "archived:false", requires = "as_of")]
    filter: String,
    /// In which order, with --as-of
    #[arg(long, default_value = "stage,amount desc", requires = "as_of")]
    order_by: String,
    /// A screen in the room instead of a person's own.
    #[command(flatten)]
    pub wall: WallArgs,
}

fn instant(setting: &Setting, text: Option<&str>) -> Outcome<Option<prost_types::Timestamp>> {
    text.map(|text| setting.instant(text)).transpose()
}

const FUNNEL_COLUMNS: &[Column] = &[
    hidden("funnel"),
    shown("pipeline", "PIPELINE"),
    shown("stage", "STAGE"),
    hidden("stage_id"),
    shown("count", "COUNT"),
    shown("amount", "AMOUNT"),
    hidden("amount_minor"),
    shown("weighted", "WEIGHTED"),
    hidden("weighted_minor"),
    shown("median_seconds_in_stage", "MEDIAN"),
    shown("p90_seconds_in_stage", "P90"),
    shown("stalled_count", "STALLED"),
    hidden("stalled_amount_minor"),
    shown("conversion_bp", "WENT FURTHER"),
    shown("entered_count", "ENTERED"),
    hidden("advanced_count"),
];

fn funnel_rows(which: &str, funnel: &v1::Funnel, setting: &Setting) -> Vec<Vec<Cell>> {
    let rows = funnel.rows.iter().map(|row| {
        vec![
            Cell::text(which),
            Cell::text(&row.pipeline),
            Cell::text(&row.stage),
            Cell::text(&row.stage_id),
            Cell::count(row.count),
            setting.amount_cell(row.amount_minor),
            Cell::text(row.amount_minor.to_string()),
            setting.amount_cell(row.weighted_minor),
            Cell::text(row.weighted_minor.to_string()),
            setting.span_cell(i64::from(row.median_seconds_in_stage)),
            setting.span_cell(i64::from(row.p90_seconds_in_stage)),
            Cell::count(row.stalled_count),
            Cell::text(row.stalled_amount_minor.to_string()),
            percent_cell(row.conversion_bp),
            Cell::count(row.entered_count),
            Cell::text(row.advanced_count.to_string()),
        ]
    });
    rows.collect()
}

/// Runs `funnel`.
pub async fn funnel(args: FunnelArgs, session: &mut Session) -> Outcome {
    let setting = session.setting().await?;
    let Scope {
        pipeline_id,
        owner_id,
        team_id,
        as_of_time,
    } = args.look.ids(session).await?;
    let request = v1::GetFunnelRequest {
        pipeline_id,
        as_of_time,
        owner_id,
        team_id,
        cycle: args.cycle,
        compare_cycle: args.compare.clone(),
    };
    let answer = session.api.funnel().get_funnel(request).await?.into_inner();
    let now = answer.funnel.clone().unwrap_or_default();
    let mut sheet = Sheet::new(FUNNEL_COLUMNS);
    sheet.rows = funnel_rows("asked", &now, &setting);
    let compared = answer.compared.as_ref();
    if session.output.format == Format::Csv
        && let Some(compared) = compared
    {
        sheet
            .rows
            .extend(funnel_rows("compared", compared, &setting));
    }
    session.output.list(
        "GetFunnelResponse",
        &answer,
        &sheet,
        "There is no pipeline.",
    )?;
    if session.output.format == Format::Table {
        say_totals(&now, &answer.currency_code, &setting, session)?;
        if let Some(compared) = compared {
            session.output.say(&format!("\n{}", args.compare))?;
            let mut sheet = Sheet::new(FUNNEL_COLUMNS);
            sheet.rows = funnel_rows("compared", compared, &setting);
            sheet.write_table(session.output.writer())?;
            say_totals(compared, &answer.currency_code, &setting, session)?;
        }
    }
    session.output.flush()
}

fn say_totals(
    funnel: &v1::Funnel,
    currency: &str,
    setting: &Setting,
    session: &mut Session,
) -> Outcome {
    let money = |minor: i64| full(setting, minor);
    session.output.say(&format!(
        "Weighted open: {} {currency}; all stages, won included: {}",
        money(funnel.weighted_open_minor),
        money(funnel.weighted_classic_minor),
    ))?;
    match &funnel.gap {
        Some(gap) => session.output.say(&gap_line(gap, setting)),
        None => Ok(()),
    }
}

fn full(setting: &Setting, minor: i64) -> String {
    text::money_full(i128::from(minor), setting.currency().minor_digits)
}

fn gap_line(gap: &v1::Gap, setting: &Setting) -> String {
    format!(
        "Target {}: won {}, weighted {}, gap {}, coverage {} %",
        full(setting, gap.target_minor),
        full(setting, gap.won_minor),
        full(setting, gap.weighted_minor),
        full(setting, gap.gap_minor),
        gap.coverage_bp / 100,
    )
}

const FORECAST_COLUMNS: &[Column] = &[
    shown("month", "MONTH"),
    shown("won", "WON"),
    hidden("won_minor"),
    hidden("won_count"),
    shown("open_count", "OPEN"),
    shown("open", "AMOUNT"),
    hidden("open_minor"),
    shown("weighted", "WEIGHTED"),
    hidden("weighted_minor"),
    shown("overdue_count", "OVERDUE"),
    hidden("overdue_minor"),
    shown("push_count", "PUSHES"),
    hidden("pushed_count"),
    shown("target", "TARGET"),
    hidden("target_minor"),
    shown("gap", "GAP"),
    hidden("gap_minor"),
    shown("coverage_bp", "COVERAGE"),
];

fn forecast_row(row: &v1::ForecastRow, title: &str, setting: &Setting) -> Vec<Cell> {
    let gap = |minor: fn(&v1::Gap) -> i64| row.gap.as_ref().map(minor);
    let amount =
        |minor: Option<i64>| minor.map_or_else(Cell::default, |it| setting.amount_cell(it));
    let plain = |minor: Option<i64>| Cell::text(minor.map(|it| it.to_string()).unwrap_or_default());
    vec![
        Cell::pair(title, &row.month),
        setting.amount_cell(row.won_minor),
        Cell::text(row.won_minor.to_string()),
        Cell::text(row.won_count.to_string()),
        Cell::count(row.open_count),
        setting.amount_cell(row.open_minor),
        Cell::text(row.open_minor.to_string()),
        setting.amount_cell(row.weighted_minor),
        Cell::text(row.weighted_minor.to_string()),
        Cell::count(row.overdue_count),
        Cell::text(row.overdue_minor.to_string()),
        Cell::count(row.push_count),
        Cell::text(row.pushed_count.to_string()),
        amount(gap(|gap| gap.target_minor)),
        plain(gap(|gap| gap.target_minor)),
        amount(gap(|gap| gap.gap_minor)),
        plain(gap(|gap| gap.gap_minor)),
        row.gap
            .as_ref()
            .map_or_else(Cell::default, |gap| percent_cell(gap.coverage_bp)),
    ]
}

/// Runs `forecast`.
pub async fn forecast(args: ForecastArgs, session: &mut Session) -> Outcome {
    let setting = session.setting().await?;
    let Scope {
        pipeline_id,
        owner_id,
        team_id,
        as_of_time,
    } = args.look.ids(session).await?;
    let request = v1::GetForecastRequest {
        pipeline_id,
        owner_id,
        team_id,
        cycle: args.cycle,
        as_of_time,
    };
    let mut client = session.api.funnel();
    let answer = client.get_forecast(request).await?.into_inner();
    let mut sheet = Sheet::new(FORECAST_COLUMNS);
    let title = |row: &v1::ForecastRow| match row.month.as_str() {
        "" => "(no date)".to_owned(),
        month => month.to_owned(),
    };
    sheet.rows = answer
        .rows
        .iter()
        .map(|row| forecast_row(row, &title(row), &setting))
        .collect();
    if session.output.format == Format::Table
        && let Some(total) = &answer.total
    {
        sheet.rows.push(forecast_row(total, "total", &setting));
    }
    session.output.list(
        "GetForecastResponse",
        &answer,
        &sheet,
        "Nothing to forecast.",
    )?;
    session.output.say(&format!(
        "Weighted open, whatever the date: {} {}; all stages, won included: {}",
        full(&setting, answer.weighted_open_minor),
        answer.currency_code,
        full(&setting, answer.weighted_classic_minor),
    ))?;
    session.output.flush()
}

const OUTCOME_COLUMNS: &[Column] = &[
    shown("reason", "REASON"),
    shown("stage", "LOST FROM"),
    hidden("stage_id"),
    shown("count", "COUNT"),
    shown("amount", "AMOUNT"),
    hidden("amount_minor"),
];

/// Runs `outcomes`.
pub async fn outcomes(args: OutcomesArgs, session: &mut Session) -> Outcome {
    let setting = session.setting().await?;
    let Scope {
        pipeline_id,
        owner_id,
        team_id,
        as_of_time,
    } = args.look.ids(session).await?;
    let request = v1::GetOutcomesRequest {
        pipeline_id,
        owner_id,
        team_id,
        cycle: args.cycle,
        as_of_time,
    };
    let mut client = session.api.funnel();
    let answer = client.get_outcomes(request).await?.into_inner();
    let mut sheet = Sheet::new(OUTCOME_COLUMNS);
    for reason in &answer.reasons {
        let title = match reason.reason.as_str() {
            "" => "(none given)",
            given => given,
        };
        sheet.rows.extend(reason.stages.iter().map(|from| {
            vec![
                Cell::pair(title, &reason.reason),
                Cell::text(&from.stage),
                Cell::text(&from.stage_id),
                Cell::count(from.count),
                setting.amount_cell(from.amount_minor),
                Cell::text(from.amount_minor.to_string()),
            ]
        }));
    }
    session.output.say(&format!(
        "Won {} ({} {}), lost {} ({}): {} % by count, {} % by amount",
        answer.won_count,
        full(&setting, answer.won_minor),
        answer.currency_code,
        answer.lost_count,
        full(&setting, answer.lost_minor),
        answer.win_rate_bp / 100,
        answer.win_rate_by_amount_bp / 100,
    ))?;
    for (what, length) in [("won", &answer.won_length), ("lost", &answer.lost_length)] {
        if let Some(length) = length.as_ref().filter(|length| length.count > 0) {
            let day = 24 * 60 * 60;
            session.output.say(&format!(
                "From creation to {what}: median {} days, 90 % within {} days",
                length.median_seconds / day,
                length.p90_seconds / day,
            ))?;
        }
    }
    session
        .output
        .list("GetOutcomesResponse", &answer, &sheet, "Nothing was lost.")
}

const LINE_COLUMNS: &[Column] = &[
    shown("kind", "WHAT"),
    shown("count", "COUNT"),
    shown("amount", "AMOUNT"),
    hidden("amount_minor"),
];

const ITEM_COLUMNS: &[Column] = &[
    shown("kind", "WHAT"),
    shown("opportunity_id", "DEAL"),
    shown("name", "NAME"),
    shown("time", "WHEN"),
    shown("amount", "AMOUNT"),
    hidden("amount_minor"),
    hidden("from_stage_id"),
    hidden("to_stage_id"),
    shown("before", "BEFORE"),
    shown("after", "AFTER"),
];

fn kind_word(kind: v1::DifferenceKind) -> String {
    enum_word(kind.as_str_name(), "DIFFERENCE_KIND_")
}

/// Runs `diff`.
pub async fn diff(args: DiffArgs, session: &mut Session) -> Outcome {
    let setting = session.setting().await?;
    let Scope {
        pipeline_id,
        owner_id,
        team_id,
        ..
    } = args.scope.ids(session).await?;
    let mut request = v1::GetPipelineDifferenceRequest {
        from_time: Some(setting.instant(&args.from)?),
        to_time: instant(&setting, args.to.as_deref())?,
        pipeline_id,
        owner_id,
        team_id,
        kind: v1::DifferenceKind::Unspecified.into(),
        page_size: FULL_PAGE,
        page_token: String::new(),
    };
    let mut client = session.api.funnel();
    let mut answer = client
        .get_pipeline_difference(request.clone())
        .await?
        .into_inner();
    let mut items = std::mem::take(&mut answer.items);
    while args.deals && !answer.next_page_token.is_empty() {
        request.page_token = std::mem::take(&mut answer.next_page_token);
        answer = client
            .get_pipeline_difference(request.clone())
            .await?
            .into_inner();
        items.append(&mut answer.items);
    }
    if !args.deals {
        items.clear();
        answer.next_page_token.clear();
    }
    answer.items = items;
    let sheet = if args.deals {
        item_sheet(&answer.items, &setting)
    } else {
        line_sheet(&answer.lines, &setting)
    };
    session.output.list(
        "GetPipelineDifferenceResponse",
        &answer,
        &sheet,
        "Nothing happened.",
    )?;
    let stock = |stock: &Option<v1::OpenStock>| {
        let stock = stock.as_ref();
        stock.map_or_else(String::new, |stock| {
            format!("{} for {}", stock.count, full(&setting, stock.amount_minor))
        })
    };
    session.output.say(&format!(
        "Open before: {}; after: {} {}",
        stock(&answer.before),
        stock(&answer.after),
        answer.currency_code
    ))?;
    session.output.flush()
}

fn line_sheet(lines: &[v1::DifferenceLine], setting: &Setting) -> Sheet {
    let mut sheet = Sheet::new(LINE_COLUMNS);
    let rows = lines.iter().map(|line| {
        vec![
            Cell::pair(kind_word(line.kind()), line.kind().as_str_name()),
            Cell::count(line.count),
            setting.amount_cell(line.amount_minor),
            Cell::text(line.amount_minor.to_string()),
        ]
    });
    sheet.rows = rows.collect();
    sheet
}

fn item_sheet(items: &[v1::DifferenceItem], setting: &Setting) -> Sheet {
    let mut sheet = Sheet::new(ITEM_COLUMNS);
    let rows = items.iter().map(|item| {
        vec![
            Cell::pair(kind_word(item.kind()), item.kind().as_str_name()),
            Cell::pair(short(&item.opportunity_id), &item.opportunity_id),
            Cell::text(&item.name),
            setting.time_cell(item.time.as_ref()),
            setting.amount_cell(item.amount_minor),
            Cell::text(item.amount_minor.to_string()),
            Cell::text(&item.from_stage_id),
            Cell::text(&item.to_stage_id),
            Cell::text(&item.before),
            Cell::text(&item.after),
        ]
    });
    sheet.rows = rows.collect();
    sheet
}

/// Runs `board --as-of`.
pub async fn board(args: BoardArgs, session: &mut Session) -> Outcome {
    let setting = session.setting().await?;
    let mut request = v1::GetBoardAtRequest {
        as_of_time: instant(&setting, args.as_of.as_deref())?,
        filter: args.filter,
        order_by: args.order_by,
        page_size: FULL_PAGE,
        page_token: String::new(),
    };
    let mut client = session.api.funnel();
    let mut answer = client.get_board_at(request.clone()).await?.into_inner();
    while !answer.next_page_token.is_empty() {
        request.page_token = std::mem::take(&mut answer.next_page_token);
        let mut next = client.get_board_at(request.clone()).await?.into_inner();
        answer.opportunities.append(&mut next.opportunities);
        answer.next_page_token = next.next_page_token;
    }
    let titles = session.titles(true).await?;
    let sheet = opportunity_sheet::sheet(&answer.opportunities, &titles, &setting);
    session.output.list(
        "GetBoardAtResponse",
        &answer,
        &sheet,
        "There were no deals.",
    )
}
