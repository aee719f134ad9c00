//! `sluice member`: the people who sell.

use clap::{Args, Subcommand, ValueEnum};
use sluice_proto::v1;

use super::{
    failure::Outcome,
    noun::{self, Noun},
    output::{Cell, Column, Sheet, hidden, shown},
    reference::{Titles, short},
    session::{EtagArgs, ListArgs, Mask, Session, WriteArgs},
    value::{Setting, enum_word},
};

/// People who sell.
#[derive(Debug, Subcommand)]
pub enum MemberCommand {
    /// Create a member
    #[command(
        after_help = "Example:\n  sluice member create 'Kim Lee' --role rep --team East --unix-user kim"
    )]
    Create {
        /// What people call them
        name: String,
        /// Its fields.
        #[command(flatten)]
        fields: FieldArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// List members
    List(ListArgs),
    /// Show a member
    Show {
        /// The member: name, M-3 or members/3; 'me' for the caller
        id: String,
    },
    /// Change fields of a member
    #[command(
        after_help = "Examples:\n  sluice member amend kim --team West\n  sluice member amend kim --active false"
    )]
    Amend {
        /// The member: name, M-3 or members/3
        id: String,
        /// What people call them
        #[arg(long)]
        name: Option<String>,
        /// False after they left
        #[arg(long)]
        active: Option<bool>,
        /// Its fields.
        #[command(flatten)]
        fields: FieldArgs,
        /// Refuses a lost update.
        #[command(flatten)]
        etag: EtagArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
}

/// What a member may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RoleArg {
    /// Settings and members
    Admin,
    /// Reads everything
    Executive,
    /// Own team and below
    Manager,
    /// Own and shared records
    Rep,
    /// A token with stated scopes
    Script,
}

impl RoleArg {
    fn to_proto(self) -> i32 {
        match self {
            Self::Admin => v1::Role::Admin,
            Self::Executive => v1::Role::Executive,
            Self::Manager => v1::Role::Manager,
            Self::Rep => v1::Role::Rep,
            Self::Script => v1::Role::Script,
        }
        .into()
    }
}

/// Fields of a member as options.
#[derive(Clone, Debug, Args)]
pub struct FieldArgs {
    /// What they may do
    #[arg(long)]
    role: Option<RoleArg>,
    /// Their team: name, T-3; '' for none
    #[arg(long)]
    team: Option<String>,
    /// Operating-system user who is this member on the Unix socket
    #[arg(long, value_name = "USER")]
    unix_user: Option<String>,
    /// E-mail address
    #[arg(long)]
    email: Option<String>,
    /// Key in another system
    #[arg(long, value_name = "KEY")]
    external_id: Option<String>,
}

impl FieldArgs {
    async fn fill(
        self,
        session: &mut Session,
        member: &mut v1::Member,
        mask: &mut Mask,
    ) -> Outcome {
        if let Some(team) = &self.team {
            member.team_id = match team.as_str() {
                "" => String::new(),
                name => session.directory.team(name).await?,
            };
            mask.add("team_id");
        }
        mask.take("role", self.role.map(RoleArg::to_proto), &mut member.role);
        mask.take("unix_user", self.unix_user, &mut member.unix_user);
        mask.take("email", self.email, &mut member.email);
        mask.take("external_id", self.external_id, &mut member.external_id);
        Ok(())
    }
}

const COLUMNS: &[Column] = &[
    shown("id", "ID"),
    shown("name", "NAME"),
    shown("role", "ROLE"),
    shown("team", "TEAM"),
    shown("unix_user", "UNIX USER"),
    shown("email", "E-MAIL"),
    shown("active", "ACTIVE"),
    hidden("external_id"),
    hidden("create_time"),
    hidden("etag"),
];

/// Members as a table.
pub fn sheet(members: &[v1::Member], titles: &Titles, setting: &Setting) -> Sheet {
    let mut sheet = Sheet::new(COLUMNS);
    let rows = members.iter().map(|member| {
        vec![
            Cell::pair(short(&member.id), &member.id),
            Cell::text(&member.name),
            Cell::text(enum_word(member.role().as_str_name(), "ROLE_")),
            Cell::text(titles.of(&member.team_id)),
            Cell::text(&member.unix_user),
            Cell::text(&member.email),
            Cell::pair(
                if member.active { "yes" } else { "no" },
                member.active.to_string(),
            ),
            Cell::text(&member.external_id),
            setting.time_cell(member.create_time.as_ref()),
            Cell::text(&member.etag),
        ]
    });
    sheet.rows = rows.collect();
    sheet
}

impl Noun for v1::Member {
    const NONE_MATCH: &'static str = "No members match.";

    async fn sheet(items: &[Self], session: &mut Session) -> Outcome<Sheet> {
        let (setting, titles) = (session.setting().await?, session.team_titles().await?);
        Ok(sheet(items, &titles, &setting))
    }
}

impl MemberCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut client = session.api.members();
        match self {
            Self::Create {
                name,
                fields,
                write,
            } => {
                let mut member = v1::Member {
                    name,
                    active: true,
                    ..Default::default()
                };
                fields
                    .fill(session, &mut member, &mut Mask::default())
                    .await?;
                let request = v1::CreateMemberRequest {
                    member: Some(member),
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.create_member(request).await?.into_inner();
                noun::card(session, "CreateMemberResponse", &answer, &answer.member).await
            }
            Self::List(args) => {
                let answer = session.api.list_members(&args.query()).await?;
                noun::list(session, "ListMembersResponse", &answer, &answer.members).await
            }
            Self::Show { id } if id == "me" => {
                let answer = client
                    .get_current_member(v1::GetCurrentMemberRequest {})
                    .await?
                    .into_inner();
                noun::card(session, "GetCurrentMemberResponse", &answer, &answer.member).await
            }
            Self::Show { id } => {
                let id = session.directory.member(&id).await?;
                let answer = client
                    .get_member(v1::GetMemberRequest { id })
                    .await?
                    .into_inner();
                noun::card(session, "GetMemberResponse", &answer, &answer.member).await
            }
            Self::Amend {
                id,
                name,
                active,
                fields,
                etag,
                write,
            } => {
                let mut mask = Mask::default();
                let mut member = v1::Member {
                    id: session.directory.member(&id).await?,
                    etag: etag.etag,
                    ..Default::default()
                };
                mask.take("name", name, &mut member.name);
                mask.take("active", active, &mut member.active);
                fields.fill(session, &mut member, &mut mask).await?;
                let request = v1::UpdateMemberRequest {
                    member: Some(member),
                    update_mask: mask.finish()?,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.update_member(request).await?.into_inner();
                noun::card(session, "UpdateMemberResponse", &answer, &answer.member).await
            }
        }
    }
}
