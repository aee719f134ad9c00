//! `sluice customer site`: where a customer works, so that check-ins can be measured.

use clap::Subcommand;
use sluice_proto::v1;

use super::{
    failure::{Failure, Outcome},
    output::{Cell, Column, Sheet, shown},
    place,
    session::{Session, WriteArgs},
};

/// Places where a customer works.
#[derive(Debug, Subcommand)]
pub enum SiteCommand {
    /// Add a site, or give one of that name other coordinates
    #[command(
        after_help = "Examples:\n  sluice customer site add Acme HQ --at 31.2304,121.4737\n  sluice customer site add Acme 'Pudong shop'"
    )]
    Add {
        /// The customer: name, C-7 or customers/7
        id: String,
        /// What people call the site
        name: String,
        /// Where it is, in degrees
        #[arg(long, value_name = "LATITUDE,LONGITUDE", value_parser = place::parse, allow_hyphen_values = true)]
        at: Option<v1::Coordinates>,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Remove a site
    #[command(after_help = "Example:\n  sluice customer site remove Acme 'Pudong shop'")]
    Remove {
        /// The customer: name, C-7 or customers/7
        id: String,
        /// What people call the site
        name: String,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// List the sites of a customer
    #[command(after_help = "Example:\n  sluice customer site list Acme")]
    List {
        /// The customer: name, C-7 or customers/7
        id: String,
    },
}

const COLUMNS: &[Column] = &[shown("name", "SITE"), shown("coordinates", "COORDINATES")];

fn sheet(customer: &v1::Customer) -> Sheet {
    let mut sheet = Sheet::new(COLUMNS);
    let rows = customer.sites.iter().map(|site| {
        let place = site.coordinates.as_ref().map(place::write);
        vec![
            Cell::text(&site.name),
            Cell::text(place.unwrap_or_default()),
        ]
    });
    sheet.rows = rows.collect();
    sheet
}

impl SiteCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let none = "The customer has no sites. `sluice customer site add` makes one.";
        match self {
            Self::Add {
                id,
                name,
                at,
                write,
            } => {
                let mut customer = get(session, &id).await?;
                let site = v1::Site {
                    name,
                    coordinates: at,
                };
                let known = customer.sites.iter_mut().find(|it| it.name == site.name);
                match known {
                    Some(known) => *known = site,
                    None => customer.sites.push(site),
                }
                put(session, customer, write).await
            }
            Self::Remove { id, name, write } => {
                let mut customer = get(session, &id).await?;
                let before = customer.sites.len();
                customer.sites.retain(|site| site.name != name);
                if customer.sites.len() == before {
                    return Err(Failure::usage(format!(
                        "{} has no site '{name}'",
                        customer.name
                    )));
                }
                put(session, customer, write).await
            }
            Self::List { id } => {
                let customer = get(session, &id).await?;
                let sheet = sheet(&customer);
                let answer = v1::GetCustomerResponse {
                    revision: customer.revision,
                    customer: Some(customer),
                };
                session
                    .output
                    .list("GetCustomerResponse", &answer, &sheet, none)
            }
        }
    }
}

async fn get(session: &mut Session, id: &str) -> Outcome<v1::Customer> {
    let id = session.directory.customer(id).await?;
    let mut client = session.api.customers();
    let answer = client.get_customer(v1::GetCustomerRequest { id }).await?;
    Ok(answer.into_inner().customer.unwrap_or_default())
}

/// Stores the sites; refused when somebody else changed the customer meanwhile.
async fn put(session: &mut Session, customer: v1::Customer, write: WriteArgs) -> Outcome {
    let request = v1::UpdateCustomerRequest {
        customer: Some(customer),
        update_mask: Some(prost_types::FieldMask {
            paths: vec!["sites".to_owned()],
        }),
        request_id: write.request_id(),
        validate_only: write.validate_only,
    };
    let answer = session
        .api
        .customers()
        .update_customer(request)
        .await?
        .into_inner();
    let sheet = sheet(&answer.customer.clone().unwrap_or_default());
    session
        .output
        .list("UpdateCustomerResponse", &answer, &sheet, "No sites.")
}
