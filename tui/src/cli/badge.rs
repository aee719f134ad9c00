//! `sluice badge` and `sluice thanks`: honours by rule, and thanks between colleagues.

use clap::{Args, Subcommand};
use sluice_proto::v1;

use super::{
    failure::Outcome,
    noun::{self, Noun},
    output::{Cell, Column, Sheet, hidden, shown},
    reference::{Kind, short},
    session::{ListArgs, Session, WriteArgs},
    value::enum_word,
};

/// Badges.
#[derive(Debug, Subcommand)]
pub enum BadgeCommand {
    /// List badges
    #[command(
        after_help = "Examples:\n  sluice badge list --filter member:kim\n  sluice badge list --filter 'kind:thanks team:East' --order-by 'created desc'"
    )]
    List(ListArgs),
}

/// Options of `thanks`.
#[derive(Debug, Args)]
pub struct ThanksArgs {
    /// Whom
    member: String,
    /// For what
    reason: String,
    /// For which deal
    #[arg(long)]
    deal: Option<String>,
    /// How the change is made.
    #[command(flatten)]
    write: WriteArgs,
}

const COLUMNS: &[Column] = &[
    shown("id", "ID"),
    shown("member", "MEMBER"),
    shown("kind", "BADGE"),
    shown("giver", "FROM"),
    shown("reason", "FOR"),
    shown("opportunity_id", "DEAL"),
    shown("create_time", "WHEN"),
    hidden("member_id"),
    hidden("etag"),
];

impl Noun for v1::Badge {
    const NONE_MATCH: &'static str = "No badges match.";

    async fn sheet(items: &[Self], session: &mut Session) -> Outcome<Sheet> {
        let (setting, titles) = (session.setting().await?, session.titles(false).await?);
        let mut sheet = Sheet::new(COLUMNS);
        let rows = items.iter().map(|badge| {
            vec![
                Cell::pair(short(&badge.id), &badge.id),
                Cell::text(titles.of(&badge.member_id)),
                Cell::text(enum_word(badge.kind().as_str_name(), "BADGE_KIND_")),
                Cell::text(titles.of(&badge.giver_id)),
                Cell::text(&badge.reason),
                Cell::pair(short(&badge.opportunity_id), &badge.opportunity_id),
                setting.time_cell(badge.create_time.as_ref()),
                Cell::text(&badge.member_id),
                Cell::text(&badge.etag),
            ]
        });
        sheet.rows = rows.collect();
        Ok(sheet)
    }
}

impl BadgeCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            Self::List(args) => {
                let answer = session.api.list_badges(&args.query()).await?;
                noun::list(session, "ListBadgesResponse", &answer, &answer.badges).await
            }
        }
    }
}

/// Runs `thanks`.
pub async fn thanks(args: ThanksArgs, session: &mut Session) -> Outcome {
    let request = v1::GiveThanksRequest {
        member_id: session.directory.member(&args.member).await?,
        reason: args.reason,
        opportunity_id: match &args.deal {
            Some(deal) => Kind::Opportunity.require(deal)?,
            None => String::new(),
        },
        request_id: args.write.request_id(),
        validate_only: args.write.validate_only,
    };
    let answer = session
        .api
        .badges()
        .give_thanks(request)
        .await?
        .into_inner();
    noun::card(session, "GiveThanksResponse", &answer, &answer.badge).await
}
