//! Contacts between API and domain.

use sluice_domain::{
    Command, Contact, ContactId, DecisionRole, Stance,
    command::{CreateContact, UpdateContact},
};
use sluice_proto::v1;

use super::{
    Call, Fields, Mask, Mutation,
    value::{Id as _, etag, id_or_empty, or_empty, text, time},
};

/// Fields an update may name.
const UPDATABLE: [&str; 8] = [
    "name",
    "customer_id",
    "title",
    "phone",
    "email",
    "decision_role",
    "stance",
    "reports_to_id",
];

/// Reads CreateContact.
pub fn create(request: v1::CreateContactRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("contact.");
    let contact = fields.message(request.contact);
    let command = CreateContact {
        customer: fields.optional_id("customer_id", &contact.customer_id),
        role: read_role(&mut fields, contact.decision_role),
        stance: read_stance(&mut fields, contact.stance),
        reports_to: fields.optional_id("reports_to_id", &contact.reports_to_id),
        name: contact.name,
        title: text(contact.title),
        phone: text(contact.phone),
        email: text(contact.email),
    };
    fields.mutation(
        Command::CreateContact(command),
        request.request_id,
        request.validate_only,
    )
}

/// Reads UpdateContact.
pub fn update(request: v1::UpdateContactRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("contact.");
    let contact = fields.message(request.contact);
    let mask = Mask::read(&mut fields, request.update_mask, &UPDATABLE);
    let id: ContactId = fields.id("id", &contact.id);
    let command = UpdateContact {
        id,
        customer: mask.patch(
            "customer_id",
            fields.optional_id("customer_id", &contact.customer_id),
        ),
        role: mask.patch(
            "decision_role",
            read_role(&mut fields, contact.decision_role),
        ),
        stance: mask.patch("stance", read_stance(&mut fields, contact.stance)),
        reports_to: mask.patch(
            "reports_to_id",
            fields.optional_id("reports_to_id", &contact.reports_to_id),
        ),
        name: mask.field("name", contact.name),
        title: mask.text("title", contact.title),
        phone: mask.text("phone", contact.phone),
        email: mask.text("email", contact.email),
    };
    fields
        .mutation(
            Command::UpdateContact(command),
            request.request_id,
            request.validate_only,
        )
        .with_etag(id, contact.etag)
}

/// Reads a role in the decision chain; not said means none.
pub fn read_role(fields: &mut Fields, role: i32) -> Option<DecisionRole> {
    match fields.enumeration("decision_role", role) {
        v1::DecisionRole::Unspecified => None,
        v1::DecisionRole::Decider => Some(DecisionRole::DecisionMaker),
        v1::DecisionRole::Influencer => Some(DecisionRole::Influencer),
        v1::DecisionRole::User => Some(DecisionRole::User),
        v1::DecisionRole::Buyer => Some(DecisionRole::Buyer),
        v1::DecisionRole::Gatekeeper => Some(DecisionRole::Gatekeeper),
        v1::DecisionRole::Champion => Some(DecisionRole::Champion),
        v1::DecisionRole::Evaluator => Some(DecisionRole::Evaluator),
    }
}

/// Writes a role in the decision chain.
pub fn write_role(role: Option<DecisionRole>) -> v1::DecisionRole {
    match role {
        None => v1::DecisionRole::Unspecified,
        Some(DecisionRole::DecisionMaker) => v1::DecisionRole::Decider,
        Some(DecisionRole::Influencer) => v1::DecisionRole::Influencer,
        Some(DecisionRole::User) => v1::DecisionRole::User,
        Some(DecisionRole::Buyer) => v1::DecisionRole::Buyer,
        Some(DecisionRole::Gatekeeper) => v1::DecisionRole::Gatekeeper,
        Some(DecisionRole::Champion) => v1::DecisionRole::Champion,
        Some(DecisionRole::Evaluator) => v1::DecisionRole::Evaluator,
    }
}

/// Reads a stance; not said means none.
pub fn read_stance(fields: &mut Fields, stance: i32) -> Option<Stance> {
    match fields.enumeration("stance", stance) {
        v1::Stance::Unspecified => None,
        v1::Stance::Supportive => Some(Stance::Supportive),
        v1::Stance::Neutral => Some(Stance::Neutral),
        v1::Stance::Opposed => Some(Stance::Opposed),
    }
}

/// Writes a stance.
pub fn write_stance(stance: Option<Stance>) -> v1::Stance {
    match stance {
        None => v1::Stance::Unspecified,
        Some(Stance::Supportive) => v1::Stance::Supportive,
        Some(Stance::Neutral) => v1::Stance::Neutral,
        Some(Stance::Opposed) => v1::Stance::Opposed,
    }
}

/// Writes a contact.
pub fn write(contact: &Contact) -> v1::Contact {
    v1::Contact {
        id: contact.id.write(),
        name: contact.name.to_string(),
        customer_id: id_or_empty(contact.customer),
        title: or_empty(&contact.title),
        phone: or_empty(&contact.phone),
        email: or_empty(&contact.email),
        decision_role: write_role(contact.role).into(),
        stance: write_stance(contact.stance).into(),
        reports_to_id: id_or_empty(contact.reports_to),
        create_time: Some(time(contact.created_at)),
        revision: contact.revision,
        etag: etag(contact.revision),
    }
}
