//! `sluice contact`: the people who decide.

use clap::{Args, Subcommand, ValueEnum};
use sluice_proto::v1;

use super::{
    failure::Outcome,
    noun::{self, Noun},
    output::{Cell, Column, Sheet, hidden, shown},
    reference::{Kind, Titles, short},
    session::{EtagArgs, ListArgs, Mask, Session, WriteArgs},
    value::{Setting, enum_word},
};

/// People, usually at customers.
#[derive(Debug, Subcommand)]
pub enum ContactCommand {
    /// Create a contact
    #[command(
        after_help = "Example:\n  sluice contact create 'Kim Lee' --customer Acme --title CTO --decision-role decider --stance supportive"
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
    /// List contacts
    #[command(after_help = "Example:\n  sluice contact list --filter 'customer:Acme'")]
    List(ListArgs),
    /// Show a contact
    Show {
        /// The contact: K-9, contacts/9 or 9
        id: String,
    },
    /// Change fields of a contact
    #[command(
        after_help = "Example:\n  sluice contact amend K-9 --stance opposed --reports-to K-4"
    )]
    Amend {
        /// The contact: K-9, contacts/9 or 9
        id: String,
        /// What people call them
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

/// Part in the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DecisionRoleArg {
    /// Decides
    Decider,
    /// Influences
    Influencer,
    /// Uses what is sold
    User,
    /// Buys
    Buyer,
    /// Guards the way to others
    Gatekeeper,
    /// Champions us inside
    Champion,
    /// Judges the technical side
    Evaluator,
    /// Not known
    Unknown,
}

impl DecisionRoleArg {
    fn to_proto(self) -> i32 {
        match self {
            Self::Decider => v1::DecisionRole::Decider,
            Self::Influencer => v1::DecisionRole::Influencer,
            Self::User => v1::DecisionRole::User,
            Self::Buyer => v1::DecisionRole::Buyer,
            Self::Gatekeeper => v1::DecisionRole::Gatekeeper,
            Self::Champion => v1::DecisionRole::Champion,
            Self::Evaluator => v1::DecisionRole::Evaluator,
            Self::Unknown => v1::DecisionRole::Unspecified,
        }
        .into()
    }
}

/// How a contact stands towards us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StanceArg {
    /// For us
    Supportive,
    /// Neither
    Neutral,
    /// Against us
    Opposed,
    /// Not known
    Unknown,
}

impl StanceArg {
    fn to_proto(self) -> i32 {
        match self {
            Self::Supportive => v1::Stance::Supportive,
            Self::Neutral => v1::Stance::Neutral,
            Self::Opposed => v1::Stance::Opposed,
            Self::Unknown => v1::Stance::Unspecified,
        }
        .into()
    }
}

/// Fields of a contact as options.
#[derive(Clone, Debug, Args)]
pub struct FieldArgs {
    /// The customer: name, C-7 or customers/7; can be set later, once
    #[arg(long)]
    customer: Option<String>,
    /// Job title
    #[arg(long)]
    title: Option<String>,
    /// Telephone number, as written
    #[arg(long)]
    phone: Option<String>,
    /// E-mail address
    #[arg(long)]
    email: Option<String>,
    /// Part in the decision
    #[arg(long)]
    decision_role: Option<DecisionRoleArg>,
    /// How they stand towards us
    #[arg(long)]
    stance: Option<StanceArg>,
    /// The contact they report to; '' for nobody
    #[arg(long, value_name = "CONTACT")]
    reports_to: Option<String>,
}

impl FieldArgs {
    async fn fill(
        self,
        session: &mut Session,
        contact: &mut v1::Contact,
        mask: &mut Mask,
    ) -> Outcome {
        if let Some(customer) = &self.customer {
            contact.customer_id = session.directory.customer(customer).await?;
            mask.add("customer_id");
        }
        if let Some(reports_to) = &self.reports_to {
            contact.reports_to_id = match reports_to.as_str() {
                "" => String::new(),
                id => Kind::Contact.require(id)?,
            };
            mask.add("reports_to_id");
        }
        mask.take("title", self.title, &mut contact.title);
        mask.take("phone", self.phone, &mut contact.phone);
        mask.take("email", self.email, &mut contact.email);
        let role = self.decision_role.map(DecisionRoleArg::to_proto);
        mask.take("decision_role", role, &mut contact.decision_role);
        mask.take(
            "stance",
            self.stance.map(StanceArg::to_proto),
            &mut contact.stance,
        );
        Ok(())
    }
}

const COLUMNS: &[Column] = &[
    shown("id", "ID"),
    shown("name", "NAME"),
    shown("customer", "CUSTOMER"),
    shown("title", "TITLE"),
    shown("decision_role", "ROLE"),
    shown("stance", "STANCE"),
    shown("phone", "PHONE"),
    shown("email", "E-MAIL"),
    hidden("reports_to_id"),
    hidden("create_time"),
    hidden("etag"),
];

/// Contacts as a table.
pub fn sheet(contacts: &[v1::Contact], titles: &Titles, setting: &Setting) -> Sheet {
    let mut sheet = Sheet::new(COLUMNS);
    let rows = contacts.iter().map(|contact| {
        vec![
            Cell::pair(short(&contact.id), &contact.id),
            Cell::text(&contact.name),
            Cell::text(titles.of(&contact.customer_id)),
            Cell::text(&contact.title),
            Cell::text(enum_word(
                contact.decision_role().as_str_name(),
                "DECISION_ROLE_",
            )),
            Cell::text(enum_word(contact.stance().as_str_name(), "STANCE_")),
            Cell::text(&contact.phone),
            Cell::text(&contact.email),
            Cell::pair(short(&contact.reports_to_id), &contact.reports_to_id),
            setting.time_cell(contact.create_time.as_ref()),
            Cell::text(&contact.etag),
        ]
    });
    sheet.rows = rows.collect();
    sheet
}

impl Noun for v1::Contact {
    const NONE_MATCH: &'static str = "No contacts match.";

    async fn sheet(items: &[Self], session: &mut Session) -> Outcome<Sheet> {
        let (setting, titles) = (session.setting().await?, session.titles(true).await?);
        Ok(sheet(items, &titles, &setting))
    }
}

impl ContactCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut client = session.api.contacts();
        match self {
            Self::Create {
                name,
                fields,
                write,
            } => {
                let mut contact = v1::Contact {
                    name,
                    ..Default::default()
                };
                fields
                    .fill(session, &mut contact, &mut Mask::default())
                    .await?;
                let request = v1::CreateContactRequest {
                    contact: Some(contact),
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.create_contact(request).await?.into_inner();
                noun::card(session, "CreateContactResponse", &answer, &answer.contact).await
            }
            Self::List(args) => {
                let answer = session.api.list_contacts(&args.query()).await?;
                noun::list(session, "ListContactsResponse", &answer, &answer.contacts).await
            }
            Self::Show { id } => {
                let id = Kind::Contact.require(&id)?;
                let answer = client
                    .get_contact(v1::GetContactRequest { id })
                    .await?
                    .into_inner();
                noun::card(session, "GetContactResponse", &answer, &answer.contact).await
            }
            Self::Amend {
                id,
                name,
                fields,
                etag,
                write,
            } => {
                let mut mask = Mask::default();
                let mut contact = v1::Contact {
                    id: Kind::Contact.require(&id)?,
                    etag: etag.etag,
                    ..Default::default()
                };
                mask.take("name", name, &mut contact.name);
                fields.fill(session, &mut contact, &mut mask).await?;
                let request = v1::UpdateContactRequest {
                    contact: Some(contact),
                    update_mask: mask.finish()?,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.update_contact(request).await?.into_inner();
                noun::card(session, "UpdateContactResponse", &answer, &answer.contact).await
            }
        }
    }
}
