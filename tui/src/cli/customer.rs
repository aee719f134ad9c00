//! `sluice customer`: the companies sold to.

use clap::{Args, Subcommand};
use sluice_proto::v1;

use super::{
    failure::Outcome,
    noun::{self, Noun},
    output::{Cell, Column, Sheet, hidden, shown},
    reference::{Titles, short},
    session::{EtagArgs, ListArgs, Mask, Session, WriteArgs},
    site::SiteCommand,
    value::Setting,
};

/// Companies.
#[derive(Debug, Subcommand)]
pub enum CustomerCommand {
    /// Create a customer
    #[command(
        after_help = "Example:\n  sluice customer create 'Acme Corporation' --industry retail --region Kenya"
    )]
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
    /// List customers
    #[command(after_help = "Example:\n  sluice customer list --filter '~acme' --order-by name")]
    List(ListArgs),
    /// Show a customer
    #[command(after_help = "Examples:\n  sluice customer show C-7\n  sluice customer show Acme")]
    Show {
        /// The customer: name, C-7 or customers/7
        id: String,
    },
    /// Where it works: add, remove, list
    Site {
        /// Which verb.
        #[command(subcommand)]
        command: SiteCommand,
    },
    /// Change fields of a customer
    #[command(
        after_help = "Example:\n  sluice customer amend C-7 --owner kim --phone '+1 555 0100'"
    )]
    Amend {
        /// The customer: name, C-7 or customers/7
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

/// Fields of a customer as options.
#[derive(Clone, Debug, Args)]
pub struct FieldArgs {
    /// Line of business
    #[arg(long)]
    industry: Option<String>,
    /// Where it is
    #[arg(long)]
    region: Option<String>,
    /// Web site
    #[arg(long)]
    website: Option<String>,
    /// Telephone number, as written
    #[arg(long)]
    phone: Option<String>,
    /// Free text
    #[arg(long)]
    note: Option<String>,
    /// The member who looks after it; '' for nobody
    #[arg(long)]
    owner: Option<String>,
    /// Key in another system
    #[arg(long, value_name = "KEY")]
    external_id: Option<String>,
}

impl FieldArgs {
    async fn fill(
        self,
        session: &mut Session,
        customer: &mut v1::Customer,
        mask: &mut Mask,
    ) -> Outcome {
        if let Some(owner) = &self.owner {
            customer.owner_id = match owner.as_str() {
                "" => String::new(),
                name => session.directory.member(name).await?,
            };
            mask.add("owner_id");
        }
        mask.take("industry", self.industry, &mut customer.industry);
        mask.take("region", self.region, &mut customer.region);
        mask.take("website", self.website, &mut customer.website);
        mask.take("phone", self.phone, &mut customer.phone);
        mask.take("note", self.note, &mut customer.note);
        mask.take("external_id", self.external_id, &mut customer.external_id);
        Ok(())
    }
}

const COLUMNS: &[Column] = &[
    shown("id", "ID"),
    shown("name", "NAME"),
    shown("industry", "INDUSTRY"),
    shown("region", "REGION"),
    shown("owner", "OWNER"),
    shown("phone", "PHONE"),
    hidden("website"),
    hidden("note"),
    hidden("external_id"),
    hidden("create_time"),
    hidden("etag"),
];

/// Customers as a table.
pub fn sheet(customers: &[v1::Customer], titles: &Titles, setting: &Setting) -> Sheet {
    let mut sheet = Sheet::new(COLUMNS);
    let rows = customers.iter().map(|customer| {
        vec![
            Cell::pair(short(&customer.id), &customer.id),
            Cell::text(&customer.name),
            Cell::text(&customer.industry),
            Cell::text(&customer.region),
            Cell::text(titles.of(&customer.owner_id)),
            Cell::text(&customer.phone),
            Cell::text(&customer.website),
            Cell::text(&customer.note),
            Cell::text(&customer.external_id),
            setting.time_cell(customer.create_time.as_ref()),
            Cell::text(&customer.etag),
        ]
    });
    sheet.rows = rows.collect();
    sheet
}

impl Noun for v1::Customer {
    const NONE_MATCH: &'static str = "No customers match.";

    async fn sheet(items: &[Self], session: &mut Session) -> Outcome<Sheet> {
        let (setting, titles) = (session.setting().await?, session.titles(false).await?);
        Ok(sheet(items, &titles, &setting))
    }
}

impl CustomerCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut client = session.api.customers();
        match self {
            Self::Create {
                name,
                fields,
                write,
            } => {
                let mut customer = v1::Customer {
                    name,
                    ..Default::default()
                };
                fields
                    .fill(session, &mut customer, &mut Mask::default())
                    .await?;
                let request = v1::CreateCustomerRequest {
                    customer: Some(customer),
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.create_customer(request).await?.into_inner();
                noun::card(session, "CreateCustomerResponse", &answer, &answer.customer).await
            }
            Self::List(args) => {
                let answer = session.api.list_customers(&args.query()).await?;
                noun::list(session, "ListCustomersResponse", &answer, &answer.customers).await
            }
            Self::Show { id } => {
                let id = session.directory.customer(&id).await?;
                let answer = client
                    .get_customer(v1::GetCustomerRequest { id })
                    .await?
                    .into_inner();
                noun::card(session, "GetCustomerResponse", &answer, &answer.customer).await
            }
            Self::Site { command } => command.run(session).await,
            Self::Amend {
                id,
                name,
                fields,
                etag,
                write,
            } => {
                let mut mask = Mask::default();
                let mut customer = v1::Customer {
                    id: session.directory.customer(&id).await?,
                    etag: etag.etag,
                    ..Default::default()
                };
                mask.take("name", name, &mut customer.name);
                fields.fill(session, &mut customer, &mut mask).await?;
                let request = v1::UpdateCustomerRequest {
                    customer: Some(customer),
                    update_mask: mask.finish()?,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.update_customer(request).await?.into_inner();
                noun::card(session, "UpdateCustomerResponse", &answer, &answer.customer).await
            }
        }
    }
}
