//! `sluice export`: everything of one kind as CSV with stable columns, page by page.

use std::{fs::File, io::Write, path::PathBuf};

use clap::{Args, ValueEnum};
use sluice_proto::v1;

use super::{
    activity,
    api::{FULL_PAGE, ListQuery},
    contact, customer,
    failure::{Failure, Outcome},
    member, metric, opportunity_sheet,
    output::Sheet,
    pipeline,
    reference::Titles,
    session::Session,
    team,
    value::Setting,
};
use crate::import::progress::Progress;

/// What to export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WhatArg {
    /// Deals, archived ones too (--filter archived:false leaves them out)
    Opportunities,
    /// Customers
    Customers,
    /// Contacts
    Contacts,
    /// Members
    Members,
    /// Teams
    Teams,
    /// Pipelines, one row a stage
    Pipelines,
    /// Activities
    Activities,
    /// Score entries
    Scores,
}

/// Options of `export`.
#[derive(Clone, Debug, Args)]
pub struct ExportArgs {
    /// What to export
    what: WhatArg,
    /// Where to; standard output when absent or '-'
    file: Option<PathBuf>,
    /// Only what matches
    #[arg(long, default_value = "")]
    filter: String,
}

/// One page as rows.
struct Page {
    sheet: Sheet,
    next: String,
    total: i32,
}

/// Runs `export`. A file appears whole or not at all.
pub async fn export(args: ExportArgs, session: &mut Session) -> Outcome {
    if args.what == WhatArg::Scores && !args.filter.is_empty() {
        return Err(Failure::usage("scores have no filter")
            .with_hint("`sluice scores` has --cycle, --member and --metric."));
    }
    let setting = session.setting().await?;
    let titles = match args.what {
        WhatArg::Members | WhatArg::Teams => session.directory.team_titles().await?,
        WhatArg::Opportunities | WhatArg::Contacts => session.directory.titles(true).await?,
        _ => session.directory.titles(false).await?,
    };
    match args.file.as_ref().filter(|path| path.as_os_str() != "-") {
        None => {
            let api = session.api.clone();
            let progress = Progress::none();
            write_all(
                &api,
                &args,
                &titles,
                &setting,
                session.output.writer(),
                &progress,
            )
            .await?;
            session.output.flush()
        }
        Some(path) => {
            let failed = |error| Failure::from(error).about(path.display());
            let partial = path.with_extension("csv.partial");
            let mut file = std::io::BufWriter::new(File::create(&partial).map_err(failed)?);
            let progress = Progress::count("exporting", 0);
            let written =
                write_all(&session.api, &args, &titles, &setting, &mut file, &progress).await;
            progress.done();
            let written = match written {
                Ok(rows) => file.flush().map(|()| rows).map_err(failed),
                Err(failure) => Err(failure),
            };
            if written.is_err() {
                // The half-written file is of no use; that it cannot be removed matters less than why it is half.
                let _ = std::fs::remove_file(&partial);
            }
            let rows = written?;
            std::fs::rename(&partial, path).map_err(failed)?;
            session
                .output
                .say(&format!("{}: {rows} rows", path.display()))?;
            session.output.flush()
        }
    }
}

async fn write_all(
    api: &super::api::Api,
    args: &ExportArgs,
    titles: &Titles,
    setting: &Setting,
    out: &mut dyn Write,
    progress: &Progress,
) -> Outcome<usize> {
    let mut query = ListQuery {
        page_size: FULL_PAGE,
        filter: args.filter.clone(),
        ..ListQuery::default()
    };
    let mut rows = 0;
    let mut first = true;
    loop {
        let page = page(api, args.what, &query, titles, setting).await?;
        page.sheet.write_csv(out, first)?;
        first = false;
        rows += page.sheet.rows.len();
        progress.out_of(u64::try_from(page.total).unwrap_or(0));
        progress.at(rows as u64);
        if page.next.is_empty() {
            return Ok(rows);
        }
        query.page_token = page.next;
    }
}

async fn page(
    api: &super::api::Api,
    what: WhatArg,
    query: &ListQuery,
    titles: &Titles,
    setting: &Setting,
) -> Outcome<Page> {
    macro_rules! page {
        ($list:ident, $answer:ident => $sheet:expr) => {{
            let $answer = api.$list(query).await?;
            Page {
                sheet: $sheet,
                next: $answer.next_page_token,
                total: $answer.total_size,
            }
        }};
    }
    Ok(match what {
        WhatArg::Opportunities => {
            page!(list_opportunities, answer => opportunity_sheet::sheet(&answer.opportunities, titles, setting))
        }
        WhatArg::Customers => {
            page!(list_customers, answer => customer::sheet(&answer.customers, titles, setting))
        }
        WhatArg::Contacts => {
            page!(list_contacts, answer => contact::sheet(&answer.contacts, titles, setting))
        }
        WhatArg::Members => {
            page!(list_members, answer => member::sheet(&answer.members, titles, setting))
        }
        WhatArg::Teams => page!(list_teams, answer => team::sheet(&answer.teams, titles, setting)),
        WhatArg::Pipelines => page!(list_pipelines, answer => pipeline::sheet(&answer.pipelines)),
        WhatArg::Activities => {
            page!(list_activities, answer => activity::sheet(&answer.activities, titles, setting))
        }
        WhatArg::Scores => {
            let request = v1::ListScoreEntriesRequest {
                page_size: query.page_size,
                page_token: query.page_token.clone(),
                ..Default::default()
            };
            let answer = api
                .metrics()
                .list_score_entries(request)
                .await?
                .into_inner();
            Page {
                sheet: metric::score_sheet(&answer.score_entries, titles, setting),
                next: answer.next_page_token,
                total: 0,
            }
        }
    })
}
