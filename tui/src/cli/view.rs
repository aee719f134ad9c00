//! `sluice view`: lists kept by a name, one's own and everybody's.

use clap::{Args, Subcommand, ValueEnum};
use sluice_proto::v1;

use super::{
    api::ListQuery,
    failure::{Exit, Failure, Outcome},
    noun::{self, Noun},
    opportunity,
    output::{Cell, Column, Format, Sheet, hidden, shown},
    reference::{Kind, choose, short},
    session::{EtagArgs, ListArgs, Mask, Session, WriteArgs},
    summary,
};

/// Lists kept by a name.
#[derive(Debug, Subcommand)]
pub enum ViewCommand {
    /// List views, personal and shared ones
    #[command(after_help = "Examples:
  sluice view list --filter shared:true
  sluice view list --filter 'owner:kim collection:opportunities' --order-by name")]
    List(ListArgs),
    /// Save a view; one of the same name is changed if it is yours
    #[command(after_help = "Examples:
  sluice view save 'My stuck deals' --filter 'owner:kim (level>=stalled or idle>14)' --order-by 'over desc'
  sluice view save Quarter --shared --filter 'status:open date:2026-Q1' --group-by owner,stage
  sluice view save Quarter --filter 'status:open date:2026-Q2'      # the rest stays")]
    Save(Box<SaveArgs>),
    /// Show a view, and what it names that is no longer there
    Show {
        /// The view: its name, V-7 or savedViews/7
        name: String,
    },
    /// Print what a view lists; of a grouped one its groups and totals
    #[command(after_help = "Examples:
  sluice view run 'My stuck deals'
  sluice view run Quarter --rows --filter 'amount>=1m'
  sluice -o csv view run Quarter")]
    Run(RunArgs),
    /// Delete a view for good
    Delete {
        /// The view: its name, V-7 or savedViews/7
        name: String,
        /// Refuses a lost update.
        #[command(flatten)]
        etag: EtagArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
}

/// What a view lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CollectionArg {
    /// Deals
    Opportunities,
    /// Companies
    Customers,
    /// People at companies
    Contacts,
    /// Calls, visits and the like
    Activities,
}

impl CollectionArg {
    const fn name(self) -> &'static str {
        match self {
            Self::Opportunities => "opportunities",
            Self::Customers => "customers",
            Self::Contacts => "contacts",
            Self::Activities => "activities",
        }
    }
}

/// Options of `save`.
#[derive(Clone, Debug, Args)]
pub struct SaveArgs {
    /// What to call it, or the one to change: its name, V-7 or savedViews/7
    name: String,
    /// Another name for it
    #[arg(long, value_name = "NAME")]
    rename: Option<String>,
    /// Only what matches
    #[arg(long)]
    filter: Option<String>,
    /// Sort by fields, e.g. 'amount desc, name'
    #[arg(long, value_name = "FIELDS")]
    order_by: Option<String>,
    /// Group and total by fields, e.g. owner,stage
    #[arg(long, value_name = "FIELDS")]
    group_by: Option<String>,
    /// Columns to show, e.g. name,amount,owner
    #[arg(long, value_name = "NAMES")]
    columns: Option<String>,
    /// Everybody's to use (--shared false: your own again)
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "YES")]
    shared: Option<bool>,
    /// What it lists; never changes
    #[arg(long)]
    collection: Option<CollectionArg>,
    /// Refuses a lost update.
    #[command(flatten)]
    etag: EtagArgs,
    /// How the change is made.
    #[command(flatten)]
    write: WriteArgs,
}

/// Options of `run`.
#[derive(Clone, Debug, Args)]
pub struct RunArgs {
    /// The view: its name, V-7 or savedViews/7
    name: String,
    /// The deals themselves, also of a grouped view
    #[arg(long)]
    rows: bool,
    /// What to list, besides what the view says.
    #[command(flatten)]
    list: ListArgs,
}

const COLUMNS: &[Column] = &[
    shown("id", "ID"),
    shown("name", "NAME"),
    shown("owner", "OWNER"),
    shown("shared", "SHARED"),
    shown("collection", "LISTS"),
    shown("filter", "FILTER"),
    shown("order_by", "ORDER"),
    shown("group_by", "GROUPS"),
    hidden("columns"),
    hidden("create_time"),
    hidden("etag"),
];

impl Noun for v1::SavedView {
    const NONE_MATCH: &'static str =
        "No views match. `sluice view save NAME --filter 'owner:kim status:open'` keeps one.";

    async fn sheet(items: &[Self], session: &mut Session) -> Outcome<Sheet> {
        let (setting, titles) = (session.setting().await?, session.team_titles().await?);
        let rows = items.iter().map(|view| {
            vec![
                Cell::pair(short(&view.id), &view.id),
                Cell::text(&view.name),
                Cell::text(titles.of(&view.owner_id)),
                Cell::pair(
                    if view.shared { "yes" } else { "" },
                    view.shared.to_string(),
                ),
                Cell::text(&view.collection),
                Cell::text(&view.filter),
                Cell::text(&view.order_by),
                Cell::text(&view.group_by),
                Cell::text(&view.columns),
                setting.time_cell(view.create_time.as_ref()),
                Cell::text(&view.etag),
            ]
        });
        Ok(Sheet {
            columns: COLUMNS,
            rows: rows.collect(),
        })
    }
}

/// The view a text means.
pub(super) async fn find(session: &Session, text: &str) -> Outcome<v1::SavedView> {
    let all = session.api.list_saved_views(&ListQuery::default()).await?;
    let views = &all.saved_views;
    let name = |view: &v1::SavedView| view.name.clone();
    choose(Kind::SavedView, text, views, |view| &view.id, name).cloned()
}

/// What a view says together with what is asked besides: both filters must hold, and an order that is asked for counts.
pub(super) fn combined(view: &v1::SavedView, asked: ListQuery) -> ListQuery {
    let filter = match (view.filter.trim(), asked.filter.trim()) {
        (kept, "") => kept.to_owned(),
        ("", asked) => asked.to_owned(),
        (kept, asked) => format!("({kept}) ({asked})"),
    };
    let order_by = if asked.order_by.is_empty() {
        view.order_by.clone()
    } else {
        asked.order_by
    };
    ListQuery {
        filter,
        order_by,
        ..asked
    }
}

impl ViewCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            Self::List(args) => {
                let answer = session.api.list_saved_views(&args.query()).await?;
                noun::list(
                    session,
                    "ListSavedViewsResponse",
                    &answer,
                    &answer.saved_views,
                )
                .await
            }
            Self::Save(args) => save(*args, session).await,
            Self::Show { name } => show(&name, session).await,
            Self::Run(args) => run(args, session).await,
            Self::Delete { name, etag, write } => {
                let view = find(session, &name).await?;
                let request = v1::DeleteSavedViewRequest {
                    id: view.id,
                    etag: etag.etag,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let mut client = session.api.saved_views();
                let answer = client.delete_saved_view(request).await?.into_inner();
                match session.output.format {
                    Format::Json => session
                        .output
                        .json_message("DeleteSavedViewResponse", &answer),
                    Format::Table | Format::Csv => {
                        session.output.say(&format!("{} is gone.", view.name))?;
                        session.output.flush()
                    }
                }
            }
        }
    }
}

async fn save(args: SaveArgs, session: &mut Session) -> Outcome {
    let mut client = session.api.saved_views();
    let shared = args.shared;
    // A personal view and a shared one may have one name: what is said about sharing tells them apart.
    let known = match find(session, &args.name).await {
        Ok(view) if view.name == args.name || Kind::SavedView.parse(&args.name).is_some() => {
            Some(view)
        }
        Ok(_) => None,
        Err(failure) if failure.exit == Exit::NotFound => None,
        Err(failure) => return Err(failure),
    };
    let mut view = v1::SavedView::default();
    let mut mask = Mask::default();
    mask.take("filter", args.filter, &mut view.filter);
    mask.take("order_by", args.order_by, &mut view.order_by);
    mask.take("group_by", args.group_by, &mut view.group_by);
    mask.take("columns", args.columns, &mut view.columns);
    mask.take("shared", shared, &mut view.shared);
    match known {
        Some(known) => {
            mask.take("name", args.rename, &mut view.name);
            let wanted = args.collection.map(CollectionArg::name);
            if wanted.is_some_and(|wanted| wanted != known.collection) {
                return Err(Failure::usage(format!(
                    "'{}' lists {}: that never changes",
                    known.name, known.collection
                ))
                .with_hint("Save another one."));
            }
            view.id = known.id;
            view.etag = args.etag.etag;
            let request = v1::UpdateSavedViewRequest {
                saved_view: Some(view),
                update_mask: mask.finish()?,
                request_id: args.write.request_id(),
                validate_only: args.write.validate_only,
            };
            let answer = client.update_saved_view(request).await?.into_inner();
            noun::card(
                session,
                "UpdateSavedViewResponse",
                &answer,
                &answer.saved_view,
            )
            .await
        }
        None => {
            view.name = args.rename.unwrap_or(args.name);
            view.collection = args
                .collection
                .map(|it| it.name().to_owned())
                .unwrap_or_default();
            let request = v1::CreateSavedViewRequest {
                saved_view: Some(view),
                request_id: args.write.request_id(),
                validate_only: args.write.validate_only,
            };
            let answer = client.create_saved_view(request).await?.into_inner();
            noun::card(
                session,
                "CreateSavedViewResponse",
                &answer,
                &answer.saved_view,
            )
            .await
        }
    }
}

async fn show(name: &str, session: &mut Session) -> Outcome {
    let id = find(session, name).await?.id;
    let request = v1::GetSavedViewRequest { id };
    let mut client = session.api.saved_views();
    let answer = client.get_saved_view(request).await?.into_inner();
    noun::card(session, "GetSavedViewResponse", &answer, &answer.saved_view).await?;
    if session.output.format == Format::Table {
        for problem in &answer.problems {
            let field = problem.field.replace('_', " ");
            session.output.say(&format!(
                "! {field}, position {}: {}",
                problem.position, problem.description
            ))?;
        }
    }
    session.output.flush()
}

async fn run(args: RunArgs, session: &mut Session) -> Outcome {
    let view = find(session, &args.name).await?;
    let query = combined(&view, args.list.query());
    if !view.group_by.is_empty() && !args.rows {
        let fields = view.group_by.split(',').map(|it| it.trim().to_owned());
        let request = v1::SummarizeOpportunitiesRequest {
            filter: query.filter,
            group_by: fields.collect(),
            page_size: query.page_size,
            page_token: query.page_token,
            order_by: String::new(),
        };
        return summary::print(request, session).await;
    }
    let api = &session.api;
    match view.collection.as_str() {
        "customers" => {
            let answer = api.list_customers(&query).await?;
            noun::list(session, "ListCustomersResponse", &answer, &answer.customers).await
        }
        "contacts" => {
            let answer = api.list_contacts(&query).await?;
            noun::list(session, "ListContactsResponse", &answer, &answer.contacts).await
        }
        "activities" => {
            let answer = api.list_activities(&query).await?;
            noun::list(
                session,
                "ListActivitiesResponse",
                &answer,
                &answer.activities,
            )
            .await
        }
        _ => opportunity::list_by(&query, session).await,
    }
}
