//! `sluice notice`: the inbox.

use clap::{Args, Subcommand};
use sluice_proto::v1;

use super::{
    failure::Outcome,
    noun::{self, Noun},
    output::{Cell, Column, Sheet, hidden, shown},
    reference::{Kind, short},
    session::{Session, WriteArgs},
    value::enum_word,
};

/// The inbox.
#[derive(Debug, Subcommand)]
pub enum NoticeCommand {
    /// List notices, of everybody or of one member
    #[command(after_help = "Example:\n  sluice notice list --member kim --unread")]
    List(NoticeListArgs),
    /// Mark notices as read
    #[command(
        after_help = "Examples:\n  sluice notice read N-12 N-13\n  sluice notice read --all-of kim"
    )]
    Read {
        /// Which: N-12 or notices/12
        #[arg(required_unless_present = "all_of")]
        ids: Vec<String>,
        /// Every unread one of this member: name, M-3
        #[arg(long, value_name = "MEMBER")]
        all_of: Option<String>,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
}

/// Which notices.
#[derive(Clone, Debug, Args)]
pub struct NoticeListArgs {
    /// Only those of this member: name, M-3
    #[arg(long)]
    member: Option<String>,
    /// Only those that are unread
    #[arg(long)]
    unread: bool,
    /// Sort by a field
    #[arg(long, value_name = "FIELDS", default_value = "created desc")]
    order_by: String,
    /// Rows of a page
    #[arg(long, value_name = "ROWS", default_value_t = 50)]
    page_size: u16,
    /// Go on where an earlier page ended: its next_page_token
    #[arg(long, value_name = "TOKEN", default_value = "")]
    page_token: String,
}

const COLUMNS: &[Column] = &[
    shown("id", "ID"),
    shown("create_time", "WHEN"),
    shown("recipient", "FOR"),
    shown("kind", "WHAT"),
    shown("subject", "ABOUT"),
    shown("value", "VALUE"),
    shown("compared_with", "OF"),
    shown("cycle", "CYCLE"),
    shown("text", "TEXT"),
    shown("read_time", "READ"),
    hidden("actor"),
];

impl Noun for v1::Notice {
    const NONE_MATCH: &'static str = "No notices.";

    async fn sheet(items: &[Self], session: &mut Session) -> Outcome<Sheet> {
        let (setting, titles) = (session.setting().await?, session.team_titles().await?);
        let figure = |value: Option<i64>| value.map_or_else(Cell::default, Cell::count);
        let mut sheet = Sheet::new(COLUMNS);
        let rows = items.iter().map(|notice| {
            vec![
                Cell::pair(short(&notice.id), &notice.id),
                setting.time_cell(notice.create_time.as_ref()),
                Cell::text(titles.of(&notice.recipient_id)),
                Cell::text(enum_word(notice.kind().as_str_name(), "NOTICE_KIND_")),
                Cell::pair(short(&notice.subject_id), &notice.subject_id),
                figure(notice.value),
                figure(notice.compared_with),
                Cell::text(&notice.cycle),
                Cell::text(&notice.text),
                setting.time_cell(notice.read_time.as_ref()),
                Cell::text(&notice.actor_id),
            ]
        });
        sheet.rows = rows.collect();
        Ok(sheet)
    }
}

impl NoticeCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut client = session.api.notices();
        match self {
            Self::List(args) => {
                let recipient_id = match &args.member {
                    Some(member) => session.directory.member(member).await?,
                    None => String::new(),
                };
                let request = v1::ListNoticesRequest {
                    page_size: i32::from(args.page_size),
                    page_token: args.page_token,
                    filter: String::new(),
                    order_by: args.order_by,
                    recipient_id,
                    unread_only: args.unread,
                };
                let answer = client.list_notices(request).await?.into_inner();
                noun::list(session, "ListNoticesResponse", &answer, &answer.notices).await
            }
            Self::Read { ids, all_of, write } => {
                let ids = ids.iter().map(|id| Kind::Notice.require(id));
                let request = v1::MarkNoticesReadRequest {
                    ids: ids.collect::<Outcome<_>>()?,
                    recipient_id: match &all_of {
                        Some(member) => session.directory.member(member).await?,
                        None => String::new(),
                    },
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.mark_notices_read(request).await?.into_inner();
                if session.is_json() {
                    return session
                        .output
                        .json_message("MarkNoticesReadResponse", &answer);
                }
                session.output.say("Read.")?;
                session.output.flush()
            }
        }
    }
}
