//! `sluice stalled`: how much has stood in its stage for too long, now and at any instant.

use clap::{Args, ValueEnum};
use sluice_proto::v1;

use super::{
    failure::Outcome,
    output::{Cell, Column, Sheet, hidden, shown},
    session::Session,
};

/// What is counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StalledByArg {
    /// Each stage
    Stage,
    /// Each owner
    Owner,
    /// Each team with those below it
    Team,
    /// Each pipeline
    Pipeline,
}

/// Options of `stalled`.
#[derive(Clone, Debug, Args)]
pub struct StalledArgs {
    /// What to count by
    #[arg(long, default_value = "stage")]
    by: StalledByArg,
    /// As it was then: 2017-03-31, 2017-03-31T18:00:00Z; now when absent
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    /// Only this pipeline
    #[arg(long)]
    pipeline: Option<String>,
}

const COLUMNS: &[Column] = &[
    shown("subject", "SUBJECT"),
    hidden("subject_id"),
    shown("stalled_count", "STALLED"),
    shown("stalled_amount", "AMOUNT"),
    hidden("stalled_amount_minor"),
    hidden("currency"),
];

/// Runs `stalled`.
pub async fn stalled(args: StalledArgs, session: &mut Session) -> Outcome {
    let by = match args.by {
        StalledByArg::Stage => v1::StagnationSubject::Stage,
        StalledByArg::Owner => v1::StagnationSubject::Owner,
        StalledByArg::Team => v1::StagnationSubject::Team,
        StalledByArg::Pipeline => v1::StagnationSubject::Pipeline,
    };
    let setting = session.setting().await?;
    let as_of = args.as_of.as_deref().map(|text| setting.instant(text));
    let request = v1::QueryStagnationRequest {
        by: by.into(),
        pipeline_id: match &args.pipeline {
            Some(pipeline) => session.directory.pipeline(pipeline).await?,
            None => String::new(),
        },
        as_of_time: as_of.transpose()?,
    };
    let mut client = session.api.stagnation();
    let answer = client.query_stagnation(request).await?.into_inner();
    let mut sheet = Sheet::new(COLUMNS);
    for row in &answer.rows {
        sheet.rows.push(vec![
            Cell::text(&row.subject),
            Cell::text(&row.subject_id),
            Cell::count(row.stalled_count),
            setting.amount_cell(row.stalled_amount_minor),
            Cell::text(row.stalled_amount_minor.to_string()),
            Cell::text(&answer.currency_code),
        ]);
    }
    session.output.list(
        "QueryStagnationResponse",
        &answer,
        &sheet,
        "Nothing is stalled.",
    )
}
