//! `sluice team`: the organisation tree.

use clap::{Args, Subcommand};
use sluice_proto::v1;

use super::{
    failure::Outcome,
    noun::{self, Noun},
    output::{Cell, Column, Sheet, hidden, shown},
    reference::{Titles, short},
    session::{EtagArgs, ListArgs, Mask, Session, WriteArgs},
    value::Setting,
};

/// The organisation tree.
#[derive(Debug, Subcommand)]
pub enum TeamCommand {
    /// Create a team
    #[command(after_help = "Example:\n  sluice team create East --manager kim --parent Sales")]
    Create {
        /// What people call it
        name: String,
        /// Its fields.
        #[command(flatten)]
        fields: FieldArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// List teams
    List(ListArgs),
    /// Show a team
    Show {
        /// The team: name, T-3 or teams/3
        id: String,
    },
    /// Change fields of a team
    #[command(after_help = "Example:\n  sluice team amend East --manager lee")]
    Amend {
        /// The team: name, T-3 or teams/3
        id: String,
        /// What people call it
        #[arg(long)]
        name: Option<String>,
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

/// Fields of a team as options.
#[derive(Clone, Debug, Args)]
pub struct FieldArgs {
    /// The team above: name, T-3; '' for the top
    #[arg(long)]
    parent: Option<String>,
    /// The member who leads it: name, M-3; '' for nobody
    #[arg(long)]
    manager: Option<String>,
    /// Key in another system
    #[arg(long, value_name = "KEY")]
    external_id: Option<String>,
}

impl FieldArgs {
    async fn fill(self, session: &mut Session, team: &mut v1::Team, mask: &mut Mask) -> Outcome {
        if let Some(parent) = &self.parent {
            team.parent_id = match parent.as_str() {
                "" => String::new(),
                name => session.directory.team(name).await?,
            };
            mask.add("parent_id");
        }
        if let Some(manager) = &self.manager {
            team.manager_id = match manager.as_str() {
                "" => String::new(),
                name => session.directory.member(name).await?,
            };
            mask.add("manager_id");
        }
        mask.take("external_id", self.external_id, &mut team.external_id);
        Ok(())
    }
}

const COLUMNS: &[Column] = &[
    shown("id", "ID"),
    shown("name", "NAME"),
    shown("parent", "ABOVE"),
    shown("manager", "MANAGER"),
    hidden("external_id"),
    hidden("create_time"),
    hidden("etag"),
];

/// Teams as a table.
pub fn sheet(teams: &[v1::Team], titles: &Titles, setting: &Setting) -> Sheet {
    let mut sheet = Sheet::new(COLUMNS);
    let rows = teams.iter().map(|team| {
        vec![
            Cell::pair(short(&team.id), &team.id),
            Cell::text(&team.name),
            Cell::text(titles.of(&team.parent_id)),
            Cell::text(titles.of(&team.manager_id)),
            Cell::text(&team.external_id),
            setting.time_cell(team.create_time.as_ref()),
            Cell::text(&team.etag),
        ]
    });
    sheet.rows = rows.collect();
    sheet
}

impl Noun for v1::Team {
    const NONE_MATCH: &'static str = "No teams match.";

    async fn sheet(items: &[Self], session: &mut Session) -> Outcome<Sheet> {
        let (setting, titles) = (session.setting().await?, session.team_titles().await?);
        Ok(sheet(items, &titles, &setting))
    }
}

impl TeamCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut client = session.api.teams();
        match self {
            Self::Create {
                name,
                fields,
                write,
            } => {
                let mut team = v1::Team {
                    name,
                    ..Default::default()
                };
                fields
                    .fill(session, &mut team, &mut Mask::default())
                    .await?;
                let request = v1::CreateTeamRequest {
                    team: Some(team),
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.create_team(request).await?.into_inner();
                noun::card(session, "CreateTeamResponse", &answer, &answer.team).await
            }
            Self::List(args) => {
                let answer = session.api.list_teams(&args.query()).await?;
                noun::list(session, "ListTeamsResponse", &answer, &answer.teams).await
            }
            Self::Show { id } => {
                let id = session.directory.team(&id).await?;
                let answer = client
                    .get_team(v1::GetTeamRequest { id })
                    .await?
                    .into_inner();
                noun::card(session, "GetTeamResponse", &answer, &answer.team).await
            }
            Self::Amend {
                id,
                name,
                fields,
                etag,
                write,
            } => {
                let mut mask = Mask::default();
                let mut team = v1::Team {
                    id: session.directory.team(&id).await?,
                    etag: etag.etag,
                    ..Default::default()
                };
                mask.take("name", name, &mut team.name);
                fields.fill(session, &mut team, &mut mask).await?;
                let request = v1::UpdateTeamRequest {
                    team: Some(team),
                    update_mask: mask.finish()?,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.update_team(request).await?.into_inner();
                noun::card(session, "UpdateTeamResponse", &answer, &answer.team).await
            }
        }
    }
}
