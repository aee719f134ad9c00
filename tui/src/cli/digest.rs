//! `sluice digest`: what happened in a cycle to whom a manager answers for, and when they are told.

use clap::{Args, Subcommand, ValueEnum};
use sluice_proto::v1;

use super::{
    failure::Outcome,
    noun::{self, Noun},
    output::{Cell, Column, Format, Sheet, hidden, shown},
    reference::{Kind, short},
    session::{ListArgs, Mask, Session, WriteArgs},
    value::{Setting, enum_word},
};

/// Which digest, or what about its schedules.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct DigestArgs {
    /// What about schedules; the digest itself when absent.
    #[command(subcommand)]
    command: Option<DigestCommand>,
    /// Whose: name, M-3. Administrators and executives have all, whoever leads teams has these, others themselves
    #[arg(long)]
    member: Option<String>,
    /// Which cycle: this-week, last-month, 2026-W09, 2026-03-01..2026-03-15 …
    #[arg(long, default_value = "this-week")]
    cycle: String,
}

/// What about digests.
#[derive(Debug, Subcommand)]
pub enum DigestCommand {
    /// Who is told which cycle, when and how: add, list, amend, delete
    Schedule {
        /// Which verb.
        #[command(subcommand)]
        command: ScheduleCommand,
    },
}

/// Schedules of digests.
#[derive(Debug, Subcommand)]
pub enum ScheduleCommand {
    /// Send a member the digest of each cycle on the first day after it
    #[command(
        after_help = "Example:\n  sluice digest schedule add kim --unit week --at 08:00 --inbox --email"
    )]
    Add {
        /// Who gets it: name, M-3
        member: String,
        /// Which cycles
        #[arg(long)]
        unit: UnitArg,
        /// When, in the workspace's time zone: 08:00
        #[arg(long, value_name = "TIME")]
        at: String,
        /// Into their inbox
        #[arg(long)]
        inbox: bool,
        /// To their e-mail address
        #[arg(long)]
        email: bool,
        /// To a webhook: W-2
        #[arg(long)]
        webhook: Option<String>,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// List schedules
    List(ListArgs),
    /// Change a schedule, pause it or take it back into use
    Amend {
        /// Which: D-4 or digestSchedules/4
        id: String,
        /// Which cycles
        #[arg(long)]
        unit: Option<UnitArg>,
        /// When, in the workspace's time zone: 08:00
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
        /// Into their inbox or not
        #[arg(long, value_name = "YES")]
        inbox: Option<bool>,
        /// To their e-mail address or not
        #[arg(long, value_name = "YES")]
        email: Option<bool>,
        /// To a webhook: W-2; '' for none
        #[arg(long)]
        webhook: Option<String>,
        /// In use or paused
        #[arg(long, value_name = "YES")]
        active: Option<bool>,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Delete a schedule for good
    Delete {
        /// Which: D-4 or digestSchedules/4
        id: String,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
}

/// Which cycles a schedule tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum UnitArg {
    /// Each day
    Day,
    /// Each week, Monday to Sunday
    Week,
    /// Each month
    Month,
}

impl UnitArg {
    const fn to_proto(self) -> v1::DigestUnit {
        match self {
            Self::Day => v1::DigestUnit::Day,
            Self::Week => v1::DigestUnit::Week,
            Self::Month => v1::DigestUnit::Month,
        }
    }
}

const SECTIONS: &[Column] = &[
    shown("section", "SECTION"),
    shown("count", "COUNT"),
    shown("amount", "AMOUNT"),
    shown("count_change", "COUNT CHANGE"),
    shown("amount_change", "AMOUNT CHANGE"),
    hidden("previous_count"),
    hidden("previous_amount"),
    hidden("packets_sent"),
    hidden("packets_received"),
];

fn sections(digest: &v1::Digest, setting: &Setting) -> Sheet {
    let empty = v1::DigestFigure::default();
    let mut sheet = Sheet::new(SECTIONS);
    let rows = digest.sections.iter().map(|section| {
        let figure = section.figure.as_ref().unwrap_or(&empty);
        let change = section.change.as_ref().unwrap_or(&empty);
        let previous = section.previous.as_ref().unwrap_or(&empty);
        let packets = |figure: &Option<v1::DigestFigure>| {
            Cell::count(figure.as_ref().map_or(0, |figure| figure.count))
        };
        vec![
            Cell::text(enum_word(
                section.kind().as_str_name(),
                "DIGEST_SECTION_KIND_",
            )),
            Cell::count(figure.count),
            setting.money_cell(figure.amount.as_ref()),
            Cell::count(change.count),
            setting.money_cell(change.amount.as_ref()),
            Cell::count(previous.count),
            setting.money_cell(previous.amount.as_ref()),
            packets(&section.packets_sent),
            packets(&section.packets_received),
        ]
    });
    sheet.rows = rows.collect();
    sheet
}

const ITEMS: &[Column] = &[
    shown("section", "LARGEST"),
    shown("opportunity", "ID"),
    shown("amount", "AMOUNT"),
    shown("name", "NAME"),
];

fn items(digest: &v1::Digest, setting: &Setting) -> Sheet {
    let mut sheet = Sheet::new(ITEMS);
    for section in &digest.sections {
        let word = enum_word(section.kind().as_str_name(), "DIGEST_SECTION_KIND_");
        sheet.rows.extend(section.top.iter().map(|item| {
            vec![
                Cell::text(&word),
                Cell::pair(short(&item.opportunity_id), &item.opportunity_id),
                setting.money_cell(item.amount.as_ref()),
                Cell::text(&item.name),
            ]
        }));
    }
    sheet
}

impl DigestArgs {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        if let Some(DigestCommand::Schedule { command }) = self.command {
            return command.run(session).await;
        }
        let member_id = match &self.member {
            Some(member) => session.directory.member(member).await?,
            None => String::new(),
        };
        let request = v1::GetDigestRequest {
            member_id,
            cycle: self.cycle,
        };
        let mut client = session.api.digests();
        let answer = client.get_digest(request).await?.into_inner();
        let digest = answer.digest.clone().unwrap_or_default();
        if session.is_json() {
            return session.output.json_message("GetDigestResponse", &answer);
        }
        let setting = session.setting().await?;
        let sheet = sections(&digest, &setting);
        if session.output.format == Format::Csv {
            return sheet.write_csv(session.output.writer(), true);
        }
        let head = format!(
            "{}, {} against {}\n",
            digest.scope, digest.cycle, digest.previous_cycle
        );
        session.output.say(&head)?;
        sheet.write_table(session.output.writer())?;
        let items = items(&digest, &setting);
        if !items.rows.is_empty() {
            session.output.say("")?;
            items.write_table(session.output.writer())?;
        }
        session.output.flush()
    }
}

const COLUMNS: &[Column] = &[
    shown("id", "ID"),
    shown("member", "FOR"),
    shown("unit", "EACH"),
    shown("local_time", "AT"),
    shown("ways", "BY"),
    shown("state", "STATE"),
    shown("told_until", "TOLD UNTIL"),
    hidden("etag"),
];

impl Noun for v1::DigestSchedule {
    const NONE_MATCH: &'static str = "No schedules.";

    async fn sheet(items: &[Self], session: &mut Session) -> Outcome<Sheet> {
        let titles = session.team_titles().await?;
        let mut sheet = Sheet::new(COLUMNS);
        let rows = items.iter().map(|schedule| {
            let webhook = short(&schedule.webhook_id);
            let ways = [
                ("inbox", schedule.inbox),
                ("e-mail", schedule.email),
                (webhook.as_str(), !schedule.webhook_id.is_empty()),
            ];
            let ways: Vec<&str> = ways
                .iter()
                .filter(|(_, used)| *used)
                .map(|(way, _)| *way)
                .collect();
            vec![
                Cell::pair(short(&schedule.id), &schedule.id),
                Cell::text(titles.of(&schedule.member_id)),
                Cell::text(enum_word(schedule.unit().as_str_name(), "DIGEST_UNIT_")),
                Cell::text(&schedule.local_time),
                Cell::text(ways.join(", ")),
                Cell::text(if schedule.active { "active" } else { "paused" }),
                Cell::text(&schedule.told_until),
                Cell::text(&schedule.etag),
            ]
        });
        sheet.rows = rows.collect();
        Ok(sheet)
    }
}

/// A webhook as people write it; none when it is not named or ''.
fn webhook_id(text: Option<&str>) -> Outcome<String> {
    match text {
        None | Some("") => Ok(String::new()),
        Some(text) => Kind::Webhook.require(text),
    }
}

impl ScheduleCommand {
    async fn run(self, session: &mut Session) -> Outcome {
        let mut client = session.api.digests();
        match self {
            Self::Add {
                member,
                unit,
                at,
                inbox,
                email,
                webhook,
                write,
            } => {
                let schedule = v1::DigestSchedule {
                    member_id: session.directory.member(&member).await?,
                    unit: unit.to_proto().into(),
                    local_time: at,
                    inbox,
                    email,
                    webhook_id: webhook_id(webhook.as_deref())?,
                    ..Default::default()
                };
                let request = v1::CreateDigestScheduleRequest {
                    digest_schedule: Some(schedule),
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.create_digest_schedule(request).await?.into_inner();
                let name = "CreateDigestScheduleResponse";
                noun::card(session, name, &answer, &answer.digest_schedule).await
            }
            Self::List(args) => {
                let answer = session.api.list_digest_schedules(&args.query()).await?;
                let name = "ListDigestSchedulesResponse";
                noun::list(session, name, &answer, &answer.digest_schedules).await
            }
            Self::Amend {
                id,
                unit,
                at,
                inbox,
                email,
                webhook,
                active,
                write,
            } => {
                let mut mask = Mask::default();
                let mut schedule = v1::DigestSchedule {
                    id: Kind::DigestSchedule.require(&id)?,
                    ..Default::default()
                };
                let unit = unit.map(|unit| unit.to_proto().into());
                mask.take("unit", unit, &mut schedule.unit);
                mask.take("local_time", at, &mut schedule.local_time);
                mask.take("inbox", inbox, &mut schedule.inbox);
                mask.take("email", email, &mut schedule.email);
                mask.take("active", active, &mut schedule.active);
                if webhook.is_some() {
                    schedule.webhook_id = webhook_id(webhook.as_deref())?;
                    mask.add("webhook_id");
                }
                let request = v1::UpdateDigestScheduleRequest {
                    digest_schedule: Some(schedule),
                    update_mask: mask.finish()?,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.update_digest_schedule(request).await?.into_inner();
                let name = "UpdateDigestScheduleResponse";
                noun::card(session, name, &answer, &answer.digest_schedule).await
            }
            Self::Delete { id, write } => {
                let request = v1::DeleteDigestScheduleRequest {
                    id: Kind::DigestSchedule.require(&id)?,
                    etag: String::new(),
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.delete_digest_schedule(request).await?.into_inner();
                if session.is_json() {
                    let name = "DeleteDigestScheduleResponse";
                    return session.output.json_message(name, &answer);
                }
                session.output.say("Deleted.")?;
                session.output.flush()
            }
        }
    }
}
