//! `sluice scheme`: rules that turn movement into rewards: drafted, published, ended, rehearsed.

use clap::Subcommand;
use sluice_proto::v1;

use super::{
    api::ListQuery,
    failure::{Failure, Outcome},
    noun::{self, Noun},
    output::{Cell, Column, Sheet, hidden, shown},
    reference::{Kind, choose, short},
    scheme_terms::{GivenTerms, TermsArgs},
    session::{EtagArgs, ListArgs, Session, WriteArgs},
    unit::{amount_cell, amount_words, unit_cell},
    value::enum_word,
};

/// Incentive schemes.
#[derive(Debug, Subcommand)]
pub enum SchemeCommand {
    /// List schemes
    #[command(
        after_help = "Examples:\n  sluice scheme list\n  sluice scheme list --filter 'state:published system:opportunity'"
    )]
    List(ListArgs),
    /// Show a scheme: what holds, what is drafted, and all its versions
    Show {
        /// The scheme: SC-3, schemes/3, or its name
        scheme: String,
    },
    /// List ready-made schemes; nothing is switched on by it
    Templates,
    /// Create a scheme as a draft: it pays nothing until it is published
    #[command(after_help = "Examples:
  sluice scheme create 'Won deals' --on won --share 1% --cap 5000
  sluice scheme create 'New deals' --on created --pay 20 --vesting-days 7
  sluice scheme create 'Into proposal' --on entered --stage Proposal --pay 50 --team East
  sluice scheme create 'Ten moves' --on task --metric FLOW --count --target 10 --each week --pay 100
  sluice scheme create 'Best of the month' --on ranking --metric WON --each month --prize 500,300,200
  sluice scheme create 'Red packets' --on split --share 20% --lucky
  sluice scheme create 'Well done' --on grant --pay 1000
  sluice scheme create 'Bonus' --on won --share 2% --unit money --budget 50k --approval
  sluice scheme create --template won-share
  sluice scheme create 'Anything' --file terms.toml
In a file enumerations may be short words: on = \"won\", unit = \"month\".")]
    Create {
        /// What people will call it; that of the template when absent
        #[arg(default_value = "")]
        name: String,
        /// Free text for those it concerns
        #[arg(long, default_value = "")]
        note: String,
        /// What it lays down.
        #[command(flatten)]
        terms: Box<TermsArgs>,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Change name and note at once, and the terms as a draft of the next version
    #[command(
        after_help = "Examples:\n  sluice scheme edit 'Won deals' --on won --share 1.5% --cap 8000\n  sluice scheme edit SC-3 --discard-draft"
    )]
    Edit {
        /// The scheme: SC-3, schemes/3, or its name
        scheme: String,
        /// Its new name
        #[arg(long, default_value = "")]
        name: String,
        /// Its new note; an empty one takes it away
        #[arg(long)]
        note: Option<String>,
        /// Throw the draft away
        #[arg(long)]
        discard_draft: bool,
        /// What the next version lays down: all of it, not only what differs.
        #[command(flatten)]
        terms: Box<TermsArgs>,
        /// Refuses a lost update.
        #[command(flatten)]
        etag: EtagArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Publish the draft: the first version holds at once, every other from the next day
    Publish {
        /// The scheme: SC-3, schemes/3, or its name
        scheme: String,
        /// Refuses a lost update.
        #[command(flatten)]
        etag: EtagArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// End a scheme for good; what it granted lives on
    End {
        /// The scheme: SC-3, schemes/3, or its name
        scheme: String,
        /// Refuses a lost update.
        #[command(flatten)]
        etag: EtagArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Replay a past cycle: who would have been paid what; writes nothing
    #[command(after_help = "Examples:
  sluice scheme rehearse SC-3 --cycle last-month
  sluice scheme rehearse --on won --share 2% --cycle 2026-Q1")]
    Rehearse {
        /// The scheme, by its draft or else its newest version; absent with terms of its own
        #[arg(default_value = "")]
        scheme: String,
        /// Which past cycle: last-month, 2026-03, 2026-01-01..2026-02-01
        #[arg(long)]
        cycle: String,
        /// Terms to rehearse instead.
        #[command(flatten)]
        terms: Box<TermsArgs>,
    },
}

const COLUMNS: &[Column] = &[
    shown("id", "ID"),
    shown("name", "NAME"),
    shown("system", "SYSTEM"),
    shown("unit", "IN"),
    shown("state", "STATE"),
    shown("version", "VERSION"),
    shown("sentence", "PAYS"),
    shown("draft", "DRAFT"),
    shown("note", "NOTE"),
    hidden("effective_time"),
    hidden("end_time"),
    hidden("creator"),
    hidden("etag"),
];

impl Noun for v1::Scheme {
    const NONE_MATCH: &'static str = "No schemes match.";

    async fn sheet(items: &[Self], session: &mut Session) -> Outcome<Sheet> {
        let (setting, titles) = (session.setting().await?, session.titles(false).await?);
        let mut sheet = Sheet::new(COLUMNS);
        let rows = items.iter().map(|scheme| {
            let newest = scheme.versions.last();
            vec![
                Cell::pair(short(&scheme.id), &scheme.id),
                Cell::text(&scheme.name),
                Cell::text(enum_word(scheme.system().as_str_name(), "REWARD_SYSTEM_")),
                unit_cell(scheme.unit, &scheme.currency_code),
                Cell::text(enum_word(scheme.state().as_str_name(), "SCHEME_STATE_")),
                newest
                    .map(|version| Cell::count(version.number))
                    .unwrap_or_default(),
                Cell::text(newest.map_or("", |version| version.sentence.as_str())),
                Cell::text(&scheme.draft_sentence),
                Cell::text(&scheme.note),
                setting.time_cell(newest.and_then(|version| version.effective_time.as_ref())),
                setting.time_cell(scheme.end_time.as_ref()),
                Cell::text(titles.of(&scheme.creator_id)),
                Cell::text(&scheme.etag),
            ]
        });
        sheet.rows = rows.collect();
        Ok(sheet)
    }
}

/// A scheme's id, by id or by name.
pub(super) async fn scheme_id(session: &Session, text: &str) -> Outcome<String> {
    if let Some(id) = Kind::Scheme.parse(text) {
        return Ok(id);
    }
    let schemes = session
        .api
        .list_schemes(&ListQuery::default())
        .await?
        .schemes;
    choose(
        Kind::Scheme,
        text,
        &schemes,
        |one| &one.id,
        |one| one.name.clone(),
    )
    .map(|one| one.id.clone())
}

impl SchemeCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut client = session.api.schemes();
        match self {
            Self::List(args) => {
                let answer = session.api.list_schemes(&args.query()).await?;
                noun::list(session, "ListSchemesResponse", &answer, &answer.schemes).await
            }
            Self::Show { scheme } => show(session, &scheme).await,
            Self::Templates => templates(session).await,
            Self::Create {
                name,
                note,
                terms,
                write,
            } => {
                let given = terms.read(session).await?.ok_or_else(|| {
                    Failure::usage("it is not said what the scheme pays for")
                        .with_hint("Add --on, --template or --file; --help shows examples.")
                })?;
                let name = if name.is_empty() { given.name } else { name };
                if name.is_empty() {
                    return Err(Failure::usage("the scheme has no name")
                        .with_hint("Write it first: sluice scheme create 'Won deals' --on won …"));
                }
                let request = v1::CreateSchemeRequest {
                    name,
                    note,
                    unit: given.unit.unwrap_or_default().into(),
                    terms: Some(given.terms),
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.create_scheme(request).await?.into_inner();
                noun::card(session, "CreateSchemeResponse", &answer, &answer.scheme).await
            }
            Self::Edit {
                scheme,
                name,
                note,
                discard_draft,
                terms,
                etag,
                write,
            } => {
                let id = scheme_id(session, &scheme).await?;
                let given = terms.read(session).await?;
                let unit = given.as_ref().and_then(|given| given.unit);
                let request = v1::UpdateSchemeRequest {
                    id,
                    name,
                    note,
                    unit: unit.unwrap_or_default().into(),
                    draft: given.map(|given| given.terms),
                    discard_draft,
                    etag: etag.etag,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.update_scheme(request).await?.into_inner();
                noun::card(session, "UpdateSchemeResponse", &answer, &answer.scheme).await
            }
            Self::Publish {
                scheme,
                etag,
                write,
            } => {
                let request = v1::PublishSchemeRequest {
                    id: scheme_id(session, &scheme).await?,
                    etag: etag.etag,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.publish_scheme(request).await?.into_inner();
                noun::card(session, "PublishSchemeResponse", &answer, &answer.scheme).await
            }
            Self::End {
                scheme,
                etag,
                write,
            } => {
                let request = v1::EndSchemeRequest {
                    id: scheme_id(session, &scheme).await?,
                    etag: etag.etag,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.end_scheme(request).await?.into_inner();
                noun::card(session, "EndSchemeResponse", &answer, &answer.scheme).await
            }
            Self::Rehearse {
                scheme,
                cycle,
                terms,
            } => rehearse(session, &scheme, cycle, &terms).await,
        }
    }
}

const VERSION_COLUMNS: &[Column] = &[
    shown("version", "VERSION"),
    shown("effective_time", "HOLDS FROM"),
    shown("publish_time", "PUBLISHED"),
    shown("publisher", "BY"),
    shown("sentence", "PAYS"),
];

async fn show(session: &mut Session, text: &str) -> Outcome {
    let id = scheme_id(session, text).await?;
    let request = v1::GetSchemeRequest { id };
    let answer = session
        .api
        .schemes()
        .get_scheme(request)
        .await?
        .into_inner();
    noun::card(session, "GetSchemeResponse", &answer, &answer.scheme).await?;
    let Some(scheme) = answer.scheme.filter(|scheme| scheme.versions.len() > 1) else {
        return Ok(());
    };
    let (setting, titles) = (session.setting().await?, session.titles(false).await?);
    let mut sheet = Sheet::new(VERSION_COLUMNS);
    for version in &scheme.versions {
        sheet.rows.push(vec![
            Cell::count(version.number),
            setting.time_cell(version.effective_time.as_ref()),
            setting.time_cell(version.publish_time.as_ref()),
            Cell::text(titles.of(&version.publisher_id)),
            Cell::text(&version.sentence),
        ]);
    }
    session.output.more(&sheet)
}

const TEMPLATE_COLUMNS: &[Column] = &[
    shown("key", "KEY"),
    shown("name", "NAME"),
    shown("unit", "IN"),
    shown("sentence", "PAYS"),
];

async fn templates(session: &mut Session) -> Outcome {
    let request = v1::ListSchemeTemplatesRequest {};
    let answer = session.api.schemes().list_scheme_templates(request).await?;
    let answer = answer.into_inner();
    let setting = session.setting().await?;
    let mut sheet = Sheet::new(TEMPLATE_COLUMNS);
    for template in &answer.templates {
        sheet.rows.push(vec![
            Cell::text(&template.key),
            Cell::text(&template.name),
            unit_cell(template.unit, &setting.currency_code),
            Cell::text(&template.sentence),
        ]);
    }
    session.output.list(
        "ListSchemeTemplatesResponse",
        &answer,
        &sheet,
        "There are no templates.",
    )
}

const REHEARSAL_COLUMNS: &[Column] = &[
    hidden("member_id"),
    shown("member", "MEMBER"),
    shown("rewards", "REWARDS"),
    shown("amount", "WOULD GET"),
    shown("paid_amount", "GOT"),
    shown("difference", "DIFFERENCE"),
    shown("unfunded_amount", "UNFUNDED"),
];

async fn rehearse(
    session: &mut Session,
    scheme: &str,
    cycle: String,
    terms: &TermsArgs,
) -> Outcome {
    let given = terms.read(session).await?;
    if scheme.is_empty() && given.is_none() {
        return Err(Failure::usage("it is not said what is rehearsed")
            .with_hint("Name a scheme, or add --on, --template or --file."));
    }
    let (terms, unit) = match given {
        Some(GivenTerms { terms, unit, .. }) => (Some(terms), unit.unwrap_or_default()),
        None => (None, v1::RewardUnit::Unspecified),
    };
    let request = v1::RehearseSchemeRequest {
        id: match scheme {
            "" => String::new(),
            text => scheme_id(session, text).await?,
        },
        terms,
        unit: unit.into(),
        cycle,
    };
    let answer = session.api.schemes().rehearse_scheme(request).await?;
    let answer = answer.into_inner();
    let setting = session.setting().await?;
    let unit = if answer.currency_code.is_empty() {
        v1::RewardUnit::Points
    } else {
        v1::RewardUnit::Money
    };
    let cell = |amount| amount_cell(&setting, unit.into(), amount);
    let mut sheet = Sheet::new(REHEARSAL_COLUMNS);
    for member in &answer.members {
        sheet.rows.push(vec![
            Cell::text(&member.member_id),
            Cell::text(&member.member),
            Cell::count(member.rewards),
            cell(member.amount),
            cell(member.paid_amount),
            cell(member.amount.saturating_sub(member.paid_amount)),
            cell(member.unfunded_amount),
        ]);
    }
    session.output.say(&answer.sentence)?;
    session.output.list(
        "RehearseSchemeResponse",
        &answer,
        &sheet,
        "Nobody would have been paid.",
    )?;
    let words = |amount| amount_words(&setting, unit.into(), amount);
    session.output.say(&format!(
        "{} rewards, {} in all; paid in fact: {}",
        answer.rewards,
        words(answer.amount),
        words(answer.paid_amount)
    ))?;
    if let Some(left) = answer.fund_left {
        session.output.say(&format!(
            "Left of the budget: {}; not paid for want of it: {}",
            words(left),
            words(answer.unfunded_amount)
        ))?;
    }
    for caveat in &answer.caveats {
        session.output.say(&format!("Not known: {caveat}"))?;
    }
    session.output.flush()
}
