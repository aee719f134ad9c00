//! `sluice fairness`: how rewards are distributed, and what looks unusual, with its facts; never an accusation.

use clap::Args;
use sluice_proto::v1;

use super::{
    failure::Outcome,
    output::{Cell, Column, Sheet, hidden, shown},
    reference::short,
    scheme_terms::UnitArg,
    session::Session,
    unit::{amount_cell, amount_words},
    value::{enum_word, percent_cell},
};

/// Options of `fairness`.
#[derive(Debug, Args)]
pub struct FairnessArgs {
    /// Which cycle; this month when absent
    #[arg(long, default_value = "")]
    cycle: String,
    /// Points or money
    #[arg(long, value_enum, default_value_t)]
    unit: UnitArg,
    /// Only this team and those below it
    #[arg(long)]
    team: Option<String>,
}

const COLUMNS: &[Column] = &[
    hidden("member_id"),
    shown("member", "MEMBER"),
    shown("earned", "EARNED"),
    shown("attainment", "OF TARGET"),
];

const PATTERN_COLUMNS: &[Column] = &[
    shown("kind", "UNUSUAL"),
    shown("member", "MEMBER"),
    shown("count", "TIMES"),
    shown("usual", "USUAL"),
    shown("first_time", "FIRST"),
    shown("last_time", "LAST"),
    shown("amount", "AMOUNT"),
    shown("subjects", "FACTS"),
];

/// Runs `fairness`. As CSV: the members.
pub async fn fairness(args: FairnessArgs, session: &mut Session) -> Outcome {
    let unit: i32 = args.unit.to_proto().into();
    let request = v1::QueryFairnessRequest {
        cycle: args.cycle,
        unit,
        team_id: match &args.team {
            Some(team) => session.directory.team(team).await?,
            None => String::new(),
        },
    };
    let answer = session.api.fairness().query_fairness(request).await?;
    let answer = answer.into_inner();
    let setting = session.setting().await?;
    let mut sheet = Sheet::new(COLUMNS);
    for member in &answer.members {
        sheet.rows.push(vec![
            Cell::text(&member.member_id),
            Cell::text(&member.member),
            amount_cell(&setting, unit, member.earned),
            member.attainment_bp.map(percent_cell).unwrap_or_default(),
        ]);
    }
    session.output.list(
        "QueryFairnessResponse",
        &answer,
        &sheet,
        "Nobody was active in this cycle.",
    )?;
    session.output.say(&format!(
        "{} of {} earned nothing; median {}; Gini {} (0% all the same, 100% one has all)",
        answer.without_income,
        answer.members.len(),
        amount_words(&setting, unit, answer.median),
        percent_cell(answer.gini_bp).human()
    ))?;
    if answer.patterns.is_empty() {
        return session.output.flush();
    }
    let mut patterns = Sheet::new(PATTERN_COLUMNS);
    for pattern in &answer.patterns {
        let subjects: Vec<String> = pattern.subject_ids.iter().map(|id| short(id)).collect();
        let amount = match pattern.amount_minor {
            0 => Cell::default(),
            amount => setting.amount_cell(amount),
        };
        patterns.rows.push(vec![
            Cell::text(enum_word(pattern.kind().as_str_name(), "PATTERN_KIND_")),
            Cell::text(&pattern.member),
            Cell::count(pattern.count),
            Cell::count(pattern.usual),
            setting.time_cell(pattern.first_time.as_ref()),
            setting.time_cell(pattern.last_time.as_ref()),
            amount,
            Cell::text(subjects.join(" ")),
        ]);
    }
    session.output.more(&patterns)?;
    session
        .output
        .say("Each has an ordinary explanation more often than not: ask before you judge.")?;
    session.output.flush()
}
