//! `sluice activity`: calls, visits and other things done for a sale.

use clap::{Args, Subcommand, ValueEnum};
use sluice_proto::v1;

use super::{
    api::ListQuery,
    failure::Outcome,
    noun::{self, Noun},
    output::{Cell, Column, Sheet, hidden, shown},
    place,
    reference::{Kind, Titles, short},
    session::{ListArgs, Session, WriteArgs},
    timeline::check_in_text,
    value::{Setting, enum_word},
};

/// Activities shown below a deal.
const SHOWN_OF_DEAL: i32 = 20;

/// Things done for a sale.
#[derive(Debug, Subcommand)]
pub enum ActivityCommand {
    /// Log an activity
    #[command(after_help = "Examples:
  sluice activity log call --opportunity O-1042 --purpose 'price talk' --note 'wants 5% off'
  sluice activity log visit --customer Acme --at 2026-03-10T09:30 --follow-up fri
  sluice activity log visit --customer Acme --check-in HQ
  sluice activity log visit --customer Acme --check-in 31.2304,121.4737")]
    Log(Box<LogArgs>),
    /// List activities
    #[command(after_help = "Example:\n  sluice activity list --filter 'opportunity:O-1042'")]
    List(ListArgs),
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ActivityKindArg {
    /// Telephone call
    Call,
    /// Visit to the customer
    Visit,
    /// Meeting elsewhere or on line
    Meeting,
    /// Demonstration
    Demo,
    /// E-mail or other message
    Email,
    /// Note
    Note,
    /// Anything else
    Other,
}

/// Options of `log`.
#[derive(Clone, Debug, Args)]
pub struct LogArgs {
    /// What was done
    kind: ActivityKindArg,
    /// The deal; this or --customer is required
    #[arg(long, value_name = "DEAL")]
    opportunity: Option<String>,
    /// The customer; taken from the deal when absent
    #[arg(long)]
    customer: Option<String>,
    /// The contact met or called
    #[arg(long)]
    contact: Option<String>,
    /// Who did it; the caller when absent
    #[arg(long)]
    member: Option<String>,
    /// When it was done; now when absent
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// What for, in a few words
    #[arg(long, default_value = "")]
    purpose: String,
    /// Free text
    #[arg(long, default_value = "")]
    note: String,
    /// Date of the next step
    #[arg(long, value_name = "DATE")]
    follow_up: Option<String>,
    /// Check in: a site of the customer, or LATITUDE,LONGITUDE in degrees. A terminal has no position of its own, so that
    /// this is never verified
    #[arg(long, value_name = "SITE", allow_hyphen_values = true)]
    check_in: Option<String>,
    /// The site that coordinates are measured against; the nearest when absent
    #[arg(long, value_name = "SITE", requires = "check_in")]
    site: Option<String>,
    /// How the change is made.
    #[command(flatten)]
    write: WriteArgs,
}

const COLUMNS: &[Column] = &[
    shown("id", "ID"),
    shown("occurred_time", "WHEN"),
    shown("kind", "KIND"),
    shown("purpose", "PURPOSE"),
    shown("member", "WHO"),
    shown("opportunity_id", "DEAL"),
    hidden("customer_id"),
    hidden("contact_id"),
    shown("follow_up_date", "FOLLOW-UP"),
    shown("note", "NOTE"),
    hidden("create_time"),
    hidden("etag"),
    shown("check_in", "CHECK-IN"),
];

/// Activities as a table.
pub fn sheet(activities: &[v1::Activity], titles: &Titles, setting: &Setting) -> Sheet {
    let mut sheet = Sheet::new(COLUMNS);
    let rows = activities.iter().map(|activity| {
        vec![
            Cell::pair(short(&activity.id), &activity.id),
            setting.time_cell(activity.occurred_time.as_ref()),
            Cell::text(enum_word(activity.kind().as_str_name(), "ACTIVITY_KIND_")),
            Cell::text(&activity.purpose),
            Cell::text(titles.of(&activity.member_id)),
            Cell::pair(short(&activity.opportunity_id), &activity.opportunity_id),
            Cell::pair(short(&activity.customer_id), &activity.customer_id),
            Cell::pair(short(&activity.contact_id), &activity.contact_id),
            Cell::text(&activity.follow_up_date),
            Cell::text(&activity.note),
            setting.time_cell(activity.create_time.as_ref()),
            Cell::text(&activity.etag),
            Cell::text(
                activity
                    .check_in
                    .as_ref()
                    .map(check_in_text)
                    .unwrap_or_default(),
            ),
        ]
    });
    sheet.rows = rows.collect();
    sheet
}

impl Noun for v1::Activity {
    const NONE_MATCH: &'static str = "No activities match.";

    async fn sheet(items: &[Self], session: &mut Session) -> Outcome<Sheet> {
        let (setting, titles) = (session.setting().await?, session.titles(false).await?);
        Ok(sheet(items, &titles, &setting))
    }
}

impl ActivityCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            Self::Log(args) => log(*args, session).await,
            Self::List(args) => {
                let answer = session.api.list_activities(&args.query()).await?;
                noun::list(
                    session,
                    "ListActivitiesResponse",
                    &answer,
                    &answer.activities,
                )
                .await
            }
        }
    }
}

async fn log(args: LogArgs, session: &mut Session) -> Outcome {
    let kind = match args.kind {
        ActivityKindArg::Call => v1::ActivityKind::Call,
        ActivityKindArg::Visit => v1::ActivityKind::Visit,
        ActivityKindArg::Meeting => v1::ActivityKind::Meeting,
        ActivityKindArg::Demo => v1::ActivityKind::Demo,
        ActivityKindArg::Email => v1::ActivityKind::Email,
        ActivityKindArg::Note => v1::ActivityKind::Note,
        ActivityKindArg::Other => v1::ActivityKind::Other,
    };
    let setting = session.setting().await?;
    let required = |kind: Kind, text: &Option<String>| {
        text.as_deref().map(|text| kind.require(text)).transpose()
    };
    let activity = v1::Activity {
        kind: kind.into(),
        purpose: args.purpose,
        opportunity_id: required(Kind::Opportunity, &args.opportunity)?.unwrap_or_default(),
        customer_id: match &args.customer {
            Some(customer) => session.directory.customer(customer).await?,
            None => String::new(),
        },
        contact_id: required(Kind::Contact, &args.contact)?.unwrap_or_default(),
        member_id: match &args.member {
            Some(member) => session.directory.member(member).await?,
            None => String::new(),
        },
        occurred_time: args
            .at
            .as_deref()
            .map(|text| setting.instant(text))
            .transpose()?,
        note: args.note,
        follow_up_date: args
            .follow_up
            .as_deref()
            .map(|text| setting.date(text))
            .transpose()?
            .unwrap_or_default(),
        check_in: args.check_in.map(|place| claim(place, args.site)),
        ..Default::default()
    };
    let request = v1::LogActivityRequest {
        activity: Some(activity),
        request_id: args.write.request_id(),
        validate_only: args.write.validate_only,
    };
    let answer = session
        .api
        .activities()
        .log_activity(request)
        .await?
        .into_inner();
    noun::card(session, "LogActivityResponse", &answer, &answer.activity).await
}

/// Where somebody says they were: coordinates typed by hand, or a site by its name.
fn claim(place: String, site: Option<String>) -> v1::CheckIn {
    match place::parse(&place) {
        Ok(coordinates) => v1::CheckIn {
            source: v1::CheckInSource::Typed.into(),
            coordinates: Some(coordinates),
            site: site.unwrap_or_default(),
            ..Default::default()
        },
        Err(_) => v1::CheckIn {
            source: v1::CheckInSource::Named.into(),
            site: place,
            ..Default::default()
        },
    }
}

/// Writes the activities of a deal below it, when there are any.
pub async fn print_of(session: &mut Session, opportunity_id: &str) -> Outcome {
    let query = ListQuery {
        page_size: SHOWN_OF_DEAL,
        filter: format!("opportunity:{}", short(opportunity_id)),
        order_by: "occurred_time desc".into(),
        ..ListQuery::default()
    };
    let answer = session.api.list_activities(&query).await?;
    if answer.activities.is_empty() {
        return Ok(());
    }
    let sheet = v1::Activity::sheet(&answer.activities, session).await?;
    session.output.say("")?;
    sheet.write_table(session.output.writer())?;
    Ok(())
}
