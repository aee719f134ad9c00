//! `sluice opportunity create --line`: the board's one-line entry, in the command line.

use sluice_proto::v1;

use super::{
    api::ListQuery,
    failure::{Failure, Outcome},
    opportunity::default_pipeline,
    reference::Kind,
    session::Session,
};
use crate::entry::{self, Entry, Lexicon, Mention, names::Names};

/// Fills a deal from a line, and tells the contact it names: who that works for is known when all of the deal is.
pub async fn fill(
    session: &mut Session,
    line: &str,
    deal: &mut v1::Opportunity,
    validate_only: bool,
) -> Outcome<Option<Mention>> {
    let entry = understand(session, line, &deal.pipeline_id).await?;
    check(&entry)?;
    let setting = session.setting().await?;
    let fields = entry.fields;
    deal.name = fields.name.unwrap_or_default();
    deal.amount = fields.amount_minor.map(|amount_minor| v1::Money {
        amount_minor,
        currency_code: setting.currency_code.clone(),
    });
    deal.stage_id = fields
        .stage_id
        .map(|id| Kind::Stage.id(id))
        .unwrap_or_default();
    deal.expected_contract_date = fields
        .contract_date
        .map(|date| date.to_string())
        .unwrap_or_default();
    deal.owner_id = fields
        .owner_id
        .map(|id| Kind::Member.id(id))
        .unwrap_or_default();
    deal.grade = grade(fields.grade.as_deref())?;
    deal.customer_id = match fields.customer {
        Some(Mention::Known(id)) => Kind::Customer.id(id),
        Some(Mention::New(name)) if validate_only => {
            return Err(new_names_need_a_write("customer", &name));
        }
        Some(Mention::New(name)) => make_customer(session, name).await?,
        None => String::new(),
    };
    Ok(fields.contact)
}

/// The contact's id. A new one is made, at the deal's customer if it has one.
pub async fn contact(
    session: &Session,
    contact: Mention,
    customer_id: &str,
    validate_only: bool,
) -> Outcome<String> {
    match contact {
        Mention::Known(id) => Ok(Kind::Contact.id(id)),
        Mention::New(name) if validate_only => Err(new_names_need_a_write("contact", &name)),
        Mention::New(name) => make_contact(session, name, customer_id).await,
    }
}

fn new_names_need_a_write(kind: &str, name: &str) -> Failure {
    Failure::usage(format!(
        "--validate-only cannot check a line with a new {kind} ('{name}')"
    ))
    .with_hint(format!("Make the {kind} first: sluice {kind} create."))
}

async fn understand(session: &mut Session, line: &str, pipeline_id: &str) -> Outcome<Entry> {
    let setting = session.setting().await?;
    let mut stages = Names::new();
    let pipeline_id = match pipeline_id {
        "" => default_pipeline(session).await?,
        given => given.to_owned(),
    };
    let pipelines = session.directory.pipelines().await?;
    let pipeline = pipelines.iter().find(|pipeline| pipeline.id == pipeline_id);
    for stage in pipeline.iter().flat_map(|pipeline| &pipeline.stages) {
        if !stage.retired && stage.kind() != v1::StageKind::Lost {
            stages.push_stage(Kind::Stage.number(&stage.id), &stage.name);
        }
    }
    let mut members = Names::new();
    for member in session
        .directory
        .members()
        .await?
        .iter()
        .filter(|member| member.active)
    {
        members.push(Kind::Member.number(&member.id), &member.name, None);
    }
    let mut customers = Names::new();
    for customer in session.directory.customers().await? {
        customers.push(Kind::Customer.number(&customer.id), &customer.name, None);
    }
    let mut contacts = Names::new();
    for contact in session
        .api
        .list_contacts(&ListQuery::default())
        .await?
        .contacts
    {
        let customer = Kind::Customer.number(&contact.customer_id);
        contacts.push(
            Kind::Contact.number(&contact.id),
            &contact.name,
            (customer > 0).then_some(customer),
        );
    }
    let lexicon = Lexicon {
        stages: &stages,
        contacts: &contacts,
        customers: &customers,
        members: &members,
        today: setting.today(),
        currency: setting.currency(),
    };
    Ok(entry::parse(line, &lexicon))
}

fn check(entry: &Entry) -> Outcome {
    if entry.is_complete() {
        return Ok(());
    }
    let mut faults: Vec<String> = entry.problems.iter().map(ToString::to_string).collect();
    for missing in &entry.missing {
        faults.push(format!("the {} is missing", missing.field.label()));
    }
    Err(
        Failure::usage(format!("the line is not a deal yet: {}", faults.join("; ")))
            .with_hint("A whole line: 'Acme renewal 1.2m @proposal ^fri #kim'."),
    )
}

fn grade(text: Option<&str>) -> Outcome<i32> {
    let grade = match text.map(str::to_ascii_uppercase).as_deref() {
        None => v1::Grade::Unspecified,
        Some("A") => v1::Grade::A,
        Some("B") => v1::Grade::B,
        Some("C") => v1::Grade::C,
        Some("D") => v1::Grade::D,
        Some(other) => {
            return Err(Failure::usage(format!("'!{other}' is no grade"))
                .with_hint("Write !A, !B, !C or !D."));
        }
    };
    Ok(grade.into())
}

async fn make_customer(session: &Session, name: String) -> Outcome<String> {
    let request = v1::CreateCustomerRequest {
        customer: Some(v1::Customer {
            name,
            ..Default::default()
        }),
        request_id: super::request_id(),
        validate_only: false,
    };
    let answer = session
        .api
        .customers()
        .create_customer(request)
        .await?
        .into_inner();
    Ok(answer.customer.unwrap_or_default().id)
}

async fn make_contact(session: &Session, name: String, customer_id: &str) -> Outcome<String> {
    let contact = v1::Contact {
        name,
        customer_id: customer_id.to_owned(),
        ..Default::default()
    };
    let request = v1::CreateContactRequest {
        contact: Some(contact),
        request_id: super::request_id(),
        validate_only: false,
    };
    let answer = session
        .api
        .contacts()
        .create_contact(request)
        .await?
        .into_inner();
    Ok(answer.contact.unwrap_or_default().id)
}
