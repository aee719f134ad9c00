//! `sluice summary`: deals counted and added up by group.

use clap::Args;
use sluice_proto::v1;

use super::{
    failure::Outcome,
    output::{Cell, Column, Format, Sheet, hidden, shown},
    reference::short,
    session::Session,
    value::Setting,
};

/// Groups of a page when nothing is said.
const DEFAULT_GROUPS: u16 = 50;

/// Options of `summary`.
#[derive(Clone, Debug, Args)]
pub struct SummaryArgs {
    /// Only deals that match; archived ones count too unless it says archived:false
    #[arg(long, value_name = "FILTER", default_value = "")]
    filter: String,
    /// By what: owner, team, pipeline, stage, stage_kind, customer, industry, region, source, grade, level, archived,
    /// month, quarter, year, created_month, closed_month; up to four, comma-separated
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    group_by: Vec<String>,
    /// Order of the groups: count, amount, weighted, stalled or stalled_amount, with asc or desc; by their names when absent
    #[arg(long, value_name = "FIGURES", default_value = "")]
    order_by: String,
    /// Groups of a page; 0 means all in one answer
    #[arg(long, value_name = "GROUPS", default_value_t = DEFAULT_GROUPS)]
    page_size: u16,
    /// Go on where an earlier page ended: its next_page_token
    #[arg(long, value_name = "TOKEN", default_value = "")]
    page_token: String,
}

/// Runs `summary`.
pub async fn summary(args: SummaryArgs, session: &mut Session) -> Outcome {
    let fields = args.group_by.iter().map(|field| field.trim().to_owned());
    let request = v1::SummarizeOpportunitiesRequest {
        filter: args.filter,
        group_by: fields.collect(),
        page_size: i32::from(args.page_size),
        page_token: args.page_token,
        order_by: args.order_by,
    };
    print(request, session).await
}

const COLUMNS: &[Column] = &[
    shown("group", "GROUP"),
    hidden("keys"),
    shown("count", "DEALS"),
    shown("amount", "AMOUNT"),
    shown("weighted", "WEIGHTED"),
    shown("stalled_count", "STALLED"),
    shown("stalled_amount", "STALLED AMOUNT"),
];

/// What stands for a value that is not there.
const NO_VALUE: &str = "–";
/// Between the values of a group.
const BETWEEN: &str = " · ";

/// Asks for a summary and prints it: the groups, and the totals as the last row.
pub(super) async fn print(
    mut request: v1::SummarizeOpportunitiesRequest,
    session: &mut Session,
) -> Outcome {
    let mut client = session.api.summaries();
    let whole = request.page_size == 0;
    if whole {
        request.page_size = super::api::FULL_PAGE;
    }
    let ask = client.summarize_opportunities(request.clone());
    let mut answer = ask.await?.into_inner();
    while whole && !answer.next_page_token.is_empty() {
        request.page_token = std::mem::take(&mut answer.next_page_token);
        let ask = client.summarize_opportunities(request.clone());
        let next = ask.await?.into_inner();
        answer.next_page_token = next.next_page_token;
        answer.groups.extend(next.groups);
    }
    let setting = session.setting().await?;
    let mut sheet = Sheet::new(COLUMNS);
    for group in &answer.groups {
        let figures = group.figures.unwrap_or_default();
        sheet.rows.push(row(names(&group.keys), &figures, &setting));
    }
    let totals = answer.totals.unwrap_or_default();
    let all = Cell::pair("all", "");
    sheet
        .rows
        .push(row((all, Cell::default()), &totals, &setting));
    session
        .output
        .list("SummarizeOpportunitiesResponse", &answer, &sheet, "")?;
    let groups = usize::try_from(answer.total_size).unwrap_or(0);
    let rest = groups.saturating_sub(answer.groups.len());
    if !answer.next_page_token.is_empty() && session.output.format == Format::Table {
        session
            .output
            .say(&format!("… {rest} more groups; --page-size 0 lists all"))?;
    }
    session.output.flush()
}

fn names(keys: &[v1::SummaryKey]) -> (Cell, Cell) {
    let titles: Vec<&str> = keys
        .iter()
        .map(|key| match key.title.as_str() {
            "" => NO_VALUE,
            title => title,
        })
        .collect();
    let values: Vec<String> = keys.iter().map(|key| short(&key.value)).collect();
    (
        Cell::text(titles.join(BETWEEN)),
        Cell::text(values.join(";")),
    )
}

fn row((title, keys): (Cell, Cell), figures: &v1::SummaryFigures, setting: &Setting) -> Vec<Cell> {
    vec![
        title,
        keys,
        Cell::count(figures.count),
        setting.amount_cell(figures.amount_minor),
        setting.amount_cell(figures.weighted_minor),
        Cell::count(figures.stalled_count),
        setting.amount_cell(figures.stalled_amount_minor),
    ]
}
